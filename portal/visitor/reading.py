"""What somebody wants to read beside a form."""

from collections.abc import Mapping, Sequence
from typing import Any

from portal.visitor.case_shapes import CaseFile, Told
from portal.visitor.forms import Asked
from portal.visitor.languages import say
from portal.visitor.offers import Offer


def read_beside(found: CaseFile, offer: Offer) -> Sequence[Told]:
    """The request when a reply is written, the newest reply when it is passed on, signed, answered or judged."""
    if offer.action == "draft_reply":
        return found.texts
    if offer.action in ("endorse", "sign", "send_draft_to_deputy", "agree_consult", "object_consult", "evaluate"):
        drafts = [
            one
            for event in found.events
            if event.row == offer.row or not offer.row
            for one in event.texts
            if one.kind == "reply"
        ]
        return drafts[-1:]
    return []


def stored_beside(fields: Sequence[Asked], typed: Mapping[str, Sequence[str]]) -> Sequence[tuple[str, str]]:
    """What is stored now of the fields of a form and differs from what was typed there: label and text."""
    found = [(one, _in_words(one), _in_words(one, typed)) for one in fields]
    return [(one.label, stored) for one, stored, said in found if stored and stored != said]


def _in_words(one: Asked, typed: Mapping[str, Sequence[str]] | None = None) -> str:
    """A field as a person reads it: as it is stored, or as it was typed."""
    if typed is None:
        rows = one.value if isinstance(one.value, list) else [one.value]
        values = [_unit(row) if isinstance(row, Mapping) else (str(row),) for row in rows]
    elif one.field.kind == "units":
        columns = [typed.get(name, ()) for name in ("unit", "role", "part")]
        values = [row for row in zip(*columns, strict=False) if row[0]]
    else:
        values = [(text,) for text in typed.get("answer" if one.field.kind == "answers" else one.key, ())]
    lines = (" ".join(say(one.options.get(part, part)) for part in row if part).strip() for row in values)
    return "\n".join(filter(None, ("\n".join(line.splitlines()) for line in lines)))


def _unit(row: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in ("unit", "role", "part"))
