"""One time limit of a rulebook: what starts it, what meets it, how long, from which text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    StrictInt,
    StrictStr,
    ValidationInfo,
    model_validator,
)

from rulebooks.due import Roll, Unit, check_amount
from rulebooks.faults import FaultError, RuleFault, check_that, nearest
from rulebooks.sentences import Label
from rulebooks.vocabulary import TOP_LEVEL, Level, LimitKey, PartRole

OWN = "own"
"""The amount of `commitment_by`: the date that the commitment itself names."""

INFERRED = "inferred"

LIMIT_KEYS = LimitKey.values()
"""The limits that the handling of a suggestion knows; a rulebook of opinions names its own."""

_FACTS = {
    "suggestion": "submitted resubmitted revision_requested registered declined assigned reassigned"
    " draft_sent_to_deputy reply_delivered forms_sent evaluated_ok evaluated_dissatisfied"
    " dissatisfied_again evaluation_lapsed rehandle_ordered rehandle_declined published"
    " publication_exempted withdrawn",
    "assignment": "assigned reassigned rehandle_assigned receipted accepted return_requested"
    " return_granted return_refused replaced communicated opinion_sent opinion_rejected"
    " opinion_accepted"
    " extension_requested extension_granted extension_refused"
    " draft_sent consult_agreed consult_objected consult_lapsed signed delivered",
    "evaluator": "served evaluated lapsed",
    "commitment": "promised verified rescheduled cancelled",
    "opinion": "recorded routed answered_on_site answered relayed rated",
}

EVENTS = frozenset(f"{subject}.{fact}" for subject, facts in _FACTS.items() for fact in facts.split())
"""The events that may start, meet or pause a limit."""

Names = tuple[str, ...]
Text = Annotated[str, Field(min_length=1, pattern=r"\S")]
Count = Annotated[StrictInt, Field(ge=1)]


def one_of_levels(*levels: Level) -> AfterValidator:
    """A validator: only these levels."""
    def check(level: Level) -> Level:
        check_that(level in levels, "rule_level_of_others", known=tuple(map(Label, levels)))
        return level

    return AfterValidator(check)


Climbed = Annotated[Level, one_of_levels(*(level for level in Level if level.of_limits))]
"""A level that a limit, or a promise, climbs to."""


@dataclass(frozen=True)
class Before:
    """Marks a key that came after 0.1.0 with the value that the code had until then.

    A text that was kept without the key has this value, whatever the key's default is now; and a rulebook whose value
    it is has the digest that it had before the key was there.
    """

    value: Any


KEPT = "kept"
"""The context in which a kept text is validated."""


class Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _as_it_was(cls, data: Any, info: ValidationInfo) -> Any:
        if info.context != KEPT or not isinstance(data, dict):
            return data
        return {**cls.before(), **data}

    @classmethod
    def before(cls) -> dict[str, Any]:
        """The values of the marked keys before they were there."""
        return {
            name: mark.value
            for name, field in cls.model_fields.items()
            for mark in field.metadata
            if isinstance(mark, Before)
        }


def json_values(model: BaseModel) -> dict[str, Any]:
    """Every value as JSON has it, without the keys that have the value of before they were there."""
    values: dict[str, Any] = _without_new(model, model.model_dump(mode="json"))
    return values


def _without_new(value: Any, dumped: Any) -> Any:
    if isinstance(value, Strict):
        before = value.before()
        return {
            name: _without_new(getattr(value, name), inner)
            for name, inner in dumped.items()
            if name not in before or getattr(value, name) != before[name]
        }
    if isinstance(value, Mapping):
        pairs = zip(dumped.items(), value.values(), strict=True)
        return {name: _without_new(inner, after) for (name, after), inner in pairs}
    if isinstance(value, tuple):
        return [_without_new(*pair) for pair in zip(value, dumped, strict=True)]
    return dumped


class Sourced(Strict):
    source: Text
    """Short name of the text and article, or "inferred ..." with what it was inferred from."""
    says: str = ""
    """The rule in our own words."""

    @property
    def inferred(self) -> bool:
        return self.source.startswith(INFERRED)


class Term(Sourced):
    """How long: see `rulebooks.due.last_day` for how the units are counted."""

    amount: StrictInt | StrictStr
    unit: Unit
    roll: Roll = Roll.NONE

    @property
    def is_own(self) -> bool:
        """The last day is the date that the commitment itself names; nothing is counted."""
        return self.unit is Unit.DATE and self.amount == OWN

    @model_validator(mode="after")
    def _amount_suits_unit(self) -> Self:
        if not self.is_own:
            check_amount(self.amount, self.unit)
        return self


class Reading(Term):
    """A second reading of the start: of the readings that have started, the earlier last day holds."""

    starts: Names = Field(min_length=1)
    complex: Term | None = None


class Limit(Term):
    """A time limit. `starts`, `meets`, `pauses` name events (see `EVENTS`); a start event starts it anew."""

    title: Text
    subject: Literal["suggestion", "assignment", "commitment", "evaluator", "opinion"]
    owed_by: Literal["unit", "office", "dispatcher", "deputy"]
    roles: tuple[PartRole, ...] = ()
    """Of assignments only; empty = every role."""
    rounds: Literal["first", "again", "any"] = "any"
    in_session: StrictBool | None = None
    """Of suggestions only: made in session, between sessions, or (None) both."""
    starts: Names = Field(min_length=1)
    meets: Names = Field(min_length=1)
    pauses: Names = ()
    again: Term | None = None
    """The other term when one of `again_starts` starts it again within the round."""
    again_starts: Names = ()
    complex: Term | None = None
    """The other term on track COMPLEX."""
    readings: tuple[Reading, ...] = ()
    duty: StrictBool = True
    """False: a right that lapses after the last day, never overdue."""
    climbs_to: Climbed = TOP_LEVEL
    """The highest rung of the ladder this limit climbs; a choice of the house, no text speaks of it."""

    def term_for(self, event: str, complex: bool = False) -> Term | None:
        """The term that `event` starts: the main one, `again`, or a reading's; None when it starts none.

        `complex` is the track. A reading's term stands beside the main one: the earlier last day holds.
        """
        if event in self.again_starts:
            return self.again
        if event in self.starts:
            return self.complex if complex and self.complex else self
        for reading in self.readings:
            if event in reading.starts:
                return reading.complex if complex and reading.complex else reading
        return None

    @cached_property
    def all_starts(self) -> frozenset[str]:
        """Every event for which `term_for` gives a term."""
        return frozenset((*self.starts, *self.again_starts, *(e for r in self.readings for e in r.starts)))

    @model_validator(mode="after")
    def _events_fit(self) -> Self:
        for event in (*self.all_starts, *self.meets, *self.pauses):
            if event not in EVENTS:  # the hint takes longer than the rest of the rulebook
                raise FaultError(_unknown_event(event))
        for event in self.all_starts:
            ours = event.startswith(f"{self.subject}.")
            check_that(ours, "rule_event_of_others", event=Label(event), subject=Label(self.subject))
        terms = len(self.starts) + len(self.again_starts) + sum(len(r.starts) for r in self.readings)
        check_that(terms == len(self.all_starts), "rule_event_starts_twice", key=Label("again"))
        return self

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        self._is_for("assignment", "roles", not self.roles)
        self._is_for("suggestion", "in_session", self.in_session is None)
        both = Label("again"), Label("again_starts")
        check_that((self.again is None) == (not self.again_starts), "rule_together", keys=both)
        terms = (self, self.again, self.complex, *self.readings, *(r.complex for r in self.readings))
        own = any(term is not None and term.is_own for term in terms)
        self._is_for("commitment", f'amount "{OWN}"', not own)
        return self

    def _is_for(self, subject: str, key: str, absent: bool) -> None:
        check_that(absent or self.subject == subject, "rule_for_subject", key=Label(key), subject=Label(subject))


def _unknown_event(event: str) -> RuleFault:
    if like := nearest(event, EVENTS):
        return RuleFault("rule_event_like", event=Label(event), like=Label(like))
    return RuleFault("rule_event_unknown", event=Label(event), known=tuple(map(Label, sorted(EVENTS))))
