"""Which answers show many rows at once, and how many: each leaves an entry in the access log before it goes out."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from fastapi import Request, Response

from storage.accounts import Visitor

R = TypeVar("R", bound=Response)

EXEMPT = {
    "/": "leads on to the visitor's first page",
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
    "/seals": "whether the chains hold", "/status": "how the engine runs",
    "/me": "who the caller is",
    "/docs": "how the API is called", "/openapi.json": "how the API is called",
}  # fmt: skip
"""Addresses that are read without an entry of a list, each with the reason."""

LISTED: dict[str, Callable[[Mapping[str, Any]], int]] = {
    "access.html": lambda shown: len(shown["entries"]),
    "accounts.html": lambda shown: len(shown["accounts"]),
    "assigned.html": lambda shown: sum(map(len, shown["units"].values())),
    "cases.html": lambda shown: len(shown["rows"]),
    "changes.html": lambda shown: sum(batch.count for batch in shown["waiting"]),
    "conversions.html": lambda shown: len(shown["rows"]) + len(shown["excellent"]),
    "desk.html": lambda shown: sum(map(len, shown["groups"].values())),
    "directory.html": lambda shown: len(shown["rows"]),
    "duties.html": lambda shown: len(shown["accounts"]),
    "figures.html": lambda shown: len(shown["table"].groups),
    "findings.html": lambda shown: len(shown["findings"]),
    "inbox.html": lambda shown: len(shown["messages"]),
    "inspections.html": lambda shown: sum(len(shown[key]) for key in ("drawn", "claimed", "inspected")),
    "intake.html": lambda shown: len(shown["rows"]),
    "mandates.html": lambda shown: len(shown["rows"]) + len(shown["proxies"]),
    "meeting.html": lambda shown: len(shown["rows"]),
    "opinions.html": lambda shown: len(shown["rows"]),
    "papers.html": lambda shown: len(shown["rows"]),
    "places.html": lambda shown: len(shown["places"]),
    "promises.html": lambda shown: len(shown["rows"]),
    "region_rules.html": lambda shown: len(shown["rows"]),
    "reports.html": lambda shown: len(shown["reports"]),
    "secret.html": lambda shown: len(shown["rows"]),
    "sessions.html": lambda shown: len(shown["sessions"]) + len(shown["tokens"]),
    "slots.html": lambda shown: len(shown["rows"]),
    "supervisions.html": lambda shown: len(shown["rows"]),
    "tokens.html": lambda shown: len(shown["tokens"]),
    "wall.html": lambda shown: len(shown["rows"]) + len(shown["proposals"]),
    "week.html": lambda shown: len(shown["items"]) + len(shown["owners"]),
    "write.html": lambda shown: len(shown["similar"]),
}
"""How many rows a page of many shows, by its template."""

PARTS = ("items", "excellent", "groups")
"""Under what names an answer of the API has its rows."""
_ROWS = "duban_rows"


def counted(response: R, rows: int) -> R:
    """The answer, which is known to show so many rows."""
    response.__dict__[_ROWS] = rows
    return response


def rows_of(answer: Any) -> int | None:
    """How many rows an answer shows; None when it is no list."""
    if isinstance(answer, Response):
        found: int | None = answer.__dict__.get(_ROWS)
        return found
    if isinstance(answer, list):
        return len(answer)
    parts = [getattr(answer, name) for name in PARTS if isinstance(getattr(answer, name, None), list)]
    return sum(map(len, parts)) if parts else None


def enter_read(answer: Any, path: str, reads: bool, values: Mapping[str, Any]) -> None:
    """Enter that somebody was shown a list, by the values of the endpoint. Raises NotKept, and nothing is shown."""
    request, rows = values.get("request"), rows_of(answer)
    if not isinstance(request, Request) or rows is None or (reads and path in EXEMPT):
        return
    visitor = _visitor(values)
    if visitor is not None:
        enter(request, visitor, f"list {request.url.path}", rows)


def enter(request: Request, visitor: Visitor, what: str, rows: int | None = None, filter: str | None = None) -> None:
    """Keep who was shown what, how many rows, and by which filter: that of the address where none is given."""
    site = request.app.state.site
    if filter is None:
        filter = "&".join(f"{name}={value}" for name, value in request.query_params.multi_items())
    site.accounts.note(
        site.real_now(), visitor.account, visitor.role or visitor.duty, what,
        address=request.client.host if request.client else "", row_count=rows, filter=filter, region=visitor.region,
    )  # fmt: skip


def _visitor(values: Mapping[str, Any]) -> Visitor | None:
    """Who is asking, under the names that endpoints give it."""
    for name in ("visitor", "caller", "form"):
        found = values.get(name)
        found = found if isinstance(found, Visitor) else getattr(found, "visitor", None)
        if isinstance(found, Visitor):
            return found
    return None
