"""Rows pasted out of a sheet: each cell as it was seen there, or its row comes back."""

import re
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.tables.pasted import cells
from portal.visitor.site import Site
from portal.web.pasting import as_pasted
from storage import Register
from tests.builders import rows
from tests.portal.test_opinions import CLERKS, PLACES, a_sheet, cases
from tests.portal.web import Browser, page_text, signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("people", rows(CLERKS))
    desk.import_directory("places", rows(PLACES))
    return Site(desk)


def pasting(browser: Browser, text: str, status: int = 200) -> str:
    """What the page says to rows that were pasted."""
    csrf = re.findall(r'name="csrf" value="([^"]+)"', browser.get("/reception"))[0]
    fields = {"csrf": csrf, "key": uuid4().hex, "place": "P1", "paste": text}
    return browser.post("/reception", fields, status)


def bodies(site: Site) -> list[str]:
    return sorted(site.register.dossier(case).case.title for case in cases(site))


def test_a_quote_in_a_pasted_cell_is_a_letter_and_swallows_nothing(site: Site) -> None:
    deputy = signed_in(site, "D1")
    text = '标题\t内容\r\n"一站式"服务太慢\t排队\r\n"没有下文\t再问\r\n第三件\t说"好"的\r\n第四件\t"夜里\n""很吵"""\r\n'
    assert "收到 4 件" in page_text(pasting(deputy, text))
    assert bodies(site) == sorted(['"一站式"服务太慢', '"没有下文', "第三件", "第四件"])
    (fourth,) = [row for row in cells(text) if row[0] == "第四件"]
    assert fourth[1] == '夜里\n"很吵"'


def test_a_pasted_cell_that_nobody_reads_is_named_or_its_row_refused(site: Site) -> None:
    deputy = signed_in(site, "D1")
    text = page_text(pasting(deputy, "标题\t内容\t备注\n噪声\t夜里\t急\n"))
    assert "没有读粘贴的这几列：C 备注" in text
    assert "收到 1 件" in text
    text = page_text(pasting(deputy, "路灯\t坏了\t\t\t\t\t多出来的\n", 422))
    assert "有 7 格，最多 6 格" in text
    text = page_text(pasting(deputy, "标题\t内容\n#N/A\t夜里\n", 422))
    assert "标题是错误值 #N/A" in text
    assert "重复" in page_text(pasting(deputy, "标题\t内容\t标题\n甲\t乙\t丙\n", 422))
    assert len(cases(site)) == 1


def test_a_file_of_opinions_names_the_columns_that_were_left_aside(site: Site) -> None:
    deputy = signed_in(site, "D1")
    sheet = a_sheet([("噪声", "夜里", "急")], ("标题", "内 容", "备注"))
    text = page_text(deputy.submit("/reception", "/reception", place="P1", files=sheet))
    assert "没有读这几列 columns not read: C 备注" in text
    assert "收到 1 件" in text


@given(st.lists(st.lists(st.text(st.sampled_from('甲"\n ,;'), max_size=6), min_size=2, max_size=3), max_size=4))
def test_rows_that_come_back_to_be_mended_are_read_again_as_they_were(rows: list[list[str]]) -> None:
    assert list(cells(as_pasted(rows)))[: len(rows)] == rows
