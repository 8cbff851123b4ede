"""Does a neglected limit climb to the leadership, told to whom it concerns, and no further than it must?"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from states.cases import Supervision
from storage import CalendarDay, CalendarNotice, Register
from storage.day_counts import overdue_on
from storage.sealing import verify
from storage.statements import reading, transaction
from storage.stored import StoredEvent
from tests.builders import (
    CITY,
    FIRST,
    act,
    an_action,
    deadline,
    event_names,
    morning,
    noon,
    opinions,
    take,
    walk,
)

LAST = date(2025, 6, 17)
"""The last day of the reply to a suggestion of `walk` that was assigned on 2025-03-17."""

LEVELS = {
    "": date(2025, 6, 18),
    "U2": date(2025, 6, 20),
    "U3": date(2025, 6, 24),
    "U4": date(2025, 7, 1),
    "U5": date(2025, 7, 15),
    "U6": date(2025, 8, 12),
}


def neglected(register: Register, case: str = "C1") -> None:
    """A suggestion accepted by its unit, and then nothing."""
    walk(register, case, until="start_handling")
    assert deadline(register, case, "reply_by").last_day == LAST


def sweep_until(register: Register, last: date, first: date = FIRST) -> None:
    for days in range((last - first).days + 1):
        register.sweep(morning(first + timedelta(days=days)))


def of_reply(register: Register, case: str = "C1") -> list[StoredEvent]:
    events = []
    for event in register.events(case):
        if event["subject"] == "limit" and event["data"]["key"] == "reply_by":
            events.append(event)
    return events


def notified(register: Register, kind: str, on: date | None = None) -> set[str]:
    """The recipients of the notices of a kind about the reply, written in the sweep of a day."""
    sql = register.layout
    with reading(register.engine) as cursor:
        rows = sql.outbox.dicts(cursor.rows(f"{sql.outbox.select} ORDER BY id"))
    return {
        row["recipient"]
        for row in rows
        if row["kind"] == kind
        and row["data"].get("key", "reply_by") == "reply_by"
        and (on is None or row["created_at"] == morning(on))
    }


def supervisions(register: Register, case: str = "C1") -> list[Supervision]:
    return list(register.dossier(case).supervisions.values())


def test_it_reminds_before_the_last_day_and_each_reminder_comes_once(desk: Register) -> None:
    neglected(desk)
    sweep_until(desk, LAST)
    reminded = [event for event in of_reply(desk) if event["name"] == "limit.reminded"]
    assert [(event["on"], event["data"]["days"]) for event in reminded] == [
        (LAST - timedelta(days=days), days) for days in (30, 15, 7, 3, 1)
    ]
    assert notified(desk, "limit.reminded", LAST - timedelta(days=7)) == {"handler:U1", "section_head:U1"}
    desk.sweep(morning(LAST))
    assert len(of_reply(desk)) == 5
    assert deadline(desk, "C1", "reply_by").level == "U0"


def test_it_climbs_to_the_standing_committee_step_by_step(desk: Register) -> None:
    neglected(desk)
    sweep_until(desk, LEVELS["U6"])
    climbed = [event for event in of_reply(desk) if event["name"] != "limit.reminded"]
    assert [(event["name"], event["data"]["level"], event["on"]) for event in climbed] == [
        ("limit.overdue", "U1", LEVELS[""]),
        *(("limit.escalated", level, LEVELS[level]) for level in ("U2", "U3", "U4", "U5", "U6")),
    ]
    assert notified(desk, "limit.overdue") == {"unit:U1", "unit_leader:U1"}
    assert notified(desk, "limit.escalated", LEVELS["U2"]) == {"unit_leader:U1", f"dispatcher:{CITY}"}
    assert notified(desk, "limit.escalated", LEVELS["U3"]) == {
        "unit_head:U1",
        f"registrar:{CITY}",
        "committee:社会建设委员会",
    }
    assert notified(desk, "limit.escalated", LEVELS["U4"]) == {f"gov_leader:{CITY}", f"leader:{CITY}"}
    assert notified(desk, "limit.escalated", LEVELS["U5"]) == {f"chair_meeting:{CITY}"}
    assert notified(desk, "limit.escalated", LEVELS["U6"]) == {f"standing_committee:{CITY}"}
    row = deadline(desk, "C1", "reply_by")
    assert (row.level, row.next_rung_on, row.open) == ("U6", None, True)
    assert verify(desk).ok


def test_the_high_levels_only_propose_and_a_named_person_decides(desk: Register) -> None:
    desk.import_directory("people", [(1, {"id": "L1", "name": "主任", "role": "leader", "region": CITY})])
    neglected(desk)
    sweep_until(desk, LEVELS["U4"])
    (proposed,) = supervisions(desk)
    assert (proposed.level, proposed.state, proposed.proposed_on) == ("U4", "PROPOSED", LEVELS["U4"])
    event = next(row for row in desk.events("C1") if row["name"] == "supervision.proposed")
    assert {name for name in event["rows"] if not name.startswith("outbox/")} == {f"supervisions/{proposed.id}"}
    act(desk, LEVELS["U4"], "C1", "confirm_supervision", "leader", "L1")
    sweep_until(desk, LEVELS["U5"], LEVELS["U4"])
    act(desk, LEVELS["U5"], "C1", "decline_supervision", "leader", "L1", supervision="s2", reason="已约谈")
    sweep_until(desk, LEVELS["U6"], LEVELS["U5"])
    assert [(supervision.level, supervision.state, supervision.by) for supervision in supervisions(desk)] == [
        ("U4", "CONFIRMED", "L1"),
        ("U5", "DECLINED", "L1"),
        ("U6", "PROPOSED", ""),
    ]
    assert verify(desk).ok


def test_two_late_limits_of_one_case_propose_one_supervision_a_level(desk: Register) -> None:
    units = [{"unit": f"U{n}", "role": "SEPARATE", "part": f"第{n}部分"} for n in (1, 2)]
    walk(desk, "C1", until="assign", units=units)
    desk.sweep(morning(LEVELS["U5"]))
    assert [supervision.level for supervision in supervisions(desk)] == ["U4", "U5"]
    named = [event["data"].get("supervision") for event in of_reply(desk) if event["data"]["level"] == "U4"]
    assert named == ["C1/s1", "C1/s1"]


def test_what_was_explained_skips_the_notice_to_all_and_what_was_put_right_the_last_rung(
    desk: Register,
) -> None:
    neglected(desk)
    sweep_until(desk, LEVELS["U2"])
    act(desk, LEVELS["U2"], "C1", "explain_delay", "handler", "W1", reason="等上级批复")
    sweep_until(desk, LEVELS["U5"], LEVELS["U2"])
    act(desk, LEVELS["U5"], "C1", "rectify", "handler", "W1", measures="专班推进")
    sweep_until(desk, LEVELS["U6"], LEVELS["U5"])
    after = [(e["name"], e["data"]["level"]) for e in of_reply(desk) if e["on"] > LEVELS["U2"]]
    assert after == [
        ("limit.excused", ""),
        ("limit.escalated", "U4"),
        ("limit.escalated", "U5"),
        ("limit.excused", ""),
    ]
    assert of_reply(desk)[-1]["data"]["excused"] == {"U6": "rectified"}
    assert [supervision.level for supervision in supervisions(desk)] == ["U4", "U5"]
    assert notified(desk, "limit.excused") == set()


def test_an_outage_of_forty_days_is_caught_up_in_order_and_old_reminders_are_not_sent(
    desk: Register,
) -> None:
    neglected(desk)
    asleep, awake = LAST - timedelta(days=20), LAST + timedelta(days=20)
    sweep_until(desk, asleep)
    desk.sweep(morning(awake))
    caught_up = [e for e in of_reply(desk) if e["on"] > asleep]
    assert [(e["data"]["level"], e["on"]) for e in caught_up] == [
        *(("U0", LAST - timedelta(days=days)) for days in (15, 7, 3, 1)),
        ("U1", LEVELS[""]),
        *((level, LEVELS[level]) for level in ("U2", "U3", "U4")),
    ]
    assert notified(desk, "limit.reminded", awake) == set()
    assert notified(desk, "limit.overdue", awake) == {"unit:U1", "unit_leader:U1"}
    assert f"leader:{CITY}" in notified(desk, "limit.escalated", awake)
    assert verify(desk).ok


def charged(register: Register) -> tuple[str, str]:
    data = next(e["data"] for e in of_reply(register) if e["name"] == "limit.overdue")
    return data["link"], data["person"]


@pytest.mark.parametrize(
    ("until", "then", "link"),
    [
        ("start_handling", [], ("handler", "W1")),
        ("agree_consult", [], ("unit_head", "H1")),
        ("sign", [], ("handler", "W1")),
        ("receipt", [("request_return", {"reason": "不归我们", "proposed_unit": "U2"})], ("registrar", "")),
        ("start_handling", [("request_extension", {"reason": "涉及面广"})], ("registrar", "")),
    ],
)
def test_lateness_is_charged_to_the_link_that_held_the_item(
    desk: Register, until: str, then: Sequence[tuple[str, dict[str, Any]]], link: tuple[str, str]
) -> None:
    on = walk(desk, "C1", until=until)
    for name, data in then:
        role, by = ("unit_head", "H1") if name == "request_return" else ("handler", "W1")
        act(desk, on, "C1", name, role, by, **data)
    desk.sweep(morning(LAST + timedelta(days=1)))
    assert charged(desk) == link


def test_the_congress_office_itself_is_not_spared(desk: Register) -> None:
    last = walk(desk, "C1", until="submit", every=0)
    limit = deadline(desk, "C1", "assign_by")
    sweep_until(desk, limit.last_day + timedelta(days=70), last)
    levels = [e["data"]["level"] for e in desk.events("C1") if e["subject"] == "limit"]
    assert levels == ["U0", "U0", "U0", "U1", "U2", "U3", "U4", "U5", "U6"]
    with reading(desk.engine) as cursor:
        people = {recipient for (recipient,) in cursor.rows("SELECT DISTINCT recipient FROM outbox")}
    assert people >= {f"registrar:{CITY}", f"leader:{CITY}", f"chair_meeting:{CITY}"}
    assert not [recipient for recipient in people if recipient.startswith(("handler", "unit", "dispatcher", "gov"))]


def test_a_new_last_day_sets_out_anew_and_repeats_no_reminder_of_the_old_one(desk: Register) -> None:
    neglected(desk)
    sweep_until(desk, LAST - timedelta(days=15))
    act(desk, LAST - timedelta(days=14), "C1", "request_extension", "handler", "W1", reason="涉及面广")
    act(desk, LAST - timedelta(days=14), "C1", "grant_extension", "registrar")
    row = deadline(desk, "C1", "reply_by")
    assert (row.last_day, row.level) == (date(2025, 9, 17), "")
    sweep_until(desk, date(2025, 9, 17), LAST - timedelta(days=14))
    days = [(e["on"], e["data"]["days"]) for e in of_reply(desk)]
    assert days[2:] == [(row.last_day - timedelta(days=n), n) for n in (30, 15, 7, 3, 1)]


def test_a_holiday_that_is_added_moves_the_rungs_of_open_cases(desk: Register) -> None:
    neglected(desk)
    sweep_until(desk, LEVELS[""])
    days = tuple(CalendarDay(date(2025, 6, day), False) for day in (19, 20))
    desk.import_calendar(CalendarNotice("暴雨停班", None, days), noon(LEVELS[""]), "R1")
    row = deadline(desk, "C1", "reply_by")
    assert (row.last_day, row.next_rung_on) == (LAST, date(2025, 6, 24))
    sweep_until(desk, date(2025, 6, 26), LEVELS[""])
    assert [(e["name"], e["data"].get("level"), e["on"]) for e in of_reply(desk) if e["on"] > LAST] == [
        ("limit.overdue", "U1", LEVELS[""]),
        ("limit.confirmed", None, LEVELS[""]),
        ("limit.escalated", "U2", date(2025, 6, 24)),
        ("limit.escalated", "U3", date(2025, 6, 26)),
    ]
    assert verify(desk).ok


def test_a_merged_opinion_is_silent(register: Register) -> None:
    names = opinions(register, 3)
    take(register, FIRST, an_action(names[0], "merge", "clerk", into=names[1]))
    report = register.sweep(morning(date(2026, 1, 5)))
    assert report.climbed > 0
    assert event_names(register, names[0]) == ["opinion.recorded", "opinion.merged"]
    assert {row.case_id for row in overdue_on(register, date(2026, 1, 5))} == set(names[1:])


def test_a_deactivated_rulebook_stops_its_ladder_until_it_is_active_again(register: Register) -> None:
    names = opinions(register, 2)
    on = date(2025, 3, 20)
    register.deactivate_rulebook("message-board", "R1", "试运行结束", on)
    assert register.sweep(morning(on)).climbed == 0
    assert register.next_due() is None
    assert len(overdue_on(register, on)) == 2, "the limits themselves still run"
    register.activate_rulebook("message-board")
    assert register.sweep(morning(on)).climbed == 2
    assert event_names(register, names[0])[-1] == "limit.overdue"


def test_a_case_whose_rulebook_is_no_longer_installed_still_climbs(desk: Register) -> None:
    neglected(desk)
    with transaction(desk.engine) as cursor:
        cursor.run("UPDATE cases SET rulebook_ident = 'gone@2020-01-01#0'")
    desk.sweep(morning(LEVELS["U3"]))
    assert deadline(desk, "C1", "reply_by").level == "U3"


def test_urging_by_a_deputy_waits_three_days_and_is_told_to_the_unit(desk: Register) -> None:
    neglected(desk)
    on = FIRST + timedelta(days=20)
    act(desk, on, "C1", "urge", "deputy")
    (again,) = desk.apply([an_action("C1", "urge", "deputy")], noon(on + timedelta(days=2)))
    assert "again from" in again.reason
    act(desk, on + timedelta(days=2), "C1", "urge", "dispatcher")
    act(desk, on + timedelta(days=3), "C1", "urge", "deputy")
    assert event_names(desk, "C1").count("suggestion.urged") == 3
    assert notified(desk, "suggestion.urged") == {"unit:U1", f"registrar:{CITY}"}
