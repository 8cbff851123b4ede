"""One chunk of a sweep: the limits that are due climb their ladders, each step dated by its own day."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from rulebooks import Rulebook, Rung, civil_day, rungs_of, stops
from states.cases import Deadline, Supervision
from states.ladder import held_by, told
from states.supervision import LIVE
from states.vocabulary import Level
from storage.chain import row_digest
from storage.changes import Change, write_changes
from storage.layout import Layout, row_name
from storage.statements import Cursor
from storage.texts import Texts
from storage.working_days import CalendarOf

OF_CASES = "seq, head, rulebook_ident, region, committee, lead"
OFF = "cases.rulebook NOT IN (SELECT name FROM rulebook_switches)"


@dataclass
class Climbed:
    """What one chunk did: rows looked at, steps (events of limits), and the cases told of, by (event name, region)."""

    rows: int = 0
    steps: int = 0
    told: dict[tuple[str, str], list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class _Owner:
    """What a step needs to know about the case and the part behind a limit."""

    region: str
    committee: str
    lead: str
    state: str
    waits_for_office: bool


@dataclass
class _Step:
    """What a limit reached on one day; `rungs` count, `excused` ones would blame for what the unit explained."""

    row: Deadline
    on: date
    overdue: bool
    rungs: tuple[Rung, ...]
    excused: tuple[Rung, ...]
    rulebook: Rulebook
    owner: _Owner
    digest: str


class Climb:
    """A chunk of due limits being climbed at `at`, inside one transaction, up to the day `until` if that is earlier."""

    def __init__(
        self, layout: Layout, texts: Texts, calendar: CalendarOf, cursor: Cursor, at: datetime,
        until: date | None = None,
    ) -> None:  # fmt: skip
        self.layout = layout
        self.texts = texts
        self.cursor = cursor
        self.at = at
        self.today = civil_day(at)
        self.until = min(until or self.today, self.today)
        self.done = Climbed()
        self._stops = lru_cache(maxsize=4096)(lambda rungs, last, region: stops(rungs, last, calendar(region)))
        self._rungs = lru_cache(maxsize=4096)(
            lambda ident, key, owner: rungs_of(self._rulebook(ident), key, owner)
        )
        self._rulebooks: dict[str, Rulebook] = {}
        self._heads: dict[str, tuple[int, str, str]] = {}

    def take(self, chunk: int, wait: bool) -> Climbed:
        """Climb at most `chunk` limits, the earliest first; with `wait` also those that somebody is just writing."""
        found = self._due(chunk, wait)
        rows = self.layout.rows["deadlines"].objects(found)
        width = len(self.layout.rows["deadlines"].names)
        # A full chunk goes no further than its last row's day, so that later chunks continue in the order of days.
        until = self.until if len(found) < chunk else rows[-1].next_rung_on
        steps: list[_Step] = []
        for values, row in zip(found, rows, strict=True):
            seq, head, ident, region, committee, lead, state, extension = values[width:]
            self._heads[row.case_id] = (seq, head, ident)
            owner = _Owner(region, committee, lead, state or "", extension == "REQUESTED")
            self._climb(row, ident, owner, until, steps)
        steps.sort(key=lambda step: step.on)
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

    def _climb(self, row: Deadline, ident: str, owner: _Owner, until: date, steps: list[_Step]) -> None:
        rulebook = self._rulebook(ident)
        way = self._stops(self._rungs(ident, row.key, row.owed_by), row.last_day, owner.region)
        while row.rungs < len(way) and way[row.rungs].day <= until:
            today = [stop for stop in way[row.rungs :] if stop.day == way[row.rungs].day]
            named = [stop.rung for stop in today if stop.rung is not None]
            excused = tuple(rung for rung in named if _excused(rung, row))
            rungs = tuple(rung for rung in named if rung not in excused)
            row.rungs += len(today)
            row.level = Level.highest((row.level, *(rung.level for rung in rungs)))
            row.next_rung_on = way[row.rungs].day if row.rungs < len(way) else None
            overdue = len(named) < len(today)
            steps.append(_Step(row, today[0].day, overdue, rungs, excused, rulebook, owner, row_digest(row)))
        row.next_rung_on = way[row.rungs].day if row.rungs < len(way) else None

    # -- what is written ---------------------------------------------------------------------------------

    def _changes(self, steps: Sequence[_Step]) -> list[Change]:
        links, governmental = self._units(steps)
        proposals = _Proposals(self, steps)
        changes: list[Change] = []
        for step in steps:
            row = step.row
            unit = row.owed_by.partition(":")[2] if row.owed_by.startswith("unit:") else ""
            recipients: dict[str, None] = {row.owed_by: None} if step.overdue else {}
            for rung in step.rungs:
                groups = told(
                    rung.tells, row.owed_by, step.owner.region, step.owner.committee, step.owner.lead,
                    government=governmental.get(unit, True),
                )  # fmt: skip
                recipients |= dict.fromkeys(groups)
            data = self._data(step, links)
            name = _name(step)
            if name == "limit.reminded" and step.on < self.today:
                recipients = {}  # a reminder that is past is recorded, not sent
            told_rows = {row_name(row): step.digest}
            change = Change(
                row.case_id, name, "limit", row.subject_id, row.round, step.on, data, told_rows, recipients
            )
            changes.append(change)
            self._tell(name, step)
            for rung in step.rungs:
                if rung.proposes:
                    made = proposals.propose(step, rung)
                    data["supervision"] = made.id if isinstance(made, Supervision) else made
                    if isinstance(made, Supervision):
                        changes.append(_proposed(made, step, rung))
                        self._tell("supervision.proposed", step)
        proposals.write()
        return changes

    def _data(self, step: _Step, links: dict[tuple[str, str], str]) -> dict[str, Any]:
        row = step.row
        top = step.rungs[-1] if step.rungs else None
        data: dict[str, Any] = {
            "key": row.key,
            "subject_id": row.subject_id,
            "round": row.round,
            "last_day": row.last_day.isoformat(),
            "owed_by": row.owed_by,
            "on": step.on.isoformat(),
            "days": (row.last_day - step.on).days,
            "level": top.level.value if top else "",
            "title": top.title if top else "",
        }
        if len(step.rungs) > 1:
            data["levels"] = [rung.level.value for rung in step.rungs]
        if step.on > row.last_day:
            role = held_by(step.rulebook, row.owed_by, step.owner.state, step.owner.waits_for_office)
            unit = row.owed_by.partition(":")[2]
            data |= {"link": role, "person": links.get((unit, role), "")}
        if step.excused:
            data["excused"] = {rung.level.value: rung.unless for rung in step.excused}
        return data

    def _units(self, steps: Sequence[_Step]) -> tuple[dict[tuple[str, str], str], dict[str, bool]]:
        """The persons of the responsibility chains by (unit, role), and whether a unit is one of the government."""
        owners = {step.row.owed_by for step in steps if step.row.owed_by.startswith("unit:")}
        units = [owner.partition(":")[2] for owner in owners]
        if not units:
            return {}, {}
        sql = self.layout.sql
        links = self.cursor.rows(
            f"SELECT unit, role, person FROM chain_links WHERE unit {sql.any} ORDER BY position DESC",
            [sql.many(units)],
        )
        kinds = self.cursor.rows(f"SELECT id, kind FROM units WHERE id {sql.any}", [sql.many(units)])
        return {(unit, role): person for unit, role, person in links}, {
            unit: kind in ("government", "other") for unit, kind in kinds
        }

    def _tell(self, name: str, step: _Step) -> None:
        self.done.told.setdefault((name, step.owner.region), []).append(step.row.case_id)

    def _rulebook(self, ident: str) -> Rulebook:
        if ident not in self._rulebooks:
            self._rulebooks[ident] = self.texts.of(ident, self.cursor)
        return self._rulebooks[ident]


class _Proposals:
    """The supervisions that the steps of a chunk propose: one a case and level while an earlier one lives."""

    def __init__(self, climb: Climb, steps: Sequence[_Step]) -> None:
        self.layout, self.cursor = climb.layout, climb.cursor
        self.new: list[Supervision] = []
        self.live: dict[tuple[str, str], str] = {}
        self.count: dict[str, int] = {}
        wanted = {step.row.case_id for step in steps if any(rung.proposes for rung in step.rungs)}
        if wanted:
            sql, rows = self.layout.sql, self.layout.rows["supervisions"]
            row: Supervision
            for row in rows.objects(self.cursor.rows(rows.select_of_cases, [sql.many(wanted)])):
                self.count[row.case_id] = self.count.get(row.case_id, 0) + 1
                if row.state in LIVE:
                    self.live[row.case_id, row.level] = row.id

    def propose(self, step: _Step, rung: Rung) -> Supervision | str:
        """The new proposal, or the id of the one that lives on this level."""
        case_id = step.row.case_id
        level = rung.level.value
        known = self.live.get((case_id, level))
        if known:
            return known
        made = Supervision.raised(case_id, self.count.get(case_id, 0), level, step.on)
        self.count[case_id] = self.count.get(case_id, 0) + 1
        self.live[case_id, level] = made.id
        self.new.append(made)
        return made

    def write(self) -> None:
        self.layout.rows["supervisions"].insert(self.cursor, [row.__dict__ for row in self.new])


def _excused(rung: Rung, row: Deadline) -> bool:
    """The unit explained, or put right, what this rung would blame it for."""
    if rung.unless is None:
        return False
    return (row.explained_on if rung.unless == "explained" else row.rectified_on) is not None


def _name(step: _Step) -> str:
    if step.overdue:
        return "limit.overdue"
    if not step.rungs:
        return "limit.excused"
    return "limit.reminded" if step.on <= step.row.last_day else "limit.escalated"


def _proposed(made: Supervision, step: _Step, rung: Rung) -> Change:
    data = {"level": made.level, "title": rung.title, "key": step.row.key, "limit_of": step.row.subject_id}
    return Change(
        made.case_id, "supervision.proposed", "supervision", made.id, step.row.round, step.on, data,
        {row_name(made): row_digest(made)}, (f"registrar:{step.owner.region}",),
    )  # fmt: skip
