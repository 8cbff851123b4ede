"""Mappings from columns of an office's table to facts, as TOML files; the packaged ones are in `flows/mappings/`."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Self
from unicodedata import normalize

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import ErrorDetails

from rulebooks import ZONE
from rulebooks.faults import FaultError, key_unknown, nearest
from rulebooks.file_faults import system_fault, toml_fault
from rulebooks.model_faults import why_wrong
from rulebooks.sentences import Reason
from states import LIFECYCLES
from states.decide import FOUNDING
from states.reasons import Given, Label, Refused, labels
from states.roles import Role

PACKAGED = Path(__file__).parent / "mappings"


class MappingError(FaultError):
    """A mapping that cannot be used: which file and key, and what would work."""


class Fact(BaseModel):
    """A fact of each record's case: an action, and the column of its time."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    action: str
    at: str
    optional: bool = False
    texts: dict[str, str] = Field(default_factory=dict)  # document kind -> column
    data: dict[str, str] = Field(default_factory=dict)  # key of the action's data -> column


class Mapping(BaseModel):
    """How a table becomes cases: the machine they belong to, and the columns of identity, title and facts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    machine: str
    id: str
    title: str
    formats: tuple[str, ...] = Field(min_length=1)
    facts: tuple[Fact, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _actions_are_known(self) -> Self:
        founding = [action for action, machine in FOUNDING.items() if machine == self.machine]
        if not founding:
            machines = labels(FOUNDING.values())
            raise FaultError(Refused("mapping_machine", given=Given(self.machine), known=machines))
        if self.facts[0].action not in founding:
            raise FaultError(Refused("mapping_opens", action=Label(founding[0])))
        open_to_system = [step.action for step in LIFECYCLES[self.machine].steps if Role.SYSTEM in step.by]
        for fact in self.facts[1:]:
            if fact.action not in open_to_system:
                possible = labels(dict.fromkeys(open_to_system))
                raise FaultError(Refused("mapping_action", given=Given(fact.action), known=possible))
        return self

    @classmethod
    def load(cls, name_or_path: str | Path) -> Self:
        """The mapping in a .toml file, or the packaged one of that name. Raises `MappingError`."""
        path = _path(name_or_path)
        file = Label(path)
        try:
            return cls.model_validate(tomllib.loads(path.read_text("utf-8-sig")))
        except OSError as error:
            raise MappingError(Refused("mapping_unreadable", file=file, why=system_fault(error))) from error
        except ValidationError as error:
            raise MappingError(*(_mistake(file, mistake) for mistake in error.errors())) from error
        except ValueError as error:  # not TOML, or not UTF-8
            raise MappingError(Refused("mapping_unsound", file=file, why=toml_fault(error))) from error

    def columns(self) -> list[str]:
        """Every column that a table must have, in the order in which the mapping names them."""
        named = [self.id, self.title]
        for fact in self.facts:
            named += [fact.at, *fact.texts.values(), *fact.data.values()]
        return list(dict.fromkeys(named))

    def instants(self, values: dict[str, str]) -> list[datetime | None] | Refused:
        """When each fact happened, aware in UTC; `None` for an optional one without a time.

        Times are local in Asia/Shanghai unless their format has an offset (%z). Refused, with the column, for a time
        that is missing or that no format reads.
        """
        instants: list[datetime | None] = []
        for fact in self.facts:
            instant = self._instant(fact, normalize("NFKC", values[fact.at]).strip())
            if isinstance(instant, Refused):
                return instant
            instants.append(instant)
        return instants

    def _instant(self, fact: Fact, text: str) -> datetime | Refused | None:
        if not text and fact.optional:
            return None
        for layout in self.formats:
            if (instant := _read(text, layout)) is not None:
                return instant
        column, formats = Label(fact.at), labels(self.formats)
        if not text:
            return Refused("fact_without_time", column=column, known=formats)
        return Refused("fact_time_unread", column=column, text=Label(text), known=formats)


def _read(text: str, layout: str) -> datetime | None:
    try:
        read = datetime.strptime(text, layout)  # noqa: DTZ007 - the zone is the next line's question
        return (read if read.tzinfo else read.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):  # overflow: the first hours of year 1 are before it in UTC
        return None


def _path(name_or_path: str | Path) -> Path:
    path = Path(name_or_path)
    if path.suffix == ".toml":
        return path
    names = sorted(path.stem for path in PACKAGED.glob("*.toml"))
    if str(name_or_path) in names:
        return PACKAGED / f"{name_or_path}.toml"
    mapping, packaged = Label(name_or_path), labels(names)
    if like := nearest(str(name_or_path), names):
        raise MappingError(Refused("mapping_like", mapping=mapping, like=Label(like), known=packaged))
    raise MappingError(Refused("unknown_mapping", mapping=mapping, known=packaged))


def _mistake(file: Label, mistake: ErrorDetails) -> Reason:
    """The key with its path, as `facts.1.optinal` (facts count from 0), and its fault."""
    key = ".".join(str(part) for part in mistake["loc"])
    if mistake["type"] == "extra_forbidden":
        model: type[BaseModel] = Fact if mistake["loc"][0] == "facts" else Mapping
        return key_unknown(f"{file}: {key}", str(mistake["loc"][-1]), model.model_fields)
    if not key:
        return Refused("mapping_unsound", file=file, why=why_wrong(mistake))
    return Refused("mapping_key_unsound", file=file, key=Label(key), why=why_wrong(mistake))
