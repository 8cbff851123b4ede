"""Stored papers (文书): each is numbered once in its series, and its file never changes once made."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, cast

from sqlmodel import SQLModel, col, select

from states.reasons import Id, Refused
from storage.errors import Explained
from storage.numbering import Numbers
from storage.register import Register
from storage.statements import reading, transaction
from storage.stored import StoredPaper
from storage.tables.papers import PaperFileRow, PaperRow
from storage.typed_rows import among, as_dictionaries, locked

PAPERS = SQLModel.metadata.tables["papers"]


class PaperMissing(Explained):
    """There is no such paper; the message lists the existing ones."""


@dataclass(frozen=True)
class PaperEntry:
    """A paper to be entered. `series` is counted, and `pattern` makes the number: 宿人办督〔2026〕{serial}号.

    An empty `series` gives no number.
    """

    id: str
    case_id: str | None
    seq: int
    round: int
    kind: str
    region: str
    title: str
    issuer: str
    addressees: tuple[str, ...]
    on: date
    entered_at: datetime
    series: str
    pattern: str
    figures: Mapping[str, Any] = field(default_factory=dict)
    """the lines of a report, for a later reprint"""

    def stored(self, number: str = "") -> StoredPaper:
        """The row of the paper under its number."""
        return StoredPaper(
            id=self.id, case_id=self.case_id, seq=self.seq, round=self.round, kind=self.kind, region=self.region,
            number=number, title=self.title, issuer=self.issuer, addressees=list(self.addressees), on=self.on,
            entered_at=self.entered_at, made_at=None, made_by="", digest="", figures=dict(self.figures),
        )  # fmt: skip


def enter_papers(register: Register, region: str, entries: Sequence[PaperEntry]) -> int:
    """Number the entries of a region in this order; existing ones keep their number. Returns how many are new.

    One program at a time enters the papers of a region.
    """
    with transaction(register.engine) as cursor:
        numbers = Numbers(register.layout.sql, cursor)
        numbers.hold(f"papers/{region}")
        ids = select(PaperRow.id).where(among(cursor.session, PaperRow.id, [entry.id for entry in entries]))
        stored = set(cursor.session.exec(ids))
        rows = [
            PaperRow(**entry.stored(entry.pattern.format(serial=numbers.take(entry.series)) if entry.series else ""))
            for entry in entries
            if entry.id not in stored
        ]
        cursor.session.add_all(rows)
        if rows:
            numbers.save()
    return len(rows)


def issued_figures(register: Register, region: str, kind: str) -> list[tuple[str, dict[str, Any]]]:
    """Number and figures of the reports of a kind issued by a region, the newest first."""
    row = PaperRow
    reports = select(row.number, row.figures).where(row.region == region, row.kind == kind)
    newest = reports.order_by(col(row.entered_at).desc(), col(row.id).desc())
    with reading(register.engine) as cursor:
        return [(number, dict(figures)) for number, figures in cursor.session.exec(newest) if figures]


def papers_of(register: Register, case_id: str) -> list[StoredPaper]:
    """The numbered papers of a case, in order.

    Runs for its page, so it is one statement of the cursor: 37 µs, by a session 255.
    """
    rows, mark = register.layout.papers, register.layout.sql.mark
    with reading(register.engine) as cursor:
        records = cursor.rows(f"{rows.select} WHERE case_id = {mark} ORDER BY seq, kind, id", [case_id])
    return cast("list[StoredPaper]", rows.dicts(records))


def paper(register: Register, paper_id: str) -> StoredPaper:
    """A paper by its id; raises PaperMissing."""
    with reading(register.engine) as cursor:
        row = cursor.session.get(PaperRow, paper_id)
    if row is None:
        raise PaperMissing(Refused("no_paper", paper=Id(paper_id)))
    return _stored(row)


def papers_in(
    register: Register,
    region: str,
    since: date | None = None,
    until: date | None = None,
    limit: int = 20_000,
    skip: int = 0,
) -> list[StoredPaper]:
    """The papers of a region issued from day to day, both included, the newest first."""
    row = PAPERS.columns
    wanted = PAPERS.select().where(row.region == region)
    if since is not None:
        wanted = wanted.where(row.on >= since)
    if until is not None:
        wanted = wanted.where(row.on <= until)
    newest = row.on.desc(), row.entered_at.desc(), row.case_id, row.seq.desc(), row.kind, row.id
    with reading(register.engine) as cursor:
        rows = as_dictionaries(cursor.session, wanted.order_by(*newest).limit(limit).offset(skip))
    return cast("list[StoredPaper]", rows)


def unmade(register: Register, region: str, limit: int) -> list[str]:
    """The first so many papers of a region, in order of issue, that have no file yet."""
    row = PaperRow
    lacking = select(row.id).where(row.region == region, row.digest == "", col(row.case_id).is_not(None))
    first = lacking.order_by(col(row.entered_at), col(row.case_id), col(row.seq), row.id).limit(limit)
    with reading(register.engine) as cursor:
        return [*cursor.session.exec(first)]


def content_of(register: Register, paper_id: str) -> bytes | None:
    """The file of a paper; None before it is made.

    Raises Explained when it does not match its stored digest.
    """
    with reading(register.engine) as cursor:
        file, row = cursor.session.get(PaperFileRow, paper_id), cursor.session.get(PaperRow, paper_id)
    if file is None or row is None:
        return None
    if hashlib.sha256(file.content).hexdigest() != row.digest:
        raise Explained(Refused("paper_altered", paper=Id(paper_id)))
    return file.content


def keep_content(register: Register, paper_id: str, content: bytes, at: datetime, by: str) -> bytes:
    """Store the file of a paper and return the stored one: of two made concurrently the first stays."""
    with transaction(register.engine) as cursor:
        row = locked(cursor.session, PaperRow, paper_id)
        file = cursor.session.get(PaperFileRow, paper_id)
        if file is not None:
            return file.content
        cursor.session.add(PaperFileRow(paper=paper_id, content=content))
        if row is not None:
            row.digest, row.made_at, row.made_by = hashlib.sha256(content).hexdigest(), at, by
    return content


def altered(register: Register) -> list[str]:
    """The papers whose file does not match its stored digest."""
    with reading(register.engine) as cursor:
        made = cursor.session.exec(select(PaperRow.id).where(PaperRow.digest != "").order_by(PaperRow.id)).all()
    lost = []
    for document in made:
        try:
            if content_of(register, document) is None:
                lost.append(document)
        except Explained:
            lost.append(document)
    return lost


def _stored(row: PaperRow) -> StoredPaper:
    return cast("StoredPaper", row.model_dump())
