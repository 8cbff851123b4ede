"""The roles in which people act, and the groups of roles that the tables use."""

from rulebooks.vocabulary import Named


class Role(Named):
    """The capacity in which a person acts; a person may have several, an action names one."""

    DEPUTY = "deputy", "代表", "Deputy"
    PROXY = "proxy", "代表履职助理", "Deputy's assistant"
    REGISTRAR = "registrar", "代表工委", "Congress office"
    DISPATCHER = "dispatcher", "政府办公室", "Government office"
    HANDLER = "handler", "承办人", "Handler"
    SECTION_HEAD = "section_head", "科室负责人", "Section head"
    UNIT_LEADER = "unit_leader", "分管领导", "Unit leader"
    UNIT_HEAD = "unit_head", "单位主要负责人", "Unit head"
    COMMITTEE = "committee", "专(工)委", "Committee"
    LEADER = "leader", "常委会领导", "Standing-committee leader"
    GOV_LEADER = "gov_leader", "政府领导", "Government leader"
    AUDITOR = "auditor", "巡检员", "Auditor"
    CLERK = "clerk", "接待站工作人员", "Reception clerk"
    CITIZEN = "citizen", "群众", "Citizen"
    SYSTEM = "system", "系统", "System"


UNIT_ROLES = (Role.HANDLER, Role.SECTION_HEAD, Role.UNIT_LEADER, Role.UNIT_HEAD)
CHAIN_ROLES = (*UNIT_ROLES, Role.GOV_LEADER)
"""The links of a responsibility chain, in order: 承办人 → 科室负责人 → 分管领导 → 主要负责人 → 领办市领导."""

OFFICE_ROLES = (Role.REGISTRAR, Role.DISPATCHER)

SIGNER_RANKS = {
    Role.UNIT_HEAD: "head",
    Role.UNIT_LEADER: "leader",
    Role.SECTION_HEAD: "section_head",
}
"""The rank that a rulebook's `reply.signers` names, for each role that can sign."""
