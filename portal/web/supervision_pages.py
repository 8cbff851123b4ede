"""Supervision across cases: supervisions, the five slots, promises, inspections, conversions."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from fastapi import Depends, Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Who, need, site_of
from portal.visitor.columns import chosen_rows, filter_fields, on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.judgements import SUPERVISIONS
from portal.visitor.languages import level_name, say
from portal.visitor.list_columns import CONVERTED, EXCELLENT, INSPECTED, PROMISED, SUPERVISED, slot_columns
from portal.visitor.overseen import (
    MOST,
    PROMISE_GROUPS,
    WAITS,
    Chosen,
    Row,
    in_group,
    inspected,
    kinds_seen,
    overseen_items,
    promised,
    supervised,
    taken_up,
    year_of,
)
from portal.visitor.rights import scope_of
from portal.web.rendering import page
from portal.web.sheets import sheet
from states.decide import LIFECYCLES
from states.reasons import Label, Refused, labels
from states.suggestion import LIFECYCLE
from states.supervision import LIVE
from states.vocabulary import C, ConversionKind, ReplyClass, SupervisionKind
from storage import across_cases
from storage.levels import rank_of

routes = router()

SHOWN = 200
INSPECTORS = next(step.by for step in LIFECYCLE.steps if step.action == "inspect")


def _chosen(kind: str = "", state: str = "", level: str = "", holder: str = "", waits: str = "") -> Chosen:
    kinds, states = SupervisionKind.all_names(), LIFECYCLES["supervision"].names
    return Chosen(_one_of(kinds, kind), _one_of(states, state), level[:20], holder[:100], _one_of(WAITS, waits))


def _one_of(names: Mapping[str, str], value: str) -> str:
    """What the list is narrowed by; '' for all. Refused rather than dropped where there is none of that name."""
    if value and value not in names:
        raise DoorRefused(404, Refused("no_such_filter", name=Label(value[:40]), known=labels(names)))
    return value


Narrowing = Annotated[Chosen, Depends(_chosen)]


@routes.get("/supervisions")
def supervisions(request: Request, visitor: Who, chosen: Narrowing) -> HTMLResponse:
    """Every supervision that the visitor may know of, and what each waits for."""
    need(visitor, "supervisions")
    everything = supervised(site_of(request), visitor, Chosen(chosen.kind, chosen.state))
    rows = chosen_rows(SUPERVISED, vars(chosen), everything)
    live = [row for row in everything if row["state"] in LIVE]
    return page(
        request, "supervisions.html", visitor, columns=on_page(SUPERVISED), rows=rows[:SHOWN], count=len(rows),
        chosen=chosen, fields=filter_fields(SUPERVISED, vars(chosen), {
            "kind": {kind.value: say(kind.zh) for kind in SupervisionKind if kind in kinds_seen(visitor)},
            "state": {state: say(name, "state") for state, name in SUPERVISIONS.items()},
            "level": {
                level: level_name(level) for level in sorted({row["level"] for row in everything}, key=rank_of) if level
            },
            "holder": _as_shown(sorted({row["holder_name"] for row in everything})),
        }),
        waits={key: (name, sum(row["waits"] == key for row in live)) for key, name in WAITS.items()},
        asked=urlencode(vars(chosen)),
    )  # fmt: skip


@routes.get("/supervisions.xlsx")
def supervisions_sheet(request: Request, visitor: Who, chosen: Narrowing) -> Response:
    need(visitor, "supervisions")
    rows = supervised(site_of(request), visitor, chosen, MOST)
    return sheet("supervisions", "督办", SUPERVISED, chosen_rows(SUPERVISED, vars(chosen), rows))


def _as_shown(values: Iterable[str]) -> dict[str, str]:
    """Options of which each is chosen by what it shows."""
    return {value: value for value in values if value}


@routes.get("/supervisions/slots")
def slots(request: Request, visitor: Who, items: str = "key", missing: str = "") -> HTMLResponse:
    """The five slots of key items, or of all that run; `missing` leaves those with that slot empty, or any."""
    need(visitor, "supervisions")
    listed = overseen_items(site_of(request), visitor, items, missing)
    titles = _titles(listed)
    return page(
        request, "slots.html", visitor, rows=listed[:SHOWN], count=len(listed), items=items, missing=missing,
        titles=titles, columns=on_page(slot_columns(titles)), incomplete=sum(row["missing"] for row in listed),
    )  # fmt: skip


@routes.get("/supervisions/slots.xlsx")
def slots_sheet(request: Request, visitor: Who, items: str = "all", missing: str = "") -> Response:
    need(visitor, "supervisions")
    listed = overseen_items(site_of(request), visitor, items, missing)
    return sheet("slots", "五位一体", slot_columns(_titles(listed)), listed)


def _titles(listed: Sequence[Row]) -> dict[str, str]:
    """What the slots of these items are called, by their numbers."""
    return dict(sorted({slot.slot: slot.title for row in listed for slot in row["slots"].values()}.items()))


@routes.get("/promises")
def promises(request: Request, visitor: Who, group: str = "open", unit: str = "") -> HTMLResponse:
    """承诺台账: what was promised by when, and whether it is kept; a unit sees its own."""
    need(visitor, "promises")
    if group not in PROMISE_GROUPS:
        raise DoorRefused(404, Refused("no_such_list", name=Label(group), known=labels(PROMISE_GROUPS)))
    everything = promised(site_of(request), visitor)
    units = {row["unit"]: row["unit_name"] for row in everything}
    rows = chosen_rows(PROMISED, {"unit": unit}, everything)
    counts = {key: sum(in_group(key, row) for row in rows) for key in PROMISE_GROUPS}
    rows = [row for row in rows if in_group(group, row)]
    return page(
        request, "promises.html", visitor, columns=on_page(PROMISED), rows=rows[:SHOWN], count=len(rows), group=group,
        groups=PROMISE_GROUPS, counts=counts, unit=unit,
        fields=filter_fields(PROMISED, {"unit": unit}, {"unit": units} if len(units) > 1 else {}),
    )  # fmt: skip


@routes.get("/promises.xlsx")
def promises_sheet(request: Request, visitor: Who, group: str = "all", unit: str = "") -> Response:
    need(visitor, "promises")
    rows = promised(site_of(request), visitor)
    kept = (row for row in rows if in_group(group, row))
    return sheet("promises", "承诺台账", PROMISED, chosen_rows(PROMISED, {"unit": unit}, kept))


@routes.get("/inspections")
def inspections(request: Request, visitor: Who) -> HTMLResponse:
    """What is to be looked at on site: what an audit drew, promises said to be kept; and the latest inspections."""
    need(visitor, "inspections")
    site, scope = site_of(request), scope_of(visitor)
    claimed = across_cases.promises(site.register, scope, states=(C.CLAIMED_DONE,), limit=SHOWN) if scope else []
    for row in claimed:
        row["lamp"] = site.lamp(row["due_on"])
    drawn = across_cases.drawn(site.register, scope)[:SHOWN] if scope else []
    for row in drawn:
        row["claimed"] = say(ReplyClass.name_of(row["reply_class"]))
    return page(
        request, "inspections.html", visitor, drawn=drawn, claimed=claimed, inspected=inspected(site, visitor, SHOWN),
        columns=on_page(INSPECTED), inspects=visitor.role in INSPECTORS,
    )  # fmt: skip


@routes.get("/inspections.xlsx")
def inspections_sheet(request: Request, visitor: Who) -> Response:
    need(visitor, "inspections")
    return sheet("inspections", "查验记录", INSPECTED, inspected(site_of(request), visitor, MOST))


@routes.get("/conversions")
def conversions(request: Request, visitor: Who, year: str = "") -> HTMLResponse:
    """吸纳转化清单 and 优秀建议 of a calendar year."""
    need(visitor, "conversions")
    site = site_of(request)
    first, last = year_of(site, year)
    rows, excellent = taken_up(site, visitor, first, last)
    return page(
        request, "conversions.html", visitor, rows=rows, columns=on_page(CONVERTED), excellent=excellent,
        columns_excellent=on_page(EXCELLENT), year=first.year,
        kinds={name: sum(row["kind_name"] == say(name) for row in rows) for name in ConversionKind.names().values()},
    )  # fmt: skip


@routes.get("/conversions.xlsx")
def conversions_sheet(request: Request, visitor: Who, year: str = "") -> Response:
    need(visitor, "conversions")
    site = site_of(request)
    first, last = year_of(site, year)
    converted, excellent = taken_up(site, visitor, first, last)
    return sheet(f"conversions-{first.year}", f"吸纳转化 {first.year}", CONVERTED, [*converted, *excellent])


# -- inside ------------------------------------------------------------------------------------------------------
