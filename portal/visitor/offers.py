"""What a visitor may do with a case now: every action of their role, refused ones with the reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from portal.visitor.forms import sample_data
from portal.visitor.languages import say
from portal.visitor.sight import Sight
from states import Action, Dossier, NotAllowed, decide
from states.assignment_guards import only_answering, only_co
from states.decide import LIFECYCLES, MACHINES, TABLES
from states.reasons import Refused
from states.roles import UNIT_ROLES, Role
from states.stages import CLOSED
from states.supervision import PROPOSERS, supervisable
from states.table import Owner, Step
from states.vocabulary import Beside, ContactStanding, Subject
from states.whose_move import usual_way
from states.words import ACTION_NAMES
from storage.accounts import Visitor

HIDDEN = frozenset({"reply_side_closed"})
"""Refusals of actions that are not offered at all: only a late correction could open them again."""

_PLACE = {action: number for number, action in enumerate(usual_way())}
"""The order of offers: the most advanced usual step comes first."""


@dataclass(frozen=True)
class Offer:
    """An action as a button: on which row (`inner`, `row`; '' for the case itself), and why it is refused now.

    Missing input is no refusal: the form asks for it.
    """

    action: str
    name: str
    role: str
    inner: str = ""
    row: str = ""
    refused: Refused | None = None
    moves: bool = True
    beside: Beside | None = None
    when_open: bool = False


def offers(sight: Sight) -> list[Offer]:
    """The actions that the tables give the visitor in the present states: first the next step, last the refused."""
    possible = candidates(sight.visitor, sight.known)
    offers_open = [offer for action_row in possible if (offer := decided(sight, action_row)) is not None]
    return sorted(offers_open, key=lambda offer: (bool(offer.refused), -_PLACE.get(offer.action, -1), not offer.moves))


def candidate(sight: Sight, action: str, row: str) -> Offer | None:
    """The undecided offer of this action by the tables; None where they do not give it to the visitor."""
    possible = candidates(sight.visitor, sight.known)
    return next((offer for offer in possible if (offer.action, offer.row) == (action, row)), None)


def decided(sight: Sight, offer: Offer) -> Offer | None:
    """The offer with the reason why it is refused now; None where that is not shown."""
    visitor, dossier, rulebook = sight.visitor, sight.known, sight.rulebook
    data = sample_data(offer.action, dossier, rulebook, offer.role) | data_for(offer, visitor, dossier)
    if offer.action in ("confirm_communication", "deny_communication"):
        data["communication"] = _open_contact(visitor, dossier)
    unit = committee_of(visitor, dossier) or visitor.unit
    action = Action(dossier.case.id, offer.action, visitor.person, offer.role, data, unit=unit)
    try:
        decide(dossier, action, rulebook, sight.workdays, sight.site.now())
    except NotAllowed as refusal:
        if offer.when_open or refusal.refused.code in HIDDEN:
            return None
        if not refusal.refused.incomplete:
            return replace(offer, refused=refusal.refused)
    return offer


def committee_of(visitor: Visitor, dossier: Dossier) -> str:
    """The case's committee as the case names it, by id or by name, where it is the visitor's own."""
    committee = dossier.case.committee
    own = visitor.role == Role.COMMITTEE and committee in (visitor.unit, visitor.unit_name)
    return committee if own else ""


def data_for(offer: Offer, visitor: Visitor, dossier: Dossier) -> dict[str, object]:
    """The data that the portal adds to an action: its row, and the deputy for whom an assistant acts."""
    data: dict[str, object] = {}
    if offer.inner:
        data[offer.inner] = offer.row
    if offer.role == Role.PROXY:
        mine = [row for row in dossier.parties.values() if row.deputy in visitor.deputies]
        mine.sort(key=lambda row: not row.lead)
        data["on_behalf_of"] = mine[0].deputy if mine else ""
    return data


def candidates(visitor: Visitor, dossier: Dossier) -> Iterator[Offer]:
    """The actions that the tables give the visitor in the present states, not decided yet."""
    if not visitor.role:
        return
    case = dossier.case
    yield from _of_machine(visitor, dossier, case.machine, case.state, "", "")
    for inner in MACHINES[case.machine]:
        for row in getattr(dossier, TABLES[inner]).values():
            if inner == Subject.ASSIGNMENT and (row.round != case.round or case.state in CLOSED):
                continue
            yield from _of_machine(visitor, dossier, inner, row.state, inner, row.id)
    if supervisable(case) and visitor.role in PROPOSERS:
        name = "propose_supervision"
        yield Offer(name, say(ACTION_NAMES[name], "action"), visitor.role, moves=False, beside=Beside.SUPERVISION)


def _of_machine(
    visitor: Visitor, dossier: Dossier, machine: str, state: str, inner: str, row: str
) -> Iterator[Offer]:
    for action, steps in _leading_on(machine, state):
        role = next((role for step in steps if (role := _role_in(visitor, step))), "")
        if not role or not any(_concerns(visitor, dossier, step, row) for step in steps):
            continue
        moves = any(step.target is not None for step in steps)
        name, line = say(ACTION_NAMES[action], "action"), steps[0]
        yield Offer(action, name, role, inner, row, None, moves, line.beside, line.when_open)


@cache
def _leading_on(machine: str, state: str) -> list[tuple[str, list[Step]]]:
    """The actions that a table gives in a state, each with the steps that somebody takes."""
    table = LIFECYCLES[machine]
    return [
        (
            action,
            [step for step in table.steps if step.action == action and state in step.sources and not step.follows],
        )
        for action in table.from_state(state)
    ]


def _role_in(visitor: Visitor, step: Step) -> str:
    """The role in which the visitor can take the step: their own, or within the unit one below it."""
    if visitor.role in step.by:
        return visitor.role
    if visitor.role in UNIT_ROLES:
        below = UNIT_ROLES[: UNIT_ROLES.index(Role(visitor.role))]
        return next((role.value for role in reversed(below) if role in step.by), "")
    return ""


def _concerns(visitor: Visitor, dossier: Dossier, step: Step, row: str) -> bool:
    """Whether a step on a row concerns the visitor's unit: others' parts are not even shown disabled.

    Neither are steps of a co-unit on an answering part, or the other way round.
    """
    if row in dossier.assignments:
        never = only_answering if dossier.assignments[row].assists else only_co
        if never in step.guards:
            return False
    if visitor.role not in UNIT_ROLES or not row:
        return True
    parts = dossier.assignments
    if row in dossier.commitments:
        return parts[dossier.commitments[row].assignment_id].unit == visitor.unit
    if step.owner == Owner.LEAD_UNIT:
        return any(
            part.unit == visitor.unit and not part.assists and part.round == dossier.case.round
            for part in parts.values()
        )
    return row not in parts or parts[row].unit == visitor.unit


def _open_contact(visitor: Visitor, dossier: Dossier) -> str:
    for row in dossier.communications.values():
        if row.standing == ContactStanding.OPEN and row.deputy in (visitor.person, *visitor.deputies):
            return row.id
    return ""


def may_promote(visitor: Visitor, dossier: Dossier) -> bool:
    """Whether the visitor can write a suggestion from this opinion now: a deputy, or the registrar for one."""
    case = dossier.case
    writes = visitor.role in (Role.DEPUTY, Role.REGISTRAR)
    return writes and case.is_opinion and "promote" in LIFECYCLES["opinion"].from_state(case.state)
