"""What audits found: rows that stay one for however many nights, and what named people decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.reasons import NOBODY, Given, Id, Label, Refused
from states.roles import Role
from states.vocabulary import FindingCode, Severity
from storage.errors import RefusedByRule
from storage.register import Register
from storage.statements import Cursor, reading, transaction

DECIDERS = (Role.AUDITOR, Role.REGISTRAR, Role.LEADER)


class UnknownFinding(RefusedByRule):
    """No finding has this code, case and subject."""


@dataclass(frozen=True)
class Finding:
    """Something an audit found: where, why it matters and what to do; Chinese first."""

    code: FindingCode
    severity: Severity
    case_id: str
    subject_id: str
    region: str
    why: str
    todo: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.code, self.case_id, self.subject_id


@dataclass(frozen=True)
class Kept:
    """What became of the findings of a night, by key: those that are new, still there, and gone."""

    fresh: frozenset[tuple[str, str, str]]
    still: frozenset[tuple[str, str, str]]
    gone: tuple[dict[str, Any], ...]
    waived: int


def keep(
    register: Register, cursor: Cursor, found: Sequence[Finding], on: date, region: str, complete: bool
) -> Kept:
    """Write the findings of the night `on`; a second call with the same ones changes nothing.

    A known one stays as it was decided; one that was gone is open again. What a `complete` audit of the region no
    longer found is gone.
    """
    rows, sql = register.layout.findings, register.layout.sql
    where, values = (f" WHERE region = {sql.mark}", [region]) if region else ("", [])
    known = {
        (row["code"], row["case_id"], row["subject_id"]): row
        for row in rows.dicts(cursor.rows(f"{rows.select}{where}", values))
    }
    written, fresh, still, waived = [], set(), set(), 0
    for one in {finding.key: finding for finding in found}.values():
        row = known.get(one.key)
        text = {"severity": one.severity, "region": one.region, "why": one.why, "todo": one.todo}
        if row is None or row["standing"] == "gone":
            if row is None or row["last_seen"] != on:
                fresh.add(one.key)
            decided = {"decided_by": "", "decided_on": None, "reason": ""}
            first = row["first_seen"] if row else on
            row = dict(zip(("code", "case_id", "subject_id"), one.key, strict=True))
            row |= {
                "standing": "open",
                "first_seen": first,
                "last_seen": on,
                "gone_on": None,
                **decided,
                **text,
            }
        else:
            if row["first_seen"] == on:
                fresh.add(one.key)
            row = {**row, **text, "last_seen": max(on, row["last_seen"])}
            waived += row["standing"] == "waived"
        if one.key not in fresh:
            still.add(one.key)
        written.append(row)
    seen = {finding.key for finding in found}
    gone = [
        {**row, "standing": "gone", "gone_on": on}
        for key, row in known.items()
        if complete and key not in seen and row["standing"] != "gone"
    ]
    rows.upsert(cursor, [*written, *gone])
    return Kept(frozenset(fresh), frozenset(still), tuple(gone), waived)


def decide_finding(
    register: Register, key: tuple[str, str, str], standing: str, by: str, reason: str, on: date
) -> None:
    """Acknowledge or waive (`standing`) a finding: a named auditor, registrar or leader, with a reason.

    Raises UnknownFinding, or RefusedByRule for a person who may not decide or a missing reason.
    """
    if standing not in ("acknowledged", "waived"):
        raise RefusedByRule(Refused("unknown_finding_standing", given=Given(standing)))
    if not reason.strip():
        raise RefusedByRule(Refused("finding_unreasoned"))
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        person = cursor.rows(f"SELECT role FROM people WHERE id = {mark}", [by])
        if not person or person[0][0] not in DECIDERS:
            role = Role(person[0][0]) if person else NOBODY
            raise RefusedByRule(Refused("decides_no_findings", person=Id(by), role=role, known=DECIDERS))
        done = cursor.run(
            f"UPDATE findings SET standing = {mark}, decided_by = {mark}, decided_on = {mark}, reason = {mark} "
            f"WHERE code = {mark} AND case_id = {mark} AND subject_id = {mark} AND standing <> 'gone'",
            [standing, by, sql.day(on), reason, *key],
        )
    if not done:
        raise UnknownFinding(Refused("no_finding", finding=Label(" ".join(key))))


def findings(register: Register, every: bool = False, region: str = "") -> list[dict[str, Any]]:
    """The findings that stand (with `every` those that are gone too), the most severe first, then the oldest."""
    rows, sql = register.layout.findings, register.layout.sql
    wanted, values = ("1 = 1" if every else "standing <> 'gone'"), []
    if region:
        wanted += f" AND region = {sql.mark}"
        values.append(region)
    with reading(register.engine) as cursor:
        found = rows.dicts(cursor.rows(f"{rows.select} WHERE {wanted}", values))
    return sorted(
        found,
        key=lambda row: (Severity.values().index(row["severity"]), row["first_seen"], row["code"], row["case_id"]),
    )
