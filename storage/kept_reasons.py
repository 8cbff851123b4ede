"""A reason in two columns: its English sentence, and `facts`, from which it is made again in either language."""

from collections.abc import Mapping
from typing import Any

from rulebooks.sentences import Label, Reason
from states.reasons import from_plain, plain

NONE: dict[str, Any] = {}
"""The facts of a row without a reason, and of one that older versions wrote."""


def kept_as(reason: Reason | None) -> dict[str, Any]:
    return plain(reason) if reason is not None else NONE


def kept_reason(text: str, facts: Mapping[str, Any]) -> Reason | Label:
    """The reason of a row; the sentence alone where the row is of an older version."""
    return from_plain(dict(facts)) if facts else Label(text)
