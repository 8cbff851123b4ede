"""Citizens' opinions in figures: answered in time, satisfied, and what became of them; from the events alone."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from states.reasons import Label, Refused, labels
from states.vocabulary import Becomes, Satisfaction
from storage.register import Register
from storage.statistics.facts import EventFacts
from storage.statistics.figures import percent
from storage.statistics.reading import EVERYWHERE, stories
from storage.statistics.rules import Rate, StatisticsError, require_past
from storage.visible import Scope


@dataclass(slots=True)
class OpinionFacts:
    """One opinion. `in_time`: its answer met every limit that it met on or before the last day."""

    region: str = ""
    place: str = ""
    year: str = ""
    unit: str = ""
    routed: bool = False
    answered: bool = False
    answered_on: date = date.min
    due: dict[str, date] = field(default_factory=dict)
    in_time: bool = False
    rating: str = ""
    became: str = ""


@dataclass(frozen=True)
class OpinionFigure:
    key: str
    name: str
    english: str
    formula: str
    words: str
    origin: str
    part: Callable[[OpinionFacts], bool]
    base: Callable[[OpinionFacts], bool]


def _all(_: OpinionFacts) -> bool:
    return True


OPINION_FIGURES = (
    OpinionFigure("responded", "响应率", "responded in time", "期限内答复 ÷ 已转交",
                  "answered in time / routed", "R, I",
                  lambda opinion: opinion.routed and opinion.in_time, lambda opinion: opinion.routed),
    OpinionFigure("answered", "意见答复率", "answered", "已答复 ÷ 意见", "answered / opinions", "I",
                  lambda opinion: opinion.answered, _all),
    OpinionFigure("rated", "评价率", "rated", "群众评价过的 ÷ 已答复", "rated by the citizen / answered", "I",
                  lambda opinion: opinion.answered and opinion.rating != "", lambda opinion: opinion.answered),
    OpinionFigure("satisfied", "群众满意率", "citizens satisfied", "满意 ÷ 评价过的", "satisfied / rated", "R, I",
                  lambda opinion: opinion.rating == Satisfaction.SATISFIED, lambda opinion: opinion.rating != ""),
    OpinionFigure("to_suggestion", "转为代表建议", "became suggestions", "转为代表建议 ÷ 意见",
                  "became a suggestion / opinions", "S1", lambda opinion: opinion.became == Becomes.SUGGESTION, _all),
    OpinionFigure("to_project", "转为民生实事", "became projects", "转为民生实事 ÷ 意见",
                  "became a project / opinions", "S1", lambda opinion: opinion.became == Becomes.PROJECT, _all),
    OpinionFigure("to_law", "转为立法建议", "became law proposals", "转为立法建议 ÷ 意见",
                  "became a proposal of law / opinions", "S1", lambda opinion: opinion.became == Becomes.LAW, _all),
)  # fmt: skip
"""解决率 by call-back is not here: no event says what a call-back found."""

OPINION_GROUPINGS: dict[str, Callable[[OpinionFacts], str]] = {
    "region": lambda opinion: opinion.region,
    "place": lambda opinion: opinion.place,
    "unit": lambda opinion: opinion.unit,
    "year": lambda opinion: opinion.year,
}

NAMES = (
    "opinion.recorded", "opinion.routed", "opinion.answered", "opinion.answered_on_site", "opinion.rated",
    "opinion.promoted", "opinion.region_set", "limit.moved",
)  # fmt: skip


def count_opinions(
    register: Register, on: date, by: str = "region", scope: Scope = EVERYWHERE, *, at: datetime
) -> dict[str, tuple[Rate, ...]]:
    """The figures of each group, of the facts dated up to the civil day `on` as known at `at`; '' are all."""
    require_past(on, at)
    of = OPINION_GROUPINGS.get(by)
    if of is None:
        raise StatisticsError(Refused("no_such_grouping", given=Label(by), known=labels(OPINION_GROUPINGS)))
    sums: dict[str, list[list[int]]] = {"": [[0, 0] for _ in OPINION_FIGURES]}
    for _, events in stories(register, on, scope, "opinion", NAMES):
        opinion = reduced(events)
        for key in dict.fromkeys(("", of(opinion))):
            counted = sums.setdefault(key, [[0, 0] for _ in OPINION_FIGURES])
            for pair, figure in zip(counted, OPINION_FIGURES, strict=True):
                pair[0] += figure.part(opinion)
                pair[1] += figure.base(opinion)
    return {key: tuple(map(_rate, OPINION_FIGURES, counted)) for key, counted in sorted(sums.items())}


def reduced(events: Iterable[EventFacts]) -> OpinionFacts:
    opinion = OpinionFacts()
    for event in events:
        data = event.data
        if event.name == "opinion.recorded":
            opinion.region, opinion.place = str(data.get("region") or ""), str(data.get("place") or "")
            opinion.year = str(event.on.year)
        elif event.name == "opinion.region_set":
            opinion.region = str(data["region"])
        elif event.name == "opinion.routed":
            opinion.routed, opinion.unit = True, str(data.get("unit") or "")
        elif event.name in ("opinion.answered", "opinion.answered_on_site"):
            met = [note for note in data.get("limits") or () if note["did"] == "met"]
            opinion.answered, opinion.answered_on = True, event.on
            opinion.due = {note["key"]: date.fromisoformat(note["last_day"]) for note in met}
        elif event.name == "limit.moved":  # the past calendar was corrected
            if data["key"] in opinion.due:
                opinion.due[data["key"]] = date.fromisoformat(data["last_day"])
        elif event.name == "opinion.rated":
            opinion.rating = str(data.get("rating") or "")
        else:
            opinion.became = str(data.get("kind") or "")
    opinion.in_time = opinion.answered and all(opinion.answered_on <= day for day in opinion.due.values())
    return opinion


def _rate(figure: OpinionFigure, pair: list[int]) -> Rate:
    return Rate(
        figure.key, figure.name, figure.english, pair[0], pair[1], percent(*pair), figure.formula, figure.words,
        figure.origin,
    )  # fmt: skip
