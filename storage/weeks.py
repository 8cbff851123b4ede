"""One week of a region in figures: what fell due and was answered, what climbed, what came under supervision.

Queries over all limits and events of a week: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from storage.register import Register
from storage.statements import Cursor, Sql, reading
from storage.veils import Veil
from storage.visible import Scope


@dataclass
class OwnersWeek:
    """One owner's week: limits that fell due, by met in time, ended late and still open; and other counts.

    `coming` are open limits that fall due in the week after.
    """

    name: str
    due: int = 0
    in_time: int = 0
    late: int = 0
    open: int = 0
    escalated: int = 0
    supervised: int = 0
    coming: int = 0


@dataclass
class Week:
    """The seven days from `first` on (a Monday); `items` are the limits that fall due in the week after."""

    first: date
    owners: dict[str, OwnersWeek] = field(default_factory=dict)
    items: list[dict[str, Any]] = field(default_factory=list)

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def total(self) -> OwnersWeek:
        """The sums over everybody."""
        names = ("due", "in_time", "late", "open", "escalated", "supervised", "coming")
        total = OwnersWeek("合计")
        for name in names:
            setattr(total, name, sum(getattr(owner, name) for owner in self.owners.values()))
        return total


def week(register: Register, scope: Scope, first: date) -> Week:
    """The figures of the week that begins on `first`; limits that were void by their last day do not count.

    They are counted from rows, of limits of every kind: a working list for a leader, not a figure of the year. The
    nightly audit proves that rows equal events.
    """
    report = Week(first)
    sql = register.layout.sql
    after = first + timedelta(days=7)
    veil = scope.veil(register)
    with reading(register.engine) as cursor:
        for row in _duties(sql, cursor, scope, first, report.last):
            owner = _owner(report, row)
            owner.due += 1
            if row["ended_on"] is None:
                owner.open += 1
            elif row["ended_on"] <= row["last_day"]:
                owner.in_time += 1
            else:
                owner.late += 1
        for row in _duties(sql, cursor, scope, after, after + timedelta(days=6)):
            if row["ended_on"] is None:
                _owner(report, row).coming += 1
                report.items.append(row)
        for owed_by, unit in _escalated(sql, cursor, scope, first, report.last):
            _owner(report, {"owed_by": owed_by, "unit_name": unit}).escalated += 1
        for owed_by, unit in _supervised(sql, cursor, scope, veil, first, report.last):
            _owner(report, {"owed_by": owed_by, "unit_name": unit}).supervised += 1
    return report


def _owner(report: Week, row: Mapping[str, Any]) -> OwnersWeek:
    return report.owners.setdefault(row["owed_by"], OwnersWeek(row["unit_name"] or row["owed_by"]))


def _duties(sql: Sql, cursor: Cursor, scope: Scope, first: date, last: date) -> list[dict[str, Any]]:
    where, values = scope.where(sql)
    names = ("case_id", "number", "title", "key", "owed_by", "unit_name", "last_day", "ended_on", "level")
    rows = cursor.rows(
        "SELECT c.id, c.number, c.title, d.key, d.owed_by, u.name, d.last_day, coalesce(d.met_on, d.void_on), d.level "
        "FROM deadlines d JOIN cases c ON c.id = d.case_id LEFT JOIN units u ON d.owed_by = 'unit:' || u.id "
        f"WHERE d.duty {'' if sql.postgres else '= 1'} AND (d.void_on IS NULL OR d.void_on > d.last_day) "
        f"AND d.last_day BETWEEN {sql.mark} AND {sql.mark} AND NOT (d.key {sql.any}) AND {where} "
        "ORDER BY d.last_day, c.number, c.id, d.key",
        [sql.day(first), sql.day(last), sql.many(scope.hidden_limits), *values],
    )
    records = [dict(zip(names, row, strict=True)) for row in rows]
    for row in records:
        for key in ("last_day", "ended_on"):
            row[key] = row[key] and sql.read_day(row[key])
    return records


def _escalated(sql: Sql, cursor: Cursor, scope: Scope, first: date, last: date) -> list[tuple[str, str]]:
    """The owner of each limit at every step that reached a rung above the reminders, possibly on the overdue day."""
    where, values = scope.where(sql)
    owner, on = sql.field("e.data", "owed_by"), f"e.{sql.quote('on')}"
    climbed = f"coalesce({sql.field('e.data', 'level')}, '') <> ''"
    rows = cursor.rows(
        f"SELECT {owner}, u.name FROM events e JOIN cases c ON c.id = e.case_id "
        f"LEFT JOIN units u ON 'unit:' || u.id = {owner} "
        f"WHERE e.name IN ('limit.escalated', 'limit.overdue') AND {climbed} "
        f"AND {on} BETWEEN {sql.mark} AND {sql.mark} AND NOT ({sql.field('e.data', 'key')} {sql.any}) AND {where}",
        [sql.day(first), sql.day(last), sql.many(scope.hidden_limits), *values],
    )
    return [(owed_by, unit) for owed_by, unit in rows]


def _supervised(
    sql: Sql, cursor: Cursor, scope: Scope, veil: Veil | None, first: date, last: date
) -> list[tuple[str, str]]:
    """The answering units of cases put under supervision, one entry per unit and supervision that is not hidden."""
    where, values = scope.where(sql)
    seen, more = veil.seen(sql) if veil else ("1 = 1", [])
    rows = cursor.rows(
        "SELECT 'unit:' || a.unit, coalesce(u.name, a.unit) FROM supervisions s JOIN cases c ON c.id = s.case_id "
        "JOIN assignments a ON a.case_id = c.id AND a.round = c.round AND a.role <> 'CO' "
        "AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED') LEFT JOIN units u ON u.id = a.unit "
        "WHERE s.state NOT IN ('PROPOSED', 'DECLINED', 'LAPSED') "
        f"AND s.decided_on BETWEEN {sql.mark} AND {sql.mark} AND {where} AND {seen}",
        [sql.day(first), sql.day(last), *values, *more],
    )
    return [(owed_by, unit) for owed_by, unit in rows]
