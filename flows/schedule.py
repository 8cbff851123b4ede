"""The timetable of the engine and the deployments: when each job runs, in the region's zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from rulebooks import ZONE
from states.vocabulary import JobName

LONGEST = timedelta(days=8)
"""No entry fires less often than weekly."""


@dataclass(frozen=True)
class TimetableJob:
    """A job of the timetable; `heavy` ones can be left to Prefect workers."""

    name: JobName
    cron: str
    does: str
    heavy: bool = False

    @property
    def what(self) -> str:
        return f"{self.name.zh} {self.does}"

    def last(self, at: datetime) -> datetime:
        """The latest moment of the entry at or before `at`."""
        trigger = CronTrigger.from_crontab(self.cron, timezone=ZONE)
        fire = trigger.get_next_fire_time(None, at - LONGEST)
        while (following := trigger.get_next_fire_time(fire, fire)) <= at:
            fire = following
        fires_at: datetime = fire
        return fires_at

    def next(self, at: datetime) -> datetime:
        """The first moment of the entry after `at`."""
        trigger = CronTrigger.from_crontab(self.cron, timezone=ZONE)
        fire: datetime | None = trigger.get_next_fire_time(at, at)
        assert fire is not None
        return fire


TIMETABLE = (
    TimetableJob(JobName.SWEEP, "5 0 * * *", "climbs every due limit; also at each wake-up"),
    TimetableJob(JobName.AUDIT, "0 2 * * *", "looks at every open case, seals the chains", heavy=True),
    TimetableJob(JobName.PAPERS, "40 2 * * *", "numbers the papers that are due, makes their files"),
    TimetableJob(JobName.RETENTION, "10 3 * * *", "proposes to erase who sent opinions kept long enough"),
    TimetableJob(JobName.IMPORT, "30 3 * * *", "takes over the tables of the import folder", heavy=True),
    TimetableJob(JobName.REVIEW, "25 8 * * mon", "prepares the leadership's review"),
    TimetableJob(
        JobName.LEADERS_DIGEST, "30 8 * * *", "the leaders' digest, on the week's first working day", heavy=True
    ),
    TimetableJob(JobName.PERSONAL_DIGEST, "30 8 * * *", "the personal digest, on working days", heavy=True),
)
"""The jobs, in the order in which missed ones are caught up."""
