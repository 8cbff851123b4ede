"""Random walks of the machines, kept by the register: every row reads back as its event left it."""

import json
import random
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest

from states import Action, NotAllowed
from storage import Register
from storage.people import Roster
from storage.sealing import verify
from tests.states.builders import Desk
from tests.states.test_properties import UNITS, opened
from tests.states.walks import moves

STEPS = 50
STARTS = ("drafted", "handling", "evaluating", "rehandling")


def walked(chance: random.Random, rulebook: str) -> Desk:
    """A case under a packaged rulebook after some fifty steps by anybody, some of them dated back."""
    desk = opened(rulebook, chance.choice(sorted(UNITS)), chance.random() < 0.5, chance.choice(STARTS))
    for _ in range(STEPS):
        if chance.random() < 0.15:
            desk.later(chance.choice((1, 3, 8, 22)))
            continue
        possible = moves(desk, chance.choice, forward=chance.random() < 0.8)
        if not possible:
            break
        name, role, by, unit, more = chance.choice(possible)
        back = chance.choice((0, 0, 0, 2, 9))
        dated = desk.on - timedelta(days=back) if back else None
        with suppress(NotAllowed):
            desk.act(name, role, by, unit, dated=dated, more=more)
    return desk


def of_case(action: Action, case: str, rulebook: str) -> Action:
    """The action on the case C1 of a walk, taken on another case, which has a number of its own."""
    own = {"number": case} if action.name == "register" else {}
    data = json.loads(json.dumps({"rulebook": rulebook, **action.data, **own}).replace('"C1/', f'"{case}/'))
    return replace(action, case=case, data=data)


@pytest.mark.parametrize("walks", [10, pytest.param(40, marks=pytest.mark.slow)])
def test_what_random_walks_leave_behind_verifies(
    register: Register, monkeypatch: pytest.MonkeyPatch, walks: int
) -> None:
    # The people of a walk change their roles as they like; who may act has tests of its own.
    monkeypatch.setattr(Roster, "check", lambda *_: None)
    monkeypatch.setattr(Roster, "unit_of", lambda _, action: action.unit)
    taken = 0
    for seed in range(walks):
        chance = random.Random(seed)
        rulebook = chance.choice(("suqian", "zhejiang", "chongqing"))
        for action, at, _ in walked(chance, rulebook).log:
            (outcome,) = register.apply([of_case(action, f"C{seed}", rulebook)], at)
            assert outcome.done, f"seed {seed}, {action.name}: {outcome.reason}"
            taken += 1
    proof = verify(register)
    assert proof.ok, proof.faults
    assert (proof.cases, taken > 20 * walks) == (walks, True)
