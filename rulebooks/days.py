"""Which civil day an instant belongs to."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def civil_day(at: datetime) -> date:
    """The civil day of `at` in `ZONE`. Raises ValueError when `at` carries no zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone, so it names no civil day")
    return at.astimezone(ZONE).date()
