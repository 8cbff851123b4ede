"""A running `duban serve` whose clock is stepped, forward and back, minutes to a year: what it did, once, is right.

Debian's libfaketime moves the wall clock of the process and leaves alone what passes, as a step of the real one does.
"""

import os
import re
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random
from secrets import randbelow
from typing import TypeVar

import httpx
import pytest

from states import Action
from storage import Register, open_engine
from storage.auditing import audits
from storage.clock import TOLERATED, accept, accepted, open_alarm
from storage.jobs import finish_job, jobs, start_job
from storage.sealing import verify
from storage.statements import reading
from tests.builders import CITY, FIRST, LIBRARY, a_directory, noon
from tests.databases import Databases

pytestmark = [pytest.mark.slow, pytest.mark.serial]

T = TypeVar("T")

PATIENCE = 60.0
SILENCE = 2.0
"""Seconds, six looks of the engine, after which what it has not done it does not do."""
SETTLES = 400
"""Days around now between which the clock steps."""


def library() -> Path:
    """Debian's libfaketime for programs of several threads: in the other one a thread that reads the file lends
    the true time to all. `make test-all` installs both.
    """
    triplet = sysconfig.get_config_var("MULTIARCH") or ""
    path = Path("/usr/lib") / triplet / "faketime" / "libfaketimeMT.so.1"
    assert path.exists(), f"{path} is not there: apt-get install libfaketime"
    return path


class Stepped:
    """A clock beside the real one: `offset` is how far it is off, and the processes that read it read the file."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clock"
        self.step_to(timedelta())

    def step_to(self, offset: timedelta) -> None:
        self.offset = offset
        beside = self.file.with_suffix(".new")
        beside.write_text(f"{offset.total_seconds():+.0f}\n", "ascii")
        beside.rename(self.file)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "LD_PRELOAD": str(library()), "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1", "FAKETIME_NO_CACHE": "1", "DUBAN_POLL_SECONDS": "0.3",
            "DUBAN_PREFECT": "off",
        }  # fmt: skip


@contextmanager
def serving(url: str, clock: Stepped, folder: Path) -> Iterator[str]:
    """`duban serve` under that clock; where its portal is."""
    log = folder / "serve.log"
    command = [sys.executable, "-m", "portal.cli", "serve", "--db", url, "--port", "0"]
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=clock.environment, stdout=out, stderr=out)
    try:
        (place,) = eventually(lambda: re.findall(r"portal：(http://\S+)", log.read_text("utf-8")))
        yield place
    finally:
        process.terminate()
        process.wait(60)


def eventually(look: Callable[[], T]) -> T:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := look():
            return answer
        time.sleep(0.1)
    raise AssertionError(f"nothing after {PATIENCE} s")


class Office:
    """The register as people use it beside the engine."""

    def __init__(self, url: str, clock: Stepped) -> None:
        self.register = a_directory(Register(open_engine(url), LIBRARY))
        self.clock = clock
        self.count = 0

    def overdue_opinion(self) -> str:
        """One more opinion, entered now, of a day whose first limits are long over."""
        self.count += 1
        case = f"O{self.count}"
        data = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
        action = Action(case, "record", "K1", "clerk", data, noon(FIRST))
        (outcome,) = self.register.apply([action], self.clock.now())
        assert outcome.done, outcome.reason
        return case

    def swept(self, case: str) -> bool:
        sql = self.register.layout.sql
        with reading(self.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT count(*) FROM events WHERE subject = 'limit' AND case_id = {sql.mark}", [case]
            )
        return int(rows[0][0]) > 0

    def idle(self) -> bool:
        """Whether what was begun before the step has ended."""
        return all(job.finished_at is not None for job in jobs(self.register).values())

    def messages(self) -> int:
        with reading(self.register.engine) as cursor:
            return int(cursor.rows("SELECT count(*) FROM messages")[0][0])


@pytest.fixture
def clock(tmp_path: Path) -> Stepped:
    return Stepped(tmp_path)


@pytest.fixture
def url(sqlite: Databases) -> str:
    return sqlite.fresh()


@pytest.fixture
def office(url: str, clock: Stepped) -> Iterator[Office]:
    made = Office(url, clock)
    yield made
    made.register.engine.dispose()


def a_step(chance: Random) -> timedelta:
    """Minutes to a year, forward or back; every third is one that is borne."""
    longest = chance.choice([9 * 60, 3 * 3600, 40 * 86_400, 366 * 86_400])
    return timedelta(seconds=chance.choice((-1, 1)) * chance.randint(30, longest))


def test_random_steps_over_a_running_engine_stop_it_or_are_borne(
    url: str, clock: Stepped, office: Office, tmp_path: Path
) -> None:
    seed = int(os.environ.get("DUBAN_TEST_SEED", "0")) or 1 + randbelow(1_000_000)
    print(f"DUBAN_TEST_SEED={seed}")
    chance, off, newest, alarms = Random(seed), timedelta(), timedelta(), 0
    with serving(url, clock, tmp_path) as place:
        eventually(partial(office.swept, office.overdue_opinion()))
        for _ in range(12):
            step = a_step(chance)
            if abs(clock.offset + step) > timedelta(days=SETTLES):
                step = -step
            clock.step_to(clock.offset + step)
            off += step
            case = ""
            if abs(off) > TOLERATED or newest - off > TOLERATED:
                eventually(lambda: open_alarm(office.register) is not None)
                off = newest = timedelta() if abs(off) > TOLERATED else off
                alarms += 1
                eventually(office.idle)
                case, before = office.overdue_opinion(), office.messages()
                time.sleep(SILENCE)
                assert not office.swept(case), f"{step}: swept by a clock that is not to be trusted"
                assert office.messages() == before, f"{step}: something was sent"
                assert httpx.get(f"{place}/healthz", timeout=PATIENCE).json()["clock"] in ("step", "ahead")
                accept(office.register, clock.now(), "test", str(step))
            case = case or office.overdue_opinion()
            newest = max(newest, off)
            eventually(partial(office.swept, case))
            assert httpx.get(f"{place}/healthz", timeout=PATIENCE).json() == {"up": True, "database": True}, step
    assert len(accepted(office.register)) == alarms
    assert verify(office.register).ok


@pytest.mark.parametrize("back", [timedelta(minutes=-5), timedelta(hours=-8), timedelta(days=-365)])
def test_a_clock_that_is_set_back_kills_no_timer(
    url: str, clock: Stepped, office: Office, tmp_path: Path, back: timedelta
) -> None:
    """By the clock the next look was hours away."""
    with serving(url, clock, tmp_path):
        eventually(partial(office.swept, office.overdue_opinion()))
        clock.step_to(back)
        if -back > TOLERATED:
            eventually(lambda: open_alarm(office.register) is not None)
            accept(office.register, clock.now(), "test", "set back")
        eventually(partial(office.swept, office.overdue_opinion()))


def test_an_engine_that_starts_behind_the_newest_entry_waits_and_one_after_an_outage_catches_up(
    url: str, clock: Stepped, office: Office, tmp_path: Path
) -> None:
    clock.step_to(timedelta(hours=8))
    with serving(url, clock, tmp_path):
        eventually(partial(office.swept, office.overdue_opinion()))
    clock.step_to(timedelta())
    with serving(url, clock, tmp_path):
        alarm = eventually(lambda: open_alarm(office.register))
        assert alarm is not None
        assert (alarm.kind, alarm.seconds // 3600) == ("ahead", 7)
        second = office.overdue_opinion()
        time.sleep(SILENCE)
        assert not office.swept(second)
        accept(office.register, clock.now(), "test", "it ran ahead for an hour")
        eventually(partial(office.swept, second))
    start_job(office.register, "nightly-audit", "earlier", clock.now(), clock.now())
    finish_job(office.register, "nightly-audit", clock.now(), "direct", ())
    clock.step_to(timedelta(days=90))
    with serving(url, clock, tmp_path):
        eventually(lambda: len(audits(office.register)) == 1)
        time.sleep(SILENCE)
        assert open_alarm(office.register) is None
        assert len(audits(office.register)) == 1
    assert verify(office.register).ok
