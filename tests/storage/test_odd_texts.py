"""Texts that 0.1.0 took and that no longer come in, whose events match: they verify, and an alteration is found."""

import lzma
import sqlite3

import pytest
from typer.testing import CliRunner

from portal.cli import app
from storage import Register, migrate, open_engine
from storage.sealing import seal, verify
from tests.builders import LIBRARY
from tests.databases import Databases
from tests.storage.old.loading import HERE
from tests.storage.test_upgrade import NEXT


@pytest.fixture
def odd(sqlite: Databases) -> Register:
    """The database of tests/storage/old/make_odd_texts.py, upgraded."""
    url = sqlite.empty()
    text = lzma.decompress((HERE / "0.1.0-odd-texts-sqlite.sql.xz").read_bytes()).decode()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.executescript(f"PRAGMA foreign_keys = off; BEGIN; {text}; COMMIT;")
    connection.close()
    engine = open_engine(url)
    migrate(engine)
    return Register(engine, LIBRARY)


def test_they_verify_also_after_a_night_of_today(odd: Register) -> None:
    proof = verify(odd)
    assert (proof.ok, proof.cases, proof.faults) == (True, 3, [])
    odd.sweep(NEXT)
    seal(odd, NEXT)
    assert verify(odd).faults == []
    url = odd.engine.url.render_as_string(hide_password=False)
    assert CliRunner().invoke(app, ["verify", "--db", url]).exit_code == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("alteration", "place"),
    [
        ("UPDATE documents SET text = 'x' WHERE id LIKE 'opinion%'", "documents/opinion"),
        ("UPDATE cases SET title = trim(title, char(1)) || 'x' WHERE id LIKE 'opinion%'", "cases/opinion"),
        ("UPDATE units SET name = replace(name, char(1), '') WHERE id = 'U1'", "units/U1"),
    ],
)
def test_an_alteration_is_told_on_one_line_without_a_character_that_nobody_sees(
    odd: Register, alteration: str, place: str
) -> None:
    """The id of the opinion has an escape, a change of direction and a line break in it."""
    with odd.engine.begin() as connection:
        assert connection.exec_driver_sql(alteration).rowcount == 1
    url = odd.engine.url.render_as_string(hide_password=False)
    result = CliRunner().invoke(app, ["verify", "--db", url])
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1), result.stderr
    assert place in result.stderr
    assert result.stderr.rstrip("\n").replace("�", "").isprintable()
