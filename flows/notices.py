"""Reading calendar notices: a TOML file, or a table with a day in each row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

from flows.records import TableError
from flows.sent_tables import read_sent, require_table, unread_rows
from flows.toml import read_toml
from rulebooks import Workdays, written_day
from rulebooks.faults import FaultError
from states.reasons import Given, Label, Refused, Worded, labels
from states.sheets.synonyms import VALUES_TOO
from states.sheets.tables import DAYS
from states.texts import unfit_line
from states.vocabulary import DayKind
from storage import CalendarDay, CalendarNotice, ImportRefused
from storage.errors import RowFault

KEYS = {"title", "year", "issued_on", "region", "off", "on"}
WORKING = {
    **{written: kind is DayKind.WORK for kind in DayKind for written in (kind.zh, kind.value)},
    **{written: kind is DayKind.WORK for written, kind in VALUES_TOO["calendar"]["plan"].items()},
}
OFF, ON = Worded("off", "放假"), Worded("on", "上班")
"""The keys of a notice's lists of days."""
FORM = Worded("form", "表单")
"""What a notice that was typed is called in refusals."""
DAY, PLAN, HOLIDAY, SOURCE = (field.label[0] for field in DAYS)
"""The columns of a table of days."""


def read_notice(path: Path, title: str = "") -> CalendarNotice:
    """A State Council notice (with its year) or an office's override (without one).

    TOML: title, year, issued_on and region (all three optional), off and on as lists of days, a range as
    "2027-02-06/2027-02-12" (both included). CSV or XLSX: columns 日期, 安排 (休息 or 上班), 名称, 来源, however
    the sheet is laid out; the title is the file's name unless `title` says, no year.
    Raises TableError for a file that cannot be read, ImportRefused naming each bad row.
    """
    if path.suffix.lower() == ".toml":
        return notice_of(read_toml(path), path.name)
    return _legible(_from_table(path, title), path.name)


def notice_of(data: Mapping[str, object], path: str | Worded) -> CalendarNotice:
    """A notice from the data of a TOML file or a form; `path` names it in a refusal."""
    if unknown := data.keys() - KEYS:
        keys = labels(sorted(KEYS))
        raise TableError(path, Refused("notice_keys_unknown", unknown=labels(sorted(unknown)), known=keys))
    title, year, listed = data.get("title"), data.get("year"), dict[str, list[object]]()
    if not isinstance(title, str) or not (year is None or type(year) is int):
        raise TableError(path, Refused("notice_title_or_year", title=Label("title"), year=Label("year")))
    for key in ("off", "on"):
        rows = data.get(key, [])
        if not isinstance(rows, list):
            example = Label(f'{key} = ["2027-02-06/2027-02-12"]')
            raise TableError(path, Refused("days_no_list", key=Label(key), example=example))
        listed[key] = rows
    faults: list[RowFault] = []
    days: list[CalendarDay] = []
    for working, key_named in ((False, OFF), (True, ON)):
        for number, item in enumerate(listed[str(key_named)], start=1):
            try:
                days += [CalendarDay(day, working) for day in _range(item)]
            except ValueError:
                why = Refused("notice_day_malformed", key=key_named, given=Given(str(item)))
                faults.append(RowFault(number, why))
    if faults:
        raise ImportRefused(path, faults)
    return _legible(CalendarNotice(title, year, tuple(days), _issued_on(data, path), _region(data, path)), path)


def _legible(notice: CalendarNotice, path: str | Worded) -> CalendarNotice:
    """The notice, each of whose texts is one line that a database holds and a reader sees. Raises TableError."""
    texts = [("title", notice.title), ("region", notice.region)]
    texts += [(HOLIDAY, day.name) for day in notice.days] + [(SOURCE, day.source) for day in notice.days]
    for key, text in texts:
        if why := unfit_line(key, text):
            raise TableError(path, why)
    return notice


def for_region(notice: CalendarNotice, region: str) -> CalendarNotice:
    """The notice for `region`, unless it names another itself; one for a whole year holds everywhere."""
    if notice.year is not None or notice.region or not region:
        return notice
    return replace(notice, region=region)


def changing(notice: CalendarNotice, days: Workdays) -> CalendarNotice:
    """The notice without days exported from this calendar and unchanged, which are no new decisions."""
    kept = tuple(day for day in notice.days if not day.source or days.is_workday(day.day) != day.working)
    count = len(notice.days) - len(kept)
    if not count:
        return notice
    note = f"{count} 天带来源，与日历一样，没有再记 days with a source that are so already, not taken again: {count}"
    return replace(notice, days=kept, notes=(*notice.notes, note))


def _issued_on(data: Mapping[str, object], path: str | Worded) -> date | None:
    value = data.get("issued_on")
    if value is None or value == "":
        return None
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        key, form = Label("issued_on"), Label("YYYY-MM-DD")
        raise TableError(path, Refused("notice_issued_malformed", key=key, form=form, given=Given(value))) from None


def _region(data: Mapping[str, object], path: str | Worded) -> str:
    region = data.get("region", "")
    if not isinstance(region, str):
        raise TableError(path, Refused("notice_region_malformed", example=Label('region = "321300"')))
    return region


def _range(item: object) -> list[date]:
    """The days of "2027-02-06/2027-02-12", or the one day."""
    if isinstance(item, date):
        return [item.date() if isinstance(item, datetime) else item]
    first_text, _, last_text = str(item).partition("/")
    first = date.fromisoformat(first_text)
    last = date.fromisoformat(last_text) if last_text else first
    if not 0 <= (last - first).days <= 31:
        raise ValueError(item)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def days_in_rows(
    rows: Sequence[tuple[int, Mapping[str, str]]],
) -> tuple[list[tuple[int, CalendarDay]], list[RowFault]]:
    """The days of a table's rows, by the number of the row, and what is wrong with the others."""
    faults: list[RowFault] = []
    days: list[tuple[int, CalendarDay]] = []
    for number, values in rows:
        text, plan = (normalize("NFKC", values.get(key, "")).strip() for key in ("day", "plan"))
        try:
            day = written_day(text)
        except FaultError as error:
            faults.append(RowFault(number, Refused("cell_no_day", column=Label(DAY), why=error.faults), "day"))
            continue
        if plan not in WORKING:
            why = Refused("notice_plan_unknown", column=Label(PLAN), given=Given(plan), known=labels(WORKING))
            faults.append(RowFault(number, why, "plan"))
            continue
        name, source = (values.get(column, "").strip() for column in ("name", "source"))
        days.append((number, CalendarDay(day, WORKING[plan], name, source)))
    return days, faults


def _from_table(path: Path, title: str) -> CalendarNotice:
    file = read_sent(path, ("calendar",))
    require_table(file, "calendar")
    rows = file.rows("calendar")
    sound = [(number, row.values) for number, row in enumerate(rows, start=1) if not row.faults]
    days, faults = days_in_rows(sound)
    faults = sorted((*unread_rows(rows), *faults), key=lambda fault: fault.number)
    if faults:
        raise ImportRefused(path.name, faults)
    return CalendarNotice(title or path.stem, None, tuple(day for _, day in days), notes=file.notes)
