"""The ladder of dissatisfaction (Q): who is involved after each further dissatisfaction."""

from rulebooks import QualityRung
from states.cases import Supervision
from states.ladder import addressees
from states.vocabulary import S, Satisfaction, SupervisionKind
from states.work import Work


def climb_quality(work: Work) -> None:
    """Climb the rung for this round's dissatisfaction; its notices, which reveal it, go only to those who may know."""
    rung = _rung(work)
    if rung is None:
        return
    event = work.record("evaluator", work.case.id, "escalated", data=_words(rung))
    for recipient in _addressees(work, rung):
        work.tell_one(recipient, event.name, _words(rung))
    if rung.proposes and not any(row.level == rung.level for row in work.dossier.supervisions.values()):
        _propose(work, rung)


def tell_who_scored(work: Work) -> None:
    """Notify the committee that judged blind of this round's dissatisfaction, now that it has scored."""
    rung = _rung(work) if work.case.state != S.MEDIATION and work.case.round in _bad_rounds(work) else None
    if rung is None:
        return
    for recipient in _addressees(work, rung):
        if recipient.startswith("committee:"):
            work.tell_one(recipient, "evaluator.escalated", _words(rung))


def _words(rung: QualityRung) -> dict[str, str]:
    return {"level": rung.level.value, "title": rung.title}


def _addressees(work: Work, rung: QualityRung) -> list[str]:
    part = next(work.answering_parts(), None)
    owner = f"unit:{part.unit}" if part else f"registrar:{work.case.region}"
    return addressees(rung.tells, owner, work.case.region, work.case.committee, work.case.lead)


def _bad_rounds(work: Work) -> set[int]:
    """The rounds with a dissatisfied judgement, after corrections."""
    corrected = {row.corrects for row in work.dossier.evaluations.values()}
    return {
        row.round
        for row in work.dossier.evaluations.values()
        if row.value == Satisfaction.DISSATISFIED and row.id not in corrected
    }


def _rung(work: Work) -> QualityRung | None:
    bad = _bad_rounds(work)
    again = bool(bad and work.case.repeat_of)
    reached = [
        rung for rung in work.rulebook.quality if rung.dissatisfied <= len(bad) or (rung.repeated and again)
    ]
    return max(reached, key=lambda rung: rung.dissatisfied, default=None)


def _propose(work: Work, rung: QualityRung) -> None:
    before = len(work.dossier.supervisions)
    row = Supervision.raised(work.case.id, before, rung.level.value, work.on, slot="1", kind=SupervisionKind.KEY.value)
    work.add("supervisions", row.id, row)
    # `feedback_by` marks the proposal as one that tells how a deputy judged
    data = _words(rung) | {"key": "feedback_by"}
    work.record("supervision", row.id, "proposed", data=data)
    work.tell("registrar", "supervision.proposed", data)
