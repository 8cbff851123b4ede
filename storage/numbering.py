"""Official numbers (届-次-号, 闭-年-号): each series counts up without gaps left by refused actions.

Part of the commit path: statements of the cursor (figures in `storage.statements`).
"""

import re
from datetime import date

from rulebooks import Rulebook
from states import NotAllowed
from states.cases import Case
from states.reasons import Given, Label, Refused
from storage.statements import Cursor, Sql

DEFAULT_PATTERN = "{year}-{serial:04d}"
"""For a rulebook that sets no numbering."""

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
        """Keep everybody else off a series until the end of the transaction."""
        self.last.setdefault(series, self._lock(series))

    def confirm(self) -> None:
        """Take the number proposed since the last call, if any."""
        if self._proposed is not None:
            series, serial = self._proposed
            self.last[series] = serial
            self._proposed = None

    def discard(self) -> None:
        """Leave the number proposed last to the next one."""
        self._proposed = None

    def save(self) -> None:
        mark = self.sql.mark
        self.cursor.run_many(
            f"UPDATE numbers SET last = {mark} WHERE series = {mark}",
            [(last, series) for series, last in self.last.items()],
        )

    def _lock(self, series: str) -> int:
        mark = self.sql.mark
        self.cursor.run(
            f"INSERT INTO numbers (series, last) VALUES ({mark}, 0) ON CONFLICT DO NOTHING", [series]
        )
        rows = self.cursor.rows(
            f"SELECT last FROM numbers WHERE series = {mark}{self.sql.for_update}", [series]
        )
        return int(rows[0][0])
