"""The columns of each list, in the order of its workbook."""

from collections.abc import Mapping, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from portal.visitor.case_tables import limit_with_key
from portal.visitor.columns import WIDE, Cell, Column, Filter, Value, of
from portal.visitor.judged_shapes import Slot
from portal.visitor.languages import say
from portal.visitor.overseen import WAITS
from portal.visitor.templates import moment
from portal.visitor.timeline import events_in_words
from rulebooks.sheet import TermRow
from states.vocabulary import DayKind, FindingStanding, Level, PartRole, Severity, Track
from storage.orders import SortKey


def _level_word(row: Mapping[str, Any]) -> str:
    return Level.word_of(row["level"])


CASES: Sequence[Column] = (
    Column("编号", attrgetter("number"), 1, Cell.NUMBER, sort=SortKey.NUMBER),
    Column("标题", attrgetter("title"), 2, Cell.TITLE, width=WIDE, sort=SortKey.TITLE),
    Column("进度", lambda row: say(row.state_name, "state"), 3),
    Column("下一步", attrgetter("next"), 4, word="action"),
    Column("承办", lambda row: say("、").join(row.units), 5),
    Column("代表", lambda row: say(row.lead) if row.protected else row.lead, 6),
    Column("最近的期限", attrgetter("limit_title"), 7, word=""),
    Column("最后一天", lambda row: row.limit.last_day if row.limit else "", 8, Cell.NUMBER, sort=SortKey.DUE),
    Column("还有几天", lambda row: row.lamp.words if row.lamp else "", 9, Cell.LAMP),
    Column("剩余天数", attrgetter("days_left")),
    Column("督办", lambda row: Level.word_of(row.limit.level) if row.limit else "", 10, word="level"),
)

SUPERVISED: Sequence[Column] = (
    Column("件", of("case_id"), console=True, sheet=False),
    Column("督办", of("id"), console=True, sheet=False),
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE, width=WIDE),
    Column("承办单位", of("unit_names"), 3, label=True),
    Column("督办种类", of("kind_name"), 4, Cell.KIND, label=True, console=True, filter=Filter("kind", "kind")),
    Column("级别", _level_word, filter=Filter("level", "level")),
    Column("进度", of("state_name"), 5, label=True, console=True, filter=Filter("state", "state")),
    Column("由谁承担", of("holder_name"), 6, label=True, console=True, filter=Filter("holder", "holder_name")),
    Column("提出", of("proposed_on"), console=True, en="Proposed"),
    Column("最近一步", of("last_name")),
    Column("最近一步的日期", of("last_on")),
    Column("最近一步", lambda row: f"{row['last_on']} {row['last_name']}", 7, label=True, sheet=False, console=True),
    Column("等什么", lambda row: WAITS.get(row["waits"], ""), 8, label=True, word="", filter=Filter("waits", "waits")),
)

PROMISED: Sequence[Column] = (
    Column("件", of("case_id"), console=True, sheet=False),
    Column("编号", of("number")),
    Column("标题", of("title"), width=WIDE),
    Column("件", of("title"), 4, Cell.CASE, sheet=False),
    Column("单位", of("unit_name"), 3, label=True, console=True, filter=Filter("unit", "unit")),
    Column("承诺做什么", of("text"), 2, console=True, width=WIDE),
    Column("答复时承诺", of("promised_on")),
    Column("期限", of("due_on"), 1, label=True, console=True),
    Column("改期次数", of("rescheduled")),
    Column("改期", of("rescheduled"), 5, Cell.TIMES, label=True, sheet=False, console=True),
    Column("进度", of("state_name"), 6, label=True, console=True),
    Column("落实", of("verified_on")),
    Column("是否按期", of("standing"), 7, Cell.LAMP, label=True, console=True),
)

INSPECTED: Sequence[Column] = (
    Column("件", of("case_id"), console=True, sheet=False),
    Column("查验日期", of("inspected_on")),
    Column("日期", of("inspected_on"), 1, sheet=False, console=True),
    Column("编号", of("number")),
    Column("标题", of("title"), 2, Cell.TITLE, under=of("promise"), width=WIDE),
    Column("单位", of("unit_name"), 3, label=True, console=True),
    Column("承诺做什么", of("promise"), width=WIDE),
    Column("申报", of("claimed_name"), 4, label=True, console=True),
    Column("查实", of("found_name"), 5, label=True, console=True),
    Column("结论", of("verdict_name"), 6, Cell.STRONG, label=True, console=True),
    Column("地点", of("place"), 7, label=True, console=True),
    Column("查验人", of("by_name"), 8, label=True, console=True),
)

def _if_any(key: str) -> Value:
    """The field of a row that may have none of that name."""
    return lambda row: row.get(key, "")


CONVERTED: Sequence[Column] = (
    Column("件", of("case_id"), console=True, sheet=False),
    Column("清单", lambda row: row.get("standing_name", "吸纳转化")),
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE, console=True, width=WIDE),
    Column("转化成", _if_any("kind_name"), 3, label=True, console=True),
    Column("名称", _if_any("target"), 4, label=True, console=True),
    Column("登记", _if_any("converted_on"), console=True),
    Column("登记", lambda row: f"{row['converted_on']} {row['by_name']}", 5, label=True, sheet=False),
    Column("有结果", _if_any("done_on")),
    Column("结果", of("outcome"), 6, label=True, sheet=False, console=True),
    Column("登记人", _if_any("by_name")),
    Column("分数", _if_any("score")),
)
"""Of the excellent ones, too, which stand below them in the same sheet."""

EXCELLENT: Sequence[Column] = (
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE),
    Column("类别", of("subject_class"), 3, label=True),
    Column("进度", of("standing_name"), 4, label=True),
    Column("分数", of("score"), 5, label=True),
)

LATE: Sequence[Column] = (
    Column("件", of("case_id"), console=True, sheet=False, en="case"),
    Column("对象", of("subject_id"), console=True, sheet=False, en="subject"),
    Column("编号", of("number"), 1, Cell.NUMBER, console=True, sort=SortKey.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE, console=True, width=WIDE, sort=SortKey.TITLE),
    Column("谁办", of("owner"), 3, console=True),
    Column("期限", of("limit"), 4, word=""),
    Column("时限", lambda row: limit_with_key(row["key"]), console=True, sheet=False),
    Column("最后一天", of("last_day"), 5, console=True, sort=SortKey.DUE),
    Column("逾期天数", of("days_late"), console=True, en="Days late"),
    Column("责任", of("owed_by"), console=True, sheet=False, en="owner id"),
    Column("逾期", of("days_late"), 6, Cell.LAMP, sheet=False),
    Column("级别", _level_word, 7, word="level", sort=SortKey.LEVEL),
    Column("在谁手上", of("holder"), 8),
)

WEEK: Sequence[Column] = (
    Column("谁办", attrgetter("name"), 1, Cell.OWNER, word=""),
    Column("到期", attrgetter("due"), 2),
    Column("按时", attrgetter("in_time"), 3),
    Column("逾期后办", attrgetter("late"), 4),
    Column("还没有办", attrgetter("open"), 5),
    Column("升级", attrgetter("escalated"), 6),
    Column("新督办", attrgetter("supervised"), 7),
    Column("下周到期", attrgetter("coming"), 8),
)

COMING: Sequence[Column] = (
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("标题", of("title"), 2, Cell.TITLE),
    Column("谁办", of("owner"), 3),
    Column("期限", of("limit"), 4, word=""),
    Column("最后一天", of("last_day"), 5),
    Column("还有几天", of("last_day"), 6, Cell.LAMP),
)

OPINIONS: Sequence[Column] = (
    Column("打勾", of("case_id"), 1, Cell.TICK, sheet=False),
    Column("标题", of("title"), 2, Cell.TITLE, width=WIDE, sort=SortKey.TITLE),
    Column("家站点", of("place"), 3),
    Column("代表", of("lead"), 4),
    Column("单位", of("unit"), 5),
    Column("收到", lambda row: moment(row["on"]), 6, Cell.NUMBER, sort=SortKey.RECEIVED),
    Column("进度", of("state"), 7),
    Column("最近的期限", of("limit"), 8, Cell.LIMIT, word="", sort=SortKey.DUE),
    Column("最后一天", of("last_day")),
)

ASSIGNED: Sequence[Column] = (
    Column("承办单位", attrgetter("unit")),
    Column("编号", attrgetter("number"), 1, Cell.NUMBER),
    Column("标题", attrgetter("title"), 2, Cell.TITLE, under=attrgetter("part"), width=WIDE),
    Column("承办方式", lambda row: PartRole.name_of(row.role), 3, word=""),
    Column("分办内容", attrgetter("part"), width=WIDE),
    Column("办理方式", lambda row: Track.name_of(row.track), 4, word=""),
    Column("答复期限", attrgetter("reply_by")),
    Column("最后一天", attrgetter("reply_by"), 5, sheet=False),
)

SECRET: Sequence[Column] = (
    Column("编号", of("number"), 1, Cell.NUMBER),
    Column("收到的日期", of("received_on"), 2),
    Column("登记的时间", lambda row: moment(row["entered_at"]), 3),
)

FINDINGS: Sequence[Column] = (
    Column("程度", lambda row: Severity.name_of(row["severity"]), console=True, en="Severity"),
    Column("代码", of("code"), console=True, en="Code"),
    Column("件", of("case_id"), console=True),
    Column("对象", of("subject_id"), console=True, en="Subject"),
    Column("发现", of("why"), console=True, width=WIDE, en="Found"),
    Column("怎么办", of("todo"), width=WIDE),
    Column("处理", lambda row: FindingStanding.name_of(row["standing"]), console=True, en="Standing"),
    Column("第一次发现", of("first_seen"), console=True, en="First seen"),
    Column("理由", of("reason"), width=WIDE),
)


def _term(row: TermRow) -> str:
    return say("，").join(filter(None, (row.term, row.roll)))


TERMS: Sequence[Column] = (
    Column("键", attrgetter("key")),
    Column("时限", attrgetter("title")),
    Column("期限", attrgetter("title"), 1, sheet=False),
    Column("起算", lambda row: events_in_words(row.starts), 2),
    Column("完成", lambda row: events_in_words(row.meets), 3),
    Column("期限", attrgetter("term")),
    Column("多长", _term, 4, sheet=False),
    Column("顺延", attrgetter("roll")),
    Column("推定", lambda row: "推定" if row.inferred else ""),
    Column("依据", attrgetter("source"), 5, Cell.SMALL, width=WIDE),
    Column("内容", attrgetter("says"), 6, width=WIDE),
)

DIFFERING: Sequence[Column] = (
    Column("日期", of("day"), 1),
    Column("星期", of("week"), 2, word=""),
    Column("安排", lambda row: (DayKind.WORK if row["working"] else DayKind.OFF).zh, 3, word=""),
    Column("名称", of("name"), 4),
    Column("来源", of("source"), 5, Cell.SMALL),
)
"""Days that are not as the week has them: on the page; as a workbook they are a table that can be taken over again."""


def slot_columns(titles: Mapping[str, str]) -> Sequence[Column]:
    """Of items with their slots: a column for each slot by its number."""
    return (
        Column("编号", of("number"), 1, Cell.KEY),
        Column("标题", of("title"), 2, Cell.TITLE, width=WIDE),
        Column("重点督办", lambda row: "是" if row["key"] else ""),
        *(Column(f"{key} {title}", _slot(key), 3, Cell.SLOT, label=True, sheet=False) for key, title in titles.items()),
        *(Column(f"{key} {title}", _slot_text(key), width=24) for key, title in titles.items()),
        Column("是否完整", lambda row: "缺" if row["missing"] else "完整"),
    )


def _slot(key: str) -> Value:
    return lambda row: row["slots"].get(key)


def _slot_text(key: str) -> Value:
    def text(row: Mapping[str, Any]) -> str:
        slot: Slot | None = row["slots"].get(key)
        day: date | str = (slot and slot.on) or ""
        return " ".join(filter(None, (slot.standing_name, slot.holder, str(day)))) if slot else ""

    return text


LISTS = (
    CASES, SUPERVISED, PROMISED, INSPECTED, CONVERTED, EXCELLENT, LATE, WEEK, COMING, OPINIONS, ASSIGNED, SECRET,
    FINDINGS, TERMS, DIFFERING, slot_columns({}),
)  # fmt: skip
