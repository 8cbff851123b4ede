"""Whatever anybody does in whatever order: the invariants of the law hold."""

import pickle
import random
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from rulebooks import Rulebook, civil_day
from states import Action, Decision, Dossier, NotAllowed, decide
from states.cases import Assignment, Case, Evaluation
from tests.states.builders import (
    LEAD_AND_CO,
    LIBRARY,
    SEPARATE,
    SOLE,
    SUQIAN,
    Desk,
    accepted,
    drafted,
    evaluating,
    handling,
    joint,
    rehandling,
    replied,
    review,
    rules,
    submitted,
)
from tests.states.walks import moves

RULEBOOKS: dict[str, Rulebook] = {
    "suqian": SUQIAN,
    "each evaluates": rules(SUQIAN, evaluation={"joint": "each"}),
    "automatic": rules(SUQIAN, rehandle={"decided_by": "auto"}, reply={"recipients": "lead"}),
    "zhejiang": LIBRARY.get("zhejiang"),
    "chongqing": LIBRARY.get("chongqing"),
    "national": LIBRARY.get("national"),
}
STARTS = {stage.__name__: stage for stage in (accepted, handling, replied, evaluating, review, rehandling)}
UNITS = {"sole": SOLE, "co": LEAD_AND_CO, "separate": SEPARATE}
HANDLED = (
    "ASSIGNED",
    "REASSIGNING",
    "COMMUNICATING",
    "HANDLING",
    "REHANDLING",
    "CONSULTING",
    "REPLY_SIGNING",
)
FOREVER = ("NOT_ACCEPTED", "WITHDRAWN", "ARCHIVED")
LEFT_ONLY_BY = {
    "REPLY_CLOSED": {"TRACKING", "REHANDLING", "ARCHIVED"},
    "FULFILLED": {"TRACKING", "REHANDLING", "ARCHIVED"},
    "UNFULFILLED_CLOSED": {"ARCHIVED"},
}
MOVERS = {"grant_extension", "correct_assigned_date", "receipt"}
"""Actions that may move the last day of a reply: the last one only where a second reading starts there."""
REACHED: Counter[str] = Counter()


def opened(rulebook: str, units: str, cosigned: bool, start: str) -> Desk:
    """A case under one of `RULEBOOKS`, brought to one of `STARTS` or just drafted."""
    rules_ = RULEBOOKS[rulebook]
    if start == "drafted":
        return drafted(rules_)
    automatic = rules_.rehandle is not None and rules_.rehandle.decided_by == "auto"
    if automatic and start == "rehandling":
        start = "review"  # the rule has ordered it already
    joined = cosigned and rulebook != "each evaluates"
    return STARTS[start](UNITS[units], joint(rules_) if joined else submitted(rules_))


class AnyOrder(RuleBasedStateMachine):
    """One case, acted upon by anybody."""

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()

    @initialize(
        rulebook=st.sampled_from(sorted(RULEBOOKS)),
        units=st.sampled_from(sorted(UNITS)),
        cosigned=st.booleans(),
        start=st.sampled_from(("drafted", *STARTS)),
    )
    def open_case(self, rulebook: str, units: str, cosigned: bool, start: str) -> None:
        self.desk = opened(rulebook, units, cosigned, start)

    @rule(days=st.sampled_from((1, 3, 8, 22, 45)))
    def wait(self, days: int) -> None:
        self.desk.later(days)

    @rule(data=st.data(), steps=st.integers(1, 6))
    def go_forward(self, data: st.DataObject, steps: int) -> None:
        for _ in range(steps):
            self._try_one(data, forward=True)

    @rule(data=st.data())
    def do_anything(self, data: st.DataObject) -> None:
        self._try_one(data, forward=False)

    @precondition(lambda self: self.desk.dossier is not None and self.desk.case.case.assigned_on is not None)
    @rule(data=st.data())
    def date_back(self, data: st.DataObject) -> None:
        self._try_one(data, forward=False, back=data.draw(st.integers(1, 20)))

    @rule(data=st.data())
    def act_for_another(self, data: st.DataObject) -> None:
        """The right action by the wrong unit or person is always refused or harmless."""
        self._try_one(data, forward=False, unit=data.draw(st.sampled_from(("U8", "U2"))))

    def _try_one(self, data: st.DataObject, forward: bool, back: int = 0, unit: str = "") -> None:
        desk = self.desk
        if desk.dossier is None:
            return
        possible = moves(desk, lambda options: options[0], forward)
        if not possible:
            return
        number = data.draw(st.integers(0, len(possible) - 1))
        name, role, by, own, more = moves(desk, _numbered(data.draw(st.integers(0, 10**9))), forward)[number]
        before = desk.case
        frozen = pickle.dumps(before)
        dated = desk.on - timedelta(days=back) if back else None
        try:
            decision = desk.act(name, role, by, unit if own and unit else own, dated=dated, more=more)
        except NotAllowed:
            assert desk.dossier is before
            assert pickle.dumps(before) == frozen, "a refused action changed the dossier"
            return
        assert pickle.dumps(before) == frozen, f"{name} changed the dossier it was given"
        REACHED[desk.state] += 1
        check_step(before, decision, desk.rulebook)
        check_rows(decision.dossier)

    def teardown(self) -> None:
        if self.desk.dossier is not None:
            assert replayed(self.desk) == self.desk.case


def _numbered(seed: int) -> Any:
    """A picker that is wholly determined by one drawn number, so that a walk stays short to draw."""
    state = [seed]

    def pick(options: Sequence[Any]) -> Any:
        state[0] = (state[0] * 6364136223846793005 + 1442695040888963407) % 2**64
        return options[(state[0] >> 33) % len(options)]

    return pick


def replayed(desk: Desk) -> Dossier | None:
    """The dossier that the recorded events give, each entered when it was entered."""
    dossier = None
    for action, entered, decision in desk.log:
        first = decision.events[0]
        at = action.at or entered
        assert civil_day(at) == first.on
        again = Action("C1", first.action, action.by, action.role, first.data, at, "", action.unit)
        dossier = decide(dossier, again, desk.rulebook, desk.workdays, entered).dossier
    return dossier


def check_step(before: Dossier, decision: Decision, rulebook: Rulebook) -> None:
    """What one decision may not do."""
    old, new = before.case.state, decision.dossier.case.state
    steps = [old] + [
        event.data["state"][1]
        for event in decision.events
        if event.subject == "suggestion" and "state" in event.data
    ]
    assert steps[-1] == new
    for source, target in pairwise(steps):
        if source != target:
            assert source not in FOREVER, f"{source} was left"
            assert target in LEFT_ONLY_BY.get(source, {target}), f"{source} was left for {target}"
    for row_id, row in before.evaluations.items():
        assert decision.dossier.evaluations[row_id] == row, f"evaluation {row_id} was changed"
    check_last_days(before, decision, rulebook)


def check_last_days(before: Dossier, decision: Decision, rulebook: Rulebook) -> None:
    """A last day that changed stands in an event with the old and the new day; that of a reply has few reasons."""
    notes = [note for event in decision.events for note in event.data.get("limits", [])]
    for place, row in before.deadlines.items():
        now = decision.dossier.deadlines[place]
        if now.last_day == row.last_day:
            continue
        noted = [note for note in notes if (note["subject_id"], note["key"], note["round"]) == place[1:]]
        if row.open:
            assert any(
                (note.get("old_last_day"), note["last_day"])
                == (row.last_day.isoformat(), now.last_day.isoformat())
                for note in noted
            ), f"{place} moved silently"
        else:
            assert any(note["last_day"] == now.last_day.isoformat() for note in noted)
        if row.key in ("reply_by", "rehandle_by"):
            assert decision.events[0].action in MOVERS


def check_rows(dossier: Dossier) -> None:
    case = dossier.case
    answering = [row for row in dossier.assignments.values() if row.role != "CO"]
    current = [
        row
        for row in answering
        if row.round == case.round and row.state not in ("RETURN_GRANTED", "CANCELLED")
    ]
    vacant = any(
        row.state == "RETURN_GRANTED" and not row.replaced and row.round == case.round for row in answering
    )
    if case.state in (*HANDLED, "REPLIED"):
        assert case.state == (
            "REASSIGNING" if vacant else min((stage(row) for row in current), key=RANK.index)
        )
    if case.state in ("EVALUATING", "REHANDLE_REVIEW", "MEDIATION", "TRACKING", *LEFT_ONLY_BY, "ARCHIVED"):
        assert current, "closed with nobody answering"
        assert all(row.delivered_on for row in current), "closed without a reply"
    for row in answering:
        if row.delivered_on:
            check_path(row, dossier)
    for (subject, subject_id, key, _), deadline in dossier.deadlines.items():
        if subject == "assignment" and deadline.open and deadline.owed_by.startswith("unit:"):
            assert deadline.owed_by == f"unit:{dossier.assignments[subject_id].unit}", (
                f"{key} is owed by another"
            )
        assert deadline.open == (deadline.next_rung_on is not None) or not deadline.duty
        assert deadline.met_at is None or deadline.met_at.tzinfo is UTC
    running = Counter((row.unit, row.round) for row in current)
    assert all(count == 1 for count in running.values()), "a unit has two parts"


RANK = ["ASSIGNED", "COMMUNICATING", "REHANDLING", "HANDLING", "CONSULTING", "REPLY_SIGNING", "REPLIED"]


def stage(part: Assignment) -> str:
    """The stage of one part, told by its state alone."""
    again = part.round > 1
    expected = {
        "CONSULTED": "REPLY_SIGNING",
        "SIGNED": "REPLY_SIGNING",
        "DELIVERED": "REPLIED",
        "COMPLETED": "REPLIED",
    }
    if part.state in expected:
        return expected[part.state]
    if part.state == "DRAFTED" and part.consult == "OPEN":
        return "CONSULTING"
    if again:
        return "REHANDLING"
    if part.state in ("RESEARCHED", "DRAFTED") or part.handling_on:
        return "HANDLING"
    return "COMMUNICATING" if part.state in ("ACCEPTED", "COMMUNICATED") else "ASSIGNED"


def check_path(part: Assignment, dossier: Dossier) -> None:
    """No reply without contact or documented attempts, research, a consultation agreed or lapsed, a signature."""
    contacts = [row for row in dossier.communications.values() if row.assignment_id == part.id]
    assert contacts if part.contact_gate == "met" else part.contact_gate == "lapsed" and part.attempts >= 2
    assert part.consult in ("AGREED", "LAPSED")
    days = [
        part.assigned_on,
        part.receipted_on,
        part.handling_on,
        part.researched_on,
        part.signed_on,
        part.delivered_on,
    ]
    reached = [day for day in days if day is not None]
    assert len(reached) == len(days), f"{part.id} skipped a step: {days}"
    assert reached == sorted(reached), f"{part.id} was handled in a wrong order: {reached}"
    assert part.reply_class
    assert part.publicity


class AnyOrderAtLength(AnyOrder):
    """The same with more examples."""


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAnyOrderAtLength = pytest.mark.slow(AnyOrderAtLength.TestCase)
TestAnyOrderAtLength.settings = settings(TestAnyOrder.settings, max_examples=150)

DEEP_STATES = """ASSIGNED REASSIGNING CONSULTING REPLIED EVALUATING REHANDLE_REVIEW REHANDLING MEDIATION REPLY_CLOSED
TRACKING FULFILLED UNFULFILLED_CLOSED WITHDRAWN ARCHIVED NOT_ACCEPTED"""


@pytest.mark.parametrize("walks", [70, pytest.param(350, marks=pytest.mark.slow)])
def test_long_walks_keep_the_invariants_and_reach_every_deep_state(walks: int) -> None:
    """The same checks on walks of sixty steps, each told by its seed."""
    reached: Counter[str] = Counter()
    for seed in range(walks):
        chance = random.Random(seed)
        rulebook, units = chance.choice(sorted(RULEBOOKS)), chance.choice(sorted(UNITS))
        start = chance.choice(("drafted", "drafted", "handling", "evaluating", "rehandling"))
        desk = opened(rulebook, units, chance.random() < 0.5, start)
        for _ in range(60):
            if chance.random() < 0.15:
                desk.later(chance.choice((1, 3, 8, 22, 45)))
                continue
            possible = moves(desk, chance.choice, forward=chance.random() < 0.75)
            if not possible:
                break
            name, role, by, unit, more = chance.choice(possible)
            before, frozen = desk.case, pickle.dumps(desk.case)
            with suppress(NotAllowed):
                decision = desk.act(name, role, by, unit, more=more)
                check_step(before, decision, desk.rulebook)
                check_rows(decision.dossier)
                reached[desk.state] += 1
            assert pickle.dumps(before) == frozen, f"{name} changed the dossier it was given (seed {seed})"
        assert replayed(desk) == desk.case, f"seed {seed}"
    missed = set(DEEP_STATES.split()) - set(reached)
    assert not missed or walks < 350, reached
    assert len(missed) < 4, reached


def test_evaluations_and_cases_have_no_column_for_overdue() -> None:
    """Overdue is a comparison of a stored last day with a date, never a stored truth."""
    columns = {*Case.__dataclass_fields__, *Assignment.__dataclass_fields__, *Evaluation.__dataclass_fields__}
    assert not [name for name in columns if "overdue" in name or "late" in name.split("_")]
