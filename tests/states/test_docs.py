"""The pages about the law say what the tables say."""

from enum import StrEnum
from pathlib import Path

import pytest

from rulebooks import LIMIT_KEYS
from states import LIFECYCLES
from states.assignment_guards import CLASSES, PUBLICITY
from states.cases import Dossier
from states.decide import FOUNDING
from states.diagram import as_json, data_keys, lifecycle_page
from states.evaluation import VALUES
from states.roles import ROLE_NAMES, Role
from states.words import (
    ACTION_NAMES,
    DATA_WORDS,
    FOUNDING_DATA,
    LIMIT_NAMES,
    PART_ROLE_NAMES,
    SUBJECT_NAMES,
    TABLE_NAMES,
)
from states.work import ANSWERING

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
    assert set(LIMIT_NAMES) == set(LIMIT_KEYS)
    assert set(SUBJECT_NAMES) == set(LIFECYCLES)
    assert set(ROLE_NAMES) == set(Role)
    assert set(PART_ROLE_NAMES) == {*ANSWERING, "CO"}
    assert set(TABLE_NAMES) == {"cases", *(set(Dossier.__dataclass_fields__) - {"case"})}


@pytest.mark.parametrize(
    "words", [ACTION_NAMES, LIMIT_NAMES, PART_ROLE_NAMES, TABLE_NAMES, ROLE_NAMES, STATES]
)
def test_the_glossary_ties_every_word_to_its_chinese(words: dict[str, str]) -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    missing = [
        line
        for word, name in words.items()
        if (line := f"| `{word.value if isinstance(word, StrEnum) else word}` | {name} |") not in page
    ]
    assert not missing, f"docs/glossary.md lacks {missing}"


def test_the_glossary_names_no_state_or_action_that_is_gone() -> None:
    page = (DOCS / "glossary.md").read_text(encoding="utf-8")
    known = {
        *ACTION_NAMES,
        *LIMIT_NAMES,
        *PART_ROLE_NAMES,
        *TABLE_NAMES,
        *STATES,
        *(role.value for role in Role),
    }
    generated = page.partition("<!-- words of the code -->")[2]
    words = [line.split("`")[1] for line in generated.splitlines() if line.startswith("| `")]
    assert set(words) <= known


def test_the_keys_an_action_reads_are_told_from_its_rules() -> None:
    steps = {step.event: step for step in LIFECYCLES["assignment"].steps}
    assert data_keys(steps["return_requested"]) == ["late_reason", "proposed_unit", "reason"]
    assert data_keys(steps["accepted"]) == []


def test_every_key_of_an_action_s_data_is_explained_with_the_values_that_are_known() -> None:
    read = {key for machine in LIFECYCLES.values() for step in machine.steps for key in data_keys(step)}
    opening = {key for keys in FOUNDING_DATA.values() for key in keys}
    assert (read | opening) - set(DATA_WORDS) == set()
    for key, values in (
        ("class", CLASSES),
        ("publicity", PUBLICITY),
        ("units", (*ANSWERING, "CO")),
        ("overall", VALUES),
        ("rating", VALUES),
    ):
        assert [value for value in values if f"`{value}`" not in DATA_WORDS[key]] == []


def test_programs_get_the_same_tables() -> None:
    told = as_json()
    assert [step["action"] for step in told["suggestion"]["steps"]] == [
        step.action for step in LIFECYCLES["suggestion"].steps
    ]
    assert told["opinion"]["founding"] == ["record"]
