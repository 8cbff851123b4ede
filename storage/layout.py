"""Which table holds which rows of a case, and how an event names a row.

Part of the commit path: statements of the cursor (figures in `storage.statements`).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, Table
from sqlmodel import SQLModel

import storage.tables  # noqa: F401  declares the tables
from states import cases
from states.cases import Dossier, Row
from storage.seal_entries import SealedRows
from storage.search import SearchWriter
from storage.statements import Cursor, Rows, Sql

KINDS: dict[str, type] = {
    "parties": cases.Party,
    "assignments": cases.Assignment,
    "communications": cases.Communication,
    "evaluations": cases.Evaluation,
    "assessments": cases.Assessment,
    "commitments": cases.Commitment,
    "inspections": cases.Inspection,
    "conversions": cases.Conversion,
    "supervisions": cases.Supervision,
    "deadlines": cases.Deadline,
}
"""The tables whose rows belong to a case, by their name, which is also that of the dossier's attribute."""

WRITTEN_ONCE = ("evaluations", "assessments", "inspections")
"""Tables whose rows are never changed: inserting an existing one fails."""

OF_OPINIONS = ("deadlines", "supervisions")
"""The tables among them that an opinion can have."""

CHAIN = ("seq", "head", "sealed_seq", "papered_seq")
"""The columns of `cases` that are not part of the case itself."""


@dataclass
class Head:
    """How far a case's chain has grown."""

    seq: int
    hash: str


def row_key(row: Row) -> tuple[str, Any]:
    """(table, key inside the dossier) of a row."""
    if isinstance(row, cases.Case):
        return "cases", row.id
    if isinstance(row, cases.Deadline):
        return "deadlines", (row.subject, row.subject_id, row.key, row.round)
    if isinstance(row, cases.Party):
        return "parties", row.deputy
    return TABLE_OF[type(row)], row.id


def row_name(row: Row) -> str:
    """How events name a row: table and key, for example deadlines/assignment/C1/a1/reply_by/1."""
    if isinstance(row, cases.Deadline):
        return f"deadlines/{row.subject}/{row.subject_id}/{row.key}/{row.round}"
    return f"{TABLE_OF[type(row)]}/{row.id}"


TABLE_OF: dict[type, str] = {kind: name for name, kind in KINDS.items()} | {cases.Case: "cases"}


class StatementSet:
    """The statements of all tables for one database."""

    def __init__(self, engine: Engine) -> None:
        self.sql = Sql(engine)
        self.cases = Rows(self.sql, _table("cases"), cases.Case, without=("sealed_seq", "papered_seq"))
        self.rows = {name: Rows(self.sql, _table(name), kind) for name, kind in KINDS.items()}
        self.events = Rows(self.sql, _table("events"))
        self.outbox = Rows(self.sql, _table("outbox"))
        self.documents = Rows(self.sql, _table("documents"))
        self.papers = SealedRows(self.sql, _table("papers"))
        self.search = SearchWriter(self.sql)
        deadlines = self.rows["deadlines"]
        self.climbing = deadlines.updating("rungs", "level", "next_rung_on")
        self.recounting = deadlines.updating(
            "last_day", "provisional", "rungs", "level", "next_rung_on", "explained_on", "rectified_on", "missed",
            "earlier",
        )
        self.growing = self.cases.updating("seq", "head")
        self.messages = SealedRows(self.sql, _table("messages"))
        self.message_items = SealedRows(self.sql, _table("message_items"))
        self.rule_texts = SealedRows(self.sql, _table("rule_texts"))
        self.directory = {
            name: SealedRows(self.sql, _table(name))
            for name in ("regions", "units", "people", "places", "chain_links", "place_people")
        }
        self.import_lines = SealedRows(self.sql, _table("import_lines"))
        self.opinion_places = SealedRows(self.sql, _table("opinion_places"))
        self.citizens = SealedRows(self.sql, _table("citizens"))

    def dossiers(self, cursor: Cursor, ids: list[str], lock: bool = False) -> dict[str, tuple[Dossier, Head]]:
        """The cases of `ids` that exist, with all their rows; `lock` holds off other writers until the end."""
        among, values = self.sql.among("id", ids)
        lock_rows = self.sql.for_update if lock else ""
        dossiers: dict[str, tuple[Dossier, Head]] = {}
        full: list[str] = []
        select = f"{self.cases.select} WHERE {among} ORDER BY id{lock_rows}"
        for case in self.cases.objects(cursor.rows(select, values)):
            head = Head(case.__dict__.pop("seq"), case.__dict__.pop("head"))
            dossiers[case.id] = (Dossier(case), head)
            if not case.is_opinion:
                full.append(case.id)
        for name, rows in self.rows.items():
            wanted = list(dossiers) if name in OF_OPINIONS else full
            if not wanted:
                continue
            among, values = self.sql.among("case_id", wanted)
            for row in rows.objects(cursor.rows(f"{rows.select} WHERE {among}", values)):
                getattr(dossiers[row.case_id][0], name)[row_key(row)[1]] = row
        for dossier, _ in dossiers.values():
            _order(dossier)
        return dossiers


_MADE: dict[str, StatementSet] = {}


def statements_of(engine: Engine) -> StatementSet:
    """Made once for each kind of database: it holds nothing of the single one."""
    kind = engine.dialect.name
    if kind not in _MADE:
        _MADE[kind] = StatementSet(engine)
    return _MADE[kind]


def _order(dossier: Dossier) -> None:
    """The rows in order of creation, whatever order the database gave."""
    if len(dossier.assignments) > 1:
        dossier.assignments = dict(sorted(dossier.assignments.items(), key=lambda item: _number(item[0])))
    if len(dossier.parties) > 1:
        dossier.parties = dict(sorted(dossier.parties.items(), key=lambda item: (not item[1].lead, item[0])))
    if len(dossier.commitments) > 1:
        dossier.commitments = dict(sorted(dossier.commitments.items(), key=lambda item: _number(item[0])))


def _number(row_id: str) -> tuple[int, str]:
    return len(row_id), row_id


def _table(name: str) -> Table:
    return SQLModel.metadata.tables[name]
