"""Every kind of notice has its words."""

from itertools import product

import pytest

from notifications.letters import NoticeItem, letter, together
from notifications.notice_texts import RUNGS, WORDS
from notifications.short_texts import IN_DUBAN, SHORT, short_text
from states import LIFECYCLES
from states.vocabulary import Level

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
        "请即办理。",
        "时限：答复；最后一天：2026-04-13。",
        "办理页面：在督办系统里查找 闭-2026-001",
        "A limit has passed. Act now. Look for 闭-2026-001 in duban.",
    ]


def missing(text: str, *words: str) -> list[str]:
    return [word for word in words if word not in text]


@pytest.mark.parametrize("kind", WORDS)
def test_a_notice_of_each_kind_says_what_to_do_and_where_in_both_languages(kind: str) -> None:
    notices = [NoticeItem(kind, f"C/{n}", f"闭-2026-00{n}", "关于路灯的建议", {}, seq=n) for n in (1, 2)]
    act, site = WORDS[kind].act, "https://duban.example"
    assert act.zh.startswith("请")
    assert act.en.endswith(".")
    for message in (letter(notices[0]), together(notices, "2026-04-13")):
        chinese, english = message.body, message.body.splitlines()[-1]
        assert missing(chinese, act.zh, "办理页面：在督办系统里", "闭-2026-001") == []
        assert missing(english, act.en, "in duban.") == []
    for message in (letter(notices[0], f"{site}/"), together(notices, "2026-04-13", site)):
        assert missing(message.body, f"{site}/case/C/1", act.zh, act.en) == []


@pytest.mark.parametrize("level", RUNGS)
def test_each_rung_asks_something_of_its_reader(level: Level) -> None:
    data = {"key": "reply_by", "last_day": "2026-04-13", "level": level.value, "title": "约谈", "on": "2026-04-20"}
    on_rung = NoticeItem("limit.escalated", "C1", "闭-2026-001", "关于路灯的建议", data, "答复")
    other = NoticeItem("suggestion.registered", "C2", "闭-2026-002", "关于公交的建议", {})
    for body in (letter(on_rung).body, together([on_rung, other], "2026-04-20").body):
        assert missing(body, RUNGS[level].zh, RUNGS[level].en) == []
    assert "请" in RUNGS[level].zh


def test_a_kind_without_words_is_refused() -> None:
    with pytest.raises(KeyError):
        letter(NoticeItem("suggestion.danced", "C1", "1", "t", {}))


def test_two_facts_of_one_kind_are_two_lines_and_one_fact_told_twice_is_one() -> None:
    def progress(about: str, seq: int) -> NoticeItem:
        return NoticeItem("commitment.progressed", "C1", "闭-2026-001", "关于路灯的建议", {}, about=about, seq=seq)

    as_handler_and_head = progress("年底前装好路灯", 7)
    body = together([as_handler_and_head, progress("春节前修好路面", 8), as_handler_and_head], "2026-04-13").body
    assert body.splitlines()[1:3] == [
        "· 闭-2026-001《关于路灯的建议》（年底前装好路灯）：承诺事项有进展；请查看",
        "· 闭-2026-001《关于路灯的建议》（春节前修好路面）：承诺事项有进展；请查看",
    ]


SITE = "https://duban.example"
UNSAID = ("张三丰", "满意", "评价已", "更正了评价", "评价期满", "要求重新办理", "处置意见")


def test_a_short_message_says_what_until_when_what_to_do_and_where() -> None:
    data = {"key": "reply_by", "last_day": "2026-04-13"}
    late = NoticeItem("limit.overdue", "C1", "闭-2026-001", "张三丰反映的路灯", data)
    assert short_text([late]) == "【时限已过】闭-2026-001，最后一天 2026-04-13。请即办理。办理：督办系统"
    assert short_text([late], SITE) == f"【时限已过】闭-2026-001，最后一天 2026-04-13。请即办理。{SITE}/case/C1"
    soon = NoticeItem("limit.reminded", "C2", "", "修桥", {"key": "reply_by", "level": "U0", "last_day": "2026-04-20"})
    both = short_text([soon, late, late], SITE)
    assert both == f"【时限已过】闭-2026-001，最后一天 2026-04-13，另有 1 项。请即办理。{SITE}"


@pytest.mark.parametrize("kind", WORDS)
def test_a_short_message_of_each_kind_is_one_message_and_tells_no_evaluation(kind: str) -> None:
    for level, number, address, count in product(("", *RUNGS), ("001", "长" * 300), ("", SITE, SITE * 9), (1, 3)):
        rung = "第三次不满意" if level == Level.Q3 else ""
        data = {"level": str(level or ""), "last_day": "2026-04-13", "title": rung}
        items = [NoticeItem(kind, f"C{n}", number, "张三丰反映的路灯", data, seq=n) for n in range(count)]
        text = short_text(items, address)
        assert len(text) <= SHORT, text
        assert "请" in text, text
        assert IN_DUBAN in text or SITE in text, text
        assert missing(text, *UNSAID) == [*UNSAID], text
        assert "2026-04-13" in text, text
