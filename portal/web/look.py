"""Language, type size and width of the menu of a visitor, stored in cookies that need no account."""


from fastapi import Request, Response
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from portal.door.doors import router
from portal.door.guard import LARGE_COOKIE, RAIL_COOKIE, check_origin, form_of, site_of
from portal.visitor.languages import ASKED, LANGUAGE, LANGUAGES
from portal.web.rendering import go

LANGUAGE_COOKIE = "lang"
LASTS = 365 * 24 * 3600

routes = router()



class Spoken:
    """Sets the language of a request's answer: of pages by the cookie, of programs by Accept-Language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        token = LANGUAGE.set(_language(headers.get(b"cookie", b"")))
        pair = ASKED.set(asked_language(headers.get(b"accept-language", b"").decode("latin-1")))
        try:
            await self.app(scope, receive, send)
        finally:
            ASKED.reset(pair)
            LANGUAGE.reset(token)


@routes.post("/look")
async def choose(request: Request) -> Response:
    """Keep the language, the size of type or the width of the menu that was chosen, and go back to the page."""
    check_origin(request)
    fields, _ = await form_of(request)
    chosen = {key: values[0] for key, values in fields.items()}
    response = go(inside(chosen.get("back", "")))
    if chosen.get("lang") in LANGUAGES:
        _keep(request, response, LANGUAGE_COOKIE, chosen["lang"])
    for name in (LARGE_COOKIE, RAIL_COOKIE):
        if chosen.get(name) in ("yes", "no"):
            _keep(request, response, name, chosen[name])
    return response


def inside(path: str) -> str:
    """The page to return to, always one of this portal."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else "/"


def _keep(request: Request, response: Response, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=LASTS, httponly=True, samesite="lax", secure=site_of(request).https, path="/"
    )


def asked_language(header: str) -> str:
    """Which of the languages an Accept-Language header (RFC 9110) wants most; Chinese where it wants neither."""
    wanted = []
    for choice in header.split(","):
        tag, _, weight = choice.partition(";")
        language = tag.strip().lower().partition("-")[0]
        if language in LANGUAGES:
            wanted.append((_weight(weight), language))
    best = max((weight for weight, _ in wanted), default=0.0)
    return next((language for weight, language in wanted if weight == best > 0), "zh")


def _weight(text: str) -> float:
    name, _, value = text.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0


def _language(cookies: bytes) -> str:
    language = cookie_parser(cookies.decode("latin-1")).get(LANGUAGE_COOKIE, "")
    return language if language in LANGUAGES else "zh"
