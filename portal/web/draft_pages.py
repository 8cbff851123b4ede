"""Long forms that save themselves: what was typed waits for whoever typed it, until it is sent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit

from fastapi import Request, Response

from portal.door.doors import router
from portal.door.guard import Form, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.rights import right_of, scope_of
from portal.web.rendering import go
from states.reasons import Refused
from states.texts import NAME
from states.words import ACTION_NAMES
from storage import UnknownCase
from storage.accounts import Visitor
from storage.form_drafts import BegunForm, begun_form, drop_form, keep_form
from storage.visible import sees

routes = router()

WRITE = "/write"
ACT = "/act/"
NOT_KEPT = frozenset({"csrf", "key", "shown", "form", "keep", "look"})
"""Fields of a form that belong to the page that was shown, and not to what was typed."""


@routes.post("/drafts")
def keep_draft_of(request: Request, form: Form) -> Response:
    """Keep what is typed, and come back to the form; with `keep` = drop forget it."""
    site, visitor = site_of(request), form.visitor
    address = form.text("form")
    title = _title(request, visitor, address, form.text("title"))
    if form.text("keep") == "drop":
        drop_form(site.register, visitor.account, address)
    else:
        typed = {key: some for key, some in form.fields.items() if key not in NOT_KEPT}
        keep_form(site.register, visitor.account, address, title, typed, site.real_now())
    return go(address)


def begun(request: Request, visitor: Visitor, address: str) -> BegunForm | None:
    """What the visitor began to type into the form at this address."""
    return begun_form(site_of(request).register, visitor.account, address, site_of(request).real_now())


def forget_begun(request: Request, visitor: Visitor, address: str) -> None:
    """The form was sent."""
    drop_form(site_of(request).register, visitor.account, address)


def saved_at(draft: BegunForm | None) -> datetime | None:
    return draft.at if draft else None


def typed_in(draft: BegunForm | None) -> Mapping[str, Sequence[str]]:
    return draft.typed if draft else {}


# -- inside ------------------------------------------------------------------------------------------------------


def _title(request: Request, visitor: Visitor, address: str, typed: str) -> str:
    """What the draft is called among the visitor's own; refuses a form that is not theirs."""
    if address == WRITE:
        if WRITE.strip("/") not in right_of(visitor).pages:
            raise DoorRefused(403, Refused("no_such_page"))
        return typed[:NAME] or say("写建议")
    parts = urlsplit(address)
    do = parse_qs(parts.query).get("do", [""])[0]
    if not address.startswith(ACT) or parts.netloc or do not in ACTION_NAMES:
        raise DoorRefused(404, Refused("not_found"))
    site, scope = site_of(request), scope_of(visitor)
    case_id = unquote(parts.path.removeprefix(ACT))
    if scope is None or not sees(site.register, scope, case_id):
        raise DoorRefused(404, Refused("not_found"))
    try:
        case = site.register.dossier(case_id).case
    except UnknownCase:
        raise DoorRefused(404, Refused("not_found")) from None
    return say("%(who)s：%(what)s", who=say(ACTION_NAMES[do], "action"), what=case.title)[:NAME]
