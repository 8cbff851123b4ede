"""Every way in which an office's table can be broken, and what is still read from it."""

import csv
import subprocess
import sys
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO, StringIO
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.records import MAX_RECORD, BadRecord, Columns, Record, TableError, read_table
from flows.tables.delimited import read_delimited

HEADER = "留言编号,留言主题,留言详情"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def _loaded(path: Path, content: bytes | str, required: Sequence[str] = ()) -> list[Record | BadRecord]:
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_table(path, required))


def _subjects(records: list[Record | BadRecord]) -> list[str]:
    return [item.values["留言主题"] if isinstance(item, Record) else f"bad {item.number}" for item in records]


def _only_reason(records: list[Record | BadRecord], number: int = 1) -> str:
    [bad] = [item for item in records if isinstance(item, BadRecord)]
    assert bad.number == number
    assert bad.faults[0].place.row, "the row in Excel is named"
    return bad.reason.partition(": ")[2]


# --- what loads ------------------------------------------------------------------------------------------


def test_records_are_read_by_the_names_of_the_header(table: Path) -> None:
    assert _loaded(table, f"{HEADER}\n1,路灯不亮,三盏\n") == [
        Record(1, {"留言编号": "1", "留言主题": "路灯不亮", "留言详情": "三盏"})
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_line_ends_of_either_system_are_read_and_the_last_may_be_missing(table: Path, end: str) -> None:
    content = (end or "\n").join([HEADER, "1,甲,a", "2,乙,b"]) + end
    assert _subjects(_loaded(table, content)) == ["甲", "乙"]


def test_quoted_fields_hold_commas_quotes_line_breaks_and_carriage_returns(table: Path) -> None:
    [record] = _loaded(table, f'{HEADER}\r\n1,"一,二","他说""好""\n第二行\r第三行\r\n第四行"\r\n')
    assert isinstance(record, Record)
    assert record.values["留言主题"] == "一,二"
    assert record.values["留言详情"] == '他说"好"\n第二行\r第三行\r\n第四行'


def test_numbers_count_data_records_and_not_lines(table: Path) -> None:
    records = _loaded(table, f'{HEADER}\n1,"甲\n\n\n",a\n\n2,乙\n   \n,,\n3,丙,c\n')
    assert [item.number for item in records] == [1, 2, 3]
    assert _only_reason(records, 2) == "has 2 columns, the header has 3"


def test_a_quote_inside_an_unquoted_field_is_a_letter(table: Path) -> None:
    assert _subjects(_loaded(table, f'{HEADER}\n1,5" 水管,a\n2,乙,b\n')) == ['5" 水管', "乙"]


def test_names_are_stripped_and_nameless_empty_columns_are_dropped(table: Path) -> None:
    assert _loaded(table, " 留言编号 ,留言主题,,\n1,甲,,\n") == [
        Record(1, {"留言编号": "1", "留言主题": "甲"})
    ]


def test_a_value_under_no_name_is_not_dropped_silently(table: Path) -> None:
    records = _loaded(table, "留言编号,留言主题,\n1,甲,落款\n")
    assert _only_reason(records) == "has a value in column 3, which the header does not name"


def test_a_header_alone_is_a_table_without_records(table: Path) -> None:
    assert _loaded(table, HEADER, required=["留言编号"]) == []


def test_a_field_longer_than_the_csv_module_allows_by_default_loads(table: Path) -> None:
    [record] = _loaded(table, f"{HEADER}\n1,甲,{'长' * 200_000}\n")
    assert isinstance(record, Record)
    assert len(record.values["留言详情"]) == 200_000


@settings(max_examples=200)
@given(
    st.lists(st.lists(st.text(st.sampled_from('a督",\r\n '), max_size=8), min_size=2, max_size=2), max_size=6)
)
def test_whatever_a_csv_writer_writes_is_read_back(rows: list[list[str]]) -> None:
    text = StringIO(newline="")
    csv.writer(text).writerows([["甲", "乙"], *rows])
    kept = [row for row in rows if any(field.strip() for field in row)]
    read_back = list(read_delimited(BytesIO(text.getvalue().encode())))
    assert [list(row.cells.values()) for row in read_back[1:]] == kept


@pytest.mark.parametrize("before_boundary", range(-2, 8))
def test_records_are_told_apart_wherever_the_reads_of_64_kib_end(table: Path, before_boundary: int) -> None:
    start = "1,"
    fields = ',"甲""\n,"\n2,乙,b\n'
    record = start + "x" * ((1 << 16) - len(start) - before_boundary) + fields
    first, second = _loaded(table, f"{HEADER}\n{record}")
    assert isinstance(first, Record)
    assert first.values["留言详情"] == '甲"\n,'
    assert second == Record(2, {"留言编号": "2", "留言主题": "乙", "留言详情": "b"})


# --- encodings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
def test_a_table_loads_in_every_encoding_that_offices_use(table: Path, encoding: str) -> None:
    content = f"{HEADER}\n1,路灯不亮,三盏\n2,占道经营,夜市\n".encode(encoding)
    assert _subjects(_loaded(table, content, required=["留言编号"])) == ["路灯不亮", "占道经营"]


def test_a_byte_order_mark_of_gb18030_is_not_part_of_the_first_name(table: Path) -> None:
    content = f"\ufeff{HEADER}\n1,路灯不亮,三盏\n".encode("gb18030")
    assert _subjects(_loaded(table, content, required=["留言编号"])) == ["路灯不亮"]


def test_big5_under_a_plain_header_is_refused_and_not_read_as_other_letters(table: Path) -> None:
    with pytest.raises(TableError, match="GB18030"):
        _loaded(table, b"no,subject,text\n" + "1,張三豐,路燈不亮，請修理\n".encode("big5"))


def test_four_byte_characters_of_gb18030_load(table: Path) -> None:
    assert _subjects(_loaded(table, f"{HEADER}\n1,𠮷祥街,𠀀\n".encode("gb18030"))) == ["𠮷祥街"]


def test_one_undecodable_record_of_a_utf8_file_is_rejected_by_its_number(table: Path) -> None:
    content = f"{HEADER}\n1,甲,a\n".encode() + "2,乙,b\n".encode("gb18030") + "3,丙,c\n".encode()
    records = _loaded(table, content)
    assert _subjects(records) == ["甲", "bad 2", "丙"]
    assert _only_reason(records, 2) == "is not UTF-8: d2 at byte 3 of the record"


def test_a_utf8_header_outvotes_records_in_another_encoding(table: Path) -> None:
    content = f"{HEADER}\n1,plain,a\n".encode() + "2,乙,b\n3,丙,c\n".encode("gb18030")
    assert _subjects(_loaded(table, content)) == ["plain", "bad 2", "bad 3"]


def test_under_an_ascii_header_most_records_decide(table: Path) -> None:
    utf8, gb = "1,甲,a\n".encode(), "2,乙,b\n".encode("gb18030")
    assert _subjects_of_ascii(table, utf8 * 2 + gb) == ["甲", "甲", "bad 3"]
    assert _subjects_of_ascii(table, gb * 3) == ["乙", "乙", "乙"]


def _subjects_of_ascii(path: Path, records: bytes) -> list[str]:
    loaded = _loaded(path, b"id,title,body\n" + records)
    return [item.values["title"] if isinstance(item, Record) else f"bad {item.number}" for item in loaded]


def test_a_header_in_gb18030_that_passes_for_utf8_does_not_mislead(table: Path) -> None:
    header = "id,模\n".encode("gb18030")
    assert header.decode("utf-8") != "id,模\n"  # it does decode
    [record] = _loaded(table, header + "1,路灯不亮\n2,占道经营\n".encode("gb18030"), required=["模"])[:1]
    assert record == Record(1, {"id": "1", "模": "路灯不亮"})


def test_utf16_is_refused_with_what_to_do(table: Path) -> None:
    with pytest.raises(TableError, match="is UTF-16 text; save the table as CSV UTF-8"):
        _loaded(table, HEADER.encode("utf-16"))


# --- broken records --------------------------------------------------------------------------------------


def test_a_quote_that_is_not_doubled_is_reported_and_the_next_record_loads(table: Path) -> None:
    records = _loaded(table, f'{HEADER}\n1,"他说"好",a\n2,乙,b\n')
    assert _subjects(records) == ["bad 1", "乙"]
    assert _only_reason(records) == "has a quote inside a quoted field that is not doubled"


def test_a_carriage_return_outside_quotes_is_reported(table: Path) -> None:
    records = _loaded(table, f"{HEADER}\n1,甲\r乙,a\n2,丙,c\n")
    assert _subjects(records) == ["bad 1", "丙"]
    assert _only_reason(records) == "has a carriage return outside quotes"


def test_a_nul_byte_is_reported(table: Path) -> None:
    assert "NUL" in _only_reason(_loaded(table, f"{HEADER}\n1,甲\0,a\n2,乙,b\n"))


def test_a_quote_never_closed_is_reported_with_the_line_where_its_record_begins(table: Path) -> None:
    records = _loaded(table, f'{HEADER}\n1,"甲\n乙",a\n2,"丙,c\n3,丁,d\n')
    assert _subjects(records) == ["甲\n乙", "bad 2"]
    assert _only_reason(records, 2) == "opens a quote that is never closed: from line 4 on the file is lost"


@pytest.mark.parametrize("over", [0, 1])
def test_a_record_may_have_just_so_many_bytes(table: Path, over: int) -> None:
    body = "x" * (MAX_RECORD - len("1,a,\n") + over)
    records = _loaded(table, f"{HEADER}\n1,a,{body}\n2,乙,b\n")
    assert _subjects(records) == (["bad 1", "乙"] if over else ["a", "乙"])
    if over:
        assert _only_reason(records) == "has 1,048,577 bytes; one record may have 1,048,576"


READ_IN_BOUNDS = """
import resource, sys, tracemalloc
from pathlib import Path
from flows.records import Columns, read_table
from flows.tables.resource_limits import REPLAY
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tracemalloc.start()
print([(type(item).__name__, item.number) for item in read_table(Path(sys.argv[1]), ["留言编号"], Columns(), REPLAY)])
print(tracemalloc.get_traced_memory()[1] // 1024, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_field_of_100_mb_is_passed_over_in_a_few_mb_of_memory(table: Path, quote: str) -> None:
    with table.open("wb") as file:
        file.write(f"{HEADER}\n1,甲,a\n2,乙,{quote}".encode())
        for _ in range(100):
            file.write(b"0123456789abcde," * (1 << 16) if quote else b"0123456789abcdef" * (1 << 16))
        file.write(f"{quote}\n3,丙,c\n".encode())
    done = subprocess.run(
        [sys.executable, "-c", READ_IN_BOUNDS, str(table)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    kinds, peaks = done.stdout.splitlines()
    assert kinds == "[('Record', 1), ('BadRecord', 2), ('Record', 3)]"
    traced, resident = map(int, peaks.split())  # KiB
    assert traced < 8 * 1024
    assert resident < 16 * 1024


# --- tables of no use ------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", "\ufeff", "\n\r\n  \n", ",,\n"])
def test_an_empty_table_is_refused(table: Path, content: str) -> None:
    with pytest.raises(TableError, match="the table is empty; its first record must name the columns"):
        _loaded(table, content)


def test_a_missing_column_is_refused_before_the_first_record(table: Path) -> None:
    table.write_text(f"{HEADER}\n1,甲,a\n", encoding="utf-8")
    with pytest.raises(TableError) as refused:
        read_table(table, ["留言编码", "答复时间", "留言主题"])
    assert str(refused.value) == (
        f'{table.name}: missing column "留言编码" (did you mean "留言编号"?); "答复时间"; '
        "found: 留言编号, 留言主题, 留言详情"
    )


def test_a_column_named_twice_is_refused(table: Path) -> None:
    with pytest.raises(TableError, match="the header names a column twice: 时间"):
        _loaded(table, "编号,时间, 时间\n1,a,b\n")


def test_a_broken_header_is_refused(table: Path) -> None:
    with pytest.raises(TableError, match="the header opens a quote that is never closed"):
        _loaded(table, f'"{HEADER}\n1,甲,a\n')


def test_a_file_that_is_not_there_is_refused(table: Path) -> None:
    with pytest.raises(TableError, match=r"cannot be read: .*No such file"):
        read_table(table)


def test_a_workbook_named_csv_is_refused(tmp_path: Path) -> None:
    book = _workbook(tmp_path / "table.xlsx", [["留言编号"], ["1"]])
    with pytest.raises(TableError, match="is a workbook of Excel"):
        read_table(book.rename(tmp_path / "table.csv"))


# --- Excel -----------------------------------------------------------------------------------------------


def _workbook(path: Path, rows: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    book.add_worksheet()
    formats: dict[type, xlsxwriter.format.Format] = {
        datetime: book.add_format({"num_format": "yyyy/m/d h:mm:ss"}),
        date: book.add_format({"num_format": "yyyy/m/d"}),
    }
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(number, column, value, formats.get(type(value)))
    book.close()
    return path


def test_cells_of_a_workbook_become_text(tmp_path: Path) -> None:
    path = _workbook(
        tmp_path / "table.xlsx",
        [
            ["编号", "区划", "时间", "日期", "面积", "详情"],
            [7, 110100.0, datetime(2019, 4, 25, 9, 32, 9), date(2019, 4, 25), 2.5, "一\n二"],  # noqa: DTZ001 - Excel
            ["", "", "", "", "", ""],
            ["007", "", datetime(2019, 12, 31, 23, 59, 59), "", "", ""],  # noqa: DTZ001
        ],
    )
    first, second = read_table(path, ["编号", "时间"], Columns(days=["时间", "日期"]))
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert list(first.values.values()) == [
        "7",
        "110100",
        "2019-04-25 09:32:09",
        "2019-04-25",
        "2.5",
        "一\n二",
    ]
    assert (second.number, second.values["编号"], second.values["时间"]) == (2, "007", "2019-12-31 23:59:59")


def test_a_time_written_with_few_digits_is_the_nearest_second(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "table.xlsx")
    sheet = book.add_worksheet()
    sheet.write(0, 0, "时间")
    sheet.write(1, 0, 43580.3973263, book.add_format({"num_format": "yyyy/m/d h:mm:ss"}))
    book.close()
    records = list(read_table(tmp_path / "table.xlsx", (), Columns(days=["时间"])))
    assert records == [Record(1, {"时间": "2019-04-25 09:32:09"})]


def test_excels_name_of_a_carriage_return_becomes_a_line_break(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "table.xlsx", [["详情"], ["一_x000D_\n二_x000D_三"]])
    assert list(read_table(path)) == [Record(1, {"详情": "一\n二\n三"})]


def test_a_table_may_stand_anywhere_on_its_sheet(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "table.xlsx", [[], [], ["", "", "编号"], [], ["", "", "1"]])
    assert list(read_table(path, ["编号"])) == [Record(1, {"编号": "1"})]


def test_a_workbook_with_a_missing_column_is_refused(tmp_path: Path) -> None:
    path = _workbook(tmp_path / "table.xlsx", [["留言编号"], ["1"]])
    with pytest.raises(TableError, match='missing column "留言主题"; found: 留言编号'):
        read_table(path, ["留言编号", "留言主题"])


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="the table is empty"):
        read_table(_workbook(tmp_path / "table.xlsx", []))


def test_a_broken_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "table.xlsx"
    path.write_text("not a workbook", encoding="utf-8")
    with pytest.raises(TableError, match="cannot be read"):
        read_table(path)


def test_read_table_goes_by_the_ending(table: Path, tmp_path: Path) -> None:
    table.write_text(f"{HEADER}\n1,甲,a\n", encoding="utf-8")
    upper = table.rename(tmp_path / "TABLE.CSV")
    assert _subjects(list(read_table(upper))) == ["甲"]
    with pytest.raises(TableError, match=r"it ends in \.doc, a table is a \.csv or \.xlsx file: save it as one"):
        read_table(tmp_path / "table.doc")
