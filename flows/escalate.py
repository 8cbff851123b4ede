"""The leadership's review of undecided proposals of the ladder."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.routine import RoutineReport, routine
from flows.year_end_promises import PromisesReport, ledger, review_promises
from rulebooks import civil_day
from states.job_results import JobReport, JobResult
from states.vocabulary import V
from storage import Register
from storage.waiting import Proposal, proposals

REVIEWED = timedelta(days=7)
"""How far back a review lists lapsed proposals."""


@dataclass(frozen=True)
class EscalationReport(JobReport):
    """The review as of `at`: undecided and recently lapsed proposals, the highest level first."""

    at: datetime
    undecided: tuple[Proposal, ...]
    lapsed: tuple[Proposal, ...]
    routine: RoutineReport
    promises: PromisesReport

    @property
    def results(self) -> tuple[JobResult, ...]:
        reviewed = JobResult("proposals_reviewed", undecided=len(self.undecided), lapsed=len(self.lapsed))
        unkept = len(self.promises.listed)
        return (reviewed, JobResult("promises_unkept", count=unkept)) if unkept else (reviewed,)

    @property
    def markdown(self) -> str:
        """The review as a page, Chinese first."""
        lines = [
            f"# 督办研判 {civil_day(self.at)}",
            "",
            "Proposals of the ladder for the leadership to decide.",
            "",
        ]
        for title, rows in (("待定 proposed", self.undecided), ("逾期未定 lapsed", self.lapsed)):
            lines += [f"## {title}：{len(rows)}", ""]
            if rows:
                lines += ["| 级别 | 编号 | 建议 | 承办单位 | 提出日 |", "|---|---|---|---|---|"]
                lines += [
                    f"| {row.level} | {_cell(row.number or row.case_id)} | {_cell(row.title)} | {_cell(row.units)} "
                    f"| {row.proposed_on} |"
                    for row in rows
                ]
                lines.append("")
        if self.promises.listed:
            lines += ["## 承诺台账 promises", "", ledger(self.promises.listed, civil_day(self.at)), ""]
        return "\n".join(lines)


def escalate(register: Register, at: datetime, region: str = "") -> EscalationReport:
    """Let undecided proposals lapse, review the promises, and list what the leadership has to decide.

    Safe to repeat.

    `region` limits the list, not the lapsing.
    """
    done = routine(register, at)
    promises = review_promises(register, at, region)
    reviewed = proposals(register, region, civil_day(at) - REVIEWED)
    return EscalationReport(
        at,
        tuple(proposal for proposal in reviewed if proposal.state == V.PROPOSED),
        tuple(proposal for proposal in reviewed if proposal.state == V.LAPSED),
        done,
        promises,
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
