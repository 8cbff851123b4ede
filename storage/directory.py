"""The directory: regions, units with their responsibility chain, people, reception places.

A file is taken over whole or not at all.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from rulebooks import written_day
from states.roles import ROLE_NAMES, Role
from storage.batch import MAX_NAME
from storage.errors import ImportRefused
from storage.layout import Layout
from storage.statements import Cursor

Records = Sequence[tuple[int, Mapping[str, str]]]
"""(record number from 1, values by column as the file names them)."""

LEVELS = ("province", "city", "county", "town", "village")
LEVEL_NAMES = {
    "省": "province",
    "市": "city",
    "县": "county",
    "区": "county",
    "乡镇": "town",
    "街道": "town",
    "村": "village",
}
KINDS = ("government", "court", "procuratorate", "party", "congress", "committee", "other")
KIND_NAMES = {
    "政府": "government",
    "法院": "court",
    "检察院": "procuratorate",
    "党委": "party",
    "人大": "congress",
}
KIND_NAMES |= {"专工委": "committee", "委员会": "committee", "其他": "other"}

PLACE_KINDS = ("home", "station", "point", "micro", "other")
PLACE_KIND_NAMES = {
    "代表之家": "home",
    "代表联络站": "station",
    "代表联系点": "point",
    "微家": "micro",
    "其他": "other",
}

CHAIN = (Role.HANDLER, Role.SECTION_HEAD, Role.UNIT_LEADER, Role.UNIT_HEAD, Role.GOV_LEADER)
"""The links of a responsibility chain, in order: 承办人 → 科室负责人 → 分管领导 → 主要负责人 → 领办市领导."""

COLUMNS: dict[str, dict[str, str]] = {
    "regions": {"code": "代码", "name": "名称", "level": "级别", "parent_code": "上级代码"},
    "units": {"id": "编号", "name": "名称", "region": "区划", "kind": "类别", "abolished_on": "撤销日期"}
    | {"email": "邮箱", "phone": "电话"}
    | {role.value: ROLE_NAMES[role] for role in CHAIN},
    "people": {
        "id": "编号",
        "name": "姓名",
        "role": "身份",
        "unit": "单位",
        "region": "区划",
        "delegation": "代表团",
        "term_from": "任期开始",
        "term_to": "任期结束",
        "email": "邮箱",
        "phone": "电话",
    },
    "places": {
        "id": "编号",
        "name": "名称",
        "region": "区划",
        "kind": "类别",
        "address": "地址",
        "schedule": "接待时间",
        "deputies": "代表",
        "clerks": "工作人员",
        "closed_on": "关闭日期",
    },
}
"""The columns of each kind of file; either name serves as the header."""

REQUIRED = {
    "regions": ("code", "name", "level"),
    "units": ("id", "name", "kind"),
    "people": ("id", "name", "role"),
    "places": ("id", "name", "region", "kind"),
}


@dataclass(frozen=True)
class ImportReport:
    """How many rows were new and how many replaced an older row of the same id."""

    kind: str
    new: int
    replaced: int
    notes: tuple[str, ...] = ()
    """What of the file was not read."""

    def noting(self, notes: Sequence[str]) -> "ImportReport":
        return replace(self, notes=(*self.notes, *notes))


class _Sheet:
    """One file while it is checked: its rows under their English names, and the faults found."""

    def __init__(self, kind: str, records: Records) -> None:
        self.kind = kind
        self.rows: list[tuple[int, dict[str, str]]] = []
        self.faults: list[tuple[int, str]] = []
        names = {chinese: english for english, chinese in COLUMNS[kind].items()}
        for number, values in records:
            row = {names.get(name, name): (value or "").strip() for name, value in values.items()}
            self.rows.append((number, row))
            for column in COLUMNS[kind].keys() & row.keys():
                reason = _unstorable(row[column])
                if reason:
                    self.fault(number, f"{column} {reason}")

    def fault(self, number: int, reason: str) -> None:
        self.faults.append((number, reason))

    def require(self) -> None:
        key = REQUIRED[self.kind][0]
        seen: dict[str, int] = {}
        for number, row in self.rows:
            for column in REQUIRED[self.kind]:
                if not row.get(column):
                    self.fault(number, f"{column} ({COLUMNS[self.kind][column]}) is empty")
            value = row.get(key, "")
            if value in seen:
                self.fault(number, f"{key} {value} is given twice, first in record {seen[value]}")
            elif value:
                seen[value] = number

    def one_of(
        self, number: int, row: dict[str, str], column: str, known: Sequence[str], names: Mapping[str, str]
    ) -> str:
        value = names.get(row.get(column, ""), row.get(column, ""))
        if value and value not in known:
            self.fault(number, f"{column} {value!r}; one of {', '.join((*names, *known))}")
        return value

    def day(self, number: int, row: dict[str, str], column: str) -> date | None:
        text = row.get(column, "")
        if not text:
            return None
        try:
            return written_day(text)
        except ValueError as error:
            self.fault(number, f"{column} {error}")
            return None

    def addresses(self, number: int, row: dict[str, str]) -> dict[str, str]:
        """The e-mail and the phone of a row, each possibly empty."""
        email, phone = row.get("email", ""), row.get("phone", "")
        if email and not _EMAIL.fullmatch(email):
            self.fault(number, f"email {email!r} is no mail address")
        if phone and not _PHONE.fullmatch(phone):
            self.fault(number, f"phone {phone!r} is no number; digits, blanks, + and -")
        return {"email": email, "phone": phone}

    def known(self, number: int, what: str, value: str, known: set[str], hint: str = "") -> None:
        if value and value not in known:
            self.fault(number, f"{what} {value} is not known{hint}")


CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 20

_EMAIL = re.compile(r"[^\s@<>,;\"]+@[^\s@<>,;\"]+")
_PHONE = re.compile(r"\+?[0-9][0-9 -]{2,30}")


def _unstorable(text: str) -> str | None:
    if len(text) > MAX_NAME:
        return f"has {len(text)} characters; at most {MAX_NAME}"
    if any(one == "\0" or "\ud800" <= one <= "\udfff" for one in text):
        return "holds a character that no database keeps"
    return None


def import_directory(layout: Layout, cursor: Cursor, kind: str, records: Records) -> ImportReport:
    """Check every row, then write all of them; rows of a known id replace the older ones.

    Raises ImportRefused naming each bad row, before anything is written.
    """
    sheet = _Sheet(kind, records)
    sheet.require()
    rows, links = _READERS[kind](sheet, layout, cursor)
    if sheet.faults:
        raise ImportRefused(kind, sorted(sheet.faults))
    statements = layout.directory[kind]
    key = REQUIRED[kind][0]
    before = _ids(cursor, kind, key)
    statements.upsert(cursor, rows)
    if kind == "places":
        gone = f"DELETE FROM place_people WHERE place {layout.sql.any}"
        cursor.run(gone, [layout.sql.many([row["id"] for row in rows])])
        layout.directory["place_people"].upsert(cursor, links)
    else:
        layout.directory["chain_links"].upsert(cursor, links)
    replaced = sum(1 for row in rows if row[key] in before)
    return ImportReport(kind, len(rows) - replaced, replaced)


Read = tuple[list[dict[str, Any]], list[dict[str, Any]]]


def _regions(sheet: _Sheet, _layout: Layout, cursor: Cursor) -> Read:
    known = _ids(cursor, "regions", "code") | {row.get("code", "") for _, row in sheet.rows}
    rows = []
    for number, row in sheet.rows:
        level = sheet.one_of(number, row, "level", LEVELS, LEVEL_NAMES)
        parent = row.get("parent_code", "")
        sheet.known(number, "parent_code", parent, known)
        if parent and parent == row.get("code"):
            sheet.fault(number, f"{parent} is its own parent")
        rows.append(
            {"code": row.get("code", ""), "name": row.get("name", ""), "level": level, "parent_code": parent}
        )
    return rows, []


def _units(sheet: _Sheet, _layout: Layout, cursor: Cursor) -> Read:
    regions = _ids(cursor, "regions", "code")
    people = _ids(cursor, "people", "id")
    rows, links = [], []
    for number, row in sheet.rows:
        sheet.known(number, "region", row.get("region", ""), regions, "; import regions first")
        rows.append(
            {
                "id": row.get("id", ""),
                "name": row.get("name", ""),
                "region": row.get("region", ""),
                "kind": sheet.one_of(number, row, "kind", KINDS, KIND_NAMES),
                "abolished_on": sheet.day(number, row, "abolished_on"),
                **sheet.addresses(number, row),
            }
        )
        for position, role in enumerate(CHAIN, start=1):
            person = row.get(role.value, "")
            sheet.known(
                number, role.value, person, people, "; import people, then units again with their chain"
            )
            if person:
                links.append(
                    {"unit": row.get("id", ""), "position": position, "role": role.value, "person": person}
                )
    return rows, links


def _people(sheet: _Sheet, _layout: Layout, cursor: Cursor) -> Read:
    regions = _ids(cursor, "regions", "code")
    units = _ids(cursor, "units", "id")
    linked = {(unit, role) for unit, role in cursor.rows("SELECT unit, role FROM chain_links")}
    names = {chinese: role.value for role, chinese in ROLE_NAMES.items()}
    rows, links = [], []
    for number, row in sheet.rows:
        role = sheet.one_of(number, row, "role", [role.value for role in Role if role != Role.SYSTEM], names)
        unit = row.get("unit", "")
        sheet.known(number, "unit", unit, units, "; import units first")
        sheet.known(number, "region", row.get("region", ""), regions, "; import regions first")
        first, last = sheet.day(number, row, "term_from"), sheet.day(number, row, "term_to")
        if first and last and last < first:
            sheet.fault(number, f"term_to {last} lies before term_from {first}")
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
                **sheet.addresses(number, row),
            }
        )
        if unit and role in CHAIN and (unit, role) not in linked:
            # The first person of a role in a unit is that link of its chain until a units file says otherwise.
            linked.add((unit, role))
            links.append(
                {
                    "unit": unit,
                    "position": CHAIN.index(Role(role)) + 1,
                    "role": role,
                    "person": row.get("id", ""),
                }
            )
    return rows, links


def _places(sheet: _Sheet, _layout: Layout, cursor: Cursor) -> Read:
    """Places with those who receive and work there; a known place keeps its code on the wall."""
    regions = _ids(cursor, "regions", "code")
    roles = {str(person): role for person, role in cursor.rows("SELECT id, role FROM people")}
    kept = {row[0]: row[1:] for row in cursor.rows("SELECT id, code, secret FROM places")}
    rows, links = [], []
    for number, row in sheet.rows:
        sheet.known(number, "region", row.get("region", ""), regions, "; import regions first")
        place = row.get("id", "")
        code, secret = kept.get(place) or (new_code(), secrets.token_hex(32))
        rows.append(
            {
                "id": place,
                "name": row.get("name", ""),
                "region": row.get("region", ""),
                "kind": sheet.one_of(number, row, "kind", PLACE_KINDS, PLACE_KIND_NAMES),
                "address": row.get("address", ""),
                "schedule": row.get("schedule", ""),
                "closed_on": sheet.day(number, row, "closed_on"),
                "code": code,
                "secret": secret,
            }
        )
        for column, role in (("deputies", Role.DEPUTY), ("clerks", Role.CLERK)):
            for person in dict.fromkeys(re.split(r"[、，,;；\s]+", row.get(column, "").strip())):
                if person and roles.get(person) != role:
                    found = f"is {roles[person]}" if person in roles else "is not known"
                    sheet.fault(number, f"{column} {person} {found}; import people as {role.value} first")
                elif person:
                    links.append({"place": place, "person": person, "role": role.value})
    return rows, links


def new_code() -> str:
    """What leads to a place, or to an opinion: a hundred bits, in letters and figures that nobody mistakes."""
    return "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))


def _ids(cursor: Cursor, table: str, column: str) -> set[str]:
    return {str(row[0]) for row in cursor.rows(f"SELECT {column} FROM {table}")}


_READERS: dict[str, Callable[[_Sheet, Layout, Cursor], Read]] = {
    "regions": _regions,
    "units": _units,
    "people": _people,
    "places": _places,
}
