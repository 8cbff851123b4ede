"""Changing the rulebook text of a case: by an event that names the text and what happened to each limit."""

from collections.abc import Iterator, Sequence
from typing import Any

from states import deadlines
from states.cases import Deadline, DeadlineKey, Event
from states.reasons import Id, Label, Refused, case_kind
from states.vocabulary import C, ContactStanding, Subject
from states.work import Work, copied

WHOLE = ("change_rules", "correct_assigned_date")
"""Actions that correct a text that was wrong from the start: every limit is recounted by the right one.

Otherwise the text changes with a step of the law (submission, assignment), and running limits stay as counted.
"""

COUNTED = ("started_on", "amount", "unit", "roll", "last_day", "provisional", "source", "owed_by", "duty")
"""The columns of a limit that the text determines."""


def other_rules(work: Work) -> Refused | None:
    """Another text for the same kind of case; `storage` finds it by data.rulebook and the day."""
    named = work.given("rulebook") or work.rulebook.name
    if work.rulebook.machine != work.case.machine:
        return Refused(
            "rulebook_of_other_kind",
            rulebook=Label(named),
            kind=case_kind(work.rulebook.machine),
            wanted=case_kind(work.case.machine),
        )
    if work.came_from:
        return None
    return Refused(
        "rulebook_already", rulebook=Label(named), case=Id(work.case.id), text=Label(work.case.rulebook_ident)
    )


def strange_limits(work: Work) -> Refused | None:
    unknown = next(_unknown(work), None)
    return None if unknown or work.came_from else Refused("limits_known", case=Id(work.case.id))


def follow_change(work: Work, history: Sequence[Event]) -> None:
    """Record that the case left the text `work.came_from`; end the limits that the new text does not have."""
    if not work.came_from and not list(_unknown(work)):
        return
    event = _event(work)
    if work.came_from and work.action.name in WHOLE:
        _count_all_again(work, event, history)
    for place in list(_unknown(work)):
        deadlines.end(work, event, place, met=False)
    _name_the_kept(work, event)


def _event(work: Work) -> Event:
    """The action's own event, where changing the text is all that it does."""
    own = work.events[0] if work.events and work.events[0].name.endswith(".rules_changed") else None
    event = own or work.record(work.case.machine, work.case.id, "rules_changed")
    ident = work.rulebook.ident
    event.data |= {"from": work.came_from or ident, "to": ident}
    event.data.pop("limits", None)
    return event


def _unknown(work: Work) -> Iterator[DeadlineKey]:
    """Open limits that can never be met because the text does not have their key."""
    if not work.rulebook.is_lost:
        for place, row in work.dossier.deadlines.items():
            if row.open and row.key not in work.rulebook.limits:
                yield place


def _name_the_kept(work: Work, event: Event) -> None:
    """Note the kept limits, and list all limits of the case by what happened to them."""
    noted = {_place(note) for note in event.data.get("limits", ())}
    for row in work.dossier.deadlines.values():
        if row.open and (row.key, row.subject_id, row.round) not in noted:
            deadlines.note(event, row, "kept")
    for name, did in (("ended", "void"), ("started", "started"), ("moved", "moved"), ("kept", "kept")):
        notes = [note for note in event.data.get("limits", ()) if note["did"] == did]
        event.data[name] = [f"{note['subject_id']}/{note['key']}" for note in notes]


def _place(note: dict[str, Any]) -> tuple[str, str, int]:
    return note["key"], note["subject_id"], note["round"]


def _count_all_again(work: Work, event: Event, history: Sequence[Event]) -> None:
    """Recount the limits as if under this text from the start; those that ended unmet stay as they are."""
    replayed = _as_if(work, history)
    for place, row in replayed.items():
        current = work.dossier.deadlines.get(place)
        if current is None and row.void_on is None and _lives(work, row):
            deadlines.add(work, event, place, row)
        elif current is not None and current.void_on is None and row.void_on is None:
            _correct(work, event, place, row)
    for place, row in list(work.dossier.deadlines.items()):
        if row.open and place not in replayed:
            deadlines.end(work, event, place, met=False)


def _lives(work: Work, row: Deadline) -> bool:
    part = work.dossier.assignments.get(row.subject_id)
    return part is None or part in list(work.current_parts())


def _as_if(work: Work, history: Sequence[Event]) -> dict[DeadlineKey, Deadline]:
    """The limits that the case's facts give under the current text, computed on a copy."""
    desk = Work(work.dossier, work.action, work.at, work.entered_on, work.rulebook, work.workdays)
    desk.dossier.deadlines = {}
    for fact in _facts(work, history):
        if fact.name == "assignment.replaced":
            deadlines.carry_over(desk, fact, fact.subject_id, str(fact.data.get("by", "")))
        deadlines.follow(desk, fact)
    return desk.dossier.deadlines


def _facts(work: Work, history: Sequence[Event]) -> Iterator[Event]:
    """The facts of the case with their corrected days, without denied contacts and promises found unkept."""
    for event in history:
        if not _stands(work, event):
            continue
        fact = copied(event)
        fact.data = {key: value for key, value in event.data.items() if key == "by"}
        part = work.dossier.assignments.get(event.subject_id)
        if event.name == "suggestion.assigned":
            fact.on = work.case.assigned_on or event.on
        elif event.name == "assignment.assigned" and part is not None:
            fact.on = part.assigned_on
        yield fact


def _stands(work: Work, event: Event) -> bool:
    if event.name == "assignment.communicated":
        contacts = (row for row in work.dossier.communications.values() if row.standing != ContactStanding.DENIED)
        return any(row.assignment_id == event.subject_id and row.happened_on == event.on for row in contacts)
    if event.name == "commitment.verified":
        return work.dossier.commitments[event.subject_id].state == C.VERIFIED
    return True


def _correct(work: Work, event: Event, place: DeadlineKey, replayed: Deadline) -> None:
    """Give a limit its run by the text; a granted total (an extension) is kept."""
    row = work.dossier.deadlines[place]
    counts = {name: getattr(replayed, name) for name in COUNTED}
    if row.extended:
        counts |= deadlines.granted(work, row, replayed.started_on)
    if row.earlier and row.subject != Subject.COMMITMENT:  # the day of an earlier promise is not on this desk
        counts |= {"earlier": replayed.earlier, "missed": replayed.missed}
    if row.met_on != replayed.met_on:
        counts |= {"met_on": replayed.met_on, "met_at": replayed.met_at}
    if any(getattr(row, name) != value for name, value in counts.items()):
        deadlines.replace_run(work, event, place, counts)
