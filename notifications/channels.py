"""What a channel is: it takes messages one after another and says of each what became of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Outgoing:
    """A message as a channel sends it; `id` goes along, the same at every attempt; `at` is when it was written."""

    id: str
    address: str
    subject: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Result:
    """What became of one message: taken, or not, for now or for good (`final`).

    `unsure`: the other side may have taken it, the answer was lost.
    """

    id: str
    taken: bool
    error: str = ""
    final: bool = False
    unsure: bool = False


class ChannelDown(Exception):
    """Nothing can be sent over this channel now, whatever the message: it is not reached, or does not let us in."""


class Channel(Protocol):
    """`per_minute` is the most that it takes in a minute; None: no limit."""

    name: str
    per_minute: int | None

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        """Send in order, a result after each as soon as it is known; raises ChannelDown when the rest is not tried."""
        ...

    def check(self) -> str:
        """Reach the other side without sending anything; what it said. Raises ChannelDown."""
        ...
