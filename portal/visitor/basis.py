"""The legal basis of a rule, as a visitor reads it."""

from portal.visitor.languages import LANGUAGE, say
from rulebooks.sheet import HOUSE, HOUSE_EN, HOUSE_ZH, TermRow

INFERRED = ("inferred from ", "inferred:")
"""How the source of a rulebook's section begins where no article says it."""


def basis(source: str) -> str:
    """The article, or the grounds of an inference (推定); in Chinese without grounds that exist in English only."""
    if source == HOUSE:
        return HOUSE_EN if LANGUAGE.get() == "en" else HOUSE_ZH
    mark = next((mark for mark in INFERRED if source.startswith(mark)), "")
    if not mark or LANGUAGE.get() == "en":
        return source
    grounds = source.removeprefix(mark).lstrip()
    return say("推定") if grounds.isascii() else say("推定：%(what)s", what=grounds)


def basis_of(row: TermRow) -> str:
    """The basis of a term, and what of it was inferred beside the article."""
    text = basis(row.source)
    return text + say("；") + say("推定：%(what)s", what=row.grounds) if row.grounds else text
