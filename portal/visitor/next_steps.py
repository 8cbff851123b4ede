"""What a list says comes next on the visitor's side, without deciding every case of it."""

from states.roles import UNIT_ROLES, Role
from storage.accounts import Visitor
from storage.lists import Listed
from storage.todo import CASE_STEPS

WAITS_FOR = {
    "PENDING_RECEIPT": "签收", "RECEIVED": "承办", "ACCEPTED": "与代表沟通", "COMMUNICATED": "办理、调研",
    "RESEARCHED": "拟答复稿", "DRAFTED": "征询代表意见", "CONSULTED": "审核、签发", "SIGNED": "送达答复",
    "OPINION_REJECTED": "重提会办意见", "SUBMITTED": "审核", "UNDER_REVIEW": "登记或者退回",
    "REGISTERED": "拟定承办单位", "ASSIGNING": "交办", "REASSIGNING": "另定单位", "REPLIED": "发征询意见表",
    "REHANDLE_REVIEW": "重办研判", "MEDIATION": "处置决定", "DRAFT": "写完提交", "COSIGNING": "联名确认",
    "RETURNED_FOR_REVISION": "修改后重新提交", "EVALUATING": "评价", "PRE_CONSULT": "答复提前沟通",
}  # fmt: skip
"""By the state of one's own part or of the matter."""


def next_of(visitor: Visitor, one: Listed, state: str) -> str:
    """What comes next on the visitor's side, as far as the states alone tell it."""
    if visitor.role in UNIT_ROLES:
        own = next((part["state"] for part in one.parts if part["unit"] == visitor.unit), "")
        return WAITS_FOR.get(own, "")
    mine = CASE_STEPS.get(visitor.role, ())
    if visitor.role in (Role.DEPUTY, Role.PROXY):
        mine = ("DRAFT", "COSIGNING", "RETURNED_FOR_REVISION", "EVALUATING")
    return WAITS_FOR.get(state, "") if state in mine else ""
