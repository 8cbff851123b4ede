"""One workload on one database: the register and its baseline in turns, each on a fresh copy."""

import gc
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

from bench.baseline import Tape, recording, replaying
from bench.databases import Database
from bench.workloads import Workload
from rulebooks import Library
from storage import Register, open_engine
from storage.statements import transaction

LIBRARY = Library()


@dataclass(frozen=True)
class Figure:
    """Medians, in seconds for the whole workload."""

    workload: Workload
    database: str
    register: float
    baseline: float

    @property
    def rate(self) -> float:
        return self.workload.count / self.register

    @property
    def baseline_rate(self) -> float:
        return self.workload.count / self.baseline

    @property
    def ratio(self) -> float:
        """The register's speed as a part of the baseline's."""
        return self.baseline / self.register

    @property
    def aim(self) -> str:
        work = self.workload
        if work.least_ratio is not None:
            return f"ratio ≥ {work.least_ratio:.0%}"
        if work.least_rate is not None:
            return f"≥ {work.least_rate:,.0f} {work.unit}/s"
        return f"< {work.most_seconds} s" if work.most_seconds is not None else ""

    @property
    def met(self) -> bool | None:
        """None when there is no aim."""
        work = self.workload
        if work.least_ratio is not None:
            return self.ratio >= work.least_ratio
        if work.least_rate is not None:
            return self.rate >= work.least_rate
        return self.register < work.most_seconds if work.most_seconds is not None else None


class Measurer:
    """Measures on one database; what workloads start from is prepared once."""

    def __init__(self, database: Database, runs: int) -> None:
        self.database = database
        self.runs = runs

    def measure(self, workload: Workload) -> Figure:
        self._prepare(workload)
        tape, left = self._record(workload)
        registers, baselines = [], []
        for _ in range(self.runs):
            seconds, state = self._run_register(workload)
            registers.append(seconds)
            assert state == left, "the register did something else than when it was recorded"
            seconds, state = self._run_baseline(workload, tape)
            baselines.append(seconds)
            assert state == left, "the baseline left another database than the register"
        return Figure(workload, self.database.name, median(registers), median(baselines))

    def _prepare(self, workload: Workload) -> None:
        if workload.stage in self.database.stages:
            return
        register = Register(open_engine(self.database.create(workload.stage)), LIBRARY)
        workload.prepare(register)
        register.engine.dispose()
        self.database.settle(workload.stage)

    def _record(self, workload: Workload) -> tuple[Tape, str]:
        register = self._open(workload)
        with recording() as tape:
            workload.run(register)
        left = _left(register)
        register.engine.dispose()
        return tape, left

    def _run_register(self, workload: Workload) -> tuple[float, str]:
        register = self._open(workload)
        seconds = _timed(lambda: workload.run(register))
        left = _left(register)
        register.engine.dispose()
        return seconds, left

    def _run_baseline(self, workload: Workload, tape: Tape) -> tuple[float, str]:
        url = self.database.copy(workload.stage)
        connection = self.database.connect(url)
        connection.execute("SELECT count(*) FROM calendar_notices")
        connection.commit()
        seconds = _timed(replaying(self.database, connection, tape))
        connection.close()
        engine = open_engine(url)
        left = _left(Register(engine, LIBRARY))
        engine.dispose()
        return seconds, left

    def _open(self, workload: Workload) -> Register:
        """A register on a fresh copy, connected, with the rules and the calendar read."""
        register = Register(open_engine(self.database.copy(workload.stage)), LIBRARY)
        register.workdays()
        return register


def _timed(run: Callable[[], None]) -> float:
    gc.collect()
    gc.freeze()  # the tape is large, and not what is measured
    started = perf_counter()
    run()
    seconds = perf_counter() - started
    gc.unfreeze()
    return seconds


def _left(register: Register) -> str:
    """Counts and heads of the chains after the run, which must be the same on both sides."""
    with transaction(register.engine) as cursor:
        cases = cursor.rows("SELECT count(*), sum(seq), min(head), max(head) FROM cases")
        events = cursor.rows("SELECT count(*) FROM events")
        notices = cursor.rows("SELECT count(*) FROM outbox")
    return f"{[str(value) for value in (*cases[0], *events[0], *notices[0])]}"
