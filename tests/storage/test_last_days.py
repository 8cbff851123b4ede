"""Last days beside a reading of their own: the log of facts and the limits' values, nothing of how the program counts.

Random histories under every rulebook: facts dated back, days of assignment corrected across versions, extensions before
and after receipt, returns, opinions asked for again, rounds, promises, notices and overrides imported in between.
"""

import json
import random
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest

from rulebooks import Limit, Rulebook, Term, Unit, Workdays, civil_day, statutory_days
from states import Action, Dossier
from states.cases import Case, Deadline
from storage import CalendarDay, CalendarNotice, Register
from storage.people import Roster
from tests.builders import CITY, a_directory, noon
from tests.calendars import a_notice
from tests.states.walks import moves

ANSWERS = {"assignment.signed", "assignment.delivered"}
STARTS = {
    "zhejiang": (date(2025, 1, 20), date(2025, 3, 5)),
    "henan": (date(2025, 1, 20), date(2025, 3, 1)),
    "suqian": (date(2025, 2, 25), date(2026, 11, 20), date(2024, 11, 20)),
    "shandong": (date(2025, 3, 1),),
    "national": (date(2025, 3, 3),),
    "township": (date(2025, 3, 1),),
    "chongqing": (date(2026, 11, 28), date(2024, 11, 25)),
    "qingdao": (date(2026, 12, 1),),
    "shanghai": (date(2026, 12, 28), date(2023, 11, 20)),
    "beijing": (date(2027, 1, 5),),
    "cppcc": (date(2026, 12, 20),),
}
"""Days before a text changes, before a year's end, and in a year without a notice."""


@dataclass
class Run:
    """A limit as the facts give it: `missed` are earlier runs of it that ended late."""

    start: date
    last: date
    missed: int
    met: date | None = None
    void: date | None = None
    extended: bool = False


Place = tuple[str, str, int]


class Reading:
    """What the log of one case says of its limits."""

    def __init__(self, register: Register, case_id: str) -> None:
        self.dossier: Dossier = register.dossier(case_id)
        self.case: Case = self.dossier.case
        self.workdays: Workdays = register.workdays(self.case.region)
        founded = self.case.assigned_on or self.case.submitted_on or civil_day(self.case.opened_at)
        self.book: Rulebook = register.library.get(self.case.rulebook, founded)
        self.runs: dict[Place, Run] = {}
        for event in register.events(case_id):
            if self._took_place(event):
                self._read(event)

    def standing(self) -> dict[Place, tuple[date, date, date | None, int]]:
        """(start, last day, met on, missed) of what runs or was met."""
        return {
            place: (run.start, self._extended(run) if run.extended else run.last, run.met, run.missed)
            for place, run in self.runs.items()
            if run.void is None
        }

    def _took_place(self, event: Mapping[str, Any]) -> bool:
        contact = self.dossier.communications.get(event["data"].get("communication"))
        if event["name"] == "assignment.communicated" and contact is not None:
            return contact.standing != "DENIED"
        if event["name"] == "commitment.verified":
            return self.dossier.commitments[event["subject_id"]].state == "VERIFIED"
        return True

    def _read(self, event: Mapping[str, Any]) -> None:
        name, subject, on = event["name"], event["subject_id"], event["on"]
        if name in ("suggestion.assigned", "assignment.assigned"):
            on = self.case.assigned_on
        round_ = event["round"]
        if event["subject"] == "commitment":
            round_ = self.dossier.assignments[self.dossier.commitments[subject].assignment_id].round
        for key, limit in self.book.limits.items():
            if limit.subject == event["subject"]:
                self._end(name, (subject, key, round_), limit, on)
        self._pass_on(name, subject, event, on)
        for key, limit in self.book.limits.items():
            if limit.subject == event["subject"] and self._concerns(limit, subject, event["round"]):
                self._start(name, (subject, key, round_), limit, on)
        self._close(name, subject, on)

    def _end(self, name: str, place: Place, limit: Limit, on: date) -> None:
        run = self.runs.get(place)
        if run is None or run.void:
            return
        if name in limit.meets and (run.met is None or on < run.met):
            run.met = on
        elif name in limit.pauses and run.met is None:
            run.void = on

    def _pass_on(self, name: str, subject: str, event: Mapping[str, Any], on: date) -> None:
        """A returned part: its legal clock goes on with its successor, everything else of it ends."""
        for place, run in list(self.runs.items()):
            if place[0] != subject or run.met or run.void:
                continue
            answering = not ANSWERS.isdisjoint(self.book.limits[place[1]].meets)
            if name == "assignment.replaced" and answering:
                self.runs[(event["data"]["by"], *place[1:])] = replace(run)
                run.void = on
            elif name == "assignment.return_granted" and not answering and place[1] != "return_decide_by":
                run.void = on
            elif name == "assignment.extension_granted" and place[1] == "reply_by":
                run.extended = True

    def _concerns(self, limit: Limit, subject: str, round_: int) -> bool:
        if limit.in_session is not None and limit.in_session != self.case.in_session:
            return False
        if limit.subject == "assignment" and limit.roles and self.dossier.assignments[subject].role not in limit.roles:
            return False
        return limit.rounds == "any" or (limit.rounds == "first") == (round_ == 1)

    def _start(self, name: str, place: Place, limit: Limit, on: date) -> None:
        term, second = self._term(limit, name)
        if term is None:
            return
        answering = not ANSWERS.isdisjoint(limit.meets)
        last = self.dossier.commitments[place[0]].due_on if term.is_own else self._count(on, term)
        if name == "assignment.assigned" and answering and self.case.reply_on:
            last = min(last, self.case.reply_on)
        old = self.runs.get(place)
        if old is not None and old.void is None and (second or answering):
            if old.met is None and not old.extended and last < old.last:
                old.start, old.last = on, last
            return
        for other, run in self.runs.items():
            if other[:2] == place[:2] and other[2] < place[2] and run.met is None:
                run.void = run.void or on
        missed = 0 if old is None else old.missed + ((old.met or old.void or on) > old.last)
        self.runs[place] = Run(on, last, missed)

    def _term(self, limit: Limit, name: str) -> tuple[Term | None, bool]:
        """The term that the fact starts, and whether it is a second reading of the start."""
        wide = self.case.track == "COMPLEX"
        if name in limit.again_starts:
            return limit.again, False
        if name in limit.starts:
            return (limit.complex if wide and limit.complex else limit), False
        for reading in limit.readings:
            if name in reading.starts:
                return (reading.complex if wide and reading.complex else reading), True
        return None, False

    def _close(self, name: str, subject: str, on: date) -> None:
        ended = ("assignment.completed", "assignment.cancelled", "commitment.cancelled", "commitment.lapsed")
        for place, run in self.runs.items():
            own = name in ended and place[0] == subject
            if (own or name == "suggestion.withdrawn") and run.met is None and run.void is None:
                run.void = on

    def _extended(self, run: Run) -> date:
        rule = self.book.extension
        assert rule is not None
        longer = self._count(run.start, rule.total)
        return max(run.last, min(longer, self._count(run.last, rule.added)) if rule.added else longer)

    def _count(self, start: date, term: Term) -> date:
        number = int(term.amount)
        if term.unit is Unit.MONTHS:
            year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
            return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))
        if term.unit is Unit.DAYS:
            return start + timedelta(days=number)
        day = start
        while number:
            day += timedelta(days=1)
            number -= self.workdays.is_workday(day)
        return day


class Walker:
    """Somebody who does what anybody could do next in a case, mostly sensible."""

    def __init__(self, register: Register, seed: int) -> None:
        self.register, self.chance, self.case_id = register, random.Random(seed), f"C{seed}"
        self.rulebook = self.chance.choice(sorted(STARTS))
        self.on = self.chance.choice(STARTS[self.rulebook])
        text = {"title": "修路", "facts": "坑", "proposal": "修", "points": 2, "region": CITY, "in_session": False}
        assert self._took("draft", "deputy", "D1", "", 0, {**text, "rulebook": self.rulebook})

    @property
    def case(self) -> Dossier:
        return self.register.dossier(self.case_id)

    def steps(self, number: int) -> Iterator[str]:
        """What was done, in words, each time that something was."""
        for step in range(number):
            if self.chance.random() < 0.22:
                self.on += timedelta(days=self.chance.choice((1, 1, 2, 3, 8, 22)))
            elif self.chance.random() < 0.03 and self.on >= date(2026, 10, 1):
                notice = self._document(step)
                self.register.import_calendar(notice, noon(self.on), "R1")
                yield f"{self.on} {notice.title}"
            else:
                name, role, by, unit, data = self._next()
                back = self.chance.choice((0, 0, 0, 0, 1, 2, 9))
                if name and self._took(name, role, by, unit, back, data):
                    yield f"{self.on} {name} of {self.on - timedelta(days=back)} by {by}"

    def _next(self) -> tuple[str, str, str, str, dict[str, Any]]:
        case = self.case
        if self.chance.random() < 0.08 and case.case.assigned_on:
            other = case.case.assigned_on + timedelta(days=self.chance.choice((-30, -15, -8, -3, -1, 1, 2, 5, 10)))
            data = {"assigned_on": other.isoformat(), "reason": "笔误"}
            return "correct_assigned_date", "registrar", "R1", "", data
        parts = [part for part in case.assignments.values() if part.role != "CO" and part.round == case.case.round]
        if parts and self.chance.random() < 0.08:
            part = self.chance.choice(parts)
            data = {"assignment": part.id, "reason": "面广"}
            if part.extension == "REQUESTED":
                return "grant_extension", "registrar", "R1", "", data
            return "request_extension", "handler", "W1", part.unit, data
        possible = moves(self, self.chance.choice, forward=self.chance.random() < 0.85)
        return self.chance.choice(possible) if possible else ("", "", "", "", {})

    def _took(self, name: str, role: str, by: str, unit: str, back: int, data: dict[str, Any]) -> bool:
        happened = noon(self.on - timedelta(days=back)) if back else None
        action = Action(self.case_id, name, by, role, json.loads(json.dumps(data)), happened, "", unit)
        (outcome,) = self.register.apply([action], noon(self.on))
        return outcome.done

    def _document(self, number: int) -> CalendarNotice:
        if self.chance.random() < 0.5:
            year = self.chance.choice((2027, 2027, 2028))
            free = [date(year, month, day) for month in (1, 2, 3) for day in range(2, 28)]
            off, on = self.chance.sample(free, 4), self.chance.sample(free, 3)
            worked = [day for day in on if day not in off and day not in statutory_days(year)]
            return a_notice(year, off, worked, title=f"{self.case_id} 通知 {number}")
        days = {self.on + timedelta(days=self.chance.randint(-40, 60)): self.chance.random() < 0.5 for _ in range(3)}
        entries = tuple(CalendarDay(day, working) for day, working in days.items())
        return CalendarNotice(f"{self.case_id} 停工 {number}", None, entries, None, self.chance.choice(("", CITY)))


def stored(dossier: Dossier) -> dict[Place, tuple[date, date, date | None, int]]:
    def days_of(row: Deadline) -> tuple[date, date, date | None, int]:
        return row.started_on, row.last_day, row.met_on, row.missed

    rows = [row for row in dossier.deadlines.values() if row.void_on is None]
    return {(row.subject_id, row.key, row.round): days_of(row) for row in rows}


def compared(rows: dict[Place, tuple[date, date, date | None, int]], dossier: Dossier) -> dict[Place, Any]:
    """Without what a vacant part still owes the office, and publication, which ends with the round.

    Of promises not how often an earlier day was missed: the log has the days of promises, the rows only the last one.
    """
    vacant = {part.id for part in dossier.assignments.values() if part.state == "RETURN_GRANTED"}
    return {
        place: row[:3] if place[1] == "commitment_by" else row
        for place, row in rows.items()
        if not (place[0] in vacant and place[1] == "return_decide_by") and place[1] != "publish_by"
    }


@pytest.mark.sqlite_first
@pytest.mark.parametrize("walks", [4, pytest.param(60, marks=pytest.mark.slow)])
def test_every_last_day_of_a_random_history_is_what_its_facts_give(
    register: Register, monkeypatch: pytest.MonkeyPatch, walks: int
) -> None:
    monkeypatch.setattr(Roster, "check", lambda *_: None)  # who may act has tests of its own
    monkeypatch.setattr(Roster, "unit_of", lambda _, action: action.unit)
    a_directory(register)
    looked = 0
    for seed in range(walks):
        walker = Walker(register, seed)
        for done in walker.steps(70):
            dossier = walker.case
            expected = compared(Reading(register, walker.case_id).standing(), dossier)
            ours = compared(stored(dossier), dossier)
            differing = {place for place in {*expected, *ours} if expected.get(place) != ours.get(place)}
            differences = [(place, expected.get(place), ours.get(place)) for place in sorted(differing)]
            assert differences == [], f"seed {seed}, {walker.rulebook}, after {done}"
            looked += len(ours)
    assert looked > 20 * walks
