"""Sorting of a list on its page: the parameter of its address, and the links of its heads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from portal.visitor.columns import Column
from portal.visitor.errors import DoorRefused
from states.reasons import Label, Refused, labels
from storage.orders import Order, SortKey


@dataclass(frozen=True)
class Sorting:
    """`order` is None while the list is in its usual order; `path` and `kept` lead to the page again."""

    order: Order | None
    path: str
    kept: Mapping[str, str]

    @property
    def text(self) -> str:
        """As an address says it."""
        return _as_text(self.order) if self.order else ""

    @property
    def more(self) -> str:
        """What an address of the same list ends with."""
        return f"&sort={self.text}" if self.order else ""

    def way(self, column: Column) -> str:
        """For `aria-sort`."""
        if self.order is None or self.order.by != column.sort:
            return "none"
        return "descending" if self.order.falling else "ascending"

    def link(self, column: Column) -> str:
        """The list by this column; by the one it is sorted by, the other way round."""
        return f"{self.path}?{urlencode({**self.kept, 'sort': _as_text(self._next(SortKey(column.sort)))})}"

    def _next(self, key: SortKey) -> Order:
        return Order(key, falling=self.order == Order(key))


def order_of(columns: Iterable[Column], text: str) -> Order | None:
    """The order of a parameter like `due` or `-due`; None for ''. Raises DoorRefused."""
    keys = [column.sort for column in columns if column.sort]
    key = text.removeprefix("-")
    if not text:
        return None
    if key not in keys:
        raise DoorRefused(404, Refused("no_such_sort", name=Label(key), known=labels(keys)))
    return Order(SortKey(key), text.startswith("-"))


def _as_text(order: Order) -> str:
    return f"-{order.by}" if order.falling else order.by
