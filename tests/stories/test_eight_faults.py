"""The eight faults that a public predecessor of this trade showed in its code, each shown absent here.

The letters are those under which the domain notes list them (a district's system of 2021, read in source).
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from rulebooks import OVERDUE
from storage import Register
from storage.day_counts import overdue_on
from tests.builders import (
    DISSATISFIED,
    SATISFIED,
    act,
    an_action,
    deadline,
    dump,
    event_names,
    morning,
    noon,
    opinions,
    refusal,
    take,
    walk,
)


def test_a_overdue_appears_without_anybody_opening_anything(desk: Register) -> None:
    today = walk(desk, "C1", until="accept", every=0)
    last = deadline(desk, "C1", "reply_by").last_day
    assert b"limit.overdue" not in b"".join(dump(desk.engine)["events"])
    for day in range((last - today).days + 2):
        desk.sweep(morning(today + timedelta(days=day)))
    of_reply = [event for event in desk.events("C1") if event["data"].get("key") == "reply_by"]
    overdue = [event for event in of_reply if event["name"] != "limit.reminded"]
    assert [(event["name"], event["on"], event["by"]) for event in overdue] == [
        ("limit.overdue", last + OVERDUE, "duban")
    ]
    notices = [notice.decode() for notice in dump(desk.engine)["outbox"] if b'"kind":"limit.overdue"' in notice]
    assert sum('"recipient":"unit:U1"' in notice for notice in notices) == 2, "contact and reply, each told once"


def test_b_each_item_goes_by_its_own_rulebook_whoever_sweeps(desk: Register) -> None:
    """One sweep over two regions: the first contact has 15 working days in one rulebook and 20 in the other."""
    day = walk(desk, "C1", until="receipt", every=0, rulebook="suqian")
    walk(desk, "C2", until="receipt", every=0, rulebook="chongqing")
    own = {case: deadline(desk, case, "contact_by") for case in ("C1", "C2")}
    assert [own[case].amount for case in ("C1", "C2")] == ["15", "20"]
    assert own["C1"].last_day < own["C2"].last_day
    assert "重庆" in own["C2"].source
    desk.sweep(morning(day.replace(year=2026)))
    for case, row in own.items():
        (event,) = [
            e for e in desk.events(case) if e["name"] == "limit.overdue" and e["data"]["key"] == row.key
        ]
        assert event["on"] == row.last_day + OVERDUE
        assert event["rulebook"] == desk.dossier(case).case.rulebook_ident


def test_c_overdue_clears_after_an_extension(desk: Register) -> None:
    """Asked for and granted on the last day, but entered two days later, when the sweep had climbed already."""
    walk(desk, "C1", until="accept", every=0, rulebook="national")
    last, late = date(2025, 6, 12), date(2025, 6, 13)
    assert deadline(desk, "C1", "reply_by").last_day == last
    desk.sweep(morning(late))
    assert event_names(desk, "C1").count("limit.overdue") == 1
    assert [limit.key for limit in overdue_on(desk, late)] == ["reply_by"]
    request = an_action("C1", "request_extension", "handler", reason="涉及面广")
    granted = an_action("C1", "grant_extension", "dispatcher")
    take(desk, late, *(replace(action, at=noon(last)) for action in (request, granted)))
    assert overdue_on(desk, late) == []
    row = deadline(desk, "C1", "reply_by")
    assert (row.last_day, row.rungs, row.next_rung_on) == (date(2025, 9, 12), 0, date(2025, 8, 13))
    (moved,) = [limit for limit in desk.events("C1")[-1]["data"]["limits"] if limit["did"] == "moved"]
    assert (moved["old_last_day"], moved["last_day"]) == ("2025-06-12", "2025-09-12")
    assert desk.sweep(morning(late + timedelta(days=1))).climbed == 0
    desk.sweep(morning(date(2025, 9, 13)))
    assert event_names(desk, "C1").count("limit.overdue") == 2


def test_d_there_is_one_clock_from_assignment_and_acceptance_starts_none(desk: Register) -> None:
    assigned = walk(desk, "C1", until="assign", every=0)
    before = deadline(desk, "C1", "reply_by")
    act(desk, assigned + timedelta(days=1), "C1", "receipt", "handler")
    act(desk, assigned + timedelta(days=60), "C1", "accept", "handler")
    after = deadline(desk, "C1", "reply_by")
    assert after == before
    assert (after.started_on, after.last_day) == (assigned, date(2025, 6, 12))
    for event in desk.events("C1")[-2:]:
        assert all(limit["did"] != "started" for limit in event["data"].get("limits", []))


@pytest.mark.parametrize(
    ("written_on", "key", "last"),
    [
        (date(2024, 11, 30), "3m", date(2025, 2, 28)),
        (date(2023, 11, 30), "3m", date(2024, 2, 29)),
        (date(2025, 8, 31), "6m", date(2026, 2, 28)),
        (
            date(2025, 9, 26),
            "5wd",
            date(2025, 10, 10),
        ),  # over the long holiday, with a worked Sunday before it
        (date(2025, 4, 27), "5wd", date(2025, 5, 7)),
    ],
)
def test_e_limits_are_months_and_working_days_with_their_holidays(
    register: Register, written_on: date, key: str, last: date
) -> None:
    opinions(register, 1, written_on)
    assert deadline(register, "O00001", key).last_day == last


def test_f_nobody_accepts_or_returns_the_part_of_another_unit(desk: Register) -> None:
    today = walk(desk, "C1", until="receipt", every=0)
    assert "this is for unit U1, W2 acts for U2" in refusal(
        desk, today, "C1", "accept", "handler", "W2", assignment="a1"
    )
    request = {"assignment": "a1", "reason": "不归我管", "proposed_unit": "U2"}
    assert "U1" in refusal(desk, today, "C1", "request_return", "unit_head", "H2", **request)


def test_f_who_asks_for_a_return_does_not_decide_it(desk: Register) -> None:
    today = walk(desk, "C1", until="receipt", every=0)
    act(desk, today, "C1", "request_return", "unit_head", reason="不归我管", proposed_unit="U2")
    assert "may not do this" in refusal(desk, today, "C1", "grant_return", "unit_head")
    for office, action in (("dispatcher", "grant_return"), ("registrar", "refuse_return")):
        reason = refusal(desk, today, "C1", action, office, "H1", reason="自己定")
        assert f"H1 is unit_head in the directory and does not act as {office}" in reason
    act(desk, today, "C1", "grant_return", "dispatcher")


def test_f_nobody_replies_for_another_unit_or_before_its_turn(desk: Register) -> None:
    today = walk(desk, "C1", until="sign", every=0)
    assert "U1" in refusal(desk, today, "C1", "deliver_reply", "handler", "W2", assignment="a1")
    assert "may not do this" in refusal(desk, today, "C1", "deliver_reply", "deputy")
    walk(desk, "C2", until="accept", every=0)
    assert "does not lead" in refusal(desk, today, "C2", "deliver_reply", "handler")


def test_f_nobody_judges_a_reply_for_the_deputy_who_asked(desk: Register) -> None:
    today = walk(desk, "C1", until="send_forms", every=0)
    assert "D2 is no deputy of C1" in refusal(desk, today, "C1", "evaluate", "deputy", "D2", **SATISFIED)
    assert "may not do this" in refusal(desk, today, "C1", "evaluate", "handler", **SATISFIED)
    assert "may not do this" in refusal(desk, today, "C1", "evaluate", "registrar", **SATISFIED)
    assert "unknown person" in refusal(desk, today, "C1", "evaluate", "deputy", "D9", **SATISFIED)
    walk(desk, "C2", until="deliver_reply", every=0)
    assert "does not lead" in refusal(desk, today, "C2", "evaluate", "deputy", **SATISFIED)


def test_g_handling_again_keeps_the_first_reply_and_starts_a_clock_that_lies_ahead(desk: Register) -> None:
    answered = walk(desk, "C1", until="send_forms", every=0)
    act(desk, answered, "C1", "evaluate", "deputy", **DISSATISFIED)
    first = desk.dossier("C1")
    again = date(2025, 9, 1)
    act(desk, again, "C1", "order_rehandle", "registrar")
    now = desk.dossier("C1")
    kept, new = now.assignments["C1/a1"], now.assignments["C1/a2"]
    assert (kept.round, kept.reply_class, kept.delivered_on) == (1, "RESOLVED", answered)
    assert (new.round, new.reply_class, new.delivered_on) == (2, "", None)
    assert now.evaluations == first.evaluations
    assert deadline(desk, "C1", "reply_by").met_on == answered
    clock = deadline(desk, "C1", "rehandle_by", 2)
    assert (clock.started_on, clock.last_day) == (again, date(2025, 10, 1))
    assert all(limit.subject_id != "C1/a2" for limit in overdue_on(desk, again))


def test_h_no_urge_overwrites_another_and_closing_resets_none(desk: Register) -> None:
    today = walk(desk, "C1", until="send_forms", every=0)
    act(desk, today, "C1", "urge_feedback", "registrar")
    act(desk, today + timedelta(days=1), "C1", "urge_feedback", "system")
    assert desk.dossier("C1").parties["D1"].urges == 2
    act(desk, today + timedelta(days=2), "C1", "evaluate", "deputy", **SATISFIED)
    assert desk.dossier("C1").case.state == "REPLY_CLOSED"
    assert desk.dossier("C1").parties["D1"].urges == 2
    urges = [event for event in desk.events("C1") if event["name"] == "suggestion.feedback_urged"]
    assert [(event["by"], event["on"]) for event in urges] == [
        ("R1", today),
        ("system", today + timedelta(days=1)),
    ]
    assert event_names(desk, "C1").count("suggestion.evaluated_ok") == 1
