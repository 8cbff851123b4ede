"""Group robots of WeCom (企业微信), DingTalk (钉钉) and Feishu (飞书), and an SMS gateway: HTTP whose body decides.

All of them answer a refusal with status 200 and a code in the body: only the code says whether it was taken. Formats as
their public manuals of 2025 describe them.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from time import time
from typing import Any, Literal
from urllib.parse import quote_plus

import httpx
from pydantic import BaseModel, ConfigDict

from notifications.channels import ChannelDown, Outgoing, Result


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


class SmsSettings(BaseModel):
    """A gateway by template: {phone}, {text} and {id} are filled into url and body.

    `ok_field` is where the answer's JSON says that it was taken (dots go deeper), and `ok_value` what it says then.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: str
    method: Literal["GET", "POST"] = "POST"
    headers: dict[str, str] = {}
    body: dict[str, str] = {}
    ok_field: str
    ok_value: str
    timeout: float = 10.0
    per_minute: int | None = 60


class Robot:
    """The channel `robot:NAME`."""

    def __init__(self, settings: RobotSettings) -> None:
        self.settings = settings
        self.name = f"robot:{settings.name}"
        self.per_minute = settings.per_minute

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        with httpx.Client(timeout=self.settings.timeout) as client:
            for message in messages:
                text = f"{message.subject}\n{message.body}\n（{message.id[:12]}）"
                url, body = self._request(text)
                yield _posted(client, message.id, "POST", url, {}, body, self._taken)

    def check(self) -> str:
        return _reached(self.settings.url, self.settings.timeout)

    def _request(self, text: str) -> tuple[str, dict[str, Any]]:
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
        told: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if settings.secret:
            stamp = str(round(time()))
            told |= {"timestamp": stamp, "sign": _signed(f"{stamp}\n{settings.secret}", "")}
        return settings.url, told

    @staticmethod
    def _taken(answer: dict[str, Any]) -> bool:
        codes = [answer[name] for name in ("errcode", "code", "StatusCode") if name in answer]
        return bool(codes) and all(str(code) == "0" for code in codes)


class Sms:
    """The channel `sms`."""

    name = "sms"

    def __init__(self, settings: SmsSettings) -> None:
        self.settings = settings
        self.per_minute = settings.per_minute

    def send(self, messages: Sequence[Outgoing]) -> Iterator[Result]:
        settings = self.settings
        with httpx.Client(timeout=settings.timeout) as client:
            for message in messages:
                told = {"phone": message.address, "text": message.subject, "id": message.id}
                url = settings.url.format(**{name: quote_plus(value) for name, value in told.items()})
                body = {name: value.format(**told) for name, value in settings.body.items()}
                yield _posted(client, message.id, settings.method, url, settings.headers, body, self._taken)

    def check(self) -> str:
        return _reached(self.settings.url.partition("{")[0], self.settings.timeout)

    def _taken(self, answer: dict[str, Any]) -> bool:
        found: Any = answer
        for name in self.settings.ok_field.split("."):
            found = found.get(name) if isinstance(found, dict) else None
        return str(found) == self.settings.ok_value


def _posted(
    client: httpx.Client,
    id_: str,
    method: str,
    url: str,
    headers: dict[str, str],
    body: dict[str, Any],
    taken: Any,
) -> Result:
    """One request; a refusal is worth another try, since its codes do not say which are for good."""
    try:
        answer = client.request(method, url, headers=headers, json=body if method == "POST" else None)
        told = answer.json()
    except httpx.HTTPError as error:
        return Result(id_, False, f"{type(error).__name__}: {error}")
    except ValueError:
        return Result(id_, False, f"{answer.status_code}, and no JSON: {answer.text[:200]}")
    if answer.is_success and isinstance(told, dict) and taken(told):
        return Result(id_, True)
    return Result(id_, False, f"{answer.status_code} {str(told)[:200]}")


def _reached(url: str, timeout: float) -> str:
    try:
        return str(httpx.get(url, timeout=timeout).status_code)
    except httpx.HTTPError as error:
        raise ChannelDown(f"{type(error).__name__}: {error}") from error


def _signed(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()
