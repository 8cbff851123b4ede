"""Papers: each as a file, the register of what was put out (发文登记簿), and lists and reports of many cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from flows.paper_lists import ListRequest, addressed, list_tables
from notifications.papers import KINDS, LISTS, PaperError
from portal.door.doors import router
from portal.door.files import download
from portal.door.guard import Form, Who, apart, need, seen_case, site_of
from portal.door.reads import enter, with_row_count
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say, worded
from portal.visitor.rights import right_of
from portal.visitor.workbooks import as_workbook
from portal.web.rendering import Page, go, page
from portal.web.sheets import XLSX
from states.reasons import Label, Refused
from states.vocabulary import Role
from storage.folk import Folk
from storage.papers import PaperMissing, papers_in
from storage.papers import paper as stored
from storage.stored import StoredPaper

routes = router()
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHOWN = 100
LIST_NAMES = {kind.id: kind.name for kind in LISTS}


@dataclass
class ListedPaper:
    """A paper in the register of papers."""

    id: str
    number: str
    kind: str
    title: str
    to: str
    on: date
    case_id: str


@dataclass(frozen=True)
class PapersPage(Page):
    """`more` skips what was shown, 0 at the end; `own`: names of the kinds whose template the office changed."""

    template = "papers.html"
    rows: Sequence[ListedPaper]
    more: int
    since: date | None
    until: date | None
    lists: Mapping[str, str]
    units: Mapping[str, str]
    own: Sequence[str]
    offered: bool


@routes.get("/paper/{paper_id:path}")
def paper_file(request: Request, visitor: Who, paper_id: str) -> Response:
    """A paper as a .docx: the stored file, or made now; one that the visitor may not have counts as missing."""
    site = site_of(request)
    case_id = paper_id.rpartition("/p")[0]
    nothing = DoorRefused(404, Refused("no_such_paper"))
    try:
        if not case_id:
            need(visitor, "papers")
            if stored(site.register, paper_id)["region"] != visitor.region:
                raise nothing
            enter(request, visitor, "paper", filter=paper_id)
        else:
            sight = seen_case(request, visitor, case_id, "paper")
            rows = {row["id"]: row for row in site.papers.of_case(sight.whole, sight.events)}
            row = rows.get(paper_id)
            if row is None or not sight.has_paper(row):
                raise nothing
        made = site.papers.file(paper_id, site.now(), visitor.person or visitor.account)
    except PaperMissing:
        raise nothing from None
    except PaperError as error:
        raise DoorRefused(409, Refused("paper_not_made", why=error.refused)) from None
    return download(made.name, DOCX, made.content)


@routes.get("/papers")
def papers(request: Request, visitor: Who, since: str = "", until: str = "", after: int = 0) -> HTMLResponse:
    """The papers of the region, the newest first, and the lists that can be made."""
    need(visitor, "papers")
    site = site_of(request)
    first, last = _days(request, since, until)
    skip = max(0, min(after, 1_000_000))
    rows = papers_in(site.register, visitor.region, first, last, SHOWN + 1, skip)
    own = [KINDS[kind].name for kind in site.papers.templates.own()]
    return page(request, PapersPage(
        rows=_lines(request, rows[:SHOWN]),
        more=skip + SHOWN if len(rows) > SHOWN else 0, since=first, until=last, lists=LIST_NAMES,
        units=site.choices(visitor.region).units, own=own, offered=visitor.role == Role.REGISTRAR,
    ), visitor)  # fmt: skip


@routes.post("/papers/number")
def number(request: Request, form: Form) -> Response:
    """Number what is due now, instead of in the night."""
    need(form.visitor, "papers")
    site_of(request).papers.enter(form.visitor.region)
    return go("/papers")


@routes.get("/papers/list")
@apart
def list_file(
    request: Request, visitor: Who, kind: str, since: str = "", until: str = "", unit: str = "", form: str = "docx"
) -> Response:
    """A list or report as it is now, without a number: a .docx, or its tables as a workbook."""
    need(visitor, "papers")
    site = site_of(request)
    if kind not in LIST_NAMES:
        raise DoorRefused(404, Refused("no_such_list", name=Label(kind), known=tuple(map(worded, LIST_NAMES.values()))))
    first, last = _days(request, since, until)
    if last > site.today():
        raise DoorRefused(422, Refused("last_day_ahead", day=last, today=site.today()))
    units = site.choices(visitor.region).units
    list_request = ListRequest(
        site.register, visitor.region, first, last, site.now(), unit if unit in units else "",
        right_of(visitor).names,
    )  # fmt: skip
    paper = site.papers.make_list(list_request, kind)
    name = f"{KINDS[kind].name} {first} {last}"
    lines = sum(len(table.rows) for table in list_tables(paper))
    if form == "xlsx":
        return with_row_count(download(f"{name}.xlsx", XLSX, as_workbook(paper)), lines)
    try:
        content = site.papers.templates.render(paper)
    except PaperError as error:
        raise DoorRefused(409, Refused("paper_not_made", why=error.refused)) from None
    return with_row_count(download(f"{name}.docx", DOCX, content), lines)


# -- inside ------------------------------------------------------------------------------------------------------


def _days(request: Request, since: str, until: str) -> tuple[date, date]:
    """The days that are asked for; by default this year up to today."""
    today = site_of(request).today()
    try:
        first = date.fromisoformat(since) if since else date(today.year, 1, 1)
        last = date.fromisoformat(until) if until else today
    except ValueError:
        typed = " ".join(filter(None, (since, until)))
        raise DoorRefused(404, Refused("no_day", text=Label(typed))) from None
    if last < first:
        raise DoorRefused(422, Refused("days_backwards", first=first, last=last))
    return first, last


def _lines(request: Request, rows: list[StoredPaper]) -> list[ListedPaper]:
    addressees = {addressee for row in rows for addressee in row["addressees"]}
    units = {addressee.partition(":")[2] for addressee in addressees if addressee.startswith("unit:")}
    folk = Folk(site_of(request).register, (), units)
    listed = []
    for row in rows:
        kind, to = say(KINDS[row["kind"]].name), addressed(row["addressees"], folk)
        listed.append(ListedPaper(row["id"], row["number"], kind, row["title"], to, row["on"], row["case_id"] or ""))
    return listed

