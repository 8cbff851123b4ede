"""What a register recorded, as acts that can be played again: under another rulebook, with another calendar."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from flows.sweep import sweep
from portal.rehearsal.named_promises import Promise, places, renamed, split_at_promises
from portal.rehearsal.stage import StepRefused, days_from
from portal.rehearsal.year import RehearsalError
from rulebooks import ZONE, Rulebook, civil_day
from states import Action
from states.decide import FOUNDING
from states.reasons import Refused, Worded
from states.roles import Role
from states.vocabulary import Satisfaction, Track
from storage import CalendarDay, CalendarNotice, Register
from storage.marks import Purpose, require
from storage.recorded_history import DIRECTORY, record_of
from storage.stored import StoredEvent

WRITTEN = ("state", "limits", "contact_gate")
"""What a decision adds to the data of an event."""

BY_RULE = {
    "remind_consult": "consult_by",
    "lapse_consult": "consult_by",
    "urge_feedback": "feedback_by",
    "lapse_evaluation": "feedback_by",
}
"""Acts of the system, and the limit after which it takes them. Without that limit the office decides."""


@dataclass(frozen=True)
class Recorded:
    """Acts by their instants of entry, the days they lie between, and the directory of those who acted."""

    first: date
    ended: date
    acts: tuple[tuple[datetime, tuple[Action, ...]], ...]
    directory: Mapping[str, Sequence[Mapping[str, str]]]
    promises: Mapping[str, Promise] = field(default_factory=dict)


@dataclass
class Played:
    """What became of recorded acts: those taken, and those that the rulebook refused."""

    register: Register
    rulebook: Rulebook
    acts: int = 0
    refused: list[StepRefused] = field(default_factory=list)


def recorded(register: Register) -> Recorded:
    """Everything that was done with suggestions, as the events tell it, also by the system where BY_RULE names it.

    Raises RehearsalError when there is nothing.
    """
    record = record_of(register)
    acts: dict[datetime, list[Action]] = {}
    for event in record.events:
        if event["action"] and (event["role"] != Role.SYSTEM or event["action"] in BY_RULE):
            acts.setdefault(event["entered_at"], []).append(_action(event, record.texts))
    if not acts:
        raise RehearsalError(Refused("nothing_to_play_again"))
    days = [civil_day(event["entered_at"]) for event in (record.events[0], record.events[-1])]
    return Recorded(
        days[0], days[1], tuple((at, tuple(done)) for at, done in acts.items()), record.directory,
        places(record.promises),
    )  # fmt: skip


def played_again(
    record: Recorded,
    register: Register,
    rulebook: str,
    holidays: Iterable[date] = (),
    progress: Callable[[date], None] | None = None,
) -> Played:
    """Play the acts through an empty `register` under `rulebook`, with the sweep of every night between them.

    An act that this rulebook refuses is kept in `refused`, and the others go on. Days off are added to the calendar.
    What falls to the system by this rulebook, it does for itself.
    """
    require(register.engine, Purpose.REHEARSAL, Worded("a year played again", "重演的一年"))
    for kind in DIRECTORY:
        register.import_directory(kind, list(enumerate(record.directory[kind], start=1)))
    register.import_directory("units", list(enumerate(record.directory["chains"], start=1)))
    off = tuple(CalendarDay(day, False, "假设") for day in sorted(set(holidays)))
    if off:
        notice = CalendarNotice("假设的放假", None, off)
        register.import_calendar(notice, datetime.combine(record.first, time(0), ZONE), "rehearsal")
    played = Played(register, register.library.get(rulebook, record.ended))
    office = next((person["id"] for person in record.directory["people"] if person["role"] == Role.REGISTRAR), "")
    by_day: dict[date, list[tuple[datetime, tuple[Action, ...]]]] = {}
    for at, acts in record.acts:
        by_day.setdefault(civil_day(at), []).append((at, acts))
    for day in days_from(record.first, record.ended):
        sweep(register, datetime.combine(day, time(0, 5), ZONE))
        for at, acts in by_day.get(day, []):
            ours = [
                said_under(played.rulebook, act, office) for act in acts if _is_ours(played.rulebook, act)
            ]
            for some in split_at_promises(ours):
                done = register.apply([renamed(act, record.promises, register) for act in some], at)
                played.acts += sum(outcome.done for outcome in done)
                played.refused += [
                    StepRefused(outcome.action.case, outcome.action.name, day, outcome.reason)
                    for outcome in done
                    if not outcome.done
                ]
        if progress is not None:
            progress(day)
    return played


def said_under(rulebook: Rulebook, act: Action, office: str = "") -> Action:
    """The same act in the words of this rulebook: its name, its dimensions of judgement, its grounds for declining.

    A dimension that was not judged has the worst value of those that were; an unknown ground is the rulebook's `other`.
    What the system did by a limit that is not here, the person `office` decides.
    """
    data = dict(act.data)
    if act.role == Role.SYSTEM:
        why = {"reason": "本规则集没有规定日数，由代表工委决定。"}
        return replace(act, by=office, role=Role.REGISTRAR.value, data=why | data, key="")
    if act.name in FOUNDING:
        data["rulebook"] = rulebook.name
    elif act.name == "assign" and data.get("track") == Track.URGENT:
        data["track"] = Track.NORMAL  # offered until 0.1.0, and the same
    elif act.name == "evaluate":
        each = data.get("assignments")
        if isinstance(each, dict):
            data["assignments"] = {part: _judged(rulebook, values) for part, values in each.items()}
        else:
            data = _judged(rulebook, data)
    elif (
        act.name == "decline"
        and rulebook.admissibility
        and data.get("code") not in rulebook.admissibility.codes
    ):
        data["code"] = "other"
    return replace(act, data=data)


def _is_ours(rulebook: Rulebook, act: Action) -> bool:
    """Whether somebody has to do it: what the system does by a limit of this rulebook it does without being told."""
    return act.role != Role.SYSTEM or BY_RULE[act.name] not in rulebook.limits


def _judged(rulebook: Rulebook, values: Mapping[str, str]) -> dict[str, str]:
    wanted = rulebook.evaluation.dimensions if rulebook.evaluation else ("attitude", "result")
    return {**dict.fromkeys(wanted, Satisfaction.highest(values.values())), **values}


def _action(event: StoredEvent, texts: Mapping[str, str]) -> Action:
    """The act whose first event this is, with its texts."""
    data = {}
    for key, value in event["data"].items():
        if key in WRITTEN:
            continue
        document = value.get("document") if isinstance(value, dict) else None
        data[key] = texts.get(str(document), value)
    at = event["at"] if event["at"] != event["entered_at"] else None
    return Action(event["case_id"], event["action"], event["by"], event["role"], data, at, event["key"] or "")
