"""How what is typed into a form becomes an action's data."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from portal.visitor.forms import Asked, as_data
from portal.visitor.languages import say
from portal.visitor.reply import compose
from states.asking import BEST_SCORE
from states.sheets import CHOICES, Type

Typing = Mapping[str, Sequence[str]]
"""What was typed, by the name of the input."""


class Typed(Exception):
    """What was typed cannot become data; the message says what was found and what would work, in Chinese."""


def read(fields: Sequence[Asked], form: Typing, deputies: Callable[[str], str]) -> dict[str, Any]:
    """What was typed, as an action's data; raises Typed. `deputies` gives the id of a name, or raises it.

    Empty fields are left out: the rules say what is missing.
    """
    data: dict[str, Any] = {}
    for one in fields:
        if one.field.kind is Type.ANSWERS:
            answers = _answers(len(one.value), form)
            data[one.key] = sum(1 for answer in answers if answer)
            data["reply"] = compose(data.get("reply", ""), answers)
        else:
            data |= as_data(one, _value(one, form, deputies))
    return data


def day_typed(label: str, text: str) -> str:
    """A day as YYYY-MM-DD; raises Typed."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Typed(say("%(label)s：“%(text)s”不是日期，请按 2026-03-05 的样子填", label=label, text=text)) from None


# -- inside ------------------------------------------------------------------------------------------------------


def _value(one: Asked, form: Typing, deputies: Callable[[str], str]) -> Any:
    kind = one.field.kind
    text = next(iter(form.get(one.key, ())), "").strip()
    if kind is Type.FLAG:
        return text == "yes"
    if kind is Type.UNITS:
        return _units(form)
    if kind is Type.PROMISES:
        return _promises(one.label, form)
    if kind is Type.PHOTOS or not text:  # photographs come as files beside the data
        return None
    if kind in (Type.NUMBER, Type.SCORE):
        return _number(kind, one.label, text)
    if kind is Type.DAY:
        return day_typed(one.label, text)
    if kind in (Type.DEPUTIES, Type.PEOPLE):
        names = _names(text)
        return [deputies(name) for name in names] if kind is Type.DEPUTIES else names
    if kind is Type.KNOWN:
        return next((id_ for id_, name in one.options.items() if text == name), text)
    if kind in (*CHOICES, Type.UNIT) and text not in one.options:
        known = say("、").join(map(say, one.options.values())) or say("没有可选的")
        raise Typed(say("%(label)s：“%(text)s”不在可选之列：%(known)s", label=one.label, text=text, known=known))
    return [text] if one.field.many else text


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


def _promises(label: str, form: Typing) -> list[dict[str, str]]:
    return [
        {"text": text.strip(), "due_on": day_typed(label, due)}
        for text, due in zip(form.get("promise", ()), form.get("promise_due", ()), strict=False)
        if text.strip() or due
    ]


def _number(kind: Type, label: str, text: str) -> int:
    if kind is Type.NUMBER:
        if not text.isdecimal() or len(text) > 4:
            raise Typed(say("%(label)s：“%(text)s”不是数，请填 1、2、3……", label=label, text=text))
    elif not text.isdecimal() or int(text) > BEST_SCORE:
        raise Typed(say("%(label)s：“%(text)s”不是分数，请填 0 到 100 的整数", label=label, text=text))
    return int(text)


def _names(text: str) -> list[str]:
    for mark in "、，,；;\n":
        text = text.replace(mark, " ")
    return text.split()
