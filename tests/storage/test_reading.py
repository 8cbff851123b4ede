"""Several questions at one moment: what others write meanwhile is not seen, what oneself writes is."""

import pytest
from sqlalchemy import Engine

from storage import Register
from storage.moments import one_moment
from storage.statements import reading, transaction


def units(engine: Engine) -> int:
    with reading(engine) as cursor:
        return int(cursor.rows("SELECT count(*) FROM units")[0][0])


def add_unit(engine: Engine, name: str) -> None:
    with transaction(engine) as cursor:
        cursor.run(f"INSERT INTO units (id, name, region, kind) VALUES ('{name}', '{name}', 'R', 'government')")


def add_unit_and_fail(engine: Engine) -> None:
    with transaction(engine) as cursor:
        cursor.run("INSERT INTO units (id, name, region, kind) VALUES ('N1', 'N1', 'R', 'government')")
        raise ZeroDivisionError


def in_a_moment_of_its_own(engine: Engine, name: str) -> None:
    """As another thread would: outside the moment of this one."""
    from contextvars import Context

    Context().run(add_unit, engine, name)


def test_what_others_write_meanwhile_is_not_seen(register: Register) -> None:
    engine = register.engine
    before = units(engine)
    with one_moment(engine):
        assert units(engine) == before
        in_a_moment_of_its_own(engine, "N1")
        assert units(engine) == before
    assert units(engine) == before + 1


def test_what_oneself_writes_is_seen_at_once(register: Register) -> None:
    engine = register.engine
    with one_moment(engine):
        before = units(engine)
        in_a_moment_of_its_own(engine, "N1")
        add_unit(engine, "N2")
        assert units(engine) == before + 2


def test_what_was_read_inside_a_transaction_is_read_again_after_it(register: Register) -> None:
    engine = register.engine
    with one_moment(engine):
        with transaction(engine) as cursor:
            before = units(engine)
            cursor.run("INSERT INTO units (id, name, region, kind) VALUES ('N1', 'N1', 'R', 'government')")
            assert units(engine) == before
        assert units(engine) == before + 1


def test_after_a_question_that_failed_the_next_is_answered(register: Register) -> None:
    engine = register.engine
    with one_moment(engine):
        before = units(engine)
        with pytest.raises(engine.dialect.loaded_dbapi.Error), reading(engine) as cursor:
            cursor.rows("SELECT * FROM nowhere")
        assert units(engine) == before


def test_a_transaction_that_fails_leaves_nothing_and_the_next_one_is_free(register: Register) -> None:
    engine = register.engine
    before = units(engine)
    with pytest.raises(ZeroDivisionError):
        add_unit_and_fail(engine)
    assert units(engine) == before
    add_unit(engine, "N2")
    assert units(engine) == before + 1


def test_no_connection_stays_out(register: Register) -> None:
    engine = register.engine
    with one_moment(engine):
        units(engine)
        add_unit(engine, "N1")
        units(engine)
    assert engine.pool.checkedout() == 0  # type: ignore[attr-defined]
