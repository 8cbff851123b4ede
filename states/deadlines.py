"""Which limits an event starts, meets and pauses, as the rulebook says; no limit is treated by its name."""

import json
from dataclasses import dataclass
from datetime import date

from pydantic import JsonValue

from rulebooks import (
    Due,
    DueError,
    Extension,
    Limit,
    Roll,
    Term,
    Unit,
    counted_again,
    first_stop,
    last_day,
    midnight,
    rungs_of,
    stops,
)
from states.cases import Deadline, DeadlineKey, Event
from states.errors import NotAllowed
from states.reasons import Refused, named
from states.vocabulary import LimitKey, Role, Subject, Track
from states.work import Work, copied

ANSWERED = frozenset(("assignment.signed", "assignment.delivered"))
"""The events that answer the deputy and meet the legal limit: signing or delivery, as the text says."""


@dataclass(frozen=True)
class Run:
    """How a last day was computed."""

    start: date
    amount: str
    unit: Unit
    roll: Roll
    source: str
    due: Due


def follow(work: Work, event: Event) -> None:
    """Apply `event` to the deadline rows; notes each change in the event's data."""
    rulebook = work.rulebook
    for key, limit in rulebook.paused_by(event.name):
        _end_runs(work, event, key, limit, met=False)
    for key, limit in rulebook.met_by(event.name):
        _end_runs(work, event, key, limit, met=True)
    for key, limit in rulebook.limits_for(event.name):
        if _applies(work, limit, event):
            _start(work, event, key, limit)


def _applies(work: Work, limit: Limit, event: Event) -> bool:
    if limit.subject != event.subject:
        return False
    if limit.in_session is not None and limit.in_session != work.case.in_session:
        return False
    if limit.roles and work.dossier.assignments[event.subject_id].role not in limit.roles:
        return False
    first = event.round == 1
    return limit.rounds == "any" or (limit.rounds == "first") == first


def _start(work: Work, event: Event, key: str, limit: Limit) -> None:
    place = _place(work, key, limit, event)
    row = work.dossier.deadlines.get(place)
    term = limit.term_for(event.name, work.case.track == Track.COMPLEX)
    if term is None:
        return
    amount, unit, roll, due = _due(work, event, key, term)
    second_reading = event.name not in (*limit.starts, *limit.again_starts)
    if row is not None and row.void_on is None and (second_reading or is_answering(work, key)):
        # Of two readings of one start the earlier last day holds; so it does when the successor of a returned part
        # receives what the first unit had received: the legal clock that it was handed goes on.
        # An extension was granted from the first reading on: the second one, which begins later, does not shorten it.
        if row.open and not row.extended and due.last_day < row.last_day:
            _move(work, event, place, Run(event.on, amount, unit, roll, term.source, due))
        return
    fresh = Deadline(
        case_id=work.case.id,
        subject=limit.subject,
        subject_id=event.subject_id,
        key=key,
        round=place[3],
        owed_by=_holder(work, limit, event),
        duty=limit.duty,
        started_on=event.on,
        amount=amount,
        unit=unit.value,
        roll=roll.value,
        last_day=due.last_day,
        provisional=due.provisional,
        source=term.source,
        missed=_missed(work, row),
        earlier=_earlier(work, row),
    )
    _set_out(work, fresh, event.on)
    _supersede(work, event, place)
    work.add("deadlines", place, fresh)
    note(event, fresh, "started", row.last_day if row is not None and row.open else None)


def _set_out(work: Work, row: Deadline, since: date) -> None:
    """Set an open limit to the first stop of its ladder on or after `since`."""
    row.level = ""
    row.rungs, row.next_rung_on = 0, None
    if row.duty and row.open:
        rungs = rungs_of(work.rulebook, row.key, row.owed_by)
        row.rungs, row.next_rung_on = first_stop(rungs, row.last_day, since)


def _supersede(work: Work, event: Event, place: DeadlineKey) -> None:
    """End the open run of an earlier round when the limit starts in a later one."""
    for other, row in list(work.dossier.deadlines.items()):
        if other[:3] == place[:3] and other[3] < place[3] and row.open:
            end(work, event, other, met=False)


def _place(work: Work, key: str, limit: Limit, event: Event) -> DeadlineKey:
    """The round of a limit: a promise keeps the one in which it was made, all else belongs to the current one."""
    round_ = event.round
    if event.subject == Subject.COMMITMENT:
        promised = work.dossier.commitments[event.subject_id]
        round_ = work.dossier.assignments[promised.assignment_id].round
    return (limit.subject, event.subject_id, key, round_)


def _due(work: Work, event: Event, key: str, term: Term) -> tuple[str, Unit, Roll, Due]:
    """(amount, unit, roll, last day); an agreed day is taken as it is and never rolls."""
    if term.is_own:
        own = work.dossier.commitments[event.subject_id].due_on
        return own.isoformat(), Unit.DATE, Roll.NONE, Due(own, False)
    due = _count(work, event.on, term.amount, term.unit, term.roll)
    fixed = work.case.reply_on
    set_by_assignment = event.name == "assignment.assigned" and is_answering(work, key)
    if fixed is not None and set_by_assignment and fixed < due.last_day:  # of two readings the earlier holds
        return fixed.isoformat(), Unit.DATE, Roll.NONE, Due(fixed, False)
    return str(term.amount), term.unit, term.roll, due


def _counted(work: Work, start: date, amount: int | str, unit: Unit, roll: Roll, source: str) -> Run:
    return Run(start, str(amount), unit, roll, source, _count(work, start, amount, unit, roll))


def _count(work: Work, start: date, amount: int | str, unit: Unit, roll: Roll) -> Due:
    try:
        return last_day(start, amount, unit, roll, work.workdays)
    except DueError as error:
        raise NotAllowed(Refused("limit_uncountable", why=error.faults)) from None


def _missed(work: Work, row: Deadline | None) -> int:
    return 0 if row is None else row.missed + (_ended_on(work, row) > row.last_day)


def _earlier(work: Work, row: Deadline | None) -> str:
    """The earlier runs of a limit, with all that recounting them needs."""
    if row is None:
        return ""
    run = {
        "started_on": row.started_on.isoformat(),
        "amount": row.amount,
        "unit": row.unit,
        "roll": row.roll,
        "last_day": row.last_day.isoformat(),
        "ended_on": _ended_on(work, row).isoformat(),
    }
    return json.dumps([*json.loads(row.earlier or "[]"), run])


def _ended_on(work: Work, row: Deadline) -> date:
    return row.met_on or row.void_on or work.on


def _holder(work: Work, limit: Limit, event: Event) -> str:
    """Who owes the limit, as kind:id: a unit, a deputy, or an office of the region."""
    if limit.owed_by == "unit":
        unit = _unit_owing(work, limit, event)
        if unit:
            return f"unit:{unit}"
    elif limit.owed_by == Role.DEPUTY.value:
        deputy = event.subject_id.rpartition("@")[2] if event.subject == Subject.EVALUATOR else work.case.lead
        return f"deputy:{deputy}"
    elif limit.owed_by == Role.DISPATCHER.value:
        return f"dispatcher:{work.case.region}"
    return f"registrar:{work.case.region}"


def _unit_owing(work: Work, limit: Limit, event: Event) -> str:
    """The unit of the part or promise; of a whole suggestion its first answering unit; '' when there is none."""
    if event.subject == Subject.ASSIGNMENT:
        return work.dossier.assignments[event.subject_id].unit
    if event.subject == Subject.COMMITMENT:
        promised = work.dossier.commitments[event.subject_id]
        return work.dossier.assignments[promised.assignment_id].unit
    if event.subject == Subject.OPINION:
        return next((unit["unit"] for unit in work.case.proposed), "")
    return next((part.unit for part in work.answering_parts()), "")


def _end_runs(work: Work, event: Event, key: str, limit: Limit, met: bool) -> None:
    if limit.subject != event.subject:
        return
    place = _place(work, key, limit, event)
    row = work.dossier.deadlines.get(place)
    if (
        row is None
        or row.void_on is not None
        or (row.met_on is not None and not (met and event.on < row.met_on))
    ):
        return  # what is over stays over, but an earlier fact that is entered later counts
    if event.on < row.started_on <= work.entered_on:
        raise NotAllowed(Refused("before_limit", day=event.on, since=row.started_on, limit=named(LimitKey, key)))
    end(work, event, place, met)


def end(work: Work, event: Event, place: DeadlineKey, met: bool) -> None:
    """Close the run on the event's day: met, or void, which is neither kept nor broken."""
    if met:
        at = work.at if event.on == work.on else midnight(event.on)
        work.edit("deadlines", place, met_at=at, met_on=event.on, next_rung_on=None)
    else:
        work.edit("deadlines", place, void_on=event.on, next_rung_on=None)
    note(event, work.dossier.deadlines[place], "met" if met else "void")


def void_all(work: Work, event: Event, subject_id: str | None = None) -> None:
    """End every open run of the case, or of one subject, without meeting it."""
    for place, row in list(work.dossier.deadlines.items()):
        if row.open and subject_id in (None, row.subject_id):
            end(work, event, place, met=False)


def mark_open(work: Work, subject_id: str, **changes: date) -> None:
    """Record on every running limit of one subject that the unit explained or rectified the delay."""
    for place, row in list(work.dossier.deadlines.items()):
        if row.subject_id == subject_id and row.open and row.duty:
            work.edit("deadlines", place, **changes)


def lies_ahead(work: Work, row: Deadline, rule: Extension) -> bool:
    """Whether the extension would move the last day: not where the longer term was applied from the start."""
    return _extended(work, row, rule).due.last_day > row.last_day


def _extended(work: Work, row: Deadline, rule: Extension) -> Run:
    return _longer(work, row.started_on, row.last_day, rule)


def _longer(work: Work, start: date, last: date, rule: Extension) -> Run:
    """The run with the extension: its total from the start, or what it may add to the last day; the earlier holds."""
    term = rule.total
    whole = _counted(work, start, term.amount, term.unit, term.roll, term.source)
    if rule.added is None:
        return whole
    due = _count(work, last, rule.added.amount, rule.added.unit, rule.added.roll)
    if due.last_day >= whole.due.last_day:
        return whole
    return Run(start, due.last_day.isoformat(), Unit.DATE, Roll.NONE, rule.added.source, due)


def extend(work: Work, event: Event, row: Deadline, rule: Extension) -> None:
    """Extend `row`; refused unless the new last day is later."""
    run = _extended(work, row, rule)
    if run.due.last_day <= row.last_day:
        raise NotAllowed(Refused("extension_moves_nothing", day=run.due.last_day, last_day=row.last_day))
    place = (row.subject, row.subject_id, row.key, row.round)
    work.edit("deadlines", place, extended=row.extended + 1)
    _move(work, event, place, run)


def correct_met_day(work: Work, event: Event, fact: str, day: date | None) -> None:
    """Correct the day of the event `fact` that met a limit; without a day it never took place and the limit runs on."""
    for key, limit in work.rulebook.met_by(fact):
        place = _place(work, key, limit, event)
        row = work.dossier.deadlines.get(place)
        if row is None or row.met_on is None or limit.subject != event.subject:
            continue
        if day is not None:
            work.edit("deadlines", place, met_on=day, met_at=midnight(day))
            note(event, work.dossier.deadlines[place], "met")
        else:
            work.edit("deadlines", place, met_on=None, met_at=None, next_rung_on=_next_stop(work, row))
            note(event, work.dossier.deadlines[place], "reopened")


def _next_stop(work: Work, row: Deadline) -> date | None:
    """The day of the next stop of `row` by its count; None at the top or where nothing is owed."""
    if not row.duty:
        return None
    ahead = stops(rungs_of(work.rulebook, row.key, row.owed_by), row.last_day, work.workdays)[row.rungs :]
    return ahead[0].day if ahead else None


def correct_start(work: Work, event: Event, mistaken: date, corrected: date) -> None:
    """Recount the limits that ran from the assignment on the day `wrong`; every move is noted with both last days."""
    for place, row in list(work.dossier.deadlines.items()):
        limit = work.rulebook.limits.get(row.key)
        if limit is None or "assignment.assigned" not in limit.starts or row.void_on is not None:
            continue
        if row.earlier:
            _correct_first_run(work, place, limit, mistaken, corrected)
        if row.earlier or not _runs_from_assignment(work, row):
            continue
        read = _other_readings(work, row, limit)
        if row.started_on != mistaken and row.started_on not in [start for start, _ in read]:
            continue
        run = _earliest(work, row.key, limit, corrected, read)
        if row.extended and work.rulebook.extension is not None:
            run = _longer(work, run.start, run.due.last_day, work.rulebook.extension)
        _move(work, event, place, run)


def _runs_from_assignment(work: Work, row: Deadline) -> bool:
    """Whether a limit runs from the assignment: not for a unit that took over later, which got only the legal limit."""
    return not work.dossier.assignments[row.subject_id].replaces or is_answering(work, row.key)


def _correct_first_run(work: Work, place: DeadlineKey, limit: Limit, mistaken: date, corrected: date) -> None:
    """For a limit restarted since: judge again whether its run from the assignment was missed."""
    row = work.dossier.deadlines[place]
    first, *later = json.loads(row.earlier)
    if first["started_on"] != mistaken.isoformat() or work.dossier.assignments[row.subject_id].replaces:
        return
    due = _earliest(work, row.key, limit, corrected, []).due.last_day
    ended, was = (date.fromisoformat(first[name]) for name in ("ended_on", "last_day"))
    first |= {"started_on": corrected.isoformat(), "last_day": due.isoformat()}
    missed = row.missed + (ended > due) - (ended > was)
    work.edit("deadlines", place, earlier=json.dumps([first, *later]), missed=missed)


def _other_readings(work: Work, row: Deadline, limit: Limit) -> list[tuple[date, Term]]:
    """The readings of the start that apply to this row, each with its own day."""
    received = work.dossier.assignments[row.subject_id].receipted_on
    term = limit.term_for("assignment.receipted", work.case.track == Track.COMPLEX)
    readable = any("assignment.receipted" in reading.starts for reading in limit.readings)
    return [(received, term)] if readable and received is not None and term is not None else []


def _earliest(work: Work, key: str, limit: Limit, start: date, read: list[tuple[date, Term]]) -> Run:
    term = limit.term_for("assignment.assigned", work.case.track == Track.COMPLEX) or limit
    runs = [
        _counted(work, day, count.amount, count.unit, count.roll, count.source) for day, count in [(start, term), *read]
    ]
    fixed = work.case.reply_on
    if fixed is not None and is_answering(work, key):
        due = Due(fixed, False)
        runs.append(Run(start, fixed.isoformat(), Unit.DATE, Roll.NONE, term.source, due))
    return min(runs, key=lambda run: run.due.last_day)


def follow_region(work: Work, event: Event, was: str) -> None:
    """Recount running limits by the calendar of the case's current region; its office owes what an office owes."""
    for place, row in list(work.dossier.deadlines.items()):
        if not row.open:
            continue
        office, _, region = row.owed_by.partition(":")
        if office in (Role.REGISTRAR, Role.DISPATCHER) and region == was:
            work.edit("deadlines", place, owed_by=f"{office}:{work.case.region}")
        due = counted_again(row.started_on, row.amount, row.unit, row.roll, row.last_day, work.workdays)
        if (due.last_day, due.provisional) != (row.last_day, row.provisional):
            run = Run(row.started_on, row.amount, Unit(row.unit), Roll(row.roll), row.source, due)
            _move(work, event, place, run)
        else:
            work.edit("deadlines", place, next_rung_on=_next_stop(work, row))


def is_answering(work: Work, key: str) -> bool:
    """Whether the limit is for answering the deputy; such a limit survives the return of a part."""
    limit = work.rulebook.limits.get(key)
    return limit is not None and not ANSWERED.isdisjoint(limit.meets)


def carry_over(work: Work, event: Event, returned: str, successor: str) -> None:
    """Hand the answering limits of a returned part to its successor, with unchanged last days."""
    for place, row in list(work.dossier.deadlines.items()):
        if row.subject_id != returned or not row.open or not is_answering(work, row.key):
            continue
        part = work.dossier.assignments[successor]
        heir = Deadline(**{**row.__dict__, "subject_id": successor, "owed_by": f"unit:{part.unit}"})
        _set_out(work, heir, event.on)
        work.add("deadlines", (row.subject, successor, row.key, row.round), heir)
        note(event, heir, "carried")
        end(work, event, place, met=False)


def void_started_by(work: Work, event: Event, fact: str, subject_id: str | None = None) -> None:
    """End the open runs of the case, or of one subject, that `fact` started, without meeting them."""
    keys = {key for key, _ in work.rulebook.limits_for(fact)}
    for place, row in list(work.dossier.deadlines.items()):
        if row.open and row.key in keys and subject_id in (None, row.subject_id):
            end(work, event, place, met=False)


def _move(work: Work, event: Event, place: DeadlineKey, run: Run) -> None:
    row = work.dossier.deadlines[place]
    old = row.last_day
    work.edit(
        "deadlines",
        place,
        started_on=run.start,
        amount=run.amount,
        unit=run.unit.value,
        roll=run.roll.value,
        last_day=run.due.last_day,
        provisional=run.due.provisional,
        source=run.source,
        explained_on=None,
        rectified_on=None,
    )
    _set_out(work, work.dossier.deadlines[place], event.on)
    note(event, work.dossier.deadlines[place], "moved", old)


def add(work: Work, event: Event, place: DeadlineKey, row: Deadline) -> None:
    """Add a limit of another rulebook, counted by that; past stops of its ladder are skipped."""
    fresh = Deadline(**row.__dict__)
    _set_out(work, fresh, event.on)
    work.add("deadlines", place, fresh)
    note(event, fresh, "started")


def granted(work: Work, row: Deadline, start: date) -> dict[str, object]:
    """The run of an extended limit from another start, recounted with the granted total."""
    if row.unit == Unit.DATE:
        return {name: getattr(row, name) for name in ("amount", "unit", "roll", "last_day", "provisional", "source")}
    run = _counted(work, start, int(row.amount), Unit(row.unit), Roll(row.roll), row.source)
    return {
        "amount": run.amount, "unit": run.unit.value, "roll": run.roll.value, "last_day": run.due.last_day,
        "provisional": run.due.provisional, "source": run.source,
    }  # fmt: skip


def replace_run(work: Work, event: Event, place: DeadlineKey, run: dict[str, object]) -> None:
    """Replace a limit's run; where its last day or its end moves, its ladder starts anew."""
    before = copied(work.dossier.deadlines[place])
    work.edit("deadlines", place, **run)
    row = work.dossier.deadlines[place]
    if (row.last_day, row.met_on) == (before.last_day, before.met_on):
        note(event, row, "kept")
        return
    work.edit("deadlines", place, explained_on=None, rectified_on=None)
    _set_out(work, row, event.on)
    note(event, row, "moved", before.last_day)


def note(event: Event, row: Deadline, did: str, old: date | None = None) -> None:
    """Record the change of a limit in the event, so that the chain proves every last day."""
    entry: dict[str, JsonValue] = {
        "did": did,
        "key": row.key,
        "subject_id": row.subject_id,
        "round": row.round,
        "started_on": row.started_on.isoformat(),
        "last_day": row.last_day.isoformat(),
        "provisional": row.provisional,
    }
    if old is not None:
        entry["old_last_day"] = old.isoformat()
    event.data.setdefault("limits", []).append(entry)
