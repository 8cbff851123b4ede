"""The form of each action: the fields of its sheet with the options and known values of the case."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from portal.visitor.choosing import NO_CHOICES, Choices, chosen_from, closed_set, kinds_left
from portal.visitor.languages import say
from rulebooks import Rulebook
from states import Dossier
from states.reasons import Worded
from states.sheets import CHOICES, SHEETS, Field, Type
from states.sheets.judging import DIMENSIONS, INSPECTED
from states.vocabulary import Level, PartRole, Satisfaction, SupervisionKind

STAND_INS: Mapping[Type, Any] = {
    Type.LINE: "x",
    Type.AREA: "x",
    Type.UNIT: "x",
    Type.UNITS: [{"unit": "x", "role": PartRole.SOLE}],
    Type.DEPUTIES: ["x"],
}
"""A placeholder answer for checking whether an action is open at all."""

UNITS_SHOWN, PROMISES_SHOWN = 6, 4
_ROLES = (PartRole.SOLE, PartRole.LEAD, PartRole.CO, PartRole.SEPARATE)
ROLE_OPTIONS = {key: PartRole.name_of(key) for key in _ROLES}


@dataclass(frozen=True)
class Asked:
    """A field of a form: with the options of the case, and its known value."""

    field: Field
    options: Mapping[str, str]
    value: Any = ""

    @property
    def key(self) -> str:
        return self.field.key

    @property
    def required(self) -> bool:
        return self.field.required

    @property
    def lacks_blank(self) -> bool:
        """Whether it is optional but has no blank option."""
        return not self.required and "" not in self.options

    @property
    def name(self) -> Worded:
        zh, en = self.field.label
        return Worded(en, zh)

    @property
    def label(self) -> str:
        return say(self.field.label[0])

    @property
    def hint(self) -> str:
        return say(self.field.hint[0]) if self.field.hint else ""

    def unit_rows(self, typed: Mapping[str, Sequence[str]]) -> list[Mapping[str, str]]:
        """Unit, role and part of each row of a form: as typed, else as stored."""
        usual = ({"role": PartRole.CO if self.value or n else PartRole.SOLE} for n in range(UNITS_SHOWN))
        stored = [*(self.value or ()), *usual]
        return [
            {key: _at(typed[key], n) if typed.get(key) else row.get(key, "") for key in ("unit", "role", "part")}
            for n, row in enumerate(stored[:UNITS_SHOWN])
        ]

    def promise_rows(self, typed: Mapping[str, Sequence[str]]) -> list[tuple[str, str]]:
        """Text and day of each row of a form, as typed."""
        return [(_at(typed.get("promise", ()), n), _at(typed.get("promise_due", ()), n)) for n in range(PROMISES_SHOWN)]


def is_long_form(questions: Sequence[Asked]) -> bool:
    """Whether somebody writes in it for a while: then what is typed is kept until it is sent."""
    return any(question.field.kind in (Type.AREA, Type.ANSWERS) for question in questions)


def blank(action: str) -> list[Asked]:
    """The empty fields of an action that begins a case."""
    return [Asked(field, closed_set(field), field.default or "") for field in SHEETS[action] if field.form]


def questions_of(
    action: str, dossier: Dossier, rulebook: Rulebook, choices: Choices = NO_CHOICES, row: str = ""
) -> list[Asked]:
    """The fields of an action's form for a case, or for a `row` of it."""
    return [
        Asked(field, chosen_from(field, dossier, rulebook, choices), _current(field, dossier))
        for field in _fields(action, rulebook)
        if not _is_needless(action, field, dossier, rulebook, choices.role, row)
    ]


def sample_data(action: str, dossier: Dossier, rulebook: Rulebook, role: str = "") -> dict[str, Any]:
    """Valid sample data for checking whether the action is open."""
    data: dict[str, Any] = {}
    for question in questions_of(action, dossier, rulebook, Choices({}, {}, {}, role)):
        data |= as_data(question, _good_answer(question))
    if action == "draft_reply":
        data["points_answered"] = dossier.case.points
    if action in ("assign", "propose_units") and dossier.case.proposed:
        data["units"] = dossier.case.proposed
    if action == "withdraw":
        data["agreed"] = list(dossier.parties)
    if action == "correct_evaluation":  # it must differ from what was said
        first = next(iter(data))
        judged_values = {getattr(row, first, row.value) for row in dossier.evaluations.values()}
        fresh = (value for value in reversed(Satisfaction.values()) if value not in judged_values)
        data[first] = next(fresh, Satisfaction.DISSATISFIED)
    if data.get("kind") == SupervisionKind.LADDER:
        data["level"] = next(level.value for level in Level if level.proposes)
    return data


def as_data(question: Asked, value: Any) -> dict[str, Any]:
    """The answer of a field as data of the action; empty when there is none."""
    if value in (None, "", []):
        return {}
    if question.field == INSPECTED:
        kind, row = row_meant(value)
        return {kind: row} if row else {}
    return {question.key: value}


def row_meant(inspected: str) -> tuple[str, str]:
    """Which kind of row an inspection is about, and its id: a value of `INSPECTED`."""
    kind, _, row = inspected.partition(":")
    return kind, row


def _at(texts: Sequence[str], number: int) -> str:
    return texts[number] if number < len(texts) else ""


# -- inside ------------------------------------------------------------------------------------------------------


def _fields(action: str, rulebook: Rulebook) -> Iterator[Field]:
    """The sheet of an action as far as a form shows it; of the dimensions those that the rulebook judges by."""
    judged = rulebook.evaluation.dimensions if rulebook.evaluation else ("attitude", "result")
    if action == "inspect":
        yield INSPECTED
    fields = (field for field in SHEETS.get(action, ()) if field.form)
    yield from (field for field in fields if field not in DIMENSIONS or field.key in judged)


def _is_needless(
    action: str, field: Field, dossier: Dossier, rulebook: Rulebook, role: str, row: str
) -> bool:
    """What the kinds of supervision at hand do not need: grounds, a level, the rank of a key item."""
    if action == "confirm_supervision":
        supervision = dossier.supervisions.get(row)
        return dossier.case.is_key or supervision is None or supervision.kind != SupervisionKind.KEY
    if action != "propose_supervision":
        return False
    kinds = kinds_left(dossier, role)
    if field.key == "criterion":
        return not (rulebook.key and rulebook.key.criteria) or SupervisionKind.KEY not in kinds
    return field.key == "level" and SupervisionKind.LADDER not in kinds


def _current(field: Field, dossier: Dossier) -> Any:
    case = dossier.case
    values = {
        "title": case.title, "points": case.points, "secrecy": case.secrecy, "session": case.session,
        "units": case.proposed, "points_answered": [""] * case.points,
    }  # fmt: skip
    return values.get(field.key, "")


def _good_answer(question: Asked) -> Any:
    field = question.field
    if field.kind in CHOICES:
        first = next(iter(question.options), None) if field.required else None
        return field.example if field.example in question.options else first
    if field.required:
        return STAND_INS.get(field.kind, field.example)
    return None if field.kind is Type.UNIT else field.example  # which units there are is not asked here
