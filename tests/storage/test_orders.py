"""Lists in another order than the usual one: what is empty comes last, and pages join without gap."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from storage import Register, lists
from storage.levels import rank_of
from storage.lists import Wanted, late_limits, list_cases
from storage.orders import LATE_KEYS, Order, SortKey
from storage.visible import Scope
from tests.builders import CITY, FIRST, SOLE, a_draft, morning, steps, take

ANY = Scope()
TITLES = {"C1": "二、修路", "C2": "一、修桥", "C3": "修路", "C4": "修路"}


@pytest.fixture
def assigned(desk: Register) -> Register:
    """C2, C3, C1 are assigned a day after each other; C4 is a draft and has neither number nor limit."""
    for days, case in enumerate(("C2", "C3", "C1")):
        for action in (a_draft(case, title=TITLES[case]), *steps(case, "suqian", SOLE, {})[1:6]):
            take(desk, FIRST + timedelta(days), action)
    take(desk, FIRST, a_draft("C4", title=TITLES["C4"]))
    return desk


def ids(register: Register, wanted: Wanted, limit: int = 100, scope: Scope = ANY) -> list[str]:
    return [row.case["id"] for row in list_cases(register, scope, wanted, limit)]


@pytest.mark.parametrize(
    ("key", "rising", "falling"),
    [
        (SortKey.TITLE, ["C2", "C1", "C3", "C4"], ["C3", "C4", "C1", "C2"]),
        (SortKey.DUE, ["C2", "C3", "C1", "C4"], ["C1", "C3", "C2", "C4"]),
        (SortKey.NUMBER, ["C2", "C3", "C1", "C4"], ["C1", "C3", "C2", "C4"]),
        (SortKey.RECEIVED, ["C2", "C4", "C3", "C1"], ["C1", "C3", "C2", "C4"]),
    ],
)
def test_cases_are_sorted_both_ways(
    assigned: Register, key: SortKey, rising: Sequence[str], falling: Sequence[str]
) -> None:
    assert ids(assigned, Wanted(order=Order(key))) == rising
    assert ids(assigned, Wanted(order=Order(key, falling=True))) == falling
    assert ids(assigned, Wanted(order=Order(key), text="修路")) == [case for case in rising if case != "C2"]


@pytest.mark.parametrize("few", [3_000, 0])
@pytest.mark.parametrize("falling", [False, True])
def test_pages_join_without_gap(
    assigned: Register, monkeypatch: pytest.MonkeyPatch, few: int, falling: bool
) -> None:
    monkeypatch.setattr(lists, "FEW", few)
    by_due = Wanted(order=Order(SortKey.DUE, falling))
    for scope, wanted in product((ANY, Scope(region=CITY)), (by_due, replace(by_due, ended=False))):
        whole = ids(assigned, wanted, scope=scope)
        pages = [ids(assigned, replace(wanted, after=str(skip)), 1, scope) for skip in range(len(whole) + 2)]
        assert [case for page in pages for case in page] == whole
        assert whole == (["C1", "C3", "C2", "C4"] if falling else ["C2", "C3", "C1", "C4"])


def test_a_limit_that_the_scope_hides_sorts_nothing(assigned: Register) -> None:
    keys = {limit["key"] for row in list_cases(assigned, ANY, Wanted()) for limit in row.limits}
    blind = Scope(hidden_limits=tuple(keys))
    assert ids(assigned, Wanted(order=Order(SortKey.DUE)), scope=blind) == ["C1", "C2", "C3", "C4"]


@pytest.mark.parametrize("key", LATE_KEYS)
@pytest.mark.parametrize("falling", [False, True])
def test_late_limits_are_sorted_both_ways(assigned: Register, key: SortKey, falling: bool) -> None:
    on = FIRST + timedelta(days=400)
    assigned.sweep(morning(on))
    rows = late_limits(assigned, ANY, on, order=Order(key, falling))
    column = {SortKey.DUE: "last_day"}.get(key, key.value)
    values = [rank_of(row["level"]) if key is SortKey.LEVEL else row[column] for row in rows]
    assert len(values) >= 3
    assert values == sorted(values, reverse=falling)
