"""What is shown beside a form."""

from collections.abc import Mapping, Sequence

from portal.visitor.case_shapes import CaseFile, Told
from portal.visitor.forms import Asked
from portal.visitor.languages import say
from portal.visitor.offers import Offer


def read_beside(case_file: CaseFile, offer: Offer) -> Sequence[Told]:
    """The request when a reply is written; the newest reply, then the request, when it is passed on or judged."""
    if offer.action == "draft_reply":
        return case_file.texts
    if offer.action in ("endorse", "sign", "send_draft_to_deputy", "agree_consult", "object_consult", "evaluate"):
        drafts = [
            text
            for event in case_file.events
            if event.row == offer.row or not offer.row
            for text in event.texts
            if text.kind == "reply"
        ]
        return [drafts[-1], *case_file.texts] if drafts else []
    return []


def stored_beside(fields: Sequence[Asked], typed: Mapping[str, Sequence[str]]) -> Sequence[tuple[str, str]]:
    """The stored values of a form's fields that differ from the input: label and text."""
    changed = [(field, _in_words(field), _in_words(field, typed)) for field in fields]
    return [(field.label, stored) for field, stored, words in changed if stored and stored != words]


def _in_words(question: Asked, typed: Mapping[str, Sequence[str]] | None = None) -> str:
    """A field as a person reads it: as it is stored, or as it was typed."""
    if typed is None:
        rows = question.value if isinstance(question.value, list) else [question.value]
        values = [_unit(row) if isinstance(row, Mapping) else (str(row),) for row in rows]
    elif question.field.kind == "units":
        columns = [typed.get(name, ()) for name in ("unit", "role", "part")]
        values = [row for row in zip(*columns, strict=False) if row[0]]
    else:
        values = [(text,) for text in typed.get("answer" if question.field.kind == "answers" else question.key, ())]
    lines = (" ".join(say(question.options.get(part, part)) for part in row if part).strip() for row in values)
    return "\n".join(filter(None, ("\n".join(line.splitlines()) for line in lines)))


def _unit(row: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(str(row.get(name) or "") for name in ("unit", "role", "part"))
