"""Photographs and papers that prove something: kept with their case under the SHA-256 of their content."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from states.reasons import Label, Refused, labels
from storage.errors import RefusedByRule
from storage.statements import Cursor, Sql

MAX_BYTES = 10 << 20
"""Bytes of one attachment."""

MEDIA_TYPES = {"image/jpeg": b"\xff\xd8\xff", "image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
"""What is taken, and how such a content begins."""


@dataclass(frozen=True)
class Attachment:
    """A file as kept; `sha256` is the digest by which the event names it."""

    name: str
    media_type: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def checked(name: str, content: bytes) -> Attachment:
    """The file as an attachment, its type told by its content and never by its name; raises RefusedByRule."""
    if len(content) > MAX_BYTES:
        size, most = Label(f"{len(content):,}"), Label(f"{MAX_BYTES:,}")
        raise RefusedByRule(Refused("file_too_large", name=Label(name), size=size, most=most))
    for media_type, begins in MEDIA_TYPES.items():
        if content.startswith(begins):
            return Attachment(name[:200], media_type, content)
    raise RefusedByRule(Refused("file_of_other_type", name=Label(name), known=labels(("JPEG", "PNG", "PDF"))))


def keep(cursor: Cursor, sql: Sql, rows: Sequence[tuple[str, Attachment]], by: str, at: datetime) -> None:
    """Write (case, attachment) pairs; one that is there already stays."""
    statement = (
        "INSERT INTO attachments (case_id, sha256, name, media_type, content, added_at, added_by) "
        f"VALUES ({', '.join([sql.mark] * 7)}) ON CONFLICT DO NOTHING"
    )
    for case_id, one in rows:
        cursor.run(
            statement, [case_id, one.sha256, one.name, one.media_type, one.content, sql.instant(at), by]
        )


def kept(cursor: Cursor, sql: Sql, case_id: str, sha256s: Sequence[str]) -> set[str]:
    """Which of these digests the case has."""
    found = cursor.rows(
        f"SELECT sha256 FROM attachments WHERE case_id = {sql.mark} AND sha256 {sql.any}",
        [case_id, sql.many(sha256s)],
    )
    return {str(sha256) for (sha256,) in found}


def read(cursor: Cursor, sql: Sql, case_id: str, sha256: str) -> Attachment | None:
    """The file of a case by its digest."""
    rows = cursor.rows(
        f"SELECT name, media_type, content FROM attachments WHERE case_id = {sql.mark} AND sha256 = {sql.mark}",
        [case_id, sha256],
    )
    return Attachment(rows[0][0], rows[0][1], bytes(rows[0][2])) if rows else None


def digests(cursor: Cursor, sql: Sql, cases: Sequence[str]) -> dict[str, dict[str, str]]:
    """By case: the digest under which each attachment is kept, and the digest of its content as it is now."""
    found: dict[str, dict[str, str]] = {}
    keys = cursor.rows(f"SELECT case_id, sha256 FROM attachments WHERE case_id {sql.any}", [sql.many(cases)])
    one = f"SELECT content FROM attachments WHERE case_id = {sql.mark} AND sha256 = {sql.mark}"
    for case_id, sha256 in keys:  # one content at a time
        content = cursor.rows(one, [case_id, sha256])[0][0]
        found.setdefault(case_id, {})[sha256] = hashlib.sha256(bytes(content)).hexdigest()
    return found
