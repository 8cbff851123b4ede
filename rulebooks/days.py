"""Which civil day an instant belongs to, and when a civil day begins."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_WRITTEN = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?: 0?0:00(?::00)?)?")


def civil_day(at: datetime) -> date:
    """The civil day of `at` in `ZONE`. Raises ValueError when `at` carries no zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone, so it names no civil day")
    return at.astimezone(ZONE).date()


@lru_cache(maxsize=1024)
def midnight(on: date) -> datetime:
    """The instant at which the civil day `on` begins in `ZONE`, in UTC."""
    return datetime.combine(on, time(), ZONE).astimezone(UTC)


def written_day(text: str) -> date:
    """The day of a table's cell, as offices and Excel write it: 2027-01-09, 2027/1/9, 2027.1.9, midnight behind it.

    Raises ValueError for anything else.
    """
    date_parts = _WRITTEN.fullmatch(text.strip())
    if date_parts is None:
        raise ValueError(f"{text!r} is not a day, expected YYYY-MM-DD or YYYY/M/D")
    try:
        return date(int(date_parts[1]), int(date_parts[3]), int(date_parts[4]))
    except ValueError:
        raise ValueError(f"{text!r} is no day of the calendar") from None
