"""Does the sweep reach every limit that is due, once, whatever happens to it on the way?"""

import subprocess
import sys
import threading
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from rulebooks import OVERDUE, civil_day
from storage import Register, open_engine
from storage.day_counts import overdue_on
from storage.sealing import verify
from storage.statements import transaction
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
    opinions,
    take,
    walk,
)
from tests.databases import Databases
from tests.storage.dying import WORKS
from tests.storage.test_writers import together

FIVE_DAYS = date(2025, 3, 19)
"""The last day of five working days from `FIRST`; the other rulers of the message board end later."""

DUE = FIVE_DAYS + timedelta(days=1)


@pytest.mark.sqlite_first
@pytest.mark.parametrize("count", [1, 999, 1001, pytest.param(10_600, marks=pytest.mark.slow)])
def test_every_due_case_is_reached_and_no_other(register: Register, count: int) -> None:
    names = opinions(register, count)
    assert register.sweep(morning(FIVE_DAYS)).climbed == 0
    report = register.sweep(morning(DUE))
    assert (report.climbed, report.chunks) == (count, -(-count // 1000))
    late = overdue_on(register, DUE)
    assert [limit.case_id for limit in late] == names
    assert {(limit.key, limit.days_late) for limit in late} == {("5wd", 1)}
    stored = dump(register.engine)
    assert len(stored["events"]) == 2 * count
    assert len(stored["outbox"]) == 2 * count, "the office that owes it, and its leader by U1"
    assert verify(register).ok


def test_a_second_sweep_at_the_same_instant_changes_nothing(register: Register) -> None:
    opinions(register, 30)
    assert register.sweep(morning(DUE), chunk=7).chunks == 5
    before = dump(register.engine)
    assert register.sweep(morning(DUE)).climbed == 0
    assert dump(register.engine) == before


def test_what_is_met_or_void_is_not_swept(register: Register) -> None:
    a_directory(register)
    walk(register, "C1", until="evaluate", every=0)
    act(register, FIRST, "C1", "publish", "registrar")
    walk(register, "C2", until="open_review", every=0)
    act(register, FIRST, "C2", "withdraw", "deputy", reason="另提")
    assert register.next_due() is None
    assert register.sweep(morning(date(2026, 3, 12))).climbed == 0
    assert "limit.overdue" not in event_names(register, "C1") + event_names(register, "C2")


def test_the_next_due_moment_is_the_midnight_after_the_earliest_last_day(register: Register) -> None:
    opinions(register, 2)
    due = register.next_due()
    assert due is not None
    assert (civil_day(due), due.hour, due.utcoffset()) == (DUE, 0, timedelta(hours=8))
    register.sweep(due)
    later = register.next_due()
    assert later is not None
    assert later > due


def test_a_sweep_after_an_outage_dates_every_event_by_its_own_day(register: Register) -> None:
    opinions(register, 3)
    asleep_until = date(2026, 1, 5)
    climbed = register.sweep(morning(asleep_until), chunk=4).climbed
    limits = {row.key: row for row in register.dossier("O00002").deadlines.values()}
    events = register.events("O00002")[1:]
    assert climbed == 3 * len(events)
    overdue = [event for event in events if event["name"] == "limit.overdue"]
    assert [event["data"]["key"] for event in overdue] == ["5wd", "15wd", "30wd", "3m", "6m"]
    for event in overdue:
        assert event["on"] == limits[event["data"]["key"]].last_day + OVERDUE
    for event in events:
        assert civil_day(event["at"]) == event["on"]
        assert civil_day(event["entered_at"]) == asleep_until
    for key in limits:
        levels = [event["data"]["level"] for event in events if event["data"]["key"] == key]
        assert [level for level in levels if level] == ["U1", "U2", "U3"]
    assert [event["on"] for event in events] == sorted(event["on"] for event in events)
    assert verify(register).ok


def test_daily_sweeps_and_one_late_sweep_write_the_same_events(databases: Databases) -> None:
    written = []
    for rhythm in ([1] * 120, [120], [7, 50, 63]):
        engine = open_engine(databases.fresh())
        register = Register(engine, LIBRARY)
        opinions(register, 4)
        day = FIRST
        for days in rhythm:
            day += timedelta(days=days)
            register.sweep(morning(day))
        written.append([(event["name"], event["on"], event["data"]) for event in register.events("O00003")])
        engine.dispose()
    assert [name for name, _, _ in written[0]].count("limit.overdue") == 4
    assert written[1:] == [written[0], written[0]]


# -- killed ----------------------------------------------------------------------------------------------


def a_burst(url: str) -> None:
    """What is then worked off: a dozen limits that end on different days, several of one case."""
    engine = open_engine(url)
    register = a_directory(Register(engine, LIBRARY))
    opinions(register, 2)
    walk(register, "C1", until="accept", every=0)
    walk(register, "C2", until="submit", every=0)
    engine.dispose()


def ended(work: str, *triples: tuple[str, int, str]) -> list[int]:
    """How programs ended that were killed at a commit: (database, number of the commit, before or after it)."""
    arguments = [str(part) for triple in triples for part in triple]
    command = [sys.executable, "-m", "tests.storage.dying", work, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    return [int(line) for line in run.stdout.split()]


def finished(url: str, work: str) -> dict[str, list[bytes]]:
    """Everything stored after the work was done, by a program that is not killed."""
    engine = open_engine(url)
    register = Register(engine, LIBRARY)
    WORKS[work](register)
    assert verify(register).ok
    stored = dump(engine)
    engine.dispose()
    return stored


SOME: Sequence[Sequence[int]] = [(1, 3, 90)]
EVERY: Sequence[Sequence[int]] = [range(start, start + 8) for start in range(1, 90, 8)]
"""Numbers of commits, tried part by part until the work has fewer of them."""


@pytest.mark.sqlite_first
@pytest.mark.parametrize("work", ["sweep", "calendar"])
@pytest.mark.parametrize(
    "numbers", [SOME, pytest.param(EVERY, marks=pytest.mark.slow)], ids=["some", "every"]
)
def test_killed_at_any_commit_and_run_again_it_ends_as_if_undisturbed(
    databases: Databases, work: str, numbers: Sequence[Sequence[int]]
) -> None:
    start = databases.fresh()
    a_burst(start)
    expected = finished(databases.copy(start), work)
    killed = 0
    for part in numbers:
        points = [(databases.copy(start), number, when) for number in part for when in ("before", "after")]
        codes = ended(work, *points)
        assert set(codes) <= {-9, 0}, codes
        for (url, number, when), code in zip(points, codes, strict=True):
            if code == -9:
                assert finished(url, work) == expected, f"killed {when} commit {number}"
        killed += codes.count(-9)
        if codes[-1] == 0:
            break
    else:
        raise AssertionError("the work has more commits than were tried")
    assert killed >= 4
    print(f"{databases.kind}: {work} killed at {killed} points")


# -- side by side ----------------------------------------------------------------------------------------


def test_sweeps_side_by_side_climb_every_limit_exactly_once(register: Register) -> None:
    opinions(register, 300)
    climbed: list[int] = []
    together(*[lambda: climbed.append(register.sweep(morning(DUE), chunk=20).climbed)] * 3)
    assert sum(climbed) == 300
    stored = dump(register.engine)
    assert (len(stored["events"]), len(stored["outbox"])) == (600, 600)
    assert verify(register).ok


@pytest.mark.postgres
def test_a_sweep_takes_the_cases_that_people_are_writing_last(postgres: Databases) -> None:
    engine = open_engine(postgres.fresh())
    register = Register(engine, LIBRARY)
    opinions(register, 30)
    with transaction(engine) as person:
        person.rows("SELECT id FROM cases WHERE id = 'O00001' FOR UPDATE")
        sweep = threading.Thread(target=lambda: register.sweep(morning(DUE), chunk=10))
        sweep.start()
        for _ in range(200):
            done = person.rows("SELECT count(*) FROM events WHERE name = 'limit.overdue'")[0][0]
            if done == 29:
                break
            sweep.join(0.05)
        assert done == 29, "the others are reached while the person still writes"
        assert sweep.is_alive()
    sweep.join()
    assert (deadline(register, "O00001", "5wd").rungs, deadline(register, "O00001", "5wd").level) == (2, "U1")
    assert len(dump(engine)["outbox"]) == 60
    assert verify(register).ok
    engine.dispose()


def test_a_person_who_answers_during_the_sweep_is_not_lost(register: Register) -> None:
    names = opinions(register, 60)

    def answer() -> None:
        for start in range(0, 60, 10):
            some = names[start : start + 10]
            take(register, DUE, *(an_action(case, "answer", "clerk", answer="已修好") for case in some))

    together(answer, lambda: register.sweep(morning(DUE), chunk=5))
    for name in names:
        assert deadline(register, name, "5wd").met_on == DUE
        assert event_names(register, name).count("opinion.answered") == 1
        assert event_names(register, name).count("limit.overdue") <= 1
    assert verify(register).ok
