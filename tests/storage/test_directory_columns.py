"""What a file of the directory does to a column that it does not have, leaves empty, or writes in another way."""

from collections.abc import Mapping
from datetime import date
from itertools import chain

import pytest

from states.addresses import is_mail_address, is_phone
from states.roles import CHAIN_ROLES, Role
from storage import COLUMNS, REQUIRED, ImportRefused, Register
from storage.auditing import audit
from storage.directory import IDS, TEXTS
from storage.rolls import PeopleFilter, directory_rows
from storage.statements import reading
from tests.builders import CITY, a_directory, dump, rows

pytestmark = pytest.mark.sqlite_first

ON = date(2025, 3, 20)
FULL: Mapping[str, Mapping[str, str]] = {
    "regions": {"code": "321302", "name": "宿城区", "level": "county", "parent_code": CITY},
    "units": {
        "id": "U1", "name": "第1局", "region": CITY, "kind": "court", "abolished_on": "2025-12-31",
        "email": "u1@example.org", "phone": "0527-84350000",
        "handler": "W2", "section_head": "W3", "unit_leader": "H2", "unit_head": "H3", "gov_leader": "H4",
    },
    "people": {
        "id": "D1", "name": "代表1", "role": "deputy", "unit": "U2", "region": CITY, "delegation": "宿城团",
        "term_from": "2022-01-01", "term_to": "2027-01-01", "email": "d1@example.org", "phone": "13812345678",
    },
    "places": {
        "id": "P1", "name": "一号站", "region": CITY, "kind": "station", "address": "人民路", "schedule": "每月15日",
        "deputies": "D1、D2", "clerks": "K1", "closed_on": "2026-12-31",
    },
}  # fmt: skip
"""A row of each kind with every column."""
OPTIONAL = [(kind, column) for kind in COLUMNS for column in COLUMNS[kind] if column not in REQUIRED[kind]]


def stored(register: Register, kind: str) -> dict[str, str]:
    """The row of FULL as the register has it now."""
    key = REQUIRED[kind][0]
    with reading(register.engine) as cursor:
        table = register.layout.directory[kind]
        (row,) = [row for row in table.dicts(cursor.rows(table.select)) if row[key] == FULL[kind][key]]
        if kind == "units":
            row |= dict(cursor.rows("SELECT role, person FROM chain_links WHERE unit = 'U1'"))
        if kind == "places":
            people = cursor.rows("SELECT role, person FROM place_people WHERE place = 'P1' ORDER BY person")
            row["deputies"] = "、".join(person for role, person in people if role == "deputy")
            row["clerks"] = "、".join(person for role, person in people if role == "clerk")
    return {column: "" if row.get(column) is None else str(row[column]) for column in COLUMNS[kind]}


@pytest.fixture
def full(register: Register) -> Register:
    a_directory(register)
    for kind, row in FULL.items():
        register.import_directory(kind, rows([dict(row)]))
        assert stored(register, kind) == row
    return register


def test_the_rows_of_this_test_have_every_column() -> None:
    assert {kind: set(row) for kind, row in FULL.items()} == {kind: set(names) for kind, names in COLUMNS.items()}
    assert len(OPTIONAL) == 22


@pytest.mark.parametrize(("kind", "column"), OPTIONAL)
def test_a_column_that_a_file_does_not_have_wipes_nothing(full: Register, kind: str, column: str) -> None:
    row = {name: value for name, value in FULL[kind].items() if name != column}
    full.import_directory(kind, rows([row]))
    assert stored(full, kind) == FULL[kind]


@pytest.mark.parametrize(("kind", "column"), OPTIONAL)
def test_an_empty_cell_clears_and_nothing_else(full: Register, kind: str, column: str) -> None:
    full.import_directory(kind, rows([{**FULL[kind], column: ""}]))
    assert stored(full, kind) == {**FULL[kind], column: ""}


def test_a_file_of_the_needed_columns_alone_keeps_all_else(full: Register) -> None:
    for kind, row in FULL.items():
        full.import_directory(kind, rows([{name: row[name] for name in REQUIRED[kind]}]))
        assert stored(full, kind) == row


@pytest.mark.parametrize("role", CHAIN_ROLES)
def test_a_cleared_link_of_the_chain_ends_and_a_finding_names_the_gap(full: Register, role: Role) -> None:
    full.import_directory("units", rows([{**FULL["units"], "abolished_on": "", role.value: ""}]))
    assert stored(full, "units")[role.value] == ""
    gaps = [finding for finding in audit(full, ON).findings if finding.code == "CHAIN_GAP"]
    assert [(gap.subject_id, gap.region, gap.severity) for gap in gaps] == [(f"U1/{role.value}", CITY, "warning")]
    assert [gap.subject_id for gap in audit(full, ON, CITY).findings if gap.code == "CHAIN_GAP"] == [f"U1/{role.value}"]
    assert not [finding for finding in audit(full, ON, "330100").findings if finding.code == "CHAIN_GAP"]
    people = {"id": "W9", "name": "后来的", "role": role.value, "unit": "U1"}
    full.import_directory("people", rows([people]))
    assert stored(full, "units")[role.value] == "", "a file of people does not settle it"
    full.import_directory("units", rows([{**FULL["units"], "abolished_on": "", role.value: "W9"}]))
    assert not [finding for finding in audit(full, ON).findings if finding.code == "CHAIN_GAP"]


@pytest.mark.parametrize(
    ("change", "gone"),
    [
        ({"unit": "U2"}, {"handler", "section_head"}),
        ({"unit": "", "role": "leader"}, {"handler", "section_head"}),
        ({"role": "section_head"}, {"handler"}),
        ({"name": "改名"}, set()),
    ],
)
def test_the_links_of_whoever_leaves_a_unit_or_its_role_end_and_are_named(
    full: Register, change: dict[str, str], gone: set[str]
) -> None:
    """W1 handles in U1, where a file of units named them section head as well; in the chain of U2 they stay."""
    chain = {"abolished_on": "", "handler": "W1", "section_head": "W1"}
    full.import_directory("units", rows([{**FULL["units"], **chain}]))
    full.import_directory(
        "units", rows([{"id": "U2", "name": "第2局", "region": CITY, "kind": "government", "gov_leader": "W1"}])
    )
    person = {"id": "W1", "name": "承办1", "role": "handler", "unit": "U1"} | change
    full.import_directory("people", rows([person]))
    with reading(full.engine) as cursor:
        left = set(cursor.rows("SELECT unit, role FROM chain_links WHERE person = 'W1'"))
    wanted = {("U1", "handler"), ("U1", "section_head"), ("U2", "gov_leader")} - {("U1", role) for role in gone}
    if change.get("unit") == "U2":  # the chain of U2 has a handler already
        assert ("U2", "handler") not in left
    assert left == wanted
    gaps = {finding.subject_id for finding in audit(full, ON).findings if finding.code == "CHAIN_GAP"}
    assert gaps == {f"U1/{role}" for role in gone}


def test_a_unit_that_is_abolished_has_no_gap(full: Register) -> None:
    full.import_directory("units", rows([{**FULL["units"], "abolished_on": "2025-01-01", "handler": ""}]))
    assert not [finding for finding in audit(full, ON).findings if finding.code == "CHAIN_GAP"]


# --- how things are written -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "column"), [(kind, name) for kind in COLUMNS for name in COLUMNS[kind]])
def test_what_is_compared_called_or_sent_is_written_in_one_way_and_a_text_as_it_was_typed(
    full: Register, kind: str, column: str
) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in FULL[kind][column])
    full.import_directory(kind, rows([{**FULL[kind], column: wide}]))
    key = REQUIRED[kind][0]
    if column == key:
        assert stored(full, kind) == FULL[kind], f"{wide} is no other {key}"
        with reading(full.engine) as cursor:
            assert not cursor.rows(f"SELECT 1 FROM {kind} WHERE {key} = {full.layout.sql.mark}", [wide])
    else:
        assert stored(full, kind)[column] == (wide if column in TEXTS else FULL[kind][column])


def test_every_column_is_a_text_an_id_or_read_by_its_rule() -> None:
    ruled = {"level", "kind", "role", "email", "phone", "abolished_on", "term_from", "term_to", "closed_on"}
    assert set(chain.from_iterable(COLUMNS.values())) == TEXTS | IDS | ruled
    assert not TEXTS & IDS


@pytest.mark.parametrize("text", ["W1\u200b", "\ufeffW1", "W\u00ad1", "3.21302E+11", "1e15", "W1\x00"])
def test_an_id_that_looks_like_another_or_was_shortened_is_refused(full: Register, text: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        full.import_directory("people", rows([{"id": text, "name": "甲", "role": "handler"}]))
    assert [fault.column for fault in refused.value.faults] == ["id"]


GOOD_MAIL = ("zhang.san@example.org", "a+b@mail.gov.cn", "root@localhost", "x_y@a-b.example")
BAD_MAIL = (
    "张三@example.org", "a@例子.cn", "a b@example.org", "a@", "@example.org", "a@@example.org", "a..b@example.org",
    ".a@example.org", "a.@example.org", "a@-x.org", "a@x-.org", "a@x..org", "a@.org", "a@x.org.", "a" * 65 + "@x.org",
    "a@" + "x" * 64 + ".org", "a@" + "x." * 130 + "org", "a@x.org,b@x.org", "a@10.0.0.1", "a@x_y.org", "没有",
)  # fmt: skip
GOOD_PHONES = (
    "13812345678", "138 1234 5678", "138-1234-5678", "0527-84350000", "052784350000", "(0527)84350000", "84350000",
    "0527-84350000-801", "4001234567", "+8613812345678", "+86 527 84350000", "+852 2345 6789", "010-62345678",
)  # fmt: skip
BAD_PHONES = (
    "1", "123", "12345678901", "1381234567", "138123456789", "------", "13812345678/13912345678", "无", "0-0-0",
    "+", "1.3812E+10", "0000000000", "13812345678转1",
)  # fmt: skip


def test_which_addresses_can_be_sent_to() -> None:
    assert [address for address in GOOD_MAIL if not is_mail_address(address)] == []
    assert [address for address in BAD_MAIL if is_mail_address(address)] == []
    assert [phone for phone in GOOD_PHONES if not is_phone(phone)] == []
    assert [phone for phone in BAD_PHONES if is_phone(phone)] == []


@pytest.mark.parametrize("kind", ["units", "people"])
@pytest.mark.parametrize(("column", "texts"), [("email", BAD_MAIL), ("phone", BAD_PHONES)])
def test_an_address_that_can_never_be_sent_to_is_not_stored(
    full: Register, kind: str, column: str, texts: tuple[str, ...]
) -> None:
    for text in texts:
        with pytest.raises(ImportRefused) as refused:
            full.import_directory(kind, rows([{**FULL[kind], column: text}]))
        assert [fault.column for fault in refused.value.faults] == [column]
        assert repr(text[:200]) in str(refused.value.faults[0].why)
    assert stored(full, kind) == FULL[kind]


def test_an_address_of_old_that_could_not_be_sent_to_keeps_no_file_out(full: Register) -> None:
    with full.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET phone = '110' WHERE id = 'D1'")
    full.import_directory("people", rows([{"id": "D1", "name": "新名", "role": "deputy"}]))
    assert stored(full, "people")["phone"] == "110"
    assert stored(full, "people")["name"] == "新名"




# --- what the program wrote it takes back ---------------------------------------------------------------------


def test_a_row_as_the_program_shows_it_is_taken_back_though_a_rule_is_stricter_today(full: Register) -> None:
    """Ids, addresses and people at a place that were stored before they were judged keep no file out."""
    with full.engine.begin() as connection:
        run = connection.exec_driver_sql
        run("UPDATE people SET email = '张三@某局', phone = '内线8001' WHERE id = 'D1'")
        run("UPDATE people SET role = 'leader' WHERE id = 'D2'")
        run("INSERT INTO regions (code, name, level, parent_code) VALUES ('３２１３０９', '旧区', 'county', '321300')")
        run("UPDATE units SET region = '３２１３０９' WHERE id = 'U1'")
    for kind in COLUMNS:
        shown = directory_rows(full, kind, PeopleFilter())
        before = dump(full.engine)
        report = full.import_directory(kind, rows([{name: str(row[name]) for name in row} for row in shown]))
        assert (report.new, report.replaced, report.waiting) == (0, len(shown), 0)
        after = dump(full.engine)
        assert {name for name in before if before[name] != after[name]} <= {"imports"}, kind


def test_a_cell_that_is_changed_is_judged(full: Register) -> None:
    with full.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET email = '张三@某局' WHERE id = 'D1'")
    with pytest.raises(ImportRefused):
        full.import_directory("people", rows([{**FULL["people"], "email": "李四@某局"}]))
