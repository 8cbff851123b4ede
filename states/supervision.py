"""Acts of supervision (督办). The system proposes them, named persons decide."""

from dataclasses import dataclass

from states.asking import filled_in
from states.cases import Case, Json, Supervision
from states.correction import CLOSED_REPLY, late_dissatisfaction
from states.errors import NotAllowed
from states.lifecycle import Lifecycle
from states.reasons import Given, Id, Label, Refused, labels, named
from states.roles import Role
from states.stages import FINAL, NOT_HANDED_IN
from states.suggestion_effects import tell_leader
from states.table import Step
from states.vocabulary import JUDGED_LEVELS, Beside, KeyLevel, Level, S, SupervisionKind, V
from states.work import Work

LIVE = (V.PROPOSED, V.CONFIRMED, V.PLANNED, V.ACTIVE, V.REPORTED)
"""States neither declined, lapsed nor released, in which the same level is not proposed again."""

CONGRESS = (Role.REGISTRAR, Role.COMMITTEE, Role.LEADER)
GOVERNMENT = (Role.DISPATCHER, Role.GOV_LEADER)
SUPERVISORS = (*CONGRESS, *GOVERNMENT)


@dataclass(frozen=True)
class SupervisionTerms:
    """A kind of supervision: who may begin it, which of the five slots (五位一体) it fills, whether a body decides."""

    by: tuple[Role, ...]
    slot: str = ""
    decided: bool = False
    """An act of the chairpersons' meeting: proposed, then confirmed or declined by a named person."""


KINDS: dict[str, SupervisionTerms] = {
    SupervisionKind.LADDER: SupervisionTerms((*CONGRESS, Role.SYSTEM), decided=True),
    SupervisionKind.KEY: SupervisionTerms((*CONGRESS, Role.SYSTEM), "1", decided=True),
    SupervisionKind.LEADER: SupervisionTerms((Role.LEADER,), "1"),
    SupervisionKind.FIELD: SupervisionTerms((Role.COMMITTEE, Role.REGISTRAR, Role.SYSTEM), "2"),
    SupervisionKind.NET: SupervisionTerms((Role.REGISTRAR, Role.SYSTEM), "3"),
    SupervisionKind.INSPECTION: SupervisionTerms((Role.COMMITTEE, Role.REGISTRAR), "4"),
    SupervisionKind.GROUP: SupervisionTerms((Role.COMMITTEE, Role.REGISTRAR), "4"),
    SupervisionKind.GOVERNMENT: SupervisionTerms(GOVERNMENT, "5"),
}
"""S2 names 重点, 归口 and 查验督办 without defining them; who begins which is a house rule (docs/supervision.md)."""

AGAIN = (SupervisionKind.LADDER, SupervisionKind.GROUP, SupervisionKind.INSPECTION)
"""Kinds of which a case can have several at once."""

PROPOSERS = tuple(dict.fromkeys(role for kind in KINDS.values() for role in kind.by))


def supervisable(case: Case) -> bool:
    """Whether a supervision can begin: of a suggestion that was handed in and has not ended."""
    return not case.is_opinion and case.state not in (*NOT_HANDED_IN, *FINAL)


def begin(work: Work) -> None:
    """Begin a supervision: data.kind, else what data.level says (U4-U6 and Q3 are the ladders', KEY is 重点督办).

    One that a body decides is proposed; any other is the task of its beginner and confirmed at once.
    """
    if not (work.given("kind") or work.given("level")):
        raise NotAllowed(Refused("supervision_kind_missing"))
    usual = SupervisionKind.KEY if work.given("level") == Level.KEY else SupervisionKind.LADDER
    name = str(work.given("kind") or usual)
    kind = KINDS.get(name)
    if kind is None:
        kinds = tuple(named(SupervisionKind, key) for key in KINDS)
        raise NotAllowed(Refused("unknown_supervision_kind", given=Given(name), known=kinds))
    if work.role not in kind.by:
        raise NotAllowed(Refused("may_not_supervise", role=work.role, kind=Label(SupervisionKind.name_of(name))))
    if name == SupervisionKind.LADDER and not work.given("level"):
        raise NotAllowed(Refused("supervision_kind_missing"))
    if name == SupervisionKind.FIELD and not work.case.committee and work.role != Role.SYSTEM:
        raise NotAllowed(Refused("no_field_committee"))
    _check_ground(work, name)
    level = str(work.given("level") or name)
    live = [row.id for row in work.dossier.supervisions.values() if row.level == level and row.state in LIVE]
    if live and name not in AGAIN:
        raise NotAllowed(Refused("supervised_already", supervision=Id(live[0])))
    slot = str(work.given("slot") or kind.slot)
    holder = str(work.given("holder") or _own_holder(work, name))
    row = Supervision.raised(work.case.id, len(work.dossier.supervisions), level, work.on, slot, name, holder)
    if not kind.decided:
        row.state, row.by, row.decided_on = V.CONFIRMED.value, work.action.by, work.on
    work.add("supervisions", row.id, row)
    if kind.decided:
        work.record("supervision", row.id, "proposed")
        work.tell("registrar", "supervision.proposed")
        return
    work.record("supervision", row.id, "begun")
    work.tell("committee" if name == SupervisionKind.FIELD else "registrar", "supervision.begun")
    if name in (SupervisionKind.LEADER, SupervisionKind.GROUP, SupervisionKind.GOVERNMENT):
        work.tell("units", "supervision.begun")


def _check_ground(work: Work, name: str) -> None:
    """A key item chosen by a person needs a ground: one that the rulebook names (SD 14, QD 21, CQ 32), or free text.

    The requirement is inferred. A key item proposed by the system has its ground in the event that led to it.
    """
    if name != SupervisionKind.KEY:
        return
    criteria, chosen = work.rulebook.key.criteria if work.rulebook.key else (), work.given("criterion")
    if criteria and chosen is not None and chosen not in criteria:
        raise NotAllowed(Refused("unknown_criterion", given=Given(chosen), known=labels(criteria)))
    if chosen is None and not work.given("reason") and work.role != Role.SYSTEM:
        raise NotAllowed(Refused("key_ground_missing", known=labels(criteria)))


def _own_holder(work: Work, name: str) -> str:
    if name == SupervisionKind.FIELD:
        return work.case.committee
    return work.action.by if name == SupervisionKind.LEADER else ""


def decide_proposal(work: Work) -> None:
    work.edit("supervisions", work.item_id, by=work.action.by, decided_on=work.on)


def make_key(work: Work) -> None:
    """A confirmed key supervision makes the suggestion a key item (重点件)."""
    if work.supervision.kind == SupervisionKind.KEY and not work.case.is_key:
        level = str(work.given("key_level") or KeyLevel.CHAIR)
        work.edit_case(key_level=level)
        data: dict[str, Json] = {"key_level": level}
        if level == KeyLevel.GOV_LEADER:
            data["leader"] = str(work.given("leader"))
        work.record("suggestion", work.case.id, "key_determined", data=data)
        tell_leader(work, "supervision.confirmed")  # the kind that is withheld where it would tell of a judgement


def not_ended(work: Work) -> Refused | None:
    """A suggestion that was withdrawn, not accepted or archived does not become a key item or anybody's task."""
    return Refused("is_final", state=named(S, work.case.state)) if work.case.state in FINAL else None


def leader_named(work: Work) -> Refused | None:
    """A key item that a government leader leads names them, when its supervision is confirmed."""
    makes_key = work.supervision.kind == SupervisionKind.KEY and not work.case.is_key
    return filled_in(work) if makes_key else None


def own_side(work: Work) -> Refused | None:
    """The government acts only on its own supervisions, the congress on its own."""
    theirs = work.supervision.kind == SupervisionKind.GOVERNMENT
    if theirs == (work.role in GOVERNMENT):
        return None
    name = SupervisionKind.name_of(work.supervision.kind)
    return Refused(
        "other_sides_supervision", supervision=Id(work.supervision.id), kind=Label(name), role=work.role
    )


def own_release(work: Work) -> Refused | None:
    return own_side(work) if work.role in GOVERNMENT else None


def judgement_acted_upon(work: Work) -> Refused | None:
    """A supervision that would reveal a dissatisfaction is shown to the units only after the office acted on that."""
    if work.supervision.level not in JUDGED_LEVELS:
        return None
    if work.case.state in (S.REHANDLE_REVIEW, S.MEDIATION):
        return Refused("dissatisfaction_undecided", state=named(S, work.case.state))
    if work.case.state in CLOSED_REPLY and late_dissatisfaction(work):
        return Refused("tells_of_correction")
    return None


STEPS = (
    Step("confirm_supervision", "confirmed", (V.PROPOSED,), V.CONFIRMED, (Role.LEADER, Role.REGISTRAR),
         "代表法 52; SD 14", guards=(not_ended, judgement_acted_upon, leader_named),
         effects=(decide_proposal, make_key), tells=("units", "committee"), usual=True),
    Step("decline_supervision", "declined", (V.PROPOSED,), V.DECLINED, (Role.LEADER, Role.REGISTRAR), "house rule",
         guards=(filled_in,), effects=(decide_proposal,)),
    Step("lapse_supervision", "lapsed", (V.PROPOSED,), V.LAPSED, (Role.SYSTEM,), "house rule", tells=("registrar",)),
    Step("plan_supervision", "planned", (V.CONFIRMED,), V.PLANNED, SUPERVISORS, "ZJ 28",
         guards=(own_side, filled_in), usual=True, duty=(Role.COMMITTEE,)),
    Step("start_supervision", "started", (V.PLANNED,), V.ACTIVE, SUPERVISORS, "ZJ 28",
         guards=(own_side, judgement_acted_upon), tells=("units",), usual=True, duty=(Role.COMMITTEE,)),
    Step("note_supervision", "progressed", (V.CONFIRMED, V.PLANNED, V.ACTIVE), None, SUPERVISORS, "house rule",
         guards=(own_side, filled_in), beside=Beside.SUPERVISION),
    Step("report_supervision", "reported", (V.ACTIVE,), V.REPORTED, SUPERVISORS, "ZJ 28",
         guards=(own_side, filled_in), tells=("registrar",), usual=True, duty=(Role.COMMITTEE,)),
    Step("release_supervision", "released", (V.REPORTED,), V.RELEASED, (Role.LEADER, Role.REGISTRAR, *GOVERNMENT),
         "house rule", guards=(own_release,), tells=("units",), usual=True, duty=(Role.LEADER,)),
)  # fmt: skip

LIFECYCLE = Lifecycle("supervision", V.PROPOSED, V.all_names(), STEPS)
