"""The types of a lifecycle's table: a tuple of steps, read like a statute."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from states.reasons import Refused
from states.roles import Role
from states.vocabulary import Beside
from states.work import Work

Condition = Callable[[Work], bool]
Guard = Callable[[Work], Refused | None]
Effect = Callable[[Work], None]


class Owner(StrEnum):
    """Who owns a step, beyond the role: an act on another's part is refused."""

    ANY = "any"
    PART = "part"
    LEAD_UNIT = "lead_unit"
    LEAD_DEPUTY = "lead_deputy"
    PARTY = "party"


@dataclass(frozen=True)
class Step:
    """One line of the law: who may do what from where, and where it leads.

    A line with a `target` is a step, and no step is dated before the one before it, unless it is `anytime`; a
    line without one records a fact beside the state. `when` chooses between lines of one action; `guards` return
    the reason why they refuse, or None. `tells` are groups of people. `article` is the rule or the law.
    `follows` lines move the suggestion when an assignment's action of that name has moved every answering part;
    `auto` lines are taken at once whenever their `when` holds; `internal` ones are taken by other steps only.
    `usual` lines are the way of most cases; of those who may take one, `duty` are waited for (unsaid: all of them).
    What stands `beside` the way of handling is offered apart from it; a `when_open` line is not offered at all while it
    is refused, because what it waits for is no step of the usual way.
    """

    action: str
    event: str
    sources: tuple[str, ...]
    target: str | None
    by: tuple[Role, ...]
    article: str
    owner: Owner = Owner.ANY
    when: tuple[Condition, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    tells: tuple[str, ...] = ()
    anytime: bool = False
    follows: bool = False
    auto: bool = False
    internal: bool = False
    usual: bool = False
    duty: tuple[Role, ...] | None = None
    beside: Beside | None = None
    when_open: bool = False

    @property
    def movers(self) -> tuple[Role, ...]:
        """The people who are expected to take this step next."""
        return tuple(role for role in self.by if role != Role.SYSTEM) if self.duty is None else self.duty


def spread(*groups: Any) -> tuple[str, ...]:
    """State names of several tuples and single states as one tuple."""
    flat: list[str] = []
    for group in groups:
        flat.extend((group,) if isinstance(group, str) else group)
    return tuple(flat)
