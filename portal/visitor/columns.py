"""The columns of a list, declared once for its page, its workbook and the command line."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from portal.visitor.languages import LANGUAGE, english, say
from portal.visitor.workbooks import Sheet

Row = TypeVar("Row", bound=Mapping[str, Any])
Value = Callable[[Any], Any]
WIDE = 40
"""The width, in characters, of a column of a workbook whose texts are long."""


class Filter(NamedTuple):
    """By what a column narrows its list: the question of the address, and the key of a row that answers it."""

    name: str
    key: str


class FilterField(NamedTuple):
    """The field of a form by which a list is narrowed."""

    name: str
    label: str
    options: Mapping[str, str]
    chosen: str


class Cell(StrEnum):
    """How a page shows a value; `portal/templates/cells.html` renders each kind."""

    TEXT = "text"
    NUMBER = "number"
    SMALL = "small"
    STRONG = "strong"
    OWNER = "owner"
    TICK = "tick"
    TITLE = "title"
    CASE = "case"
    KEY = "key"
    KIND = "kind"
    SLOT = "slot"
    LAMP = "lamp"
    LIMIT = "limit"
    TIMES = "times"


PLAIN = frozenset({Cell.TEXT, Cell.NUMBER, Cell.SMALL})
LOOKS = {Cell.NUMBER: "number", Cell.KEY: "number", Cell.SMALL: "small"}


@dataclass(frozen=True)
class Column:
    """A column: its head, what stands under it, and where it is shown.

    `page`: its place on the page, 0 where that has it not; `sheet`, `console`: whether the workbook, the command line
    has it, in the order of the table. `label`: on a narrow screen the head stands beside the value. `word`: the value
    is a word of the portal's own, said on a page in the visitor's language, in that context of the catalogue. `under`:
    what stands in small letters below it on a page. `width`: in the workbook, in characters. `en`: the head in English
    where the catalogue has none. `sort`: the key of `storage.orders` by which a page can sort the list. `filter`: by
    what it narrows the list.
    """

    zh: str
    value: Value
    page: int = 0
    cell: Cell = Cell.TEXT
    label: bool = False
    word: str | None = None
    under: Value | None = None
    sheet: bool = True
    console: bool = False
    width: int = 16
    en: str = ""
    sort: str = ""
    filter: Filter | None = None

    @property
    def head(self) -> str:
        """As the visitor reads it."""
        return self.en if self.en and LANGUAGE.get() == "en" else say(self.zh)

    @property
    def heads(self) -> str:
        """In both languages, as the command line speaks."""
        return f"{self.zh} {self.en or english().get(self.zh, '')}".rstrip()

    @property
    def look(self) -> str:
        """The class of its cells on a page."""
        return LOOKS.get(self.cell, "")

    @property
    def is_plain(self) -> bool:
        """Whether a cell is its text alone."""
        return self.cell in PLAIN and self.under is None

    def words(self, row: Any) -> Any:
        """The value of a row as a page says it, a dash where there is none."""
        value = self.value(row)
        if value is None or value == "":
            return "–"
        return value if self.word is None else say(value, self.word)

    def below(self, row: Any) -> Any:
        """What stands below the value on a page, if anything."""
        return self.under(row) if self.under else ""


def of(key: str) -> Value:
    """The field of a row."""
    return lambda row: row[key]


def on_page(columns: Iterable[Column]) -> list[Column]:
    """Those that a page shows, in its order."""
    return sorted((column for column in columns if column.page), key=attrgetter("page"))


def chosen_rows(columns: Iterable[Column], chosen: Mapping[str, str], rows: Iterable[Row]) -> list[Row]:
    """The rows that answer every question of the address as it was chosen; '' chooses all."""
    filters = [column.filter for column in columns if column.filter]
    wanted = {key: chosen[name] for name, key in filters if chosen.get(name)}
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def filter_fields(
    columns: Iterable[Column], chosen: Mapping[str, str], options: Mapping[str, Mapping[str, str]]
) -> list[FilterField]:
    """The fields of the form, in the order of their options."""
    heads = {column.filter.name: column.head for column in columns if column.filter}
    return [FilterField(name, heads[name], some, chosen[name]) for name, some in options.items()]


def sheet_of(title: str, columns: Iterable[Column], rows: Iterable[Any]) -> Sheet:
    """The list as a sheet of a workbook."""
    kept = [column for column in columns if column.sheet]
    cells = [[column.value(row) for column in kept] for row in rows]
    return Sheet(title, [column.zh for column in kept], cells, [column.width for column in kept])


def on_console(columns: Iterable[Column], rows: Iterable[Any]) -> tuple[list[str], list[list[Any]]]:
    """(heads, rows) of the command line."""
    kept = [column for column in columns if column.console]
    return [column.heads for column in kept], [[column.value(row) for column in kept] for row in rows]
