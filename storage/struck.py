"""Striking what an erasure reaches, by its words, or again in a restored database by where they once stood."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from storage.citizens import blank_citizen
from storage.erased import TextRow, text_row, text_rows
from storage.form_drafts import forget_all_forms
from storage.search import SEARCHED_TEXTS, SearchWriter
from storage.statements import Cursor, Sql
from storage.striking import Spans, spans_in, without
from storage.tables.cases import CaseRow
from storage.tables.events import DocumentRow
from storage.tables.judging import AttachmentRow
from storage.tables.places import CitizenRow
from storage.typed_rows import among

EMPTY = hashlib.sha256(b"").hexdigest()
"""The digest of a file whose content is erased."""


@dataclass
class Struck:
    """By name of a row: where its words stood, and the digest of what remains where an event or a repetition asks."""

    spans: dict[str, Spans] = field(default_factory=dict)
    remaining: dict[str, str] = field(default_factory=dict)


def strike(
    session: Session, cases: Sequence[str], pattern: re.Pattern[str], files: Sequence[str], at: datetime
) -> Struck:
    """Strike the words in the texts of these cases, empty these files, and forget whoever sent the first of them.

    Of the other cases senders are forgotten whose name or telephone has one of the words.
    """
    struck = Struck()
    for text in text_rows(session, cases):
        if spans := spans_in(text.values, pattern):
            struck.spans[text.name], struck.remaining[text.name] = spans, text.strike(spans)
    emptied = evidence_rows(session, cases, files)
    _empty(emptied)
    for name in (f"attachments/{file.case_id}/{file.sha256}" for file in emptied):
        struck.spans[name], struck.remaining[name] = {}, EMPTY
    for citizen in senders_of(session, cases, pattern):
        blank_citizen(citizen, at)
        struck.spans[f"citizens/{citizen.case_id}"] = {}
    return struck


def strike_again(session: Session, spans: Mapping[str, Spans], remaining: Mapping[str, str], at: datetime) -> list[str]:
    """Strike in a restored database what was struck before; rows that it lacks, or has struck, are passed over.

    Returns the names of texts that are not those of then: they stay as they are.
    """
    forget_all_forms(session)
    differing = []
    for name, places in spans.items():
        table, _, key = name.partition("/")
        if table == "citizens":
            _forget_again(session, key, at)
        elif table == "attachments":
            case_id, _, sha256 = key.rpartition("/")
            _empty(evidence_rows(session, [case_id], [sha256]))
        elif not _strike_text_again(text_row(session, table, key), places, remaining[name]):
            differing.append(name)
    return differing


def _strike_text_again(text: TextRow | None, spans: Spans, remaining: str) -> bool:
    """False where neither the text nor what would remain of it is what remained."""
    if text is None or text.digest(text.values) == remaining:
        return True
    if text.digest(without(text.values, spans)) != remaining:
        return False
    text.strike(spans)
    return True


def _forget_again(session: Session, case_id: str, at: datetime) -> None:
    citizen = session.get(CitizenRow, case_id)
    if citizen is not None:
        blank_citizen(citizen, at)


def _empty(files: Iterable[AttachmentRow]) -> None:
    for file in files:
        file.name, file.content = "", b""


def rows_reached(
    session: Session, cases: Sequence[str], pattern: re.Pattern[str], files: Sequence[str]
) -> list[str]:
    """The names of the rows that `strike` would change."""
    texts = [text.name for text in text_rows(session, cases) if spans_in(text.values, pattern)]
    emptied = [f"attachments/{file.case_id}/{file.sha256}" for file in evidence_rows(session, cases, files)]
    return [*texts, *emptied, *(f"citizens/{citizen.case_id}" for citizen in senders_of(session, cases, pattern))]


def by_table(names: Iterable[str]) -> dict[str, int]:
    """How many rows of each table these are."""
    return dict(Counter(name.partition("/")[0] for name in names))


def evidence_rows(session: Session, cases: Sequence[str], files: Sequence[str]) -> list[AttachmentRow]:
    """The rows of these files at these cases."""
    row = AttachmentRow
    kept = select(row).where(among(session, row.case_id, cases), among(session, row.sha256, files))
    return [*session.exec(kept)]


def senders_of(session: Session, cases: Sequence[str], pattern: re.Pattern[str]) -> list[CitizenRow]:
    """Who sent the first of the cases, and whom the words name of those who sent the others, if anything is kept."""
    row = CitizenRow
    kept = (col(row.name) != "") | (col(row.phone) != "")
    senders = session.exec(select(row).where(among(session, row.case_id, cases), kept).order_by(row.case_id))
    return [
        sender
        for sender in senders
        if sender.case_id in cases[:1] or pattern.search(sender.name) or pattern.search(sender.phone)
    ]


def overwrite_deleted(cursor: Cursor, sql: Sql) -> None:
    """Let SQLite write zeros over what this connection deletes, also in pages that it frees."""
    if not sql.postgres:
        cursor.run("PRAGMA secure_delete = ON")


def renew_search(writer: SearchWriter, cursor: Cursor, cases: Sequence[str]) -> None:
    """Make what is searched in from the titles and the newest texts of the cases as they are now."""
    session, texts = cursor.session, dict[str, dict[str, str]]()
    for case in session.exec(select(CaseRow).where(among(session, CaseRow.id, cases))):
        texts[case.id] = {"title": case.title, "number": case.number}
    document = DocumentRow
    kept = select(document).where(among(session, document.case_id, cases), col(document.kind).in_(SEARCHED_TEXTS))
    for text in session.exec(kept.order_by(col(document.seq))):
        texts[text.case_id][SEARCHED_TEXTS[text.kind]] = text.text
    session.flush()
    writer.write(cursor, texts)
