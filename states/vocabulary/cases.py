"""The values of judgements, scores, inspections and decisions of a case."""

from typing import Self

from rulebooks.vocabulary import Named, ReplyClass


class Satisfaction(Named):
    """A deputy's judgement of a reply, or a citizen's; the worst last. No response is no judgement."""

    SATISFIED = "SATISFIED", "满意", "satisfied"
    BASICALLY_SATISFIED = "BASICALLY_SATISFIED", "基本满意", "basically satisfied"
    DISSATISFIED = "DISSATISFIED", "不满意", "dissatisfied"
    NO_RESPONSE = "NO_RESPONSE", "未回复", "no response", False


CONTENT = (Satisfaction.SATISFIED, Satisfaction.BASICALLY_SATISFIED)
PROMISING = (ReplyClass.UNDER_WAY_DATED, ReplyClass.PLANNED_DATED)
"""Classes that promise: what is being solved or planned, with a day (B类)."""


class KeyLevel(Named):
    """Who took a suggestion under key supervision (重点督办)."""

    NONE = "NONE", "一般", "normal"
    COMMITTEE = "COMMITTEE", "专(工)委重点", "key item of a committee"
    CHAIR = "CHAIR", "主任会议重点", "key item of the chairpersons' meeting"
    GOV_LEADER = "GOV_LEADER", "政府领导领办", "led by a government leader"


class Origin(Named):
    """What a suggestion grew out of."""

    OPINION = "opinion", "群众意见", "Citizen's opinion"
    RESEARCH = "research", "调研", "Research"
    VISIT = "visit", "视察", "Inspection tour"
    MEETING = "meeting", "座谈走访", "Meetings and visits"


class Authorship(Named):
    """Whether deputies signed a suggestion together."""

    SINGLE = "single", "单独", "Single"
    JOINT = "joint", "联名", "Joint"

    @classmethod
    def of(cls, joint: bool) -> Self:
        return cls(cls.JOINT if joint else cls.SINGLE)


class Excellence(Named):
    """How far a suggestion came as an excellent one (优秀建议)."""

    NOMINATED = "NOMINATED", "推荐为优秀建议", "Nominated as excellent"
    AWARDED = "AWARDED", "优秀建议", "Excellent suggestion"


class Track(Named):
    """Whether the matter may take the long term. URGENT was offered by version 0.1.0; cases assigned on it keep it."""

    NORMAL = "NORMAL", "一般", "normal"
    COMPLEX = "COMPLEX", "面广难度大", "Complex"
    URGENT = "URGENT", "急办", "urgent", False


class SupervisionKind(Named):
    """What a supervision is; who begins which, and which slot it fills, stands in `states.supervision`."""

    LADDER = "LADDER", "逐级督办", "Supervision of the ladder"
    KEY = "KEY", "重点督办", "Key item"
    LEADER = "LEADER", "领导领衔督办", "Supervision led by a leader"
    FIELD = "FIELD", "归口督办", "Supervision by the committee of the field"
    NET = "NET", "兜底督办", "Supervision by the office"
    INSPECTION = "INSPECTION", "查验督办", "Supervision by inspection"
    GROUP = "GROUP", "代表小组督办", "Supervision by a group of deputies"
    GOVERNMENT = "GOVERNMENT", "政府督查", "Supervision by the government"


class ContactKind(Named):
    """How a unit and a deputy met."""

    VISIT = "visit", "走访", "visit"
    MEETING = "meeting", "座谈", "meeting"
    INTERVIEW = "interview", "面商", "interview"
    PHONE = "phone", "电话", "Phone"
    NETWORK = "network", "网络", "network"


class Publicity(Named):
    """How much of a reply is made public."""

    FULL = "FULL", "全文公开", "in full"
    SUMMARY = "SUMMARY", "摘要公开", "in summary"
    NONE = "NONE", "不公开", "not public"


class Secrecy(Named):
    """Whether units learn who the deputy is."""

    NONE = "NONE", "一般", "normal"
    IDENTITY_PROTECTED = "IDENTITY_PROTECTED", "身份保护", "identity protected"


class Verdict(Named):
    """What an inspection says of what was claimed; the worst last."""

    MATCHING = "MATCHING", "相符", "Matching"
    PARTLY_MATCHING = "PARTLY_MATCHING", "部分相符", "Matching in part"
    NOT_MATCHING = "NOT_MATCHING", "不符", "not matching"


class Stage(Named):
    """When of the handling a unit and a deputy spoke."""

    BEFORE = "before", "办前", "before handling"
    DURING = "during", "办中", "during handling"
    AFTER = "after", "办后", "after handling"


class Disposal(Named):
    """What becomes of a suggestion whose reply dissatisfied again."""

    REHANDLE = "rehandle", "重新办理", "Re-handling"
    CLOSE = "close", "办结", "Complete"


class Reopening(Named):
    """To what an inspection reopens a suggestion."""

    TRACKING = "TRACKING", "跟踪落实", "Tracking"
    REHANDLING = "REHANDLING", "重新办理", "Re-handling"


class Beside(Named):
    """What is done with a suggestion beside its handling."""

    SUPERVISION = "supervision", "督办与查验", "Supervision and inspection"
    CONVERSION = "conversion", "吸纳转化", "Taken up"


class Becomes(Named):
    """What a citizens' opinion may be promoted to."""

    SUGGESTION = "suggestion", "建议", "Suggestion"
    PROJECT = "project", "项目", "project"
    LAW = "law", "立法", "law"


class ConversionKind(Named):
    """What a suggestion became part of (吸纳转化)."""

    LAW_PLAN = "LAW_PLAN", "立法计划", "Plan of laws"
    SPECIAL_SUPERVISION = "SPECIAL_SUPERVISION", "专项监督", "Special supervision"
    MAJOR_DECISION = "MAJOR_DECISION", "重大事项决定", "Decision on a major matter"
    LIVELIHOOD_PROJECT = "LIVELIHOOD_PROJECT", "民生实事项目", "Livelihood project"


class ScoredFor(Named):
    """What a committee scores a handling for (双评)."""

    PARTICIPATION = "participation", "代表参与", "Participation of deputies"
    TIMELINESS = "timeliness", "办理及时", "Timeliness"
    COMPLETENESS = "completeness", "答复全面", "Completeness of the reply"
    EFFECT = "effect", "取得实效", "Effect"
