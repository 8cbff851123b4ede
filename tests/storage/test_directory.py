"""Is a file of regions, units or people taken over whole, or refused with every bad row named?"""

from collections.abc import Sequence

import pytest

from storage import ImportRefused, ImportReport, Register
from tests.builders import PEOPLE, REGIONS, UNITS, a_directory, dump, rows

Row = dict[str, str]


def directory(register: Register, table: str) -> list[str]:
    return [row.decode() for row in dump(register.engine)[table]]


def faults(register: Register, kind: str, records: Sequence[Row]) -> list[tuple[int, str]]:
    """What is wrong with a file; nothing of it may be there afterwards."""
    before = dump(register.engine)
    with pytest.raises(ImportRefused) as refused:
        register.import_directory(kind, rows(records))
    assert dump(register.engine) == before
    return [(fault.number, str(fault.why)) for fault in refused.value.faults]


def test_a_directory_is_taken_over_and_counted(register: Register) -> None:
    assert register.import_directory("regions", rows(REGIONS)) == ImportReport("regions", 2, 0)
    assert register.import_directory("units", rows(UNITS)) == ImportReport("units", 4, 0)
    assert register.import_directory("people", rows(PEOPLE)) == ImportReport("people", len(PEOPLE), 0)


def test_a_second_import_changes_nothing(register: Register) -> None:
    a_directory(register)
    before = dump(register.engine, but=["imports"])
    a_directory(register)
    assert dump(register.engine, but=["imports"]) == before
    assert register.import_directory("units", rows(UNITS)) == ImportReport("units", 0, 4)


def test_a_row_of_a_known_id_replaces_the_older_one(register: Register) -> None:
    a_directory(register)
    register.import_directory("units", rows([{**UNITS[0], "name": "新名", "abolished_on": "2025/12/31"}]))
    (unit,) = [row for row in directory(register, "units") if '"id":"U1"' in row]
    assert '"name":"新名"' in unit
    assert '"abolished_on":"2025-12-31"' in unit


def test_chinese_and_english_headers_say_the_same(register: Register) -> None:
    a_directory(register)
    english = [
        {"id": "U9", "name": "水利局", "region": "321300", "kind": "government"},
        {"id": "D9", "name": "王五", "role": "deputy", "delegation": "宿城团", "term_from": "2022-01-01"},
    ]
    chinese = [
        {"编号": "U9", "名称": "水利局", "区划": "321300", "类别": "政府"},
        {"编号": "D9", "姓名": "王五", "身份": "代表", "代表团": "宿城团", "任期开始": "2022-01-01"},
    ]
    stored = []
    for unit, person in (english, chinese):
        register.import_directory("units", rows([unit]))
        register.import_directory("people", rows([person]))
        stored.append(dump(register.engine, but=["imports", "import_lines"]))
    assert stored[0] == stored[1]
    assert register.import_directory("regions", rows([{"代码": "32", "名称": "江苏", "级别": "省"}])).new == 1


def test_the_first_person_of_a_role_is_that_link_of_the_units_chain(register: Register) -> None:
    a_directory(register)
    register.import_directory(
        "people", rows([{"id": "W9", "name": "后来的", "role": "承办人", "unit": "U1"}])
    )
    links = [row for row in directory(register, "chain_links") if '"unit":"U1"' in row]
    assert len(links) == 2
    assert any('"person":"W1","position":1,"role":"handler"' in link for link in links)
    assert any('"person":"H1","position":4,"role":"unit_head"' in link for link in links)


def test_a_units_file_settles_the_chain(register: Register) -> None:
    a_directory(register)
    register.import_directory("units", rows([{**UNITS[0], "承办人": "W2", "政府领导": "H4"}]))
    links = [row for row in directory(register, "chain_links") if '"unit":"U1"' in row]
    assert any('"person":"W2","position":1' in link for link in links)
    assert any('"person":"H4","position":5,"role":"gov_leader"' in link for link in links)


def test_every_bad_row_is_named_and_nothing_half_imported(register: Register) -> None:
    register.import_directory("regions", rows(REGIONS))
    units = [
        {"id": "U1", "name": "好的", "kind": "政府", "region": "321300"},
        {"id": "", "name": "无号", "kind": "政府"},
        {"id": "U1", "name": "重复", "kind": "政府"},
        {"id": "U3", "name": "", "kind": "公司"},
        {"id": "U4", "name": "错区", "kind": "法院", "region": "999999", "abolished_on": "去年"},
        {"id": "U5", "name": "无人", "kind": "党委", "承办人": "W1"},
    ]
    named = faults(register, "units", units)
    assert [number for number, _ in named] == [2, 3, 4, 4, 5, 5, 6]
    reasons = " | ".join(reason for _, reason in named)
    for reason in (
        "id (编号) is empty",
        "id U1 is given twice, first in record 1",
        "name (名称) is empty",
        "kind '公司'; one of government (政府), court (法院)",
        "region 999999 is not known; import regions first",
        "abolished_on '去年' is not a day, expected YYYY-MM-DD",
        "handler W1 is not known; import people",
    ):
        assert reason in reasons


def test_bad_people_and_regions_are_named(register: Register) -> None:
    named = faults(register, "regions", [
        {"code": "1", "name": "一", "level": "city", "parent_code": "2"},
        {"code": "2", "name": "二", "level": "国", "parent_code": "2"},
        {"code": "3", "name": "三", "level": "区", "parent_code": "9"},
    ])  # fmt: skip
    assert [number for number, _ in named] == [2, 2, 3]
    register.import_directory("regions", rows(REGIONS))
    named = faults(register, "people", [
        {"id": "P1", "name": "甲", "role": "国王"},
        {"id": "P2", "name": "乙", "role": "system"},
        {"id": "P3", "name": "丙", "role": "handler", "unit": "U9"},
        {"id": "P4", "name": "丁", "role": "deputy", "term_from": "2027-01-01", "term_to": "2022-01-01"},
    ])  # fmt: skip
    assert [number for number, _ in named] == [1, 2, 3, 4]
    assert named[3][1] == "term_to 2022-01-01 lies before term_from 2027-01-01"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "字" * 100_000], ids=["NUL", "surrogate", "huge"])
@pytest.mark.parametrize("column", ["id", "name"])
def test_what_no_database_keeps_is_a_bad_row(register: Register, column: str, text: str) -> None:
    good = {"id": "D1", "name": "张三", "role": "deputy"}
    ((number, reason),) = faults(register, "people", [good, {**good, "id": "D2", column: text}])
    assert number == 2
    assert reason.startswith(column)


def test_an_empty_file_imports_nothing(register: Register) -> None:
    assert register.import_directory("people", []) == ImportReport("people", 0, 0)
