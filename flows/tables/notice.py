"""A small TOML file: a notice, a printed table."""

import codecs
import re
import tomllib
from datetime import datetime, time
from typing import IO, Any

from flows.tables.cells import Unreadable

_PLACE = re.compile(r"line (\d+), column (\d+)")
"""Where the reader of TOML stopped, of which its exceptions carry a sentence alone."""


def read_toml(file: IO[bytes]) -> Any:
    """The file's data, from UTF-8 or GB18030, with days as ISO text. Raises Unreadable."""
    try:
        return _plain(tomllib.loads(_decoded(file.read()).replace("\r\n", "\n")))
    except (ValueError, RecursionError) as error:
        why = str(error)[:200]
        if place := _PLACE.search(why):
            raise Unreadable("no_toml_at", why=why, line=int(place[1]), column=int(place[2])) from None
        raise Unreadable("no_toml", why=why) from None


def _decoded(content: bytes) -> str:
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("gb18030")


def _plain(value: Any) -> Any:
    """As JSON has it; a midnight without a zone is its day."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, datetime) and value.tzinfo is None and value.time() == time():
        return value.date()
    return value
