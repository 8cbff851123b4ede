"""A reason as a value: its code and facts; its sentences are made where they are shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import ClassVar, Self, TypeAlias

from rulebooks.days import ZONE
from rulebooks.vocabulary import Named


@dataclass(frozen=True)
class Row:
    """The sentences of one refusal.

    `{day}` is a fact by its name. After a colon comes its format in English: `{state:both}` with its Chinese in
    brackets, `{roles:each}` a list of such, `{known: or }` the separator of a list. `{:不符}` is a note for readers
    of Chinese. Notes and brackets are part of the promised sentence and left out where only English is read.

    `asks` are the keys of an action's data that would mend it: such an action is open and only incomplete. `among` is
    the fact that lists all values that would; where it is empty, none would.
    """

    english: str
    chinese: str
    asks: tuple[str, ...] = ()
    among: str = ""


class Id(str):
    """An id of a case, a part, a person or a unit, which may be shown as a name."""

    __slots__ = ()


class Label(str):
    """A text that is the same in both languages: the name of a rulebook or a document, a key of an action's data."""

    __slots__ = ()


@dataclass(frozen=True)
class Given:
    """A value that was sent instead of a valid one; of any JSON type."""

    value: object


@dataclass(frozen=True)
class Worded:
    """A value of a table (a state, an action, a limit) with its Chinese name."""

    value: str
    zh: str

    def __str__(self) -> str:
        return self.value


Fact: TypeAlias = "date | int | Id | Label | Given | Worded | Named | Reason | tuple[Fact, ...] | None"
"""The types of facts. An instant is also a `date`; a tuple is shown as a list."""

Names = Mapping[str, str]
"""The names of ids that the reader may know."""

EMPTY = "（空）"
MOST = 60
"""Characters of what was sent that a Chinese sentence repeats."""

NO_NAMES: Names = MappingProxyType({})


@dataclass(frozen=True, init=False)
class Reason:
    """The code of a line of `ROWS`, and the facts that its sentences name."""

    ROWS: ClassVar[Mapping[str, Row]]

    code: str
    facts: Mapping[str, Fact]

    def __init__(self, code: str, /, **facts: Fact) -> None:
        object.__setattr__(self, "code", code)
        object.__setattr__(self, "facts", facts)

    def __str__(self) -> str:
        return self.english()

    @property
    def asks(self) -> tuple[str, ...]:
        """The keys of the action's data that would mend it; empty when no field of a form would."""
        texts = {name: str(fact) for name, fact in self.facts.items()}
        return tuple(key.format(**texts) for key in self.ROWS[self.code].asks)

    @property
    def incomplete(self) -> bool:
        """Whether only a field is missing, for which there is a value."""
        row = self.ROWS[self.code]
        return bool(row.asks) and self.facts.get(row.among) != ()

    def english(self, names: Names = NO_NAMES, notes: bool = True) -> str:
        """The English sentence, which the API promises; without `notes` it has no Chinese."""
        return "".join(
            text + (self._in_english(name, how, names, notes) if name is not None else "")
            for text, name, how in _pieces(self.ROWS[self.code].english)
        )

    def chinese(self, names: Names = NO_NAMES) -> str:
        return "".join(
            text + (_chinese(self.facts[name], names, how) if name is not None else "")
            for text, name, how in _pieces(self.ROWS[self.code].chinese)
        )

    def reworded(self, words: Callable[[str], str]) -> Self:
        """The same with every id and every sent text replaced by `words`, for a reader who may know less."""
        return type(self)(self.code, **{name: _reworded(fact, words) for name, fact in self.facts.items()})

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
    """(text, name of the fact after it, format) for each place of a sentence; None after the last text."""
    return tuple((text, name, how or "") for text, name, how, _ in Formatter().parse(sentence))


def _english(fact: Fact, names: Names, notes: bool) -> str:
    if isinstance(fact, tuple):
        return ", ".join(_english(member, names, notes) for member in fact) or "-"
    if isinstance(fact, Reason):
        return fact.english(names, notes)
    if isinstance(fact, Given):
        return _quoted(fact.value, names)
    if isinstance(fact, Id):
        return names.get(fact, fact)
    return _moment(fact) if isinstance(fact, datetime) else str(fact)


def _chinese(fact: Fact, names: Names, how: str = "") -> str:
    if isinstance(fact, tuple):
        return (how or "、").join(_chinese(member, names) for member in fact) or "（无）"
    if isinstance(fact, Reason):
        return fact.chinese(names)
    if isinstance(fact, (Named, Worded)):
        return _noted(fact)
    if fact is None:
        return "不定"
    if isinstance(fact, Given):
        return _shortened(_in_words(fact.value, names))
    return _english(fact, names, notes=True)


def _in_words(value: object, names: Names) -> str:
    """What was sent, of any type that JSON has."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "，".join(f"{key}：{_in_words(inner, names)}" for key, inner in value.items()) or EMPTY
    if isinstance(value, (list, tuple)):
        return "、".join(_in_words(inner, names) for inner in value) or EMPTY
    if value is None or not str(value).strip():
        return EMPTY
    return names.get(value, value) if isinstance(value, str) else str(value)


def _shortened(text: str) -> str:
    return text if len(text) <= MOST else f"{text[:MOST]}…"


def _noted(fact: Fact) -> str:
    """The Chinese of a value of a closed set."""
    if isinstance(fact, (Named, Worded)):
        return fact.zh
    raise TypeError(f"{fact!r} has no Chinese name")


def _quoted(value: object, names: Names) -> str:
    return repr(names.get(value, value)) if isinstance(value, str) else repr(value)


def _moment(at: datetime) -> str:
    """An instant in the region's zone; unchanged when it has no zone or is out of the calendar's range."""
    if at.tzinfo is None:
        return at.isoformat()
    try:
        return at.astimezone(ZONE).isoformat(" ", "seconds")
    except OverflowError:
        return at.isoformat()


def _reworded(fact: Fact, words: Callable[[str], str]) -> Fact:
    if isinstance(fact, tuple):
        return tuple(_reworded(member, words) for member in fact)
    if isinstance(fact, Reason):
        return fact.reworded(words)
    if isinstance(fact, Given):
        return Given(_inside(fact.value, words))
    if isinstance(fact, (Id, Label)):
        return type(fact)(words(fact))
    if isinstance(fact, Worded):
        return Worded(words(fact.value), words(fact.zh))
    return fact


def _inside(value: object, words: Callable[[str], str]) -> object:
    if isinstance(value, str):
        return words(value)
    if isinstance(value, list):
        return [_inside(inner, words) for inner in value]
    if isinstance(value, dict):
        return {words(str(key)): _inside(inner, words) for key, inner in value.items()}
    return value
