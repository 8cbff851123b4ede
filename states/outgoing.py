"""Outgoing text: on one line for logs, and as the name of a file."""

import re

from states.texts import written

FILE_NAME = 200
"""Most characters of a file's name."""
KEPT = "\u3000\u200c\u200d"
"""The Chinese blank, and what joins the parts of one sign: shown, though Python calls them not printable."""
_NOT_IN_NAMES = re.compile('[<>:"|?*]')
_PATH = re.compile(r"[/\\]")


def on_one_line(text: str) -> str:
    """The text with `�` for every line break and invisible character, so that it cannot begin an entry of its own."""
    return _shown(text, KEPT)


def on_terminal(text: str) -> str:
    """The text with `�` for everything invisible but line feeds and tabs, so that it gives a terminal no command."""
    return _shown(text, f"{KEPT}\n\t")


def _shown(text: str, kept: str) -> str:
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in kept else "�" for sign in text)


def file_name(text: str) -> str:
    """The last part of a path as the name of a file that every system can hold; `file` where nothing is left of it."""
    plain = _NOT_IN_NAMES.sub("_", on_one_line(_PATH.split(written(text))[-1])).replace("�", "_")
    stem, dot, end = plain.rpartition(".")
    short = f"{stem[: FILE_NAME - len(end) - 1]}.{end}" if dot and len(end) < 10 else plain[:FILE_NAME]
    return short.strip(" .") or "file"
