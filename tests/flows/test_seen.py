"""What a person sees in a file and duban does not read is named, or refused: columns, comments, noughts."""

import ast
import zipfile
from datetime import datetime
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import quoteattr

import openpyxl
import pytest
import xlsxwriter
from openpyxl.comments import Comment

from flows.imports import take_over, take_table
from flows.notices import changing, read_notice
from flows.records import BadRecord, Columns, Record, TableError, read_table
from rulebooks import ZONE
from storage import Register
from storage.powers import Importer
from storage.statements import reading

AT = datetime(2025, 3, 20, 3, 30, tzinfo=ZONE)
CONSOLE = Importer("x", AT, "console", "x")
READ = Columns(days=["日期"], names=["编号", "文字", "日期"])
ROOT = Path(__file__).parents[2]


def sheet(rows: str, styles: str = "", before: str = "", counting: str = "") -> bytes:
    """A workbook as another program could have written it: the rows of XML under the header 编号, 文字, 日期."""
    head = "".join(
        f'<c r="{at}1" t="inlineStr"><is><t>{name}</t></is></c>'
        for at, name in zip("ABC", ("编号", "文字", "日期"), strict=True)
    )
    head, named = f'<row r="1">{head}</row>', '<sheet name="S" r:id="worksheet"/>'
    kinds = {"worksheet": "worksheets/sheet1.xml", "styles": "styles.xml"}
    related = "".join(
        f'<Relationship Id="{kind}" Type="x/{kind}" Target="{part}"/>' for kind, part in kinds.items()
    )
    parts = {
        "xl/_rels/workbook.xml.rels": f"<Relationships>{related}</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns:r="r"><sheets>{named}</sheets>{counting}</workbook>',
        "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
        "xl/worksheets/sheet1.xml": f"<worksheet>{before}<sheetData>{head}{rows}</sheetData></worksheet>",
    }
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def cell(tmp_path: Path, content: bytes, name: str = "文字") -> str | None:
    """What is read of the only row; None: it is refused."""
    (tmp_path / "a.xlsx").write_bytes(content)
    (record,) = read_table(tmp_path / "a.xlsx", (), READ)
    return record.values[name] if isinstance(record, Record) else None


# -- columns -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("head", ["传真", "网址", "电话1"])
def test_a_column_that_nobody_asked_for_is_named_when_it_holds_something(
    desk: Register, tmp_path: Path, head: str
) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"编号,名称,类别,{head},备注\nU9,甲局,政府,13812345678,\n", "utf-8")
    report = take_table(desk, "units", path, CONSOLE)
    assert report.notes == (f"没有读这几列 columns not read: D {head}",), "and an empty one is not"


@pytest.mark.parametrize(
    "head", ["电 话", "电话\u200b", "\ufeff电话", "电\u3000话", "ｐｈｏｎｅ", "Phone\u00a0"]
)
def test_a_columns_name_is_read_as_people_see_it(desk: Register, tmp_path: Path, head: str) -> None:
    path = tmp_path / "units.csv"
    path.write_text(f"编号,名称,类别,{head}\nU9,甲局,政府,13812345678\n", "utf-8")
    assert take_table(desk, "units", path, CONSOLE).notes == ()
    with reading(desk.engine) as cursor:
        assert cursor.rows("SELECT phone FROM units WHERE id = 'U9'") == [("13812345678",)]


def test_one_name_written_in_two_ways_is_one_column_twice(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("编号,文字,文 字\n1,甲,乙\n", "utf-8")
    with pytest.raises(TableError, match="names a column twice: 文字"):
        read_table(tmp_path / "a.csv", (), READ)


def test_a_nights_file_names_the_columns_that_it_left_aside(desk: Register, tmp_path: Path) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "units.csv").write_text("编号,名称,类别,传真\nU9,甲局,政府,13812345678\n", "utf-8")
    report = take_over(desk, folder, AT)
    assert report.notes == {"units.csv": "没有读这几列 columns not read: D 传真"}
    assert "传真" in str(report)


def test_whoever_reads_a_table_says_what_of_it_was_not_read() -> None:
    """Every module that reads a table asks it for its notes.

    But for a replay, whose mapping is a choice, and the page of imports, which shows all that is not read.
    """
    readers, silent = set(), set()
    for folder in ("flows", "portal"):
        for path in (ROOT / folder).rglob("*.py"):
            tree = ast.parse(path.read_text("utf-8"))
            called = {
                node.func.id
                for node in ast.walk(tree)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            if {"read_table", "read_sent"} & called:
                readers.add(path.name)
                attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
                silent |= set() if "notes" in attributes else {path.name}
    assert len(readers) >= 5
    assert silent == {"replay.py", "import_pages.py"}


# -- what a sheet shows beside and under its cells ---------------------------------------------------------------


def test_comments_pictures_and_text_boxes_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["编号", "文字"])
    book.active.append(["1", "甲"])
    book.active["B2"].comment = Comment("此人已调离", "办公室")
    book.save(tmp_path / "a.xlsx")
    table = read_table(tmp_path / "a.xlsx", (), READ)
    assert [note.number for note in table] == [1]
    assert table.notes == ("没有读批注 comments not read",)
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["编号"])
        page.insert_textbox(4, 1, "以此为准")
    (tmp_path / "a.xlsx").write_bytes(buffer.getvalue())
    table = read_table(tmp_path / "a.xlsx", (), READ)
    assert table.notes == ("没有读图片和文本框 pictures and text boxes not read",)


@pytest.mark.parametrize("height", ["0", "0.0", "0.00"])
def test_a_row_or_column_of_no_size_is_hidden_however_its_size_is_written(
    tmp_path: Path, height: str
) -> None:
    row = f'<row r="2" ht="{height}" customHeight="1"><c r="B2"><v>1</v></c></row>'
    assert cell(tmp_path, sheet(row)) is None
    column = f'<cols><col min="2" max="2" width="{height}" customWidth="1"/></cols>'
    assert cell(tmp_path, sheet('<row r="2"><c r="B2"><v>1</v></c></row>', before=column)) is None
    assert cell(tmp_path, sheet('<row r="2" ht="14.25"><c r="B2"><v>1</v></c></row>')) == "1"


def test_a_nought_that_the_sheet_does_not_show_is_no_text(tmp_path: Path) -> None:
    view = '<sheetViews><sheetView showZeros="0"/></sheetViews>'
    assert cell(tmp_path, sheet('<row r="2"><c r="B2"><v>0</v></c></row>', before=view)) is None
    assert cell(tmp_path, sheet('<row r="2"><c r="B2"><v>7</v></c></row>', before=view)) == "7"


def test_a_formula_that_excel_has_yet_to_count_has_no_value(tmp_path: Path) -> None:
    """Programs that write formulas put 0 where Excel is to put what it counts when the book is opened."""
    row, anew = '<row r="2"><c r="B2"><f>A1</f><v>{}</v></c></row>', '<calcPr fullCalcOnLoad="1"/>'
    assert cell(tmp_path, sheet(row.format(0), counting=anew)) is None
    assert cell(tmp_path, sheet(row.format(0))) == "0"
    assert cell(tmp_path, sheet(row.format(12), counting=anew)) == "12"
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["编号", "文字", "日期"])
        page.write_formula(1, 1, '="甲"&"乙"')
    assert cell(tmp_path, buffer.getvalue()) is None, "a person who opens it sees 甲乙"


def test_a_sheet_that_only_offers_a_choice_holds_nothing(tmp_path: Path) -> None:
    """Excel writes the formula of a list on another sheet outside the cells."""
    book = openpyxl.Workbook()
    book.active.append(["编号"])
    book.create_sheet("空")
    book.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    offer = b"<extLst><ext><x14:f xmlns:x14='x'>A1:A3</x14:f></ext></extLst></worksheet>"
    parts["xl/worksheets/sheet2.xml"] = parts["xl/worksheets/sheet2.xml"].replace(b"</worksheet>", offer)
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert read_table(tmp_path / "a.xlsx").sheet == "Sheet"


# -- formats -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("[$-F800]yyyy/m/d", 45721), ("[$-F400]h:mm:ss AM/PM", 0.6), ("[$-x-sysdate]yyyy/m/d", 45721),
        ("[$-x-systime]h:mm:ss", 0.6), ("[$-130000]yyyy/m/d", 45721), ("[$-D000000]0", 5), ("[$-30804]0", 5),
        ("[$-th-TH,D07041E]yyyy", 45721),
    ],
)  # fmt: skip
def test_a_locale_with_numerals_or_a_calendar_of_its_own_or_the_machines_cannot_be_told(
    tmp_path: Path, code: str, value: float
) -> None:
    """130000 is the lunar calendar: 2025-03-05 is shown as 2025/2/6."""
    assert cell(tmp_path, _formatted(code, value)) is None
    if value > 60 and "th-TH" not in code:
        assert cell(tmp_path, _formatted(code, value, "C"), "日期") == "2025-03-05", (
            "a day is read by its value"
        )


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ('[$-804]yyyy"年"m"月"d"日"', 45721, "2025年3月5日"),
        ("[$¥-804]#,##0", 5000, "¥5,000"),
        ("[$-zh-CN]0", 5, "5"),
    ],
)
def test_a_locale_that_is_a_language_alone_shows_the_same(
    tmp_path: Path, code: str, value: float, shown: str
) -> None:
    assert cell(tmp_path, _formatted(code, value)) == shown


@pytest.mark.parametrize("number", [5, 6, 7, 8, 23, 41, 42, 43, 44, 59, 71, 81, 163, 200])
def test_a_format_that_a_file_names_by_number_alone_and_no_table_has_cannot_be_told(
    tmp_path: Path, number: int
) -> None:
    """5 to 8 and 41 to 44 are currencies and accounts: 4500 is shown as ￥4,500.00 or 4,500."""
    styles = f'<cellXfs><xf numFmtId="{number}"/></cellXfs>'
    assert cell(tmp_path, sheet('<row r="2"><c r="B2" s="0"><v>4500</v></c></row>', styles)) is None


def _formatted(code: str, value: float, column: str = "B") -> bytes:
    styles = f"<numFmts><numFmt numFmtId='170' formatCode={quoteattr(code)}/></numFmts>"
    styles += '<cellXfs><xf numFmtId="0"/><xf numFmtId="170"/></cellXfs>'
    return sheet(f'<row r="2"><c r="{column}2" s="1"><v>{value}</v></c></row>', styles)


# -- CSV -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ('="00123"', "00123"),
        ('"=""00123"""', "00123"),
        ('"=""a""""b"""', 'a"b'),
        ('=""', ""),
        ("=A1", "=A1"),
        ('="a', '="a'),
    ],
)
def test_excels_way_of_keeping_a_text_in_a_csv_is_read_as_the_text(
    tmp_path: Path, field: str, read: str
) -> None:
    (tmp_path / "a.csv").write_text(f"编号,文字\n1,{field}\n", "utf-8")
    (record,) = read_table(tmp_path / "a.csv", (), READ)
    assert not isinstance(record, BadRecord)
    assert record.values["文字"] == read


# -- calendars -----------------------------------------------------------------------------------------------------


def test_days_that_came_out_of_the_calendar_are_no_decisions_of_the_office(
    register: Register, tmp_path: Path
) -> None:
    path = tmp_path / "calendar.csv"
    path.write_text(
        "日期,安排,名称,来源\n2025-10-01,休息,国庆,随软件\n2025-10-11,休息,,随软件\n2025-10-13,休息,,\n",
        "utf-8",
    )
    notice = changing(read_notice(path), register.workdays())
    assert [day.day.day for day in notice.days] == [11, 13], "one is changed, one was never in it"
    assert "not taken again: 1" in notice.notes[0]


@pytest.mark.parametrize(
    ("title", "why"), [("a\\u0000b", "U+0000"), ("a\\u202Eb", "U+202E"), ("a\\nb", "line break"), ("a" * 301, "301")],
)  # fmt: skip
def test_no_text_of_a_notice_is_taken_that_nobody_can_read(tmp_path: Path, title: str, why: str) -> None:
    path = tmp_path / "notice.toml"
    path.write_text(f'title = "{title}"\noff = ["2027-02-06"]\n', "utf-8")
    with pytest.raises(TableError, match=why.replace("+", r"\+")):
        read_notice(path)
