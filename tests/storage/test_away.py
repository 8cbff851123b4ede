"""Who is told when the one who would be is away (离任、停用): notices always have a living addressee."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta

import pytest

from flows.audit import nightly_audit
from flows.channels import load_channels
from flows.deliver import deliver
from rulebooks import ZONE
from states import LIFECYCLES
from states.ladder import OF_THE_REGION, OF_THE_UNIT
from states.reasons import Id, Refused
from states.vocabulary import FindingCode
from storage import Register
from storage.accounts import Accounts
from storage.auditing import audit
from storage.messages import list_messages
from storage.recipients import People, everybody_with, people_by_role
from storage.statements import reading
from tests.builders import CITY, ELSEWHERE, FIRST, act, noon, rows, walk

DAY = date(2026, 3, 5)
LAST = DAY - timedelta(days=1)
NOW = datetime.combine(DAY, time(9), ZONE)
DISTRICT = "321311"
CHAIN = (("W1", "handler"), ("S1", "section_head"), ("V1", "unit_leader"), ("H1", "unit_head"))


def put(register: Register, *people: tuple[str, str, str, str], last: date | None = None) -> None:
    """People by id, role, unit and region, with the last day of their term."""
    register.import_directory("people", rows([
        {"id": id_, "name": f"人{id_}", "role": role, "unit": unit, "region": region}
        | ({"term_to": last.isoformat()} if last else {})
        for id_, role, unit, region in people
    ]))  # fmt: skip


@pytest.fixture
def register(desk: Register) -> Register:
    """The unit U1 with a whole chain."""
    put(desk, *((id_, role, "U1", "") for id_, role in CHAIN), ("R2", "registrar", "", CITY))
    desk.import_directory("units", rows([
        {"id": "U1", "name": "一局", "region": CITY, "kind": "government"} | {role: id_ for id_, role in CHAIN}
    ]))  # fmt: skip
    return desk


@contextmanager
def directory(register: Register, on: date = DAY) -> Iterator[People]:
    with reading(register.engine) as cursor:
        yield People(cursor.session, on)


def reached(register: Register, recipient: str, on: date = DAY, region: str = CITY) -> list[str]:
    with directory(register, on) as people:
        return [who.partition(":")[2] for who in people.behind(recipient, region)]


def test_the_next_of_the_chain_stands_in_for_who_is_away_and_the_unit_for_the_last(register: Register) -> None:
    assert [reached(register, f"{role}:U1") for _, role in CHAIN] == [["W1"], ["S1"], ["V1"], ["H1"]]
    put(register, ("W1", "handler", "U1", ""), ("S1", "section_head", "U1", ""), last=LAST)
    assert [reached(register, f"{role}:U1") for _, role in CHAIN] == [["V1"], ["V1"], ["V1"], ["H1"]]
    put(register, ("H1", "unit_head", "U1", ""), last=LAST)
    assert reached(register, "unit_head:U1") == ["V1"], "of whom the unit still has, whoever is there"
    put(register, ("V1", "unit_leader", "U1", ""), last=LAST)
    assert reached(register, "unit_head:U1") == ["U1"], "nobody is left: the unit's own inbox"


def test_the_first_and_the_last_day_of_a_term_are_of_it(register: Register) -> None:
    term = {"term_from": DAY.isoformat(), "term_to": DAY.isoformat()}
    register.import_directory("people", rows([{"id": "W1", "name": "人W1", "role": "handler", "unit": "U1"} | term]))
    day = timedelta(days=1)
    assert [reached(register, "handler:U1", on) for on in (DAY - day, DAY, DAY + day)] == [["S1"], ["W1"], ["S1"]]


@pytest.mark.both
def test_an_account_that_is_closed_takes_its_holder_out_until_it_is_opened(register: Register) -> None:
    accounts = Accounts(register)
    accounts.create("W1", NOW, "sys", person="W1")
    assert reached(register, "handler:U1") == ["W1"]
    accounts.disable("W1", NOW, "sec")
    assert reached(register, "handler:U1") == ["S1"]
    accounts.enable("W1", NOW, "sec")
    assert reached(register, "handler:U1") == ["W1"]


def test_an_office_passes_to_its_next_holder_and_then_to_the_region_above(register: Register) -> None:
    district = {"code": DISTRICT, "name": "区", "parent_code": CITY, "level": "county"}
    register.import_directory("regions", rows([district]))
    for role in ("registrar", "dispatcher", "leader", "gov_leader", "auditor"):
        first, second, above = f"{role}-1", f"{role}-2", f"{role}-3"
        put(register, (first, role, "", DISTRICT), (second, role, "", DISTRICT), (above, role, "", CITY))
        assert reached(register, f"{role}:{DISTRICT}") == [first, second]
        put(register, (first, role, "", DISTRICT), last=LAST)
        assert reached(register, f"{role}:{DISTRICT}") == [second]
        put(register, (second, role, "", DISTRICT), last=LAST)
        holders = people_by_role(register, role, DISTRICT, DAY)
        assert above in holders
        assert not {first, second} & {*holders, *everybody_with(register, role, DAY)}


def test_a_deputy_who_left_keeps_what_is_theirs_and_the_office_is_told_too(register: Register) -> None:
    assert reached(register, "deputy:D1") == ["D1"]
    put(register, ("D1", "deputy", "", CITY), last=LAST)
    assert reached(register, "deputy:D1") == ["D1", "R1", "R2"]
    put(register, ("R2", "registrar", "", CITY), last=LAST)
    assert reached(register, "deputy:D1") == ["D1", "R1"]


def test_a_committee_is_told_through_its_members_who_are_there(register: Register) -> None:
    unit = {"id": "K1", "name": "城建环资工委", "region": CITY, "kind": "committee"}
    register.import_directory("units", rows([unit]))
    put(register, ("C1", "committee", "K1", CITY), ("C2", "committee", "K1", CITY))
    assert reached(register, "committee:城建环资工委") == ["C1", "C2"]
    put(register, ("C1", "committee", "K1", CITY), last=LAST)
    assert reached(register, "committee:城建环资工委") == ["C2"]


def away(register: Register, region: str = "") -> dict[str, str]:
    """The findings about who is away: severity by subject."""
    findings = audit(register, DAY, region).findings
    return {entry.subject_id: entry.severity for entry in findings if entry.code == FindingCode.ADDRESSEE_AWAY}


@pytest.mark.both
def test_the_audit_finds_a_link_an_office_a_unit_and_a_deputy_of_whom_nobody_is_there(register: Register) -> None:
    walk(register, "C1", "C2", until="start_handling")
    assert away(register) == {}
    put(register, ("W1", "handler", "U1", ""), ("G1", "dispatcher", "", CITY), ("D1", "deputy", "", CITY), last=LAST)
    assert away(register) == {"U1/handler": "warning", f"dispatcher:{CITY}": "serious", "D1": "warning"}
    assert away(register, CITY) == away(register)
    assert away(register, ELSEWHERE) == {}
    put(register, ("G1", "dispatcher", "", CITY), ("G2", "dispatcher", "", CITY))
    put(register, *((id_, role, "U1", "") for id_, role in CHAIN), last=LAST)
    assert away(register) == {**{f"U1/{role}": "warning" for _, role in CHAIN}, "U1": "serious", "D1": "warning"}
    register.import_directory("units", rows([
        {"id": "U1", "name": "一局", "region": CITY, "kind": "government", "email": "u1@example.org"}
    ]))  # fmt: skip
    assert "U1" not in away(register), "the unit has an address of its own"


def whys(register: Register) -> dict[str, Refused]:
    """The reason of each finding about who is away, by its subject."""
    findings = audit(register, DAY).findings
    return {entry.subject_id: entry.why for entry in findings if entry.code == FindingCode.ADDRESSEE_AWAY}


def test_a_finding_of_a_link_says_who_is_told_instead_or_that_nobody_is(register: Register) -> None:
    def of_links() -> list[tuple[str, object]]:
        reasons = [why for subject, why in sorted(whys(register).items()) if subject.startswith("U1/")]
        return [(why.code, why.facts.get("instead")) for why in reasons]

    put(register, ("W1", "handler", "U1", ""), last=LAST)
    assert of_links() == [("link_stood_in", ("S1",))]
    put(register, *((id_, role, "U1", "") for id_, role in CHAIN), last=LAST)
    assert of_links() == [("link_away", None)] * 4, "the last link has no next one"
    unit = {"id": "U1", "name": "一局", "region": CITY, "kind": "government", "email": "u1@example.org"}
    register.import_directory("units", rows([unit]))
    assert of_links() == [("link_stood_in", ("U1",))] * 4
    put(register, ("W9", "handler", "U1", ""))
    register.import_directory("units", rows([unit | {"email": ""}]))
    assert of_links() == [("link_stood_in", ("W9",))] * 4, "somebody of the unit, beside its chain"


def test_a_finding_of_an_office_says_who_of_the_region_above_is_told_or_that_nobody_is(register: Register) -> None:
    district = {"code": DISTRICT, "name": "区", "parent_code": CITY, "level": "county"}
    register.import_directory("regions", rows([district]))
    put(register, ("G9", "dispatcher", "", DISTRICT), last=LAST)
    (why,) = whys(register).values()
    assert (why.code, why.facts["instead"]) == ("office_stood_in", ("G1",))
    put(register, ("G1", "dispatcher", "", CITY), last=LAST)
    assert {why.code for why in whys(register).values()} == {"office_away"}
    assert reached(register, f"dispatcher:{DISTRICT}") == []


@pytest.mark.both
def test_opinions_that_name_a_deputy_who_left_are_counted_apart_from_what_they_lead(register: Register) -> None:
    walk(register, "C1", "C2", until="start_handling")
    put(register, ("D1", "deputy", "", CITY), last=LAST)
    assert whys(register)["D1"] == Refused("deputy_away", person=Id("D1"), count=2)
    put(register, ("D1", "deputy", "", CITY))
    act(register, DAY, "O1", "record", "clerk", rulebook="reception", title="路灯", deputy="D1")
    put(register, ("D1", "deputy", "", CITY), last=LAST)
    assert whys(register)["D1"] == Refused("deputy_away_named", person=Id("D1"), count=2, opinions=1)


def test_a_channel_that_is_not_there_is_one_finding_and_not_one_a_message(register: Register) -> None:
    def unsent() -> list[str]:
        return [entry.subject_id for entry in audit(register, DAY).findings if entry.code == FindingCode.UNSENT]

    for day in range(5):
        auditor = {"id": "X1", "name": "巡检员", "role": "auditor", "region": CITY, "email": "x1@example.org"}
        register.import_directory("people", rows([auditor]))
        nightly_audit(register, NOW + timedelta(days=day))
        deliver(register, NOW + timedelta(days=day, hours=1), load_channels())
    assert unsent() == ["mail"]
    assert len(list_messages(register, "dead")) > 1


@pytest.mark.both
def test_the_congress_office_stands_in_for_a_committee_of_whom_nobody_is_left(register: Register) -> None:
    register.import_directory("units", rows([{"id": "K1", "name": "社会委", "region": CITY, "kind": "committee"}]))
    put(register, ("C1", "committee", "K1", CITY), ("C2", "committee", "K1", CITY))
    put(register, ("C1", "committee", "K1", CITY), last=LAST)
    assert reached(register, "committee:K1") == ["C2"]
    assert "committee:K1" not in away(register)
    put(register, ("C2", "committee", "K1", CITY), last=LAST)
    assert reached(register, "committee:K1") == reached(register, "committee:社会委") == ["R1", "R2"]
    assert str(whys(register)["committee:K1"]) == "nobody of K1 is there any more; told instead: R1, R2"
    put(register, ("R1", "registrar", "", CITY), ("R2", "registrar", "", CITY), last=LAST)
    assert reached(register, "committee:K1") == []
    assert "reaches nobody" in str(whys(register)["committee:K1"])


def test_a_committee_is_that_of_the_case_s_region_else_of_the_nearest_above(register: Register) -> None:
    district = {"code": DISTRICT, "name": "区", "parent_code": CITY, "level": "county"}
    register.import_directory("regions", rows([district]))
    register.import_directory("units", rows([
        {"id": id_, "name": "社会委", "region": region, "kind": "committee"}
        for id_, region in (("K1", CITY), ("K2", ELSEWHERE), ("K3", DISTRICT))
    ]))  # fmt: skip
    put(register, ("C1", "committee", "K1", CITY), ("C2", "committee", "K2", ELSEWHERE))
    assert reached(register, "committee:社会委", region=CITY) == ["C1"]
    assert reached(register, "committee:社会委", region=ELSEWHERE) == ["C2"]
    put(register, ("C3", "committee", "K3", DISTRICT))
    assert reached(register, "committee:社会委", region=DISTRICT) == ["C3"]
    put(register, ("C3", "committee", "K3", DISTRICT), last=LAST)
    assert reached(register, "committee:社会委", region=DISTRICT) == ["C1"], "the city sees the district's cases"


def test_a_committee_of_one_name_in_another_region_gets_no_message_about_the_case(register: Register) -> None:
    register.import_directory("units", rows([
        {"id": id_, "name": "社会建设委员会", "region": region, "kind": "committee"}
        for id_, region in (("K1", ELSEWHERE), ("K2", CITY))
    ]))  # fmt: skip
    put(register, ("C1", "committee", "K1", ELSEWHERE), ("C2", "committee", "K2", CITY))
    walk(register, "C1", until="start_handling")
    act(register, FIRST, "C1", "propose_supervision", "registrar", kind="FIELD")
    deliver(register, noon(FIRST), load_channels())
    recipients = {message["recipient"] for message in list_messages(register) if message["channel"] == "inbox"}
    assert "person:C2" in recipients
    assert "person:C1" not in recipients


GROUPS = {
    **dict.fromkeys(("deputies", "cosigners", "lead_deputy"), "deputy:D1"),
    **dict.fromkeys(("unit", "units", "named_unit", "lead_units"), "unit:U1"),
    "unit_heads": "unit_head:U1", "place": "place:P1", "committee": "committee:社会委",
}  # fmt: skip
"""The recipient of a group that a step names; of any other group it is the role in the region."""


def every_recipient() -> list[str]:
    """Whom any step, any rung and any effect of the machines can name; a citizen looks with the tracking code."""
    of_steps = {group for machine in LIFECYCLES.values() for step in machine.steps for group in step.tells}
    groups = {*of_steps, "place", "units"} - {"citizen"}
    named = {GROUPS.get(group, f"{group}:{CITY}") for group in groups}
    links = {f"{kind}:U1" for kind in OF_THE_UNIT.values()}
    return sorted({*named, *links, *(f"{kind}:{CITY}" for kind in OF_THE_REGION.values()), "person:M1"})


def test_every_recipient_is_somebody_who_is_there_and_when_nobody_is_left_a_finding_says_so(register: Register) -> None:
    register.import_directory("units", rows([{"id": "K1", "name": "社会委", "region": CITY, "kind": "committee"}]))
    put(register, ("C1", "committee", "K1", CITY), ("L1", "leader", "", CITY), ("M1", "gov_leader", "", CITY))
    put(register, ("Q1", "clerk", "", CITY))
    place = {"id": "P1", "name": "家站", "region": CITY, "kind": "home", "deputies": "D1", "clerks": "Q1"}
    register.import_directory("places", rows([place]))
    walk(register, "C1", until="start_handling")
    with directory(register) as people:
        first = {recipient: people.behind(recipient, CITY) for recipient in every_recipient()}
        holders = {who.partition(":")[2] for behind in first.values() for who in behind}
        assert not holders & people.away
    assert not [recipient for recipient, behind in first.items() if not behind]
    with reading(register.engine) as cursor:
        everybody = cursor.rows("SELECT id, role, unit, region FROM people WHERE role <> 'security'")
    put(register, *((id_, role, unit, region) for id_, role, unit, region in everybody), last=LAST)
    subjects = away(register)
    offices = {f"{role}:{CITY}" for role in ("registrar", "dispatcher", "leader", "gov_leader")}
    links = {f"U1/{role}" for _, role in CHAIN}
    assert {*offices, *links, "committee:K1", "U1", "D1"} <= subjects.keys()
    unsaid = [recipient for recipient in every_recipient() if not finding_subjects(recipient) & subjects.keys()]
    assert unsaid == []


def finding_subjects(recipient: str) -> set[str]:
    """The subjects of findings that say that nobody is behind a recipient."""
    kind, _, name = recipient.partition(":")
    if kind in ("chair_meeting", "standing_committee"):
        return {f"leader:{name}"}
    others = {"committee": "committee:K1", "place": f"registrar:{CITY}", "person": f"gov_leader:{CITY}"}
    return {others.get(kind, ""), recipient, name, f"{name}/{kind}"}
