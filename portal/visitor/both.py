"""Texts that the register keeps in both languages at once, as a visitor reads them."""

import re

from portal.visitor.languages import LANGUAGE, say
from portal.visitor.refusals import sentence
from states.reasons import Refused
from states.vocabulary import LimitKey

_ENGLISH = re.compile(r"(?<=[\u4e00-\u9fff\uff00-\uffef])\s+[A-Za-z][^\u4e00-\u9fff\uff00-\uffef]*\Z")
_LIMIT = re.compile(r"\b[a-z_]+_by\b")
_INFERRED = re.compile(r"inferred(?: from|:)\s*")


def chinese_of(text: str) -> str:
    """"Chinese English" without its English and with limits by their names; in English the whole text."""
    if LANGUAGE.get() == "en":
        return text
    return _LIMIT.sub(lambda match: LimitKey.name_of(match.group()), _ENGLISH.sub("", text))


def fault_of(place: str, what: Refused) -> str:
    """What is wrong with a chain or a seal, and where."""
    return say("%(who)s：%(what)s", who=place_of(place), what=sentence(what))


def place_of(place: str) -> str:
    """Where in a chain or among the seals."""
    for kind, words in (("event ", "第 %(n)s 个事件"), ("seal ", "第 %(n)s 次封存")):
        if place.startswith(kind):
            return say(words, n=place.removeprefix(kind))
    return place


def basis(source: str) -> str:
    """On what a rule rests: the article, or from what it was inferred (推定)."""
    inferred = _INFERRED.match(source)
    if inferred is None or LANGUAGE.get() == "en":
        return chinese_of(source)
    return say("推定：%(what)s", what=source[inferred.end() :])
