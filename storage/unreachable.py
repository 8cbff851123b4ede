"""Where notices would reach nobody who is there (找不到收件人): links, offices and units whose people are all away."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache, partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, case, col, exists, func, not_, select

from states.reasons import Id, Refused, Worded, ids, named
from states.roles import OFFICE_ROLES, Role
from states.vocabulary import A, Severity, Subject
from states.vocabulary import FindingCode as F
from storage.away import is_away
from storage.findings import Finding
from storage.recipients import People
from storage.rolls import stands
from storage.tables.cases import AssignmentRow, CaseRow
from storage.tables.directory import ChainLinkRow, PersonRow, UnitRow

OFFICES = (*OFFICE_ROLES, Role.LEADER, Role.GOV_LEADER, Role.AUDITOR)
"""Roles by which a region is told."""

DONE = (A.DELIVERED, A.COMPLETED, A.CANCELLED, A.RETURN_GRANTED)
"""States of a part of which its unit is told nothing more."""


def unreachable(session: Session, on: date, region: str) -> Iterator[Finding]:
    """The findings of a day, of one region where given."""
    people = cache(partial(People, session, on))
    yield from _links(session, on, region, people)
    yield from _offices(session, on, region, people)
    yield from _committees(session, on, region, people)
    yield from _units(session, on, region)
    yield from _deputies(session, on, region)


def _links(session: Session, on: date, region: str, people: Callable[[], People]) -> Iterator[Finding]:
    link, unit, person = ChainLinkRow, UnitRow, PersonRow
    away = (
        select(link.unit, link.role, person.id, unit.region)
        .join(unit, col(unit.id) == link.unit)
        .join(person, col(person.id) == link.person)
        .where(is_away(on), stands(on), *_within(unit.region, region))
    )
    for of_unit, role, holder, where in session.exec(away.order_by(link.unit, col(link.position))):
        why = _link_away(named(Role, role), Id(holder), _readers(people(), f"{role}:{of_unit}"))
        todo = Refused("todo_name_link")
        yield Finding(F.ADDRESSEE_AWAY, Severity.WARNING, "", f"{of_unit}/{role}", where, why, todo)


def _offices(session: Session, on: date, region: str, people: Callable[[], People]) -> Iterator[Finding]:
    """Offices that somebody held in a region, and nobody holds any more."""
    person = PersonRow
    where = func.coalesce(func.nullif(person.region, ""), UnitRow.region, "")
    there = func.sum(case((is_away(on), 0), else_=1))
    offices = (
        select(person.role, where)
        .outerjoin(UnitRow, col(UnitRow.id) == person.unit)
        .where(col(person.role).in_(OFFICES), *_within(where, region))
        .group_by(person.role, where)
        .having(there == 0)
    )
    for role, place in session.exec(offices.order_by(where, person.role)):
        why = _office_away(named(Role, role), _readers(people(), f"{role}:{place}"))
        todo = Refused("todo_name_holder")
        yield Finding(F.ADDRESSEE_AWAY, Severity.SERIOUS, "", f"{role}:{place}", place, why, todo)


def _link_away(role: Worded, person: Id, instead: tuple[Id, ...]) -> Refused:
    if instead:
        return Refused("link_stood_in", role=role, person=person, instead=instead)
    return Refused("link_away", role=role, person=person)


def _office_away(role: Worded, instead: tuple[Id, ...]) -> Refused:
    return Refused("office_stood_in", role=role, instead=instead) if instead else Refused("office_away", role=role)


def _committee_away(unit: Id, instead: tuple[Id, ...]) -> Refused:
    if instead:
        return Refused("committee_stood_in", unit=unit, instead=instead)
    return Refused("committee_away", unit=unit)


def _readers(people: People, recipient: str, region: str = "") -> tuple[Id, ...]:
    """Who reads what is sent to the recipient: people who are there, or a unit at its address."""
    behind = people.behind(recipient, region)
    readers = (who for who in behind if who.startswith("person:") or any(people.reach(who)[1:]))
    return ids(who.partition(":")[2] for who in readers)


def _committees(session: Session, on: date, region: str, people: Callable[[], People]) -> Iterator[Finding]:
    """Committees of whom everybody is away: the congress office reads what is theirs."""
    person, unit = PersonRow, UnitRow
    there = func.sum(case((is_away(on), 0), else_=1))
    empty = (
        select(unit.id, unit.region)
        .join(person, col(person.unit) == col(unit.id))
        .where(person.role == Role.COMMITTEE, *_within(unit.region, region))
        .group_by(unit.id, unit.region)
        .having(there == 0)
    )
    for id_, where in session.exec(empty.order_by(unit.id)):
        why = _committee_away(Id(id_), _readers(people(), f"{Role.COMMITTEE}:{id_}", where))
        todo = Refused("todo_name_holder")
        yield Finding(F.ADDRESSEE_AWAY, Severity.SERIOUS, "", f"{Role.COMMITTEE}:{id_}", where, why, todo)


def _units(session: Session, on: date, region: str) -> Iterator[Finding]:
    """Units that have something to do, no address, and nobody who is there."""
    unit, part = UnitRow, AssignmentRow
    somebody = exists().where(col(PersonRow.unit) == col(unit.id), not_(is_away(on)))
    owing = (
        select(unit.id, unit.region)
        .join(part, col(part.unit) == unit.id)
        .join(CaseRow, and_(col(CaseRow.id) == part.case_id, col(CaseRow.round) == part.round))
        .where(unit.email == "", unit.phone == "", not_(somebody), *_within(unit.region, region))
        .where(col(CaseRow.ended_on).is_(None), col(part.state).not_in(DONE))
        .distinct()
    )
    for id_, where in session.exec(owing.order_by(unit.id)):
        why, todo = Refused("unit_away", unit=Id(id_)), Refused("todo_name_holder")
        yield Finding(F.ADDRESSEE_AWAY, Severity.SERIOUS, "", id_, where, why, todo)


def _deputies(session: Session, on: date, region: str) -> Iterator[Finding]:
    """Deputies who left while suggestions that they lead, or opinions that name them, are open."""
    person = PersonRow
    of_suggestions = func.sum(case((col(CaseRow.machine) == Subject.SUGGESTION, 1), else_=0))
    leading = (
        select(person.id, person.region, of_suggestions, func.count())
        .join(CaseRow, col(CaseRow.lead) == person.id)
        .where(is_away(on), col(CaseRow.ended_on).is_(None), *_within(person.region, region))
        .group_by(person.id, person.region)
    )
    for id_, where, count, both in session.exec(leading.order_by(person.id)):
        why, todo = _deputy_away(Id(id_), count, both - count), Refused("todo_pass_on")
        yield Finding(F.ADDRESSEE_AWAY, Severity.WARNING, "", id_, where, why, todo)


def _deputy_away(person: Id, count: int, opinions: int) -> Refused:
    if opinions:
        return Refused("deputy_away_named", person=person, count=count, opinions=opinions)
    return Refused("deputy_away", person=person, count=count)


def _within(column: Any, region: str) -> tuple[ColumnElement[bool], ...]:
    return (column == region,) if region else ()
