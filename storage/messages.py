"""Messages: notices put together once for each person and channel, and what became of sending them."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage.register import Register
from storage.statements import Cursor, reading, transaction

COMPOSING = 0x647562616F
"""The advisory lock under which notices become messages, so that one person gets one message."""

MOST = 20_000
"""Notices that one transaction turns into messages."""

HELD_DAILY = "o.kind = 'limit.reminded'"
HELD_WEEKLY = "({})".format(
    " OR ".join(
        f"substr(o.recipient, 1, {len(kind) + 1}) = '{kind}:'"
        for kind in ("leader", "gov_leader", "chair_meeting", "standing_committee")
    )
)
AUDIENCES = {
    "now": f"NOT o.urgent AND NOT {HELD_DAILY} AND NOT {HELD_WEEKLY}",
    "personal": f"NOT o.urgent AND NOT {HELD_WEEKLY}",
    "leaders": f"NOT o.urgent AND {HELD_WEEKLY}",
    "urgent": "o.urgent",
}
"""Which waiting notices are meant: at once in office hours, the daily digest, the leaders' digest, at once always."""

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720, 1440))
"""How long a message waits after each failed attempt; after the last one it is dead."""

CLAIM = timedelta(minutes=5)


@dataclass(frozen=True)
class Notice:
    """A waiting notice with what its words need; `over` says that its limit was meanwhile met or ended."""

    id: str
    case_id: str
    recipient: str
    kind: str
    data: Mapping[str, Any]
    region: str
    number: str
    title: str
    rulebook_ident: str
    over: bool


@dataclass(frozen=True)
class Draft:
    """A message to be written: who gets it, over which channel, at which address, and the notices it carries.

    `error` set: nobody can be reached, and the message is dead from the start.
    """

    channel: str
    recipient: str
    address: str
    region: str
    subject: str
    body: str
    notices: Sequence[str]
    urgent: bool = False
    error: str = ""

    @property
    def id(self) -> str:
        told = "\n".join((self.channel, self.recipient, self.address, self.subject, *sorted(self.notices)))
        return hashlib.sha256(told.encode()).hexdigest()[:32]


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


class People:
    """The directory as delivery needs it: who stands behind a recipient, and where they can be reached."""

    def __init__(self, cursor: Cursor) -> None:
        self.people = {
            row[0]: row
            for row in cursor.rows(
                "SELECT id, name, role, unit, region, email, phone FROM people ORDER BY id"
            )
        }
        self.units = {
            row[0]: row for row in cursor.rows("SELECT id, name, region, email, phone FROM units ORDER BY id")
        }
        self.parent = dict(cursor.rows("SELECT code, parent_code FROM regions"))
        self.links: dict[tuple[str, str], str] = {}
        for unit, role, person in cursor.rows("SELECT unit, role, person FROM chain_links ORDER BY position"):
            self.links.setdefault((unit, role), person)
        self.by_role: dict[tuple[str, str], list[str]] = {}
        for person, _, role, unit, region, *_ in self.people.values():
            place = region or (self.units[unit][2] if unit in self.units else "")
            self.by_role.setdefault((role, place), []).append(person)

    def behind(self, recipient: str) -> list[str]:
        """`person:ID` or `unit:ID` of everybody whom the recipient (kind:id) means; empty when there is nobody."""
        kind, _, name = recipient.partition(":")
        if kind in ("deputy", "person"):
            return [f"person:{name}"] if name in self.people else []
        if kind in ("handler", "section_head", "unit_leader", "unit_head"):
            person = self.links.get((name, kind))
            return [f"person:{person}"] if person in self.people else self._unit(name)
        if kind == "unit":
            return self._unit(name)
        if kind == "committee":
            return [
                f"person:{person}"
                for person, _, role, unit, *_ in self.people.values()
                if role == "committee"
                and (unit == name or (unit in self.units and self.units[unit][1] == name))
            ]
        if kind in ("chair_meeting", "standing_committee"):
            return list(dict.fromkeys((*self._role("leader", name), *self._role("registrar", name))))
        return self._role(kind, name)

    def reach(self, who: str) -> tuple[str, str, str]:
        """(name, e-mail, phone) of `person:ID` or `unit:ID`."""
        kind, _, name = who.partition(":")
        if kind == "unit":
            _, title, _, email, phone = self.units[name]
            return title, email, phone
        _, title, _, _, _, email, phone = self.people[name]
        return title, email, phone

    def _unit(self, unit: str) -> list[str]:
        """The unit's own office where it has an address, else its handler, else whoever is known of it."""
        if unit in self.units and (self.units[unit][3] or self.units[unit][4]):
            return [f"unit:{unit}"]
        person = self.links.get((unit, "handler"))
        if person in self.people:
            return [f"person:{person}"]
        known = [one for one, row in self.people.items() if row[3] == unit]
        return [f"person:{one}" for one in known[:1]] or ([f"unit:{unit}"] if unit in self.units else [])

    def _role(self, role: str, region: str) -> list[str]:
        """The people of a role in the region, or in the nearest region above that has any."""
        seen = set()
        while region not in seen:
            found = self.by_role.get((role, region))
            if found:
                return [f"person:{one}" for one in found]
            seen.add(region)
            region = self.parent.get(region, "")
        return []


def compose(
    register: Register,
    at: datetime,
    audience: str,
    write: Callable[[People, list[Notice]], Iterable[Draft]],
    idents: Sequence[str] | None = None,
    region: str = "",
) -> tuple[int, int]:
    """Turn the waiting notices of an audience into messages, each notice exactly once; (notices, messages).

    `write` puts them together; what it leaves out of every draft is recorded as told and not sent. `idents` limits
    the rulebooks whose notices may go out now, `region` the cases.
    """
    layout, sql = register.layout, register.layout.sql
    wanted, values = f"o.sent_at IS NULL AND {AUDIENCES[audience]}", []
    if idents is not None:
        wanted += f" AND c.rulebook_ident {sql.any}"
        values.append(sql.many(idents))
    if region:
        wanted += f" AND c.region = {sql.mark}"
        values.append(region)
    with transaction(register.engine) as cursor:
        if sql.postgres:
            cursor.run(f"SELECT pg_advisory_xact_lock({COMPOSING})")
        rows = cursor.rows(
            f"SELECT {layout.outbox.columns_as('o')}, c.region, c.number, c.title, c.rulebook_ident, "
            "CASE WHEN d.case_id IS NOT NULL AND (d.met_on IS NOT NULL OR d.void_on IS NOT NULL) THEN 1 ELSE 0 END "
            "FROM outbox o JOIN cases c ON c.id = o.case_id "
            f"LEFT JOIN deadlines d ON substr(o.kind, 1, 6) = 'limit.' AND d.case_id = o.case_id "
            f"AND d.key = {sql.field('o.data', 'key')} AND d.subject_id = {sql.field('o.data', 'subject_id')} "
            f"AND d.round = CAST({sql.field('o.data', 'round')} AS INTEGER) "
            f"WHERE {wanted} ORDER BY o.created_at, o.id LIMIT {MOST}",
            values,
        )
        if not rows:
            return 0, 0
        width = len(layout.outbox.names)
        notices = [
            Notice(
                **{name: told[name] for name in ("id", "case_id", "recipient", "kind", "data")},
                **dict(zip(("region", "number", "title", "rulebook_ident"), row[width:-1], strict=True)),
                over=bool(row[-1]),
            )
            for told, row in zip(layout.outbox.dicts(rows), rows, strict=True)
        ]  # fmt: skip
        drafts = list(write(People(cursor), notices))
        _insert(register, cursor, drafts, at)
        done = f"UPDATE outbox SET sent_at = {sql.mark} WHERE id {sql.any}"
        cursor.run(done, [sql.instant(at), sql.many([notice.id for notice in notices])])
    return len(notices), len(drafts)


def idents_waiting(register: Register, audience: str) -> list[str]:
    """The rulebooks under which notices of the audience wait."""
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT DISTINCT c.rulebook_ident FROM outbox o JOIN cases c ON c.id = o.case_id "
            f"WHERE o.sent_at IS NULL AND {AUDIENCES[audience]}"
        )
    return [str(ident) for (ident,) in rows]


def note_for(
    register: Register, people: Sequence[str], subject: str, body: str, region: str, at: datetime
) -> int:
    """A message about no case, for example the report of an audit, to people by id; those known already are kept."""
    with transaction(register.engine) as cursor:
        known = People(cursor)
        drafts = []
        for person in people:
            who = f"person:{person}"
            _, email, _ = known.reach(who)
            drafts.append(Draft("inbox", who, "", region, subject, body, (at.isoformat(),)))
            if email:
                drafts.append(Draft("mail", who, email, region, subject, body, (at.isoformat(),)))
        _insert(register, cursor, drafts, at, items=False)
    return len(drafts)


def _insert(
    register: Register, cursor: Cursor, drafts: Sequence[Draft], at: datetime, items: bool = True
) -> None:
    layout = register.layout
    sent = {"inbox", "none"}
    layout.messages.insert_new(
        cursor,
        [
            {
                "id": one.id,
                "channel": one.channel,
                "recipient": one.recipient,
                "address": one.address,
                "region": one.region,
                "subject": one.subject,
                "body": one.body,
                "urgent": one.urgent,
                "created_at": at,
                "next_try_at": None if one.channel in sent else at,
                "claimed_by": "",
                "claimed_until": None,
                "attempts": 0,
                "resent": 0,
                "sent_at": at if one.channel == "inbox" else None,
                "dead_at": at if one.error else None,
                "error": one.error,
                "read_at": None,
            }
            for one in drafts
        ],
    )
    if items:
        layout.message_items.insert_new(
            cursor, [{"message_id": one.id, "outbox_id": notice} for one in drafts for notice in one.notices]
        )


# -- sending -----------------------------------------------------------------------------------------------


def claim(register: Register, channel: str, engine: str, at: datetime, most: int) -> list[Message]:
    """Take at most `most` messages whose time has come, for `CLAIM`; what another one holds is left alone."""
    sql = register.layout.sql
    lock = " FOR UPDATE SKIP LOCKED" if sql.postgres else ""
    mark = sql.mark
    now = sql.instant(at)
    with transaction(register.engine) as cursor:
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
        Message(
            id_,
            channel,
            recipient,
            address,
            subject,
            body,
            attempts + 1,
            bool(again),
            sql.read_instant(written),
        )
        for id_, channel, recipient, address, subject, body, attempts, written, again in rows
    ]


def mark_sent(register: Register, ids: Sequence[str], at: datetime) -> None:
    """The channel took them; they are never tried again."""
    sql = register.layout.sql
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET sent_at = {sql.mark}, next_try_at = NULL, claimed_by = '', claimed_until = NULL, "
            f"error = '' WHERE id {sql.any}",
            [sql.instant(at), sql.many(ids)],
        )


def mark_failed(register: Register, message: Message, error: str, at: datetime, final: bool) -> bool:
    """The attempt failed: later again, or dead when `final` or after the last back-off. Whether it is dead."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    dead = final or message.attempts > len(BACK_OFF)
    after = None if dead else sql.instant(at + BACK_OFF[message.attempts - 1])
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, dead_at = {mark}, error = {mark}, claimed_by = '', "
            f"claimed_until = NULL WHERE id = {mark}",
            [after, sql.instant(at) if dead else None, error[:500], message.id],
        )
    return dead


def put_back(register: Register, messages: Sequence[Message], error: str, at: datetime) -> None:
    """The channel as a whole is down: nothing was tried, all wait for a minute."""
    sql, mark = register.layout.sql, register.layout.sql.mark
    with transaction(register.engine) as cursor:
        cursor.run(
            f"UPDATE messages SET next_try_at = {mark}, error = {mark}, attempts = attempts - 1, claimed_by = '', "
            f"claimed_until = NULL WHERE id {sql.any}",
            [sql.instant(at + BACK_OFF[0]), error[:500], sql.many([one.id for one in messages])],
        )


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


@dataclass(frozen=True)
class Waiting:
    """What delivery has before it: the earliest attempt due, and which audiences have notices waiting."""

    next_try_at: datetime | None
    audiences: tuple[str, ...]


def waiting(register: Register) -> Waiting:
    """Two index reads when nothing waits."""
    with reading(register.engine) as cursor:
        (value,) = cursor.rows(
            "SELECT min(CASE WHEN claimed_until IS NULL THEN next_try_at ELSE claimed_until END) "
            "FROM messages WHERE next_try_at IS NOT NULL"
        )[0]
        audiences: tuple[str, ...] = ()
        if cursor.rows("SELECT 1 FROM outbox WHERE sent_at IS NULL LIMIT 1"):
            audiences = tuple(
                name
                for name in ("urgent", "now", "leaders")
                if cursor.rows(f"SELECT 1 FROM outbox o WHERE sent_at IS NULL AND {AUDIENCES[name]} LIMIT 1")
            )
    return Waiting(None if value is None else register.layout.sql.read_instant(value), audiences)


def sent_since(register: Register, channel: str, since: datetime) -> int:
    """Messages of a channel taken after `since`: what its rate limit counts."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT count(*) FROM messages WHERE channel = {sql.mark} AND sent_at > {sql.mark}",
            [channel, sql.instant(since)],
        )
    return int(rows[0][0])


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


def people_by_role(register: Register, role: str, region: str) -> list[str]:
    """Ids of the people of a role in the region, or in the nearest one above."""
    with reading(register.engine) as cursor:
        return [one.partition(":")[2] for one in People(cursor).behind(f"{role}:{region}")]


def unsent_before(register: Register, day: datetime) -> int:
    """Notices that were written before `day` and are in no message yet."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            f"SELECT count(*) FROM outbox WHERE sent_at IS NULL AND created_at < {sql.mark}",
            [sql.instant(day)],
        )
    return int(rows[0][0])
