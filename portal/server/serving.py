"""The portal as a server: beside an engine in its loop, or alone; it answers at once and stops within seconds."""

import asyncio
import errno
import gc
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from time import perf_counter
from urllib.parse import unquote

import uvicorn
from loguru import logger
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.engine import Engine
from flows.prefect_server import free_port
from flows.settings import Settings
from portal.server.app import create_app
from portal.server.connections import ShortHeads, allow_connections
from portal.visitor.site import Site
from rulebooks.faults import FaultError
from rulebooks.file_faults import system_fault
from states.outgoing import on_one_line
from states.reasons import Label, Refused, labels

STOP_SECONDS = 3
"""Seconds that open answers (such as an endless stream of events) may go on after the stop."""

HERE = Label("DUBAN_HOST=127.0.0.1")
PORT = Label("DUBAN_PORT")

_TOKENS = re.compile(r"(^|.*?/)(e|link|o/+t)/+[^/].*", re.IGNORECASE | re.DOTALL)
"""Paths whose end is a secret: one-time links, a citizen's receipt."""
_SECRETS = re.compile(r"[\w-]{20,}")
"""What may be such a secret after a path that was mistyped, in full width say."""


class PortalError(FaultError):
    """The portal cannot listen on the configured address; the fault says what would work."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; port 0 takes a free one. Raises PortalError."""
    try:
        family, kind, proto, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        why = system_fault(error)
        raise PortalError(Refused("address_unknown", host=Label(host), why=why, example=HERE)) from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(place)
        listener.listen(512)
    except OSError as error:
        listener.close()
        raise PortalError(_why_not(host, port, error)) from None
    listener.set_inheritable(False)
    return listener


def public_address(settings: Settings, listening: socket.socket) -> str:
    """The portal's address as people type it: the setting DUBAN_ADDRESS, else host and port."""
    host, port = settings.host, listening.getsockname()[1]
    if host in ("0.0.0.0", "::"):  # every address of this machine
        host = socket.gethostname()
    return settings.address.rstrip("/") or f"http://{f'[{host}]' if ':' in host else host}:{port}"


def require_closed_door(settings: Settings, listening: socket.socket) -> None:
    """Refuse to answer other machines in clear text, where passwords could be read on the way. Raises PortalError."""
    if settings.https or settings.trusted_proxies or settings.insecure:
        return
    if not ip_address(listening.getsockname()[0].partition("%")[0]).is_loopback:
        listening.close()
        raise PortalError(Refused(
            "door_open", host=Label(settings.host), here=HERE, example=Label("deploy/nginx.example.conf"),
            settings=labels(("DUBAN_HTTPS=true", "DUBAN_TRUSTED_PROXIES")), option=Label("--insecure"),
            consent=Label("DUBAN_INSECURE=true"),
        ))  # fmt: skip


async def serve_pages(site: Site, settings: Settings, listening: socket.socket, stop: asyncio.Event) -> None:
    """Answer until `stop` is set; then streams that are still open are ended after three seconds."""
    app = Logged(create_app(site))
    leave_in_peace()
    allow_connections()
    config = uvicorn.Config(
        app, http=ShortHeads, log_config=None, access_log=False, server_header=False, ws="none", lifespan="off",
        proxy_headers=bool(settings.trusted_proxies), forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=STOP_SECONDS,
    )  # fmt: skip
    server = _Server(config)
    log = site.accounts.log
    if log is not None:
        log.begin()
    answering = asyncio.create_task(server.serve(sockets=[listening]))
    stopped = asyncio.create_task(stop.wait())
    await asyncio.wait({answering, stopped}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    server.should_exit = True
    await answering
    if log is not None:
        await asyncio.to_thread(log.close)


def leave_in_peace() -> None:
    """Freeze the loaded objects, which live as long as the process, so that the collector skips them.

    Otherwise it would scan them every few seconds and stop all pages for a third of a second.
    """
    gc.collect()
    gc.freeze()


async def work_and_answer(engine: Engine, site: Site, settings: Settings, listening: socket.socket) -> None:
    """Engine and portal in one loop, until a signal."""
    async with asyncio.TaskGroup() as both:
        both.create_task(serve_pages(site, settings, listening, engine.stopping))
        both.create_task(engine.run())


class Logged:
    """Notes every answer in the log: method, path and status; no query, no token, nobody's name."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = perf_counter(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, sending)
        finally:
            took = round((perf_counter() - started) * 1000)
            line = logger.bind(method=scope["method"], status=status, ms=took)
            level = "DEBUG" if scope["path"].startswith(("/static/", "/healthz")) else "INFO"
            line.log(level, "{} {} {} {} ms", scope["method"], shown_path(scope["path"]), status or "–", took)


def shown_path(path: str) -> str:
    """A path as the log may hold it: on one line, without the token of a link however it is spelled."""
    while (plain := unquote(path)) != path:
        path = plain
    return on_one_line(_SECRETS.sub("…", _TOKENS.sub(r"\1\2/…", path.partition("?")[0])))


class _Server(uvicorn.Server):
    """Leaves the signals to the program in whose loop it runs."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _why_not(host: str, port: int, error: OSError) -> Refused:
    address = Label(host)
    if error.errno == errno.EADDRINUSE:
        option = Label(f"--port {free_port()}")
        return Refused("port_taken", port=port, host=address, option=option, setting=PORT)
    if error.errno == errno.EACCES:
        return Refused("port_needs_rights", port=port, most=1023, setting=PORT)
    if error.errno == errno.EADDRNOTAVAIL:
        return Refused("address_of_others", host=address, here=HERE, all=Label("0.0.0.0"))
    return Refused("port_unusable", host=address, port=port, why=system_fault(error))
