"""The type of a sheet's fields."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from states.vocabulary import Level, Named

Words = tuple[str, str]
"""In Chinese and in English."""


class Type(StrEnum):
    """The type of a field, which decides its widget and the type of its value."""

    LINE = "line"
    AREA = "area"
    NUMBER = "number"
    SCORE = "score"
    """A whole number from 0 to 100."""
    DAY = "day"
    """YYYY-MM-DD."""
    FLAG = "flag"
    CHOICE = "choice"
    """A value of a closed set, of the rulebook or of the case's rows; its field says when it takes several."""
    RADIO = "radio"
    """A choice of few values, shown all at once."""
    UNIT = "unit"
    UNITS = "units"
    """A list of {unit, role, part}."""
    KNOWN = "known"
    """A line with suggestions."""
    PEOPLE = "people"
    """A list of names."""
    DEPUTIES = "deputies"
    """A list of ids."""
    ANSWERS = "answers"
    """How many of the requests are answered; a form counts the answers given."""
    PROMISES = "promises"
    """A list of {text, due_on}."""
    PHOTOS = "photos"
    """A list of {sha256, name, place, on}; a form takes files instead."""
    JUDGEMENTS = "judgements"
    """Judgements by the id of a part."""


Value = Named | Level
CHOICES = (Type.CHOICE, Type.RADIO)


@dataclass(frozen=True, eq=False)
class Field:
    """One key of an action's data; compared by identity.

    `refused` is the code of the refusal where it is missing or no value of `among`; a field without one is judged by
    a rule of the table, or by none. `needed_if` names another field and the values of it with which this one is asked
    for. `required` is what a form marks. Only a program says what no `form` shows. What is `kept` no rule reads: it
    stands in the event as it came. Of what `stays` the value of before goes on where it is left out; it is never given
    blank. `among` is the closed set, of which every value given is one; where the rules `take` more than a form offers,
    it is one of these.
    """

    key: str
    kind: Type
    label: Words
    hint: Words | None = None
    among: tuple[Value, ...] = ()
    empty: Words | None = None
    """The label of the empty choice."""
    many: bool = False
    required: bool = False
    refused: str = ""
    needed_if: tuple[str, tuple[str, ...]] | None = None
    default: object = None
    example: object = None
    form: bool = True
    kept: bool = False
    stays: bool = False
    take: tuple[Value, ...] = ()

    @property
    def always(self) -> bool:
        """Whether an action without it is always refused."""
        return bool(self.refused) and self.needed_if is None and self.default is None

    def named(self, value: str) -> str:
        """The Chinese of a value; one outside a closed set stays as it is."""
        return next((choice.zh for choice in self.choices if choice.value == value), value)

    @property
    def choices(self) -> tuple[Value, ...]:
        """The values that the rules accept, where they are a closed set."""
        return self.take or self.among

    @cached_property
    def values(self) -> tuple[str, ...]:
        """`choices` as an action says them."""
        return tuple(choice.value for choice in self.choices)


Sheet = tuple[Field, ...]
