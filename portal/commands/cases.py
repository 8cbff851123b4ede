"""Commands about cases and the register: act, show, history, explain, overdue, sweep, seal, verify, import, replay."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer

from flows.imports import take_table
from flows.mapping import Mapping
from flows.replay import Replay, import_history
from flows.replay import replay as replay_table
from flows.settings import Settings, database_url
from portal.commands.console import (
    At,
    Database,
    Json,
    both,
    day,
    entry_not_before,
    entry_of,
    existing_register,
    instant,
    misused,
    open_register,
    print_json,
    print_table,
    refuse,
    refusing,
    rehearsal_register,
)
from portal.commands.explanation import explain_limits
from portal.visitor.case_tables import HISTORY, case_tables, last_day_shown, limit_with_key
from portal.visitor.columns import on_console
from portal.visitor.evidence import shown_ahead
from portal.visitor.list_columns import LATE
from portal.visitor.owners import owner_name
from rulebooks import civil_day
from rulebooks.file_faults import system_fault
from states import LIFECYCLES, Action, NotAllowed, allowed
from states.cases import Dossier
from states.outgoing import on_one_line
from states.reasons import Given, Label, Refused, labels
from states.sheets.tables import TITLES
from storage import COLUMNS, Register, migrate, open_engine
from storage.attachments import Attachment, checked
from storage.clock import require_trusted
from storage.day_counts import audit_on, overdue_on
from storage.errors import RefusedByRule
from storage.marks import mark
from storage.powers import Importer
from storage.sealing import seal as seal_chains
from storage.sealing import verify as verify_chains

app = typer.Typer(no_args_is_help=True)
INSPECT = "inspect"
"""The action that takes files as evidence."""


@app.command()
def act(
    case: Annotated[str, typer.Argument(help="件的编号 id of the case")],
    action: Annotated[str, typer.Argument(help="动作 action, see `duban diagram`")],
    by: Annotated[str, typer.Option(help="人 person, as in the directory")],
    role: Annotated[str, typer.Option(help="身份 role")],
    at: At = "",
    data: Annotated[str, typer.Option(help="JSON 对象，或 @文件 a JSON object, or @FILE")] = "{}",
    key: Annotated[str, typer.Option(help="幂等键，重发不重做 sent twice, it happens once")] = "",
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", help="查验的照片、材料，可多次 photograph or paper of an inspection, may be repeated"),
    ] = None,
    db: Database = "",
    json_: Json = False,
) -> None:
    """办理一步 take one action; --at is the instant of the fact, the entry is now."""
    happened = instant(at)
    values = _data(data)
    files = [_attached(path) for path in file or []]
    if files:
        if action != INSPECT:
            raise misused(Refused("argument_evidence", belongs=Label(INSPECT), action=Label(action)))
        place, on = str(values.get("location") or ""), civil_day(happened).isoformat()
        evidence = [{"sha256": document.sha256, "name": document.name, "place": place, "on": on} for document in files]
        values["evidence"] = [*(values.get("evidence") or []), *evidence]
    with refusing():
        register = open_register(db)
        entered = entry_of(register, happened)
        if ahead := shown_ahead(values, civil_day(entered)):
            at_fault = Label("evidence.on")
            refuse(Refused("argument_evidence_ahead", key=at_fault, on=Label(ahead), today=civil_day(entered)))
        wanted = Action(case, action, by, role, values, happened, key)
        outcome = register.apply([wanted], entered, files=files)[0]
    if json_:
        print_json(
            {
                "case": case,
                "action": action,
                "done": outcome.done,
                "repeated": outcome.repeated,
                "state": outcome.state,
                "events": [{"seq": seq, "name": name} for seq, name in outcome.events],
                "reason": outcome.reason,
                "code": outcome.refused.code if outcome.refused else "",
                "allowed": list(outcome.allowed),
            }
        )
        if not outcome.done:
            raise typer.Exit(1)
        return
    if outcome.refused is not None:
        refuse(str(NotAllowed(outcome.refused, lambda: outcome.allowed, case, action)))
    again = "（已做过 done before）" if outcome.repeated else ""
    typer.echo(f"{case} {_state(register.dossier(case))}{again}")
    for seq, name in outcome.events:
        typer.echo(f"  {seq} {name}")


def _data(text: str) -> dict[str, Any]:
    try:
        values = json.loads(Path(text[1:]).read_text("utf-8") if text.startswith("@") else text)
    except OSError as error:
        raise misused(_unreadable("--data", text, error)) from None
    except ValueError as error:
        raise misused(Refused("argument_json", why=Label(str(error)))) from None
    if not isinstance(values, dict):
        raise misused(Refused("argument_object", kind=Label(type(values).__name__)))
    return values


def _unreadable(key: str, file: str, error: OSError) -> Refused:
    return Refused("argument_file", key=Label(key), file=Label(file), why=system_fault(error))


def _attached(path: Path) -> Attachment:
    """A file of an inspection; its type is told by its content."""
    try:
        return checked(path.name, path.read_bytes())
    except RefusedByRule as error:
        raise misused(Refused("argument_file", key=Label("--file"), file=Label(str(path)), why=error.refused)) from None
    except OSError as error:
        raise misused(_unreadable("--file", str(path), error)) from None


def _state(dossier: Dossier) -> str:
    case = dossier.case
    return f"{case.state} {LIFECYCLES[case.machine].names[case.state]}"


@app.command()
def show(case: str, db: Database = "", json_: Json = False) -> None:
    """一件的现状 where a case stands, its open limits, and what can be done next."""
    with refusing():
        dossier = existing_register(db).dossier(case)
    if json_:
        print_json({**_plain_dossier(dossier), "allowed": allowed(dossier)})
        return
    head = dossier.case
    typer.echo(
        f"{head.number or head.id}  {head.title}\n{_state(dossier)}  第{head.round}轮  {head.rulebook_ident}"
    )
    for title, columns, rows in case_tables(dossier):
        print_table(title, *on_console(columns, rows))
    typer.echo(f"可做 allowed: {', '.join(allowed(dossier)) or '—'}")


def _plain_dossier(dossier: Dossier) -> dict[str, object]:
    plain = asdict(dossier)
    return {name: list(rows.values()) if name != "case" else rows for name, rows in plain.items()}


@app.command()
def history(case: str, db: Database = "", json_: Json = False) -> None:
    """一件的全部事件 the events of a case, in order."""
    with refusing():
        events = existing_register(db).events(case)
    if json_:
        print_json({"case": case, "events": events})
        return
    print_table(case, *on_console(HISTORY, events))


@app.command()
def explain(
    case: str,
    key: Annotated[str, typer.Argument(help="时限的键，如 reply_by the limit's key")] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """每个最后一天怎么来的 how each last day came about, with its article."""
    with refusing():
        explained = explain_limits(existing_register(db), case, civil_day(instant("")), key)
    if json_:
        print_json({"case": case, "limits": explained})
        return
    for limit in explained:
        typer.echo(f"{limit['key']} {limit['title']}  {limit['subject_id']}  第{limit['round']}轮  {limit['status']}")
        for line in limit["lines"]:
            typer.echo(f"    {line}")


@app.command()
def overdue(
    on: Annotated[str, typer.Option("--on", help="日终 as of the end of this civil day")] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """某日日终逾期的时限 duties overdue at the end of a day."""
    by_day = day(on) if on else civil_day(instant(""))
    with refusing():
        register = existing_register(db)
        rows = overdue_on(register, by_day)
        audit = audit_on(register, by_day)
    if json_:
        print_json({"on": by_day, **audit, "limits": [asdict(limit) for limit in rows]})
        return
    typer.echo(f"{by_day}: 未答复 open {audit['open']}；逾期 overdue " + _counted(audit["overdue"]))
    late = [asdict(row) | {"owner": owner_name(asdict(row)), "last_day": last_day_shown(row)} for row in rows]
    print_table("逾期 overdue", *on_console(LATE, late))


def _print_rejected(result: Replay) -> None:
    for fact in result.rejected:
        typer.echo(f"  第{fact.row}条 record {fact.row}: {both(fact.why)}", err=True)


def _counted(numbers: dict[str, int]) -> str:
    return "  ".join(f"{key} {number}" for key, number in numbers.items()) or "—"


@app.command()
def sweep(at: At = "", db: Database = "", json_: Json = False) -> None:
    """登记到期的时限 climb every limit that is due, up to the day of --at."""
    moment = instant(at)
    with refusing():
        register = existing_register(db)
        entered = entry_not_before(register, moment)
        require_trusted(register, entered)
        report = register.sweep(entered, until=civil_day(moment))
    if json_:
        print_json({"at": moment, "climbed": report.climbed, "chunks": report.chunks})
    else:
        typer.echo(f"逾期登记 climbed: {report.climbed}")


@app.command()
def seal(at: At = "", db: Database = "", json_: Json = False) -> None:
    """封存全部事件链，根另外保存 seal all chains; keep the root outside the database."""
    with refusing():
        register = existing_register(db)
        entered = entry_not_before(register, instant(at))
        require_trusted(register, entered)
        made = seal_chains(register, entered)
    if json_:
        print_json(made)
    else:
        typer.echo(f"第{made.id}次封存 seal {made.id}: {made.cases} 件 cases\n{made.root}")


@app.command()
def verify(
    root: Annotated[str | None, typer.Option("--seal", help="另外保存的封存根 a root kept outside")] = None,
    db: Database = "",
    json_: Json = False,
) -> None:
    """核验：改写、截断、删除都能发现 find rewriting, truncation and deletion."""
    if root is not None and not root.strip():
        raise misused(Refused("argument_seal"))
    with refusing():
        proof = verify_chains(existing_register(db), root and root.strip())
    if json_:
        faults = [
            {"case_id": fault.case_id, "place": fault.place, "what": asdict(fault.what)} for fault in proof.faults
        ]
        print_json({"ok": proof.ok, **asdict(proof), "faults": faults})
    else:
        verdict = "完好 clean" if proof.ok else "有问题 NOT CLEAN"
        typer.echo(
            f"{verdict}: {proof.cases} 件 cases, {proof.events} 个事件 events, {proof.rows} 行其他记录 other rows, "
            f"{proof.seals} 次封存 seals"
        )
        typer.echo(
            f"尚未封存 not sealed yet: {proof.unsealed_events} 个事件 events, {proof.unsealed_cases} 件 cases, "
            f"{proof.unsealed_entries} 条其他记录 entries of other rows"
        )
        for fault in proof.faults:
            typer.echo(f"  {on_one_line(str(fault))}", err=True)
    if not proof.ok:
        raise typer.Exit(1)


@app.command("import")
def import_(
    kind: Annotated[str, typer.Argument(help="regions | units | people | places | history")],
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX")],
    mapping: Annotated[str, typer.Option(help="历史：名称或 .toml 文件 history: name or path")] = "",
    rulebook: Annotated[str, typer.Option(help="历史：规则集 history: rulebook")] = "",
    region: Annotated[
        str, typer.Option(help="只收这个区划及以下的行 only rows of this region and below")
    ] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """导入区划、单位、人员、家站点：全部或全不 regions, units, people, places: all or nothing, each bad row named.

    history：以前办过的件，各事保留原来的日期，录入是现在，不通知任何人 what was done before: facts keep their days, the
    entry is now, nobody is told.
    """
    if kind == "history":
        _import_history(file, mapping, rulebook, db, json_)
        return
    if kind not in COLUMNS:
        raise misused(Refused("argument_unknown", given=Given(kind), known=labels(COLUMNS)))
    with refusing():
        importer = Importer("console", datetime.now(UTC), "console", file.name, region or None, staffs=True)
        report = take_table(open_register(db), kind, file, importer)
    if json_:
        counts = {"kind": report.kind, "new": report.new, "replaced": report.replaced, "notes": report.notes}
        print_json(counts | ({"waiting": report.waiting} if report.waiting else {}))
        return
    typer.echo(f"{TITLES[kind][0]}: 新增 new {report.new}，替换 replaced {report.replaced}")
    for note in report.notes:
        typer.echo(note)
    if report.waiting:
        typer.echo(
            f"{report.waiting} 行改变有账号的人的身份、单位或者区划，等安全管理员确认 rows change who somebody with an "
            "account is and wait for the security administrator: duban account changes"
        )


def _import_history(file: Path, mapping: str, rulebook: str, db: str, json_: bool) -> None:
    if not (mapping and rulebook):
        raise misused(Refused("argument_history"))
    with refusing():
        register = open_register(db)
        entered = entry_of(register, instant(""))
        report = import_history(register, file, Mapping.load(mapping), rulebook, entered)
    if json_:
        rejected = [fact.plain for fact in report.rejected]
        print_json({"rows": report.rows, "imported": report.imported, "rejected": rejected})
        return
    typer.echo(f"记录 rows {report.rows}，导入 imported {report.imported}，拒收 rejected {len(report.rejected)}")
    _print_rejected(report)


@app.command("migrate")
def migrate_(
    rehearsal: Annotated[
        bool,
        typer.Option("--rehearsal", help="从此只作演练，不能撤回 mark it as one for rehearsals, for ever"),
    ] = False,
    db: Database = "",
) -> None:
    """升级数据库结构 bring the schema to this program's revision."""
    with refusing():
        engine = open_engine(database_url(db or Settings().database_url))
        typer.echo(migrate(engine))
        if rehearsal:
            mark(engine, instant(""), "console")
            typer.echo("演练库：正式的网页和引擎不再使用它 for rehearsals: no live portal or engine works on it")
        register = Register(engine)
        moved = register.recompute(entry_not_before(register, instant("")), "calendar of this version")
    if moved:
        typer.echo(f"重算了 {len(moved)} 个最后一天 last days counted again by the calendar of this version")


@app.command()
def replay(
    file: Annotated[Path, typer.Argument(help="CSV 或 XLSX")],
    mapping: Annotated[str, typer.Option(help="名称或 .toml 文件 name or path")],
    rulebook: Annotated[str, typer.Option(help="规则集 rulebook")],
    audit_on_: Annotated[
        list[str] | None, typer.Option("--audit-on", help="日终盘点，可多次 may be repeated")
    ] = None,
    db: Annotated[
        str, typer.Option("--db", metavar="URL", help="留下的数据库；默认用后即弃 kept; default: thrown away")
    ] = "",
    json_: Json = False,
) -> None:
    """把一份记录按时间顺序过一遍 replay a recorded table through the register, in the order of time."""
    days = [day(text) for text in audit_on_ or []]
    with refusing(), TemporaryDirectory() as folder:
        chosen = Mapping.load(mapping)
        register = rehearsal_register(db or f"sqlite:///{folder}/replay.db", "replay")
        result = replay_table(register, file, chosen, rulebook, days)
        register.engine.dispose()
    if json_:
        print_json(asdict(result) | {"rejected": [fact.plain for fact in result.rejected]})
        return
    typer.echo(
        f"记录 rows {result.rows}，导入 imported {result.imported}，拒收 rejected {len(result.rejected)}"
    )
    _print_rejected(result)
    chain = "完好 ok" if result.chain_ok else "有问题 BAD"
    typer.echo(f"事件 events {result.events}，通知 notices {result.notices}，链 chain {chain}")
    print_table(
        "按时限 by limit",
        ("时限 limit", "按时 in time", "逾期 late", "未了 open"),
        [(limit_with_key(key), row["in_time"], row["late"], row["open"]) for key, row in result.by_limit.items()],
    )
    for on, audit in result.audits.items():
        typer.echo(f"{on}: 未答复 open {audit['open']}；逾期 overdue {_counted(audit['overdue'])}")
