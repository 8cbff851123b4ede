"""`python -m bench`: measure the register on SQLite and PostgreSQL, beside the same statements without it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from bench.databases import Database, Postgres, Sqlite
from bench.measure import Figure, Measurer
from bench.report import machine, markdown, table
from bench.workloads import Workload, workloads
from tests.postgres import postgres_server

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"

app = typer.Typer(add_completion=False)


@app.command()
def main(
    quick: Annotated[
        bool, typer.Option(help="Small databases and three runs: a look, not a measurement.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option(help="A workload or a database, by (part of) its name.")
    ] = None,
    write: Annotated[bool, typer.Option(help=f"Write the figures to docs/{PAGE.name}.")] = False,
    on: Annotated[str, typer.Option(help="The day to write on the page; none if not given.")] = "",
    runs: Annotated[int, typer.Option(min=1, help="Runs of each side; the median counts.")] = 5,
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
    console.print(table(figures))
    if write:
        PAGE.write_text(markdown(figures, versions, runs, on), encoding="utf-8")


@contextmanager
def databases() -> Iterator[list[Database]]:
    """Both databases, with a PostgreSQL server of its own for as long as the block lasts."""
    with TemporaryDirectory(prefix="duban-bench-") as folder, postgres_server(durable=True) as url:
        postgres = Postgres(url)
        yield [Sqlite(Path(folder)), postgres]
        postgres.admin.dispose()


def _wanted(workload: Workload, place: Database, only: list[str]) -> bool:
    """Whether every word given is in the workload's or the database's name."""
    return all(word.lower() in f"{workload.name} {place.name}".lower() for word in only)


if __name__ == "__main__":
    app()
