"""Levels in SQL, where they are text: compared by their rank, never as text."""

from collections.abc import Iterable

from states.vocabulary import Level


def rank_of(level: str) -> int:
    """The rank of what a row has; -1 of '' and of kinds that stand for a level."""
    key_level = Level.of(level)
    return key_level.rank if key_level else -1


def ranked(column: str) -> str:
    """The rank of a column's level as an SQL expression; -1 of what is none."""
    cases = " ".join(f"WHEN '{level.value}' THEN {level.rank}" for level in Level)
    return f"CASE {column} {cases} ELSE -1 END"


def level_of(rank: int | None) -> str:
    """The level of a rank that a row has; '' of -1 and of no row."""
    return "" if rank is None or rank < 0 else tuple(Level)[rank].value


def listed(levels: Iterable[str]) -> str:
    """Levels as the inside of SQL's IN (…)."""
    return ", ".join(f"'{level}'" for level in levels)
