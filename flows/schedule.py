"""The timetable of the engine and the deployments: when each job runs, in the region's zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from rulebooks import ZONE

LONGEST = timedelta(days=8)
"""No entry fires less often than weekly."""


@dataclass(frozen=True)
class TimetableJob:
    """A job of the timetable; `heavy` ones can be left to Prefect workers."""

    name: str
    cron: str
    zh: str
    en: str
    heavy: bool = False

    @property
    def what(self) -> str:
        return f"{self.zh} {self.en}"

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
    TimetableJob("sweep-deadlines", "5 0 * * *", "扫描期限", "climbs every due limit; also at each wake-up"),
    TimetableJob("nightly-audit", "0 2 * * *", "夜间巡检", "looks at every open case, seals the chains", heavy=True),
    TimetableJob("papers", "40 2 * * *", "文书", "numbers the papers that are due, makes their files"),
    TimetableJob("import", "30 3 * * *", "导入", "takes over the tables of the import folder", heavy=True),
    TimetableJob("escalate", "25 8 * * mon", "督办研判", "prepares the leadership's review"),
    TimetableJob(
        "digest-leaders",
        "30 8 * * *",
        "领导周报",
        "the leaders' digest, on the week's first working day",
        heavy=True,
    ),
    TimetableJob("digest-personal", "30 8 * * *", "个人摘要", "the personal digest, on working days", heavy=True),
)
"""The jobs, in the order in which missed ones are caught up."""
