"""Incoming text: normalised, and refused where it has invisible characters or is too long."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from unicodedata import normalize

from states.reasons import Label, Refused
from states.sheets import SHEETS, Type

NAME = 300
"""Most characters of a name or line: short enough for an index of either database."""
TEXT = 1 << 20
"""Most characters of any other text."""

AREAS = (Type.AREA, Type.PROMISES, Type.JUDGEMENTS)
"""Kinds of fields with texts of several lines."""
LINES: Mapping[str, frozenset[str]] = {
    action: frozenset(field.key for field in sheet if field.kind not in AREAS) for action, sheet in SHEETS.items()
}
"""By action: the keys of its data with one line each, or a list of lines."""
NAMES = frozenset({"committee", "deputy", "lead", "number", "on_behalf_of", "place", "region", "session", "unit"})
"""Keys with one line in any action."""

_BREAKS = re.compile("\r\n?|[\v\f\x85\u2028\u2029]")
_LINE_ENDS = re.compile(r"[ \t]*\n\s*")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")


def written(text: str) -> str:
    """The text in NFC, with line feeds only between its lines and no blanks around it."""
    return normalize("NFC", _BREAKS.sub("\n", text)).strip()


def data_written(action: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The same for every text of an action's data; breaks in a line, as in a cell of Excel, become blanks."""
    lines = _lines(action)
    return {
        key: _LINE_ENDS.sub(" ", written(value)) if key in lines and isinstance(value, str) else _written(value)
        for key, value in data.items()
    }


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return written(value)
    if isinstance(value, Mapping):
        return {key: _written(inner) for key, inner in value.items()}
    return [_written(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def _lines(action: str) -> frozenset[str]:
    return LINES.get(action, frozenset()) | NAMES


def unseen(text: str) -> str:
    """The first invisible character, as U+0001: control, change of direction, lone surrogate; '' for none.

    Line feed, tab and the breaks that `written` turns into line feeds are not invisible.
    """
    if text.isprintable():  # as most texts are: quicker than the search
        return ""
    sign = _UNSEEN.search(text)
    return f"U+{ord(sign[0]):04X}" if sign else ""


def number_typed(text: str, most: int) -> int | None:
    """The number that decimal digits write, up to `most`; None for all else, however long it is."""
    return int(text) if text.isdecimal() and len(text) <= len(str(most)) and int(text) <= most else None


def unfit(action: str, data: Mapping[str, Any]) -> Refused | None:
    """Why the texts of an action's data, once `written`, cannot be taken; None when they can."""
    lines = _lines(action)
    return next(filter(None, (_unfit(key, text, key in lines) for key, text in _texts(data))), None)


def _unfit(key: str, text: str, line: bool) -> Refused | None:
    if character := unseen(text):
        return Refused("unseen_character", key=Label(key), character=Label(character))
    if line:
        return unfit_line(key, text, f"data.{key}")
    too_long = len(text) > TEXT
    return Refused("text_too_long", key=Label(key), length=len(text), most=TEXT) if too_long else None


def unfit_line(key: str, text: str, where: str = "") -> Refused | None:
    """Why the text cannot be taken as the one line that `key` is, by `where` in the request; None when it can."""
    if character := unseen(text):
        return Refused("unseen_character", key=Label(key), character=Label(character))
    if len(text) > NAME:
        return Refused("name_too_long", key=Label(where or key), length=len(text), most=NAME)
    return Refused("line_broken", key=Label(key)) if "\n" in written(text) else None


def _texts(data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in the data, also in nested lists, by its top key."""
    for key, value in data.items():
        yield "data", str(key)
        yield from ((str(key), text) for text in _inside(value))


def _inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield str(key)
            yield from _inside(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _inside(inner)
