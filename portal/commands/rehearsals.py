"""The command that rehearses a city-year: rehearse."""

import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from flows.prefect_server import PrefectServer, prefect_server
from flows.settings import Settings
from portal.commands.console import (
    Database,
    Json,
    day,
    existing_register,
    misused,
    print_json,
    refuse,
    refusing,
    rehearsal_register,
)
from portal.rehearsal.against import compare
from portal.rehearsal.comparing import against_json, tell_against
from portal.rehearsal.last_night import LastNight, last_night
from portal.rehearsal.outcome import Overview, overview
from portal.rehearsal.parameters import SUGGESTIONS
from portal.rehearsal.recorded import Recorded, played_again, recorded
from portal.rehearsal.roster import CITIES, City
from portal.rehearsal.year import SEED, Rehearsal, rehearse
from portal.rehearsal.year_report import playing, report_json, tell, where_to_look
from rulebooks import SEED_YEARS, Library
from rulebooks.rule_files import Toml
from states.reasons import Given, Label, Refused, labels
from storage import Register
from storage.day_counts import overdue_on

app = typer.Typer(no_args_is_help=True)

DATABASE = "rehearsal.db"
YEAR = max(SEED_YEARS)


@app.command(name="rehearse")
def rehearse_year(
    city: Annotated[str, typer.Option(help="城市 city")] = "suqian",
    suggestions: Annotated[int, typer.Option(help="建议件数 how many suggestions")] = SUGGESTIONS,
    year: Annotated[int, typer.Option(help="年份 the year that is played")] = YEAR,
    seed: Annotated[int, typer.Option(help="种子 the same seed plays the same year")] = SEED,
    rulebook: Annotated[str, typer.Option(help="比较：规则集甲 one of two to compare; default: the city's")] = "",
    against: Annotated[str, typer.Option(help="比较：规则集乙 the other one; default: the same")] = "",
    holiday: Annotated[
        list[str] | None, typer.Option(help="比较：乙多放一天假 one more day off, YYYY-MM-DD; may be repeated")
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="比较：改乙的一个值 another value, like limits.reply_by.amount=2; may be repeated"),
    ] = None,
    db: Database = "",
    json_: Json = False,
) -> None:
    """演练一年 play a made-up city-year through a fresh register; --db by default is ./rehearsal.db.

    The last audit and review run by a Prefect server of this command, unless DUBAN_PREFECT is off. With --against,
    --holiday or --set the year's acts are played again under both rulebooks, and shown side by side: of the database
    of --db, which is only read, else of a year that is rehearsed for it and kept nowhere.
    """
    if city not in CITIES:
        refuse(Refused("argument_unknown", given=Given(city), known=labels(CITIES)))
    if against or holiday or set_:
        question = Question(rulebook or CITIES[city].rulebook, against, holiday or [], set_ or [])
        _compared(question, db, lambda register: rehearse(register, CITIES[city], year, suggestions, seed), json_)
        return
    if rulebook:
        refuse(Refused("rehearsed_rulebook", rulebook=Label(rulebook)))
    console = Console(width=None if sys.stdout.isatty() else 150, stderr=json_)
    url = db or DATABASE
    settings = Settings()
    with refusing(), _server(settings.prefect_home if settings.prefect != "off" else None) as server:
        register = rehearsal_register(url, "rehearse")
        done, night, outcome = played(console, register, CITIES[city], year, suggestions, seed, server)
        if json_:
            print_json(report_json(register, done, night, outcome))
            return
        tell(console, register, done, night, outcome)
        looking(console, register, outcome, f"--db {url}")


@dataclass(frozen=True)
class Question:
    """Which rulebooks are compared, and what is supposed of the second one."""

    a: str
    b: str
    holidays: list[str]
    values: list[str]


def _compared(question: Question, db: str, rehearsing: Callable[[Register], Rehearsal], json_: bool) -> None:
    """Play what the database, or a rehearsed year, records under both rulebooks, and tell what differs."""
    console = Console(width=None if sys.stdout.isatty() else 160, stderr=json_)
    with refusing(), TemporaryDirectory(prefix="duban-") as folder:
        libraries = _libraries(question)
        days = [day(text) for text in question.holidays]
        record = _record(db, Path(folder), rehearsing)
        sides = []
        for side, name, library in zip("ab", (question.a, question.b or question.a), libraries, strict=True):
            register = _fresh(Path(folder) / f"{side}.db", library)
            sides.append(played_again(record, register, name, days if side == "b" else ()))
        supposed = [*(f"{off} 放假 off" for off in days), *question.values]
        comparison = compare(record, sides[0], sides[1], supposed)
        for played_side in sides:
            played_side.register.engine.dispose()
    if json_:
        print_json(against_json(comparison))
    else:
        tell_against(console, comparison)


def _record(db: str, folder: Path, rehearsing: Callable[[Register], Rehearsal]) -> Recorded:
    register = existing_register(db) if db else _fresh(folder / "year.db")
    if not db:
        rehearsing(register)
    record = recorded(register)
    register.engine.dispose()
    return record


def _fresh(path: Path, library: Library | None = None) -> Register:
    return rehearsal_register(f"sqlite:///{path}", "rehearse --against", library)


def _libraries(question: Question) -> tuple[Library, Library]:
    """The packaged rulebooks, and the same with the supposed values; refuses what is no rulebook of suggestions."""
    first, second = Library(), Library()
    for name in (question.a, question.b or question.a):
        if first.get(name).of_opinions:
            refuse(Refused("compared_rulebook", name=Label(name), machine=Label(first.get(name).machine)))
    changes = {}
    for change in question.values:
        key, equals, text = change.partition("=")
        if not equals or not key or not text:
            raise misused(Refused("argument_change", text=Given(change), example=Label("limits.reply_by.amount=2")))
        changes[key] = _value(text)
    return first, second.with_values(question.b or question.a, changes) if changes else second


def _value(text: str) -> Toml:
    """A value as TOML writes it; a bare word is text."""
    try:
        value: Toml = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text
    return value


def played(
    console: Console,
    register: Register,
    city: City,
    year: int,
    suggestions: int,
    seed: int,
    server: PrefectServer | None,
) -> tuple[Rehearsal, LastNight, Overview]:
    """Play the year and its last night, by `server` when it answers; then look at what became of it."""
    with playing(console, (date(year + 1, 1, 1) - date(year, 1, 1)).days) as progress:
        done = rehearse(register, city, year, suggestions, seed, progress)
    environment = server.environment if server is not None and server.wait() else None
    night = last_night(register, done.ended, environment)
    return done, night, overview(register, done.ended.date() - timedelta(days=1))


def looking(
    console: Console, register: Register, outcome: Overview, option: str, program: str = "duban"
) -> None:
    """Print the commands that show more."""
    late = overdue_on(register, outcome.on)
    console.print("\n接着看 look further:")
    for command in where_to_look(program, option, late[0].case_id if late else f"{outcome.on.year}-0001"):
        console.print(f"  {command}", highlight=False)


@contextmanager
def _server(home: Path | None) -> Iterator[PrefectServer | None]:
    if home is None:
        yield None
        return
    with prefect_server(home.absolute()) as server:
        yield server
