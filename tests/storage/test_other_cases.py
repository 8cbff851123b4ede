"""An action that names another case takes one that is there and of its kind, and nothing else."""

import pytest

from states import Action
from storage import Register
from tests.builders import CITY, FIRST, morning, opinions, walk


@pytest.mark.both
@pytest.mark.parametrize("into", ["NOPE", "S1", "", "O00001"])
def test_an_opinion_is_merged_into_an_opinion_alone(desk: Register, into: str) -> None:
    first, _ = opinions(desk, 2, rulebook="reception", regions=(CITY,))
    walk(desk, "S1", until="draft")
    into = first if into == "O00001" else into
    (outcome,) = desk.apply([Action(first, "merge", "K1", "clerk", {"into": into})], morning(FIRST))
    assert outcome.refused is not None
    code = "no_such_opinion" if into in ("NOPE", "S1") else "merged_case_missing"
    assert outcome.refused.code == code
    assert desk.dossier(first).case.state == "RECORDED"


@pytest.mark.both
def test_an_opinion_is_merged_into_another(desk: Register) -> None:
    first, second = opinions(desk, 2, rulebook="reception", regions=(CITY,))
    (outcome,) = desk.apply([Action(first, "merge", "K1", "clerk", {"into": second})], morning(FIRST))
    assert outcome.done, outcome.refused
    assert desk.dossier(first).case.linked_case == second


@pytest.mark.both
def test_an_opinion_becomes_a_suggestion_that_is_there_or_a_project_elsewhere(desk: Register) -> None:
    first, second = opinions(desk, 2, rulebook="reception", regions=(CITY,))

    def promoted(case: str, kind: str, into: str) -> str:
        data = {"kind": kind, "into": into}
        (outcome,) = desk.apply([Action(case, "promote", "R1", "registrar", data)], morning(FIRST))
        return outcome.refused.code if outcome.refused else ""

    assert promoted(first, "suggestion", "NOPE") == "typed_no_case"
    assert promoted(first, "suggestion", second) == "typed_no_case"
    assert promoted(first, "project", "2026-XM-7") == ""
    text = {"title": "关于路灯的建议", "facts": "夜间没有照明", "proposal": "增设路灯", "lead": "D1"}
    made = Action("S2", "draft", "D1", "deputy", text)
    promote = Action(second, "promote", "R1", "registrar", {"kind": "suggestion", "into": "S2"})
    assert [outcome.done for outcome in desk.apply([made, promote], morning(FIRST))] == [True, True]


@pytest.mark.both
def test_a_repeat_repeats_a_suggestion_that_is_there(desk: Register) -> None:
    (opinion,) = opinions(desk, 1, rulebook="reception", regions=(CITY,))
    last = walk(desk, "C1", until="register")
    walk(desk, "C0", until="register")

    def marked(earlier: str) -> str:
        act = Action("C1", "mark_repeat", "R1", "registrar", {"repeat_of": earlier})
        (outcome,) = desk.apply([act], morning(last))
        return outcome.refused.code if outcome.refused else ""

    assert marked("NOPE") == "typed_no_case"
    assert marked(opinion) == "typed_no_case"
    assert marked("C0") == ""
