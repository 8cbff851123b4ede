"""The API as one application under /api/v1, with its description and an offline page of it."""

from collections import Counter
from pathlib import Path

import fastapi_offline
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from portal.api import cases, models, office, oversight, problems, stream
from portal.api.data_schema import action_schemas, by_action
from portal.api.grouping import CommitGroup
from portal.door.guard import cookie_of
from portal.visitor.errors import DoorRefused
from portal.visitor.site import Site
from storage.database import failures
from storage.errors import Busy, NotKept

PATH = "/api/v1"
ASSETS = Path(fastapi_offline.__file__).parent / "static"

DOCS_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page of the API sets styles from its script; it still reaches this host only and runs nothing inline."""

DOCS = f"""<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>接口 API · 督办 duban</title>
<link rel="stylesheet" href="{PATH}/assets/swagger-ui.css">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<script src="{PATH}/assets/swagger-ui-bundle.js" defer></script>
<script src="/static/api.js" defer></script>
</head>
<body><main id="api" data-openapi="{PATH}/openapi.json"></main></body>
</html>
"""

ABOUT = """
What a role may see and do is what the pages show it: the table is docs/rights.md. Refusals are problem details
(RFC 9457): `title` in Chinese, `detail` in Chinese, or in English where Accept-Language asks, `reason` in English,
`code` the name of the refusal, `allowed` what would be possible.
A program sends `Authorization: Bearer …` with a token made on the page /tokens; docs/api.md shows how.
"""

TAGS = [
    {"name": "cases", "description": "建议和群众意见 Suggestions and opinions"},
    {"name": "events", "description": "事件流 Events as they happen"},
    {"name": "supervision", "description": "逾期、督办、巡检 What is late, proposed, found"},
    {"name": "account", "description": "本人、收件箱、令牌 The caller, the inbox, tokens"},
    {"name": "directory", "description": "通讯录 Units and people"},
    {"name": "rules", "description": "规则和日历 Rulebooks and calendar"},
    {"name": "engine", "description": "运行 The engine"},
]


def create_api(site: Site) -> FastAPI:
    """The API over `site`, to be mounted at `PATH`."""
    api = FastAPI(
        title="督办 duban", version="1", description=ABOUT, openapi_tags=TAGS, openapi_url="/openapi.json",
        docs_url=None, redoc_url=None, redirect_slashes=False, servers=[{"url": PATH}],
    )  # fmt: skip
    api.state.site = site
    api.state.grouping = CommitGroup(site)
    api.state.streams = Counter()
    for routes in (cases.routes, stream.routes, office.routes, oversight.routes):
        api.include_router(routes)
    api.add_api_route("/docs", _docs, include_in_schema=False)
    api.mount("/assets", StaticFiles(directory=ASSETS), name="assets")
    for error, answer in (
        (problems.Refusal, problems.refused),
        (DoorRefused, problems.of_the_door),
        (RequestValidationError, problems.invalid),
        (HTTPException, problems.of_the_frame),
        (Busy, problems.busy),
        (NotKept, problems.not_kept),
        *((failure, problems.of_database) for failure in failures(site.register.engine) if failure is not Busy),
        (Exception, problems.failed),
    ):
        api.add_exception_handler(error, answer)
    _describe(api)
    return api


def _docs() -> HTMLResponse:
    return HTMLResponse(DOCS, headers={"content-security-policy": DOCS_POLICY})


def _describe(api: FastAPI) -> None:
    """Add the problem schema and the two ways to authenticate to the OpenAPI description."""

    def openapi() -> dict[str, object]:
        if api.openapi_schema is None:
            api.openapi_schema = described(api)
        return api.openapi_schema

    api.openapi = openapi  # type: ignore[method-assign]


def described(api: FastAPI) -> dict[str, object]:
    """The OpenAPI description."""
    schema = get_openapi(
        title=api.title, version=api.version, openapi_version=api.openapi_version, description=api.description,
        routes=api.routes, tags=api.openapi_tags, servers=api.servers,
    )  # fmt: skip
    components = schema["components"]
    parts = components["schemas"]
    for name in ("HTTPValidationError", "ValidationError"):
        parts.pop(name, None)
    for model in (problems.Fault, problems.Problem):
        parts[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
        parts[model.__name__].pop("$defs", None)
    parts |= action_schemas()
    for taking in (models.ActionAsked, models.BatchedAction):
        parts[taking.__name__] |= by_action()
    cookie = cookie_of(api.state.site)
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "A token of the page /tokens"},
        "session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": "Somebody signed in"},
    }
    for path in schema["paths"].values():
        for operation in path.values():
            operation["security"] = [{"token": []}, {"session": []}]
    return schema
