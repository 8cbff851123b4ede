"""The pages about the law say what the tables say."""

import json
from enum import StrEnum
from pathlib import Path

import pytest

from states import LIFECYCLES
from states.cases import Dossier
from states.decide import FOUNDING
from states.diagram import as_json, lifecycle_page
from states.roles import Role
from states.sheet_page import actions_page
from states.vocabulary import FindingCode, LimitKey, Named, PartRole, Subject
from states.words import ACTION_NAMES, TABLE_NAMES

DOCS = Path(__file__).parents[2] / "docs"
STATES = {
    f"{machine.subject}.{state}": name
    for machine in LIFECYCLES.values()
    for state, name in machine.names.items()
}


def test_the_lifecycle_page_is_the_one_the_tables_give() -> None:
    page = (DOCS / "lifecycle.md").read_text(encoding="utf-8")
    assert page == lifecycle_page(), "docs/lifecycle.md is stale; renew it with: duban diagram --write"


def test_every_word_is_named_in_chinese() -> None:
    actions = {step.action for machine in LIFECYCLES.values() for step in machine.steps}
    assert set(ACTION_NAMES) == {*actions, *FOUNDING, "propose_supervision"}
    assert set(Subject.values()) == set(LIFECYCLES)
    assert set(TABLE_NAMES) == {"cases", *(set(Dossier.__dataclass_fields__) - {"case"})}


@pytest.mark.parametrize(
    "words", [ACTION_NAMES, LimitKey.names(), PartRole.names(), TABLE_NAMES, Role.names(), STATES]
)
def test_the_glossary_ties_every_word_to_its_chinese(words: dict[str, str]) -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    missing = [
        line
        for word, name in words.items()
        if (line := f"| `{word.value if isinstance(word, StrEnum) else word}` | {name} |") not in page
    ]
    assert not missing, f"docs/glossary.md lacks {missing}"


@pytest.mark.parametrize("kind", Named.__subclasses__(), ids=lambda kind: kind.__name__)
def test_the_glossary_has_every_value_of_the_vocabulary(kind: type[Named]) -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    missing = [value for value in kind if f"| `{value.value}` | {value.zh} |" not in page]
    assert not missing, f"docs/glossary.md lacks {missing}"


def test_the_guide_for_engineers_explains_every_finding() -> None:
    page = (DOCS / "operating.md").read_text(encoding="utf-8")
    missing = [code.value for code in FindingCode if f"`{code.value}`" not in page]
    assert not missing, f"docs/operating.md lacks {missing}"


def test_the_glossary_names_no_state_or_action_that_is_gone() -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    names = {
        *ACTION_NAMES,
        *(value for kind in Named.__subclasses__() for value in kind),
        *TABLE_NAMES,
        *STATES,
        *(role.value for role in Role),
    }
    generated = page.partition("<!-- words of the code -->")[2]
    words = [line.split("`")[1] for line in generated.splitlines() if line.startswith("| `")]
    assert set(words) <= names


def test_the_actions_page_is_the_one_the_sheets_give() -> None:
    page = (DOCS / "actions.md").read_text(encoding="utf-8")
    assert page == actions_page(), "docs/actions.md is stale; renew it with: duban diagram --write"


def test_programs_get_the_same_tables() -> None:
    tables = json.loads(json.dumps(as_json()))
    assert [step["action"] for step in tables["suggestion"]["steps"]] == [
        step.action for step in LIFECYCLES["suggestion"].steps
    ]
    assert tables["opinion"]["founding"] == ["record"]
