"""A citizens' opinion that nobody answers climbs to the leadership, as a suggestion does."""

from datetime import date, datetime, time, timedelta

import pytest

from flows.automatic_papers import PaperRoom
from flows.channels import load_channels
from flows.digest import digest
from flows.escalate import escalate
from flows.sweep import sweep
from rulebooks import ZONE
from states.roles import Role
from storage import Register
from storage.lists import Wanted, list_cases
from storage.messages import list_messages
from storage.sealing import verify
from storage.statements import reading
from storage.todo import Todo
from storage.visible import Scope
from tests.builders import CITY, act, an_action, deadline, morning, refusal, rows, take

DAY = date(2026, 12, 7)
"""The day of the record and of the routing: a Monday under the second version of the rulebook."""
BEFORE = date(2026, 11, 30)
"""The last day of the first version."""
LEADERS = date(2026, 12, 30)
"""The tenth working day after the last day of the answer, 16 December."""


@pytest.fixture
def register(desk: Register) -> Register:
    people = [("L1", "主任", "leader"), ("M1", "副市长", "gov_leader")]
    desk.import_directory("people", rows([{"id": i, "name": n, "role": r, "region": CITY} for i, n, r in people]))
    return desk


def routed(register: Register, on: date, case: str = "O1") -> None:
    opinion = {"title": "路灯", "body": "路灯不亮", "rulebook": "reception", "region": CITY}
    take(register, on, an_action(case, "record", "registrar", **opinion))
    act(register, on, case, "route", "registrar", unit="U1")


def recipients(register: Register, level: str) -> set[str]:
    sql, climbed = register.layout, ("limit.escalated", level)
    with reading(register.engine) as cursor:
        notices = sql.outbox.dicts(cursor.rows(f"{sql.outbox.select} ORDER BY id"))
    return {row["recipient"] for row in notices if (row["kind"], row["data"].get("level")) == climbed}


@pytest.mark.both
def test_an_opinion_that_nobody_answers_reaches_the_leaders_and_then_their_meeting(register: Register) -> None:
    routed(register, DAY)
    register.sweep(morning(DAY + timedelta(days=60)))
    climbed = [event["data"]["level"] for event in register.events("O1") if event["subject"] == "limit"]
    assert climbed == ["U1", "U2", "U3", "U4", "U5"]
    assert recipients(register, "U4") == {f"gov_leader:{CITY}", f"leader:{CITY}"}
    assert recipients(register, "U5") == {f"chair_meeting:{CITY}"}
    assert deadline(register, "O1", "answer_by").level == "U5"
    proposed = register.dossier("O1").supervisions.values()
    assert [(row.level, row.state) for row in proposed] == [("U4", "PROPOSED"), ("U5", "PROPOSED")]
    assert verify(register).ok


@pytest.mark.both
def test_a_leader_decides_on_it_the_unit_is_told_and_it_goes_to_its_end(register: Register) -> None:
    routed(register, DAY)
    register.sweep(morning(LEADERS))
    day = LEADERS
    escalation = escalate(register, morning(day))
    assert [(entry.case_id, entry.level, entry.units) for entry in escalation.undecided] == [("O1", "U4", "第1局")]
    assert to_do(register) == ["O1"]
    act(register, day, "O1", "confirm_supervision", "leader", "L1")
    assert to_do(register) == []
    with reading(register.engine) as cursor:
        notices = cursor.rows("SELECT recipient FROM outbox WHERE kind = 'supervision.confirmed'")
    assert notices == [("unit:U1",)]
    assert "propose_supervision" in refusal(register, day, "O1", "propose_supervision", "registrar", kind="NET")
    act(register, day, "O1", "plan_supervision", "registrar", plan="三日内约谈")
    act(register, day, "O1", "start_supervision", "registrar")
    act(register, day, "O1", "answer", "handler", "W1", answer="已修好")
    act(register, day, "O1", "report_supervision", "registrar", report="已约谈，已修好")
    act(register, day, "O1", "close", "registrar")
    act(register, day, "O1", "release_supervision", "leader", "L1")
    assert register.dossier("O1").supervisions["O1/s1"].state == "RELEASED"
    PaperRoom(register).make_all(datetime.combine(day, time(9), ZONE), "duban")
    assert verify(register).ok


def to_do(register: Register) -> list[str]:
    wanted = Wanted(ended=None, todo=Todo(Role.LEADER))
    return [row.case["id"] for row in list_cases(register, Scope(region=CITY), wanted, 10)]


@pytest.mark.both
def test_what_nobody_decides_lapses_and_an_answer_stops_the_climb(register: Register) -> None:
    routed(register, DAY, "O1")
    routed(register, DAY, "O2")
    act(register, DAY, "O2", "answer", "handler", "W1", answer="已修好")
    for days in (60, 80):
        sweep(register, morning(DAY + timedelta(days=days)))
    assert {row.state for row in register.dossier("O1").supervisions.values()} == {"LAPSED"}
    assert register.dossier("O2").supervisions == {}


def test_an_opinion_of_the_first_version_ends_where_that_ends(register: Register) -> None:
    routed(register, BEFORE)
    register.sweep(morning(BEFORE + timedelta(days=60)))
    assert deadline(register, "O1", "answer_by").level == "U3"
    assert register.dossier("O1").supervisions == {}


def test_the_leader_s_letter_of_an_opinion_names_it_and_what_to_do(register: Register) -> None:
    routed(register, DAY)
    register.sweep(morning(LEADERS))
    monday = datetime.combine(LEADERS + timedelta(days=5), time(9), ZONE)
    digest(register, monday, "leaders", load_channels())
    bodies = [row["body"] for row in list_messages(register, recipient="person:L1")]
    assert any("《路灯》" in body and "约谈" in body for body in bodies)
