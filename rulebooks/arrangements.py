"""Which days are worked in which region: yearly notices by day of issue, overridden by decisions of offices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from rulebooks.festivals import statutory_days
from rulebooks.workdays import SEED_YEARS, Workdays, notices_naming

Rank = tuple[date, int]
"""Precedence: the later day of issue; of two of one day the one imported later."""

SEEDED = date.min
"""The rank of the seed's notices: older than every imported one."""


@dataclass(frozen=True)
class Arrangement:
    """The days of one document: a notice for a whole `year`, or an office's decision for `region` and those below."""

    rank: Rank
    days: Mapping[date, bool]
    year: int | None = None
    region: str = ""

    @property
    def settles(self) -> bool:
        """Whether it settles its whole year."""
        return self.year is not None and not missing_days(self.year, self.days)


def missing_days(year: int, days: Mapping[date, bool]) -> dict[date, str]:
    """The statutory days of `year` that `days` do not have off, with their festivals."""
    return {day: name for day, name in statutory_days(year).items() if days.get(day) is not False}


def issued(year: int | None, issued_on: date | None, imported_on: date) -> date:
    """The day as of which a document ranks: of its issue; without one a notice as issued before its year began.

    Inferred: no yearly notice of the seed was issued in its own year. An office's decision without a day counts from
    its import.
    """
    if issued_on is not None:
        return issued_on
    return date(year - 1, 12, 31) if year is not None else imported_on


class Calendars:
    """The calendars of all regions, built from every document, independent of their order. Immutable.

    A notice settles its own year: what the seed or an earlier notice of that year says of the year's days falls. What
    it says of a neighbouring year stands beside that year's notice; where two notices contradict each other on a day,
    the one issued later holds. A decision outranks every notice; the nearest region's outranks those above it.
    """

    def __init__(self, arrangements: Iterable[Arrangement]) -> None:
        documents = list(arrangements)
        notices = [document for document in documents if document.year is not None]
        self._nation = _by_notices([*_seed_notices(), *notices]) if notices else Workdays.seed()
        self._decided: dict[str, dict[date, bool]] = {}
        decided = [document for document in documents if document.year is None]
        for decision in sorted(decided, key=lambda document: document.rank):
            self._decided.setdefault(decision.region, {}).update(decision.days)
        self._built: dict[tuple[str, ...], Workdays] = {}

    @property
    def regions(self) -> frozenset[str]:
        """The regions with decisions of their own; '' is the nation."""
        return frozenset(self._decided)

    def along(self, path: Sequence[str]) -> Workdays:
        """The calendar of a region whose `path` leads from it to its highest ancestor."""
        deciding = tuple(region for region in ("", *reversed(path)) if region in self._decided)
        if deciding not in self._built:
            days: dict[date, bool] = {}
            for region in dict.fromkeys(deciding):
                days |= self._decided[region]
            self._built[deciding] = self._nation.with_overrides(days) if days else self._nation
        return self._built[deciding]


def _by_notices(notices: Sequence[Arrangement]) -> Workdays:
    ordered = sorted(notices, key=lambda notice: notice.rank)
    settled: dict[int | None, Rank] = {notice.year: notice.rank for notice in ordered if notice.settles}
    days: dict[date, bool] = {}
    for notice in ordered:
        fell = notice.rank < settled.get(notice.year, notice.rank)
        days |= {day: worked for day, worked in notice.days.items() if not (fell and day.year == notice.year)}
    return Workdays(days, [year for year in settled if year is not None])


@cache
def _seed_notices() -> tuple[Arrangement, ...]:
    """The seed as the notices that it was collected from: late December belongs to the notice for the next year."""
    by_year: dict[int, dict[date, bool]] = {year: {} for year in SEED_YEARS}
    for day, worked in Workdays.seed().exceptions.items():
        by_year[min(max(notices_naming(day)), SEED_YEARS[-1]) if day.month == 12 else day.year][day] = worked
    return tuple(
        Arrangement((SEEDED, year), days | dict.fromkeys(statutory_days(year), False), year)
        for year, days in by_year.items()
    )
