"""Every value that a form or a rulebook offers is read by a rule, or stands here with the reason why none reads it."""

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import CodeType
from typing import Any, get_args

import pytest
from pydantic import BaseModel

import rulebooks
from portal.rehearsal.recorded import said_under
from rulebooks import Rulebook
from states import Action
from states.sheets import SHEETS
from states.vocabulary import Named, Track
from tests.states.builders import SOLE, SUQIAN, assigned, registered, submitted

ROOT = Path(rulebooks.__file__).parents[1]

READ = {
    ("Track", "COMPLEX"): "states.deadlines:_start",
    ("Secrecy", "NONE"): "states.cases:Case.is_protected.fget",
    ("Secrecy", "IDENTITY_PROTECTED"): "portal.visitor.rights:sees_names",
    ("KeyLevel", "NONE"): "states.cases:Case.is_key.fget",
    ("Disposal", "rehandle"): "states.suggestion_guards:mediation_rehandles",
    ("Disposal", "close"): "states.suggestion_guards:decides_mediation",
    ("ReplyClass", "UNDER_WAY_DATED"): "states.assignment_guards:draft_complete",
    ("ReplyClass", "PLANNED_DATED"): "states.assignment_guards:draft_complete",
    ("Reopening", "TRACKING"): "states.suggestion_guards:reopens_tracking",
    ("Reopening", "REHANDLING"): "states.suggestion_guards:refuted",
    ("Verdict", "MATCHING"): "states.inspection:_follow_verdict",
    ("Verdict", "NOT_MATCHING"): "states.inspection:_verdict_against",
    ("Satisfaction", "DISSATISFIED"): "states.evaluation:judged_badly",
    ("SupervisionKind", "LADDER"): "states.supervision:begin",
    ("SupervisionKind", "KEY"): "states.supervision:begin",
    ("SupervisionKind", "INSPECTION"): "states.supervision:begin",
    ("SupervisionKind", "GROUP"): "states.supervision:begin",
}
"""(closed set, value) -> a rule that tells it from the other values of its set."""

NOT_READ = {
    "Track": {"NORMAL": "the absence of COMPLEX"},
    "KeyLevel": dict.fromkeys(("COMMITTEE", "CHAIR", "GOV_LEADER"), "told from NONE only; quotas count them"),
    "ContactKind": dict.fromkeys(
        ("visit", "meeting", "interview", "phone", "network"), "recorded; counted is face_to_face"),
    "Stage": dict.fromkeys(("before", "during", "after"), "recorded; left out, the rules fill it in"),
    "ReplyClass": {
        **dict.fromkeys(("RESOLVED", "DEFERRED"), "figures and the audit's samples read it"),
        **dict.fromkeys(("PARTLY_RESOLVED", "REFERENCE", "NOT_FEASIBLE", "UPWARD"), "figures group by it"),
    },
    "Publicity": {
        "NONE": "the sheet asks for a reason with it",
        **dict.fromkeys(("FULL", "SUMMARY"), "printed on the reply; told from NONE only"),
    },
    "Becomes": dict.fromkeys(("suggestion", "project", "law"), "recorded; the linked case says what it is"),
    "Level": dict.fromkeys(("U4", "U5", "U6"), "a rank: compared by order (states/climbing, rulebooks/climb)"),
    "Verdict": {"PARTLY_MATCHING": "neither of the two others: the class stays, what was found is on record"},
    "ConversionKind": dict.fromkeys(
        ("LAW_PLAN", "SPECIAL_SUPERVISION", "MAJOR_DECISION", "LIVELIHOOD_PROJECT"), "lists and figures group by it"),
    "Satisfaction": dict.fromkeys(("SATISFIED", "BASICALLY_SATISFIED"), "figures count each"),
    "SupervisionKind": dict.fromkeys(
        ("LEADER", "FIELD", "NET", "GOVERNMENT"), "who may begin it and its slot stand in states.supervision.KINDS"),
}  # fmt: skip
"""Values that no rule tells from others, with the reason why they are offered nevertheless."""

UNREAD = {
    "Rulebook.zone": "the schema allows one zone",
    "Rulebook.extends": "read from the file while it is resolved",
}
"""Keys of a rulebook that no code reads, with the reason."""


def offered() -> Iterator[tuple[str, str]]:
    for sheet in SHEETS.values():
        for field in sheet:
            yield from ((type(choice).__name__, choice.value) for choice in field.among)


def test_every_value_that_a_form_offers_is_read_or_listed_with_the_reason() -> None:
    listed = {(name, value) for name, why in NOT_READ.items() for value in why}
    assert not listed & set(READ)
    assert set(offered()) == listed | set(READ)


@pytest.mark.parametrize(("place", "where"), READ.items(), ids=lambda item: str(item))
def test_the_rule_that_is_named_reads_the_value(place: tuple[str, str], where: str) -> None:
    module, _, path = where.partition(":")
    rule: Any = importlib.import_module(module)
    for name in path.split("."):
        rule = getattr(rule, name)
    assert place[1] in words_of(rule.__code__, vars(importlib.import_module(module))), f"{where} reads no {place[1]}"


def words_of(code: CodeType, names: dict[str, Any]) -> set[str]:
    """Every word that a function compares with: its own constants, and those of the module's sets that it names."""
    words: set[str] = set()
    constants = [*code.co_consts, *(names.get(name) for name in code.co_names)]
    for constant in constants:
        if isinstance(constant, CodeType):
            words |= words_of(constant, names)
        elif isinstance(constant, str):
            words |= {constant, *constant.replace("'", " ").split()}
        elif isinstance(constant, tuple | frozenset | dict):
            words |= {str(value) for value in constant}
        elif isinstance(constant, type) and issubclass(constant, Named):
            words |= set(constant.values())
    return words


@cache
def attributes() -> frozenset[tuple[str, str]]:
    """Every attribute that some module reads, as (whose, name); `whose` is the name before the dot, '' for a call.

    That a page of rulebooks shows it does not go by attributes.
    """
    names: set[tuple[str, str]] = set()
    for folder in ("states", "storage", "flows", "notifications", "portal"):
        for file in (ROOT / folder).rglob("*.py"):
            names |= attributes_in(file)
    for name in ("limits.py", "due.py", "climb.py", "schema.py", "library.py", "sections.py", "followed.py"):
        names |= attributes_in(ROOT / "rulebooks" / name)
    return frozenset(names)


def attributes_in(file: Path) -> set[tuple[str, str]]:
    nodes = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Attribute)]
    return {(getattr(node.value, "attr", getattr(node.value, "id", "")), node.attr) for node in nodes}


def sections(model: type[BaseModel] = Rulebook, seen: frozenset[type] = frozenset()) -> Iterator[type[BaseModel]]:
    """A rulebook and every model that it is made of."""
    yield model
    for field in model.model_fields.values():
        for inner in models_in(field.annotation):
            if inner not in seen:
                seen |= {inner}
                yield from sections(inner, seen)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from models_in(argument)


OWNERS = {
    "ReplyRules.stop": "reply",
    "PublicityRules.default": "publicity",
    "PublicityRules.window": "publicity",
    "Subjects.map": "subjects",
    "Classes.map": "classes",
    "CalendarRules.id": "calendar",
    "Extension.basis": "extension",
}
"""Keys whose names other things bear, too: they are read as an attribute of their section alone."""


def test_every_key_of_a_rulebook_is_read_or_listed_with_the_reason() -> None:
    keys = {(model.__name__, name) for model in dict.fromkeys(sections()) for name in model.model_fields}
    names = {name for _, name in attributes()}
    common = {key.partition(".")[2] for key in OWNERS}
    assert {f"{section}.{name}" for section, name in keys if name in common} == set(OWNERS)
    unread = {f"{section}.{name}" for section, name in keys if name not in names}
    unread |= {key for key, owner in OWNERS.items() if (owner, key.partition(".")[2]) not in attributes()}
    assert unread == set(UNREAD)


def test_no_track_is_offered_that_gives_no_day_of_its_own() -> None:
    desk = registered(submitted())
    desk.act("propose_units", "registrar", units=SOLE)
    assert "one of NORMAL, COMPLEX" in desk.refused("assign", "registrar", track="URGENT")
    tracks = Track.values()
    days = {assigned(track=track).deadline("reply_by").last_day for track in tracks}
    assert len(days) == len(tracks) == 2


def test_a_case_that_was_assigned_as_urgent_keeps_the_name() -> None:
    assert Track.name_of("URGENT") == "急办"
    assert "URGENT" not in Track.values()
    again = said_under(SUQIAN, Action("C1", "assign", "R1", "registrar", {"track": "URGENT"}))
    assert again.data["track"] == "NORMAL"
