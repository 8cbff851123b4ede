"""Twelve files as offices send them, in the way of WPS and of Excel; each is untouched after it is written."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import CITY


def _sheet(book: Workbook, name: str, rows: list[list[Any]]) -> Worksheet:
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(row)
    return sheet


def _saved(book: Workbook) -> bytes:
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _book() -> Workbook:
    book = Workbook()
    book.remove(book.active)
    return book


def titled_units() -> bytes:
    """A title over all columns, a line of the date, heads in two rows, merged downward and across."""
    book = _book()
    sheet = _sheet(book, "承办单位名册", [
        ["云河市承办单位名册（二〇二七年）"],
        ["填报单位：市政府办公室", None, None, None, "2027年1月9日"],
        ["单位编号", "单位名称", "所属区划", "单位类别", "联系方式", None],
        [None, None, None, None, "电 话", "邮箱"],
        ["M1", "市水务局", 321300, "政府部门", "0527-84350001", "/"],
        ["M2", "市法院", 321300, "人民法院", "0527-84350002", "fy@example.org"],
        ["合计", "2 家"],
        ["注：邮箱没有的填“/”。"],
    ])  # fmt: skip
    for area in ("A1:F1", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:F3", "A8:F8"):
        sheet.merge_cells(area)
    return _saved(book)


def padded_roster() -> bytes:
    """A column that only counts, names with blanks between, days in five ways, numbers of phones as numbers."""
    book = _book()
    sheet = _sheet(book, "Sheet1", [
        ["序号", "人员编号", "姓　名", "身份", "工作单位", "区划代码", "任期起", "手机号码", "备注"],
        [1, "N1", "张　三", "人大代表", "无", CITY, "2026.3.5", 13812345678, "连任"],
        [2, "N2", "李 四", "代表", None, CITY, "2027年1月9日", "１３８１２３４５６７９", None],
        [3, "N3", "王五", "代表", None, CITY, "2026/3/5", None, None],
        [4, "N4", "赵六", "代表", None, CITY, datetime(2026, 3, 5), None, None],  # noqa: DTZ001 - Excel knows no zones
        [5, "N5", "欧阳  七七", "经办人", "U1", None, 46086, None, None],
        [6],
        ["填表人：小刘", None, None, None, None, None, None, "2027.1.10"],
    ])  # fmt: skip
    sheet["G6"].number_format = "General"
    return _saved(book)


def wide_regions() -> bytes:
    """Digits and heads in full width, levels as they are spoken of."""
    book = _book()
    _sheet(book, "区划", [
        ["行政区划代码：", "区划名称＊", "（层级）", "上级区划"],
        ["３２１３０２", "宿城区", "县级", "３２１３００"],
        ["３２１３１１", "宿豫区", "区", CITY],
    ])  # fmt: skip
    book.worksheets[0]["C1"] = "层级（见说明）"
    return _saved(book)


def merged_places() -> bytes:
    """The region stands once, merged over the rows that it holds for."""
    book = _book()
    sheet = _sheet(book, "家站点", [
        ["所属区划", "编号", "站点名称", "站点类型", "详细地址", "接待日", "进站代表", "联络员"],
        [CITY, "Q1", "幸福社区联络站", "联络站", "人民路1号", "每月15日", "D1、D2", "K1"],
        [None, "Q2", "和平社区之家", "人大代表之家", "解放路2号", None, "D3", None],
        [None, "Q3", "开发区联系点", "联系点", None, None, None, None],
    ])  # fmt: skip
    sheet.merge_cells("A2:A4")
    return _saved(book)


def several_sheets() -> bytes:
    """Units and people in one file, beside a guide, a sheet of notes and one that is hidden."""
    book = _book()
    _sheet(book, "人员", [["编号", "姓名", "身份", "单位"], ["N11", "钱一", "承办人", "M11"]])
    _sheet(book, "单位", [["编号", "名称", "区划", "类别"], ["M11", "市林业局", CITY, "政府"]])
    _sheet(book, "说明", [["编号", "每行不同"]])
    _sheet(book, "联系记录", [["谁", "说了什么"], ["小王", "已催"]])
    _sheet(book, "旧名单", [["编号", "姓名", "身份"], ["N99", "旧人", "代表"]]).sheet_state = "hidden"
    return _saved(book)


def filtered_roster() -> bytes:
    """A filter hides a row, and a column is hidden by its width."""
    book = _book()
    sheet = _sheet(book, "代表", [
        ["编号", "姓名", "身份", "区划", "代表团"],
        ["N21", "孙一", "代表", CITY, "宿城团"],
        ["N22", "孙二", "代表", CITY, "宿豫团"],
        ["N23", "孙三", "代表", CITY, "宿城团"],
    ])  # fmt: skip
    sheet.auto_filter.ref = "A1:E4"
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["D"].hidden = True
    return _saved(book)


def sectioned_units() -> bytes:
    """Blank rows, titles of sections, heads that are repeated on each printed page, sums."""
    book = _book()
    sheet = _sheet(book, "Sheet1", [
        ["编号", "名称", "区划", "类别"],
        ["一、市直部门"],
        ["M31", "市教育局", CITY, "政府"],
        [],
        ["编号", "名称", "区划", "类别"],
        ["二、法检两院", None, None, None],
        ["M32", "市检察院", CITY, "检察院"],
        ["小计", 2],
    ])  # fmt: skip
    sheet.merge_cells("A6:D6")
    return _saved(book)


def unnumbered_roster() -> bytes:
    """Nobody has a number; one of them is in the directory already."""
    book = _book()
    _sheet(book, "花名册", [
        ["序号", "姓名", "角色", "所在单位", "联系电话"],
        [1, "承办人1", "承办人", "第1局", "0527-84350011"],
        [2, "周一", "承办人", "第2局", "0527-84350012"],
    ])  # fmt: skip
    return _saved(book)


def noticed_days() -> bytes:
    """Days of a notice, in three ways of writing."""
    book = _book()
    _sheet(book, "放假安排", [
        ["关于2027年部分节假日的通知", None, None],
        ["日期", "安排", "节日"],
        [date(2027, 10, 8), "休", "国庆节"],
        ["2027年10月9日（星期六）", "补班", "国庆节"],
        ["2027.10.10", "班", None],
    ])  # fmt: skip
    return _saved(book)


def received_opinions() -> bytes:
    """What was written down on a reception day."""
    book = _book()
    _sheet(book, "接待登记", [
        ["幸福社区接待登记表"],
        ["序号", "反映人", "联系方式", "反映问题", "接待代表", "现场答复"],
        [1, "王先生", 13812345678, "小区门口的路灯不亮", "代表1", None],
        [2, "李女士", None, "菜场门口积水", None, "已请社区当天疏通"],
    ])  # fmt: skip
    return _saved(book)


def plain_text() -> bytes:
    """A CSV as WPS writes it in Chinese, with a title above."""
    return f"云河市单位表,,,\r\n编码,部门名称,所在区划,性质\r\nM41,市体育局,{CITY},政府\r\n".encode("gb18030")


def faulty_roster() -> bytes:
    """One fault of each kind beside a sound row."""
    book = _book()
    sheet = _sheet(book, "人员", [
        ["编号", "姓名", "身份", "单位", "区划", "任期开始", "电话"],
        ["N41", "吴一", "人大代衰", None, CITY, None, None],
        ["N42", "吴二", "承办人", "第1菊", None, None, None],
        ["N43", "吴三", "代表", None, CITY, "2026年2月30日", None],
        ["N44", "吴四", "代表", None, CITY, None, "1234"],
        ["N45", "吴五", "代表", None, CITY, None, None],
        ["N45", "吴六", "代表", None, CITY, None, None],
        ["N46", "#N/A", "代表", None, CITY, None, None],
    ])  # fmt: skip
    sheet["B8"].data_type = "e"
    return _saved(book)


MESSY: Mapping[str, Callable[[], bytes]] = {
    "titled_units.xlsx": titled_units, "padded_roster.xlsx": padded_roster, "wide_regions.xlsx": wide_regions,
    "merged_places.xlsx": merged_places, "several_sheets.xlsx": several_sheets,
    "filtered_roster.xlsx": filtered_roster, "sectioned_units.xlsx": sectioned_units,
    "unnumbered_roster.xlsx": unnumbered_roster, "noticed_days.xlsx": noticed_days,
    "received_opinions.xlsx": received_opinions, "plain_text.csv": plain_text, "faulty_roster.xlsx": faulty_roster,
}  # fmt: skip
"""By the name of the file."""


def cells_of(name: str, content: bytes) -> set[tuple[str, int, int]]:
    """(sheet, Excel's row, column from 0) of each cell that holds something, as openpyxl finds them."""
    from openpyxl import load_workbook

    if name.endswith(".csv"):
        lines = content.decode("gb18030").splitlines()
        return {
            ("", row, column)
            for row, line in enumerate(lines, start=1)
            for column, text in enumerate(line.split(","))
            if text
        }
    book = load_workbook(BytesIO(content))
    return {
        (sheet.title, cell.row, cell.column - 1)
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
