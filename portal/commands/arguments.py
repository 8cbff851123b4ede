"""Around every command: arguments without invisible characters, and a message instead of a traceback for files."""

from collections.abc import Callable
from functools import wraps

import typer

from portal.commands.console import both, misused, refuse, refusing
from states.reasons import Label, Refused
from states.texts import unseen
from storage.database import is_unreachable

Command = Callable[..., object]


def wrap_commands(app: typer.Typer, wrap: Callable[[str, Command], Command], path: tuple[str, ...] = ()) -> None:
    """Replace the callback of each command by `wrap(full name, callback)`."""
    for info in app.registered_commands:
        name = info.name or str(info.callback.__name__ if info.callback else "").rstrip("_").replace("_", "-")
        if info.callback is not None:
            info.callback = wrap(" ".join((*path, name)), info.callback)
    for group in app.registered_groups:
        inner, name = group.typer_instance, group.name or ""
        if inner is not None:
            wrap_commands(inner, wrap, (*path, name) if name else path)
            if inner.registered_callback is not None and inner.registered_callback.callback is not None:
                inner.registered_callback.callback = wrap(name, inner.registered_callback.callback)


def guarded(_name: str, command: Command) -> Command:
    """The same command, refused in words where an argument, a file or the place of the database is at fault."""

    @wraps(command)
    def guarding(*args: object, **values: object) -> object:
        for key, value in values.items():
            for text in value if isinstance(value, list) else [value]:
                if isinstance(text, str) and (character := unseen(text)):
                    why = Refused("unseen_character", key=Label(key.rstrip("_")), character=Label(character))
                    raise misused(why)
        try:
            with refusing():
                return command(*args, **values)
        except OSError as error:
            refuse(f"{error.filename}: {error.strerror}" if error.filename else str(error))
        except Exception as error:
            if not is_unreachable(error):
                raise
            refuse(f"{both(Refused('database_away'))}\n{error}")

    return guarding
