"""A city-year, day by day: what happens by itself in the night and the morning, then what people do."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

from flows.audit import nightly_audit
from flows.channels import Channels
from flows.deliver import deliver
from flows.digest import digest
from flows.escalate import escalate
from flows.sweep import sweep
from notifications.log import Log
from portal.rehearsal.habits import CHARACTERS, draw_habits, scripted
from portal.rehearsal.leaders import Leaders
from portal.rehearsal.lives import suggesting
from portal.rehearsal.matters import shuffled
from portal.rehearsal.outcome import lamps
from portal.rehearsal.parameters import IN_SESSION, ON_THE_LAST_DAY, SESSION_DAYS, SUGGESTIONS
from portal.rehearsal.participants import Inhabitants
from portal.rehearsal.roster import City, settle_town
from portal.rehearsal.stage import Playhouse, StepRefused, days_from
from rulebooks import ZONE
from states.reasons import Label, Refused, Worded
from storage import Register
from storage.errors import Explained
from storage.looking_up import holds_cases
from storage.marks import Purpose, require

SEED = 5
"""The shipped default: its year of 272 shows every rung and every rare turn."""

IN_HOUSE = Channels({"inbox": Log()}, {})
"""Nothing leaves the house: a message in the inbox has arrived when it is composed."""

ASSIGNING_WD = 14
"""Working days from the session's end to the meeting at which all its suggestions are assigned."""


LATE_WD = (-1, 0, 1, 3, 5, 7, 10, 20)
"""Working days by which some replies are late on the day after a year that was cut off: each a step of the ladder."""


class RehearsalError(Explained):
    """A rehearsal that cannot begin."""


@dataclass
class Rehearsal:
    """What was played: acts taken and refused, sweeps and what they climbed, up to the instant `ended`."""

    city: City
    year: int
    seed: int
    suggestions: int
    ended: datetime
    acts: int = 0
    rungs: int = 0
    by_rule: dict[str, int] = field(default_factory=dict)
    messages: int = 0
    audits: int = 0
    refused: list[StepRefused] = field(default_factory=list)
    months: dict[str, dict[str, int]] = field(default_factory=dict)
    """open items by lamp at the end of each month"""


@dataclass(frozen=True)
class CongressSession:
    """The days of the congress's session, and the day on which its suggestions are assigned."""

    first: date
    last: date
    assigned_on: date


@dataclass(frozen=True)
class _Span:
    """How many suggestions the session brings, the last day on which others come, and whose replies stay out."""

    session: CongressSession
    inside: int
    last: date
    unanswered: tuple[date, ...] = ()
    """the days on which those are submitted that no unit answers: of a year that is cut off"""


def rehearse(
    register: Register,
    city: City,
    year: int,
    suggestions: int = SUGGESTIONS,
    seed: int = SEED,
    progress: Callable[[date], None] | None = None,
    until: date | None = None,
    in_session: float = IN_SESSION,
) -> Rehearsal:
    """Play the year into an empty register, up to the sweep of its last night; the same seed plays the same year.

    `until` ends it with an earlier day, by which all the suggestions were made; `in_session` is the share of them
    that the session brings, the others come between the session and the end.

    Raises WrongRegister where the database is not marked for rehearsals, RehearsalError when the register holds cases
    or the year is too early for the city's rulebook.
    """
    require(register.engine, Purpose.REHEARSAL, Worded("a rehearsal", "演练"))
    _check(register, city, year, suggestions)
    chance = Random(f"{seed}/{city.key}/{year}")
    stage = Playhouse(register, settle_town(register, city, chance), date(year, 1, 1))
    session = _session(stage, year)
    span = _Span(session, max(1, round(suggestions * in_session)), until or date(year, 12, 24))
    if until is not None:
        span = replace(span, unanswered=_unanswered(stage, session, until))
    everybody = _cast(stage, span, suggestions, seed, chance)
    leaders = Leaders(stage, everybody, seed)
    ends = until or date(year, 12, 31)
    done = Rehearsal(city, year, seed, suggestions, _at(ends + timedelta(days=1), time(2)))
    review_due = False
    for day in days_from(date(year, 1, 1), ends):
        _night(register, day, done)
        works = stage.workdays.is_workday(day)
        stage.today = day
        review_due = review_due or day.weekday() == 0
        if works:
            morning = _at(day, time(8, 30))
            if review_due:
                leaders.meet(escalate(register, morning).undecided)
                done.messages += digest(register, morning, "leaders", IN_HOUSE).messages
                review_due = False
            done.messages += digest(register, morning, "personal", IN_HOUSE).messages
            done.messages += deliver(register, _at(day, time(9)), IN_HOUSE).messages
        stage.play(day)
        if (day + timedelta(days=1)).day == 1:
            done.months[f"{day:%Y-%m}"] = lamps(register, day)
        if progress is not None:
            progress(day)
    done.acts, done.refused = stage.done, stage.refused
    sweep(register, _at(ends + timedelta(days=1), time(0, 5)))
    return done


def _check(register: Register, city: City, year: int, suggestions: int) -> None:
    rulebook = register.library.get(city.rulebook)
    first = rulebook.in_force.year
    if not first < year <= 9000 and year != first:
        book, since = Label(rulebook.title), rulebook.in_force
        raise RehearsalError(Refused("rehearsed_before_rules", year=year, rulebook=book, day=since, first=first + 1))
    if suggestions < 1:
        raise RehearsalError(Refused("rehearsed_nothing", count=suggestions))
    if holds_cases(register):
        raise RehearsalError(Refused("rehearsed_in_used", option=Label("--db")))


def _session(stage: Playhouse, year: int) -> CongressSession:
    """Four working days from a Tuesday of the second half of January, as cities do."""
    first = date(year, 1, 13)
    while first.weekday() != 1:
        first += timedelta(days=1)
    last = stage.after(first, SESSION_DAYS - 1)
    return CongressSession(first, last, stage.after(last, ASSIGNING_WD))


def _cast(stage: Playhouse, span: _Span, suggestions: int, seed: int, chance: Random) -> dict[str, Inhabitants]:
    """Everybody around each of the year's suggestions; every life begins."""
    session, inside = span.session, span.inside
    scripts = dict(zip(chance.sample(range(inside), inside), CHARACTERS, strict=False))
    matters = shuffled(chance)
    everybody: dict[str, Inhabitants] = {}
    for number in range(suggestions):
        id_ = f"{stage.today.year}-{number + 1:04}"
        own = Random(f"{seed}/{id_}")
        habits = scripted(own, scripts[number]) if number in scripts else draw_habits(own)
        in_session = number < inside
        if number == inside and not span.unanswered:
            habits = replace(habits, assigned_late=True)
        late = number - inside if 0 <= number - inside < len(span.unanswered) else None
        if late is not None:
            habits = scripted(own, "a unit that never answers")
        lead, *cosigners = own.sample(stage.town.deputies, 1 + habits.cosigners)
        title, matter = matters[number % len(matters)]
        submitted = _in_session(own, session) if in_session else _between(own, span)
        if late is not None:
            submitted = span.unanswered[late]
        people = Inhabitants(
            stage, id_, title, matter, habits, own, submitted, in_session, lead, tuple(cosigners)
        )  # fmt: skip
        everybody[id_] = people
        written = max(submitted - timedelta(days=own.randint(2, 11)), stage.today)
        stage.begin(suggesting(people, written, session.assigned_on if in_session else None))
    return everybody


def _in_session(chance: Random, session: CongressSession) -> date:
    """A day of the session; the time to hand in ends on its third day."""
    closing = session.first + timedelta(days=2)
    if chance.random() < ON_THE_LAST_DAY:
        return closing
    return session.first + timedelta(days=chance.randint(0, 1))


def _between(chance: Random, span: _Span) -> date:
    """Any day from a month after the session to the last one, working or not."""
    first = span.session.last + timedelta(days=30)
    return first + timedelta(days=chance.randint(0, (span.last - first).days))


def _unanswered(stage: Playhouse, session: CongressSession, until: date) -> tuple[date, ...]:
    """Days of submission after which the reply is, on the day after `until`, as late as LATE_WD says, where one is."""
    on = until + timedelta(days=1)
    days: dict[int, date] = {}
    for day in days_from(session.last + timedelta(days=30), until):
        last = stage.last("reply_by", stage.after(day, 3))
        if last is None:
            continue
        if last > on:
            days.setdefault(-(last - on).days, day)
        else:
            late = sum(map(stage.workdays.is_workday, days_from(last + timedelta(days=1), on)))
            days.setdefault(late if last < on else 0, day)
    return tuple(days[late] for late in LATE_WD if late in days)


def _night(register: Register, day: date, done: Rehearsal) -> None:
    """The sweep of every night; the audit of the weeks' and the months' ends."""
    swept = sweep(register, _at(day, time(0, 5)))
    done.rungs += swept.sweep.climbed
    for name, number in swept.routine.done.items():
        done.by_rule[name] = done.by_rule.get(name, 0) + number
    if day.weekday() == 0 or day.day == 1:
        nightly_audit(register, _at(day, time(2)))
        done.audits += 1


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, ZONE)
