"""After a night's seal: is every altered, deleted or added row of every table found, and named by table and key?"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    Engine,
    Integer,
    LargeBinary,
    Table,
    delete,
    event,
    select,
    update,
)
from sqlmodel import SQLModel, col

from storage import Register, open_engine
from storage.attachments import checked
from storage.column_types import Instant
from storage.seal_entries import row_of
from storage.seal_scope import BY_EVENTS, BY_ITSELF, ELSEWHERE, LEFT_OUT, NOT_SEALED
from storage.sealing import Proof, seal, verify
from storage.statements import reading, transaction
from storage.tables.directory import PersonRow
from tests.builders import (
    CITY,
    FIRST,
    LIBRARY,
    SATISFIED,
    a_directory,
    act,
    an_action,
    morning,
    noon,
    opinions,
    walk,
)
from tests.databases import Databases

TABLES = sorted(SQLModel.metadata.tables)
COVERED = [name for name in TABLES if name not in NOT_SEALED]


@pytest.fixture
def whole(register: Register) -> Register:
    """A register with a row in every table, sealed twice."""
    a_directory(register)
    last = walk(register, "C1", until="send_forms", every=0, **PROMISE)
    opinions(register, 2)
    seal(register, morning(FIRST))
    inspection = an_action("C1", "inspect", "registrar", verdict="MATCHING", location="幸福路", evidence=[EVIDENCE])
    assert register.apply([inspection], noon(last), files=[PHOTO])[0].done
    with transaction(register.engine) as cursor:
        of_committee = {"role": "committee", "unit": "社会建设委员会", "region": CITY}
        cursor.session.add(PersonRow(
            id="KM", name="专委会某", **of_committee, delegation="", term_from=None, term_to=None
        ))  # fmt: skip
    act(register, last, "C1", "assess", "committee", "KM", **SCORES)
    act(register, last, "C1", "evaluate", "deputy", **SATISFIED)
    act(register, last, "C1", "propose_supervision", "dispatcher", "G1", kind="GOVERNMENT", reason="逾期")
    act(register, last, "C1", "record_conversion", "registrar", kind="LAW_PLAN", target="道路条例")
    register.sweep(morning(FIRST.replace(month=7)))
    with transaction(register.engine) as cursor:
        for table in SQLModel.metadata.sorted_tables:
            cursor.session.flush()
            empty = cursor.session.execute(select(table).limit(1)).first() is None
            if empty and table.name not in (*BY_EVENTS, *BY_ITSELF):
                cursor.session.add(made_up(cursor.session.connection(), table))
    seal(register, noon(FIRST))
    assert verify(register).faults == []
    return register


PHOTO = checked("现场.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
EVIDENCE = {"sha256": PHOTO.sha256, "name": PHOTO.name, "place": "幸福路", "on": FIRST.isoformat()}
SCORES = dict.fromkeys(("participation", "timeliness", "completeness", "effect"), 80)
PROMISE: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "完工", "due_on": "2025-12-31"}]}
PDF = hashlib.sha256(b"%PDF").hexdigest()


def made_up(connection: Connection, table: Table) -> Any:
    """A row of any table, hung on rows that are there."""
    row = next(mapper.class_ for mapper in SQLModel._sa_registry.mappers if mapper.local_table is table)
    values = {column.name: of_type(column) for column in table.columns}
    for column in table.columns:
        for key in column.foreign_keys:
            values[column.name] = connection.execute(select(key.column).limit(1)).scalar_one()
    values |= {name: PDF for name in ("sha256", "digest") if table.name in ("attachments", "papers") and name in values}
    return row(**values)


def of_type(column: Column[Any]) -> Any:
    kinds: dict[type, Any] = {
        Instant: datetime(2025, 3, 1, tzinfo=UTC), Date: date(2025, 3, 1), Boolean: True, JSON: {"a": "b"},
        LargeBinary: b"%PDF", Integer: 7,
    }  # fmt: skip
    return next((value for kind, value in kinds.items() if isinstance(column.type, kind)), "某某")


def other(value: Any) -> Any:
    """Another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1000
    if isinstance(value, date):
        return value - timedelta(days=1)
    if isinstance(value, bytes):
        return value + b"!"
    if isinstance(value, dict):
        return {**value, "also": "this"}
    if isinstance(value, list):
        return [*value, "also this"]
    return f"{value}x"


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Whoever can write to the database needs no register, and no foreign key stops them."""
    with engine.connect() as connection:
        sqlite = engine.dialect.name == "sqlite"
        raw = connection.connection.cursor()
        if sqlite:
            raw.execute("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("SELECT 1" if sqlite else "SET session_replication_role = replica")
        yield connection
        connection.commit()
        if sqlite:
            raw.execute("PRAGMA foreign_keys = ON")
        else:
            connection.exec_driver_sql("SET session_replication_role = DEFAULT")
            connection.commit()


def a_row(engine: Engine, table: Table) -> dict[str, Any]:
    with engine.connect() as connection:
        return dict(connection.execute(select(table).order_by(*table.primary_key)).mappings().first() or {})


def found_after(register: Register, table: Table, row: dict[str, Any], changed: dict[str, Any] | None) -> Proof:
    """What a verification says with the row changed, or away, or with one more; all is as before afterwards."""
    key = [column == row[column.name] for column in table.primary_key]
    with writing(register.engine) as connection:
        connection.execute(table.delete().where(*key))
        if changed is not None:
            connection.execute(table.insert().values(**changed))
    try:
        return verify(register)
    finally:
        with writing(register.engine) as connection:
            changed_key = [column == (changed or row)[column.name] for column in table.primary_key]
            connection.execute(table.delete().where(*changed_key))
            connection.execute(table.insert().values(**row))


def is_named(proof: Proof, table: Table, row: dict[str, Any]) -> bool:
    """Whether a fault names the table and the row, or the event or seal that they are."""
    places = {f"{fault.case_id} {fault.place}" for fault in proof.faults}
    name = row_of(table, row)
    if table.name == "row_salts":
        return any(f"{row['kind']}/{row['row']}" in place for place in places)
    if table.name == "seal_entries":
        return any("seal " in place for place in places)
    if table.name in ("seals", "sealed_heads"):
        return any(f"seal {row.get('seal_id', row.get('id'))}" in place for place in places)
    if table.name == "events":
        return any(row["case_id"] in place and "event" in place for place in places)
    if table.name == "deadlines":
        name = f"{row['subject']}/{row['subject_id']}/{row['key']}/{row['round']}"
    if table.name == "attachments":
        return any(row["sha256"][:16] in place or f"attachments/{name}" in place for place in places)
    if table.name == "cases":
        return any(row["id"] in place for place in places)
    return any(f"{table.name}/{name}" in place for place in places) or (
        table.name in BY_EVENTS and any(row["case_id"] in place for place in places)
    )


def test_each_table_and_column_is_sealed_or_listed_once() -> None:
    for name in (*BY_EVENTS, *BY_ITSELF, *NOT_SEALED, *LEFT_OUT, *ELSEWHERE):
        assert name in TABLES, name
    for listed in (LEFT_OUT, ELSEWHERE):
        for name, columns in listed.items():
            assert columns.keys() <= set(SQLModel.metadata.tables[name].columns.keys()), name
    assert len({*BY_EVENTS, *BY_ITSELF, *NOT_SEALED}) == len(BY_EVENTS) + len(BY_ITSELF) + len(NOT_SEALED)
    assert not NOT_SEALED.keys() & LEFT_OUT.keys()


def a_clerk(key: str) -> PersonRow:
    return PersonRow(
        id=key, name="甲", role="clerk", unit="", region=CITY, delegation="", term_from=None, term_to=None
    )


@pytest.mark.parametrize("then", [update(PersonRow).values(name="乙"), delete(PersonRow)], ids=["update", "delete"])
def test_what_a_session_holds_back_is_entered_before_the_next_statement(register: Register, then: Any) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.add(a_clerk("P"))
        cursor.session.execute(then.where(col(PersonRow.id) == "P"))
    assert verify(register).faults == []


@pytest.mark.postgres
def test_a_row_that_comes_in_between_is_not_written_without_entry(postgres: Databases) -> None:
    register = Register(open_engine(postgres.fresh()), LIBRARY)
    comers = [a_clerk("Z9")]

    def another_comes(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if comers and statement.startswith("UPDATE people"):
            with transaction(register.engine) as other_cursor:
                other_cursor.session.add(comers.pop())

    with transaction(register.engine) as cursor:
        cursor.session.add(a_clerk("Z8"))
    event.listen(register.engine, "before_cursor_execute", another_comes)
    with transaction(register.engine) as cursor:
        cursor.session.exec(update(PersonRow).where(col(PersonRow.name) == "甲").values(name="乙"))
    assert verify(register).faults == []
    with reading(register.engine) as cursor:
        names = cursor.session.execute(select(col(PersonRow.id), col(PersonRow.name))).all()
    assert sorted(map(tuple, names)) == [("Z8", "乙"), ("Z9", "甲")]
    register.engine.dispose()


def test_the_key_of_a_row_is_not_changed_past_its_entry(desk: Register) -> None:
    renamed = update(PersonRow).where(col(PersonRow.id) == "D1").values(id="D9")
    with transaction(desk.engine) as cursor, pytest.raises(TypeError):
        cursor.session.execute(renamed)


@pytest.mark.slow
def test_a_row_that_is_gone_is_named(whole: Register) -> None:
    lost = []
    for name in COVERED:
        table = SQLModel.metadata.tables[name]
        row = a_row(whole.engine, table)
        if not row or not is_named(found_after(whole, table, row, None), table, row):
            lost.append(name)
    assert lost == []


@pytest.mark.slow
def test_a_row_from_nowhere_is_named(whole: Register) -> None:
    lost = []
    for name in COVERED:
        table = SQLModel.metadata.tables[name]
        row = a_row(whole.engine, table)
        added = {key: other(value) if value is not None else None for key, value in row.items()}
        with writing(whole.engine) as connection:
            connection.execute(table.insert().values(**added))
        if verify(whole).ok:
            lost.append(name)
        with writing(whole.engine) as connection:
            connection.execute(table.delete().where(*(column == added[column.name] for column in table.primary_key)))
    assert lost == []


def altered(whole: Register, every: int) -> list[str]:
    """The columns in which an altered value is not found, and those left out of the seal in which it is."""
    wrong, count = [], 0
    for name in COVERED:
        table = SQLModel.metadata.tables[name]
        row = a_row(whole.engine, table)
        for column in table.columns:
            count += 1
            if count % every:
                continue
            value = row[column.name]
            changed = row | {column.name: other(value if value is not None else of_type(column))}
            proof = found_after(whole, table, row, changed)
            left_out = column.name in LEFT_OUT.get(name, {})
            if proof.ok != left_out or not (left_out or is_named(proof, table, row) or is_named(proof, table, changed)):
                wrong.append(f"{name}.{column.name}: {[str(fault) for fault in proof.faults[:2]]}")
    return wrong


def test_some_altered_columns_are_named(whole: Register) -> None:
    assert altered(whole, every=23) == []


@pytest.mark.slow
def test_every_altered_column_is_named(whole: Register) -> None:
    assert altered(whole, every=1 if whole.engine.dialect.name == "sqlite" else 3) == []
