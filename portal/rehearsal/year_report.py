"""The rehearsed year on the console: progress while it is played, then tables."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from portal.rehearsal.last_night import LastNight
from portal.rehearsal.outcome import LAMPS, Overview, stage_name
from portal.rehearsal.year import Rehearsal
from rulebooks.house_ladder import HOUSE_LADDER
from states.vocabulary import Level, Satisfaction, Severity, V
from storage import Register
from storage.auditing import audits
from storage.findings import findings

FIGURE_NAMES = {
    "submitted": "提出",
    "registered": "登记",
    "assigned": "交办",
    "not_accepted": "不作为建议处理",
    "withdrawn": "撤回",
    "replied_in_time": "按时答复",
    "replied_late": "逾期答复",
    "returned": "退办",
    "extended": "延期",
    "rehandled": "重新办理",
    "mediated": "再次不满意",
    "urged": "代表催办",
    "explained": "说明逾期",
    "rectified": "整改",
    "promised": "承诺事项",
    "promises_verified": "承诺销号",
    "promises_broken": "未落实终止",
    "archived": "归档",
}
RUNG_NAMES = {Level.U0.value: Level.U0.zh, "overdue": "逾期次日"} | {
    rung.level.value: rung.title for rung in HOUSE_LADDER if not rung.level.reminds
}
COLOURS = {"GREEN": "green", "BLUE": "cyan", "YELLOW": "yellow", "RED": "red"}


@contextmanager
def playing(console: Console, days: int) -> Iterator[Callable[[date], None]]:
    """A bar of the year's days; call it with each day that was played."""
    with Progress(
        TextColumn("演练 playing {task.fields[on]}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        console=console, disable=not console.is_terminal, transient=True,
    ) as bar:  # fmt: skip
        task = bar.add_task("", total=days, on="")
        yield lambda on: bar.update(task, advance=1, on=on.isoformat())


def tell(console: Console, register: Register, done: Rehearsal, night: LastNight, overview: Overview) -> None:
    """The board, the figures, the ladder, the units and the last night."""
    console.rule(f"{done.city.name} {done.year} 年演练 a year rehearsed")
    console.print(
        f"人物、邮箱和建议文字都是编的 people and texts are made up；规则集 rulebook {done.city.rulebook}；"
        f"种子 seed {done.seed}\n"
        f"建议 suggestions {done.suggestions}，办理动作 acts {done.acts}，上阶梯 rungs {done.rungs}，"
        f"站内消息 messages {done.messages}，夜间巡检 audits {done.audits}"
    )
    _board(console, overview)
    _months(console, done)
    _figures(console, overview)
    _ladder(console, overview)
    _units(console, overview)
    _night(console, register, night)
    for refusal in done.refused[:5]:
        console.print(
            f"被拒 refused: {refusal.on} {refusal.case} {refusal.action}: {refusal.reason}",
            style="dim",
            highlight=False,
        )


def _board(console: Console, overview: Overview) -> None:
    table = Table("阶段 stage")
    for lamp, name in LAMPS.items():
        table.add_column(Text(f"{name} {lamp.lower()}", COLOURS[lamp]), justify="right")
    table.add_column("合计", justify="right")
    for state, lamps in overview.board.items():
        cells = (
            Text(f"{LAMPS[lamp]} {number}" if number else "·", COLOURS[lamp])
            for lamp, number in lamps.items()
        )
        table.add_row(f"{stage_name(state)} {state}", *cells, str(sum(lamps.values())))
    totals = [sum(lamps[lamp] for lamps in overview.board.values()) for lamp in LAMPS]
    table.add_row("合计", *map(str, totals), str(sum(totals)), style="bold")
    console.print(
        f"\n一、{overview.on} 日终在办 open at the end of the day：绿 无近期 · 蓝 七日内到期 · 黄 逾期 · 红 已通报"
    )
    console.print(table)


def _months(console: Console, done: Rehearsal) -> None:
    table = Table("月末 end of")
    for lamp, name in LAMPS.items():
        table.add_column(Text(name, COLOURS[lamp]), justify="right")
    table.add_column("在办 open", justify="right")
    for month, lamps in done.months.items():
        cells = (Text(str(number) if number else "·", COLOURS[lamp]) for lamp, number in lamps.items())
        table.add_row(month, *cells, str(sum(lamps.values())))
    console.print("\n逐月在办 open at each month's end")
    console.print(table)


def _figures(console: Console, overview: Overview) -> None:
    console.print("\n二、全年 the year")
    console.print("  ".join(f"{FIGURE_NAMES[name]} {number}" for name, number in overview.figures.items()))
    judged = sum(number for value, number in overview.satisfaction.items() if value != Satisfaction.NO_RESPONSE)
    parts = [f"{Satisfaction.name_of(value)} {number}" for value, number in overview.satisfaction.items()]
    rate = 100 * overview.satisfaction.get(Satisfaction.SATISFIED, 0) / judged if judged else 0
    console.print(f"评价 judged: {'  '.join(parts)}；满意率 satisfied {rate:.1f} %")


def _ladder(console: Console, overview: Overview) -> None:
    table = Table("级 rung", "名称 title", "次数 times")
    for rung in RUNG_NAMES:
        table.add_row(rung, RUNG_NAMES[rung], str(overview.ladder.get(rung, 0)))
    console.print("\n三、督办阶梯做了什么 what the ladder did by itself")
    console.print(table)
    parts = [f"{V(state).zh} {state} {number}" for state, number in overview.supervisions.items()]
    console.print(f"督办 supervisions: {'，'.join(parts) or '0'}")


def _units(console: Console, overview: Overview) -> None:
    table = Table("单位 unit", "逾期 late", "共 of", "逾期天数 days late", "最高级 level")
    for record in overview.worst_units:
        table.add_row(
            f"{record.unit} {record.name}",
            str(record.late),
            str(record.limits),
            str(record.days),
            record.level,
        )
    console.print("\n四、逾期最多的单位 the units with the most late limits")
    console.print(table)


def _night(console: Console, register: Register, night: LastNight) -> None:
    how = f"{night.by.zh} {night.by.en}"
    console.print(f"\n五、末夜巡检与督办研判 the last night's audit and review，{how}")
    for name, did in night.did.items():
        console.print(f"{name}: {did}", highlight=False)
    severe = _severe(register)
    console.print("  ".join(f"{Severity.name_of(name)} {name} {number}" for name, number in severe.items()))


def _severe(register: Register) -> dict[str, int]:
    """The findings that stand, by severity."""
    counts = Counter(finding["severity"] for finding in findings(register))
    return {name: counts[name] for name in Severity.values()}


def report_json(register: Register, done: Rehearsal, night: LastNight, overview: Overview) -> dict[str, object]:
    """Everything that `tell` prints, as one JSON object."""
    (audit,) = audits(register, 1)
    return {
        "city": done.city.key,
        "year": done.year,
        "seed": done.seed,
        "suggestions": done.suggestions,
        "ended": done.ended,
        "acts": done.acts,
        "rungs": done.rungs,
        "by_rule": done.by_rule,
        "messages": done.messages,
        "audits": done.audits,
        "months": done.months,
        "refused": done.refused,
        "overview": asdict(overview),
        "last_night": asdict(night),
        "audit": {name: audit[name] for name in ("id", "cases_open", "cases_looked_at", "found", "root")},
        "findings": _severe(register),
    }


def where_to_look(program: str, option: str, case: str) -> list[str]:
    """The commands that show more of what was played; `option` names the database."""
    commands = (
        f"show {case}", f"explain {case}", f"history {case}", "overdue", "report", "findings", "inbox L01", "verify",
    )  # fmt: skip
    return [f"{program} {command} {option}" for command in commands]
