"""The eight stages of a suggestion as a line, and its events grouped by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from itertools import groupby
from operator import itemgetter

from portal.visitor.case_shapes import CaseFile, Happened
from states.decide import LIFECYCLES
from states.stages import CLOSED, FINAL, NOT_HANDED_IN
from states.vocabulary import S, Subject

STAGES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("提交", (*NOT_HANDED_IN, S.SUBMITTED, S.UNDER_REVIEW, S.RETURNED_FOR_REVISION)),
    ("交办", (S.REGISTERED, S.ASSIGNING, S.ASSIGNED, S.REASSIGNING)),
    ("沟通", (S.COMMUNICATING,)),
    ("办理", (S.HANDLING, S.REHANDLING)),
    ("征询", (S.CONSULTING,)),
    ("答复", (S.REPLY_SIGNING,)),
    ("评价", (S.REPLIED, S.EVALUATING, S.REHANDLE_REVIEW, S.MEDIATION, S.REPLY_CLOSED)),
    ("落实", (S.TRACKING, S.FULFILLED, S.UNFULFILLED_CLOSED)),
)
"""What each stage is called, and the states in which a suggestion is in it."""


@dataclass
class StageCell:
    """A stage: since when, and whether it is `done`, `present` or, with an empty `standing`, still to come."""

    name: str
    on: date | None
    standing: str


@dataclass
class StageEvents:
    """The events of one stay in a stage, newest first; those of limits apart, for no person did anything there."""

    name: str
    began: date
    ended: date
    acts: list[Happened] = field(default_factory=list)
    reminders: list[Happened] = field(default_factory=list)


def stage_line(case_file: CaseFile) -> list[StageCell]:
    """The line of what the visitor may know; empty of an opinion, and of what was not accepted or withdrawn."""
    ended = case_file.state in FINAL
    if case_file.is_opinion or (ended and case_file.state != S.ARCHIVED):
        return []
    reached = {place: event.on for place, event in _placed(case_file.events)}
    at = max(reached, default=0) if ended else _places()[case_file.state]
    standings = ["done"] * at + ["done" if case_file.state in CLOSED else "present"]
    standings += [""] * (len(STAGES) - len(standings))
    return [
        StageCell(name, reached.get(place) if standing else None, standing)
        for place, ((name, _), standing) in enumerate(zip(STAGES, standings, strict=True))
    ]


def by_stage(case_file: CaseFile) -> list[StageEvents]:
    """The events by stage, newest first; those of an opinion in one group without a name."""
    stays: list[StageEvents] = []
    for place, placed in groupby(_along(case_file.events), key=itemgetter(0)):
        events = [event for _, event in placed]
        name = "" if case_file.is_opinion else STAGES[place][0]
        stay = StageEvents(name, events[0].on, events[-1].on)
        for event in reversed(events):
            (stay.reminders if event.code.startswith(f"{Subject.LIMIT}.") else stay.acts).append(event)
        stays.insert(0, stay)
    return stays


def _along(events: Sequence[Happened]) -> list[tuple[int, Happened]]:
    """Each event with the stage that the suggestion was in when it happened, or came to by it."""
    placed, at = [], 0
    for event in events:
        at = _reaching().get(event.code, at)
        placed.append((at, event))
    return placed


def _placed(events: Sequence[Happened]) -> list[tuple[int, Happened]]:
    """The first event of each stay in a stage."""
    return [next(stay) for _, stay in groupby(_along(events), key=itemgetter(0))]


@cache
def _places() -> Mapping[str, int]:
    return {state: place for place, (_, states) in enumerate(STAGES) for state in states}


@cache
def _reaching() -> Mapping[str, int]:
    """The stage that an event leads to, by its code; none where one event leads to several."""
    reached: dict[str, set[int]] = {}
    for step in LIFECYCLES[Subject.SUGGESTION].steps:
        if step.target in _places():
            reached.setdefault(f"{Subject.SUGGESTION}.{step.event}", set()).add(_places()[str(step.target)])
    return {code: min(places) for code, places in reached.items() if len(places) == 1}
