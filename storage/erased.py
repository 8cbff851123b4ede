"""What an erasure reaches: the rows that carry words of a case, where words stay, and the digests of what remains."""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from zipfile import BadZipFile, ZipFile

from sqlmodel import Session, SQLModel, col, or_, select

from states.vocabulary import Subject
from storage.chain import canonical, document_digest, notice_digests
from storage.seal_scope import BY_EVENTS
from storage.striking import Spans, spans_in, without
from storage.tables.cases import CaseRow
from storage.tables.erasures import ErasureRow
from storage.tables.events import DocumentRow
from storage.tables.messages import MessageItemRow, MessageRow, OutboxRow
from storage.tables.papers import PaperFileRow, PaperRow
from storage.typed_rows import among, dictionaries

FIELDS: Mapping[type[SQLModel], tuple[str, ...]] = {
    DocumentRow: ("text",), OutboxRow: ("data",), MessageRow: ("subject", "body"),
}  # fmt: skip
"""The columns with texts that are struck."""

STANDING = {
    "events": ("事件", "events"), "rows": ("标题等登记项", "titles and other entries"), "papers": ("文书", "papers"),
}  # fmt: skip
"""Where words stay: what the chains hold, and papers that have gone out."""

_TAG = re.compile("<[^>]*>")


@dataclass(frozen=True)
class TextRow:
    """A row with texts, by the name that verification gives it."""

    name: str
    row: SQLModel

    @property
    def values(self) -> dict[str, Any]:
        return {name: getattr(self.row, name) for name in FIELDS[type(self.row)]}

    def digest(self, values: Mapping[str, Any]) -> str:
        """The digest of the row with these values once it is struck."""
        row = {**self.row.model_dump(), **values}
        if isinstance(self.row, DocumentRow):
            return document_digest(row["text"])
        if isinstance(self.row, OutboxRow):
            return notice_digests([row])[self.name]
        return hashlib.sha256(canonical(dict(values))).hexdigest()

    def strike(self, spans: Spans) -> str:
        """Write the row without what stands there and without its salt, and return the digest of what remains."""
        values = without(self.values, spans)
        for name, value in values.items():
            setattr(self.row, name, value)
        if isinstance(self.row, DocumentRow):
            self.row.salt = ""
        return self.digest(values)


def linked_cases(session: Session, case_id: str, lock: bool = False) -> list[str]:
    """The case, what was written from it, what it was written from, and what else was written from the same opinion.

    The case is the first; none where it is unknown.
    """
    case = session.get(CaseRow, case_id)
    if case is None:
        return []
    source = session.get(CaseRow, case.linked_case)
    sources = [case_id, source.id] if source and source.machine == Subject.OPINION else [case_id]
    near = or_(col(CaseRow.linked_case).in_(sources), col(CaseRow.id).in_([case_id, case.linked_case]))
    linked = select(CaseRow.id).where(near).order_by(CaseRow.id)
    ids = session.exec(linked.with_for_update() if lock else linked).all()
    return [case_id, *(other for other in ids if other != case_id)]


def text_rows(session: Session, cases: Sequence[str]) -> Iterator[TextRow]:
    """All rows of these cases whose texts are struck: documents, notices, and the messages that carry them."""
    for document in session.exec(select(DocumentRow).where(among(session, DocumentRow.case_id, cases))):
        yield TextRow(f"documents/{document.id}", document)
    notices = session.exec(select(OutboxRow).where(among(session, OutboxRow.case_id, cases))).all()
    for notice in notices:
        yield TextRow(f"outbox/{notice.id}", notice)
    carrying = select(MessageItemRow.message_id).where(
        among(session, MessageItemRow.outbox_id, [notice.id for notice in notices])
    )
    for message in session.exec(select(MessageRow).where(col(MessageRow.id).in_(carrying))):
        yield TextRow(f"messages/{message.id}", message)


def text_row(session: Session, table: str, key: str) -> TextRow | None:
    """The row of a table by its key; None where it is not there."""
    row = session.get(next(kind for kind in FIELDS if kind.__tablename__ == table), key)
    return TextRow(f"{table}/{key}", row) if row else None


def remaining_digests(session: Session) -> dict[str, str]:
    """By name of a row: the digest of what the newest erasure left there."""
    row, digests = ErasureRow, dict[str, str]()
    for remaining in session.exec(select(row.remaining).where(row.number > 0).order_by(col(row.number))):
        digests |= remaining if isinstance(remaining, dict) else {}  # verification names the row that was altered
    return digests


def standing_words(session: Session, cases: Sequence[str], pattern: re.Pattern[str]) -> dict[str, int]:
    """In how many events, other rows and papers of these cases the words stay, which no erasure reaches."""
    counts = dict.fromkeys(STANDING, 0)
    for kind, values in _unreached(session, cases):
        counts[kind] += bool(spans_in(values, pattern))
    return {kind: count for kind, count in counts.items() if count}


def _unreached(session: Session, cases: Sequence[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in (*BY_EVENTS, "papers"):
        table = SQLModel.metadata.tables[name]
        if name != DocumentRow.__tablename__:
            of_cases = among(session, table.columns["id" if name == "cases" else "case_id"], cases)
            kind = name if name in STANDING else "rows"
            yield from ((kind, values) for values in dictionaries(session, table, of_cases))
    of_papers = col(PaperRow.id) == PaperFileRow.paper
    made = select(PaperFileRow.content).join(PaperRow, of_papers).where(among(session, PaperRow.case_id, cases))
    yield from (("papers", {"text": _file_text(content)}) for content in session.exec(made))


def _file_text(content: bytes) -> str:
    """The texts in a file of Word, which cuts them into pieces."""
    try:
        with ZipFile(BytesIO(content)) as parts:
            texts = [parts.read(name) for name in parts.namelist() if name.endswith(".xml")]
    except BadZipFile:
        texts = [content]
    return _TAG.sub("", b"\n".join(texts).decode("utf-8", "replace"))
