"""Whatever JSON stands in an action's data: it is taken or refused, never a crash."""

import pickle
import random
import re
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from states import Action, NotAllowed, decide
from states.sheets import SHEETS
from tests.states.builders import FIRST, SEED, STAGES, SUQIAN, noon, submitted
from tests.states.walks import moves

KEYS = sorted(
    {field.key for sheet in SHEETS.values() for field in sheet}
    | {"by", "data", "level", "levels", "limits", "on_behalf_of", "state"}
)
"""Every key of an action's data that a sheet asks, and some that only a decision writes."""
ODD: tuple[Any, ...] = (None, [["x"]], {"x": [1]}, [{"unit": [], "text": {}}], -1, True)
REPR = re.compile(r"\b(None|True|False)\b|[\[{']")
"""How Python writes a value that is no text."""
OVERSEEN = {
    "location": "桥头",
    "found": "PARTLY_RESOLVED",
    "finding": "未完工",
    "target": "2025 年立法计划",
    "score": 80,
    "holder": "D1",
}
KINDS_OF = {"record_conversion": "LAW_PLAN", "propose_supervision": "LEADER"}
WORDS = st.sampled_from(
    ("C1/a1", "C1/k1", "C1/c1", "D1", "D2", "U1", "phone", "RESOLVED", "SATISFIED", "TRACKING", "")
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=3) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=5,
)


DESKS = {name: build() for name, build in STAGES.items()}


def numbered(seed: int) -> Any:
    return random.Random(seed).choice


any_action = given(
    st.sampled_from(sorted(DESKS)),
    st.integers(0, 10**6),
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=3),
)


@settings(max_examples=250, deadline=None)
@any_action
def test_any_data_is_taken_or_refused(stage: str, seed: int, data: dict[str, Any]) -> None:
    taken_or_refused(stage, seed, data)


@pytest.mark.slow
@settings(max_examples=1200, deadline=None)
@any_action
def test_any_data_at_length_is_taken_or_refused(stage: str, seed: int, data: dict[str, Any]) -> None:
    taken_or_refused(stage, seed, data)


def taken_or_refused(stage: str, seed: int, data: dict[str, Any]) -> None:
    desk = DESKS[stage]
    pick = numbered(seed)
    name, role, by, unit, more = pick(moves(desk, pick, forward=False))
    before = pickle.dumps(desk.dossier)
    action = Action("C1", name, by, role, {**more, **data}, None, "", unit)
    with suppress(NotAllowed):
        decide(desk.dossier, action, SUQIAN, SEED, noon(desk.on))
    assert pickle.dumps(desk.dossier) == before


def test_odd_data_in_any_key_of_any_action_is_taken_or_refused() -> None:
    tried, sentences = set(), set()
    for desk in DESKS.values():
        for name, role, by, unit, more in moves(desk, numbered(1), forward=False):
            if name in tried:
                continue
            tried.add(name)
            kind = KINDS_OF.get(name, more["kind"])
            for key, odd in product(KEYS, ODD):
                data = {**more, **OVERSEEN, "kind": kind, key: odd}
                action = Action("C1", name, by, role, data, None, "", unit)
                try:
                    decide(desk.dossier, action, SUQIAN, SEED, noon(desk.on))
                except NotAllowed as refusal:
                    sentences.add((name, key, refusal.refused.chinese()))
    assert [sentence for sentence in sentences if REPR.search(sentence[-1])] == []
    assert {"evaluate", "inspect", "record_conversion", "draft_reply"} <= tried


@given(
    st.sampled_from(("draft", "record", "submit")), st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=5)
)
def test_no_case_is_opened_by_a_crash(name: str, data: dict[str, Any]) -> None:
    with suppress(NotAllowed):
        decide(None, Action("C1", name, "D1", "deputy", data), SUQIAN, SEED, noon(FIRST))


def test_what_only_the_decision_writes_cannot_be_said_by_an_action() -> None:
    """A fake note about a limit would stand in the chain as if the decision had made it."""
    desk = submitted()
    decision = desk.act("open_review", "registrar", state="ARCHIVED", limits=[{"last_day": "2099-01-01"}])
    assert decision.events[0].data == {"state": ["SUBMITTED", "UNDER_REVIEW"]}
