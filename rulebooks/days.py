"""Which civil day an instant belongs to, and when a civil day begins."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def civil_day(at: datetime) -> date:
    """The civil day of `at` in `ZONE`. Raises ValueError when `at` carries no zone."""
    if at.tzinfo is None or at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no time zone, so it names no civil day")
    return at.astimezone(ZONE).date()


@lru_cache(maxsize=1024)
def midnight(on: date) -> datetime:
    """The instant at which the civil day `on` begins in `ZONE`, in UTC."""
    return datetime.combine(on, time(), ZONE).astimezone(UTC)
