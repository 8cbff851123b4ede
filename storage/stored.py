"""Rows as the register gives them out: by column, as they were written."""

from datetime import date, datetime
from typing import Any, TypedDict


class StoredEvent(TypedDict):
    """An event of a case; `data` is what its action said, and what followed from it."""

    case_id: str
    seq: int
    name: str
    subject: str
    subject_id: str
    round: int
    action: str
    at: datetime
    on: date
    entered_at: datetime
    by: str
    role: str
    unit: str
    key: str | None
    rulebook: str
    data: dict[str, Any]
    rows: dict[str, str]
    prev: str
    hash: str


class StoredPaper(TypedDict):
    """A paper; `number` is empty as long as it has none, `digest` as long as it has no file."""

    id: str
    case_id: str | None
    seq: int
    round: int
    kind: str
    region: str
    number: str
    title: str
    issuer: str
    addressees: list[str]
    on: date
    entered_at: datetime
    made_at: datetime | None
    made_by: str
    digest: str
    figures: dict[str, Any]


class StoredNotice(TypedDict):
    """A row of the outbox: whom an event is to be told to."""

    id: str
    case_id: str
    seq: int
    recipient: str
    kind: str
    data: dict[str, Any]
    urgent: bool
    created_at: datetime
    sent_at: datetime | None
