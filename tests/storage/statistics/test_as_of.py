"""The figures of a day are of the facts dated up to it as they are known now: later facts change nothing of it."""

import random
from dataclasses import asdict, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rulebooks import ZONE, civil_day
from storage import Register, open_engine
from storage.export import event_lines
from storage.people import Roster
from storage.statistics import GROUPINGS, StatisticsError, count, count_opinions, facts_on
from tests.builders import CITY, FIRST, LIBRARY, act, an_action, noon, opinions, take, walk
from tests.databases import Databases
from tests.storage.statistics import fresh_reader
from tests.storage.test_walks import of_case, walked

NOW = datetime(2027, 12, 31, 12, tzinfo=ZONE)
"""Any moment after all of these histories."""

BOTH = ("batch", "unit")
"""The two ways of counting: suggestions, and the units' parts of them."""


def fingerprint(register: Register, on: date, *groupings: str) -> dict[str, Any]:
    """Every figure of these groupings, by default of all."""
    return {by: asdict(count(register, on, by, at=NOW)) for by in groupings or GROUPINGS}


@pytest.fixture
def walking(sqlite: Databases, monkeypatch: pytest.MonkeyPatch) -> Databases:
    # The people of a walk change their roles as they like; who may act has tests of its own.
    monkeypatch.setattr(Roster, "check", lambda *_: None)
    monkeypatch.setattr(Roster, "unit_of", lambda _, action: action.unit)
    return sqlite


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(seed=st.integers(0, 10_000), rulebook=st.sampled_from(("suqian", "zhejiang", "chongqing")))
def test_random_histories_are_counted_as_the_reader_counts_them_on_each_of_their_days(
    walking: Databases, seed: int, rulebook: str
) -> None:
    register = Register(open_engine(walking.fresh()), LIBRARY)
    chance = random.Random(seed)
    log = [
        (at, of_case(action, f"C{number}", rulebook))
        for number in range(2)
        for action, at, _ in walked(chance, rulebook).log
    ]
    log.sort(key=lambda line: line[0])
    for at, action in log:
        (outcome,) = register.apply([action], at)
        assert outcome.done, f"{action.name}: {outcome.reason}"
    lines = list(event_lines(register))
    for on in {civil_day(at) for at, _ in log}:
        _as_the_reader_counts(register, lines, on)
    _counts_the_last_days_that_are_stored(register)
    register.engine.dispose()


def _counts_the_last_days_that_are_stored(register: Register) -> None:
    """Whatever event moved a limit, the facts have its last day as its row has it."""
    for case in facts_on(register, civil_day(NOW)):
        rows = {(row.subject_id, row.key): row.last_day for row in register.dossier(case.id).deadlines.values()}
        for part in case.parts.values():
            due = {"reply_by": part.reply_due, "rehandle_by": part.again_due, "receipt_by": part.receipt_due}
            assert due == {key: rows.get((part.id, key)) for key in due}, (case.id, part.id)


def _as_the_reader_counts(register: Register, lines: list[bytes], on: date) -> None:
    """The walks go where no rehearsed year does: parts given back, dates corrected, rounds without end."""
    for by in ("year", "unit"):
        theirs = fresh_reader.count(lines, on.isoformat(), by, {})
        for group in count(register, on, by, at=NOW).groups:
            ours = {rate.key: [rate.numerator, rate.denominator or 0] for rate in group.rates}
            assert ours.keys() <= theirs[group.key].keys(), "fresh_reader.py counts every figure a second time"
            assert ours == {key: theirs[group.key][key] for key in ours}


@pytest.mark.both
def test_both_databases_give_the_same_whatever_happened_since(desk: Register) -> None:
    replied = walk(desk, "C1", "C2", until="deliver_reply")
    table = count(desk, replied, "unit", at=NOW)
    (unit,) = table.groups
    assert (unit.key, unit.name, unit.n) == ("U1", "第1局", 2)
    assert unit.rate("replied").percent == "100.0"
    before = count(desk, replied - timedelta(days=1), "unit", at=NOW)
    assert before.groups[0].rate("replied").percent == "0.0"
    assert count(desk, FIRST, "batch", at=NOW).groups == ()
    day = replied + timedelta(days=1)
    act(desk, day, "C1", "send_forms", "registrar")
    assert count(desk, replied, "unit", at=NOW) == table
    assert count(desk, day, "unit", at=NOW).groups[0].rate("returned").denominator == 1


@pytest.mark.both
def test_a_fact_that_is_entered_late_counts_on_the_day_it_bears(desk: Register) -> None:
    signed = walk(desk, "C1", until="sign")
    given = signed + timedelta(days=1)
    action = replace(an_action("C1", "deliver_reply", "handler"), at=noon(given))
    (outcome,) = desk.apply([action], noon(given + timedelta(days=20)))
    assert outcome.done, outcome.reason
    assert [replied(desk, given + timedelta(days=days)) for days in (-1, 0, 1)] == ["0.0", "100.0", "100.0"]


@pytest.mark.both
@pytest.mark.parametrize("days", [-4, 4])
def test_a_corrected_day_of_assignment_holds_for_the_days_before_its_correction(desk: Register, days: int) -> None:
    assigned = walk(desk, "C1", until="propose_units") + timedelta(days=9)
    act(desk, assigned, "C1", "assign", "registrar")
    corrected = assigned + timedelta(days=days)
    late = max(assigned, corrected) + timedelta(days=9)
    act(desk, late, "C1", "correct_assigned_date", "registrar", assigned_on=str(corrected), reason="笔误")
    first, last = corrected - timedelta(days=1), corrected
    given = [count(desk, on, "year", at=NOW).total.rate("assigned").numerator for on in (first, last)]
    assert given == [0, 1]


def test_a_day_that_has_not_come_is_not_counted(desk: Register) -> None:
    walk(desk, "C1", until="register")
    today = civil_day(NOW)
    assert count(desk, today, at=NOW).at == NOW
    for counted in (count, count_opinions):
        with pytest.raises(StatisticsError, match="has not come yet"):
            counted(desk, today + timedelta(days=1), at=NOW)


def replied(register: Register, on: date) -> str:
    return count(register, on, "unit", at=NOW).total.rate("replied").percent


@pytest.mark.both
def test_the_export_holds_every_event_of_every_case_and_can_stop_at_a_day(desk: Register) -> None:
    last = walk(desk, "C1", "C2", until="register")
    take(desk, last + timedelta(days=1))
    lines = list(event_lines(desk))
    assert len(lines) == len(desk.events("C1")) + len(desk.events("C2"))
    early = list(event_lines(desk, FIRST))
    assert [line for line in lines if line in early] == early
    assert len(early) == 2


@pytest.mark.both
def test_opinions_are_counted_from_their_events(desk: Register) -> None:
    first, two, three = opinions(desk, 3, rulebook="reception", regions=(CITY,))
    walk(desk, "J1", until="draft")
    take(
        desk, FIRST,
        an_action(first, "route", "registrar", unit="U1"),
        an_action(two, "route", "registrar", unit="U2"),
        an_action(three, "promote", "registrar", kind="suggestion", into="J1"),
    )  # fmt: skip
    take(desk, FIRST, an_action(first, "answer", "handler", answer="修好了"))
    take(desk, FIRST + timedelta(days=60), an_action(two, "answer", "handler", "W2", answer="修好了"))
    take(desk, FIRST + timedelta(days=61), an_action(first, "relay", "registrar"))
    take(desk, FIRST + timedelta(days=61), an_action(first, "rate", "clerk", rating="SATISFIED"))
    last = FIRST + timedelta(days=61)
    late = {rate.key: (rate.numerator, rate.denominator) for rate in count_opinions(desk, last, at=NOW)[CITY]}
    assert late == {
        "responded": (1, 2), "answered": (2, 3), "rated": (1, 2), "satisfied": (1, 1), "to_suggestion": (1, 3),
        "to_project": (0, 3), "to_law": (0, 3),
    }  # fmt: skip
    early = {rate.key: rate.percent for rate in count_opinions(desk, FIRST, "unit", at=NOW)["U1"]}
    assert (early["responded"], early["satisfied"]) == ("100.0", "–")
    assert set(count_opinions(desk, FIRST, "unit", at=NOW)) == {"", "U1", "U2"}
