"""SMS over the gateway that an office has: any HTTP interface, described by a template."""

from collections.abc import Iterator, Sequence
from typing import Literal
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict, JsonValue, ValidationInfo, field_validator

from notifications.channel_protocol import Outgoing, Result
from notifications.notice_texts import WORDS
from notifications.posting import posting, reached
from rulebooks.faults import FaultError, nearest
from states.reasons import Given, Label, Refused, Worded, labels

FIELDS = {"phone": "13800000000", "text": "t", "id": "i"}


class SmsSettings(BaseModel):
    """{phone}, {text} and {id} are filled into url and body; `form` sends the body as a form, else it is JSON.

    A message with a notice of `kinds` goes out by SMS as well. `ok_field` is where the answer's JSON says that it was
    taken (dots go deeper), and `ok_value` what it says then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = {}
    body: dict[str, str] = {}
    form: bool = False
    ok_field: str
    ok_value: str
    timeout: float = 10.0
    per_minute: int | None = 60
    kinds: tuple[str, ...] = ("limit.overdue", "limit.escalated")

    @field_validator("kinds")
    @classmethod
    def _are_told(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [word for word in value if word not in WORDS]
        if unknown and (like := nearest(unknown[0], WORDS)):
            raise FaultError(Refused("sms_kind_like", given=Given(unknown[0]), like=Label(like)))
        if unknown:
            raise FaultError(Refused("sms_kind_unknown", given=Given(unknown[0])))
        return value

    @field_validator("url", "body")
    @classmethod
    def _can_be_filled(cls, value: str | dict[str, str], info: ValidationInfo) -> str | dict[str, str]:
        for text in value.values() if isinstance(value, dict) else [value]:
            try:
                text.format(**FIELDS)
            except (KeyError, ValueError, IndexError, AttributeError):
                fields = labels(f"{{{name}}}" for name in FIELDS)
                raise FaultError(Refused("sms_braces", key=Label(info.field_name), known=fields)) from None
        return value


class Sms:
    """The channel `sms`: sends the subject, which is made to be all that is needed (`notifications.short_texts`)."""

    name = "sms"

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings
        self.per_minute = settings.per_minute

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        settings = self.settings
        with posting(settings.timeout, settings.headers) as post:
            for message in messages:
                fields = {"phone": message.address, "text": message.subject, "id": message.id}
                url = settings.url.format(**{name: quote_plus(value) for name, value in fields.items()})
                body = {name: value.format(**fields) for name, value in settings.body.items()}
                kind = "data" if settings.form else "json"
                sent = {kind: body} if settings.method == "POST" else {}
                yield post(message.id, settings.method, url, self._taken, **sent)

    def check(self) -> Label | Worded:
        return reached(self.settings.url.partition("{")[0], self.settings.timeout)

    def _taken(self, answer: dict[str, JsonValue]) -> bool:
        value: JsonValue = answer
        for name in self.settings.ok_field.split("."):
            value = value.get(name) if isinstance(value, dict) else None
        return str(value) == self.settings.ok_value
