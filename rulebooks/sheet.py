"""A rulebook as tables for lawyers: its limits, its problems, the differences between two."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic import JsonValue

from rulebooks.due import WORDS, Roll, Unit
from rulebooks.library import Library
from rulebooks.limits import INFERRED, Limit, Sourced, Term
from rulebooks.rule_files import RulebookError
from rulebooks.schema import Rulebook
from rulebooks.sections import QualityRung, Rung
from rulebooks.sentences import Reason

HOUSE_ZH, HOUSE_EN = "本系统默认，无条文", "house rule"
HOUSE = f"{HOUSE_ZH} {HOUSE_EN}"


@dataclass(frozen=True)
class TermRow:
    """One term of one limit; a limit with an again, a complex track or readings has several."""

    key: str
    title: str
    starts: tuple[str, ...]
    meets: tuple[str, ...]
    term: str
    roll: str
    source: str
    inferred: bool
    says: str
    grounds: str = ""
    """Of a term by a text: what of it was inferred, and from what."""

    @property
    def marked(self) -> bool:
        return self.inferred or bool(self.grounds)


@dataclass(frozen=True)
class Rule:
    """One value of a section other than the limits."""

    section: str
    key: str
    value: JsonValue
    source: str
    says: str


@dataclass(frozen=True)
class Difference:
    """One rule that differs; None where that rulebook has no such rule."""

    key: str
    before: JsonValue
    after: JsonValue


def check(path_or_name: str, library: Library | None = None) -> list[Reason]:
    """Every problem of a rulebook, each with file and key; empty when it is sound."""
    try:
        (library or Library()).get(path_or_name)
    except RulebookError as error:
        return list(error.faults)
    return []


def in_words(term: Term) -> str:
    if term.is_own:
        return "承诺的日期"
    return str(term.amount) if term.unit is Unit.DATE else f"{term.amount}{WORDS[term.unit]}"


def term_rows(rulebook: Rulebook) -> list[TermRow]:
    rows = (row for key, limit in rulebook.limits.items() for row in _rows_of(key, limit))
    return [replace(row, grounds=_grounds(rulebook, row)) for row in rows]


def _grounds(rulebook: Rulebook, row: TermRow) -> str:
    marks = rulebook.inferred.items()
    return "；".join(why for key, why in marks if key.rpartition(".")[0] == f"limits.{row.key}")


def inferred_keys(rulebook: Rulebook) -> list[str]:
    """What no text gives: the marked values, the terms, and the sections with an inferred value."""
    terms = (f"limits.{row.key}" for row in term_rows(rulebook) if row.inferred)
    rules = (rule.section for rule in sections(rulebook) if rule.source.startswith(INFERRED))
    beside = (name for name in rules if not name.startswith("limits."))
    return list(dict.fromkeys((*rulebook.inferred, *terms, *beside)))


def sections(rulebook: Rulebook) -> list[Rule]:
    """Every value besides the limits' terms: what the text gives, the house's defaults, and as None what is absent."""
    rules = [rule for key, limit in rulebook.limits.items() for rule in _beside_the_term(key, limit)]
    for name in type(rulebook).model_fields:
        if name in NO_SECTION:
            continue
        value = getattr(rulebook, name)
        if isinstance(value, tuple):
            written = name in rulebook.model_fields_set
            rules += [_of_ladder(name, rung, written) for rung in value]
        elif isinstance(value, Sourced):
            section = value.model_dump(mode="json", exclude={"source", "says", "articles"})
            leaves = [(key, leaf) for key, leaf in _leaves("", section) if not key.endswith((".source", ".says"))]
            rules += [_rule(name, value, key, leaf, name in rulebook.model_fields_set) for key, leaf in leaves]
        else:
            rules.append(Rule(name, "", value if value is None else str(value.id), HOUSE, ""))
    return [_marked(rule, rulebook.inferred.get(f"{rule.section}.{rule.key}")) for rule in rules]


def _marked(rule: Rule, why: str | None) -> Rule:
    return replace(rule, source=f"{INFERRED}: {why}") if why else rule


NO_SECTION = ("name", "title", "level", "jurisdiction", "machine", "extends", "in_force", "zone", "limits", "inferred")
TERM = {"title", "starts", "meets", "amount", "unit", "roll", "source", "says", "complex", "again", "readings"}
"""What `rows` tells of a limit."""


def _beside_the_term(key: str, limit: Limit) -> Iterator[Rule]:
    for name, value in _leaves("", limit.model_dump(mode="json", exclude=TERM)):
        written = name.partition(".")[0] in limit.model_fields_set
        yield Rule(f"limits.{key}", name, value, limit.source if written else HOUSE, "")


def _rule(name: str, section: Sourced, key: str, leaf: JsonValue, written: bool) -> Rule:
    """A value that the file does not set is marked as a default, not attributed to the text."""
    top = key.partition(".")[0]
    if written and top in section.model_fields_set:
        articles: dict[str, str] = getattr(section, "articles", {})
        return Rule(name, key, leaf, articles.get(top, section.source), section.says)
    return Rule(name, key, leaf, HOUSE, "")


def _of_ladder(name: str, rung: Rung | QualityRung, written: bool) -> Rule:
    sentence = _rung(rung) if isinstance(rung, Rung) else _quality(rung)
    source = rung.source if written or rung.inferred else f"{INFERRED}: {rung.source}"
    return Rule(name, rung.level, sentence, source, rung.says)


def _quality(rung: QualityRung) -> str:
    when = f"第{rung.dissatisfied}次不满意" + ("，或者重复提出的首次不满意" if rung.repeated else "")
    does = "，提出重点督办" if rung.proposes else ""
    return f"{rung.title}（{when}{does}）→ {'、'.join(rung.tells)}"


def _rung(rung: Rung) -> str:
    days = f"{rung.offset:+d}{WORDS[Unit.WORKING_DAYS if rung.offset_working_days else Unit.DAYS]}"
    unless = {"explained": "，已说明的除外", "rectified": "，已改正的除外", None: ""}[rung.unless]
    return f"{rung.title}（{days}{unless}）→ {'、'.join(rung.tells)}"


def diff(before: Rulebook, after: Rulebook) -> list[Difference]:
    """The rules that differ, one entry a rule (`limits.reply_by.amount`), in the order of the schema."""
    old, new = _flat(before), _flat(after)
    keys = [*old, *(key for key in new if key not in old)]
    return [Difference(key, old.get(key), new.get(key)) for key in keys if old.get(key) != new.get(key)]


def _rows_of(key: str, limit: Limit) -> Iterator[TermRow]:
    yield _row(key, limit, limit, limit.title, limit.starts)
    if limit.complex:
        yield _row(f"{key}.complex", limit, limit.complex, f"{limit.title}（复杂件）", limit.starts)
    if limit.again:
        yield _row(f"{key}.again", limit, limit.again, f"{limit.title}（重提）", limit.again_starts)
    for number, reading in enumerate(limit.readings, start=1):
        where, title = f"{key}.readings.{number}", f"{limit.title}（另一读法）"
        yield _row(where, limit, reading, title, reading.starts)
        if reading.complex:
            title = f"{limit.title}（另一读法，复杂件）"
            yield _row(f"{where}.complex", limit, reading.complex, title, reading.starts)


def _row(key: str, limit: Limit, term: Term, title: str, starts: tuple[str, ...]) -> TermRow:
    roll = "顺延至下一工作日" if term.roll is Roll.NEXT_WORKING_DAY else ""
    return TermRow(key, title, starts, limit.meets, in_words(term), roll, term.source, term.inferred, term.says)


def _flat(rulebook: Rulebook) -> dict[str, JsonValue]:
    return dict(_leaves("", rulebook.model_dump(mode="json", exclude_none=True, exclude={"inferred"})))


def _leaves(path: str, value: JsonValue) -> Iterator[tuple[str, JsonValue]]:
    """Tables are opened; lists of tables by number from 1; any other list is one value, an empty one none."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}" if path else key, inner)
    elif isinstance(value, list) and all(isinstance(inner, dict) for inner in value):
        for number, inner in enumerate(value, start=1):
            yield from _leaves(f"{path}.{number}", inner)
    else:
        yield path, value
