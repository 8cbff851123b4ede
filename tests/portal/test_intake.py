"""The intake: the queue in its order, what is like each, and the lawful steps from there."""

from datetime import timedelta
from typing import Any

import pytest

from portal.visitor.site import Site
from storage import Register
from tests.builders import FIRST, a_draft, act, take, walk
from tests.portal.web import page_text, signed_in

LAMPS: dict[str, Any] = {
    "title": "关于柳湾路加装路灯的建议",
    "facts": "柳湾路中段没有路灯，夜间漆黑。",
    "proposal": "装路灯二十盏。",
}
AGAIN: dict[str, Any] = {
    "title": "关于柳湾路增设路灯的建议",
    "facts": "柳湾路中段没有路灯，行人摔倒。",
    "proposal": "尽快装灯。",
}


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def handed_in(desk: Register, case: str, day: int = 0, by: str = "D1", **data: Any) -> None:
    on = FIRST + timedelta(days=day)
    take(desk, on, a_draft(case, by=by, **{**LAMPS, **data}))
    act(desk, on, case, "submit", "deputy", by)


def answered(desk: Register, case: str, unit: str) -> str:
    """A suggestion about the lamps that this unit has; its number."""
    handed_in(desk, case)
    for name, data in (
        ("open_review", {}), ("register", {"subject_class": "环资城建", "committee": "城建委"}),
        ("propose_units", {"units": [{"unit": unit, "role": "SOLE"}]}), ("assign", {}),
    ):  # fmt: skip
        act(desk, FIRST, case, name, "registrar", **data)
    return desk.dossier(case).case.number


def section(page: str, case: str) -> str:
    return page.partition(f'aria-labelledby="t-{case}"')[2].partition("</section>")[0]


def test_what_was_handed_in_first_stands_first_and_nothing_else_stands_there(site: Site) -> None:
    desk = site.register
    for case, day in (("C2", 3), ("C3", 1), ("C1", 2)):
        handed_in(desk, case, day)
    take(desk, FIRST, a_draft("C4", title="草稿"))
    act(desk, FIRST + timedelta(days=4), "C1", "open_review", "registrar")
    page = signed_in(site, "R1").get("/intake")
    places = [page.index(f't-{case}"') for case in ("C3", "C1", "C2")]
    assert places == sorted(places)
    assert "C4" not in page
    assert "待审核登记 <b>3</b>" in page


def test_each_has_its_like_beside_it_with_what_both_say(site: Site) -> None:
    number = answered(site.register, "C1", "U1")
    handed_in(site.register, "C2", by="D2", **AGAIN)
    text = section(signed_in(site, "R1").get("/intake"), "C2")
    assert number in text
    assert 'href="/case/C1"' in text
    assert "<mark>柳湾路" in text
    assert "没有路灯" in page_text(text)


@pytest.mark.both
def test_the_registrar_reviews_and_registers_together_with_a_similar_one_and_comes_back(site: Site) -> None:
    desk = site.register
    number = answered(desk, "C1", "U1")
    handed_in(desk, "C2", by="D2", **AGAIN)
    browser = signed_in(site, "R1")
    text = section(browser.get("/intake"), "C2")
    assert "与它并案登记" not in text
    assert "do=open_review&amp;on=&amp;back=intake" in text
    browser.submit("/act/C2?do=open_review&on=&back=intake", "/intake")
    assert browser.path == "/intake"
    text = section(browser.get("/intake"), "C2")
    link = text.partition('<a href="/act/C2?do=register')[2].partition('"')[0].replace("&amp;", "&")
    form = browser.get("/act/C2?do=register" + link)
    assert f'name="merged_group" type="text" value="{number}"' in form
    assert 'value="环资城建"' in form
    page = browser.submit(
        "/act/C2?do=register&on=&back=intake", "/act/C2?do=register" + link,
        subject_class="环资城建", committee="K1", number="", merged_group=number, status=422,
    )  # fmt: skip
    assert "归口委员会" in page_text(page)
    desk.import_directory(
        "units", [(1, {"id": "K1", "name": "城建委", "region": "321300", "kind": "committee"})]
    )
    browser.submit(
        "/act/C2?do=register&on=&back=intake", "/act/C2?do=register" + link,
        subject_class="环资城建", committee="K1", number="", merged_group=number,
    )  # fmt: skip
    assert browser.path == "/intake"
    case = desk.dossier("C2").case
    assert (case.state, case.merged_group) == ("REGISTERED", number)
    assert number in section(browser.get("/intake?queue=units"), "C2").partition("并案")[2]
    assert desk.dossier("C1").case.state == "ASSIGNED"


def test_units_are_proposed_with_the_reason_and_taken_over_into_the_form(site: Site) -> None:
    desk = site.register
    for case, unit in (("C1", "U2"), ("C2", "U2"), ("C3", "U3")):
        answered(desk, case, unit)
    handed_in(desk, "C4", by="D2", **AGAIN)
    act(desk, FIRST, "C4", "open_review", "registrar")
    act(desk, FIRST, "C4", "register", "registrar", subject_class="环资城建", committee="委")
    for person in ("R1", "G1"):
        browser = signed_in(site, person)
        text = section(browser.get("/intake?queue=units"), "C4")
        assert "第2局" in text
        assert "2 件相似建议由其承办" in page_text(text)
        assert "“环资城建”类有 2 件由其承办" in page_text(text)
        assert text.index("第2局") < text.index("第3局")
    link = text.partition('<a href="/act/C4?do=propose_units')[2].partition('"')[0].replace("&amp;", "&")
    form = browser.get("/act/C4?do=propose_units" + link)
    assert '<option value="U2" selected>' in form
    assert "2 件相似建议由其承办" in form
    browser.submit(
        "/act/C4?do=propose_units&on=&back=intake", "/act/C4?do=propose_units" + link,
        unit=["U2", ""], role=["SOLE", "CO"], part=["", ""], reason="相似建议由其承办",
    )  # fmt: skip
    assert browser.path == "/intake"
    assert desk.dossier("C4").case.proposed == [{"unit": "U2", "role": "SOLE", "part": ""}]
    assert "已拟：第2局" in page_text(section(browser.get("/intake?queue=units"), "C4"))


def test_a_similar_one_without_a_number_cannot_be_merged_with_yet(site: Site) -> None:
    handed_in(site.register, "C1")
    handed_in(site.register, "C2", by="D2", **AGAIN)
    act(site.register, FIRST, "C2", "open_review", "registrar")
    text = section(signed_in(site, "R1").get("/intake"), "C2")
    assert 'href="/case/C1"' in text
    assert "与它并案登记" not in text


def test_the_dispatcher_sees_what_waits_for_units_and_nothing_before(site: Site) -> None:
    handed_in(site.register, "C1")
    walk(site.register, "C2", until="register")
    page = signed_in(site, "G1").get("/intake")
    assert "t-C2" in page
    assert "C1" not in page
    assert "待审核登记 <b>0</b>" in page


def test_protected_names_are_seen_by_the_registrar_alone(site: Site) -> None:
    handed_in(site.register, "C1", secrecy="IDENTITY_PROTECTED")
    act(site.register, FIRST, "C1", "open_review", "registrar")
    act(site.register, FIRST, "C1", "register", "registrar", subject_class="环资城建", committee="委")
    assert "代表1" in signed_in(site, "R1").get("/intake")
    page = signed_in(site, "G1").get("/intake")
    assert "t-C1" in page
    assert "代表1" not in page


@pytest.mark.parametrize("person", ["D1", "W1", "H1"])
def test_the_intake_is_the_offices_alone(site: Site, person: str) -> None:
    signed_in(site, person).get("/intake", 403)


def test_more_than_a_page_is_paged_and_a_wrong_address_is_told(site: Site) -> None:
    for number in range(12):
        handed_in(site.register, f"C{number:02}", title=f"关于第{number}件事的建议")
    browser = signed_in(site, "R1")
    first, second = browser.get("/intake"), browser.get("/intake?queue=review&start=10")
    assert 'href="/intake?queue=review&amp;start=10"' in first
    assert (first.count('aria-labelledby="t-'), second.count('aria-labelledby="t-')) == (10, 2)
    assert "没有待办的件" in browser.get("/intake?start=99999")
    browser.get("/intake?queue=nowhere", 404)


def test_a_list_is_searched_by_what_the_suggestions_say(site: Site) -> None:
    handed_in(site.register, "C1")
    handed_in(site.register, "C2", title="关于修桥的建议", facts="桥面破损", proposal="大修")
    browser = signed_in(site, "R1")
    assert "修桥" in browser.get("/cases?q=桥面 大修")
    page = browser.get("/cases?q=漆")
    assert "柳湾路" in page
    assert "修桥" not in page
    assert "没有找到" in browser.get("/cases?q=没有的词")
    browser.get("/cases?q=%27%22%25")
    browser.get("/cases?q=%00%27%22%25", 422)
