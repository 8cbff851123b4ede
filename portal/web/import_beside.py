"""What a file holds beside the directory: days of the calendar, and the opinions of a reception day."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flows.import_preview import PreviewRow, other_rows
from flows.notices import changing, days_in_rows
from flows.sent_tables import SentFile
from portal.visitor.languages import say
from portal.visitor.site import Site
from portal.web.calendar_pages import own_notice
from portal.web.reception import Entered, ReceptionDay, deputies_of, unfit_row
from states.reasons import Refused, Worded
from states.sheets.tables import OPINIONS
from storage import CalendarNotice, ImportRefused
from storage.accounts import Visitor
from storage.errors import RowFault
from storage.forecast import forecast

ROUNDS = 20
"""How often days are left out that a notice may not hold."""


@dataclass
class BesideDirectory:
    """The rows in the preview; the notice that the days make, with how many limits it moves; the sound opinions."""

    rows: list[PreviewRow] = field(default_factory=list)
    notice: CalendarNotice | None = None
    moved: int = 0
    opinions: list[Entered] = field(default_factory=list)


def beside_directory(site: Site, visitor: Visitor, file: SentFile) -> BesideDirectory:
    """What the file's days and opinions would do; nothing is stored."""
    beside = BesideDirectory()
    if file.rows("calendar"):
        _days(site, visitor, file, beside)
    if file.rows("reception"):
        _opinions(site, visitor, file, beside)
    return beside


def _days(site: Site, visitor: Visitor, file: SentFile, beside: BesideDirectory) -> None:
    rows = [(number, row.values) for number, row in enumerate(file.rows("calendar"), start=1) if not row.faults]
    days, faults = days_in_rows(rows)
    outcomes: Mapping[int, str] = {}
    for _ in range(ROUNDS):
        notice = CalendarNotice(Path(file.name).stem, None, tuple(day for _, day in days))
        try:
            notice = own_notice(site, visitor, notice)
            changed = changing(notice, site.workdays(notice.region))
            if not changed.days:
                break
            report = forecast(site.register, changed, site.today())
        except ImportRefused as refusal:
            numbers = {fault.number: fault.why for fault in refusal.faults}
            whole = numbers.get(0)
            bad = {number for at, (number, _) in enumerate(days, start=1) if whole or at in numbers}
            faults += [
                RowFault(number, whole or numbers[at], "day")
                for at, (number, _) in enumerate(days, start=1)
                if number in bad
            ]
            days = [day for day in days if day[0] not in bad]
        else:
            outcomes = {number: "new" for number, day in days if day.day in report.changed_days}
            beside.notice, beside.moved = changed, len(report.moved)
            break
    beside.rows += other_rows(file, "calendar", faults, outcomes)


def _opinions(site: Site, visitor: Visitor, file: SentFile, beside: BesideDirectory) -> None:
    rows = file.rows("reception")
    deputies = deputies_of(site, ReceptionDay(None, visitor.region, site.today()))
    faults = []
    for number, row in enumerate(rows, start=1):
        values = {column.key: row.values.get(column.key, "") for column in OPINIONS}
        entered = Entered(number, values, origin="file")
        if why := "" if row.faults else say(unfit_row(entered, deputies)):
            faults.append(RowFault(number, Refused("row_unfit", why=Worded(why, why))))
        elif not row.faults:
            beside.opinions.append(entered)
    outcomes = {entered.number: "new" for entered in beside.opinions}
    beside.rows += other_rows(file, "reception", faults, outcomes)
