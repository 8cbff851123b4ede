"""Across cases over the API: supervisions, promises, inspections, what suggestions became, and figures."""

from datetime import date
from typing import Annotated

from fastapi import Query, Request

from portal.api import models
from portal.api.caller import Reader
from portal.api.problems import answers
from portal.door.doors import router
from portal.door.guard import apart, need, site_of
from portal.visitor import overseen
from portal.visitor.figures_seen import figures_seen
from storage.statistics import GROUPINGS, Group

routes = router()


@routes.get("/supervisions", tags=["supervision"], responses=answers())
def supervisions(request: Request, caller: Reader) -> models.Supervisions:
    """The newest 5,000 supervisions that the caller may see, and what each waits for."""
    need(caller.visitor, "supervisions")
    rows = overseen.supervised(site_of(request), caller.visitor, overseen.Chosen(), overseen.MOST)
    return models.Supervisions(items=[models.SupervisedItem(case=row["case_id"], **row) for row in rows])


@routes.get("/promises", tags=["supervision"], responses=answers())
def promises(request: Request, caller: Reader) -> models.Promises:
    """Promises with their day and state, the 5,000 that are due first; a unit sees its own."""
    need(caller.visitor, "promises")
    rows = overseen.promised(site_of(request), caller.visitor)
    return models.Promises(items=[models.PromisedItem(case=row["case_id"], **row) for row in rows])


@routes.get("/inspections", tags=["supervision"], responses=answers())
def inspections(request: Request, caller: Reader) -> models.Inspections:
    """The latest 5,000 inspections: what the unit claimed and what was found."""
    need(caller.visitor, "inspections")
    rows = overseen.inspected(site_of(request), caller.visitor, overseen.MOST)
    return models.Inspections(items=[models.InspectedItem(case=row["case_id"], **row) for row in rows])


@routes.get("/conversions", tags=["supervision"], responses=answers())
def conversions(
    request: Request,
    caller: Reader,
    year: Annotated[
        int | None, Query(ge=1990, le=2100, description="Calendar year; this one if not given")
    ] = None,
) -> models.Conversions:
    """What suggestions led to beyond their reply, and those nominated as excellent, in a calendar year."""
    need(caller.visitor, "conversions")
    site = site_of(request)
    first, last = overseen.year_of(site, str(year or ""))
    taken_up, excellent = overseen.taken_up(site, caller.visitor, first, last)
    return models.Conversions(
        items=[models.Converted(case=row["case_id"], **row) for row in taken_up],
        excellent=[models.Excellent(case=row["case_id"], **row) for row in excellent],
    )


@routes.get("/figures", tags=["supervision"], responses=answers(404))
@apart
def figures(
    request: Request,
    caller: Reader,
    by: Annotated[str, Query(description=f"One of {', '.join(GROUPINGS)}", max_length=20)] = "batch",
    on: Annotated[date | None, Query(description="Facts dated up to this day; today if not given")] = None,
) -> models.Figures:
    """Every figure of every group, with formula, numerator and denominator, counted as on the page of figures."""
    need(caller.visitor, "figures")
    table = figures_seen(site_of(request), caller.visitor, by, str(on or ""))
    return models.Figures(
        on=table.on, at=table.at, by=table.by, counts=table.counts, rulebook=table.rulebook,
        groups=[_group(group) for group in table.groups], total=_group(table.total),
    )  # fmt: skip


def _group(group: Group) -> models.FigureGroup:
    return models.FigureGroup(
        key=group.key, name=group.name, n=group.n, late=group.late, late_again=group.late_again,
        rates=[models.FigureRate(**vars(rate)) for rate in group.rates],
        score=group.score.points if group.score else "",
    )  # fmt: skip
