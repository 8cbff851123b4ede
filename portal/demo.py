"""What a newcomer sees with `make run`: real delays replayed, one suggestion's whole life, a limit that passes."""

import asyncio
import csv
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
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
from rulebooks import ZONE
from rulebooks.sheet import WORDS
from states import LIFECYCLES, Action, NotAllowed
from states.roles import ROLE_NAMES, Role
from storage import Register, open_engine
from storage.batch import midnight
from storage.figures import overdue_on
from storage.sealing import seal, verify

FOLDER = Path("var/demo")
REAL = Path(__file__).parents[1].parent / "shared" / "data" / "cn_messages" / "replies.csv"
"""Recorded messages and replies, where somebody has put them beside the clone; the sample serves elsewhere."""

AUDITS = (date(2018, 4, 3), date(2018, 12, 31), date(2019, 6, 30))

REGIONS = (
    ("32", "江河省", "province", ""),
    ("3299", "云台市", "city", "32"),
    ("329901", "望江区", "county", "3299"),
)
UNITS = (
    ("U-JTJ", "市交通运输局", "3299", "government"),
    ("U-ZJJ", "市住房和城乡建设局", "3299", "government"),
    ("U-JYJ", "市教育局", "3299", "government"),
    ("C-CJ", "环资城建委员会", "3299", "committee"),
)
PEOPLE = (
    ("D001", "周明远", "deputy", "", "望江区代表团"),
    ("D002", "何秀兰", "deputy", "", "望江区代表团"),
    ("D003", "秦大勇", "deputy", "", "望江区代表团"),
    ("R001", "陆静", "registrar", "", ""),
    ("K001", "沈培", "committee", "C-CJ", ""),
    ("J-CB", "马跃", "handler", "U-JTJ", ""),
    ("J-FG", "唐建平", "unit_leader", "U-JTJ", ""),
    ("Z-CB", "吴晓", "handler", "U-ZJJ", ""),
    ("Z-FG", "钱立", "unit_leader", "U-ZJJ", ""),
    ("Z-ZY", "韩松", "unit_head", "U-ZJJ", ""),
    ("Y-CB", "许慧", "handler", "U-JYJ", ""),
)
"""A city that does not exist."""


@dataclass(frozen=True)
class Scene:
    """One step of the story: on a day, somebody does something."""

    on: date
    by: str
    role: Role
    action: str
    data: dict[str, Any]


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


def life() -> Iterator[Scene]:
    """The story of J-1: a crossing before a school."""
    deputy, registrar, handler, leader = (
        Role.DEPUTY, Role.REGISTRAR, Role.HANDLER, Role.UNIT_LEADER,
    )  # fmt: skip
    text = {
        "region": "3299",
        "rulebook": "suqian",
        "title": "关于在云台中学门口增设过街设施的建议",
        "facts": "学生上下学横穿六车道，去年发生三起剐蹭。",
        "proposal": "一、先设信号灯和安全岛；二、研究建设人行天桥。",
        "points": 2,
        "in_session": True,
        "session": "6-5",
    }
    yield Scene(date(2025, 12, 22), "D001", deputy, "draft", text)
    yield Scene(date(2025, 12, 23), "D001", deputy, "invite_cosign", {"cosigners": ["D002", "D003"]})
    yield Scene(date(2025, 12, 25), "D002", deputy, "confirm_cosign", {})
    yield Scene(date(2026, 1, 7), "D001", deputy, "submit", {"in_session": True, "session": "6-5"})
    yield Scene(date(2026, 1, 8), "R001", registrar, "open_review", {})
    yield Scene(
        date(2026, 1, 8), "R001", registrar, "register", {"subject_class": "环资城建", "committee": "C-CJ"}
    )
    units = [{"unit": "U-JTJ", "role": "LEAD"}, {"unit": "U-JYJ", "role": "CO"}]
    yield Scene(date(2026, 1, 9), "R001", registrar, "propose_units", {"units": units})
    yield Scene(date(2026, 1, 12), "R001", registrar, "assign", {})
    yield Scene(date(2026, 1, 13), "J-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 13), "Y-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 13), "Y-CB", handler, "accept", {})
    why = {"reason": "过街设施由住建部门建设管理。", "proposed_unit": "U-ZJJ"}
    yield Scene(date(2026, 1, 15), "J-FG", leader, "request_return", why)
    yield Scene(date(2026, 1, 16), "R001", registrar, "grant_return", {})
    yield Scene(date(2026, 1, 19), "R001", registrar, "reassign", {"replaces": "J-1/a1", "unit": "U-ZJJ"})
    yield Scene(date(2026, 1, 20), "Z-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 20), "Z-CB", handler, "accept", {})
    yield from handle(2026, 1, 22, contact=1)
    yield Scene(
        date(2026, 2, 3), "Y-CB", handler, "send_opinion", {"opinion": "上下学时段可错峰，学校配合护学。"}
    )
    yield Scene(date(2026, 2, 4), "Z-CB", handler, "accept_opinion", {})
    yield from draft(date(2026, 2, 27), "人行天桥今年九月底前开工。", date(2026, 9, 30))
    yield Scene(date(2026, 3, 3), "D001", deputy, "object_consult", {"reason": "信号灯没有日期。"})
    yield from draft(date(2026, 3, 6), "信号灯和安全岛五月底前建成，天桥纳入明年计划。", date(2026, 5, 31))
    yield Scene(date(2026, 3, 9), "D001", deputy, "agree_consult", {})
    yield from answer(date(2026, 3, 10), "关于第6-5号建议的答复")
    judged = {"attitude": "SATISFIED", "result": "DISSATISFIED", "reason": "天桥只说纳入计划，没有日期。"}
    yield Scene(date(2026, 3, 20), "D001", deputy, "evaluate", judged)
    yield Scene(date(2026, 3, 24), "R001", registrar, "order_rehandle", {})
    yield Scene(date(2026, 3, 25), "Z-CB", handler, "receipt", {})
    yield Scene(date(2026, 3, 25), "Z-CB", handler, "accept", {})
    yield from handle(2026, 3, 26, contact=2)
    yield from draft(date(2026, 4, 10), "天桥今年十月底前建成。", date(2026, 10, 31))
    yield Scene(date(2026, 4, 13), "D001", deputy, "agree_consult", {})
    yield from answer(date(2026, 4, 14), "关于第6-5号建议重新办理的答复")
    yield Scene(
        date(2026, 4, 20), "D001", deputy, "evaluate", {"attitude": "SATISFIED", "result": "SATISFIED"}
    )
    yield Scene(date(2026, 4, 22), "R001", registrar, "publish", {})
    for number, done in ((1, date(2026, 5, 20)), (2, date(2026, 10, 20))):
        promise = {"commitment": f"J-1/c{number}"}
        yield Scene(done, "Z-CB", handler, "claim_done", promise)
        found = promise | {"inspection": "现场查验，与申报相符。"}
        yield Scene(done + timedelta(days=6), "K001", Role.COMMITTEE, "verify_commitment", found)


def handle(year: int, month: int, day: int, contact: int) -> Iterator[Scene]:
    """Speak with the deputy, have it confirmed, start, look at the place."""
    first = date(year, month, day)
    visit = {"kind": "visit", "face_to_face": True, "note": "到代表单位当面听取意见。"}
    yield Scene(first, "Z-CB", Role.HANDLER, "communicate", visit)
    yield Scene(
        first + timedelta(days=1),
        "D001",
        Role.DEPUTY,
        "confirm_communication",
        {"communication": f"J-1/k{contact}"},
    )
    yield Scene(first + timedelta(days=4), "Z-CB", Role.HANDLER, "start_handling", {})
    yield Scene(
        first + timedelta(days=5),
        "Z-CB",
        Role.HANDLER,
        "research",
        {"note": "早高峰现场计数。", "deputy_invited": True},
    )


def draft(on: date, promise: str, due: date) -> Iterator[Scene]:
    """Draft the reply with a dated promise and lay it before the deputy."""
    data = {
        "class": "UNDER_WAY_DATED",
        "points_answered": 2,
        "reply": promise,
        "commitments": [{"text": promise, "due_on": due.isoformat()}],
    }
    yield Scene(on, "Z-CB", Role.HANDLER, "draft_reply", data)
    yield Scene(on, "Z-CB", Role.HANDLER, "send_draft_to_deputy", {})


def answer(on: date, title: str) -> Iterator[Scene]:
    """Sign, seal, deliver to lead and co-signer; the congress office sends the form."""
    yield Scene(on, "Z-ZY", Role.UNIT_HEAD, "sign", {"seal": True, "publicity": "FULL", "note": title})
    yield Scene(on + timedelta(days=1), "Z-CB", Role.HANDLER, "deliver_reply", {"recipients": ["D001"]})
    yield Scene(on + timedelta(days=2), "Z-CB", Role.HANDLER, "deliver_reply", {"recipients": ["D002"]})
    yield Scene(on + timedelta(days=2), "R001", Role.REGISTRAR, "send_forms", {})


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
    for line in next(iter(explain_limits(register, "J-2", "reply_by")))["lines"]:
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


def neglected() -> Iterator[Scene]:
    """The story of J-2: registered and assigned, received, and then nothing."""
    text = {
        "region": "3299",
        "rulebook": "suqian",
        "title": "关于疏通柳湾街道排水管网的建议",
        "facts": "一到雨季路面积水齐膝。",
        "proposal": "雨季前完成清淤。",
    }
    yield Scene(date(2026, 1, 5), "D003", Role.DEPUTY, "draft", text)
    yield Scene(date(2026, 1, 8), "D003", Role.DEPUTY, "submit", {})
    yield Scene(date(2026, 1, 9), "R001", Role.REGISTRAR, "open_review", {})
    yield Scene(
        date(2026, 1, 9),
        "R001",
        Role.REGISTRAR,
        "register",
        {"subject_class": "环资城建", "committee": "C-CJ"},
    )
    units = [{"unit": "U-ZJJ", "role": "SOLE"}]
    yield Scene(date(2026, 1, 12), "R001", Role.REGISTRAR, "propose_units", {"units": units})
    yield Scene(date(2026, 1, 13), "R001", Role.REGISTRAR, "assign", {})
    yield Scene(date(2026, 1, 14), "Z-CB", Role.HANDLER, "receipt", {})


def _sweep_by_prefect(url: str, server: PrefectServer, at: datetime) -> str | None:
    """Run the flow against the local server; what its run's state says, read back from the API, or None."""
    os.environ |= server.environment | {"DUBAN_DATABASE_URL": url}
    # Prefect reads its settings when it is imported, and the import takes seconds: only now.
    from prefect.client.orchestration import get_client
    from prefect.events.worker import EventsWorker

    from flows.sweep import sweep_deadlines_flow

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
