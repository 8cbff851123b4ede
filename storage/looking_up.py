"""Lookups of cases by id, key or number."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import col, select

from states.cases import Dossier
from storage.layout import Head
from storage.moments import one_moment
from storage.register import Register
from storage.statements import reading
from storage.tables.cases import CaseRow
from storage.tables.events import EventRow
from storage.typed_rows import among
from storage.visible import Scope


def dossiers_of(register: Register, ids: Iterable[str]) -> dict[str, Dossier]:
    """The cases of `ids` that exist, with all their rows."""
    with reading(register.engine) as cursor:
        dossiers = register.layout.dossiers(cursor, sorted(set(ids)))
    return {case_id: dossier for case_id, (dossier, _) in dossiers.items()}


@dataclass(frozen=True)
class StateBefore:
    """Cases before actions are taken, and the idempotency keys already used."""

    cases: dict[str, tuple[Dossier, Head]]
    taken: frozenset[str]


def before(register: Register, cases: Iterable[str], keys: Iterable[str]) -> StateBefore:
    """The cases, and which of the keys were used, in one snapshot."""
    with one_moment(register.engine), reading(register.engine) as cursor:
        return StateBefore(register.layout.dossiers(cursor, sorted(set(cases))), used_keys(register, keys))


def used_keys(register: Register, keys: Iterable[str]) -> frozenset[str]:
    """Those of the keys under which an action was taken."""
    with reading(register.engine) as cursor:
        taken = select(EventRow.key).where(among(cursor.session, EventRow.key, keys))
        return frozenset(key for key in cursor.session.exec(taken) if key is not None)


def cases_called(register: Register, machine: str, text: str) -> list[tuple[str, str]]:
    """At most two cases of a machine with this id or number, each with the opinion that it came from."""
    row = CaseRow
    named = (col(row.id) == text) | (col(row.number) == text)
    called = select(row.id, row.linked_case).where(row.machine == machine, named)
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(called.order_by(row.id).limit(2))]


def numbers_together(register: Register, scope: Scope, case_id: str, group: str) -> list[str]:
    """The numbers of those in the scope that are handled together with a case, or under its number."""
    sql = register.layout.sql
    where, values = scope.where(sql)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT c.number FROM cases c WHERE (c.merged_group = {sql.mark} OR c.number = {sql.mark}) "
            f"AND c.id <> {sql.mark} AND {where} ORDER BY c.number",
            [group, group, case_id, *values],
        )
    return [str(number) for (number,) in rows]


def rulebooks_of(register: Register, ids: Iterable[str]) -> dict[str, str]:
    """The ident of the rulebook under which each case runs."""
    row = CaseRow
    with reading(register.engine) as cursor:
        of_cases = select(row.id, row.rulebook_ident).where(among(cursor.session, row.id, ids))
        return dict(cursor.session.exec(of_cases).all())


def first_hash(register: Register, case_id: str) -> str:
    """The hash of a case's first event, which outsiders cannot guess; the id of a case without events."""
    with reading(register.engine) as cursor:
        first = cursor.session.get(EventRow, (case_id, 1))
    return first.hash if first else case_id


def holds_cases(register: Register) -> bool:
    """Whether there is any case."""
    with reading(register.engine) as cursor:
        return cursor.session.exec(select(CaseRow.id).limit(1)).first() is not None
