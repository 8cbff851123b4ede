"""Promises at the year's end: the fourth quarter's list for the chairpersons' meeting, and what outlives its year.

CQ 24 has units report each fourth quarter on the promises of this and of last year; CQ 33 knows following up over
years. The days on which the lists are made are the house's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rulebooks import civil_day
from states import Action
from states.roles import Role
from states.vocabulary import Level, SupervisionKind
from storage import Register
from storage.composing import note_for
from storage.promises import Promise, unkept
from storage.recipients import people_by_role

QUARTER = 10
"""October: from the first review in it on, the ledger of this and of last year is gone through."""
TO_DO = "请督促落实，逐项见“承诺台账”一页。See that they are kept; each stands in the ledger (/promises)."


@dataclass(frozen=True)
class PromisesReport:
    """The promises gone through, the messages about them, and how many follow-ups over years were proposed."""

    listed: tuple[Promise, ...] = ()
    notices: int = 0
    proposed: int = 0


def review_promises(register: Register, at: datetime, region: str = "") -> PromisesReport:
    """In the fourth quarter notify each region's leaders once of unkept promises; from January on propose to follow up.

    Safe to repeat: a region is told once a year, a promise that outlives its year is proposed once.
    """
    on = civil_day(at)
    if on.month < QUARTER:
        return PromisesReport(proposed=_propose(register, at, on))
    rows = unkept(register, on, date(on.year - 1, 1, 1), region)
    notices = 0
    for place in sorted({row.region for row in rows}):
        ours = [row for row in rows if row.region == place]
        leaders = people_by_role(register, "leader", place, on)
        subject = f"【承诺台账】{on.year} 年第四季度 {len(ours)} 项未落实"
        body = f"{ledger(ours, on)}\n\n{TO_DO}"
        notices += note_for(register, leaders, subject, body, place, at, once=f"promises/{on.year}/{place}")
    return PromisesReport(tuple(rows), notices)


def ledger(rows: Sequence[Promise], on: date) -> str:
    """The list as text, Chinese first."""
    late = sum(row.late for row in rows)
    lines = [f"{on} 未落实 {len(rows)} 项，其中到期 {late} 项。unkept {len(rows)}, of these {late} late.", ""]
    for row in rows:
        moved = f"（改过 {row.rescheduled} 次）" if row.rescheduled else ""
        due = f"承诺 {row.due_on}{moved}{'，已到期' if row.late else ''}"
        lines.append(f"· {row.number or row.case_id}《{row.title}》{row.unit_name}：{row.text}；{due}")
    return "\n".join(lines)


def _propose(register: Register, at: datetime, on: date) -> int:
    """Following up over years (跨年度跟踪督办) of what was due by the end of last year; a named person decides."""
    rows = unkept(register, on, date(1, 1, 1))
    cases = sorted({row.case_id for row in rows if row.due_on < date(on.year, 1, 1)})
    level = Level.C3.value
    data = {"kind": SupervisionKind.KEY.value, "level": level}
    acts = [
        Action(case, "propose_supervision", "duban", Role.SYSTEM.value, data, key=f"rule/{level}/{on.year}/{case}")
        for case in cases
    ]
    return sum(outcome.done and not outcome.repeated for outcome in register.apply(acts, at))
