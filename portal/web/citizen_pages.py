"""Citizens without an account: an opinion by the QR code of a place, its progress by a code, and its rating once."""

import re
from hashlib import sha256

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import address_of, count_try, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.opinion_view import followed
from portal.visitor.refusals import sentence
from portal.web.qr import qr
from portal.web.rendering import go, page
from portal.web.signing import OpenForm
from states import Action, Dossier
from states.reasons import Refused
from states.roles import Role
from states.sheets.tables import OPINIONS
from states.vocabulary import Satisfaction
from storage import UnknownCase
from storage.citizens import Citizen, beside, case_by_tracking, tracking_of
from storage.places import Place, form_key, is_form_key, place_by_code

routes = router()


LONGEST = {"title": 60, "body": 5_000, "name": 40, "phone": 20}
PHONE = re.compile(r"\+?[0-9][0-9 -]{4,18}[0-9]")

ELSEWHERE = {
    "discipline": (
        "举报公职人员违纪违法", "请向纪检监察机关反映：电话 12388，网站 www.12388.gov.cn，或者来信来访。",
    ),
    "court": (
        "正在诉讼、仲裁、复议的案件", "请向办案的法院、检察院、仲裁或者复议机关反映：法院 12368，检察院 12309。",
    ),
    "petition": ("要求处理个人信访事项", "请向信访部门反映：国家信访局网站 www.gjxfj.gov.cn，或者到当地信访接待场所。"),
    "urgent": ("有危险，急需救助", "请马上打电话：报警 110，火警 119，急救 120。"),
    "consumer": ("消费投诉", "请打 12315，或者当地政务服务便民热线 12345。"),
}  # fmt: skip
"""Matters that a reception place does not handle, and where they belong."""

NO_TRACE = Refused("no_trace")


@routes.get("/o/t/{code}")
def follow(request: Request, code: str, done: str = "") -> HTMLResponse:
    """The progress of the opinion for the holder of its code."""
    return _followed(request, code, _traced(request, code), done=done)


@routes.post("/o/t/{code}")
def rate(request: Request, code: str, form: OpenForm) -> Response:
    """Keep the citizen's rating; once it is there it cannot be changed."""
    site = site_of(request)
    dossier = _traced(request, code)
    rating = form.get("rating", "")
    if rating not in Satisfaction.values():
        return _followed(request, code, dossier, "请选满意、基本满意或者不满意", 422)
    note = form.get("note", "").strip()[:1_000]
    data = {"rating": rating, **({"note": note} if note else {})}
    action = Action(dossier.case.id, "rate", Role.CITIZEN.value, Role.CITIZEN.value, data)
    (outcome,) = site.register.apply([action], site.now())
    if not outcome.done:
        again = site.register.dossier(dossier.case.id)
        words = "已经评价过了，评价只能交一次" if followed(site, again).rating else sentence(outcome.refused)
        return _followed(request, code, again, words, 409)
    site.accounts.note(site.real_now(), "", Role.CITIZEN.value, "rate", dossier.case.id, address_of(request))
    return go(f"/o/t/{code}?done=rate")


@routes.get("/o/t")
def find(request: Request, code: str = "") -> Response:
    """The page for entering a code by hand."""
    code = re.sub(r"[^0-9a-z]", "", code.lower())[:40]
    return go(f"/o/t/{code}") if code else page(request, "track.html", None)


@routes.get("/o/{code}")
def form_page(request: Request, code: str) -> HTMLResponse:
    site, place = site_of(request), _place(request, code)
    return _form(request, place, form_key(place, site.real_now()), {})


@routes.post("/o/{code}")
def send(request: Request, code: str, form: OpenForm) -> Response:
    """Record the opinion and show its tracking code; sent twice, it is one opinion with one code."""
    site, place = site_of(request), _place(request, code)
    count_try(request, "opinion")
    if form.get("website"):
        raise DoorRefused(422, Refused("opinion_not_taken"))
    where = ELSEWHERE.get(form.get("matter", ""))
    if where is not None:
        return page(request, "opinion_elsewhere.html", None, place=place, matter=where[0], way=where[1])
    key = form.get("key", "")
    if not is_form_key(place, key, site.real_now()):
        fresh = form_key(place, site.real_now())
        return _form(request, place, fresh, form, "这张表放得太久了，请再点一次“提交”", 422)
    words = unfit_opinion(form)
    if form.get("deputy") and form["deputy"] not in dict(place.deputies):
        words = "请从名单里选代表"
    if words:
        return _form(request, place, key, form, words, 422)
    body, name = form.get("body", "").strip(), sha256(key.encode()).hexdigest()
    data = {
        "title": form.get("title", "").strip() or short(body), "body": body, "region": place.region,
        "place": place.id,
        **({"deputy": form["deputy"]} if form.get("deputy") else {}),
    }  # fmt: skip
    tracking = tracking_of(key)
    action = Action(
        f"O{name[:14]}", "record", Role.CITIZEN.value, Role.CITIZEN.value, data, key=f"citizen/{name}"
    )
    who = Citizen(form.get("name", "").strip(), form.get("phone", "").strip(), tracking)
    (outcome,) = site.register.apply([action], site.now(), also=beside(site.register, {action.case: who}))
    if not outcome.done:
        return _form(request, place, key, form, sentence(outcome.refused), 409)
    address = f"{request.url.scheme}://{request.headers.get('host', '')}/o/t/{tracking}"
    return page(
        request, "opinion_sent.html", None, place=place, code=tracking, address=address, qr=qr(address)
    )


def unfit_opinion(form: dict[str, str]) -> str:
    """Why a citizen's input cannot be accepted, '' when it can."""
    for field in OPINIONS:
        most = LONGEST.get(field.key)
        if most and len(form.get(field.key, "").strip()) > most:
            return say("%(what)s太长：最多 %(most)d 个字", what=say(field.label[0]), most=most)
    if not form.get("body", "").strip():
        return "请写要反映的内容"
    phone = form.get("phone", "").strip()
    if phone and not PHONE.fullmatch(phone):
        return "电话只写数字，可以有空格、+ 和 -；不想留的可以空着"
    return ""


def short(body: str) -> str:
    """The beginning of a text, as its title."""
    first = body.strip().splitlines()[0].strip() if body.strip() else ""
    return first if len(first) <= 30 else f"{first[:29]}…"


def _place(request: Request, code: str) -> Place:
    site = site_of(request)
    place = place_by_code(site.register, code, site.today())
    if place is None:
        count_try(request, "tracking")
        raise DoorRefused(404, Refused("place_code_gone"))
    return place


def _traced(request: Request, code: str) -> Dossier:
    site = site_of(request)
    count_try(request, "tracking")
    case_id = case_by_tracking(site.register, code)
    if case_id is None:
        raise DoorRefused(404, NO_TRACE)
    try:
        return site.register.dossier(case_id)
    except UnknownCase:
        raise DoorRefused(404, NO_TRACE) from None


def _form(
    request: Request, place: Place, key: str, typed: dict[str, str], words: str = "", status: int = 200
) -> HTMLResponse:
    return page(
        request, "opinion_form.html", None, status, place=place, key=key, typed=typed, words=words,
        elsewhere=ELSEWHERE, longest=LONGEST,
    )  # fmt: skip


def _followed(
    request: Request, code: str, dossier: Dossier, words: str = "", status: int = 200, done: str = ""
) -> HTMLResponse:
    return page(
        request, "opinion_followed.html", None, status, seen=followed(site_of(request), dossier), code=code,
        ratings=Satisfaction.names(), words=words, done=done,
    )  # fmt: skip
