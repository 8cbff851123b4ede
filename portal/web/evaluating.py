"""A deputy evaluates by a one-time link: on a phone, without an account, once."""

from collections.abc import Mapping, Sequence

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, address_of, count_try, seen_case, site_of
from portal.visitor.case_view import Viewing
from portal.visitor.errors import DoorRefused
from portal.visitor.filled import Typed, read_form
from portal.visitor.forms import questions_of
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.site import LINK_LASTS
from portal.web.qr import qr
from portal.web.rendering import go, page
from portal.web.signing import OpenForm
from states import Action
from states.reasons import Refused
from states.roles import Role
from states.vocabulary import S
from storage import UnknownCase
from storage.accesses import access
from storage.accounts import Visitor
from storage.one_time_links import LinkGone

routes = router()
GONE = Refused("evaluation_link_gone")


@routes.post("/evaluation-link/{case_id:path}")
def make_link(request: Request, form: Form, case_id: str) -> HTMLResponse:
    """A new link for a deputy, shown once as address and QR code; an earlier one stops working."""
    site, visitor = site_of(request), form.visitor
    sight = seen_case(request, visitor, case_id, "evaluation-link")
    dossier = sight.whole
    deputy = form.text("deputy")
    if visitor.role != Role.REGISTRAR or deputy not in dossier.parties or dossier.case.state != S.EVALUATING:
        raise DoorRefused(403, Refused("evaluation_link_refused"))
    if form.text("revoke"):
        site.accounts.revoke_evaluation_links(case_id, deputy, site.real_now())
        return page(request, "refused.html", visitor, words="链接已收回")
    token = site.accounts.link_to_evaluate(
        case_id, deputy, dossier.case.round, site.real_now(), visitor.account, LINK_LASTS
    )
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/e/{token}"
    return page(
        request, "evaluation_link.html", visitor, case=sight.view, address=address, qr=qr(address),
        deputy=sight.names.get(deputy, deputy), days=LINK_LASTS.days,
    )  # fmt: skip


@routes.get("/e/{token}")
def form_page(request: Request, token: str) -> HTMLResponse:
    """Opening the link does not use it."""
    return _page(request, token, _open(request, token))


@routes.post("/e/{token}")
def evaluate(request: Request, token: str, form: OpenForm) -> Response:
    """Store the judgement and use the link; a refused form leaves the link unused."""
    site = site_of(request)
    sight = _open(request, token)
    fields = questions_of("evaluate", sight.whole, sight.rulebook)
    typed = {key: [value] for key, value in form.items()}
    try:
        data = read_form(fields, typed, lambda name: name)
    except Typed as fault:
        return _page(request, token, sight, sentence(fault.refused), typed, 422)
    case_id, deputy = sight.case_id, sight.visitor.person
    action = Action(case_id, "evaluate", deputy, Role.DEPUTY.value, {**data, "channel": "link"})
    noted = access(site.real_now(), "", Role.DEPUTY.value, "evaluate", case_id, address_of(request))
    try:
        (outcome,) = site.register.apply(
            [action], site.now(), also=site.accounts.using(token, site.real_now(), noted)
        )
    except LinkGone:
        raise DoorRefused(404, GONE) from None
    if not outcome.done:
        return _page(request, token, sight, sentence(outcome.refused, {case_id: say("这一件")}), typed, 409)
    return go("/evaluated")


@routes.get("/evaluated")
def thanks(request: Request) -> HTMLResponse:
    return page(request, "evaluated.html", None)


def _open(request: Request, token: str) -> Viewing:
    """The sight of the link's deputy on its case, while the link is valid and its round is being evaluated."""
    site = site_of(request)
    count_try(request, "link")
    link = site.accounts.link(token, site.real_now())
    if link is None or link.purpose != "evaluate":
        raise DoorRefused(404, GONE)
    try:
        dossier = site.register.dossier(link.case_id)
    except UnknownCase:
        raise DoorRefused(404, GONE) from None
    if dossier.case.round != link.round or dossier.case.state != S.EVALUATING:
        raise DoorRefused(404, GONE)
    deputy = Visitor("", "", "", link.deputy, "", Role.DEPUTY.value, "", "", dossier.case.region)
    return Viewing.of(site, deputy, dossier)


def _page(
    request: Request, token: str, sight: Viewing, words: str = "", typed: Mapping[str, Sequence[str]] | None = None,
    status: int = 200,
) -> HTMLResponse:  # fmt: skip
    fields, deputy = questions_of("evaluate", sight.whole, sight.rulebook), sight.visitor.person
    return page(
        request, "evaluate.html", None, status, title=sight.whole.case.title, replies=sight.replies(),
        request_texts=sight.request_texts(), fields=fields, words=words, typed=typed or {}, token=token,
        deputy=sight.names.get(deputy, deputy),
    )  # fmt: skip
