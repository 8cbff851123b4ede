"""Is a rehearsed year repeatable, true to its parameters, and refused where it cannot be played?"""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from statistics import median

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from portal.cli import app
from portal.rehearsal.habits import Habits, draw_habits
from portal.rehearsal.parameters import MEDIAN_DAYS, P90_DAYS, delay
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import RehearsalError, rehearse
from states.cases import Dossier
from storage import Register, open_engine
from storage.sealing import verify
from storage.statements import reading
from tests.builders import LIBRARY, for_playing, opinions

CITY = CITIES["suqian"]


def the_register(folder: Path, name: str) -> Register:
    return for_playing(Register(open_engine(f"sqlite:///{folder}/{name}.db"), LIBRARY))


@pytest.mark.slow
def test_one_seed_is_one_year_and_another_seed_another(tmp_path: Path) -> None:
    chains = []
    for name, number in (("first", 1), ("again", 1), ("other", 2)):
        register = the_register(tmp_path, name)
        done = rehearse(register, CITY, 2026, 12, number)
        assert done.refused == []
        with register.engine.connect() as connection:
            heads = connection.execute(text("SELECT id, seq, head FROM cases ORDER BY id"))
            chains.append([tuple(row) for row in heads])  # salts of other rows come by chance, and so does a root
        assert verify(register).ok
        register.engine.dispose()
    assert chains[0]
    assert chains[0] == chains[1] != chains[2]


@pytest.mark.slow
def test_a_part_that_is_returned_goes_to_a_unit_without_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def giving_back(chance: Random) -> Habits:
        return replace(
            draw_habits(chance), others=4, separate=True, returned="granted", declined=False, withdrawn=False
        )

    monkeypatch.setattr("portal.rehearsal.year.draw_habits", giving_back)
    monkeypatch.setattr("portal.rehearsal.year.scripted", lambda chance, _: giving_back(chance))
    register = the_register(tmp_path, "returned")
    done = rehearse(register, CITY, 2026, 12, 1, until=date(2026, 4, 10))
    assert done.refused == []
    parts = [part for case in dossiers(register) for part in case.assignments.values()]
    returned = [part for part in parts if part.state == "RETURN_GRANTED"]
    assert returned
    assert all(part.replaced for part in returned)
    register.engine.dispose()


def dossiers(register: Register) -> list[Dossier]:
    with reading(register.engine) as cursor:
        ids = [str(ident) for (ident,) in cursor.rows("SELECT id FROM cases ORDER BY id")]
    return [register.dossier(ident) for ident in ids]


def test_delays_follow_what_was_measured() -> None:
    chance = Random(1)
    days = sorted(delay(chance) for _ in range(20_000))
    assert median(days) == pytest.approx(MEDIAN_DAYS, rel=0.05)
    assert days[18_000] == pytest.approx(P90_DAYS, rel=0.05)


def test_a_year_is_played_into_an_empty_register_only(tmp_path: Path) -> None:
    register = the_register(tmp_path, "used")
    opinions(register, 1)
    with pytest.raises(RehearsalError, match="begins in an empty one, name another by --db"):
        rehearse(register, CITY, 2026, 12)
    with pytest.raises(RehearsalError, match="in force since"):
        rehearse(register, CITY, 2019, 12)
    with pytest.raises(RehearsalError, match="at least 1"):
        rehearse(register, CITY, 2026, 0)
    register.engine.dispose()


@pytest.mark.slow
def test_the_command_plays_a_small_year_and_prints_one_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_PREFECT", "off")
    command = ["rehearse", "--suggestions", "3", "--db", str(tmp_path / "year.db")]
    result = CliRunner().invoke(app, [*command, "--json"])
    assert result.exit_code == 0, result.output
    printed = json.loads(result.stdout)
    assert printed["overview"]["figures"]["submitted"] == 3
    assert printed["last_night"]["by"] == "direct"
    assert printed["audit"]["cases_open"] == printed["audit"]["cases_looked_at"]
    again = CliRunner().invoke(app, command)
    assert again.exit_code == 1
    assert "the database holds cases" in again.stderr
    unknown = CliRunner().invoke(app, ["rehearse", "--city", "atlantis"])
    assert unknown.exit_code == 1
    assert "there are suqian" in unknown.stderr
