"""Cases of several texts, and what happens in them that the judged side must not notice, one fact after the other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flows.audit import nightly_audit
from flows.automatic_papers import make_papers
from flows.channels import Channels
from flows.deliver import deliver
from flows.digest import digest
from storage import Register
from tests.builders import (
    CITY,
    DISSATISFIED,
    FIRST,
    LIBRARY,
    SOLE,
    act,
    an_action,
    morning,
    noon,
    steps,
    take,
    walk,
)
from tests.portal.city import a_whole_directory, way

ON = FIRST + timedelta(days=60)
"""The day of every hidden fact, and of the portal's clock."""

TEXTS = LIBRARY.with_values("shandong", {"evaluation.joint": "each"}).with_values(
    "shanghai", {"evaluation.unit_sees": "never"}
)
"""Besides 宿迁 (双评, blind; shown after the decision): one with two evaluating deputies, one that never shows."""

UNIT, ANOTHER, GOVERNMENT, BLIND = ("W1", "S1", "V1", "H1"), ("W2", "H2", "W3"), ("G1", "M1"), ("C1",)
VIEWERS = (*UNIT, *ANOTHER, *GOVERNMENT, *BLIND)
"""A unit's people, those of its co-unit and of a unit that has no part, the government's, and the committee."""

CASES = ("EVAL", "SCORE", "URGE", "REPEAT", "CORR", "LATE", "MEDI", "KEY", "TWO", "NEVER", "NEVERKEY", "OPINION")
SCORES = {"participation": 61, "timeliness": 62, "completeness": 63, "effect": 64}
BADLY: dict[str, Any] = {**DISSATISFIED, "reason": "楼道灯修了三天又坏了"}

Fact = Callable[[Register], object]


def _judged(case: str, by: str = "D1", **more: Any) -> Fact:
    return lambda register: act(register, ON, case, "evaluate", "deputy", by, **(more or BADLY))


def _corrected(case: str) -> Fact:
    return lambda register: act(register, ON, case, "correct_evaluation", "deputy", **BADLY)


def _supervised(case: str, name: str, **more: Any) -> Fact:
    data = {"supervision": f"{case}/s1", **more}
    return lambda register: act(register, ON, case, name, "leader", "L1", **data)


FACTS: dict[str, Fact] = {
    "evaluated": _judged("EVAL"),
    "evaluated again": _judged("MEDI"),
    "evaluated by the first of two deputies": _judged("TWO"),
    "evaluated under a text that never shows it": _judged("NEVER"),
    "supervision of the ladder of judgements": _judged("REPEAT"),
    "declined supervision": _supervised("REPEAT", "decline_supervision", reason="另有安排"),
    "corrected": _corrected("CORR"),
    "supervision of a closed case": _corrected("LATE"),
    "urged": lambda register: act(register, ON, "URGE", "urge_feedback", "registrar"),
    "key item by a dissatisfied deputy, under a text that never shows it": _supervised(
        "NEVERKEY", "confirm_supervision"
    ),
    "decision overdue": lambda register: register.sweep(morning(ON + timedelta(days=90))),
    "correction declined": lambda register: act(
        register, ON, "CORR", "decline_rehandle", "registrar", reason="更正的理由不成立"
    ),
    "papers of the night": lambda register: make_papers(register, noon(ON)),
    "audit of the night": lambda register: nightly_audit(register, noon(ON)),
    "key item by a dissatisfied deputy": _supervised("KEY", "confirm_supervision"),
    "papers of the key item": lambda register: make_papers(register, noon(ON)),
    "scored": lambda register: act(register, ON, "SCORE", "assess", "committee", "C1", **SCORES),
}
"""What happens one after the other; nobody of VIEWERS may notice any of it, but for whom `KNOWN` names."""

TOLD = (*UNIT, *ANOTHER, *GOVERNMENT)
KNOWN: dict[str, tuple[str, ...]] = {
    "evaluated again": BLIND,
    "evaluated by the first of two deputies": BLIND,
    "evaluated under a text that never shows it": BLIND,
    "key item by a dissatisfied deputy": TOLD,
    "papers of the key item": TOLD,
    "key item by a dissatisfied deputy, under a text that never shows it": BLIND,
    "papers of the night": BLIND,
    "scored": BLIND,
}
"""The committee's own score and what it mediates; what a text does not hide from it, with the papers of that; and
whoever is told of a supervision when it is confirmed, once the office has decided."""


def the_world(register: Register) -> None:
    """Cases whose forms are out, some that were decided, and an opinion; nothing visible is still to climb."""
    a_whole_directory(register)
    walk(register, "EVAL", "SCORE", "URGE", "REPEAT", "MEDI", "KEY", until="send_forms")
    walk(register, "NEVER", "NEVERKEY", until="send_forms", rulebook="shanghai")
    walk(register, "CORR", "LATE")
    for case in ("REPEAT", "LATE", "KEY", "NEVERKEY"):
        act(register, FIRST + timedelta(days=20), case, "mark_repeat", "registrar", repeat_of="EVAL")
    for case in ("MEDI", "KEY", "NEVERKEY"):
        _judged(case)(register)
    for case in ("KEY", "NEVERKEY"):
        act(register, ON, case, "decline_rehandle", "registrar", reason="已经答复清楚")
    handled_again(register, "MEDI")
    of_two_deputies(register, "TWO")
    way(register, "CO", [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}])
    opinion = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
    take(register, FIRST, an_action("OPINION", "record", "clerk", **opinion))
    act(register, ON, "CO", "receipt", "handler", "W1", assignment="CO/a1")
    register.sweep(morning(ON + timedelta(days=90)))
    make_papers(register, noon(ON))
    everybody_told(register)


def handled_again(register: Register, case: str) -> None:
    """The second round of a case, as far as the forms."""
    act(register, ON, case, "order_rehandle", "registrar")
    actions = {action.name: action for action in steps(case, "suqian", SOLE, {})}
    again = ("receipt", "accept", "communicate", "start_handling", "research", "draft_reply", "send_draft_to_deputy",
             "agree_consult", "sign", "deliver_reply", "send_forms")  # fmt: skip
    for name in again:
        take(register, ON, actions[name])
        if name == "communicate":
            act(register, ON, case, "confirm_communication", "deputy", communication=f"{case}/k2")


def of_two_deputies(register: Register, case: str) -> None:
    """A case that two deputies wrote, both of whom evaluate; their forms are out."""
    for action in steps(case, "shandong", SOLE, {}):
        if action.name == "submit":
            act(register, FIRST, case, "invite_cosign", "deputy", cosigners=["D2"])
            act(register, FIRST, case, "confirm_cosign", "deputy", "D2")
        if action.name == "evaluate":
            return
        take(register, FIRST, action)


def everybody_told(register: Register) -> None:
    """Every notice that waits becomes a message, of the day, of the morning and of the leaders' Monday."""
    open_always = Channels({}, {}, office_hours=False)
    deliver(register, noon(ON), open_always)
    digest(register, noon(ON), "personal", open_always)
    digest(register, noon(ON), "leaders", open_always)


def happens(register: Register, fact: str) -> None:
    """The fact, with whatever anybody is told of it."""
    FACTS[fact](register)
    everybody_told(register)
