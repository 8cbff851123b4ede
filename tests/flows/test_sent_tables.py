"""Any sensible sheet is read, and of each of its cells it can be said what became of it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import orjson
import pytest

import flows.sent_sheets
from flows.imports import KINDS
from flows.sent_tables import FileChoices, SentFile, read_sent
from flows.tables.cells import packed
from flows.tables.delimited import read_delimited
from flows.tables.resource_limits import Limits
from flows.tables.workbook import every_sheet
from storage import COLUMNS
from tests.builders import CITY
from tests.messy_workbooks import MESSY, cells_of

ALL = (*KINDS, "calendar", "reception")


def here(path: Path, ending: str, limits: Limits, every: bool) -> Iterator[list[Any]]:
    """The answers of the reader, without its process."""
    file = BytesIO(path.read_bytes())
    if ending == ".csv":
        yield from (packed(row) for row in read_delimited(file))
        return
    for name, hidden, looked, rows in every_sheet(file, len(file.getvalue()), limits):
        yield ["sheet", name, hidden, looked.hidden, looked.beside, [*looked.merged]]
        for row in rows:
            yield orjson.loads(orjson.dumps(packed(row)))


@pytest.fixture(autouse=True)
def _in_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flows.sent_sheets, "messages_about", here)


def reading(folder: Path, name: str, choices: FileChoices | None = None) -> SentFile:
    path = folder / name
    path.write_bytes(MESSY[name]())
    return read_sent(path, ALL, choices=choices or FileChoices())


def values(file: SentFile, kind: str) -> list[dict[str, str]]:
    return [row.values for row in file.rows(kind)]


@pytest.mark.parametrize("name", MESSY)
def test_each_cell_is_read_or_there_is_a_reason(tmp_path: Path, name: str) -> None:
    file = reading(tmp_path, name)
    accounts = list(file.cells())
    places = {(cell.place.sheet, cell.place.row, cell.place.column) for cell in accounts}
    assert cells_of(name, MESSY[name]()) <= places
    taken = {(row.sheet, row.number) for kind in ALL for row in file.rows(kind)}
    assert taken, "some row of each is data"
    for cell in accounts:
        assert cell.why is not None or (cell.place.sheet, cell.place.row) in taken
        assert not cell.why or cell.why.chinese


def test_heads_are_found_below_titles_in_two_rows_and_by_what_else_they_are_called(tmp_path: Path) -> None:
    assert values(reading(tmp_path, "titled_units.xlsx"), "units") == [
        {"id": "M1", "name": "市水务局", "region": CITY, "kind": "政府部门", "phone": "0527-84350001", "email": ""},
        {"id": "M2", "name": "市法院", "region": CITY, "kind": "人民法院", "phone": "0527-84350002",
         "email": "fy@example.org"},
    ]  # fmt: skip


def test_days_names_and_numbers_are_read_however_they_are_written(tmp_path: Path) -> None:
    people = values(reading(tmp_path, "padded_roster.xlsx"), "people")
    assert [person["name"] for person in people] == ["张三", "李四", "王五", "赵六", "欧阳七七"]
    assert [person["term_from"] for person in people] == [
        "2026-03-05", "2027-01-09", "2026-03-05", "2026-03-05", "2026-03-05"
    ]  # fmt: skip
    assert (people[0]["phone"], people[0]["unit"]) == ("13812345678", "")


def test_a_merged_cell_holds_for_each_row_that_it_covers(tmp_path: Path) -> None:
    assert [place["region"] for place in values(reading(tmp_path, "merged_places.xlsx"), "places")] == [CITY] * 3


def test_each_sheet_is_recognised_by_its_heads_and_hidden_ones_are_said(tmp_path: Path) -> None:
    file = reading(tmp_path, "several_sheets.xlsx")
    assert [(sheet.sheet.name, sheet.kind, sheet.why and sheet.why.code) for sheet in file.sheets] == [
        ("人员", "people", None), ("单位", "units", None), ("说明", "", "guide_sheet"),
        ("联系记录", "", "other_sheet"), ("旧名单", "", "hidden_sheet"),
    ]  # fmt: skip
    assert any("旧名单" in note for note in file.notes)


def test_a_hidden_row_is_refused_until_somebody_says_that_it_is_read(tmp_path: Path) -> None:
    hidden = [row.faults.keys() for row in reading(tmp_path, "filtered_roster.xlsx").rows("people")]
    assert [*map(bool, hidden)] == [False, True, False]
    chosen = reading(tmp_path, "filtered_roster.xlsx", FileChoices(hidden_rows=True))
    assert not any(row.faults for row in chosen.rows("people"))
    assert any("D" in note for note in chosen.notes), "the hidden column was read, and that is said"


def test_what_stands_between_the_rows_is_no_row(tmp_path: Path) -> None:
    file = reading(tmp_path, "sectioned_units.xlsx")
    assert [row["id"] for row in values(file, "units")] == ["M31", "M32"]
    assert {number: why.code for number, why in file.sheets[0].aside.items()} == {
        2: "section_row", 5: "head_again", 6: "section_row", 8: "foot_row"
    }  # fmt: skip


def test_a_person_chooses_the_columns_the_values_and_the_rows(tmp_path: Path) -> None:
    columns = {"人员": {0: "id", 1: "name", 2: "role", 6: "-"}}
    choices = FileChoices(columns=columns, values={("人员", 2, "role"): "代表"}, left={("人员", 8)})
    people = reading(tmp_path, "faulty_roster.xlsx", choices).rows("people")
    assert people[0].values == {"id": "N41", "name": "吴一", "role": "代表"}
    assert len(people) == 6


def test_every_other_name_of_a_column_leads_to_a_column_of_its_table() -> None:
    from states.sheets.synonyms import HEADS_TOO, VALUES_TOO
    from states.sheets.tables import TABLES

    assert HEADS_TOO.keys() == TABLES.keys() >= COLUMNS.keys()
    for kind, names in HEADS_TOO.items():
        fields = {field.key: field for field in TABLES[kind]}
        assert {*map(str, names)} <= fields.keys(), kind
        for key, others in VALUES_TOO.get(kind, {}).items():
            assert not {*others} & {choice.zh for choice in fields[key].among}, "it has that name already"
