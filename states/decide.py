"""The whole law in one pure function: whether an action may happen, and its result."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from rulebooks import Rulebook, Workdays, civil_day
from states import (
    assignment,
    commitment,
    deadlines,
    stages,
    suggestion,
    suggestion_effects,
    supervision,
)
from states.asking import among_known
from states.cases import Action, Case, Decision, Dossier, Event, Party
from states.compiled import PROCESSES, Process
from states.errors import NotAllowed
from states.lifecycle import Lifecycle
from states.reasons import Given, Id, Label, Refused, Worded, action_named, case_kind, ids
from states.roles import Role
from states.rulebook_change import follow_change
from states.table import Owner
from states.vocabulary import ConsultStanding, Subject
from states.words import ACTION_NAMES, EFFECT_EVENTS
from states.work import Work

LIFECYCLES: dict[str, Lifecycle] = {
    "suggestion": suggestion.LIFECYCLE,
    "assignment": assignment.LIFECYCLE,
    "commitment": commitment.LIFECYCLE,
    "supervision": supervision.LIFECYCLE,
    **{name: process.lifecycle for name, process in PROCESSES.items()},
}
"""The machines, by subject: of the tables in code, then of the process files."""

MACHINES = {
    "suggestion": ("assignment", "commitment", "supervision"), **dict.fromkeys(PROCESSES, ("supervision",))
}  # fmt: skip
"""The machines of rows inside a case, beside the case's own."""

CASES = (*MACHINES,)
"""The machines of cases."""

FOUNDING = {"draft": "suggestion", **{process.opening.action: name for name, process in PROCESSES.items()}}
"""Actions that open a case, and the machine that then carries it."""

ABOUT_A_CONTACT = ("confirm_communication", "deny_communication")
"""Actions that apply to the part of the contact that they name."""

TABLES = {"assignment": "assignments", "commitment": "commitments", "supervision": "supervisions"}


def decide(
    dossier: Dossier | None,
    action: Action,
    rulebook: Rulebook,
    workdays: Workdays,
    at: datetime,
    history: Sequence[Event] = (),
) -> Decision:
    """The result of `action` on the case, or NotAllowed with the reason and what is allowed instead.

    `rulebook` is the text of the case, possibly changed by this action. `history` gives its events and is called only
    where an action of `rules.WHOLE` takes the case from one text to another.

    `at` is the instant of entry (aware); the fact is dated by `action.at`, never later than `at` and never before
    the case was opened. `dossier` is not changed; None is a case that does not exist yet.
    """
    happened = action.at or at
    if happened.tzinfo is None or at.tzinfo is None:
        raise ValueError("decide takes aware instants")
    happened = happened.astimezone(UTC)  # rows are digested as they are, so an instant has one form only
    try:
        if happened > at:
            raise NotAllowed(Refused("after_entry", moment=happened, entry=at))
        if action.role not in Role.values():
            raise NotAllowed(Refused("unknown_role", role=Given(action.role), known=tuple(Role)))
        if dossier is None:
            return _open_case(action, rulebook, workdays, happened, civil_day(at))
        if action.name in FOUNDING:
            raise NotAllowed(Refused("case_exists", case=Id(dossier.case.id)))
        if happened < dossier.case.opened_at <= at:  # one that lies ahead was written by a clock that ran ahead
            raise NotAllowed(Refused("before_opening", moment=happened, opened=dossier.case.opened_at))
        return _act(dossier, action, rulebook, workdays, happened, civil_day(at), history)
    except NotAllowed as refusal:
        raise NotAllowed(refusal.refused, partial(allowed, dossier), action.case, action.name) from None


def allowed(dossier: Dossier | None) -> list[str]:
    """The actions that any role can take now, by the states of the case and its rows."""
    if dossier is None:
        return list(FOUNDING)
    case = dossier.case
    names = list(LIFECYCLES[case.machine].from_state(case.state))
    for inner in MACHINES[case.machine]:
        for row in getattr(dossier, TABLES[inner]).values():
            if inner == Subject.ASSIGNMENT and not _runs(dossier, row.round):
                continue
            names += LIFECYCLES[inner].from_state(row.state)
    if supervision.supervisable(case):
        names.append("propose_supervision")
    return list(dict.fromkeys(names))


def event_names() -> dict[str, str]:
    """Every event that the machines can write, with its Chinese; a rulebook's limits may refer only to these."""
    names = {
        f"{machine.subject}.{step.event}": ACTION_NAMES[step.action]
        for machine in LIFECYCLES.values()
        for step in reversed(machine.steps)
    }
    return names | {name: words.zh for name, words in EFFECT_EVENTS.items()}


def _runs(dossier: Dossier, round_: int) -> bool:
    return dossier.case.round == round_ and dossier.case.state not in stages.CLOSED


def _act(
    dossier: Dossier,
    action: Action,
    rulebook: Rulebook,
    workdays: Workdays,
    happened: datetime,
    entered_on: date,
    history: Sequence[Event],
) -> Decision:
    work = Work(dossier, action, happened, entered_on, rulebook, workdays)
    case = work.case
    if case.rulebook_ident != rulebook.ident:
        work.came_from = case.rulebook_ident
        work.edit_case(rulebook=rulebook.name, rulebook_ident=rulebook.ident)
        case = work.case
    if action.name == "propose_supervision" and not case.is_opinion:
        _check_open(work)
        if case.state in stages.NOT_HANDED_IN:
            raise NotAllowed(Refused("not_handed_in", state=_state_named(work)))
        supervision.begin(work)
        follow_change(work, history)
        return _decision(work)
    moved = False
    for inner in MACHINES[case.machine]:
        machine = LIFECYCLES[inner]
        if action.name in machine.actions and action.name not in machine.internal:
            _choose_row(work, inner, machine)
            _require(work, machine, _row_state(work, inner))
            moved = True
    own = LIFECYCLES[case.machine]
    if action.name in own.follows:
        _take(work, own, action.name)
    elif not moved:
        if action.name in own.internal or action.name not in own.actions:
            raise NotAllowed(Refused("unknown_action", machine=case_kind(case.machine), action=Given(action.name)))
        _require(work, own, case.state)
    follow_change(work, history)
    _take_automatic_steps(work, own)
    return _decision(work)


def _check_open(work: Work) -> None:
    if work.case.state in stages.FINAL:
        raise NotAllowed(Refused("is_final", state=_state_named(work)))


def _state_named(work: Work) -> Worded:
    return Worded(work.case.state, LIFECYCLES[work.case.machine].names[work.case.state])


def _choose_row(work: Work, inner: str, machine: Lifecycle) -> None:
    """The assignment, commitment or supervision of the action: named in the data, or the only candidate."""
    rows: dict[str, Any] = getattr(work.dossier, TABLES[inner])
    named = work.given(inner)
    if named is not None:
        chosen = rows.get(str(named)) or rows.get(f"{work.case.id}/{named}")
        if chosen is None:
            raise NotAllowed(Refused("row_not_found", key=Label(inner), given=Given(named), known=ids(rows)))
    else:
        chosen = _only_candidate(work, inner, machine, rows)
    if inner == Subject.ASSIGNMENT:
        work.part_id = chosen.id
        _check_part(work)
    else:
        work.item_id = chosen.id
        if inner == Subject.COMMITMENT:
            work.part_id = chosen.assignment_id
            _check_open(work)


def _only_candidate(work: Work, inner: str, machine: Lifecycle, rows: dict[str, Any]) -> Any:
    owner = next(step.owner for step in machine.steps if step.action == work.action.name)
    candidates = list(rows.values())
    if inner == Subject.ASSIGNMENT:
        ident = work.given("communication")
        contact = work.dossier.communications.get(str(ident))
        if contact is not None:
            return rows[contact.assignment_id]
        if work.action.name in ABOUT_A_CONTACT:
            choices = ids(work.dossier.communications)
            raise NotAllowed(Refused("contact_not_found", given=Given(ident), known=choices))
        candidates = list(work.current_parts())
        if owner == Owner.PART and work.action.unit:
            candidates = [row for row in candidates if row.unit == work.action.unit]
        elif owner == Owner.LEAD_UNIT:
            candidates = list(work.co_parts())
        if work.action.name in assignment.CONSULT_ANSWERS:
            candidates = [row for row in candidates if row.consult == ConsultStanding.OPEN] or candidates
    able = [row for row in candidates if work.action.name in machine.from_state(row.state)]
    if len(able) == 1:
        return able[0]
    if not able and len(candidates) == 1:
        return candidates[0]
    if owner == Owner.PART and not candidates:
        raise NotAllowed(Refused("no_part", actor=Id(work.action.unit or work.action.by), case=Id(work.case.id)))
    choices = ids(row.id for row in able or candidates)
    raise NotAllowed(Refused("which_one", key=Label(inner), known=choices))


def _check_part(work: Work) -> None:
    if work.part.round != work.case.round:
        raise NotAllowed(Refused("other_round", part=Id(work.part.id), round=work.part.round, running=work.case.round))
    if work.case.state in stages.CLOSED:
        raise NotAllowed(Refused("suggestion_closed", state=_state_named(work)))
    if work.before(work.part.assigned_on):
        raise NotAllowed(Refused("before_assignment", day=work.on, assigned=work.part.assigned_on))


def _row_state(work: Work, inner: str) -> str:
    if inner == Subject.ASSIGNMENT:
        return work.part.state
    return work.commitment.state if inner == Subject.COMMITMENT else work.supervision.state


def _require(work: Work, machine: Lifecycle, state: str) -> None:
    """Take the action, or refuse it because the state does not permit it."""
    if not _take(work, machine, work.action.name):
        what = _subject(work, machine.subject)[0]
        raise NotAllowed(
            Refused(
                "state_not_left_by",
                which=Id(what),
                state=Worded(state, machine.names[state]),
                action=action_named(work.action.name),
            )
        )


def _take(work: Work, machine: Lifecycle, name: str) -> bool:
    subject_id, state, work.since, put = _subject(work, machine.subject)
    taken = machine.fire(name, state, work)
    if taken is None:
        return False
    target, step = taken
    part_id, since = work.part_id, work.since
    event = work.record(machine.subject, subject_id, step.event)
    if target != state:
        put(state=target)
    event.data["state"] = [state, target]
    for effect in step.effects:
        effect(work)
        work.part_id = part_id
    if step.target is not None:
        put(since=max(since or work.on, work.on, event.on))
    deadlines.follow(work, event)
    for group in step.tells:
        work.tell(group, event.name)
    return True


def _subject(work: Work, subject: str) -> tuple[str, str, date | None, Callable[..., None]]:
    if subject == Subject.ASSIGNMENT:
        return work.part_id, work.part.state, work.part.since, work.edit_part
    if subject in (Subject.COMMITMENT, Subject.SUPERVISION):
        row = work.commitment if subject == Subject.COMMITMENT else work.supervision
        return row.id, row.state, row.since, partial(work.edit, TABLES[subject], row.id)
    return work.case.id, work.case.state, work.case.since, work.edit_case


def _take_automatic_steps(work: Work, machine: Lifecycle) -> None:
    """Take automatic lines while the condition of one holds."""
    while any(_take(work, machine, name) for name in machine.autos(work.case.state)):
        pass


def _decision(work: Work) -> Decision:
    """The decision; values are checked against closed sets only after the guards."""
    if (refused := among_known(work)) is not None:
        raise NotAllowed(refused)
    return Decision(work.dossier, work.changed(), work.events, work.notices)


def _open_case(
    action: Action, rulebook: Rulebook, workdays: Workdays, happened: datetime, entered_on: date
) -> Decision:
    machine = FOUNDING.get(action.name)
    if machine is None:
        raise NotAllowed(Refused("no_case", case=Id(action.case)))
    if rulebook.machine != machine:
        kind, wanted = case_kind(rulebook.machine), case_kind(machine)
        raise NotAllowed(Refused("rulebook_of_other_kind", rulebook=Label(rulebook.name), kind=kind, wanted=wanted))
    case = Case(
        id=action.case,
        machine=machine,
        state=LIFECYCLES[machine].initial,
        region=str(action.data.get("region") or ""),
        rulebook=rulebook.name,
        rulebook_ident=rulebook.ident,
        opened_at=happened,
        since=civil_day(happened),
        title=str(action.data.get("title") or ""),
        linked_case=str(action.data.get("from_opinion") or ""),
    )
    work = Work(Dossier(case), action, happened, entered_on, rulebook, workdays)
    work.edit_case()
    if filed := PROCESSES.get(machine):
        event = _open_filed(work, filed)
    else:
        _open_suggestion(work)
        event = work.record("suggestion", case.id, "drafted")
    event.data["state"] = ["", case.state]
    deadlines.follow(work, event)
    return _decision(work)


def _open_suggestion(work: Work) -> None:
    if work.role not in (Role.DEPUTY, Role.PROXY, Role.REGISTRAR):
        raise NotAllowed(Refused("may_not_write", role=work.role))
    lead = str(work.given("lead") or work.deputy)
    if work.role == Role.DEPUTY and lead != work.action.by:
        raise NotAllowed(Refused("writes_for_another", actor=Id(work.action.by), lead=Id(lead)))
    suggestion_effects.write_text(work)
    work.edit_case(
        lead=lead, in_session=bool(work.given("in_session")), session=str(work.given("session") or "")
    )
    work.add(
        "parties", lead, Party(f"{work.case.id}@{lead}", work.case.id, lead, lead=True, confirmed_on=work.on)
    )


def _open_filed(work: Work, process: Process) -> Event:
    opening = process.opening
    if work.role not in opening.by:
        raise NotAllowed(Refused("may_not_record_opinion", role=work.role))
    if refused := next(filter(None, (guard(work) for guard in opening.guards)), None):
        raise NotAllowed(refused)
    event = work.record(process.file.name, work.case.id, opening.event)
    for effect in opening.effects:
        effect(work)
    return event
