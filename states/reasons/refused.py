"""A refusal as a value: which one, of what; its sentences are made where somebody reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Any, TypeAlias

from rulebooks import ZONE
from rulebooks.vocabulary import Named
from states.reasons.accounts import ACCOUNTS
from states.reasons.acting import ACTING
from states.reasons.calling import CALLING
from states.reasons.cases import CASES
from states.reasons.chains import CHAINS
from states.reasons.counting import COUNTING
from states.reasons.facts import Given, Id, Label, Worded
from states.reasons.found import FOUND
from states.reasons.judging import JUDGING
from states.reasons.keeping import KEEPING
from states.reasons.opinions import OPINIONS
from states.reasons.pages import PAGES
from states.reasons.papers import PAPERS
from states.reasons.parts import PARTS
from states.reasons.row import Row

Fact: TypeAlias = "date | int | Id | Label | Given | Worded | Named | Refused | tuple[Fact, ...] | None"
"""What a refusal speaks of. An instant is a `date`, too; a tuple is a list as people read it."""

TABLES: tuple[dict[str, Row], ...] = (
    ACTING, CASES, PARTS, JUDGING, OPINIONS, KEEPING, CHAINS, ACCOUNTS, CALLING, PAGES, PAPERS, COUNTING, FOUND,
)  # fmt: skip
REASONS: dict[str, Row] = {code: row for table in TABLES for code, row in table.items()}
"""Every refusal by its code, a public name."""

Names = Mapping[str, str]
"""Names of ids, as far as the reader may know them."""

NO_NAMES: Names = MappingProxyType({})


@dataclass(frozen=True, init=False)
class Refused:
    """Why something is refused: the code of a line of `REASONS`, and the facts that its sentences name."""

    code: str
    facts: Mapping[str, Fact]

    def __init__(self, code: str, /, **facts: Fact) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "facts", facts)

    def __str__(self) -> str:
        return self.english()

    @property
    def asks(self) -> tuple[str, ...]:
        """The keys of the action's data that would mend it, none where nothing that a form asks would."""
        texts = {name: str(fact) for name, fact in self.facts.items()}
        return tuple(key.format(**texts) for key in REASONS[self.code].asks)

    @property
    def incomplete(self) -> bool:
        """Whether the action is only not filled in yet."""
        return bool(REASONS[self.code].asks)

    def english(self, names: Names = NO_NAMES, notes: bool = True) -> str:
        """The promised sentence; without `notes` as one who reads no Chinese is told it."""
        return "".join(
            text + (self._in_english(name, how, names, notes) if name is not None else "")
            for text, name, how in _pieces(REASONS[self.code].english)
        )

    def chinese(self, names: Names = NO_NAMES) -> str:
        return "".join(
            text + (_chinese(self.facts[name], names) if name is not None else "")
            for text, name, _ in _pieces(REASONS[self.code].chinese)
        )

    def reworded(self, words: Callable[[str], str]) -> Refused:
        """The same with every id and every word that was sent as `words` puts it, for whom it may tell less."""
        return Refused(self.code, **{name: _reworded(fact, words) for name, fact in self.facts.items()})

    def _in_english(self, name: str, how: str, names: Names, notes: bool) -> str:
        if not name:
            return f" ({how})" if notes else ""
        fact = self.facts[name]
        if how in ("both", "each"):
            many = fact if isinstance(fact, tuple) else (fact,)
            return ", ".join(
                _english(member, names, notes) + (f" ({_noted(member)})" if notes else "") for member in many
            )
        if how and isinstance(fact, tuple):
            return how.join(_english(member, names, notes) for member in fact)
        return _english(fact, names, notes)


@lru_cache(maxsize=1024)
def _pieces(sentence: str) -> tuple[tuple[str, str | None, str], ...]:
    """(text, name of the fact behind it, how it is told) for each place of a sentence; None behind the last text."""
    return tuple((text, name, how or "") for text, name, how, _ in Formatter().parse(sentence))


def _english(fact: Fact, names: Names, notes: bool) -> str:
    if isinstance(fact, tuple):
        return ", ".join(_english(member, names, notes) for member in fact) or "-"
    if isinstance(fact, Refused):
        return fact.english(names, notes)
    if isinstance(fact, Given):
        return _quoted(fact.value, names)
    if isinstance(fact, Id):
        return names.get(fact, fact)
    return _moment(fact) if isinstance(fact, datetime) else str(fact)


def _chinese(fact: Fact, names: Names) -> str:
    if isinstance(fact, tuple):
        return "、".join(_chinese(member, names) for member in fact) or "-"
    if isinstance(fact, Refused):
        return fact.chinese(names)
    if isinstance(fact, (Named, Worded)):
        return _noted(fact)
    if fact is None:
        return "不定"
    return _english(fact, names, notes=True)


def _noted(fact: Fact) -> str:
    """The Chinese of a value of a closed set."""
    if isinstance(fact, (Named, Worded)):
        return fact.zh
    raise TypeError(f"{fact!r} has no Chinese name")


def _quoted(value: Any, names: Names) -> str:
    return repr(names.get(value, value)) if isinstance(value, str) else repr(value)


def _moment(at: datetime) -> str:
    """An instant as the region's people read it; as it was sent where it has no zone or lies beyond the calendar."""
    if at.tzinfo is None:
        return at.isoformat()
    try:
        return at.astimezone(ZONE).isoformat(" ", "seconds")
    except OverflowError:
        return at.isoformat()


def _reworded(fact: Fact, words: Callable[[str], str]) -> Fact:
    if isinstance(fact, tuple):
        return tuple(_reworded(member, words) for member in fact)
    if isinstance(fact, Refused):
        return fact.reworded(words)
    if isinstance(fact, Given):
        return Given(_inside(fact.value, words))
    if isinstance(fact, (Id, Label)):
        return type(fact)(words(fact))
    return fact


def _inside(value: Any, words: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, list):
        return [_inside(inner, words) for inner in value]
    if isinstance(value, dict):
        return {words(str(key)): _inside(inner, words) for key, inner in value.items()}
    return value
