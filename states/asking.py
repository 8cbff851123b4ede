"""Check an action's data against its sheet."""


from pydantic import JsonValue

from states.reasons import Given, Refused, Worded
from states.sheets import CHOICES, SHEETS, Field, Type
from states.vocabulary import Named
from states.work import Work

BEST_SCORE = 100
ONE_TEXT = (Type.LINE, Type.AREA, Type.DAY, Type.KNOWN, Type.UNIT, *CHOICES)
"""Kinds of fields whose value is one text, unless the field takes several."""


def filled_in(work: Work) -> Refused | None:
    """The action has every field that its sheet requires; the first missing one is refused."""
    faults = (_fault(field, work) for field in SHEETS[work.action.name] if field.refused and _is_asked(field, work))
    return next(filter(None, faults), None)


def among_known(work: Work) -> Refused | None:
    """Refuse a value outside its closed set, a list where one text is expected, and a blank that would change nothing.

    Runs after the guards, whose refusals are more specific.
    """
    data = dict(work.action.data)
    for field in SHEETS.get(work.action.name, ()):
        given = data.get(field.key) or None
        if field.stays and _is_blank(data.get(field.key)):
            return Refused("left_blank", key=_named(field))
        if given is None:
            continue
        if isinstance(given, list | dict) and field.kind in ONE_TEXT and not field.many:
            return Refused("not_one_text", key=_named(field), given=Given(given))
        if field.choices and given not in field.values:
            choices = tuple(Worded(choice.value, choice.zh or choice.value) for choice in field.choices)
            return Refused("unknown_value", key=_named(field), given=Given(given), known=choices)
    return None


def _is_blank(value: JsonValue) -> bool:
    """Given, but empty; null is as good as left out."""
    return not value.strip() if isinstance(value, str) else value == []


def _named(field: Field) -> Worded:
    return Worded(field.key, field.label[0])


def _is_asked(field: Field, work: Work) -> bool:
    if field.needed_if is None:
        return True
    other, values = field.needed_if
    return work.given(other) in values


def _fault(field: Field, work: Work) -> Refused | None:
    if field.kind is Type.SCORE:
        score = work.data.get(field.key)
        return None if _is_score(score) else Refused(field.refused, key=_named(field), given=Given(score))
    value = work.given(field.key) or field.default
    if not field.among:
        return None if value else Refused(field.refused)
    if value in field.values:
        return None
    choices = tuple(choice for choice in field.among if isinstance(choice, Named))
    return Refused(field.refused, given=Given(value), known=choices)


def _is_score(value: JsonValue) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= BEST_SCORE
