"""Answers with many rows: each is entered in the access log, with their number, before it is sent."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fastapi import Request, Response

from storage.accounts import Visitor

R = TypeVar("R", bound=Response)

EXEMPT = {
    "/healthz": "whether the portal is up",
    "/sign-in/code": "a form",
    "/sign-in": "a form", "/password": "a form", "/link/{token}": "a form", "/write": "a form",
    "/reception": "a form", "/reception.xlsx": "an empty table to fill in",
    "/e/{token}": "a form for one case, by a link made for one deputy", "/evaluated": "thanks",
    "/o/t": "a form", "/o/{code}": "a form", "/o/t/{code}": "one opinion, for whoever holds its code",
    "/case/{case_id:path}": "one case: entered by seen_case",
    "/case/{case_id:path}/file/{sha256}": "one case: entered by seen_case",
    "/act/{case_id:path}": "one case: entered by seen_case",
    "/paper/{paper_id:path}": "one paper: entered by seen_case, or by itself",
    "/cases/{case_id:path}": "one case: entered by seen_case",
    "/cases/{case_id:path}/offers": "one case: entered by seen_case",
    "/cases/{case_id:path}/events": "one case: entered by seen_case",
    "/cases/{case_id:path}/files/{sha256}": "one case: entered by seen_case",
    "/events": "a stream: enters what it sent each time",
    "/places/{place_id}": "one place: what hangs on its wall",
    "/rules": "the law, the same for everybody", "/rules/{name}": "the law, the same for everybody",
    "/rules/{name}.xlsx": "the law, the same for everybody",
    "/rulebooks": "the law, the same for everybody", "/rulebooks/{name}": "the law, the same for everybody",
    "/calendar": "the calendar, the same for everybody", "/calendar.xlsx": "the calendar, the same for everybody",
    "/help": "how pages are used", "/help/{role}": "what a role does",
    "/seals": "whether the chains hold", "/status": "how the engine runs",
    "/me": "who the caller is",
    "/docs": "how the API is called", "/openapi.json": "how the API is called",
}  # fmt: skip
"""Addresses that are read without an entry of a list, each with the reason."""

LISTED: dict[str, Callable[[Mapping[str, Any]], int]] = {
    "access.html": lambda context: len(context["entries"]),
    "accounts.html": lambda context: len(context["accounts"]),
    "assigned.html": lambda context: sum(map(len, context["units"].values())),
    "cases.html": lambda context: len(context["rows"]),
    "changes.html": lambda context: sum(batch.count for batch in context["waiting"]),
    "conversions.html": lambda context: len(context["rows"]) + len(context["excellent"]),
    "desk.html": lambda context: sum(map(len, context["groups"].values())),
    "directory.html": lambda context: len(context["rows"]),
    "duties.html": lambda context: len(context["accounts"]),
    "erasures.html": lambda context: len(context["waiting"]) + len(context["decided"]),
    "figures.html": lambda context: len(context["table"].groups),
    "first_page.html": lambda context: sum(len(some.rows) for some in context["tasks"]),
    "findings.html": lambda context: len(context["findings"]),
    "import_room.html": lambda context: len(context["acts"]),
    "import_preview.html": lambda context: sum(context["counts"].values()),
    "inbox.html": lambda context: len(context["messages"]),
    "inspections.html": lambda context: sum(len(context[key]) for key in ("drawn", "claimed", "inspected")),
    "intake.html": lambda context: len(context["rows"]),
    "mandates.html": lambda context: len(context["rows"]) + len(context["proxies"]),
    "meeting.html": lambda context: len(context["rows"]),
    "opinions.html": lambda context: len(context["rows"]),
    "papers.html": lambda context: len(context["rows"]),
    "places.html": lambda context: len(context["places"]),
    "promises.html": lambda context: len(context["rows"]),
    "region_rules.html": lambda context: len(context["rows"]),
    "reports.html": lambda context: len(context["reports"]),
    "secret.html": lambda context: len(context["rows"]),
    "sessions.html": lambda context: len(context["sessions"]) + len(context["tokens"]),
    "slips.html": lambda context: len(context["slips"]),
    "slots.html": lambda context: len(context["rows"]),
    "supervisions.html": lambda context: len(context["rows"]),
    "tokens.html": lambda context: len(context["tokens"]),
    "wall.html": lambda context: len(context["rows"]) + len(context["proposals"]),
    "week.html": lambda context: len(context["items"]) + len(context["owners"]),
    "write.html": lambda context: len(context["similar"]),
}
"""How many rows a page shows, by its template."""

PARTS = ("items", "excellent", "groups")
"""The keys of rows in an answer of the API."""
_ROWS = "duban_rows"


def with_row_count(response: R, rows: int) -> R:
    """The answer, marked as showing so many rows."""
    response.__dict__[_ROWS] = rows
    return response


def row_count_of(answer: Any) -> int | None:
    """How many rows an answer shows; None when it is no list."""
    if isinstance(answer, Response):
        rows: int | None = answer.__dict__.get(_ROWS)
        return rows
    if isinstance(answer, list):
        return len(answer)
    parts = [getattr(answer, name) for name in PARTS if isinstance(getattr(answer, name, None), list)]
    return sum(map(len, parts)) if parts else None


def enter_read(answer: Any, path: str, reads: bool, values: Mapping[str, Any]) -> None:
    """Enter that a visitor was shown a list, by the values of the endpoint. Raises NotKept; then nothing is shown."""
    request, rows = values.get("request"), row_count_of(answer)
    if not isinstance(request, Request) or rows is None or (reads and path in EXEMPT):
        return
    visitor = _visitor(values)
    if visitor is not None:
        enter(request, visitor, f"list {request.url.path}", rows)


def enter(request: Request, visitor: Visitor, what: str, rows: int | None = None, filter: str | None = None) -> None:
    """Enter who was shown what, how many rows, and by which filter: by default the address's query."""
    site = request.app.state.site
    if filter is None:
        filter = "&".join(f"{name}={value}" for name, value in request.query_params.multi_items())
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, what,
        address=request.client.host if request.client else "", row_count=rows, filter=filter, region=visitor.region,
    )  # fmt: skip


def _visitor(values: Mapping[str, Any]) -> Visitor | None:
    """The visitor among the values of an endpoint, whatever its name there."""
    for name in ("visitor", "caller", "form"):
        visitor = values.get(name)
        visitor = visitor if isinstance(visitor, Visitor) else getattr(visitor, "visitor", None)
        if isinstance(visitor, Visitor):
            return visitor
    return None
