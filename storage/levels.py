"""Levels in SQL: stored as text, compared by rank."""

from collections.abc import Iterable

from states.vocabulary import Level


def rank_of(level: str) -> int:
    """The rank of a row's level; -1 for anything that is no level."""
    key_level = Level.of(level)
    return key_level.rank if key_level else -1


def ranked(column: str) -> str:
    """The rank of a column's level as an SQL expression; -1 for anything else."""
    cases = " ".join(f"WHEN '{level.value}' THEN {level.rank}" for level in Level)
    return f"CASE {column} {cases} ELSE -1 END"


def level_of(rank: int | None) -> str:
    """The level of a rank; '' for -1 and for None."""
    return "" if rank is None or rank < 0 else tuple(Level)[rank].value


def sql_list(levels: Iterable[str]) -> str:
    """Levels as the inside of SQL's IN (…)."""
    return ", ".join(f"'{level}'" for level in levels)
