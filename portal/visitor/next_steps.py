"""The next step of a case in a list on the visitor's side, without deciding every case."""

from states.decide import LIFECYCLES
from states.roles import UNIT_ROLES, Role
from states.table import Owner, Step
from states.vocabulary import A, S
from states.whose_move import next_step
from states.words import ACTION_NAMES
from storage.accounts import Visitor
from storage.lists import Listed

IN_OTHER_WORDS: dict[str, str] = {
    A.ACCEPTED: "与代表沟通", A.COMMUNICATED: "办理、调研", A.RESEARCHED: "拟答复稿", A.DRAFTED: "征询代表意见",
    A.CONSULTED: "审核、签发", A.OPINION_REJECTED: "重提会办意见", S.SUBMITTED: "审核", S.UNDER_REVIEW: "登记或者退回",
    S.REASSIGNING: "另定单位", S.REHANDLE_REVIEW: "重办研判", S.MEDIATION: "处置决定", S.DRAFT: "写完提交",
    S.COSIGNING: "联名确认", S.RETURNED_FOR_REVISION: "修改后重新提交", S.PRE_CONSULT: "答复提前沟通",
}  # fmt: skip
"""Words by state, where a list says more than the name of the next step."""


def next_of(visitor: Visitor, case: Listed, state: str) -> str:
    """The next step on the visitor's side, as far as the states determine it."""
    subject, role = "suggestion", Role.DEPUTY if visitor.role == Role.PROXY else visitor.role
    if visitor.role in UNIT_ROLES:
        subject, state = "assignment", next((part["state"] for part in case.parts if part["unit"] == visitor.unit), "")
    step = next_step(LIFECYCLES[subject], state)
    if step is None or not _on_side_of(role, step):
        return ""
    return IN_OTHER_WORDS.get(state, ACTION_NAMES[step.action])


def _on_side_of(role: str, step: Step) -> bool:
    """Whether it is the move of the role, or of anybody in the same unit."""
    if role in UNIT_ROLES:
        return step.owner == Owner.PART and any(mover in UNIT_ROLES for mover in step.movers)
    return role in step.movers
