"""Messages on their way: who sends which, what became of it, and what is tried again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.register import Register
from storage.statements import Cursor, reading, transaction

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long a message waits after each failed attempt; after the last one it is dead."""

CLAIM = timedelta(minutes=5)
"""How long a message belongs to whoever sends it; then it is taken for lost on the way, and sent again."""

MINUTE = timedelta(minutes=1)

READY = "CASE WHEN claimed_until > next_try_at THEN claimed_until ELSE next_try_at END"
"""When a waiting message may be taken. A `claimed_until` that has passed says that the attempt may have arrived."""


@dataclass(frozen=True)
class Message:
    """A message that was claimed to be sent; `resent`: an attempt before may have arrived."""

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
    """Take at most `most` messages whose time has come, for `CLAIM`; what another one holds is left alone.

    With `per_minute` no more than the channel may still take: what was sent in the minute before, and what is being
    sent, count.
    """
    sql = register.layout.sql
    lock = " FOR UPDATE SKIP LOCKED" if sql.postgres else ""
    mark = sql.mark
    now = sql.instant(at)
    with transaction(register.engine) as cursor:
        if per_minute is not None:
            most = min(most, per_minute - _taken_lately(register, cursor, channel, at))
            if most <= 0:
                return []
        rows = cursor.rows(
            "SELECT id, channel, recipient, address, subject, body, attempts, created_at, "
            "CASE WHEN claimed_until IS NOT NULL THEN 1 ELSE 0 END FROM messages "
            f"WHERE next_try_at IS NOT NULL AND next_try_at <= {mark} AND channel = {mark} "
            f"AND (claimed_until IS NULL OR claimed_until <= {mark}) "
            f"ORDER BY urgent DESC, next_try_at, id LIMIT {int(most)}{lock}",
            [now, channel, now],
        )
        tried = [row[0] for row in rows if row[-1]]
        cursor.run(
            f"UPDATE messages SET claimed_by = {mark}, claimed_until = {mark}, attempts = attempts + 1 "
            f"WHERE id {sql.any}",
            [engine, sql.instant(at + CLAIM), sql.many([row[0] for row in rows])],
        )
        if tried:
            cursor.run(f"UPDATE messages SET resent = resent + 1 WHERE id {sql.any}", [sql.many(tried)])
    return [
        Message(id_, channel, to, address, subject, body, tries + 1, bool(again), sql.read_instant(written))
        for id_, channel, to, address, subject, body, tries, written, again in rows
    ]


def _taken_lately(register: Register, cursor: Cursor, channel: str, at: datetime) -> int:
    """Messages of a channel that were sent in the last minute or are being sent; two engines count one by one.

    What was sent later than now was sent by a clock that ran ahead, and holds nothing up.
    """
    sql, mark = register.layout.sql, register.layout.sql.mark
    if sql.postgres:
        cursor.run(f"SELECT pg_advisory_xact_lock(hashtext({mark}))", [channel])
    rows = cursor.rows(
        f"SELECT count(*) FROM messages WHERE channel = {mark} AND (sent_at > {mark} AND sent_at <= {mark} "
        f"OR claimed_until > {mark} AND claimed_until <= {mark})",
        [channel, sql.instant(at - MINUTE), sql.instant(at + MINUTE), sql.instant(at), sql.instant(at + 2 * CLAIM)],
    )
    return int(rows[0][0])


def mark_sent(register: Register, message: Message, at: datetime) -> None:
    """The channel took it; it is never tried again."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET sent_at = {mark}, next_try_at = NULL, claimed_by = '', claimed_until = NULL, "
            f"error = '' WHERE id = {mark}",
            [sql.instant(at), message.id],
        )


def mark_failed(
    register: Register, message: Message, error: str, at: datetime, final: bool, unsure: bool = False
) -> bool:
    """The attempt failed: later again, or dead when `final` or after the last back-off. Whether it is dead.

    `unsure`: it may have arrived, and the next attempt counts as sent again.
    """
    sql, mark = register.layout.sql, register.layout.sql.mark
    dead = final or message.attempts > len(BACK_OFF)
    after = None if dead else sql.instant(at + BACK_OFF[message.attempts - 1])
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, dead_at = {mark}, error = {mark}, claimed_by = '', "
            f"claimed_until = {mark} WHERE id = {mark} AND sent_at IS NULL",
            [
                after,
                sql.instant(at) if dead else None,
                error[:500],
                sql.instant(at) if unsure and not dead else None,
                message.id,
            ],
        )
    return dead


def put_back(register: Register, messages: Sequence[Message], until: datetime, error: str = "") -> None:
    """They were not tried after all, and wait until `until`."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, error = {mark}, attempts = attempts - 1, claimed_by = '', "
            f"claimed_until = NULL WHERE id {sql.any}",
            [sql.instant(until), error[:500], sql.many([one.id for one in messages])],
        )


def postpone(
    register: Register, at: datetime, until: datetime, channel: str = "", urgent: bool = False
) -> int:
    """What could be tried at `at` waits until `until`, of one channel or of all; how many. `urgent`: those as well."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    wanted = f"next_try_at IS NOT NULL AND next_try_at <= {mark} AND (claimed_until IS NULL OR claimed_until <= {mark})"
    values: list[Any] = [sql.instant(at), sql.instant(at)]
    if not urgent:
        wanted += " AND NOT urgent"
    if channel:
        wanted += f" AND channel = {mark}"
        values.append(channel)
    with transaction(register.engine) as cursor:
        return cursor.run(
            f"UPDATE messages SET next_try_at = {mark} WHERE {wanted}", [sql.instant(until), *values]
        )


def give_up(register: Register, channel: str, why: str, at: datetime, before: datetime) -> int:
    """What was written before `before` and still waits for a channel is dead; the rest is looked at in a minute."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        dead = cursor.run(
            f"UPDATE messages SET next_try_at = NULL, dead_at = {mark}, error = {mark}, claimed_by = '', "
            f"claimed_until = NULL WHERE channel = {mark} AND next_try_at <= {mark} AND created_at < {mark}",
            [sql.instant(at), why, channel, sql.instant(at), sql.instant(before)],
        )
        cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, error = {mark} "
            f"WHERE channel = {mark} AND next_try_at <= {mark}",
            [sql.instant(at + BACK_OFF[0]), why, channel, sql.instant(at)],
        )
    return dead


def redrive(register: Register, at: datetime, ids: Sequence[str] | None = None) -> int:
    """Let dead messages be tried again, all or those of `ids`; how many. Their ids stay what they were.

    One that nobody could be reached by gives its notices back: they are put together anew.
    """
    sql, mark = register.layout.sql, register.layout.sql.mark
    chosen, values = "", []
    if ids is not None:
        chosen, values = f" AND id {sql.any}", [sql.many(ids)]
    with transaction(register.engine) as cursor:
        nobody = [
            row[0]
            for row in cursor.rows(
                f"SELECT id FROM messages WHERE dead_at IS NOT NULL AND channel = 'none'{chosen}", values
            )
        ]
        given_back = f"SELECT outbox_id FROM message_items WHERE message_id {sql.any}"
        for statement in (
            f"UPDATE outbox SET sent_at = NULL WHERE id IN ({given_back})",
            f"DELETE FROM message_items WHERE message_id {sql.any}",
            f"DELETE FROM messages WHERE id {sql.any}",
        ):
            cursor.run(statement, [sql.many(nobody)])
        count = cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, dead_at = NULL, attempts = 0 "
            f"WHERE dead_at IS NOT NULL{chosen}",
            [sql.instant(at), *values],
        )
    return count + len(nobody)


# -- looking -----------------------------------------------------------------------------------------------


def next_try(register: Register, channels: Sequence[str]) -> datetime | None:
    """When the first message that waits for one of these channels may be sent; None when none waits."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        (value,) = cursor.rows(
            f"SELECT min({READY}) FROM messages WHERE next_try_at IS NOT NULL AND channel {sql.any}",
            [sql.many(channels)],
        )[0]
    return None if value is None else sql.read_instant(value)


def channels_waiting(register: Register, at: datetime) -> list[str]:
    """The channels over which something is to be sent now."""
    sql, now = register.layout.sql, register.layout.sql.instant(at)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT DISTINCT channel FROM messages WHERE next_try_at IS NOT NULL AND next_try_at <= {sql.mark} "
            f"AND (claimed_until IS NULL OR claimed_until <= {sql.mark})",
            [now, now],
        )
    return sorted(str(channel) for (channel,) in rows)


def listed(
    register: Register, standing: str = "", recipient: str = "", most: int = 200
) -> list[dict[str, Any]]:
    """Messages as dictionaries, the newest first: `standing` is dead, waiting, sent or empty for all."""
    sql, messages = register.layout.sql, register.layout.messages
    wanted = {
        "": "1 = 1",
        "dead": "dead_at IS NOT NULL",
        "waiting": "next_try_at IS NOT NULL",
        "sent": "sent_at IS NOT NULL",
    }[standing]
    values = []
    if recipient:
        wanted += f" AND recipient = {sql.mark}"
        values.append(recipient)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"{messages.select} WHERE {wanted} ORDER BY created_at DESC, id LIMIT {int(most)}", values
        )
    return messages.dicts(rows)


def message_counts(register: Register) -> dict[str, int]:
    """How many notices wait, and how many messages wait, were sent, are dead, and were sent again."""
    with reading(register.engine) as cursor:
        held = cursor.rows("SELECT count(*) FROM outbox WHERE sent_at IS NULL")[0][0]
        waits, sent, dead, resent = cursor.rows(
            "SELECT count(next_try_at), count(sent_at), count(dead_at), coalesce(sum(resent), 0) FROM messages"
        )[0]
    return {
        "held": int(held),
        "waiting": int(waits),
        "sent": int(sent),
        "dead": int(dead),
        "resent": int(resent),
    }


def read_all(register: Register, recipient: str, at: datetime) -> int:
    """Note that everything in an inbox was read; how many messages were new."""
    sql = register.layout.sql
    with transaction(register.engine) as cursor:
        return cursor.run(
            f"UPDATE messages SET read_at = {sql.mark} WHERE recipient = {sql.mark} AND channel = 'inbox' "
            "AND read_at IS NULL",
            [sql.instant(at), recipient],
        )


def unread(register: Register, recipients: Sequence[str]) -> int:
    """How many messages of these inboxes were not read yet."""
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
    """The cases that each message tells of, by the message's id; a message about none is left out."""
    sql = register.layout.sql
    found: dict[str, list[str]] = {}
    with reading(register.engine) as cursor:
        for message, case_id in cursor.rows(
            "SELECT DISTINCT i.message_id, o.case_id FROM message_items i JOIN outbox o ON o.id = i.outbox_id "
            f"WHERE i.message_id {sql.any} ORDER BY i.message_id, o.case_id",
            [sql.many(messages)],
        ):
            found.setdefault(message, []).append(case_id)
    return found
