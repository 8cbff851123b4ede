"""Effects of the steps of a suggestion on the rows."""

from datetime import date

from states import deadlines
from states.assigning import close_reply
from states.cases import Party
from states.errors import NotAllowed
from states.inspection import fail_promise
from states.promising import begin_promises, lapse_promises
from states.reasons import Given, Refused
from states.roles import Role
from states.vocabulary import C, KeyLevel, Secrecy
from states.work import Work


def invite(work: Work) -> None:
    for deputy in work.names("cosigners"):
        if deputy not in work.dossier.parties:
            work.add("parties", deputy, Party(f"{work.case.id}@{deputy}", work.case.id, deputy, lead=False))


def confirm_cosign(work: Work) -> None:
    work.edit("parties", work.deputy, confirmed_on=work.on)


def decline_cosign(work: Work) -> None:
    work.edit("parties", work.deputy, dropped_on=work.on)


def write_text(work: Work) -> None:
    """Store the deputy's text; a suggestion is complete with title, facts and proposal."""
    case = work.case
    given = work.data.get("title")
    title = str(case.title if given is None else given).strip()
    if not title:
        raise NotAllowed(Refused("title_missing"))
    work.edit_case(
        title=title,
        points=_points(work),
        complete=case.complete or bool(work.given("facts") and work.given("proposal")),
        one_matter=bool(work.data.get("one_matter", case.one_matter)),
        secrecy=_secrecy(work),
    )


def _secrecy(work: Work) -> str:
    """The secrecy of the case; a state secret is refused."""
    secrecy = str(work.given("secrecy") or work.case.secrecy)
    if secrecy not in Secrecy.values():
        raise NotAllowed(Refused("unknown_secrecy", given=Given(secrecy)))
    return secrecy


def _points(work: Work) -> int:
    points = work.data.get("points", work.case.points)
    if not isinstance(points, int) or isinstance(points, bool) or points < 1:
        raise NotAllowed(Refused("too_few_points", given=Given(points)))
    return points


def name_consulted(work: Work) -> None:
    """The unit that is asked beforehand sees the draft and answers, as long as the talk lasts."""
    work.edit_case(proposed=[{"unit": str(work.given("unit")), "role": "", "part": ""}])


def close_consult(work: Work) -> None:
    work.edit_case(proposed=[])


def submit(work: Work) -> None:
    """Drop unconfirmed co-signers; the suggestion is submitted with those who confirmed."""
    for party in list(work.dossier.parties.values()):
        if party.confirmed_on is None and party.dropped_on is None:
            work.edit("parties", party.deputy, dropped_on=work.on)
    work.edit_case(
        submitted_on=work.on,
        in_session=bool(work.data.get("in_session", work.case.in_session)),
        session=str(work.given("session") or work.case.session),
        proposed=[],
    )


def not_accept(work: Work) -> None:
    work.edit_case(ended_on=work.on)


def enter_register(work: Work) -> None:
    work.edit_case(
        number=str(work.given("number") or work.case.number),
        subject_class=str(work.given("subject_class")),
        committee=str(work.given("committee")),
        merged_group=str(work.given("merged_group") or ""),
    )


def reply(work: Work) -> None:
    """T18: the reply side's clock ends, and each evaluator's window begins: a deputy judges all replies together.

    Promises have begun with their own replies; parts that were delivered before that was so (0.1.0) begin theirs here.
    """
    parts = list(work.answering_parts())
    last = max(part.delivered_on for part in parts if part.delivered_on is not None)
    work.events[-1].on = last
    work.edit_case(answered_on=last)
    for part in parts:
        begin_promises(work, part)
    for party in work.evaluators():
        days = [part.served[party.deputy] for part in parts if party.deputy in part.served]
        served = date.fromisoformat(max(days)) if days else last
        deadlines.follow(work, work.record("evaluator", f"{work.case.id}@{party.deputy}", "served", on=served))


def resume_tracking(work: Work) -> None:
    """T31: promises found unkept are open again."""
    for row in list(work.dossier.commitments.values()):
        if row.id in work.names("commitments"):
            fail_promise(work, row.id)
    correct_class(work)
    go_on(work)


def go_on(work: Work) -> None:
    """Undo the end of the case."""
    work.edit_case(ended_on=None)


def correct_class(work: Work) -> None:
    work.edit_case(corrected_class=str(work.given("corrected_class") or work.case.corrected_class))


def end_case(work: Work) -> None:
    work.edit_case(ended_on=work.case.ended_on or work.on)


def explain_promises(work: Work) -> None:
    for row in list(work.dossier.commitments.values()):
        if row.state not in (C.VERIFIED, C.CANCELLED_EXPLAINED):
            work.edit("commitments", row.id, state=C.CANCELLED_EXPLAINED.value, since=work.on)
            cancelled = work.record("commitment", row.id, "cancelled")
            deadlines.follow(work, cancelled)
            deadlines.void_all(work, cancelled, row.id)


def withdraw(work: Work) -> None:
    deadlines.void_all(work, work.events[0])
    lapse_promises(work)
    work.tell("units", "suggestion.withdrawn")
    close_reply(work)
    work.edit_case(ended_on=work.on)


def set_key(work: Work) -> None:
    work.edit_case(key_level=str(work.given("key_level")))
    tell_leader(work, "suggestion.key_determined")


def tell_leader(work: Work, kind: str) -> None:
    """Notify the government leader who leads a key item; `kind` names the event that made it one."""
    if work.case.key_level == KeyLevel.GOV_LEADER:
        work.tell_one(f"person:{work.given('leader')}", kind, {})


def urge(work: Work) -> None:
    """Record a deputy's urging, which delays their next one. Urging by the office or a leader is not counted."""
    if work.role in (Role.DEPUTY, Role.PROXY):
        work.edit("parties", work.deputy, urged_on=work.on)
