"""Accelerated time of a demonstration: runs the scheduled jobs of the days in between as an engine would."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from flows.audit import nightly_audit
from flows.automatic_papers import make_papers
from flows.channels import Channels
from flows.deliver import deliver
from flows.digest import digest
from flows.escalate import escalate
from flows.schedule import TIMETABLE
from flows.sweep import sweep
from rulebooks import ZONE
from states.job_results import JobReport
from states.reasons import Worded
from states.vocabulary import JobName, RunBy
from storage import Register
from storage.jobs import finish_job, start_job
from storage.levels import rank_of
from storage.marks import Purpose, require
from storage.rehearsed import acts_between

_MORNING = time(9)
"""The time of the daily delivery, within all office hours."""


@dataclass(frozen=True)
class Passed:
    """Automatic acts between two moments: `levels`: rungs climbed by level, `by_rule`: acts of the system."""

    since: datetime
    until: datetime
    reminded: int = 0
    overdue: int = 0
    levels: dict[str, int] = field(default_factory=dict)
    proposed: int = 0
    by_rule: int = 0
    messages: int = 0
    audits: int = 0


def pass_time(
    register: Register,
    since: datetime,
    until: datetime,
    channels: Channels,
    reach: Callable[[datetime], None] = lambda moment: None,
) -> Passed:
    """Run every scheduled job after `since`, up to and including `until`; `reach` is called first with each moment.

    The jobs are recorded as run, so that an engine whose clock then shows `until` finds none missed. Raises
    WrongRegister where the database is not marked for rehearsals.
    """
    work: dict[JobName, Callable[[datetime], JobReport]] = {
        JobName.SWEEP: lambda at: sweep(register, at),
        JobName.AUDIT: lambda at: nightly_audit(register, at),
        JobName.PAPERS: lambda at: make_papers(register, at, files=0),
        JobName.REVIEW: lambda at: escalate(register, at),
        JobName.LEADERS_DIGEST: lambda at: digest(register, at, "leaders", channels),
        JobName.PERSONAL_DIGEST: lambda at: digest(register, at, "personal", channels),
        JobName.DELIVERY: lambda at: deliver(register, at, channels),
    }
    require(register.engine, Purpose.REHEARSAL, Worded("time that passes at once", "一下子过去的时间"))
    audits = 0
    for moment, name in [*_moments(since, until), (until, JobName.SWEEP), (until, JobName.DELIVERY)]:
        if name not in work:
            continue
        reach(moment)
        start_job(register, name, "clock", moment, None if moment == until else moment)
        finish_job(register, name, moment, RunBy.DIRECT, work[name](moment).results)
        audits += name is JobName.AUDIT
    return _happened(register, since, until, audits)


def _moments(since: datetime, until: datetime) -> Iterator[tuple[datetime, JobName]]:
    """Every moment of the timetable in its order, and a delivery each morning."""
    runs = []
    for order, entry in enumerate(TIMETABLE):
        moment = entry.next(since)
        while moment <= until:
            runs.append((moment, order, entry.name))
            moment = entry.next(moment)
    day = since.astimezone(ZONE).date()
    while day <= until.astimezone(ZONE).date():
        morning = datetime.combine(day, _MORNING, ZONE)
        if since < morning <= until:
            runs.append((morning, len(TIMETABLE), JobName.DELIVERY))
        day += timedelta(days=1)
    for moment, _, name in sorted(runs):
        yield moment, name


def _happened(register: Register, since: datetime, until: datetime, audits: int) -> Passed:
    acts = acts_between(register, since, until)
    names: Counter[str] = Counter()
    levels: Counter[str] = Counter()
    for (name, reached), count in acts.steps.items():
        names[name] += count
        if name in ("limit.escalated", "limit.overdue") and reached:
            levels[reached] += count
    by_rank = {level: levels[level] for level in sorted(levels, key=rank_of)}
    return Passed(
        since, until, names["limit.reminded"], names["limit.overdue"], by_rank,
        acts.proposed, acts.others, acts.messages, audits,
    )  # fmt: skip
