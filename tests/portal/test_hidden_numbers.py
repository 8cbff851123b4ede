"""Ids that count tell nothing of what is hidden between two of them, and whoever acts by an id is understood."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from portal.visitor.site import Site
from storage import Register, open_engine
from tests.builders import act, walk
from tests.databases import Databases
from tests.portal.city import a_whole_directory
from tests.portal.hidden_facts import BADLY, ON, TEXTS
from tests.portal.standing import Standing
from tests.portal.web import Browser, signed_in


@pytest.fixture
def world(sqlite: Databases) -> Iterator[Callable[[bool], Site]]:
    """A case that is evaluated, badly or not yet, and under the government's supervision."""
    engines = []

    def made(hidden: bool) -> Site:
        engines.append(open_engine(sqlite.fresh()))
        register = Register(engines[-1], TEXTS)
        a_whole_directory(register)
        walk(register, "EARLIER", until="submit")
        walk(register, "C1", until="send_forms")
        act(register, ON, "C1", "mark_repeat", "registrar", repeat_of="EARLIER")
        if hidden:
            act(register, ON, "C1", "evaluate", "deputy", **BADLY)
        act(register, ON, "C1", "propose_supervision", "dispatcher", "G1", kind="GOVERNMENT", reason="x")
        return Site(register, Standing(on=ON))

    yield made
    for engine in engines:
        engine.dispose()


def ids(browser: Browser) -> tuple[Any, Any, Any]:
    """By case, by list and by what can be done with it."""
    case = browser.http.get("/api/v1/cases/C1").json()["supervisions"]
    listed = browser.http.get("/api/v1/supervisions").json()["items"]
    offers = browser.http.get("/api/v1/cases/C1/offers").json()
    return (
        [event["id"] for event in case], [message["id"] for message in listed],
        sorted({offer["on"]["id"] for offer in offers if offer["on"] and offer["on"]["kind"] == "supervision"}),
    )  # fmt: skip


def posted(browser: Browser, do: str, key: str, **data: Any) -> Any:
    csrf = browser.http.get("/api/v1/me").json()["csrf"]
    return browser.http.post(
        "/api/v1/cases/C1/actions", json={"action": do, "data": data},
        headers={"x-csrf-token": csrf, "idempotency-key": key},
    )  # fmt: skip


def test_a_hidden_supervision_leaves_no_gap_among_the_numbers_of_the_others(world: Callable[[bool], Site]) -> None:
    without, with_one = (signed_in(world(hidden), "G1") for hidden in (False, True))
    assert ids(without) == ids(with_one) == (["C1/s1"], ["C1/s1"], ["C1/s1"])
    assert {row.kind for row in with_one.site.register.dossier("C1").supervisions.values()} == {"KEY", "GOVERNMENT"}


@pytest.mark.parametrize("named", [{"supervision": "C1/s1"}, {"supervision": "s1"}, {}])
def test_acting_by_the_shown_number_acts_on_what_it_was_shown_for(
    world: Callable[[bool], Site], named: dict[str, str]
) -> None:
    site = world(True)
    government = signed_in(site, "G1")
    assert posted(government, "plan_supervision", "a", plan="每周一次", **named).status_code == 200
    states = {row.kind: row.state for row in site.register.dossier("C1").supervisions.values()}
    assert states == {"KEY": "PROPOSED", "GOVERNMENT": "PLANNED"}
    page = government.act("C1", "start_supervision", "C1/s1")
    assert "督办中" in page


@pytest.mark.parametrize("named", [{"supervision": "C1/s2"}, {"supervision": "s2"}])
def test_a_batch_that_begins_a_supervision_and_goes_on_with_it_succeeds_whatever_is_hidden(
    world: Callable[[bool], Site], named: dict[str, str]
) -> None:
    outcomes = []
    for hidden in (False, True):
        browser = signed_in(world(hidden), "M1")
        csrf = browser.http.get("/api/v1/me").json()["csrf"]
        actions = [
            {"case": "C1", "key": "a", "action": "decline_supervision", "data": {"reason": "x", "supervision": "s7"}},
            {"case": "C1", "key": "b", "action": "propose_supervision", "data": {"kind": "GOVERNMENT", "level": "U4"}},
            {"case": "C1", "key": "c", "action": "plan_supervision", "data": {"plan": "每周一次", **named}},
            {"case": "C1", "key": "d", "action": "start_supervision", "data": named},
        ]
        answer = browser.http.post("/api/v1/actions", json={"actions": actions}, headers={"x-csrf-token": csrf})
        outcomes.append([(item["done"] and item["done"]["action"], item["problem"]) for item in answer.json()["items"]])
    assert outcomes[0] == outcomes[1]
    assert [done for done, _ in outcomes[0]] == [None, "propose_supervision", "plan_supervision", "start_supervision"]


def test_a_guess_at_the_number_of_a_hidden_supervision_is_answered_as_if_there_were_none(
    world: Callable[[bool], Site],
) -> None:
    outcomes = []
    for hidden in (False, True):
        for who in ("G1", "C1", "H1"):
            browser = signed_in(world(hidden), who)
            for number, guess in enumerate(("C1/s2", "s2", "C1/q1", "q1", "C1/s9", "")):
                for do in ("plan_supervision", "confirm_supervision"):
                    answer = posted(browser, do, f"{do}{number}", supervision=guess, plan="x", reason="x")
                    outcomes.append((hidden, who, do, guess, answer.status_code, answer.text))
    half = len(outcomes) // 2
    assert [outcome[1:] for outcome in outcomes[:half]] == [outcome[1:] for outcome in outcomes[half:]]
