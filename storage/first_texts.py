"""The rulebook texts of cases from 0.1.0: the shipped ones, and an office's own as 0.1.0 resolved them.

An office's own book that extends a shipped one inherits what that said *then*; it may say something else now.
"""

import gzip
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from rulebooks import Rulebook, split_ident
from rulebooks.library import IDENTITY, PACKAGED
from rulebooks.limits import KEPT

SHIPPED = Path(__file__).parent / "migrations" / "texts" / "0.1.0.json.gz"
"""The text of every rulebook shipped with 0.1.0, by ident; made by tests/storage/old/rule_texts.py."""

MOST_DEEP = 8
"""The longest chain of books that extend each other."""


def first_texts(folder: Path | None = None) -> dict[str, str]:
    """By ident; `folder` is where the office's own files lie, by default among the shipped ones, as 0.1.0 had them.

    A file that cannot be read, or extends a missing book, gives no text and does not affect the others.
    """
    shipped: dict[str, str] = json.loads(gzip.decompress(SHIPPED.read_bytes()))
    books = [_Book(*_name_and_day(ident), json.loads(text)) for ident, text in shipped.items()]
    brought = {(book.name, book.in_force) for book in books}
    own = [book for book in _own(folder or PACKAGED) if (book.name, book.in_force) not in brought]
    names = {book.name for book in books}  # a version of a shipped one may be the office's, or came after 0.1.0
    apart = [book for book in own if book.name not in names]
    return {**dict(_resolved([*books, *own], own)), **dict(_resolved([*books, *apart], own)), **shipped}


@dataclass(frozen=True)
class _Book:
    """A shipped text of 0.1.0, or the content of an office's own file."""

    name: str
    in_force: date
    data: Mapping[str, Any]
    own: bool = False


def _name_and_day(ident: str) -> tuple[str, date]:
    name, version, _ = split_ident(ident)
    return name, date.fromisoformat(version)


def _own(folder: Path) -> Iterator[_Book]:
    for path in sorted(folder.glob("*.toml")):
        try:
            data = tomllib.loads(path.read_text("utf-8-sig"))
            yield _Book(str(data["name"]), date.fromisoformat(str(data["in_force"])), data, own=True)
        except (OSError, ValueError, KeyError):
            continue


def _resolved(books: list[_Book], own: list[_Book]) -> Iterator[tuple[str, str]]:
    for book in own:
        try:
            text = Rulebook.model_validate(_whole(book, books, MOST_DEEP), context=KEPT).text
            yield Rulebook.from_text(text).ident, text
        except (ValueError, LookupError, TypeError, AttributeError):
            continue


def _whole(book: _Book, books: list[_Book], deep: int) -> dict[str, Any]:
    """The book with all that it inherits, and the defaults of 0.1.0 where both are silent."""
    if not book.own:
        return dict(book.data)
    if deep == 0:
        raise LookupError(f"{book.name} extends itself")
    data = dict(book.data)
    if "extends" in data:
        data = _over(_whole(_parent(book, books), books, deep - 1), data)
    data.setdefault("returns", None)
    if data["returns"] is not None:
        data["returns"] = {"late": None, **data["returns"]}
    return data


def _parent(child: _Book, books: list[_Book]) -> _Book:
    """The version in force when the child came into force; for a parent of the same name, the one before it."""
    name = child.data["extends"]
    on = child.in_force - timedelta(days=1) if name == child.name else child.in_force
    return max((text for text in books if text.name == name and text.in_force <= on), key=lambda text: text.in_force)


def _over(parent: Mapping[str, Any], child: Mapping[str, Any]) -> dict[str, Any]:
    """A limit replaces the parent's as a whole; other sections merge key by key; plain values replace."""
    merged = {key: value for key, value in parent.items() if key not in IDENTITY}
    for key, value in child.items():
        inherited = merged.get(key)
        if isinstance(value, Mapping) and isinstance(inherited, Mapping):
            merged[key] = {**{k: v for k, v in inherited.items() if k != "says"}, **value}
        else:
            merged[key] = value
    return merged
