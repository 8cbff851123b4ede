"""The bar of a demonstration: move the clock, and switch the person."""

from datetime import date

from fastapi import Request, Response

from portal.door.doors import router
from portal.door.guard import Form, address_of, keep_session, session_of, site_of
from portal.visitor.demonstration import Demo
from portal.visitor.errors import DoorRefused
from portal.web.look import inside
from portal.web.rendering import go
from rulebooks import SEED_YEARS
from states.reasons import Refused

routes = router()
STEPS = {"day": 1, "week": 7}


@routes.post("/demo/clock")
def move(request: Request, form: Form) -> Response:
    """Move the clock on by a day, a week, or to the morning of a day; backwards is refused."""
    demo = _demo(request)
    step = form.text("by")
    demo.move(demo.ahead(STEPS[step]) if step in STEPS else demo.morning_of(_day(form.text("to"))))
    return go(_readable(form.text("back")))


@routes.post("/demo/as")
def become(request: Request, form: Form) -> Response:
    """Sign in as another member of the cast, without a password."""
    site, demo = site_of(request), _demo(request)
    account = form.text("account")
    if account not in demo.cast:
        raise DoorRefused(404, Refused("nobody_of_the_cast"))
    now = site.real_now()
    site.accounts.sign_out(session_of(request), now)
    response = go("/")
    keep_session(response, site, site.accounts.sign_in(account, now, "", address_of(request), "demo-as"))
    return response


def _demo(request: Request) -> Demo:
    demo = site_of(request).demo
    if demo is None:
        raise DoorRefused(404, Refused("no_page"))
    return demo


def _readable(path: str) -> str:
    """The page on which the bar stood; the case instead of a form on it, which has to be opened anew."""
    path = inside(path)
    for form in ("/act/", "/evaluation-link/"):
        if path.startswith(form):
            return "/case/" + path.removeprefix(form)
    return "/" if path.startswith(("/demo/", "/link/")) else path


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise DoorRefused(409, Refused("day_unchosen")) from None
    if day.year > max(SEED_YEARS) + 1:
        raise DoorRefused(409, Refused("calendar_ends", year=max(SEED_YEARS)))
    return day
