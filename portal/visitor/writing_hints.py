"""Hints on the quality of a suggestion for its writer; none of them prevents submission.

One matter each, the situation with place, time and figures, requests that somebody can carry out: what the guides for
deputies ask of a suggestion of quality (高质量建议).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from portal.visitor.languages import say

LONG = 2_000
SHORT_FACTS, SHORT_PROPOSAL = 50, 25
SHORT_TITLE, LONG_TITLE = 8, 40

_TITLE = re.compile(r"^关于.+的建议$")
_SEVERAL = re.compile(r"以及|暨|[和与及、].*[和与及、]|[，,；;]")
_BESIDES = re.compile(r"另外|此外|还有一件事|另一个问题|顺便")
_PLACE = re.compile(r"\w{2}[省市区县旗镇乡村屯街路巷桥河湖港园院校厂站场口]|社区|小区|大道|广场|医院|市场")
_TIME = re.compile(
    r"\d+\s*[年月日天周时点]|[一二三四五六七八九十]+[年月天]|近年|近期|目前|至今|每[年月周天日]|[早晚]高峰|"
    r"夜间|汛期|[春夏秋冬]季|节假日"
)
_FIGURE = re.compile(
    r"\d|[一二两三四五六七八九十百千万]+[多余几]?(?:个|户|人|件|起|次|家|所|条|处|座|辆|米|吨|亩|岁|成|元|公里|小时|分钟)|"
    r"百分之|过半|翻番"
)
_ACT = re.compile(
    r"增设|新增|增加|修|建|改造|更新|拆|清|疏|装|补|设立|设置|划|制定|出台|修订|公布|公开|落实|明确|纳入|推广|试点|"
    r"排查|整治|检查|培训|开通|延长|加密|降低|提高|拨|安排|编制|开展|取消|简化|调整|保障|配备|完善"
)
_EMPTY = re.compile(r"高度重视|进一步加强|切实加强|加大力度|统筹推进|提高认识|加强领导|大力发展|全面提升")
_MEASURED = re.compile(
    r"\d|[一二两三四五六七八九十]+[年月天处个所条座]|前完成|年内|年底|按[季月年]|由.{2,12}(?:局|委|办|政府|公司|中心)"
)
_NUMBERED = re.compile(
    r"(?:^|[\n。；;：:])\s*(?:[一二三四五六七八九十]{1,3}[、.．是]|[（(][一二三四五六七八九十\d]{1,2}[)）]|"
    r"\d{1,2}[、.．](?!\d)|[①-⑩])"
)


@dataclass(frozen=True)
class Hint:
    """A criterion: `good`, or a hint what would make it better."""

    what: str
    good: bool
    words: str = ""


def hints(title: str, facts: str, proposal: str, points: int = 1) -> list[Hint]:
    """The hints, followed by what is already good."""
    quality_hints = [
        Hint(what, not words, words)
        for what, rule in _RULES.items()
        if (words := rule(title.strip(), facts.strip(), proposal.strip(), points)) is not None
    ]
    return sorted(quality_hints, key=lambda hint: hint.good)


def numbered(proposal: str) -> int:
    """How many requests the text numbers itself: 一、二、 or 1. 2. or （一）（二）."""
    return len(_NUMBERED.findall(proposal))


Rule = Callable[[str, str, str, int], str | None]
"""The hint, '' when it is good, None when there is nothing to check yet."""


def _title(title: str, _facts: str, _proposal: str, _points: int) -> str | None:
    if not title:
        return "还没有标题。标题写成“关于……的建议”。"
    if not _TITLE.match(title):
        return "标题写成“关于……的建议”，一看就知道要解决什么。"
    if len(title) < SHORT_TITLE:
        return "标题太短，看不出要解决什么。"
    if len(title) > LONG_TITLE:
        return say("标题有 %(n)d 个字，请压到 %(most)d 个字以内。", n=len(title), most=LONG_TITLE)
    return ""


def _one_matter(title: str, facts: str, proposal: str, _points: int) -> str | None:
    if not title and not facts:
        return None
    named = _SEVERAL.search(title.removeprefix("关于"))
    if named:
        return "标题里好像有几件事。一事一议：几件事请分成几件建议，各交各的承办单位。"
    besides = _BESIDES.search(f"{facts}\n{proposal}")
    return say("写了“%(what)s”：如果是另一件事，请另写一件。", what=besides.group()) if besides else ""


def _situation(_title: str, facts: str, _proposal: str, _points: int) -> str | None:
    if not facts:
        return "还没有写案由：什么情况，有什么问题。"
    if len(facts) < SHORT_FACTS:
        return say("案由只有 %(n)d 个字，承办单位可能看不明白情况。", n=len(facts))
    return ""


def _place(_title: str, facts: str, _proposal: str, _points: int) -> str | None:
    if not facts:
        return None
    return "" if _PLACE.search(f"{_title}{facts}") else "没有看到地点：哪个区县、镇街，哪条路、哪个小区。"


def _time(_title: str, facts: str, _proposal: str, _points: int) -> str | None:
    if not facts:
        return None
    return "" if _TIME.search(facts) else "没有看到时间：从什么时候起，什么时段最突出。"


def _figure(_title: str, facts: str, _proposal: str, _points: int) -> str | None:
    if not facts:
        return None
    return "" if _FIGURE.search(facts) else "没有看到数字：涉及多少人、多少户、多少处。"


def _request(_title: str, _facts: str, proposal: str, _points: int) -> str | None:
    if not proposal:
        return "还没有写建议：请求做什么。"
    if not _ACT.search(proposal):
        return "没有看到具体做什么：修、建、增设、公布、制定……"
    if len(proposal) < SHORT_PROPOSAL:
        return say("建议只有 %(n)d 个字，写清由谁做、做什么、做到什么程度。", n=len(proposal))
    return ""


def _empty_words(_title: str, _facts: str, proposal: str, _points: int) -> str | None:
    if not proposal:
        return None
    empty = _EMPTY.search(proposal)
    if empty and not _MEASURED.search(proposal):
        words = "“%(what)s”办没办到难以检验，请写可以检验的要求：做几处、什么时候做完、由谁做。"
        return say(words, what=empty.group())
    return ""


def _points_told(_title: str, _facts: str, proposal: str, points: int) -> str | None:
    if not proposal:
        return None
    count = numbered(proposal)
    if count > 1 and count != points:
        words = "建议里分了 %(n)d 条，请求条数填的是 %(points)d：答复要逐条回应，两边请写成一样。"
        return say(words, n=count, points=points)
    if count <= 1 and points > 1:
        words = "请求条数填的是 %(points)d，建议里没有分条写：请用“一、二、”分开，答复才好逐条回应。"
        return say(words, points=points)
    return ""


def _length(title: str, facts: str, proposal: str, _points: int) -> str | None:
    count = len(title) + len(facts) + len(proposal)
    if count > LONG:
        return say("全文 %(n)d 个字，请压到 %(most)d 个字以内，附带的材料另附。", n=count, most=LONG)
    return "" if facts and proposal else None


_RULES: dict[str, Rule] = {
    "标题": _title,
    "一事一议": _one_matter,
    "案由": _situation,
    "地点": _place,
    "时间": _time,
    "数字": _figure,
    "具体建议": _request,
    "可以检验": _empty_words,
    "分条": _points_told,
    "篇幅": _length,
}
