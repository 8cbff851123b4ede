"""What commands share: options, JSON on stdout, refusals with exit code 1."""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass, is_dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from flows.records import TableError
from flows.settings import Settings, database_url
from notifications.papers import PaperError
from rulebooks import ZONE, Library, Workdays, civil_day
from rulebooks.faults import FaultError
from rulebooks.sentences import Reason
from states import StatesError
from states.outgoing import on_terminal
from states.reasons import Given, Label, Refused, labels
from storage import Busy, DatabaseError, Register, StorageError, open_engine
from storage.marks import WrongRegister, for_rehearsal, public_url

REFUSED = 1

Database = Annotated[
    str, typer.Option("--db", metavar="URL", help="数据库 database: URL or SQLite file [DUBAN_DATABASE_URL]")
]
Json = Annotated[bool, typer.Option("--json", help="输出一个 JSON 对象 print one JSON object")]
Place = Annotated[
    str, typer.Option("--region", metavar="CODE", help="按哪个区划的日历 whose calendar; default: the nation's")
]
At = Annotated[
    str,
    typer.Option("--at", metavar="INSTANT", help="时刻，如 2026-03-05T09:00+08:00；默认现在 default: now"),
]


@dataclass
class Shown:
    """What a command opened, and how many rows it shows; `opened` is called once it has a register."""

    register: Register | None = None
    rows: int | None = None
    opened: Callable[[], None] | None = None

    def more(self, rows: int) -> None:
        self.rows = (self.rows or 0) + rows


SHOWN: ContextVar[Shown | None] = ContextVar("SHOWN", default=None)
"""What the command that runs shows, where that is entered in the access log (`console_log`)."""


def note_rows(rows: int) -> None:
    """So many rows more are shown."""
    note = SHOWN.get()
    if note is not None:
        note.more(rows)


def refuse(message: str | Reason) -> NoReturn:
    """End with exit code 1 and one clear message on stderr."""
    typer.echo(f"duban: {both(message) if isinstance(message, Reason) else message}", err=True)
    raise typer.Exit(REFUSED)


def both(reason: Reason) -> str:
    """A reason as the console tells it."""
    return f"{reason.chinese()} {reason}"


def misused(reason: Reason) -> typer.BadParameter:
    """The error of a wrong argument: exit code 2, with the usage of the command."""
    return typer.BadParameter(both(reason))


@contextmanager
def refusing() -> Iterator[None]:
    """A user's mistake ends with a sentence, ours with a traceback."""
    try:
        yield
    except (Busy, StorageError, StatesError, FaultError, TableError, PaperError) as error:
        chinese = getattr(error, "chinese", "")
        refuse(f"{chinese}\n{error}" if chinese and chinese != str(error) else str(error))


def open_register(db: str) -> Register:
    """The register of --db, else of the settings."""
    register, note = Register(open_engine(database_url(db or Settings().database_url))), SHOWN.get()
    if note is not None and note.register is None:
        note.register = register
        if note.opened is not None:
            note.opened()
    return register


def existing_register(db: str) -> Register:
    """Like `open_register` for who only reads: refuses a SQLite file that is not there, instead of making it.

    Whoever mistypes the path must not be told that an empty database is clean and owes nothing.
    """
    missing = _missing_file(db)
    if missing:
        ways = labels(("--db", "DUBAN_DATABASE_URL"))
        command = Label("duban migrate")
        raise DatabaseError(Refused("database_missing", file=Label(missing), ways=ways, command=command))
    return open_register(db)


def _missing_file(db: str) -> str:
    """The SQLite file of the database when it is not there, else ''."""
    url = database_url(db or Settings().database_url)
    file = url.removeprefix("sqlite:///").partition("?")[0]
    return file if url.startswith("sqlite:///") and not Path(file).exists() else ""


def calendar_of(db: str, region: str = "") -> Workdays:
    """The calendar of a region in the database when there is one, else the seed; makes no database."""
    return Workdays.seed() if _missing_file(db) else open_register(db).workdays(region)


def instant(text: str) -> datetime:
    """An aware instant: without an offset in the region's zone, without a time at noon of that day, or now before it.

    What happened today and says no more is no fact of the future.
    """
    now = datetime.now(UTC)
    if not text:
        return now
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= 10:
            noon = datetime.combine(moment.date(), time(12), ZONE)
            moment = now if civil_day(now) == moment.date() and now < noon else noon
    except ValueError:
        raise misused(Refused("argument_instant", text=Given(text))) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def entry_of(register: Register, moment: datetime) -> datetime:
    """The instant of entry: the clock's own; that of --at only in a register for rehearsals."""
    return moment if register.rehearsal else datetime.now(UTC)


def entry_not_before(register: Register, moment: datetime) -> datetime:
    """As `entry_of`, and refuses an --at that lies ahead: nothing is entered today that is of tomorrow."""
    entered = entry_of(register, moment)
    if moment > entered:
        command = Label("duban migrate --rehearsal")
        refuse(Refused("argument_ahead", at=Label(shown(moment)), entered=Label(shown(entered)), command=command))
    return entered


def rehearsal_register(db: str, by: str, library: Library | None = None) -> Register:
    """The register of --db for what is played: an empty database is made for it, a live register refused."""
    engine = open_engine(database_url(db))
    for_rehearsal(engine, datetime.now(UTC), by)
    return Register(engine, library)


def live_register(db: str) -> Register:
    """The register of --db for a portal or an engine at work; one for rehearsals is refused."""
    register = open_register(db)
    if register.rehearsal:
        command = Label("duban serve --from INSTANT")
        raise WrongRegister(Refused("register_is_rehearsal", address=public_url(register.engine), command=command))
    return register


def shown(at: datetime) -> str:
    """An instant as the region's people read it."""
    return at.astimezone(ZONE).isoformat(" ", "seconds")


def day(text: str) -> date:
    """A civil day YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise misused(Refused("argument_day", text=Given(text))) from None


def print_json(value: object) -> None:
    lists = [value] if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    note_rows(sum(len(list_) for list_ in lists if isinstance(list_, list | tuple)))
    typer.echo(json.dumps(value, ensure_ascii=False, default=_plain))


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A table for people; wide enough for Chinese, plain when the output is no terminal."""
    note_rows(len(rows))
    table = Table(header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*(Text("" if value is None else on_terminal(str(value))) for value in row))
    console = Console(width=None if sys.stdout.isatty() else 160)
    console.print(title, highlight=False, markup=False)
    console.print(table)


def _plain(value: object) -> object:
    if isinstance(value, date | datetime):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
