"""The sheets of the actions that process files name."""

from dataclasses import replace
from typing import TypeVar

from rulebooks.sentences import Worded
from states.process_files import Ask, ProcessFile, chosen
from states.reasons import choices
from states.sheets import common
from states.sheets.field import Field, Sheet, Type
from states.vocabulary import Named

SHARED = {
    field.key: field
    for field in (
        common.TITLE, common.DEPUTY, common.RULEBOOK, common.REGION, common.ANSWER, common.UNIT, common.RATING,
        common.NOTE, common.REASON,
    )
}  # fmt: skip
"""Fields that every process may use, by their key."""

SETS = {of.__name__: of for of in Named.__subclasses__()}
"""Closed sets from which a field may choose, by name."""

V = TypeVar("V", bool, str)

TYPES = {kind.value: kind for kind in Type}

FIELD = Worded("field", "栏")
SET = Worded("set", "取值")
TYPE = Worded("type", "类型")


def process_sheets(process: ProcessFile) -> dict[str, Sheet]:
    """The fields of each action of a process. Raises `RulebookError` for a name that stands for nothing."""
    return {
        name: tuple(_field(ask, f"{process.name}: actions.{name}.asks") for ask in line.asks)
        for name, line in process.actions.items()
    }


def _field(ask: Ask, place: str) -> Field:
    field = chosen(SHARED, ask.use, FIELD, place) if ask.use else _own(ask, place)
    among = choices(chosen(SETS, ask.among, SET, place)) if ask.among else field.among
    return replace(
        field,
        among=among,
        required=_given(ask.required, field.required),
        refused=_given(ask.refused, field.refused),
        form=_given(ask.form, field.form),
        kept=_given(ask.kept, field.kept),
    )


def _given(value: V | None, otherwise: V) -> V:
    return otherwise if value is None else value


def _own(ask: Ask, place: str) -> Field:
    return Field(ask.key, chosen(TYPES, ask.type, TYPE, place), (ask.title, ask.en or ask.title))
