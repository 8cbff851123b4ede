"""The register (台账): the one door through which anything changes, each time in one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from secrets import token_hex
from typing import Any, TypeVar, cast

from sqlalchemy import Engine
from sqlmodel import col, delete

from rulebooks import (
    ZONE,
    Library,
    Workdays,
    civil_day,
    midnight,
    rungs_of,
)
from states import Action, Dossier
from states.cases import Deadline
from storage.attachments import Attachment, attachment_of
from storage.batch import Batch, Outcome, as_kept
from storage.chain import row_digest
from storage.climbing import OFF, ChunkReport, Climb
from storage.database import require_schema
from storage.deadline_events import Change, write_changes
from storage.directory import Records, import_directory
from storage.errors import UnknownCase
from storage.import_log import ImportReport
from storage.layout import row_name, statements_of
from storage.marks import Purpose, kind_of
from storage.powers import Importer
from storage.recount import Moved, Span, moved, recounted, touched
from storage.region_rules import RegionRule, rule_for, rulebook_for, rules_of, set_rule
from storage.rulebook_texts import Texts, cases_with_strange_limits
from storage.statements import Cursor, reading, transaction
from storage.stored import StoredEvent
from storage.tables.rules import RulebookSwitchRow
from storage.typed_rows import put
from storage.working_days import CalendarNotice, DaySource, StoredCalendar, changed_days

T = TypeVar("T")

Also = Callable[[Cursor, Sequence[Outcome]], None]
"""A writer that is called with the outcomes in the transaction of a batch; may be called again on a retry."""

CHUNK = 1_000
"""Rows per transaction of a sweep or a recomputation."""

ATTEMPTS = 5
"""How often a batch is tried when it conflicts with another writer."""


@dataclass(frozen=True)
class SweepReport:
    """Steps climbed (one event each), number of transactions, and notified cases by (event name, region)."""

    climbed: int
    chunks: int
    cases_by_rung: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class CalendarReport:
    """What an import changed: the days, and every last day that moved or became final or whose judgement changed."""

    notice: str
    changed_days: tuple[date, ...]
    moved: tuple[Moved, ...]


class Register:
    """The only writer. Opening it sets up an empty database and refuses one with a different schema."""

    def __init__(self, engine: Engine, library: Library | None = None) -> None:
        require_schema(engine)
        self.engine = engine
        self.library = library or Library()
        self.layout = statements_of(engine)
        self.texts = Texts(engine, self.layout)
        self.calendar = StoredCalendar(self.layout.sql)
        self.rehearsal = kind_of(engine) == Purpose.REHEARSAL
        """Whether the database is marked for rehearsals (`storage.marks`)."""
        self.new_salt: Callable[[], str] = str if self.rehearsal else partial(token_hex, 16)
        """A salt for the digest of a text; '' in rehearsals, which are about nobody and can be repeated."""
        dbapi = engine.dialect.loaded_dbapi
        self._conflicts = (dbapi.IntegrityError, dbapi.OperationalError)
        self.writes = 0
        """How many transactions this object committed; when it changes, caches of the register are stale."""

    # -- acting -----------------------------------------------------------------------------------------

    def apply(
        self,
        actions: Sequence[Action],
        at: datetime,
        seen: Mapping[str, int] | None = None,
        also: Also | None = None,
        files: Sequence[Attachment] = (),
        past: bool = False,
        together: bool = False,
    ) -> list[Outcome]:
        """Take `actions` in order, in one transaction; each is answered by itself, a refused one leaves no trace.

        `at` is the aware instant of entry. The texts of the data are kept as `states.texts.written`. An action whose
        key was used before is not done again. Concurrent batches on one case follow each other. `seen` says by an
        action's key how many events of its case were there when its author looked: when there are others now, the
        action is refused as `stale`; `together`, all actions are of one author, and what an earlier one of them adds
        makes no later one stale. `also` writes with them what is no part of a case. `files` are kept with the cases
        whose actions name them as evidence. `past`: it is history that is imported: nobody is told of it, and no rung
        that lies before `at` is climbed.
        """
        if at.tzinfo is None:
            raise ValueError(f"at needs a zone, got {at!r}")
        if not actions:
            return []
        entered = at.astimezone(UTC)
        taken_in = [as_kept(action) for action in actions]
        sound = [action for action in taken_in if isinstance(action, Action)]

        def once(cursor: Cursor) -> list[Outcome]:
            batch = Batch(
                self.layout, cursor, self.library, self.texts, lambda: self.calendar.of_regions(cursor), sound, entered,
                seen or {}, files, past, together, self.new_salt,
            )  # fmt: skip
            outcomes = [batch.take(action) for action in sound]
            batch.save()
            if also is not None:
                also(cursor, outcomes)
            return outcomes

        taken = iter(self._write(once))
        return [
            next(taken) if isinstance(sound_action, Action) else Outcome(action, False, refused=sound_action)
            for action, sound_action in zip(actions, taken_in, strict=True)
        ]

    def sweep(self, at: datetime, chunk: int = CHUNK, until: date | None = None) -> SweepReport:
        """Climb every limit that is due at `at` up its ladder: one event a day of it, each dated by its own day.

        `at` is the instant of entry; `until` an earlier day up to which they climb, by default that of `at`.
        Set-based, `chunk` limits a transaction. A second call at the same `at` changes nothing; a call after an
        outage catches up. Cases locked by other writers are taken last. A limit under a deactivated rulebook
        does not climb.
        """
        climbed = chunks = 0
        by_place: dict[tuple[str, str], list[str]] = {}
        waiting = False
        while True:
            done = self._write(lambda cursor, wait=waiting: self._climb(cursor, at, chunk, wait, until))  # type: ignore[misc]
            if done.rows:
                climbed, chunks = climbed + done.steps, chunks + 1
                for place, cases in done.cases_by_rung.items():
                    by_place.setdefault(place, []).extend(cases)
            elif waiting or not self.layout.sql.postgres:
                return SweepReport(climbed, chunks, by_place)
            else:
                waiting = True

    def next_due(self) -> datetime | None:
        """When the next limit becomes due, 00:00 of that day in the region's zone; None if none runs."""
        with reading(self.engine) as cursor:
            off = cursor.rows("SELECT 1 FROM rulebook_switches LIMIT 1")
            but = f" JOIN cases ON cases.id = case_id AND {OFF}" if off else ""
            (value,) = cursor.rows(
                f"SELECT min(next_rung_on) FROM deadlines{but} WHERE next_rung_on IS NOT NULL"
            )[0]
        if value is None:
            return None
        return midnight(date.fromisoformat(value) if isinstance(value, str) else value).astimezone(ZONE)

    def import_directory(self, kind: str, records: Records, importer: Importer | None = None) -> ImportReport:
        """Take over regions, units, people or places from the rows of a file, all or none; raises ImportRefused.

        Rows with a known id replace the older ones, so a second import of the same file changes nothing but the log.
        What changes the rights of a person with an account waits. Without `importer` it is the console, now.
        """
        who = importer or Importer("console", datetime.now(UTC), staffs=True)
        return self.import_tables([(kind, records)], who)[0]

    def import_tables(self, parts: Sequence[tuple[str, Records]], importer: Importer) -> list[ImportReport]:
        """Take over several tables of one file, in this order, all of them or none; raises ImportRefused."""
        reports = self._write(
            lambda cursor: [
                import_directory(self.layout, cursor, kind, records, importer) for kind, records in parts
            ]
        )
        if any(kind == "regions" for kind, _ in parts):
            self.follow_regions(importer.at)
        return reports

    def follow_regions(self, at: datetime) -> list[Moved]:
        """Recount by the current tree of regions: a region that moved has the days of those above it.

        Does nothing where no region has days of its own.
        """
        return self.recompute(at, "regions") if len(self.calendars()) > 1 else []

    def import_calendar(self, notice: CalendarNotice, at: datetime, by: str) -> CalendarReport:
        """Store a notice and recount every affected last day, also of ended limits.

        Each that moves gets an event with old and new day, and the judgement where that changes. Raises ImportRefused
        when rows are bad. A second import of the newest notice only finishes an interrupted one.
        """
        notice.check(civil_day(at))
        changed = self._write(lambda cursor: self._take_notice(cursor, notice, at, by))
        moved = self.recompute(at, f"calendar {notice.title}", notice.span())
        return CalendarReport(notice.id, changed, tuple(moved))

    def check_calendar_of(self, notice: CalendarNotice, region: str) -> None:
        """Raises ImportRefused when a notice that comes from a region reaches beyond it."""
        with reading(self.engine) as cursor:
            self.calendar.check_reach(cursor, notice, region)

    def set_region_rule(self, rule: RegionRule, at: datetime) -> None:
        """Set or confirm the rulebook of a region's new cases of a kind; raises as `set_rule` does."""
        self._write(lambda cursor: set_rule(cursor.session, self.library, rule, at))

    def rulebook_for(self, region: str, kind: str, on: date) -> str:
        """The name of the rulebook of a case of the region that is opened on the day."""
        with reading(self.engine) as cursor:
            return rulebook_for(cursor, self.layout.sql, region, kind, on)

    def region_rule(self, region: str, kind: str, on: date) -> RegionRule | None:
        """The rule for new cases of the region on the day, its own or from above; None: the default."""
        with reading(self.engine) as cursor:
            return rule_for(cursor, self.layout.sql, region, kind, on)

    def region_rules(self) -> list[RegionRule]:
        """All that was ever set, by region, kind and day."""
        with reading(self.engine) as cursor:
            return rules_of(cursor.session)

    def with_strange_limits(self) -> list[str]:
        """Cases with a running limit whose key their rulebook text does not have: it could never be met."""
        with reading(self.engine) as cursor:
            return cases_with_strange_limits(cursor, self.texts)

    def deactivate_rulebook(self, name: str, by: str, reason: str, on: date) -> None:
        """Stop the ladder of every version of a rulebook: its limits run on without reminders or steps.

        Raises RulebookError for an unknown name; a second call replaces who, why and since when.
        """
        self.library.get(name)
        off = RulebookSwitchRow(name=name, off_since=on, by=by, reason=reason)
        self._write(lambda cursor: put(cursor.session, off))

    def activate_rulebook(self, name: str) -> bool:
        """Let the ladder go on, past stops included; False when it was not deactivated."""
        on_again = delete(RulebookSwitchRow).where(col(RulebookSwitchRow.name) == name)
        return bool(self._write(lambda cursor: cursor.session.exec(on_again).rowcount))

    def recompute(self, at: datetime, why: str, span: Span | None = None) -> list[Moved]:
        """Count last days with the calendar as it is now, set-based; a second call changes nothing.

        All running limits, and ended ones counted over a day of `span`, or all without a span.
        """
        moved: list[Moved] = []
        after = ("", "", "", "", -1)
        while True:
            written, after_or_none = self._write(
                lambda cursor, place=after: self._recount(cursor, place, at, why, span)  # type: ignore[misc]
            )
            moved += written
            if after_or_none is None:
                return moved
            after = after_or_none

    # -- reading -------------------------------------------------------------------------------------------

    def dossier(self, case_id: str) -> Dossier:
        """A case with all its rows; raises UnknownCase."""
        return self.standing(case_id)[0]

    def standing(self, case_id: str) -> tuple[Dossier, int]:
        """A case with all its rows, and the number of its events; raises UnknownCase."""
        with reading(self.engine) as cursor:
            dossiers = self.layout.dossiers(cursor, [case_id])
        if case_id not in dossiers:
            raise UnknownCase(case_id)
        dossier, head = dossiers[case_id]
        return dossier, head.seq

    def events(self, case_id: str) -> list[StoredEvent]:
        """The events of a case in order; raises UnknownCase when there are none."""
        sql, events = self.layout.sql, self.layout.events
        with reading(self.engine) as cursor:
            rows = cursor.rows(f"{events.select} WHERE case_id = {sql.mark} ORDER BY seq", [case_id])
        if not rows:
            raise UnknownCase(case_id)
        return cast("list[StoredEvent]", events.dicts(rows))

    def attachment(self, case_id: str, sha256: str) -> Attachment | None:
        """A photograph or paper of a case by the SHA-256 of its content; None when there is none."""
        with reading(self.engine) as cursor:
            return attachment_of(cursor.session, case_id, sha256)

    def workdays(self, region: str = "") -> Workdays:
        """The calendar of a region as stored now, '' for that of the nation."""
        with reading(self.engine) as cursor:
            return self.calendar.workdays(cursor, region)

    def workdays_of(self, regions: Iterable[str]) -> dict[str, Workdays]:
        """The calendars of several regions at one moment."""
        with reading(self.engine) as cursor:
            calendar = self.calendar.of_regions(cursor)
            return {region: calendar(region) for region in set(regions)}

    def calendars(self) -> list[Workdays]:
        """The calendar of the nation and of every region that decided days of its own."""
        with reading(self.engine) as cursor:
            return self.calendar.every(cursor)

    def calendar_sources(self, year: int, region: str = "") -> list[DaySource]:
        """The stored entries on the days of a year for a region, by day; of one day the prevailing one comes last."""
        with reading(self.engine) as cursor:
            return self.calendar.sources(cursor, year, region)

    # -- inside ----------------------------------------------------------------------------------------------

    def _write(self, work: Callable[[Cursor], T]) -> T:
        """Run `work` in a transaction; retry when another writer came first (same new case, same key, deadlock)."""
        for attempt in range(ATTEMPTS):
            try:
                with transaction(self.engine) as cursor:
                    answer = work(cursor)
                self.writes += 1
                return answer
            except self._conflicts as error:
                if attempt == ATTEMPTS - 1 or not _passing(error):
                    raise
        raise AssertionError("unreachable")

    def _climb(self, cursor: Cursor, at: datetime, chunk: int, wait: bool, until: date | None) -> ChunkReport:
        calendar = self.calendar.of_regions(cursor)
        return Climb(self.layout, self.texts, calendar, cursor, at, until).take(chunk, wait)

    def _take_notice(self, cursor: Cursor, notice: CalendarNotice, at: datetime, by: str) -> tuple[date, ...]:
        self.calendar.check_region(cursor, notice)
        before = self.calendar.workdays(cursor, notice.region)
        after = self.calendar.with_notice(cursor, notice, civil_day(at))(notice.region)
        self.calendar.add(cursor, notice, at, by)
        return changed_days(before, after, notice)

    def _recount(
        self, cursor: Cursor, place: tuple[str, str, str, str, int], at: datetime, why: str, span: Span | None
    ) -> tuple[list[Moved], tuple[str, str, str, str, int] | None]:
        """One chunk of the limits that the calendar touches, in the order (case, subject, id, key, round)."""
        sql, rows = self.layout.sql, self.layout.rows["deadlines"]
        calendar = self.calendar.of_regions(cursor)
        lock = " FOR UPDATE OF deadlines, cases" if sql.postgres else ""
        order = "deadlines.case_id, subject, subject_id, key, deadlines.round"
        wanted, values = touched(sql, span)
        records = cursor.rows(
            f"SELECT {rows.columns_of}, cases.region, cases.seq, cases.head, cases.rulebook_ident FROM deadlines "
            f"JOIN cases ON cases.id = deadlines.case_id WHERE {wanted} "
            f"AND ({order}) > ({', '.join([sql.mark] * 5)}) ORDER BY {order} LIMIT {CHUNK}{lock}",
            [*values, *place],
        )
        changes, heads, all_moved, changed = [], {}, [], []
        before: Deadline
        for (*_, region, seq, head, ident), before in zip(records, rows.objects(records), strict=True):
            place = (before.case_id, before.subject, before.subject_id, before.key, before.round)
            ladder = rungs_of(self.texts.of(ident, cursor), before.key, before.owed_by)
            after = recounted(before, ladder, calendar(region), civil_day(at))
            if after == before:
                continue
            move = moved(before, after)
            heads[after.case_id] = (seq, head, ident)
            changed.append(after)
            on = after.met_on or after.void_on or civil_day(at)  # what is over is judged as of its own day
            changes.append(_told_again(before, after, move, on, why))
            all_moved += [move] if move is not None else []
        self.layout.recounting(cursor, [row.__dict__ for row in changed])
        write_changes(self.layout, cursor, changes, heads, at)
        return all_moved, place if len(records) == CHUNK else None


def _told_again(before: Deadline, after: Deadline, what: Moved | None, on: date, why: str) -> Change:
    """The event of a recounted limit; its owner is notified when its day or its judgement changes."""
    other_day = before.last_day != after.last_day
    data: dict[str, Any] = {
        "key": after.key,
        "subject_id": after.subject_id,
        "round": after.round,
        "old_last_day": before.last_day.isoformat(),
        "last_day": after.last_day.isoformat(),
        "provisional": after.provisional,
        "why": why,
    }
    if what is not None and what.judged:
        data["judged"] = what.judged
    if before.missed != after.missed:
        data["missed"] = after.missed
    bothers = (other_day and after.open) or "judged" in data
    return Change(
        after.case_id, "limit.moved" if other_day else "limit.confirmed", "limit", after.subject_id, after.round, on,
        data, {row_name(after): row_digest(after)}, (after.owed_by,) if bothers else (),
    )  # fmt: skip


def _passing(error: Exception) -> bool:
    """Whether a retry can help: a key or case that another writer made meanwhile, or a deadlock."""
    name = type(error).__name__
    return name in ("IntegrityError", "UniqueViolation", "DeadlockDetected", "SerializationFailure")
