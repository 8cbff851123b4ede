"""The directory: regions, units with their responsibility chain, people, reception places.

A file is imported whole or not at all.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from unicodedata import category, normalize

from sqlmodel import Session, SQLModel, delete, select

from rulebooks import written_day
from rulebooks.faults import FaultError
from states.addresses import is_mail_address, is_phone
from states.reasons import Given, Label, Refused, Worded, labels
from states.roles import CHAIN_ROLES, Role
from states.sheets.synonyms import VALUES_TOO
from states.sheets.tables import DIRECTORY
from states.texts import NAME, unseen
from storage.errors import ImportRefused, RowFault
from storage.import_log import ImportLog, ImportReport
from storage.layout import StatementSet
from storage.powers import Importer
from storage.statements import Cursor
from storage.tables.directory import ChainLinkRow, PersonRow, RegionRow, UnitRow
from storage.tables.places import PlacePersonRow, PlaceRow
from storage.typed_rows import among, dictionaries

Records = Sequence[tuple[int, Mapping[str, str]]]
"""(record number from 1, values by column as the file names them)."""

STAFF = {"deputies": Role.DEPUTY, "clerks": Role.CLERK}
"""The columns of a place that name people, each with the role that they have."""

COLUMNS = {kind: {field.key: field.label[0] for field in sheet} for kind, sheet in DIRECTORY.items()}
"""The columns of each kind of file; either name serves as the header."""

REQUIRED = {kind: tuple(field.key for field in sheet if field.required) for kind, sheet in DIRECTORY.items()}


class _Sheet:
    """One file being checked: its rows under their English names, and the faults.

    A missing column is filled with the stored value; an empty cell clears it. A cell equal to the stored value is
    not checked again, so the program accepts its own exports.
    """

    def __init__(self, kind: str, records: Records, stored: Mapping[str, Mapping[str, str]]) -> None:
        self.kind = kind
        self.rows: list[tuple[int, dict[str, str]]] = []
        self.faults: list[RowFault] = []
        self.given: list[set[str]] = []
        names = {chinese: english for english, chinese in COLUMNS[kind].items()}
        for number, values in records:
            row = {names.get(name, name): (value or "").strip() for name, value in values.items()}
            row = {column: row[column] for column in COLUMNS[kind] if column in row}
            old = stored.get(row.get(REQUIRED[kind][0], ""), {})
            fresh = {column for column in row if old.get(column) != row[column]}
            for column in fresh:
                self._clean(number, row, column)
            self.given.append(fresh)
            self.rows.append((number, {**stored.get(row.get(REQUIRED[kind][0], ""), {}), **row}))

    def fault(self, number: int, column: str, why: Refused) -> None:
        """Record a fault of a column."""
        self.faults.append(RowFault(number, why, column))

    def _clean(self, number: int, row: dict[str, str], column: str) -> None:
        """Normalise what is compared, called or sent to; texts stay as typed."""
        if column not in TEXTS:
            row[column] = normalize("NFKC", row[column]).strip()
        why = _unstorable(column, row[column]) or (_no_id(column, row[column]) if column in IDS else None)
        if why:
            self.fault(number, column, why)

    def require(self) -> None:
        key = REQUIRED[self.kind][0]
        seen: dict[str, int] = {}
        for number, row in self.rows:
            for column in REQUIRED[self.kind]:
                if not row.get(column):
                    named = Worded(column, COLUMNS[self.kind][column])
                    self.fault(number, column, Refused("cell_empty", column=named))
            value = row.get(key, "")
            if value in seen:
                again = Refused("row_twice", column=Label(key), value=quoted(value), first=seen[value])
                self.fault(number, key, again)
            elif value:
                seen[value] = number

    def one_of(self, number: int, row: dict[str, str], column: str) -> str:
        choices = next(field.among for field in DIRECTORY[self.kind] if field.key == column)
        names = {value.zh: value.value for value in choices}
        also = {name: value.value for name, value in VALUES_TOO[self.kind][column].items()}
        value = (also | names).get(row.get(column, ""), row.get(column, ""))
        if value and value not in names.values():
            words = tuple(Worded(ident, name) for name, ident in names.items())
            given = Given(quoted(value))
            self.fault(number, column, Refused("cell_of_no_set", column=Label(column), given=given, known=words))
        return value

    def day(self, number: int, row: dict[str, str], column: str) -> date | None:
        text = row.get(column, "")
        if not text:
            return None
        try:
            return written_day(text)
        except FaultError as error:
            self.fault(number, column, Refused("cell_no_day", column=Label(column), why=error.faults))
            return None

    def addresses(self, at: int) -> dict[str, str]:
        """The e-mail and the phone of a row, each possibly empty; a stored one is not checked again."""
        number, row = self.rows[at]
        email, phone = row.get("email", ""), row.get("phone", "")
        if email and "email" in self.given[at] and not is_mail_address(email):
            given, example = Given(quoted(email)), Label("zhang.san@example.org")
            self.fault(number, "email", Refused("cell_no_mail", column=Label("email"), given=given, example=example))
        if phone and "phone" in self.given[at] and not is_phone(phone):
            given, examples = Given(quoted(phone)), labels(("13812345678", "0527-84350000"))
            self.fault(number, "phone", Refused("cell_no_phone", column=Label("phone"), given=given, examples=examples))
        return {"email": email, "phone": phone}

    def require_known(
        self, number: int, column: str, value: str, idents: set[str], table: Worded | None = None
    ) -> None:
        if not value or value in idents:
            return
        head, shown = Label(column), quoted(value)
        if table is None:
            self.fault(number, column, Refused("cell_unknown", column=head, value=shown))
        else:
            self.fault(number, column, Refused("cell_unknown_before", column=head, value=shown, table=table))


TOLD = 200
"""Most characters of a cell that a reason quotes."""
REGIONS, UNITS = Worded("regions", "区划"), Worded("units", "单位")
CHAIN_PEOPLE = Worded("people (then units again with their chain)", "人员，再连同责任链重新导入单位")

TEXTS = frozenset({"name", "delegation", "address", "schedule"})
"""Columns that are kept as they were typed."""
IDS = frozenset(
    {"code", "parent_code", "id", "region", "unit", "deputies", "clerks", *(role.value for role in CHAIN_ROLES)}
)

CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 20

_SHORTENED = re.compile(r"\d(\.\d+)?E\+?\d+", re.IGNORECASE)


def quoted(text: str) -> Label:
    return Label(text[:TOLD])


def _unstorable(column: str, text: str) -> Refused | None:
    head = Label(column)
    if len(text) > NAME:
        return Refused("cell_too_long", column=head, length=len(text), most=NAME)
    if character := unseen(text):
        return Refused("cell_unseen_character", column=head, character=Label(character))
    return None


def _no_id(column: str, text: str) -> Refused | None:
    """Why a text is not a valid id: it only looks different from another, or Excel shortened a long number."""
    if any(category(sign)[0] in "CZ" and sign not in " \t\r\n" for sign in text):
        return Refused("cell_unseen_letter", column=Label(column))
    if _SHORTENED.fullmatch(text):
        return Refused("cell_shortened", column=Label(column), given=Given(quoted(text)))
    return None


def import_directory(
    layout: StatementSet, cursor: Cursor, kind: str, records: Records, importer: Importer
) -> ImportReport:
    """Check every row, then write all of them; rows of a known id replace the older ones.

    What changes the rights of a person with an account is not written but waits for a confirmation. Every import is
    logged. Raises ImportRefused naming each bad row, and each outside the importer's region, before writing anything.
    """
    check = checked_rows(layout, cursor, kind, records, importer)
    check.write(layout, cursor, kind)
    return check.log.keep([number for number, _ in records])


@dataclass(frozen=True)
class CheckedFile:
    """The rows and links of a file without faults, beside the stored ones."""

    rows: list[dict[str, Any]]
    links: list[dict[str, Any]]
    log: ImportLog

    def write(self, layout: StatementSet, cursor: Cursor, kind: str) -> None:
        """Write what does not wait for a confirmation."""
        written = self.log.to_write()
        theirs = set(written.values())
        links = [link for link in self.links if self.log.owner(link) in theirs]
        write_rows(layout, cursor, kind, [self.rows[at] for at in written], links)


def checked_rows(
    layout: StatementSet, cursor: Cursor, kind: str, records: Records, importer: Importer
) -> CheckedFile:
    """Check every row; raises ImportRefused as `import_directory` does. Writes nothing."""
    sheet = _Sheet(kind, records, _stored(cursor.session, kind))
    sheet.require()
    rows, links = _READERS[kind](sheet, cursor.session)
    if sheet.faults:
        raise ImportRefused(kind, sorted(sheet.faults, key=lambda fault: (fault.number, fault.column)))
    log = ImportLog(layout, cursor, kind, importer, rows, links)
    beyond = log.faults([number for number, _ in sheet.rows])
    if beyond:
        raise ImportRefused(kind, beyond)
    return CheckedFile(rows, links, log)


def write_rows(
    layout: StatementSet, cursor: Cursor, kind: str, rows: Sequence[dict[str, Any]], links: Sequence[dict[str, Any]]
) -> None:
    """Write checked rows and their links; the links of a place replace its old ones."""
    layout.directory[kind].upsert(cursor, rows)
    if kind == "places":
        theirs = among(cursor.session, PlacePersonRow.place, [row["id"] for row in rows])
        cursor.session.exec(
            delete(PlacePersonRow).where(theirs), execution_options={"synchronize_session": False}
        )
        layout.directory["place_people"].upsert(cursor, links)
    else:
        layout.directory["chain_links"].upsert(cursor, links)


Read = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def _regions(sheet: _Sheet, session: Session) -> Read:
    codes = _ids(session, RegionRow.code) | {row.get("code", "") for _, row in sheet.rows}
    rows = []
    for number, row in sheet.rows:
        level = sheet.one_of(number, row, "level")
        parent = row.get("parent_code", "")
        sheet.require_known(number, "parent_code", parent, codes)
        if parent and parent == row.get("code"):
            sheet.fault(number, "parent_code", Refused("region_own_parent", region=Label(parent)))
        rows.append(
            {"code": row.get("code", ""), "name": row.get("name", ""), "level": level, "parent_code": parent}
        )
    return rows, []


def _units(sheet: _Sheet, session: Session) -> Read:
    regions = _ids(session, RegionRow.code)
    people = _ids(session, PersonRow.id)
    linked = links_taken(session)
    rows, links = [], []
    for at, (number, row) in enumerate(sheet.rows):
        sheet.require_known(number, "region", row.get("region", ""), regions, REGIONS)
        rows.append(
            {
                "id": row.get("id", ""),
                "name": row.get("name", ""),
                "region": row.get("region", ""),
                "kind": sheet.one_of(number, row, "kind"),
                "abolished_on": sheet.day(number, row, "abolished_on"),
                **sheet.addresses(at),
            }
        )
        for position, role in enumerate(CHAIN_ROLES, start=1):
            person = row.get(role.value, "")
            sheet.require_known(number, role.value, person, people, CHAIN_PEOPLE)
            if person or (row.get("id", ""), role) in linked:  # an ended link is kept as a gap, which the audit names
                links.append(
                    {"unit": row.get("id", ""), "position": position, "role": role.value, "person": person}
                )
    return rows, links


def _people(sheet: _Sheet, session: Session) -> Read:
    regions = _ids(session, RegionRow.code)
    units = _ids(session, UnitRow.id)
    linked = links_taken(session)
    rows, links = [], []
    for at, (number, row) in enumerate(sheet.rows):
        role = sheet.one_of(number, row, "role")
        unit = row.get("unit", "")
        sheet.require_known(number, "unit", unit, units, UNITS)
        sheet.require_known(number, "region", row.get("region", ""), regions, REGIONS)
        first, last = sheet.day(number, row, "term_from"), sheet.day(number, row, "term_to")
        if first and last and last < first:
            start, end = Label("term_from"), Label("term_to")
            sheet.fault(number, "term_to", Refused("term_reversed", column=end, last=last, other=start, first=first))
        rows.append(
            {
                "id": row.get("id", ""),
                "name": row.get("name", ""),
                "role": role,
                "unit": unit,
                "region": row.get("region", ""),
                "delegation": row.get("delegation", ""),
                "term_from": first,
                "term_to": last,
                **sheet.addresses(at),
            }
        )
        if unit and role in CHAIN_ROLES and (unit, role) not in linked:
            # The first person of a role in a unit is that link of its chain until a units file says otherwise.
            linked.add((unit, role))
            links.append(
                {
                    "unit": unit,
                    "position": CHAIN_ROLES.index(Role(role)) + 1,
                    "role": role,
                    "person": row.get("id", ""),
                }
            )
    return rows, links


def _places(sheet: _Sheet, session: Session) -> Read:
    """Places with those who receive and work there; a known place keeps its code on the wall."""
    regions = _ids(session, RegionRow.code)
    roles, kept = roles_of_people(session), codes_of_places(session)
    rows, links = [], []
    for at, (number, row) in enumerate(sheet.rows):
        sheet.require_known(number, "region", row.get("region", ""), regions, REGIONS)
        place = row.get("id", "")
        rows.append(
            {
                "id": place,
                "name": row.get("name", ""),
                "region": row.get("region", ""),
                "kind": sheet.one_of(number, row, "kind"),
                "address": row.get("address", ""),
                "schedule": row.get("schedule", ""),
                "closed_on": sheet.day(number, row, "closed_on"),
                **kept.get(place, new_codes()),
            }
        )
        for column, role in STAFF.items():
            for person in dict.fromkeys(re.split(r"[、，,;；\s]+", row.get(column, "").strip())):
                if person and roles.get(person) != role and column in sheet.given[at]:
                    sheet.fault(number, column, _no_staff(column, person, roles.get(person), role))
                elif person:
                    links.append({"place": place, "person": person, "role": role.value})
    return rows, links


def _no_staff(column: str, person: str, role: str | None, needed: Role) -> Refused:
    """Why a person may not stand in a column of a place."""
    head, shown = Label(column), quoted(person)
    if role is None:
        return Refused("staff_unknown", column=head, person=shown, needed=needed)
    return Refused(
        "staff_of_other_role", column=head, person=shown, role=Worded(role, Role.name_of(role)), needed=needed
    )


def _stored(session: Session, kind: str) -> dict[str, dict[str, str]]:
    """The rows of a table by id in the form of an import file, with the links that its columns name."""
    rows_of_places = {
        row[REQUIRED[kind][0]]: {
            column: "" if row[column] is None else str(row[column]) for column in COLUMNS[kind] if column in row
        }
        for row in dictionaries(session, SQLModel.metadata.tables[kind])
    }
    if kind == "units":
        for link in session.exec(select(ChainLinkRow)):
            rows_of_places.get(link.unit, {})[link.role] = link.person
    if kind == "places":
        columns = {role.value: column for column, role in STAFF.items()}
        for place_person in session.exec(select(PlacePersonRow).order_by(PlacePersonRow.person)):
            row, column = rows_of_places.get(place_person.place, {}), columns[place_person.role]
            row[column] = f"{row[column]}、{place_person.person}" if row.get(column) else place_person.person
    return rows_of_places


def links_taken(session: Session) -> set[tuple[str, str]]:
    """(unit, role) of every link of a chain, including ended ones."""
    return {(unit, role) for unit, role in session.exec(select(ChainLinkRow.unit, ChainLinkRow.role))}


def roles_of_people(session: Session) -> dict[str, str]:
    return dict(session.exec(select(PersonRow.id, PersonRow.role)).all())


def codes_of_places(session: Session) -> dict[str, dict[str, str]]:
    """The public code and the form secret of each place; a known place keeps both."""
    rows = session.exec(select(PlaceRow.id, PlaceRow.code, PlaceRow.secret))
    return {place: {"code": code, "secret": secret} for place, code, secret in rows}


def new_codes() -> dict[str, str]:
    return {"code": new_code(), "secret": secrets.token_hex(32)}


def new_code() -> str:
    """A new code of a place or an opinion: a hundred bits in letters and digits that cannot be confused."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _ids(session: Session, column: str) -> set[str]:
    return {*session.exec(select(column))}


_READERS: dict[str, Callable[[_Sheet, Session], Read]] = {
    "regions": _regions,
    "units": _units,
    "people": _people,
    "places": _places,
}
