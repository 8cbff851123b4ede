"""The command that rehearses a city-year: rehearse."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from flows.prefect_server import PrefectServer, prefect_server
from flows.settings import Settings
from portal.console import Database, Json, open_register, print_json, refuse, refusing
from portal.rehearsal.figures import Overview, overview
from portal.rehearsal.last_night import Night, last_night
from portal.rehearsal.parameters import SUGGESTIONS
from portal.rehearsal.roster import CITIES, City
from portal.rehearsal.telling import as_json, playing, tell, where_to_look
from portal.rehearsal.year import SEED, Rehearsal, RehearsalError, rehearse
from rulebooks import SEED_YEARS
from storage import Register
from storage.figures import overdue_on

app = typer.Typer(no_args_is_help=True)

DATABASE = "rehearsal.db"
YEAR = max(SEED_YEARS)


@app.command(name="rehearse")
def rehearse_year(
    city: Annotated[str, typer.Option(help="城市 city")] = "suqian",
    suggestions: Annotated[int, typer.Option(help="建议件数 how many suggestions")] = SUGGESTIONS,
    year: Annotated[int, typer.Option(help="年份 the year that is played")] = YEAR,
    seed: Annotated[int, typer.Option(help="种子 the same seed plays the same year")] = SEED,
    db: Database = "",
    json_: Json = False,
) -> None:
    """演练一年 play a made-up city-year through a fresh register; --db by default is ./rehearsal.db.

    The last audit and review run by a Prefect server of this command, unless DUBAN_PREFECT is off.
    """
    if city not in CITIES:
        refuse(f"there is no city {city!r} to rehearse; there is {', '.join(CITIES)}")
    console = Console(width=None if sys.stdout.isatty() else 150, stderr=json_)
    url = db or DATABASE
    settings = Settings()
    with refusing(), _server(settings.prefect_home if settings.prefect != "off" else None) as server:
        register = open_register(url)
        try:
            done, night, found = played(console, register, CITIES[city], year, suggestions, seed, server)
        except RehearsalError as error:
            refuse(str(error))
        if json_:
            print_json(as_json(register, done, night, found))
            return
        tell(console, register, done, night, found)
        looking(console, register, found, f"--db {url}")


def played(
    console: Console,
    register: Register,
    city: City,
    year: int,
    suggestions: int,
    seed: int,
    server: PrefectServer | None,
) -> tuple[Rehearsal, Night, Overview]:
    """Play the year and its last night, by `server` when it answers; then look at what became of it."""
    with playing(console, (date(year + 1, 1, 1) - date(year, 1, 1)).days) as progress:
        done = rehearse(register, city, year, suggestions, seed, progress)
    environment = server.environment if server is not None and server.wait() else None
    night = last_night(register, done.ended, environment)
    return done, night, overview(register, done.ended.date() - timedelta(days=1))


def looking(
    console: Console, register: Register, found: Overview, option: str, program: str = "duban"
) -> None:
    """Print the commands that show more."""
    late = overdue_on(register, found.on)
    console.print("\n接着看 look further:")
    for command in where_to_look(program, option, late[0].case_id if late else f"{found.on.year}-0001"):
        console.print(f"  {command}", highlight=False)


@contextmanager
def _server(home: Path | None) -> Iterator[PrefectServer | None]:
    if home is None:
        yield None
        return
    with prefect_server(home.absolute()) as server:
        yield server
