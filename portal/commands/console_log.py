"""Reading at the console: who was shown what, by which filter, how many rows, entered before the answer leaves."""

import getpass
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from functools import wraps
from io import StringIO
from pathlib import Path

from portal.commands.arguments import Command
from portal.commands.console import SHOWN, Shown, refuse
from states.reasons import Label, Refused
from storage.accounts import Accounts
from storage.database import failures
from storage.errors import Busy
from storage.patience import waiting_at_most

READS = frozenset((
    "show", "history", "explain", "overdue", "supervisions", "promises", "inspections", "conversions", "messages",
    "inbox", "audit", "findings", "report", "figures", "export events", "papers of", "papers get", "papers list",
    "account list", "account changes", "erase list",
))  # fmt: skip
"""Commands that show cases, people or what they were told."""

FILES = ("out", "xlsx", "chart")
"""Parameters of commands that write a file: entered when the register is opened, and again when rows are known."""

EXEMPT = {
    "act": "an action: its event says who", "import": "it writes, and its log keeps the rows",
    "replay": "it writes a register for rehearsals", "rehearse": "a made-up city", "story": "a made-up case",
    "story rules": "a made-up case",
    "story fooled": "a made-up case", "sweep": "numbers", "seal": "numbers and a root",
    "verify": "numbers, and the cases whose chain is broken; it works on a copy that nobody may write",
    "migrate": "the schema", "due": "a day", "workdays": "days", "diagram": "the tables of the rules",
    "rights": "the table of rights", "sheet": "what an action asks", "serve": "the portal enters what it shows",
    "portal": "the portal enters what it shows", "status": "the engine's state", "deployments": "the timetable",
    "redrive": "a number", "channels": "whether channels are reached", "acknowledge": "one finding, by its key",
    "waive": "one finding, by its key", "figures check": "somebody else's table", "figures page": "formulas",
    "rulebook check": "rules", "rulebook show": "rules", "rulebook diff": "rules", "rulebook off": "rules",
    "rulebook use": "rules", "rulebook on": "rules", "calendar import": "days, and which limits moved",
    "calendar show": "days", "clock show": "the clock", "clock accept": "the clock", "papers make": "numbers",
    "papers templates": "empty forms", "papers check": "which files were changed", "papers kinds": "kinds",
    "template": "an empty table",
    "account create": "one account: the log of powers has it", "account link": "one account: the log of powers has it",
    "account first": "links, while there is no account", "account disable": "the log of powers has it",
    "account enable": "the log of powers has it", "account device": "the log of powers has it",
    "account holder": "the log of powers has it", "account mandate": "the log of powers has it",
    "account confirm": "the log of powers has it",
    "erase ask": "one erasure: it is entered as it is asked for", "erase refuse": "one erasure: it says who",
    "erase repeat": "a number, and rows by name",
    "erase pack": "that it is done",
    "erase propose": "a number",
}  # fmt: skip
"""The others, with the reason why they leave no entry of reading."""

_UNSAID = ("db", "json_", "case", "context")


def who() -> str:
    """The account of the operating system that sits at the console, also behind sudo."""
    return f"console:{os.environ.get('SUDO_USER') or getpass.getuser()}"[:64]


def entered(name: str, command: Command) -> Command:
    """The command wrapped: if it is one of `READS`, what it shows is entered."""
    if name not in READS:
        return command

    @wraps(command)
    def reading(*args: object, **values: object) -> object:
        with _held_back(name, values):
            return command(*args, **values)

    return reading


class _Answer(StringIO):
    """What a command says, until it is entered; as wide as where it will be shown."""

    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self.terminal = terminal

    def isatty(self) -> bool:
        return self.terminal


@contextmanager
def _held_back(command: str, values: Mapping[str, object]) -> Iterator[None]:
    """Keep the answer until it is entered. Whatever cannot be entered is not shown."""
    note = Shown()
    to_file = any(values.get(name) for name in FILES)
    if to_file:
        note.opened = lambda: _enter(note, command, values)
    token, answer = SHOWN.set(note), _Answer(sys.stdout.isatty())
    try:
        with redirect_stdout(answer):
            yield
    finally:
        SHOWN.reset(token)
        if note.register is not None and (not to_file or note.rows is not None):
            _enter(note, command, values)
        sys.stdout.write(answer.getvalue())
        sys.stdout.flush()


def _enter(note: Shown, command: str, values: Mapping[str, object]) -> None:
    assert note.register is not None
    options = {name.rstrip("_"): value for name, value in values.items() if name not in _UNSAID and value}
    filter_ = "&".join(f"{name}={_plain(value)}" for name, value in sorted(options.items()))
    try:
        with waiting_at_most(5):
            Accounts(note.register).note(
                datetime.now(UTC), who(), "console", f"console {command}", str(values.get("case") or ""),
                row_count=note.rows, filter=filter_, region=str(values.get("region") or ""),
            )  # fmt: skip
    except failures(note.register.engine) as error:
        refuse(Refused("access_unentered", why=error.refused if isinstance(error, Busy) else Label(error)))


def _plain(value: object) -> str:
    return value.name if isinstance(value, Path) else str(value)
