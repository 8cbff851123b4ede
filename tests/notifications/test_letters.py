"""Every kind of notice has its words."""

import pytest

from notifications.letters import WORDS, NoticeItem, letter, together
from states import LIFECYCLES

OF_THE_SYSTEM = {"limit.reminded", "limit.escalated", "limit.overdue", "limit.moved"}
OF_EFFECTS = {
    "assignment.assigned",
    "assignment.reassigned",
    "assignment.rehandle_assigned",
    "suggestion.feedback_urged",
    "supervision.proposed",
    "supervision.begun",
    "evaluator.escalated",
    "opinion.recorded",
}
"""Notices that an effect sends, beside the `tells` of the steps."""


def telling_events() -> set[str]:
    return {
        f"{machine.subject}.{step.event}"
        for machine in LIFECYCLES.values()
        for step in machine.steps
        if step.tells
    }


def test_every_kind_that_the_machines_tell_has_words_and_no_others() -> None:
    assert sorted(telling_events() | OF_THE_SYSTEM | OF_EFFECTS) == sorted(WORDS)


def test_a_letter_names_case_limit_and_day_chinese_first() -> None:
    data = {"key": "reply_by", "last_day": "2026-04-13"}
    message = letter(NoticeItem("limit.overdue", "C1", "闭-2026-001", "关于路灯的建议", data, "答复"))
    assert message.title == "【时限已过】闭-2026-001"
    assert message.body.splitlines() == [
        "闭-2026-001《关于路灯的建议》：时限已过。",
        "时限：答复；最后一天：2026-04-13。",
        "A limit has passed.",
    ]


def test_a_kind_without_words_is_refused() -> None:
    with pytest.raises(KeyError):
        letter(NoticeItem("suggestion.danced", "C1", "1", "t", {}))


def test_two_facts_of_one_kind_are_two_lines_and_one_fact_told_twice_is_one() -> None:
    def progress(about: str, seq: int) -> NoticeItem:
        return NoticeItem("commitment.progressed", "C1", "闭-2026-001", "关于路灯的建议", {}, about=about, seq=seq)

    as_handler_and_head = progress("年底前装好路灯", 7)
    body = together([as_handler_and_head, progress("春节前修好路面", 8), as_handler_and_head], "2026-04-13").body
    assert body.splitlines()[1:3] == [
        "· 闭-2026-001《关于路灯的建议》（年底前装好路灯）：承诺事项有进展",
        "· 闭-2026-001《关于路灯的建议》（春节前修好路面）：承诺事项有进展",
    ]
