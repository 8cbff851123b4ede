"""The figures that reports print: those of `storage.statistics`, each with its formula, numerator and denominator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage import Register
from storage.statistics import facts_on
from storage.statistics.rules import Rate
from storage.statistics.tables import GROUPINGS, table
from storage.visible import Scope

OF_A_UNIT = (
    "replied", "replied_in_time", "communicated", "face_to_face", "three_steps", "resolved", "truly_resolved",
    "inspections_matching", "promises_kept", "rehandled", "published",
)  # fmt: skip
"""What a unit's own summary shows: nothing of what deputies said, which it may not know yet."""
OF_A_REGION = (
    "assigned", *OF_A_UNIT, "returned", "satisfied", "content", "dissatisfied", "key", "converted", "awarded",
)  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """A line of a report's table."""

    name: str
    value: str
    formula: str


def figures_of(register: Register, region: str, first: date, last: date, unit: str = "") -> list[Figure]:
    """The figures of a region, or of one unit in it, on what was registered from day to day, as of the last of them."""
    facts = (
        case
        for case in facts_on(register, last, Scope(region=region))
        if case.registered_on is not None and first <= case.registered_on <= last
    )
    grouping = GROUPINGS["unit" if unit else "batch"]
    counted = table(facts, last, grouping, register.library)
    group = counted.total if not unit else next((one for one in counted.groups if one.key == unit), None)
    if group is None:
        return []
    return [_figure(group.rate(key)) for key in (OF_A_UNIT if unit else OF_A_REGION)]


def _figure(rate: Rate) -> Figure:
    share = rate.percent if rate.percent == "–" else f"{rate.percent}%"
    return Figure(rate.name, share, f"{rate.formula}，{rate.numerator}÷{rate.denominator}")


def late_parts(parts: Sequence[dict[str, Any]], on: date) -> int:
    """How many were answered after their last day, or are still owed on the day `on` after it."""
    return sum(
        1
        for one in parts
        if one["reply_by"] and not one["void_on"] and (one["met_on"] or on) > one["reply_by"]
    )
