"""Who is behind an identity-protected suggestion: no answer differs by it, no option gives it, no guess is right."""

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from html import unescape
from itertools import count
from typing import Any

import pytest

from flows.audit import nightly_audit
from flows.automatic_papers import make_papers
from portal.visitor.site import Site
from storage import Register, open_engine
from tests.builders import DISSATISFIED, FIRST, LIBRARY, SOLE, act, morning, noon, steps, take
from tests.databases import Databases
from tests.portal import everywhere
from tests.portal.city import PEOPLE, a_whole_directory
from tests.portal.everywhere import World, addresses
from tests.portal.hidden_facts import everybody_told
from tests.portal.standing import Standing
from tests.portal.test_masked import the_seed
from tests.portal.web import Browser, signed_in, the_app

ON = FIRST + timedelta(days=60)
UNNAMED = sorted(set(PEOPLE) - {"D1", "D2", "A1", "A2", "R1", "R2", "R3"})
"""Everybody but deputies, their assistants and the registrars."""


def protected(register: Register, deputy: str, until: str = "") -> Register:
    """The case C1 of a deputy whose name is protected, whole or up to an action; watched, judged and inspected."""
    a_whole_directory(register)
    at = count()
    for action in steps("C1", "suqian", SOLE, {"commitments": [{"text": "修路", "due_on": "2025-12-01"}]}):
        day = FIRST + timedelta(days=next(at))
        if action.name == "draft":
            action = replace(action, data={**action.data, "secrecy": "IDENTITY_PROTECTED"})
        if action.role == "deputy":
            action = replace(action, by=deputy)
        if action.name == "evaluate":
            break
        take(register, day, action)
        if action.name == until:
            return register
    act(register, ON, "C1", "propose_supervision", "committee", "C1", kind="GROUP", holder=deputy)
    act(register, ON, "C1", "propose_supervision", "dispatcher", "G1", kind="GOVERNMENT", reason="x")
    act(register, ON, "C1", "inspect", "committee", "C1", assignment="C1/a1", verdict="MATCHING",
        location="幸福路", participants=[deputy])  # fmt: skip
    act(register, ON, "C1", "evaluate", "deputy", deputy, **DISSATISFIED)
    register.sweep(morning(ON + timedelta(days=90)))
    make_papers(register, noon(ON))
    nightly_audit(register, noon(ON))
    everybody_told(register)
    return register


@pytest.fixture
def of(sqlite: Databases) -> Iterator[Callable[..., Site]]:
    """A portal over the city in which that deputy is behind C1."""
    engines = []

    def made(deputy: str, until: str = "") -> Site:
        engines.append(open_engine(sqlite.fresh()))
        site = Site(protected(Register(engines[-1], LIBRARY), deputy, until), Standing(on=ON))
        for day, what in enumerate(("case", "evaluate")):
            at = noon(ON + timedelta(days=day))
            site.accounts.note(at, deputy, "deputy", what, "C1", f"10.0.0.{deputy[-1]}")
        return site

    yield made
    for engine in engines:
        engine.dispose()


OPAQUE = re.compile(rb"[0-9a-f]{12,64}|\d{16}")
CLOCK = re.compile(rb"20\d\d-\d\d-\d\d \d\d:\d\d")
"""When the test itself looked, in the access log."""


def without_digests(answer: bytes) -> bytes:
    """Opaque keys, marks and digests by the order in which they occur."""
    digests: dict[bytes, bytes] = {}
    answer = CLOCK.sub(b"", answer)
    return OPAQUE.sub(lambda match: digests.setdefault(match[0], b"#%d" % len(digests)), answer)


def questions(app: Any, whole: bool) -> list[tuple[str, str]]:
    by_path = addresses(app, World(("C1",)))
    if whole:
        return [(who, address) for who in UNNAMED for some in by_path.values() for address in some]
    chance = random.Random(the_seed())
    pairs = [(chance.choice(UNNAMED), chance.choice(some)) for some in by_path.values()]
    pairs += [(who, path) for who in UNNAMED for path in ("/case/C1", "/api/v1/cases/C1/offers", "/supervisions")]
    pairs += [("X1", f"/access?account={deputy}") for deputy in ("", "D3", "D4")]
    pairs += [(who, path) for who in UNNAMED for path in ("/inbox", "/api/v1/inbox")]
    pairs += [("L1", "/papers/list?kind=duty_list&form=xlsx")]
    return [*pairs, ("C1", "/inspections"), ("X1", "/inspections.xlsx"), ("L1", "/findings")]


@pytest.mark.parametrize("whole", [False, pytest.param(True, marks=(pytest.mark.long, pytest.mark.slow))])
def test_every_answer_is_the_same_whichever_deputy_is_behind(of: Callable[..., Site], whole: bool) -> None:
    third, fourth = of("D3"), of("D4")
    asks = questions(the_app(third), whole)
    first = answers(third, asks)
    second = answers(fourth, asks)
    assert [key for key in asks if first[key] != second[key]] == [], f"DUBAN_SEED={the_seed()}"
    named = [key for key in asks if "代表3".encode() in first[key]]
    assert [key for key in named if not key[1].startswith(NAMING_EVERYBODY)] == []


NAMING_EVERYBODY = ("/directory", "/api/v1/people", "/papers/list?kind=duty_list")


def answers(site: Site, asks: list[tuple[str, str]]) -> dict[tuple[str, str], bytes]:
    browsers: dict[str, Browser] = {who: signed_in(site, who) for who in UNNAMED}
    pages = everywhere.answers([(browsers[who], path) for who, path in asks])
    return {question: without_digests(page) for question, page in zip(asks, pages, strict=True)}


def test_no_option_of_a_form_gives_the_id_of_a_protected_deputy_and_no_guess_is_confirmed(
    of: Callable[..., Site],
) -> None:
    site = of("D3", "accept")
    unit, path = signed_in(site, "W1"), "/act/C1?do=communicate&on=C1/a1"
    page = unit.get(path)
    (chosen,) = re.findall(r'<select id="f-deputy" name="deputy">\s*<option value="([^"]*)"', page)
    assert "D3" not in unescape(page)
    contact: dict[str, Any] = {"kind": "phone", "stage": "", "note": "沟通过了"}
    guesses = [unit.submit(path, path, 422, deputy=guess, **contact) for guess in ("D3", "D4", "nobody")]
    assert len({re.sub(r"D3|D4|nobody|value=\"[^\"]*\"", "", page) for page in guesses}) == 1
    unit.submit(path, path, deputy=chosen, **contact)
    assert [row.deputy for row in site.register.dossier("C1").communications.values()] == ["D3"]


def test_no_offer_of_the_api_gives_it_and_no_guess_over_the_api_is_confirmed(of: Callable[..., Site]) -> None:
    site = of("D3", "accept")
    browser = signed_in(site, "W1")
    offers = browser.http.get("/api/v1/cases/C1/offers")
    assert "D3" not in offers.text
    fields = next(offer["fields"] for offer in offers.json() if offer["action"] == "communicate")
    (key,) = next(field["options"] for field in fields if field["key"] == "deputy")
    csrf = browser.http.get("/api/v1/me").json()["csrf"]

    def send(deputy: str, key: str) -> Any:
        return browser.http.post(
            "/api/v1/cases/C1/actions", headers={"x-csrf-token": csrf, "idempotency-key": key},
            json={"action": "communicate", "data": {"kind": "phone", "deputy": deputy}},
        )  # fmt: skip

    guesses = [send(deputy, f"k{number}") for number, deputy in enumerate(("D3", "D4", "nobody"))]
    assert {page.status_code for page in guesses} == {409}
    assert len({page.text for page in guesses}) == 1
    assert send(key, "right").status_code == 200
    assert [row.deputy for row in site.register.dossier("C1").communications.values()] == ["D3"]

