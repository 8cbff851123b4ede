"""The catalogue of refusals: each with its code, its facts and its sentence in both languages."""

from rulebooks.sentences import Fact, Given, Id, Label, Row, Worded
from states.reasons.fact_types import (
    NO_REGION,
    NO_UNIT,
    NOBODY,
    action_named,
    case_kind,
    choices,
    ids,
    labels,
    named,
    ranks_named,
    sent_id,
)
from states.reasons.plain import from_plain, plain, result_from_plain
from states.reasons.refused import REASONS, Refused

__all__ = [
    "NOBODY",
    "NO_REGION",
    "NO_UNIT",
    "REASONS",
    "Fact",
    "Given",
    "Id",
    "Label",
    "Refused",
    "Row",
    "Worded",
    "action_named",
    "case_kind",
    "choices",
    "from_plain",
    "ids",
    "labels",
    "named",
    "plain",
    "ranks_named",
    "result_from_plain",
    "sent_id",
]
