"""The figures as a table, on the terminal and in docs/benchmarks.md."""

import os
import platform
from collections.abc import Sequence

from rich.table import Table

from bench.measure import Figure

HEADINGS = ("what", "database", "register /s", "baseline /s", "ratio", "seconds", "aim", "met")


def cells(figure: Figure, what: str) -> tuple[str, ...]:
    met = {None: "", True: "yes", False: "no"}[figure.met]
    return (
        what,
        figure.database,
        f"{figure.rate:,.0f}",
        f"{figure.baseline_rate:,.0f}",
        f"{figure.ratio:.0%}",
        f"{figure.register:.3f}",
        figure.aim,
        met,
    )


def table(figures: Sequence[Figure]) -> Table:
    shown = Table(*HEADINGS)
    for figure in figures:
        shown.add_row(*cells(figure, figure.workload.name))
    return shown


def machine(versions: Sequence[str]) -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}"


def markdown(figures: Sequence[Figure], versions: Sequence[str], runs: int, on: str) -> str:
    """The page; every figure in it was measured in this process."""
    when = f"Measured on {on}. " if on else ""
    lines = [
        "# Benchmarks",
        "",
        "Written by `python -m bench --write`; do not edit.",
        "",
        f"{when}Machine: {machine(versions)}.",
        f"Medians of {runs} runs in turns, both databases durable (SQLite: WAL, synchronous FULL;",
        "PostgreSQL: fsync on).",
        "",
        "The baseline is what the register sent, recorded once and sent again in the same transactions through",
        "`sqlite3` or `psycopg` alone, on a copy of the same database: it decides nothing, hashes nothing and",
        "converts nothing. The ratio is the register's speed as a part of the baseline's.",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|" + "---|" * len(HEADINGS),
    ]
    lines += ["| " + " | ".join(cells(figure, figure.workload.what)) + " |" for figure in figures]
    return "\n".join(lines) + "\n"
