"""The rules of escalation: which rung a limit reaches on a day, with the event, the recipients and the proposal.

`storage.climbing` applies them to a thousand limits at once.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from pydantic import JsonValue

from rulebooks import Rulebook, Rung, Stop
from states.cases import Deadline, Supervision
from states.ladder import addressees, held_by
from states.supervision import LIVE
from states.vocabulary import Level


@dataclass(frozen=True)
class Background:
    """The facts of the case and of the limit's part that escalation needs: `state` is that of the assignment."""

    region: str
    committee: str
    lead: str
    state: str
    waits_for_office: bool


@dataclass(frozen=True)
class OwingUnit:
    """Whether a unit belongs to the government, and its responsibility chain (责任链): the person of each role."""

    government: bool = True
    chain: Mapping[str, str] = field(default_factory=dict)


class Reached(NamedTuple):
    """What a limit reaches on the day `on`, its position on the ladder afterwards, and the event.

    `rungs` are climbed; `excused` ones are skipped because the unit explained or rectified the delay. `behind` is the
    number of past stops, `level` the highest rung climbed, `next_on` the day of the next stop.
    """

    on: date
    event: str
    overdue: bool
    rungs: tuple[Rung, ...]
    excused: tuple[Rung, ...]
    behind: int
    level: str
    next_on: date | None


def climb(row: Deadline, way: Sequence[Stop], until: date) -> Iterator[Reached]:
    """The days up to `until` on which a limit reaches stops of its `way`, in order."""
    behind, level = row.rungs, row.level
    while behind < len(way) and way[behind].day <= until:
        on = way[behind].day
        today = [stop for stop in way[behind:] if stop.day == on]
        named = [stop.rung for stop in today if stop.rung is not None]
        excused = tuple(rung for rung in named if _excused(rung, row))
        rungs = tuple(rung for rung in named if rung not in excused)
        behind += len(today)
        level = Level.highest((level, *(rung.level for rung in rungs)))
        overdue = len(named) < len(today)
        event = _event(on, row.last_day, overdue, rungs)
        yield Reached(on, event, overdue, rungs, excused, behind, level, next_day(way, behind))


def _event(on: date, last_day: date, overdue: bool, rungs: tuple[Rung, ...]) -> str:
    if overdue:
        return "limit.overdue"
    if not rungs:
        return "limit.excused"
    return "limit.reminded" if on <= last_day else "limit.escalated"


def next_day(way: Sequence[Stop], behind: int) -> date | None:
    """The day of the next stop when `behind` stops have passed."""
    return way[behind].day if behind < len(way) else None


def _excused(rung: Rung, row: Deadline) -> bool:
    """Whether the unit explained or rectified the delay for which this rung would act."""
    if rung.unless is None:
        return False
    return (row.explained_on if rung.unless == "explained" else row.rectified_on) is not None


def event_data(
    row: Deadline, reached: Reached, rulebook: Rulebook, behind: Background, unit: OwingUnit
) -> dict[str, JsonValue]:
    """The data of a limit's event; after the last day also who held the item and so caused the delay."""
    top = reached.rungs[-1] if reached.rungs else None
    data: dict[str, JsonValue] = {
        "key": row.key,
        "subject_id": row.subject_id,
        "round": row.round,
        "last_day": row.last_day.isoformat(),
        "owed_by": row.owed_by,
        "on": reached.on.isoformat(),
        "days": (row.last_day - reached.on).days,
        "level": top.level.value if top else "",
        "title": top.title if top else "",
    }
    if len(reached.rungs) > 1:
        data["levels"] = [rung.level.value for rung in reached.rungs]
    if reached.on > row.last_day:
        role = held_by(rulebook, row.owed_by, behind.state, behind.waits_for_office)
        data |= {"link": role, "person": unit.chain.get(role, "")}
    if reached.excused:
        data["excused"] = {rung.level.value: rung.unless for rung in reached.excused}
    return data


def recipients(row: Deadline, reached: Reached, behind: Background, unit: OwingUnit, today: date) -> tuple[str, ...]:
    """The recipients (kind:id), each once; none for a past reminder, which is recorded and not sent."""
    if reached.on < today and reached.event == "limit.reminded":
        return ()
    owed_by: dict[str, None] = {row.owed_by: None} if reached.overdue else {}
    for rung in reached.rungs:
        owed_by |= dict.fromkeys(
            addressees(rung.tells, row.owed_by, behind.region, behind.committee, behind.lead, unit.government)
        )
    return tuple(owed_by)


def proposal(rung: Rung, case_id: str, on: date, earlier: Collection[Supervision]) -> tuple[Supervision, bool]:
    """The supervision that a rung proposes, and whether it is new: a standing one of the case and level is reused."""
    living = [row for row in earlier if row.level == rung.level and row.state in LIVE]
    if living:
        return living[-1], False
    return Supervision.raised(case_id, len(earlier), rung.level.value, on), True


def proposal_data(rung: Rung, row: Deadline) -> dict[str, str]:
    """The data of a proposal's event."""
    return {"level": rung.level.value, "title": rung.title, "key": row.key, "limit_of": row.subject_id}
