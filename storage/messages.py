"""Delivery of messages: who sends which, with what result, and what is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, UpdateBase
from sqlmodel import Session, and_, case, col, delete, func, not_, or_, select, update

from rulebooks.sentences import Reason
from storage.kept_reasons import NONE, kept_as
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.messages import MessageItemRow, MessageRow, OutboxRow
from storage.typed_rows import among, hold, locked

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long a message waits after each failed attempt; after the last one it is dead."""

CLAIM = timedelta(minutes=5)
"""How long a claimed message belongs to its sender; after that it is taken for lost and sent again."""

MINUTE = timedelta(minutes=1)

READY = case((col(MessageRow.claimed_until) > col(MessageRow.next_try_at), MessageRow.claimed_until),
             else_=MessageRow.next_try_at)  # fmt: skip
"""When a waiting message may be claimed. A passed `claimed_until` means that the attempt may have arrived."""


@dataclass(frozen=True)
class Message:
    """A message claimed for sending; `resent`: an earlier attempt may have arrived."""

    id: str
    channel: str
    recipient: str
    address: str
    subject: str
    body: str
    attempts: int
    resent: bool
    created_at: datetime


# -- sending -----------------------------------------------------------------------------------------------


def claim(
    register: Register, channel: str, engine: str, at: datetime, most: int, per_minute: int | None = None
) -> list[Message]:
    """Claim at most `most` due messages for `CLAIM`; those claimed by another engine are left alone.

    With `per_minute` no more than the channel's remaining rate: messages sent in the minute before, or being sent,
    count.
    """
    row = MessageRow
    due = select(row).where(*_ready(at), row.channel == channel)
    first = due.order_by(col(row.urgent).desc(), col(row.next_try_at), row.id)
    with transaction(register.engine) as cursor:
        if per_minute is not None:
            most = min(most, per_minute - _taken_lately(cursor.session, channel, at))
            if most <= 0:
                return []
        messages = cursor.session.exec(first.limit(most).with_for_update(skip_locked=True)).all()
        return [_claimed(message, engine, at) for message in messages]


def _ready(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """SQL: the message is due and nobody is sending it."""
    next_try, claimed = col(MessageRow.next_try_at), col(MessageRow.claimed_until)
    return next_try.is_not(None), next_try <= at, or_(claimed.is_(None), claimed <= at)


def _claimed(row: MessageRow, engine: str, at: datetime) -> Message:
    again = row.claimed_until is not None
    row.claimed_by, row.claimed_until = engine, at + CLAIM
    row.attempts += 1
    row.resent += again
    return Message(
        row.id, row.channel, row.recipient, row.address, row.subject, row.body, row.attempts, again, row.created_at
    )


def _taken_lately(session: Session, channel: str, at: datetime) -> int:
    """Messages of a channel sent in the last minute or being sent; two engines count one after the other.

    Messages sent later than now come from a clock that ran ahead and do not count.
    """
    hold(session, channel)
    row = MessageRow
    sent = col(row.sent_at) > at - MINUTE, col(row.sent_at) <= at + MINUTE
    sending = col(row.claimed_until) > at, col(row.claimed_until) <= at + 2 * CLAIM
    taken = select(func.count()).where(row.channel == channel, or_(and_(*sent), and_(*sending)))
    return session.exec(taken).one()


def mark_sent(register: Register, message: Message, at: datetime) -> None:
    """The channel accepted it; it is never tried again."""
    with transaction(register.engine) as cursor:
        row = locked(cursor.session, MessageRow, message.id)
        if row is not None:
            row.sent_at, row.next_try_at, row.error, row.facts = at, None, "", NONE
            row.claimed_by, row.claimed_until = "", None


def mark_failed(
    register: Register, message: Message, error: Reason | None, at: datetime, final: bool, unsure: bool = False
) -> bool:
    """The attempt failed: retried later, or dead when `final` or after the last back-off. Returns whether it is dead.

    `unsure`: it may have arrived, so the next attempt counts as resent.
    """
    dead = final or message.attempts > len(BACK_OFF)
    with transaction(register.engine) as cursor:
        row = locked(cursor.session, MessageRow, message.id)
        if row is not None and row.sent_at is None:
            row.next_try_at = None if dead else at + BACK_OFF[message.attempts - 1]
            row.dead_at, row.error, row.facts = at if dead else None, _text(error), kept_as(error)
            row.claimed_by, row.claimed_until = "", at if unsure and not dead else None
    return dead


def put_back(register: Register, messages: Sequence[Message], until: datetime, error: Reason | None = None) -> None:
    """Release claimed messages untried; they wait until `until`."""
    back = update(MessageRow).values(
        next_try_at=until, error=_text(error), facts=kept_as(error), attempts=MessageRow.attempts - 1, claimed_by="",
        claimed_until=None,
    )  # fmt: skip
    with transaction(register.engine) as cursor:
        tried = among(cursor.session, MessageRow.id, [message.id for message in messages])
        cursor.session.exec(back.where(tried), execution_options={"synchronize_session": False})


def _text(error: Reason | None) -> str:
    return str(error or "")[:500]


def postpone(
    register: Register, at: datetime, until: datetime, channel: str = "", urgent: bool = False
) -> int:
    """Make messages due at `at` wait until `until`, of one channel or all; returns how many. `urgent`: also those."""
    later = update(MessageRow).where(*_ready(at)).values(next_try_at=until)
    if not urgent:
        later = later.where(not_(MessageRow.urgent))
    if channel:
        later = later.where(col(MessageRow.channel) == channel)
    with transaction(register.engine) as cursor:
        return cursor.session.exec(later).rowcount


def give_up(register: Register, channel: str, why: Reason, at: datetime, before: datetime) -> int:
    """Messages written before `before` that still wait for a channel are dead; the others are tried in a minute."""
    row = MessageRow
    waiting = update(row).where(col(row.channel) == channel, col(row.next_try_at) <= at)
    waiting = waiting.values(error=_text(why), facts=kept_as(why))
    with transaction(register.engine) as cursor:
        old = waiting.where(col(row.created_at) < before)
        dead = old.values(next_try_at=None, dead_at=at, claimed_by="", claimed_until=None)
        count = cursor.session.exec(dead).rowcount
        cursor.session.exec(waiting.values(next_try_at=at + BACK_OFF[0]))
    return count


def redrive(register: Register, at: datetime, ids: Sequence[str] | None = None) -> int:
    """Retry dead messages, all or those of `ids`; returns how many. They keep their ids.

    The notices of one without a reachable recipient are released and composed anew.
    """
    row, items = MessageRow, MessageItemRow
    with transaction(register.engine) as cursor:
        dead: list[ColumnElement[bool]] = [col(row.dead_at).is_not(None)]
        if ids is not None:
            dead.append(among(cursor.session, row.id, ids))

        def run(statement: UpdateBase) -> int:
            return cursor.session.exec(statement, execution_options={"synchronize_session": False}).rowcount

        nobody = select(row.id).where(*dead, row.channel == "none")
        carried = select(items.outbox_id).where(col(items.message_id).in_(nobody))
        run(update(OutboxRow).where(col(OutboxRow.id).in_(carried)).values(sent_at=None))
        run(delete(items).where(col(items.message_id).in_(nobody)))
        given_back = run(delete(row).where(*dead, col(row.channel) == "none"))
        again = run(update(row).where(*dead).values(next_try_at=at, dead_at=None, attempts=0))
    return given_back + again


# -- looking -----------------------------------------------------------------------------------------------


def next_try(register: Register, channels: Sequence[str]) -> datetime | None:
    """When the first message waiting for one of these channels is due; None when none waits."""
    row = MessageRow
    first = select(func.min(READY)).where(col(row.next_try_at).is_not(None), col(row.channel).in_(channels))
    with reading(register.engine) as cursor:
        moment: datetime | None = cursor.session.exec(first).one()
    return moment


def channels_waiting(register: Register, at: datetime) -> list[str]:
    """The channels with a message due now."""
    with reading(register.engine) as cursor:
        return sorted(cursor.session.exec(select(MessageRow.channel).distinct().where(*_ready(at))))


_STANDING: dict[str, tuple[ColumnElement[bool], ...]] = {
    "": (),
    "dead": (col(MessageRow.dead_at).is_not(None),),
    "waiting": (col(MessageRow.next_try_at).is_not(None),),
    "sent": (col(MessageRow.sent_at).is_not(None),),
}
STANDINGS = tuple(standing for standing in _STANDING if standing)


def list_messages(
    register: Register, standing: str = "", recipient: str = "", most: int = 200
) -> list[dict[str, Any]]:
    """Messages as dictionaries, the newest first: `standing` is dead, waiting, sent or empty for all."""
    row = MessageRow
    newest = select(row).where(*_STANDING[standing]).order_by(col(row.created_at).desc(), row.id).limit(most)
    if recipient:
        newest = newest.where(row.recipient == recipient)
    with reading(register.engine) as cursor:
        return [message.model_dump() for message in cursor.session.exec(newest)]


def message_counts(register: Register) -> dict[str, int]:
    """How many notices wait, and how many messages wait, were sent, are dead, and were sent again."""
    row = MessageRow
    waiting, sent, dead = (func.count(col(moment)) for moment in (row.next_try_at, row.sent_at, row.dead_at))
    of_messages = select(waiting, sent, dead, func.coalesce(func.sum(row.resent), 0))
    with reading(register.engine) as cursor:
        unsent = cursor.session.exec(select(func.count()).where(col(OutboxRow.sent_at).is_(None))).one()
        counts = cursor.session.exec(of_messages).one()
    return dict(zip(("held", "waiting", "sent", "dead", "resent"), map(int, (unsent, *counts)), strict=True))


def read_all(register: Register, recipient: str, at: datetime) -> int:
    """Mark everything in an inbox as read; returns how many messages were new."""
    row = MessageRow
    new = update(row).where(col(row.recipient) == recipient, col(row.channel) == "inbox", col(row.read_at).is_(None))
    with transaction(register.engine) as cursor:
        return cursor.session.exec(new.values(read_at=at)).rowcount


def unread(register: Register, recipients: Sequence[str]) -> int:
    """How many messages of these inboxes are unread. Runs for every page, so it is one statement of the cursor."""
    if not recipients:
        return 0
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        (count,) = cursor.rows(
            f"SELECT count(*) FROM messages WHERE recipient {sql.any} AND channel = 'inbox' AND read_at IS NULL",
            [sql.many(recipients)],
        )[0]
    return int(count)


def cases_of(register: Register, messages: Sequence[str]) -> dict[str, list[str]]:
    """The cases that each message is about, by message id; messages about none are left out."""
    items = MessageItemRow
    notices = select(items.message_id, OutboxRow.case_id).join(OutboxRow, col(OutboxRow.id) == items.outbox_id)
    cases: dict[str, list[str]] = {}
    with reading(register.engine) as cursor:
        of_these = notices.where(among(cursor.session, items.message_id, messages)).distinct()
        for message, case_id in cursor.session.exec(of_these.order_by(items.message_id, OutboxRow.case_id)):
            cases.setdefault(message, []).append(case_id)
    return cases
