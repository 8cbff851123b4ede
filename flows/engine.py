"""The engine: a scheduler that runs due jobs, by Prefect while that is up, otherwise directly.

It sleeps by monotonic time and reads the clock when it wakes, so a step of the clock breaks no timer.
"""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic

from loguru import logger

from flows.audit import nightly_audit
from flows.automatic_papers import make_papers
from flows.channels import channels_of
from flows.deliver import deliver, next_delivery
from flows.digest import digest
from flows.escalate import escalate
from flows.imports import take_over
from flows.kept_senders import propose_kept
from flows.prefect_link import NotByPrefect, PrefectLink
from flows.schedule import TIMETABLE, TimetableJob
from flows.settings import Settings, database_url, papers_folder
from flows.sweep import sweep
from flows.watch import LEASE, Watch
from notifications.masking import mask
from states.job_results import JobReport, JobResult, in_english
from states.reasons import Label, Refused, Worded
from states.vocabulary import JobName, RunBy
from storage import Register, open_engine
from storage.jobs import drop_leases, finish_job, jobs, start_job, take_lease
from storage.marks import Purpose, require
from storage.patience import waiting_at_most

RENEW = 10.0
"""Seconds of monotonic time between renewals of leases."""
SOON = 0.01
"""The least seconds between two polls."""
STOP_SECONDS = 30
MOST = 1_000
"""Characters of an error that are kept."""
PATIENCE = 5.0
"""Seconds that a poll waits for other writers when renewing leases; the next poll tries again."""


@dataclass
class Clock:
    """The engine's clock: the real one plus `offset`, so that a rehearsed year continues from its end.

    Only a demonstration moves it while running; engine and portal then share this object. `held`: the mover runs the
    due jobs itself, so the engine must begin none.
    """

    offset: timedelta = timedelta()
    held: bool = False

    @classmethod
    def starting_at(cls, moment: datetime) -> "Clock":
        return cls(moment - datetime.now(UTC))

    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def move_to(self, moment: datetime) -> None:
        """Set the clock to `moment`. Raises ValueError when that is in the past."""
        if moment < self.now():
            raise ValueError(f"the clock is at {self.now():%F %T} and goes forward only, not to {moment:%F %T}")
        self.offset = moment - datetime.now(UTC)


class Engine:
    """One engine over one register; several may run side by side. `run` lasts until a signal or until `stopping`.

    Raises WrongRegister where the clock is moved and the register live, or the other way round.
    """

    def __init__(self, settings: Settings, clock: Clock | None = None, name: str = "") -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self.channels = channels_of(settings)
        self.register = Register(open_engine(database_url(settings.database_url)))
        purpose = Purpose.REHEARSAL if self.clock.offset else Purpose.LIVE
        require(self.register.engine, purpose, Worded(f"the clock of {self.name}", f"{self.name} 的时钟"))
        self.prefect = PrefectLink(settings.prefect, settings.prefect_home)
        self.watch = Watch(self.register, self.name)
        self.entries = [entry for entry in TIMETABLE if self._ours(entry)]
        self._running: dict[str, asyncio.Task[None]] = {}
        self._next: dict[str, datetime] = {}
        self._looked: datetime | None = None
        self._renewed: float | None = None
        self._leads = False
        self._rest = settings.poll_seconds
        self.stopping = asyncio.Event()

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; then begin nothing new and end running jobs within 30 s."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stopping.set)
        self._started = self.clock.now()
        gc.freeze()  # what is loaded stays; a sweep's many rows shall not have it looked through again and again
        while not self.stopping.is_set():
            await self.poll()
            with suppress(TimeoutError):  # by what passes: a clock that is set back wakes nobody later
                await asyncio.wait_for(self.stopping.wait(), self._rest)
        if self._running:
            await asyncio.wait(self._running.values(), timeout=STOP_SECONDS)
        await self.prefect.stop()
        drop_leases(self.register, self.name)
        self.register.engine.dispose()

    async def poll(self) -> None:
        """Begin the due jobs, unless the clock cannot be trusted."""
        self._rest = self.settings.poll_seconds
        if self.stopping.is_set() or self.clock.held:
            return
        self.prefect.look_after()
        now = self.clock.now()
        try:
            due, moments = await asyncio.to_thread(self._look, now)  # the loop, and every page with it, goes on
        except Exception as error:  # the database may be away for a while; the next poll tries again
            logger.error("poll: {}", mask(str(error)))
            return
        for name, moment in due:
            self._begin(name, moment)
        self._wake_up(now, moments)

    # -- what is due ---------------------------------------------------------------------------------------

    def _look(self, now: datetime) -> "tuple[list[tuple[str, datetime | None]], list[datetime]]":
        """The jobs to begin, and the moments of the next polls."""
        with waiting_at_most(PATIENCE):
            self._renew(now)
            if not self.watch.trusts(now):
                return [], []
        due, following = self.register.next_due(), next_delivery(self.register, now, self.channels)
        due_jobs: list[tuple[str, datetime | None]] = []
        if due is not None and due <= now:
            due_jobs.append((JobName.SWEEP, None))
        if following is not None and following <= now:
            due_jobs.append((JobName.DELIVERY, None))
        if self._leads:
            due_jobs += self._of_timetable(now)
        return due_jobs, [moment for moment in (due, following, *self._next.values()) if moment]

    def _of_timetable(self, now: datetime) -> list[tuple[str, datetime | None]]:
        back = self._looked is not None and now < self._looked
        self._looked, self._started = now, min(now, self._started)
        if not back and all(now < self._next.get(entry.name, now) for entry in self.entries):
            return []
        ran = jobs(self.register)
        due_jobs: list[tuple[str, datetime | None]] = []
        for entry in self.entries:
            moment = entry.last(now)
            last = ran.get(entry.name)
            served = last.due_at if last is not None and last.due_at is not None else self._started
            died = last is not None and last.finished_at is None and last.due_at == moment
            if moment > served or died:
                due_jobs.append((entry.name, moment))
            self._next[entry.name] = entry.next(now)
        return due_jobs

    def _wake_up(self, now: datetime, moments: list[datetime]) -> None:
        """Schedule a poll at the next due moment, before the regular one."""
        ahead = [moment for moment in moments if moment > now]
        if ahead:
            self._rest = max(SOON, min(self._rest, (min(ahead) - now).total_seconds()))

    def _ours(self, entry: TimetableJob) -> bool:
        wanted = {JobName.IMPORT: self.settings.import_folder, JobName.RETENTION: self.settings.kept_days}
        if not wanted.get(entry.name, True):
            return False
        return not (entry.heavy and self.settings.heavy == "deployments")

    def _renew(self, now: datetime) -> None:
        if self._renewed is not None and monotonic() - self._renewed < RENEW:
            return
        take_lease(self.register, f"engine:{self.name}", self.name, now, LEASE)
        if self.prefect.up:
            take_lease(self.register, f"prefect:{self.prefect.api}", self.name, now, LEASE)
        self._leads = take_lease(self.register, "timetable", self.name, now, LEASE)
        self._renewed = monotonic()

    # -- running it ----------------------------------------------------------------------------------------

    def _begin(self, name: str, due_at: datetime | None) -> None:
        """Start a job unless one of its name is running in this process."""
        running = self._running.get(name)
        if running is None or running.done():
            self._running[name] = asyncio.create_task(self._work(name, due_at))

    async def _work(self, name: str, due_at: datetime | None) -> None:
        at = self.clock.now()
        by, failed, results = RunBy.DIRECT, "", tuple[JobResult, ...]()
        try:
            await asyncio.to_thread(start_job, self.register, name, self.name, at, due_at)
            flow, more = _FLOWS.get(name, (name, {}))
            if flow == JobName.DELIVERY:
                more = {"engine": self.name}
            try:
                results = await self.prefect.run(flow, at=at, **more)
                by = RunBy.PREFECT
            except NotByPrefect as reason:
                if self.settings.prefect != "off":
                    logger.debug("{} runs directly: {}", name, reason)
                results = (await asyncio.to_thread(self._plain(name), at)).results
        except Exception as error:
            failed = f"{type(error).__name__}: {error}"
            refused = getattr(error, "refused", None)
            why = refused if isinstance(refused, Refused) else Label(failed[:MOST])
            results = (JobResult("job_unfinished", why=why),)
            logger.error("{} failed: {}", name, mask(failed))
        logger.info("{} by {}: {}", name, by, mask(failed) or in_english(results))
        try:
            await asyncio.to_thread(finish_job, self.register, name, self.clock.now(), by, results, failed)
        except Exception as error:  # the job row is a report; the work itself is done
            logger.error("{}: its end could not be noted: {}", name, mask(str(error)))

    def _plain(self, name: str) -> Callable[[datetime], JobReport]:
        """The same work without Prefect."""
        register, channels = self.register, self.channels
        plain: dict[str, Callable[[datetime], JobReport]] = {
            JobName.SWEEP: lambda at: sweep(register, at),
            JobName.REVIEW: lambda at: escalate(register, at),
            JobName.AUDIT: lambda at: nightly_audit(register, at),
            JobName.DELIVERY: lambda at: deliver(register, at, channels, self.name),
            JobName.PERSONAL_DIGEST: lambda at: digest(register, at, "personal", channels),
            JobName.LEADERS_DIGEST: lambda at: digest(register, at, "leaders", channels),
            JobName.PAPERS: lambda at: make_papers(register, at, papers_folder(self.settings)),
            JobName.RETENTION: lambda at: propose_kept(register, at, self.settings.kept_days),
            JobName.IMPORT: lambda at: take_over(register, self.settings.import_folder, at),
        }
        return plain[name]


_FLOWS: dict[str, tuple[str, dict[str, str]]] = {
    JobName.PERSONAL_DIGEST: ("digest", {"audience": "personal"}),
    JobName.LEADERS_DIGEST: ("digest", {"audience": "leaders"}),
}
"""Jobs whose flow has another name, with its parameters."""
