"""The threads of routes: writing routes have threads of their own and wait a few seconds at most."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial, wraps
from inspect import iscoroutinefunction
from math import inf
from typing import Any, ParamSpec, TypeAlias, TypeVar

from anyio import CapacityLimiter, fail_after, to_thread
from anyio.lowlevel import RunVar
from fastapi import APIRouter
from fastapi.routing import APIRoute

from portal.door.reads import enter_read
from storage.errors import Busy
from storage.patience import waiting_at_most

SAFE = ("GET", "HEAD", "OPTIONS")
WRITING = 2
"""Concurrent writing requests; readers have threads of their own (`app.AT_ONCE`)."""
PATIENCE = 5.0
"""Seconds that a writing request waits for other writers, including those of this process."""
STATEMENT = 10.0
"""Seconds that PostgreSQL may spend on one statement of a page: a person waits, and few run at the same time."""
LONG_STATEMENT = 60.0
"""Seconds for one statement of a writing route, or of one on a thread of its own."""
RETRY_AFTER = 3
"""Seconds after which a request that met a busy database should be sent again."""
LEAST = 1.0
"""Seconds that each further transaction of a request waits after the first used up the time."""

P = ParamSpec("P")
T = TypeVar("T")
Endpoint: TypeAlias = Callable[P, Any]

_FILES = "duban_takes_files"


def takes_files(endpoint: Endpoint[P]) -> Endpoint[P]:
    """The endpoint first reads a table, which may take a minute: it has slots of its own and blocks no writer."""
    endpoint.__dict__[_FILES] = True
    return endpoint


class Door(APIRoute):
    """A route of the portal. A reading one never waits for a writer: its incidental writes may be skipped."""

    def __init__(
        self, path: str, endpoint: Endpoint[...], *, methods: set[str] | list[str] | None = None, **more: Any
    ) -> None:
        reads = set(methods or ("GET",)) <= set(SAFE)
        entered = _entered(endpoint, path, reads)
        super().__init__(path, _reading(entered) if reads else _writing(entered), methods=methods, **more)


def router(*tags: str) -> APIRouter:
    """The routes of one module of pages, or of the API."""
    return APIRouter(route_class=Door, tags=list(tags))


def _entered(endpoint: Endpoint[P], path: str, reads: bool) -> Endpoint[P]:
    """Wraps the endpoint: an answer with a list is entered in the access log before it is sent."""
    if iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def apart(*args: P.args, **values: P.kwargs) -> object:
            answer = await endpoint(*args, **values)
            await to_thread.run_sync(partial(enter_read, answer, path, reads, values), limiter=_unlimited())
            return answer

        return apart

    @wraps(endpoint)
    def entered(*args: P.args, **values: P.kwargs) -> object:
        answer = endpoint(*args, **values)
        enter_read(answer, path, reads, values)
        return answer

    return entered


def _reading(endpoint: Endpoint[P]) -> Endpoint[P]:
    if iscoroutinefunction(endpoint):

        @wraps(endpoint)
        async def apart(*args: P.args, **values: P.kwargs) -> object:
            with waiting_at_most(0):
                return await endpoint(*args, **values)

        return apart

    @wraps(endpoint)
    def reading(*args: P.args, **values: P.kwargs) -> object:
        with waiting_at_most(0):
            return endpoint(*args, **values)

    return reading


def _writing(endpoint: Endpoint[P]) -> Endpoint[P]:
    @wraps(endpoint)
    async def writing(*args: P.args, **values: P.kwargs) -> object:
        with waiting_at_most(PATIENCE, LEAST, LONG_STATEMENT):
            if iscoroutinefunction(endpoint):
                return await endpoint(*args, **values)
            async with _turn(_places(_TABLES if _FILES in endpoint.__dict__ else _PLACES)):
                return await to_thread.run_sync(partial(endpoint, *args, **values), limiter=_unlimited())

    return writing


@asynccontextmanager
async def _turn(places: CapacityLimiter) -> AsyncIterator[None]:
    """Acquire one of the slots; raises Busy when none becomes free."""
    whose = object()
    try:
        with fail_after(PATIENCE):
            await places.acquire_on_behalf_of(whose)
    except TimeoutError:
        raise Busy(PATIENCE) from None
    try:
        yield
    finally:
        places.release_on_behalf_of(whose)


def _of_loop(kept: RunVar[CapacityLimiter], most: float) -> CapacityLimiter:
    try:
        return kept.get()
    except LookupError:
        kept.set(CapacityLimiter(most))
        return kept.get()


def _places(kept: RunVar[CapacityLimiter]) -> CapacityLimiter:
    return _of_loop(kept, WRITING)


def _unlimited() -> CapacityLimiter:
    return _of_loop(_UNLIMITED, inf)


def on_own_thread(work: Callable[[], T]) -> Awaitable[T]:
    """Run this on a thread of its own."""
    return to_thread.run_sync(work, limiter=_unlimited(), abandon_on_cancel=True)


_PLACES: RunVar[CapacityLimiter] = RunVar("_PLACES")
_TABLES: RunVar[CapacityLimiter] = RunVar("_TABLES")
_UNLIMITED: RunVar[CapacityLimiter] = RunVar("_UNLIMITED")
