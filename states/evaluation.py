"""A deputy's judgement of a reply (满意度测评): who judges, what counts, and how several judgements combine."""

from collections.abc import Mapping

from states import deadlines
from states.cases import Evaluation, Json, Notice
from states.reasons import Given, Id, Refused, choices, named, sent_id
from states.roles import UNIT_ROLES, Role
from states.vocabulary import Dimension, Satisfaction
from states.work import Work


def _judged_value(work: Work) -> str:
    """The worst value on record for this round, including the one now given; '' when there is none."""
    values = [row.value for row in work.standing_evaluations()]
    if work.action.name == "evaluate":
        values += [value for _, _, value, _ in judgements(work)]
    return Satisfaction.highest(values)


def _still_silent(work: Work) -> list[str]:
    heard = {row.deputy for row in work.dossier.evaluations.values() if row.round == work.case.round}
    if work.action.name == "evaluate":
        heard.add(work.deputy)
    return [party.deputy for party in work.evaluators() if party.deputy not in heard]


def waits_for_others(work: Work) -> bool:
    return bool(_still_silent(work))


def judged_well(work: Work) -> bool:
    return _judged_value(work) != Satisfaction.DISSATISFIED


def judged_badly(work: Work) -> bool:
    return _judged_value(work) == Satisfaction.DISSATISFIED


HOUSE_ROUNDS = 2
"""The round whose dissatisfaction goes to mediation where the rulebook does not limit re-handling."""


def rounds_left(work: Work) -> bool:
    """Whether a further dissatisfaction leads to re-handling. Without a limit in the text there is none (ZJ 24)."""
    rule = work.rulebook.rehandle
    most = rule.max_rounds if rule else HOUSE_ROUNDS
    return most is None or work.case.round < max(most, HOUSE_ROUNDS)


def no_rounds_left(work: Work) -> bool:
    return not rounds_left(work)


def form_sender(work: Work) -> Refused | None:
    """T19: sent by the congress office without the unit, unless the rulebook lets the unit enclose the form."""
    policy = work.rulebook.evaluation
    by_unit = policy is not None and policy.sent_by == "unit"
    if work.role in UNIT_ROLES and not by_unit:
        return Refused("judged_sends_no_form")
    return None


def valid_evaluation(work: Work) -> Refused | None:
    """T20: the deputy's own act, once for each reply; never by a judged unit."""
    judged_side = acts_for_judged(work)
    if judged_side:
        return judged_side
    if work.before(work.case.since):
        return Refused("before_forms", day=work.on, since=work.case.since)
    if work.deputy not in {party.deputy for party in work.evaluators()}:
        return Refused("not_an_evaluator", deputy=Id(work.deputy))
    done = any(
        row.deputy == work.deputy and row.round == work.case.round
        for row in work.dossier.evaluations.values()
    )
    if done:
        return Refused("evaluated_before", deputy=Id(work.deputy), round=work.case.round)
    return sound_judgements(work)


def acts_for_judged(work: Work) -> Refused | None:
    if work.action.unit in {part.unit for part in work.dossier.assignments.values()}:
        return Refused("acts_for_judged", actor=Id(work.action.by), unit=Id(work.action.unit))
    return None


def sound_judgements(work: Work) -> Refused | None:
    """Every dimension has a value, and dissatisfaction a reason."""
    for part, judged, _, reason in judgements(work):
        for dimension in dimensions(work):
            if judged.get(dimension) not in Satisfaction.values():
                return Refused(
                    "judgement_missing",
                    part=Id(part),
                    dimension=named(Dimension, dimension),
                    given=Given(judged.get(dimension)),
                    known=choices(Satisfaction),
                )
        if Satisfaction.DISSATISFIED in judged.values() and not reason:
            return Refused("dissatisfaction_unreasoned")
    return None


def window_over_and_urged(work: Work) -> Refused | None:
    """T21: every silent deputy's window has ended, after as many reminders as the rulebook says.

    Where the rulebook gives no window, the office decides with a written reason.
    """
    needed = (work.rulebook.gates.feedback_urges if work.rulebook.gates else None) or 2
    for deputy in _still_silent(work):
        row = work.deadline("evaluator", f"{work.case.id}@{deputy}", "feedback_by")
        if row is None and (work.role == Role.SYSTEM or not work.given("reason")):
            return Refused("no_window")
        if row is not None and work.on <= row.last_day:
            return Refused("window_open", deputy=Id(deputy), last_day=row.last_day)
        urged = work.dossier.parties[deputy].urges
        if urged < needed:
            return Refused("urged_too_little", deputy=Id(deputy), urged=urged, needed=needed)
    return None


def awaits_feedback(work: Work) -> Refused | None:
    deputy = work.given("deputy") or work.case.lead
    return None if deputy in _still_silent(work) else Refused("no_evaluation_outstanding", deputy=sent_id(deputy))


def dimensions(work: Work) -> tuple[str, ...]:
    policy = work.rulebook.evaluation
    return policy.dimensions if policy else ("attitude", "result")


def judgements(work: Work) -> list[tuple[str, dict[str, Json], str, Json]]:
    """(part, values by dimension, worst value, reason) for each answering part of the round.

    One judgement serves all parts unless data.assignments gives one for each.
    """
    each = work.data.get("assignments")
    evaluations = []
    for part in work.answering_parts():
        source = each.get(part.id) if isinstance(each, dict) else work.data
        source = source if isinstance(source, Mapping) else {}
        judged = {name: source.get(name) for name in dimensions(work)}
        evaluations.append(
            (part.id, judged, Satisfaction.highest(map(str, judged.values())), source.get("reason"))
        )
    return evaluations


def keep_evaluation(work: Work) -> None:
    for part, judged, value, _ in judgements(work):
        keep_judgement(work, f"{part}/e@{work.deputy}", part, judged, value)
    deadlines.follow(work, work.record("evaluator", f"{work.case.id}@{work.deputy}", "evaluated"))


def keep_judgement(
    work: Work, id_: str, part: str, judged: Mapping[str, Json], value: str, corrects: str = ""
) -> None:
    row = Evaluation(
        id=id_,
        case_id=work.case.id,
        assignment_id=part,
        round=work.case.round,
        deputy=work.deputy,
        attitude=str(judged.get("attitude") or ""),
        result=str(judged.get("result") or ""),
        value=value,
        channel=str(work.given("channel") or "direct"),
        evaluated_on=work.on,
        corrects=corrects,
    )
    work.add("evaluations", row.id, row)


def keep_silence(work: Work) -> None:
    """No response is recorded as such, never as satisfaction, and is not in the base of rates (CQ 29)."""
    for deputy in _still_silent(work):
        for part in work.answering_parts():
            row = Evaluation(
                id=f"{part.id}/e@{deputy}",
                case_id=work.case.id,
                assignment_id=part.id,
                round=work.case.round,
                deputy=deputy,
                attitude="",
                result="",
                value=Satisfaction.NO_RESPONSE.value,
                channel="lapsed",
                evaluated_on=work.on,
            )
            work.add("evaluations", row.id, row)
        deadlines.follow(work, work.record("evaluator", f"{work.case.id}@{deputy}", "lapsed"))


def urge_feedback(work: Work) -> None:
    deputy = str(work.given("deputy") or work.case.lead)
    work.edit("parties", deputy, urges=work.dossier.parties[deputy].urges + 1)
    work.notices.append(Notice(f"deputy:{deputy}", "suggestion.feedback_urged", {}))
