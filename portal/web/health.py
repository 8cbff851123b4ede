"""The health check for process managers and proxies; without authentication and without other information."""

from contextlib import suppress
from functools import partial

from anyio import move_on_after
from fastapi import Request
from fastapi.responses import JSONResponse

from portal.door.doors import on_own_thread, router
from portal.door.guard import site_of
from portal.visitor.site import Site
from storage.clock import standing
from storage.database import failures, ping
from storage.errors import Busy

routes = router()


SECONDS = 3.0
"""Seconds that the database may take to answer."""


@routes.get("/healthz")
async def health(request: Request) -> JSONResponse:
    """200 while the database answers, else 503; `clock` is present while its alarm stops automatic work.

    The database is queried on a thread of its own.
    """
    answers: dict[str, str] | None = None
    with move_on_after(SECONDS):
        answers = await on_own_thread(partial(_answers, site_of(request)))
    state = {"up": True, "database": answers is not None} | (answers or {})
    return JSONResponse(state, 503 if answers is None else 200)


def _answers(site: Site) -> dict[str, str] | None:
    """What stands beside the answer of the database; None when it gives none."""
    engine = site.register.engine
    alarm = None
    try:
        ping(engine)
        with suppress(Busy):  # the database answers, though somebody changes that table
            alarm = standing(site.register, site.now())
    except failures(engine):
        return None
    return {"clock": alarm.kind.value} if alarm else {}
