"""The figures of a day counted later are those counted on it, whatever happened since and however it is dated."""

import random
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from rulebooks import civil_day
from storage import Register, open_engine
from storage.export import event_lines
from storage.people import Roster
from storage.statistics import GROUPINGS, count, count_opinions
from tests.builders import CITY, FIRST, LIBRARY, act, an_action, opinions, take, walk
from tests.databases import Databases
from tests.storage.statistics import reader
from tests.storage.test_walks import of_case, walked

BOTH = ("batch", "unit")
"""The two ways of counting: suggestions, and the units' parts of them."""


def fingerprint(register: Register, on: date, *groupings: str) -> dict[str, Any]:
    """Every figure of these groupings, by default of all."""
    return {by: asdict(count(register, on, by)) for by in groupings or GROUPINGS}


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
def test_random_histories_keep_the_figures_of_each_of_their_days(
    walking: Databases, seed: int, rulebook: str
) -> None:
    register = Register(open_engine(walking.fresh()), LIBRARY)
    chance = random.Random(seed)
    log = [
        (at, of_case(action, f"C{number}", rulebook))
        for number in range(2)
        for action, at, _ in walked(chance, rulebook).log
    ]
    log.sort(key=lambda one: one[0])
    then: dict[date, Any] = {}
    last = civil_day(log[0][0])
    for at, action in log:
        today = civil_day(at)
        if today != last:
            then[last] = fingerprint(register, last, *BOTH)
            last = today
        (outcome,) = register.apply([action], at)
        assert outcome.done, f"{action.name}: {outcome.reason}"
    then[last] = fingerprint(register, last, *BOTH)
    for on, figures in then.items():
        assert fingerprint(register, on, *BOTH) == figures, on
    _as_the_reader_counts(register, last)
    register.engine.dispose()


def _as_the_reader_counts(register: Register, on: date) -> None:
    """The walks go where no rehearsed year does: parts given back, dates corrected, rounds without end."""
    for by in ("year", "unit"):
        told = reader.count(event_lines(register, on), on.isoformat(), by, {})
        for group in count(register, on, by).groups:
            ours = {rate.key: [rate.numerator, rate.denominator or 0] for rate in group.rates}
            assert ours == {key: told[group.key][key] for key in ours}


@pytest.mark.both
def test_both_databases_give_the_same_and_what_is_entered_late_counts_from_its_entry(desk: Register) -> None:
    replied = walk(desk, "C1", "C2", until="deliver_reply")
    table = count(desk, replied, "unit")
    (unit,) = table.groups
    assert (unit.key, unit.name, unit.n) == ("U1", "第1局", 2)
    assert unit.rate("replied").percent == "100.0"
    before = count(desk, replied - timedelta(days=1), "unit")
    assert before.groups[0].rate("replied").percent == "0.0"
    assert count(desk, FIRST, "batch").groups == ()
    day = replied + timedelta(days=1)
    act(desk, day, "C1", "send_forms", "registrar")
    assert count(desk, replied, "unit") == table
    assert count(desk, day, "unit").groups[0].rate("returned").denominator == 1


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
    one, two, three = opinions(desk, 3, rulebook="reception", regions=(CITY,))
    take(
        desk, FIRST,
        an_action(one, "route", "registrar", unit="U1"),
        an_action(two, "route", "registrar", unit="U2"),
        an_action(three, "promote", "registrar", kind="suggestion", into="J-1"),
    )  # fmt: skip
    take(desk, FIRST, an_action(one, "answer", "handler", answer="修好了"))
    take(desk, FIRST + timedelta(days=60), an_action(two, "answer", "handler", "W2", answer="修好了"))
    take(desk, FIRST + timedelta(days=61), an_action(one, "relay", "registrar"))
    take(desk, FIRST + timedelta(days=61), an_action(one, "rate", "clerk", rating="SATISFIED"))
    last = FIRST + timedelta(days=61)
    late = {rate.key: (rate.numerator, rate.denominator) for rate in count_opinions(desk, last)[CITY]}
    assert late == {
        "responded": (1, 2), "answered": (2, 3), "rated": (1, 2), "satisfied": (1, 1), "to_suggestion": (1, 3),
        "to_project": (0, 3), "to_law": (0, 3),
    }  # fmt: skip
    early = {rate.key: rate.percent for rate in count_opinions(desk, FIRST, "unit")["U1"]}
    assert (early["responded"], early["satisfied"]) == ("100.0", "–")
    assert set(count_opinions(desk, FIRST, "unit")) == {"", "U1", "U2"}
