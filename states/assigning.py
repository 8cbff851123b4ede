"""Who gets a part of a suggestion (交办), in the first round, after a return, and in a re-handling."""

from collections.abc import Mapping

from pydantic import JsonValue

from states import deadlines
from states.assignment import LIFECYCLE as ASSIGNMENT
from states.cases import Assignment
from states.reasons import Given, Id, Refused, ids, labels, sent_id
from states.roles import Role
from states.vocabulary import ANSWERING, A, PartRole, S, Satisfaction, Track
from states.work import Work


def replaces_answering(work: Work) -> bool:
    returned = _returned(work)
    return returned is not None and returned.role in ANSWERING


def fills_last_vacancy(work: Work) -> bool:
    return replaces_answering(work) and all(part.id == work.given("replaces") for part in work.vacant_parts())


def leaves_vacancy(work: Work) -> bool:
    return replaces_answering(work) and not fills_last_vacancy(work)


def _returned(work: Work) -> Assignment | None:
    return work.dossier.assignments.get(str(work.given("replaces")))


def sound_units(work: Work) -> Refused | None:
    """T9: exactly one LEAD or SOLE, or at least two SEPARATE; CO only beside a LEAD; a part per SEPARATE."""
    units = work.given("units") or work.case.proposed
    sent = isinstance(units, list) and bool(units)
    if not sent or not all(isinstance(unit, dict) and unit.get("unit") for unit in units):
        return Refused("units_malformed")
    roles = [unit.get("role") for unit in units]
    strange = sorted({str(role) for role in roles} - set(PartRole.values()))
    if strange:
        return Refused("unknown_part_role", roles=labels(strange), known=tuple(PartRole))
    if len({str(unit["unit"]) for unit in units}) < len(units):
        return Refused("unit_named_twice")
    leads, cos, separates, soles = map(roles.count, PartRole)
    sound = (
        (leads == 1 and not soles and not separates)
        or (soles == 1 and len(roles) == 1)
        or (separates >= 2 and not leads and not soles and not cos)
    )
    if not sound:
        return Refused("roles_unsound", leads=leads, soles=soles, separates=separates, cos=cos)
    if separates and not all(unit.get("part") for unit in units):
        return Refused("separate_part_missing")
    return None


def reply_day_ahead(work: Work) -> Refused | None:
    """T10: an absolute last day that the assignment sets lies after it."""
    day = work.day("reply_on")
    return Refused("reply_day_too_early", day=day, assigned=work.on) if day and day <= work.on else None


def replacement_named(work: Work) -> Refused | None:
    """T13: the successor of a part of this round whose return was granted, dated no earlier than that."""
    vacant = {
        part.id: part
        for part in work.dossier.assignments.values()
        if part.state == A.RETURN_GRANTED and not part.replaced and part.round == work.case.round
    }
    returned = vacant.get(str(work.given("replaces")))
    if returned is None:
        return Refused("unknown_replaced_part", given=Given(work.given("replaces")), known=ids(vacant))
    if work.before(returned.since):
        return Refused("before_return", day=work.on, since=returned.since)
    unit = work.given("unit")
    if not unit:
        return Refused("new_unit_missing")
    if any(part.unit == unit for part in work.current_parts()):
        return Refused("unit_has_part", unit=Id(unit))
    return None


def returns_within_limit(work: Work) -> Refused | None:
    policy = work.rulebook.returns
    if policy is None or policy.max is None or work.case.returns <= policy.max:
        return None
    if work.role in (Role.LEADER, Role.GOV_LEADER):
        return None
    return Refused("returned_too_often", times=work.case.returns, most=policy.max)


def rehandles_known_parts(work: Work) -> Refused | None:
    idents = {part.id for part in work.answering_parts()}
    strange = [part for part in work.sent("assignments") if str(part) not in idents]
    if strange:
        return Refused("not_answering_parts", parts=tuple(map(sent_id, strange)), round=work.case.round)
    if work.given("unit") and len(_handled_again(work)) > 1:
        return Refused("taken_part_unnamed")
    return None


def correction_possible(work: Work) -> Refused | None:
    corrected = work.day("assigned_on")
    if corrected is None:
        return Refused("corrected_day_missing")
    if work.case.submitted_on and corrected < work.case.submitted_on:
        return Refused("before_submission", day=corrected, submitted=work.case.submitted_on)
    if corrected > work.on:
        return Refused("corrected_day_ahead", day=corrected, today=work.on)
    fixed = work.case.reply_on
    if fixed and corrected >= fixed:
        return Refused("not_before_set_day", day=corrected, fixed=fixed)
    done = [row.receipted_on for row in work.dossier.assignments.values() if row.receipted_on is not None]
    if done and corrected > min(done):
        return Refused("after_receipt", day=corrected, received=min(done))
    return None


def propose(work: Work) -> None:
    work.edit_case(proposed=[_unit_row(unit) for unit in work.given("units") or work.case.proposed])


def _unit_row(unit: Mapping[str, JsonValue]) -> dict[str, str]:
    return {"unit": str(unit["unit"]), "role": str(unit["role"]), "part": str(unit.get("part") or "")}


def assign(work: Work) -> None:
    units = [_unit_row(unit) for unit in work.given("units") or work.case.proposed]
    work.edit_case(
        assigned_on=work.on,
        reply_on=work.day("reply_on"),
        track=str(work.given("track") or Track.NORMAL),
        proposed=units,
    )
    for unit in units:
        _new_part(work, unit, "assigned")


def _new_part(work: Work, unit: dict[str, str], event: str, replaces: str = "") -> Assignment:
    work.edit_case(parts=work.case.parts + 1)
    part = Assignment(
        id=f"{work.case.id}/a{work.case.parts}",
        case_id=work.case.id,
        round=work.case.round,
        unit=unit["unit"],
        role=unit["role"],
        state=A.PENDING_RECEIPT.value,
        assigned_on=work.on,
        part=unit["part"],
        replaces=replaces,
        since=work.on,
    )
    work.add("assignments", part.id, part)
    successor = {"replaces": replaces} if replaces else {}
    made = work.record("assignment", part.id, event, data={"unit": part.unit, "role": part.role, **successor})
    deadlines.follow(work, made)
    work.part_id = part.id
    work.tell("unit", made.name)
    return part


def reassign(work: Work) -> None:
    returned = _returned(work)
    assert returned is not None  # replacement_named saw it
    unit = {"unit": str(work.given("unit")), "role": returned.role, "part": returned.part}
    successor = _new_part(work, unit, "reassigned", replaces=returned.id)
    work.edit("assignments", returned.id, replaced=True)
    deadlines.carry_over(work, work.events[-1], returned.id, successor.id)
    deadlines.follow(work, work.record("assignment", returned.id, "replaced", data={"by": successor.id}))
    work.part_id = successor.id


def correct_assigned_date(work: Work) -> None:
    """A corrected start day moves the limits that ran from it; the event notes each with old and new day."""
    event, corrected, mistaken = work.events[-1], work.day("assigned_on"), work.case.assigned_on
    assert corrected is not None  # correction_possible saw it
    assert mistaken is not None
    work.edit_case(assigned_on=corrected)
    if work.case.since == mistaken and work.case.state == S.ASSIGNED:
        work.edit_case(since=corrected)
    for part in list(work.dossier.assignments.values()):
        if part.assigned_on == mistaken and not part.replaces:
            work.edit("assignments", part.id, assigned_on=corrected)
            if part.since == mistaken and part.state == A.PENDING_RECEIPT:
                work.edit("assignments", part.id, since=corrected)
    deadlines.correct_met_day(work, event, "suggestion.assigned", corrected)
    if not work.came_from:  # else every limit is counted again, by the text of the right day
        deadlines.correct_start(work, event, mistaken, corrected)


def close_reply(work: Work) -> None:
    """End the parts of the round: answered ones and accepted opinions COMPLETED, waived ones CANCELLED."""
    for part in list(work.current_parts()):
        _end_part(work, part)
    for part in work.dossier.assignments.values():
        if part.round == work.case.round and part.state == A.RETURN_GRANTED:
            deadlines.void_all(work, work.events[0], part.id)


def _end_part(work: Work, part: Assignment) -> None:
    action = "complete" if part.state in (A.DELIVERED, A.OPINION_ACCEPTED) else "cancel"
    work.part_id = part.id
    work.internal = True
    taken = ASSIGNMENT.fire(action, part.state, work)
    work.internal = False
    if taken is None:
        return
    state, step = taken
    work.edit_part(state=state, since=work.on)
    work.record("assignment", part.id, step.event)
    for effect in step.effects:
        effect(work)


def open_round(work: Work) -> None:
    """T23: the next round, for the parts ordered or those judged badly; the rows of this round stay as they are."""
    again = _handled_again(work)
    superior = str(work.given("unit") or "") if _is_order(work) else ""
    close_reply(work)
    deadlines.void_started_by(work, work.events[0], "suggestion.reply_delivered")
    for party in list(work.dossier.parties.values()):
        work.edit("parties", party.deputy, urges=0)
    work.edit_case(round=work.case.round + 1, answered_on=None, ended_on=None)
    for part in again:
        unit = {"unit": superior or part.unit, "role": part.role, "part": part.part}
        _new_part(work, unit, "rehandle_assigned", replaces=part.id)


def _handled_again(work: Work) -> list[Assignment]:
    """The parts that the order or an inspection names, else those judged badly, else all; other replies stay."""
    ordered = [*work.names("assignments"), *work.inspected] if _is_order(work) else []
    named = [row for row in work.dossier.assignments.values() if row.id in ordered]
    bad = [row.assignment_id for row in work.standing_evaluations() if row.value == Satisfaction.DISSATISFIED]
    parts = list(work.answering_parts())
    return named or [part for part in parts if part.id in bad] or parts


def _is_order(work: Work) -> bool:
    """Whether the action is an order: under automatic re-handling it is the deputy's evaluation instead."""
    return work.action.name != "evaluate"
