"""Commands about supervision across cases: supervisions, promises, inspections, conversions."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any

import typer

from portal.commands.console import (
    At,
    Database,
    Json,
    existing_register,
    instant,
    print_json,
    print_table,
    refusing,
)
from portal.visitor.judgements import supervision_state
from rulebooks import civil_day
from states.decide import LIFECYCLES
from states.supervision import LIVE
from states.vocabulary import ConversionKind, ReplyClass, SupervisionKind, Verdict
from storage import Register, across_cases
from storage.across_cases import OPEN_PROMISES
from storage.visible import Scope

app = typer.Typer(no_args_is_help=True)

MOST = 100_000
Region = Annotated[str, typer.Option(help="区划代码，含下级 region and below")]
All = Annotated[bool, typer.Option("--all", help="已经了结的也列出 the ended ones, too")]
Look = Callable[[Register, Scope], list[dict[str, Any]]]


@app.command()
def supervisions(region: Region = "", all_: All = False, db: Database = "", json_: Json = False) -> None:
    """督办：每件的种类、进度、由谁承担 supervisions, the newest first; --all with those that ended."""
    states = () if all_ else tuple(LIVE)
    rows = _rows(db, region, lambda register, scope: across_cases.supervisions(register, scope, (), states, MOST))
    columns = ("编号 case", "督办 supervision", "种类 kind", "进度 state", "承担 holder", "提出 proposed", "最近 last")
    _tell("督办 supervisions", json_, rows, columns, lambda row: (
        row["case_id"], row["id"], SupervisionKind.name_of(row["kind"]),
        supervision_state(row["kind"], row["state"]), row["holder"] or row["by"], row["proposed_on"], row["last_on"],
    ))  # fmt: skip


@app.command()
def promises(
    region: Region = "",
    unit: Annotated[str, typer.Option(help="单位编号 id of the unit")] = "",
    late: Annotated[bool, typer.Option("--late", help="只列过了期限的 only those that are late")] = False,
    all_: All = False,
    at: At = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """承诺台账：谁承诺什么、到哪天、怎样了 what units promised, the earliest day first; --all with those kept."""
    states = () if all_ else OPEN_PROMISES
    rows = _rows(db, region, lambda register, scope: across_cases.promises(register, scope, unit, states, MOST))
    today = civil_day(instant(at))
    for row in rows:
        row["late"] = row["state"] in OPEN_PROMISES and row["due_on"] < today
    rows = [row for row in rows if row["late"] or not late]
    columns = ("编号 case", "单位 unit", "承诺 promise", "期限 due", "改期 moved", "进度 state", "逾期 late")
    names = LIFECYCLES["commitment"].names
    _tell("承诺台账 promises", json_, rows, columns, lambda row: (
        row["case_id"], row["unit_name"], row["text"], row["due_on"], row["rescheduled"], names[row["state"]],
        _days_late(row["due_on"], today) if row["late"] else "",
    ))  # fmt: skip


@app.command()
def inspections(region: Region = "", db: Database = "", json_: Json = False) -> None:
    """查验：申报的和查实的 inspections, the newest first: what was claimed, what was found."""
    rows = _rows(db, region, lambda register, scope: across_cases.inspected(register, scope, MOST))
    columns = (
        "查验 on", "编号 case", "单位 unit", "申报 claimed", "查实 found", "结论 verdict", "地点 place", "查验人 by",
    )  # fmt: skip
    names = LIFECYCLES["commitment"].names | ReplyClass.names()
    _tell("查验 inspections", json_, rows, columns, lambda row: (
        row["inspected_on"], row["case_id"], row["unit_name"], names.get(row["claimed"], row["claimed"]),
        names.get(row["found"], row["found"]), Verdict.name_of(row["verdict"]), row["place"], row["by"],
    ))  # fmt: skip


@app.command()
def conversions(
    region: Region = "",
    year: Annotated[
        int | None, typer.Option(min=1990, max=2100, help="年度，默认今年 default: this year")
    ] = None,
    db: Database = "",
    json_: Json = False,
) -> None:
    """吸纳转化清单 what suggestions of a year became: a law plan, a supervision, a decision, a project."""
    number = year or civil_day(instant("")).year
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = _rows(db, region, lambda register, scope: across_cases.conversions(register, scope, first, last, MOST))
    columns = ("登记 on", "编号 case", "标题 title", "转化成 kind", "名称 target", "有结果 done")
    _tell("吸纳转化 conversions", json_, rows, columns, lambda row: (
        row["converted_on"], row["case_id"], row["title"], ConversionKind.name_of(row["kind"]), row["target"],
        row["done_on"],
    ))  # fmt: skip


def _rows(db: str, region: str, look: Look) -> list[dict[str, Any]]:
    with refusing():
        return look(existing_register(db), Scope(region=region or None))


def _tell(
    title: str,
    json_: bool,
    rows: Sequence[dict[str, Any]],
    columns: Sequence[str],
    line: Callable[[dict[str, Any]], tuple[Any, ...]],
) -> None:
    if json_:
        print_json({"items": rows})
    else:
        print_table(f"{title}：{len(rows)}", columns, [line(row) for row in rows])


def _days_late(due: date, today: date) -> str:
    return f"{(today - due).days} 天"
