"""The figures as a table, on the terminal and in docs/benchmarks.md."""

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import log2

from rich.table import Table

from bench.measure import Figure
from bench.nights import AuditCost, HandOver, Process

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
    measured = Table(*HEADINGS)
    for figure in figures:
        measured.add_row(*cells(figure, figure.workload.name))
    return measured


def machine(versions: Sequence[str]) -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {', '.join(versions)}"


def measured(on: str, versions: Sequence[str]) -> str:
    """When, at which commit and on which machine: how a page begins."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return f"{f'Measured on {on} at {commit.stdout.strip()}. ' if on else ''}Machine: {machine(versions)}."


@dataclass
class Nights:
    """What was measured of what happens by itself. `peer`: seconds of the peer's run over so many tickets."""

    hand_overs: list[HandOver] = field(default_factory=list)
    audits: list[AuditCost] = field(default_factory=list)
    processes: list[Process] = field(default_factory=list)
    peer: tuple[int, float] | None = None

    def lines(self) -> list[str]:
        """As Markdown."""
        return [*self._hand_overs(), *self._audits(), *self._processes(), *self._peer()]

    def _hand_overs(self) -> list[str]:
        lines = [
            "",
            "## From the due instant to SMTP",
            "",
            "Limits of 200 towns fall due at once; a sweep, then a delivery, one mail a registrar, to a mail server on",
            "the same machine. Seconds from the due instant until the last notice is in the outbox, and until a limit",
            "was handed over in a mail; the baseline sends the same statements and as many mails through the driver",
            "and smtplib alone. Aims for 10,000: last in the outbox < 0.5 s, last handed over < 5 s.",
            "",
            "| limits | database | outbox | p50 | p99 | last | baseline | met |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for run in self.hand_overs:
            met = f"outbox {_met(run.outbox < 0.5)}, SMTP {_met(run.last < 5)}"
            seconds = " | ".join(
                f"{one_of:.2f}" for one_of in (run.outbox, run.p50, run.p99, run.last, run.baseline)
            )
            lines.append(f"| {run.limits:,} | {run.database} | {seconds} | {met} |")
        return lines

    def _audits(self) -> list[str]:
        lines = [
            "",
            "## The nightly audit",
            "",
            "The second night of so many open cases; a process of its own. The baseline is its statements through the",
            "driver alone. Aims for 100,000: < 10 s and < 250 MB.",
            "",
            "| open cases | database | seconds | peak memory | baseline | a doubling costs | met |",
            "|---|---|---|---|---|---|---|",
        ]
        before: AuditCost | None = None
        for run in self.audits:
            doubling = ""
            if before is not None and before.database == run.database:
                doubling = f"× {(run.seconds / before.seconds) ** (1 / log2(run.cases / before.cases)):.2f}"
            lines.append(
                f"| {run.cases:,} | {run.database} | {run.seconds:.2f} | {run.peak:.0f} MB | {run.baseline:.2f} "
                f"| {doubling} | {_met(run.seconds < 10 and run.peak < 250)} |"
            )
            before = run
        return lines

    def _processes(self) -> list[str]:
        lines = [
            "",
            "## At rest",
            "",
            "`duban serve` on SQLite with 10,000 open cases and nothing due.",
            "",
            "| process | CPU seconds a minute | resident |",
            "|---|---|---|",
        ]
        return lines + [
            f"| {process.name} | {process.cpu:.2f} | {process.resident:.0f} MB |"
            for process in self.processes
        ]

    def _peer(self) -> list[str]:
        ours = next(
            (run for run in self.hand_overs if run.database == "SQLite" and run.limits == 10_000), None
        )
        if self.peer is None or ours is None:
            return []
        tickets, seconds = self.peer
        each, our_each = seconds / tickets, ours.outbox / ours.limits
        return [
            "",
            "## A peer",
            "",
            f"django-helpdesk's `escalate_tickets` over {tickets:,} open tickets, all due, on SQLite with the same",
            f"durability, its mails rendered and thrown away: {seconds:.1f} s, {each * 1e6:,.0f} µs a ticket.",
            f"A sweep of duban: {our_each * 1e6:,.0f} µs a limit, with its event and two notices:",
            f"{each / our_each:.0f} times as fast. Aim: 100 times, {_met(each / our_each >= 100)}.",
        ]


def _met(good: bool) -> str:
    return "yes" if good else "no"


def markdown(figures: Sequence[Figure], nights: Nights, versions: Sequence[str], runs: int, on: str) -> str:
    """The page; every figure in it was measured in this process."""
    lines = [
        "# Benchmarks",
        "",
        "Written by `python -m bench --write`; do not edit.",
        "",
        measured(on, versions),
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
    return "\n".join([*lines, *nights.lines()]) + "\n"
