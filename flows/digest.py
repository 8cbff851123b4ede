"""Digests: notices held for a person's morning, or for the leaders' Monday, become one message each."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from flows.channels import Channels, load_channels
from flows.deliver import DeliveryReport, put_together
from flows.escalate import REVIEWED
from notifications.letters import MOST_LINES
from rulebooks import Workdays, civil_day
from states.job_results import JobReport, JobResult
from states.reasons import Worded
from states.vocabulary import JobName, Level, V
from storage import Register
from storage.composing import offices_waiting
from storage.waiting import Proposal, proposals

Audience = Literal["personal", "leaders"]
JOBS: dict[Audience, JobName] = {"personal": JobName.PERSONAL_DIGEST, "leaders": JobName.LEADERS_DIGEST}


@dataclass(frozen=True)
class DigestReport(JobReport):
    """The notices held, and the messages made of them; `held_back`: why there were none."""

    audience: Audience
    composed: int
    messages: int
    held_back: JobResult | None = None

    @property
    def results(self) -> tuple[JobResult, ...]:
        if self.held_back is not None:
            return (self.held_back,)
        audience = Worded(self.audience, JOBS[self.audience].zh)
        return (JobResult("digest_composed", audience=audience, composed=self.composed, messages=self.messages),)


def digest(
    register: Register, at: datetime, audience: Audience, channels: Channels | None = None, region: str = ""
) -> DigestReport:
    """Compose the notices held for `audience`; `deliver` sends them. On a day off nothing goes out.

    The personal digest has the reminders and other notices of the same people; the leaders' goes out on the first
    working day of a week (Monday first), and ends with what they have to decide.
    """
    channels = channels or load_channels()
    on = civil_day(at)
    offices = offices_waiting(register, audience, region)
    if channels.office_hours:
        held_back = {
            office: why for office, days in offices.items() if (why := _why_held(days, on, audience))
        }
        offices = {office: days for office, days in offices.items() if office not in held_back}
        why = _why_held(register.workdays(region), on, audience) or next(iter(held_back.values()), None)
        if not offices and why:
            return DigestReport(audience, 0, 0, why)
    done = DeliveryReport()
    closing = _to_decide(register, on, region, channels.address) if audience == "leaders" else {}
    put_together(register, at, audience, channels, done, list(offices), region, closing)
    return DigestReport(audience, done.composed, done.messages)


def _why_held(workdays: Workdays, on: date, audience: Audience) -> JobResult | None:
    """Why no digest goes out on that day by this calendar."""
    if not workdays.is_workday(on):
        return JobResult("digest_day_off")
    monday = on - timedelta(days=on.weekday())
    if audience == "leaders" and workdays.add(monday - timedelta(days=1), 1) != on:
        return JobResult("digest_later")
    return None


def _to_decide(register: Register, on: date, region: str, address: str) -> dict[str, str]:
    """By region the supervisions that are proposed and undecided, and those that lapsed within the week before.

    They are decided on the wall.
    """
    wall = f" {address.rstrip('/')}/wall" if address else ""
    by_region: dict[str, list[Proposal]] = {}
    for proposal in proposals(register, region, on - REVIEWED):
        by_region.setdefault(proposal.region, []).append(proposal)
    return {
        place: "\n".join(
            (
                f"待定督办 {len(rows)} 项：",
                *map(_line, rows[:MOST_LINES]),
                f"请在督办系统的逾期墙上确定或者不予督办{wall}",
                f"To decide on the wall of overdue limits: {len(rows)} supervisions.",
            )
        )
        for place, rows in by_region.items()
    }


def _line(proposal: Proposal) -> str:
    lapsed = "（逾期未定）" if proposal.state == V.LAPSED else ""
    number = proposal.number or proposal.case_id
    title = f"{Level.word_of(proposal.level)} {number}《{proposal.title}》"
    return f"· {title}{proposal.units}，{proposal.proposed_on} 提出{lapsed}"
