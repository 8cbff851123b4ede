"""Whatever a workbook shows, each cell is read as a person sees it, or the refusal names it.

Workbooks are made, and read a second time, by openpyxl; how a format shows a number is written here anew.
"""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import orjson
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Border, PatternFill
from openpyxl.utils import get_column_letter
from python_calamine import CalamineWorkbook

import flows.records
from flows.records import BadRecord, Columns, Record, TableError, read_table
from flows.tables.cells import packed
from flows.tables.resource_limits import Limits
from flows.tables.workbook import read_workbook

HEADS = ["编号", "文字", "日期", "数", "别的"]
READ = Columns(days=["日期"], numbers=["数"], names=HEADS[:4])
"""The fifth column is one that nobody asks for."""


def rounded(value: Any, places: int) -> Decimal:
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def grouped(value: Any, places: int) -> str:
    return f"{rounded(value, places):,}"


NUMBERS: dict[str, Callable[[Any], str]] = {
    "0": lambda v: str(rounded(v, 0)),
    "0.00": lambda v: str(rounded(v, 2)),
    "000000": lambda v: f"{rounded(v, 0):06}",
    "#,##0": lambda v: grouped(v, 0),
    "#,##0.00": lambda v: grouped(v, 2),
    "0%": lambda v: f"{_per_cent(v, 0)}%",
    "0.0%": lambda v: f"{_per_cent(v, 1)}%",
    '0"件"': lambda v: f"{rounded(v, 0)}件",
    '"NO."000': lambda v: f"NO.{rounded(v, 0):03}",
    "¥#,##0.00": lambda v: f"¥{grouped(v, 2)}",
    "000\\-0000": lambda v: f"{rounded(v, 0):07}"[:-4] + "-" + f"{rounded(v, 0):07}"[-4:],
    "[Red]0.0": lambda v: str(rounded(v, 1)),
    "#,##0_ ": lambda v: grouped(v, 0),
    "@": lambda v: str(v),
}
"""Formats that can be told, for numbers from 0 on."""


def _per_cent(value: float, places: int) -> Decimal:
    return (Decimal(str(value)) * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


UNCLEAR = ("0.00E+00", "# ?/?", "0,", "[>100]0;0.0", "[DBNum1]General", "##0.0E+0", ";;;")
"""Formats that show a number in a way that cannot be told, or that loses digits."""

DAYS: dict[str, Callable[[datetime], str]] = {
    "yyyy-mm-dd": lambda d: f"{d:%Y-%m-%d}",
    "yyyy/m/d": lambda d: f"{d.year}/{d.month}/{d.day}",
    'yyyy"年"m"月"d"日"': lambda d: f"{d.year}年{d.month}月{d.day}日",
    'm"月"d"日"': lambda d: f"{d.month}月{d.day}日",
    "yyyy年m月": lambda d: f"{d.year}年{d.month}月",
    "yyyy.mm.dd": lambda d: f"{d:%Y.%m.%d}",
    "yy-m-d": lambda d: f"{d.year % 100:02}-{d.month}-{d.day}",
    "yyyy/m/d h:mm": lambda d: f"{d.year}/{d.month}/{d.day} {d.hour}:{d.minute:02}",
    "yyyy-mm-dd hh:mm:ss": lambda d: f"{d:%Y-%m-%d %H:%M:%S}",
    "h:mm AM/PM": lambda d: f"{d.hour % 12 or 12}:{d.minute:02} {'AM' if d.hour < 12 else 'PM'}",
}
DAYS_UNCLEAR = ("mm-dd-yy", "d-mmm-yy", "[$-804]aaaa", "[h]:mm", "mmmm d")
"""mm-dd-yy is openpyxl's name of format 14, which every machine shows in its own way."""


@dataclass(frozen=True)
class Made:
    """A cell as it was made: what is read of it in a column of texts, days and numbers; None: it is refused."""

    value: Any
    format: str = "General"
    text: str | None = None
    day: str | None = None
    number: str | None = None

    def read_in(self, column: int) -> str | None:
        return (self.text, self.text, self.day, self.number, "")[column]


def a_text(text: str) -> Made:
    return Made(text, "@", text, text, text)


def a_number(value: Any, code: str) -> Made:
    if abs(value) >= 10**15:
        return Made(value, code)
    plain = str(value) if isinstance(value, int) else format(Decimal(format(value, ".15g")), "f")
    shown = plain if code == "General" else NUMBERS[code](value) if code in NUMBERS else None
    return Made(value, code, shown, shown, plain)


def a_day(value: datetime, code: str) -> Made:
    shown = DAYS[code](value) if code in DAYS else None
    return Made(value, code, shown, value.isoformat(" ").removesuffix(" 00:00:00"), shown)


EMPTY = Made(None, "General", "", "", "")
letters = st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"))
texts = st.one_of(
    st.sampled_from(["007", "1E5", "#N/A", "TRUE", "=1+1", "３２", "2025-01-02", "-", "a\nb", "  x"]),
    st.text(letters, max_size=12),
).filter(lambda text: "_x" not in text)
numbers = st.one_of(
    st.integers(0, 10**6),
    st.integers(10**11, 10**17),
    st.integers(0, 10**5).map(lambda n: n / 4),
    st.sampled_from([0.1, 0.3, 12.5]),
)
FROM, TO = datetime(1901, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - Excel knows no zones
moments = st.datetimes(FROM, TO).map(lambda d: d.replace(microsecond=0))
cells = st.one_of(
    st.just(EMPTY),
    texts.map(lambda text: a_text(text) if text else EMPTY),
    st.builds(a_number, numbers, st.sampled_from(["General", *NUMBERS, *UNCLEAR])),
    st.builds(a_day, moments, st.sampled_from([*DAYS, *DAYS_UNCLEAR])),
    st.booleans().map(lambda yes: Made(yes, "General", *[str(yes).upper()] * 3)),
    st.sampled_from(["#N/A", "#VALUE!", "#DIV/0!", "#REF!"]).map(lambda error: Made(("error", error))),
    st.just(Made(("formula", "=A1&B1"))),
)
tables = st.lists(st.lists(cells, min_size=5, max_size=5), min_size=1, max_size=6)


def made(rows: list[list[Made]], hidden: set[int], merged: set[int]) -> bytes:
    """The workbook, the header in row 3, B of rows in `merged` merged with the row below."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "通讯录"
    for column, head in enumerate(HEADS, start=1):
        sheet.cell(3, column, head)
    for number, row in enumerate(rows, start=4):
        for column, cell in enumerate(row, start=1):
            place = sheet.cell(number, column)
            if isinstance(cell.value, tuple):
                place.value = cell.value[1]
                place.data_type = {"error": "e", "formula": "f"}[cell.value[0]]
            elif isinstance(cell.value, str):
                place.value, place.data_type = cell.value, "s"
            else:
                place.value = cell.value
            place.number_format = cell.format
        sheet.row_dimensions[number].hidden = number - 4 in hidden
    for at in merged:
        sheet.merge_cells(start_row=4 + at, end_row=5 + at, start_column=2, end_column=2)
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def here(path: Path, _ending: str, limits: Limits) -> Iterator[list[Any]]:
    """The answers of the reader, without its process."""
    content = path.read_bytes()
    name, hidden, looked, rows = read_workbook(BytesIO(content), len(content), limits)
    yield ["sheet", name, hidden, looked.hidden, looked.beside]
    for row in rows:
        yield orjson.loads(orjson.dumps(packed(row)))


def found_in(content: bytes, folder: Path, columns: Columns = READ) -> list[Record | BadRecord]:
    path = folder / "table.xlsx"
    path.write_bytes(content)
    return list(read_table(path, (), columns))


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.records, "messages_about", here)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(tables, st.sets(st.integers(0, 5), max_size=2), st.sets(st.sampled_from([0, 2, 4]), max_size=1))
@example(
    [[a_text("1"), a_number(13912345678, "0.00E+00"), EMPTY, EMPTY, Made(("error", "#N/A"))]], set(), set()
)
def test_each_cell_of_any_workbook_is_read_as_shown_or_named(
    in_process: None, tmp_path: Path, rows: list[list[Made]], hidden: set[int], merged: set[int]
) -> None:
    merged = {at for at in merged if at + 1 < len(rows)}
    for at in merged:  # Excel drops what lies under a merged cell
        rows[at + 1] = [rows[at + 1][0], EMPTY, *rows[at + 1][2:]]
    content = made(rows, hidden, merged)
    records = found_in(content, tmp_path)
    second = openpyxl.load_workbook(BytesIO(content), data_only=True)["通讯录"]
    seen = [number for number in range(4, 4 + len(rows)) if _is_filled(second, rows, number)]
    assert len(records) == len(seen)
    for number, record in zip(seen, records, strict=True):
        wanted: dict[int, str | None] = {
            column: cell.read_in(column) for column, cell in enumerate(rows[number - 4][:4])
        }
        for at in merged:
            if number - 4 in (at, at + 1) and _text_of(second.cell(4 + at, 2).value, rows[at][1]):
                wanted[1] = None
        if second.row_dimensions[number].hidden:
            assert isinstance(record, BadRecord)
            assert f'sheet "通讯录", row {number}: is hidden' in record.reason
            continue
        refused = {column for column, text in wanted.items() if text is None}
        if isinstance(record, Record):
            assert not refused
            assert {
                HEADS.index(name): text for name, text in record.values.items() if name in HEADS[:4]
            } == wanted
        else:
            assert {fault.place.column for fault in record.faults} == refused
            for fault in record.faults:
                letter = get_column_letter(fault.place.column + 1)
                assert f"row {number}, column {letter} ({HEADS[fault.place.column]})" in fault.english
                assert f"第 {number} 行{letter} 列（{HEADS[fault.place.column]}）" in fault.chinese


def _is_filled(sheet: Any, rows: list[list[Made]], number: int) -> bool:
    """Whether the second reader finds anything in the row, or a formula without a value."""
    return any(_text_of(sheet.cell(number, at + 1).value, made) for at, made in enumerate(rows[number - 4]))


def _text_of(value: Any, cell: Made) -> bool:
    if isinstance(cell.value, tuple):
        return True
    return value is not None and bool(str(value).strip())


# --- one by one -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", NUMBERS)
@pytest.mark.parametrize("value", [0, 7, 42.5, 1234567, 99.999])
def test_a_number_in_a_column_of_texts_is_read_as_its_format_shows_it(
    in_process: None, tmp_path: Path, code: str, value: Any
) -> None:
    cell = a_number(value, code)
    (record,) = found_in(made([[a_text("1"), cell, EMPTY, cell, EMPTY]], set(), set()), tmp_path)
    assert isinstance(record, Record)
    assert (record.values["文字"], record.values["数"]) == (cell.text, cell.number)


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0.00", -3.456, "-3.46"), ("#,##0;(#,##0)", -1234, "(1,234)"), ("0;-0;\"无\"", 0, "无"), ("0.##", 2.5, "2.5"),
        ("0.##", 2, "2."), ("#", 0, ""), ("???0", 12, "12"), ("G/通用格式", 12, "12"), ("General\"件\"", 3, "3件"),
        ("0.00_);(0.00)", -1.5, "(1.50)"), ("[$-804]0", 5, "5"), ("[$¥-804]#,##0", 5000, "¥5,000"),
        ("00\\.00", 1234, "12.34"),
        ("0", -0.2, None), ("0.0", 0.05, "0.1"), ("0.00", 1.005, "1.01"), ("General", 1e-7, "1E-7"),
    ],
)  # fmt: skip
def test_what_a_format_shows(
    in_process: None, tmp_path: Path, code: str, value: Any, shown: str | None
) -> None:
    (record,) = found_in(
        made([[a_text("1"), Made(value, code), EMPTY, EMPTY, EMPTY]], set(), set()), tmp_path
    )
    assert (record.values["文字"] if isinstance(record, Record) else None) == shown


@pytest.mark.parametrize("code", [*DAYS, *DAYS_UNCLEAR])
def test_a_day_is_read_by_its_value_where_days_stand_and_as_shown_elsewhere(
    in_process: None, tmp_path: Path, code: str
) -> None:
    cell = a_day(datetime(2025, 3, 9, 14, 5), code)  # noqa: DTZ001
    (record,) = found_in(made([[a_text("1"), EMPTY, cell, EMPTY, EMPTY]], set(), set()), tmp_path)
    assert isinstance(record, Record)
    assert record.values["日期"] == "2025-03-09 14:05:00"
    (record,) = found_in(made([[a_text("1"), cell, EMPTY, EMPTY, EMPTY]], set(), set()), tmp_path)
    assert (record.values["文字"] if isinstance(record, Record) else None) == cell.text


def test_days_count_from_1904_where_the_workbook_says_so_and_no_day_is_none(
    in_process: None, tmp_path: Path
) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"date_1904": True}) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADS)
        sheet.write_datetime(1, 2, datetime(2025, 3, 9), day)  # noqa: DTZ001 - Excel knows no zones
    (record,) = found_in(buffer.getvalue(), tmp_path)
    assert isinstance(record, Record)
    assert record.values["日期"] == "2025-03-09"
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer) as book:
        sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, HEADS)
        for row, serial in enumerate((1, 59, 60, 61, -1, 2_958_466, 0.5), start=1):
            sheet.write_number(row, 2, serial, day)
    records = found_in(buffer.getvalue(), tmp_path)
    assert [record.values["日期"] if isinstance(record, Record) else "refused" for record in records] == [
        "1900-01-01", "1900-02-28", "refused", "1900-03-01", "refused", "refused", "refused",
    ]  # fmt: skip


def test_a_second_sheet_with_content_is_named_and_a_hidden_one_noted(
    in_process: None, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    book.active.title = "2024"
    book.active.append(["编号"])
    other = book.create_sheet("2025")
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert read_table(path).sheet == "2024", "an empty one is no matter"
    other["C7"] = "x"
    book.save(path)
    with pytest.raises(TableError, match="more than one sheet holds something: 2024, 2025"):
        read_table(path)
    other.sheet_state = "hidden"
    book.save(path)
    assert read_table(path).hidden_sheets == ["2025"]
    assert "2025" in read_table(path).notes[0]


def test_a_hidden_column_is_named_when_it_holds_what_is_read(in_process: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    book.active.append(["1", "甲", None, None, "备注"])
    for letter, reason in (("E", ""), ("D", ""), ("B", "column B (文字): stands in a hidden column")):
        book.active.column_dimensions[letter].hidden = True
        path = tmp_path / "a.xlsx"
        book.save(path)
        (record,) = read_table(path, (), READ)
        assert (record.reason if isinstance(record, BadRecord) else "").partition("row 2, ")[2].partition(
            ": show"
        )[0] == reason


def test_a_merged_title_above_the_header_is_refused_and_said(in_process: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active["A1"] = "某市通讯录"
    book.active.merge_cells("A1:E1")
    book.active.append(HEADS)
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(TableError, match="A1:E1 is merged: unmerge it"):
        read_table(tmp_path / "a.xlsx")


def test_styles_that_mean_nothing_are_no_content(in_process: None, tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(HEADS)
    book.active.append(["1"])
    book.active["XFD1048576"].fill = PatternFill("solid", "FF0000")
    book.active["C9"].border = Border()
    book.save(tmp_path / "a.xlsx")
    assert [record.number for record in read_table(tmp_path / "a.xlsx", (), READ)] == [1]


def test_calamine_finds_the_same_texts(in_process: None, tmp_path: Path) -> None:
    rows = [
        [a_text(f"编号{n}"), a_text("文\n字" * n or "x"), EMPTY, a_number(n * 3, "General"), EMPTY]
        for n in range(1, 40)
    ]
    content = made(rows, set(), set())
    table = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    ours = found_in(content, tmp_path)
    assert [[record.values[name] for name in ("编号", "文字")] for record in ours if isinstance(record, Record)] == [
        row[:2] for row in table[1:]
    ]


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_shows_the_same(in_process: None, tmp_path: Path) -> None:
    values = [0, 7, 12.5, 0.256, 1234567.891, 99.999]
    day = datetime(2025, 3, 9, 14, 5, 6)  # noqa: DTZ001 - Excel knows no zones
    made_cells = [a_number(value, code) for code in NUMBERS for value in values] + [
        a_day(day, code) for code in DAYS
    ]
    content = made([[a_text("x"), cell, EMPTY, EMPTY, EMPTY] for cell in made_cells], set(), set())
    ours = [record.values["文字"] for record in found_in(content, tmp_path) if isinstance(record, Record)]
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is needed: make test-all installs it (libreoffice-calc-nogui)"
    subprocess.run(
        [soffice, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to",
         "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true", "--outdir", tmp_path, tmp_path / "table.xlsx"],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    theirs = [record.values["文字"].strip() for record in read_csv(tmp_path / "table.csv")]
    assert len(ours) == len(made_cells)
    assert [(cell.format, text) for cell, text in zip(made_cells, ours, strict=True)] == [
        (cell.format, text) for cell, text in zip(made_cells, theirs, strict=True)
    ]


def read_csv(path: Path) -> list[Record]:
    with pytest.MonkeyPatch.context() as patched:
        from flows.tables import apart

        patched.setattr(flows.records, "messages_about", apart.messages_about)
        return [record for record in read_table(path) if isinstance(record, Record)]
