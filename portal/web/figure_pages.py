"""The page of figures: every rate with formula, numerator and denominator, by unit, subject, batch, as of any day."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from fastapi import Request, Response
from fastapi.responses import HTMLResponse
from markupsafe import Markup

from portal.door.doors import router
from portal.door.guard import Who, apart, need, site_of
from portal.visitor.charts import shares
from portal.visitor.errors import DoorRefused
from portal.visitor.figures_in_words import BESIDE, sheets_of
from portal.visitor.figures_seen import figures_seen
from portal.visitor.languages import language_tag, say
from portal.web.rendering import Page, page
from portal.web.sheets import workbook_download
from rulebooks import ZONE
from states.reasons import Label, Refused
from storage.statistics import FIGURES, GROUPINGS, Figure, Group, Table
from storage.statistics.figures import BY_KEY
from storage.statistics.rules import Rate
from storage.statistics.tables import ClassRow, Grouping

routes = router()

CHOSEN = "replied_in_time"


@dataclass(frozen=True)
class FiguresPage(Page):
    """`beside` are the rates of the total that head the table's columns; `parts`: whether parts are counted."""

    template = "figures.html"
    table: Table
    groupings: Iterable[Grouping]
    figure: str
    choices: Sequence[Figure]
    title: str
    chart: Markup
    english: bool
    beside: Sequence[Rate]
    rate_name: Callable[[Rate], str]
    rate_formula: Callable[[Rate], str]
    group_name: Callable[[Group], str]
    class_name: Callable[[ClassRow], str]
    parts: bool
    counted_at: str


@routes.get("/figures")
@apart
def figures(
    request: Request, visitor: Who, by: str = "batch", on: str = "", figure: str = CHOSEN
) -> HTMLResponse:
    """One grouping at the end of a day; `figure` is the rate of the chart."""
    need(visitor, "figures")
    site = site_of(request)
    table = figures_seen(site, visitor, by, on)
    chosen = BY_KEY.get(figure)
    if chosen is None or chosen.base is None:
        raise DoorRefused(404, Refused("no_such_figure", name=Label(figure)))
    rows = []
    for group in table.groups:
        rate = group.rate(figure)
        rows.append((group_name(group), rate.numerator, rate.denominator or 0))
    named = table.total.rate(figure)
    title = say("%(name)s：%(formula)s", name=rate_name(named), formula=rate_formula(named))
    return page(request, FiguresPage(
        table=table, groupings=GROUPINGS.values(), figure=figure,
        choices=[measure for measure in FIGURES if measure.base is not None], title=title, chart=shares(title, rows),
        english=_english(), beside=[table.total.rate(key) for key in BESIDE], rate_name=rate_name,
        rate_formula=rate_formula, group_name=group_name, class_name=class_name, parts=table.counts == "parts",
        counted_at=f"{table.at.astimezone(ZONE):%Y-%m-%d %H:%M}" if table.at else "",
    ), visitor)  # fmt: skip


@routes.get("/figures.xlsx")
@apart
def figures_sheet(request: Request, visitor: Who, by: str = "batch", on: str = "") -> Response:
    need(visitor, "figures")
    table = figures_seen(site_of(request), visitor, by, on)
    return workbook_download(f"figures-{by}-{table.on}", sheets_of(table))


def rate_name(rate: Rate) -> str:
    return rate.english if _english() else rate.name


def rate_formula(rate: Rate) -> str:
    return rate.words if _english() else rate.formula


def group_name(group: Group) -> str:
    return say(group.name)


def class_name(row: ClassRow) -> str:
    return row.key if _english() else row.text or row.key


def _english() -> bool:
    return language_tag() == "en"
