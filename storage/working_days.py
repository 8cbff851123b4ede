"""The stored calendar: seed, State Council notices and office overrides, each day with its provenance.

Every batch of actions checks whether it changed and what is above a region: statements of the cursor, which take 29 µs
on SQLite with their transaction, and as typed rows would take 324. All else is read and written as typed rows.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from rulebooks import Arrangement, Calendars, Workdays, civil_day, issued, missing_days, notices_naming
from states.reasons import Given, Label, Refused, Worded, labels
from storage.errors import ImportRefused, RowFault
from storage.statements import Cursor, Sql
from storage.tables.calendars import CalendarNoticeRow, NoticeDayRow
from storage.tables.cases import CaseRow
from storage.tables.directory import RegionRow
from storage.typed_rows import among, locked

OF_ALL, EVERYWHERE = Worded("of all", "（全国）"), Worded("(everywhere)", "全国")
NO_REGION = Worded("no region", "没有区划的人")
CalendarOf = Callable[[str], Workdays]
DaySource = tuple[date, bool, str, str, str, str]
"""(day, working, name, title of the notice, who imported it, region)"""
"""The calendar of a region, by its code; '' is the nation."""


@dataclass(frozen=True)
class CalendarDay:
    """`source`: the origin of the day, as given in a table that the program wrote."""

    day: date
    working: bool
    name: str = ""
    source: str = ""


@dataclass(frozen=True)
class CalendarNotice:
    """The content of a file. `year` is set for a notice that settles a whole year, None for single overrides.

    `issued_on` is the day of the document; without one a notice counts as issued before its year began, an override
    on the day of its import. An override holds for `region` and the regions below it, '' for all.
    `notes`: what was not read.
    """

    title: str
    year: int | None
    days: tuple[CalendarDay, ...]
    issued_on: date | None = None
    region: str = ""
    notes: tuple[str, ...] = field(default=(), compare=False)

    @property
    def id(self) -> str:
        """The digest of the content: the same content is the same notice."""
        days = [(day.day.isoformat(), day.working, day.name) for day in self.days]
        content: list[Any] = [self.title, self.year, days]
        if self.issued_on is not None or self.region:
            content += [self.issued_on and self.issued_on.isoformat(), self.region]
        return hashlib.sha256(repr(content).encode()).hexdigest()[:16]

    @property
    def by_day(self) -> dict[date, bool]:
        return {day.day: day.working for day in self.days}

    def check(self, on: date | None = None) -> None:
        """Raises ImportRefused naming each fault: repeated, irrelevant or missing days; an issue later than `on`."""
        faults = list(self._bad_rows()) or list(self._bad_as_a_whole(on))
        if faults:
            raise ImportRefused(self.title, sorted(faults, key=lambda fault: fault.number))

    def span(self) -> tuple[date, date]:
        """The first and last day that it can change or make final."""
        days = [day.day for day in self.days]
        if self.year is not None:
            days += [date(self.year - 1, 12, 25), date(self.year + 1, 1, 7)]
        return min(days), max(days)

    def _bad_rows(self) -> Iterable[RowFault]:
        seen: dict[date, int] = {}
        for number, day in enumerate(self.days, start=1):
            if day.day in seen:
                yield RowFault(number, Refused("notice_day_twice", day=day.day, first=seen[day.day]))
            seen.setdefault(day.day, number)
            if self.year is not None and self.year not in notices_naming(day.day):
                yield RowFault(number, Refused("notice_day_of_other_year", day=day.day, year=self.year))

    def _bad_as_a_whole(self, on: date | None) -> Iterable[RowFault]:
        if not self.days:
            whole = self.year is not None
            yield RowFault(0, Refused("notice_without_day", year=self.year) if whole else Refused("notice_empty"))
        if on is not None and self.issued_on is not None and self.issued_on > on:
            yield RowFault(0, Refused("notice_issued_later", issued=self.issued_on, day=on))
        if self.year is None:
            return
        if self.region:
            yield RowFault(0, Refused("notice_holds_everywhere", region=Label(self.region)))
        lacking = missing_days(self.year, self.by_day)
        if lacking and self.days:
            days = labels(f"{day} {name}" for day, name in lacking.items())
            yield RowFault(0, Refused("notice_lacks_days", year=self.year, days=days))


@dataclass(frozen=True)
class _Stored:
    id: str
    year: int | None
    region: str
    issued_on: date | None
    imported_on: date
    seq: int
    days: Mapping[date, bool]

    def arrangement(self) -> Arrangement:
        rank = issued(self.year, self.issued_on, self.imported_on), self.seq
        return Arrangement(rank, self.days, self.year, self.region)


class StoredCalendar:
    """Reads the stored days; caches the calendars until a notice is added or imported again."""

    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self._built: tuple[tuple[int, int], Calendars] = ((-1, -1), Calendars([]))

    def workdays(self, cursor: Cursor, region: str = "") -> Workdays:
        """The calendar of a region: its own overrides and those above it, over the notices."""
        return self.of_regions(cursor)(region)

    def of_regions(self, cursor: Cursor) -> CalendarOf:
        """The calendars in this transaction."""
        return self._by_region(cursor, self._calendars(cursor))

    def with_notice(self, cursor: Cursor, notice: CalendarNotice, on: date | None = None) -> CalendarOf:
        """The calendars as they would be after an import of this notice on the day `on`; nothing is stored."""
        return self._by_region(cursor, _with(_stored(cursor.session), notice, on or date.max))

    def every(self, cursor: Cursor) -> list[Workdays]:
        """The calendar of the nation, and of every region with overrides of its own."""
        calendars = self._calendars(cursor)
        calendar = self._by_region(cursor, calendars)
        return [calendar(region) for region in sorted({"", *calendars.regions})]

    def check_region(self, cursor: Cursor, notice: CalendarNotice) -> None:
        """Raises ImportRefused when the region of the notice is unknown."""
        region, session = notice.region, cursor.session
        if region and session.get(RegionRow, region) is None and not _has_cases(session, region):
            raise ImportRefused(notice.title, [RowFault(0, Refused("notice_of_no_region", region=Given(region)))])

    def check_reach(self, cursor: Cursor, notice: CalendarNotice, own: str) -> None:
        """Raises ImportRefused when the notice reaches beyond the region `own`, from which it comes.

        A notice for a whole year holds everywhere, so it must come from the topmost region, or from the console.
        """
        top = (self._path(cursor, own) or [""])[-1]
        if notice.year is not None and (not own or own != top):
            why = Refused(
                "notice_of_year_from_below", top=Label(top) if own else OF_ALL, command=Label("duban calendar import"),
                own=Label(own) if own else NO_REGION,
            )  # fmt: skip
            raise ImportRefused(notice.title, [RowFault(0, why)])
        if notice.year is None and own not in self._path(cursor, notice.region):
            region = Label(notice.region) if notice.region else EVERYWHERE
            why = Refused("notice_of_other_region", region=region, own=Label(own))
            raise ImportRefused(notice.title, [RowFault(0, why)])

    def sources(self, cursor: Cursor, year: int, region: str = "") -> list[DaySource]:
        """The stored entries on the days of a year for a region, by day; of one day the prevailing one comes last."""
        path = ["", *reversed(self._path(cursor, region))]
        day, notice = NoticeDayRow, CalendarNoticeRow
        of_year = col(day.day).between(date(year, 1, 1), date(year, 12, 31))
        chosen = (
            select(day, notice)
            .join(notice, col(notice.id) == day.notice)
            .where(of_year, among(cursor.session, notice.region, path))
        )
        rows = sorted(
            cursor.session.exec(chosen.order_by(col(day.day), col(notice.seq))),
            key=lambda row: (row[0].day, row[1].year is None, path.index(row[1].region)),
        )
        return [(dated.day, dated.working, dated.name, by.title, by.imported_by, by.region) for dated, by in rows]

    def add(self, cursor: Cursor, notice: CalendarNotice, at: datetime, by: str) -> None:
        """Store a notice; a stored one counts as imported again now, unless it was the last import anyway."""
        session = cursor.session
        newest = session.exec(select(CalendarNoticeRow).order_by(col(CalendarNoticeRow.seq).desc()).limit(1)).first()
        if newest is not None and newest.id == notice.id:
            return
        row = locked(session, CalendarNoticeRow, notice.id) or CalendarNoticeRow(
            id=notice.id, year=notice.year, title=notice.title, region=notice.region, issued_on=notice.issued_on,
            imported_at=at, imported_by=by,
        )  # fmt: skip
        row.seq, row.imported_at, row.imported_by = (newest.seq if newest else 0) + 1, at, by
        session.add(row)
        session.exec(delete(NoticeDayRow).where(col(NoticeDayRow.notice) == notice.id))
        session.add_all(
            NoticeDayRow(notice=notice.id, day=day.day, working=day.working, name=day.name) for day in notice.days
        )

    # -- inside ------------------------------------------------------------------------------------------

    def _calendars(self, cursor: Cursor) -> Calendars:
        ((count, last),) = cursor.rows("SELECT count(*), coalesce(max(seq), 0) FROM calendar_notices")
        stamp, built = self._built
        if stamp != (count, last):
            stamp = (int(count), int(last))
            built = Calendars(stored.arrangement() for stored in _stored(cursor.session))
            self._built = (stamp, built)  # at once: another thread may be reading with fewer notices
        return built

    def _by_region(self, cursor: Cursor, calendars: Calendars) -> CalendarOf:
        if calendars.regions <= {""}:
            nation = calendars.along(())
            return lambda region: nation
        return cache(lambda region: calendars.along(self._path(cursor, region)))

    def _path(self, cursor: Cursor, region: str) -> list[str]:
        """The region and its ancestors, as the directory has them."""
        path: list[str] = []
        while region and region not in path:
            path.append(region)
            rows = cursor.rows(f"SELECT parent_code FROM regions WHERE code = {self.sql.mark}", [region])
            region = str(rows[0][0] or "") if rows else ""
        return path


def _with(stored: Iterable[_Stored], notice: CalendarNotice, on: date) -> Calendars:
    """The calendars of the stored notices and of `notice`, imported last."""
    kept = list(stored)
    last = max((arrangement.seq for arrangement in kept), default=0)
    fresh = _Stored(notice.id, notice.year, notice.region, notice.issued_on, on, last + 1, notice.by_day)
    others = [existing for existing in kept if existing.id != notice.id]
    return Calendars(existing.arrangement() for existing in [*others, fresh])


def changed_days(before: Workdays, after: Workdays, notice: CalendarNotice) -> tuple[date, ...]:
    """The days of the notice's span that differ between the two calendars."""
    first, last = notice.span()
    span = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in span if before.is_workday(day) != after.is_workday(day))


def _has_cases(session: Session, region: str) -> bool:
    return session.exec(select(CaseRow.id).where(CaseRow.region == region).limit(1)).first() is not None


def _stored(session: Session) -> list[_Stored]:
    days: dict[str, dict[date, bool]] = {}
    row = NoticeDayRow
    for notice, day, working in session.exec(select(row.notice, col(row.day), row.working)):
        days.setdefault(notice, {})[day] = working
    return [
        _Stored(stored.id, stored.year, stored.region, stored.issued_on, civil_day(stored.imported_at), stored.seq,
                days.get(stored.id, {}))
        for stored in session.exec(select(CalendarNoticeRow))
    ]
