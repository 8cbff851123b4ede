"""Cases for tests: a desk on which actions are taken one after the other, and short ways to every stage."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from rulebooks import ZONE, Library, Rulebook, Workdays
from states import Action, Decision, Dossier, NotAllowed, allowed, decide
from states.cases import Assignment, Deadline

LIBRARY = Library()
SUQIAN = LIBRARY.get("suqian")
SEED = Workdays.seed()
FIRST = date(2025, 3, 12)
"""The day on which the cases of the tests are written: a Wednesday without holidays around it."""

DEPUTY, COSIGNER = "D1", "D2"
SOLE = [{"unit": "U1", "role": "SOLE"}]
LEAD_AND_CO = [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}]
SEPARATE = [
    {"unit": "U1", "role": "SEPARATE", "part": "路"},
    {"unit": "U2", "role": "SEPARATE", "part": "灯"},
]
DRAFT: dict[str, Any] = {
    "title": "关于修路的建议",
    "facts": "路面破损",
    "proposal": "整修",
    "points": 2,
    "region": "321300",
}
REPLY: dict[str, Any] = {"class": "RESOLVED", "points_answered": 2}
SEAL: dict[str, Any] = {"seal": True, "publicity": "FULL"}
SATISFIED: dict[str, Any] = {"attitude": "SATISFIED", "result": "SATISFIED", "overall": "SATISFIED"}
BAD = "DISSATISFIED"
DISSATISFIED: dict[str, Any] = {"attitude": "SATISFIED", "result": BAD, "overall": BAD, "reason": "没有解决"}


def rules(base: Rulebook = SUQIAN, **sections: dict[str, Any] | None) -> Rulebook:
    """A rulebook with some keys of its sections changed; a section that is None is left out."""
    data = base.model_dump(exclude_unset=True)
    for name, changes in sections.items():
        data[name] = None if changes is None else {**(data.get(name) or {}), **changes}
    return Rulebook.model_validate(data)


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), ZONE)


class Desk:
    """One case and the day; every accepted action is kept in `log` as (action, instant of entry, decision)."""

    def __init__(self, rulebook: Rulebook = SUQIAN, workdays: Workdays = SEED, on: date = FIRST) -> None:
        self.rulebook = rulebook
        self.workdays = workdays
        self.on = on
        self.dossier: Dossier | None = None
        self.log: list[tuple[Action, datetime, Decision]] = []

    @property
    def case(self) -> Dossier:
        assert self.dossier is not None
        return self.dossier

    @property
    def state(self) -> str:
        return self.case.case.state

    def act(
        self,
        name: str,
        role: str,
        by: str = "",
        unit: str = "",
        *,
        dated: date | None = None,
        more: dict[str, Any] | None = None,
        **data: Any,
    ) -> Decision:
        """Take an action today; `dated` is the day of the fact when it lies before, `more` is data, too."""
        data |= more or {}
        at = noon(dated) if dated else None
        action = Action("C1", name, by or _person(role, unit), role, data, at, "", unit)
        decision = decide(self.dossier, action, self.rulebook, self.workdays, noon(self.on))
        self.dossier = decision.dossier
        self.log.append((action, noon(self.on), decision))
        return decision

    def refused(self, name: str, role: str, by: str = "", unit: str = "", **more: Any) -> str:
        """The reason why the action is refused; nothing may have changed."""
        before = self.dossier
        with pytest.raises(NotAllowed) as refusal:
            self.act(name, role, by, unit, **more)
        assert self.dossier is before
        return refusal.value.reason

    def later(self, days: int = 1) -> "Desk":
        self.on += timedelta(days=days)
        return self

    def workdays_later(self, days: int) -> "Desk":
        self.on = self.workdays.add(self.on, days)
        return self

    def deadline(self, key: str, subject_id: str = "C1/a1", round_: int = 1) -> Deadline:
        rows = [
            row
            for (_, where, name, number), row in self.case.deadlines.items()
            if (where, name, number) == (subject_id, key, round_)
        ]
        assert rows, f"{key} of {subject_id} in round {round_}: there are {list(self.case.deadlines)}"
        return rows[0]

    def part(self, number: int = 1) -> Assignment:
        return self.case.assignments[f"C1/a{number}"]

    def allowed(self) -> list[str]:
        return allowed(self.dossier)

    def events(self) -> list[str]:
        return [event.name for _, _, decision in self.log for event in decision.events]


def _person(role: str, unit: str) -> str:
    return DEPUTY if role == "deputy" else f"{role}-{unit}" if unit else role


def drafted(rulebook: Rulebook = SUQIAN, workdays: Workdays = SEED, on: date = FIRST) -> Desk:
    desk = Desk(rulebook, workdays, on)
    desk.act("draft", "deputy", **DRAFT)
    return desk


def joint(rulebook: Rulebook = SUQIAN) -> Desk:
    """Submitted by D1 together with D2."""
    desk = drafted(rulebook)
    desk.act("invite_cosign", "deputy", cosigners=[COSIGNER])
    desk.act("confirm_cosign", "deputy", COSIGNER)
    desk.act("submit", "deputy")
    return desk


def submitted(rulebook: Rulebook = SUQIAN, workdays: Workdays = SEED, on: date = FIRST) -> Desk:
    desk = drafted(rulebook, workdays, on)
    desk.act("submit", "deputy")
    return desk


def registered(desk: Desk) -> Desk:
    desk.act("open_review", "registrar")
    desk.act("register", "registrar", subject_class="社会建设", committee="社会建设委员会", number="1")
    return desk


def assigned(units: list[dict[str, str]] = SOLE, desk: Desk | None = None, **data: Any) -> Desk:
    desk = registered(desk or submitted())
    desk.act("propose_units", "registrar", units=units)
    desk.act("assign", "registrar", **data)
    return desk


def accepted(units: list[dict[str, str]] = SOLE, desk: Desk | None = None) -> Desk:
    desk = assigned(units, desk)
    for unit in units:
        desk.act("receipt", "handler", unit=unit["unit"])
        desk.act("accept", "handler", unit=unit["unit"])
    return desk


def handling(units: list[dict[str, str]] = SOLE, desk: Desk | None = None) -> Desk:
    desk = accepted(units, desk)
    for unit in units:
        if unit["role"] == "CO":
            desk.act("send_opinion", "handler", unit=unit["unit"], opinion="同意")
            desk.act("accept_opinion", "handler", unit="U1")
        else:
            start(desk, unit["unit"])
    return desk


def start(desk: Desk, unit: str = "U1") -> Desk:
    desk.act("communicate", "handler", unit=unit, kind="phone")
    desk.act("confirm_communication", "deputy", communication=f"C1/k{len(desk.case.communications)}")
    desk.act("start_handling", "handler", unit=unit)
    return desk


def send_draft(desk: Desk, unit: str = "U1", **reply: Any) -> Desk:
    desk.act("research", "handler", unit=unit, deputy_invited=True)
    desk.act("draft_reply", "handler", unit=unit, **{**REPLY, **reply})
    desk.act("send_draft_to_deputy", "handler", unit=unit)
    return desk


def answer(desk: Desk, unit: str = "U1", **reply: Any) -> Desk:
    """From handling to delivered."""
    send_draft(desk, unit, **reply)
    part = next(
        row.id for row in desk.case.assignments.values() if row.unit == unit and row.consult == "OPEN"
    )
    desk.act("agree_consult", "deputy", assignment=part)
    desk.act("sign", "unit_head", unit=unit, **SEAL)
    desk.act("deliver_reply", "handler", unit=unit)
    return desk


def replied(units: list[dict[str, str]] = SOLE, desk: Desk | None = None, **reply: Any) -> Desk:
    desk = handling(units, desk)
    for unit in units:
        if unit["role"] != "CO":
            answer(desk, unit["unit"], **reply)
    return desk


def evaluating(units: list[dict[str, str]] = SOLE, desk: Desk | None = None, **reply: Any) -> Desk:
    desk = replied(units, desk, **reply)
    desk.act("send_forms", "registrar")
    return desk


def closed(units: list[dict[str, str]] = SOLE, desk: Desk | None = None) -> Desk:
    desk = evaluating(units, desk)
    desk.act("evaluate", "deputy", **SATISFIED)
    return desk


def tracking(desk: Desk | None = None) -> Desk:
    promise = {"text": "年底前完工", "due_on": "2025-12-31"}
    promises: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [promise]}
    desk = evaluating(desk=desk, **promises)
    desk.act("evaluate", "deputy", **SATISFIED)
    return desk


def fulfilled() -> Desk:
    desk = tracking()
    desk.act("claim_done", "handler", unit="U1")
    desk.act("verify_commitment", "registrar", inspection="现场照片")
    return desk


def review(units: list[dict[str, str]] = SOLE, desk: Desk | None = None) -> Desk:
    desk = evaluating(units, desk)
    desk.act("evaluate", "deputy", **DISSATISFIED)
    return desk


def rehandling(units: list[dict[str, str]] = SOLE, desk: Desk | None = None) -> Desk:
    desk = review(units, desk)
    desk.act("order_rehandle", "registrar")
    return desk


def answer_again(desk: Desk, unit: str = "U1") -> Desk:
    desk.act("receipt", "handler", unit=unit)
    desk.act("accept", "handler", unit=unit)
    start(desk, unit)
    return answer(desk, unit)


def mediation() -> Desk:
    desk = answer_again(rehandling())
    desk.act("send_forms", "registrar")
    desk.act("evaluate", "deputy", **DISSATISFIED)
    return desk


STAGES: dict[str, Callable[[], Desk]] = {
    "DRAFT": drafted,
    "SUBMITTED": submitted,
    "REGISTERED": lambda: registered(submitted()),
    "ASSIGNED": assigned,
    "COMMUNICATING": accepted,
    "HANDLING": handling,
    "CONSULTING": lambda: send_draft(handling()),
    "REPLIED": replied,
    "EVALUATING": evaluating,
    "REHANDLE_REVIEW": review,
    "REHANDLING": rehandling,
    "MEDIATION": mediation,
    "REPLY_CLOSED": closed,
    "TRACKING": tracking,
    "FULFILLED": fulfilled,
}
"""A case in each of the main stages."""
