"""Guarding requests: sessions, CSRF, the pages of a role, and rate limits."""

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import Annotated, ParamSpec, TypeVar
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from anyio.lowlevel import RunVar
from fastapi import Depends, Request, Response
from starlette.datastructures import UploadFile

from portal.door.doors import LONG_STATEMENT
from portal.visitor.case_view import Viewing
from portal.visitor.errors import DoorRefused
from portal.visitor.kept_files import KEPT, SECRET
from portal.visitor.rights import right_of, scope_of
from portal.visitor.site import Site
from states.outgoing import file_name
from states.reasons import Label, Refused
from states.texts import unseen, written
from storage import UnknownCase
from storage.accounts import Visitor
from storage.moments import one_moment
from storage.patience import waiting_at_most
from storage.sessions import SESSION
from storage.visible import sees

COOKIE = "duban"
SECURE_COOKIE = f"__Host-{COOKIE}"
"""The name under HTTPS: browsers accept such a cookie only from this host, over HTTPS, for all paths."""
LARGE_COOKIE = "large"
RAIL_COOKIE = "rail"
"""Whether the menu at the side shows icons alone."""
KNOWN_VISITOR = "duban.known"
"""The request's attribute with its visitor, found before the body is read (`bodies`)."""
MOST_FILES = 8
"""Files of one form."""
MOST_FIELDS = 5_000
"""Fields of one form."""
LONGEST_FIELD = 4 << 20
"""Bytes of one field of a form as they are sent."""

P = ParamSpec("P")
T = TypeVar("T")


class SignInFirst(Exception):
    """The request has no valid session."""


def site_of(request: Request) -> Site:
    site: Site = request.app.state.site
    return site


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def count_try(request: Request, what: str) -> None:
    """Refuse too many tries from one address; `what` is one of the site's throttles."""
    if not site_of(request).throttles[what].take(address_of(request)):
        raise DoorRefused(429, Refused("too_many_tries"))


def cookie_of(site: Site) -> str:
    """The name of the cookie that holds a session."""
    return SECURE_COOKIE if site.https else COOKIE


def session_of(request: Request) -> str:
    """The token of the session that the browser sent, or ''."""
    return request.cookies.get(cookie_of(site_of(request)), "")


def visitor_of(request: Request) -> Visitor:
    """Who is signed in; raises SignInFirst."""
    recognized = request.scope.get(KNOWN_VISITOR)
    if isinstance(recognized, Visitor):
        return recognized
    site = site_of(request)
    token = session_of(request)
    visitor = site.accounts.visitor(token, site.real_now(), site.today()) if token else None
    if visitor is None:
        raise SignInFirst
    return visitor


FORM = "duban.form"
"""The request's attribute with its parsed form: texts and files."""


@dataclass(frozen=True)
class Posted:
    """A form sent from a page of the visitor's own session."""

    visitor: Visitor
    fields: Mapping[str, Sequence[str]]
    files: Mapping[str, UploadFile]
    uploads: Mapping[str, Sequence[UploadFile]] = field(default_factory=dict)
    """Every file that was chosen, where a field takes several; `files` has the last of each."""

    def raw(self, key: str) -> str:
        return next(iter(self.fields.get(key, ())), "")

    def text(self, key: str) -> str:
        return self.raw(key).strip()


async def form_of(request: Request) -> tuple[dict[str, list[str]], dict[str, UploadFile]]:
    """The texts of a form, and of each field the file chosen last."""
    fields, uploads = await _parts_of(request)
    return fields, {key: files[-1] for key, files in uploads.items()}


def _taken_in(key: str, text: str) -> str:
    """The value of a field, normalised except for passwords. Raises DoorRefused."""
    text = text if key in SECRET else written(text)
    if character := unseen(text):
        raise DoorRefused(422, Refused("unseen_character", key=Label(key), character=Label(character)))
    return text


async def _parts_of(request: Request) -> tuple[dict[str, list[str]], dict[str, list[UploadFile]]]:
    form = await request.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LONGEST_FIELD)
    fields: dict[str, list[str]] = {}
    uploads: dict[str, list[UploadFile]] = {}
    for key, value in form.multi_items():
        if isinstance(value, str):
            fields.setdefault(key, []).append(_taken_in(key, value))
        else:
            value.filename = value.filename and file_name(value.filename)
            uploads.setdefault(key, []).append(value)
    request.scope[FORM] = fields, uploads
    return fields, uploads


async def posted(request: Request) -> Posted:
    """The form of a signed-in visitor; raises DoorRefused when it does not come from a page of their session."""
    from starlette.concurrency import run_in_threadpool

    check_origin(request)
    visitor = await run_in_threadpool(visitor_of, request)
    fields, uploads = await _parts_of(request)
    sent = next(iter(fields.get("csrf", ())), "")
    if not hmac.compare_digest(sent.encode(), visitor.csrf.encode()):
        raise DoorRefused(403, Refused("other_page"))
    uploads |= site_of(request).kept.given_back(next(iter(fields.get(KEPT, ())), ""), visitor.account)
    return Posted(visitor, fields, {key: files[-1] for key, files in uploads.items()}, uploads)


def check_origin(request: Request) -> None:
    """Refuse a form that another site made the browser send."""
    origin = request.headers.get("origin") or request.headers.get("referer")
    if request.headers.get("sec-fetch-site") in ("cross-site",) or (
        origin and _host_of(origin) != request.headers.get("host")
    ):
        raise DoorRefused(403, Refused("other_site"))


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:  # brackets that hold no address
        return ""


Who = Annotated[Visitor, Depends(visitor_of)]
Form = Annotated[Posted, Depends(posted)]


def at_one_moment(endpoint: Callable[P, T]) -> Callable[P, T]:
    """Wraps an endpoint with a `request`: it reads the register in one transaction until it writes."""

    @wraps(endpoint)
    def reading_once(*args: P.args, **values: P.kwargs) -> T:
        request = next(argument for argument in (*args, *values.values()) if isinstance(argument, Request))
        with one_moment(site_of(request).register.engine):
            return endpoint(*args, **values)

    return reading_once


def apart(endpoint: Callable[P, T]) -> Callable[P, Awaitable[T]]:
    """Wraps a slow endpoint: it runs on a thread of its own, one request at a time, so that no page waits."""

    @wraps(endpoint)
    async def waiting(*args: P.args, **values: P.kwargs) -> T:
        try:
            turn = _APART.get()
        except LookupError:
            turn = CapacityLimiter(1)
            _APART.set(turn)
        with waiting_at_most(0, statement=LONG_STATEMENT):
            return await to_thread.run_sync(partial(endpoint, *args, **values), limiter=turn)

    return waiting


_APART: RunVar[CapacityLimiter] = RunVar("_APART")


def need(visitor: Visitor, page: str) -> None:
    """Refuse a page that the visitor's role does not have."""
    if page not in right_of(visitor).pages:
        raise DoorRefused(403, Refused("no_such_page"))


def seen_case(request: Request, visitor: Visitor, case_id: str, what: str) -> Viewing:
    """The visitor's sight of the case, entered in the access log.

    A missing case and an invisible one are refused with the same words.
    """
    site = site_of(request)
    scope = scope_of(visitor)
    allowed = scope is not None and sees(site.register, scope, case_id)
    site.accounts.note(
        site.real_now(),
        visitor.account,
        visitor.role or visitor.duty,
        what,
        case_id,
        address_of(request),
        not allowed,
        region=visitor.region,
    )
    if not allowed:
        raise DoorRefused(404, Refused("not_found"))
    sight = Viewing(site, visitor, case_id)
    try:
        sight.load()
    except UnknownCase:
        raise DoorRefused(404, Refused("not_found")) from None
    return sight


def keep_session(response: Response, site: Site, token: str) -> None:
    response.set_cookie(
        cookie_of(site),
        token,
        max_age=int(SESSION.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=site.https,
        path="/",
    )


def forget_session(response: Response, site: Site) -> None:
    response.delete_cookie(cookie_of(site), path="/", httponly=True, samesite="lax", secure=site.https)
