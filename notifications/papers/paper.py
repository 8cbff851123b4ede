"""A paper (文书) as plain values, before a template gives it its form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

DIGITS = "〇一二三四五六七八九"

Row: TypeAlias = Mapping[str, str | int]
Fields: TypeAlias = Mapping[str, str | Sequence[str] | Sequence[Row]]
"""What stands in a paper by the names its template uses: texts, paragraphs, or the rows of a grid."""


@dataclass(frozen=True)
class Paper:
    """One paper. `fields` are what its kind has beside these; texts, lists of texts, or rows for a table.

    `number` is the 发文字号, empty where none was given; `recipients` and `copies` are names, in order.
    """

    kind: str
    title: str
    issuer: str
    on: date
    number: str = ""
    recipients: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    contact: str = ""
    phone: str = ""
    fields: Fields = field(default_factory=dict)

    def context(self) -> Fields:
        """Every field by the name under which a template asks for it."""
        return {
            "title": self.title,
            "issuer": self.issuer,
            "day": chinese_day(self.on),
            "number": self.number,
            "recipients": "、".join(self.recipients),
            "copies": "，".join(self.copies),
            "contact": self.contact,
            "phone": self.phone,
            **self.fields,
        }


def grid_rows(fields: Fields, name: str) -> list[Row]:
    """The rows of the grid that this field is."""
    return [row for row in fields[name] if isinstance(row, Mapping)]


def chinese_day(day: date | None) -> str:
    """A day as an official paper writes it: 2026年3月5日, without leading zeros; '' when there is none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def chinese_number(number: int) -> str:
    """A number below one hundred in Chinese, as sessions are counted: 六, 十, 二十一."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return head + (DIGITS[ones] if ones else "")


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, blank lines left out."""
    return [line.strip() for line in text.splitlines() if line.strip()]
