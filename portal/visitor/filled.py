"""Converting the input of a form to an action's data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from portal.visitor.forms import Asked, as_data
from portal.visitor.languages import worded
from portal.visitor.reply import letter_text
from states.asking import BEST_SCORE
from states.reasons import Fact, Label, Refused
from states.sheets import CHOICES, Type
from states.texts import number_typed

Typing = Mapping[str, Sequence[str]]
"""The input of a form, by field name."""


class Typed(Exception):
    """The input is invalid: `refused` says what was found and what would work."""

    def __init__(self, refused: Refused) -> None:
        self.refused = refused
        super().__init__(str(refused))


def read_form(fields: Sequence[Asked], form: Typing, deputies: Callable[[str], str]) -> dict[str, Any]:
    """The input as an action's data; raises Typed. `deputies` gives the id for a name, or raises it.

    Empty fields are left out; the rules report missing ones, and what was emptied that had a value.
    """
    data: dict[str, Any] = {}
    for field in fields:
        if field.field.kind is Type.ANSWERS:
            answers = _answers(len(field.value), form)
            data[field.key] = sum(1 for answer in answers if answer)
            data["reply"] = letter_text(data.get("reply", ""), answers)
        else:
            answer = as_data(field, _value(field, form, deputies))
            data |= answer or _emptied(field, form)
    return data


def day_typed(field: Fact, text: str) -> str:
    """A day as YYYY-MM-DD; raises Typed."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Typed(Refused("typed_no_day", field=field, text=Label(text))) from None


# -- inside ------------------------------------------------------------------------------------------------------


def _emptied(question: Asked, form: Typing) -> dict[str, Any]:
    """The blank of a field that showed a value: left out, that one would go on."""
    several = question.field.kind is Type.UNITS
    shown = question.field.stays and question.value and ("unit" if several else question.key) in form
    return {question.key: [] if several else ""} if shown else {}


def _value(question: Asked, form: Typing, deputies: Callable[[str], str]) -> Any:
    kind = question.field.kind
    text = next(iter(form.get(question.key, ())), "").strip()
    if kind is Type.FLAG:
        return text == "yes"
    if kind is Type.UNITS:
        return _units(form)
    if kind is Type.PROMISES:
        return _promises(question.name, form)
    if kind is Type.PHOTOS or not text:  # photographs come as files beside the data
        return None
    if kind in (Type.NUMBER, Type.SCORE):
        return _number(kind, question.name, text)
    if kind is Type.DAY:
        return day_typed(question.name, text)
    if kind in (Type.DEPUTIES, Type.PEOPLE):
        names = _names(text)
        return [deputies(name) for name in names] if kind is Type.DEPUTIES else names
    if kind is Type.KNOWN:
        return next((id_ for id_, name in question.options.items() if text == name), text)
    if kind in (*CHOICES, Type.UNIT) and text not in question.options:
        options = tuple(map(worded, question.options.values()))
        raise Typed(Refused("typed_no_option", field=question.name, text=Label(text), known=options))
    return [text] if question.field.many else text


def _answers(points: int, form: Typing) -> list[str]:
    """An answer to each of the requests, '' where none was written."""
    answers = [answer.strip() for answer in form.get("answer", ())]
    return [*answers, *[""] * points][:points]


def _units(form: Typing) -> list[dict[str, str]]:
    rows = zip(form.get("unit", ()), form.get("role", ()), form.get("part", ()), strict=False)
    return [
        {"unit": unit, "role": role, **({"part": part.strip()} if part.strip() else {})}
        for unit, role, part in rows
        if unit
    ]


def _promises(field: Fact, form: Typing) -> list[dict[str, str]]:
    return [
        {"text": text.strip(), "due_on": day_typed(field, due)}
        for text, due in zip(form.get("promise", ()), form.get("promise_due", ()), strict=False)
        if text.strip() or due
    ]


def _number(kind: Type, field: Fact, text: str) -> int:
    number = number_typed(text, 9999 if kind is Type.NUMBER else BEST_SCORE)
    if number is not None:
        return number
    if kind is Type.NUMBER:
        raise Typed(Refused("typed_no_number", field=field, text=Label(text)))
    raise Typed(Refused("typed_no_score", field=field, text=Label(text), best=BEST_SCORE))


def _names(text: str) -> list[str]:
    for mark in "、，,；;\n":
        text = text.replace(mark, " ")
    return text.split()
