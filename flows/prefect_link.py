"""The engine's connection to Prefect: an embedded server or an external one, and flows that run while it is up.

Nothing waits for Prefect: it is imported, started and supervised in the background.
"""

import asyncio
import os
from collections.abc import Coroutine, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any, TypeVar
from urllib.error import URLError
from urllib.request import urlopen

from loguru import logger

from flows.prefect_server import QUIET, PrefectServer, free_port
from states.job_results import JobResult
from states.reasons import result_from_plain

T = TypeVar("T")

LOOK_AGAIN = 60.0
"""Seconds between two attempts to reach a server."""


class NotByPrefect(Exception):
    """The flow did not finish on Prefect; the plain function must run instead."""


class PrefectLink:
    """`mode` is embedded, off or the URL of an API. `up` says whether flows run there now."""

    def __init__(self, mode: str, home: Path) -> None:
        self.mode = mode
        self.home = home.absolute()
        self.server: PrefectServer | None = None
        self.up = False
        self.why = "off" if mode == "off" else "starting"
        self._port = free_port() if mode == "embedded" else 0
        self.api = f"http://127.0.0.1:{self._port}/api" if mode == "embedded" else mode
        self._flows: Mapping[str, Any] = {}
        self._looked = 0.0
        self._task: asyncio.Task[None] | None = None

    def look_after(self) -> None:
        """Start it in the background when it is down; repeated calls check once a minute."""
        if self.mode == "off" or self.up or (self._task is not None and not self._task.done()):
            return
        if self._looked and monotonic() - self._looked < LOOK_AGAIN:
            return
        self._looked = monotonic()
        if self.mode == "embedded" and (self.server is None or self.server.process.poll() is not None):
            self.server = PrefectServer(self.home, self._port)
        self._task = asyncio.create_task(self._bring_up())

    async def run(self, name: str, **parameters: datetime | str) -> tuple[JobResult, ...]:
        """Run a flow to its end; returns what it did. Raises NotByPrefect."""
        if not self.up:
            raise NotByPrefect(self.why)
        try:
            state, results = await _elsewhere(_ended(self._flows[name](**parameters, return_state=True)))
        except Exception as error:
            self.up, self.why = False, f"{type(error).__name__}: {error}"
            logger.warning("Prefect did not answer: {}", self.why)
            raise NotByPrefect(self.why) from error
        if not state.is_completed():
            raise NotByPrefect(f"the flow run ended as {state.name}: {state.message}")
        return tuple(map(result_from_plain, results))

    async def stop(self) -> None:
        """End the server that was started here, and whatever still starts."""
        if self._task is not None:
            self._task.cancel()
        if self.server is not None:
            await asyncio.to_thread(self.server.stop)

    async def _bring_up(self) -> None:
        try:
            if not await asyncio.to_thread(self._answers):
                self.why = f"no answer from {self.api}"
                return
            os.environ.update(self._environment())
            self._flows = await asyncio.to_thread(_import_flows)
            await asyncio.to_thread(_be_let_in)
        except Exception as error:
            self.why = f"{type(error).__name__}: {error}"
            logger.warning("Prefect is not available: {}", self.why)
            return
        self.up, self.why = True, ""
        logger.info("Prefect is up at {}", self.api)

    def _environment(self) -> Mapping[str, str]:
        """The environment that Prefect reads on import; that of an external server is set already."""
        if self.server is not None:
            return self.server.environment
        return QUIET | {"PREFECT_API_URL": self.api, "PREFECT_HOME": str(self.home)}

    def _answers(self) -> bool:
        if self.server is not None:
            return self.server.wait()
        with suppress(URLError, OSError), urlopen(f"{self.api}/health", timeout=5) as answer:
            return bool(answer.status == 200)
        return False


def _import_flows() -> Mapping[str, Any]:
    """Import the flows: takes seconds, and needs the environment set before."""
    from flows import prefect_flows

    return {
        "sweep-deadlines": prefect_flows.sweep_deadlines_flow,
        "escalate": prefect_flows.escalate_flow,
        "nightly-audit": prefect_flows.nightly_audit_flow,
        "deliver": prefect_flows.deliver_flow,
        "digest": prefect_flows.digest_flow,
        "import": prefect_flows.import_flow,
        "papers": prefect_flows.papers_flow,
        "retention": prefect_flows.retention_flow,
    }


def _be_let_in() -> None:
    """Raises where the server refuses our PREFECT_API_AUTH_STRING; its health check needs none."""
    from prefect.client.orchestration import get_client
    from prefect.exceptions import PrefectHTTPStatusError

    try:
        with get_client(sync_client=True) as client:
            client.api_version()
    except PrefectHTTPStatusError as error:
        if error.response.status_code != 401:
            raise
        raise NotByPrefect("the server wants another PREFECT_API_AUTH_STRING than ours") from None


async def _ended(flow: Coroutine[None, None, Any]) -> tuple[Any, list[dict[str, Any]]]:
    """The state in which the flow ended, and what it returned if it came to its end."""
    state = await flow
    return state, await state.aresult() if state.is_completed() else []


async def _elsewhere(flow: Coroutine[None, None, T]) -> T:
    """Run a flow in a thread and loop of its own.

    In the main thread Prefect handles SIGTERM during a run, and an engine stopped just then would be interrupted.
    A thread waiting for a server that is gone does not block shutdown.
    """
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[T] = loop.create_future()

    def work() -> None:
        try:
            tell = partial(ended.set_result, asyncio.run(flow))
        except BaseException as error:
            tell = partial(ended.set_exception, error)
        with suppress(RuntimeError):  # the engine has stopped meanwhile
            loop.call_soon_threadsafe(lambda: None if ended.done() else tell())

    Thread(target=work, name="prefect-flow", daemon=True).start()
    return await ended
