"""By what lists are sorted, besides their usual order: what is empty comes last, what is equal by id."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.levels import ranked


class SortKey(StrEnum):
    """Texts are sorted by code point, as both databases do."""

    NUMBER = "number"
    TITLE = "title"
    RECEIVED = "received"
    DUE = "due"
    LEVEL = "level"


@dataclass(frozen=True)
class Order:
    """`falling`: the highest, the latest first."""

    by: SortKey
    falling: bool = False


CASE_KEYS: Mapping[SortKey, str] = {
    SortKey.NUMBER: "nullif(c.number, '')", SortKey.TITLE: "nullif(c.title, '')", SortKey.RECEIVED: "c.opened_at",
}  # fmt: skip
"""Of a case, besides the last day of its next limit."""

LATE_KEYS: Mapping[SortKey, str] = {
    SortKey.NUMBER: "nullif(c.number, '')", SortKey.TITLE: "nullif(c.title, '')", SortKey.DUE: "d.last_day",
    SortKey.LEVEL: ranked("d.level"),
}  # fmt: skip
"""Of a duty that is late."""


def sorted_by(key: str, order: Order, last: str) -> str:
    """ORDER BY an expression; what is equal stands in the order of `last`."""
    return f"ORDER BY {key} IS NULL, {key}{' DESC' if order.falling else ''}, {last}"
