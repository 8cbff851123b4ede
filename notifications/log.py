"""The fallback channel: the log of the engine, where no other channel is configured."""

from collections.abc import Iterator, Sequence

from loguru import logger

from notifications.channel_protocol import Outgoing, Result
from notifications.masking import mask
from rulebooks.sentences import Label, Worded


class Log:
    """The channel `log`: logs that there is a message and for whom, without its text."""

    name = "log"
    per_minute: int | None = None

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        for message in messages:
            logger.info("{} {} to {}", self.name, message.id, mask(message.address))
            yield Result(message.id, True)

    def check(self) -> Label | Worded:
        return Worded("the engine's log", "引擎的日志")
