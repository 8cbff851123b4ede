"""Tables that lie in the import folder at night are taken over whole, or refused whole with the reason beside them."""

from datetime import date, datetime
from pathlib import Path

import pytest

from flows.imports import take_over
from rulebooks import ZONE
from storage import Register
from storage.statements import reading
from tests.calendars import a_notice, as_toml

AT = datetime(2025, 3, 20, 3, 30, tzinfo=ZONE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder in which no database lies."""
    folder = tmp_path / "import"
    folder.mkdir()
    return folder


def people(register: Register) -> list[tuple[str, str]]:
    with reading(register.engine) as cursor:
        return cursor.rows("SELECT id, name FROM people ORDER BY id")


def test_files_are_taken_in_the_order_in_which_one_names_the_other_and_moved_aside(
    register: Register, folder: Path
) -> None:
    (folder / "people.csv").write_text("编号,姓名,身份,单位\nW1,马跃,承办人,U1\n", "utf-8")
    (folder / "units.csv").write_text("编号,名称,区划,类别\nU1,交通局,3213,政府\n", "utf-8")
    (folder / "regions.csv").write_text("代码,名称,级别,上级代码\n3213,宿迁市,市,\n", "utf-8")
    report = take_over(register, folder, AT)
    assert report.done == ["regions.csv", "units.csv", "people.csv"]
    assert people(register) == [("W1", "马跃")]
    assert sorted(path.name for path in (folder / "done").iterdir()) == [
        "20250320-033000-people.csv", "20250320-033000-regions.csv", "20250320-033000-units.csv",
    ]  # fmt: skip
    assert str(take_over(register, folder, AT)) == "no files"


def test_a_bad_file_is_refused_whole_with_the_reason_beside_it(desk: Register, folder: Path) -> None:
    before = people(desk)
    (folder / "people.csv").write_text("编号,姓名,身份\nW8,甲,承办人\nW9,乙,国王\n", "utf-8")
    (folder / "holidays.csv").write_text("x\n1\n", "utf-8")
    (folder / "readme.md").write_text("kept", "utf-8")
    report = take_over(desk, folder, AT)
    assert report.done == []
    assert report.refused.keys() == {"people.csv", "holidays.csv"}
    why = (folder / "refused" / "20250320-033000-people.csv.txt").read_text("utf-8")
    assert "国王" in why
    assert "named for nothing known" in report.refused["holidays.csv"]
    assert people(desk) == before
    assert (folder / "readme.md").exists(), "what is no table is left alone"
    assert "no table" in report.left["readme.md"], "and named"
    assert "readme.md" in str(report)


def test_a_region_has_a_folder_of_its_own(desk: Register, folder: Path) -> None:
    (folder / "321300").mkdir()
    (folder / "321300" / "people.csv").write_text("编号,姓名,身份,单位\nW1,新名,承办人,U1\n", "utf-8")
    assert take_over(desk, folder, AT, "321300").done == ["people.csv"]
    assert ("W1", "新名") in people(desk)


def test_the_folders_of_regions_are_taken_by_the_import_of_the_whole_house(
    desk: Register, folder: Path
) -> None:
    (folder / "321300").mkdir()
    (folder / "321300" / "units.csv").write_text("编号,名称,类别,区划\nU9,新局,政府,321300\n", "utf-8")
    (folder / "people.csv").write_text("编号,姓名,身份,单位\nW9,甲,承办人,U9\n", "utf-8")
    report = take_over(desk, folder, AT)
    assert report.done == ["321300/units.csv", "people.csv"], "units first, wherever they lie"
    assert (folder / "321300" / "done" / "20250320-033000-units.csv").is_file()
    assert str(take_over(desk, folder, AT)) == "no files"


def test_a_calendar_notice_is_taken_over_as_well(register: Register, folder: Path) -> None:
    (folder / "2027.toml").write_text(as_toml(a_notice(2027, off=[date(2027, 1, 4)])), "utf-8")
    report = take_over(register, folder, AT)
    assert report.refused == {}
    assert not register.workdays().is_workday(date(2027, 1, 4))
    assert register.workdays().knows(2027)


@pytest.mark.parametrize("name", ["", "absent"])
def test_no_folder_is_no_fault(register: Register, tmp_path: Path, name: str) -> None:
    assert str(take_over(register, name and tmp_path / name, AT)) == "no files"
