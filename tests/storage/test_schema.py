"""Do the tables mirror the rows of a case, and do the migrations make exactly these tables?"""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, text
from sqlmodel import SQLModel

from states import cases
from storage import DatabaseError, Register, migrate, newest_revision, open_engine
from storage.chain import START, merkle_root
from storage.column_types import Instant
from storage.database import require_schema
from storage.layout import CHAIN, KINDS
from storage.sealing import seal, verify
from tests.builders import FIRST, LIBRARY, a_directory, morning, noon, opinions, walk
from tests.databases import Databases, taken_back


@pytest.mark.parametrize(("table", "kind"), [*KINDS.items(), ("cases", cases.Case)])
def test_a_table_has_a_column_for_every_field_and_no_other(table: str, kind: type) -> None:
    columns = set(SQLModel.metadata.tables[table].columns.keys())
    assert columns - set(CHAIN if table == "cases" else ()) == {field.name for field in fields(kind)}


def test_the_migrations_make_exactly_the_tables_that_are_declared(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": declared})
        differences = compare_metadata(context, SQLModel.metadata)
    assert differences == []


def declared(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """The index of the search, one of an expression, and the number of each entry are each database's own."""
    if kind == "table":
        return not str(name).startswith("search_index")
    if kind == "column":
        return (parents["table_name"], name) != ("events", "entry")
    return name not in ("ix_cases_routed", "ix_events_entry")


def test_an_empty_database_is_set_up_and_a_second_migration_changes_nothing(databases: Databases) -> None:
    engine = open_engine(databases.empty())
    assert migrate(engine) == migrate(engine) == newest_revision()
    assert set(SQLModel.metadata.tables) < set(inspect(engine).get_table_names())
    engine.dispose()


def test_a_register_of_the_first_schema_is_upgraded_with_its_chains_whole(databases: Databases) -> None:
    url = databases.fresh()
    engine = open_engine(url)
    register = a_directory(Register(engine, LIBRARY))
    walk(register, "C1")
    opinions(register, 5)
    root = sealed_as_it_was(register)
    taken_back(engine, "0001")
    with pytest.raises(DatabaseError, match=f"schema 0001, this program needs {newest_revision()}"):
        require_schema(engine)
    migrate(engine)
    upgraded = Register(engine, LIBRARY)
    assert verify(upgraded, root).ok
    assert upgraded.sweep(morning(date(2025, 3, 20))).climbed >= 5
    assert verify(upgraded, root).ok
    engine.dispose()


def sealed_as_it_was(register: Register) -> str:
    """The root of a seal as it was made before there were entries: over the heads alone."""
    seal(register, noon(FIRST))
    with register.engine.begin() as connection:
        heads = sorted(tuple(row) for row in connection.execute(text("SELECT case_id, seq, head FROM sealed_heads")))
        root = merkle_root(START, heads)
        connection.execute(text("UPDATE seals SET root = :root"), {"root": root})
    return root


@pytest.mark.slow
def test_two_programs_that_open_an_empty_database_at_once_both_work(databases: Databases) -> None:
    program = "import sys; from storage import Register, open_engine; Register(open_engine(sys.argv[1]))"
    command = [sys.executable, "-c", program, databases.empty()]
    started = [subprocess.Popen(command, stderr=subprocess.PIPE) for _ in range(2)]
    errors = [program.communicate(timeout=300)[1].decode() for program in started]
    assert [program.returncode for program in started] == [0, 0], errors


@pytest.mark.parametrize("revision", ["0000", None])
def test_a_database_of_another_revision_is_refused(engine: Engine, revision: str | None) -> None:
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
        if revision:
            connection.execute(text("INSERT INTO alembic_version VALUES (:it)"), {"it": revision})
    with pytest.raises(
        DatabaseError, match=f"schema {revision or 'unknown'}, this program needs .*duban migrate"
    ):
        require_schema(engine)


@pytest.mark.parametrize(
    ("url", "advice"),
    [
        ("sqlite://", "needs a file"),
        ("mysql://x/y", "not supported"),
        ("no url", "no database URL"),
    ],
)
def test_a_url_that_cannot_serve_is_refused_with_what_would(url: str, advice: str) -> None:
    with pytest.raises(DatabaseError, match=advice):
        open_engine(url)


def test_an_instant_comes_back_as_the_same_instant_in_utc(engine: Engine) -> None:
    seals = SQLModel.metadata.tables["seals"]
    at = datetime(2025, 3, 12, 0, 30, 0, 123456, timezone(timedelta(hours=8)))
    with engine.begin() as connection:
        connection.execute(seals.insert().values(id=1, at=at, cases=0, root="x"))
        (back,) = connection.execute(seals.select().with_only_columns(seals.c.at)).one()
    assert (back, back.tzinfo) == (at, UTC)


def test_an_instant_without_a_zone_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        Instant().process_bind_param(datetime(2025, 3, 12), engine.dialect)  # noqa: DTZ001
