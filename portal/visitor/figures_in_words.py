"""The figures for readers: the page that explains them, and their table as rows of a workbook."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from portal.visitor.workbooks import Cell, Sheet
from rulebooks import ZONE
from states.vocabulary import Satisfaction
from storage.statistics import FIGURES, GROUPINGS, OPINION_FIGURES, OPINION_GROUPINGS, Group, Table
from storage.statistics.figures import BY_KEY, ORIGINS, Figure
from storage.statistics.opinions import OpinionFigure
from storage.statistics.rules import FAMILY, INDICATORS

BESIDE = (
    "replied", "replied_in_time", "face_to_face", "content", "resolved", "truly_resolved", "promises_kept",
)  # fmt: skip
"""The rates of each group that a page shows side by side; a workbook has all of them."""

FIGURES_PAGE = Path(__file__).parents[2] / "docs" / "figures.md"

def stand_in_words(on: date, at: datetime | None) -> str:
    """The day up to which facts count (截至日) and the time of counting (统计时点), for every print."""
    as_of = f"截至日 as of {on}"
    return f"{as_of}，统计时点 counted at {at.astimezone(ZONE):%Y-%m-%d %H:%M}" if at else as_of


def sheets_of(table: Table) -> list[Sheet]:
    """A workbook: the figures, and a sheet with their day, the time of counting and the rulebook."""
    columns, rows = sheet_rows(table)
    stand: list[Sequence[Cell]] = [
        ("截至日", table.on), ("统计时点", f"{table.at.astimezone(ZONE):%Y-%m-%d %H:%M}" if table.at else ""),
        ("计数单位", "件" if table.counts == "suggestions" else "单位承办"), ("规则集", table.rulebook),
    ]  # fmt: skip
    return [Sheet(f"{GROUPINGS[table.by].name} {table.on}", columns, rows), Sheet("说明", ("项目", "内容"), stand)]


COLUMNS = ("分组", "指标", "数值", "分子", "分母", "公式", "出处")


def sheet_rows(table: Table) -> tuple[Sequence[str], list[Sequence[Cell]]]:
    """Columns and rows: every figure of every group and of all, each with its formula, numerator and denominator."""
    return COLUMNS, [row for group in (*table.groups, table.total) for row in _of_group(group)]


def _of_group(group: Group) -> list[Sequence[Cell]]:
    rows: list[Sequence[Cell]] = [
        (group.name, rate.name, _number(rate.percent) if rate.percent else rate.numerator, rate.numerator,
         "" if rate.denominator is None else rate.denominator, rate.formula, rate.origin)
        for rate in group.rates
    ]  # fmt: skip
    days = group.days
    mean = (_number(days.mean), days.total, days.replied)
    rows.append((group.name, "平均办理天数", *mean, "答复日 − 交办日之和 ÷ 已答复", "I"))
    rows.append((group.name, "办理天数中位数", _number(days.median), "", days.replied, "", "I"))
    for row in group.classes:
        name = f"{row.letter} {row.text or row.key}".strip()
        rows.append((group.name, f"答复类别 {name}", row.answered, row.answered, "", "答复时的类别", "P"))
        rows.append((group.name, f"查验后类别 {name}", row.standing, row.standing, "", "查验更正后的类别", "S2/I"))
        for value, words in {**Satisfaction.names(), "": "没有评价"}.items():
            count = row.values[value]
            rows.append((group.name, f"{name} × {words}", count, count, "", "答复类别 × 最后一次评价", "P"))
    if group.score:
        for share in group.score.shares:
            figures = (_number(share.rate.percent), share.rate.numerator, share.rate.denominator)
            name = f"得分项 {share.rate.name}（权重 {share.weight}）"
            rows.append((group.name, name, *figures, share.rate.formula, ""))
        formula = "Σ 权重 × 比率 ÷ Σ 权重，没有分母的不计"
        rows.append((group.name, "综合得分", _number(group.score.points), "", "", formula, "R"))
    return rows


def _number(text: str) -> Decimal | str:
    """A printed number as a number; the dash of an empty base stays."""
    return text if text == "–" else Decimal(text)


HEAD = """<!-- Generated from storage/statistics. Do not edit; renew it with: duban figures page --write -->

# 统计指标 / Figures

`duban figures --as-of DATE --by {groupings}`，
页面 `/figures`。每个比率都带公式、分子、分母；百分比 = 100 × 分子 ÷ 分母，保留一位小数，四舍五入，分母为零的写“–”。

所有数都只从事件算出，不看表里的行。截至某日 = 发生日期不晚于这一天的事实，按现在所知：补录的事实算在它发生的那一天；
更正了交办日期、被代表否认的沟通、换了规则集版本、改定了区划或者日历更正后移动的期限，也按更正后的算以前的日子。还没有到的日子不统计。
每份打印的、导出的统计都写明截至日和统计时点（什么时候统计的）；印发过的报告保留印发时的数，再印时写明有什么不同。
单位名称、单位属于哪个系统按现在的通讯录。

Every rate carries its formula, numerator and denominator; percentages have one decimal, half up, “–” where the
denominator is nought. Everything is counted from the events alone. As of a day: the facts *dated* on or before it,
as they are known now. A fact that is entered late counts on the day it bears (the event's `on`); five kinds of entry
correct what was recorded and hold for earlier days, too, whatever day they bear: a corrected day of assignment
(`suggestion.assigned_date_corrected`; the assignment then counts from `assigned_on` in its data), another text of rules
(`suggestion.rules_changed`), another region (`region_set`), a contact that the deputy denied
(`assignment.communication_denied`) and a last day moved with the calendar (`limit.moved`). A day that has not come yet
is refused. Every print says up to which day facts count (截至日) and when they were counted (统计时点); a report keeps
the figures that it was put out with, and a reprint says what changed. What a unit is called, and its system, is the
directory's of today.

公开后又决定不予公开的，仍算已公开。 What was published and exempted afterwards counts as published.

**件 item**: 一件建议；按单位、系统分组时是一个单位在一件里的承办（主办、独办、分办，各轮合为一个）。
件数 N：已登记，去掉不作为建议处理的和答复前撤回的；并案的逐件计。
多个单位分办的，类别和评价取最差，都答复才算答复。
首次答复的指标（沟通、面商、三先三后、按时、天数）看第一轮，类别和满意看最后一轮。
到期：截至某日看到这一天结束，最后一天当天还没有答复的已经到期；逾期从第二天起。签收期限在最后一天以前（含当天）因撤回、换规则集等
终止（`void`）的，没有守也没有违，不算有期限；
过了最后一天才终止的仍算。天数从交办日起；按单位、系统的从该单位接到这一份起（改派的从改派日）。

A suggestion, or by unit and system a unit's part in one, all its rounds together. N: registered, less what was
not accepted and what was withdrawn before the reply; merged ones count singly. Of several answering units the
worst class and the worst value count, and all must have replied. What is said of first replies looks at round 1,
class and satisfaction at the last round. A deputy's value is the worst of the dimensions judged; what was not
returned is in no base. Due: as of a day looks at its end, so what is not replied on its last day is due; it is late
from the day after. A limit of receipt that ended void (`void`) on or before its last day, by a withdrawal or another
text of rules, was neither kept nor broken and is in no base; one that ended later is. Days run from assignment; of a
unit or system from when the unit got its part (after a reassignment, from that day).

催办次数: 人催的，每次按当时这一轮的承办单位各计一次；期限逾期后到第一级（U1）的，欠办的单位计一次，不管这一级是在
逾期那天（`limit.overdue`）还是以后（`limit.escalated`）到的；一天到几级的（`levels`）每级都计。黄牌、红牌同样。
答复全面是委员会双评时给的分（`suggestion.assessed`，`completeness`，满分一百），每份评过的答复一份，评过几轮的看最后一次；没有评过的不在分母里。

Urged: an urging by people counts once for each unit that answers in its round; the first rung (U1) of a limit that is
past counts once for the unit that owes it, whether it was reached on the overdue day (`limit.overdue`) or later
(`limit.escalated`), and where one day reached several rungs (`levels` in the data, else `level`) each counts. Yellow
(U2) and red (U3) likewise. Answered completely is what committees gave (`suggestion.assessed`, `completeness`, of 100)
for each delivered reply of the round, the last time it was scored; a reply that nobody scored is in no base.

{figures}
| 平均办理天数、中位数<br>days to the reply | `days` | 首次答复日 − 交办日，日历日 | {days} | I |
| 单位综合得分<br>score | `score` | Σ 权重 × 比率 ÷ Σ 权重，没有分母的不计 | {score} | R |

出处 origins: {origins}。

## 类别 × 评价 / Class × satisfaction

每组另有各类别的件数（答复时的，和查验更正以后的，两个都保留），以及类别 × 最后一次评价的表：
看得出“C类却满意”、“A类却不满意”。办成率、解决率用答复时的类别；真实办成率去掉被查验推翻的。

Every group also has its items by class, as replied and as they stand after inspections, and class × last value.
办成率 and 解决率 take the class as replied; 真实办成率 leaves out what an inspection refuted.

## 群众意见 / Citizens' opinions

`duban figures --opinions {opinion_groupings}`。12345 式的“解决率”要有回访结果，事件里还没有，不算。

{opinions}

## 规则集 / Rulebooks

`[statistics.variants]` 可以给下列指标另定公式：{varied}。写成 `RESOLVED / N`、`(RESOLVED + PLANNED) / replied`
或者 `value / replied`；类别也可以用规则集的字母，基数是 `N`、`replied`、`returned`。

A rulebook may give these another formula, with classes or its own letters, over one of the three bases.

`[weights.weights]` 的项目 indicators: {indicators}；也可以写任何一项比率的 key。
`satisfaction` 的权重不得大于 `effect`（青岛(2021) 第三十一条）。

## 公布的表 / Printed tables

`duban figures check FILE` 核对一张公布的表（TOML 或 CSV，见 [files.md](files.md)）：各项之和与合计、百分比与件数，
自相矛盾的逐条指出，退出码 1。

It checks a printed table: parts against their total, percentages against counts, with the decimals printed.
"""


def figures_page() -> str:
    """The whole of docs/figures.md."""
    varied = (
        next((name for name, keys in FAMILY.items() if figure.key in keys), figure.name)
        for figure in FIGURES
        if figure.rules
    )
    return HEAD.format(
        groupings="|".join(GROUPINGS),
        figures=_table(FIGURES),
        days="first reply − assignment, calendar days",
        score="Σ weight × rate / Σ weight, those with a base",
        origins="；".join(f"`{letter}` {origin}" for letter, origin in ORIGINS.items()),
        opinion_groupings="|".join(OPINION_GROUPINGS),
        opinions=_table(OPINION_FIGURES),
        varied="、".join(dict.fromkeys(varied)),
        indicators="；".join(f"`{name}` = {BY_KEY[key].name}" for name, key in INDICATORS.items()),
    )


def _table(figures: Sequence[Figure] | Sequence[OpinionFigure]) -> str:
    head = ["| 指标 figure | key | 公式 formula | | 出处 origin |", "|---|---|---|---|---|"]
    return "\n".join(head + [
        f"| {figure.name}<br>{figure.english} | `{figure.key}` | {figure.formula} | {figure.words} | {figure.origin} |"
        for figure in figures
    ])  # fmt: skip
