"""How waiting notices become messages: each notice exactly once, one message per person and channel.

Up to `MOST` notices at once, so the large query is one of the cursor (figures in `storage.statements`).
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, func, select, update

from rulebooks import Workdays, civil_day
from rulebooks.sentences import Reason
from storage.kept_reasons import kept_as
from storage.recipients import People
from storage.register import Register
from storage.statements import Cursor, reading, transaction
from storage.tables.messages import OutboxRow
from storage.typed_rows import among, hold
from storage.withheld import withheld

COMPOSING = 0x647562616F
"""The advisory lock under which notices become messages, so that a person gets one message."""

MOST = 20_000
"""Notices that one transaction turns into messages."""

DAILY = "o.kind = 'limit.reminded'"
WEEKLY = "({})".format(
    " OR ".join(
        f"substr(o.recipient, 1, {len(kind) + 1}) = '{kind}:'"
        for kind in ("leader", "gov_leader", "chair_meeting", "standing_committee")
    )
)
AUDIENCES = {
    "urgent": "o.urgent",
    "now": f"NOT o.urgent AND NOT {DAILY} AND NOT {WEEKLY}",
    "personal": f"NOT o.urgent AND NOT {WEEKLY}",
    "leaders": f"NOT o.urgent AND {WEEKLY}",
}
"""Which notices: sent at once always, at once in office hours, in the daily digest, in the leaders' digest."""


@dataclass(frozen=True)
class WaitingNotice:
    """A waiting notice with the facts for its text; `over`: its limit has since been met or ended."""

    id: str
    case_id: str
    recipient: str
    kind: str
    data: Mapping[str, Any]
    urgent: bool
    region: str
    number: str
    title: str
    rulebook_ident: str
    about: str
    seq: int
    over: bool


@dataclass(frozen=True)
class Office:
    """What decides when notices are sent: the rulebook's hours, the region's working days."""

    rulebook_ident: str
    region: str


@dataclass(frozen=True)
class Draft:
    """A message to be written: recipient, channel, address, and the notices it carries.

    With `error` set nobody can be reached, and the message is dead from the start.
    """

    channel: str
    recipient: str
    address: str
    region: str
    subject: str
    body: str
    notices: Sequence[str]
    urgent: bool = False
    error: Reason | None = None

    @property
    def id(self) -> str:
        content = "\n".join((self.channel, self.recipient, self.address, self.subject, *sorted(self.notices)))
        return hashlib.sha256(content.encode()).hexdigest()[:32]


def compose(
    register: Register,
    at: datetime,
    audience: str,
    write: Callable[[People, list[WaitingNotice]], Iterable[Draft]],
    offices: Sequence[Office] | None = None,
    region: str = "",
) -> tuple[int, int]:
    """Turn the waiting notices of an audience into messages, each notice exactly once; (notices, messages).

    `write` puts them together; what it leaves out of every draft, and what its reader must not learn of yet
    (`storage.withheld`), is recorded as told and not sent. With the audience
    `now` go the urgent ones. `offices` limits whose notices may go out unless they are urgent, `region` the
    cases. All that waits for one unit, person or region is taken at once, up to `MOST`; (0, 0) when nothing is left.
    """
    layout, sql = register.layout, register.layout.sql
    wanted, values = AUDIENCES[audience], []
    if offices is not None:
        wanted += f" AND (c.rulebook_ident || ' ' || c.region) {sql.any}"
        values.append(sql.many([f"{office.rulebook_ident} {office.region}" for office in offices]))
    if audience == "now":
        wanted = f"(o.urgent OR ({wanted}))"
    if region:
        wanted += f" AND c.region = {sql.mark}"
        values.append(region)
    name = f"substr(o.recipient, {'strpos' if sql.postgres else 'instr'}(o.recipient, ':') + 1)"
    subject = f"coalesce({sql.field('o.data', 'subject_id')}, e.subject_id)"
    with transaction(register.engine) as cursor:
        hold(cursor.session, COMPOSING)
        rows = cursor.rows(
            f"SELECT {layout.outbox.columns_as('o')}, c.region, c.number, c.title, c.rulebook_ident, "
            "coalesce(u.name, k.text, ''), "
            "CASE WHEN d.case_id IS NOT NULL AND (d.met_on IS NOT NULL OR d.void_on IS NOT NULL) THEN 1 ELSE 0 END "
            "FROM outbox o JOIN cases c ON c.id = o.case_id "
            f"LEFT JOIN deadlines d ON substr(o.kind, 1, 6) = 'limit.' AND d.case_id = o.case_id "
            f"AND d.key = {sql.field('o.data', 'key')} AND d.subject_id = {sql.field('o.data', 'subject_id')} "
            f"AND d.round = CAST({sql.field('o.data', 'round')} AS INTEGER) "
            "LEFT JOIN events e ON e.case_id = o.case_id AND e.seq = o.seq "
            f"LEFT JOIN assignments a ON a.id = {subject} LEFT JOIN units u ON u.id = a.unit "
            f"LEFT JOIN commitments k ON k.id = {subject} "
            f"WHERE o.sent_at IS NULL AND {wanted} ORDER BY {name}, o.created_at, o.id LIMIT {MOST}",
            values,
        )
        notices = _whole(register, rows)
        if not notices:
            return 0, 0
        hidden = withheld(register, cursor, notices)
        people = People(cursor.session, civil_day(at))
        drafts = list(write(people, [notice for notice in notices if notice.id not in hidden]))
        write_drafts(register, cursor, drafts, at)
        taken = among(cursor.session, OutboxRow.id, [notice.id for notice in notices])
        done = update(OutboxRow).where(taken).values(sent_at=at)
        cursor.session.exec(done, execution_options={"synchronize_session": False})
    return len(notices), len(drafts)


def _whole(register: Register, rows: Sequence[tuple[Any, ...]]) -> list[WaitingNotice]:
    """The notices in order of writing, without the recipient at whom `MOST` cut off: that one is in the next batch."""
    outbox = register.layout.outbox
    width = len(outbox.names)
    waiting = [
        (texts, WaitingNotice(
            **{name: texts[name] for name in ("id", "case_id", "recipient", "kind", "data", "urgent", "seq")},
            **dict(zip(("region", "number", "title", "rulebook_ident", "about"), row[width:-1], strict=True)),
            over=bool(row[-1]),
        ))
        for texts, row in zip(outbox.dicts(rows), rows, strict=True)
    ]  # fmt: skip
    if len(waiting) == MOST:
        last = _name(waiting[-1][1])
        waiting = [pair for pair in waiting if _name(pair[1]) != last] or waiting
    return [notice for _, notice in sorted(waiting, key=lambda pair: (pair[0]["created_at"], pair[0]["id"]))]


def _name(notice: WaitingNotice) -> str:
    return notice.recipient.partition(":")[2]


def offices_waiting(register: Register, audience: str, region: str = "") -> dict[Office, Workdays]:
    """The offices with notices of the audience, each with its region's calendar; `region` empty: every region."""
    sql = register.layout.sql
    wanted = AUDIENCES[audience] + (f" AND c.region = {sql.mark}" if region else "")
    with reading(register.engine) as cursor:
        calendar = register.calendar.of_regions(cursor)
        rows = cursor.rows(
            "SELECT DISTINCT c.rulebook_ident, c.region FROM outbox o JOIN cases c ON c.id = o.case_id "
            f"WHERE o.sent_at IS NULL AND {wanted}",
            [region] if region else [],
        )
        return {Office(str(ident), str(place)): calendar(str(place)) for ident, place in rows}


def audiences_waiting(register: Register) -> list[str]:
    """Which of `urgent` and `now` have waiting notices; an index lookup when there are none."""
    with reading(register.engine) as cursor:
        return [
            audience
            for audience in ("urgent", "now")
            if cursor.rows(f"SELECT 1 FROM outbox o WHERE sent_at IS NULL AND {AUDIENCES[audience]} LIMIT 1")
        ]


def notices_held(register: Register) -> int:
    """How many notices are in no message yet."""
    with reading(register.engine) as cursor:
        return cursor.session.exec(select(func.count()).where(col(OutboxRow.sent_at).is_(None))).one()


def write_drafts(
    register: Register, cursor: Cursor, drafts: Sequence[Draft], at: datetime, items: bool = True
) -> None:
    """Write the messages that do not exist yet: inbox messages are thereby sent, the others wait."""
    layout = register.layout
    sent = {"inbox", "none"}
    layout.messages.insert_new(
        cursor,
        [
            {
                "id": draft.id,
                "channel": draft.channel,
                "recipient": draft.recipient,
                "address": draft.address,
                "region": draft.region,
                "subject": draft.subject,
                "body": draft.body,
                "urgent": draft.urgent,
                "created_at": at,
                "next_try_at": None if draft.channel in sent else at,
                "claimed_by": "",
                "claimed_until": None,
                "attempts": 0,
                "resent": 0,
                "sent_at": at if draft.channel == "inbox" else None,
                "dead_at": at if draft.error else None,
                "error": str(draft.error or ""),
                "facts": kept_as(draft.error),
                "read_at": None,
            }
            for draft in drafts
        ],
    )
    if items:
        layout.message_items.insert_new(
            cursor, [{"message_id": draft.id, "outbox_id": notice} for draft in drafts for notice in draft.notices]
        )


def note_for(
    register: Register, people: Sequence[str], subject: str, body: str, region: str, at: datetime, once: str = ""
) -> int:
    """A message about no case, for example an audit report, to people by id; existing ones are kept.

    One message for each instant `at`, or a single one ever under the name `once`.
    """
    keys = (once or at.isoformat(),)
    with transaction(register.engine) as cursor:
        directory = People(cursor.session, civil_day(at))
        drafts = []
        for person in people:
            who = f"person:{person}"
            _, email, _ = directory.reach(who)
            drafts.append(Draft("inbox", who, "", region, subject, body, keys))
            if email:
                drafts.append(Draft("mail", who, email, region, subject, body, keys))
        write_drafts(register, cursor, drafts, at, items=False)
    return len(drafts)
