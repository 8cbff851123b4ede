"""The JSON schema of the `data` of each action, made from its sheet; it documents, and only the rules refuse."""

from collections.abc import Iterable, Iterator

from portal.api.acting import TAKEN_BY
from states.decide import LIFECYCLES
from states.roles import Role
from states.sheet_page import ABOUT
from states.sheets import SHEETS, Field, Type, Value
from states.sheets.common import ON_BEHALF_OF
from states.vocabulary import Dimension, PartRole, Satisfaction
from states.words import ACTIONS

Schema = dict[str, object]
REF = "#/components/schemas/"


def _list_of(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(values: Iterable[str]) -> Schema:
    return {"type": "string", "enum": list(values)}


def _record(needed: tuple[str, ...], **properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(needed)}


TEXT: Schema = {"type": "string"}
DAY: Schema = {"type": "string", "format": "date"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}

TYPES: dict[Type, Schema] = {
    Type.LINE: TEXT,
    Type.AREA: TEXT,
    Type.KNOWN: TEXT,
    Type.UNIT: TEXT,
    Type.CHOICE: TEXT,
    Type.RADIO: TEXT,
    Type.NUMBER: WHOLE | {"minimum": 1},
    Type.ANSWERS: WHOLE | {"minimum": 1},
    Type.SCORE: WHOLE | {"minimum": 0, "maximum": 100},
    Type.DAY: DAY,
    Type.FLAG: FLAG,
    Type.UNITS: _list_of(_record(("unit", "role"), unit=TEXT, role=_one_of(PartRole.values()), part=TEXT)),
    Type.PEOPLE: _list_of(TEXT),
    Type.DEPUTIES: _list_of(TEXT),
    Type.PROMISES: _list_of(_record(("text", "due_on"), text=TEXT, due_on=DAY)),
    Type.PHOTOS: _list_of(_record((), sha256=TEXT, content=TEXT, name=TEXT, place=TEXT, on=DAY)),
    Type.JUDGEMENTS: {
        "type": "object",
        "additionalProperties": _record(
            (), **dict.fromkeys(Dimension.values(), _one_of(Satisfaction.values()))
        ),
    },
}


def action_schemas() -> dict[str, Schema]:
    """The schema of each action and of its data, by the name of the component."""
    return {
        name: schema
        for action in SHEETS
        for name, schema in (
            (component(action), _action(action)),
            (f"{component(action)}Data", data_schema(action)),
        )
    }


def by_action() -> Schema:
    """The discriminator of a body with an action: which data schema belongs to which action."""
    variants = {action: f"{REF}{component(action)}" for action in SHEETS}
    return {
        "oneOf": [{"$ref": ref} for ref in variants.values()],
        "discriminator": {"propertyName": "action", "mapping": variants},
    }


def component(action: str) -> str:
    """The name of an action's schema: `draft_reply` is DraftReplyAction."""
    return f"{action.title().replace('_', '')}Action"


def data_schema(action: str) -> Schema:
    """The schema of an action's data; keys that no sheet names are stored with the event unchanged."""
    fields = {field.key: field for field in (*SHEETS[action], *_beside(action))}
    return {
        "type": "object",
        "description": _named(action),
        "properties": {key: field_schema(field) for key, field in fields.items()},
        "required": [key for key, field in fields.items() if field.always],
        "additionalProperties": True,
    }


def field_schema(field: Field) -> Schema:
    """The schema of one key: an optional key may be null too, and an optional choice may be empty."""
    schema = dict(TYPES[field.kind])
    values: list[str | None] = [value.value for value in field.choices]
    if values:
        schema["enum"] = values
    if field.many:
        schema = _list_of(schema)
    elif not field.always and field.default is None:
        schema["type"] = [schema["type"], "null"]
        values += ["", None] if values and not field.stays else [None] if values else []
    if field.stays:
        schema |= {"minItems": 1} if field.kind is Type.UNITS else {"minLength": 1}
    schema["title"] = field.label[1]
    schema["description"] = " ".join(_sentences(field))
    if field.default is not None:
        schema["default"] = field.default
    if field.example is not None:
        schema["examples"] = [field.example]
    return schema


def _action(action: str) -> Schema:
    name = component(action)
    needed = ["data"] if any(field.always for field in SHEETS[action]) else []
    return {
        "type": "object",
        "description": _named(action),
        "properties": {"action": {"const": action}, "data": {"$ref": f"{REF}{name}Data"}},
        "required": ["action", *needed],
    }


def _named(action: str) -> str:
    return f"{ACTIONS[action].zh} {ACTIONS[action].en}"


def _beside(action: str) -> Iterator[Field]:
    """The keys outside the sheets: the row that is meant, and the deputy for whom an assistant acts."""
    yield from (field for machine, field in ABOUT.items() if action in LIFECYCLES[machine].actions)
    if Role.PROXY in TAKEN_BY.get(action, ()):
        yield ON_BEHALF_OF


def _sentences(field: Field) -> Iterator[str]:
    """The description of a field in Chinese and English: label, values, and when it is required."""
    yield f"{' '.join(field.label)}."
    if field.hint:
        yield f"{'。'.join(field.hint)}."
    if field.choices:
        yield f"{', '.join(map(_value_told, field.choices))}."
    if field.needed_if:
        key, values = field.needed_if
        yield f"Needed where {key} is {' or '.join(values)}."
    elif field.required and not field.always:
        yield "Asked for by forms; the rules judge when it is needed."
    if field.stays:
        yield "Left out, what was there before stays; it cannot be emptied."


def _value_told(value: Value) -> str:
    return " ".join(filter(None, (value.value, value.zh, value.en)))
