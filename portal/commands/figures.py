"""Commands about figures: totals, rates by unit, subject, batch as of any day, a check of printed tables, an export."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from flows.published_tables import read_published
from portal.commands.console import (
    Database,
    Json,
    day,
    existing_register,
    instant,
    note_rows,
    print_json,
    print_table,
    refuse,
    refusing,
)
from portal.visitor.charts import as_file, shares
from portal.visitor.figures_in_words import BESIDE, FIGURES_PAGE, figures_page, sheets_of, stand_in_words
from portal.visitor.workbooks import workbooks
from rulebooks import civil_day
from states.reasons import Given, Refused, labels
from states.vocabulary import LimitKey
from storage import Register
from storage.day_counts import by_limit, counts
from storage.export import event_lines
from storage.order import newest_instant
from storage.statistics import (
    FIGURES,
    GROUPINGS,
    OPINION_GROUPINGS,
    Group,
    StatisticsError,
    Table,
    count,
    count_opinions,
)
from storage.statistics.published import contradictions_in
from storage.visible import Scope

app = typer.Typer(no_args_is_help=True)
figures = typer.Typer(invoke_without_command=True)
export = typer.Typer(no_args_is_help=True, help="给别的程序的文件 files for other programs")
app.add_typer(figures, name="figures")
app.add_typer(export, name="export")

AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="日终，默认今天 at the end of this day")]


@figures.callback()
def figures_(
    context: typer.Context,
    as_of: AsOf = "",
    by: Annotated[str, typer.Option(help=f"按什么分组 one of {', '.join(GROUPINGS)}")] = "",
    region: Annotated[str, typer.Option(help="区划代码，含下级 region and below")] = "",
    rulebook: Annotated[str, typer.Option(help="按哪个规则集的公式和权重 whose formulas and weights")] = "",
    xlsx: Annotated[Path | None, typer.Option(metavar="FILE", help="写成 Excel write a workbook")] = None,
    chart: Annotated[
        Path | None, typer.Option(metavar="FILE.svg", help="一项指标的图 a chart of one rate")
    ] = None,
    figure: Annotated[str, typer.Option(help="图里的指标 the rate of the chart")] = "replied_in_time",
    opinions: Annotated[
        str, typer.Option(metavar="BY", help=f"群众意见，按 {'、'.join(OPINION_GROUPINGS)}")
    ] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """数据库里的合计；给出 --by、--as-of 等时，是各项比率和公式 totals; with --by, --as-of … rates and formulas."""
    if context.invoked_subcommand is not None:
        return
    if not (as_of or by or region or rulebook or xlsx or chart or opinions):
        _totals(db, json_)
        return
    scope = Scope(region=region or None)
    with refusing():
        register = existing_register(db)
        at = _now(register)
        on = day(as_of) if as_of else civil_day(at)
        if opinions:
            _opinions(register, on, at, opinions, scope, json_)
            return
        counted = count(register, on, by or "batch", scope, rulebook, at=at)
        if xlsx:
            xlsx.write_bytes(workbooks(sheets_of(counted)))
        if chart:
            chart.write_text(_chart(counted, figure), encoding="utf-8")
    if json_:
        print_json(asdict(counted))
    elif xlsx or chart:
        typer.echo("\n".join(str(file) for file in (xlsx, chart) if file))
    else:
        _tell(counted)


def _totals(db: str, json_: bool) -> None:
    with refusing():
        register = existing_register(db)
        stored, limits = counts(register), by_limit(register)
    if json_:
        print_json({**stored, "by_limit": limits})
        return
    typer.echo("  ".join(f"{key} {number}" for key, number in stored.items()))
    table = [
        (f"{key} {LimitKey.names().get(key, '')}".rstrip(), row["in_time"], row["late"], row["open"])
        for key, row in limits.items()
    ]
    print_table("按时限 by limit", ("时限 limit", "按时 in time", "逾期 late", "未了 open"), table)


def _now(register: Register) -> datetime:
    """The moment of counting: now, or where a rehearsed register is ahead of that, its newest entry."""
    newest = newest_instant(register.engine, register.layout.sql)
    return max(instant(""), newest) if newest else instant("")


def _opinions(register: Register, on: date, at: datetime, by: str, scope: Scope, json_: bool) -> None:
    counted = count_opinions(register, on, by, scope, at=at)
    if json_:
        print_json(
            {
                "on": on,
                "at": at,
                "by": by,
                "groups": {key: [asdict(rate) for rate in rates] for key, rates in counted.items()},
            }
        )
        return
    typer.echo(stand_in_words(on, at))
    for key, rates in counted.items():
        lines = [
            (rate.name, rate.percent, f"{rate.numerator}/{rate.denominator}", rate.formula) for rate in rates
        ]
        print_table(key or "合计 total", ("指标 figure", "%", "分子/分母", "公式 formula"), lines)


def _chart(table: Table, key: str) -> str:
    """One rate of every group as lying bars, with its formula."""
    keys = [figure_.key for figure_ in FIGURES if figure_.base is not None]
    if key not in keys:
        raise StatisticsError(Refused("no_such_rate", name=Given(key), known=labels(keys)))
    rate = table.total.rate(key)
    rates = [(group.name, group.rate(key)) for group in table.groups]
    rows = [(name, part.numerator, part.denominator or 0) for name, part in rates]
    return as_file(shares(f"{rate.name}（{rate.formula}），{stand_in_words(table.on, table.at)}", rows))


def _tell(table: Table) -> None:
    counted = "件 suggestions" if table.counts == "suggestions" else "承办 parts of units"
    typer.echo(
        f"{stand_in_words(table.on, table.at)}；计数单位 counted: {counted}；规则集 rulebook {table.rulebook or '–'}"
    )
    total = table.total
    rows = [
        (rate.name, rate.english, rate.percent or rate.numerator,
         "" if rate.denominator is None else f"{rate.numerator}/{rate.denominator}", rate.formula)
        for rate in total.rates
    ]  # fmt: skip
    days = total.days
    each = f"{days.total}/{days.replied}"
    rows.append(("平均办理天数", "days to the reply", days.mean, each, "答复日 − 交办日，日历日"))
    rows.append(("办理天数中位数", "median of them", days.median, str(days.replied), ""))
    if total.score:
        weights = " + ".join(f"{share.weight}×{share.rate.name}" for share in total.score.shares)
        rows.append(("综合得分", "score", total.score.points, "", f"（{weights}）÷ 有分母的权重之和"))
    print_table(f"合计 total: N = {total.n}", ("指标 figure", "", "%", "分子/分母", "公式 formula"), rows)
    print_table(
        "答复类别 × 评价 classes × satisfaction",
        ("类别 class", "答复 as replied", "查验后 as it stands", "满意", "基本满意", "不满意", "没有评价"),
        [
            (f"{row.letter} {row.key}".strip(), row.answered, row.standing, *row.values.values())
            for row in total.classes
        ],
    )
    rates = [total.rate(key) for key in BESIDE]
    print_table(
        f"按{GROUPINGS[table.by].name} by {table.by}",
        ("", "N", *(rate.name for rate in rates), "得分"),
        [_line(group) for group in table.groups],
    )


def _line(group: Group) -> list[str | int]:
    rates = (group.rate(key) for key in BESIDE)
    cells = [f"{rate.percent} ({rate.numerator}/{rate.denominator})" for rate in rates]
    return [group.name, group.n, *cells, group.score.points if group.score else ""]


@figures.command("check")
def check_(file: Annotated[Path, typer.Argument(help="TOML、CSV 或 XLSX")], json_: Json = False) -> None:
    """核对别人公布的表：合计、百分比自相矛盾的拒收 refuse a printed table that contradicts itself."""
    with refusing():
        contradictions = contradictions_in(read_published(file, lambda note: typer.echo(note, err=True)))
    if json_:
        print_json(
            {
                "ok": not contradictions,
                "contradictions": [asdict(contradiction) for contradiction in contradictions],
            }
        )
    else:
        for fault in contradictions:
            typer.echo(
                f"{fault.table}: {fault.words}\n    {fault.english}", err=True
            )
        if not contradictions:
            typer.echo("没有矛盾 consistent")
    if contradictions:
        if not json_:
            refuse(f"{file}: {len(contradictions)} 处矛盾，没有采用 contradictions, not taken")
        raise typer.Exit(1)


@figures.command()
def page(write: Annotated[bool, typer.Option(help="写入 docs/figures.md renew it")] = False) -> None:
    """每项指标的公式和出处，由表生成 each figure's formula and origin, generated from the table."""
    if write:
        FIGURES_PAGE.write_text(figures_page(), encoding="utf-8")
        typer.echo(f"{FIGURES_PAGE} renewed")
    else:
        typer.echo(figures_page())


@export.command()
def events(
    out: Annotated[Path, typer.Option("--out", metavar="FILE.jsonl", help="写到哪里 where to")],
    as_of: AsOf = "",
    db: Database = "",
) -> None:
    """全部事件，一行一个 JSON 对象 every event, one JSON object a line; --as-of by the day of entry."""
    written = 0
    with refusing():
        register = existing_register(db)
        with out.open("wb") as file:
            for line in event_lines(register, day(as_of) if as_of else None):
                file.write(line)
                written += 1
    note_rows(written)
    typer.echo(f"{out}: {written} 个事件 events", err=True)
