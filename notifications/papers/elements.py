"""The elements of a template's body: paragraphs and tables, some of them conditional."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Layout(StrEnum):
    """The forms of an official paper (GB/T 9704): a letter, a document with a red head, a sheet, a list."""

    LETTER = "letter"
    DOCUMENT = "document"
    SHEET = "sheet"
    LIST = "list"


@dataclass(frozen=True)
class Heading:
    """A heading of the first level: 一、……"""

    text: str


@dataclass(frozen=True)
class Lines:
    """The field `name` is a list of texts: a paragraph for each."""

    name: str


@dataclass(frozen=True)
class When:
    """Content that appears only where the field `name` is not empty."""

    name: str
    parts: tuple["Part", ...]


@dataclass(frozen=True)
class Pairs:
    """A sheet's table: a name and what belongs to it, two pairs a line or one that fills it (`wide`)."""

    pairs: tuple[tuple[str, str], ...]
    wide: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Grid:
    """A table with a line for each row of a field: head, the row's field and how wide it is, column by column."""

    name: str
    columns: tuple[tuple[str, str, int], ...]


Part = str | Heading | Lines | When | Pairs | Grid
"""A plain text is a paragraph, indented by two characters."""


def grids(parts: Sequence[Part]) -> list[Grid]:
    """The tables of a body, those that are there only sometimes included, in their order."""
    laid: list[Grid] = []
    for part in parts:
        if isinstance(part, Grid):
            laid.append(part)
        elif isinstance(part, When):
            laid += grids(part.parts)
    return laid
