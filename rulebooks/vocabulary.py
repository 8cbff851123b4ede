"""Closed sets that rulebooks speak of: each value once, with its id, its Chinese and its English.

A rulebook may print other words for a value (`classes.map`, `evaluation.scale`); the value is the same.
`states.vocabulary` has those of the machines.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import cache
from typing import Self


class Named(StrEnum):
    """A value of a closed set with its words; the set's order is its rank, the least first.

    What is not `offered` is known and named, and nobody chooses it.
    """

    zh: str
    en: str
    offered: bool

    def __new__(cls, value: str, zh: str = "", en: str = "", offered: bool = True) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.offered = zh, en, offered
        return member

    @classmethod
    def values(cls) -> tuple[str, ...]:
        """What may be chosen, in order."""
        return _offered(cls)

    @classmethod
    def names(cls) -> dict[str, str]:
        """The Chinese of each value that may be chosen, in order."""
        return {member.value: member.zh for member in cls if member.offered}

    @classmethod
    def all_names(cls) -> dict[str, str]:
        """The Chinese of each value, also of what nobody chooses."""
        return dict(_words(cls))

    @classmethod
    def name_of(cls, value: str) -> str:
        """The Chinese of a value; what is no value of the set stays as it is."""
        return _words(cls).get(value, value)

    @classmethod
    def highest(cls, values: Iterable[str]) -> str:
        """The value of the highest rank among those that may be chosen; '' where there is none."""
        order = cls.values()
        return max((value for value in values if value in order), key=order.index, default="")


@cache
def _words(of: type[Named]) -> dict[str, str]:
    return {member.value: member.zh for member in of}


@cache
def _offered(of: type[Named]) -> tuple[str, ...]:
    return tuple(member.value for member in of if member.offered)


class ReplyClass(Named):
    """What a reply says about the matter, whatever letter the place prints on it; the worst last."""

    RESOLVED = "RESOLVED", "已经解决或者采纳", "resolved or adopted"
    PARTLY_RESOLVED = "PARTLY_RESOLVED", "部分解决", "partly resolved"
    UNDER_WAY_DATED = "UNDER_WAY_DATED", "正在解决", "under way"
    PLANNED_DATED = "PLANNED_DATED", "列入计划", "planned"
    DEFERRED = "DEFERRED", "暂缓", "deferred"
    REFERENCE = "REFERENCE", "留作参考", "kept for reference"
    NOT_FEASIBLE = "NOT_FEASIBLE", "不可行", "not feasible"
    UPWARD = "UPWARD", "向上级反映", "passed on upward"


class PartRole(Named):
    """How a unit takes part in a suggestion; all but a co-unit answer the deputy."""

    LEAD = "LEAD", "主办", "lead"
    CO = "CO", "会办", "co-unit"
    SEPARATE = "SEPARATE", "分办", "separate"
    SOLE = "SOLE", "独办", "sole"


ANSWERING = tuple(role.value for role in PartRole if role is not PartRole.CO)


class LimitKey(Named):
    """The limits that a rulebook may set; a rulebook may call them otherwise."""

    ASSIGN_BY = "assign_by", "交办期限", "Assign by"
    ACCEPTANCE_NOTICE_BY = "acceptance_notice_by", "受理告知期限", "Give notice of acceptance by"
    RECEIPT_BY = "receipt_by", "签收期限", "Receipt by"
    RETURN_BY = "return_by", "申请退办期限", "Ask for a return by"
    RETURN_DECIDE_BY = "return_decide_by", "退办决定期限", "Decide on the return by"
    EXTENSION_DECIDE_BY = "extension_decide_by", "延期决定期限", "Decide on the extension by"
    CONTACT_BY = "contact_by", "首次沟通期限", "First contact by"
    CO_OPINION_BY = "co_opinion_by", "会办意见期限", "Co-unit's opinion by"
    CONSULT_BY = "consult_by", "征询意见期限", "Deputy's view of the draft by"
    REPLY_BY = "reply_by", "答复期限", "Reply by"
    FEEDBACK_BY = "feedback_by", "评价期限", "Evaluate by"
    REHANDLE_DECIDE_BY = "rehandle_decide_by", "重办研判期限", "Decide on re-handling by"
    REHANDLE_BY = "rehandle_by", "重新办理期限", "Re-handled by"
    COMMITMENT_BY = "commitment_by", "承诺期限", "Promise kept by"
    PUBLISH_BY = "publish_by", "公开期限", "Publish by"


class Dimension(Named):
    """What of the handling a deputy judges."""

    ATTITUDE = "attitude", "办理态度", "Attitude"
    RESULT = "result", "办理结果", "Outcome of handling"
    OVERALL = "overall", "总体评价", "Overall"


class Card(StrEnum):
    """What a unit is shown when it is late (黄牌、红牌)."""

    YELLOW = "yellow"
    RED = "red"


class Ladder(StrEnum):
    """Of what a rung is: a limit that runs out, a promise that does, a deputy's dissatisfaction, a key item."""

    LIMIT = "U"
    PROMISE = "C"
    QUALITY = "Q"
    KEY = "K"


class Level(StrEnum):
    """A rung of one of the ladders.

    Ordered by how much it presses, and never as text. `proposes`: the rung is the act of a body, the machine only
    proposes it. `reminds`: it comes before the last day. A rulebook may print a Chinese title of its own for a rung.
    """

    zh: str
    en: str
    card: Card | None
    proposes: bool

    def __new__(cls, value: str, zh: str = "", en: str = "", card: Card | None = None, proposes: bool = False) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.zh, member.en, member.card, member.proposes = zh, en, card, proposes
        return member

    C0 = "C0", "承诺到期前提醒", "Reminder of a promise"
    U0 = "U0", "到期前提醒", "Reminder before the last day"
    U1 = "U1", "催办通知书", "Urging notice"
    U2 = "U2", "督办单（黄牌）", "Supervision sheet (yellow card)", Card.YELLOW
    C1 = "C1", "承诺逾期告知", "Notice of an overdue promise"
    U3 = "U3", "书面通报（红牌）", "Written notice (red card)", Card.RED
    C3 = "C3", "", "Promise unkept at the year's end"
    KEY = "KEY", "重点", "key"
    Q1 = "Q1", "", "Deputy dissatisfied"
    Q2 = "Q2", "", "Dissatisfied again"
    Q3 = "Q3", "", "Dissatisfied a third time, or again with what was raised before"
    U4 = "U4", "四级", "Talk with those responsible (level 4)", Card.RED, True
    U5 = "U5", "五级", "Order to put it right and report (level 5)", Card.RED, True
    U6 = "U6", "六级", "Special inquiry or appraisal (level 6)", Card.RED, True

    @classmethod
    def highest(cls, values: Iterable[str]) -> str:
        """The level that presses most; '' where there is none."""
        highest = max(filter(None, map(cls.of, values)), default=None)
        return highest.value if highest else ""

    @classmethod
    def of(cls, value: str) -> Level | None:
        """The level of that name; None for '' and what is none."""
        return _LEVELS.get(value)

    @property
    def rank(self) -> int:
        return _RANKS[self]

    @property
    def word(self) -> str:
        """What people call it, whatever a rulebook prints: its code is for programs."""
        return _LEVEL_WORDS[self][0]

    @property
    def word_en(self) -> str:
        return _LEVEL_WORDS[self][1]

    @classmethod
    def word_of(cls, value: str) -> str:
        """The word of the level of that name; what is none stays as it is."""
        level = cls.of(value)
        return level.word if level else value

    @property
    def ladder(self) -> Ladder:
        return Ladder(self.value[0])

    @property
    def of_limits(self) -> bool:
        """Whether the days of a limit lead to it; to C3 the year's end does."""
        return self.ladder in (Ladder.LIMIT, Ladder.PROMISE) and self is not Level.C3

    @property
    def reminds(self) -> bool:
        return self in (Level.C0, Level.U0)

    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_LEVEL_WORDS = {
    Level.C0: ("承诺提醒", "Reminder of a promise"),
    Level.U0: ("提醒", "Reminder"),
    Level.U1: ("催办", "Urging"),
    Level.U2: ("黄牌", "Yellow card"),
    Level.C1: ("承诺逾期", "Overdue promise"),
    Level.U3: ("红牌", "Red card"),
    Level.C3: ("承诺年底未落实", "Promise unkept at the year's end"),
    Level.KEY: ("重点", "Key"),
    Level.Q1: ("代表不满意", "Deputy dissatisfied"),
    Level.Q2: ("代表再次不满意", "Dissatisfied again"),
    Level.Q3: ("代表多次不满意", "Dissatisfied repeatedly"),
    Level.U4: ("约谈", "Talk"),
    Level.U5: ("限期改正", "Order to put it right"),
    Level.U6: ("专题询问", "Special inquiry"),
}
"""What a list and a case call each: short words, unlike the titles of its papers."""

_RANKS = {level: rank for rank, level in enumerate(Level)}
_LEVELS = {level.value: level for level in Level}

TOP_LEVEL = max(level for level in Level if level.ladder is Ladder.LIMIT)
"""The end of the ladder of limits: how far one climbs whose rulebook sets no end."""

JUDGED_LEVELS = tuple(level.value for level in Level if level.ladder is Ladder.QUALITY)
"""What a deputy's dissatisfaction reaches: a supervision of theirs tells how the deputy judged."""
