"""Commands about supervision across cases: supervisions, promises, inspections, conversions."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

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
from portal.visitor.columns import Column, on_console
from portal.visitor.list_columns import CONVERTED, INSPECTED, PROMISED, SUPERVISED
from portal.visitor.overseen import Row, word_conversion, word_inspection, word_promise, word_supervision
from rulebooks import civil_day
from states.supervision import LIVE
from storage import Register, across_cases
from storage.across_cases import OPEN_PROMISES
from storage.visible import Scope

app = typer.Typer(no_args_is_help=True)

MOST = 100_000
Region = Annotated[str, typer.Option(help="区划代码，含下级 region and below")]
All = Annotated[bool, typer.Option("--all", help="已经了结的也列出 the ended ones, too")]
Look = Callable[[Register, Scope], list[Row]]


@app.command()
def supervisions(region: Region = "", all_: All = False, db: Database = "", json_: Json = False) -> None:
    """督办：每件的种类、进度、由谁承担 supervisions, the newest first; --all with those that ended."""
    states = () if all_ else tuple(LIVE)
    rows = _rows(db, region, lambda register, scope: across_cases.supervisions(register, scope, (), states, MOST))
    today = civil_day(instant(""))
    _tell("督办 supervisions", json_, rows, SUPERVISED, lambda row: word_supervision(row, {}, today))


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
    _tell("承诺台账 promises", json_, rows, PROMISED, lambda row: word_promise(row, today))


@app.command()
def inspections(region: Region = "", db: Database = "", json_: Json = False) -> None:
    """查验：申报的和查实的 inspections, the newest first: what was claimed, what was found."""
    rows = _rows(db, region, lambda register, scope: across_cases.inspections(register, scope, MOST))
    _tell("查验 inspections", json_, rows, INSPECTED, lambda row: word_inspection(row, row["by"]))


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
    _tell("吸纳转化 conversions", json_, rows, CONVERTED, lambda row: word_conversion(row, row["by"]))


def _rows(db: str, region: str, look: Look) -> list[Row]:
    with refusing():
        return look(existing_register(db), Scope(region=region or None))


def _tell(title: str, json_: bool, rows: list[Row], columns: Sequence[Column], word: Callable[[Row], None]) -> None:
    """The rows as they are stored, or a table of them in words; ids stand for names."""
    if json_:
        print_json({"items": rows})
        return
    for row in rows:
        word(row)
    print_table(f"{title}：{len(rows)}", *on_console(columns, rows))
