"""Lists are sorted by a click on a head, on the page, on its next pages and in the workbook of the same list."""

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook

from portal.visitor.site import Site
from portal.web import case_pages
from storage import Register
from tests.portal.city import a_city
from tests.portal.web import Browser, a_site, page_text, signed_in

HEAD = re.compile(r'<th scope="col" aria-sort="(\w+)">\s*<a href="([^"]+)">(.*?)</a>')
CASE = re.compile(r'<td>\s*<a href="/case/([^"]+)">')


@pytest.fixture
def site(desk: Register) -> Site:
    a_city(desk)
    return a_site(desk)


def heads(page: str) -> dict[str, tuple[str, str]]:
    return {name: (way, unescape(link)) for way, link, name in HEAD.findall(page)}


def test_the_most_urgent_stands_first_and_a_head_turns_the_list_round(site: Site) -> None:
    reader = signed_in(site, "R1")
    usual = reader.get("/cases?group=all&q=修路")
    way, link = heads(usual)["最后一天"]
    assert (way, link) == ("ascending", "/cases?group=all&q=%E4%BF%AE%E8%B7%AF&sort=-due")
    assert {way for name, (way, _) in heads(usual).items() if name != "最后一天"} == {"none"}
    assert CASE.findall(usual) == CASE.findall(reader.get("/cases?group=all&q=修路&sort=due"))
    falling = reader.get(link)
    assert heads(falling)["最后一天"][0] == "descending"
    assert sorted(CASE.findall(usual)) == sorted(CASE.findall(falling))
    assert CASE.findall(usual) != CASE.findall(falling)
    assert {way for way, _ in heads(reader.get("/cases?group=done")).values()} <= {"none"}


def test_the_workbook_has_days_as_days_and_what_is_left_as_numbers(site: Site) -> None:
    rows = _rows(signed_in(site, "R1"), "/cases.xlsx?group=doing")
    days, left = (rows[0].index(head) for head in ("最后一天", "剩余天数"))
    limits = [(row[days], row[left]) for row in rows[1:] if row[days]]
    assert [day for day, _ in limits] == sorted(day for day, _ in limits)
    assert all((day.date() - site.today()).days == number for day, number in limits)
    assert limits


def test_the_order_goes_on_in_the_next_pages_and_in_the_workbook(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = signed_in(site, "R1")
    page = reader.get("/cases?group=all&sort=title")
    whole = CASE.findall(page)
    titles = _column(reader, re.findall(r'href="(/cases.xlsx[^"]+)"', page)[0], "标题")
    assert titles == sorted(titles)
    assert len(titles) == len(whole) > 4
    monkeypatch.setattr(case_pages, "PAGE", 2)
    page, cases = reader.get("/cases?group=all&sort=title"), list[str]()
    while True:
        cases += CASE.findall(page)
        following = re.findall(r'href="(/cases\?[^"]+after=[^"]+)"', page)
        if not following:
            break
        page = reader.get(unescape(following[0]))
    assert cases == whole


def _column(reader: Browser, address: str, head: str) -> list[str]:
    named, *rows = _rows(reader, unescape(address))
    at = named.index(head)
    return [str(row[at] or "") for row in rows]


def _rows(reader: Browser, address: str) -> list[tuple[Any, ...]]:
    reader.get(address)
    assert reader.last is not None
    return list(load_workbook(BytesIO(reader.last.content)).worksheets[0].iter_rows(values_only=True))


@pytest.mark.parametrize(("path", "who"), [("/cases", "R1"), ("/wall", "R1"), ("/opinions", "K1")])
@pytest.mark.parametrize("kind", ["", ".xlsx"])
def test_what_no_column_is_sorted_by_is_refused_in_words(site: Site, path: str, who: str, kind: str) -> None:
    reader = signed_in(site, who)
    assert "不能按 lead 排序" in page_text(reader.get(f"{path}{kind}?sort=-lead", 404))
    assert reader.get(f"{path}{kind}?sort=due") is not None


def test_a_list_is_narrowed_by_its_address_and_each_chip_takes_one_off(site: Site) -> None:
    reader = signed_in(site, "R1")
    rows = _rows(reader, "/cases.xlsx?group=all&unit=U1")
    at, day = rows[0].index("承办"), rows[0].index("最后一天")
    whole = _rows(reader, "/cases.xlsx?group=all")
    assert 0 < len(rows) - 1 < len(whole) - 1
    assert len({row[at] for row in rows[1:]}) < len({row[at] for row in whole[1:]})
    latest = max(row[day] for row in whole[1:] if row[day]).date()
    late = _rows(reader, f"/cases.xlsx?group=all&since={latest}&until={latest}")
    assert 1 < len(late) < len(whole)
    page = reader.get(f"/cases?group=all&unit=U1&until={latest}&since=")
    offs = [unescape(link) for link in re.findall(r'<a class="button" href="([^"]+)" aria-label="去掉', page)]
    assert offs == [f"/cases?group=all&until={latest}", "/cases?group=all&unit=U1"]
    assert "没有件" in page_text(reader.get("/cases?group=all&unit=nobody"))
