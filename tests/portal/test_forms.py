"""A form is the sheet of its action: its fields, in its order, in its words."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

import pytest
from markupsafe import escape

from portal.visitor.choosing import Choices
from portal.visitor.filled import Typed, read_form
from portal.visitor.forms import Asked, questions_of, sample_data
from portal.visitor.languages import LANGUAGE, LANGUAGES
from portal.visitor.site import HERE, Site
from states.sheets import SHEETS, Type
from states.sheets.judging import INSPECTED
from storage import Register
from tests.states.builders import SUQIAN, tracking

DOSSIER = tracking().case
CHOICES = Choices({"U1": "住建局"}, {"U9": "城环工委"}, {"D1": "代表1"}, "registrar")
FOUNDING = ("draft", "record")
NEEDLESS = {
    "confirm_supervision.key_level", "confirm_supervision.leader", "evaluate.overall", "correct_evaluation.overall",
}  # fmt: skip
"""Fields that this case and its rulebook do not need."""
NAMED = re.compile(r' name="([^"]+)"')
OWN_INPUTS = {
    Type.UNITS: {"unit", "role", "part"},
    Type.ANSWERS: {"answer"},
    Type.PROMISES: {"promise", "promise_due"},
    Type.PHOTOS: {"evidence", "taken_on"},
}
"""The inputs of what is not written into one."""


def form(action: str) -> list[Asked]:
    return questions_of(action, DOSSIER, SUQIAN, CHOICES)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Iterator[int]:
    """Which of a field's words the visitor reads."""
    token = LANGUAGE.set(request.param)
    yield ("zh", "en").index(request.param)
    LANGUAGE.reset(token)


@pytest.mark.parametrize("action", [action for action in SHEETS if action not in FOUNDING])
def test_a_form_asks_what_its_sheet_asks_in_the_same_order(action: str) -> None:
    sheet = [field for field in SHEETS[action] if field.form and f"{action}.{field.key}" not in NEEDLESS]
    assert [widget.field for widget in form(action) if widget.field is not INSPECTED] == sheet


def test_a_field_is_drawn_in_the_words_of_its_sheet_under_its_key(desk: Register, language: int) -> None:
    draw = Site(desk).pages.get_template("macros.html").module.field  # type: ignore[attr-defined]
    for widget in (widget for action in SHEETS if action not in FOUNDING for widget in form(action)):
        page = draw(widget, {}, {})
        words = (widget.field.label, widget.field.hint, widget.field.empty)
        assert all(str(escape(some[language])) in page for some in words if some), widget.key
        assert set(NAMED.findall(page)) == OWN_INPUTS.get(widget.field.kind, {widget.key})


def test_what_stands_for_a_good_answer_is_what_a_form_can_send() -> None:
    for action in SHEETS:
        if action not in FOUNDING:
            assert set(sample_data(action, DOSSIER, SUQIAN, "registrar")) <= {field.key for field in SHEETS[action]}


def test_what_is_typed_becomes_the_data_that_the_sheet_names() -> None:
    def typed(action: str, **form_: str) -> dict[str, object]:
        return read_form(form(action), {key: [value] for key, value in form_.items()}, str)

    assert typed("record_conversion", kind="LAW_PLAN", target=" 条例 ") == {"kind": "LAW_PLAN", "target": "条例"}
    assert typed("reopen_by_inspection", commitments="C1/c1")["commitments"] == ["C1/c1"]
    assert typed("inspect", inspected="commitment:C1/c1", finding="没有动工", participants="甲、乙") == {
        "commitment": "C1/c1", "finding": "没有动工", "participants": ["甲", "乙"],
    }  # fmt: skip
    assert typed("draft_reply", answer="已修") | {"reply": ""} == {"points_answered": 1, "reply": ""}
    assert typed("rate_suggestion", score="80") == {"score": 80}
    for action, bad in (("rate_suggestion", {"score": "101"}), ("nominate", {"score": "9" * 5_000}),
                        ("record_conversion", {"kind": "x"}),
                        ("reschedule_commitment", {"due_on": "2025-02-30"})):  # fmt: skip
        with pytest.raises(Typed):
            typed(action, **bad)


def test_no_module_of_pages_gives_a_key_of_a_sheet_its_label_again() -> None:
    labels = defaultdict(set)
    for field in (field for sheet in SHEETS.values() for field in sheet):
        labels[field.key].add(field.label[0])
    again = [
        f"{path.name}:{line}: {key}"
        for room in ("api", "visitor", "web")
        for path in sorted((HERE / room).glob("*.py"))
        for line, key, texts in keyed(ast.parse(path.read_text(encoding="utf-8")))
        if texts & labels.get(key, set())
    ]
    assert {key.partition(":")[0] for key in again} == set(OTHER_TABLES), again


def keyed(tree: ast.AST) -> Iterator[tuple[int, str, set[str]]]:
    """Each text that stands as a key or before something else, with the texts of that."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            pairs = list(zip(node.keys, node.values, strict=True))
        else:
            row = node.elts if isinstance(node, ast.Tuple) else node.args if isinstance(node, ast.Call) else []
            pairs = list(pairwise(row))
        for key, value in pairs:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.lineno, key.value, texts_in(value)


def texts_in(node: ast.AST) -> set[str]:
    return {leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)}


OTHER_TABLES = {
    "timeline.py": "texts of events",
}
"""Modules whose words for such keys name something else, too."""
