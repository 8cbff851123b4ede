"""Registers with something in them: a directory, suggestions played along their year, opinions by the thousand."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from sqlalchemy import Engine, select
from sqlmodel import SQLModel

from rulebooks import ZONE, Library
from states import Action
from states.cases import Deadline
from storage import Outcome, Register
from storage.marks import mark
from tests.built import built_once

LIBRARY = Library()
FIRST = date(2025, 3, 12)
"""The day on which the cases of the tests are written: a Wednesday without holidays around it."""

CITY, ELSEWHERE = "321300", "330100"
SOLE = [{"unit": "U1", "role": "SOLE"}]
SATISFIED = {"attitude": "SATISFIED", "result": "SATISFIED"}
DISSATISFIED = {"attitude": "SATISFIED", "result": "DISSATISFIED", "reason": "没有解决"}

REGIONS = (
    {"code": CITY, "name": "宿迁市", "level": "city"},
    {"code": ELSEWHERE, "name": "杭州市", "level": "city"},
)
UNITS = tuple(
    {"id": f"U{number}", "name": f"第{number}局", "region": CITY, "kind": "government"}
    for number in range(1, 5)
)
CLERK = {"id": "K1", "name": "接待员", "role": "clerk", "region": CITY}
PEOPLE = (
    *({"id": f"D{n}", "name": f"代表{n}", "role": "deputy", "region": CITY} for n in range(1, 5)),
    *({"id": f"H{n}", "name": f"局长{n}", "role": "unit_head", "unit": f"U{n}"} for n in range(1, 5)),
    *({"id": f"W{n}", "name": f"承办人{n}", "role": "handler", "unit": f"U{n}"} for n in range(1, 5)),
    {"id": "R1", "name": "登记员", "role": "registrar", "region": CITY},
    {"id": "G1", "name": "督查员", "role": "dispatcher", "region": CITY},
    CLERK,
)


def rows(records: Iterable[dict[str, str]]) -> list[tuple[int, dict[str, str]]]:
    """Records as a file gives them, numbered from 1."""
    return list(enumerate(records, start=1))


@built_once
def a_directory(register: Register) -> None:
    """Two cities, units U1-U4, deputies D1-D4, heads H1-H4, handlers W1-W4, registrar R1, dispatcher G1, clerk K1."""
    register.import_directory("regions", rows(REGIONS))
    register.import_directory("units", rows(UNITS))
    register.import_directory("people", rows(PEOPLE))


def for_playing(register: Register) -> Register:
    """The same register, marked for rehearsals."""
    mark(register.engine, noon(FIRST), "tests")
    return Register(register.engine, register.library)


def noon(on: date) -> datetime:
    return datetime.combine(on, time(12), ZONE)


def morning(on: date) -> datetime:
    """When the sweep of a day runs."""
    return datetime.combine(on, time(0, 5), ZONE)


def an_action(case: str, name: str, role: str, by: str = "", key: str = "", **data: Any) -> Action:
    """An action by the usual person of its role: D1, R1, G1, W1, H1 and K1."""
    usual = {"deputy": "D1", "registrar": "R1", "dispatcher": "G1", "handler": "W1", "unit_head": "H1", "clerk": "K1"}
    return Action(case, name, by or usual.get(role, role), role, data, key=key)


def take(register: Register, on: date, *actions: Action) -> list[Outcome]:
    """Take actions at noon; every one must be done."""
    outcomes = register.apply(actions, noon(on))
    for outcome in outcomes:
        assert outcome.done, f"{outcome.action.name} on {outcome.action.case}: {outcome.reason}"
    return outcomes


def act(register: Register, on: date, case: str, name: str, role: str, by: str = "", **data: Any) -> Outcome:
    return take(register, on, an_action(case, name, role, by, **data))[0]


def refusal(register: Register, on: date, case: str, name: str, role: str, by: str = "", **data: Any) -> str:
    """The reason why an action is refused; nothing that is stored may have changed."""
    before = dump(register.engine)
    (outcome,) = register.apply([an_action(case, name, role, by, **data)], noon(on))
    assert not outcome.done, f"{name} on {case} was done"
    assert dump(register.engine) == before
    return outcome.reason


def a_draft(case: str, rulebook: str = "suqian", by: str = "D1", **data: Any) -> Action:
    text = {"title": f"关于修路的建议{case}", "facts": "路面破损", "proposal": "整修", "region": CITY}
    return an_action(case, "draft", "deputy", by, **{**text, "rulebook": rulebook, **data})


def steps(case: str, rulebook: str, units: Sequence[dict[str, str]], reply: dict[str, Any]) -> list[Action]:
    """A suggestion's way from the draft to a satisfied deputy, with one answering unit."""
    number = units[0]["unit"].removeprefix("U")
    handler, head = f"W{number}", f"H{number}"
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    answer = {"class": "RESOLVED", "points_answered": 1, **reply}
    return [
        a_draft(case, rulebook),
        an_action(case, "submit", "deputy"),
        an_action(case, "open_review", "registrar"),
        an_action(case, "register", "registrar", **kinds),
        an_action(case, "propose_units", "registrar", units=list(units)),
        an_action(case, "assign", "registrar"),
        an_action(case, "receipt", "handler", handler),
        an_action(case, "accept", "handler", handler),
        an_action(case, "communicate", "handler", handler, kind="phone"),
        an_action(case, "confirm_communication", "deputy", communication=f"{case}/k1"),
        an_action(case, "start_handling", "handler", handler),
        an_action(case, "research", "handler", handler),
        an_action(case, "draft_reply", "handler", handler, **answer),
        an_action(case, "send_draft_to_deputy", "handler", handler),
        an_action(case, "agree_consult", "deputy"),
        an_action(case, "sign", "unit_head", head, seal=True, publicity="FULL"),
        an_action(case, "deliver_reply", "handler", handler),
        an_action(case, "send_forms", "registrar"),
        an_action(case, "evaluate", "deputy", **SATISFIED),
    ]


def walk(
    register: Register,
    *cases: str,
    until: str = "evaluate",
    on: date = FIRST,
    every: int = 1,
    rulebook: str = "suqian",
    units: Sequence[dict[str, str]] = SOLE,
    **reply: Any,
) -> date:
    """Play suggestions along, `every` so many days a step, up to and with the action `until`; the last day."""
    ways = [steps(case, rulebook, units, reply) for case in cases]
    for same in zip(*ways, strict=True):
        take(register, on, *same)
        if same[0].name == until:
            return on
        on += timedelta(days=every)
    raise ValueError(f"no step is called {until}")


def opinions(
    register: Register,
    count: int,
    on: date = FIRST,
    rulebook: str = "message-board",
    regions: Sequence[str] = (),
    **data: Any,
) -> list[str]:
    """So many citizens' opinions recorded on one day; of each of the `regions` in turn where some are named.

    Without regions they are a replay's, which knows none.
    """
    names = [f"O{number:05}" for number in range(1, count + 1)]
    register.import_directory("people", rows([{**CLERK, "region": ""}]))
    actions = []
    for number, name in enumerate(names):
        place = {"region": regions[number % len(regions)]} if regions else {}
        facts = {"title": f"路灯不亮 {name}", "rulebook": rulebook, **place, **data}
        actions.append(an_action(name, "record", "clerk" if "region" in facts else "system", **facts))
    for start in range(0, count, 1000):
        take(register, on, *actions[start : start + 1000])
    return names


def deadline(register: Register, case: str, key: str, number: int = 1) -> Deadline:
    """The limit of that key in the round `number`; the case must have one of it."""
    (row,) = (
        row for row in register.dossier(case).deadlines.values() if (row.key, row.round) == (key, number)
    )
    return row


def event_names(register: Register, case: str) -> list[str]:
    return [str(event["name"]) for event in register.events(case)]


def dump(engine: Engine, but: Sequence[str] = ()) -> dict[str, list[bytes]]:
    """Everything that is stored, the same on both databases; but for the numbers that the index of the search gives.

    `but` are tables left out, as are always the entries of the seal: chance makes their salts.
    """
    with engine.connect() as connection:
        return {
            name: sorted(
                orjson.dumps(dict(row), option=orjson.OPT_SORT_KEYS, default=bytes.hex)
                for row in connection.execute(
                    select(*(column for column in table.c if str(column) != "search_texts.id"))
                ).mappings()
            )
            for name, table in sorted(SQLModel.metadata.tables.items())
            if name not in (*but, "seal_entries", "row_salts")
        }
