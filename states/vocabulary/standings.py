"""How far something stands that a part or a contact waits for, who scores, and who supervises."""

from rulebooks.vocabulary import Named


class ContactStanding(Named):
    """Whether the deputy confirmed a contact that a unit recorded (沟通记录)."""

    OPEN = "OPEN", "代表还没有确认", "not yet confirmed by the deputy"
    CONFIRMED = "CONFIRMED", "代表已确认", "confirmed by the deputy"
    DENIED = "DENIED", "代表否认", "denied by the deputy"


class ConsultStanding(Named):
    """The deputy's word on a draft reply (征询意见)."""

    OPEN = "OPEN", "征询中", "With the deputy"
    OBJECTED = "OBJECTED", "有异议", "Objected"
    AGREED = "AGREED", "同意", "Agreed"
    LAPSED = "LAPSED", "逾期未回复", "Lapsed"


class ExtensionStanding(Named):
    """An extension of the last day for the reply (延期)."""

    REQUESTED = "REQUESTED", "已申请", "Requested"
    GRANTED = "GRANTED", "已同意", "Granted"


class CoordinationStanding(Named):
    """The settlement of a dispute between units (协调)."""

    OPEN = "OPEN", "待协调", "Open"
    SETTLED = "SETTLED", "已协调", "Settled"


class Scorer(Named):
    """Who gives the second of two evaluations (双评)."""

    COMMITTEE = "COMMITTEE", "专(工)委", "Committee"
    UNIT = "UNIT", "承办的单位", "Unit that handled"


class SlotParty(Named):
    """Whose supervision a slot of the five (五位一体) is; a rulebook gives each its own Chinese title."""

    LEADER = "congress_leader", "领导领衔督办", "Supervision led by a leader"
    COMMITTEE = "committee", "专（工）委归口督办", "Committee by field"
    CONGRESS_OFFICE = "congress_office", "代表工委统筹兜底", "Congress office for all the rest"
    DEPUTY = "deputy", "代表参与查验", "Inspection with deputies"
    DISPATCHER = "dispatcher", "政府系统督查", "Government's own supervision"
