"""What the API publishes of an action's data is what the rules take: lives of cases, action by action."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter

from portal.api.data_schema import action_schemas, by_action, component, data_schema, field_schema
from portal.api.models import ActionAsked
from rulebooks import Library, Rulebook, Workdays
from states import Action, Decision, Dossier, NotAllowed, decide
from states.asking import ONE_TEXT
from states.cases import Event
from states.sheets import CHOICES, SHEETS, Field, Type
from tests import promises
from tests.promises.recording import api
from tests.promises.test_promises import recorded

LIVES = Path(promises.__file__).parent / "lives.json"
SEED = Workdays.seed()
ODD: tuple[Any, ...] = (7, -1, True, "x", "2025-02-30", ["x"], [7], [{"unit": 7}], {"x": 1}, {"text": ["x"]})

AS_IT_COMES = {
    Type.LINE, Type.AREA, Type.KNOWN, Type.UNIT, Type.FLAG, Type.PEOPLE, Type.DEPUTIES, Type.JUDGEMENTS,
}  # fmt: skip
"""Kinds of which the rules ask only whether something is there: they keep it as it comes, or as text.

One name is a list of one; what is no object holds no judgement of a part.
"""
LISTED = {
    **dict.fromkeys(("draft.rulebook", "record.rulebook"), "the region's own holds, whatever is said"),
    "change_rules.rulebook": "the register finds the text, and refuses an unknown one",
    "record.deputy": "an opinion may name anybody",
    "propose_supervision.criterion": "where the rulebook names no grounds",
    **dict.fromkeys(("determine_key.leader", "confirm_supervision.leader"), "the register finds the person"),
    "inspect.assignment": "an inspection of a promise goes by the promise",
    "inspect.supervision": "kept with the inspection",
    "reopen_by_inspection.commitments": "one id is a list of one",
    "decide_mediation.assignments": "where the case is closed",
}
"""Choices of which another value is taken, and where or why."""


@cache
def lives() -> list[list[dict[str, Any]]]:
    """Recorded once: cases of rehearsed years of three seeds, and what these do not have; all of it made up."""
    recorded_lives: list[list[dict[str, Any]]] = json.loads(LIVES.read_text("utf-8"))
    return recorded_lives


@cache
def rulebook(name: str) -> Rulebook:
    return Library().get(name)


class Stage:
    """A case just before an action of its life."""

    def __init__(self, step: dict[str, Any], dossier: Dossier | None, history: list[Event]) -> None:
        self.said, self.dossier, self.history = step, dossier, history

    def take(self, data: dict[str, Any]) -> Decision:
        step, entry = self.said, datetime.fromisoformat(self.said["at"])
        at = datetime.fromisoformat(step.get("happened", step["at"]))
        action = Action("C1", step["action"], step["by"], step["role"], data, at, "", step["unit"])
        return decide(self.dossier, action, rulebook(step["rulebook"]), SEED, entry, self.history)

    def takes(self, data: dict[str, Any]) -> bool:
        with suppress(NotAllowed):
            self.take(data)
            return True
        return False


def played(life: list[dict[str, Any]]) -> Iterator[Stage]:
    """Each action of a life on the case as the ones before left it; NotAllowed where one is no longer taken."""
    dossier: Dossier | None = None
    history: list[Event] = []
    for step in life:
        stage = Stage(step, dossier, history)
        yield stage
        decision = stage.take(step["data"])
        dossier, history = decision.dossier, [*history, *decision.events]


def bodies() -> list[dict[str, Any]]:
    lived = [{"action": step["action"], "data": step["data"]} for life in lives() for step in life]
    return [*json.loads(recorded("bodies.json.xz")), *lived]


def faults() -> set[str]:
    """What of the bodies is not as published: action, key and why."""
    published = {action: Draft202012Validator(data_schema(action)) for action in SHEETS}
    return {
        f"{body['action']}.{'.'.join(map(str, error.path))}: {error.message}"
        for body in bodies()
        for error in published[body["action"]].iter_errors(body["data"])
    }


def test_the_lives_have_every_action() -> None:
    assert {step["action"] for life in lives() for step in life} >= set(SHEETS)


def test_every_body_that_was_taken_is_as_published() -> None:
    model: TypeAdapter[Any] = TypeAdapter(ActionAsked)
    for body in bodies():
        assert model.validate_python(body).data == body["data"]
    assert faults() == set()


def test_every_body_that_was_taken_is_taken() -> None:
    for life in lives():
        assert len(list(played(life))) == len(life)


def test_another_type_in_a_sheet_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison would find a sheet that asks for something else than what was taken."""
    changed = tuple(
        replace(field, kind=Type.NUMBER, among=()) if field.key == "class" else field
        for field in SHEETS["draft_reply"]
    )
    monkeypatch.setitem(SHEETS, "draft_reply", changed)
    assert "draft_reply.class: 'RESOLVED' is not of type 'integer'" in faults()


def test_the_union_names_every_action_and_its_data() -> None:
    schemas = action_schemas()
    union: Any = by_action()
    assert list(union["discriminator"]["mapping"]) == list(SHEETS)
    for action, ref in union["discriminator"]["mapping"].items():
        schema: Any = schemas[ref.rsplit("/", 1)[1]]
        assert schema["properties"]["action"] == {"const": action}
        assert schema["properties"]["data"]["$ref"].rsplit("/", 1)[1] == f"{component(action)}Data"
        Draft202012Validator.check_schema(schemas[f"{component(action)}Data"])


def test_the_description_takes_a_body_of_each_action_and_names_what_is_wrong(tmp_path: Path) -> None:
    whole = Draft202012Validator({"$ref": "#/components/schemas/ActionAsked", **api(tmp_path)})
    each = {body["action"]: body for body in bodies()}
    assert [body for body in each.values() if not whole.is_valid(body)] == []
    reply = each["draft_reply"]
    assert not whole.is_valid({**reply, "data": {**reply["data"], "class": "SOLVED"}})
    assert not whole.is_valid({**reply, "data": {}})


def strange(field: Field) -> Iterator[Any]:
    """Values that the schema of a field does not allow."""
    published = Draft202012Validator(field_schema(field))
    return (odd for odd in ODD if not published.is_valid(odd))


def test_what_is_not_as_published_is_refused_or_listed() -> None:
    taken = {
        (f"{stage.said['action']}.{field.key}", field.kind)
        for stage in first_stages()
        for field in SHEETS[stage.said["action"]]
        if any(stage.takes({**stage.said["data"], field.key: odd}) for odd in strange(field))
    }
    assert {kind for _, kind in taken} - {*CHOICES} == AS_IT_COMES
    assert {name for name, kind in taken if kind in CHOICES} == set(LISTED)


def test_no_list_and_no_object_is_taken_for_a_text() -> None:
    taken = [
        (f"{stage.said['action']}.{field.key}", odd)
        for stage in first_stages()
        for field in SHEETS[stage.said["action"]]
        if field.kind in ONE_TEXT and not field.many
        for odd in (["x"], [7], {"x": 1}, ["甲", {"b": None}])
        if stage.takes({**stage.said["data"], field.key: odd})
    ]
    assert taken == []


def first_stages() -> Iterator[Stage]:
    """One for each action and keys of its data."""
    seen = set()
    for stage in (stage for life in lives() for stage in played(life)):
        keys = (stage.said["action"], *sorted(stage.said["data"]))
        if keys not in seen:
            seen.add(keys)
            yield stage
