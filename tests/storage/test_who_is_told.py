"""Nobody is forgotten: an opinion, a talk beforehand and a key item reach whoever they are for, and their lists."""

import pytest

from flows.channels import load_channels
from flows.deliver import deliver
from states.roles import Role
from storage import Register
from storage.lists import Wanted, list_cases
from storage.messages import list_messages
from storage.statements import reading
from storage.todo import Todo
from storage.visible import Scope, sees
from tests.builders import CITY, FIRST, a_draft, act, an_action, noon, refusal, rows, take, walk

PLACE = "P1"


@pytest.fixture
def register(desk: Register) -> Register:
    """A reception place with a clerk and a deputy, and a government leader."""
    people = [{"id": "K1", "name": "工作人员", "role": "clerk", "region": CITY}]
    people += [{"id": id_, "name": f"副市长{id_}", "role": "gov_leader", "region": CITY} for id_ in ("M1", "M2")]
    desk.import_directory("people", rows(people))
    place = {"id": PLACE, "name": "城南代表之家", "region": CITY, "kind": "home", "deputies": "D1 D2", "clerks": "K1"}
    desk.import_directory("places", rows([place]))
    return desk


def notified(register: Register, kind: str, case: str = "") -> set[str]:
    """The recipients of all notices of a kind, of one case where it is named."""
    mark = register.layout.sql.mark
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT recipient, case_id FROM outbox WHERE kind = {mark}", [kind])
    return {recipient for recipient, of_case in rows if case in ("", of_case)}


def to_do(register: Register, scope: Scope, role: Role, unit: str = "", deputy: str = "") -> list[str]:
    wanted = Wanted(ended=None, todo=Todo(role, unit, (deputy,) if deputy else ()))
    return [row.case["id"] for row in list_cases(register, scope, wanted, 10)]


OPINION = {"body": "路灯不亮", "place": PLACE, "deputy": "D1", "rulebook": "reception"}
CITIZEN = ("citizen", "citizen")


@pytest.mark.both
def test_place_deputy_and_office_learn_of_an_opinion_but_for_who_recorded_it(register: Register) -> None:
    place, deputy, office = "place:P1", "deputy:D1", f"registrar:{CITY}"
    for case, role, by, recipients in (
        ("O1", "citizen", "citizen", {place, deputy, office}),
        ("O2", "clerk", "K1", {deputy, office}),
        ("O3", "deputy", "D1", {place, office}),
        ("O4", "registrar", "R1", {place, deputy}),
        ("O5", "system", "duban", set()),
    ):
        take(register, FIRST, an_action(case, "record", role, by, **OPINION))
        assert notified(register, "opinion.recorded", case) == recipients
    deliver(register, noon(FIRST), load_channels())
    reached = {message["recipient"] for message in list_messages(register)}
    assert reached == {"person:K1", "person:D1", "person:R1"}


@pytest.mark.both
def test_an_opinion_stands_in_the_to_do_of_place_deputy_and_office(register: Register) -> None:
    take(register, FIRST, an_action("O1", "record", "citizen", "citizen", **OPINION))
    whole, own, at_place = Scope(region=CITY), Scope(deputies=("D1",)), Scope(places=(PLACE,), machines=("opinion",))
    assert to_do(register, at_place, Role.CLERK) == ["O1"]
    assert to_do(register, own, Role.DEPUTY, deputy="D1") == ["O1"]
    assert to_do(register, Scope(deputies=("D2",)), Role.DEPUTY, deputy="D2") == []
    assert to_do(register, whole, Role.REGISTRAR) == ["O1"]
    act(register, FIRST, "O1", "route", "registrar", unit="U1")
    assert to_do(register, whole, Role.REGISTRAR) == []
    assert to_do(register, own, Role.DEPUTY, deputy="D1") == []
    assert to_do(register, Scope(unit="U1", since="assigned"), Role.HANDLER, "U1") == ["O1"]
    act(register, FIRST, "O1", "handle", "handler", "W1")
    act(register, FIRST, "O1", "answer", "handler", "W1", answer="已修好")
    assert to_do(register, own, Role.DEPUTY, deputy="D1") == ["O1"]
    assert to_do(register, at_place, Role.CLERK) == ["O1"]


@pytest.mark.both
def test_the_unit_that_a_deputy_asks_beforehand_is_told_sees_the_draft_and_answers_itself(register: Register) -> None:
    consulted, other = Scope(unit="U1", since="assigned"), Scope(unit="U2", since="assigned")
    take(register, FIRST, a_draft("C1"))
    assert not sees(register, consulted, "C1")
    act(register, FIRST, "C1", "request_consult", "deputy", unit="U1", note="今年有没有计划")
    assert notified(register, "suggestion.consult_requested") == {"unit:U1", f"registrar:{CITY}"}
    assert (sees(register, consulted, "C1"), sees(register, other, "C1")) == (True, False)
    assert to_do(register, consulted, Role.HANDLER, "U1") == ["C1"]
    assert to_do(register, other, Role.HANDLER, "U2") == []
    assert to_do(register, Scope(region=CITY), Role.REGISTRAR) == ["C1"]
    assert "answer" in refusal(register, FIRST, "C1", "answer_consult", "handler", "W1")
    assert "answer" in refusal(register, FIRST, "C1", "answer_consult", "registrar", answer="  ")
    assert "U1" in refusal(register, FIRST, "C1", "answer_consult", "handler", "W2", answer="有")
    act(register, FIRST, "C1", "answer_consult", "handler", "W1", answer="已列入今年计划")
    assert notified(register, "suggestion.consult_answered") == {"deputy:D1"}
    assert not sees(register, consulted, "C1"), "the draft is the deputy's own again"


def test_a_draft_that_is_handed_in_during_the_talk_is_no_more_the_unit_s(register: Register) -> None:
    take(register, FIRST, a_draft("C1"))
    act(register, FIRST, "C1", "request_consult", "deputy", unit="U1")
    act(register, FIRST, "C1", "submit", "deputy")
    assert not sees(register, Scope(unit="U1", since="assigned"), "C1")
    assert register.dossier("C1").case.proposed == []


def test_a_key_item_that_a_government_leader_leads_names_and_tells_them(register: Register) -> None:
    walk(register, "C1", "C2", until="start_handling")
    level = {"key_level": "GOV_LEADER"}
    assert "leader" in refusal(register, FIRST, "C1", "determine_key", "registrar", **level)
    assert "M9" in refusal(register, FIRST, "C1", "determine_key", "registrar", leader="M9", **level)
    other = refusal(register, FIRST, "C1", "determine_key", "registrar", leader="R1", **level)
    assert "not a government leader" in other
    gone = {"id": "M7", "name": "原市长", "role": "gov_leader", "region": CITY, "term_to": "2025-03-11"}
    register.import_directory("people", rows([gone]))
    assert "M7's term" in refusal(register, FIRST, "C1", "determine_key", "registrar", leader="M7", **level)
    day = max(event["on"] for event in register.events("C1"))
    act(register, day, "C1", "determine_key", "registrar", leader="M1", **level)
    assert "person:M1" in notified(register, "suggestion.key_determined")
    act(register, day, "C2", "propose_supervision", "registrar", kind="KEY", reason="三年五次提出")
    confirm = {"supervision": "C2/s1", **level}
    assert "leader" in refusal(register, day, "C2", "confirm_supervision", "registrar", **confirm)
    act(register, day, "C2", "confirm_supervision", "registrar", leader="M2", **confirm)
    assert "person:M2" in notified(register, "supervision.confirmed")
    (determined,) = (event for event in register.events("C2") if event["name"] == "suggestion.key_determined")
    assert determined["data"]["leader"] == "M2"


@pytest.mark.both
def test_a_notice_says_which_unit_it_is_about_and_two_contacts_are_two_lines(register: Register) -> None:
    walk(register, "C1", until="start_handling")
    deliver(register, noon(FIRST), load_channels())
    for _ in range(2):
        act(register, FIRST, "C1", "communicate", "handler", kind="phone")
    deliver(register, noon(FIRST), load_channels())
    counts = [
        message["body"].count("（第1局）：承办单位登记了一次沟通，请确认")
        for message in list_messages(register, recipient="person:D1")
        if message["channel"] == "inbox"
    ]
    assert sorted(counts) == [1, 2], "one on the way, two after it"
