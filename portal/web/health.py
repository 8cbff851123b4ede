"""Is the portal up? For the units and proxies that watch it; it tells nothing else, and asks for nobody's name."""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy.exc import SQLAlchemyError

from portal.web.guard import site_of
from storage.clock import standing
from storage.statements import reading

routes = APIRouter()


@routes.get("/healthz")
def health(request: Request) -> JSONResponse:
    """200 while the database answers, else 503; `clock` is there while its alarm stops what happens by itself."""
    site = site_of(request)
    engine = site.register.engine
    try:
        with reading(engine) as cursor:
            cursor.rows("SELECT 1")
        held = standing(site.register, site.now())
    except (SQLAlchemyError, engine.dialect.loaded_dbapi.Error):
        return JSONResponse({"up": True, "database": False}, 503)
    return JSONResponse({"up": True, "database": True} | ({"clock": held.kind.value} if held else {}))
