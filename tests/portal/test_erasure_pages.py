"""The page on which the office erases: who sees it, who confirms, and that nobody else sees the words."""

import re
from datetime import timedelta

import pytest

from portal.visitor.site import Site
from storage import Register
from storage.erasing import erasures
from storage.erasure_list import ErasureList
from storage.sealing import verify
from tests.builders import CITY, ELSEWHERE, FIRST, act, an_action, rows, take
from tests.portal.city import a_whole_directory
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in
from tests.storage.test_erasing import holding

NAME = "张三丰"
COLLEAGUES = (
    {"id": "R8", "name": "登记员八", "role": "registrar", "region": CITY},
    {"id": "R9", "name": "外地登记员", "role": "registrar", "region": ELSEWHERE},
)


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    register.import_directory("people", rows(COLLEAGUES))
    draft = {"title": "路灯", "body": f"我叫{NAME}。路灯不亮。", "rulebook": "reception", "region": CITY}
    take(register, FIRST, an_action("O1", "record", "registrar", **draft))
    act(register, FIRST, "O1", "route", "registrar", unit="U1")
    return Site(register, Standing(on=FIRST + timedelta(days=1)))


def ask(browser: Browser, status: int = 200, case: str = "O1", **fields: str) -> str:
    return browser.submit("/erasures", "/erasures?case=O1", status, do="ask", case=case, **fields)


@pytest.mark.both
def test_two_registrars_erase_on_the_page(site: Site) -> None:
    first, second = signed_in(site, "R1"), signed_in(site, "R8")
    assert '/erasures?case=O1"' in first.get("/case/O1")
    assert 'value="O1"' in first.get("/erasures?case=O1")
    assert "请写要删除哪些字" in ask(first, 409, words="")
    assert "不能选 else" in ask(first, 409, words=NAME, ground="else")
    assert "已申请" in ask(first, words=f"{NAME}\n", reason="来电")
    assert "确认删除" not in first.get("/erasures")
    page = page_text(second.get("/erasures"))
    assert f"要删的字：{NAME}" in page
    assert "没有" in page
    (waiting,) = erasures(site.register)
    first.post("/erasures", {"csrf": csrf(first), "do": "confirm", "id": waiting.id}, 409)
    second.post("/erasures", {"csrf": csrf(second), "do": "confirm", "id": waiting.id})
    assert holding(site.register, NAME) == set()
    assert "我叫〔已删除〕" in second.get("/case/O1")
    assert "改了 1 行" in page_text(first.get("/erasures"))
    assert ErasureList(site.register, site.erasures.path.with_suffix("")).write() == 0
    assert verify(site.register).faults == []
    entries = {(entry["what"], entry["account"]) for entry in site.accounts.noted(case_id="O1")}
    assert entries >= {("erase-ask", "R1"), ("erase-confirm", "R8")}


def csrf(browser: Browser) -> str:
    return str(re.findall(r'name="csrf" value="([^"]+)"', browser.get("/inbox"))[0])


def test_nobody_else_sees_the_words_or_decides(site: Site) -> None:
    ask(signed_in(site, "R1"), words=NAME)
    (waiting,) = erasures(site.register)
    stranger = signed_in(site, "R9")
    assert NAME not in stranger.get("/erasures")
    ask(stranger, 404, words=NAME)
    for do in ("confirm", "refuse"):
        stranger.post("/erasures", {"csrf": csrf(stranger), "do": do, "id": waiting.id}, 404)
    for person in ("D1", "W1", "G1", "L1", "K1"):
        browser = signed_in(site, person)
        browser.get("/erasures", 403)
        browser.post("/erasures", {"csrf": csrf(browser), "do": "confirm", "id": waiting.id}, 403)
    first = signed_in(site, "R1")
    first.post("/erasures", {"csrf": csrf(first), "do": "else", "id": waiting.id}, 409)
    assert [erasure.outcome for erasure in erasures(site.register)] == [""]
    signed_in(site, "R8").submit("/erasures", "/erasures", do="refuse", id=waiting.id)
    assert "没有删除" in signed_in(site, "R1").get("/erasures")
    assert NAME not in signed_in(site, "R1").get("/erasures")
