"""Refusals in the reader's language."""

from flows.records import TableFault
from portal.visitor.languages import ASKED, LANGUAGE, say
from rulebooks.sentences import NO_NAMES, Names, Reason
from storage import COLUMNS, ImportRefused


def sentence(reason: Reason | None, names: Names = NO_NAMES) -> str:
    """A refusal, or what a job did, in the visitor's language; '' where nothing was refused.

    `names` are the names of the ids that the rules speak of: cases, their parts, units, people.
    """
    return _in(LANGUAGE.get(), reason, names)


def sentence_for_program(reason: Reason | None) -> str:
    """The same in the language that a program asked for; ids stay as they are."""
    return _in(ASKED.get(), reason, NO_NAMES)


def _in(language: str, reason: Reason | None, names: Names) -> str:
    if reason is None:
        return ""
    return reason.english(names, notes=False) if language == "en" else reason.chinese(names)


def of_file(refusal: Exception) -> str:
    """Why a file was refused, in the visitor's language."""
    return str(refusal) if LANGUAGE.get() == "en" else str(getattr(refusal, "chinese", refusal))


def fault_words(fault: TableFault) -> str:
    """A fault of a table, or why a part of it is not read, in the visitor's language."""
    return fault.english if LANGUAGE.get() == "en" else fault.chinese


def refused_rows(refusal: ImportRefused) -> list[str]:
    """Why rows were refused, in the visitor's language; in Chinese each begins with the name of its column."""
    if LANGUAGE.get() == "en":
        return [sentence(fault.why) for fault in refusal.faults]
    names = {column: chinese for kind in COLUMNS.values() for column, chinese in kind.items()}
    return [
        say("%(who)s：%(what)s", who=names[fault.column], what=sentence(fault.why))
        if fault.column in names
        else sentence(fault.why)
        for fault in refusal.faults
    ]
