"""One chunk of a sweep: due limits climb their ladders, each step dated by its own day.

A thousand limits at once: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from rulebooks import Rulebook, civil_day, rungs_of, stops
from states.cases import Deadline, Supervision
from states.climbing import (
    Background,
    OwingUnit,
    Reached,
    climb,
    event_data,
    next_day,
    proposal,
    proposal_data,
    recipients,
)
from states.vocabulary import GOVERNMENTAL, ExtensionStanding, UnitKind
from storage.chain import row_digest
from storage.deadline_events import Change, write_changes
from storage.layout import StatementSet, row_name
from storage.rulebook_texts import Texts
from storage.statements import Cursor
from storage.working_days import CalendarOf

OF_CASES = "seq, head, rulebook_ident, region, committee, lead"
OFF = "cases.rulebook NOT IN (SELECT name FROM rulebook_switches)"


@dataclass
class ChunkReport:
    """The result of one chunk: rows read, steps (events of limits), and notified cases by (event name, region)."""

    rows: int = 0
    steps: int = 0
    cases_by_rung: dict[tuple[str, str], list[str]] = field(default_factory=dict)


class _Step(NamedTuple):
    """What a limit reached on one day; `digest` is that of its row after the step."""

    row: Deadline
    reached: Reached
    rulebook: Rulebook
    behind: Background
    digest: str


class Climb:
    """A chunk of due limits being climbed at `at`, inside one transaction, up to the day `until` if that is earlier."""

    def __init__(
        self, layout: StatementSet, texts: Texts, calendar: CalendarOf, cursor: Cursor, at: datetime,
        until: date | None = None,
    ) -> None:  # fmt: skip
        self.layout = layout
        self.texts = texts
        self.cursor = cursor
        self.at = at
        self.today = civil_day(at)
        self.until = min(until or self.today, self.today)
        self.done = ChunkReport()
        self._stops = lru_cache(maxsize=4096)(lambda rungs, last, region: stops(rungs, last, calendar(region)))
        self._rungs = lru_cache(maxsize=4096)(
            lambda ident, key, owner: rungs_of(self._rulebook(ident), key, owner)
        )
        self._rulebooks: dict[str, Rulebook] = {}
        self._heads: dict[str, tuple[int, str, str]] = {}

    def take(self, chunk: int, wait: bool) -> ChunkReport:
        """Climb at most `chunk` limits, the earliest first; with `wait` also those locked by another writer."""
        records = self._due(chunk, wait)
        rows = self.layout.rows["deadlines"].objects(records)
        width = len(self.layout.rows["deadlines"].names)
        # A full chunk goes no further than its last row's day, so that later chunks continue in the order of days.
        until = self.until if len(records) < chunk else rows[-1].next_rung_on
        steps: list[_Step] = []
        for values, row in zip(records, rows, strict=True):
            seq, head, ident, region, committee, lead, state, extension = values[width:]
            self._heads[row.case_id] = (seq, head, ident)
            behind = Background(region, committee, lead, state or "", extension == ExtensionStanding.REQUESTED)
            steps += self._climb(row, ident, behind, until)
        steps.sort(key=lambda step: step.reached.on)
        self.layout.climbing(self.cursor, [row.__dict__ for row in rows])
        changes = self._changes(steps)
        write_changes(self.layout, self.cursor, changes, self._heads, self.at)
        self.done.rows, self.done.steps = len(rows), len(steps)
        return self.done

    def _due(self, chunk: int, wait: bool) -> list[tuple[Any, ...]]:
        sql, rows = self.layout.sql, self.layout.rows["deadlines"]
        lock = f" FOR UPDATE OF deadlines, cases{'' if wait else ' SKIP LOCKED'}" if sql.postgres else ""
        case = ", ".join(f"cases.{name}" for name in OF_CASES.split(", "))
        off = f" AND {OFF}" if self.cursor.rows("SELECT 1 FROM rulebook_switches LIMIT 1") else ""
        return self.cursor.rows(
            f"SELECT {rows.columns_of}, {case}, parts.state, parts.extension FROM deadlines "
            f"JOIN cases ON cases.id = deadlines.case_id "
            f"LEFT JOIN assignments AS parts ON deadlines.subject = 'assignment' AND parts.id = subject_id "
            f"WHERE next_rung_on <= {sql.mark}{off} "
            f"ORDER BY next_rung_on, deadlines.case_id, deadlines.key, subject_id, deadlines.round "
            f"LIMIT {int(chunk)}{lock}",
            [sql.day(self.until)],
        )

    def _climb(self, row: Deadline, ident: str, behind: Background, until: date) -> Iterator[_Step]:
        rulebook = self._rulebook(ident)
        way = self._stops(self._rungs(ident, row.key, row.owed_by), row.last_day, behind.region)
        for reached in climb(row, way, until):
            row.rungs, row.level, row.next_rung_on = reached.behind, reached.level, reached.next_on
            yield _Step(row, reached, rulebook, behind, row_digest(row))
        row.next_rung_on = next_day(way, row.rungs)

    # -- what is written ---------------------------------------------------------------------------------

    def _changes(self, steps: Sequence[_Step]) -> list[Change]:
        units, supervisions, unknown = self._units(steps), self._supervisions(steps), OwingUnit()
        new: list[Supervision] = []
        changes: list[Change] = []
        for step in steps:
            row, reached, behind = step.row, step.reached, step.behind
            unit = units.get(row.owed_by, unknown)
            data = event_data(row, reached, step.rulebook, behind, unit)
            to = recipients(row, reached, behind, unit, self.today)
            rows = {row_name(row): step.digest}
            changes.append(
                Change(row.case_id, reached.event, "limit", row.subject_id, row.round, reached.on, data, rows, to)
            )
            self._tell(reached.event, step)
            for rung in reached.rungs:
                if not rung.proposes:
                    continue
                earlier = supervisions.setdefault(row.case_id, [])
                proposed, is_new = proposal(rung, row.case_id, reached.on, earlier)
                data["supervision"] = proposed.id
                if is_new:
                    earlier.append(proposed)
                    new.append(proposed)
                    changes.append(_proposed(proposed, step, proposal_data(rung, row)))
                    self._tell("supervision.proposed", step)
        self.layout.rows["supervisions"].insert(self.cursor, [row.__dict__ for row in new])
        return changes

    def _units(self, steps: Sequence[_Step]) -> dict[str, OwingUnit]:
        """The units that owe something, by kind:id."""
        ids = {step.row.owed_by.partition(":")[2] for step in steps if step.row.owed_by.startswith("unit:")}
        if not ids:
            return {}
        sql = self.layout.sql
        chains: dict[str, dict[str, str]] = {}
        for unit, role, person in self.cursor.rows(
            f"SELECT unit, role, person FROM chain_links WHERE unit {sql.any} ORDER BY position DESC", [sql.many(ids)]
        ):
            chains.setdefault(unit, {})[role] = person
        kinds = dict(self.cursor.rows(f"SELECT id, kind FROM units WHERE id {sql.any}", [sql.many(ids)]))
        return {
            f"unit:{unit}": OwingUnit(kinds.get(unit, UnitKind.OTHER) in GOVERNMENTAL, chains.get(unit, {}))
            for unit in ids
        }

    def _supervisions(self, steps: Sequence[_Step]) -> dict[str, list[Supervision]]:
        """The existing supervisions of the cases in which a rung proposes one, in the order of the table."""
        wanted = {step.row.case_id for step in steps if any(rung.proposes for rung in step.reached.rungs)}
        by_case: dict[str, list[Supervision]] = {}
        if wanted:
            sql, rows = self.layout.sql, self.layout.rows["supervisions"]
            row: Supervision
            for row in rows.objects(self.cursor.rows(rows.select_of_cases, [sql.many(wanted)])):
                by_case.setdefault(row.case_id, []).append(row)
        return by_case

    def _tell(self, name: str, step: _Step) -> None:
        self.done.cases_by_rung.setdefault((name, step.behind.region), []).append(step.row.case_id)

    def _rulebook(self, ident: str) -> Rulebook:
        if ident not in self._rulebooks:
            self._rulebooks[ident] = self.texts.of(ident, self.cursor)
        return self._rulebooks[ident]


def _proposed(made: Supervision, step: _Step, data: dict[str, Any]) -> Change:
    return Change(
        made.case_id, "supervision.proposed", "supervision", made.id, step.row.round, step.reached.on, data,
        {row_name(made): row_digest(made)}, (f"registrar:{step.behind.region}",),
    )  # fmt: skip
