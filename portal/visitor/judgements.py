"""The judgements of a case as one visitor may see them: inspections, 双评, promises, supervisions, slots, conversions.

Each function takes the visitor's sight of the case and returns what pages show.
"""

from collections.abc import Mapping

from portal.visitor.judged_shapes import (
    Inspected,
    Moved,
    Promise,
    Proof,
    Scored,
    Slot,
    Supervised,
    TakenUp,
    Twice,
)
from portal.visitor.languages import LANGUAGE, level_name, say
from portal.visitor.sight import Sight
from states.assessment import grade_of, scheme_of
from states.cases import Assessment, Evaluation, Supervision
from states.decide import LIFECYCLES
from states.roles import Role
from states.slots import Act, Filled, slots_of
from states.supervision import KINDS
from states.vocabulary import (
    C,
    ConversionKind,
    Dimension,
    ReplyClass,
    Satisfaction,
    ScoredFor,
    SlotParty,
    Subject,
    SupervisionKind,
    V,
    Verdict,
)

ENDED_PROMISES = (C.VERIFIED, C.CANCELLED_EXPLAINED)
HELD_BY_RULE: Mapping[str, str] = {
    SlotParty.CONGRESS_OFFICE: Role.REGISTRAR.zh, SlotParty.DISPATCHER: Role.DISPATCHER.zh,
    SlotParty.COMMITTEE: "归口委员会",
}  # fmt: skip
ACTING = {
    Role.COMMITTEE: SlotParty.COMMITTEE, Role.REGISTRAR: SlotParty.CONGRESS_OFFICE, Role.LEADER: SlotParty.LEADER,
    Role.DISPATCHER: SlotParty.DISPATCHER, Role.GOV_LEADER: SlotParty.DISPATCHER,
}  # fmt: skip
"""The party of the slots for which a role urges."""


SUPERVISIONS = LIFECYCLES["supervision"].names | {V.CONFIRMED: "确定督办"}
STANDINGS = {"kept": "有记录", "held": "有人承担，还没有记录", "missing": "缺", "spare": "不要求"}


def inspections_of(seen: Sight) -> list[Inspected]:
    """The inspections, the newest first; everybody who sees the case sees their findings."""
    findings = _findings(seen)
    evaluations = []
    for row in seen.dossier.inspections.values():
        promise = seen.dossier.commitments.get(row.commitment_id)
        part = seen.dossier.assignments.get(row.assignment_id)
        unit = seen.names.get(part.unit, part.unit) if part else ""
        claimed, seen_as = _claims(row.claimed, bool(promise)), _claims(row.found, bool(promise))
        about = say("%(unit)s的答复", unit=unit)
        if promise:
            about = say("%(unit)s的承诺：%(text)s", unit=unit, text=promise.text)
        evaluations.append(
            Inspected(
                id=row.id, on=row.inspected_on, by=seen.names.get(row.by, row.by), place=row.place,
                verdict=row.verdict, verdict_name=say(Verdict.name_of(row.verdict)), about=about, claimed=claimed,
                found=seen_as, participants=_people(seen, row.participants), said=findings.get(row.id, ""),
                files=[
                    Proof(*(file.get(key, "") for key in ("sha256", "name", "place", "on")))
                    for file in row.evidence
                ],
            )
        )  # fmt: skip
    return evaluations[::-1]


def _claims(what: str, of_promise: bool) -> str:
    if of_promise:
        return say(LIFECYCLES["commitment"].names.get(what, what), "state")
    return say(ReplyClass.name_of(what))


def _people(seen: Sight, people: list[str]) -> list[str]:
    """The participants; none where the deputies are protected, because names are free text."""
    if not seen.open_names:
        return [say("%(n)d 人（身份保护）", n=len(people))] if people else []
    return [seen.names.get(person, person) for person in people]


def _findings(seen: Sight) -> dict[str, str]:
    """The text of each inspection's finding, which is in the event before the one that made its row."""
    texts, text = {}, ""
    for event in seen.events:
        if event["action"] == "inspect":
            kept = event["data"].get("finding")
            text = seen.texts.get(kept["document"], "") if isinstance(kept, dict) else ""
        if event["name"] == "inspection.made":
            texts[event["subject_id"]] = text
    return texts


def twice_judged(seen: Sight) -> list[Twice]:
    """双评 side by side, of each round in which the visitor may see both; a unit always sees its own score."""
    scheme = scheme_of(seen.rulebook)
    if scheme not in ("deputy_and_committee", "deputy_and_unit"):
        return []
    scores: dict[str, Assessment] = {row.assignment_id: row for row in seen.dossier.assessments.values()}
    latest = []
    for part in seen.dossier.assignments.values():
        score = scores.get(part.id)
        both = seen.sees_judgement(part.round)
        own = score is not None and score.by == seen.visitor.unit
        rows = [row for row in seen.shown_evaluations() if row.assignment_id == part.id] if both else []
        if not (both or own) or not (score or rows):
            continue
        twice = Twice(
            seen.names.get(part.unit, part.unit), part.round, [_judged(seen, row) for row in rows], "", [], None, ""
        )
        if score is not None:
            twice.by = seen.names.get(score.by, score.by)
            twice.score, twice.grade = score.score, say(grade_of(score.score))
            pairs = ((name, getattr(score, name)) for name in ScoredFor.values())
            twice.scores = [Scored(say(ScoredFor.name_of(name)), value) for name, value in pairs if value is not None]
        latest.append(twice)
    return latest


def _judged(seen: Sight, row: Evaluation) -> dict[str, str]:
    value = say(Satisfaction.name_of(row.value)) if row.value else ""
    both = say("（%(judged)s）", judged=dimensions_judged(row)) if row.attitude and row.result else ""
    return {"deputy": seen.names.get(row.deputy, row.deputy), "value": value + both}


def dimensions_judged(row: Evaluation) -> str:
    """What a deputy judged of the handling, each with its value."""
    values = {Dimension.ATTITUDE: row.attitude, Dimension.RESULT: row.result}
    return say("，").join(
        say("%(what)s：%(value)s", what=say(dimension.zh), value=say(Satisfaction.name_of(value)))
        for dimension, value in values.items()
        if value
    )


def promises_of(seen: Sight) -> list[Promise]:
    """The promises with every rescheduling: from which day, to which, and why."""
    moved: dict[str, list[Moved]] = {}
    for event in seen.events:
        if event["action"] == "reschedule_commitment":
            limits = event["data"].get("limits") or [{}]
            why = event["data"].get("reason")
            moved.setdefault(event["subject_id"], []).append(Moved(
                on=event["on"], to=str(event["data"].get("due_on", "")),
                before=str(limits[0].get("old_last_day") or ""),
                why=seen.texts.get(why["document"], "") if isinstance(why, dict) else "",
            ))  # fmt: skip
    promises = []
    for row in seen.dossier.commitments.values():
        part = seen.dossier.assignments.get(row.assignment_id)
        promises.append(Promise(
            id=row.id, text=row.text, due_on=row.due_on,
            lamp=None if row.state in ENDED_PROMISES else seen.site.lamp(row.due_on),
            state=say(LIFECYCLES["commitment"].names[row.state], "state"),
            unit=seen.names.get(part.unit, part.unit) if part else "", verified_on=row.verified_on,
            moved=moved.get(row.id, []),
        ))  # fmt: skip
    return promises


def supervisions_of(seen: Sight) -> list[Supervised]:
    ids = seen.supervision_ids
    return [
        Supervised(
            id=ids[row.id], level=row.level, kind=say(SupervisionKind.name_of(row.kind)),
            title=" ".join((say(SupervisionKind.name_of(row.kind)), *_rung(row))),
            state=say(supervision_state(row.kind, row.state), "state"), proposed_on=row.proposed_on,
            holder=seen.names.get(row.holder, row.holder), by=seen.names.get(row.by, row.by),
        )
        for row in seen.supervisions
    ]  # fmt: skip


def _rung(row: Supervision) -> tuple[str, ...]:
    """The rung of a supervision; one that no ladder proposed has its kind as level."""
    return () if row.level == row.kind else (level_name(row.level),)


def conversions_of(seen: Sight) -> list[TakenUp]:
    return [
        TakenUp(
            id=row.id, kind=say(ConversionKind.name_of(row.kind)), target=row.target, on=row.converted_on,
            done_on=row.done_on, by=seen.names.get(row.by, row.by),
        )
        for row in seen.dossier.conversions.values()
    ]  # fmt: skip


def slots_seen(seen: Sight, event_names: Mapping[str, str]) -> list[Slot]:
    """The five slots, computed from what the visitor may know."""
    rows = {row.id: row for row in seen.supervisions}
    acts = []
    for event in seen.events:
        name = event["name"]
        if event["subject"] == Subject.SUPERVISION and event["subject_id"] in rows and seen.learns_of(event):
            acts.append(Act(event["on"], name, slot=rows[event["subject_id"]].slot))
        elif event["action"] == "urge" and event["role"] in ACTING:
            acts.append(Act(event["on"], name, ACTING[Role(event["role"])]))
    inspections = list(seen.dossier.inspections.values())
    slots = slots_of(seen.rulebook.slots, seen.dossier.case, rows.values(), inspections, acts)
    return [shown_slot(slot, seen.names, event_names, seen.open_names) for slot in slots]


def _title(slot: Filled) -> str:
    """What the slot is called: as the rulebook prints it, in English as the vocabulary has its party."""
    party = next((party for party in SlotParty if party == slot.role), None)
    return party.en if party and LANGUAGE.get() == "en" else slot.title


def shown_slot(
    slot: Filled, names: Mapping[str, str], event_names: Mapping[str, str], open_names: bool = True
) -> Slot:
    """A slot in words; deputies who hold one are not named where they are protected."""
    standing = "missing" if slot.missing else "spare" if not slot.held else "kept" if slot.on else "held"
    by_rule = slot.held and not slot.holder
    holder = say(HELD_BY_RULE.get(slot.role, "")) if by_rule else names.get(slot.holder, slot.holder)
    if slot.role == Role.DEPUTY and slot.holder and not open_names:
        holder = say("代表（身份保护）")
    words = {"inspected": "查验"}.get(slot.what) or event_names.get(slot.what) or SUPERVISIONS.get(slot.what, "")
    return Slot(
        slot.slot, _title(slot), holder, say(words, "event") if words else "", slot.on, standing,
        say(STANDINGS[standing]),
    )  # fmt: skip


def supervision_state(kind: str, state: str) -> str:
    """The state of a supervision in words; one that no body decides is not called confirmed."""
    if state == V.CONFIRMED and kind in KINDS and not KINDS[kind].decided:
        return "已承担"
    return LIFECYCLES["supervision"].names[state]


def holder_name(row: Mapping[str, object], names: Mapping[str, str]) -> str:
    """Who carries a supervision out, of a row of a list."""
    holder = str(row["holder"] or row["by"])
    return say(Role.name_of(holder)) if holder in Role.values() else names.get(holder, holder)
