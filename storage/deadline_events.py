"""Events of the system about deadlines, written set-based: rows, events, notices and heads in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rulebooks import civil_day, midnight
from states import Notice
from storage.batch import outbox_row
from storage.chain import event_hash, notice_digests
from storage.layout import StatementSet
from storage.order import raised
from storage.statements import Cursor


@dataclass
class Change:
    """A fact that the system establishes on the civil day `on`; `rows` are digests of the changed rows."""

    case_id: str
    name: str
    subject: str
    subject_id: str
    round: int
    on: date
    data: dict[str, Any]
    rows: dict[str, str]
    recipients: Iterable[str] = ()


def write_changes(
    layout: StatementSet,
    cursor: Cursor,
    changes: Sequence[Change],
    heads: Mapping[str, tuple[int, str, str]],
    at: datetime,
) -> None:
    """Append `changes` in order to their chains, whose (events, hash, rulebook ident) are `heads`, with notices.

    The rows themselves are written by the caller, in the same transaction.
    """
    entered = at.astimezone(UTC)
    today = civil_day(entered)
    later = raised(cursor, layout.sql, list({change.case_id for change in changes}), entered)
    grown: dict[str, tuple[int, str]] = {}
    events, notices = [], []
    for change in changes:
        seq, head, ident = heads[change.case_id]
        seq, head = grown.get(change.case_id, (seq, head))
        notices_told = [
            outbox_row(change.case_id, seq + 1, number, Notice(recipient, change.name, change.data), entered)
            for number, recipient in enumerate(change.recipients, start=1)
        ]
        event: dict[str, Any] = {
            "case_id": change.case_id,
            "seq": seq + 1,
            "name": change.name,
            "subject": change.subject,
            "subject_id": change.subject_id,
            "round": change.round,
            "action": "",
            "at": midnight(change.on) if change.on != today else entered,
            "on": change.on,
            "entered_at": later.get(change.case_id, entered),
            "by": "duban",
            "role": "system",
            "unit": "",
            "key": None,
            "rulebook": ident,
            "data": change.data,
            "rows": change.rows | notice_digests(notices_told),
            "prev": head,
        }
        digest = event["hash"] = event_hash(event)
        grown[change.case_id] = (seq + 1, digest)
        events.append(event)
        notices += notices_told
    layout.events.insert(cursor, events)
    layout.outbox.insert(cursor, notices)
    layout.growing(
        cursor, [{"id": case_id, "seq": seq, "head": head} for case_id, (seq, head) in grown.items()]
    )
