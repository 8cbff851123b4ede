"""Which rulebook a region uses for its suggestions and its opinions, from which day, set by whom.

The author of a suggestion or opinion does not choose. A region without a rule of its own has that of the nearest
region above, and without any the default.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from rulebooks import Library
from states.reasons import Given, Id, Label, Refused, case_kind
from storage.errors import RefusedByRule
from storage.statements import Cursor, Sql
from storage.tables.directory import RegionRow
from storage.tables.rules import RegionRuleRow
from storage.typed_rows import put

HOUSE = {"suggestion": "national", "opinion": "reception"}
"""The default by kind, until an office sets a rule."""


@dataclass(frozen=True)
class RegionRule:
    """From `from_day` on, the region's new cases of the kind come under `rulebook`; `source` is the legal ground.

    Not `confirmed`: it was derived from the region's existing cases, and the office has yet to confirm it.
    """

    region: str
    kind: str
    from_day: date
    rulebook: str
    by: str
    source: str
    confirmed: bool = True


def rulebook_for(cursor: Cursor, sql: Sql, region: str, kind: str, on: date) -> str:
    """The name of the rulebook under which a case of the region that is opened on the day comes."""
    rule = rule_for(cursor, sql, region, kind, on)
    return rule.rulebook if rule else HOUSE[kind]


def rule_for(cursor: Cursor, sql: Sql, region: str, kind: str, on: date) -> RegionRule | None:
    """The rule that holds for the region on the day, its own or that of the nearest region above; None: the default.

    Runs for each batch that opens cases, so it is one statement of the cursor.
    """
    text = "text" if sql.postgres else "TEXT"
    rows = cursor.rows(
        f"WITH RECURSIVE up(code, far) AS (SELECT CAST({sql.mark} AS {text}), 0 UNION ALL "
        "SELECT r.parent_code, up.far + 1 FROM regions r JOIN up ON r.code = up.code "
        f"WHERE r.parent_code <> '' AND up.far < 9) SELECT {_COLUMNS} FROM region_rules "
        f"JOIN up ON up.code = region WHERE kind = {sql.mark} AND from_day <= {sql.mark} "
        "ORDER BY up.far, from_day DESC LIMIT 1",
        [region, kind, sql.day(on)],
    )
    return _rule(sql, rows[0]) if rows else None


def rules_of(session: Session) -> list[RegionRule]:
    """Every rule ever set, by region, kind and day."""
    row = RegionRuleRow
    rows = session.exec(select(row).order_by(row.region, row.kind, col(row.from_day)))
    return [RegionRule(**row.model_dump(exclude={"set_at"})) for row in rows]


def set_rule(session: Session, library: Library, rule: RegionRule, at: datetime) -> None:
    """Set, replace or confirm what a region uses from a day on.

    Raises RefusedByRule for an impossible rule, RulebookError for an unknown rulebook.
    Existing cases keep their rulebook.
    """
    if rule.kind not in HOUSE:
        kinds = tuple(map(case_kind, HOUSE))
        raise RefusedByRule(Refused("unknown_kind_of_case", given=Given(rule.kind), known=kinds))
    book = library.get(rule.rulebook)
    if rule.rulebook.endswith(".toml") or book.machine != rule.kind:
        kind, wanted = case_kind(book.machine), case_kind(rule.kind)
        refused = Refused("rulebook_of_other_kind", rulebook=Label(rule.rulebook), kind=kind, wanted=wanted)
        raise RefusedByRule(refused)
    if session.get(RegionRow, rule.region) is None:
        raise RefusedByRule(Refused("unknown_region", region=Id(rule.region)))
    if not rule.by or not rule.source:
        raise RefusedByRule(Refused("ground_missing"))
    put(session, RegionRuleRow(**rule.__dict__, set_at=at))


_COLUMNS = 'region, kind, from_day, rulebook, "by", source, confirmed'


def _rule(sql: Sql, row: tuple[Any, ...]) -> RegionRule:
    region, kind, from_day, rulebook, by, source, confirmed = row
    return RegionRule(region, kind, sql.read_day(from_day), rulebook, by, source, bool(confirmed))
