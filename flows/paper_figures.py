"""The figures of reports: all come from a single reading of a region's facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from storage import Register
from storage.statistics import facts_on
from storage.statistics.facts import CaseFacts, PartFacts, PromiseFacts
from storage.statistics.rules import Rate
from storage.statistics.tables import Group, counted, grouping_of
from storage.visible import Scope

OF_A_UNIT = (
    "replied", "replied_in_time", "communicated", "face_to_face", "three_steps", "resolved", "truly_resolved",
    "inspections_matching", "promises_kept", "rehandled", "published",
)  # fmt: skip
"""The figures of a unit's own summary, without deputies' judgements, which it may not know yet."""
OF_A_REGION = (
    "assigned", *OF_A_UNIT, "returned", "satisfied", "content", "dissatisfied", "key", "converted", "awarded",
)  # fmt: skip


@dataclass(frozen=True)
class ReportLine:
    """A line of a report's table."""

    name: str
    value: str
    formula: str


@dataclass(frozen=True)
class Cohort:
    """The suggestions of a region registered from `first` to `last`, by their facts up to `last` as known at `at`.

    With a `unit` those of which it was given an answering part in these days. `last` is not after the day of `at`.
    """

    register: Register
    region: str
    first: date
    last: date
    at: datetime
    unit: str = ""

    @cached_property
    def facts(self) -> list[CaseFacts]:
        return [case for case in facts_on(self.register, self.last, Scope(region=self.region)) if self._has(case)]

    @cached_property
    def total(self) -> Group:
        """The region's suggestions, or the unit's parts, all rounds of one together."""
        if not self.unit:
            return self.by("batch")[-1]
        return next((unit for unit in self.by("unit") if unit.key == self.unit), self._nothing())

    def by(self, grouping: str) -> Sequence[Group]:
        """The groups, and the total as the last one."""
        result = counted(self.register, self.facts, self.last, self.at, grouping_of(grouping))
        return (*result.groups, result.total)

    def figures(self) -> list[ReportLine]:
        """The rates of the total, those without a base included."""
        return [_figure(self.total.rate(key)) for key in (OF_A_UNIT if self.unit else OF_A_REGION)]

    def parts(self) -> dict[str, list[PartFacts]]:
        """By suggestion what the unit answers in it, the first round first; what is outside the count is left out."""
        return {
            case.id: own
            for case in self.facts
            if case.registered_on and not case.not_accepted and not case.withdrawn
            and (own := [part for part in case.parts.values() if part.unit == self.unit and not part.returned])
        }  # fmt: skip

    def promises(self) -> dict[str, PromiseFacts]:
        """By their ids those that the unit made."""
        return {
            id_: promise
            for case in self.facts
            for id_, promise in case.promises.items()
            if promise.part in case.parts and case.parts[promise.part].unit == self.unit
        }

    def _has(self, case: CaseFacts) -> bool:
        if case.registered_on is None:
            return False
        if self.unit:
            days = [part.assigned_on for part in case.parts.values() if part.unit == self.unit]
            return any(self.first <= day <= self.last for day in days)
        return self.first <= case.registered_on <= self.last

    def _nothing(self) -> Group:
        return counted(self.register, (), self.last, self.at, grouping_of("unit")).total


def _figure(rate: Rate) -> ReportLine:
    share = rate.percent if rate.percent == "–" else f"{rate.percent}%"
    return ReportLine(rate.name, share, f"{rate.formula}，{rate.numerator}÷{rate.denominator}")
