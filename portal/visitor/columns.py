"""The columns of lists, each said once: a page and its workbook take their heads and values from here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter
from typing import Any

from portal.visitor.languages import LANGUAGE, say
from portal.visitor.overseen import WAITS
from portal.visitor.workbooks import Cell as Content
from states.vocabulary import LimitKey

Value = Callable[[Any], Content]


class Cell(StrEnum):
    """How a page shows a value; `portal/templates/cells.html` draws each kind."""

    TEXT = "text"
    NUMBER = "number"
    STRONG = "strong"
    TITLE = "title"
    CASE = "case"
    PROMISE = "promise"
    KIND = "kind"
    LAMP = "lamp"
    LIMIT = "limit"
    TIMES = "times"


@dataclass(frozen=True)
class Column:
    """A column: its head, what stands under it, and where it is shown.

    `page`: its place on the page, 0 where only the workbook has it; `sheet`: whether the workbook has it, in the order
    of the table. `label`: on a narrow screen the head stands beside the value. `word`: the value is a word of the
    portal's own, said on a page in the visitor's language, in that context of the catalogue. `en`: the head in English
    where the catalogue has none.
    """

    zh: str
    value: Value
    page: int = 0
    cell: Cell = Cell.TEXT
    label: bool = False
    word: str | None = None
    sheet: bool = True
    en: str = ""

    @property
    def head(self) -> str:
        """As the visitor reads it."""
        return self.en if self.en and LANGUAGE.get() == "en" else say(self.zh)


def of(key: str) -> Value:
    """The field of a row."""
    return lambda row: row[key]


def on_page(columns: Iterable[Column]) -> list[Column]:
    """Those that a page shows, in its order."""
    return sorted((one for one in columns if one.page), key=attrgetter("page"))


def in_sheet(columns: Iterable[Column]) -> list[Column]:
    return [one for one in columns if one.sheet]


def table(columns: Iterable[Column], rows: Iterable[Any]) -> tuple[list[str], list[list[Content]]]:
    """(heads, rows) of the workbook."""
    kept = in_sheet(columns)
    return [one.zh for one in kept], [[one.value(row) for one in kept] for row in rows]


def _limit(key: str) -> Value:
    return lambda row: LimitKey.name_of(row[key])


def _waits(row: Mapping[str, Any]) -> str:
    return WAITS.get(row["waits"], "")


CASES: Sequence[Column] = (
    Column("编号", attrgetter("number"), 1, Cell.NUMBER),
    Column("标题", attrgetter("title"), 2, Cell.TITLE),
    Column("进度", attrgetter("state"), 3),
    Column("下一步", attrgetter("next"), 4, word="action"),
    Column("承办", attrgetter("units"), 5),
    Column("代表", attrgetter("lead"), 6),
    Column("最近的期限", lambda row: LimitKey.name_of(row.limit), 7, Cell.LIMIT, word=""),
    Column("还有几天", lambda row: row.lamp.words if row.lamp else ""),
    Column("督办", attrgetter("level"), 8),
)

SUPERVISED: Sequence[Column] = (
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE),
    Column("承办单位", of("unit_names"), 3, label=True),
    Column("督办种类", of("kind_name"), 4, Cell.KIND, label=True),
    Column("级别", of("level")),
    Column("进度", of("state_name"), 5, label=True),
    Column("由谁承担", of("holder_name"), 6, label=True),
    Column("提出", of("proposed_on")),
    Column("最近一步", of("last_name")),
    Column("最近一步的日期", of("last_on")),
    Column("最近一步", lambda row: f"{row['last_on']} {row['last_name']}", 7, label=True, sheet=False),
    Column("等什么", _waits, 8, label=True, word=""),
)

PROMISED: Sequence[Column] = (
    Column("编号", of("number")),
    Column("标题", of("title")),
    Column("件", of("title"), 4, Cell.CASE, sheet=False),
    Column("单位", of("unit_name"), 3, label=True),
    Column("承诺做什么", of("text"), 2),
    Column("答复时承诺", of("promised_on")),
    Column("期限", of("due_on"), 1, label=True),
    Column("改期次数", of("rescheduled")),
    Column("改期", of("rescheduled"), 5, Cell.TIMES, label=True, sheet=False),
    Column("进度", of("state_name"), 6, label=True),
    Column("落实", of("verified_on")),
    Column("是否按期", of("late"), 7, Cell.LAMP, label=True),
)

INSPECTED: Sequence[Column] = (
    Column("查验日期", of("inspected_on")),
    Column("日期", of("inspected_on"), 1, sheet=False),
    Column("编号", of("number")),
    Column("标题", of("title"), 2, Cell.PROMISE),
    Column("单位", of("unit_name"), 3, label=True),
    Column("承诺做什么", of("promise")),
    Column("申报", of("claimed_name"), 4, label=True),
    Column("查实", of("found_name"), 5, label=True),
    Column("结论", of("verdict_name"), 6, Cell.STRONG, label=True),
    Column("地点", of("place"), 7, label=True),
    Column("查验人", of("by_name"), 8, label=True),
)

LATE: Sequence[Column] = (
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE),
    Column("谁办", of("owner"), 3),
    Column("期限", _limit("key"), 4, word=""),
    Column("最后一天", of("last_day"), 5),
    Column("逾期天数", of("days_late")),
    Column("逾期", of("days_late"), 6, Cell.LAMP, sheet=False),
    Column("级别", of("level"), 7),
    Column("在谁手上", of("holder"), 8),
)

LISTS = (CASES, SUPERVISED, PROMISED, INSPECTED, LATE)
