"""The figures that reports print, each with its formula, as far as they can be counted from lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from states.work import ANSWERING
from storage import Register
from storage.ledgers import assigned_parts, suggestions

SOLVED = ("RESOLVED", "PARTLY_RESOLVED", "UNDER_WAY_DATED", "PLANNED_DATED")


@dataclass(frozen=True)
class Figure:
    """A line of a report's table."""

    name: str
    value: str
    formula: str


def percent(part: int, whole: int) -> str:
    """One decimal, half up; – where there is nothing to count."""
    if not whole:
        return "–"
    share = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{share}%"


def figures_of(register: Register, region: str, first: date, last: date, unit: str = "") -> list[Figure]:
    """The figures of a region, or of one unit in it, on what came from day to day."""
    parts = assigned_parts(register, region, first, last, unit)
    answering = [one for one in parts if one["role"] in ANSWERING]
    found = []
    if not unit:
        cases = suggestions(register, region, first, last)
        answered = sum(1 for one in cases if one["answered_on"])
        assigned = sum(1 for one in cases if one["assigned_on"])
        found += [
            Figure("登记件数", str(len(cases)), "不作为建议处理的、撤回的不计"),
            Figure("交办率", percent(assigned, len(cases)), f"已交办{assigned}÷登记{len(cases)}"),
            Figure("办复率", percent(answered, len(cases)), f"已答复{answered}÷登记{len(cases)}"),
        ]
    return found + _of_parts(answering)


def late_parts(parts: Sequence[dict[str, Any]], on: date) -> int:
    """How many were answered after their last day, or are still owed on the day `on` after it."""
    return sum(
        1
        for one in parts
        if one["reply_by"] and not one["void_on"] and (one["met_on"] or on) > one["reply_by"]
    )


def _of_parts(parts: Sequence[dict[str, Any]]) -> list[Figure]:
    done = [one for one in parts if one["delivered_on"]]
    in_time = sum(1 for one in done if one["reply_by"] and one["met_on"] and one["met_on"] <= one["reply_by"])
    solved = sum(1 for one in done if (one["corrected_class"] or one["reply_class"]) in SOLVED)
    finished = sum(1 for one in done if (one["corrected_class"] or one["reply_class"]) == "RESOLVED")
    days = sorted((one["delivered_on"] - one["assigned_on"]).days for one in done)
    mean = f"{Decimal(sum(days)) / len(days):.1f}" if days else "–"
    return [
        Figure("答复份数", str(len(done)), f"主办、独办、分办{len(parts)}份中已送达的"),
        Figure("按时答复率", percent(in_time, len(done)), f"按时{in_time}÷已答复{len(done)}"),
        Figure("平均办理天数", mean, "送达日减交办日，日历日"),
        Figure("解决或者计划解决", percent(solved, len(done)), f"{solved}÷已答复{len(done)}，按查验更正后的类别"),
        Figure("已经解决", percent(finished, len(done)), f"{finished}÷已答复{len(done)}，按查验更正后的类别"),
    ]
