"""Tasks (待办): open limits, and the steps that the lifecycle leaves to a person or unit."""

from dataclasses import dataclass
from typing import Any

from states.roles import OFFICE_ROLES, UNIT_ROLES, Role
from states.table import Owner
from states.whose_move import sources_of, waiting_for
from storage.statements import Sql
from storage.veils import Veil
from storage.visible import unit_named


def _written(states: tuple[str, ...]) -> str:
    return "({})".format(", ".join(f"'{state}'" for state in states))


UNITS_MOVE = waiting_for("assignment", UNIT_ROLES, Owner.PART)
"""States of a part in which its unit takes the next step, unless its draft is with the deputy."""

JUDGED_BY_LEAD = _written(waiting_for("assignment", UNIT_ROLES, Owner.LEAD_UNIT))
LEAD_DEPUTYS = _written(waiting_for("suggestion", (Role.DEPUTY,), Owner.LEAD_DEPUTY))
NAMED_UNITS = (*waiting_for("suggestion", UNIT_ROLES), *waiting_for("opinion", UNIT_ROLES))
"""States of a case without parts in which the unit that it names takes the next step."""

OPINION_OF_DEPUTY = _written(waiting_for("opinion", (Role.DEPUTY,)))
EVALUATED = _written(waiting_for("suggestion", (Role.DEPUTY,), Owner.PARTY))

DECIDABLE = "a.state IN " + _written(sources_of("assignment", "grant_return", "grant_extension", "settle_coordination"))
ASKING = (
    f"((a.state IN {_written(waiting_for('assignment', OFFICE_ROLES))} OR a.extension = 'REQUESTED' "
    f"OR a.coordination = 'OPEN') AND {DECIDABLE})"
)
"""A part whose unit waits for a decision, which the end of the part makes needless."""

CONSULTED = "a.consult = 'OPEN' AND a.state IN " + _written(sources_of("assignment", "agree_consult"))
CONTACTED = _written(sources_of("assignment", "confirm_communication"))


@dataclass(frozen=True)
class Todo:
    """Whose tasks: a role, and the unit or the deputies it acts for."""

    role: str
    unit: str = ""
    deputies: tuple[str, ...] = ()

    def where(self, sql: Sql, veil: Veil | None = None) -> tuple[str, list[Any]]:
        """The condition on `cases c` for a task of theirs, as far as they may know, and its values."""
        if self.role in UNIT_ROLES:
            return _of_unit(sql, self.unit)
        if self.role in (Role.DEPUTY, Role.PROXY):
            return _of_deputies(sql, self.deputies)
        parts, values = [_limit("= " + f"{sql.mark} || c.region", sql)], [f"{self.role}:"]
        if states := waiting_for("suggestion", (self.role,)):
            parts.append(f"c.state {sql.any}")
            values.append(sql.many(states))
        if states := waiting_for("opinion", (self.role,)):
            parts.append(f"(c.machine = 'opinion' AND c.state {sql.any})")
            values.append(sql.many(states))
        if states := waiting_for("supervision", (self.role,)):
            seen, more = veil.seen(sql) if veil else ("1 = 1", [])
            step = f"SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND {sql.plain}s.state {sql.any}"
            parts.append(f"EXISTS ({step} AND {seen})")
            values += [sql.many(states), *more]
        if self.role in OFFICE_ROLES:
            parts.append(
                f"EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.round = c.round AND {ASKING})"
            )
        return f"({' OR '.join(parts)})", values

    def pick(self, sql: Sql) -> tuple[str, list[Any]]:
        """A SELECT of the ids, as `case_id`, of every case with a task of theirs."""
        if self.role in (Role.DEPUTY, Role.PROXY):
            return (
                f"SELECT case_id FROM parties WHERE deputy {sql.any} "
                f"UNION ALL SELECT id FROM cases WHERE machine = 'opinion' AND lead {sql.any}",
                [sql.many(self.deputies)] * 2,
            )
        if self.role in UNIT_ROLES:
            return (
                f"{_owed(f'= {sql.mark}', sql)} UNION ALL SELECT case_id FROM assignments WHERE unit = {sql.mark} "
                f"AND state {sql.any} UNION ALL SELECT b.case_id FROM assignments b JOIN assignments a "
                f"ON a.case_id = b.case_id AND a.unit = {sql.mark} WHERE b.state IN {JUDGED_BY_LEAD} "
                f"UNION ALL SELECT id FROM cases WHERE state {sql.any} AND {unit_named('', sql)} = {sql.mark}",
                [f"unit:{self.unit}", self.unit, sql.many(UNITS_MOVE), self.unit, sql.many(NAMED_UNITS), self.unit],
            )
        # every region's: `;` is the character behind `:`
        parts = [_owed(f">= {sql.mark} AND d.owed_by < {sql.mark}", sql)]
        values: list[Any] = [f"{self.role}:", f"{self.role};"]
        if states := waiting_for("suggestion", (self.role,)):
            parts.append(f"SELECT id FROM cases WHERE state {sql.any}")
            values.append(sql.many(states))
        if states := waiting_for("opinion", (self.role,)):
            parts.append(f"SELECT id FROM cases WHERE machine = 'opinion' AND state {sql.any}")
            values.append(sql.many(states))
        if states := waiting_for("supervision", (self.role,)):
            parts.append(f"SELECT case_id FROM supervisions WHERE state {sql.any}")
            values.append(sql.many(states))
        if self.role in OFFICE_ROLES:
            parts.append(f"SELECT a.case_id FROM assignments a WHERE {ASKING}")
        return " UNION ALL ".join(parts), values


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
        f"{sql.plain}a.unit = {mark} AND a.state {sql.any} AND a.consult <> 'OPEN')"
    )
    leads = (
        f"EXISTS (SELECT 1 FROM assignments a JOIN assignments b ON b.case_id = a.case_id AND b.round = a.round "
        f"AND b.state IN {JUDGED_BY_LEAD} WHERE a.case_id = c.id AND a.round = c.round AND {sql.plain}a.unit = {mark} "
        "AND a.role <> 'CO')"
    )
    named = f"(c.state {sql.any} AND {unit_named('c.', sql)} = {mark})"
    return f"({_limit(f'= {mark}', sql)} OR {own} OR {leads} OR {named})", [
        f"unit:{unit}", unit, sql.many(UNITS_MOVE), unit, sql.many(NAMED_UNITS), unit,
    ]  # fmt: skip


def _of_deputies(sql: Sql, deputies: tuple[str, ...]) -> tuple[str, list[Any]]:
    party = f"SELECT 1 FROM parties p WHERE p.case_id = c.id AND p.dropped_on IS NULL AND {sql.plain}p.deputy {sql.any}"
    parts = [
        _limit(sql.any, sql),
        f"EXISTS ({party} AND p.lead {'' if sql.postgres else '= 1'} AND (c.state IN {LEAD_DEPUTYS} "
        "OR EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id "
        f"AND a.round = c.round AND {CONSULTED})))",
        f"EXISTS ({party} AND p.confirmed_on IS NULL AND c.state = 'COSIGNING')",
        "EXISTS (SELECT 1 FROM communications k JOIN assignments a ON a.id = k.assignment_id "
        f"AND a.state IN {CONTACTED} WHERE k.case_id = c.id AND k.round = c.round "
        f"AND k.standing = 'OPEN' AND k.deputy {sql.any} AND c.answered_on IS NULL)",
        f"(c.machine = 'opinion' AND c.lead {sql.any} AND c.state IN {OPINION_OF_DEPUTY})",
        f"(c.state IN {EVALUATED} AND EXISTS ({party} AND p.confirmed_on IS NOT NULL "
        f"AND p.lead {'' if sql.postgres else '= 1'} AND NOT EXISTS (SELECT 1 FROM evaluations e "
        "WHERE e.case_id = c.id AND e.round = c.round AND e.deputy = p.deputy)))",
    ]
    names = sql.many(deputies)
    owners = sql.many([f"deputy:{deputy}" for deputy in deputies])
    return f"({' OR '.join(parts)})", [owners, names, names, names, names, names]
