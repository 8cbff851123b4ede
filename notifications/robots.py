"""Group robots of WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书): HTTP whose body decides.

All of them answer a refusal with status 200 and a code in the body: only the code says whether it was taken. Formats,
signatures and limits as their public manuals describe them (2025).
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from time import time
from typing import Literal
from urllib.parse import quote_plus

from pydantic import BaseModel, ConfigDict, JsonValue, field_validator

from notifications.channel_protocol import Outgoing, Result
from notifications.posting import posting, reached
from rulebooks.faults import FaultError
from states.reasons import Given, Label, Refused, Worded, labels

MOST_BYTES = {"wecom": 2_048, "dingtalk": 18_000, "feishu": 18_000}
"""Of a text, in UTF-8. WeCom says 2,048; the others say 20 KB for the whole request."""

CUT = "……全文请到系统查看。"

RECIPIENTS = (
    "unit", "handler", "section_head", "unit_leader", "unit_head", "deputy", "registrar", "dispatcher", "committee",
    "gov_leader", "leader", "chair_meeting", "standing_committee", "citizen",
)  # fmt: skip


class RobotSettings(BaseModel):
    """A robot of a group chat, told what goes to the recipients in `tells` (kind:id, for example registrar:3213)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["wecom", "dingtalk", "feishu"]
    url: str
    secret: str = ""
    tells: tuple[str, ...] = ()
    timeout: float = 10.0
    per_minute: int | None = 20

    @field_validator("tells")
    @classmethod
    def _are_recipients(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for recipient in value:
            kind, _, name = recipient.partition(":")
            if kind not in RECIPIENTS or not name:
                form = Label("KIND:ID")
                raise FaultError(
                    Refused("robot_tells_nobody", given=Given(recipient), form=form, known=labels(RECIPIENTS))
                )
        return value


class Robot:
    """The channel `robot:NAME`."""

    def __init__(self, settings: RobotSettings) -> None:
        self.settings = settings
        self.name = f"robot:{settings.name}"
        self.per_minute = settings.per_minute

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        with posting(self.settings.timeout) as post:
            for message in messages:
                text = _fitting(message, MOST_BYTES[self.settings.kind])
                url, body = self._request(text)
                yield post(message.id, "POST", url, self._taken, json=body)

    def check(self) -> Label | Worded:
        return reached(self.settings.url, self.settings.timeout)

    def _request(self, text: str) -> tuple[str, dict[str, JsonValue]]:
        # The signature tells the hour of the sending machine; the robot refuses one that is an hour off.
        settings = self.settings
        if settings.kind == "wecom":
            return settings.url, {"msgtype": "text", "text": {"content": text}}
        if settings.kind == "dingtalk":
            url = settings.url
            if settings.secret:
                stamp = str(round(time() * 1000))
                signed = _signed(settings.secret, f"{stamp}\n{settings.secret}")
                url += f"{'&' if '?' in url else '?'}timestamp={stamp}&sign={quote_plus(signed)}"
            return url, {"msgtype": "text", "text": {"content": text}}
        body: dict[str, JsonValue] = {"msg_type": "text", "content": {"text": text}}
        if settings.secret:
            stamp = str(round(time()))
            body |= {"timestamp": stamp, "sign": _signed(f"{stamp}\n{settings.secret}", "")}
        return settings.url, body

    @staticmethod
    def _taken(answer: dict[str, JsonValue]) -> bool:
        codes = [answer[name] for name in ("errcode", "code", "StatusCode") if name in answer]
        return bool(codes) and all(str(code) == "0" for code in codes)


def _fitting(message: Outgoing, most: int) -> str:
    """Subject, text and the first characters of the id; whole lines are left out at the end when it is too long."""
    foot = f"（{message.id[:12]}）"
    text = "\n".join((message.subject, message.body, foot))
    if len(text.encode()) <= most:
        return text
    room = most - len(f"\n{CUT}\n{foot}".encode())
    kept = message.subject
    for line in message.body.splitlines():
        if len(f"{kept}\n{line}".encode()) > room:
            break
        kept += f"\n{line}"
    return f"{kept}\n{CUT}\n{foot}"


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
