"""The sweep: every due limit climbs its ladder, and the system takes its acts by rule."""

from dataclasses import dataclass
from datetime import datetime

from flows.routine import RoutineReport, routine
from states.job_results import JobReport, JobResult
from storage import Register, SweepReport


@dataclass(frozen=True)
class SweptReport(JobReport):
    """The result of a sweep: the rungs climbed, and the acts by rule."""

    sweep: SweepReport
    routine: RoutineReport

    @property
    def results(self) -> tuple[JobResult, ...]:
        acts = self.routine.results if self.routine.done or self.routine.refused else ()
        return (JobResult("rungs_climbed", count=self.sweep.climbed), *acts)


def sweep(register: Register, at: datetime) -> SweptReport:
    """`Register.sweep` at `at`, then the routine of that day; a second call at the same `at` changes nothing."""
    return SweptReport(register.sweep(at), routine(register, at))
