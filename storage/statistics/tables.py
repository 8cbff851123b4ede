"""Figures by batch, unit, subject and whatever else an office compares: one pass over the facts, one row a group.

A year of facts: statements of the cursor (figures in `storage.statements`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from types import MappingProxyType

from rulebooks import Library, Rulebook, RulebookError
from states.reasons import Label, Refused, labels
from states.vocabulary import Authorship, KeyLevel, Origin, ReplyClass, Satisfaction, UnitKind
from storage.register import Register
from storage.statements import reading
from storage.statistics.facts import CaseFacts
from storage.statistics.items import Item, of_suggestion, of_units
from storage.statistics.reading import EVERYWHERE, facts_on
from storage.statistics.rules import Rate, Score, StatisticsError, grades, rates, require_past, score
from storage.statistics.tally import Tally
from storage.visible import Scope

KeyOf = Callable[[CaseFacts], str]


def batch(case: CaseFacts) -> str:
    """The session in which a suggestion was made, or between sessions the year."""
    year = case.submitted_on.year if case.submitted_on else ""
    if case.in_session:
        return case.session or f"{year}年会议期间"
    return f"闭会-{year}"


@dataclass(frozen=True)
class Grouping:
    """`of` gives the group of a suggestion; None: it is taken apart into its answering units."""

    key: str
    name: str
    english: str
    of: KeyOf | None


GROUPINGS = {
    figure_table.key: figure_table
    for figure_table in (
        Grouping("batch", "批次", "batch", batch),
        Grouping("unit", "承办单位", "unit", None),
        Grouping("system", "系统", "system", None),
        Grouping("subject", "类别", "subject", lambda case: case.subject),
        Grouping("committee", "归口委员会", "committee", lambda case: case.committee),
        Grouping("region", "区划", "region", lambda case: case.region),
        Grouping("year", "年度", "year", lambda case: str(case.submitted_on.year) if case.submitted_on else ""),
        Grouping("source", "来源", "source", lambda case: case.source),
        Grouping("joint", "单独与联名", "single or joint", lambda case: Authorship.of(case.joint).value),
        Grouping("key", "重点督办", "key supervision", lambda case: case.key_level),
    )
}

LABELS = {
    "source": Origin.names(),
    "joint": Authorship.names(),
    "key": KeyLevel.names(),
    "system": UnitKind.names(),
}  # fmt: skip

UNSAID = "（未填）"
"""The group of what says nothing of it."""


@dataclass(frozen=True)
class Days:
    """平均办理天数: from assignment to the first reply, calendar days; "–" where nothing is replied."""

    replied: int
    total: int
    mean: str
    median: str


@dataclass(frozen=True)
class ClassRow:
    """How many were answered so, how many stand so after inspections, and how their deputies judged them."""

    key: str
    letter: str
    text: str
    answered: int
    standing: int
    values: dict[str, int]


@dataclass(frozen=True)
class Group:
    """A row of a table of figures. `items` also counts what is outside the cohort `n`.

    `late`: items whose first reply came after its last day, or is owed though it is past; `late_again` of re-handling.
    """

    key: str
    name: str
    items: int
    n: int
    late: int
    late_again: int
    rates: tuple[Rate, ...]
    days: Days
    classes: tuple[ClassRow, ...]
    score: Score | None

    def rate(self, key: str) -> Rate:
        return next(rate for rate in self.rates if rate.key == key)


@dataclass(frozen=True)
class Table:
    """Figures of the facts up to `on` (截至日), as they were known at `at` (统计时点).

    `counts` says whether an item is a suggestion or a unit's part in one.
    """

    on: date
    at: datetime | None
    by: str
    counts: str
    rulebook: str
    groups: tuple[Group, ...]
    total: Group


def count(
    register: Register, on: date, by: str = "batch", scope: Scope = EVERYWHERE, rulebook: str = "", *, at: datetime
) -> Table:
    """Every figure of every group: of the facts dated up to the civil day `on` (截至日) as known at `at` (统计时点).

    `rulebook` names whose formulas and weights hold; without one those of the rulebook most suggestions are under.
    What a unit or region is called, and to which system a unit belongs, is the directory's of today. Raises
    StatisticsError for a day that has not come yet at `at`, and for a grouping that is none.
    """
    require_past(on, at)
    grouping = grouping_of(by)
    return counted(register, facts_on(register, on, scope), on, at, grouping, rulebook)


def grouping_of(by: str) -> Grouping:
    """Raises StatisticsError naming those there are."""
    if by not in GROUPINGS:
        raise StatisticsError(Refused("no_such_grouping", given=Label(by), known=labels(GROUPINGS)))
    return GROUPINGS[by]


def counted(
    register: Register, facts: Iterable[CaseFacts], on: date, at: datetime, grouping: Grouping, rulebook: str = ""
) -> Table:
    """Like `count`, of facts at hand, which were read up to `on` at `at`, with the names of the directory."""
    systems = _systems(register) if grouping.key == "system" else {}
    names = _names(register, grouping.key)
    return table(facts, on, grouping, register.library, rulebook, names, systems, at)


def table(
    facts: Iterable[CaseFacts],
    on: date,
    grouping: Grouping,
    library: Library,
    rulebook: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
    systems: Mapping[str, str] = MappingProxyType({}),
    at: datetime | None = None,
) -> Table:
    """Like `counted` without a register: each of the facts is looked at once and left aside."""
    tallies: dict[str, Tally] = {}
    books: Counter[str] = Counter()
    for case in facts:
        if case.registered_on is None:
            continue
        books[case.rulebook] += 1
        for key, item in _items(case, grouping, systems, on):
            tally = tallies.get(key)
            if tally is None:
                tally = tallies[key] = Tally()
            tally.add(item)
    book = _rulebook(library, rulebook, books, on)
    total = Tally()
    for tally in tallies.values():
        total.join(tally)
    groups = [_group(key, names.get(key, key), tally, book) for key, tally in sorted(tallies.items())]
    return Table(
        on, at, grouping.key, "parts" if grouping.of is None else "suggestions", book.ident if book else "",
        tuple(groups), _group("", "合计", total, book),
    )  # fmt: skip


def _items(
    case: CaseFacts, grouping: Grouping, systems: Mapping[str, str], on: date
) -> Iterable[tuple[str, Item]]:
    if grouping.of is not None:
        return [(grouping.of(case), of_suggestion(case, on))]
    parts = of_units(case, on)
    return ((systems.get(unit, ""), item) for unit, item in parts) if grouping.key == "system" else parts


def _group(key: str, name: str, tally: Tally, book: Rulebook | None) -> Group:
    shares = rates(tally, book)
    return Group(
        key, name or UNSAID, tally.items, tally.n, tally.late, tally.late_again, shares, _days(tally.days),
        _class_rows(tally, book), score(shares, book),
    )  # fmt: skip


def _class_rows(tally: Tally, book: Rulebook | None) -> tuple[ClassRow, ...]:
    graded = grades(book)
    return tuple(
        ClassRow(
            reply_class, *graded.get(reply_class, ("", ReplyClass.name_of(reply_class))),
            tally.answered[reply_class], tally.standing[reply_class],
            {value: tally.cross[reply_class, value] for value in (*Satisfaction.values(), "")},
        )
        for reply_class in ReplyClass.values()
        if reply_class in graded or tally.answered[reply_class] or tally.standing[reply_class]
    )  # fmt: skip


def _days(days: Counter[int]) -> Days:
    replied, total = sum(days.values()), sum(day * times for day, times in days.items())
    if not replied:
        return Days(0, 0, "–", "–")
    places = sorted(days.elements())
    middle = Fraction(places[(replied - 1) // 2] + places[replied // 2], 2)
    return Days(replied, total, _tenths(Fraction(total, replied)), _tenths(middle))


def _tenths(value: Fraction) -> str:
    """One decimal, half up; days can be counted back, so below nought too."""
    tenths = (20 * value.numerator + value.denominator) // (2 * value.denominator)
    sign, tenths = ("-", -tenths) if tenths < 0 else ("", tenths)
    return f"{sign}{tenths // 10}.{tenths % 10}"


def _rulebook(library: Library, named: str, books: Counter[str], on: date) -> Rulebook | None:
    if named:
        return library.get(named)
    for name in sorted(books, key=lambda name: (-books[name], name)):
        try:
            return library.get(name, on)
        except RulebookError:
            continue  # it is no longer installed: the formulas of the next, or of the house
    return None


def _names(register: Register, by: str) -> dict[str, str]:
    table = {"unit": ("id", "units"), "region": ("code", "regions")}.get(by)
    if table is None:
        return LABELS.get(by, {})
    with reading(register.engine) as cursor:
        return dict(cursor.rows(f"SELECT {table[0]}, name FROM {table[1]}"))


def _systems(register: Register) -> dict[str, str]:
    with reading(register.engine) as cursor:
        return dict(cursor.rows("SELECT id, kind FROM units"))
