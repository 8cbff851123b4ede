"""A change in a table is the whole change: decisions, what is allowed, and the diagram follow it."""

import json
from dataclasses import replace

import pytest

from states import LIFECYCLES, Role
from states.diagram import as_json, lifecycle_page, mermaid
from states.lifecycle import Lifecycle
from states.table import Step
from states.vocabulary import S
from tests.states.builders import assigned, submitted


def edited(subject: str, action: str, **changes: object) -> Lifecycle:
    old = LIFECYCLES[subject]
    steps = [replace(step, **changes) if step.action == action else step for step in old.steps]  # type: ignore[arg-type]
    return Lifecycle(subject, old.initial, old.names, steps)


def test_another_target_leads_there_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIFECYCLES, "suggestion", edited("suggestion", "open_review", target=S.REGISTERED))
    desk = submitted()
    desk.act("open_review", "registrar")
    assert desk.state == "REGISTERED"
    assert "propose_units" in desk.allowed()
    assert "SUBMITTED --> REGISTERED: 开始审核" in mermaid(LIFECYCLES["suggestion"])
    assert "SUBMITTED --> UNDER_REVIEW" not in lifecycle_page()


def test_another_source_opens_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    sources = (S.SUBMITTED, S.UNDER_REVIEW)
    monkeypatch.setitem(LIFECYCLES, "suggestion", edited("suggestion", "register", sources=sources))
    desk = submitted()
    assert "register" in desk.allowed()
    desk.act("register", "registrar", subject_class="x", committee="y")
    assert desk.state == "REGISTERED"


def test_another_role_is_let_in_and_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = (Role.DISPATCHER,)
    monkeypatch.setitem(LIFECYCLES, "suggestion", edited("suggestion", "open_review", by=roles))
    assert "it is for dispatcher" in submitted().refused("open_review", "registrar")
    steps = json.loads(json.dumps(as_json()))["suggestion"]["steps"]
    (step,) = [row for row in steps if row["action"] == "open_review"]
    assert step["roles"] == ["dispatcher"]


def test_a_step_taken_by_another_step_follows_its_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("states.assigning.ASSIGNMENT", edited("assignment", "cancel", event="annulled"))
    desk = assigned()
    desk.act("withdraw", "deputy", reason="x")
    assert "assignment.annulled" in desk.events()


def test_a_new_step_can_be_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    old = LIFECYCLES["suggestion"]
    fresh = Step("shelve", "shelved", (S.SUBMITTED,), S.ARCHIVED, (Role.REGISTRAR,), "test")
    monkeypatch.setitem(
        LIFECYCLES, "suggestion", Lifecycle("suggestion", old.initial, old.names, (*old.steps, fresh))
    )
    desk = submitted()
    assert "shelve" in desk.allowed()
    desk.act("shelve", "registrar")
    assert desk.state == "ARCHIVED"
    assert "`suggestion.shelved`" in lifecycle_page()
