"""Killed anywhere, at any commit and any SMTP command, and under load: nothing is missing, and only mails come twice.

A mail that may have arrived is sent again with the same id, and counted; everything else happens once.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

from flows.channels import load_channels
from flows.deliver import deliver, next_delivery
from rulebooks import ZONE
from storage import Register, open_engine
from storage.auditing import audits
from storage.marks import mark
from storage.messages import CLAIM, message_counts
from storage.sealing import verify
from storage.statements import reading
from tests.builders import CITY, LIBRARY, a_directory, an_action, morning, noon, opinions, rows
from tests.databases import Databases
from tests.smtp import Misbehaving, smtp_server
from tests.storage.dying import DELIVERED_AT, WORKS
from tests.storage.test_sweep import DUE, a_burst, ended
from tests.stories.test_served import eventually, served

TOWNS = [f"3213{number}" for number in range(51, 56)]
PEOPLE = len(TOWNS)


def counted(register: Register, sql: str) -> int:
    with reading(register.engine) as cursor:
        return int(cursor.rows(sql)[0][0])


def towns(register: Register) -> Register:
    """Five towns of the city, each with a registrar who has an address."""
    a_directory(register)
    register.import_directory(
        "regions",
        rows({"code": town, "name": town, "level": "county", "parent_code": CITY} for town in TOWNS),
    )
    register.import_directory(
        "people",
        rows(
            {"id": f"R{town}", "name": town, "role": "registrar", "region": town, "email": f"r{town}@example.org"}
            for town in TOWNS
        ),
    )
    return register


def channels_file(path: Path, settings: dict[str, Any]) -> Path:
    lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in settings.items()]
    path.write_text("\n".join(("office_hours = false", "[mail]", *lines)), "utf-8")
    return path


def delivered_to_the_end(register: Register, channels_path: Path, start: datetime) -> None:
    """Deliver at every moment that is asked for, until nothing waits."""
    channels, moment = load_channels(str(channels_path)), start
    for _ in range(30):
        deliver(register, moment, channels)
        following = next_delivery(register, moment, channels)
        if following is None:
            return
        moment = max(following, moment + timedelta(seconds=1))
    raise AssertionError("something still waits")


def nothing_lost(register: Register, taken: Sequence[str]) -> int:
    """Each notice in one message a person and channel, each mail among those `taken`; how many came again."""
    strays = (
        "SELECT count(*) FROM (SELECT i.outbox_id, m.channel, m.recipient FROM message_items i "
        "JOIN messages m ON m.id = i.message_id GROUP BY 1, 2, 3 HAVING count(*) > 1) x"
    )
    assert counted(register, strays) == 0
    unsaid = (
        "SELECT count(*) FROM outbox o WHERE o.sent_at IS NOT NULL "
        "AND NOT EXISTS (SELECT 1 FROM message_items i WHERE i.outbox_id = o.id)"
    )
    assert counted(register, unsaid) == 0
    assert (
        counted(
            register,
            "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND substr(recipient, 1, 7) <> 'leader:'",
        )
        == 0
    )
    mailed = Counter(taken)
    with reading(register.engine) as cursor:
        ids = {
            f"<{message}@example.org>" for (message,) in cursor.rows("SELECT id FROM messages WHERE channel = 'mail'")
        }
    assert ids == set(mailed)
    counts = message_counts(register)
    assert (counts["waiting"], counts["dead"]) == (0, 0)
    again = sum(mailed.values()) - len(mailed)
    assert again <= counts["resent"], "what is sent again is counted"
    return again


# -- at every commit, at every command ---------------------------------------------------------------------


def waiting_mails(url: str) -> None:
    """Ten limits of five towns are overdue, nobody has been told."""
    engine = open_engine(url)
    register = towns(Register(engine, LIBRARY))
    opinions(register, 2 * PEOPLE, regions=TOWNS)
    register.sweep(morning(DUE))
    engine.dispose()


@pytest.mark.slow
def test_a_delivery_killed_at_any_commit_loses_nothing(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = databases.fresh()
    waiting_mails(start)
    seen, again, number = 0, 0, 0
    while True:
        number += 1
        codes = []
        for when in ("before", "after"):
            url = databases.copy(start)
            with smtp_server() as (kept, settings):
                path = channels_file(tmp_path / "channels.toml", settings)
                monkeypatch.setenv("DUBAN_CHANNELS_FILE", str(path))
                codes += ended("deliver", (url, number, when))
                engine = open_engine(url)
                register = Register(engine, LIBRARY)
                delivered_to_the_end(register, path, DELIVERED_AT + timedelta(seconds=1))
                again += nothing_lost(register, kept.ids())
                engine.dispose()
        assert set(codes) <= {-9, 0}, codes
        if set(codes) == {0}:
            break
        seen += codes.count(-9)
    assert seen >= 2 * PEOPLE, "at least before and after each message was marked"
    assert again >= PEOPLE, "killed between the server's yes and the mark, a mail goes out again"
    print(f"{databases.kind}: killed at {seen} commits, {again} mails sent again")


@pytest.mark.slow
def test_a_delivery_killed_at_any_smtp_command_loses_nothing(
    databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = databases.fresh()
    waiting_mails(start)
    path = tmp_path / "channels.toml"
    monkeypatch.setenv("DUBAN_CHANNELS_FILE", str(path))
    again, number = 0, 0
    while True:
        number += 1
        url = databases.copy(start)
        server = Misbehaving({}, silent_at=number)
        channels_file(path, server.settings)
        command = [sys.executable, "-m", "tests.storage.dying", "deliver", url, "0", "never"]
        program = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL)
        while not server.reached.wait(0.05) and program.poll() is None:
            pass
        stopped = server.reached.is_set()
        if stopped:
            os.killpg(program.pid, signal.SIGKILL)
        program.wait()
        engine = open_engine(url)
        register = Register(engine, LIBRARY)
        delivered_to_the_end(register, path, DELIVERED_AT + timedelta(seconds=1))
        again += nothing_lost(register, server.ids())
        engine.dispose()
        server.stop()
        if not stopped:
            break
    assert number > 4 * PEOPLE, "a sender, a recipient, the data and its end for each mail"
    assert again >= PEOPLE, "killed before the server's yes was heard, a mail goes out again"
    print(f"{databases.kind}: killed at {number - 1} commands, {again} mails sent again")


@pytest.mark.slow
def test_an_audit_killed_at_any_commit_is_made_whole_by_the_next(databases: Databases) -> None:
    start = databases.fresh()
    a_burst(start)
    points = [(databases.copy(start), number, when) for number in range(1, 9) for when in ("before", "after")]
    codes = ended("audit", *points)
    assert codes.count(-9) >= 4, codes
    assert codes[-1] == 0, "it has fewer commits than were tried, so every one was"
    counts = set()
    for url, *_ in points:
        engine = open_engine(url)
        register = Register(engine, LIBRARY)
        WORKS["audit"](register)
        (audit,) = audits(register)
        assert audit["cases_looked_at"] == audit["cases_open"] > 0
        counts.add((audit["found"], counted(register, "SELECT count(*) FROM findings")))
        assert verify(register, audit["root"]).ok
        engine.dispose()
    assert len(counts) == 1, "one row a finding, however often it was interrupted"


# -- at random, under load ---------------------------------------------------------------------------------

KILLS = 50
START = datetime(2025, 6, 20, 9, 0, tzinfo=ZONE)
RECORDED = date(2025, 5, 12)
"""When the opinions were made that are entered while the engine is killed: their first limits are over."""


class Load(threading.Thread):
    """Somebody who enters opinions without a pause; `taken` has them as they were entered."""

    def __init__(self, register: Register, now: Callable[[], datetime]) -> None:
        super().__init__(daemon=True)
        self.register, self.now = register, now
        self.taken: list[str] = []
        self.stopped = threading.Event()
        self.failed: BaseException | None = None

    def run(self) -> None:
        try:
            while not self.stopped.wait(0.05):
                case = f"O{len(self.taken):05}"
                town = TOWNS[len(self.taken) % PEOPLE]
                action = an_action(
                    case, "record", "clerk", title=f"路灯不亮 {case}", rulebook="message-board", region=town
                )
                (outcome,) = self.register.apply([replace(action, at=noon(RECORDED))], self.now())
                assert outcome.done, outcome.reason
                self.taken.append(case)
        except BaseException as error:
            self.failed = error


def climbed(register: Register) -> Counter[tuple[Any, ...]]:
    """What happened to limits: case, name, key, level and day of each event."""
    events = register.layout.events
    with reading(register.engine) as cursor:
        climbs = events.dicts(cursor.rows(f"{events.select} WHERE subject = 'limit'"))
    return Counter(
        (climb["case_id"], climb["name"], climb["data"]["key"], climb["data"]["level"], climb["on"]) for climb in climbs
    )


@pytest.mark.slow
@pytest.mark.serial
def test_fifty_kills_under_load_lose_nothing_and_double_nothing(databases: Databases, tmp_path: Path) -> None:
    url = databases.fresh()
    engine = open_engine(url)
    begun = datetime.now(UTC)
    mark(engine, begun, "test")
    register = towns(Register(engine, LIBRARY))
    chance = Random(50)
    ahead = timedelta()

    def now() -> datetime:
        return START + ahead + (datetime.now(UTC) - begun)

    load = Load(register, now)
    with smtp_server() as (kept, settings):
        channels = channels_file(tmp_path / "channels.toml", settings)
        more = {"DUBAN_CHANNELS_FILE": str(channels), "DUBAN_PREFECT": "off", "DUBAN_POLL_SECONDS": "0.1"}
        load.start()
        begins = time.monotonic()
        with served(url, tmp_path, more, now()) as program:
            eventually(lambda: kept.mails, 60)
            program.kill()
        begins = time.monotonic() - begins  # how long a start takes on this machine, up to the first mail
        worked = 0
        for _ in range(KILLS):
            before = len(kept.mails)
            with served(url, tmp_path, more, now()) as program:
                if chance.random() < 0.3:  # anywhere in its start
                    time.sleep(begins * chance.uniform(0.3, 1.2))
                else:  # at work: some time after a mail
                    with suppress(AssertionError):
                        eventually(lambda: len(kept.mails) > before, 10 * begins)  # noqa: B023
                    time.sleep(chance.uniform(0, 0.6))
                program.kill()
            worked += len(kept.mails) > before
        load.stopped.set()
        load.join(30)
        assert load.failed is None
        assert worked > KILLS // 3, "killed while it was at work, and not only before"
        ahead = 2 * CLAIM
        with served(url, tmp_path, more, now()) as program:
            eventually(lambda: calm(register, now()))
            program.send_signal(signal.SIGTERM)
            assert program.wait(60) == 0
        again = nothing_lost(register, kept.ids())
    print(
        f"{databases.kind}: {KILLS} kills, {len(load.taken)} opinions, {len(kept.mails)} mails, {again} sent again"
    )

    undisturbed = towns(Register(open_engine(databases.fresh()), LIBRARY))
    for number, case in enumerate(load.taken):
        action = an_action(
            case,
            "record",
            "clerk",
            title=f"路灯不亮 {case}",
            rulebook="message-board",
            region=TOWNS[number % PEOPLE],
        )
        undisturbed.apply([replace(action, at=noon(RECORDED))], START)
    undisturbed.sweep(START)
    assert climbed(register) == climbed(undisturbed)
    assert verify(register).ok
    undisturbed.engine.dispose()
    engine.dispose()


def calm(register: Register, now: datetime) -> bool:
    """Nothing is due, no message waits, and only what is held for Monday is untold."""
    due = register.next_due()
    untold = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND substr(recipient, 1, 7) <> 'leader:'"
    return (
        (due is None or due > now)
        and counted(register, untold) == 0
        and message_counts(register)["waiting"] == 0
    )
