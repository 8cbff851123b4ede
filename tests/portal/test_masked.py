"""Whatever the judged side asks, the answer is the same before and after what it must not learn of.

Viewers × addresses × facts: every route that answers a question is found in the tables of routes, and asked.
`make test` asks a few hundred, `make test-all` a tenth of the whole, each with every viewer, every route and every
fact; `make test-long` asks all, viewer by viewer.
"""

import os
import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

import orjson
import pytest
from sqlalchemy import Engine

from portal.api import models
from portal.api.acting import TAKEN_BY, action_of, refusal_problem
from portal.api.shown import event_id
from portal.api.stream import Feed
from portal.visitor.forms import sample_data
from portal.visitor.rights import scope_of
from portal.visitor.sight import Sight
from portal.visitor.site import Site, Throttle
from portal.visitor.timeline import timeline
from states.decide import LIFECYCLES
from storage import Outcome, Register, open_engine
from storage.accounts import Visitor
from storage.statements import Cursor
from storage.visible import sees
from tests.builders import CITY
from tests.databases import Databases, SQLiteFiles
from tests.portal.everywhere import World, addresses, answers
from tests.portal.hidden_facts import CASES, FACTS, KNOWN, ON, TEXTS, VIEWERS, happens, the_world
from tests.portal.standing import Standing
from tests.portal.web import Browser, signed_in, the_app

FEED = "feed"
"""The stream of events, which does not end: what it says next, as an address of its own."""


@pytest.fixture(scope="module")
def world_template(tmp_path_factory: pytest.TempPathFactory, sqlite_template: str) -> str:
    """The world before any fact."""
    url = SQLiteFiles(tmp_path_factory.mktemp("world"), sqlite_template).fresh()
    engine = open_engine(url)
    the_world(Register(engine, TEXTS))
    engine.dispose()
    return url


@pytest.fixture
def site(tmp_path: Path, world_template: str) -> Iterator[Site]:
    engine = open_engine(SQLiteFiles(tmp_path, "").copy(world_template))
    yield a_portal(engine)
    engine.dispose()


def a_portal(engine: Engine) -> Site:
    """The portal on the day of the facts; the same question may be asked of it many times a minute."""
    new_site = Site(Register(engine, TEXTS), Standing(on=ON))
    new_site.throttles = {name: Throttle(1_000_000, 1) for name in new_site.throttles}
    return new_site


def asked_of(site: Site) -> dict[str, list[str]]:
    """Every address by its route."""
    papers = [f"{case}/p{seq}" for case in ("EVAL", "CORR") for seq in (6, 19)]
    return {**addresses(the_app(site), World((*CASES, "CO"), papers)), FEED: [FEED]}


def all_answers(
    site: Site, browsers: Mapping[str, Browser], asks: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], bytes]:
    """What everybody is answered, by viewer and address."""
    pages = [question for question in asks if question[1] != FEED]
    texts = answers([(browsers[who], address) for who, address in pages])
    feeds = {question: fed(site, browsers[question[0]]) for question in asks if question[1] == FEED}
    return {**dict(zip(pages, texts, strict=True)), **feeds}


def fed(site: Site, browser: Browser) -> bytes:
    """What the stream of events says after the newest event that everybody has seen."""
    visitor = site.accounts.visitor(browser.http.cookies["duban"], site.real_now(), site.today())
    assert visitor is not None
    last = timeline(Sight(site, visitor_of_office(site), "CO"))[-1]
    feed = Feed(site, event_id(last.entered_at, last.mark))
    assert not feed.reset
    return orjson.dumps([[event.model_dump(mode="json") for event in feed.look(visitor)], feed.reset])


def visitor_of_office(site: Site) -> Visitor:
    return Visitor("R1", "", "", "R1", "", "registrar", "", "", CITY)


Question = tuple[str, str, str]
"""(fact, viewer, address)."""


def a_part(addresses: dict[str, list[str]], seed: int, share: int) -> set[Question]:
    """One in `share` of all questions, another choice each day; every fact, viewer and route occurs."""
    chance = random.Random(seed)
    facts, questions = list(FACTS), set[Question]()
    for path in addresses:
        questions.add((chance.choice(facts), chance.choice(VIEWERS), chance.choice(addresses[path])))
    every = [(who, address) for who in VIEWERS for some in addresses.values() for address in some]
    for fact in facts:
        questions |= {(fact, *question) for question in chance.sample(every, max(len(VIEWERS), len(every) // share))}
        questions |= {(fact, who, chance.choice(addresses["/case/{case_id:path}"])) for who in VIEWERS}
    assert {question[0] for question in questions} == set(FACTS)
    assert {question[1] for question in questions} == set(VIEWERS)
    assert {path for path, some in addresses.items() if {ask[2] for ask in questions} & set(some)} == set(addresses)
    return questions


def differing(site: Site, questions: Sequence[Question]) -> list[Question]:
    """The questions whose answer changed with their fact; how many were asked, and for how long, is printed."""
    began = monotonic()
    browsers = {who: signed_in(site, who) for who in {question[1] for question in questions}}
    wanted: dict[str, list[tuple[str, str]]] = {fact: [] for fact in FACTS}
    for fact, who, address in questions:
        wanted[fact].append((who, address))
    wrong: list[Question] = []
    before: dict[tuple[str, str], bytes] = {}
    for fact, mine in wanted.items():
        kept = {**before, **all_answers(site, browsers, [question for question in mine if question not in before])}
        happens(site.register, fact)
        before = all_answers(site, browsers, mine)
        wrong += [(fact, *ask) for ask in mine if before[ask] != kept[ask] and ask[0] not in KNOWN.get(fact, ())]
    print(f"{len(questions)} questions, {len(wrong)} differences, {monotonic() - began:.0f} s")
    return wrong


def the_seed() -> int:
    """Another one each day; DUBAN_SEED asks the same again."""
    return int(os.environ.get("DUBAN_SEED") or datetime.now(UTC).toordinal())


FEW, TENTH = 150, 10
"""One question in so many."""


@pytest.mark.parametrize("share", [FEW, pytest.param(TENTH, marks=pytest.mark.slow)])
def test_a_part_of_all_questions_is_answered_alike_before_and_after_each_hidden_fact(site: Site, share: int) -> None:
    questions = sorted(a_part(asked_of(site), the_seed(), share))
    print(f"seed {the_seed()}: one in {share}")
    assert differing(site, questions) == [], f"DUBAN_SEED={the_seed()}"


@pytest.mark.slow
@pytest.mark.postgres
def test_a_part_of_all_questions_is_answered_alike_on_postgresql(postgres: Databases) -> None:
    engine = open_engine(postgres.fresh())
    try:
        the_world(Register(engine, TEXTS))
        site = a_portal(engine)
        assert differing(site, sorted(a_part(asked_of(site), the_seed(), FEW))) == [], f"DUBAN_SEED={the_seed()}"
    finally:
        engine.dispose()


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("who", VIEWERS)
def test_every_question_of_a_viewer_is_answered_alike_before_and_after_each_hidden_fact(site: Site, who: str) -> None:
    by_path = asked_of(site)
    print(f"{who}: {len(by_path)} routes, {len(FACTS)} facts")
    assert differing(site, [(fact, who, path) for fact in FACTS for some in by_path.values() for path in some]) == []


class Undone(Exception):
    """Carries what an action would have done out of a transaction that is rolled back."""


def tried(site: Site, visitor: Visitor, case: str, name: str) -> tuple[bool, str]:
    """Whether the visitor could take the action with its usual data, and what the API would say if not."""
    dossier = site.register.dossier(case)
    data = sample_data(name, dossier, site.rulebook(dossier.case), visitor.role)
    if name in LIFECYCLES["supervision"].actions:
        data["supervision"] = "none of this name"
    body = models.ActionAsked(action=name, data=data)
    action = action_of(Sight(site, visitor, case), body, f"{name} of {visitor.person}")

    def undo(_cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
        raise Undone(outcomes[0])

    try:
        site.register.apply([action], site.now(), also=undo)
    except Undone as undone:
        outcome: Outcome = undone.args[0]
    return outcome.done, "" if outcome.done else refusal_problem(site, visitor, outcome).model_dump_json()


def attempts(site: Site, viewers: Sequence[str], case: str) -> dict[tuple[str, str], tuple[bool, str]]:
    """Every action that any table knows, tried by those of the viewers who see the case."""
    outcomes: dict[tuple[str, str], tuple[bool, str]] = {}
    for who in viewers:
        visitor = site.accounts.visitor(signed_in(site, who).http.cookies["duban"], site.real_now(), site.today())
        assert visitor is not None
        scope = scope_of(visitor)
        if scope is not None and sees(site.register, scope, case):
            outcomes |= {(who, name): tried(site, visitor, case, name) for name in TAKEN_BY}
    return outcomes


ABOUT = {
    "supervision of a closed case": "LATE", "evaluated": "EVAL", "corrected": "CORR", "scored": "SCORE",
    "supervision of the ladder of judgements": "REPEAT", "evaluated again": "MEDI",
    "evaluated by the first of two deputies": "TWO", "evaluated under a text that never shows it": "NEVER",
    "key item by a dissatisfied deputy, under a text that never shows it": "NEVERKEY",
}  # fmt: skip


@pytest.mark.parametrize(
    ("fact", "viewers"),
    [
        ("evaluated", ("C1",)), ("supervision of a closed case", ("G1",)),
        pytest.param("evaluated", ("W1", "C1"), marks=pytest.mark.slow),
        pytest.param("evaluated by the first of two deputies", ("W1", "G1"), marks=pytest.mark.slow),
        pytest.param("supervision of a closed case", ("H1", "G1"), marks=pytest.mark.slow),
        *(pytest.param(fact, VIEWERS, marks=(pytest.mark.long, pytest.mark.slow)) for fact in ABOUT),
    ],
)  # fmt: skip
def test_no_action_is_refused_otherwise_or_granted_because_of_a_hidden_fact(
    site: Site, fact: str, viewers: tuple[str, ...]
) -> None:
    before = attempts(site, viewers, ABOUT[fact])
    happens(site.register, fact)
    after = attempts(site, viewers, ABOUT[fact])
    changed = [(key, before[key], after[key]) for key in before if before[key] != after[key]]
    assert [attempt for attempt in changed if attempt[0][0] not in KNOWN.get(fact, ())] == []
    assert len(before) >= len(TAKEN_BY)
