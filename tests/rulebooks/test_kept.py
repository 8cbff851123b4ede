"""A text that was kept reads the same for ever, whatever keys the schema learns later."""

import typing
from datetime import date
from typing import Annotated, get_args

import pytest
from pydantic import BaseModel, ValidationError

from rulebooks import Library, Rulebook
from rulebooks.limits import Before
from rulebooks.sections import Urging
from tests.rulebooks.keys import OF_010

LIBRARY = Library()
SUQIAN = LIBRARY.get("suqian")


class LaterUrging(Urging):
    unit_every: Annotated[int, Before(0)] = 7


class Later(Rulebook):
    """The schema of a later version, with a key whose default is not what the code had before."""

    receipt_days: Annotated[int, Before(0)] = 2
    urging: LaterUrging = LaterUrging(deputy_every=3, source="inferred: 甲")


def test_a_key_that_a_kept_text_does_not_know_has_the_value_the_code_had_then() -> None:
    read = Later.from_text(SUQIAN.text)
    assert (read.receipt_days, read.urging.unit_every) == (0, 0)


def test_a_kept_text_has_its_digest_under_a_later_schema() -> None:
    read = Later.from_text(SUQIAN.text)
    assert (read.ident, read.text) == (SUQIAN.ident, SUQIAN.text)


def test_a_new_text_without_the_key_has_its_default_and_another_digest() -> None:
    new = Later.model_validate(SUQIAN.model_dump(exclude_unset=True))
    assert (new.receipt_days, new.urging.unit_every) == (2, 7)
    assert new.digest != SUQIAN.digest


def test_a_rulebook_that_keeps_to_what_was_before_keeps_its_digest() -> None:
    values = SUQIAN.model_dump(exclude_unset=True)
    urging = SUQIAN.urging.model_dump() | {"unit_every": 0}
    same = Later.model_validate(values | {"receipt_days": 0, "urging": urging})
    assert same.digest == SUQIAN.digest


def test_a_new_value_is_kept_and_read_again() -> None:
    new = Later.model_validate(SUQIAN.model_dump(exclude_unset=True) | {"receipt_days": 5})
    again = Later.from_text(new.text)
    assert (again.receipt_days, again.ident) == (5, new.ident)


def test_what_stands_for_a_lost_text_rules_nothing() -> None:
    lost = Rulebook.lost("suqian@2025-03-11#000000000000")
    assert (lost.name, lost.in_force, lost.limits, lost.ident) == (
        "suqian", date(2025, 3, 11), {}, "suqian@2025-03-11#000000000000",
    )  # fmt: skip
    assert lost.ladder == SUQIAN.ladder


@pytest.mark.parametrize("ident", ["", "x", "x@y", "UPPER@2020-01-01#0"])
def test_what_is_no_ident_names_no_text(ident: str) -> None:
    with pytest.raises((ValueError, ValidationError)):
        Rulebook.lost(ident)


def models(kind: type[BaseModel], by_name: dict[str, type[BaseModel]] | None = None) -> dict[str, type[BaseModel]]:
    """The schema's classes by name, each once, from `Rulebook` down."""
    by_name = {} if by_name is None else by_name
    if kind.__name__ not in by_name:
        by_name[kind.__name__] = kind
        for field in kind.model_fields.values():
            for inner in _classes(field.annotation):
                models(inner, by_name)
    return by_name


def _classes(annotation: typing.Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [class_ for inner in get_args(annotation) for class_ in _classes(inner)]


def test_every_key_of_the_schema_that_010_had_not_says_what_was_before() -> None:
    unmarked = [
        f"{name}.{key}"
        for name, kind in models(Rulebook).items()
        for key, field in kind.model_fields.items()
        if key not in OF_010.get(name, ()) and not any(isinstance(mark, Before) for mark in field.metadata)
        and (name in OF_010)
    ]  # fmt: skip
    assert unmarked == []


def test_no_key_that_010_had_was_taken_away() -> None:
    now = models(Rulebook)
    lacking = [f"{name}.{key}" for name, keys in OF_010.items() for key in keys if key not in now[name].model_fields]
    assert lacking == []
