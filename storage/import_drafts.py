"""Files between their preview and their import: one an account, gone after a day; and the columns that were chosen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import uuid4

from sqlmodel import col, delete

from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.import_drafts import LASTS, ImportDraftRow, ImportHeadsRow


@dataclass(frozen=True)
class ImportDraft:
    """A file that waits, and what its account chose of it."""

    id: str
    at: datetime
    file: str
    content: bytes
    choices: Mapping[str, Any]


def keep_draft(
    register: Register, account: str, at: datetime, file: str, content: bytes, choices: Mapping[str, Any]
) -> str:
    """Keep a file until it is imported, in place of an earlier one of the account; files that are over go."""
    id_ = uuid4().hex
    with transaction(register.engine) as cursor:
        over = (col(ImportDraftRow.until) < at) | (col(ImportDraftRow.account) == account)
        cursor.session.exec(delete(ImportDraftRow).where(over))
        cursor.session.add(ImportDraftRow(
            account=account, id=id_, at=at, until=at + LASTS, file=file, content=content, choices=dict(choices)
        ))  # fmt: skip
    return id_


def draft_of(register: Register, account: str, at: datetime) -> ImportDraft | None:
    """The file that waits for this account; None where there is none or its day is over."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(ImportDraftRow, account)
        if row is None or row.until < at:
            return None
        return ImportDraft(row.id, row.at, row.file, row.content, row.choices)


def choose(register: Register, account: str, id_: str, choices: Mapping[str, Any]) -> None:
    """Keep what was chosen of the file, unless another one took its place."""
    with transaction(register.engine) as cursor:
        row = cursor.session.get(ImportDraftRow, account)
        if row is not None and row.id == id_:
            row.choices = dict(choices)
            cursor.session.add(row)


def drop_draft(register: Register, account: str) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.exec(delete(ImportDraftRow).where(col(ImportDraftRow.account) == account))


def drop_over(register: Register, at: datetime) -> None:
    """Drop the files whose day is over."""
    with transaction(register.engine) as cursor:
        cursor.session.exec(delete(ImportDraftRow).where(col(ImportDraftRow.until) < at))


def remember_columns(register: Register, region: str, kind: str, heads: str, columns: Mapping[int, str]) -> None:
    """Remember for an office which columns these heads stand for."""
    with transaction(register.engine) as cursor:
        key = (region, kind, _digest(heads))
        row = cursor.session.get(ImportHeadsRow, key)
        stored = {str(column): key_ for column, key_ in columns.items()}
        if row is None:
            row = ImportHeadsRow(region=region, kind=kind, heads=key[2], columns=stored)
        row.columns = stored
        cursor.session.add(row)


def remembered_columns(register: Register, region: str, kind: str, heads: str) -> dict[int, str] | None:
    """What the office chose before for these heads; None where it chose nothing."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(ImportHeadsRow, (region, kind, _digest(heads)))
        return None if row is None else {int(column): key for column, key in row.columns.items()}


def _digest(heads: str) -> str:
    return sha256(heads.encode()).hexdigest()
