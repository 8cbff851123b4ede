"""What the judged side is told by message, and when: never more than its pages show."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from portal.visitor.rights import HIDES, RIGHTS
from portal.visitor.site import Site
from states.judged import RULE_OF
from states.roles import UNIT_ROLES, Role
from storage import Register, open_engine
from storage.messages import list_messages
from tests.builders import FIRST, act, morning, walk
from tests.databases import Databases
from tests.portal.city import a_whole_directory
from tests.portal.hidden_facts import BADLY, ON, SCORES, TEXTS, everybody_told
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

DAY = FIRST + timedelta(days=20)


@pytest.fixture
def register(databases: Databases) -> Iterator[Register]:
    engine = open_engine(databases.fresh())
    register = Register(engine, TEXTS)
    a_whole_directory(register)
    yield register
    engine.dispose()


def repeated(register: Register, case: str, rulebook: str = "suqian") -> None:
    """A suggestion that was made before, whose deputy is dissatisfied: the ladder of judgements climbs."""
    walk(register, "EARLIER", until="submit")
    walk(register, case, until="send_forms", rulebook=rulebook)
    act(register, DAY, case, "mark_repeat", "registrar", repeat_of="EARLIER")
    act(register, ON, case, "evaluate", "deputy", **BADLY)


def messages_to(register: Register, *recipients: str) -> list[str]:
    """The words of every message to these, once all that waits was sent."""
    everybody_told(register)
    return [f"{row['subject']} {row['body']}" for each in recipients for row in list_messages(register, recipient=each)]


UNIT = ("unit:U1", "person:W1", "person:H1")


def page(register: Register, who: str, case: str) -> str:
    return page_text(signed_in(Site(register, Standing(on=ON)), who).get(f"/case/{case}"))


def test_the_committee_that_judges_blind_is_told_of_a_judgement_only_after_its_own(register: Register) -> None:
    repeated(register, "C1")
    assert messages_to(register, "person:C1") == []
    assert messages_to(register, "person:L1"), "the leaders judge nothing: they are told at once"
    act(register, ON, "C1", "assess", "committee", "C1", **SCORES)
    (message,) = messages_to(register, "person:C1")
    assert "C1" in message


@pytest.mark.parametrize(("rulebook", "shown"), [("suqian", True), ("shanghai", False)])
def test_the_unit_is_told_of_a_supervision_exactly_when_its_page_shows_it(
    register: Register, rulebook: str, shown: bool
) -> None:
    repeated(register, "C1", rulebook)
    act(register, ON, "C1", "decline_rehandle", "registrar", reason="已经答复清楚")
    messages_to(register)
    before = len(messages_to(register, *UNIT))
    act(register, ON, "C1", "confirm_supervision", "leader", "L1", supervision="C1/s1")
    assert len(messages_to(register, *UNIT)) - before == int(shown)
    assert messages_to(register, "person:C1") == [] or rulebook != "suqian", "the committee has not scored"
    for who in ("H1", "G1"):
        assert ("重点督办" in page(register, who, "C1")) == shown, who


def test_the_digest_of_the_governments_leaders_does_not_list_what_waits_for_a_decision(register: Register) -> None:
    walk(register, "OVERDUE", until="receipt", on=FIRST - timedelta(days=150))
    repeated(register, "C1")
    register.sweep(morning(ON))
    (to_congress,), (to_government,) = messages_to(register, "person:L1"), messages_to(register, "person:M1")
    assert "待定督办" in to_congress
    assert "待定督办" not in to_government
    assert "OVERDUE" in to_government


def test_whatever_a_role_does_not_see_on_pages_it_is_not_told_in_messages_either() -> None:
    by_role = {role: HIDES[right.judged] for role, right in RIGHTS.items() if right.judged in HIDES}
    assert {kind: rule for kind, rule in RULE_OF.items() if kind not in ("unit", "person")} == by_role
    assert RULE_OF["person"] == by_role[Role.GOV_LEADER], "who is named to lead a key item"
    assert {RULE_OF["unit"]} == {by_role[role] for role in UNIT_ROLES}


@pytest.mark.parametrize(("rulebook", "shown"), [("suqian", True), ("shanghai", False)])
def test_the_government_leader_who_leads_a_key_item_is_told_exactly_what_their_page_shows(
    register: Register, rulebook: str, shown: bool
) -> None:
    repeated(register, "C1", rulebook)
    act(register, ON, "C1", "decline_rehandle", "registrar", reason="已经答复清楚")
    before = len(messages_to(register, "person:M1"))
    confirmed = {"supervision": "C1/s1", "key_level": "GOV_LEADER", "leader": "M1"}
    act(register, ON, "C1", "confirm_supervision", "leader", "L1", **confirmed)
    assert (len(messages_to(register, "person:M1")) > before) == shown
    assert ("重点督办" in page(register, "M1", "C1")) == shown
