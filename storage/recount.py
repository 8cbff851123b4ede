"""Recounting limits by another calendar; the preview of an import and the import itself use the same code."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from rulebooks import Due, Roll, Rung, Unit, Workdays, counted_again, first_stop, stops
from states.cases import Deadline
from storage.statements import Sql

Span = tuple[date, date]
"""The first and last day whose arrangement may have changed."""


@dataclass(frozen=True)
class Moved:
    """A last day that an imported calendar moved or made final; the two days may be equal.

    `judged` is in_time or late where the judgement of an ended limit changed.
    """

    case_id: str
    subject_id: str
    key: str
    old: date
    new: date
    provisional: bool
    judged: str = ""


def touched(sql: Sql, span: Span | None) -> tuple[str, list[object]]:
    """(condition, values) of the limits that another calendar can change: running ones, and ended ones within `span`.

    Without a span: all ended ones whose last day depends on a calendar.
    """
    counted = f"unit = '{Unit.WORKING_DAYS}' OR roll = '{Roll.NEXT_WORKING_DAY}'"
    values: list[object] = []
    if span is not None:
        counted = f"({counted}) AND started_on < {sql.mark} AND last_day >= {sql.mark}"
        values = [sql.day(span[1]), sql.day(span[0])]
    return f"(met_at IS NULL AND void_on IS NULL OR {counted} OR provisional OR earlier <> '')", values


def recounted(row: Deadline, ladder: Sequence[Rung], workdays: Workdays, on: date) -> Deadline:
    """The row recounted by this calendar. A moved running limit restarts its ladder; an ended one keeps its steps."""
    due = counted_again(row.started_on, row.amount, row.unit, row.roll, row.last_day, workdays)
    again = _runs_on(row, due, ladder, workdays, on) if row.open else replace(row)
    again.last_day, again.provisional = due.last_day, due.provisional
    again.earlier, again.missed = _judged_again(row, workdays)
    return again


def late(row: Deadline) -> bool | None:
    """Whether a met limit was met late, now or before a restart; None while it is not met."""
    return None if row.met_on is None else row.met_on > row.last_day or row.missed > 0


def moved(before: Deadline, after: Deadline) -> Moved | None:
    """The change of a last day or a judgement by the calendar; None when there is none."""
    judged = "" if late(before) == late(after) else ("late" if late(after) else "in_time")
    if (before.last_day, before.provisional, before.missed) == (after.last_day, after.provisional, after.missed):
        return None
    return Moved(
        after.case_id, after.subject_id, after.key, before.last_day, after.last_day, after.provisional, judged
    )


def _runs_on(row: Deadline, due: Due, ladder: Sequence[Rung], workdays: Workdays, on: date) -> Deadline:
    if due.last_day != row.last_day:
        rungs, day = first_stop(ladder, due.last_day, on) if row.duty else (0, None)
        return replace(row, level="", explained_on=None, rectified_on=None, rungs=rungs, next_rung_on=day)
    if not row.duty:
        return replace(row)
    way = stops(ladder, row.last_day, workdays)
    return replace(row, next_rung_on=way[row.rungs].day if row.rungs < len(way) else None)


def _judged_again(row: Deadline, workdays: Workdays) -> tuple[str, int]:
    """The earlier runs of a restarted limit, and how many of all runs ended late."""
    if not row.earlier:
        return row.earlier, row.missed
    runs, missed = json.loads(row.earlier), row.missed
    for run in runs:
        was = date.fromisoformat(run["last_day"])
        start, ended = date.fromisoformat(run["started_on"]), date.fromisoformat(run["ended_on"])
        now = counted_again(start, run["amount"], run["unit"], run["roll"], was, workdays).last_day
        missed += (ended > now) - (ended > was)
        run["last_day"] = now.isoformat()
    return json.dumps(runs), missed
