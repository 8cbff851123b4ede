"""Which cases a viewer may see, as one SQL condition for lists and single cases.

Runs on every page: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlmodel import select

from states.judged import Rule
from states.vocabulary import Secrecy
from storage.findings import findings
from storage.register import Register
from storage.rolls import of_office, regions_below
from storage.statements import Sql, reading
from storage.tables.directory import PersonRow
from storage.veils import Select, Veil, veil_of

Since = Literal["drafted", "submitted", "registered", "assigned"]

_SINCE: dict[str, str] = {
    "drafted": "1 = 1",
    "submitted": "c.submitted_on IS NOT NULL",
    "registered": "c.number <> ''",
    "assigned": "c.assigned_on IS NOT NULL",
}
"""The stage from which a suggestion is visible; an opinion is visible from the start."""

_AT_PLACES = "EXISTS (SELECT 1 FROM opinion_places o WHERE o.case_id = c.id AND o.place {any})"


@dataclass(frozen=True)
class Scope:
    """Whose cases, where, from which stage on; everything that is set must hold.

    `region`: that region and everything below it, for the topmost one also cases without a region. `deputies`: a
    party of the suggestion, or the deputy named in an opinion.
    `unit`: has a part that is not returned or cancelled, or is consulted before submission. `committee`: the unit
    whose field it is.
    `places`: an opinion that came in at one of them; with `deputies` it must not name another deputy.
    """

    region: str | None = None
    deputies: tuple[str, ...] | None = None
    unit: str | None = None
    committee: str | None = None
    places: tuple[str, ...] = ()
    since: Since = "drafted"
    machines: tuple[str, ...] = ("suggestion", "opinion")
    hidden_limits: tuple[str, ...] = ()
    """Keys of limits hidden from the viewer in every list and filter."""
    rule: Rule | None = None
    """The rule that hides judgements from the viewer in lists."""
    open_only: bool = False
    """Only numbered suggestions without identity protection."""
    talks: bool = False
    """Also drafts about which a deputy consults a unit: for offices, which may answer in its place."""

    def where(self, sql: Sql, picked: bool = False) -> tuple[str, list[Any]]:
        """The condition on `cases c` and its values; `picked`: for cases found by `picks`."""
        mark = sql.mark
        talks = self.talks or self.unit is not None
        stage = f"({_SINCE[self.since]} OR c.state = 'PRE_CONSULT')" if talks else _SINCE[self.since]
        parts = [f"(c.machine = 'opinion' OR {stage})" if stage != "1 = 1" else stage, f"c.machine {sql.any}"]
        values: list[Any] = [sql.many(self.machines)]
        if self.region is not None:
            parts.append(f"c.region IN {of_office(sql)}")
            values += [self.region] * 2
        if self.deputies is not None and not picked:
            here = f" OR (c.lead = '' AND {_AT_PLACES.format(any=sql.any)})" if self.places else ""
            parts.append(
                "(EXISTS (SELECT 1 FROM parties p WHERE p.case_id = c.id AND p.dropped_on IS NULL "
                f"AND {sql.plain}p.deputy {sql.any}) OR (c.machine = 'opinion' AND (c.lead {sql.any}{here})))"
            )
            values += [sql.many(self.deputies)] * 2
            values += [sql.many(self.places)] if self.places else []
        elif self.places and not picked:
            parts.append(_AT_PLACES.format(any=sql.any))
            values.append(sql.many(self.places))
        if self.unit is not None and not picked:
            parts.append(
                f"(EXISTS (SELECT 1 FROM assignments a WHERE a.case_id = c.id AND {sql.plain}a.unit = {mark} "
                "AND a.state NOT IN ('RETURN_GRANTED', 'CANCELLED')) "
                f"OR ((c.machine = 'opinion' OR c.state = 'PRE_CONSULT') AND {unit_named('c.', sql)} = {mark}))"
            )
            values += [self.unit, self.unit]
        if self.committee is not None:
            parts.append(
                f"(c.committee = {mark} OR c.committee = (SELECT name FROM units WHERE id = {mark}))"
            )
            values += [self.committee, self.committee]
        if self.open_only:
            parts.append("c.machine = 'suggestion' AND c.number <> '' AND c.secrecy = 'NONE'")
        return " AND ".join(parts), values

    def veil(self, register: Register) -> Veil | None:
        """The rule over the texts that govern cases."""
        return None if self.rule is None else veil_of(register, self.rule, self.hidden_limits)

    def picks(self, sql: Sql) -> list[Select]:
        """A SELECT of the case ids of the deputies, places or unit; empty for a wide scope."""
        if self.deputies is not None:
            names = sql.many(self.deputies)
            text = (
                f"SELECT case_id FROM parties WHERE dropped_on IS NULL AND deputy {sql.any} "
                f"UNION ALL SELECT id FROM cases WHERE machine = 'opinion' AND lead {sql.any} "
                f"UNION ALL SELECT o.case_id FROM opinion_places o JOIN cases c ON c.id = o.case_id AND c.lead = '' "
                f"WHERE o.place {sql.any}"
            )
            return [(text, [names, names, sql.many(self.places)])]
        if self.places:
            return [(f"SELECT case_id FROM opinion_places WHERE place {sql.any}", [sql.many(self.places)])]
        if self.unit is not None:
            text = (
                f"SELECT case_id FROM assignments WHERE unit = {sql.mark} "
                "AND state NOT IN ('RETURN_GRANTED', 'CANCELLED') "
                f"UNION ALL SELECT id FROM cases WHERE machine = 'opinion' AND {unit_named('', sql)} = {sql.mark} "
                f"UNION ALL SELECT id FROM cases WHERE state = 'PRE_CONSULT' AND {unit_named('', sql)} = {sql.mark}"
            )
            return [(text, [self.unit] * 3)]
        return []


def unit_named(table: str, sql: Sql) -> str:
    """The unit to which an opinion was routed, as an indexed expression, or that a deputy consults."""
    return f"({table}proposed -> 0 ->> 'unit')" if sql.postgres else f"json_extract({table}proposed, '$[0].unit')"


def sees(register: Register, scope: Scope, case_id: str) -> bool:
    """Whether the case exists and is in the scope."""
    where, values = scope.where(register.layout.sql)
    with reading(register.engine) as cursor:
        return bool(
            cursor.rows(
                f"SELECT 1 FROM cases c WHERE c.id = {register.layout.sql.mark} AND {where}",
                [case_id, *values],
            )
        )


def seen_of(register: Register, scope: Scope, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Those of these cases that exist and are in the scope, with number and title."""
    sql = register.layout.sql
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT c.id, c.number, c.title FROM cases c WHERE c.id {sql.any} AND {where}",
            [sql.many(wanted), *values],
        )
    return {case_id: (number, title) for case_id, number, title in rows}


def findings_in(register: Register, scope: Scope | None, region: str) -> list[dict[str, Any]]:
    """The standing findings: of cases of the scope, and without a case those about the region or every region."""
    rows, regions = findings(register), regions_below(register, region) | {""}
    seen = seen_of(register, scope, [row["case_id"] for row in rows if row["case_id"]]) if scope else {}
    return [row for row in rows if (row["case_id"] in seen if row["case_id"] else row["region"] in regions)]


def secrecies(register: Register, cases: Iterable[str]) -> dict[str, str]:
    """The secrecy of each of these cases."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        return dict(cursor.rows(f"SELECT id, secrecy FROM cases WHERE id {sql.any}", [sql.many(set(cases))]))


def deputies_behind(register: Register, rows: Iterable[Mapping[str, Any]]) -> dict[str, frozenset[str]]:
    """The deputies behind each identity-protected case among these list rows (`case_id`, `secrecy`), by case id."""
    ids = {row["case_id"] for row in rows if row["secrecy"] == Secrecy.IDENTITY_PROTECTED}
    sql = register.layout.sql
    by_case: dict[str, set[str]] = {case_id: set() for case_id in ids}
    if ids:
        with reading(register.engine) as cursor:
            select = f"SELECT case_id, deputy FROM parties WHERE case_id {sql.any}"
            for case_id, deputy in cursor.rows(select, [sql.many(ids)]):
                by_case[case_id].add(deputy)
    return {case_id: frozenset(deputies) for case_id, deputies in by_case.items()}


def documents(register: Register, case_id: str) -> dict[str, str]:
    """The documents of a case by their id."""
    with reading(register.engine) as cursor:
        return dict(
            cursor.rows(
                f"SELECT id, text FROM documents WHERE case_id = {register.layout.sql.mark}", [case_id]
            )
        )


def region_of_person(register: Register, person: str) -> str:
    """The region of a person of the directory, '' when there is none."""
    with reading(register.engine) as cursor:
        return cursor.session.exec(select(PersonRow.region).where(PersonRow.id == person)).first() or ""


def names_of(register: Register, people: Sequence[str], units: Sequence[str] = ()) -> Mapping[str, str]:
    """The names of people and units by id, of those that are known."""
    sql = register.layout.sql
    names: dict[str, str] = {}
    with reading(register.engine) as cursor:
        for table, ids in (("people", people), ("units", units)):
            if ids:
                names |= dict(
                    cursor.rows(f"SELECT id, name FROM {table} WHERE id {sql.any}", [sql.many(set(ids))])
                )
    return names
