"""Background work that takes longer than a page may; pages poll its progress."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Any

from loguru import logger


@dataclass
class BackgroundJob:
    """A background job of this process; `found` is its result, `failed`: it ended with an error."""

    started_at: datetime
    found: Any = None
    failed: bool = False
    ended: Event = field(default_factory=Event)

    @property
    def running(self) -> bool:
        return not self.ended.is_set()


class Jobs:
    """At most one job of each name at a time; the last one is kept until the next, or until the process ends."""

    def __init__(self) -> None:
        self._jobs: dict[str, BackgroundJob] = {}
        self._lock = Lock()

    def start(self, name: str, work: Callable[[], Any], at: datetime) -> BackgroundJob:
        """Begin the work, or return the job that is already running."""
        with self._lock:
            running = self._jobs.get(name)
            if running is not None and running.running:
                return running
            job = self._jobs[name] = BackgroundJob(at)
        Thread(target=_run, args=(name, job, work), name=f"job-{name}", daemon=True).start()
        return job

    def get(self, name: str) -> BackgroundJob | None:
        return self._jobs.get(name)


def _run(name: str, job: BackgroundJob, work: Callable[[], Any]) -> None:
    try:
        job.found = work()
    except Exception:
        job.failed = True
        logger.exception("job {} stopped", name)
    finally:
        job.ended.set()
