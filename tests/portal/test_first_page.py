"""The first page: what is to do, the most urgent first, with the numbers of the lists to which they lead."""

import re
from datetime import timedelta

import pytest

from portal.visitor.site import Site
from portal.web import first_page
from storage import Register
from tests.builders import CITY, FIRST, deadline, morning, walk
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def titles(page: str) -> list[str]:
    return re.findall(r'<a href="/case/([^"]+)">', page)


def test_the_most_urgent_stands_first_and_the_numbers_are_those_of_the_lists(site: Site) -> None:
    register = site.register
    walk(register, "C1", until="assign", on=FIRST + timedelta(days=60))
    walk(register, "C2", until="assign", on=FIRST)
    site.clock = Standing(deadline(register, "C2", "receipt_by").last_day + timedelta(days=1))
    register.sweep(morning(site.today()))
    handler = signed_in(site, "W1")
    page = handler.get("/")
    assert titles(page)[0] == "C2"
    assert "已逾期 1 件" in page_text(page)
    for group, count, words in (("todo", 2, "等我办 2 件 逾期 1 件"), ("late", 1, "逾期 1 件 过了最后一天")):
        assert words in page_text(page)
        assert len(titles(handler.get(f"/cases?group={group}"))) == count


def test_a_page_without_tasks_says_so(site: Site) -> None:
    page = page_text(signed_in(site, "W1").get("/"))
    assert "等我办 0 件" in page
    assert "没有等您办的" in page
    assert "谁逾期" not in page


def test_who_is_late_is_named_to_those_who_watch_over_others(site: Site) -> None:
    register = site.register
    walk(register, "C1", until="receipt")
    site.clock = Standing(deadline(register, "C1", "reply_by").last_day + timedelta(days=20))
    register.sweep(morning(site.today()))
    page = signed_in(site, "R1").get("/")
    assert "谁逾期" in page
    (link,) = re.findall(r'<a href="(/wall\?who=unit%3AU1)">', page)
    wall = page_text(signed_in(site, "R1").get(link))
    late = re.search(r"第1局 (\d+) 项", page_text(page))
    assert late is not None
    assert f"第1局 {late[1]} 项" in wall
    assert "谁逾期" not in signed_in(site, "W1").get("/")


def test_what_does_not_stand_on_the_page_is_counted(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_page, "TASKS", 1)
    walk(site.register, "C1", "C2", "C3", until="assign")
    page = page_text(signed_in(site, "W1").get("/"))
    assert "还有 2 件" in page


def test_an_administrator_comes_to_their_first_list(site: Site) -> None:
    browser = signed_in(site, "security", "security")
    browser.get("/")
    assert browser.path == "/accounts"


def test_the_office_is_named_as_its_papers_name_it(site: Site) -> None:
    name = site.papers.offices.of_region(CITY, "宿迁市").name
    assert name in signed_in(site, "R1").get("/")
    assert name in signed_in(site, "security", "security").get("/accounts")
