"""Writing a suggestion: hints that never block, and what was already said, as far as a deputy may know of it."""

from datetime import date
from typing import Any

import pytest

from portal.visitor.rights import RIGHTS, Past, past_scopes, rights_page
from portal.visitor.site import Site
from portal.visitor.writing_hints import hints, numbered
from states.roles import Role
from storage import Register
from storage.accounts import Visitor
from storage.visible import Scope
from tests.builders import CITY, ELSEWHERE, FIRST, a_draft, act, rows, take, walk
from tests.portal.city import a_city
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in

LAMPS: dict[str, Any] = {
    "title": "关于在柳湾路中段加装路灯的建议",
    "facts": "柳湾路中段约800米没有路灯，近年来夜间行人摔倒3起，沿线三个小区两千多户居民晚上出行不便，多次反映未果。",
    "proposal": "一、2026年年底前由城市管理局在柳湾路中段加装路灯20盏；二、明确管护单位，每季度检修一次。",
}
POOR: dict[str, Any] = {
    "title": "修路、停车、噪声",
    "facts": "群众意见很大。另外还有别的事。",
    "proposal": "请高度重视，进一步加强领导。",
}


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def wrong(title: str = "", facts: str = "", proposal: str = "", points: int = 1) -> set[str]:
    return {hint.what for hint in hints(title, facts, proposal, points) if not hint.good}


def look(browser: Browser, **typed: Any) -> str:
    return browser.submit("/write", "/write", look="yes", points="1", **typed)


def registered(desk: Register, case: str, by: str = "D2", **data: Any) -> None:
    take(desk, FIRST, a_draft(case, by=by, **{**LAMPS, **data}))
    act(desk, FIRST, case, "submit", "deputy", by)
    act(desk, FIRST, case, "open_review", "registrar")
    act(desk, FIRST, case, "register", "registrar", subject_class="环资城建", committee="城建委")


def test_a_suggestion_that_is_well_written_gets_no_hint() -> None:
    assert wrong(**LAMPS, points=2) == set()


def test_a_poor_one_is_told_what_would_make_it_better() -> None:
    assert wrong(**POOR) == {"标题", "一事一议", "案由", "地点", "时间", "数字", "具体建议", "可以检验"}


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"title": "路灯"}, "标题"),
        ({"title": "关于路灯、停车以及噪声的建议"}, "一事一议"),
        ({"facts": LAMPS["facts"] + "另外，河道也脏。"}, "一事一议"),
        ({"facts": "柳湾路2019年起没有路灯。"}, "案由"),
        ({"facts": ""}, "案由"),
        ({"proposal": ""}, "具体建议"),
        ({"proposal": "装灯。"}, "具体建议"),
        ({"facts": LAMPS["facts"] * 40}, "篇幅"),
    ],
)
def test_each_rule_speaks_of_its_own(changed: dict[str, Any], what: str) -> None:
    assert what in wrong(**{**LAMPS, **changed}, points=2)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("一、甲。二、乙。三、丙。", 3),
        ("1. 甲\n2. 乙", 2),
        ("（一）甲；（二）乙", 2),
        ("①甲\n②乙", 2),
        ("一是甲；二是乙", 2),
        ("水位到 3.5 米时报警", 0),
        ("甲", 0),
    ],
)
def test_numbered_requests_are_counted(text: str, count: int) -> None:
    assert numbered(text) == count
    if count > 1:
        assert "分条" in wrong("关于某事的建议", "某", text, 1)
        assert "分条" not in wrong("关于某事的建议", "某", text, count)
    else:
        assert "分条" in wrong("关于某事的建议", "某", text, 2)


def test_looking_shows_hints_and_similar_ones_keeps_what_was_typed_and_stores_nothing(site: Site) -> None:
    registered(site.register, "C1")
    browser = signed_in(site, "D1")
    page = look(browser, title="路灯问题", facts="柳湾路中段没有路灯", proposal="<b>加装")
    assert 'value="路灯问题"' in page
    assert "&lt;b&gt;加装" in page
    assert "标题写成" in page_text(page)
    assert "<mark>柳湾路中段</mark>" in page
    assert "没有这一件" not in page
    assert "/case/" not in page.partition('<main id="main">')[2]
    assert page_text(browser.get("/cases")).count("没有在办的件") == 1


def test_hints_never_keep_a_suggestion_from_being_written(site: Site) -> None:
    browser = signed_in(site, "D1")
    page = browser.submit("/write", "/write", points="1", secrecy="NONE", rulebook="suqian", **POOR)
    assert "已办" in page_text(page)
    case = browser.path.removeprefix("/case/")
    assert "已提交" in page_text(browser.act(case, "submit"))


def test_the_page_without_looking_has_neither(site: Site) -> None:
    page = signed_in(site, "D1").get("/write")
    assert 'id="hints" aria-live="polite"></div>' in page
    assert "看提示、查找相似" in page


def test_the_piece_for_the_script_is_the_same_and_only_for_writers(site: Site) -> None:
    registered(site.register, "C1")
    browser = signed_in(site, "D1")
    csrf = browser.get("/write").partition('name="csrf" value="')[2].partition('"')[0]
    piece = browser.post("/write/hints", {"csrf": csrf, "title": LAMPS["title"], "points": "x"})
    assert "<html" not in piece
    assert "写作提示" in piece
    assert "柳湾路" in piece
    browser.post("/write/hints", {"title": LAMPS["title"]}, 403)
    office = signed_in(site, "R1")
    csrf = office.get("/cases").partition('name="csrf" value="')[2].partition('"')[0]
    office.post("/write/hints", {"csrf": csrf}, 403)


@pytest.mark.both
def test_of_others_a_deputy_learns_number_title_class_and_progress_and_no_more(site: Site) -> None:
    desk = site.register
    registered(desk, "C1")
    registered(desk, "C2", secrecy="IDENTITY_PROTECTED", title="关于在柳湾路加装保护灯的建议")
    take(desk, FIRST, a_draft("C3", by="D3", **{**LAMPS, "title": "关于柳湾路加装草稿灯的建议"}))
    take(desk, FIRST, a_draft("C4", by="D4", **{**LAMPS, "title": "关于柳湾路加装提交灯的建议"}))
    act(desk, FIRST, "C4", "submit", "deputy", "D4")
    page = look(signed_in(site, "D1"), title=LAMPS["title"], facts="柳湾路中段没有路灯", proposal="装")
    similar = page_text(page.partition("相似的建议</h2>")[2])
    number = desk.dossier("C1").case.number
    assert number
    for word in (number, "环资城建", "已登记"):
        assert word in similar
    for secret in ("代表2", "D2", "保护灯", "草稿灯", "提交灯", "两千多户", "管护单位"):
        assert secret not in similar
    own = look(signed_in(site, "D3"), title=LAMPS["title"], facts="柳湾路中段没有路灯", proposal="装")
    assert "还没有登记" in own
    assert 'href="/case/C3"' in own
    assert 'href="/case/C1"' not in own


def test_a_deputy_does_not_learn_how_another_judged(site: Site) -> None:
    desk = site.register
    walk(desk, "C1", until="send_forms")
    act(
        desk, date(2025, 6, 1), "C1", "evaluate", "deputy",
        attitude="SATISFIED", result="DISSATISFIED", reason="没有解决",
    )  # fmt: skip
    assert desk.dossier("C1").case.state == "REHANDLE_REVIEW"
    page = look(signed_in(site, "D2"), title="关于修路的建议", facts="路面破损", proposal="整修")
    similar = page_text(page.partition("相似的建议</h2>")[2])
    assert "已答复" in similar
    assert "不满意" not in similar
    assert "审" not in similar


def test_the_rule_stands_in_the_table_of_rights(site: Site) -> None:
    def visitor(role: str, **more: str | tuple[str, ...]) -> Visitor:
        fields = {"person": "P1", "unit": "", "region": CITY, **more}
        return Visitor("a", "", "", name="", role=role, unit_name="", **fields)  # type: ignore[arg-type]

    open_ = Scope(region=CITY, open_only=True)
    assert past_scopes(visitor("deputy")) == (Scope(deputies=("P1",)), open_)
    assert past_scopes(visitor("proxy", deputies=("D1",))) == (Scope(deputies=("D1",)), open_)
    assert past_scopes(visitor("registrar")) == (Scope(region=CITY, since="submitted", talks=True),)
    shown = {role for role, right in RIGHTS.items() if right.past != Past.NONE}
    assert shown == {Role.DEPUTY, Role.PROXY, Role.REGISTRAR, Role.DISPATCHER}
    for role in set(RIGHTS) - shown:
        assert past_scopes(visitor(role, unit="U1")) == ()
    assert "另有本区划已登记、不涉身份保护的" in rights_page()


def test_suggestions_of_another_region_are_not_shown(site: Site) -> None:
    registered(site.register, "C1")
    site.register.import_directory(
        "people", rows([{"id": "D9", "name": "外地代表", "role": "deputy", "region": ELSEWHERE}])
    )
    page = look(signed_in(site, "D9"), title=LAMPS["title"], facts=LAMPS["facts"], proposal="装")
    assert "没有找到相似的建议" in page


def test_a_revision_that_empties_a_field_is_asked_for_it(register: Register) -> None:
    """Left out, the old text would stay, and the deputy would think it gone."""
    a_city(register)
    deputy = signed_in(Site(register, Standing()), "D1")
    title = register.dossier("draft").case.title
    page = deputy.act("draft", "revise", status=409, title="  ", facts="一盏也不亮")
    assert "请写标题" in page
    assert "一盏也不亮" in page
    for key, name in (("facts", "案由"), ("proposal", "建议")):
        kept = {"title": title, "facts": "一盏也不亮", "proposal": "修好路灯"} | {key: " "}
        page = deputy.act("draft", "revise", status=409, **kept)
        assert f"“{name}”是空的" in page
    assert register.dossier("draft").case.title == title
    deputy.act("draft", "revise", title="路灯整条街不亮", facts="一盏也不亮")
    assert register.dossier("draft").case.title == "路灯整条街不亮"
