"""The working-day calendar: a year as a table with the source of each day, and notices imported after a preview."""

import json
from calendar import Calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from flows.notices import FORM, changing, for_region, notice_of, read_notice
from flows.records import TableError
from portal.door.doors import router, takes_files
from portal.door.guard import Form, Posted, Who, need, site_of
from portal.visitor.columns import Column, on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.list_columns import DIFFERING
from portal.visitor.refusals import of_file
from portal.visitor.rights import reading_region, right_of, scope_of
from portal.visitor.site import Site
from portal.web.rendering import Page, go, page
from portal.web.sheets import table_download
from rulebooks import SEED_YEARS, Workdays, statutory_days
from states.reasons import Given, Refused, labels
from states.sheets.tables import DAYS
from states.vocabulary import DayKind
from storage import CalendarDay, CalendarNotice, ImportRefused
from storage.accounts import Visitor
from storage.forecast import forecast
from storage.recount import Moved
from storage.register import CalendarReport
from storage.visible import seen_of

routes = router()

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""What the page of a year can show."""

SHOWN = 300
ENDINGS = (".toml", ".xlsx", ".csv")
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")
SEED = "随软件：国务院办公厅历年通知"
LAW = "法定：全国年节及纪念日放假办法"


@dataclass(frozen=True)
class CalendarPage(Page):
    """`months`: by number, their weeks of cells as `_shown` makes them; `count`: the year's working days."""

    template = "calendar.html"
    year: int
    months: Sequence[tuple[int, list[list[dict[str, object] | None]]]]
    known: bool
    words: str
    bad: bool
    columns: Sequence[Column]
    differing: Sequence[Mapping[str, object]]
    count: int
    weekdays: Sequence[str]
    typed: Mapping[str, object]
    may_import: bool


@dataclass(frozen=True)
class CalendarPreview(Page):
    """`moved`: of what the report moves the first that the visitor sees, who may see none; `moves`: counts by kind."""

    template = "calendar_preview.html"
    notice: CalendarNotice
    report: CalendarReport
    moved: Sequence[Moved]
    moves: Mapping[str, int]
    kept: str
    sees_none: bool


@routes.get("/calendar")
def calendar(request: Request, visitor: Who, year: int = 0, done: int = -1) -> HTMLResponse:
    need(visitor, "calendar")
    words = say("已导入，%(n)d 个最后一天随之调整或者确定", n=done) if done >= 0 else ""
    return _calendar(request, visitor, year, words)


@routes.get("/calendar.xlsx")
def calendar_sheet(request: Request, visitor: Who, year: int = 0) -> Response:
    """The days of a year that differ from Monday to Friday; the table can be imported again."""
    need(visitor, "calendar")
    site = site_of(request)
    year = _year(site, year)
    rows = [
        row | {"plan": (DayKind.WORK if row["working"] else DayKind.OFF).value}
        for row in _differing(site, visitor.region, site.workdays(visitor.region), year)
    ]
    return table_download(f"calendar-{year}", DAYS, rows)


@routes.post("/calendar/preview")
@takes_files
def preview(request: Request, form: Form) -> HTMLResponse:
    """What a notice would change: days, and limits from their old to their new day. Nothing is changed."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "calendar-import")
    try:
        read = own_notice(site, visitor, _uploaded(form) or _typed(form))
        notice = changing(read, site.workdays(read.region))
        if read.days and not notice.days:
            return _calendar(request, visitor, read.days[0].day.year, "\n".join(notice.notes))
        report = forecast(site.register, notice, site.today())
    except (TableError, ImportRefused) as error:
        return _calendar(request, visitor, 0, say("没有读懂这份通知：%(why)s", why=of_file(error)), form.fields, 422)
    scope = scope_of(visitor)
    seen = seen_of(site.register, scope, [move.case_id for move in report.moved]) if scope else {}
    moved = [move for move in report.moved if move.case_id in seen]
    return page(request, CalendarPreview(
        notice=notice, report=report, moved=moved[:SHOWN], moves=_moves(report), kept=_packed(notice),
        sees_none=bool(report.moved) and scope is None,
    ), visitor)  # fmt: skip


@routes.post("/calendar/import")
@takes_files
def take_notice(request: Request, form: Form) -> Response:
    """Import the previewed notice."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "calendar-import")
    try:
        notice = own_notice(site, visitor, _unpacked(form.raw("notice")))
        report = site.register.import_calendar(notice, site.now(), visitor.person or visitor.account)
    except (ValueError, TypeError, KeyError, TableError, ImportRefused):
        raise DoorRefused(422, Refused("notice_incomplete")) from None
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, f"calendar {notice.id}"
    )
    year = notice.year or (notice.days[0].day.year if notice.days else 0)
    return go(f"/calendar?year={year}&done={len(report.moved)}")


# -- inside ------------------------------------------------------------------------------------------------------


def _calendar(
    request: Request, visitor: Visitor, year: int, words: str = "",
    typed: Mapping[str, object] | None = None, status: int = 200,
) -> HTMLResponse:  # fmt: skip
    site = site_of(request)
    year = _year(site, year)
    days = site.workdays(visitor.region)
    months = [
        (month, [[_cell(days, day, month) for day in week] for week in Calendar().monthdatescalendar(year, month)])
        for month in range(1, 13)
    ]
    first, last = date(year, 1, 1), date(year, 12, 31)
    return page(request, CalendarPage(
        year=year, months=months, known=days.knows(year), words=words,
        bad=status != 200, columns=on_page(DIFFERING),
        differing=_differing(site, visitor.region, days, year), count=days.count(first, last),
        weekdays=WEEKDAYS, typed=typed or {}, may_import="calendar-import" in right_of(visitor).pages,
    ), visitor, status)  # fmt: skip


def _year(site: Site, year: int) -> int:
    year = year or site.today().year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise DoorRefused(404, Refused("no_calendar_of", year=year, first=FIRST_YEAR, last=LAST_YEAR))
    return year


def _cell(days: Workdays, day: date, month: int) -> dict[str, object] | None:
    """A cell of a month: None outside it; `mark` repeats the meaning of the colour as a word."""
    if day.month != month:
        return None
    working = days.is_workday(day)
    ordinary = working == (day.weekday() < 5)
    return {"day": day, "working": working, "mark": "" if ordinary else ("班" if working else "休")}


def _differing(site: Site, region: str, days: Workdays, year: int) -> list[dict[str, object]]:
    """The days of the year that differ from the week, with their name and source."""
    words = site.register.calendar_sources(year, region)
    stored = {word[0]: word for word in words if word[1] == days.is_workday(word[0])}
    months = []
    for number in range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1):
        day = date.fromordinal(number)
        working = days.is_workday(day)
        if working != (day.weekday() < 5) or day in stored:
            seeded = SEED if year in SEED_YEARS else ""
            statutory = statutory_days(year).get(day, "") if not days.knows(year) else ""
            _, _, name, title, by, place = stored.get(
                day, (day, working, statutory, LAW if statutory else seeded, "", "")
            )
            source = say("%(title)s（%(by)s 导入）", title=title, by=by) if by else say(title)
            source += say("，区划 %(place)s", place=place) if place else ""
            months.append(
                {"day": day, "week": WEEKDAYS[day.weekday()], "working": working, "name": name, "source": source}
            )
    return months


def _uploaded(form: Posted) -> CalendarNotice | None:
    """The notice of an uploaded file; None when there is no file."""
    file = form.files.get("file")
    if file is None or not file.filename:
        return None
    name = Path(file.filename).name
    if Path(name).suffix.lower() not in ENDINGS:
        raise TableError(name, Refused("notice_ending", endings=labels(ENDINGS)))
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"notice{Path(name).suffix.lower()}"
        with path.open("wb") as copy:
            copyfileobj(file.file, copy)
        return for_region(read_notice(path, Path(name).stem), form.text("region"))


def _typed(form: Posted) -> CalendarNotice:
    year = form.text("year")
    if year and not (year.isdecimal() and len(year) == 4):
        raise TableError(FORM, Refused("notice_year_malformed", given=Given(year)))
    if not form.text("title"):
        raise TableError(FORM, Refused("notice_untitled"))
    fields: dict[str, object] = {
        "title": form.text("title"), "off": _lines(form, "off"), "on": _lines(form, "on"),
        "issued_on": form.text("issued_on"), "region": form.text("region"),
    }  # fmt: skip
    if year:
        fields["year"] = int(year)
        if fields["region"] == form.visitor.region:  # as the form has it for single days
            fields["region"] = ""
    notice = notice_of(fields, FORM)
    if not notice.days:
        raise TableError(FORM, Refused("notice_empty"))
    return notice


def _lines(form: Posted, key: str) -> list[str]:
    text = form.text(key)
    for mark in "，,、；; \n\r":
        text = text.replace(mark, "\n")
    return [line.replace("至", "/") for line in text.split("\n") if line]


def _packed(notice: CalendarNotice) -> str:
    """The notice as the hidden field that carries it from the preview to the import."""
    days = [[day.day.isoformat(), day.working, day.name] for day in notice.days]
    issued_on = notice.issued_on.isoformat() if notice.issued_on else ""
    packed = {"title": notice.title, "year": notice.year, "days": days, "issued_on": issued_on, "region": notice.region}
    return json.dumps(packed, ensure_ascii=False)


def _unpacked(text: str) -> CalendarNotice:
    packed = json.loads(text)
    year = packed["year"]
    if not isinstance(packed["title"], str) or not (year is None or type(year) is int):
        raise ValueError("title and year")
    days = tuple(
        CalendarDay(date.fromisoformat(day), working is True, str(name)) for day, working, name in packed["days"]
    )
    issued_on = packed.get("issued_on")
    return CalendarNotice(
        packed["title"], year, days, date.fromisoformat(issued_on) if issued_on else None,
        str(packed.get("region") or ""),
    )


def own_notice(site: Site, visitor: Visitor, notice: CalendarNotice) -> CalendarNotice:
    """Single days of somebody of a region hold in it, or in one below it that they name; raises ImportRefused else."""
    region = reading_region(visitor)
    if region is None:
        return notice
    notice = for_region(notice, region)
    site.register.check_calendar_of(notice, region)
    return notice


def _moves(report: CalendarReport) -> dict[str, int]:
    """How many limits move later, earlier, or only become final."""
    counts = {"往后": 0, "往前": 0, "确定（日期不变）": 0, "改判（已办结的）": 0}
    for move in report.moved:
        counts["改判（已办结的）"] += bool(move.judged)
        kind = "确定（日期不变）" if move.new == move.old else ("往后" if move.new > move.old else "往前")
        counts[kind] += 1
    return counts
