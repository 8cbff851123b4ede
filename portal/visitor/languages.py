"""Translation to the visitor's language: Chinese as written, English by the gettext catalogue.

The message ids are the Chinese words themselves. Messages are plain text and never hold markup.
"""

from ast import literal_eval
from collections.abc import Mapping
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

from markupsafe import escape

from states.process_files import PROCESS_FILES
from states.reasons import Worded
from states.sheets import SHEETS
from states.sheets.judging import INSPECTED
from states.sheets.tables import TABLES, TITLES
from states.vocabulary import Level, Named, State
from states.words import ACTIONS, EFFECT_EVENTS

LANGUAGES = {"zh": "zh-CN", "en": "en"}
"""The languages by cookie value, with the tag that `<html lang>` carries."""

LANGUAGE: ContextVar[str] = ContextVar("LANGUAGE", default="zh")
"""The language of the request that is being answered; set at the door from the visitor's cookie."""

ASKED: ContextVar[str] = ContextVar("ASKED", default="zh")
"""The language that the request's Accept-Language asks for: a program has no cookie."""

IN = "\x04"
"""Stands between context and text, as gettext has it."""

ENGLISH = Path(__file__).parents[1] / "locale" / "en" / "LC_MESSAGES" / "duban.po"


def say(text: str, context: str = "", /, **values: object) -> str:
    """The text in the visitor's language, with `values` for its %(name)s; without values a % stands for itself.

    `context` (state, action, event, level) chooses among what one Chinese word means; without an entry of its own the
    plain one holds.
    A value that is markup stays markup, and then the rest is escaped; a text without an entry is said in Chinese.
    """
    translated = text
    if LANGUAGE.get() == "en":
        catalogue = english()
        translated = catalogue.get(f"{context}{IN}{text}") or catalogue.get(text, text)
    if not values:
        return translated
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(translated) % values
    return translated % values


def level_name(level: str) -> str:
    """A rung of a ladder, as the visitor calls it; '' for none."""
    return say(Level.word_of(level), "level")


def worded(text: str, context: str = "") -> Worded:
    """The text with its English, for output in both languages."""
    catalogue = english()
    return Worded(catalogue.get(f"{context}{IN}{text}") or catalogue.get(text, text), text)


def language_tag() -> str:
    """The language of the page, as `<html lang>` names it."""
    return LANGUAGES[LANGUAGE.get()]


@lru_cache(maxsize=1)
def english() -> Mapping[str, str]:
    """The English of each Chinese message: of the rules' words, and of what the portal says beside them."""
    from_tables = {**states(), **happenings(), **levels(), **vocabulary(), **sheets()}
    return {**from_tables, **read_po(ENGLISH.read_text(encoding="utf-8"))}


def states() -> dict[str, str]:
    """The English of the machines' states by their Chinese, which an act may have, too."""
    names = {state.zh: state.en for machine in State.__subclasses__() for state in machine}
    filed = [state for process in PROCESS_FILES.values() for state in process.states.values()]
    names |= {state.title: state.en for state in filed if state.en}
    return {**names, **{f"state{IN}{zh}": en for zh, en in names.items()}}


def happenings() -> dict[str, str]:
    """The English of actions and events by their Chinese."""
    events = {words.zh: words.en for words in EFFECT_EVENTS.values()}
    plain = {words.zh: words.en for words in ACTIONS.values()}
    done = {words.zh: words.done or words.en for words in ACTIONS.values()}
    return {
        **events,
        **plain,
        **{f"action{IN}{zh}": en for zh, en in plain.items()},
        **{f"event{IN}{zh}": en for zh, en in (events | done).items()},
    }


def levels() -> dict[str, str]:
    """The English of the words for the rungs of a ladder, which are also said of other things."""
    return {f"level{IN}{level.word}": level.word_en for level in Level}


def vocabulary() -> dict[str, str]:
    """The English of the values of closed sets by their Chinese; values of one Chinese have one English."""
    values = [*Level, *(value for kind in Named.__subclasses__() for value in kind)]
    return {value.zh: value.en for value in values if value.zh}


def sheets() -> dict[str, str]:
    """The English of sheets and tables by its Chinese: labels, help, blank options."""
    fields = [INSPECTED, *(field for sheet in (*SHEETS.values(), *TABLES.values()) for field in sheet)]
    pairs = {words for field in fields for words in (field.label, field.hint, field.empty) if words}
    return dict([*pairs, *TITLES.values()])


def read_po(text: str) -> dict[str, str]:
    """The messages of a gettext catalogue by id (`context` + IN + id where there is one), without its head.

    Raises ValueError when a line is not understood or an id comes twice. There are no plurals here.
    """
    entries: list[dict[str, str]] = []
    part = ""
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word in ("msgctxt", "msgid", "msgstr"):
            if word == "msgctxt" or (word == "msgid" and part != "msgctxt"):
                entries.append({})
            part, line = word, rest
        if not (line.startswith('"') and entries):
            raise ValueError(
                f"line {number}: expected msgctxt, msgid, msgstr or a quoted text, found {line!r}"
            )
        entries[-1][part] = entries[-1].get(part, "") + literal_eval(line)
    messages: dict[str, str] = {}
    for entry in entries:
        key = f"{entry['msgctxt']}{IN}{entry['msgid']}" if "msgctxt" in entry else entry["msgid"]
        if key in messages:
            raise ValueError(f"msgid {key!r} comes twice")
        messages[key] = entry.get("msgstr", "")
    return {key: message for key, message in messages.items() if key and message}
