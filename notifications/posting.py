"""Sending a message by one HTTP request whose answer's body says whether it was accepted."""

import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache

import httpx
from pydantic import JsonValue

from notifications.channel_protocol import ChannelDown, Result
from notifications.line_faults import line_fault
from states.reasons import Label, Refused

Taken = Callable[[dict[str, JsonValue]], bool]


@contextmanager
def posting(timeout: float, headers: Mapping[str, str] | None = None) -> Iterator[Callable[..., Result]]:
    """A function (id, method, url, taken, the body as httpx takes it) -> Result, over one connection.

    A refusal is retried, since its codes do not say which are final. Raises ChannelDown while the address does not
    answer.
    """
    with httpx.Client(timeout=timeout, headers=headers, verify=_authorities()) as client:

        def post(id_: str, method: str, url: str, taken: Taken, **body: Mapping[str, JsonValue]) -> Result:
            try:
                answer = client.request(method, url, json=body.get("json"), data=body.get("data"))
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol) as error:
                raise ChannelDown(Refused("channel_unreached", why=line_fault(error))) from error
            except httpx.HTTPError as error:
                return Result(id_, False, Refused("line_broke", why=line_fault(error)), unsure=True)
            try:
                reply = answer.json()
            except ValueError:
                why = Refused("channel_no_json", status=answer.status_code, answer=Label(answer.text[:200]))
                return Result(id_, False, why)
            if answer.is_success and isinstance(reply, dict) and taken(reply):
                return Result(id_, True)
            answered = Label(f"{answer.status_code} {str(reply)[:200]}")
            return Result(id_, False, Refused("channel_answered", answer=answered))

        yield post


def reached(url: str, timeout: float) -> Label:
    """The HTTP status of the address for an empty request. Raises ChannelDown."""
    try:
        return Label(httpx.get(url, timeout=timeout, verify=_authorities()).status_code)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ChannelDown(Refused("channel_unreached", why=line_fault(error))) from error


@cache
def _authorities() -> ssl.SSLContext:
    """The certificate authorities, cached: reading them takes longer than a message."""
    return httpx.create_ssl_context()
