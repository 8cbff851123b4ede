"""`python -m bench`: measure the register on SQLite and PostgreSQL, beside the same statements without it."""

import json
import subprocess
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from bench.databases import Database, databases
from bench.measure import Figure, Measurer
from bench.nights import at_rest, audit_cost, hand_over
from bench.report import Nights, machine, markdown, table
from bench.workloads import Workload, workloads

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
PEER = Path(__file__).parent / "peer_helpdesk.py"

app = typer.Typer(add_completion=False)


@app.command()
def main(
    quick: Annotated[
        bool, typer.Option(help="Small databases and three runs: a look, not a measurement.")
    ] = False,
    only: Annotated[
        list[str] | None,
        typer.Option(help="A workload or a database, by (part of) its name; nights: what happens by itself."),
    ] = None,
    write: Annotated[bool, typer.Option(help=f"Write the figures to docs/{PAGE.name}.")] = False,
    on: Annotated[str, typer.Option(help="The day to write on the page; none if not given.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="Runs of each side; the median counts.")] = 5,
    peer: Annotated[str, typer.Option(help="A Python that has django-helpdesk, to measure it too.")] = "",
) -> None:
    """Measure the register beside its own statements."""
    if write and (quick or only or runs < 5):
        raise typer.BadParameter(
            "--write takes the whole measurement: without --quick, --only and fewer runs"
        )
    console = Console()
    runs = min(runs, 3) if quick else runs
    figures: list[Figure] = []
    with databases() as places:
        versions = [place.version() for place in places]
        console.print(machine(versions))
        for place in places:
            measurer = Measurer(place, runs)
            for workload in workloads(quick):
                if _wanted(workload, place, only or []):
                    with console.status(f"{place.name}: {workload.what}"):
                        figures.append(measurer.measure(workload))
                    console.print(f"{place.name}, {workload.what}: {figures[-1].ratio:.0%}", style="dim")
        nights = Nights()
        if not only or "nights" in only:
            _measure_nights(nights, places, runs, quick, peer)
    console.print(table(figures))
    console.print("\n".join(nights.lines()), markup=False, highlight=False)
    if write:
        PAGE.write_text(markdown(figures, nights, versions, runs, on), encoding="utf-8")


def _measure_nights(nights: Nights, places: list[Database], runs: int, quick: bool, peer: str) -> None:
    for place in places:
        for limits in (560, 10_000):
            nights.hand_overs.append(hand_over(place, limits, runs))
        for cases in (1_000, 2_000) if quick else (10_000, 20_000, 40_000, 100_000):
            nights.audits.append(audit_cost(place, cases, runs))
    nights.processes = at_rest(places[0], 1_000 if quick else 10_000, 10 if quick else 60)
    if peer:
        tickets = 500 if quick else 10_000
        with TemporaryDirectory() as folder:
            command = [peer, str(PEER), folder, str(tickets), str(runs)]
            answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        nights.peer = tickets, median(json.loads(answer.splitlines()[-1]))


def _wanted(workload: Workload, place: Database, only: list[str]) -> bool:
    """Whether every word given is in the workload's or the database's name."""
    return all(word.lower() in f"{workload.name} {place.name}".lower() for word in only)


if __name__ == "__main__":
    app()
