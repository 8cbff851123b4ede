"""Photographs and papers given as evidence: stored with their case under the SHA-256 of their content."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, select

from states.outgoing import file_name
from states.reasons import Label, Refused, labels
from storage.errors import RefusedByRule
from storage.tables.judging import AttachmentRow
from storage.typed_rows import among

MAX_BYTES = 10 << 20
"""The most bytes of one attachment."""

MEDIA_TYPES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
"""The media types that are accepted, with the first bytes of such a content."""


@dataclass(frozen=True)
class Attachment:
    """A stored file; `sha256` is the digest by which the event names it."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(name: str, content: bytes) -> Attachment:
    """The file as an attachment; its type comes from its content, never from its name. Raises RefusedByRule."""
    if len(content) > MAX_BYTES:
        size, most = Label(f"{len(content):,}"), Label(f"{MAX_BYTES:,}")
        raise RefusedByRule(Refused("file_too_large", name=Label(name), size=size, most=most))
    for media_type, begins in MEDIA_TYPES.items():
        if content.startswith(begins):
            return Attachment(file_name(name), media_type, content)
    raise RefusedByRule(Refused("file_of_other_type", name=Label(name), known=labels(("JPEG", "PNG", "PDF"))))


def store_files(session: Session, rows: Sequence[tuple[str, Attachment]], by: str, at: datetime) -> None:
    """Write (case, attachment) pairs; one that is there already stays."""
    for case_id, file in rows:
        if session.get(AttachmentRow, (case_id, file.sha256)) is None:
            session.add(AttachmentRow(
                case_id=case_id, sha256=file.sha256, name=file.name, media_type=file.media_type, content=file.content,
                added_at=at, added_by=by,
            ))  # fmt: skip


def kept(session: Session, case_id: str, sha256s: Sequence[str]) -> set[str]:
    """Which of these digests the case has."""
    row = AttachmentRow
    stored = select(row.sha256).where(row.case_id == case_id, among(session, row.sha256, sha256s))
    return {*session.exec(stored)}


def attachment_of(session: Session, case_id: str, sha256: str) -> Attachment | None:
    """The file of a case by its digest; None where its content was erased, too."""
    row = session.get(AttachmentRow, (case_id, sha256))
    return Attachment(row.name, row.media_type, row.content) if row and row.content else None


def digests(session: Session, cases: Sequence[str]) -> dict[str, dict[str, str]]:
    """By case: the digest under which each attachment is stored, and the digest of its content now."""
    by_case: dict[str, dict[str, str]] = {}
    row = AttachmentRow
    keys = select(row.case_id, row.sha256).where(among(session, row.case_id, cases))
    for case_id, sha256 in session.exec(keys).all():
        content = session.exec(select(row.content).where(row.case_id == case_id, row.sha256 == sha256)).one()
        by_case.setdefault(case_id, {})[sha256] = hashlib.sha256(content).hexdigest()  # one content at a time
    return by_case
