"""Notices of our own for years that have none: the statutory days, and what a test adds."""

from collections.abc import Iterable
from datetime import date

from rulebooks import statutory_days
from storage import CalendarDay, CalendarNotice


def a_notice(year: int, off: Iterable[date] = (), on: Iterable[date] = (), title: str = "") -> CalendarNotice:
    """A whole notice for `year`: its statutory days are off, with `off` beside them; `on` are worked."""
    named = dict.fromkeys((*statutory_days(year), *off), False) | dict.fromkeys(on, True)
    days = tuple(CalendarDay(day, working) for day, working in sorted(named.items()))
    return CalendarNotice(title or f"{year}年部分节假日安排", year, days)


def as_toml(notice: CalendarNotice) -> str:
    """The notice as an office writes it into a file."""
    off, on = ([str(day.day) for day in notice.days if day.working is kind] for kind in (False, True))
    year = f"year = {notice.year}\n" if notice.year is not None else ""
    return f'title = "{notice.title}"\n{year}off = {off}\non = {on}\n'
