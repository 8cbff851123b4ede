"""How a unit handles its part: receipt, contact, research, draft, consultation, signature, delivery."""

from collections.abc import Generator
from dataclasses import replace
from datetime import date, timedelta

from portal.rehearsal.habits import Habits
from portal.rehearsal.matters import EXCUSES, REPLIES
from portal.rehearsal.participants import Inhabitants, PlayedPart
from portal.rehearsal.stage import Life, Turn, Until
from states import Action
from states.cases import Json
from states.roles import Role
from states.vocabulary import ContactKind, PartRole, Publicity, ReplyClass, S


def answering(people: Inhabitants, part: PlayedPart, habits: Habits) -> Life:
    """A part that answers the deputy (LEAD, SOLE, SEPARATE), from its receipt to the delivered reply."""
    stage = people.stage
    again = people.round > 1
    since = people.ordered_on
    received = stage.after(max(since, stage.today), habits.receipt_wd)
    if habits.returned and not again:
        yield from _give_back(people, part, habits, received)
        if habits.returned == "granted":
            return
        received = stage.today
        yield Turn(received, (people.unit(part, "accept"),))
    else:
        yield Turn(received, (people.unit(part, "receipt"), people.unit(part, "accept")))
    last = stage.last("rehandle_by" if again else "reply_by", since if again else people.assigned_on)
    assert last is not None  # every rulebook that is rehearsed limits the reply
    started = yield from _contact(people, part, habits, received)
    if not habits.answers:
        yield from _silence(people, habits, last)
        return
    if habits.extension and not again:
        yield from _extension(people, part, habits, last)
        if habits.extension == "granted":
            last = min(last + timedelta(days=75), stage.today.replace(month=12, day=20))
    goal = _goal(people, habits, last, since if again else people.assigned_on)
    if goal > last:
        stage.begin(_lateness(people, part, habits, last, goal))
    yield Turn(
        stage.work(max(started + timedelta(days=1), stage.today)),
        (
            people.unit(part, "start_handling"),
            people.unit(part, "research", deputy_invited=True, note="现场调研。"),
        ),
    )
    if part.role == PartRole.LEAD and not again:
        yield from _opinions(people, part)
    yield from _consult(people, part, habits, goal)
    yield Turn(
        stage.work(max(stage.today, goal - timedelta(days=1))),
        (people.unit(part, "sign", Role.UNIT_HEAD, seal=True, publicity=Publicity.FULL),),
    )
    yield Turn(stage.work(max(stage.today, goal)), (people.unit(part, "deliver_reply"),))
    people.delivered.add(part.id)
    people.delivered_on = stage.today


def _give_back(people: Inhabitants, part: PlayedPart, habits: Habits, received: date) -> Life:
    """Ask for a return; the office grants it and names another unit, or refuses."""
    stage = people.stage
    other = people.another_unit()
    yield Turn(received, (people.unit(part, "receipt"),))
    why = {"reason": "不属于本单位职责，建议由有权单位办理。", "proposed_unit": other}
    asked_on = stage.after(received, 2)
    yield Turn(asked_on, (people.unit(part, "request_return", Role.UNIT_LEADER, **why),))
    decided = stage.after(asked_on, 8 if habits.decided_late else 3)
    if habits.returned == "refused":
        refusal = people.office("refuse_return", assignment=part.id, reason="三定方案列为该单位职责。")
        yield Turn(decided, (refusal,))
        return
    del people.parts[part.id]
    successor = people.new_part(other, part.role, part.what)
    yield Turn(
        decided,
        (
            people.office("grant_return", assignment=part.id),
            people.office("reassign", replaces=part.id, unit=other),
        ),
    )
    stage.begin(answering(people, successor, replace(habits, returned="")))


def _contact(
    people: Inhabitants, part: PlayedPart, habits: Habits, received: date
) -> Generator[Turn | Until, None, date]:
    """Speak with the deputy before handling (先沟通); the day from which handling may start."""
    stage = people.stage
    on = stage.after(received, habits.contact_wd)
    if habits.contact == "unreachable":
        for day in (on, stage.after(on, 2)):
            yield Turn(day, (people.unit(part, "record_attempt", kind="phone"),))
        return stage.today
    kind = people.chance.choice(("visit", "meeting", "interview", "phone", "phone"))
    yield Turn(on, (people.unit(part, "communicate", kind=kind, face_to_face=kind != ContactKind.PHONE),))
    people.contacts += 1
    contact = f"{people.id}/k{people.contacts}"
    if habits.contact == "denied":
        yield Turn(
            stage.today + timedelta(days=1), (people.deputy("deny_communication", communication=contact),)
        )
        yield Turn(stage.after(stage.today, 2), (people.unit(part, "communicate", kind="visit"),))
        people.contacts += 1
        contact = f"{people.id}/k{people.contacts}"
    if habits.contact == "silent":
        return stage.after(stage.today, 6)
    answered = stage.today + timedelta(days=people.chance.randint(1, 3))
    yield Turn(answered, (people.deputy("confirm_communication", communication=contact),))
    return stage.today


def _goal(people: Inhabitants, habits: Habits, last: date, start: date) -> date:
    """The working day on which the unit means to deliver."""
    stage = people.stage
    if habits.late_by:
        return stage.work(last + timedelta(days=habits.late_by))
    wanted = start + timedelta(days=habits.takes)
    if wanted <= last:
        wanted = stage.work(wanted)
    if wanted > last:
        if not habits.hurries:
            return stage.work(min(wanted, last + timedelta(days=120)))
        wanted = last - timedelta(days=people.chance.randint(0, 9))
        while not stage.workdays.is_workday(wanted):
            wanted -= timedelta(days=1)
    return wanted


def _extension(people: Inhabitants, part: PlayedPart, habits: Habits, last: date) -> Life:
    stage = people.stage
    asked_on = stage.work(last - timedelta(days=people.chance.randint(16, 28)))
    reason = "涉及多个部门和上级规划，需要更长时间。"
    yield Turn(asked_on, (people.unit(part, "request_extension", reason=reason),))
    decided = stage.after(asked_on, 8 if habits.decided_late else 3)
    if habits.extension == "granted":
        yield Turn(decided, (people.office("grant_extension", assignment=part.id),))
    else:
        why = "事项清楚，可以按期答复。"
        yield Turn(decided, (people.office("refuse_extension", assignment=part.id, reason=why),))


def _opinions(people: Inhabitants, part: PlayedPart) -> Life:
    """The lead waits for the opinions of its co-units, and goes on without those that never come."""
    last = people.stage.last("co_opinion_by", people.assigned_on)
    yield Until(people.id, lambda seen: people.opinions_in())
    if people.given_up and last is not None:
        on = people.stage.work(max(last + timedelta(days=12), people.stage.today))
        why = "会办意见逾期未送，按已有情况答复。"
        yield Turn(
            on,
            tuple(
                people.unit(part, "waive_opinion", assignment=unit, reason=why)
                for unit in sorted(people.given_up)
            ),
        )


def _consult(people: Inhabitants, part: PlayedPart, habits: Habits, goal: date) -> Life:
    """Lay the draft before the deputy (先征询); once more after an objection."""
    stage, chance = people.stage, people.chance
    ahead = {"silent": 22, "objected": 18}.get(habits.draft, 9)
    yield Turn(stage.work(goal - timedelta(days=ahead)), _draft(people, part, habits, goal))
    if habits.draft == "silent":
        yield Until(people.id, lambda seen: part.id not in seen.drafts)
        return
    answered = stage.today + timedelta(days=chance.randint(1, 4))
    if habits.draft == "objected":
        why = {"assignment": part.id, "reason": "第二点没有回应，请补充时间表。"}
        yield Turn(answered, (people.deputy("object_consult", **why),))
        yield Turn(stage.after(stage.today, 3), _draft(people, part, habits, goal))
        answered = stage.today + timedelta(days=2)
    yield Turn(answered, (people.deputy("agree_consult", assignment=part.id),))


def _draft(people: Inhabitants, part: PlayedPart, habits: Habits, goal: date) -> tuple[Action, ...]:
    cls = habits.classes[min(people.round, len(habits.classes)) - 1]
    data: dict[str, Json] = {"class": cls, "points_answered": 1, "reply": REPLIES[cls]}
    if cls in (ReplyClass.UNDER_WAY_DATED, ReplyClass.PLANNED_DATED):
        due = max(goal, people.stage.today) + timedelta(days=habits.promise_days)
        data["commitments"] = [{"text": people.matter.proposal, "due_on": due.isoformat()}]
    return (people.unit(part, "draft_reply", **data), people.unit(part, "send_draft_to_deputy"))


def _silence(people: Inhabitants, habits: Habits, last: date) -> Life:
    """Nobody answers; the deputy urges now and then."""
    for days in (3, 9, 40) if habits.urges else ():
        yield Turn(last + timedelta(days=days), (people.deputy("urge"),))


def _lateness(people: Inhabitants, part: PlayedPart, habits: Habits, last: date, goal: date) -> Life:
    """What happens while a reply is late: the unit explains, the deputy urges, the unit puts it right."""
    stage = people.stage
    explained, urged, put_right = stage.after(last, 3), last + timedelta(days=6), stage.after(last, 24)
    if habits.explains and explained < goal:
        why = people.chance.choice(EXCUSES)
        yield Turn(explained, (people.unit(part, "explain_delay", reason=why),))
    if habits.urges and urged < goal:
        yield Turn(urged, (people.deputy("urge"),))
    if habits.rectifies and put_right < goal:
        yield Turn(
            put_right, (people.unit(part, "rectify", measures="调整经办人，每周调度，明确完成日期。"),)
        )


def opining(people: Inhabitants, part: PlayedPart, habits: Habits) -> Life:
    """A co-unit: its opinion goes to the lead, which accepts it or sends it back once."""
    stage, chance = people.stage, people.chance
    yield Turn(
        stage.after(people.assigned_on, habits.receipt_wd),
        (people.unit(part, "receipt"), people.unit(part, "accept")),
    )
    last = stage.last("co_opinion_by", people.assigned_on)
    if habits.forgetful_co or last is None:
        people.given_up.add(part.id)
        return
    on = (
        last + timedelta(days=chance.randint(2, 14))
        if habits.late_by
        else last - timedelta(days=chance.randint(1, 18))
    )
    yield Turn(
        stage.work(max(on, stage.today)), (people.unit(part, "send_opinion", opinion="同意，由本单位配合。"),)
    )
    yield Until(people.id, lambda seen: seen.state != S.REASSIGNING)
    if habits.draft == "objected":
        yield Turn(
            stage.after(stage.today, 1), (_of_lead(people, part, "reject_opinion", reason="没有明确分工。"),)
        )
        yield Turn(stage.after(stage.today, 3), (people.unit(part, "send_opinion", opinion="分工如下。"),))
    yield Turn(stage.after(stage.today, 2), (_of_lead(people, part, "accept_opinion"),))
    people.opinions.add(part.id)


def _of_lead(people: Inhabitants, part: PlayedPart, name: str, **data: Json) -> Action:
    (lead,) = people.parts.values()
    return people.unit(lead, name, **{"assignment": part.id, **data})
