"""Does an imported calendar move every open last day, once, each with its reason, and nothing else?"""

import json
from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from portal.commands.explanation import explain_limits
from states.cases import Deadline
from storage import CalendarDay, CalendarNotice, ImportRefused, Moved, Register, open_engine
from storage import register as register_module
from storage.day_counts import overdue_on
from storage.recount import recounted
from storage.sealing import verify
from storage.statistics.opinions import reduced
from tests.builders import (
    FIRST,
    LIBRARY,
    a_directory,
    act,
    an_action,
    deadline,
    dump,
    event_names,
    morning,
    noon,
    opinions,
    take,
    walk,
)
from tests.calendars import a_notice

YEARS_END = date(2026, 12, 28)
"""A Monday; five working days later is a year that no notice has settled."""

BEFORE = date(2026, 12, 18)
"""A Friday; five working days later is a day that the notice for 2027 may name."""

BRIDGE = date(2027, 1, 4)
"""A Monday that our notice has off."""
NEW_YEAR = a_notice(2027, off=[BRIDGE])
OVERRIDE = CalendarNotice("台风停工", None, (CalendarDay(FIRST + timedelta(days=1), False),))


def off(*days: date) -> CalendarNotice:
    return CalendarNotice("停工", None, tuple(CalendarDay(day, False) for day in days))


def test_a_notice_moves_what_was_counted_through_its_year(register: Register) -> None:
    opinions(register, 2, YEARS_END)
    before = deadline(register, "O00001", "5wd")
    assert (before.last_day, before.provisional) == (date(2027, 1, 5), True)
    report = register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1")
    after = deadline(register, "O00001", "5wd")
    assert (after.last_day, after.provisional) == (date(2027, 1, 6), False)
    assert after.next_rung_on == date(2027, 1, 7)
    assert report.changed_days == (BRIDGE,)
    assert [limit for limit in report.moved if limit.key == "5wd"] == [
        Moved(case, case, "5wd", date(2027, 1, 5), date(2027, 1, 6), False) for case in ("O00001", "O00002")
    ]
    assert verify(register).ok


def test_each_moved_limit_has_one_event_with_old_and_new_day_and_why(register: Register) -> None:
    opinions(register, 1, BEFORE)
    report = register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1")
    events = register.events("O00001")[1:]
    assert len(events) == len(report.moved) == 3
    by_key = {event["data"]["key"]: event for event in events}
    moved = by_key["15wd"]
    assert (moved["name"], moved["on"], moved["by"]) == ("limit.moved", YEARS_END, "duban")
    assert moved["data"] == {
        "key": "15wd", "subject_id": "O00001", "round": 1, "provisional": False,
        "old_last_day": "2027-01-11", "last_day": "2027-01-12", "why": "calendar 2027年部分节假日安排",
    }  # fmt: skip
    assert by_key["5wd"]["name"] == "limit.confirmed"
    assert by_key["5wd"]["data"]["old_last_day"] == by_key["5wd"]["data"]["last_day"] == "2026-12-25"


def test_a_provisional_last_day_becomes_final_and_nobody_is_bothered(register: Register) -> None:
    opinions(register, 1, BEFORE)
    provisional = [row.key for row in register.dossier("O00001").deadlines.values() if row.provisional]
    assert sorted(provisional) == ["15wd", "30wd", "5wd"]  # months are moved by no notice
    before = len(dump(register.engine)["outbox"])
    register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1")
    assert not any(row.provisional for row in register.dossier("O00001").deadlines.values())
    moved = sum(name == "limit.moved" for name in event_names(register, "O00001"))
    assert len(dump(register.engine)["outbox"]) == before + moved


def test_an_override_of_single_days_settles_no_year(register: Register) -> None:
    opinions(register, 1, YEARS_END)
    register.import_calendar(off(BRIDGE), noon(YEARS_END), "R1")
    row = deadline(register, "O00001", "5wd")
    assert (row.last_day, row.provisional) == (date(2027, 1, 6), True)


def test_a_second_import_of_one_notice_changes_nothing(register: Register) -> None:
    opinions(register, 3, YEARS_END)
    first = register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1")
    before = dump(register.engine)
    again = register.import_calendar(NEW_YEAR, noon(YEARS_END) + timedelta(days=9), "R2")
    assert (again.notice, again.changed_days, again.moved) == (first.notice, (), ())
    assert dump(register.engine) == before


def test_an_import_that_was_interrupted_is_finished_by_the_next(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    opinions(register, 9, YEARS_END)
    monkeypatch.setattr(register_module, "CHUNK", 7)
    recount, calls = Register._recount, iter("ab")

    def recount_twice(*values: object) -> object:
        next(calls)
        return recount(*values)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(Register, "_recount", recount_twice)
        with pytest.raises(StopIteration):
            register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1")
    moved = register.import_calendar(NEW_YEAR, noon(YEARS_END), "R1").moved
    assert len(moved) == 3 * 9 - 9  # of the fourteen rows of two chunks nine were moved
    assert all(len(register.events(f"O0000{number}")) == 4 for number in range(1, 10))
    assert verify(register).ok


def test_an_overdue_limit_whose_last_day_moves_behind_today_is_no_longer_overdue(register: Register) -> None:
    opinions(register, 1, YEARS_END)
    overdue = date(2027, 1, 6)
    assert register.sweep(morning(overdue)).climbed == 1
    assert [limit.key for limit in overdue_on(register, overdue)] == ["5wd"]
    register.import_calendar(NEW_YEAR, noon(overdue), "R1")
    assert overdue_on(register, overdue) == []
    row = deadline(register, "O00001", "5wd")
    assert (row.rungs, row.next_rung_on) == (0, date(2027, 1, 7))
    assert register.sweep(morning(overdue)).climbed == 0
    assert register.sweep(morning(date(2027, 1, 7))).climbed == 1
    assert event_names(register, "O00001").count("limit.overdue") == 2


def test_a_last_day_that_moves_into_the_past_is_overdue_at_the_next_sweep(register: Register) -> None:
    work = CalendarNotice(
        "调休", None, (CalendarDay(date(2025, 3, 15), True), CalendarDay(date(2025, 3, 16), True))
    )
    opinions(register, 1)
    assert register.sweep(morning(date(2025, 3, 19))).climbed == 0
    report = register.import_calendar(work, noon(date(2025, 3, 19)), "R1")
    assert (report.moved[0].key, report.moved[0].new) == ("15wd", date(2025, 3, 31))
    assert deadline(register, "O00001", "5wd").last_day == date(2025, 3, 17)
    assert register.sweep(morning(date(2025, 3, 19))).climbed == 1


def test_a_limit_that_was_met_late_is_in_time_once_the_past_calendar_is_corrected(register: Register) -> None:
    opinions(register, 2)
    late = date(2025, 3, 20)  # the sixth working day
    take(register, late, an_action("O00001", "answer", "clerk", answer="好"))
    take(register, late + timedelta(days=1), an_action("O00002", "answer", "clerk", answer="好"))
    assert [opinion_limit(register, case).last_day for case in ("O00001", "O00002")] == [date(2025, 3, 19)] * 2
    report = register.import_calendar(OVERRIDE, noon(late + timedelta(days=9)), "R1")
    judged = {limit.case_id: limit.judged for limit in report.moved if limit.key == "5wd"}
    assert judged == {"O00001": "in_time", "O00002": ""}
    assert opinion_limit(register, "O00001").last_day == late
    moved = next(e for e in register.events("O00001") if e["name"] == "limit.moved" and e["data"]["key"] == "5wd")
    assert moved["data"]["judged"] == "in_time"
    assert explained(register, "O00001") == "2025-03-20 完成，按时"
    assert verify(register).ok
    taken_back = replace(OVERRIDE, title="照常上班", days=(CalendarDay(FIRST + timedelta(days=1), True),))
    report = register.import_calendar(taken_back, noon(late + timedelta(days=10)), "R1")
    assert [limit.judged for limit in report.moved if (limit.case_id, limit.key) == ("O00001", "5wd")] == ["late"]
    assert explained(register, "O00001") == "2025-03-20 完成，逾期"


def test_the_figures_of_opinions_follow_a_corrected_calendar() -> None:
    note = {"did": "met", "key": "5wd", "last_day": "2025-03-19"}
    answered = SimpleNamespace(name="opinion.answered", on=date(2025, 3, 20), data={"limits": [note]})
    data = {"key": "5wd", "last_day": "2025-03-20"}
    corrected = SimpleNamespace(name="limit.moved", on=date(2025, 3, 20), data=data)
    assert not reduced([answered]).in_time  # type: ignore[list-item]
    assert reduced([answered, corrected]).in_time  # type: ignore[list-item]


def test_what_a_limit_missed_before_it_started_again_is_judged_again(register: Register) -> None:
    row = Deadline(
        "O00001", "opinion", "O00001", "5wd", 1, "unit:U1", True, date(2025, 3, 20), "5", "working_days", "none",
        date(2025, 3, 27), False, "source", missed=1,
        earlier=json.dumps([
            {"started_on": "2025-03-12", "amount": "5", "unit": "working_days", "roll": "none",
             "last_day": "2025-03-19", "ended_on": "2025-03-20"},
        ]),
    )  # fmt: skip
    corrected = register.workdays().with_overrides({FIRST + timedelta(days=1): False})
    again = recounted(row, (), corrected, date(2025, 3, 25))
    assert again.missed == 0
    assert json.loads(again.earlier)[0]["last_day"] == "2025-03-20"
    assert recounted(again, (), register.workdays(), date(2025, 3, 25)).missed == 1


def test_limits_that_ended_without_being_met_follow_the_calendar_and_nobody_is_told(register: Register) -> None:
    a_directory(register)
    walk(register, "C1", until="submit", every=0)
    act(register, FIRST, "C1", "withdraw", "deputy", reason="另提")
    messages = len(dump(register.engine)["outbox"])
    report = register.import_calendar(OVERRIDE, noon(FIRST), "R1")
    assert {limit.case_id for limit in report.moved} == {"C1"}
    assert len(dump(register.engine)["outbox"]) == messages
    assert verify(register).ok


def opinion_limit(register: Register, case: str) -> Deadline:
    return deadline(register, case, "5wd")


def explained(register: Register, case: str) -> str:
    (shown,) = explain_limits(register, case, date(2025, 12, 31), "5wd")
    return str(shown["status"])


def test_a_day_agreed_upon_is_no_matter_of_the_calendar(register: Register) -> None:
    """A promise whose day was over when the reply arrived: an import may not stumble over it."""
    a_directory(register)
    promise: dict[str, Any] = {"class": "PLANNED_DATED"}
    promise["commitments"] = [{"text": "补装路灯", "due_on": "2025-03-26"}]
    signed = walk(register, "C1", until="sign", **promise)
    act(register, signed + timedelta(days=30), "C1", "deliver_reply", "handler")
    before = deadline(register, "C1", "commitment_by")
    assert before.last_day < before.started_on
    report = register.import_calendar(off(before.last_day), noon(before.started_on), "R1")
    assert "commitment_by" not in {limit.key for limit in report.moved}
    assert deadline(register, "C1", "commitment_by") == before


def test_another_program_counts_with_the_notice_at_once(register: Register, database_url: str) -> None:
    engine = open_engine(database_url)
    other = Register(engine, LIBRARY)
    assert other.workdays().is_workday(date(2025, 3, 13))
    register.import_calendar(OVERRIDE, noon(FIRST), "R1")
    opinions(other, 1)
    assert deadline(other, "O00001", "5wd").last_day == date(2025, 3, 20)
    engine.dispose()


BAD = CalendarNotice(
    "错误的通知",
    2027,
    (
        CalendarDay(date(2027, 1, 1), False),
        CalendarDay(date(2027, 1, 1), True),
        CalendarDay(date(2029, 1, 1), False),
        CalendarDay(date(2026, 12, 31), False),
        CalendarDay(date(2020, 1, 1), False),
    ),
)


def test_every_bad_row_of_a_notice_is_named_and_nothing_imported(register: Register) -> None:
    opinions(register, 1, YEARS_END)
    before = dump(register.engine)
    with pytest.raises(ImportRefused) as refused:
        register.import_calendar(BAD, noon(YEARS_END), "R1")
    assert [(fault.number, str(fault.why)) for fault in refused.value.faults] == [
        (2, "2027-01-01 is given twice, first in record 1"),
        (3, "2029-01-01 has nothing to do with the notice for 2027"),
        (5, "2020-01-01 has nothing to do with the notice for 2027"),
    ]
    assert "3 bad rows, nothing was imported" in str(refused.value)
    assert dump(register.engine) == before


def test_a_yearly_notice_without_a_day_is_refused(register: Register) -> None:
    with pytest.raises(ImportRefused, match="a notice for 2027 without any day"):
        register.import_calendar(CalendarNotice("空", 2027, ()), noon(FIRST), "R1")
