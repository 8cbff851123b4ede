"""Delivery: waiting notices become messages, one a person and channel, and messages are sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from loguru import logger

from flows.channels import Channels, load_channels
from notifications.channels import Channel, ChannelDown, Outgoing
from notifications.hours import hours_of, is_open, next_opening
from notifications.letters import Item, together
from notifications.masking import mask
from rulebooks import Library, civil_day
from storage import Register
from storage.climbing import rulebook_of
from storage.messages import (
    Draft,
    Message,
    Notice,
    People,
    channels_waiting,
    claim,
    compose,
    idents_waiting,
    mark_failed,
    mark_sent,
    put_back,
    sent_since,
    waiting,
)

BATCH = 100
"""Messages claimed at once."""

MINUTE = timedelta(minutes=1)


@dataclass
class DeliveryReport:
    """Notices put together, messages made of them, and what became of sending; `down`: channels out of reach."""

    composed: int = 0
    messages: int = 0
    sent: int = 0
    resent: int = 0
    failed: int = 0
    dead: int = 0
    down: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = f"notices {self.composed} in {self.messages} messages; sent {self.sent}"
        for name in ("resent", "failed", "dead"):
            if getattr(self, name):
                said += f", {name} {getattr(self, name)}"
        return said + "".join(f"; {name} is down: {why}" for name, why in self.down.items())


def deliver(
    register: Register, at: datetime, channels: Channels | None = None, engine: str = "duban"
) -> DeliveryReport:
    """Put together what may go out now, then send what waits; safe to repeat and to run side by side.

    Urgent notices go out at once, the others in the office hours of their rulebook. What was being sent when a
    program died is sent again with the same id after five minutes, and counted as `resent`.
    """
    channels = channels or load_channels()
    report = DeliveryReport()
    put_together(register, at, "urgent", channels, report)
    idents = open_now(register, at, "now", channels)
    if idents:
        put_together(register, at, "now", channels, report, idents)
    for name in channels_waiting(register, at):
        channel = channels.by_name.get(name)
        if channel is None:
            report.down[name] = "is not configured; what waits for it stays"
            _postpone(register, name, engine, at)
        else:
            _send(register, channel, engine, at, report)
    return report


def next_delivery(register: Register, at: datetime, channels: Channels) -> datetime | None:
    """When `deliver` has something to do next, `at` or earlier for now; None when nothing waits for it."""
    found = waiting(register)
    moments = [found.next_try_at] if found.next_try_at else []
    if "urgent" in found.audiences:
        moments.append(at)
    if "now" in found.audiences:
        workdays = register.workdays()
        for ident in idents_waiting(register, "now"):
            hours = hours_of(rulebook_of(register.library, ident))
            moments.append(next_opening(hours, at, workdays) if channels.office_hours else at)
    return min(moments, default=None)


def open_now(register: Register, at: datetime, audience: str, channels: Channels) -> list[str]:
    """The rulebooks with notices waiting whose offices are open at `at`."""
    idents = idents_waiting(register, audience)
    if not channels.office_hours or not idents:
        return idents
    workdays = register.workdays()
    return [one for one in idents if is_open(hours_of(rulebook_of(register.library, one)), at, workdays)]


def put_together(
    register: Register,
    at: datetime,
    audience: str,
    channels: Channels,
    report: DeliveryReport,
    idents: Sequence[str] | None = None,
    region: str = "",
) -> None:
    """Compose the waiting notices of an audience, until none is left, and count them in `report`."""
    write = partial(_drafts, library=register.library, at=at, channels=channels, urgent=audience == "urgent")
    while True:
        notices, messages = compose(register, at, audience, write, idents, region)
        if not notices:
            return
        report.composed += notices
        report.messages += messages


def _drafts(
    people: People,
    notices: Sequence[Notice],
    library: Library,
    at: datetime,
    channels: Channels,
    urgent: bool,
) -> Iterable[Draft]:
    """The messages of these notices: inbox always, the outside channels as each person has an address."""
    today = civil_day(at)
    for_person: dict[str, list[Notice]] = {}
    for_robot: dict[str, list[Notice]] = {}
    for_nobody: dict[str, list[Notice]] = {}
    for notice in notices:
        if notice.kind == "limit.reminded" and (
            notice.over or str(notice.data.get("last_day")) < today.isoformat()
        ):
            continue  # it came too late to be of use: recorded, not sent
        found = people.behind(notice.recipient)
        for who in found:
            for_person.setdefault(who, []).append(notice)
        if not found:
            for_nobody.setdefault(notice.recipient, []).append(notice)
        for robot in channels.robots.get(notice.recipient, ()):
            for_robot.setdefault(robot, []).append(notice)
    for who, told in for_person.items():
        text = together(_items(library, told), today.isoformat())
        _, email, phone = people.reach(who)
        places = [("inbox", "")]
        if email and "mail" in channels.by_name:
            places.append(("mail", email))
        if urgent and phone and "sms" in channels.by_name:
            places.append(("sms", phone))
        if not channels.outside:
            places.append(("log", who))
        for channel, address in places:
            yield _draft(channel, who, address, text.title, text.body, told, urgent)
    for robot, told in for_robot.items():
        text = together(_items(library, told), today.isoformat())
        yield _draft(robot, robot, "", text.title, text.body, told, urgent)
    for recipient, told in for_nobody.items():
        text = together(_items(library, told), today.isoformat())
        why = f"nobody is behind {recipient} in the directory: import people or units, then duban redrive"
        yield _draft("none", recipient, "", text.title, text.body, told, urgent, why)


def _draft(
    channel: str,
    who: str,
    address: str,
    subject: str,
    body: str,
    told: Sequence[Notice],
    urgent: bool,
    error: str = "",
) -> Draft:
    ids = tuple(dict.fromkeys(notice.id for notice in told))
    return Draft(channel, who, address, told[0].region, subject, body, ids, urgent, error)


def _items(library: Library, notices: Sequence[Notice]) -> list[Item]:
    items = {}
    for notice in notices:
        limit = rulebook_of(library, notice.rulebook_ident).limits.get(str(notice.data.get("key", "")))
        name = limit.title if limit else ""
        items[notice.id] = Item(notice.kind, notice.case_id, notice.number, notice.title, notice.data, name)
    return list(items.values())


# -- sending ---------------------------------------------------------------------------------------------


def _send(register: Register, channel: Channel, engine: str, at: datetime, report: DeliveryReport) -> None:
    """Send what waits for a channel, as far as its rate allows; each message is marked right after it was taken."""
    while True:
        most = BATCH
        if channel.per_minute is not None:
            most = min(most, channel.per_minute - sent_since(register, channel.name, at - MINUTE))
        messages = (
            {one.id: one for one in claim(register, channel.name, engine, at, most)} if most > 0 else {}
        )
        if not messages:
            return
        try:
            for result in channel.send([_outgoing(one) for one in messages.values()]):
                message = messages.pop(result.id)
                if result.taken:
                    mark_sent(register, [message.id], at)
                    report.sent += 1
                    report.resent += message.resent
                else:
                    dead = mark_failed(register, message, result.error, at, result.final)
                    report.failed += 1
                    report.dead += dead
                    logger.warning("{} {}: {}", channel.name, message.id, mask(result.error))
        except ChannelDown as error:
            report.down[channel.name] = mask(str(error))
            logger.warning("{} is down: {}", channel.name, mask(str(error)))
            put_back(register, list(messages.values()), str(error), at)
            return


def _postpone(register: Register, channel: str, engine: str, at: datetime) -> None:
    """What waits for a channel that is not configured is looked at again in a minute."""
    while messages := claim(register, channel, engine, at, BATCH):
        put_back(register, messages, "the channel is not configured", at)


def _outgoing(message: Message) -> Outgoing:
    return Outgoing(message.id, message.address, message.subject, message.body, message.created_at)
