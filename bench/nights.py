"""What happens by itself: from the due instant to SMTP, the nightly audit, and what an idle engine costs.

`python -m bench.nights URL` audits one night and prints its seconds and the process's peak memory as JSON.
"""

import gc
import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.baseline import Tape, recording, replaying
from bench.databases import Database
from bench.measure import LIBRARY
from bench.workloads import AT, DAY, FALLS_DUE, OPINION, REGION, action, directory, take
from flows.audit import nightly_audit
from flows.channels import Channels, load_channels
from flows.deliver import deliver, next_delivery
from storage import Register, open_engine
from storage.statements import reading

RECIPIENTS = 200
SENDER = "duban@example.org"
NIGHT = timedelta(hours=15)
"""From `AT`, 11:00 in Shanghai, to two in the night."""


@dataclass(frozen=True)
class HandOver:
    """Seconds from the due instant: until the last notice is in the outbox, and until limits were handed to SMTP.

    `baseline`: the same statements and the same mails, through the driver and smtplib alone.
    """

    database: str
    limits: int
    outbox: float
    p50: float
    p99: float
    last: float
    baseline: float


@dataclass(frozen=True)
class AuditCost:
    """A night's audit: seconds, peak memory of its process in MB, and its statements through the driver alone."""

    database: str
    cases: int
    seconds: float
    peak: float
    baseline: float


@dataclass(frozen=True)
class Process:
    """A process at rest: seconds of CPU in a minute, and resident memory in MB."""

    name: str
    cpu: float
    resident: float


# -- from the due instant to SMTP ------------------------------------------------------------------------------


def hand_over(place: Database, limits: int, runs: int) -> HandOver:
    """Medians over `runs`, each on a fresh copy."""
    stage = f"due-{limits}"
    _prepare(place, stage, lambda register: _towns(register, limits))
    nights = []
    with sink() as (port, log), TemporaryDirectory() as folder:
        channels = _channels(Path(folder), port)
        for _ in range(runs):
            tape, figures = _handed_over(place, stage, channels, log)
            mails = [
                f"Message-ID: <{number}@bench>\r\n\r\n{'路灯' * 3000}".encode()
                for number in range(RECIPIENTS)
            ]
            nights.append((*figures, _bare(place, stage, tape, mails, port)))
    outbox, p50, p99, last, baseline = (median(column) for column in zip(*nights, strict=True))
    return HandOver(place.name, limits, outbox, p50, p99, last, baseline)


def _handed_over(
    place: Database, stage: str, channels: Channels, log: Path
) -> tuple[Tape, tuple[float, ...]]:
    register = _register(place.copy(stage))
    log.write_text("")
    gc.collect()
    gc.freeze()  # as the engine does
    started = time.time()
    register.sweep(FALLS_DUE)
    outbox = time.time() - started
    deliver(register, FALLS_DUE, channels)
    assert next_delivery(register, FALLS_DUE, channels) is None
    taken = dict(line.split() for line in log.read_text().splitlines())
    with reading(register.engine) as cursor:
        carried = dict(
            cursor.rows(
                "SELECT m.id, count(*) FROM messages m JOIN message_items i ON i.message_id = m.id "
                "WHERE m.channel = 'mail' GROUP BY m.id"
            )
        )
    assert len(taken) == len(carried) == RECIPIENTS
    delays = sorted(
        delay
        for id_, count in carried.items()
        for delay in [float(taken[f"<{id_}@example.org>"]) - started] * count
    )
    register.engine.dispose()
    gc.unfreeze()
    register = _register(place.copy(stage))
    with recording() as tape:
        register.sweep(FALLS_DUE)
        deliver(register, FALLS_DUE, channels)
    register.engine.dispose()
    return tape, (outbox, delays[len(delays) // 2], delays[len(delays) * 99 // 100], delays[-1])


def _bare(place: Database, stage: str, tape: Tape, mails: list[bytes], port: int) -> float:
    connection = place.connect(place.copy(stage))
    replay = replaying(place, connection, tape)
    started = perf_counter()
    replay()
    with smtplib.SMTP("127.0.0.1", port) as session:
        for mail in mails:
            session.sendmail(SENDER, ["office@example.org"], mail)
    seconds = perf_counter() - started
    connection.close()
    return seconds


def _towns(register: Register, limits: int) -> None:
    """So many opinions of 200 towns, each with a registrar who has an address."""
    directory(register)
    towns = [f"{number:06}" for number in range(1, RECIPIENTS + 1)]
    places = [
        {"code": town, "name": town, "level": "county", "parent_code": REGION["code"]} for town in towns
    ]
    people = [
        {"id": f"R{town}", "name": town, "role": "registrar", "region": town, "email": f"r{town}@example.org"}
        for town in towns
    ]
    register.import_directory("regions", list(enumerate(places, start=1)))
    register.import_directory("people", list(enumerate(people, start=1)))
    take(
        register,
        [
            action("record", f"O{number}", "sys", "system", OPINION | {"region": towns[number % RECIPIENTS]})
            for number in range(limits)
        ],
    )


def _channels(folder: Path, port: int) -> Channels:
    path = folder / "channels.toml"
    path.write_text(
        f'office_hours = false\n[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "{SENDER}"\n'
    )
    return load_channels(str(path))


@contextmanager
def sink() -> Iterator[tuple[int, Path]]:
    """(port, log) of a mail server of its own process."""
    with TemporaryDirectory() as folder:
        log = Path(folder) / "sink.log"
        with log.open("a") as file:
            process = subprocess.Popen([sys.executable, "-m", "bench.sink"], stdout=file)
        try:
            while not log.read_text().strip():
                time.sleep(0.05)
            yield int(log.read_text().split()[0]), log
        finally:
            process.kill()
            process.wait()


# -- the audit -------------------------------------------------------------------------------------------------


def audit_cost(place: Database, cases: int, runs: int) -> AuditCost:
    """The second night of so many open cases, sealed the night before; medians, each in a process of its own."""
    stage = f"open-{cases}"
    _prepare(place, stage, lambda register: _first_night(register, cases))
    measured = [_audited(place.copy(stage)) for _ in range(runs)]
    register = _register(place.copy(stage))
    with recording() as tape:
        nightly_audit(register, AT + DAY + NIGHT)
    register.engine.dispose()
    baselines = []
    for _ in range(runs):
        connection = place.connect(place.copy(stage))
        replay = replaying(place, connection, tape)
        started = perf_counter()
        replay()
        baselines.append(perf_counter() - started)
        connection.close()
    return AuditCost(
        place.name,
        cases,
        median(seconds for seconds, _ in measured),
        median(peak for _, peak in measured),
        median(baselines),
    )


def _first_night(register: Register, cases: int) -> None:
    directory(register)
    take(register, [action("record", f"O{number}", "sys", "system", OPINION) for number in range(cases)])
    nightly_audit(register, AT + NIGHT)


def _audited(url: str) -> tuple[float, float]:
    run = subprocess.run(
        [sys.executable, "-m", "bench.nights", url], capture_output=True, text=True, check=True
    )
    answer = json.loads(run.stdout)
    return answer["seconds"], answer["peak"]


def main(url: str) -> None:
    register = _register(url)
    started = perf_counter()
    report = nightly_audit(register, AT + DAY + NIGHT)
    seconds = perf_counter() - started
    assert report.result.complete
    status = Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps({"seconds": seconds, "peak": peak}))


# -- at rest -----------------------------------------------------------------------------------------------------


def at_rest(place: Database, cases: int, seconds: int) -> list[Process]:
    """The engine and its Prefect server with so many open cases and nothing due, after half a minute of starting."""
    stage = f"open-{cases}"
    _prepare(place, stage, lambda register: _first_night(register, cases))
    with TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "portal.cli", "serve", "--db", place.copy(stage),
            "--from", (AT + DAY + timedelta(hours=6)).isoformat(),
        ]  # fmt: skip
        environment = os.environ | {"DUBAN_PREFECT_HOME": folder, "DUBAN_PORTAL": "off"}
        engine = subprocess.Popen(
            command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            time.sleep(30)
            processes = {"engine": engine.pid} | {"Prefect server": _children(engine.pid)[0]}
            before = {name: _cpu(pid) for name, pid in processes.items()}
            time.sleep(seconds)
            return [
                Process(name, (_cpu(pid) - before[name]) * 60 / seconds, _resident(pid))
                for name, pid in processes.items()
            ]
        finally:
            engine.send_signal(signal.SIGTERM)
            engine.wait(60)


def _children(process: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _cpu(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: int) -> float:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024 / 1024


# -- shared ------------------------------------------------------------------------------------------------------


def _prepare(place: Database, stage: str, build: Callable[[Register], None]) -> None:
    if stage in place.stages:
        return
    register = _register(place.create(stage))
    build(register)
    register.engine.dispose()
    place.settle(stage)


def _register(url: str) -> Register:
    register = Register(open_engine(url), LIBRARY)
    register.workdays()
    return register


if __name__ == "__main__":
    main(sys.argv[1])
