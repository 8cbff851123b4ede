"""What an action's sheet asks is what its rules read, and the other way round."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

import pytest

from rulebooks import Library
from states import LIFECYCLES, Action, NotAllowed, decide
from states.decide import FOUNDING
from states.sheet_page import ABOUT
from states.sheets import SHEETS, Field, Type
from states.sheets.common import ON_BEHALF_OF
from states.sheets.tables import TABLES
from states.table import Step
from states.vocabulary import Named
from states.work import Work
from tests.states.builders import DEPUTY, FIRST, SEED, STAGES, SUQIAN, Desk, noon, rules

BOOKS = {"draft": SUQIAN, "record": Library().get("reception")}
OVERALL = rules(evaluation={"dimensions": ("overall",)})
COMMON = {*ABOUT, ON_BEHALF_OF.key, "communication"}
"""Keys that say which row is meant, and for whom; a part is also found by the contact that is named."""
OPENED = {"record": {"from_opinion"}}
"""A case of any kind may be opened from an opinion; nobody is asked for it when an opinion is recorded."""
RARE = {
    **dict.fromkeys(("revise.facts", "revise.proposal"), "while the text is not complete"),
    **dict.fromkeys(("request_return.late_reason", "grant_return.late_reason"), "after the last day for a return"),
    "reassign.unit": "when a part was returned",
    "lapse_consult.reason": "where the rulebook gives no window",
    "deliver_reply.lead_by_consent": "where the rulebook serves the lead by consent",
    **dict.fromkeys(("confirm_supervision.key_level", "confirm_supervision.leader"), "when it is that of a key item"),
}
"""Keys that rules read in circumstances that none of the stages has."""
FIELDS = [(action, field) for action, sheet in SHEETS.items() for field in sheet]


class Noted(dict[str, Any]):
    """An action's data that notes which keys are read."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.read: set[str] = set()

    def get(self, key: str, default: Any = None) -> Any:
        self.read.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return super().__getitem__(key)


def samples(action: str) -> Iterator[dict[str, Any]]:
    """Data of an action: all that its sheet asks, with each value of each closed set, and with less."""
    whole = {field.key: sample(field) for field in SHEETS[action]} | ROWS
    yield whole
    for field in SHEETS[action]:
        yield from ({**whole, field.key: choice.value} for choice in field.among)
    yield {**whole, "verdict": "PARTLY_MATCHING", "commitment": "", "assignment": "C1/a1", "found": "DEFERRED"}
    yield {}


def sample(field: Field) -> Any:
    if field.kind is Type.DAY:
        return FIRST.isoformat()
    return field.example if field.example is not None else field.among[0].value if field.among else "x"


ROWS = {"communication": "C1/k1", "conversion": "C1/v1", "assignments": [], "points_answered": 1, "level": "U4"}


@pytest.fixture(scope="module")
def read() -> dict[str, set[str]]:
    """By action: every key that a rule reads, each rule of its lines run alone on each stage of a case."""
    keys_read: dict[str, set[str]] = {action: set() for action in SHEETS}
    desks = [build() for build in STAGES.values()]
    for step in (step for machine in LIFECYCLES.values() for step in machine.steps if step.action in SHEETS):
        for desk, given in product(desks, samples(step.action)):
            for role in dict.fromkeys((step.by[0], step.by[-1])):
                data = Noted(given)
                run(step, desk, Action("C1", step.action, DEPUTY, role, data, None, "", "U1"))
                keys_read[step.action] |= data.read
    for name, opener in (("draft", "deputy"), ("record", "clerk")):
        for given in samples(name):
            data = Noted(given)
            with suppress(NotAllowed):
                decide(None, Action("C2", name, DEPUTY, opener, data), BOOKS[name], SEED, noon(FIRST))
            keys_read[name] |= data.read
    for desk, given in product(desks, samples("propose_supervision")):
        data = Noted(given)
        action = Action("C1", "propose_supervision", "R1", "registrar", data)
        with suppress(NotAllowed):
            decide(desk.dossier, action, SUQIAN, SEED, noon(desk.on))
        keys_read["propose_supervision"] |= data.read
    return keys_read


def run(step: Step, desk: Desk, action: Action) -> None:
    """Every rule of a line by itself, whatever the others say."""
    for rule in (*step.when, *step.guards, *step.effects):
        for book in (SUQIAN, OVERALL):
            work = Work(desk.case, action, noon(desk.on), desk.on, book, SEED)
            work.part_id = next(iter(desk.case.assignments), "")
            work.item_id = next(iter(desk.case.commitments), "")
            with suppress(Exception):  # a rule run alone may miss what another made sure of
                rule(work)


def test_every_action_that_somebody_takes_has_a_sheet() -> None:
    taken = {
        step.action
        for machine in LIFECYCLES.values()
        for step in machine.steps
        if not (step.internal or step.auto)
    }
    assert {*taken, *FOUNDING, "propose_supervision"} == set(SHEETS)


def test_a_rule_reads_only_what_a_sheet_asks(read: dict[str, set[str]]) -> None:
    on_sheet = {action: {field.key for field in sheet} | OPENED.get(action, set()) for action, sheet in SHEETS.items()}
    strange = {action: keys - COMMON - on_sheet[action] for action, keys in read.items()}
    assert {action: keys for action, keys in strange.items() if keys} == {}


def test_a_key_that_a_sheet_asks_is_read_or_kept(read: dict[str, set[str]]) -> None:
    unread = [f"{action}.{field.key}" for action, field in FIELDS if not field.kept and field.key not in read[action]]
    assert set(unread) == set(RARE)


def test_a_key_that_is_only_kept_is_read_by_no_rule(read: dict[str, set[str]]) -> None:
    assert [f"{action}.{field.key}" for action, field in FIELDS if field.kept and field.key in read[action]] == []


@pytest.mark.parametrize(("action", "field"), FIELDS, ids=lambda part: part if isinstance(part, str) else part.key)
def test_a_sheet_is_sound(action: str, field: Field) -> None:
    sheet = {field_.key: field_ for field_ in SHEETS[action]}
    assert len(sheet) == len(SHEETS[action]), "a key stands twice"
    values = {choice.value for choice in field.among}
    assert not values or {field.example, field.default} <= {*values, None}
    if field.needed_if:
        other, needing = field.needed_if
        assert set(needing) <= {choice.value for choice in sheet[other].among}


def test_words_of_one_chinese_have_one_english() -> None:
    fields = [field for sheet in (*SHEETS.values(), *TABLES.values()) for field in sheet]
    labels = {words for field in fields for words in (field.label, field.hint, field.empty) if words}
    values = {(value.zh, value.en) for kind in Named.__subclasses__() for value in kind if value.zh}
    assert len({zh for zh, _ in labels | values}) == len(labels | values)
