"""Random walks: what anybody could try next in a case, mostly sensible, sometimes not."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from states import LIFECYCLES, Dossier, Role
from states.decide import MACHINES, TABLES
from states.roles import UNIT_ROLES
from tests.states.builders import (
    COSIGNER,
    DEPUTY,
    DISSATISFIED,
    LEAD_AND_CO,
    SATISFIED,
    SEAL,
    SEPARATE,
    SOLE,
)

UNITS = ("U1", "U2", "U3", "U4")



class Walked(Protocol):
    """A case that is walked through, and the day."""

    on: date

    @property
    def case(self) -> Dossier: ...


Move = tuple[str, str, str, str, dict[str, Any]]
"""(action, role, by, unit, data)"""


NEXT = {
    "DRAFT": "submit invite_cosign",
    "COSIGNING": "submit",
    "SUBMITTED": "open_review",
    "UNDER_REVIEW": "register",
    "RETURNED_FOR_REVISION": "resubmit",
    "REGISTERED": "propose_units",
    "ASSIGNING": "assign",
    "REASSIGNING": "reassign",
    "REPLIED": "send_forms",
    "EVALUATING": "evaluate",
    "REHANDLE_REVIEW": "order_rehandle",
    "MEDIATION": "decide_mediation",
    "PENDING_RECEIPT": "receipt",
    "RECEIVED": "accept accept request_return",
    "RETURN_REQUESTED": "grant_return",
    "ACCEPTED": "communicate send_opinion",
    "COMMUNICATED": "confirm_communication start_handling research",
    "RESEARCHED": "draft_reply",
    "DRAFTED": "send_draft_to_deputy agree_consult draft_reply",
    "CONSULTED": "sign",
    "SIGNED": "deliver_reply",
    "OPINION_SENT": "accept_opinion",
    "PROMISED": "claim_done",
    "CLAIMED_DONE": "verify_commitment",
    "FULFILLED": "archive",
    "UNFULFILLED_CLOSED": "archive",
    "PROPOSED": "confirm_supervision",
}
"""What usually comes next in a state."""


def moves(desk: Walked, pick: Callable[[Sequence[Any]], Any], forward: bool) -> list[Move]:
    """Every action that the states permit, with an actor and data that could suit it; `forward` only the usual ones."""
    case = desk.case
    possible: list[Move] = []
    for machine in ("suggestion", *MACHINES["suggestion"]):
        rows = [case.case] if machine == "suggestion" else list(getattr(case, TABLES[machine]).values())
        for row in rows:
            if machine == "assignment" and row.round != case.case.round:
                continue
            for step in LIFECYCLES[machine].steps:
                if step.internal or step.auto or step.follows or row.state not in step.sources:
                    continue
                if forward and step.action not in NEXT.get(row.state, "").split():
                    continue
                role = step.by[0] if forward else pick(step.by)
                if step.action == "sign":
                    role = Role.UNIT_HEAD
                unit = _unit(desk, machine, row, role, step.owner)
                by = DEPUTY if forward and role == Role.DEPUTY else _by(role, unit, pick)
                data = _data(step.action, desk, pick)
                if machine != "suggestion":
                    data[machine] = row.id
                if role == Role.PROXY:
                    data["on_behalf_of"] = pick((DEPUTY, COSIGNER))
                if forward:
                    data["deputy"] = DEPUTY
                possible.append((step.action, role.value, by, unit, data))
    return possible


def _unit(desk: Walked, machine: str, row: Any, role: Role, owner: str) -> str:
    if role not in UNIT_ROLES:
        return ""
    if machine == "assignment":
        leads = [part.unit for part in desk.case.assignments.values() if part.role != "CO"]
        return str(leads[-1] if owner == "lead_unit" and leads else row.unit)
    if machine == "commitment":
        return desk.case.assignments[row.assignment_id].unit
    return "U1"


def _by(role: Role, unit: str, pick: Callable[[Sequence[Any]], Any]) -> str:
    if role == Role.DEPUTY:
        return str(pick((DEPUTY, DEPUTY, DEPUTY, COSIGNER)))
    return f"{role.value}-{unit}" if unit else role.value


def _data(name: str, desk: Walked, pick: Callable[[Sequence[Any]], Any]) -> dict[str, Any]:
    case = desk.case
    vacant = [
        part.id for part in case.assignments.values() if part.state == "RETURN_GRANTED" and not part.replaced
    ]
    later = (desk.on + timedelta(days=pick((1, 40)))).isoformat()
    common: dict[str, Any] = {
        "reason": "理由",
        "kind": "phone",
        "deputy": pick((DEPUTY, DEPUTY, COSIGNER)),
        "deputy_invited": True,
        "explanation": "说明",
        "measures": "措施",
        "signed_by": "局长",
        "opinion": "同意",
        "inspection": "记录",
        "plan": "方案",
        "report": "报告",
        "decision": "决定",
        "level": "U4",
        "key_level": pick(("NONE", "CHAIR")),
        "code": "enquiry",
        "verdict": "NOT_MATCHING",
        "agreed": [COSIGNER],
        "subject_class": "社会建设",
        "committee": "社会建设委员会",
        "cosigners": [COSIGNER],
        "unit": pick(UNITS),
        **SEAL,
    }
    special: dict[str, dict[str, Any]] = {
        "propose_units": {"units": pick((SOLE, LEAD_AND_CO, SEPARATE))},
        "assign": {"track": pick(("NORMAL", "COMPLEX")), "reply_on": pick((None, later))},
        "reassign": {"replaces": pick(vacant or ["-"])},
        "request_return": {"proposed_unit": "U9", "late_reason": pick(("", "机构改革"))},
        "grant_return": {"late_reason": pick(("", "职能划出"))},
        "draft_reply": {
            "class": pick(("RESOLVED", "PLANNED_DATED")),
            "points_answered": case.case.points,
            "commitments": pick(
                ([], [{"text": "完工", "due_on": later}], [{"text": "完工", "due_on": later}])
            ),
        },
        "evaluate": pick((SATISFIED, SATISFIED, DISSATISFIED)),
        "order_rehandle": {"unit": "", "assignments": []},
        "decide_mediation": {"outcome": pick(("rehandle", "close")), "unit": "", "assignments": []},
        "reopen_by_inspection": {
            "to": pick(("TRACKING", "REHANDLING")),
            "commitments": list(case.commitments),
            "unit": "",
        },
        "correct_assigned_date": {"assigned_on": (desk.on - timedelta(days=pick((0, 1, 3)))).isoformat()},
        "reschedule_commitment": {"due_on": later},
        "confirm_communication": {"communication": pick(list(case.communications) or ["-"])},
        "deny_communication": {"communication": pick(list(case.communications) or ["-"])},
        "deliver_reply": {"recipients": pick(([], [], [], [DEPUTY], [COSIGNER]))},
    }
    return {**common, **special.get(name, {})}
