"""Citizens' opinions at the office: routing, relaying and closing many at once, promotion, and the places."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, need, seen_case, site_of
from portal.visitor.columns import on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.filled import Typed
from portal.visitor.languages import say
from portal.visitor.list_columns import OPINIONS
from portal.visitor.offers import may_promote
from portal.visitor.refusals import refused_rows, sentence
from portal.visitor.rights import reading_region, right_of, scope_of
from portal.visitor.rows_shown import carried, was_shown
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from portal.visitor.sorting import Sorting, order_of
from portal.web.office_pages import importer_of
from portal.web.qr import qr
from portal.web.rendering import Page, go, page
from portal.web.sheets import sheet
from portal.web.typed import action_key, deputy_typed
from states import Action, Dossier
from states.decide import LIFECYCLES
from states.reasons import Label, Refused, labels
from states.roles import UNIT_ROLES, Role
from states.vocabulary import PlaceKind
from states.whose_move import sources_of, waiting_for
from states.words import ACTION_NAMES
from storage import COLUMNS, ImportRefused
from storage.accounts import Visitor
from storage.citizens import track_anew
from storage.erasing import Wish, ask_erasure
from storage.errors import RefusedByRule
from storage.lists import Wanted, count_cases, list_cases
from storage.looking_up import dossiers_of
from storage.orders import Order
from storage.places import Place, places_in, rotate
from storage.rolls import region_names
from storage.visible import Scope, names_of
from storage.visible import region_of_person as home_of
from storage.who_stands import opinions_by_place, place_names, region_of_place

routes = router()
MOST = 1_000

RELAYED = tuple(
    state for state in sources_of("opinion", "close") if state not in sources_of("opinion", "relay")
)
LISTS: dict[str, tuple[str, tuple[str, ...], tuple[str, ...]]] = {
    "route": ("待转交", sources_of("opinion", "answer_on_site"), ("route",)),
    "unit": ("单位办理中", waiting_for("opinion", UNIT_ROLES), ("route",)),
    "relay": ("待反馈群众", sources_of("opinion", "relay"), ("relay", "close")),
    "close": ("待评价、待办结", RELAYED, ("close",)),
}
"""The lists of the office: states, and what can be done there with many at once."""



# -- many at once ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlacesPage(Page):
    """`counts`: opinions by place; `kinds`, `regions`: names by id; `typed`: what stands in the form."""

    template = "places.html"
    places: Sequence[Place]
    kinds: Mapping[str, str]
    counts: Mapping[str, int]
    regions: Mapping[str, str]
    words: str
    typed: Mapping[str, str]
    key: str
    shown: str


@routes.get("/opinions")
def opinions(request: Request, visitor: Who, group: str = "route", tick: str = "", sort: str = "") -> HTMLResponse:
    need(visitor, "opinions")
    return _list(request, visitor, group, every=tick == "all", order=order_of(OPINIONS, sort))


@routes.get("/opinions.xlsx")
def opinions_sheet(request: Request, visitor: Who, group: str = "route", sort: str = "") -> Response:
    """The list as a workbook, without the citizens' names and phones."""
    need(visitor, "opinions")
    site, scope = site_of(request), _opinions_of(visitor)
    if group not in LISTS:
        raise DoorRefused(404, Refused("no_such_list", name=Label(group), known=labels(LISTS)))
    order = order_of(OPINIONS, sort)
    listed = list_cases(site.register, scope, Wanted(states=LISTS[group][1], order=order), MOST) if scope else []
    return sheet("opinions", "群众意见", OPINIONS, _in_order(_rows(site, listed), order))


@routes.post("/opinions")
def do_many(request: Request, form: Form) -> Response:
    """Take one action on all ticked opinions, in one transaction; refused ones are named with the reason."""
    site, visitor, group, do = site_of(request), form.visitor, form.text("group"), form.text("do")
    need(visitor, "opinions")
    if group not in LISTS or do not in LISTS[group][2]:
        raise DoorRefused(404, Refused("no_such_step"))
    scope = _opinions_of(visitor)
    ticked = list(dict.fromkeys(form.fields.get("case", ())))
    listed = list_cases(site.register, scope, Wanted(states=LISTS[group][1]), MOST) if scope else []
    seen = {row.case["id"]: row.case["title"] or row.case["id"] for row in listed}
    gone = [case_id for case_id in ticked if case_id not in seen]
    if gone:
        return _list(
            request, visitor, group, say("%(n)d 件已经往前走了，或者不在您能看到的范围内", n=len(gone)), status=409
        )
    now = {row["case_id"]: (row["state"], row["unit"]) for row in _rows(site, listed)}
    changed = [case_id for case_id in ticked if not was_shown(form.text("shown"), case_id, now[case_id])]
    if changed:
        words = say("%(n)d 件在您打开这一页以后变了，请看过再办：", n=len(changed))
        sentences = [
            say("%(who)s：%(what)s", who=seen[case_id], what=" ".join(filter(None, now[case_id])))
            for case_id in changed
        ]
        return _list(request, visitor, group, "\n".join((words, *sentences)), ticked=ticked, status=409)
    unit = form.text("unit")
    if not ticked or (do == "route" and unit not in site.choices(visitor.region).units):
        words = "请先打勾" if not ticked else "请选转交哪个单位"
        return _list(request, visitor, group, words, ticked=ticked, status=422)
    key = action_key(form.text("key"))
    data = {"unit": unit} if do == "route" else {}
    actions = [Action(case_id, do, visitor.person, visitor.role, data, key=f"{key}/{case_id}") for case_id in ticked]
    outcomes = site.register.apply(actions, site.now())
    refused = [
        say("%(who)s：%(what)s", who=seen[outcome.action.case], what=sentence(outcome.refused, seen))
        for outcome in outcomes
        if not outcome.done
    ]
    done = say("%(what)s %(n)d 件", what=say(ACTION_NAMES[do], "event"), n=len(outcomes) - len(refused))
    return _list(request, visitor, group, "\n".join((say("没有办："), *refused)) if refused else "", done)


def _list(
    request: Request, visitor: Visitor, group: str, words: str = "", told: str = "",
    ticked: list[str] | None = None, status: int = 200, every: bool = False,
    order: Order | None = None,
) -> HTMLResponse:  # fmt: skip
    if group not in LISTS:
        raise DoorRefused(404, Refused("no_such_list", name=Label(group), known=labels(LISTS)))
    site, scope = site_of(request), _opinions_of(visitor)
    counts = dict.fromkeys(LISTS, 0)
    listed = []
    if scope is not None:
        counts = {
            name: count_cases(site.register, scope, Wanted(states=states))
            for name, (_, states, _) in LISTS.items()
        }
        listed = list_cases(site.register, scope, Wanted(states=LISTS[group][1], order=order), MOST)
    rows = _in_order(_rows(site, listed), order)
    for row in rows:
        row["ticked"] = every or row["case_id"] in (ticked or ())
    return page(
        request, "opinions.html", visitor, status, lists=LISTS, group=group, counts=counts, rows=rows, words=words,
        told=told, columns=on_page(OPINIONS), key=uuid4().hex, units=site.choices(visitor.region).units,
        shown=carried({row["case_id"]: (row["state"], row["unit"]) for row in rows}),
        actions=ACTION_NAMES, sorting=Sorting(order, "/opinions", {"group": group}),
    )  # fmt: skip


def _opinions_of(visitor: Visitor) -> Scope | None:
    scope = scope_of(visitor)
    return None if scope is None else Scope(**{**scope.__dict__, "machines": ("opinion",)})


def _rows(site: Site, listed: list[Any]) -> list[dict[str, Any]]:
    """The opinions as the page shows them."""
    ids = [row.case["id"] for row in listed]
    places, dossiers = place_names(site.register, ids), dossiers_of(site.register, ids)
    units = {owner["unit"] for dossier in dossiers.values() for owner in dossier.case.proposed}
    names = names_of(site.register, [row.case["lead"] for row in listed], sorted(units))
    rows = []
    for listed_case in listed:
        case, limit = dossiers[listed_case.case["id"]].case, listed_case.next_limit
        unit = case.proposed[0]["unit"] if case.proposed else ""
        rows.append(
            {
                "case_id": case.id, "title": case.title, "state": say(LIFECYCLES["opinion"].names[case.state], "state"),
                "place": places.get(case.id, ""), "lead": names.get(case.lead, case.lead),
                "unit": names.get(unit, unit), "on": case.opened_at,
                "limit": site.limit_name(limit["key"]) if limit else "",
                "last_day": limit["last_day"] if limit else None,
                "lamp": site.lamp(limit["last_day"]) if limit else None,
            }
        )  # fmt: skip
    return rows


def _in_order(rows: list[dict[str, Any]], order: Order | None) -> list[dict[str, Any]]:
    """The rows in the order in which their limits end, where they stand in no other already."""
    if order:
        return rows
    return sorted(rows, key=lambda row: (row["last_day"] is None, row["last_day"] or date.max, row["on"]))


# -- one opinion -------------------------------------------------------------------------------------------------


@routes.post("/promote/{case_id:path}")
def promote(request: Request, form: Form, case_id: str) -> Response:
    """Write a suggestion from the opinion as a draft of the deputy, then mark the opinion as promoted to it."""
    site, visitor = site_of(request), form.visitor
    sight = seen_case(request, visitor, case_id, "promote")
    dossier = sight.whole
    key = action_key(form.text("key"))
    draft = f"J{sha256(f'{key}/{case_id}'.encode()).hexdigest()[:14]}"
    after = go(f"/case/{draft if visitor.role == Role.DEPUTY else case_id}?done=promote")
    if dossier.case.linked_case == draft:
        return after  # the form was sent twice
    if not may_promote(visitor, dossier):
        raise DoorRefused(409, Refused("not_promoted_now"))
    try:
        deputy = _promoter(site, visitor, dossier, form.text("deputy"))
    except Typed as fault:
        raise DoorRefused(422, fault.refused) from None
    data = {
        "title": f"关于{dossier.case.title}的建议", "facts": _body(sight), "lead": deputy,
        "from_opinion": case_id,
    }  # fmt: skip
    if not home_of(site.register, deputy):  # else it goes to the congress of the deputy, wherever the opinion came in
        data["region"] = dossier.case.region
    actions = (
        Action(draft, "draft", visitor.person, visitor.role, data, key=f"{key}/draft"),
        Action(
            case_id, "promote", visitor.person, visitor.role, {"into": draft, "kind": "suggestion"},
            key=f"{key}/promote",
        ),
    )  # fmt: skip
    for action in actions:  # one after the other: no opinion is promoted to a draft that was refused
        (outcome,) = site.register.apply([action], site.now())
        if outcome.refused:
            raise DoorRefused(409, outcome.refused)
    return after


@routes.post("/tracking/{case_id:path}")
def new_tracking(request: Request, form: Form, case_id: str) -> HTMLResponse:
    """A new tracking code for a citizen who lost it or never had one, shown once."""
    visitor = form.visitor
    dossier = _with_citizen(request, form, case_id, "tracking")
    code = track_anew(site_of(request).register, case_id)
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/o/t/{code}"
    return page(
        request, "opinion_tracking.html", visitor, title=dossier.case.title, case_id=case_id, code=code,
        address=address, qr=qr(address),
    )  # fmt: skip


@routes.post("/forget/{case_id:path}")
def forget_citizen(request: Request, form: Form, case_id: str) -> Response:
    """Ask for the erasure of the citizen's name and phone, which another person confirms."""
    _with_citizen(request, form, case_id, "forget-citizen")
    site = site_of(request)
    try:
        ask_erasure(site.register, Wish(case_id), form.visitor.account, site.real_now())
    except RefusedByRule as error:
        raise DoorRefused(409, error.refused) from error
    return go(f"/case/{case_id}")


def _with_citizen(request: Request, form: Posted, case_id: str, what: str) -> Dossier:
    dossier = seen_case(request, form.visitor, case_id, what).whole
    if not dossier.case.is_opinion or not right_of(form.visitor).citizens:
        raise DoorRefused(403, Refused("citizens_kept"))
    return dossier


def _promoter(site: Site, visitor: Visitor, dossier: Dossier, typed: str) -> str:
    """Whose suggestion it becomes: the deputy who writes it, or the one named in the form or the opinion."""
    if visitor.role == Role.DEPUTY:
        return visitor.person
    lead = dossier.case.lead
    return lead if lead and typed in ("", lead) else deputy_typed(site, typed, reading_region(visitor))


def _body(sight: Sight) -> str:
    """What the citizen said, as it was recorded."""
    for event in sight.events:
        kept = event["data"].get("body")
        if isinstance(kept, dict):
            return sight.texts.get(kept["document"], "")
    return sight.whole.case.title


# -- places ------------------------------------------------------------------------------------------------------


@routes.get("/places")
def places(request: Request, visitor: Who, id: str = "") -> HTMLResponse:
    """The list; with `id` the form is filled with what is stored of that place."""
    need(visitor, "places")
    place = _typed_places(site_of(request), visitor).get(id)
    return _places(request, visitor, typed=place and place | {"of": id})


@routes.post("/places")
def make_place(request: Request, form: Form) -> Response:
    """Make a place, or change one of a known id; checked as an import is."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "places")
    stored_places = _typed_places(site, visitor)
    row = _typed_place(form, stored_places, visitor.region)
    regions = region_names(site.register, visitor.region)
    if row["region"] not in regions or _is_elsewhere(site, row["id"], regions):
        return _places(request, visitor, "请选本区划以内的区划和站点", row, 422)
    if row["id"] in stored_places and not was_shown(form.text("shown"), row["id"], stored_places[row["id"]]):
        stored = [
            say("%(who)s：%(what)s", who=say(COLUMNS["places"][name]), what=value or "–")
            for name, value in stored_places[row["id"]].items()
            if name in PLACE and value != row[name]
        ]
        words = say("您打开这一页以后，%(id)s 变了，没有存您填的。现在存着的，与您填的不同的：", id=row["id"])
        return _places(request, visitor, "\n".join((words, *stored)), row, 409)
    try:
        place_row = {name: row[name] for name in PLACE}
        site.register.import_directory("places", [(1, place_row)], importer_of(request, visitor, "/places"))
    except ImportRefused as error:
        words = "\n".join((say("没有存："), *refused_rows(error)))
        return _places(request, visitor, words, row, 422)
    return go("/places")


@routes.get("/places/{place_id}")
def place_sheet(request: Request, visitor: Who, place_id: str) -> HTMLResponse:
    """The sheet for the wall: A4, with the QR code, the name and when deputies receive."""
    need(visitor, "places")
    place = _of_visitor(request, visitor, place_id)
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/o/{place.code}"
    return page(
        request, "place.html", visitor, place=place, kinds=PlaceKind.names(), address=address, qr=qr(address)
    )


@routes.post("/places/{place_id}")
def rotate_code(request: Request, form: Form, place_id: str) -> Response:
    """A new code; printed sheets no longer work."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "places")
    place = _of_visitor(request, visitor, place_id)
    rotate(site.register, place.id)
    site.accounts.note(site.real_now(), visitor.account, visitor.role, f"rotate-place {place.id}"[:200])
    return go(f"/places/{place.id}")


def _places(
    request: Request,
    visitor: Visitor,
    words: str = "",
    typed: dict[str, str] | None = None,
    status: int = 200,
) -> HTMLResponse:
    site = site_of(request)
    listed = places_in(site.register, visitor.region)
    counts = opinions_by_place(site.register, [place.id for place in listed])
    return page(request, PlacesPage(
        places=listed, kinds=PlaceKind.names(), counts=counts, regions=region_names(site.register, visitor.region),
        words=words, typed=typed or {}, key=uuid4().hex,
        shown=carried({place.id: _as_typed(place) for place in listed}),
    ), visitor, status)  # fmt: skip


PLACE = ("id", "name", "region", "kind", "address", "schedule", "deputies", "clerks", "closed_on")


def _typed_places(site: Site, visitor: Visitor) -> dict[str, dict[str, str]]:
    """The places of the visitor as their forms have them, by id."""
    return {place.id: _as_typed(place) for place in places_in(site.register, visitor.region)}


def _typed_place(form: Posted, stored_places: dict[str, dict[str, str]], region: str) -> dict[str, str]:
    """A place as it was typed. Of a known one what was left blank stays, unless the form was opened for it (`of`).

    A new one of which nothing else is said is of the visitor's region, and of the first kind.
    """
    id_ = form.text("id") or f"P{sha256(action_key(form.text('key')).encode()).hexdigest()[:8]}"
    stored = stored_places.get(id_, {})
    silent = stored or {"region": region, "kind": PlaceKind.HOME.value}
    sent = {name for name in PLACE if form.text(name) or (name in form.fields and form.text("of") == id_)}
    row = {name: form.text(name) if name in sent else silent.get(name, "") for name in PLACE}
    return row | {"id": id_} | ({"of": id_} if stored else {})


def _as_typed(place: Place) -> dict[str, str]:
    """A place as its form has it."""
    values = {name: str(getattr(place, name)) for name in ("id", "name", "region", "kind", "address", "schedule")}
    people = {name: "、".join(id_ for id_, _ in getattr(place, name)) for name in ("deputies", "clerks")}
    return {**values, **people, "closed_on": str(place.closed_on or "")}


def _is_elsewhere(site: Site, place_id: str, regions: Mapping[str, str]) -> bool:
    region = region_of_place(site.register, place_id)
    return region is not None and region not in regions


def _of_visitor(request: Request, visitor: Visitor, place_id: str) -> Place:
    for place in places_in(site_of(request).register, visitor.region):
        if place.id == place_id:
            return place
    raise DoorRefused(404, Refused("no_such_reception"))
