"""The life of one suggestion: written, registered, assigned, answered, judged, perhaps handled again, archived."""

from collections.abc import Generator
from datetime import date, timedelta

from portal.rehearsal.habits import of_another_unit
from portal.rehearsal.handling import answering, opining
from portal.rehearsal.parameters import COSIGN_DECLINED
from portal.rehearsal.participants import Inhabitants
from portal.rehearsal.promise_outcomes import keeping
from portal.rehearsal.roster import LEADERS
from portal.rehearsal.stage import Life, Turn, Until
from states.cases import Json
from states.roles import Role
from states.vocabulary import Disposal, KeyLevel, Level, PartRole, S, Satisfaction

Way = Generator[Turn | Until, None, bool]
"""A piece of a life; whether the life goes on after it."""


def suggesting(people: Inhabitants, written_on: date, assigned_on: date | None) -> Life:
    """From the draft to the archive; `assigned_on` is the day on which all of the session's are assigned."""
    stage, habits = people.stage, people.habits
    yield from _written(people, written_on)
    if not (yield from _reviewed(people)):
        return
    on = assigned_on or stage.after(people.submitted_on, 9 if habits.assigned_late else 3)
    units = _units(people)
    proposal = people.office("propose_units", units=units)
    yield Turn(max(stage.work(on), stage.today), (proposal, people.office("assign")))
    people.assigned_on = people.ordered_on = stage.today
    if habits.key and not habits.withdrawn:
        stage.begin(_key(people))
    if habits.withdrawn:
        why: dict[str, Json] = {"reason": "所提问题已经解决，不再需要办理。", "agreed": list(people.cosigners)}
        yield Turn(stage.after(stage.today, 2), (people.deputy("withdraw", **why),))
        return
    _hand_out(people, units)
    judged = yield from _judged(people)
    while judged == Satisfaction.DISSATISFIED:
        if not (yield from _handled_again(people)):
            break
        judged = yield from _judged(people)
    yield from _closed(people)


def _written(people: Inhabitants, on: date) -> Life:
    """Drafted, co-signed, handed in."""
    text = {
        "region": people.town.city.code,
        "rulebook": people.town.city.rulebook,
        "title": people.title,
        "facts": people.matter.facts,
        "proposal": people.matter.proposal,
    }
    invited = (people.deputy("invite_cosign", cosigners=list(people.cosigners)),) if people.cosigners else ()
    yield Turn(on, (people.deputy("draft", **text), *invited))
    if people.cosigners:
        joined = []
        for cosigner in people.cosigners:
            name = "decline_cosign" if people.chance.random() < COSIGN_DECLINED else "confirm_cosign"
            joined.append(people.deed(name, Role.DEPUTY, cosigner))
        yield Turn(on + (people.submitted_on - on) // 2, tuple(joined))
    session: dict[str, Json] = {"in_session": True, "session": people.town.city.session}
    yield Turn(people.submitted_on, (people.deputy("submit", **session if people.in_session else {}),))


def _reviewed(people: Inhabitants) -> Way:
    """The congress office reviews and registers; False when it is not taken up as a suggestion."""
    stage = people.stage
    opened = stage.after(people.submitted_on, people.chance.randint(3, 7) if people.in_session else 1)
    if people.habits.declined:
        why = {"code": "enquiry", "reason": "属于政策咨询，已当面答复。"}
        yield Turn(opened, (people.office("open_review"), people.office("decline", **why)))
        return False
    if people.habits.revised:
        why = {"reason": "请补充具体路段和时间。"}
        yield Turn(opened, (people.office("open_review"), people.office("request_revision", **why)))
        written = people.deputy(
            "revise", facts=f"{people.matter.facts}（已补充）", proposal=people.matter.proposal
        )
        yield Turn(stage.today + timedelta(days=1), (written, people.deputy("resubmit")))
        opened = stage.after(stage.today, 1)
    kind = {"subject_class": people.matter.field, "committee": people.town.committees[people.matter.field]}
    yield Turn(opened, (people.office("open_review"), people.office("register", **kind)))
    return True


def _units(people: Inhabitants) -> list[dict[str, str]]:
    """The units proposed; the first is the one that the matter concerns."""
    first = people.town.by_name[people.matter.unit]
    near = [unit for unit in people.town.by_field[people.matter.field] if unit != first]
    others = people.chance.sample(near, min(people.habits.others, len(near)))
    if not others:
        return [{"unit": first, "role": PartRole.SOLE}]
    if people.habits.separate:
        return [
            {"unit": unit, "role": PartRole.SEPARATE, "part": f"第{number}项"}
            for number, unit in enumerate((first, *others), start=1)
        ]
    return [{"unit": first, "role": PartRole.LEAD}, *({"unit": unit, "role": PartRole.CO} for unit in others)]


def _hand_out(people: Inhabitants, units: list[dict[str, str]]) -> None:
    """Each unit begins with its part; the first has the habits of the suggestion, the others their own."""
    parts = [people.new_part(unit["unit"], unit["role"], unit.get("part", "")) for unit in units]
    for number, part in enumerate(parts):
        habits = people.habits if number == 0 else of_another_unit(people.chance, people.habits)
        if part.role == PartRole.CO:
            people.stage.begin(opining(people, part, habits))
        else:
            people.stage.begin(answering(people, part, habits))


def _key(people: Inhabitants) -> Life:
    """The congress's leaders take it as a key item (重点督办件)."""
    stage = people.stage
    level = people.deed("determine_key", Role.LEADER, LEADERS[0], key_level=KeyLevel.CHAIR)
    proposed = people.office("propose_supervision", level=Level.KEY, slot="1", reason="代表反映集中")
    yield Turn(stage.after(stage.today, 4), (level, proposed))


def _judged(people: Inhabitants) -> Generator[Turn | Until, None, str]:
    """Wait for the reply, send the form, let the deputy judge; the judgement, '' when the deputy stays silent."""
    stage, habits = people.stage, people.habits
    yield Until(people.id, lambda seen: people.all_delivered())
    verdict = habits.verdicts[min(people.round, len(habits.verdicts)) - 1]
    stage.begin(keeping(people))
    if verdict != Satisfaction.DISSATISFIED:
        stage.begin(_published(people))
    yield Turn(stage.after(stage.today, 1), (people.office("send_forms"),))
    last = stage.last("feedback_by", people.delivered_on)
    if habits.evaluates == "never" or last is None:
        yield Until(people.id, lambda seen: seen.state != S.EVALUATING)
        return ""
    late = habits.evaluates == "late"
    on = last + timedelta(days=2) if late else stage.today + timedelta(days=people.chance.randint(1, 12))
    reason = {"reason": "没有具体时间和责任人。"} if verdict == Satisfaction.DISSATISFIED else {}
    yield Turn(on, (people.deputy("evaluate", attitude=Satisfaction.SATISFIED, result=verdict, **reason),))
    return verdict


def _handled_again(people: Inhabitants) -> Way:
    """The office orders a re-handling; after the second dissatisfaction it mediates. Whether it goes on."""
    stage, habits = people.stage, people.habits
    on = stage.after(stage.today, 8 if habits.decided_late else 3)
    if people.round == 1:
        yield Turn(on, (people.office("order_rehandle"),))
    else:
        outcome = habits.mediation if people.round == 2 else "close"
        decision = {"rehandle": "主要负责人包案，再办一次。", "close": "当面说明，代表同意转入跟踪。"}[
            outcome
        ]
        mediated = people.office("decide_mediation", outcome=outcome, decision=decision)
        yield Turn(stage.after(stage.today, 10), (mediated,))
        if outcome == Disposal.CLOSE:
            stage.begin(_published(people))
            return False
    again = list(people.parts.values())
    people.round, people.ordered_on = people.round + 1, stage.today
    people.parts, people.co_parts, people.delivered = {}, {}, set()
    for old in again:
        part = people.new_part(old.unit, old.role, old.what)
        calm = of_another_unit(people.chance, habits)
        stage.begin(answering(people, part, calm))
    return True


def _published(people: Inhabitants) -> Life:
    """Made public, or not with a reason."""
    stage = people.stage
    on = stage.after(stage.today, people.habits.publishes_wd)
    if people.chance.random() < 0.04:
        yield Turn(on, (people.office("exempt_publication", reason="涉及个人信息。"),))
    else:
        yield Turn(on, (people.office("publish"),))
    people.published = True


def _closed(people: Inhabitants) -> Life:
    """Archived some weeks after the end, when nothing is owed any more."""
    ended = (S.REPLY_CLOSED, S.FULFILLED, S.UNFULFILLED_CLOSED)
    yield Until(people.id, lambda seen: people.published and seen.state in ended)
    yield Turn(people.stage.after(people.stage.today, 20), (people.office("archive"),))
