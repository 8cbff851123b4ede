"""Can another user of the machine read the database, what is exported from it, or who read it?"""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import open_engine
from storage.database import require_schema
from storage.own_files import files_of, open_to_others
from tests.databases import Databases


@pytest.fixture(autouse=True)
def _usual_mask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mode & 0o777 for path in folder.iterdir()}


def test_a_new_database_is_for_its_owner_alone(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path}/new.db")
    require_schema(engine)
    assert modes(tmp_path) == dict.fromkeys(("new.db", "new.db-wal", "new.db-shm"), 0o600)
    assert len(files_of(engine)) == 3
    assert open_to_others(engine, []) == []
    engine.dispose()


def test_files_and_folders_with_wider_rights_are_named(tmp_path: Path) -> None:
    wide = tmp_path / "wide.db"
    sqlite3.connect(wide).close()
    wide.touch()
    folder = tmp_path / "access"
    folder.mkdir(mode=0o750)
    (folder / "a.log").touch(0o600)
    (folder / "b.log").touch(0o640)
    engine = open_engine(f"sqlite:///{wide}")
    assert open_to_others(engine, [folder, tmp_path / "none"]) == [str(folder), str(folder / "b.log"), str(wide)]
    for path in (folder, folder / "b.log", wide):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert open_to_others(engine, [folder]) == []
    engine.dispose()


@pytest.mark.slow
def test_the_command_line_makes_files_for_their_owner_and_names_wide_ones(sqlite: Databases, tmp_path: Path) -> None:
    """In a process of its own: the mask belongs to it."""
    place = tmp_path / "run"
    place.mkdir(mode=0o700)
    url = f"sqlite:///{place}/own.db"

    environment = {**os.environ, "DUBAN_PREFECT_HOME": str(place / "prefect")}

    def duban(*words: str) -> str:
        command = [sys.executable, "-m", "portal.cli", *words, "--db", url]
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120, env=environment).stdout

    duban("migrate")
    duban("export", "events", "--out", str(place / "events.jsonl"))
    assert {mode & 0o077 for mode in modes(place).values()} == {0}
    assert (place / "events.jsonl").exists()
    (place / "own.db").chmod(0o644)
    assert str(place / "own.db") in json.loads(duban("status", "--json"))["open_to_others"]
    assert f"chmod go=): {place / 'own.db'}" in duban("status")
