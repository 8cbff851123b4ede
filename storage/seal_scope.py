"""What the seal covers: every column of every table except those listed here, each with its reason.

Rows of a case are proven by its events (`BY_EVENTS`), those in `BY_ITSELF` by another row, and all others by their
entry in `seal_entries`. Of `outbox` the rows older than the entries have one; each later notice is
named with its digest by an event.
"""

from functools import cache

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

BY_EVENTS = (
    "cases", "parties", "assignments", "communications", "evaluations", "assessments", "commitments", "inspections",
    "conversions", "supervisions", "deadlines", "events", "documents",
)  # fmt: skip
"""Tables whose rows have their digest in an event, or are the chain itself; a seal holds the head of the chain."""

BY_ITSELF = {
    "seals": "each root follows from the one before, and the newest is kept outside the database",
    "sealed_heads": "the root of their seal follows from them",
    "seal_entries": "the root of their seal follows from them",
    "row_salts": "the digest of the row that a salt belongs to follows from it",
}

NOT_SEALED = {
    "sessions": "who is signed in just now: rewritten by every request, and over after a day",
    "leases": "who may do something alone just now",
    "jobs": "the last run of each job, rewritten by the next; what a job did is in the rows that it wrote",
    "search_texts": "what is searched in, made anew from the texts of the case, which are proven",
    "calendar_days": "the days as 0.1.0 kept them; nothing reads them any more",
    "import_drafts": "a file that nobody imported yet: over after a day; what is imported of it is sealed",
    "form_drafts": "what somebody types and has not sent: rewritten while they type; what is sent of it is sealed",
    "import_heads": "which columns were chosen for heads before: offered again, and looked at again",
    "access_files": "how far a file of entries is moved, rewritten with every move; its entries are sealed",
}
"""Whole tables that no seal covers."""

LEFT_OUT: dict[str, dict[str, str]] = {
    "cases": {"papered_seq": "how far the papers were numbered; the papers themselves are sealed"},
    "outbox": {"sent_at": "when a notice became a message; the messages and what they carry are sealed"},
    "messages": dict.fromkeys(
        ("next_try_at", "claimed_by", "claimed_until", "attempts", "resent", "sent_at", "dead_at", "error", "facts",
         "read_at"),
        "an attempt to send, or to read: rewritten at every one",
    ),
    "accounts": dict.fromkeys(
        ("failures", "locked_until", "totp_step"), "an attempt to sign in: rewritten at every one"
    ),
    "tokens": {"used_at": "rewritten by every use"},
    "links": {"failures": "wrong codes that were typed, counted at every one"},
    "findings": {"last_seen": "rewritten by every audit that finds it again; the audits themselves are sealed"},
}
"""Columns that no seal covers."""

ELSEWHERE = {
    "attachments": {"content": "sha256, its key, is the digest of it"},
    "paper_files": {"content": "the digest stands in the row of its paper"},
}
"""Columns that are proven by another column, not by the entry of their row."""


@cache
def sealed_columns(table: Table) -> tuple[Column[object], ...]:
    """The columns covered by the entries of a table; none for a table without entries."""
    if table.name in (*BY_EVENTS, *BY_ITSELF, *NOT_SEALED):
        return ()
    without = LEFT_OUT.get(table.name, {}).keys() | ELSEWHERE.get(table.name, {}).keys()
    return tuple(column for column in table.columns if column.name not in without)


def sealed_tables() -> list[Table]:
    """The tables with entries, in the order of their names."""
    return [table for _, table in sorted(SQLModel.metadata.tables.items()) if sealed_columns(table)]
