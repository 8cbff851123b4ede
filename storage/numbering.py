"""Official numbers (届-次-号, 闭-年-号): each series counts up; a refused action leaves no gap.

Part of the commit path: statements of the cursor (figures in `storage.statements`).
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from sqlmodel import SQLModel

from rulebooks import Rulebook
from states import Action, NotAllowed
from states.cases import Case
from states.reasons import Given, Id, Label, Refused
from storage.seal_entries import entries_of
from storage.statements import Cursor, Sql
from storage.tables.cases import NumberRow

DEFAULT_PATTERN = "{year}-{serial:04d}"
"""The patterns of a rulebook that sets no numbering."""

_SERIAL = re.compile(r"\{serial[^}]*\}")


class Numbers:
    """The series used in one transaction; a series stays locked until its end."""

    def __init__(self, sql: Sql, cursor: Cursor) -> None:
        self.sql = sql
        self.cursor = cursor
        self.last: dict[str, int] = {}
        self._proposed: tuple[str, int] | None = None

    def propose(self, case: Case, rulebook: Rulebook, on: date) -> str:
        """The next number of the case's series, in the rulebook's pattern; taken only by `confirm`.

        In session, `case.session` is "term-session", for example 6-2.
        """
        pattern = DEFAULT_PATTERN
        if rulebook.numbering is not None:
            pattern = rulebook.numbering.in_session if case.in_session else rulebook.numbering.between
        term, _, session = case.session.partition("-")
        if case.in_session and "{term}" in pattern and not (term and session):
            raise NotAllowed(Refused("session_missing", pattern=Label(pattern), given=Given(case.session)))
        values = {"term": term, "session": session, "year": on.year}
        series = f"{case.region}/{_SERIAL.sub('*', pattern).format(**values)}"
        if series not in self.last:
            self.last[series] = self._lock(series)
        serial = self.last[series] + 1
        self._proposed = (series, serial)
        return pattern.format(**values, serial=serial)

    def take(self, series: str) -> int:
        """The next number of a series, taken at once; `save` keeps it."""
        if series not in self.last:
            self.last[series] = self._lock(series)
        self.last[series] += 1
        return self.last[series]

    def hold(self, series: str) -> None:
        """Lock a series until the end of the transaction."""
        self.last.setdefault(series, self._lock(series))

    def confirm(self) -> None:
        """Take the number proposed since the last call, if any."""
        if self._proposed is not None:
            series, serial = self._proposed
            self.last[series] = serial
            self._proposed = None

    def discard(self) -> None:
        """Return the number proposed last."""
        self._proposed = None

    def save(self) -> None:
        if not self.last:
            return
        mark = self.sql.mark
        self.cursor.run_many(
            f"UPDATE numbers SET last = {mark} WHERE series = {mark}",
            [(last, series) for series, last in self.last.items()],
        )
        self._enter(self.last)

    def _enter(self, last: Mapping[str, int]) -> None:
        rows = [{"series": series, "last": number} for series, number in last.items()]
        table = SQLModel.metadata.tables[str(NumberRow.__tablename__)]
        entries_of(self.sql).enter(self.cursor, table, rows)

    def _lock(self, series: str) -> int:
        mark = self.sql.mark
        if self.cursor.run(
            f"INSERT INTO numbers (series, last) VALUES ({mark}, 0) ON CONFLICT DO NOTHING", [series]
        ):
            self._enter({series: 0})
        rows = self.cursor.rows(
            f"SELECT last FROM numbers WHERE series = {mark}{self.sql.for_update}", [series]
        )
        return int(rows[0][0])


class Taken:
    """The numbers in use, as far as one transaction needs them.

    A number is unique within its region, session and year: offices begin with 1 again at each session.
    On PostgreSQL two who give the same number by hand wait for each other.
    """

    def __init__(self, sql: Sql, cursor: Cursor, actions: Sequence[Action]) -> None:
        self.sql = sql
        self.cursor = cursor
        self.cases: dict[tuple[str, str, int, str], tuple[str, str]] = {}
        numbers = {str(act.data["number"]) for act in actions if act.name == "register" and act.data.get("number")}
        if numbers and sql.postgres:
            wait = "SELECT pg_advisory_xact_lock(hashtextextended(number, 0)) FROM unnest(%s::text[]) AS number"
            cursor.rows(wait, [sorted(numbers)])
        self._look(sorted(numbers))

    def give(self, case: Case) -> None:
        """Record that the number is this case's."""
        if case.number:
            self.cases[_place(case, case.number)] = (case.id, case.title)

    def check(self, case: Case, number: str) -> None:
        """Refuse a number of another case."""
        other = self.cases.get(_place(case, number))
        if other is not None and other[0] != case.id:
            raise NotAllowed(Refused("number_taken", number=Given(number), case=Id(other[0]), title=Label(other[1])))

    def by_another(self, case: Case, number: str) -> bool:
        """Whether another case was given by hand the number that the series proposes."""
        self._look([number])
        return self.cases.get(_place(case, number), (case.id, ""))[0] != case.id

    def _look(self, numbers: Sequence[str]) -> None:
        if not numbers:
            return
        select = f"SELECT region, session, submitted_on, number, id, title FROM cases WHERE number {self.sql.any}"
        for region, session, submitted_on, number, case_id, title in self.cursor.rows(select, [self.sql.many(numbers)]):
            day = self.sql.read_day(submitted_on)
            self.cases.setdefault((region, session, day.year if day else 0, number), (case_id, title))


def _place(case: Case, number: str) -> tuple[str, str, int, str]:
    """The namespace in which a number is unique."""
    return case.region, case.session, case.submitted_on.year if case.submitted_on else 0, number
