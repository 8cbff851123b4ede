"""The nightly audit of one database snapshot: every open case, every open limit, every chain that grew.

It reads everything: statements of the cursor (figures in `storage.statements`).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice
from typing import Any

from sqlmodel import col, select

from rulebooks import Due, counted_again, midnight, rungs_of, stops
from states.reasons import Id, Label, Refused, Worded, named
from states.vocabulary import FindingCode as F
from states.vocabulary import FindingStanding, LimitKey, Severity
from storage.audit_checks import CHECKS, VERIFY, Night
from storage.findings import Finding, Kept, keep_findings
from storage.form_drafts import count_forms
from storage.layout import Head
from storage.notation import reading_any_text, strange_values
from storage.power_log import powers_changed_on
from storage.register import Register
from storage.seal_scope import sealed_tables
from storage.sealing import Proof, check_chains, check_rows, place_name
from storage.statements import Cursor, Sql, reading, transaction
from storage.tables.audits import AuditRow, FindingRow
from storage.tables.cases import CaseRow
from storage.tables.rules import RulebookSwitchRow
from storage.tables.seals import SealRow
from storage.typed_rows import put
from storage.working_days import CalendarOf

NO_RUNG = Worded("none", "无")
KEEP = Refused("todo_verify_keep", command=Label("duban verify"))
CHUNK = 5_000
MOST_ROWS = 100
"""At most so many altered rows of one table are counted."""
GROWING = (
    "accesses", "attachments", "citizens", "import_lines", "links", "message_items", "messages", "opinion_places",
    "outbox", "paper_files", "papers", "power_changes",
)  # fmt: skip
"""Tables that grow with the cases: each is checked whole in one night of the cycle of all chains."""
ROLLING = 14
"""Nights in which every sealed chain is checked once; those that grew are checked every night."""


@dataclass
class Audit:
    """What an audit found on the day `on`; `limits` are (open, near, overdue) by key, near within seven days."""

    on: date
    region: str
    cases_open: int = 0
    cases_looked_at: int = 0
    chains: int = 0
    forms_begun: int = 0
    """Forms that somebody began and has not sent; nobody reads what is typed in them."""
    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    limits: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    ended_early: bool = False
    """Whether a value that cannot be read ended it before everything was looked at."""
    powers: list[dict[str, Any]] = field(default_factory=list)
    """The day's changes of who may do what, as `storage.power_log` keeps them."""

    @property
    def complete(self) -> bool:
        return self.cases_open == self.cases_looked_at and not self.ended_early


def audit(register: Register, on: date, region: str = "") -> Audit:
    """Check everything as of the end of the civil day `on`; writes nothing. `region` empty: every region."""
    result = Audit(on, region)
    sql = register.layout.sql
    with reading(register.engine) as cursor, reading_any_text(cursor, sql):
        whole = not region or not sealed_on(register, on + timedelta(days=1))
        strange = _strange_values(cursor, sql, region) if whole else []
        try:
            _look_at_all(cursor, register, result, whole)
        except Exception:
            strange = strange or _strange_values(cursor, sql, region)
            if not strange:
                raise
            result.ended_early = True
            result.findings.append(_incomplete(result))
    keys = {finding.key for finding in result.findings}
    result.findings += [finding for finding in strange if finding.key not in keys]
    return result


def _look_at_all(cursor: Cursor, register: Register, result: Audit, whole: bool) -> None:
    sql, on, region = register.layout.sql, result.on, result.region
    idents = tuple(cursor.session.exec(select(CaseRow.rulebook_ident).distinct().order_by(CaseRow.rulebook_ident)))
    calendar = register.calendar.of_regions(cursor)
    night = Night(cursor, sql, register.texts, on, region, calendar, idents)
    result.cases_open = int(night.rows("SELECT count(*) FROM cases c WHERE c.ended_on IS NULL")[0][0])
    result.cases_looked_at = sum(1 for _ in _open_cases(night))
    if not result.complete:
        result.findings.append(_incomplete(result))
    result.forms_begun = count_forms(cursor.session)
    result.powers = powers_changed_on(cursor.session, on, region)
    for check in CHECKS:
        result.findings += check(night)
    result.findings += _limits(night, register, result)
    result.findings += _chains(night, register, result)
    if whole:
        result.findings += _tables(night)


def _incomplete(result: Audit) -> Finding:
    why = Refused("looked_at_part", seen=result.cases_looked_at, open=result.cases_open)
    todo = Refused("todo_run_again")
    if result.ended_early:
        why, todo = Refused("audit_ended_early"), KEEP
    return Finding(F.INCOMPLETE, Severity.CRITICAL, "", "cases", result.region, why, todo)


def save(register: Register, result: Audit, at: datetime, report: Any) -> tuple[str, Kept]:
    """Store the findings and the audit itself; `report` makes its text from them. A second call replaces it."""
    audit_id = f"{result.on.isoformat()}{'/' + result.region if result.region else ''}"
    with transaction(register.engine) as cursor:
        kept = keep_findings(cursor.session, result.findings, result.on, result.region, result.complete)
        text, seal_id, root = report(kept)
        row = AuditRow(
            id=audit_id, at=at, on=result.on, region=result.region, cases_open=result.cases_open,
            cases_looked_at=result.cases_looked_at, found=len(result.findings), fresh=len(kept.fresh),
            gone=len(kept.gone), seal_id=seal_id, root=root, report=text,
        )  # fmt: skip
        put(cursor.session, row)
    return audit_id, kept


def audits(register: Register, most: int = 30) -> list[dict[str, Any]]:
    """The newest audits, with their reports."""
    newest = select(AuditRow).order_by(col(AuditRow.at).desc()).limit(most)
    with reading(register.engine) as cursor:
        return [row.model_dump() for row in cursor.session.exec(newest)]


def _open_cases(night: Night) -> Iterator[str]:
    """Every open case, page by page, each checked alone; then their number is compared with the database's count."""
    after = ""
    while True:
        rows = night.rows(
            "SELECT c.id FROM cases c WHERE c.ended_on IS NULL AND c.id > ?",
            after,
            where=f" ORDER BY c.id LIMIT {CHUNK}",
        )
        for (case_id,) in rows:
            yield case_id
        if len(rows) < CHUNK:
            return
        after = rows[-1][0]


def _limits(night: Night, register: Register, result: Audit) -> Iterator[Finding]:
    """Every open limit counted again from its anchor, its rulebook's ladder and the calendar."""
    count = _counting(night.calendar)
    climb = lru_cache(maxsize=20_000)(
        lambda ident, key, owed_by, last, region: stops(
            rungs_of(register.texts.of(ident, night.cursor), key, owed_by), last, night.calendar(region)
        )
    )
    off = set(night.cursor.session.exec(select(RulebookSwitchRow.name)))
    day = lru_cache(maxsize=20_000)(night.sql.read_day)
    near = night.on + timedelta(days=7)
    behind: dict[str, int] = {}
    counted: dict[str, list[int]] = {}
    for (
        case,
        _subject,
        id_,
        key,
        round_,
        owed_by,
        duty,
        start,
        amount,
        unit,
        roll,
        last,
        prov,
        rungs,
        nxt,
        region,
        ident,
    ) in _open_limits(night):
        last_on = day(last)
        if duty:
            tally = counted.setdefault(key, [0, 0, 0])
            tally[0] += 1
            tally[1] += night.on <= last_on <= near
            tally[2] += last_on < night.on
        due = count(day(start), amount, unit, roll, last_on, region)
        if (due.last_day, due.provisional) != (last_on, bool(prov)):
            why = Refused("last_day_wrong", limit=named(LimitKey, key), stored=last_on, counted=due.last_day)
            yield Finding(
                F.WRONG_LAST_DAY,
                Severity.CRITICAL,
                case,
                f"{id_}/{key}/{round_}",
                region,
                why,
                Refused("todo_verify_who", command=Label("duban verify")),
            )
        if not duty:
            continue
        kind = owed_by if owed_by.startswith("deputy:") else owed_by.partition(":")[0] + ":"
        way = climb(ident, key, kind, last_on, region)
        expected = way[rungs].day if rungs < len(way) else None
        stands = day(nxt) if nxt is not None else None
        if stands != expected:
            why = Refused(
                "rung_wrong", limit=named(LimitKey, key), stored=stands or NO_RUNG, expected=expected or NO_RUNG
            )
            yield Finding(F.RUNG_ASTRAY, Severity.CRITICAL, case, f"{id_}/{key}/{round_}", region, why, VERIFY)
        elif stands is not None and stands <= night.on and ident.partition("@")[0] not in off:
            behind[region] = behind.get(region, 0) + 1
    result.limits = {key: (tally[0], tally[1], tally[2]) for key, tally in sorted(counted.items())}
    for region, number in sorted(behind.items()):
        why = Refused("unswept", count=number)
        yield Finding(
            F.SWEEP_BEHIND,
            Severity.CRITICAL,
            "",
            region or "-",
            region,
            why,
            Refused("todo_engine", command=Label("duban status")),
        )


def _open_limits(night: Night) -> Iterator[tuple[Any, ...]]:
    columns = (
        "d.case_id, d.subject, d.subject_id, d.key, d.round, d.owed_by, d.duty, d.started_on, d.amount, d.unit, "
        "d.roll, d.last_day, d.provisional, d.rungs, d.next_rung_on, c.region, c.rulebook_ident"
    )
    after = ("", "", "", "", -1)
    while True:
        rows = night.rows(
            f"SELECT {columns} FROM deadlines d JOIN cases c ON c.id = d.case_id WHERE d.met_on IS NULL "
            "AND d.void_on IS NULL AND (d.case_id, d.subject, d.subject_id, d.key, d.round) > (?, ?, ?, ?, ?)",
            *after,
            where=f" ORDER BY d.case_id, d.subject, d.subject_id, d.key, d.round LIMIT {CHUNK}",
        )
        yield from rows
        if len(rows) < CHUNK:
            return
        after = rows[-1][:5]


def _counting(calendar: CalendarOf) -> Any:
    """Recounted last days, cached: limits of a burst share start and term."""

    @lru_cache(maxsize=20_000)
    def count(start: date, amount: str, unit: str, roll: str, stored: date, region: str) -> Due:
        return counted_again(start, amount, unit, roll, stored, calendar(region))

    return count


def _chains(night: Night, register: Register, result: Audit) -> Iterator[Finding]:
    """The chains that grew since their seal, those with a finding that stands, and tonight's part of the others."""
    part = night.on.toordinal() % ROLLING
    broken = {case_id for case_id, _ in _broken(night)}
    marked, regions = {}, {}
    for case_id, sealed_seq, seq, region in night.rows(
        "SELECT c.id, c.sealed_seq, c.seq, c.region FROM cases c WHERE 1 = 1"
    ):
        if seq > sealed_seq or case_id in broken or zlib.crc32(case_id.encode()) % ROLLING == part:
            marked[case_id], regions[case_id] = int(sealed_seq), region
    proof = Proof()
    sealed = _sealed_heads(night.cursor, register, list(marked))
    for case_id, (place, what) in check_chains(night.cursor, register, marked, sealed, proof):
        why = Refused("fault_at", place=place, what=what)
        yield Finding(F.CHAIN, Severity.CRITICAL, case_id, place_name(place), regions[case_id], why, KEEP)
    result.chains, result.events = proof.cases, proof.events


def _strange_values(cursor: Cursor, sql: Sql, region: str) -> list[Finding]:
    """The first values that stand in the database in another way than they are written."""
    findings = []
    for case_id, table, row, column in islice(strange_values(cursor, sql, MOST_ROWS), MOST_ROWS):
        place, what = f"{table.name}/{row}", Refused("value_strange", column=Label(column))
        why = Refused("fault_at", place=Label(place), what=what)
        findings.append(Finding(F.CHAIN, Severity.CRITICAL, case_id, place, region, why, KEEP))
    return findings


def _broken(night: Night) -> set[tuple[str, str]]:
    """(case, place) of the broken chains and tables that an earlier night found and nobody mended."""
    row = FindingRow
    broken = select(row.case_id, row.subject_id).where(row.code == F.CHAIN, row.standing != FindingStanding.GONE)
    return set(night.cursor.session.exec(broken))


def _tables(night: Night) -> Iterator[Finding]:
    """The tables outside the cases whose rows are not as they were entered.

    Growing tables are checked in turn, and every night while a finding on them stands.
    """
    part = night.on.toordinal() % ROLLING
    broken = _broken(night)
    for table in sealed_tables():
        waits = table.name in GROWING and GROWING.index(table.name) % ROLLING != part
        if waits and ("", table.name) not in broken:
            continue
        faults = list(islice(check_rows(night.cursor, night.sql, table, Proof()), MOST_ROWS))
        if faults:
            row, what = faults[0]
            why = Refused("rows_not_as_entered", count=len(faults), row=Id(row), what=what)
            yield Finding(F.CHAIN, Severity.CRITICAL, "", table.name, night.region, why, KEEP)


def _sealed_heads(cursor: Cursor, register: Register, ids: list[str]) -> dict[str, Head]:
    sql = register.layout.sql
    rows = cursor.rows(
        "SELECT h.case_id, h.seq, h.head FROM sealed_heads h JOIN (SELECT case_id, max(seal_id) AS newest FROM "
        f"sealed_heads WHERE case_id {sql.any} GROUP BY case_id) n ON n.case_id = h.case_id AND n.newest = h.seal_id",
        [sql.many(ids)],
    )
    return {str(case_id): Head(int(seq), str(head)) for case_id, seq, head in rows}


def sealed_on(register: Register, on: date) -> bool:
    """Whether a seal was made on the civil day `on`."""
    of_day = select(SealRow.id).where(SealRow.at >= midnight(on), SealRow.at < midnight(on + timedelta(days=1)))
    with reading(register.engine) as cursor:
        return cursor.session.exec(of_day.limit(1)).first() is not None
