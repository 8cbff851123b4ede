"""Values of a rulebook that say how something goes which always goes one way: others are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rulebooks.faults import RuleFault
from rulebooks.limits import Limit
from rulebooks.sections import CalendarRules, EvaluationRules, Extension, PublicityRules, ReplyRules, Returns
from rulebooks.sentences import Fact, Given, Label, Worded

TOLD = Worded("deputies are told of every extension: leave it out", "每次延期都告知代表：不要写这个键")
CLOCK = Worded(
    "the last day stays when another unit takes over: leave it out", "换单位不改变答复的最后一天：不要写这个键"
)
SILENCE = Worded(
    "silence is in no base: write another formula in statistics.variants",
    "没有反馈的不计入基数：别的算法写在 statistics.variants",
)
CALENDAR = Worded(
    'there is the calendar "cn": an office imports its own days (duban calendar import)',
    "只有“cn”这一个日历：本地的日子用 duban calendar import 导入",
)
STOP = Worded(
    "limits.reply_by.meets says what meets it: write the same in both",
    "完成以 limits.reply_by.meets 为准：两处写成一样",
)
WINDOW = Worded("limits.publish_by is the limit: write the same in both", "期限以 limits.publish_by 为准：两处写成一样")


def unfollowed_steps(
    extension: Extension | None, returns: Returns | None, evaluation: EvaluationRules | None, calendar: CalendarRules
) -> Iterator[RuleFault]:
    """What these sections state and nobody would do."""
    if extension and not extension.tell_deputy:
        yield _fault("extension.tell_deputy", False, TOLD)
    if returns and not returns.keeps_clock:
        yield _fault("returns.keeps_clock", False, CLOCK)
    if evaluation and evaluation.non_response != "excluded":
        yield _fault("evaluation.non_response", evaluation.non_response, SILENCE)
    if calendar.id != "cn":
        yield _fault("calendar.id", calendar.id, CALENDAR)


def unlike_limits(
    reply: ReplyRules | None, publicity: PublicityRules | None, limits: Mapping[str, Limit]
) -> Iterator[RuleFault]:
    """What these sections say otherwise than the limits that hold."""
    if reply and "reply_by" in limits and f"assignment.{reply.stop}" not in limits["reply_by"].meets:
        yield _fault("reply.stop", reply.stop, STOP)
    if publicity and publicity.window:
        window, limit = publicity.window, limits.get("publish_by")
        if limit is None or (window.amount, window.unit) != (limit.amount, limit.unit):
            yield _fault("publicity.window", f"{window.amount} {window.unit}", WINDOW)


def _fault(key: str, value: bool | str, instead: Fact) -> RuleFault:
    return RuleFault("rule_not_followed", key=Label(key), value=Given(value), instead=instead)
