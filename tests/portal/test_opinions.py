"""A citizen's opinion from the QR code on the wall to the citizen's rating, and a reception day of hundreds."""

import re
from collections.abc import Sequence
from datetime import date
from io import BytesIO
from typing import Any

import pytest
import xlsxwriter
from loguru import logger

from flows.channels import Channels
from flows.deliver import deliver
from portal.visitor.site import Site, Throttle
from storage import Register
from storage.erasing import erasures
from storage.places import places_in
from storage.sealing import verify
from tests.builders import CITY, ELSEWHERE, act, an_action, dump, morning, rows, take
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in

NAME, PHONE = "张三丰先生", "13812345678"
PLACES = (
    {
        "id": "P1", "name": "幸福社区代表联络站", "region": CITY, "kind": "station", "schedule": "每月15日上午",
        "deputies": "D1、D2", "clerks": "K1",
    },
    {"id": "P2", "name": "河滨微家", "region": CITY, "kind": "micro", "deputies": "D3", "clerks": "K2"},
)  # fmt: skip
CLERKS = (
    {"id": "K2", "name": "河滨接待员", "role": "clerk", "region": CITY},
    {"id": "K3", "name": "全市接待员", "role": "clerk", "region": CITY},
    {"id": "K4", "name": "外地接待员", "role": "clerk", "region": ELSEWHERE},
    {"id": "L1", "name": "主任", "role": "leader", "region": CITY},
)


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("people", rows(CLERKS))
    desk.import_directory("places", rows(PLACES))
    return Site(desk)


def wall(site: Site, number: int = 0) -> str:
    """Where the QR code of a place leads."""
    return f"/o/{places_in(site.register, CITY)[number].code}"


def sent(site: Site, **fields: Any) -> tuple[str, str]:
    """An opinion sent from the wall of the first place: its case and its tracking page."""
    before = cases(site)
    page = Browser(site).submit(wall(site), wall(site), **{"body": "路灯坏了三个月", **fields})
    (case,) = cases(site) - before
    return case, f"/o/t/{tracking(page)}"


def tracking(page: str) -> str:
    match = re.search(r'class="code">(\w+)<', page)
    assert match, page_text(page)
    return match.group(1)


def cases(site: Site) -> set[str]:
    return {re.findall(rb'"id":"([^"]+)"', row)[0].decode() for row in dump(site.register.engine)["cases"]}


def state(site: Site, case: str) -> str:
    return site.register.dossier(case).case.state


def a_sheet(records: Sequence[tuple[str, ...]], header: tuple[str, ...]) -> dict[str, Any]:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet = book.add_worksheet()
        for number, record in enumerate([header, *records]):
            sheet.write_row(number, 0, record)
    return {"file": ("意见.xlsx", buffer.getvalue())}


@pytest.mark.both
def test_an_opinion_goes_from_the_wall_to_its_rating_and_nobody_else_learns_who_said_it(site: Site) -> None:
    logged: list[str] = []
    sink = logger.add(lambda line: logged.append(str(line)), level=0)
    case, track = sent(site, title="路灯", deputy="D1", name=NAME, phone=PHONE)
    citizen, clerk, unit, deputy = Browser(site), *(signed_in(site, name) for name in ("K1", "W1", "D1"))
    assert "已登记" in citizen.get(track)
    assert "路灯" in clerk.get("/opinions")
    assert "转交期限" in clerk.get("/opinions")
    unit.get(f"/case/{case}", 404)
    clerk.submit("/opinions", "/opinions", 422, case=[case], do="route", unit="")
    assert "转交 1 件" in clerk.submit("/opinions", "/opinions", case=[case], do="route", unit="U1")
    assert "已转交第1局" in page_text(citizen.get(track))
    unit.act(case, "handle")
    unit.act(case, "answer", answer="已经换了灯泡")
    assert "已经换了灯泡" not in citizen.get(track)
    citizen.post(track, {"rating": "SATISFIED"}, 409)
    assert "已经换了灯泡" in deputy.get(f"/case/{case}")
    deputy.act(case, "relay")
    assert "已经换了灯泡" in citizen.get(track)
    citizen.post(track, {"rating": "KING"}, 422)
    assert "您的评价：满意" in citizen.submit(track, track, rating="SATISFIED", note="很快")
    assert "只能交一次" in citizen.post(track, {"rating": "DISSATISFIED"}, 409)
    registrar = signed_in(site, "R1")
    for browser in (registrar, deputy, clerk, unit, signed_in(site, "L1")):
        assert "群众评价：满意" in page_text(browser.get(f"/case/{case}"))
    assert "办结意见 1 件" in registrar.submit(
        "/opinions", "/opinions?group=close", case=[case], do="close", group="close"
    )
    assert state(site, case) == "CLOSED"
    report = deliver(site.register, site.now(), Channels({}, {}, office_hours=False))
    assert report.dead == 0
    for person in ("D1", "W1", "H1", "G1", "L1"):
        browser = signed_in(site, person)
        for path in (f"/case/{case}", "/cases?group=all", "/inbox"):
            page = browser.get(path)
            assert NAME not in page
            assert PHONE not in page
    for browser in (registrar, clerk):
        assert PHONE in browser.get(f"/case/{case}")
    assert PHONE not in citizen.get(track)
    kept = dump(site.register.engine)
    del kept["citizens"]
    everything = str(kept) + "".join(logged)
    for secret in (NAME, PHONE, track.rpartition("/")[2], "张三丰"):
        assert secret not in everything
    logger.remove(sink)
    assert "等另一个人确认" in clerk.submit(f"/forget/{case}", f"/case/{case}")
    assert PHONE in str(dump(site.register.engine)), "nobody deletes alone"
    (waiting,) = erasures(site.register)
    registrar.submit("/erasures", "/erasures", do="confirm", id=waiting.id)
    assert PHONE not in str(dump(site.register.engine))
    assert waiting.id in site.erasures.path.read_text(), "a restored backup is struck again"
    assert verify(site.register).ok


def test_a_form_sent_twice_is_one_opinion_with_one_code(site: Site) -> None:
    browser = Browser(site)
    key = re.findall(r'name="key" value="(\w+)"', browser.get(wall(site)))[0]
    form = {"key": key, "body": "井盖松动", "name": NAME}
    codes = {tracking(browser.post(wall(site), form)) for _ in range(3)}
    assert len(codes) == len(cases(site)) == 1


def test_what_a_program_sends_and_what_belongs_elsewhere_is_not_recorded(site: Site) -> None:
    browser = Browser(site)
    good: dict[str, Any] = {"body": "井盖松动"}
    assert "放得太久" in browser.post(wall(site), {**good, "key": "0" * 74}, 422)
    browser.submit(wall(site), wall(site), 422, **good, website="http://spam.test")
    wrong: tuple[dict[str, Any], ...] = (
        {"body": " "},
        {"body": "x", "phone": "call me"},
        {"body": "x", "deputy": "D3"},
        {"body": "x" * 5001},
    )
    for bad in wrong:
        browser.submit(wall(site), wall(site), 422, **bad)
    assert "12388" in browser.submit(wall(site), wall(site), **good, matter="discipline")
    browser.post(wall(site), good, 403, headers={"origin": "http://evil.test"})
    assert cases(site) == set()
    site.throttles["opinion"] = Throttle(1, 60)
    browser.submit(wall(site), wall(site), **good)
    browser.submit(wall(site), wall(site), 429, **good)


def test_a_guessed_tracking_code_is_refused_and_guessing_is_slowed_down(site: Site) -> None:
    case, track = sent(site)
    browser = Browser(site)
    for guess in ("/o/t/22222222222222222222", f"/o/t/{case}", track[:-1], "/o/t/%00"):
        browser.get(guess, 404)
        browser.post(guess, {"rating": "DISSATISFIED"}, 404)
    clerk = signed_in(site, "K1")
    renewed = f"/o/t/{tracking(clerk.submit(f'/tracking/{case}', f'/case/{case}'))}"
    browser.get(track, 404)
    browser.get(renewed)
    assert browser.get(f"/o/t?code={renewed[5:].upper()}")
    site.throttles["tracking"] = Throttle(3, 60)
    for status in (404, 404, 404, 429):
        browser.get("/o/t/22222222222222222222", status)


def test_only_those_of_the_place_or_the_region_reach_an_opinion(site: Site) -> None:
    case, _ = sent(site, deputy="D1", phone=PHONE)
    for person, status in (
        ("K1", 200),
        ("K3", 200),
        ("R1", 200),
        ("D1", 200),
        ("K2", 404),
        ("K4", 404),
        ("D2", 404),
    ):
        browser = signed_in(site, person)
        browser.get(f"/case/{case}", status)
        if status == 404:
            csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/inbox"))[0]
            for path in (
                f"/act/{case}?do=answer_on_site",
                f"/tracking/{case}",
                f"/forget/{case}",
                f"/promote/{case}",
            ):
                browser.post(path, {"csrf": csrf, "answer": "x"}, 404)
        if person in ("K2", "K4"):
            browser.post(
                "/opinions", {"csrf": csrf, "group": "route", "do": "route", "case": case, "unit": "U1"}, 409
            )
            assert case not in browser.get("/opinions")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', signed_in(site, "D1").get("/inbox"))[0]
    deputy = signed_in(site, "D1")
    csrf = re.findall(r'name="csrf" value="([^"]+)"', deputy.get("/inbox"))[0]
    for path in (f"/tracking/{case}", f"/forget/{case}"):
        deputy.post(path, {"csrf": csrf}, 403)
    for person in ("K1", "D1", "W1"):
        signed_in(site, person).get("/places", 403)
    for person in ("W1", "L1", "G1"):
        signed_in(site, person).get("/reception", 403)
    assert state(site, case) == "RECORDED"


def test_a_leader_decides_on_the_case_s_page_about_an_opinion_that_nobody_answers(desk: Register) -> None:
    recorded, decided = date(2026, 12, 7), date(2026, 12, 30)
    desk.import_directory("people", rows(CLERKS))
    opinion = {"title": "路灯", "body": "路灯不亮", "rulebook": "reception", "region": CITY}
    take(desk, recorded, an_action("O1", "record", "registrar", **opinion))
    act(desk, recorded, "O1", "route", "registrar", unit="U1")
    desk.sweep(morning(decided))
    site = Site(desk, Standing(decided))
    assert "第1局" in page_text(signed_in(site, "L1").get("/wall"))
    signed_in(site, "L1").act("O1", "confirm_supervision", on="O1/s1")
    assert "确定督办" in page_text(signed_in(site, "W1").get("/case/O1"))


@pytest.mark.slow
@pytest.mark.both
def test_a_reception_day_of_hundreds_is_taken_at_once_and_no_bad_row_is_lost(site: Site) -> None:
    header = ("标题", "内容", "称呼", "电话", "代表", "当场答复")
    records = [
        (f"第{n}件", f"内容{n}", NAME, PHONE, "代表1", "当场说明了" if n <= 120 else "")
        for n in range(1, 298)
    ]
    bad = [
        ("", "", NAME, "", "", "x"),
        ("电话不对", "", "", "打我", "", ""),
        ("没有这位", "", "", "", "诸葛亮", ""),
    ]
    records[10:10] = bad
    clerk = signed_in(site, "K1")
    fields: dict[str, Any] = {"place": "P1"}
    page = clerk.submit("/reception", "/reception", **fields, files=a_sheet(records, header))
    words = page_text(page)
    assert "收到 297 件，当场答复 120 件，其余 177 件待转交" in words
    for number, why in ((11, "请写要反映的内容"), (12, "电话只写数字"), (13, "名册里没有代表“诸葛亮”")):
        assert f"文件里第 {number} 条：{why}" in words
    assert page.count('class="wrong"') == 3
    assert 'value="打我"' in page
    assert len(cases(site)) == 297
    again = page_text(clerk.submit("/reception", "/reception", **fields, files=a_sheet(records, header)))
    assert "已经登记过" in again
    assert len(cases(site)) == 297
    assert "<b>177</b>" in clerk.get("/opinions")
    clerk.submit("/opinions", "/opinions", 409, case=[f"x{n}" for n in range(1_000)], do="route", unit="U2")
    listed = re.findall(r'name="case" value="(\w+)"', clerk.get("/opinions"))
    assert clerk.get("/opinions?tick=all").count(" checked ") == 177
    assert "转交 177 件" in clerk.submit("/opinions", "/opinions", case=listed, do="route", unit="U2")
    assert "<b>0</b>" in clerk.get("/opinions")
    kept = dump(site.register.engine)
    del kept["citizens"]
    assert PHONE not in str(kept)
    assert verify(site.register).ok


def test_opinions_are_typed_and_pasted_and_a_form_sent_twice_is_taken_once(site: Site) -> None:
    deputy = signed_in(site, "D1")
    fields = {
        "csrf": "", "key": "a" * 32, "place": "P1", "title": ["公交", "", "x"], "body": ["太少", "", ""],
        "name": ["", "", ""], "phone": ["", "", "不对"], "deputy": ["", "", ""], "answer": ["已反映", "", ""],
        "paste": '标题\t内容\n噪声\t"夜里施工\n太吵"\n噪声\t另一处\n',
    }  # fmt: skip
    fields["csrf"] = re.findall(r'name="csrf" value="([^"]+)"', deputy.get("/reception"))[0]
    words = page_text(deputy.post("/reception", fields))
    assert "收到 3 件，当场答复 1 件，其余 2 件待转交" in words
    assert "第 3 条：电话只写数字" in words
    assert "没有重复登记" in deputy.post("/reception", fields)
    opinions = [site.register.dossier(case).case for case in cases(site)]
    assert len(opinions) == 3
    assert {case.lead for case in opinions} == {"D1"}
    assert "公交" in deputy.get("/cases?group=doing")
    for bad in (
        {"place": "P2"},
        {"on": "2999-01-01"},
        {"on": "昨天"},
        {"title": [], "body": [], "paste": ""},
    ):
        deputy.post("/reception", {**fields, "phone": ["", "", ""], **bad}, 422)
    deputy.submit("/reception", "/reception", 422, place="P1", files={"file": ("x.txt", b"x")})
    deputy.submit("/reception", "/reception", 422, place="P1", files=a_sheet([("1",)], ("别的",)))
    assert deputy.http.get("/reception.xlsx").content.startswith(b"PK")
    assert len(cases(site)) == 3


def test_a_suggestion_out_of_an_opinion_goes_to_the_congress_of_its_deputy(site: Site) -> None:
    """The opinion came in at a place of a county; its deputy sits in the congress of the city."""
    county = {"code": "321302", "name": "宿城区", "level": "county", "parent_code": CITY}
    site.register.import_directory("regions", rows([county]))
    site.register.import_directory("places", rows([{**PLACES[0], "region": "321302"}]))
    case, _ = sent(site, title="路灯维修", deputy="D1")
    assert site.register.dossier(case).case.region == "321302"
    deputy = signed_in(site, "D1")
    deputy.submit(f"/promote/{case}", f"/case/{case}")
    draft = site.register.dossier(deputy.path.removeprefix("/case/")).case
    assert (draft.region, draft.lead) == (CITY, "D1")
    assert draft.rulebook == site.register.rulebook_for(CITY, "suggestion", site.today())


def test_an_opinion_becomes_a_draft_of_its_deputy_and_both_lead_to_each_other(site: Site) -> None:
    case, track = sent(site, title="路灯维修", deputy="D1")
    deputy, registrar = signed_in(site, "D1"), signed_in(site, "R1")
    page = deputy.submit(f"/promote/{case}", f"/case/{case}")
    draft = deputy.path.removeprefix("/case/")
    assert f'href="/case/{case}"' in page
    assert "关于路灯维修的建议" in page
    assert "路灯坏了三个月" in page
    assert f'href="/case/{draft}"' in deputy.get(f"/case/{case}")
    assert "已转化" in Browser(site).get(track)
    assert draft not in registrar.get(f"/case/{case}")
    deputy.act(
        draft,
        "revise",
        title="关于路灯维修的建议",
        facts="路灯",
        proposal="修",
        points="1",
        secrecy="IDENTITY_PROTECTED",
    )
    deputy.act(draft, "submit")
    assert f'href="/case/{draft}"' in registrar.get(f"/case/{case}")
    assert draft not in signed_in(site, "G1").get(f"/case/{case}")
    other, _ = sent(site, title="公厕")
    registrar.submit(f"/promote/{other}", f"/case/{other}", 422, deputy="W1")
    assert state(site, other) == "RECORDED"
    registrar.submit(f"/promote/{other}", f"/case/{other}", deputy="代表2")
    assert state(site, other) == "PROMOTED"
    assert "关于公厕的建议" in signed_in(site, "D2").get("/cases")
    assert "写成建议" not in signed_in(site, "K1").get(f"/case/{other}")


def test_the_registrar_makes_a_place_prints_its_sheet_and_changes_its_code(site: Site) -> None:
    registrar = signed_in(site, "R1")
    place: dict[str, Any] = {
        "name": "新站",
        "region": CITY,
        "kind": "home",
        "schedule": "周二",
        "deputies": "D4",
        "clerks": "K3",
    }
    assert "新站" in registrar.submit("/places", "/places", **place)
    registrar.submit("/places", "/places", 422, **{**place, "region": ELSEWHERE})
    assert "不是代表，请先在人员表里导入" in registrar.submit(
        "/places", "/places", 422, **{**place, "deputies": "W1"}
    )
    (new,) = [place for place in places_in(site.register, CITY) if place.name == "新站"]
    sheet = registrar.get(f"/places/{new.id}")
    assert "data:image/svg+xml" in sheet
    assert f"/o/{new.code}" in sheet
    registrar.submit(f"/places/{new.id}", f"/places/{new.id}")
    Browser(site).get(f"/o/{new.code}", 404)
    registrar.get("/places/nowhere", 404)
    assert "新站" in registrar.get("/directory?kind=places")
    assert new.secret not in registrar.get("/directory?kind=places")
    assert new.secret not in sheet
