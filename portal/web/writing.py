"""Writing a suggestion, with hints on quality and similar suggestions."""

from typing import Any
from uuid import uuid4

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Posted, Who, need, site_of
from portal.door.reads import with_row_count
from portal.visitor.alike import resembling
from portal.visitor.filled import Typed, read_form
from portal.visitor.forms import ROLE_OPTIONS, blank
from portal.visitor.refusals import sentence
from portal.visitor.site import Site
from portal.visitor.writing_hints import hints
from portal.web.draft_pages import WRITE, begun, forget_begun, saved_at, typed_in
from portal.web.rendering import go, page
from portal.web.typed import action_key, deputy_typed
from states import Action
from states.roles import Role
from states.texts import number_typed
from storage.accounts import Visitor
from storage.form_drafts import BegunForm
from storage.similar import Said
from storage.visible import names_of

routes = router()
LOOKED_AT = 20_000
"""Characters of a text that are looked at for hints."""


@routes.get("/write")
def write_page(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "write")
    draft = begun(request, visitor, WRITE)
    return _write_form(request, visitor, draft=draft)


@routes.post("/write")
def write(request: Request, form: Form) -> Response:
    """Store a new suggestion as a draft of the deputy, who continues on its page; or only preview it (`look`)."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "write")
    if form.text("look"):
        return _write_form(request, visitor, form=form, looked=_looked(site, form))
    region = visitor.region
    try:
        data = read_form(blank("draft"), form.fields, lambda name: deputy_typed(site, name, region))
    except Typed as fault:
        return _write_form(request, visitor, sentence(fault.refused), form, 422)
    if visitor.role == Role.PROXY:
        data["on_behalf_of"] = form.text("on_behalf_of")
        if data["on_behalf_of"] not in visitor.deputies:
            return _write_form(request, visitor, "请选为哪位代表起草", form, 422)
    key = action_key(form.text("key"))
    case_id = f"J{key.removeprefix('portal/')[:12]}"
    (outcome,) = site.register.apply(
        [Action(case_id, "draft", visitor.person, visitor.role, data, key=key)], site.now()
    )
    if not outcome.done:
        return _write_form(request, visitor, sentence(outcome.refused), form, 409)
    forget_begun(request, visitor, WRITE)
    return go(f"/case/{case_id}?done=draft")


@routes.post("/write/hints")
def write_hints(request: Request, form: Form) -> HTMLResponse:
    """Hints and similar suggestions for what is being written, as a piece of the page."""
    need(form.visitor, "write")
    site = site_of(request)
    context = _looked(site, form)
    return with_row_count(HTMLResponse(site.render("hints.html", **context)), len(context["similar"]))


# -- inside ------------------------------------------------------------------------------------------------------


def _looked(site: Site, form: Posted) -> dict[str, Any]:
    title, facts, proposal = (form.text(key)[:LOOKED_AT] for key in ("title", "facts", "proposal"))
    points = number_typed(form.text("points"), 9999)
    return {
        "hints": hints(title, facts, proposal, 1 if points is None else points),
        "similar": resembling(site, form.visitor, Said(title, facts, proposal)),
    }


def _write_form(
    request: Request, visitor: Visitor, words: str = "", form: Posted | None = None, status: int = 200,
    looked: dict[str, Any] | None = None, draft: BegunForm | None = None,
) -> HTMLResponse:  # fmt: skip
    site = site_of(request)
    deputies = names_of(site.register, visitor.deputies)
    return page(
        request, "write.html", visitor, status, fields=blank("draft"), words=words,
        typed=form.fields if form else typed_in(draft), saved_on=saved_at(draft),
        key=(form.text("key") if form else "") or uuid4().hex,
        deputies=deputies, roles=ROLE_OPTIONS, **(looked or {"hints": None, "similar": []}),
    )  # fmt: skip
