"""Commands about rules and days: due, workdays, rulebook, calendar, diagram."""

import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from flows.notices import changing, for_region, read_notice
from portal.commands.console import (
    At,
    Database,
    Json,
    Place,
    both,
    calendar_of,
    day,
    entry_not_before,
    existing_register,
    instant,
    misused,
    open_register,
    print_json,
    print_table,
    refuse,
    refusing,
)
from rulebooks import Library, Roll, Rulebook, Unit, Workdays, civil_day, last_day
from rulebooks.faults import RuleFault
from rulebooks.sentences import Label, Reason
from rulebooks.sheet import check, diff, inferred_keys, sections, term_rows
from states.decide import event_names
from states.diagram import as_json, lifecycle_page
from states.reasons import Given, Refused, labels
from states.sheet_page import HEAD, actions_page, field_rows
from states.sheets import SHEETS
from states.words import ACTION_NAMES
from storage.region_rules import RegionRule
from storage.register import CalendarReport

JUDGED = {"in_time": "按时 in time", "late": "逾期 late"}
LIFECYCLE_PAGE = Path(__file__).parents[2] / "docs" / "lifecycle.md"
ACTIONS_PAGE = LIFECYCLE_PAGE.with_name("actions.md")

app = typer.Typer(no_args_is_help=True)
rulebook_app = typer.Typer(no_args_is_help=True, help="规则集 rulebooks")
calendar_app = typer.Typer(no_args_is_help=True, help="工作日历 the working-day calendar")
app.add_typer(rulebook_app, name="rulebook")
app.add_typer(calendar_app, name="calendar")


@app.command()
def due(
    start: Annotated[str, typer.Argument(help="起算日 start day (never counted), YYYY-MM-DD")] = "",
    amount: Annotated[str, typer.Argument(help="数量，或绝对日期 a number, or a day for unit date")] = "",
    unit: Annotated[str, typer.Argument(help="months | working_days | days | date")] = "working_days",
    roll: Annotated[str, typer.Option(help="none | next_working_day")] = "none",
    batch: Annotated[str, typer.Option(help="JSON 行文件，- 为标准输入 JSON lines, - for stdin")] = "",
    region: Place = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """最后一天 the last day of a limit."""
    with refusing():
        workdays = calendar_of(db, region)
    if batch:
        _due_batch(batch, workdays)
        return
    if not start or not amount:
        raise misused(Refused("argument_term"))
    answer = _due({"start": start, "amount": amount, "unit": unit, "roll": roll}, workdays)
    if "error" in answer:
        refuse(str(answer["error"]))
    if json_:
        print_json(answer)
    else:
        typer.echo(str(answer["last_day"]) + ("（暂定 provisional）" if answer["provisional"] else ""))


def _due_batch(source: str, workdays: Workdays) -> None:
    for line in _lines(source):
        try:
            question = json.loads(line)
        except (ValueError, RecursionError) as error:  # also a number of thousands of digits, or endless [[[
            print_json({"error": f"not JSON: {error}"})
            continue
        print_json(_due(question, workdays))


def _lines(source: str) -> Iterator[str]:
    if source == "-":
        yield from (line for line in sys.stdin if line.strip())
        return
    try:
        with Path(source).open(encoding="utf-8-sig", errors="replace") as file:
            yield from (line for line in file if line.strip())
    except OSError as error:
        refuse(f"{source}: cannot be read: {error.strerror}")


def _due(question: object, workdays: Workdays) -> dict[str, str | bool]:
    """{"last_day", "provisional"} or {"error"} for one question {"start", "amount", "unit", "roll"}."""
    if not isinstance(question, dict):
        return {"error": f"expected an object with start, amount, unit, roll, got {question!r}"}
    unknown = question.keys() - {"start", "amount", "unit", "roll"}
    if unknown:
        named = ", ".join(map(repr, sorted(unknown)))
        return {"error": f"unknown key {named}; known are start, amount, unit, roll"}
    missing = [key for key in ("start", "amount", "unit") if question.get(key) in (None, "")]
    if missing:
        return {"error": f"{', '.join(missing)} is missing"}
    words: tuple[tuple[str, type[StrEnum], object], ...] = (
        ("unit", Unit, question["unit"]),
        ("roll", Roll, question.get("roll") or "none"),
    )
    for key, kind, word in words:
        if word not in list(kind):
            return {"error": f"{key} is {word!r}; one of {', '.join(kind)}"}
    try:
        unit, roll = Unit(question["unit"]), Roll(question.get("roll") or "none")
        amount = question["amount"]
        if unit != Unit.DATE and isinstance(amount, str) and amount.strip().lstrip("+-").isdecimal():
            amount = int(amount)
        due_on = last_day(day(str(question["start"])), amount, unit, roll, workdays)
    except (ValueError, OverflowError, typer.BadParameter) as error:
        return {"error": str(error)}
    return {"last_day": due_on.last_day.isoformat(), "provisional": due_on.provisional}


@app.command()
def workdays(
    first: Annotated[str, typer.Argument(help="YYYY-MM-DD")],
    last: Annotated[str, typer.Argument(help="YYYY-MM-DD")],
    region: Place = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """工作日天数，首尾都算 working days from FIRST to LAST, both counted."""
    start, end = day(first), day(last)
    if end < start:
        refuse(Refused("argument_days", first=Label(first), last=Label(last)))
    with refusing():
        days = calendar_of(db, region)
    count = days.count(start, end)
    provisional = not days.settled(start, end)
    if json_:
        print_json({"workdays": count, "provisional": provisional})
    else:
        typer.echo(f"{count}" + ("（暂定 provisional）" if provisional else ""))


@rulebook_app.command("check")
def rulebook_check(
    names: Annotated[
        list[str] | None, typer.Argument(help="名称或文件；默认全部 names or files; default: all")
    ] = None,
) -> None:
    """检查规则集：每个问题连同文件和键 every problem with file and key."""
    library = Library()
    problems: list[Reason] = []
    chosen = names or library.names()
    for name in chosen:
        faults = check(name, library)
        problems += faults or _unknown_events(library.get(name))
    for problem in problems:
        typer.echo(both(problem), err=True)
    if problems:
        raise typer.Exit(1)
    for warning in (warning for name in chosen for warning in library.older_parents(name)):
        typer.echo(f"提醒 warning: {both(warning)}", err=True)
    typer.echo(f"无误 sound: {', '.join(chosen)}")


def _unknown_events(rulebook: Rulebook) -> list[RuleFault]:
    names = event_names()
    return [
        RuleFault(
            "rule_event_unwritten", rulebook=Label(rulebook.name), key=Label(f"limits.{key}"), event=Label(event)
        )
        for key, limit in rulebook.limits.items()
        for event in (*limit.all_starts, *limit.meets, *limit.pauses)
        if event not in names
    ]


@rulebook_app.command("show")
def rulebook_show(name: str, on: str = "", json_: Json = False) -> None:
    """规则表，可供法律工作者核对 the limits as a table that a jurist can sign."""
    with refusing():
        rulebook = Library().get(name, day(on) if on else None)
    if json_:
        print_json(rulebook.model_dump(mode="json", exclude_none=True) | {"ident": rulebook.ident})
        return
    why = rulebook.inferred.get("in_force")
    since = f"自 {rulebook.version} 起施行" + (f"（推定 inferred：{why}）" if why else "")
    typer.echo(f"{rulebook.title}  {rulebook.ident}\n{rulebook.jurisdiction}，{since}")
    columns = (
        "键 key",
        "时限 limit",
        "起算 starts",
        "完成 met by",
        "期限 term",
        "顺延 roll",
        "依据 source",
        "内容 says",
    )
    print_table(
        "时限 limits",
        columns,
        [
            (
                row.key,
                row.title,
                _in_chinese(row.starts),
                _in_chinese(row.meets),
                row.term,
                row.roll or "不顺延",
                row.source + (f"\n推定 inferred：{row.grounds}" if row.grounds else ""),
                row.says,
            )
            for row in term_rows(rulebook)
        ],
    )
    print_table(
        "其他规则 other rules",
        ("部分 section", "键 key", "值 value", "依据 source", "内容 says"),
        _other_rules(rulebook),
    )
    if inferred := inferred_keys(rulebook):
        typer.echo(f"推定（无条文）inferred: {', '.join(inferred)}")


def _other_rules(rulebook: Rulebook) -> list[tuple[str, ...]]:
    """One line a value; section, source and words stand on the first line to which they apply."""
    records: list[tuple[str, ...]] = []
    before: tuple[str, ...] = ()
    for rule in sections(rulebook):
        head = (rule.section, rule.source, rule.says)
        section, source, says = ("", "", "") if head == before else head
        records.append((section, rule.key, _plain(rule.value), source, says))
        before = head
    return records


def _plain(value: JsonValue) -> str:
    if value is None:
        return "没有规定"
    if isinstance(value, bool):
        return "是" if value else "否"
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _in_chinese(events: Iterable[str]) -> str:
    names = event_names()
    return "\n".join(f"{names.get(event, '?')} {event}" for event in events)


@rulebook_app.command("diff")
def rulebook_diff(before: str, after: str, json_: Json = False) -> None:
    """两个规则集逐条比较 two rulebooks, rule by rule."""
    library = Library()
    with refusing():
        differences = diff(library.get(before), library.get(after))
    if json_:
        print_json({"differences": [asdict(difference) for difference in differences]})
    else:
        print_table(
            f"{before} → {after}", ("键 key", before, after), [(d.key, d.before, d.after) for d in differences]
        )


@rulebook_app.command("off")
def rulebook_off(
    name: str,
    by: Annotated[str, typer.Option(help="谁决定 who decides it")],
    reason: Annotated[str, typer.Option(help="理由 why")],
    on: str = "",
    db: Database = "",
) -> None:
    """停用规则集的督办阶梯：期限照常计算，不再提醒和升级 stop its ladder; limits still run, the audit names them."""
    with refusing():
        register, today = existing_register(db), civil_day(instant(""))
        since = day(on) if on else today
        if since > today and not register.rehearsal:
            refuse(Refused("argument_stop_ahead", on=since, today=today))
        register.deactivate_rulebook(name, by, reason, since)
    typer.echo(f"已停用 off: {name}")


@rulebook_app.command("use")
def rulebook_use(
    region: Annotated[str, typer.Argument(help="区划代码；不写列出全部 a region; default: list all")] = "",
    kind: Annotated[str, typer.Argument(help="suggestion、opinion")] = "",
    name: Annotated[str, typer.Argument(help="规则集 rulebook")] = "",
    by: Annotated[str, typer.Option(help="谁定 who sets it")] = "",
    source: Annotated[str, typer.Option(help="依据 on what ground, e.g. a decision of the office")] = "",
    from_: Annotated[str, typer.Option("--from", help="自哪天起；默认今天 from which day; default: today")] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """某地新立的件用哪个规则集 which rulebook a region's new cases come under; open ones keep theirs."""
    at = instant("")
    with refusing():
        register = existing_register(db)
        if name:
            start = day(from_) if from_ else civil_day(at)
            register.set_region_rule(RegionRule(region, kind, start, name, by, source), at)
        rules = [rule for rule in register.region_rules() if region in ("", rule.region)]
    if json_:
        print_json([asdict(rule) for rule in rules])
        return
    columns = ("区划 region", "种类 kind", "自 from", "规则集 rulebook", "谁定 by", "依据 source", "已确认 confirmed")
    print_table(f"{len(rules)}", columns, [
        (rule.region, rule.kind, rule.from_day, rule.rulebook, rule.by, rule.source, "是" if rule.confirmed else "")
        for rule in rules
    ])  # fmt: skip


@rulebook_app.command("on")
def rulebook_on(name: str, db: Database = "") -> None:
    """恢复规则集的督办阶梯，停用期间的各级补上 let its ladder go on, and catch up what lies behind."""
    with refusing():
        was_off = existing_register(db).activate_rulebook(name)
    typer.echo(f"已恢复 on: {name}" if was_off else f"没有停用 was not off: {name}")


@calendar_app.command("import")
def calendar_import(
    file: Path,
    by: Annotated[str, typer.Option(help="经办人 who imports it")] = "command line",
    region: Annotated[
        str, typer.Option(metavar="CODE", help="单日调整只对这个区划及以下 single days hold in it and below it")
    ] = "",
    at: At = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """导入放假通知或调休：重算未办结的最后一天，逐件列出 import a notice; lists every last day that moved and why."""
    moment = instant(at)
    with refusing():
        read, register = for_region(read_notice(file), region), open_register(db)
        notice = changing(read, register.workdays(read.region))
        report = CalendarReport(notice.id, (), ())
        if notice.days or not read.days:
            report = register.import_calendar(notice, entry_not_before(register, moment), by)
    for note in notice.notes:
        typer.echo(note, err=True)
    if json_:
        print_json(report)
        return
    typer.echo(f"{notice.title}（{report.notice}）：{len(report.changed_days)} 天有变 days changed")
    columns = ("件 case", "对象 subject", "时限 limit", "原 old", "新 new", "暂定 provisional", "改判 judged")
    moved = [
        (m.case_id, m.subject_id, m.key, m.old, m.new, "是" if m.provisional else "", JUDGED.get(m.judged, ""))
        for m in report.moved
    ]
    print_table(f"{len(moved)} 个最后一天有变 last days moved or confirmed", columns, moved)


@calendar_app.command("show")
def calendar_show(year: int, region: Place = "", db: Database = "", json_: Json = False) -> None:
    """某年与周一至周五不同的日子 the days of a year that differ from Monday to Friday."""
    with refusing():
        days = calendar_of(db, region)
    first, last = day(f"{year:04d}-01-01"), day(f"{year:04d}-12-31")
    differing = [
        each
        for number in range(first.toordinal(), last.toordinal() + 1)
        if days.is_workday(each := first.fromordinal(number)) != (each.weekday() < 5)
    ]
    if json_:
        days_shown = [{"day": each.isoformat(), "working": days.is_workday(each)} for each in differing]
        print_json(
            {"year": year, "known": days.knows(year), "days": days_shown, "workdays": days.count(first, last)}
        )
        return
    sentence = (
        "有通知 known"
        if days.knows(year)
        else "无通知，法定节日休息，其余暂按星期 no notice: statutory days off, else by the week, provisional"
    )
    print_table(
        f"{year}: {sentence}",
        ("日期 day", "安排"),
        [(d, "上班" if days.is_workday(d) else "休息") for d in differing],
    )


@app.command()
def diagram(
    json_: Json = False,
    write: Annotated[bool, typer.Option(help="写入 docs/lifecycle.md、docs/actions.md renew them")] = False,
) -> None:
    """状态机图和表，由表生成 the machines as diagrams and tables, generated from the tables."""
    if json_:
        print_json(as_json())
    elif write:
        LIFECYCLE_PAGE.write_text(lifecycle_page(), encoding="utf-8")
        ACTIONS_PAGE.write_text(actions_page(), encoding="utf-8")
        typer.echo(f"{LIFECYCLE_PAGE}, {ACTIONS_PAGE} renewed")
    else:
        typer.echo(lifecycle_page())


@app.command()
def sheet(action: Annotated[str, typer.Argument(help="动作 action, as `duban act` takes it")]) -> None:
    """一个动作要填什么 what an action asks: the keys of its data."""
    if action not in SHEETS:
        refuse(Refused("argument_unknown", given=Given(action), known=labels(SHEETS)))
    print_table(f"{action} {ACTION_NAMES[action]}", HEAD, field_rows(action))
