"""A small city with somebody in every role, and a suggestion at each stage that matters for who may see it."""

from datetime import date, timedelta

from states.roles import Role
from storage import Register
from tests.builders import CITY, DISSATISFIED, FIRST, a_directory, a_draft, act, an_action, rows, take, walk
from tests.built import built_once

COUNTY = "321302"

PEOPLE = {
    "D1": Role.DEPUTY, "D2": Role.DEPUTY, "A1": Role.PROXY, "A2": Role.PROXY, "R1": Role.REGISTRAR,
    "R2": Role.REGISTRAR, "R3": Role.REGISTRAR, "G1": Role.DISPATCHER, "W1": Role.HANDLER, "W2": Role.HANDLER,
    "H1": Role.UNIT_HEAD, "S1": Role.SECTION_HEAD, "V1": Role.UNIT_LEADER, "C1": Role.COMMITTEE,
    "C2": Role.COMMITTEE, "L1": Role.LEADER, "M1": Role.GOV_LEADER, "X1": Role.AUDITOR,
    "K1": Role.CLERK,
}  # fmt: skip
"""R2 is registrar of the county below the city, R3 of another city; A2 has no mandate."""

MORE_PEOPLE = (
    {"id": "A1", "name": "助理一", "role": "proxy", "region": CITY},
    {"id": "A2", "name": "助理二", "role": "proxy", "region": CITY},
    {"id": "R2", "name": "县登记员", "role": "registrar", "region": COUNTY},
    {"id": "R3", "name": "外市登记员", "role": "registrar", "region": "330100"},
    {"id": "S1", "name": "科长一", "role": "section_head", "unit": "U1"},
    {"id": "V1", "name": "分管一", "role": "unit_leader", "unit": "U1"},
    {"id": "C1", "name": "社会委", "role": "committee", "unit": "K1", "region": CITY},
    {"id": "C2", "name": "财经委", "role": "committee", "unit": "K2", "region": CITY},
    {"id": "L1", "name": "主任", "role": "leader", "region": CITY},
    {"id": "M1", "name": "副市长", "role": "gov_leader", "region": CITY},
    {"id": "X1", "name": "巡检员", "role": "auditor", "region": CITY},
)
COMMITTEES = (
    {"id": "K1", "name": "社会建设委员会", "region": CITY, "kind": "committee"},
    {"id": "K2", "name": "财政经济委员会", "region": CITY, "kind": "committee"},
)


@built_once
def a_whole_directory(register: Register) -> None:
    a_directory(register)
    county = {"code": COUNTY, "name": "宿城区", "level": "county", "parent_code": CITY}
    register.import_directory("regions", rows([county]))
    register.import_directory("units", rows(COMMITTEES))
    register.import_directory("people", rows(MORE_PEOPLE))


@built_once
def a_city(register: Register) -> None:
    """The cases, by what their name says; all of D1 and, but for `county` and `elsewhere`, in the city."""
    a_whole_directory(register)
    opinion = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
    take(register, FIRST, an_action("opinion", "record", "clerk", **opinion))
    take(register, FIRST, a_draft("draft"))
    take(register, FIRST, a_draft("county", region=COUNTY), a_draft("elsewhere", region="330100"))
    for case in ("county", "elsewhere"):
        act(register, FIRST, case, "submit", "deputy")
    walk(register, "submitted", until="submit")
    walk(register, "registered", until="register")
    walk(register, "assigned", until="assign")
    lead = [{"unit": "U2", "role": "LEAD"}, {"unit": "U1", "role": "CO"}]
    way(register, "co", lead)
    way(register, "returned", [{"unit": "U1", "role": "SOLE"}])
    act(register, FIRST, "returned", "receipt", "handler", "W1", assignment="returned/a1")
    act(register, FIRST, "returned", "request_return", "unit_head", "H1", assignment="returned/a1",
        reason="不属本局职责", proposed_unit="U2")  # fmt: skip
    act(register, FIRST, "returned", "grant_return", "registrar", assignment="returned/a1")
    act(register, FIRST, "returned", "reassign", "registrar", replaces="returned/a1", unit="U2")
    walk(register, "evaluating", until="send_forms")
    way(register, "protected", [{"unit": "U1", "role": "SOLE"}], secrecy="IDENTITY_PROTECTED")


def way(register: Register, case: str, units: list[dict[str, str]], **draft: str) -> None:
    """From the draft to the assignment, on one day."""
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    for action in (
        a_draft(case, **draft),
        an_action(case, "submit", "deputy"),
        an_action(case, "open_review", "registrar"),
        an_action(case, "register", "registrar", **kinds),
        an_action(case, "propose_units", "registrar", units=units),
        an_action(case, "assign", "registrar"),
    ):
        take(register, FIRST, action)


def judged(register: Register, case: str, reason: str) -> date:
    """The deputy of a case whose forms are out is dissatisfied, on a Friday, for this reason; the Monday after."""
    on = FIRST + timedelta(days=30)
    judgement = {**DISSATISFIED, "overall": "DISSATISFIED", "reason": reason}
    act(register, on, case, "evaluate", "deputy", **judgement)
    return on + timedelta(days=3)
