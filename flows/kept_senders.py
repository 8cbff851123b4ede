"""Retention: who sent opinions that ended long enough ago is proposed for erasure, which a person confirms."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rulebooks import civil_day
from states.job_results import JobReport, JobResult
from storage import Register
from storage.retention import propose_erasures


@dataclass(frozen=True)
class RetentionReport(JobReport):
    """The cases for which an erasure was proposed, with how many days the office keeps."""

    kept_days: int
    cases: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[JobResult, ...]:
        if not self.kept_days:
            return (JobResult("kept_without_end"),)
        return (JobResult("erasures_proposed", count=len(self.cases), days=self.kept_days),)


def propose_kept(register: Register, at: datetime, kept_days: int) -> RetentionReport:
    """Propose each erasure once, in the name of duban; 0 days propose nothing. A second run proposes nothing more."""
    if not kept_days:
        return RetentionReport(0)
    ended_by = civil_day(at) - timedelta(days=kept_days)
    return RetentionReport(kept_days, tuple(propose_erasures(register, ended_by, at)))
