"""The table of figures: each with its formula in words, what is counted, and where it comes from.

Read it like a statute: numerator over denominator, per item (`items.Item`), added up over a group. `ORIGINS` says what
the letters mean. docs/figures.md is this table for people; a test compares it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from states.vocabulary import CONTENT, PROMISING, ReplyClass, Satisfaction
from storage.statistics.items import Item

Counting = Callable[[Item], int]

ORIGINS = {
    "P": "实际公布的做法 practice: printed so by congress offices",
    "R": "法规 rule: a regulation defines or asks for it",
    "S": "地方经验材料 source texts of the region",
    "I": "本系统的定义 inferred: no text defines it",
}


@dataclass(frozen=True)
class Figure:
    """A rate `part` / `base`, or with `base` None a plain count. `formula` and `words` say the same in two languages.

    `rules`: a rulebook's `statistics.variants` may name another formula for it.
    """

    key: str
    name: str
    english: str
    formula: str
    words: str
    origin: str
    part: Counting
    base: Counting | None
    rules: bool = False


def percent(part: int, base: int, places: int = 1) -> str:
    """100 · part / base with so many decimals, half up, counted in whole numbers; "–" where the base is 0."""
    if base == 0:
        return "–"
    scale = 10**places
    units = (200 * scale * part + base) // (2 * base)
    whole, rest = divmod(units, scale)
    return f"{whole}.{rest:0{places}d}" if places else str(whole)


def _valued(*values: str) -> Counting:
    return lambda item: int(item.value in values)


def _classed(*classes: str) -> Counting:
    return lambda item: int(item.answered_class in classes)


SOLVED = (ReplyClass.RESOLVED, ReplyClass.PARTLY_RESOLVED, *PROMISING)


def _n(item: Item) -> int:
    return item.n


def _replied(item: Item) -> int:
    return item.replied


def _returned(item: Item) -> int:
    return int(item.value != "")


FIGURES = (
    Figure("assigned", "交办率", "assigned", "已交办 ÷ 件数", "assigned / items", "P",
           lambda i: i.assigned, _n),
    Figure("receipts_in_time", "签收及时率", "receipts in time", "期限内签收 ÷ 有签收期限的承办",
           "received by the last day / parts with a limit of receipt", "I",
           lambda i: i.receipts_in_time, lambda i: i.receipts_owed),
    Figure("returns", "退办率", "returns asked for", "退办申请 ÷ 承办", "requests to return / parts", "I",
           lambda i: i.return_requests, lambda i: i.assignments),
    Figure("returns_granted", "退办成立率", "returns granted", "同意的退办 ÷ 退办申请",
           "returns granted / requests to return", "I",
           lambda i: i.returns_granted, lambda i: i.return_requests),
    Figure("communicated", "沟通率", "spoken with", "签发前与代表沟通过 ÷ 已答复",
           "spoken with the deputy before signing / replied", "P", lambda i: i.communicated, _replied),
    Figure("face_to_face", "面商率（见面率）", "met face to face", "与代表当面沟通过 ÷ 已答复",
           "met the deputy face to face / replied", "P", lambda i: i.face_to_face, _replied),
    Figure("three_steps", "三先三后执行率", "three before three",
           "先沟通、先调研、先征询都有记录且没有视为无回复的 ÷ 已答复",
           "spoken, researched and consulted first, none by lapse / replied", "S2/I",
           lambda i: i.three_steps, _replied),
    Figure("complete", "答复全面", "answered completely", "委员会评的答复全面得分 ÷ 满分",
           "points of committees for completeness / full marks", "S2/I",
           lambda i: i.completeness, lambda i: i.completeness_of),
    Figure("replied", "办复率（答复率）", "replied", "已答复 ÷ 件数", "replied / items", "P, S3", _replied, _n),
    Figure("replied_in_time", "按时办复率", "replied in time", "法定期限内答复 ÷（已答复或者已到期）",
           "replied by the last day / replied or due", "I",
           lambda i: i.replied_in_time, lambda i: i.reply_owed),
    Figure("returned", "反馈率", "forms returned", "收回的征询意见表 ÷ 发出的", "forms returned / forms sent", "R",
           lambda i: i.forms_returned, lambda i: i.forms_sent),
    Figure("satisfied", "满意率", "satisfied", "满意 ÷ 收回评价的", "satisfied / with a returned form", "R",
           _valued(Satisfaction.SATISFIED), _returned, rules=True),
    Figure("basically_satisfied", "基本满意率", "basically satisfied", "基本满意 ÷ 收回评价的",
           "basically satisfied / with a returned form", "R",
           _valued(Satisfaction.BASICALLY_SATISFIED), _returned, rules=True),
    Figure("dissatisfied", "不满意率", "dissatisfied", "不满意 ÷ 收回评价的",
           "dissatisfied / with a returned form", "R", _valued(Satisfaction.DISSATISFIED), _returned, rules=True),
    Figure("content", "满意和基本满意率", "satisfied or basically", "（满意 + 基本满意）÷ 收回评价的",
           "(satisfied + basically satisfied) / with a returned form", "P",
           _valued(*CONTENT), _returned, rules=True),
    Figure("satisfied_of_replied", "满意率（按已答复）", "satisfied of all replied", "满意 ÷ 已答复",
           "satisfied / replied", "R", _valued(Satisfaction.SATISFIED), _replied),
    Figure("content_of_replied", "满意和基本满意率（按已答复）", "satisfied or basically, of all replied",
           "（满意 + 基本满意）÷ 已答复", "(satisfied + basically satisfied) / replied", "R",
           _valued(*CONTENT), _replied),
    Figure("first_satisfied", "首次满意率", "satisfied at first", "第一轮满意 ÷ 第一轮收回评价的",
           "satisfied in round 1 / with a returned form of round 1", "P",
           lambda i: int(i.first_value == Satisfaction.SATISFIED), lambda i: int(i.first_value != "")),
    Figure("last_satisfied", "最终满意率", "satisfied in the end", "最后一次评价满意 ÷ 收回评价的",
           "satisfied by the last form / with a returned form", "P", _valued(Satisfaction.SATISFIED), _returned),
    Figure("attitude", "态度满意率", "satisfied with the attitude", "对办理态度满意 ÷ 评价了态度的",
           "satisfied with the attitude / attitude judged", "R",
           lambda i: int(i.attitude == Satisfaction.SATISFIED), lambda i: int(i.attitude != "")),
    Figure("result", "结果满意率", "satisfied with the result", "对办理结果满意 ÷ 评价了结果的",
           "satisfied with the result / result judged", "R",
           lambda i: int(i.result == Satisfaction.SATISFIED), lambda i: int(i.result != "")),
    Figure("resolved", "办成率", "resolved", "答复为已解决 ÷ 件数", "class RESOLVED as replied / items", "P",
           _classed(ReplyClass.RESOLVED), _n, rules=True),
    Figure("solved", "解决率", "resolved or under way", "答复为已解决、部分解决、正在解决或者列入计划 ÷ 件数",
           "class RESOLVED, PARTLY_RESOLVED, UNDER_WAY_DATED or PLANNED_DATED as replied / items", "P",
           _classed(*SOLVED), _n, rules=True),
    Figure("truly_resolved", "真实办成率", "truly resolved", "已解决且没有被查验推翻 ÷ 件数",
           "RESOLVED and not refuted by an inspection / items", "I", lambda i: i.truly_resolved, _n),
    Figure("inspections_matching", "查验相符率", "inspections that match", "查验相符 ÷ 查验",
           "inspections with the verdict MATCHING / inspections", "S2/I",
           lambda i: i.inspections_matching, lambda i: i.inspections),
    Figure("promises_kept", "承诺兑现率", "promises kept", "查验通过 ÷ 到期的承诺",
           "verified / promises due", "R", lambda i: i.promises_kept, lambda i: i.promises_due),
    Figure("planned_resolved", "B转A率", "planned turned resolved",
           "承诺解决后来解决的 ÷ 首次答复为正在解决或者列入计划的",
           "turned RESOLVED or all promises verified / first replied as UNDER_WAY_DATED or PLANNED_DATED", "R, I",
           lambda i: i.planned_resolved, lambda i: i.planned),
    Figure("rehandled", "重办率", "handled again", "重新办理 ÷ 已答复", "with two rounds or more / replied", "R",
           lambda i: i.rehandled, _replied),
    Figure("rehandled_content", "重办后满意率", "satisfied after handling again",
           "重办后满意或者基本满意 ÷ 重新办理", "satisfied or basically after handling again / handled again", "R",
           lambda i: i.rehandled_content, lambda i: i.rehandled),
    Figure("published", "公开率", "published", "已公开 ÷（已答复 − 不予公开）",
           "published / (replied − exempt)", "R", lambda i: i.published, lambda i: i.replied - i.exempt),
    Figure("key", "重点督办占比", "under key supervision", "重点督办 ÷ 件数", "key items / items", "P",
           lambda i: i.key, _n),
    Figure("converted", "吸纳转化率", "made use of", "有吸纳转化的 ÷ 件数", "with a conversion / items", "S2",
           lambda i: i.converted, _n),
    Figure("awarded", "优秀建议占比", "excellent", "评为优秀 ÷ 件数", "awarded / items", "P",
           lambda i: i.awarded, _n),
    Figure("urges", "催办次数", "urged", "催办和催办通知书的次数", "urgings and notices of the first rung", "P/I",
           lambda i: i.urges, None),
    Figure("yellow", "黄牌", "yellow cards", "逾期到第二级的次数", "limits that reached U2", "P/I",
           lambda i: i.yellow, None),
    Figure("red", "红牌", "red cards", "逾期到第三级的次数", "limits that reached U3", "P/I",
           lambda i: i.red, None),
)  # fmt: skip
"""Items are suggestions, or where units are compared their answering parts (主办、独办、分办)."""

BY_KEY = {figure.key: figure for figure in FIGURES}
BY_NAME = {figure.name.partition("（")[0]: figure for figure in reversed(FIGURES)}
