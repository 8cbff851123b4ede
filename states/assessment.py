"""The second evaluation (双评), blind to the deputy's: a committee scores the handling, or a unit the suggestion."""

from rulebooks import Rulebook
from states.cases import Assessment
from states.reasons import Id, Refused
from states.roles import Role
from states.vocabulary import ScoredFor, Scorer
from states.work import Work

GRADES = ((90, "优秀"), (75, "良好"), (60, "一般"), (0, "较差"))
"""The least score of each grade (P: a prefecture's CPPCC)."""


def grade_of(score: int) -> str:
    return next(name for least, name in GRADES if score >= least)


def scheme_of(rulebook: Rulebook) -> str:
    """The scheme of two evaluations that the rulebook requires; '' when it requires one."""
    return rulebook.double_evaluation.scheme if rulebook.double_evaluation else ""


def committee_assesses(work: Work) -> Refused | None:
    if scheme_of(work.rulebook) != "deputy_and_committee":
        return Refused("committee_scores_not")
    if not work.case.committee:
        return Refused("no_committee")
    if work.role == Role.COMMITTEE and work.action.unit and work.action.unit != work.case.committee:
        action = work.action
        return Refused(
            "other_committee", committee=Id(work.case.committee), actor=Id(action.by), unit=Id(action.unit)
        )
    if not [row for row in work.answering_parts() if row.delivered_on]:
        return Refused("no_reply_to_score")
    return None


def committee_scored_not(work: Work) -> Refused | None:
    return _scored_before(work, Scorer.COMMITTEE, work.case.committee)


def unit_rates_suggestion(work: Work) -> Refused | None:
    if scheme_of(work.rulebook) != "deputy_and_unit":
        return Refused("unit_scores_not")
    return None


def unit_scored_not(work: Work) -> Refused | None:
    return _scored_before(work, Scorer.UNIT, work.action.unit)


def _scored_before(work: Work, kind: Scorer, by: str) -> Refused | None:
    done = any(
        (row.kind, row.by, row.round) == (kind, by, work.case.round) for row in work.dossier.assessments.values()
    )
    return Refused("scored_before", scorer=Id(by), round=work.case.round) if done else None


def keep_committee_score(work: Work) -> None:
    scores = {name: int(work.data[name]) for name in ScoredFor.values()}
    weights = work.rulebook.weights.weights if work.rulebook.weights else {}
    counted = {name: weights.get(name, 0) for name in ScoredFor.values()}
    if not any(counted.values()):
        counted = dict.fromkeys(ScoredFor.values(), 1)
    score = sum(scores[name] * weight for name, weight in counted.items())
    for part in [row for row in work.answering_parts() if row.delivered_on]:
        _keep(work, part.id, Scorer.COMMITTEE, work.case.committee, score // sum(counted.values()), scores)


def keep_unit_score(work: Work) -> None:
    part = next(row for row in work.answering_parts() if row.unit == work.action.unit)
    _keep(work, part.id, Scorer.UNIT, part.unit, int(work.data["score"]), {})


def _keep(work: Work, part: str, kind: Scorer, by: str, score: int, scores: dict[str, int]) -> None:
    row = Assessment(
        id=f"{part}/q{kind[0]}",
        case_id=work.case.id,
        assignment_id=part,
        round=work.case.round,
        kind=kind.value,
        by=by,
        score=score,
        assessed_on=work.on,
        **scores,
    )
    work.add("assessments", row.id, row)
