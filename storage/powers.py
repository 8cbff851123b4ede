"""How an import would change rights: which rows the importer may write, and which must be confirmed.

A person's role, unit and region decide what they see and do, and their term when. So do the region
of their unit, the name of their committee (by which cases refer to it), and the parent of a region.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlmodel import Session, col, select

from states.reasons import Label, Refused, Worded
from states.roles import Role
from storage.tables.accounts import AccountRow
from storage.tables.cases import CaseRow
from storage.tables.directory import PersonRow, RegionRow, UnitRow
from storage.typed_rows import among

Row = Mapping[str, Any]
Source = Literal["console", "page", "folder"]

OF_PEOPLE = ("role", "unit", "region")
"""The columns that identify a person."""

TERM = ("term_from", "term_to")
"""The columns with the first and the last day on which a person may sign in."""

ADDRESSES = ("email", "phone")
"""The columns with a person's addresses, to which notices and evaluation links go."""

AT_PLACES = ("deputies", "clerks")
"""The columns of a place that name who receives and works there.

They see its opinions, clerks with the citizens' names; a clerk of no place those of the whole region.
"""

OVERSEEING = frozenset(
    (Role.REGISTRAR, Role.DISPATCHER, Role.COMMITTEE, Role.LEADER, Role.GOV_LEADER, Role.AUDITOR)
)
"""Roles that reach beyond their own cases and unit: the audit names everybody who newly has one."""


TOLD_OF_JUDGEMENTS = OVERSEEING - {Role.DISPATCHER, Role.GOV_LEADER}
"""Those of them that are notified of what the judged side must not know, even without an account."""


@dataclass(frozen=True)
class Importer:
    """Who imports, from which file, and at which instant.

    `region` limits a regional role to it and those below; '' is a regional role without one, which may write
    nothing; None is the whole directory. `staffs` may appoint the staff of places in their region, whose opinions
    they can read anyway.
    """

    by: str
    at: datetime
    source: Source = "console"
    file: str = ""
    region: str | None = None
    staffs: bool = False


class Directory:
    """The directory with the rows of a file applied to it, which the checks of this module read."""

    def __init__(self, session: Session, kind: str, rows: Sequence[Row]) -> None:
        person, account = PersonRow, col(AccountRow.person)
        self.parents: dict[str, str] = dict(session.exec(select(RegionRow.code, RegionRow.parent_code)).all())
        self.units: dict[str, str] = dict(session.exec(select(UnitRow.id, UnitRow.region)).all())
        everybody = session.exec(select(person.id, person.unit, person.region))
        self.people: dict[str, tuple[str, str]] = {id_: (unit, region) for id_, unit, region in everybody}
        with_account = select(account, person.role).outerjoin(person, col(person.id) == account).where(account != "")
        self.holders: dict[str, str] = {id_: role or "" for id_, role in session.exec(with_account)}
        self.with_cases = _with_cases(session, rows) if kind == "regions" else frozenset()
        self.moved = dict(self.parents)
        if kind == "regions":
            self.moved |= {row["code"]: row["parent_code"] for row in rows}

    def region_of(self, person: str) -> str:
        """The region of a person, as the portal sees it; '' for a person without one or unknown."""
        unit, region = self.people.get(person, ("", ""))
        return region or self.units.get(unit, "")

    def above(self, region: str, parents: Mapping[str, str]) -> Iterator[str]:
        """The region and those above it, each once even if they form a cycle."""
        passed = set()
        while region and region not in passed:
            passed.add(region)
            yield region
            region = parents.get(region, "")

    def holders_in(self, unit: str) -> list[str]:
        """The people of the unit who have an account."""
        return [person for person in self.holders if self.people.get(person, ("", ""))[0] == unit]


def _with_cases(session: Session, rows: Sequence[Row]) -> frozenset[str]:
    """The regions of the file that have cases."""
    ours = among(session, CaseRow.region, [row["code"] for row in rows])
    return frozenset(session.exec(select(CaseRow.region).where(ours).distinct()))


# -- where an importer may reach -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Outside:
    """Something in a row outside the importer's region: its column, and why it is refused."""

    column: str
    why: Refused


def beyond(directory: Directory, kind: str, importer: Importer, old: Row | None, new: Row) -> Outside | None:
    """What in this row a regional importer may not change, before or after it; None when all is in their region."""
    if importer.region is None:
        return None
    parents = directory.parents | _new_ones(directory)
    for touched in _OUTREACH[kind](directory, importer.region, old, new):
        if touched.region is None or importer.region not in directory.above(touched.region, parents):
            return _outside(touched, importer.region)
    return None


def _outside(touched: "Touched", own: str) -> Outside:
    region = Label(touched.region) if touched.region else Worded("no region", "没有区划的地方")
    reach = Label(own) if own else Worded("your region", "您的区划")
    words = Worded(touched.english, touched.chinese)
    return Outside(touched.column, Refused("row_outside_region", touched=words, region=region, own=reach))


def _new_ones(directory: Directory) -> dict[str, str]:
    """Regions that exist only in the file, with the region above each."""
    return {code: parent for code, parent in directory.moved.items() if code not in directory.parents}


@dataclass(frozen=True)
class Touched:
    """A region that a row affects, its column, and words that end before its code; None: no region."""

    column: str
    english: str
    chinese: str
    region: str | None


Outreach = Iterator[Touched]
"""All regions that a row affects; each must lie at or below the importer's."""


def _of_regions(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    code, parent = new["code"], new["parent_code"] or None
    if code == own:
        if old is None or old["parent_code"] != new["parent_code"]:
            yield Touched("parent_code", f"{own} would hang under", f"{own} 要挂到", parent)
        return
    if old is not None:
        yield Touched("code", "this region is", "这个区划是 ", code)
    yield Touched("parent_code", f"{code} would hang under", f"{code} 要挂到", parent)


def _of_units(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    if old is not None:
        yield Touched("region", "the unit is in", "这个单位在", old["region"] or None)
    yield Touched("region", "the unit would be in", "这个单位要放到", new["region"] or None)
    for person in sorted(_linked(new) - _linked(old)):
        where = directory.region_of(person) or None
        column = next(role for role, linked in new["chain"].items() if linked == person)
        yield Touched(column, f"{person} of its chain is in", f"责任链上的 {person} 在", where)


def _of_people(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    for english, chinese, row in (("the person is", "这个人在", old), ("the person would be", "这个人要到", new)):
        if row is None:
            continue
        unit = directory.units.get(row["unit"], "")
        yield Touched("region", f"{english} in", chinese, row["region"] or unit or None)
        if row["unit"]:
            yield Touched("unit", f"{english} of {row['unit']} in", f"{chinese}单位 {row['unit']}，在", unit or None)


def _of_places(directory: Directory, own: str, old: Row | None, new: Row) -> Outreach:
    if old is not None:
        yield Touched("region", "the place is in", "这个家站点在", old["region"] or None)
    yield Touched("region", "the place would be in", "这个家站点要放到", new["region"] or None)
    for column in AT_PLACES:
        for person in sorted({*new[column]} - ({*old[column]} if old else set())):
            where = directory.region_of(person) or None
            yield Touched(column, f"{person} is in", f"{person} 在", where)


_OUTREACH = {"regions": _of_regions, "units": _of_units, "people": _of_people, "places": _of_places}


def _linked(unit: Row | None) -> set[str]:
    return set(unit["chain"].values()) - {""} if unit else set()


def rings(directory: Directory, code: str) -> bool:
    """Whether the region would lie below itself, which would give everybody in the cycle all of it."""
    parent = directory.moved.get(code, "")
    return bool(parent) and code in directory.above(parent, directory.moved)


# -- what waits ------------------------------------------------------------------------------------------------


def powers(kind: str, old: Row | None, new: Row) -> tuple[str, ...]:
    """The columns of a row whose change changes rights, account or not; of a new row those that give some."""
    if kind == "people":
        if old is None:
            return ("role",) if new["role"] in OVERSEEING else ()
        return tuple(column for column in (*OF_PEOPLE, *TERM) if old[column] != new[column])
    if kind == "units" and old is not None:
        return tuple(column for column in ("name", "region") if old[column] != new[column])
    if kind == "regions" and (old is None or old["parent_code"] != new["parent_code"]):
        return ("parent_code",) if new["parent_code"] or old else ()
    if kind == "places":
        return tuple(column for column in AT_PLACES if _comes_or_goes(column, old, new))
    return ()


def _comes_or_goes(column: str, old: Row | None, new: Row) -> set[str]:
    """The people who begin or cease to receive or work at a place."""
    return {*(old[column] if old else ())} ^ {*new[column]}


def waits(directory: Directory, kind: str, importer: Importer, old: Row | None, new: Row) -> tuple[str, ...]:
    """The columns for which the row must be confirmed, because they change the rights of a person with an account."""
    if kind == "places":
        if importer.staffs:
            return ()
        return tuple(power for power in AT_PLACES if _comes_or_goes(power, old, new) & directory.holders.keys())
    if kind == "people":
        who = (powers(kind, old, new) if old is not None else OF_PEOPLE) if new["id"] in directory.holders else ()
        return who or _told_elsewhere(directory, importer, old, new)
    if kind == "units":
        return _of_unit_that_wait(directory, importer, old, new)
    if kind == "regions" and (old is not None or new["code"] in directory.with_cases):
        return powers(kind, old, new) if _reached(directory, new["code"]) else ()
    return ()


def _of_unit_that_wait(directory: Directory, importer: Importer, old: Row | None, new: Row) -> tuple[str, ...]:
    """`chain` stands for all links; it is confirmed when a person of another region would get the unit's notices."""
    holders = directory.holders_in(new["id"])
    reach = {
        "region": bool(holders),
        "name": any(directory.holders[person] == Role.COMMITTEE for person in holders),
    }
    gained = tuple(column for column in powers("units", old, new) if reach[column])
    strangers = [name for name in _linked(new) - _linked(old) if directory.people.get(name, ("",))[0] != new["id"]]
    return (*gained, "chain") if strangers and not _believed(importer) else gained


def _believed(importer: Importer) -> bool:
    """Whether rows come from the console or the server's own folder, whose writers can read the database anyway."""
    return importer.source != "page" and importer.region is None


def _told_elsewhere(directory: Directory, importer: Importer, old: Row | None, new: Row) -> tuple[str, ...]:
    """The columns by which notices or evaluation links would go to an address that the importer chose.

    A registrar gets all notices of the region, but may not evaluate for a deputy.
    """
    if _believed(importer):
        return ()
    roles = frozenset() if importer.staffs else TOLD_OF_JUDGEMENTS
    if old is None:
        return ("role",) if new["role"] in roles else ()
    columns: tuple[str, ...] = OF_PEOPLE if new["role"] in roles else ()
    if new["id"] in directory.holders or {old["role"], new["role"]} & {Role.DEPUTY, *roles}:
        columns += ADDRESSES
    return tuple(column for column in columns if old[column] != new[column])


def _reached(directory: Directory, code: str) -> bool:
    """Whether a person with an account is above the region, at its old or its new parent."""
    above = {*directory.above(code, directory.parents), *directory.above(code, directory.moved)} - {code}
    return any(directory.region_of(person) in above for person in directory.holders)
