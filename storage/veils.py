"""Hiding deputies' judgements in lists: the SQL filters by what is shown, never by what is hidden.

What is hidden from whom, and until when, is decided by a `Rule` of `states.judged` for each rulebook text.
Here it becomes conditions on `cases c`, `supervisions s` and `events e`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from states.judged import REVEALING, UNCONFIRMED, UNDECIDED, Rule, Until
from states.vocabulary import JUDGED_LEVELS, S
from storage.levels import sql_list
from storage.register import Register
from storage.statements import Cursor, Sql, reading

Select = tuple[str, list[Any]]
"""A condition on `cases c`, or a SELECT of case ids, with its values."""


@dataclass(frozen=True)
class Veil:
    """A rule over every text that governs a case; `keys` are the limits whose events tell of a judgement.

    A text not among them is gone, and hides most.
    """

    keys: tuple[str, ...]
    states: frozenset[str]
    """The states shown as EVALUATING, except in cases under the texts `open`."""
    open: tuple[str, ...]
    until: tuple[tuple[Until, tuple[str, ...]], ...]
    """The texts under which supervisions are not always hidden."""

    def with_state(self, sql: Sql, states: Sequence[str]) -> Select:
        """The cases whose state, as it is shown, is one of these."""
        plain = [state for state in states if state not in self.states]
        parts, values = [f"c.state {sql.any}"], [sql.many(plain)]
        for some, sign in ((set(states) & self.states, ""), (self.states if SHOWN in states else (), "NOT ")):
            if some:
                parts.append(f"(c.state {sql.any} AND {sign}c.rulebook_ident {sql.any})")
                values += [sql.many(some), sql.many(self.open)]
        return f"({' OR '.join(parts)})", values

    def real_states(self, states: Sequence[str]) -> tuple[str, ...]:
        """The real states of all cases that are shown in one of these."""
        return tuple(sorted({*states, *(self.states if SHOWN in states else ())}))

    def seen(self, sql: Sql) -> Select:
        """The supervisions `s` of `cases c` that the viewer may know of."""
        keys = sql.many(self.keys)
        telling = (
            "SELECT 1 FROM events e WHERE e.case_id = s.case_id AND e.subject = 'supervision' AND e.subject_id = s.id "
            f"AND {sql.field('e.data', 'key')} {sql.any}"
        )
        condition, values = self._revealed(sql, f"EXISTS ({telling} AND ({{}}))", [keys])
        plain = f"NOT (s.level IN ({sql_list(JUDGED_LEVELS)}) OR EXISTS ({telling}))"
        return f"({plain} OR {condition})", [keys, *values]

    def key_known(self, sql: Sql) -> Select:
        """The `cases c` whose key level the viewer may know: no hidden supervision set it.

        `states.judged.shown_key` says the same of one case.
        """
        made = (
            "SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND s.kind = 'KEY' "
            f"AND s.state NOT IN ({_quoted(UNCONFIRMED)})"
        )
        chosen = "SELECT 1 FROM events d WHERE d.case_id = c.id AND d.action = 'determine_key'"
        seen, values = self.seen(sql)
        return f"(NOT EXISTS ({made}) OR EXISTS ({chosen}) OR EXISTS ({made} AND {seen}))", values

    def tells_nothing(self, sql: Sql) -> Select:
        """The events `e` of `cases c`, with their supervision `s`, that the viewer may be told.

        An event without a supervision is treated as one that reveals a judgement.
        """
        (seen, values), (more_condition, more) = self.seen(sql), self._revealed(sql)
        return f"(CASE WHEN s.id IS NOT NULL THEN {seen} ELSE {more_condition} END)", [*values, *more]

    def _revealed(self, sql: Sql, of_event: str = "{}", bound: Sequence[Any] = ()) -> Select:
        """That the judgement revealed by an event `e` may be known; `of_event` finds the event, with `told`."""
        parts, values = ["1 = 0"], list[Any]()
        for until, idents in self.until:
            of_case, later = _LIFTED[until]
            parts.append(f"(c.rulebook_ident {sql.any} AND ({of_case} OR {of_event.format(later)}))")
            values += [sql.many(idents), *bound]
        return f"({' OR '.join(parts)})", values


SHOWN = S.EVALUATING
"""The states as which hidden states are shown."""



def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"'{word}'" for word in words)


_CORRECTED = (
    "SELECT 1 FROM events x WHERE x.case_id = e.case_id AND x.round = e.round AND x.action = 'correct_evaluation' "
    "AND x.seq <= e.seq"
)
_DECIDED = f"(c.state NOT IN ({_quoted(UNDECIDED)}) AND NOT EXISTS ({_CORRECTED}))"
"""The office has acted on the judgement; after a correction only a new round counts as acting."""

_SCORED = (
    "(c.state = 'MEDIATION' OR EXISTS (SELECT 1 FROM assessments t WHERE t.case_id = c.id AND t.kind = 'COMMITTEE' "
    "AND t.round = c.round))"
)

_LIFTED: dict[Until, tuple[str, str]] = {
    "never": ("1 = 1", "1 = 1"),
    "next_round": ("1 = 0", f"e.round < c.round OR {_DECIDED}"),
    "scored": (_SCORED, "e.round < c.round"),
}
"""When a judgement may be known: by its case, or by an event `e` that tells of it."""


def veil_of(register: Register, rule: Rule, keys: tuple[str, ...] = REVEALING) -> Veil:
    """The rule over the texts that govern cases."""
    with reading(register.engine) as cursor:
        return veil_by(register, cursor, rule, keys)


def veil_by(register: Register, cursor: Cursor, rule: Rule, keys: tuple[str, ...] = REVEALING) -> Veil:
    """The rule over the texts that govern cases."""
    idents = [str(ident) for (ident,) in cursor.rows("SELECT ident FROM rule_texts ORDER BY ident")]
    hidden = {ident: rule(register.texts.of(ident, cursor)) for ident in idents}
    states = frozenset[str]().union(*(hidden_rule.states for hidden_rule in hidden.values()), rule(None).states)
    return Veil(
        keys, states, tuple(ident for ident, hidden_rule in hidden.items() if not hidden_rule.states),
        tuple(
            (until, some)
            for until in _LIFTED
            if (some := tuple(ident for ident, hidden_rule in hidden.items() if hidden_rule.until == until))
        ),
    )  # fmt: skip
