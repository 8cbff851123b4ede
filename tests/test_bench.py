"""The baseline of the benchmarks does what the register did, or a ratio would compare two different things."""

from pathlib import Path

import pytest

from bench.baseline import recording, replaying
from bench.databases import Database, Postgres, Sqlite
from bench.measure import LIBRARY
from bench.workloads import ANSWER, AT, DAY, action, directory, recorded, take
from flows.audit import nightly_audit
from storage import Register, open_engine
from tests.builders import dump


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        return Sqlite(tmp_path)
    return Postgres(request.getfixturevalue("postgres_url"))


def test_what_was_recorded_is_done_again_by_the_driver_alone(place: Database) -> None:
    register = Register(open_engine(place.create("stage")), LIBRARY)
    directory(register)
    take(register, [recorded(number) for number in range(3)])
    register.engine.dispose()
    place.settle("stage")
    register = Register(open_engine(place.copy("stage")), LIBRARY)
    with recording() as tape:
        take(register, [action("answer", "O1", "sys", "system", ANSWER)], at=AT + DAY)
        nightly_audit(register, AT + 2 * DAY)
    done = dump(register.engine)
    register.engine.dispose()
    url = place.copy("stage")
    connection = place.connect(url)
    replaying(place, connection, tape)()
    connection.close()
    register = Register(open_engine(url), LIBRARY)
    assert dump(register.engine) == done
    register.engine.dispose()
