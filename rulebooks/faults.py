"""The faults of rulebooks and of counting limits by them, in both languages."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import ClassVar

from rulebooks.sentences import Fact, Label, Reason, Row

RULES = {
    "unknown_rulebook": Row(
        'no rulebook is named "{rulebook}"; known are {known}', "没有规则集“{rulebook}”；有：{known}"
    ),
    "rulebook_like": Row(
        'no rulebook is named "{rulebook}", did you mean "{like}"?',
        "没有规则集“{rulebook}”；是不是“{like}”？",
    ),
    "rulebook_not_in_force": Row(
        '"{rulebook}" was not in force on {day}; the earliest is {earliest}',
        "规则集“{rulebook}”在 {day} 还没有施行；最早的从 {earliest} 起",
    ),
    # files
    "rule_file_missing": Row("{file}: there is no such file", "{file}：没有这个文件"),
    "rule_file_unreadable": Row("{file}: cannot be read: {why}", "{file}：读不了：{why}"),
    "rule_file_malformed": Row("{file}: is no TOML file: {why}", "{file}：写得不合格式：{why}"),
    "rule_file_not_in_force": Row(
        "{file}: in force from {start} on, not yet on {day}", "{file}：自 {start} 起施行，{day} 还没有"
    ),
    "rule_needs": Row(
        "{file}: {key}: missing or no {what}; write for example {example}",
        "{file}：{key}：没有写，或者不是{what}；例如 {example}",
    ),
    "rule_same_day": Row("{file}: {key}: {other} has the same name and day", "{file}：{key}：与 {other} 同名、同日"),
    "rule_parent_no_name": Row(
        "{file}: {key}: the name of a rulebook, not {given}", "{file}：{key}：要写规则集的名称，不是 {given}"
    ),
    "rule_parent_wrong": Row("{file}: {key}: {why}", "{file}：{key}：{why}"),
    "rule_parent_older": Row(
        "{file}: {key}: rests on {parent} of {start}; since {since} there is {newer}: compare"
        " them (duban rulebook diff), and state what has changed or extend the newer one",
        "{file}：{key}：用的是 {start} 起的 {parent}，{since} 起已有 {newer}：请把两版比较，"
        "把变了的写上，或者改用新的",
    ),
    "rule_circle": Row("{file}: {key}: goes in a circle: {circle: -> }", "{file}：{key}：转了一圈：{circle: → }"),
    "rule_no_source": Row(
        "{file}: {key}: a section that changes names its own source", "{file}：{key}：改动的部分要写自己的依据"
    ),
    "rule_nothing_to_change": Row(
        "{rulebook}: {key}: this rulebook has no such term or section to change",
        "{rulebook}：{key}：这个规则集没有这一项可改",
    ),
    # keys and values
    "rule_key_unknown": Row(
        '{place}: unknown key "{key}"; known are {known}', "{place}：没有“{key}”这个键；有：{known}"
    ),
    "rule_key_like": Row(
        '{place}: unknown key "{key}", did you mean "{like}"?', "{place}：没有“{key}”这个键；是不是“{like}”？"
    ),
    "rule_key_missing": Row('{place}: key "{key}" is missing', "{place}：缺“{key}”这个键"),
    "rule_value_wrong": Row("{place}: {why}, found {given}", "{place}：写的是 {given}，不对（{why}）"),
    "rule_unsound": Row("{place}: {fault}", "{place}：{fault}"),
    "rule_level_of_others": Row("should be one of {known}", "应为 {known} 之一"),
    "rule_event_unknown": Row('unknown event "{event}"; known are {known}', "没有“{event}”这个事件；有：{known}"),
    "rule_event_like": Row(
        'unknown event "{event}", did you mean "{like}"?', "没有“{event}”这个事件；是不是“{like}”？"
    ),
    "rule_event_unwritten": Row(
        "{rulebook}: {key}: no machine writes the event {event}", "{rulebook}：{key}：没有流程会写下事件 {event}"
    ),
    "rule_event_of_others": Row(
        "{event} cannot start a limit of the {subject}", "{event} 不能起算对象为 {subject} 的期限"
    ),
    "rule_event_starts_twice": Row(
        "an event starts one of the main term, {key} and the readings",
        "一个事件只能起算主要期限、{key} 和别种读法之一",
    ),
    "rule_for_subject": Row("{key} is for the subject {subject}", "{key} 只用于对象为 {subject} 的期限"),
    "rule_together": Row("{keys: and } go together", "{keys:、}要一起写"),
    "rule_one_of_two": Row("give one of the two, {keys: or }", "{keys:、}写一个，只写一个"),
    "rule_limit_of_others": Row(
        "{key}: the machine {machine} has no {subject}", "{key}：流程 {machine} 没有 {subject}"
    ),
    "rule_form_returns_nowhere": Row(
        '{key} is "{value}", but no form returns to the unit: {other}',
        "{key} 是“{value}”，而表不交回单位：{other}",
    ),
    "rule_pattern_unknown": Row('"{pattern}": only {known} are known', "“{pattern}”：只能用 {known}"),
    "rule_pattern_repeats": Row(
        '"{pattern}" lacks a {key}, so numbers would repeat', "“{pattern}”没有 {key}，编号会重复"
    ),
    "rule_not_followed": Row(
        "{key} is {value}, which nothing follows; {instead}", "{key} 写的是 {value}，没有规则照它办；{instead}"
    ),
    "rule_mark_of_nothing": Row(
        "{place}: {key}: the rulebook has no such value", "{place}：规则集没有 {key} 这个值"
    ),
    "rule_hours_reversed": Row("start {start} is not before end {end}", "开始 {start} 不早于结束 {end}"),
    "day_unwritten": Row(
        "{given} is not a day, expected YYYY-MM-DD or YYYY/M/D", "“{given}”不是日期，要像 2026-03-05 这样写"
    ),
    "no_day_of_calendar": Row("{given} is no day of the calendar", "日历上没有“{given}”这一天"),
    # processes
    "process_unknown_here": Row(
        '{place}: no {what} is named "{given}"; known are {known}', "{place}：没有叫“{given}”的{what}；有：{known}"
    ),
    "process_like_here": Row(
        '{place}: no {what} is named "{given}", did you mean "{like}"?',
        "{place}：没有叫“{given}”的{what}；是不是“{like}”？",
    ),
    "process_unreached": Row("{place}: no step leads to {state}", "{place}：没有步骤走到 {state}"),
    "process_unleft": Row(
        "{place}: no step leads on from {state}; an end has {key}",
        "{place}：没有步骤从 {state} 走下去；是终点的要写 {key}",
    ),
    "process_end_left": Row(
        "{place}: {action} leads on from {state}, which is final", "{place}：{state} 是终点，{action} 却从它走下去"
    ),
    "process_unused": Row(
        "{place}: no step uses {what} {given}", "{place}：没有步骤用到{what} {given}"
    ),
    # counting
    "limit_from_instant": Row(
        "a limit starts on a civil day, not at the instant {start}", "期限从一天起算，不从 {start} 这一时刻起算"
    ),
    "limit_leaves_calendar": Row(
        "{amount} {unit} from {start} leads out of the calendar", "自 {start} 起 {amount} {unit} 超出了日历"
    ),
    "amount_not_whole": Row("{unit} are counted in whole numbers, not {given}", "{unit}要写整数，不是 {given}"),
    "amount_too_small": Row("a limit is at least 1 of its {unit}, not {given}", "期限至少是 1 {unit}，不是 {given}"),
    "limit_ends_before_start": Row(
        "the last day {last} lies before the start {start}", "最后一天 {last} 早于起算日 {start}"
    ),
    "no_such_day": Row('there is no day "{day}"', "没有“{day}”这一天"),
    "day_malformed": Row("a date is written {known: or }, not {given}", "日期写作 {known: 或者 }，不是 {given}"),
    "no_year_has_day": Row('no year has a day "{day}"', "哪一年都没有“{day}”这一天"),
}


class RuleFault(Reason):
    """One thing that is wrong."""

    ROWS: ClassVar[Mapping[str, Row]] = RULES


class FaultError(ValueError):
    """Raised for what is wrong: `faults` has each of it, the message joins their English."""

    def __init__(self, *faults: Reason) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults

    @property
    def chinese(self) -> str:
        return "\n".join(fault.chinese() for fault in self.faults)


def check_that(holds: bool, code: str, /, **facts: Fact) -> None:
    """Raises `FaultError` unless it holds; pydantic adds the place."""
    if not holds:
        raise FaultError(RuleFault(code, **facts))


def nearest(word: str, words: Iterable[str]) -> str:
    """The one of `words` that may have been meant; '' where none is near."""
    return next(iter(get_close_matches(word, sorted(words), n=1, cutoff=0.5)), "")


def key_unknown(place: str, key: str, keys: Iterable[str]) -> RuleFault:
    """That a file has a key which the schema does not know, and what would work."""
    if like := nearest(key, keys):
        return RuleFault("rule_key_like", place=Label(place), key=Label(key), like=Label(like))
    return RuleFault("rule_key_unknown", place=Label(place), key=Label(key), known=tuple(map(Label, sorted(keys))))
