"""Who may act: the roles of the trade, and the groups of them that the tables name."""

from enum import StrEnum


class Role(StrEnum):
    """The capacity in which a person acts; one person may hold several, an action names one."""

    DEPUTY = "deputy"
    PROXY = "proxy"
    REGISTRAR = "registrar"
    DISPATCHER = "dispatcher"
    HANDLER = "handler"
    SECTION_HEAD = "section_head"
    UNIT_LEADER = "unit_leader"
    UNIT_HEAD = "unit_head"
    COMMITTEE = "committee"
    LEADER = "leader"
    GOV_LEADER = "gov_leader"
    AUDITOR = "auditor"
    CLERK = "clerk"
    CITIZEN = "citizen"
    SYSTEM = "system"


ROLE_NAMES = {
    Role.DEPUTY: "代表",
    Role.PROXY: "代表履职助理",
    Role.REGISTRAR: "代表工委",
    Role.DISPATCHER: "政府办公室",
    Role.HANDLER: "承办人",
    Role.SECTION_HEAD: "科室负责人",
    Role.UNIT_LEADER: "分管领导",
    Role.UNIT_HEAD: "单位主要负责人",
    Role.COMMITTEE: "专(工)委",
    Role.LEADER: "常委会领导",
    Role.GOV_LEADER: "政府领导",
    Role.AUDITOR: "巡检员",
    Role.CLERK: "接待站工作人员",
    Role.CITIZEN: "群众",
    Role.SYSTEM: "系统",
}

UNIT_ROLES = (Role.HANDLER, Role.SECTION_HEAD, Role.UNIT_LEADER, Role.UNIT_HEAD)
OFFICE_ROLES = (Role.REGISTRAR, Role.DISPATCHER)

SIGNER_RANKS = {
    Role.UNIT_HEAD: "head",
    Role.UNIT_LEADER: "leader",
    Role.SECTION_HEAD: "section_head",
}
"""The rank that a rulebook's `reply.signers` names, for each role that can sign."""
