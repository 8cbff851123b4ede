"""A clerk finishes an import alone: the file is looked at, mended and taken over, and nothing is stored before."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from portal.visitor.site import Site
from states.sheets.tables import TITLES
from storage import Register
from storage.confirming import waiting_changes
from storage.sealing import verify
from storage.statements import reading
from tests.builders import CITY, FIRST, act, dump, walk
from tests.messy_workbooks import MESSY, cells_of
from tests.portal.web import HIDDEN, Browser, import_table, page_text, send_table, signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def column(register: Register, table: str, key: str) -> set[str]:
    with reading(register.engine) as cursor:
        return {value for (value,) in cursor.rows(f"SELECT {key} FROM {table}")}


def test_nothing_is_stored_before_somebody_takes_it(site: Site) -> None:
    office = signed_in(site, "R1")
    before = dump(site.register.engine)
    page = page_text(send_table(office, "several_sheets.xlsx", MESSY["several_sheets.xlsx"]()))
    after = dump(site.register.engine)
    assert {name for name in before if before[name] != after[name]} <= {"import_drafts", "sessions", "accesses"}
    assert "全部导入（2 行）" in page
    assert "没有读：是隐藏的工作表" in page


def test_units_and_people_of_one_file_come_in_together(site: Site) -> None:
    words = import_table(signed_in(site, "R1"), "several_sheets.xlsx", MESSY["several_sheets.xlsx"]())
    assert "已导入单位：新增 1 条" in words
    assert "已导入人员：新增 1 条" in words
    assert "N11" in column(site.register, "people", "id")
    assert "N99" not in column(site.register, "people", "id"), "a hidden sheet is not read"


def test_a_file_without_numbers_finds_those_who_are_there_and_numbers_the_others(site: Site) -> None:
    office = signed_in(site, "R1")
    page = page_text(send_table(office, "unnumbered_roster.xlsx", MESSY["unnumbered_roster.xlsx"]()))
    assert "W1 承办人1 电话： – → 0527-84350011" in page
    import_table(office, "unnumbered_roster.xlsx", MESSY["unnumbered_roster.xlsx"]())
    with reading(site.register.engine) as cursor:
        assert cursor.rows("SELECT unit, role FROM people WHERE name = '周一'") == [("U2", "handler")]


def test_faults_are_mended_with_a_click_and_the_rest_goes_in(site: Site) -> None:
    office = signed_in(site, "R1")
    page = send_table(office, "faulty_roster.xlsx", MESSY["faulty_roster.xlsx"]())
    assert "只导入无误的 1 行" in page_text(page)
    assert "第 3 行 D 单位 第1菊" in page_text(page)
    assert 'value="set.0.3.unit.U1"' in page
    hidden = dict(HIDDEN.findall(page.partition('id="refused"')[2]))
    for mend in ("set.0.3.unit.U1", "set.0.2.role.代表", "left.0.7"):
        page = office.post("/imports/preview", {**hidden, "mend": mend})
    page = office.post("/imports/preview", {**hidden, "mend": "typed", "v.0.4.term_from": "2026.3.1"})
    assert "只导入无误的 4 行" in page_text(page)
    refused = office.post("/imports/take", {**hidden, "do": "all"}, 422)
    assert "有 2 行不收" in page_text(refused)
    assert "N41" not in column(site.register, "people", "id")
    words = page_text(office.post("/imports/take", {**hidden, "do": "sound"}))
    assert "新增 4 条" in words
    assert "没有导入的有 2 行" in words
    assert {"N41", "N42", "N43"} <= column(site.register, "people", "id")


def test_the_file_comes_back_with_its_faults_marked(site: Site) -> None:
    office = signed_in(site, "R1")
    page = send_table(office, "faulty_roster.xlsx", MESSY["faulty_roster.xlsx"]())
    office.post("/imports/marked", dict(HIDDEN.findall(page.partition("/imports/take")[2])))
    assert office.last is not None
    sheet = load_workbook(BytesIO(office.last.content))["人员"]
    assert [sheet["H1"].value, sheet["I1"].value] == ["导入结果", "说明"]
    assert [sheet.cell(row, 8).value for row in range(2, 9)] == ["不收", "不收", "不收", "不收", "新增", "不收", "不收"]
    assert "第1菊" in sheet["D3"].comment.text
    assert sheet["A3"].comment is None


def test_columns_are_chosen_and_remembered_for_the_same_heads(site: Site) -> None:
    table = f"单元,叫法,在哪,什么性质\nM51,市档案馆,{CITY},政府\n".encode()
    office = signed_in(site, "R1")
    page = send_table(office, "units.csv", table)
    assert "没有这张表的列名" in page
    hidden = dict(HIDDEN.findall(page.partition('name="sheet"')[0])) | {"sheet": "0", "do": "columns"}
    office.post("/imports/preview", {**hidden, "kind": "units"})
    chosen = {"kind": "units", "c0": "id", "c1": "name", "c2": "region", "c3": "kind"}
    page = office.post("/imports/preview", {**hidden, **chosen})
    assert "全部导入（1 行）" in page_text(page)
    page = send_table(office, "again.csv", table, "units")
    assert "全部导入（1 行）" in page_text(page)


def test_a_column_that_is_lacking_is_filled_for_all_rows(site: Site) -> None:
    office = signed_in(site, "R1")
    page = send_table(office, "units.csv", "编号,名称\nM61,市地震局\nM62,市气象局\n".encode(), "units")
    assert "表里没有“类别”，每行都填" in page_text(page)
    hidden = dict(HIDDEN.findall(page.partition('name="sheet"')[0])) | {"sheet": "0", "do": "columns", "kind": "units"}
    chosen = {"c0": "id", "c1": "name", "all-kind": "政府", "all-region": CITY}
    page = office.post("/imports/preview", {**hidden, **chosen})
    assert "全部导入（2 行）" in page_text(page)


def test_a_file_waits_for_its_sender_alone_and_only_a_day(site: Site) -> None:
    office = signed_in(site, "R1")
    page = send_table(office, "plain_text.csv", MESSY["plain_text.csv"]())
    hidden = dict(HIDDEN.findall(page.partition("/imports/take")[2]))
    other = signed_in(site, "G1")
    assert "plain_text.csv" not in other.get("/imports")
    assert "plain_text.csv" in office.get("/imports")
    theirs = dict(HIDDEN.findall(other.get("/imports")))
    assert "不在了" in page_text(other.post("/imports/take", {**hidden, **theirs, "do": "all"}, 409))
    office.post("/imports/take", {**hidden, "do": "drop"})
    assert "plain_text.csv" not in office.get("/imports")


def back(browser: Browser, file: str, status: int = 200) -> str:
    """Take back the import of this file."""
    page = browser.get("/imports").partition(file)[2].partition("/imports/back")[2]
    return page_text(browser.post("/imports/back", dict(HIDDEN.findall(page.partition("</form>")[0])), status))


@pytest.mark.both
def test_an_import_is_taken_back_as_one_act(site: Site) -> None:
    office = signed_in(site, "R1")
    tables = ("regions", "units", "people", "places", "chain_links", "place_people")
    before = {table: dump(site.register.engine)[table] for table in tables}
    import_table(office, "several_sheets.xlsx", MESSY["several_sheets.xlsx"]())
    import_table(office, "unnumbered_roster.xlsx", MESSY["unnumbered_roster.xlsx"]())
    assert "已撤回：删去 1 条，改回 1 条" in back(office, "unnumbered_roster.xlsx")
    assert "已撤回：删去 2 条，改回 0 条" in back(office, "several_sheets.xlsx")
    assert {table: dump(site.register.engine)[table] for table in tables} == before
    assert verify(site.register).faults == []
    page = office.get("/imports")
    assert "/imports/back" not in page


def test_what_was_built_on_stays_and_is_named(site: Site) -> None:
    office = signed_in(site, "R1")
    import_table(office, "several_sheets.xlsx", MESSY["several_sheets.xlsx"]())
    signed_in(site, "N11")
    words = back(office, "several_sheets.xlsx")
    assert "删去 0 条" in words
    assert "没有动 N11：已经有 1 处用到它" in words
    assert "没有动 M11：" in words
    assert "N11" in column(site.register, "people", "id")


def test_whom_a_case_names_stays_though_they_never_acted(site: Site) -> None:
    office = signed_in(site, "R1")
    people = "编号,姓名,身份,单位,区划\nD91,新代表,代表,,321300\nD92,另一位,代表,,321300\n".encode()
    import_table(office, "people.csv", people, "people")
    units = "编号,名称,类别,区划\nM91,新委员会,专工委,321300\nM92,新局,政府,321300\nM93,闲置局,政府,321300\n".encode()
    import_table(office, "units.csv", units, "units")
    act(site.register, FIRST, "O1", "record", "clerk", rulebook="reception", title="路灯", deputy="D91", region=CITY)
    act(site.register, FIRST, "O1", "route", "clerk", unit="M92")
    walk(site.register, "C1", until="open_review")
    facts = {"subject_class": "其他", "committee": "新委员会"}
    act(site.register, FIRST + timedelta(days=9), "C1", "register", "registrar", **facts)
    words = back(office, "people.csv")
    assert "删去 1 条" in words
    assert "没有动 D91：" in words
    words = back(office, "units.csv")
    assert "删去 1 条" in words
    assert "没有动 M91：" in words
    assert "没有动 M92：" in words


def test_a_row_that_changed_since_stays_as_it_is(site: Site) -> None:
    office = signed_in(site, "R1")
    import_table(office, "plain_text.csv", MESSY["plain_text.csv"]())
    import_table(office, "units.csv", "编号,名称,类别\nM41,市体育总局,政府\n".encode(), "units")
    assert "没有动 M41：导入以后又改过" in back(office, "plain_text.csv")
    assert "市体育总局" in column(site.register, "units", "name")
    assert "改回 1 条" in back(office, "units.csv")
    assert "市体育局" in column(site.register, "units", "name")


def test_a_role_that_changes_back_waits_for_a_second_person(site: Site) -> None:
    office = signed_in(site, "R1")
    table = "编号,姓名,身份,单位\nW1,承办人1,科室负责人,U1\n".encode()
    import_table(office, "people.csv", table, "people")
    signed_in(site, "W1")
    assert "1 条改变有账号的人能看什么、办什么" in back(office, "people.csv")
    with reading(site.register.engine) as cursor:
        assert cursor.rows("SELECT role FROM people WHERE id = 'W1'") == [("section_head",)]
    (batch,) = waiting_changes(site.register)
    assert batch.lines[0]["new"]["role"] == "handler"


READ_AS = {
    "titled_units.xlsx": {"units": 2}, "padded_roster.xlsx": {"people": 5}, "wide_regions.xlsx": {"regions": 2},
    "merged_places.xlsx": {"places": 3}, "several_sheets.xlsx": {"units": 1, "people": 1},
    "filtered_roster.xlsx": {"people": 3}, "sectioned_units.xlsx": {"units": 2},
    "unnumbered_roster.xlsx": {"people": 2},
    "noticed_days.xlsx": {"calendar": 3}, "received_opinions.xlsx": {"reception": 2}, "plain_text.csv": {"units": 1},
    "faulty_roster.xlsx": {"people": 7},
}  # fmt: skip
"""The rows of each of the twelve files, by table."""
REFUSED = {"filtered_roster.xlsx": 1, "faulty_roster.xlsx": 6}
"""Their rows with faults."""
DONE = {"noticed_days.xlsx": "已导入日历：3 天", "received_opinions.xlsx": "已导入接待日：收下 2 件"}


@pytest.mark.parametrize("name", MESSY)
def test_each_of_twelve_messy_files_is_imported_as_it_is(site: Site, name: str) -> None:
    office, content = signed_in(site, "R1"), MESSY[name]()
    page = send_table(office, name, content)
    words = page_text(page)
    for kind, rows in READ_AS[name].items():
        assert f"{TITLES[kind][0]}，{rows} 行" in words
    refused = REFUSED.get(name, 0)
    assert page.count('<tr class="wrong">') == refused
    hidden = dict(HIDDEN.findall(page.partition("/imports/take")[2]))
    office.post("/imports/marked", hidden)
    assert office.last is not None
    back_again = load_workbook(BytesIO(office.last.content))
    assert cells_of(name, content) <= {
        (sheet.title if name.endswith("xlsx") else "", cell.row, cell.column - 1)
        for sheet in back_again.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None or cell.comment
    }, "each cell comes back, and what became of its row stands behind it"
    words = page_text(office.post("/imports/take", {**hidden, "do": "sound" if refused else "all"}))
    new = sum(READ_AS[name].values()) - refused - (name == "unnumbered_roster.xlsx")
    if name in DONE:
        assert DONE[name] in words
    else:
        assert sum(int(count) for count in re.findall(r"新增 (\d+) 条", words)) == new
    assert "没有导入：" not in words


@pytest.mark.parametrize("mend", ["left.0", "left.0.x", "set.0.2", "set.9.2.role.x", "set.0.²." + "9" * 5_000])
def test_a_button_that_no_page_has_mends_nothing(site: Site, mend: str) -> None:
    office = signed_in(site, "R1")
    page = send_table(office, "faulty_roster.xlsx", MESSY["faulty_roster.xlsx"]())
    hidden = dict(HIDDEN.findall(page.partition('id="refused"')[2]))
    page = office.post("/imports/preview", {**hidden, "mend": mend, "v.0": "x", "v.0.x.role": "x", "v.7.7.role": "x"})
    assert "只导入无误的 1 行" in page_text(page)
    assert office.post("/imports/preview", {**hidden, "do": "columns", "sheet": "9" * 5_000})
