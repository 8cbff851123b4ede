"""What a rulebook says about figures: another formula for a rate, and the weights of a unit's score."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from rulebooks import Rulebook, civil_day
from states.reasons import Label, Refused, labels
from states.vocabulary import CONTENT, ReplyClass, Satisfaction
from storage.errors import RefusedByRule
from storage.statistics.figures import BY_KEY, BY_NAME, Figure, percent
from storage.statistics.tally import Tally


class StatisticsError(RefusedByRule):
    """What was asked of the figures cannot be counted."""


def require_past(on: date, at: datetime) -> None:
    """Raises StatisticsError where the day up to which facts are counted has not come yet at `at`."""
    if on > civil_day(at):
        raise StatisticsError(Refused("last_day_ahead", day=on, today=civil_day(at)))


VALUES_OF = {
    "satisfied": (Satisfaction.SATISFIED,),
    "basically_satisfied": (Satisfaction.BASICALLY_SATISFIED,),
    "dissatisfied": (Satisfaction.DISSATISFIED,),
    "content": CONTENT,
}
"""What `value` stands for in a rulebook's formula of each of these figures."""

FAMILY = {"满意率": tuple(VALUES_OF)}
"""A rulebook's base of 满意率 holds for the whole distribution."""

VARIANTS = Label("statistics.variants")
FORMS = labels(("(CLASS + CLASS) / BASE", "value / BASE"))
BASES = {"N": "件数", "replied": "已答复", "returned": "收回评价的"}

INDICATORS = {
    "participation": "face_to_face",
    "timeliness": "replied_in_time",
    "completeness": "complete",
    "effect": "truly_resolved",
    "satisfaction": "content",
}
"""参与、及时、全面、实效: the rate by which each dimension of a unit's score is measured. Inferred: no text says it.

A rulebook may weigh any figure by its own key beside these.
"""

_FORMULA = re.compile(r"^\(?([^()/]+?)\)?\s*/\s*(\w+)$")


@dataclass(frozen=True)
class Rate:
    """A figure counted: `percent` is "–" where nothing is in the base, and '' for a plain count."""

    key: str
    name: str
    english: str
    numerator: int
    denominator: int | None
    percent: str
    formula: str
    words: str
    origin: str


@dataclass(frozen=True)
class Share:
    """One indicator's part in a score: `weight` × its rate, in the sum over those with a base."""

    name: str
    weight: int
    rate: Rate


@dataclass(frozen=True)
class Score:
    """单位综合得分: Σ weight × rate ÷ Σ weight over the indicators that have a base, of 100; "–" where none has."""

    points: str
    shares: tuple[Share, ...]


def rates(tally: Tally, rulebook: Rulebook | None) -> tuple[Rate, ...]:
    """Every figure of a group, by the rulebook's formulas where it gives one."""
    variants = _variants(rulebook)
    return tuple(
        _varied(figure, tally, variants[figure.key], rulebook)
        if figure.key in variants
        else _rate(figure, *tally.sums[figure.key])
        for figure in BY_KEY.values()
    )


def _rate(figure: Figure, part: int, base: int, formula: str = "", words: str = "") -> Rate:
    counted = figure.base is None
    return Rate(
        figure.key, figure.name, figure.english, part, None if counted else base,
        "" if counted else percent(part, base), formula or figure.formula, words or figure.words, figure.origin,
    )  # fmt: skip


def _variants(rulebook: Rulebook | None) -> dict[str, str]:
    """Key of a figure -> the rulebook's formula for it."""
    formulas: dict[str, str] = {}
    section = rulebook.statistics if rulebook else None
    for name, formula in (section.variants if section else {}).items():
        figure = BY_NAME.get(name)
        if figure is None or not figure.rules:
            names = labels(label for label, figure in BY_NAME.items() if figure.rules)
            raise StatisticsError(Refused("variant_of_nothing", key=VARIANTS, name=Label(name), known=names))
        for key in FAMILY.get(name, (figure.key,)):
            formulas[key] = formula
    return formulas


def _varied(figure: Figure, tally: Tally, formula: str, rulebook: Rulebook | None) -> Rate:
    match = _FORMULA.match(formula.strip())
    if match is None or match[2] not in BASES:
        key = Label(f"{VARIANTS}.{figure.name}")
        raise StatisticsError(
            Refused("variant_unread", key=key, formula=Label(formula), forms=FORMS, bases=labels(BASES))
        )
    base = {"N": tally.n, "replied": tally.replied, "returned": sum(tally.values.values())}[match[2]]
    if match[1].strip() == "value":
        values = VALUES_OF.get(figure.key, ())
        part = sum(tally.values[value] for value in values)
        return _rate(figure, part, base, _worded(figure.formula, match[2]), f"{figure.key} / {match[2]}")
    classes = _classes(figure, match[1], rulebook)
    part = sum(tally.answered[reply_class] for reply_class in classes)
    named = " + ".join(ReplyClass.name_of(reply_class) for reply_class in classes)
    named = f"（{named}）" if len(classes) > 1 else f"{named} "
    return _rate(figure, part, base, f"{named}÷ {BASES[match[2]]}", formula)


def _worded(formula: str, base: str) -> str:
    """The figure's own words over the base that the rulebook chose."""
    return f"{formula.partition('÷')[0]}÷ {BASES[base]}"


def _classes(figure: Figure, terms: str, rulebook: Rulebook | None) -> tuple[str, ...]:
    """Canonical classes named in full or by their beginning, or by the rulebook's letters."""
    classes: list[str] = []
    for term in (word.strip() for word in terms.split("+")):
        lettered = [str(reply_class) for reply_class, grade in _grades(rulebook).items() if grade == term]
        named = lettered or [reply_class for reply_class in ReplyClass.values() if reply_class == term] or [
            reply_class for reply_class in ReplyClass.values() if reply_class.startswith(f"{term}_")
        ]
        if not named:
            key = Label(f"{VARIANTS}.{figure.name}")
            raise StatisticsError(Refused("variant_no_class", key=key, name=Label(term), known=labels(ReplyClass)))
        classes += named
    return tuple(dict.fromkeys(classes))


def _grades(rulebook: Rulebook | None) -> Mapping[str, str]:
    section = rulebook.classes if rulebook else None
    return {str(class_): grade.letter for class_, grade in section.map.items() if grade.letter} if section else {}


def grades(rulebook: Rulebook | None) -> Mapping[str, tuple[str, str]]:
    """For each class that the rulebook names: its letter, which may be empty, and its text."""
    section = rulebook.classes if rulebook else None
    return {str(class_): (grade.letter, grade.text) for class_, grade in section.map.items()} if section else {}


def score(counted: tuple[Rate, ...], rulebook: Rulebook | None) -> Score | None:
    """The group's score by the rulebook's weights; None where it gives none.

    Effect never weighs less than satisfaction: 青岛(2021) 第三十一条, 落实率 and 满意率.
    """
    section = rulebook.weights if rulebook else None
    if section is None:
        return None
    weights = section.weights
    if weights.get("satisfaction", 0) > weights.get("effect", 0):
        raise StatisticsError(Refused("effect_outweighed"))
    by_key = {rate.key: rate for rate in counted if rate.denominator is not None}
    shares = []
    for name, weight in weights.items():
        rate = by_key.get(INDICATORS.get(name, name))
        if rate is None:
            names = labels((*INDICATORS, *by_key))
            raise StatisticsError(
                Refused("weight_of_nothing", key=Label("weights.weights"), name=Label(name), known=names)
            )
        shares.append(Share(name, weight, rate))
    based = [share for share in shares if share.rate.denominator and share.weight]
    total = sum(share.weight for share in based)
    parts = (share.weight * Fraction(share.rate.numerator, share.rate.denominator or 1) for share in based)
    sum_ = sum(parts, Fraction())
    points = percent(sum_.numerator, sum_.denominator * total) if total else "–"
    return Score(points, tuple(shares))
