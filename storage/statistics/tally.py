"""The sums from which the figures of a group are made."""

from collections import Counter
from dataclasses import dataclass, field

from storage.statistics.figures import FIGURES
from storage.statistics.items import Item


@dataclass
class Tally:
    """The sums over a group's items."""

    items: int = 0
    sums: dict[str, tuple[int, int]] = field(
        default_factory=lambda: {figure.key: (0, 0) for figure in FIGURES}
    )
    n: int = 0
    replied: int = 0
    late: int = 0
    late_again: int = 0
    days: Counter[int] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    standing: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)
    cross: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, item: Item) -> None:
        self.items += 1
        for figure in FIGURES:
            part, base = self.sums[figure.key]
            here = figure.part(item)
            self.sums[figure.key] = (part + here, base + (figure.base(item) if figure.base else 0))
        self.n += item.n
        self.replied += item.replied
        self.late += item.late
        self.late_again += item.late_again
        if item.days is not None:
            self.days[item.days] += 1
        if item.answered_class:
            self.answered[item.answered_class] += 1
            self.standing[item.standing_class] += 1
            self.cross[item.answered_class, item.value] += 1
        if item.value:
            self.values[item.value] += 1

    def join(self, other: "Tally") -> None:
        self.items += other.items
        for key, (part, base) in other.sums.items():
            mine = self.sums[key]
            self.sums[key] = (mine[0] + part, mine[1] + base)
        self.n += other.n
        self.replied += other.replied
        self.late += other.late
        self.late_again += other.late_again
        for name in ("days", "answered", "standing", "values", "cross"):
            getattr(self, name).update(getattr(other, name))
