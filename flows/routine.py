"""The acts of the system by rule: reminding a silent deputy, closing what silence closes."""

from dataclasses import dataclass, field
from datetime import date, datetime

from flows.field_supervision import begun_by_rule
from rulebooks import Rulebook, Workdays, civil_day
from states import Action
from states.job_results import NO_ACTS, JobReport, JobResult
from states.reasons import action_named
from states.roles import Role
from storage import Register
from storage.rulebook_texts import Texts
from storage.waiting import Awaited, waiting_for_nobody

CHUNK = 500

URGE_EVERY = 3
"""Civil days from the end of the window to the first reminder and between reminders: inferred, no text."""


@dataclass
class RoutineReport(JobReport):
    """The acts taken, and those that the register refused, as (case, action, reason)."""

    done: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def results(self) -> tuple[JobResult, ...]:
        acts = tuple(
            JobResult("act_count", action=action_named(name), count=count) for name, count in sorted(self.done.items())
        )
        refused = [JobResult("acts_refused", count=len(self.refused))] if self.refused else []
        return (JobResult("acts_by_rule", acts=acts or NO_ACTS), *refused)


def routine(register: Register, at: datetime) -> RoutineReport:
    """Take every act of the system that is due at `at`; idempotent.

    A deputy who is silent after the window of the evaluation is reminded as often as the rulebook says, then the
    silence is recorded. A draft on which the deputy was silent, after the reminders, goes on to signature. A
    supervision that nobody decided within the rulebook's time lapses. What climbed becomes the task of its committee.
    """
    on = civil_day(at)
    report = RoutineReport()
    waiting = waiting_for_nobody(register, on)
    calendar = register.workdays_of(awaited.region for awaited in waiting)
    acts = [
        act for awaited in waiting if (act := _act(register.texts, awaited, on, calendar[awaited.region]))
    ]
    acts += begun_by_rule(register, on)
    acts += _settling(register, on)
    for start in range(0, len(acts), CHUNK):
        for outcome in register.apply(acts[start : start + CHUNK], at):
            name = outcome.action.name
            if not outcome.done:
                report.refused.append((outcome.action.case, name, outcome.reason))
            elif not outcome.repeated:
                report.done[name] = report.done.get(name, 0) + 1
    return report


def _act(texts: Texts, awaited: Awaited, on: date, workdays: Workdays) -> Action | None:
    if awaited.reminded is not None and awaited.reminded >= on:
        return None  # time to answer: neither the next reminder nor the end comes on the day of a reminder
    rulebook = texts.of(awaited.rulebook_ident)
    if awaited.what == "feedback":
        return _about_silence(rulebook, awaited, on)
    if awaited.what == "consult":
        needed = (rulebook.gates.consult_reminders if rulebook.gates else None) or 2
        name = "lapse_consult" if awaited.reminders >= needed else "remind_consult"
        if name == "remind_consult" and (on - awaited.since).days < URGE_EVERY * awaited.reminders + 1:
            return None
        return _system(name, awaited, f"{awaited.reminders}", {"assignment": awaited.subject_id})
    if workdays.add(awaited.since, rulebook.proposals.decide_within) < on:
        return _system("lapse_supervision", awaited, "", {"supervision": awaited.subject_id})
    return None


def _settling(register: Register, on: date) -> list[Action]:
    """End limits whose key their case's text does not have: they could not be met and would climb for ever."""
    return [
        Action(case, "settle_rules", "duban", Role.SYSTEM.value, key=f"settle/{case}/{on.isoformat()}")
        for case in register.with_strange_limits()
    ]


def _about_silence(rulebook: Rulebook, awaited: Awaited, on: date) -> Action | None:
    needed = (rulebook.gates.feedback_urges if rulebook.gates else None) or 2
    if (on - awaited.since).days < URGE_EVERY * awaited.reminders + 1:
        return None
    if awaited.reminders < needed:
        return _system(
            "urge_feedback",
            awaited,
            f"{awaited.reminders}",
            {"deputy": awaited.subject_id.rpartition("@")[2]},
        )
    return _system("lapse_evaluation", awaited, "", {})


def _system(name: str, awaited: Awaited, number: str, data: dict[str, str]) -> Action:
    key = "/".join(("rule", name, awaited.subject_id, str(awaited.round), awaited.since.isoformat(), number))
    return Action(awaited.case_id, name, "duban", Role.SYSTEM.value, data, key=key)
