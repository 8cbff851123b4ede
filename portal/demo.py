"""What a newcomer sees with `make run`: real delays replayed, one suggestion's whole life, a limit that passes."""

import asyncio
import csv
import os
import shutil
import sys
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from loguru import logger
from rich.console import Console
from rich.table import Table

from flows.mapping import Mapping
from flows.prefect_server import PrefectServer, prefect_server
from flows.records import Record, read_table
from flows.replay import replay
from notifications import letter
from portal.explanation import explain_limits
from portal.sample import write_sample
from portal.story import PEOPLE, REGIONS, UNITS, Scene, life, neglected
from rulebooks import ZONE, midnight
from rulebooks.sheet import WORDS
from states import LIFECYCLES, Action, NotAllowed
from states.roles import ROLE_NAMES, Role
from storage import Register, open_engine
from storage.figures import overdue_on
from storage.sealing import seal, verify

FOLDER = Path("var/demo")
REAL = Path(__file__).parents[1].parent / "shared" / "data" / "cn_messages" / "replies.csv"
"""Recorded messages and replies, where somebody has put them beside the clone; the sample serves elsewhere."""

AUDITS = (date(2018, 4, 3), date(2018, 12, 31), date(2019, 6, 30))


def main() -> None:
    """Play the demonstration into a fresh folder; a second run starts anew."""
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    console = Console(width=None if sys.stdout.isatty() else 130)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with prefect_server(FOLDER / "prefect") as server:
        show_replay(console)
        url = f"sqlite:///{FOLDER}/city.db"
        register = Register(open_engine(url))
        show_directory(console, register)
        show_life(console, register)
        show_passing_limit(console, register, url, server)
    show_end(console, register)


def show_replay(console: Console) -> None:
    """The replay of recorded messages: how many were answered within each limit, and what was open on three days."""
    console.rule("一、留言与答复 messages and replies")
    source = REAL
    if not source.exists():
        source = FOLDER / "sample.csv"
        write_sample(source)
    register = Register(open_engine(f"sqlite:///{FOLDER}/messages.db"))
    result = replay(register, source, Mapping.load("cn-replies"), "message-board", list(AUDITS))
    kind = "真实记录 recorded" if source == REAL else "自编样例，时延按真实分布 made up, with real delays"
    console.print(
        f"{kind}: {result.rows} 条 rows, 导入 imported {result.imported}, 拒收 rejected {len(result.rejected)}"
    )
    table = Table("时限 limit", "按时 in time", "逾期 late", "未了 open")
    for key, row in sorted(result.by_limit.items(), key=lambda item: item[1]["late"], reverse=True):
        table.add_row(key, str(row["in_time"]), str(row["late"]), str(row["open"]))
    console.print(table)
    for on, audit in result.audits.items():
        overdue = "  ".join(f"{key} {number}" for key, number in audit["overdue"].items())
        console.print(f"{on} 日终 at the end of the day: 未答复 open {audit['open']}；逾期 overdue {overdue}")
    chain = "完好 ok" if result.chain_ok else "有问题 BAD"
    console.print(f"事件 events {result.events}，通知 notices {result.notices}，事件链 chain {chain}")


def show_directory(console: Console, register: Register) -> None:
    """Import regions, units and people from files, as an office would."""
    files = {
        "regions": (("代码", "名称", "级别", "上级代码"), REGIONS),
        "units": (("编号", "名称", "区划", "类别"), UNITS),
        "people": (("编号", "姓名", "身份", "单位", "代表团"), PEOPLE),
    }
    console.rule("二、通讯录 directory")
    for kind, (header, rows) in files.items():
        path = FOLDER / f"{kind}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        records = [(r.number, r.values) for r in read_table(path) if isinstance(r, Record)]
        report = register.import_directory(kind, records)
        console.print(f"duban import {kind} {path}: {report.new} 行 rows")


def show_life(console: Console, register: Register) -> None:
    """One suggestion from draft to FULFILLED, with co-signers, a return, an objection and a re-handling."""
    console.rule("三、一件建议的一生 a suggestion's whole life（规则集 rulebook: suqian，推定值标 inferred）")
    for scene in life():
        play(console, register, "J-1", scene)
    try:
        take(register, "J-1", Scene(date(2026, 11, 10), "Z-CB", Role.HANDLER, "deliver_reply", {}))
    except NotAllowed as refusal:
        console.print(f"[dim]再答复一次？ one more reply? {refusal.reason}[/dim]")


def take(register: Register, case: str, scene: Scene) -> list[dict[str, Any]]:
    """Take one step, entered on its own day; the events it wrote. Raises NotAllowed."""
    at = datetime.combine(scene.on, time(10), ZONE)
    action = Action(
        case,
        scene.action,
        scene.by,
        scene.role,
        scene.data,
        at,
        f"demo/{case}/{scene.on}/{scene.by}/{scene.action}",
    )
    outcome = register.apply([action], at)[0]
    if not outcome.done:
        raise NotAllowed(outcome.reason, outcome.allowed, case, scene.action)
    numbers = {seq for seq, _ in outcome.events}
    return [event for event in register.events(case) if event["seq"] in numbers]


def play(console: Console, register: Register, case: str, scene: Scene) -> None:
    """Take one step and print it, with every limit it started, met or moved and the article behind the day."""
    events = take(register, case, scene)
    dossier = register.dossier(case)
    state = LIFECYCLES["suggestion"].names[dossier.case.state]
    who = ROLE_NAMES[scene.role]
    console.print(f"{scene.on}  {who} {scene.by}  [bold]{scene.action}[/bold] → {dossier.case.state} {state}")
    for entry in (one for event in events for one in event["data"].get("limits", [])):
        row = next(
            r for r in dossier.deadlines.values()
            if (r.key, r.subject_id, r.round) == (entry["key"], entry["subject_id"], entry["round"])
        )  # fmt: skip
        limit = register.library.get("suqian").limits[row.key]
        name = f"{limit.title}（{row.key}，{row.subject_id}）"
        if entry["did"] in ("started", "carried"):
            term = row.amount if row.unit == "date" else f"{row.amount}{WORDS[limit.unit]}"
            verb = "起算" if entry["did"] == "started" else "接续原时限"
            console.print(f"      [cyan]{verb}[/cyan] {name} {term}，最后一天 {row.last_day}  ← {row.source}")
        elif entry["did"] == "met":
            console.print(f"      [green]完成[/green] {name}，最后一天 {row.last_day}")


def show_passing_limit(console: Console, register: Register, url: str, server: PrefectServer) -> None:
    """A second suggestion that nobody answers: its limit passes, and a Prefect flow notices."""
    console.rule("四、时限过了，没有人打开页面 a limit passes, and nobody opens a page")
    for scene in neglected():
        play(console, register, "J-2", scene)
    for line in next(iter(explain_limits(register, "J-2", date(2026, 4, 14), "reply_by")))["lines"]:
        console.print(f"      {line}", style="dim")
    at = midnight(date(2026, 4, 14)) + timedelta(minutes=5)
    console.print(f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}  sweep-deadlines …")
    told = _sweep_by_prefect(url, server, at) if server.wait() else None
    if told is None:
        console.print("      Prefect 未就绪，直接登记 Prefect is not up, swept directly")
        told = f"rungs climbed: {register.sweep(at).climbed}"
    console.print(f"      {told}")
    names = {unit[0]: unit[1] for unit in UNITS}
    for event in register.events("J-2"):
        if event["name"] == "limit.overdue":
            data = event["data"]
            limit = register.library.get("suqian").limits[data["key"]]
            dossier = register.dossier("J-2")
            notice = letter("limit.overdue", dossier.case.number, dossier.case.title, data, limit.title)
            unit = data["owed_by"].partition(":")[2]
            console.print(
                f"      通知 notice → {names.get(unit, unit)}: {notice.title}\n        {notice.body.splitlines()[1]}"
            )


def _sweep_by_prefect(url: str, server: PrefectServer, at: datetime) -> str | None:
    """Run the flow against the local server; what its run's state says, read back from the API, or None."""
    os.environ |= server.environment | {"DUBAN_DATABASE_URL": url}
    # Prefect reads its settings when it is imported, and the import takes seconds: only now.
    from prefect.client.orchestration import get_client
    from prefect.events.worker import EventsWorker

    from flows.prefect_flows import sweep_deadlines_flow

    async def run() -> str:
        await sweep_deadlines_flow(at, return_state=True)
        async with get_client() as client:
            newest = max(
                await client.read_flow_runs(),
                key=lambda one: one.created or datetime.min.replace(tzinfo=ZONE),
            )
        # What is still to be sent goes out while the server is there to take it.
        await asyncio.to_thread(EventsWorker.drain_all, timeout=5)
        state = newest.state
        return f"Prefect flow run {newest.name}: {state.name if state else '?'}, {state.message if state else ''}"

    try:
        return asyncio.run(run())
    except OSError:
        return None


def show_end(console: Console, register: Register) -> None:
    """What is overdue, the seal, and a clean verification."""
    console.rule("五、逾期与核验 overdue, and verify")
    on = date(2026, 4, 14)
    table = Table("件", "时限", "最后一天", "逾期天数", "责任")
    for row in overdue_on(register, on):
        table.add_row(row.case_id, row.key, str(row.last_day), str(row.days_late), row.owed_by)
    console.print(f"{on} 日终逾期 overdue at the end of the day")
    console.print(table)
    made = seal(register, midnight(date(2026, 11, 1)))
    proof = verify(register, made.root)
    console.print(f"封存根 seal root {made.root}")
    verdict = "完好 clean" if proof.ok else "有问题 NOT CLEAN"
    console.print(f"核验 verify: {verdict}，{proof.cases} 件 cases，{proof.events} 个事件 events")
    commands: Sequence[str] = (
        "show J-1",
        "explain J-1 reply_by",
        "history J-2",
        "overdue --on 2026-04-14",
        "verify",
    )
    console.print("接着看 look further:")
    for command in commands:
        name, _, rest = command.partition(" ")
        console.print(f"  .venv/bin/duban {name} --db {FOLDER}/city.db {rest}".rstrip(), highlight=False)
    if not proof.ok:
        sys.exit(1)


if __name__ == "__main__":
    main()
