"""Findings of the audits: one row for any number of nights, and what people decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, select

from states.reasons import NOBODY, Given, Id, Label, Refused, plain
from states.roles import Role
from states.vocabulary import FindingCode, FindingStanding, Severity
from storage.errors import RefusedByRule
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.audits import FindingRow
from storage.tables.directory import PersonRow
from storage.typed_rows import locked, put

DECIDERS = (Role.AUDITOR, Role.REGISTRAR, Role.LEADER)


class UnknownFinding(RefusedByRule):
    """No finding has this code, case and subject."""


@dataclass(frozen=True)
class Finding:
    """Something an audit found: where, why it matters and what to do."""

    code: FindingCode
    severity: Severity
    case_id: str
    subject_id: str
    region: str
    why: Refused
    todo: Refused

    @property
    def texts(self) -> dict[str, Any]:
        """The columns that say why and what to do: in both languages, Chinese first, and as values."""
        values = {"why": self.why, "todo": self.todo}
        texts = {name: f"{value.chinese()} {value.english()}" for name, value in values.items()}
        return texts | {"facts": {name: plain(value) for name, value in values.items()}}

    @property
    def key(self) -> tuple[str, str, str]:
        return self.code, self.case_id, self.subject_id


@dataclass(frozen=True)
class Kept:
    """The findings of a night by key: new ones, standing ones, and those gone."""

    fresh: frozenset[tuple[str, str, str]]
    still: frozenset[tuple[str, str, str]]
    gone: tuple[dict[str, Any], ...]
    waived: int


def keep_findings(session: Session, fresh_findings: Sequence[Finding], on: date, region: str, complete: bool) -> Kept:
    """Write the findings of the night `on`; a second call with the same ones changes nothing.

    A known one keeps its decision; one that was gone is open again. What a `complete` audit of the region no
    longer finds is gone.
    """
    rows = select(FindingRow) if not region else select(FindingRow).where(FindingRow.region == region)
    stored = {(row.code, row.case_id, row.subject_id): row for row in session.exec(rows)}
    fresh, lately, waived = set(), [], 0
    seen = {finding.key: finding for finding in fresh_findings}
    for now_found in seen.values():
        row = stored.get(now_found.key)
        if _is_fresh(row, on):
            fresh.add(now_found.key)
        if row is None:
            lately.append(_new(now_found, on))
        else:
            _see_again(row, now_found, on)
            waived += row.standing == FindingStanding.WAIVED
    put(session, *lately)
    gone = [row for key, row in stored.items() if complete and key not in seen and row.standing != FindingStanding.GONE]
    for row in gone:
        row.standing, row.gone_on = "gone", on
    still = seen.keys() - fresh
    return Kept(frozenset(fresh), frozenset(still), tuple(row.model_dump() for row in gone), waived)


def _is_fresh(row: FindingRow | None, on: date) -> bool:
    """Whether it was absent the night before; asked before the row is updated."""
    if row is None:
        return True
    return row.last_seen != on if row.standing == FindingStanding.GONE else row.first_seen == on


def _new(finding: Finding, on: date) -> FindingRow:
    return FindingRow(
        **(finding.__dict__ | finding.texts), standing="open", first_seen=on, last_seen=on, gone_on=None,
        decided_by="", decided_on=None, reason="",
    )  # fmt: skip


def _see_again(row: FindingRow, finding: Finding, on: date) -> None:
    """Record in its row that the night found it; one that was gone is open and undecided."""
    row.sqlmodel_update({"severity": finding.severity, "region": finding.region, **finding.texts})
    if row.standing == FindingStanding.GONE:
        row.standing, row.last_seen, row.gone_on = "open", on, None
        row.decided_by, row.decided_on, row.reason = "", None, ""
    else:
        row.last_seen = max(on, row.last_seen)


def decide_finding(
    register: Register, key: tuple[str, str, str], standing: str, by: str, reason: str, on: date
) -> None:
    """Acknowledge or waive (`standing`) a finding: a named auditor, registrar or leader, with a reason.

    Raises UnknownFinding, or RefusedByRule for a person who may not decide or a missing reason.
    """
    if standing not in (FindingStanding.ACKNOWLEDGED, FindingStanding.WAIVED):
        raise RefusedByRule(Refused("unknown_finding_standing", given=Given(standing)))
    if not reason.strip():
        raise RefusedByRule(Refused("finding_unreasoned"))
    with transaction(register.engine) as cursor:
        person = cursor.session.get(PersonRow, by)
        if person is None or person.role not in DECIDERS:
            role = Role(person.role) if person else NOBODY
            raise RefusedByRule(Refused("decides_no_findings", person=Id(by), role=role, known=DECIDERS))
        row = locked(cursor.session, FindingRow, key)
        if row is None or row.standing == FindingStanding.GONE:
            raise UnknownFinding(Refused("no_finding", finding=Label(" ".join(key))))
        row.standing, row.decided_by, row.decided_on, row.reason = standing, by, on, reason


def findings(register: Register, every: bool = False, region: str = "") -> list[dict[str, Any]]:
    """The findings that stand (with `every` those that are gone too), the most severe first, then the oldest."""
    rows = select(FindingRow)
    if not every:
        rows = rows.where(FindingRow.standing != FindingStanding.GONE)
    if region:
        rows = rows.where(FindingRow.region == region)
    with reading(register.engine) as cursor:
        stored = [row.model_dump() for row in cursor.session.exec(rows)]
    return sorted(
        stored,
        key=lambda row: (Severity.values().index(row["severity"]), row["first_seen"], row["code"], row["case_id"]),
    )
