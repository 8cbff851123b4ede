"""Intake: submitted suggestions waiting for review, and registered ones waiting for units, each with similar ones."""

from dataclasses import dataclass, field
from functools import partial
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Who, need, site_of
from portal.visitor.act_buttons import ActButton, act_buttons
from portal.visitor.alike import Resembling, resembling
from portal.visitor.case_shapes import CaseFile
from portal.visitor.case_view import Viewing
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.offers import offers
from portal.visitor.rights import past_scopes, scope_of, sees_names
from portal.visitor.sight import PROTECTED, Sight
from portal.visitor.site import Site
from portal.web.rendering import page
from states import Dossier
from states.decide import LIFECYCLES
from states.reasons import Label, Refused, labels
from states.vocabulary import PartRole, S
from states.words import ACTION_NAMES
from storage.accounts import Visitor
from storage.lists import Listed, Wanted, count_cases, oldest_cases
from storage.looking_up import dossiers_of, numbers_together
from storage.similar import Said, handlers, said_in, usual_handlers
from storage.visible import Scope, names_of

routes = router()
PAGE = 10
LEARNT_FROM = 10
"""Similar suggestions whose units are counted."""
PROPOSED = 3

QUEUES = {
    "review": ("待审核登记", Wanted(states=(S.SUBMITTED, S.UNDER_REVIEW))),
    "units": ("待拟定承办单位", Wanted(states=(S.REGISTERED, S.ASSIGNING))),
}


@dataclass(frozen=True)
class UnitProposal:
    """A unit that might answer, the reason, and a form with it filled in."""

    name: str
    reasons: tuple[str, ...]
    link: str


@dataclass
class IntakeRow:
    """A suggestion of the queue, with its offers, similar suggestions, and units that might answer it."""

    id: str
    number: str
    title: str
    state: str
    lead: str
    submitted_on: object
    limit: str
    lamp: object
    subject: str
    together: str
    proposed: str
    buttons: list[ActButton]
    similar: list[tuple[Resembling, str]]
    units: list[UnitProposal] = field(default_factory=list)


@routes.get("/intake")
def intake(request: Request, visitor: Who, queue: str = "", start: int = 0, done: str = "") -> HTMLResponse:
    """The queue, by the order of submission."""
    need(visitor, "intake")
    site, scope = site_of(request), scope_of(visitor)
    counts = {
        name: count_cases(site.register, scope, wanted) if scope else 0
        for name, (_, wanted) in QUEUES.items()
    }
    queue = queue or ("review" if counts["review"] or not counts["units"] else "units")
    if queue not in QUEUES:
        raise DoorRefused(404, Refused("no_such_list", name=Label(queue), known=labels(QUEUES)))
    start = max(0, min(start, counts[queue]))
    listed = oldest_cases(site.register, scope, QUEUES[queue][1], PAGE, start) if scope else []
    return page(
        request, "intake.html", visitor, rows=_waiting(site, visitor, scope, listed), queues=QUEUES, queue=queue,
        counts=counts, start=start, size=PAGE, done=say(ACTION_NAMES.get(done, ""), "action"),
    )  # fmt: skip


def _waiting(site: Site, visitor: Visitor, scope: Scope | None, listed: list[Listed]) -> list[IntakeRow]:
    if not listed or scope is None:
        return []
    register = site.register
    ids = [row.case["id"] for row in listed]
    dossiers = dossiers_of(register, ids)
    texts = said_in(register, ids)
    names = names_of(register, [row.case["lead"] for row in listed])
    units = site.choices(visitor.region).units
    rows = []
    for stored in listed:
        if stored.case["id"] not in dossiers:
            continue
        dossier, content = dossiers[stored.case["id"]], texts.get(stored.case["id"], Said())
        case, limit = dossier.case, stored.next_limit
        sight = Sight.of(site, visitor, dossier)
        moving = [offer for offer in offers(sight) if offer.moves]
        buttons = act_buttons(sight, partial(_view, site, visitor, case.id), moving, "intake")
        able = {button.action for button in buttons}
        similar = resembling(site, visitor, content, case.id)
        named_ = sees_names(visitor, case, frozenset(dossier.parties))
        rows.append(
            IntakeRow(
                case.id, case.number, case.title, say(LIFECYCLES["suggestion"].names[case.state], "state"),
                names.get(case.lead, case.lead) if named_ else say(PROTECTED),
                case.submitted_on, limit["key"] if limit else "", site.lamp(limit["last_day"]) if limit else None,
                case.subject_class, _together(site, scope, dossier),
                say("、").join(units.get(unit["unit"], unit["unit"]) for unit in case.proposed),
                buttons, [(like, _merging(dossier, like, able)) for like in similar],
                _proposals(site, visitor, scope, dossier, content) if "propose_units" in able else [],
            )
        )  # fmt: skip
    return rows


def _view(site: Site, visitor: Visitor, case_id: str) -> CaseFile:
    sight = Viewing(site, visitor, case_id)
    sight.load()
    return sight.view


def _merging(dossier: Dossier, like: Resembling, able: set[str]) -> str:
    """The form that registers a suggestion together (并案) with a similar one; '' where that cannot be done now."""
    if "register" not in able or not like.group:
        return ""
    fields = {"merged_group": like.group, "subject_class": like.subject, "committee": like.committee}
    return _form(dossier, "register", [pair for pair in fields.items() if pair[1]])


def _form(dossier: Dossier, do: str, fields: list[tuple[str, str]]) -> str:
    return f"/act/{dossier.case.id}?{urlencode([('do', do), ('on', ''), ('back', 'intake'), *fields])}"


def _together(site: Site, scope: Scope, dossier: Dossier) -> str:
    """With which it is handled: their numbers, as far as they lie in the scope, else its group."""
    case = dossier.case
    group = case.merged_group or case.number
    numbers = numbers_together(site.register, scope, case.id, group) if group else []
    return say("、").join(numbers) or case.merged_group


def _proposals(site: Site, visitor: Visitor, scope: Scope, dossier: Dossier, text: Said) -> list[UnitProposal]:
    """Units that answered for similar suggestions or for most of the class, each with the reason."""
    register, case = site.register, dossier.case
    like = site.similar.like(text, past_scopes(visitor), case.id, LEARNT_FROM)
    numbers = {match.case["id"]: match.case["number"] or match.case["title"] for match in like}
    reasons: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for unit in handlers(register, list(numbers)):
        which = say("、").join(numbers[each_case] for each_case in unit.cases[:3])
        reasons[unit.unit] = [say("%(n)d 件相似建议由其承办（%(which)s）", n=len(unit.cases), which=which)]
        names[unit.unit] = unit.name
    for id_, name, count in usual_handlers(register, scope, case.subject_class):
        names[id_] = name
        why = say("“%(subject)s”类有 %(n)d 件由其承办", subject=case.subject_class, n=count)
        reasons.setdefault(id_, []).append(why)
    unit_names = site.choices(case.region).units
    return [
        UnitProposal(
            names[id_], tuple(whys),
            _form(dossier, "propose_units", [
                ("unit", id_), ("role", PartRole.SOLE), ("reason", say("；").join(whys)),
            ]),
        )
        for id_, whys in reasons.items()
        if id_ in unit_names
    ][:PROPOSED]  # fmt: skip
