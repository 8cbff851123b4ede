"""A table to fill in says of each column what its field says, and takes back what it shows as an example."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from flows.imports import take_table
from flows.mapping import Mapping
from flows.notices import read_notice
from flows.records import Columns, Record, read_table
from portal.cli import app
from portal.visitor.import_templates import history_sheet, template
from portal.visitor.site import Site
from states.sheet_page import COLUMN_HEAD, column_row
from states.sheets import SHEETS, Sheet
from states.sheets.tables import DIRECTORY, TABLES
from storage import Register
from storage.powers import Importer
from storage.rolls import PeopleFilter, directory_rows
from tests.builders import FIRST
from tests.portal.city import a_whole_directory
from tests.portal.test_rights import a_site, alone
from tests.portal.web import page_text, signed_in

__all__ = ["alone"]

CONSOLE = Importer("console", datetime(2025, 3, 20, tzinfo=UTC), "console", "table.xlsx", None, staffs=True)
HISTORY = history_sheet(Mapping.load("cn-replies"))


@pytest.fixture
def site(alone: Register) -> Site:
    a_whole_directory(alone)
    return a_site(alone, FIRST)


def opened(content: bytes) -> tuple[Worksheet, Worksheet]:
    book = load_workbook(BytesIO(content))
    assert book.sheetnames == ["填写", "说明"]
    return book["填写"], book["说明"]


def filled(fields: Sheet, folder: Path, left: str = "") -> Path:
    """The template with its own example typed into its first row but for the column `left` out, as Excel saves it."""
    book = load_workbook(BytesIO(template(fields)))
    examples = [row[4] for row in book["说明"].iter_rows(min_row=2, values_only=True)]
    for at, text in enumerate(examples, start=1):
        book["填写"].cell(2, at, text if text and fields[at - 1].key != left else None)
    path = folder / "filled.xlsx"
    book.save(path)
    return path


@pytest.mark.parametrize("fields", [*TABLES.values(), HISTORY], ids=[*TABLES, "history"])
def test_a_template_says_of_each_column_what_its_field_says(fields: Sheet) -> None:
    table, guide = opened(template(fields))
    assert [cell.value for cell in table[1]] == [field.label[0] for field in fields]
    assert [cell.fill.fill_type == "solid" for cell in table[1]] == [field.required for field in fields]
    assert table.max_row == 1
    first, *rows = guide.iter_rows(values_only=True)
    assert first == COLUMN_HEAD
    for field, (label, hint, values, needed, shown) in zip(fields, rows, strict=True):
        assert label == "\n".join(field.label)
        assert (hint or "") == "\n".join(field.hint or ())
        assert all(choice.zh in values and choice.en in values for choice in field.choices)
        assert (needed or "", shown or "") == ("✓" if field.required else "", column_row(field)[-1])


@pytest.mark.parametrize("fields", [*TABLES.values(), HISTORY], ids=[*TABLES, "history"])
def test_a_column_offers_just_the_values_of_its_closed_set(fields: Sheet) -> None:
    table, _ = opened(template(fields))
    offered = {
        next(iter(rule.sqref.ranges)).min_col: rule.formula1.strip('"').split(",")
        for rule in table.data_validations.dataValidation
        if rule.type == "list"
    }
    closed = {at: [choice.zh for choice in field.choices] for at, field in enumerate(fields, start=1) if field.choices}
    assert offered == closed


def test_the_columns_of_opinions_are_fields_of_their_actions() -> None:
    keys = {field.key for action in ("record", "answer_on_site") for field in SHEETS[action]}
    assert {field.key for field in TABLES["reception"]} - keys == {"name", "phone"}


def test_the_examples_of_the_directory_are_taken_in(alone: Register, tmp_path: Path) -> None:
    a_whole_directory(alone)
    for kind, fields in DIRECTORY.items():
        report = take_table(alone, kind, filled(fields, tmp_path), CONSOLE)
        assert report.new + report.replaced == 1
        assert report.notes == ()
        key = fields[0]
        rows = directory_rows(alone, kind, PeopleFilter())
        row = next(row for row in rows if row[key.key] == key.example)
        assert {field.key: str(row[field.key]) for field in fields if field.example} == {
            field.key: field.example for field in fields if field.example
        }


def test_the_example_of_a_calendar_and_of_a_history_is_read(tmp_path: Path) -> None:
    (day,) = read_notice(filled(TABLES["calendar"], tmp_path)).days
    assert (day.day.isoformat(), day.working, day.source) == ("2027-10-09", True, "市政府办公室通知")
    mapping = Mapping.load("cn-replies")
    (record,) = read_table(filled(HISTORY, tmp_path), mapping.columns(), Columns())
    assert isinstance(record, Record)
    instants = mapping.instants(record.values)
    assert isinstance(instants, list)
    assert None not in instants


def test_the_example_of_a_reception_day_is_recorded(site: Site, tmp_path: Path) -> None:
    clerk = signed_in(site, "R1")
    page = clerk.submit("/reception", "/reception", files={"file": filled(TABLES["reception"], tmp_path).open("rb")})
    assert "收到 1 件，当场答复 1 件" in page_text(page)
    for left in ("title", "body"):
        table = filled(TABLES["reception"], tmp_path, left)
        page = clerk.submit("/reception", "/reception", files={"file": table.open("rb")})
        assert "收到 1 件" in page_text(page)
    assert not any(field.required for field in TABLES["reception"])


def test_what_is_there_is_downloaded_in_words_and_taken_back_unchanged(site: Site, tmp_path: Path) -> None:
    browser = signed_in(site, "R1")
    for kind in DIRECTORY:
        browser.get(f"/directory/{kind}.xlsx")
        assert browser.last is not None
        table, _ = opened(browser.last.content)
        words = {choice.zh for field in DIRECTORY[kind] for choice in field.choices}
        shown = {cell for row in table.iter_rows(min_row=2, values_only=True) for cell in row}
        assert kind == "places" or words & shown
        path = tmp_path / f"{kind}.xlsx"
        path.write_bytes(browser.last.content)
        before = directory_rows(site.register, kind, PeopleFilter())
        take_table(site.register, kind, path, CONSOLE)
        assert directory_rows(site.register, kind, PeopleFilter()) == before


def test_a_template_is_made_and_told_at_the_console(tmp_path: Path) -> None:
    out = tmp_path / "units.xlsx"
    assert CliRunner().invoke(app, ["template", "units", "--out", str(out)]).exit_code == 0
    assert [cell.value for cell in opened(out.read_bytes())[0][1]] == [field.label[0] for field in DIRECTORY["units"]]
    again = CliRunner().invoke(app, ["template", "units", "--out", str(out)])
    assert again.exit_code == 1
    printed = CliRunner().invoke(app, ["template", "history", "--mapping", "cn-replies"]).stdout
    assert "留言时间" in printed
    assert CliRunner().invoke(app, ["template", "cases"]).exit_code == 1
