"""What imports of the directory did, row by row, and which rows wait for a confirmation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

import orjson
from sqlmodel import Session, SQLModel, col, select

from states.outgoing import on_one_line
from states.reasons import Label, Refused
from storage.credentials import end_credentials
from storage.errors import RowFault
from storage.humans import people_behind, people_in
from storage.layout import StatementSet
from storage.power_log import power_change
from storage.powers import OF_PEOPLE, Directory, Importer, Outside, beyond, powers, rings, waits
from storage.statements import Cursor
from storage.tables.accounts import AccountRow
from storage.tables.directory import ChainLinkRow, PersonRow
from storage.tables.imports import ImportDecisionRow, ImportLineRow, ImportRow
from storage.typed_rows import among, dictionaries, hold_tables

HIDDEN = {"places": ("code", "secret")}
"""Columns whose values are not shown in a log."""

KEYS = {"regions": "code", "units": "id", "people": "id", "places": "id"}
OWNERS = {"regions": "", "units": "unit", "people": "person", "places": "place"}
"""The column that ties a link to a row of the file."""
LINKS = {"units": "chain_links", "places": "place_people"}
"""The table of the links that each kind of file contains."""


@dataclass(frozen=True)
class ImportReport:
    """How many rows were new, how many replaced an older row of the same id, and how many wait; the import's id."""

    kind: str
    new: int
    replaced: int
    notes: tuple[str, ...] = ()
    """The parts of the file that were not read."""
    waiting: int = 0
    id: str = field(default="", compare=False)

    def noting(self, notes: Sequence[str]) -> "ImportReport":
        return replace(self, notes=(*self.notes, *notes))


class ImportLog:
    """One import: its rows beside the stored ones, which of them wait, and its log."""

    def __init__(
        self, layout: StatementSet, cursor: Cursor, kind: str, importer: Importer, rows: Sequence[dict[str, Any]],
        links: Sequence[dict[str, Any]],
    ) -> None:  # fmt: skip
        self.layout, self.cursor, self.kind, self.importer = layout, cursor, kind, importer
        self.key = KEYS[kind]
        hold_tables(cursor.session, "SHARE", AccountRow)  # nobody gets one while it is asked who has
        subjects = [str(row[self.key]) for row in rows]
        self.old = stored(cursor.session, kind, subjects)
        self.new = [whole(kind, row, links, self.old.get(row[self.key])) for row in rows]
        self.directory = Directory(cursor.session, kind, rows)
        self.waiting = {
            at: columns
            for at, new in enumerate(self.new)
            if (columns := waits(self.directory, kind, importer, self.old.get(new[self.key]), new))
        }

    def faults(self, numbers: Sequence[int]) -> list[RowFault]:
        """The rows that the importer may not write, by record number."""
        faults = []
        for number, new in zip(numbers, self.new, strict=True):
            why = beyond(self.directory, self.kind, self.importer, self.old.get(new[self.key]), new)
            if why is None and self.kind == "regions" and rings(self.directory, new["code"]):
                why = Outside("parent_code", Refused("region_below_itself", region=Label(new["code"])))
            if why:
                faults.append(RowFault(number, why.why, why.column))
        return sorted(faults, key=lambda fault: fault.number)

    def to_write(self) -> dict[int, str]:
        """The rows to write now, by their position, with their subject."""
        return {at: new[self.key] for at, new in enumerate(self.new) if at not in self.waiting}

    def owner(self, link: Mapping[str, Any]) -> str:
        return str(link[OWNERS[self.kind]])

    def keep(self, numbers: Sequence[int]) -> ImportReport:
        """Write the log: the new, changed and waiting rows, and each change of rights."""
        lines = [
            line
            for at, (number, new) in enumerate(zip(numbers, self.new, strict=True))
            if (line := self._line(at, number, self.old.get(new[self.key]), new))
        ]
        count = {
            outcome: sum(line["outcome"] == outcome for line in lines)
            for outcome in ("new", "changed", "waits")
        }
        importer, id_ = self.importer, uuid4().hex
        self.cursor.session.add(ImportRow(
            id=id_, at=importer.at, by=importer.by, source=importer.source,
            file=on_one_line(importer.file[:300]), kind=self.kind,
            region=importer.region or "", named=len(self.new), new=count["new"], changed=count["changed"],
            waiting=count["waits"],
        ))  # fmt: skip
        self._supersede()
        self.layout.import_lines.insert(self.cursor, [line | {"import_id": id_} for line in lines])
        of_power = [line for line in lines if line["outcome"] != "waits" and line["powers"]]
        apply_powers(self.cursor.session, self.kind, of_power, importer.by, importer.at)
        unchanged = sum(
            1 for at, new in enumerate(self.new) if at not in self.waiting and new[self.key] in self.old
        )
        return ImportReport(self.kind, count["new"], unchanged, waiting=count["waits"], id=id_)

    def _line(
        self, at: int, number: int, old: dict[str, Any] | None, new: dict[str, Any]
    ) -> dict[str, Any] | None:
        if old == new:
            return None
        outcome = "waits" if at in self.waiting else "changed" if old else "new"
        of_power = self.waiting.get(at) or powers(self.kind, old, new)
        return {
            "line": number, "subject": new[self.key], "region": self._region(new), "outcome": outcome,
            "powers": " ".join(of_power), "old": old, "new": new,
        }  # fmt: skip

    def _region(self, new: Mapping[str, Any]) -> str:
        if self.kind == "regions":
            return str(new["code"])
        return str(new["region"] or self.directory.units.get(new.get("unit", ""), ""))

    def _supersede(self) -> None:
        """Earlier waiting rows of the same subjects are superseded by this file.

        Nobody can withdraw a waiting change of their own rights by another import: another person decides it.
        """
        session = self.cursor.session
        own = people_behind(session, self.importer.by)
        lines = [
            line
            for line in undecided_lines(session, self.kind, [new[self.key] for new in self.new])
            if not own & people_in(self.kind, line)
        ]
        decide_lines(session, lines, "superseded", self.importer.by, self.importer.at)


def apply_powers(
    session: Session, kind: str, lines: Sequence[Mapping[str, Any]], by: str, at: datetime
) -> None:
    """After rows that changed rights were written: end credentials and log the change."""
    changes = []
    for line in lines:
        old, new = line["old"] or {}, line["new"]
        for column in line["powers"].split():
            before, after = _shown_value(old.get(column, "")), _shown_value(new[column])
            changes.append(
                power_change(at, by, f"{kind}.{column}", line["subject"], line["region"], before, after)
            )
        if line["old"] and kind == "people" and {*OF_PEOPLE} & {*line["powers"].split()}:
            _leave_chain(session, line)
            end_credentials(session, at, by, person=line["subject"])
        if line["old"] and kind == "units" and "region" in line["powers"].split():
            for person in session.exec(select(PersonRow.id).where(PersonRow.unit == line["subject"])).all():
                end_credentials(session, at, by, person=person)
    session.add_all(changes)


def _leave_chain(session: Session, line: Mapping[str, Any]) -> None:
    """End every link of a person who leaves a unit, so that they no longer get its notices.

    A person who stays in the unit with another role leaves the old role's link.
    """
    old, new = line["old"], line["new"]
    if not old["unit"] or (old["unit"], old["role"]) == (new["unit"], new["role"]):
        return
    links = select(ChainLinkRow).where(ChainLinkRow.unit == old["unit"], ChainLinkRow.person == line["subject"])
    for link in session.exec(links):
        if old["unit"] != new["unit"] or link.role == old["role"]:
            link.person = ""


def _shown_value(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{role} {person}" for role, person in value.items() if person]
    return "、".join(value) if isinstance(value, list) else str(value or "")


Line = dict[str, Any]


def undecided_lines(session: Session, kind: str = "", subjects: Sequence[str] = (), id_: str = "") -> list[Line]:
    """The rows that wait for a confirmation; of these subjects of one kind, or of one import, where given."""
    line, made, decision = ImportLineRow, ImportRow, ImportDecisionRow
    decided = select(decision.line).where(decision.import_id == line.import_id, decision.line == line.line)
    waiting = (
        select(line)
        .join(made, col(made.id) == line.import_id)
        .where(line.outcome == "waits", ~decided.exists())
        .order_by(col(made.at), made.id, col(line.line))
    )
    if kind:
        waiting = waiting.where(made.kind == kind, among(session, line.subject, subjects))
    if id_:
        waiting = waiting.where(made.id == id_)
    return [row.model_dump() for row in session.exec(waiting)]


def decide_lines(
    session: Session, lines: Sequence[Line], outcome: str, by: str, at: datetime, why: str = ""
) -> None:
    """Record the decision on waiting rows."""
    session.add_all(
        ImportDecisionRow(import_id=line["import_id"], line=line["line"], at=at, by=by, outcome=outcome, why=why)
        for line in lines
    )


def whole(
    kind: str, row: Mapping[str, Any], links: Sequence[Mapping[str, Any]], old: Mapping[str, Any] | None
) -> dict[str, Any]:
    """A row of a file as it is compared and kept: its links in it, its days as text, nothing hidden."""
    cells = {name: value for name, value in row.items() if name not in HIDDEN.get(kind, ())}
    if kind == "units":
        chain = {link["role"]: link["person"] for link in links if link["unit"] == row["id"]}
        cells["chain"] = (dict(old["chain"]) if old else {}) | chain
    if kind == "places":
        for column, role in (("deputies", "deputy"), ("clerks", "clerk")):
            of_place = [link["person"] for link in links if link["place"] == row["id"] and link["role"] == role]
            cells[column] = sorted(of_place)
    plain: dict[str, Any] = orjson.loads(orjson.dumps(cells))
    return plain


def stored(session: Session, kind: str, subjects: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The rows of the directory, made by `whole`, by their key."""
    key, owner = KEYS[kind], OWNERS[kind]
    links: dict[str, list[dict[str, Any]]] = {}
    if kind in LINKS:
        of_kind = SQLModel.metadata.tables[LINKS[kind]]
        for link in dictionaries(session, of_kind, among(session, of_kind.columns[owner], subjects)):
            links.setdefault(link[owner], []).append(link)
    table = SQLModel.metadata.tables[kind]
    rows = dictionaries(session, table, among(session, table.columns[key], subjects))
    return {row[key]: whole(kind, row, links.get(row[key], []), None) for row in rows}
