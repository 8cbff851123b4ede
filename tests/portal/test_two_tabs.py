"""Two tabs, or two people, over one text: what was stored meanwhile is never overwritten unseen."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

import portal
from portal.visitor.case_digest import digest_of
from portal.visitor.case_view import Viewing
from portal.visitor.site import Site
from portal.web.case_pages import CHANGED
from states import Action
from states.reasons import Refused
from states.vocabulary import FindingCode, Severity
from storage import Outcome, Register
from storage.findings import Finding, keep_findings
from storage.places import places_in
from storage.statements import transaction
from tests.builders import CITY, ELSEWHERE, FIRST, a_draft, act, an_action, rows, take, walk
from tests.portal.city import a_whole_directory, judged
from tests.portal.everywhere import routes
from tests.portal.standing import Standing
from tests.portal.web import HIDDEN, Browser, page_text, signed_in, the_app

CARRYING = {"/act/{case_id:path}", "/meeting", "/opinions", "/findings", "/mandates", "/places", "/region-rules"}
"""Forms that overwrite what somebody wrote: each carries what its reader was shown."""

OVERWRITING_NOTHING = {
    "/sign-in", "/sign-in/code", "/sign-out", "/sessions", "/link/{token}", "/password", "/look",  # one's own
    "/tokens", "/tokens/revoke", "/drafts",
    "/write", "/write/hints", "/reception", "/secret", "/promote/{case_id:path}", "/o/{code}",  # something new
    "/o/t/{code}", "/e/{token}", "/wall/decide", "/changes", "/duties",  # given once, a second one is refused
    "/erasures",  # as much
    "/inbox/read", "/seals", "/papers/number", "/calendar/preview",  # no text at all
    "/evaluation-link/{case_id:path}", "/tracking/{case_id:path}", "/places/{place_id}",  # a new code is the purpose
    "/forget/{case_id:path}", "/accounts", "/accounts/slips",  # an end that nobody else's text is lost by
    "/imports", "/imports/preview", "/imports/marked", "/imports/take",  # a file, whose rows are the reader's own
    "/calendar/import", "/imports/back",  # as much
    "/demo/clock", "/demo/as",
}  # fmt: skip


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    return Site(register, Standing(on=FIRST + timedelta(days=60)))


class Tab:
    """A form as it was opened, to be sent later."""

    def __init__(self, browser: Browser, page: str, path: str = "") -> None:
        self.browser, self.path = browser, path or page
        forms = re.finditer(r'<form method="post" action="([^"]*)".*?</form>', browser.get(page), re.DOTALL)
        form = next((match for match in forms if unescape(match[1]) == self.path), None)
        assert form, page
        self.hidden = dict(HIDDEN.findall(form.group()))
        self.html = form.group()

    def send(self, status: int = 200, **fields: Any) -> str:
        return self.browser.post(self.path, {**self.hidden, **fields}, status)


def text(title: str) -> dict[str, Any]:
    return {"title": title, "facts": f"{title}的案由", "proposal": f"{title}的建议", "points": "1", "secrecy": "NONE"}


@pytest.mark.both
def test_the_second_of_two_tabs_that_revise_a_draft_is_refused_and_sees_both_texts(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1"))
    deputy = signed_in(site, "D1")
    first, second = Tab(deputy, "/act/C1?do=revise&on="), Tab(deputy, "/act/C1?do=revise&on=")
    assert "路面破损" in first.html
    first.send(**text("第一份"))
    page = second.send(409, **text("第二份"))
    assert CHANGED in page_text(page)
    for both in ("第一份", "第一份的案由", "第一份的建议", "第二份", "第二份的案由", "第二份的建议"):
        assert both in page
    assert site.register.dossier("C1").case.title == "第一份"
    hidden = dict(HIDDEN.findall(page.partition('action="/act/C1')[2]))
    deputy.post("/act/C1?do=revise&on=", {**hidden, **text("第二份")})
    assert site.register.dossier("C1").case.title == "第二份"


def test_the_same_form_sent_twice_acts_once_and_is_not_called_changed(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1"))
    tab = Tab(signed_in(site, "D1"), "/act/C1?do=revise&on=")
    tab.send(**text("一份"))
    events = len(site.register.events("C1"))
    tab.send(**text("一份"))
    assert len(site.register.events("C1")) == events


def test_a_form_without_what_was_shown_overwrites_nothing(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1"))
    tab = Tab(signed_in(site, "D1"), "/act/C1?do=revise&on=")
    del tab.hidden["shown"]
    tab.send(409, **text("没有看过"))
    assert site.register.dossier("C1").case.title != "没有看过"


def test_the_second_draft_of_a_reply_is_refused_and_sees_both(site: Site) -> None:
    walk(site.register, "C1", until="research")
    unit = signed_in(site, "W1")
    page = "/act/C1?do=draft_reply&on=C1/a1"
    first, second = Tab(unit, page, "/act/C1?do=draft_reply&on=C1/a1"), Tab(unit, page)
    resolved: dict[str, Any] = {"class": "RESOLVED"}
    first.send(**resolved, answer="已经修好甲路")
    shown = second.send(409, **resolved, answer="已经修好乙路")
    assert "已经修好甲路" in shown
    assert "已经修好乙路" in shown


def test_no_hidden_judgement_makes_a_form_of_the_judged_side_stale(site: Site) -> None:
    """Every form that they are offered is opened before the deputy judges, and sent after."""
    walk(site.register, "C1", until="send_forms")
    tabs = []
    for who in ("W1", "S1", "V1", "H1", "G1", "M1"):
        browser = signed_in(site, who)
        for link in set(re.findall(r'href="(/act/C1[^"]*)"', browser.get("/case/C1"))):
            tabs.append((who, Tab(browser, unescape(link).replace("%2F", "/"))))
    assert tabs
    judged(site.register, "C1", "不满意")
    for who, tab in tabs:
        assert Tab(tab.browser, tab.path).hidden["shown"] == tab.hidden["shown"], (who, tab.path)
    kind: dict[str, Any] = {"kind": "phone", "stage": "", "note": "办后回访"}
    tab = next(tab for who, tab in tabs if who == "W1" and "do=communicate" in tab.path)
    tab.send(**kind)


def test_a_hidden_fact_between_look_and_act_is_no_change(site: Site) -> None:
    """What is entered while an action waits and its author must not learn of: it is tried again."""
    from portal.visitor.case_digest import take_if_unchanged

    walk(site.register, "C1", until="send_forms")
    visitor = site.accounts.visitor(signed_in(site, "H1").http.cookies["duban"], site.real_now(), site.today())
    assert visitor is not None
    sight = Viewing(site, visitor, "C1")
    digest = digest_of(sight.view)
    action = Action("C1", "explain_delay", "H1", "unit_head", {"reason": "x"}, key="k")
    tried: list[int | None] = []

    def take_it(seen: int | None) -> Outcome:
        if not tried:
            judged(site.register, "C1", "不满意")
        tried.append(seen)
        return site.register.apply([action], site.now(), {"k": seen} if seen else None)[0]

    assert take_if_unchanged(sight, action, lambda shown: shown == digest, take_it) is not None
    assert len(tried) == 2


def test_a_meeting_does_not_assign_to_units_that_its_page_did_not_show(site: Site) -> None:
    walk(site.register, "C1", until="propose_units")
    tab = Tab(signed_in(site, "R1"), "/meeting")
    act(site.register, FIRST + timedelta(days=9), "C1", "propose_units", "registrar",
        units=[{"unit": "U2", "role": "SOLE"}])  # fmt: skip
    page = tab.send(409, case=["C1"], on=(FIRST + timedelta(days=10)).isoformat(), **{"track-C1": "NORMAL"})
    assert "第2局" in page
    assert site.register.dossier("C1").case.state == "ASSIGNING"


def test_a_finding_is_decided_once(site: Site) -> None:
    why, todo = Refused("calendar_open", year=2026, count=0), Refused("todo_text")
    findings = [Finding(FindingCode.CALENDAR, Severity.INFO, "", "2026", "", why, todo)]
    with transaction(site.register.engine) as cursor:
        keep_findings(cursor.session, findings, FIRST, "", False)
    first, second = Tab(signed_in(site, "X1"), "/findings"), Tab(signed_in(site, "L1"), "/findings")
    first.send(standing="acknowledged", reason="第一个理由")
    page = page_text(second.send(409, standing="waived", reason="第二个理由"))
    assert "第一个理由" in page
    assert "第二个理由" in page


def test_a_place_and_a_mandate_are_not_overwritten_unseen(site: Site) -> None:
    office = signed_in(site, "R1")
    day: dict[str, Any] = {"proxy": "A1", "deputy": "D1", "since": "2025-05-01"}
    first, second = Tab(office, "/mandates"), Tab(office, "/mandates")
    first.send(**day, until="2025-06-01")
    page = second.send(409, **day, until="2026-01-01")
    assert "2025-06-01" in page
    assert "2026-01-01" in page
    place: dict[str, Any] = {"id": "P1", "region": CITY, "kind": "home"}
    site.register.import_directory("places", rows([{**place, "name": "老站", "schedule": "周一"}]))
    first, second = Tab(office, "/places"), Tab(office, "/places")
    first.send(**place, name="新站", schedule="周二")
    page = second.send(409, **place, name="别的站", schedule="周三")
    assert all(text in page for text in ("周二", "周三", "新站", "别的站"))


def test_a_new_place_is_of_the_registrars_own_region_when_nothing_else_is_said(site: Site) -> None:
    Tab(signed_in(site, "R1"), "/places").send(name="新站")
    (place,) = places_in(site.register, CITY)
    assert (place.name, place.region, place.kind) == ("新站", CITY, "home")


@pytest.mark.both
def test_a_known_places_id_clears_nothing_that_was_left_blank(site: Site) -> None:
    office = signed_in(site, "R1")
    stored: dict[str, Any] = {
        "id": "P1", "region": CITY, "kind": "station", "name": "老站", "address": "老街一号", "schedule": "周一",
        "deputies": "D1", "clerks": "K1", "closed_on": "2027-01-01",
    }  # fmt: skip
    site.register.import_directory("places", rows([stored]))
    blank: dict[str, Any] = dict.fromkeys(stored, "")
    Tab(office, "/places").send(**{**blank, "id": "P1", "schedule": "周二"})
    Tab(office, "/places").send(id="P1", name="新站")
    (place,) = places_in(site.register, CITY)
    assert (place.name, place.address, place.schedule, place.kind) == ("新站", "老街一号", "周二", "station")
    assert (str(place.closed_on), place.deputies[0][0], place.clerks[0][0]) == ("2027-01-01", "D1", "K1")
    form = Tab(office, "/places?id=P1", "/places")
    assert all(f'value="{value}"' in form.html for value in ("老街一号", "周二", "2027-01-01", "D1", "K1"))
    form.send(**{**stored, "name": "新站", "address": "", "closed_on": ""})
    (place,) = places_in(site.register, CITY)
    assert (place.address, place.closed_on, place.deputies[0][0]) == ("", None, "D1")
    text = page_text(Tab(office, "/places").send(422, **{**blank, "id": "P9", "name": "外地的站", "region": ELSEWHERE}))
    assert "请选本区划以内的区划" in text


@pytest.mark.both
def test_a_mandate_that_holds_keeps_the_days_that_were_left_blank(site: Site) -> None:
    office = signed_in(site, "R1")
    pair: dict[str, Any] = {"proxy": "A1", "deputy": "D1"}

    def days() -> tuple[str, str]:
        (row,) = site.accounts.mandates_listed()
        return str(row["since"]), str(row["until"] or "")

    Tab(office, "/mandates").send(**pair, since="2025-05-01", until="2025-12-31")
    Tab(office, "/mandates").send(**pair, since="", until="2026-06-30")
    assert days() == ("2025-05-01", "2026-06-30")
    Tab(office, "/mandates").send(**pair, since="2025-05-02", until="")
    assert days() == ("2025-05-02", "2026-06-30")
    form = Tab(office, "/mandates?proxy=A1&deputy=D1", "/mandates")
    assert 'value="2026-06-30"' in form.html
    form.send(**pair, since="2025-05-02", until="")
    assert days() == ("2025-05-02", "")
    csrf = form.hidden["csrf"]
    office.post("/mandates", {"csrf": csrf, **pair, "do": "end"})
    assert days() == ("2025-05-02", site.today().isoformat())


def test_what_a_region_uses_is_not_overwritten_unseen(site: Site) -> None:
    office = signed_in(site, "R1")
    setting: dict[str, Any] = {"region": CITY, "kind": "suggestion", "from_day": "2025-06-01"}
    first, second = Tab(office, "/region-rules"), Tab(office, "/region-rules")
    first.send(**setting, rulebook="suqian", source="主任会议")
    page = page_text(second.send(409, **setting, rulebook="national", source="代表法"))
    assert all(value in page for value in ("suqian", "主任会议", "national", "代表法"))


def test_an_opinion_that_was_routed_elsewhere_meanwhile_is_looked_at_first(site: Site) -> None:
    opinion = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
    take(site.register, FIRST, an_action("O1", "record", "clerk", **opinion))
    act(site.register, FIRST, "O1", "route", "registrar", unit="U1")
    tab = Tab(signed_in(site, "R1"), "/opinions?group=unit", "/opinions")
    act(site.register, FIRST, "O1", "route", "registrar", unit="U2")
    page = tab.send(409, case=["O1"], do="route", unit="U3")
    assert "第2局" in page


def test_every_form_that_is_sent_says_whether_it_can_overwrite_somebody_elses_text(site: Site) -> None:
    """A new one is asked here: it carries what was shown, or overwrites nothing."""
    listed = CARRYING | OVERWRITING_NOTHING
    paths = {path for path, _ in routes(the_app(site), "POST") if not path.startswith("/api/")}
    assert paths - listed == set()
    assert paths >= CARRYING
    templates = Path(portal.__file__).parent / "templates"
    forms = [
        form
        for template in templates.glob("*.html")
        for form in re.findall(r'<form method="post".*?</form>', template.read_text(encoding="utf-8"), re.DOTALL)
    ]
    for path in CARRYING:
        place = path.partition("{")[0]
        mine = [form for form in forms if f'action="{place}' in form and "do\" value=\"end" not in form]
        mine = [form for form in mine if 'action="/places/' not in form]
        assert mine, path
        assert all('name="shown"' in form for form in mine), path
