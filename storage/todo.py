"""What is owed by somebody now: his open limits, and the steps that the lifecycle leaves to him (待办)."""

from dataclasses import dataclass
from typing import Any

from states.roles import UNIT_ROLES, Role
from storage.statements import Sql
from storage.veils import Veil

UNIT_STEPS = ("PENDING_RECEIPT", "RECEIVED", "ACCEPTED", "COMMUNICATED", "RESEARCHED", "CONSULTED", "SIGNED",
              "OPINION_REJECTED")  # fmt: skip
"""States of a part in which its unit takes the next step; a draft does so unless it lies with the deputy."""

CASE_STEPS: dict[str, tuple[str, ...]] = {
    Role.REGISTRAR: (
        "PRE_CONSULT", "SUBMITTED", "UNDER_REVIEW", "REGISTERED", "ASSIGNING", "REASSIGNING", "REPLIED",
        "REHANDLE_REVIEW", "MEDIATION",
    ),
    Role.DISPATCHER: ("PRE_CONSULT", "REGISTERED", "ASSIGNING", "REASSIGNING"),
    Role.LEADER: ("MEDIATION",),
}  # fmt: skip
"""States of a suggestion in which the next step is that of a role."""

SUPERVISION_STEPS: dict[str, tuple[str, ...]] = {
    Role.LEADER: ("PROPOSED", "REPORTED"),
    Role.REGISTRAR: ("PROPOSED",),
    Role.COMMITTEE: ("CONFIRMED", "PLANNED", "ACTIVE"),
}
"""States of a supervision in which the next step is that of a role."""


@dataclass(frozen=True)
class Todo:
    """Whose tasks: a role, and the unit or the deputies it acts for."""

    role: str
    unit: str = ""
    deputies: tuple[str, ...] = ()

    def where(self, sql: Sql, veil: Veil | None = None) -> tuple[str, list[Any]]:
        """The condition on `cases c` that something of it is theirs to do now, as far as they know, and its values."""
        if self.role in UNIT_ROLES:
            return _of_unit(sql, self.unit)
        if self.role in (Role.DEPUTY, Role.PROXY):
            return _of_deputies(sql, self.deputies)
        parts, values = [_limit("= " + f"{sql.mark} || c.region", sql)], [f"{self.role}:"]
        if self.role in CASE_STEPS:
            parts.append(f"c.state {sql.any}")
            values.append(sql.many(CASE_STEPS[self.role]))
        if self.role in SUPERVISION_STEPS:
            seen, more = veil.seen(sql) if veil else ("1 = 1", [])
            step = f"SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND {sql.plain}s.state {sql.any}"
            parts.append(f"EXISTS ({step} AND {seen})")
            values += [sql.many(SUPERVISION_STEPS[self.role]), *more]
        if self.role in (Role.REGISTRAR, Role.DISPATCHER):
            parts.append(
                f"EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.round = c.round AND {ASKING})"
            )
        return f"({' OR '.join(parts)})", values


    def pick(self, sql: Sql) -> tuple[str, list[Any]]:
        """A SELECT of case ids, as `case_id`, in which every case is of which something is this one's to do."""
        if self.role in (Role.DEPUTY, Role.PROXY):
            return f"SELECT case_id FROM parties WHERE deputy {sql.any}", [sql.many(self.deputies)]
        if self.role in UNIT_ROLES:
            return (
                f"{_owed(f'= {sql.mark}', sql)} UNION ALL SELECT case_id FROM assignments WHERE unit = {sql.mark} "
                f"AND state {sql.any} UNION ALL SELECT b.case_id FROM assignments b JOIN assignments a "
                f"ON a.case_id = b.case_id AND a.unit = {sql.mark} WHERE b.state = 'OPINION_SENT'",
                [f"unit:{self.unit}", self.unit, sql.many((*UNIT_STEPS, "DRAFTED")), self.unit],
            )
        # every region's: `;` is the character behind `:`
        parts = [_owed(f">= {sql.mark} AND d.owed_by < {sql.mark}", sql)]
        values: list[Any] = [f"{self.role}:", f"{self.role};"]
        if self.role in CASE_STEPS:
            parts.append(f"SELECT id FROM cases WHERE state {sql.any}")
            values.append(sql.many(CASE_STEPS[self.role]))
        if self.role in SUPERVISION_STEPS:
            parts.append(f"SELECT case_id FROM supervisions WHERE state {sql.any}")
            values.append(sql.many(SUPERVISION_STEPS[self.role]))
        if self.role in (Role.REGISTRAR, Role.DISPATCHER):
            parts.append(f"SELECT a.case_id FROM assignments a WHERE {ASKING}")
        return " UNION ALL ".join(parts), values


ASKING = "(a.state = 'RETURN_REQUESTED' OR a.extension = 'REQUESTED' OR a.coordination = 'OPEN')"
"""A part whose unit waits for a decision."""


def _owed(owner: str, sql: Sql) -> str:
    return (
        "SELECT d.case_id FROM deadlines d WHERE d.met_on IS NULL AND d.void_on IS NULL "
        f"AND d.duty{'' if sql.postgres else ' = 1'} AND d.owed_by {owner}"
    )


def _limit(owner: str, sql: Sql) -> str:
    return (
        "EXISTS (SELECT 1 FROM deadlines d WHERE d.case_id = c.id AND d.met_on IS NULL AND d.void_on IS NULL "
        f"AND d.duty {'' if sql.postgres else '= 1'} AND {sql.plain}d.owed_by {owner})"
    )


def _of_unit(sql: Sql, unit: str) -> tuple[str, list[Any]]:
    mark = sql.mark
    own = (
        "EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.round = c.round AND "
        f"{sql.plain}a.unit = {mark} AND (a.state {sql.any} OR (a.state = 'DRAFTED' AND a.consult <> 'OPEN')))"
    )
    leads = (
        f"EXISTS (SELECT 1 FROM assignments a JOIN assignments b ON b.case_id = a.case_id AND b.round = a.round "
        f"AND b.state = 'OPINION_SENT' WHERE a.case_id = c.id AND a.round = c.round AND {sql.plain}a.unit = {mark} "
        "AND a.role <> 'CO')"
    )
    return f"({_limit(f'= {mark}', sql)} OR {own} OR {leads})", [
        f"unit:{unit}", unit, sql.many(UNIT_STEPS), unit,
    ]  # fmt: skip


def _of_deputies(sql: Sql, deputies: tuple[str, ...]) -> tuple[str, list[Any]]:
    party = f"SELECT 1 FROM parties p WHERE p.case_id = c.id AND p.dropped_on IS NULL AND {sql.plain}p.deputy {sql.any}"
    parts = [
        _limit(sql.any, sql),
        f"EXISTS ({party} AND p.lead {'' if sql.postgres else '= 1'} AND (c.state IN ('DRAFT', 'COSIGNING', "
        "'RETURNED_FOR_REVISION') OR EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id "
        "AND a.round = c.round AND a.consult = 'OPEN')))",
        f"EXISTS ({party} AND p.confirmed_on IS NULL AND c.state = 'COSIGNING')",
        "EXISTS (SELECT 1 FROM communications k WHERE k.case_id = c.id AND k.round = c.round "
        f"AND k.standing = 'OPEN' AND k.deputy {sql.any} AND c.answered_on IS NULL)",
        f"(c.state = 'EVALUATING' AND EXISTS ({party} AND p.confirmed_on IS NOT NULL "
        f"AND p.lead {'' if sql.postgres else '= 1'} AND NOT EXISTS (SELECT 1 FROM evaluations e "
        "WHERE e.case_id = c.id AND e.round = c.round AND e.deputy = p.deputy)))",
    ]
    names = sql.many(deputies)
    owners = sql.many([f"deputy:{one}" for one in deputies])
    return f"({' OR '.join(parts)})", [owners, names, names, names, names]
