"""Delivery: waiting notices become messages, one per person and channel, and messages are sent."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from time import monotonic

from loguru import logger

from flows.channels import Channels, load_channels
from notifications.channel_protocol import Channel, ChannelDown, Outgoing
from notifications.hours import HOUSE_HOURS, hours_of, is_open, next_opening, widest
from notifications.letters import Letter, NoticeItem, together
from notifications.masking import mask
from notifications.short_texts import short_text
from rulebooks import Library, Rulebook, RulebookError, civil_day
from rulebooks.sentences import Reason
from states.job_results import JobReport, JobResult
from states.judged import hiding_rule
from states.reasons import Id, Label, Refused
from storage import Register
from storage.composing import (
    Draft,
    Office,
    WaitingNotice,
    audiences_waiting,
    compose,
    notices_held,
    offices_waiting,
)
from storage.messages import (
    BACK_OFF,
    Message,
    channels_waiting,
    claim,
    give_up,
    mark_failed,
    mark_sent,
    next_try,
    postpone,
    put_back,
)
from storage.recipients import People
from storage.rulebook_texts import Texts

BATCH = 100
"""Messages claimed together."""

PATIENCE = 120.0
"""Seconds of elapsed time that one call may send, so that no claim expires while its message is being sent.
The next call goes on."""

REDRIVE = Label("duban redrive")

FORGOTTEN = timedelta(days=3)
"""How long a message waits for a channel that is not configured."""


@dataclass
class DeliveryReport(JobReport):
    """Notices composed, messages made of them, and the results of sending; `down`: unreachable channels.

    `held`: notices that wait for office hours or for a digest.
    """

    composed: int = 0
    messages: int = 0
    sent: int = 0
    resent: int = 0
    failed: int = 0
    dead: int = 0
    held: int = 0
    down: dict[str, Reason] = field(default_factory=dict)

    @property
    def results(self) -> tuple[JobResult, ...]:
        counts = (
            JobResult("resent_count", count=self.resent),
            JobResult("failed_count", count=self.failed),
            JobResult("dead_count", count=self.dead),
            JobResult("held_count", count=self.held),
        )
        counted = (JobResult("sent_count", count=self.sent), *(result for result in counts if result.facts["count"]))
        composed = JobResult("notices_composed", composed=self.composed, messages=self.messages, counts=counted)
        down = (JobResult("channel_down", channel=Label(name), why=why) for name, why in self.down.items())
        return (composed, *down)


def deliver(
    register: Register, at: datetime, channels: Channels | None = None, engine: str = "duban"
) -> DeliveryReport:
    """Compose the notices that may go out now, then send what waits; idempotent, and safe to run concurrently.

    Urgent notices go out at once, the others in the office hours of their rulebook; a message that is tried again or
    had to wait for its turn goes out while any office is open. What was being sent when a program died is sent again
    with the same id after five minutes, and counted as `resent`.
    """
    channels = channels or load_channels()
    report = DeliveryReport()
    offices = open_now(register, at, "now", channels)
    put_together(register, at, "now", channels, report, offices)
    if channels.office_hours and not offices:
        _wait_for_the_offices(register, at)
    names = channels_waiting(register, at)
    for name in names:
        channel = channels.by_name.get(name)
        if channel is None:
            report.down[name] = Refused("channel_gone")
            why = Refused("channel_gone_long", channel=Label(name), command=REDRIVE)
            report.dead += give_up(register, name, why, at, at - FORGOTTEN)
        else:
            _send(register, channel, engine, at, report, monotonic() + PATIENCE / len(names))
    report.held = notices_held(register)
    return report


def next_delivery(register: Register, at: datetime, channels: Channels | None = None) -> datetime | None:
    """When `deliver` next has work, `at` or earlier for now; None when nothing waits."""
    channels = channels or load_channels()
    following = next_try(register, list(channels.by_name))
    moments = [following] if following else []
    audiences = audiences_waiting(register)
    if "urgent" in audiences:
        moments.append(at)
    if "now" in audiences:
        for office, workdays in offices_waiting(register, "now").items():
            hours = hours_of(register.texts.of(office.rulebook_ident))
            moments.append(next_opening(hours, at, workdays) if channels.office_hours else at)
    return min(moments, default=None)


def open_now(register: Register, at: datetime, audience: str, channels: Channels) -> list[Office]:
    """The offices with notices waiting that are open at `at`, by their rulebook's hours and their region's days."""
    return [
        office
        for office, workdays in offices_waiting(register, audience).items()
        if not channels.office_hours or is_open(hours_of(register.texts.of(office.rulebook_ident)), at, workdays)
    ]


def put_together(
    register: Register,
    at: datetime,
    audience: str,
    channels: Channels,
    report: DeliveryReport,
    offices: Sequence[Office] | None = None,
    region: str = "",
    closing: Mapping[str, str] | None = None,
) -> None:
    """Compose the waiting notices of an audience, until none is left, and count them in `report`.

    `closing` is, by region, the end of every message.
    """
    write = partial(_drafts, texts=register.texts, at=at, channels=channels, closing=closing or {})
    while True:
        notices, messages = compose(register, at, audience, write, offices, region)
        if not notices:
            return
        report.composed += notices
        report.messages += messages


def _drafts(
    people: People,
    notices: Sequence[WaitingNotice],
    texts: Texts,
    at: datetime,
    channels: Channels,
    closing: Mapping[str, str],
) -> Iterable[Draft]:
    """The messages of these notices: always in the inbox, and over each channel for which the person has an address."""
    today = civil_day(at).isoformat()
    written = _Written(texts, notices, today, closing, channels.address)
    for_person: dict[str, list[WaitingNotice]] = {}
    for_robot: dict[str, list[WaitingNotice]] = {}
    for_nobody: dict[str, list[WaitingNotice]] = {}
    for notice in notices:
        if notice.kind == "limit.reminded" and (notice.over or str(notice.data.get("last_day")) < today):
            continue  # it came too late to be of use: recorded, not sent
        if notice.recipient.startswith("citizen:"):
            continue  # a citizen has no address here, and looks with the tracking code
        behind = people.behind(notice.recipient, notice.region)
        for who in behind:
            for_person.setdefault(who, []).append(notice)
        robots = channels.robots.get(notice.recipient, ())
        for robot in robots:
            for_robot.setdefault(robot, []).append(notice)
        if not behind and not robots:
            for_nobody.setdefault(notice.recipient, []).append(notice)
    for who, of_person in for_person.items():
        _, email, phone = people.reach(who)
        places = [("inbox", "")]
        if email and "mail" in channels.by_name:
            places.append(("mail", email))
        by_sms = any(notice.urgent or notice.kind in channels.by_sms for notice in of_person)
        if phone and "sms" in channels.by_name and by_sms:
            places.append(("sms", phone))
        if not channels.outside and "log" in channels.by_name:
            places.append(("log", who))
        for channel, address in places:
            yield written.draft(channel, who, address, of_person)
    for robot, of_person in for_robot.items():
        yield written.draft(robot, robot, "", of_person)
    for recipient, of_person in for_nobody.items():
        why = Refused("nobody_behind", recipient=Id(recipient), command=REDRIVE)
        yield written.draft("none", recipient, "", of_person, why)


class _Written:
    """The texts of notices, cached: many people of an office get the same."""

    def __init__(
        self, texts: Texts, notices: Sequence[WaitingNotice], today: str, closing: Mapping[str, str], address: str
    ) -> None:
        self.today, self.closing, self.address = today, closing, address
        limits = {ident: texts.of(ident).limits for ident in {notice.rulebook_ident for notice in notices}}
        self.items: dict[str, NoticeItem] = {}
        for waiting in notices:
            limit = limits[waiting.rulebook_ident].get(str(waiting.data.get("key", "")))
            name = limit.title if limit else ""
            self.items[waiting.id] = NoticeItem(
                waiting.kind, waiting.case_id, waiting.number, waiting.title, waiting.data, name, waiting.about,
                waiting.seq,
            )  # fmt: skip
        self.letters: dict[tuple[str, ...], Letter] = {}

    def draft(
        self, channel: str, who: str, address: str, notices: Sequence[WaitingNotice], error: Reason | None = None
    ) -> Draft:
        ids = tuple(dict.fromkeys(notice.id for notice in notices))
        if channel == "sms":
            text = Letter(short_text([self.items[ident] for ident in ids], self.address), "")
        else:
            text = self.letters[ids] = self.letters.get(ids) or self._letter(ids, notices)
        urgent = any(notice.urgent for notice in notices)
        return Draft(channel, who, address, notices[0].region, text.title, text.body, ids, urgent, error)

    def _letter(self, ids: Sequence[str], notices: Sequence[WaitingNotice]) -> Letter:
        """The text, followed by each region's closing, which the judged side must not see."""
        text = together([self.items[ident] for ident in ids], self.today, self.address)
        regions = dict.fromkeys(notice.region for notice in notices if hiding_rule(notice.recipient) is None)
        return Letter(
            text.title,
            "\n\n".join((text.body, *(self.closing[region] for region in regions if region in self.closing))),
        )


# -- sending ---------------------------------------------------------------------------------------------


def _wait_for_the_offices(register: Register, at: datetime) -> None:
    """Postpone messages that are not urgent while no office is open: at night, on a day off."""
    calendars = register.calendars()
    if any(is_open(HOUSE_HOURS, at, workdays) for workdays in calendars):
        return
    hours = widest(_rulebooks(register.library))
    opening = min(next_opening(hours, at, workdays) for workdays in calendars)
    if opening > at:
        postpone(register, at, opening)


def _rulebooks(library: Library) -> Iterable[Rulebook]:
    """The newest readable version of each rulebook; a broken file does not stop delivery."""
    for name in library.names():
        try:
            yield library.get(name)
        except RulebookError as error:
            logger.warning("a rulebook cannot be read: {}", error)


def _send(
    register: Register, channel: Channel, engine: str, at: datetime, report: DeliveryReport, until: float
) -> None:
    """Send what waits for a channel, within its rate and the time; each is marked as soon as it is accepted."""
    while True:
        messages = {
            message.id: message for message in claim(register, channel.name, engine, at, BATCH, channel.per_minute)
        }
        if not messages:
            return
        try:
            for result in channel.send([_outgoing(message) for message in messages.values()]):
                message = messages.pop(result.id)
                if result.taken:
                    mark_sent(register, message, at)
                    report.sent += 1
                    report.resent += message.resent
                else:
                    dead = mark_failed(register, message, result.error, at, result.final, result.unsure)
                    report.failed += 1
                    report.dead += dead
                    logger.warning("{} {}: {}", channel.name, message.id, mask(str(result.error)))
                if monotonic() > until:
                    put_back(register, list(messages.values()), at)
                    return
        except ChannelDown as error:
            report.down[channel.name] = error.why.reworded(mask)
            logger.warning("{} is down: {}", channel.name, mask(str(error)))
            put_back(register, list(messages.values()), at + BACK_OFF[0], error.why)
            postpone(register, at, at + BACK_OFF[0], channel.name, urgent=True)
            return


def _outgoing(message: Message) -> Outgoing:
    return Outgoing(message.id, message.address, message.subject, message.body, message.created_at)
