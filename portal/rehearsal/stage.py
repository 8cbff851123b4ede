"""The stage of a rehearsal: lives take their turns day by day, everything of a day in a few batches."""

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from heapq import heappop, heappush
from itertools import count

from portal.rehearsal.roster import Town
from rulebooks import ZONE, Unit, last_day
from states import Action
from storage import Outcome, Register
from storage.rehearsed import Standing, standings

FIRST_HOUR, LAST_HOUR = 10, 17
"""Between these hours of a day people act, a batch an hour."""


@dataclass(frozen=True)
class Turn:
    """What a life does next: these actions, in order, on that day or as soon after it as it can."""

    on: date
    deeds: tuple[Action, ...]


@dataclass(frozen=True)
class Until:
    """A life waits for something about `case`, which is checked every morning."""

    case: str
    met: Callable[[Standing], bool]


Life = Generator[Turn | Until, None, None]
"""One thread of what people do: it tells its next turn, and goes on when that was done. A refusal ends it."""


@dataclass
class StepRefused:
    """An act that the register refused, and with which a life came to its end."""

    case: str
    action: str
    on: date
    reason: str


@dataclass
class Playhouse:
    """Who acts when. `today` is the day being played."""

    register: Register
    town: Town
    today: date
    done: int = 0
    refused: list[StepRefused] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workdays = self.register.workdays()
        self.rulebook = self.register.library.get(self.town.city.rulebook, self.today.replace(month=12))
        self._order = count()
        self._turns: list[tuple[date, int, Turn, Life]] = []
        self._waiting: list[tuple[Until, Life]] = []

    # -- days ------------------------------------------------------------------------------------------

    def work(self, day: date) -> date:
        """`day` when offices are open, else the next day that they are."""
        return day if self.workdays.is_workday(day) else self.workdays.add(day, 1)

    def after(self, day: date, working_days: int) -> date:
        return self.workdays.add(day, working_days) if working_days else self.work(day)

    def last(self, key: str, start: date) -> date | None:
        """The last day of the rulebook's limit `key` that starts on `start`; None where it has none."""
        limit = self.rulebook.limits.get(key)
        if limit is None or limit.unit == Unit.DATE:
            return None
        return last_day(start, limit.amount, limit.unit, limit.roll, self.workdays).last_day

    # -- lives -----------------------------------------------------------------------------------------

    def begin(self, life: Life) -> None:
        """Let a life begin: it comes to its first turn or waits."""
        self._go_on(life)

    def play(self, on: date) -> None:
        """Everything that people do on the day: whose turn it is, and what follows on the same day."""
        self.today = on
        self._look()
        hour = FIRST_HOUR
        while self._turns and self._turns[0][0] <= on:
            if hour > LAST_HOUR:
                raise RuntimeError(f"a life wants more than {LAST_HOUR - FIRST_HOUR + 1} turns on {on}")
            self._act(datetime.combine(on, time(hour), ZONE))
            hour += 1

    def _act(self, at: datetime) -> None:
        batch: list[tuple[Turn, Life]] = []
        while self._turns and self._turns[0][0] <= self.today:
            _, _, turn, life = heappop(self._turns)
            batch.append((turn, life))
        outcomes = iter(self.register.apply([deed for turn, _ in batch for deed in turn.deeds], at))
        for turn, life in batch:
            bad = [outcome for outcome in [next(outcomes) for _ in turn.deeds] if not outcome.done]
            self.done += len(turn.deeds) - len(bad)
            if bad:
                self._end(bad[0], life)
            else:
                self._go_on(life)

    def _end(self, bad: Outcome, life: Life) -> None:
        self.refused.append(StepRefused(bad.action.case, bad.action.name, self.today, bad.reason))
        life.close()

    def _go_on(self, life: Life) -> None:
        turn = next(life, None)
        if isinstance(turn, Turn):
            heappush(self._turns, (max(turn.on, self.today), next(self._order), turn, life))
        elif turn is not None:
            self._waiting.append((turn, life))

    def _look(self) -> None:
        """Let those go on whose waiting is over."""
        seen = standings(self.register, sorted({until.case for until, _ in self._waiting}))
        waiting, self._waiting = self._waiting, []
        for until, life in waiting:
            if until.met(seen.get(until.case, Standing())):
                self._go_on(life)
            else:
                self._waiting.append((until, life))


def days_from(first: date, last: date) -> list[date]:
    """Every civil day of a span, both ends included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
