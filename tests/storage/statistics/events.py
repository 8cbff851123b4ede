"""Suggestions told by their events, as the register writes them: for figures that need hundreds, or events to come."""

from datetime import date
from typing import Any

from storage.statistics.facts import CaseFacts, EventFacts
from storage.statistics.readers import READERS

ASSIGNED, REPLIED = date(2025, 3, 3), date(2025, 5, 12)


class History:
    """One suggestion, event by event."""

    def __init__(self, case: str = "C1") -> None:
        self.case = CaseFacts(case)

    def event(
        self, name: str, subject: str = "", on: date = ASSIGNED, round_: int = 1, by: str = "", **data: Any
    ) -> "History":
        READERS[name](self.case, EventFacts(name, subject or self.case.id, round_, on, by, data))
        return self


def assigned_case(
    case: str = "C1", subject: str = "社会建设", region: str = "321300", units: tuple[str, ...] = ("U1",)
) -> History:
    """A suggestion up to its assignment to units that each answer."""
    history = History(case)
    history.event("suggestion.drafted", region=region, rulebook="suqian", session="六届二次", in_session=True)
    history.event("suggestion.submitted")
    history.event("suggestion.registered", subject_class=subject, committee="社会委")
    history.event("suggestion.assigned")
    role = "SOLE" if len(units) == 1 else "SEPARATE"
    for number, unit in enumerate(units, start=1):
        limits = [{"did": "started", "key": "reply_by", "subject_id": f"{case}/a{number}", "last_day": "2025-06-03"}]
        history.event("assignment.assigned", f"{case}/a{number}", unit=unit, role=role, limits=limits)
    return history


def replied(
    case: str = "C1", class_: str = "RESOLVED", units: tuple[str, ...] = ("U1",), on: date = REPLIED, **more: Any
) -> History:
    """The same with a reply of each unit in that class, and the forms sent."""
    history = assigned_case(case, units=units, **more)
    for number, _ in enumerate(units, start=1):
        part = f"{case}/a{number}"
        limits = [{"did": "met", "key": "reply_by", "subject_id": part, "last_day": "2025-06-03"}]
        draft: dict[str, Any] = {"class": class_}
        history.event("assignment.drafted", part, on, **draft)
        history.event("assignment.signed", part, on, publicity="FULL")
        history.event("assignment.delivered", part, on, limits=limits)
    history.event("suggestion.reply_delivered", on=on)
    history.event("evaluator.served", f"{case}@D1", on)
    return history.event("suggestion.forms_sent", on=on)


def judged(history: History, value: str, attitude: str = "", on: date = REPLIED, round_: int = 1) -> History:
    """The deputy's form; with `attitude` a form of two dimensions, of which `value` is the result."""
    data = {"attitude": attitude, "result": value} if attitude else {"overall": value}
    name = "suggestion.evaluated_dissatisfied" if value == "DISSATISFIED" else "suggestion.evaluated_ok"
    history.event(name, on=on, by="D1", round_=round_, **data)
    return history.event("evaluator.evaluated", f"{history.case.id}@D1", on, round_)
