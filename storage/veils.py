"""What of deputies' judgements lists must not tell: asked in SQL of what is shown, never of what is hidden.

Who must not learn what, and until when, is decided in one place (`portal.rights`): a `Rule`, which says it of the text
that governs a case. Here it becomes conditions on `cases c` and `supervisions s`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rulebooks import Rulebook
from storage.register import Register
from storage.statements import Sql, reading

Select = tuple[str, list[Any]]
"""A condition on `cases c`, or a SELECT of case ids, with its values."""

Until = Literal["never", "next_round", "scored", "always"]
"""How long a supervision that tells of a judgement is hidden: not at all; until the judgement's round is over; as long,
or until the committee has scored or mediates; for ever."""

JUDGED_LEVEL = "Q"
"""How the levels begin that a deputy's dissatisfaction reaches."""


@dataclass(frozen=True)
class Hidden:
    """What a text hides from a viewer: states that look like EVALUATING, and supervisions that tell of a judgement."""

    states: frozenset[str] = frozenset()
    until: Until = "never"


Rule = Callable[["Rulebook | None"], Hidden]
"""What the text of a case hides."""


@dataclass(frozen=True)
class Veil:
    """A rule over every text that governs a case; `keys` are the limits whose events tell of a judgement.

    A text that is not among them is gone, and hides most.
    """

    keys: tuple[str, ...]
    states: frozenset[str]
    """The states that look like EVALUATING, but in the cases under the texts `open`."""
    open: tuple[str, ...]
    until: tuple[tuple[Until, tuple[str, ...]], ...]
    """Under which texts supervisions are hidden less than always."""

    def with_state(self, sql: Sql, states: Sequence[str]) -> Select:
        """The cases whose state, as it is shown, is one of these."""
        plain = [one for one in states if one not in self.states]
        parts, values = [f"c.state {sql.any}"], [sql.many(plain)]
        for some, sign in ((set(states) & self.states, ""), (self.states if SHOWN in states else (), "NOT ")):
            if some:
                parts.append(f"(c.state {sql.any} AND {sign}c.rulebook_ident {sql.any})")
                values += [sql.many(some), sql.many(self.open)]
        return f"({' OR '.join(parts)})", values

    def real_states(self, states: Sequence[str]) -> tuple[str, ...]:
        """The states in which every case is that looks as if it were in one of these."""
        return tuple(sorted({*states, *(self.states if SHOWN in states else ())}))

    def seen(self, sql: Sql) -> Select:
        """The supervisions `s` of `cases c` that the viewer may know of."""
        told = (
            "SELECT 1 FROM events e WHERE e.case_id = s.case_id AND e.subject = 'supervision' AND e.subject_id = s.id "
            f"AND {sql.field('e.data', 'key')} {sql.any}"
        )
        keys = sql.many(self.keys)
        parts = [f"NOT (s.level LIKE '{JUDGED_LEVEL}%%' OR EXISTS ({told}))"]
        values: list[Any] = [keys]
        for until, idents in self.until:
            condition, more = _LIFTED[until](sql, f"EXISTS ({told} AND e.round < c.round)", keys)
            parts.append(f"(c.rulebook_ident {sql.any} AND ({condition}))")
            values += [sql.many(idents), *more]
        return f"({' OR '.join(parts)})", values


SHOWN = "EVALUATING"
"""What hidden states look like."""


def _next_round(sql: Sql, later: str, keys: Any) -> Select:
    return later, [keys]


def _scored(sql: Sql, later: str, keys: Any) -> Select:
    score = "SELECT 1 FROM assessments t WHERE t.case_id = c.id AND t.kind = 'COMMITTEE' AND t.round = c.round"
    return f"c.state = 'MEDIATION' OR EXISTS ({score}) OR {later}", [keys]


def _never(sql: Sql, later: str, keys: Any) -> Select:
    return "1 = 1", []


_LIFTED: dict[Until, Callable[[Sql, str, Any], Select]] = {
    "never": _never, "next_round": _next_round, "scored": _scored,
}  # fmt: skip


def veil_of(register: Register, rule: Rule, keys: tuple[str, ...]) -> Veil:
    """The rule over the texts that govern cases."""
    with reading(register.engine) as cursor:
        idents = [str(ident) for (ident,) in cursor.rows("SELECT ident FROM rule_texts ORDER BY ident")]
        hidden = {ident: rule(register.texts.of(ident, cursor)) for ident in idents}
    states = frozenset[str]().union(*(one.states for one in hidden.values()), rule(None).states)
    return Veil(
        keys, states, tuple(ident for ident, one in hidden.items() if not one.states),
        tuple(
            (until, some)
            for until in _LIFTED
            if (some := tuple(ident for ident, one in hidden.items() if one.until == until))
        ),
    )  # fmt: skip
