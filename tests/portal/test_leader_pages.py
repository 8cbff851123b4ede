"""What supervisors and leaders see and decide: the wall, the week, proposals confirmed and declined in place."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from portal.visitor.site import Site
from storage import Register
from storage.visible import Scope
from storage.weeks import week
from tests.builders import CITY, ELSEWHERE, FIRST, act, deadline, morning, rows, walk
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in

PEOPLE = [
    {"id": "B1", "name": "副主任", "role": "leader", "region": CITY},
    {"id": "B2", "name": "外市主任", "role": "leader", "region": ELSEWHERE},
    {"id": "M1", "name": "副市长", "role": "gov_leader", "region": CITY},
    {"id": "A1", "name": "巡检员", "role": "auditor", "region": CITY},
]


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("people", rows(PEOPLE))
    return Site(desk, Standing(on=FIRST))


def late(site: Site, name: str, days: int) -> None:
    """A suggestion whose reply is so many days late, swept up to today."""
    walk(site.register, name, until="assign")
    walked = deadline(site.register, name, "reply_by").last_day
    site.clock = Standing(on=walked + timedelta(days=days))
    site.register.sweep(morning(site.today()))


def csrf(browser: Browser) -> str:
    return browser.get("/inbox").partition('name="csrf" value="')[2].partition('"')[0]


def test_the_wall_names_who_holds_each_late_item(site: Site) -> None:
    late(site, "C1", 5)
    text = page_text(signed_in(site, "B1").get("/wall"))
    assert "第1局" in text
    assert "承办人 承办人1" in text
    assert {"催办", "黄牌"} & set(text.split())
    assert "C1" not in signed_in(site, "B2").get("/wall")


def test_a_return_that_waits_is_held_by_the_office(site: Site) -> None:
    walk(site.register, "C1", until="receipt")
    request = {"reason": "不归", "proposed_unit": "U2"}
    act(site.register, FIRST + timedelta(days=8), "C1", "request_return", "unit_head", **request)
    site.clock = Standing(on=deadline(site.register, "C1", "reply_by").last_day + timedelta(days=1))
    lines = signed_in(site, "B1").get("/wall").split("<tr>")
    assert any("答复期限" in line and re.search(r"<td>\s*代表工委\s*</td>", line) for line in lines)


@pytest.mark.both
def test_a_leader_confirms_u4_from_the_wall(site: Site) -> None:
    late(site, "C1", 20)
    leader = signed_in(site, "B1")
    page = leader.get("/wall")
    assert "等待决定的督办" in page_text(page)
    assert "逾期未定" in page_text(page)
    assert "待办 1 件" in page_text(leader.get("/cases?group=todo"))
    row = next(row for row in site.register.dossier("C1").supervisions.values() if row.level == "U4")
    shown = leader.submit("/wall/decide", "/wall", supervision=row.id, case="C1", do="confirm_supervision")
    assert "已确定督办" in page_text(shown)
    kept = site.register.dossier("C1").supervisions[row.id]
    assert (kept.state, kept.by) == ("CONFIRMED", "B1")


def test_declining_needs_a_reason_and_keeps_the_page(site: Site) -> None:
    late(site, "C1", 20)
    office = signed_in(site, "R1")
    row = next(iter(site.register.dossier("C1").supervisions.values()))
    page = office.submit("/wall/decide", "/wall", 409, supervision=row.id, case="C1", do="decline_supervision")
    assert "请写理由" in page_text(page)
    office.submit("/wall/decide", "/wall", supervision=row.id, case="C1", do="decline_supervision", reason="已约谈")
    assert site.register.dossier("C1").supervisions[row.id].state == "DECLINED"


def test_who_may_not_decide_sees_no_button_and_is_refused(site: Site) -> None:
    late(site, "C1", 20)
    row = next(iter(site.register.dossier("C1").supervisions.values()))
    auditor, government = signed_in(site, "A1"), signed_in(site, "M1")
    assert "等待决定的督办" in auditor.get("/wall")
    assert "/wall/decide" not in auditor.get("/wall")
    sent = {"supervision": row.id, "case": "C1", "do": "confirm_supervision"}
    auditor.post("/wall/decide", sent | {"csrf": csrf(auditor)}, 403)
    assert "等待决定的督办" not in government.get("/wall")
    other = signed_in(site, "B2")
    other.post("/wall/decide", sent | {"csrf": csrf(other)}, 404)


@pytest.mark.both
def test_the_week_counts_what_fell_due_and_what_comes(site: Site) -> None:
    walk(site.register, "C1", "C2", until="assign")
    receipt = deadline(site.register, "C1", "receipt_by").last_day
    act(site.register, receipt, "C1", "receipt", "handler")
    act(site.register, receipt + timedelta(days=2), "C2", "receipt", "handler")
    monday = receipt - timedelta(days=receipt.weekday())
    owner = week(site.register, Scope(region=CITY), monday).owners["unit:U1"]
    assert (owner.due, owner.in_time, owner.late) == (2, 1, 1)
    before = week(site.register, Scope(region=CITY), monday - timedelta(days=7))
    assert before.total.coming == 0
    site.clock = Standing(on=monday + timedelta(days=7))
    leader = signed_in(site, "B1")
    page = leader.get("/week")
    assert f"{monday} 至 {monday + timedelta(days=6)}" in page_text(page)
    assert "第1局" in page_text(page)
    assert "没有到期的" in page_text(signed_in(site, "B2").get("/week"))
    leader.get("/week?of=gestern", 404)
    leader.get("/week.xlsx")
    assert leader.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(leader.last.content)).get_sheet_by_index(0).to_python()
    assert sheet[0][:2] == ["谁办", "到期"]
    assert sheet[-1][0] == "合计"
    assert [sheet[1][at] for at in (0, 1, 2, 3)] == ["第1局", 2.0, 1.0, 1.0]


@pytest.mark.both
def test_a_duty_that_was_late_before_it_ended_void_stays_in_its_week_and_one_void_in_time_leaves_it(site: Site) -> None:
    walk(site.register, "C1", "C2", until="assign")
    receipt = deadline(site.register, "C1", "receipt_by").last_day
    act(site.register, receipt, "C1", "withdraw", "deputy", "D1", reason="已经解决")
    act(site.register, receipt + timedelta(days=1), "C2", "withdraw", "deputy", "D1", reason="已经解决")
    monday = receipt - timedelta(days=receipt.weekday())
    owner = week(site.register, Scope(region=CITY), monday).owners["unit:U1"]
    assert (owner.due, owner.in_time, owner.late, owner.open) == (1, 0, 1, 0)


@pytest.mark.both
def test_the_week_counts_what_climbed_and_what_came_under_supervision(site: Site) -> None:
    late(site, "C1", 20)
    row = next(iter(site.register.dossier("C1").supervisions.values()))
    act(site.register, site.today(), "C1", "confirm_supervision", "leader", "B1", supervision=row.id)
    monday = site.today() - timedelta(days=site.today().weekday())
    report = week(site.register, Scope(region=CITY), monday)
    assert report.total.supervised == 1
    climbed = [event for event in site.register.events("C1") if event["name"] == "limit.escalated"]
    in_week = [event for event in climbed if monday <= event["on"] <= report.last]
    assert report.total.escalated == len(in_week)
    assert climbed
    assert report.owners["unit:U1"].name == "第1局"


def test_lists_can_be_taken_along(site: Site) -> None:
    late(site, "C1", 20)
    leader = signed_in(site, "B1")
    for path, head in (("/wall.xlsx", "编号"), ("/cases.xlsx?group=all", "编号"), ("/findings.xlsx", "程度")):
        leader.get(path)
        assert leader.last is not None
        sheet = CalamineWorkbook.from_filelike(BytesIO(leader.last.content)).get_sheet_by_index(0).to_python()
        assert sheet[0][0] == head
    signed_in(site, "W2").get("/cases.xlsx")
    signed_in(site, "D1").get("/wall.xlsx", 403)
