"""Papers on the pages: whose they are, what the judged side must not have, the register of papers and its lists."""

from collections.abc import Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from python_calamine import CalamineWorkbook

from flows.automatic_papers import make_papers
from notifications.papers import KINDS, LISTS
from portal.visitor.site import Site
from storage import Register, open_engine
from storage.papers import papers_in, papers_of
from tests.builders import CITY, LIBRARY, act, noon, opinions, walk
from tests.databases import Databases
from tests.papers import words_of
from tests.portal.city import a_whole_directory, judged
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in

ON = date(2025, 12, 31)

TO_UNIT = {
    "assign_sheet", "return_decision", "extension_decision", "rehandle_notice", "urge_notice", "supervision_sheet",
    "circular", "supervision_letter", "supervision_plan", "consult_letter", "reply_letter",
}  # fmt: skip
TO_DEPUTY = {"assigned_notice", "consult_letter", "reply_letter", "feedback_form"}


def a_site(register: Register) -> Site:
    site = Site(register, Standing(ON))
    site.accounts.mandate("A1", "D1", date(2025, 1, 1), None, "R1", site.real_now())
    return site


@pytest.fixture
def site(year: Register) -> Site:
    """No paper has its number yet."""
    return a_site(year)


@pytest.fixture
def register(sqlite: Databases) -> Iterator[Register]:
    engine = open_engine(sqlite.fresh())
    yield Register(engine, LIBRARY)
    engine.dispose()


def kinds_had(site: Site, who: str) -> set[str]:
    """The kinds of the papers of J-1 that somebody gets; what a page links can be had, and nothing else."""
    browser = signed_in(site, who)
    page = browser.get("/case/J-1")
    had = set()
    for row in papers_of(site.register, "J-1"):
        path = f"/paper/{row['id']}"
        linked = path in unquote(page)
        answer = browser.http.get(path)
        assert answer.status_code == (200 if linked else 404), (who, row["kind"])
        if linked:
            assert answer.content.startswith(b"PK")
            had.add(row["kind"])
    return had


def test_everybody_has_the_papers_that_are_addressed_to_him_and_no_other(papered: Register) -> None:
    site = a_site(papered)
    every = {row["kind"] for row in papers_of(site.register, "J-1")}
    assert kinds_had(site, "W1") == TO_UNIT
    assert kinds_had(site, "D1") == kinds_had(site, "A1") == TO_DEPUTY
    assert kinds_had(site, "D2") == TO_DEPUTY - {"feedback_form"}, "the lead alone evaluates here"
    for who in ("R1", "G1"):
        assert kinds_had(site, who) == every, who
    signed_in(site, "W2").get(f"/paper/{papers_of(site.register, 'J-1')[0]['id']}", 404)


def test_a_unit_that_gave_its_part_back_has_no_paper_of_the_case_any_more(site: Site) -> None:
    signed_in(site, "H2").get("/case/J-1", 404)


def test_the_judged_side_has_no_paper_of_a_judgement_before_its_time(register: Register) -> None:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms", rulebook="chongqing")
    on = judged(register, "C1", "没有动工")
    act(register, on, "C1", "decline_rehandle", "registrar", reason="已经列入明年计划")
    site = Site(register, Standing(on))
    for who, has in (("R1", True), ("D1", True), ("W1", False)):
        page = signed_in(site, who).get("/case/C1")
        assert ("不予重新办理的告知书" in page) == has, who


def test_a_paper_of_a_supervision_that_tells_of_a_judgement_is_hidden_as_its_page_is(register: Register) -> None:
    """What the ladder of dissatisfaction began: planned and reported, no paper of it before the office decided."""
    a_whole_directory(register)
    walk(register, "C1", until="send_forms", rulebook="chongqing")
    on = judged(register, "C1", "没有动工")
    data = {"kind": "FIELD", "level": "Q2", "key": "feedback_by"}
    act(register, on, "C1", "propose_supervision", "system", "duban", **data)
    act(register, on, "C1", "plan_supervision", "registrar", plan="先看现场")
    site = Site(register, Standing(on))

    def had() -> list[str]:
        make_papers(register, noon(on))
        (plan,) = (row for row in papers_of(register, "C1") if row["kind"] == "supervision_plan")
        papers = []
        for who in ("R1", "L1", "W1", "H1", "G1", "M1"):
            browser = signed_in(site, who)
            linked = "归口督办方案" in browser.get("/case/C1")
            assert browser.http.get(f"/paper/{plan['id']}").status_code == (200 if linked else 404), who
            papers += [who] if linked else []
        return papers

    assert had() == ["R1", "L1"]
    act(register, on, "C1", "order_rehandle", "registrar", reason="重新办理")
    assert had() == ["R1", "L1"], "the case does not list such a supervision to the judged side then either"


def test_a_paper_gets_its_number_when_somebody_wants_it_first(site: Site) -> None:
    browser = signed_in(site, "R1")
    page = browser.get("/case/J-1")
    assert "宿人办交" not in page
    assert papers_of(site.register, "J-1") == []
    path = unquote(page).partition('href="/paper/')[2].partition('"')[0]
    answer = browser.http.get(f"/paper/{path}")
    name = unquote(answer.headers["content-disposition"].partition("UTF-8''")[2])
    assert name.endswith("〔2025〕1号.docx")
    assert answer.headers["content-type"].endswith("wordprocessingml.document")
    assert "宿人办交〔2025〕1号" in browser.get("/case/J-1")
    assert browser.http.get(f"/paper/{path}").content == answer.content


def test_the_register_of_papers_lists_them_and_gives_them_as_a_workbook(site: Site) -> None:
    browser = signed_in(site, "R1")
    assert "这些天没有发文" in browser.get("/papers")
    page = browser.submit("/papers/number", "/papers")
    assert browser.path == "/papers"
    assert page_text(page).count("宿人办交〔2025〕") == 3
    assert "这些天没有发文" in browser.get("/papers?since=2025-01-01&until=2025-01-31")
    rows = sheet(browser, "paper_register")
    assert rows[0][:3] == ["序号", "发文字号", "文种"]
    assert len(rows) == 1 + len(papers_in(site.register, CITY))
    signed_in(site, "L1").get("/papers")
    for who in ("W1", "D1", "G1", "C1"):
        signed_in(site, who).get("/papers", 403)


def sheet(browser: Browser, kind: str) -> list[list[Any]]:
    answer = browser.http.get(f"/papers/list?kind={kind}&form=xlsx&since=2025-01-01&until=2025-12-31")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return book.get_sheet_by_index(0).to_python()


@pytest.mark.parametrize("kind", [kind.id for kind in LISTS])
def test_a_list_is_had_as_a_paper_and_as_a_workbook(site: Site, kind: str) -> None:
    browser = signed_in(site, "R1")
    answer = browser.http.get(f"/papers/list?kind={kind}&since=2025-01-01&until=2025-12-31&unit=U1")
    assert answer.status_code == 200
    assert "2025年12月31日" in words_of(answer.content)
    assert len(sheet(browser, kind)) >= 1
    assert KINDS[kind].name in browser.get("/papers")


def test_what_a_list_is_asked_for_wrongly_is_said(site: Site) -> None:
    browser = signed_in(site, "R1")
    assert "没有这个列表：x；有 交办清单" in browser.get("/papers/list?kind=x", 404)
    assert "“soon”不是日期" in browser.get("/papers?since=soon", 404)
    assert "日期前后颠倒了" in browser.get("/papers?since=2025-05-01&until=2025-04-01", 422)
    browser.get("/paper/321300/l20250101.duty_list", 404)
    signed_in(site, "W1").get("/papers/list?kind=duty_list", 403)


def test_the_other_lists_of_the_office_are_workbooks_too(papered: Register) -> None:
    opinions(papered, 2, region=CITY)
    site = Site(papered, Standing(ON))
    browser = signed_in(site, "R1")
    browser.submit("/secret", "/secret", number="密-2025-1", received_on="2025-03-05")
    sheets = {}
    for path, page in (("/opinions.xlsx?group=route", "/opinions"), ("/secret.xlsx", "/secret")):
        assert path.partition("?")[0] in browser.get(page)
        book = CalamineWorkbook.from_filelike(BytesIO(browser.http.get(path).content))
        sheets[page] = book.get_sheet_by_index(0).to_python()
    assert sorted(row[0] for row in sheets["/opinions"]) == ["标题", "路灯不亮 O00001", "路灯不亮 O00002"]
    assert sheets["/secret"][1][:2] == ["密-2025-1", date(2025, 3, 5)]
    browser.get("/opinions.xlsx?group=x", 404)
    signed_in(site, "W1").get("/secret.xlsx", 403)


def test_a_template_with_a_fault_is_said_instead_of_half_a_paper(site: Site, tmp_path: Path) -> None:
    folder = tmp_path
    (folder / "assign_sheet.docx").write_bytes(b"nothing")
    broken = Site(site.register, Standing(ON), papers=folder)
    make_papers(site.register, noon(ON), files=0)
    row = next(row for row in papers_of(site.register, "J-1") if row["kind"] == "assign_sheet")
    page = signed_in(broken, "R1").get(f"/paper/{row['id']}", 409)
    assert "assign_sheet.docx：不是能用的文档" in page_text(page)
    assert CITY in row["region"]
