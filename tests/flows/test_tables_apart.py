"""A table that would stop the house ends its own reader at most, and is refused in words."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
import xlsxwriter

import portal
from flows.imports import take_over, take_table
from flows.records import BadRecord, Columns, Record, TableError, read_pasted, read_table
from flows.tables import apart
from flows.tables.apart import AT_ONCE, messages_about
from flows.tables.cells import Unreadable
from flows.tables.resource_limits import IMPORT, MIB
from flows.toml import LIMITS, read_toml
from rulebooks import ZONE
from storage import ImportRefused, Register
from storage.powers import Importer

AT = datetime(2025, 3, 20, 3, 30, tzinfo=ZONE)
SHEET = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def a_workbook(path: Path, rows: str, texts: str = "", dimension: str = "") -> Path:
    """A workbook whose only sheet has these rows as XML."""
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    kinds = {"rId1": ("worksheet", "worksheets/sheet1.xml"), "rId2": ("sharedStrings", "sharedStrings.xml")}
    links = "".join(
        f'<Relationship Id="{id_}" Type="{related}/{kind}" Target="{part}"/>' for id_, (kind, part) in kinds.items()
    )
    with ZipFile(path, "w", ZIP_DEFLATED) as file:
        file.writestr("xl/workbook.xml", f'<workbook xmlns:r="{related}"><sheets><sheet name="甲" sheetId="1" '
                      'r:id="rId1"/></sheets></workbook>')  # fmt: skip
        file.writestr("xl/_rels/workbook.xml.rels", f"<Relationships>{links}</Relationships>")
        file.writestr("xl/sharedStrings.xml", f"<sst>{texts}</sst>")
        file.writestr("xl/worksheets/sheet1.xml", SHEET % rows)
    return path


def a_text(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="1">{a_text("A1", "编号")}{a_text("B1", "姓名")}{a_text("C1", "身份")}</row>'


# --- what stopped the house -----------------------------------------------------------------------------------


def test_a_workbook_with_one_cell_in_its_last_corner_ends_nobody(tmp_path: Path) -> None:
    rows = f'{HEADER}<row r="1048576">{a_text("XFD1048576", "x")}</row>'
    [bad] = read_table(a_workbook(tmp_path / "people.xlsx", rows))
    assert isinstance(bad, BadRecord)
    assert 'sheet "甲", row 1048576, column XFD' in bad.reason
    assert "第 1048576 行XFD 列" in bad.chinese


def test_a_wide_row_at_the_end_of_the_sheet_takes_no_memory(tmp_path: Path) -> None:
    rows = f'{HEADER}<row r="1048576">{a_text("GS1048576", "x")}</row>'
    assert [type(record) for record in read_table(a_workbook(tmp_path / "a.xlsx", rows))] == [BadRecord]


def test_a_text_of_300_mb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as file, file.open("xl/sharedStrings.xml", "w", force_zip64=True) as part:
        for _ in range(300):
            part.write(b"x" * MIB)
    began = time.monotonic()
    with pytest.raises(TableError, match="unpacks to more than a table may"):
        read_table(path)
    assert time.monotonic() - began < 10


def test_an_archive_that_lies_about_its_size_is_stopped_while_it_is_unpacked(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "people.xlsx", HEADER, "<si><t>" + "x" * (4 * MIB) + "</t></si>")
    content = bytearray(path.read_bytes())
    for at in (content.find(b"xl/sharedStrings.xml") - 30, content.rfind(b"xl/sharedStrings.xml") - 46):
        offset = 22 if content[at : at + 4] == b"PK\x03\x04" else 24
        content[at + offset : at + offset + 4] = (100).to_bytes(4, "little")
    path.write_bytes(content)
    with pytest.raises(TableError, match=r"unpacks to more|is broken inside"):
        list(read_table(path, limits=replace(IMPORT, unpacked=2 * MIB)))


def test_a_workbook_that_blows_up_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", f"{HEADER}<!--{' ' * (40 * MIB)}-->")
    with pytest.raises(TableError, match="times its size"):
        read_table(path)


def test_a_format_that_is_longer_than_excel_keeps_is_not_quoted_in_every_refusal(tmp_path: Path) -> None:
    """A workbook of two kilobytes made a refusal of seventy megabytes."""
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"
    cells = "".join(f'<row r="{row}"><c r="A{row}" s="1"><v>5.5</v></c></row>' for row in range(2, 90))
    path = a_workbook(tmp_path / "a.xlsx", HEADER + cells)
    with ZipFile(path) as old, ZipFile(tmp_path / "b.xlsx", "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            link = f'<Relationship Id="rId3" Type="{related}" Target="styles.xml"/></Relationships>'.encode()
            new.writestr(name, old.read(name).replace(b"</Relationships>", link))
        code = "[h]0.0;" * 100_000
        new.writestr("xl/styles.xml", f'<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{code}"/></numFmts>'
                     '<cellXfs><xf numFmtId="0"/><xf numFmtId="200"/></cellXfs></styleSheet>')  # fmt: skip
    with pytest.raises(TableError, match="broken inside") as refused:
        list(read_table(tmp_path / "b.xlsx"))
    assert len(str(refused.value)) < 500


def test_a_refusal_is_bounded_however_many_rows_are_bad(register: Register, tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text(
        "编号,姓名,身份\n" + "".join(f"N{n},甲,{'不知道的身份' * 900}\n" for n in range(3_000)), "utf-8"
    )
    with pytest.raises(ImportRefused) as refused:
        take_table(register, "people", tmp_path / "people.csv", Importer("x", AT))
    assert len(refused.value.faults) >= 3_000
    for words in (str(refused.value), refused.value.chinese):
        assert len(words) < 1_000 * 500
        assert "还有 and" in words


def test_very_many_parts_are_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", HEADER)
    with ZipFile(path, "a") as file:
        for number in range(2_001):
            file.writestr(f"x/{number}", "")
    with pytest.raises(TableError, match="holds 2,005 parts, at most 2,000"):
        read_table(path)


@pytest.mark.parametrize("kind", ["memory", "time", "wall", "answer", "records"])
def test_each_limit_ends_the_reader_and_is_said_in_words(tmp_path: Path, kind: str) -> None:
    limits, words = {
        "memory": (replace(IMPORT, memory=48 * MIB), "needs more memory"),
        "time": (replace(IMPORT, seconds=1), "was not read within 1 seconds"),
        "wall": (replace(IMPORT, wall=1), "was not read within"),
        "answer": (replace(IMPORT, answer=1000), "holds more than 1,000 bytes"),
        "records": (replace(IMPORT, records=10), "has more than 10 records"),
    }[kind]
    texts = "".join(f"<si><t>{number:04d}{'字' * 900}</t></si>" for number in range(20_000))
    rows = "".join(f'<row><c t="s"><v>{number}</v></c></row>' for number in range(20_000))
    path = a_workbook(tmp_path / "a.xlsx", HEADER + rows, texts)
    with pytest.raises(TableError, match=words):
        list(read_table(path, limits=replace(limits, ratio=10_000)))


def test_a_document_type_which_could_make_much_of_little_is_refused(tmp_path: Path) -> None:
    path = a_workbook(tmp_path / "a.xlsx", HEADER)
    with ZipFile(path) as old, ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            if name == "xl/worksheets/sheet1.xml":
                text = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + text
            new.writestr(name, text)
    with pytest.raises(TableError, match="DOCTYPE"):
        read_table(tmp_path / "b.xlsx")


def test_a_header_of_half_a_million_columns_is_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(",".join(f"{number:x}" for number in range(150_000)) + "\n1\n")
    began = time.process_time()
    with pytest.raises(TableError, match="has 150,000 columns, at most 256"):
        read_table(tmp_path / "a.csv")
    assert time.process_time() - began < 2


def test_a_file_of_bad_records_is_given_up_after_a_hundred(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n" + "1\n" * 5_000)
    records = list(read_table(tmp_path / "a.csv"))
    assert len(records) == 101
    assert isinstance(records[-1], BadRecord)
    assert "more than 100 bad records" in records[-1].reason


DEEP = pytest.param("a." * 60_000 + "a = 1", marks=pytest.mark.slow)


@pytest.mark.parametrize("text", ["a = " + "[" * 5_000, DEEP, "x" * (LIMITS.file + 1), "\xff\xfe"])
def test_a_notice_that_would_exhaust_its_parser_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.toml"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(TableError):
        read_toml(path)


def test_what_is_no_regular_file_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "people.csv")
    with pytest.raises(TableError, match="not a regular file"):
        read_table(tmp_path / "people.csv")


# --- the process apart ----------------------------------------------------------------------------------------


def test_the_reader_imports_nothing_of_the_house_but_itself() -> None:
    code = "import sys, flows.tables.__main__; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert not [name for name in loaded if name.partition(".")[0] in ("portal", "storage", "states", "rulebooks")]
    assert not {"prefect", "sqlmodel", "sqlalchemy", "pydantic", "loguru", "flows.records"} & set(loaded)
    assert len(loaded) < 180, "it starts for every upload"


def test_every_parser_of_what_an_office_sends_is_the_one_apart() -> None:
    """Nothing else in the house opens what an office sends with a parser of tables; the writers are named."""
    words = ("csv", "tomllib", "calamine", "openpyxl", "zipfile", "expat", "ElementTree", "lxml", "pandas")
    writers = {
        "notifications/papers/docx_files.py",  # the office's own templates, put there by its engineers
        "notifications/papers/template_rendering.py",
        "storage/erased.py",  # papers that the house made
        # settings, mappings and rulebooks of theirs
        "flows/channels.py", "flows/mapping.py", "rulebooks/rule_files.py", "notifications/papers/issuers.py",
        "portal/commands/rehearsals.py",
        "portal/web/help_pages.py",  # what the house says of its own pages
        "storage/first_texts.py",  # texts that came with an earlier version
    }  # fmt: skip
    root = Path(portal.__file__).parents[1]
    callers = {
        path.relative_to(root).as_posix()
        for package in ("portal", "flows", "storage", "notifications", "states", "rulebooks")
        for path in (root / package).rglob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if line.strip().startswith(("import ", "from ")) and any(f" {word}" in line.replace(".", " ") for word in words)
    }
    assert {caller for caller in callers if not caller.startswith("flows/tables/")} == writers


def test_every_page_that_reads_a_table_has_places_apart_from_the_writers() -> None:
    """Walks the pages: a module that reads tables marks each of its forms that may do so."""
    pages = (Path(portal.__file__).parent / "web").glob("*.py")
    readers = re.compile(r"\b(read_sent|take_table|read_table|pasted|read_notice|read_toml)\(")
    texts = {page.name: page.read_text("utf-8") for page in pages if page.name != "pasting.py"}
    reading = {name for name, text in texts.items() if readers.search(text)}
    assert reading == {"calendar_pages.py", "import_pages.py", "reception.py"}
    marked = {name: text.count("@takes_files") for name, text in texts.items() if "@takes_files" in text}
    assert marked == {"calendar_pages.py": 2, "import_pages.py": 4, "reception.py": 1}


WIDE = pytest.param("\t" * (4 * MIB) + "x", marks=pytest.mark.slow)


@pytest.mark.parametrize("text", ["甲\n" * 5_010, WIDE, '"' * (8 * MIB)])
def test_rows_that_are_pasted_are_read_apart_and_refused_in_words(text: str) -> None:
    with pytest.raises(TableError):
        read_pasted(text, replace(IMPORT, records=5_000))
    assert read_pasted("\n" * MIB, IMPORT) == []


def test_its_limits_hold_before_the_file_is_opened(tmp_path: Path) -> None:
    code = (
        "import resource; from flows.tables.resource_limits import Limits, confine; confine(Limits()); "
        "print(*(resource.getrlimit(one)[1] for one in (resource.RLIMIT_AS, resource.RLIMIT_CPU, "
        "resource.RLIMIT_FSIZE, resource.RLIMIT_CORE)))"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(IMPORT.memory), str(IMPORT.seconds), "0", "0"]


def test_the_process_gets_no_secret_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_SECRET", "geheim")
    given: dict[str, object] = {}
    popen = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **more: given.update(more) or popen(*args, **more))
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert list(read_table(tmp_path / "a.csv")) == [Record(1, {"a": "1"})]
    assert "DUBAN_SECRET" not in given["env"]  # type: ignore[operator]


def test_a_reader_that_is_killed_is_a_refusal(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n" + "1\n" * 90_000)
    rows = messages_about(tmp_path / "a.csv", ".csv", IMPORT)
    next(rows)
    for child in Path(f"/proc/{os.getpid()}/task").glob("*/children"):
        for pid in child.read_text().split():
            if "flows.tables" in Path(f"/proc/{pid}/cmdline").read_text():
                os.kill(int(pid), signal.SIGABRT)
    with pytest.raises(Unreadable, match="reader_ended"):
        list(rows)


def test_at_most_two_tables_are_read_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n1\n2\n")
    held = [read_table(tmp_path / "a.csv") for _ in range(AT_ONCE)]
    with pytest.raises(TableError, match="2 other tables are being read"):
        read_table(tmp_path / "a.csv", limits=replace(IMPORT, wall=1))
    threads = [threading.Thread(target=list, args=(table,)) for table in held]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(read_table(tmp_path / "a.csv"))) == 2


def test_a_table_that_nobody_reads_to_its_end_gives_its_turn_back(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a\n" + "1\n" * 20_000)
    for _ in range(2 * AT_ONCE):
        next(read_table(tmp_path / "a.csv"))
    assert apart.TURNS._value == AT_ONCE


# --- the import folder ----------------------------------------------------------------------------------------


def test_a_file_that_ends_the_engine_is_not_read_again(
    register: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "people.csv").write_text("编号,姓名,身份\nW1,甲,承办人\n", "utf-8")

    class Died(BaseException):
        """What a crash leaves: nothing more is done."""

    def dying(*_: object) -> None:
        assert not (folder / "people.csv").exists(), "it lies aside before it is read"
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr("flows.imports.take_table", dying)
        with pytest.raises(Died):
            take_over(register, folder, AT)
    assert [path.name for path in (folder / "reading").iterdir()] == ["20250320-033000-people.csv"]
    report = take_over(register, folder, AT)
    assert report.done == []
    [why] = report.refused.values()
    assert "breaks its reader" in str(why)
    assert (folder / "refused" / "20250320-033000-people.csv.txt").is_file()
    assert str(take_over(register, folder, AT)) == "no files"


@pytest.mark.parametrize("name", ["REGIONS.XLSX", "Regions.CSV", "regions.xlsm", "regions.csv"])
def test_a_file_is_taken_however_its_name_is_written(register: Register, tmp_path: Path, name: str) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    if name.lower().endswith(".csv"):
        (folder / name).write_text("代码,名称,级别\n3213,宿迁市,市\n", "utf-8")
    else:
        buffer = BytesIO()
        with xlsxwriter.Workbook(buffer) as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["代码", "名称", "级别"])
            sheet.write_row(1, 0, ["3213", "宿迁市", "市"])
        (folder / name).write_bytes(buffer.getvalue())
    assert take_over(register, folder, AT).done == [name]


@pytest.mark.parametrize("ending", [".xls", ".XLS", ".ods", ".et", ".xlsb"])
def test_a_table_of_another_program_is_refused_with_what_to_save_it_as(
    register: Register, tmp_path: Path, ending: str
) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / f"regions{ending}").write_bytes(b"\xd0\xcf\x11\xe0")
    report = take_over(register, folder, AT)
    assert "a table is a .csv or .xlsx file: save it as one" in str(report.refused[f"regions{ending}"])
    why = next((folder / "refused").glob("*.txt")).read_text("utf-8")
    assert "请另存为 .xlsx 或者 .csv" in why


def test_an_old_workbook_under_a_new_name_is_told_from_a_broken_one(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(TableError, match=r"is an old \.xls or has a password"):
        read_table(tmp_path / "a.xlsx")


def test_links_and_other_programs_files_are_left_and_named(register: Register, tmp_path: Path) -> None:
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "people.csv").symlink_to("/etc/passwd")
    (folder / "~$units.xlsx").write_text("x")
    report = take_over(register, folder, AT)
    assert report.left.keys() == {"people.csv", "~$units.xlsx"}
    assert all(name in str(report) for name in report.left)
    assert report.refused == {}


def test_columns_that_are_not_asked_for_cannot_spoil_a_table(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("编号,备注\n1,#N/A\n", "utf-8")
    assert list(read_table(tmp_path / "a.csv", (), Columns(names=["编号"]))) == [Record(1, {"编号": "1", "备注": ""})]


