"""The stored calendar: seed, State Council notices and office overrides, each day with its provenance."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime

from rulebooks import Workdays
from storage.errors import ImportRefused
from storage.statements import Cursor, Sql


@dataclass(frozen=True)
class CalendarDay:
    day: date
    working: bool
    name: str = ""


@dataclass(frozen=True)
class CalendarNotice:
    """What a file says. `year` is set when it is the notice that settles a whole year, None for single overrides."""

    title: str
    year: int | None
    days: tuple[CalendarDay, ...]

    @property
    def id(self) -> str:
        """The digest of the content: the same notice twice is one notice."""
        told = [self.title, self.year, [(one.day.isoformat(), one.working, one.name) for one in self.days]]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def check(self) -> None:
        """Raises ImportRefused naming each bad row: a day twice, or outside the year of the notice."""
        faults: list[tuple[int, str]] = []
        seen: dict[date, int] = {}
        for number, one in enumerate(self.days, start=1):
            if one.day in seen:
                faults.append((number, f"{one.day} is given twice, first in record {seen[one.day]}"))
            seen.setdefault(one.day, number)
            if self.year is not None and abs(one.day.year - self.year) > 1:
                faults.append((number, f"{one.day} has nothing to do with the notice for {self.year}"))
        if self.year is not None and not self.days:
            faults.append((0, f"a notice for {self.year} without any day"))
        if faults:
            raise ImportRefused(self.title, faults)


class StoredCalendar:
    """Reads the stored days; keeps what it built until another notice is there."""

    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self.seed = Workdays.seed()
        self._built = (-1, self.seed)

    def workdays(self, cursor: Cursor) -> Workdays:
        """The seed overlaid with every stored day; a notice makes its year known, an override does not."""
        count = int(cursor.rows("SELECT count(*) FROM calendar_notices")[0][0])
        notices, built = self._built
        if notices != count:
            built = self._build(cursor)
            self._built = (count, built)  # at once: another thread may be reading with fewer notices
        return built

    def with_notice(self, cursor: Cursor, notice: CalendarNotice) -> Workdays:
        """The calendar as it would be after this notice; nothing is stored."""
        known = [notice.year] if notice.year is not None else []
        return self.workdays(cursor).with_days({one.day: one.working for one in notice.days}, known)

    def sources(self, cursor: Cursor, year: int) -> list[tuple[date, bool, str, str, str]]:
        """(day, working, name, title of the notice, who imported it) of the stored days of a year, in order."""
        rows = cursor.rows(
            "SELECT d.day, d.working, d.name, n.title, n.imported_by FROM calendar_days d "
            f"JOIN calendar_notices n ON n.id = d.notice WHERE d.day BETWEEN {self.sql.mark} AND {self.sql.mark} "
            "ORDER BY d.day",
            [self.sql.day(date(year, 1, 1)), self.sql.day(date(year, 12, 31))],
        )
        return [(_day(day), bool(working), name, title, by) for day, working, name, title, by in rows]

    def add(self, cursor: Cursor, notice: CalendarNotice, at: datetime, by: str) -> list[date]:
        """Store a notice and return the days that it changes; none when it is stored already."""
        before = self.workdays(cursor)
        mark = self.sql.mark
        if cursor.rows(f"SELECT 1 FROM calendar_notices WHERE id = {mark}", [notice.id]):
            return []
        cursor.run(
            "INSERT INTO calendar_notices (id, year, title, imported_at, imported_by) "
            f"VALUES ({mark}, {mark}, {mark}, {mark}, {mark})",
            [notice.id, notice.year, notice.title, self.sql.instant(at), by],
        )
        cursor.run_many(
            f"INSERT INTO calendar_days (day, working, name, notice) VALUES ({mark}, {mark}, {mark}, {mark}) "
            "ON CONFLICT (day) DO UPDATE SET working = excluded.working, name = excluded.name, "
            "notice = excluded.notice",
            [(self.sql.day(one.day), one.working, one.name, notice.id) for one in notice.days],
        )
        return [one.day for one in notice.days if before.is_workday(one.day) != one.working]

    def _build(self, cursor: Cursor) -> Workdays:
        rows = cursor.rows("SELECT day, working FROM calendar_days ORDER BY day")
        years = cursor.rows("SELECT DISTINCT year FROM calendar_notices WHERE year IS NOT NULL")
        if not rows and not years:
            return self.seed
        days = {_day(day): bool(working) for day, working in rows}
        return self.seed.with_days(days, [int(year) for (year,) in years])


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value
