"""What a cell of an office's table means in its column: days however they are written, names without padding."""

import re
from datetime import date
from unicodedata import normalize

from flows.sent_sheets import cell_text
from flows.tables.cells import Cell, Number
from flows.tables.fault_texts import TableFault
from flows.tables.formats import serial_moment
from states.sheets import Field, Type

NOTHING = frozenset(("/", "\\", "-", "--", "—", "——", "–", "无", "暂无", "没有", "N/A"))
"""What is written into a cell to say that it stays empty."""
FIRST_SERIAL, LAST_SERIAL = 7_306, 73_415
"""Excel's numbers of 1920-01-01 and 2101-01-01: another number in a column of days is no day."""

_DAY = re.compile(
    r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*[日号]?"
    r"(?:\s*[(]?(?:星期|周)[一二三四五六日天][)]?)?(?:\s+0?0:00(?::00)?)?"
)
_TOGETHER = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")
_PADDED = re.compile(r"[\u3400-\u9fff·\s]+")


def value_of(cell: Cell, field: Field) -> str | TableFault:
    """The text of the cell in the column of this field, or why it cannot be read."""
    if not isinstance(cell, (str, Number)):
        return TableFault(*cell)
    if field.kind is Type.DAY:
        text = day_text(cell)
    elif isinstance(cell, Number):
        number = _number(cell)
        if number is None:
            return TableFault("shown_otherwise", {"format": cell.format, "value": cell.value})
        text = number
    else:
        text = cell.strip()
    if not field.required and normalize("NFKC", text) in NOTHING:
        return ""
    if field.label[0] == "姓名" and _PADDED.fullmatch(text):
        return "".join(text.split())
    return text


def day_text(cell: Cell) -> str:
    """A day as YYYY-MM-DD, or the text as it stands where it is none."""
    if isinstance(cell, Number):
        return cell.value if cell.is_day else _serial(cell.value)
    text = normalize("NFKC", cell_text(cell)).strip()
    parts = _DAY.fullmatch(text) or _TOGETHER.fullmatch(text)
    if parts is None:
        return _serial(text)
    try:
        return date(*map(int, parts.groups())).isoformat()
    except ValueError:
        return text


def _serial(text: str) -> str:
    if _TOGETHER.fullmatch(text):
        return day_text(text)
    if text.isascii() and text.isdecimal() and FIRST_SERIAL <= int(text) < LAST_SERIAL:
        moment = serial_moment(float(text), since_1904=False)
        return moment.date().isoformat() if moment else text
    return text


def _number(cell: Number) -> str | None:
    """A number as it is shown; a whole one without the places that its format adds."""
    shown = cell.value if cell.is_day and cell.shown is None else cell.shown
    if shown is not None and not cell.is_day and shown.partition(".")[0] == cell.value:
        return cell.value
    return shown
