"""Whatever the judged side asks, the answer is the same before and after what it must not learn of.

Viewers × addresses × facts: every route that answers a question is found in the tables of routes, and asked.
`make test` asks a part, in which every viewer, every route and every fact occurs; `make test-long` asks all.
"""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from flows.papers import make_papers
from portal.api import models
from portal.api.acting import TAKEN_BY, action_of, refused
from portal.api.shown import event_id
from portal.api.stream import Feed
from portal.rights import scope_of
from portal.web.fields import sample
from portal.web.site import Site
from portal.web.view import timeline
from states.decide import LIFECYCLES
from storage import Outcome, Register, open_engine
from storage.accounts import Visitor
from storage.statements import Cursor
from storage.visible import sees
from tests.builders import CITY, DISSATISFIED, FIRST, LIBRARY, act, an_action, morning, noon, take, walk
from tests.databases import SQLiteFiles
from tests.portal.city import _way, a_whole_directory
from tests.portal.everywhere import World, addresses, answer
from tests.portal.standing import Standing
from tests.portal.web import Browser, signed_in, the_app

ON = FIRST + timedelta(days=60)
"""The day of every hidden fact, and of the portal's clock."""

FEED = "feed"
"""The stream of events, which does not end: what it says next, as an address of its own."""

UNIT, ANOTHER, GOVERNMENT, BLIND = ("W1", "S1", "V1", "H1"), ("W2", "H2", "W3"), ("G1", "M1"), ("C1",)
VIEWERS = (*UNIT, *ANOTHER, *GOVERNMENT, *BLIND)
"""A unit's people, those of its co-unit and of a unit that has no part, the government's, and the committee."""

CASES = ("EVAL", "SCORE", "URGE", "REPEAT", "CORR", "LATE", "OPINION")
SCORES = {"participation": 61, "timeliness": 62, "completeness": 63, "effect": 64}
BADLY: dict[str, Any] = {**DISSATISFIED, "reason": "楼道灯修了三天又坏了"}

Fact = Callable[[Register], object]
FACTS: dict[str, Fact] = {
    "evaluated": lambda register: act(register, ON, "EVAL", "evaluate", "deputy", **BADLY),
    "supervision of the ladder of judgements": lambda register: act(
        register, ON, "REPEAT", "evaluate", "deputy", **BADLY
    ),
    "declined supervision": lambda register: act(
        register, ON, "REPEAT", "decline_supervision", "leader", "L1", supervision="REPEAT/s1", reason="另有安排"
    ),
    "corrected": lambda register: act(register, ON, "CORR", "correct_evaluation", "deputy", **BADLY),
    "supervision of a closed case": lambda register: act(
        register, ON, "LATE", "correct_evaluation", "deputy", **BADLY
    ),
    "urged": lambda register: act(register, ON, "URGE", "urge_feedback", "registrar"),
    "decision overdue": lambda register: register.sweep(morning(ON + timedelta(days=90))),
    "correction declined": lambda register: act(
        register, ON, "CORR", "decline_rehandle", "registrar", reason="更正的理由不成立"
    ),
    "papers of the night": lambda register: make_papers(register, noon(ON)),
    "scored": lambda register: act(register, ON, "SCORE", "assess", "committee", "C1", **SCORES),
}  # fmt: skip
"""What happens one after the other; nobody of VIEWERS may notice any of it, but for what `KNOWN` names."""

KNOWN = {("C1", "scored")}
"""The committee's own score."""


def the_world(register: Register) -> None:
    """Cases whose forms are out, one that was closed well, and an opinion; nothing visible is still to climb."""
    a_whole_directory(register)
    walk(register, "EVAL", "SCORE", "URGE", "REPEAT", until="send_forms")
    act(register, FIRST + timedelta(days=20), "REPEAT", "mark_repeat", "registrar", repeat_of="EVAL")
    walk(register, "CORR", "LATE")
    act(register, FIRST + timedelta(days=20), "LATE", "mark_repeat", "registrar", repeat_of="EVAL")
    _way(register, "CO", [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}])
    told = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
    take(register, FIRST, an_action("OPINION", "record", "clerk", **told))
    act(register, ON, "CO", "receipt", "handler", "W1", assignment="CO/a1")
    register.sweep(morning(ON + timedelta(days=90)))
    make_papers(register, noon(ON))


@pytest.fixture
def site(tmp_path: Path, sqlite_template: str) -> Iterator[Site]:
    engine = open_engine(SQLiteFiles(tmp_path, sqlite_template).fresh())
    register = Register(engine, LIBRARY)
    the_world(register)
    yield Site(register, Standing(on=ON))
    engine.dispose()


def asked_of(site: Site) -> dict[str, list[str]]:
    """Every address by its route."""
    papers = [f"{case}/p{seq}" for case in ("EVAL", "CORR") for seq in (6, 19)]
    return {**addresses(the_app(site), World((*CASES, "CO"), papers)), FEED: [FEED]}


def told(site: Site, browser: Browser, who: str, address: str) -> bytes:
    if address != FEED:
        return answer(browser, address)
    visitor = site.accounts.visitor(browser.http.cookies["duban"], site.real_now(), site.today())
    assert visitor is not None
    last = timeline(site, visitor_of_office(site), site.register.dossier("CO"))[-1]
    feed = Feed(site, event_id(last.entered_at, last.mark))
    assert not feed.reset
    return orjson.dumps([feed.look(visitor), feed.reset])


def visitor_of_office(site: Site) -> Visitor:
    return Visitor("R1", "", "", "R1", "", "registrar", "", "", CITY)


Question = tuple[str, str, str]
"""(fact, viewer, address)."""


def a_part(asked: dict[str, list[str]], seed: int) -> set[Question]:
    """So few of all questions, another choice each day, that every fact, every viewer and every route occurs."""
    chance = random.Random(seed)
    facts, found = list(FACTS), set[Question]()
    for path in asked:
        found.add((chance.choice(facts), chance.choice(VIEWERS), chance.choice(asked[path])))
    every = [(who, address) for who in VIEWERS for some in asked.values() for address in some]
    for fact in facts:
        found |= {(fact, *one) for one in chance.sample(every, max(len(VIEWERS), len(every) // 150))}
        found |= {(fact, who, chance.choice(asked["/case/{case_id:path}"])) for who in VIEWERS}
    return found


def differing(site: Site, questions: Sequence[Question]) -> list[Question]:
    """The questions whose answer changed with their fact."""
    browsers = {who: signed_in(site, who) for who in VIEWERS}
    wanted = {fact: [one for one in questions if one[0] == fact] for fact in FACTS}
    wrong: list[Question] = []
    before: dict[tuple[str, str], bytes] = {}
    for fact, happen in FACTS.items():
        mine = [(who, address) for _, who, address in wanted[fact]]
        kept = {one: before[one] if one in before else told(site, browsers[one[0]], *one) for one in mine}
        happen(site.register)
        before = {one: told(site, browsers[one[0]], *one) for one in mine}
        wrong += [
            (fact, *one) for one in mine if before[one] != kept[one] and (one[0], fact) not in KNOWN
        ]
    return wrong


def the_seed() -> int:
    """Another one each day; DUBAN_SEED asks the same again."""
    return int(os.environ.get("DUBAN_SEED") or datetime.now(UTC).toordinal())


def test_a_part_of_all_questions_is_answered_alike_before_and_after_each_hidden_fact(site: Site) -> None:
    seed = the_seed()
    asked = asked_of(site)
    questions = a_part(asked, seed)
    print(f"seed {seed}: {len(questions)} questions")
    assert {one[0] for one in questions} == set(FACTS)
    assert {one[1] for one in questions} == set(VIEWERS)
    assert {path for path, some in asked.items() if {one[2] for one in questions} & set(some)} == set(asked)
    wrong = differing(site, sorted(questions))
    assert not wrong, f"DUBAN_SEED={seed}: {wrong}"


@pytest.mark.long
@pytest.mark.slow
def test_every_question_is_answered_alike_before_and_after_each_hidden_fact(site: Site) -> None:
    asked = asked_of(site)
    every = [(who, address) for who in VIEWERS for some in asked.values() for address in some]
    questions = [(fact, *one) for fact in FACTS for one in every]
    print(f"{len(questions)} questions over {len(asked)} routes")
    assert differing(site, questions) == []


class Undone(Exception):
    """Carries what an action would have done out of a transaction that is rolled back."""


def tried(site: Site, visitor: Visitor, case: str, name: str) -> tuple[bool, str]:
    """Whether the visitor could take the action with its usual data, and what the API would say if not."""
    dossier = site.register.dossier(case)
    data = sample(name, dossier, site.rulebook(dossier.case), visitor.role)
    if name in LIFECYCLES["supervision"].actions:
        data["supervision"] = "none of this name"
    said = models.ActionAsked(action=name, data=data)
    action = action_of(site, visitor, case, said, f"{name} of {visitor.person}")

    def undo(_cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
        raise Undone(outcomes[0])

    try:
        site.register.apply([action], site.now(), also=undo)
    except Undone as undone:
        outcome: Outcome = undone.args[0]
    return outcome.done, "" if outcome.done else refused(site, visitor, outcome).model_dump_json()


def attempts(site: Site, viewers: Sequence[str], case: str) -> dict[tuple[str, str], tuple[bool, str]]:
    """Every action that any table knows, tried by those of the viewers who see the case."""
    found: dict[tuple[str, str], tuple[bool, str]] = {}
    for who in viewers:
        visitor = site.accounts.visitor(signed_in(site, who).http.cookies["duban"], site.real_now(), site.today())
        assert visitor is not None
        scope = scope_of(visitor)
        if scope is not None and sees(site.register, scope, case):
            found |= {(who, name): tried(site, visitor, case, name) for name in TAKEN_BY}
    return found


ABOUT = {
    "supervision of a closed case": "LATE", "evaluated": "EVAL", "corrected": "CORR", "scored": "SCORE",
    "supervision of the ladder of judgements": "REPEAT",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "viewers"),
    [
        ("evaluated", ("W1", "C1")), ("supervision of a closed case", ("H1", "G1")),
        *(pytest.param(fact, VIEWERS, marks=(pytest.mark.long, pytest.mark.slow)) for fact in ABOUT),
    ],
)  # fmt: skip
def test_no_action_is_refused_otherwise_or_granted_because_of_a_hidden_fact(
    site: Site, fact: str, viewers: tuple[str, ...]
) -> None:
    before = attempts(site, viewers, ABOUT[fact])
    FACTS[fact](site.register)
    after = attempts(site, viewers, ABOUT[fact])
    changed = [(key, before[key], after[key]) for key in before if before[key] != after[key]]
    assert [one for one in changed if (one[0][0], fact) not in KNOWN] == []
    assert len(before) >= len(TAKEN_BY)
