"""The protocol of a channel: it sends messages one after another and reports the result of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rulebooks.sentences import Label, Reason, Worded


@dataclass(frozen=True)
class Outgoing:
    """A message for a channel; `id` is sent along, the same at every attempt; `at` is when it was written."""

    id: str
    address: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Result:
    """The result of one message: accepted, or refused for now or for good (`final`).

    `unsure`: the other side may have accepted it, the answer was lost.
    """

    id: str
    taken: bool
    error: Reason | None = None
    final: bool = False
    unsure: bool = False


class ChannelDown(Exception):
    """No message can be sent over this channel now: it is unreachable, or refuses our login; `why` says it."""

    def __init__(self, why: Reason) -> None:
        super().__init__(str(why))
        self.why = why


class Channel(Protocol):
    """`per_minute` is the most that it accepts in a minute; None: no limit."""

    name: str
    per_minute: int | None

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        """Send in order, a result after each as soon as it is known; raises ChannelDown when the rest is not tried."""
        ...

    def check(self) -> Label | Worded:
        """Contact the other side without sending a message; returns its answer. Raises ChannelDown."""
        ...
