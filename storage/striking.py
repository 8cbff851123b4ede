"""Finding words in texts and striking them, by words or by the places where they once stood."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

MARK = "〔已删除〕"
"""What stands where words were struck."""

Spans = Mapping[str, list[list[int]]]
"""By path in a row, such as `data/title`: where words stood, as (begin, end) in the text before."""

NOTHING = "(?!)"
WIDE = ord("０") - ord("0")
BETWEEN = r"[ \u3000-]?"
"""What may stand between two digits, as people write telephone numbers."""


def pattern_of(words: Iterable[str]) -> re.Pattern[str]:
    """Matches each of the words, the longest first, in half or full width, capitals or not; nothing without words."""
    ways = [_way(word) for word in sorted(set(words), key=len, reverse=True) if word]
    return re.compile("|".join(ways) or NOTHING, re.IGNORECASE)


def _way(word: str) -> str:
    return "".join(
        (BETWEEN if number and (word[number - 1] + sign).isdigit() else "") + _sign(sign)
        for number, sign in enumerate(word)
    )


def _sign(sign: str) -> str:
    return f"[{re.escape(sign)}{chr(ord(sign) + WIDE)}]" if "!" <= sign <= "~" else re.escape(sign)


def spans_in(values: Mapping[str, Any], pattern: re.Pattern[str]) -> dict[str, list[list[int]]]:
    """Where the words stand in the texts of a row, also within JSON."""
    spans = {path: [[*match.span()] for match in pattern.finditer(text)] for path, text in _texts(values)}
    return {path: places for path, places in spans.items() if places}


def without(values: Mapping[str, Any], spans: Spans) -> dict[str, Any]:
    """The values of a row without what stands at these places."""
    return {name: _without(value, name, spans) for name, value in values.items()}


def _texts(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
    for name, inner in _inside(value):
        yield from _texts(inner, f"{path}/{name}" if path else name)


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, Mapping):
        return [(str(name), inner) for name, inner in value.items()]
    return [(str(number), inner) for number, inner in enumerate(value)] if isinstance(value, list) else []


def _without(value: Any, path: str, spans: Spans) -> Any:
    if isinstance(value, Mapping):
        return {name: _without(inner, f"{path}/{name}", spans) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without(inner, f"{path}/{number}", spans) for number, inner in enumerate(value)]
    return cut(value, spans.get(path, [])) if isinstance(value, str) else value


def cut(text: str, spans: Iterable[list[int]]) -> str:
    """The text with `MARK` at these places; they follow each other and do not overlap."""
    for begin, end in reversed(list(spans)):
        text = text[:begin] + MARK + text[end:]
    return text
