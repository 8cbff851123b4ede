"""Tables that lie in the import folder at night are taken over whole, or refused whole with the reason beside them."""

import os
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
    assert "named for nothing known" in str(report.refused["holidays.csv"])
    assert people(desk) == before
    assert (folder / "readme.md").exists(), "what is no table is left alone"
    assert report.left["readme.md"].chinese() == "不是表：要 .csv 或者 .xlsx 或者 .xlsm 或者 .toml"
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


PEOPLE = "编号,姓名,身份,单位\nW9,甲,承办人,U1\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("单位.csv".encode("gb18030"), "单位.csv"),
        ("units（最新）.csv".encode("gb18030"), "units（最新）.csv"),
        (b"\xff\xfe.csv", "\\xff\\xfe.csv"),
        (b"a" * 232 + b".csv", "a" * 232 + ".csv"),
        (b"b" * 250 + b".csv", "b" * 250 + ".csv"),
    ],
)
def test_a_file_whose_name_is_odd_keeps_no_other_file_out(
    desk: Register, folder: Path, name: bytes, shown: str
) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    (folder / "people.csv").write_text(PEOPLE, "utf-8")
    report = take_over(desk, folder, AT)
    assert report.done == ["people.csv"], "in an order in which it comes behind or before"
    assert list(report.refused | report.left) == [shown]
    str(report).encode()
    reports = list((folder / "refused").glob("*.txt"))
    assert len(reports) == len(report.refused)
    assert all(path.read_text("utf-8") for path in reports)


def test_a_notice_whose_name_is_in_gb18030_is_kept_under_the_name_that_people_read(
    register: Register, folder: Path
) -> None:
    name = "calendar本市.csv".encode("gb18030")
    Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("日期,安排\n2025-04-07,休息\n", "utf-8")
    assert take_over(register, folder, AT).done == ["calendar本市.csv"]
    with reading(register.engine) as cursor:
        assert cursor.rows("SELECT title FROM calendar_notices WHERE year IS NULL") == [("calendar本市",)]


def test_a_linked_folder_and_a_locked_one_are_named(
    desk: Register, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "people.csv").write_text(PEOPLE, "utf-8")
    (folder / "321300").symlink_to(tmp_path / "elsewhere")
    (folder / "321301").mkdir()
    listed = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("321301"):
            raise PermissionError(13, "Permission denied", str(path))
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    report = take_over(desk, folder, AT)
    assert report.left.keys() == {"321300", "321301"}
    assert str(report.left["321301"]) == "cannot be opened: Permission denied"
    assert report.left["321301"].chinese() == "打不开：没有权限"
