"""A deputy corrects their evaluation: the first stays on record, a new row replaces it.

After the reply side was closed a correction changes no state, from which the judged side would learn of it.
The office decides, as on any dissatisfaction.
"""

from states import deadlines
from states.evaluation import acts_for_judged, judgements, keep_judgement, sound_judgements
from states.quality import climb_quality
from states.reasons import Id, Refused
from states.vocabulary import S, Satisfaction
from states.work import Work

CLOSED_REPLY = (S.REPLY_CLOSED, S.TRACKING, S.FULFILLED)
"""States in which a correction is late: the reply side was closed."""


def valid_correction(work: Work) -> Refused | None:
    """House rule: the deputy's own act, with a reason, on an existing judgement that it changes."""
    judged_side = acts_for_judged(work)
    if judged_side:
        return judged_side
    mine = {row.assignment_id: row for row in work.standing_evaluations() if row.deputy == work.deputy}
    if not any(row.value != Satisfaction.NO_RESPONSE for row in mine.values()):
        return Refused("nothing_to_correct", deputy=Id(work.deputy), round=work.case.round)
    if not work.given("reason"):
        return Refused("correction_unreasoned")
    fault = sound_judgements(work)
    if fault:
        return fault
    same = all(
        part in mine
        and (mine[part].value, mine[part].attitude, mine[part].result)
        == (value, str(judged.get("attitude") or ""), str(judged.get("result") or ""))
        for part, judged, value, _ in judgements(work)
    )
    return Refused("correction_says_the_same") if same else None


def keep_correction(work: Work) -> None:
    """Add a row for each reply whose judgement changes; a late dissatisfaction goes to the office."""
    mine = {row.assignment_id: row for row in work.standing_evaluations() if row.deputy == work.deputy}
    for part, judged, value, _ in judgements(work):
        before = mine.get(part)
        if before is None:
            continue
        number = sum(
            row.assignment_id == part and row.deputy == work.deputy for row in work.dossier.evaluations.values()
        )
        keep_judgement(work, f"{part}/e@{work.deputy}.{number + 1}", part, judged, value, corrects=before.id)
    work.record("evaluator", f"{work.case.id}@{work.deputy}", "corrected")
    if work.case.state in CLOSED_REPLY and late_dissatisfaction(work):
        deadlines.follow(work, work.record("suggestion", work.case.id, "evaluated_dissatisfied"))
        climb_quality(work)


def late_dissatisfaction(work: Work) -> bool:
    """The reply side was closed, and a correction made the deputy's judgement dissatisfied."""
    return any(row.corrects and row.value == Satisfaction.DISSATISFIED for row in work.standing_evaluations())


def corrected_badly(work: Work) -> Refused | None:
    """T23 after the reply side was closed: only where a deputy corrected their evaluation to dissatisfied."""
    if late_dissatisfaction(work):
        return None
    return Refused("reply_side_closed")
