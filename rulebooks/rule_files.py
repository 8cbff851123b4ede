"""Files of rules: reading their TOML, and holding it against a schema, with what is wrong in both languages."""

import tomllib
import types
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, TypeAlias, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rulebooks.faults import FaultError, RuleFault, key_unknown
from rulebooks.file_faults import system_fault, toml_fault
from rulebooks.model_faults import why_wrong
from rulebooks.sentences import Given, Label, Worded

Toml: TypeAlias = "str | float | date | time | list[Toml] | dict[str, Toml]"
"""What a key of a TOML file may hold."""

M = TypeVar("M", bound=BaseModel)


class RulebookError(FaultError):
    """A file of rules is missing or cannot be read; each fault names the file and the key."""


def read_toml(path: Path, label: str) -> dict[str, Toml]:
    """The keys of the file, which messages call `label`. Raises `RulebookError`."""
    file = Label(label)
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise RulebookError(RuleFault("rule_file_missing", file=file)) from error
    except OSError as error:
        raise RulebookError(RuleFault("rule_file_unreadable", file=file, why=system_fault(error))) from error
    except ValueError as error:  # TOML or UTF-8
        raise RulebookError(RuleFault("rule_file_malformed", file=file, why=toml_fault(error))) from error


def held_against(schema: type[M], label: str, data: Mapping[str, Toml]) -> M:
    """The file as its schema reads it. Raises `RulebookError` with everything that is wrong."""
    try:
        return schema.model_validate(data)
    except ValidationError as error:
        raise RulebookError(*(_fault(schema, label, details) for details in error.errors())) from error


def _fault(schema: type[BaseModel], label: str, details: ErrorDetails) -> RuleFault:
    """What pydantic found wrong at a place of the file."""
    loc = details["loc"]
    if details["type"] == "extra_forbidden":
        return key_unknown(_place(label, loc[:-1]), str(loc[-1]), _keys_at(schema, loc[:-1]))
    if details["type"] == "missing":
        return RuleFault("rule_key_missing", place=Label(_place(label, loc[:-1])), key=Label(loc[-1]))
    place = Label(_place(label, loc))
    why = why_wrong(details)
    if isinstance(why, Worded):
        return RuleFault("rule_value_wrong", place=place, why=why, given=Given(details["input"]))
    return RuleFault("rule_unsound", place=place, fault=why)


def _place(label: str, loc: tuple[int | str, ...]) -> str:
    return f"{label}: {'.'.join(map(str, loc))}" if loc else label


def _keys_at(schema: type[BaseModel], loc: tuple[int | str, ...]) -> list[str]:
    """The keys that the schema allows at a place in the file."""
    here: Any = schema
    for step in loc:
        if isinstance(here, type) and issubclass(here, BaseModel):
            here = here.model_fields[str(step)].annotation
        else:
            here = get_args(here)[-1 if get_origin(here) is dict else 0]
        if get_origin(here) in (Union, types.UnionType):
            here = next(option for option in get_args(here) if option is not type(None))
    return list(here.model_fields)
