"""Commands that run duban and look at it: serve, portal, status, messages, redrive, inbox, channels."""

import asyncio
import os
import signal
import socket
import sys
from datetime import datetime
from typing import Annotated, Any

import typer
from loguru import logger

from flows.channels import load_channels
from flows.settings import Settings, access_folder, database_url, papers_folder, second_factor_roles
from notifications.channel_protocol import ChannelDown
from portal.commands.console import (
    At,
    Database,
    Json,
    both,
    entry_not_before,
    existing_register,
    instant,
    live_register,
    misused,
    open_register,
    print_json,
    print_table,
    refusing,
)
from rulebooks import ZONE
from rulebooks.sentences import Reason, Worded
from states.reasons import Given, Label, Refused, labels, plain
from states.vocabulary import Duty, JobName
from storage.access_log import folder_of
from storage.accounts import Accounts
from storage.clock import Alarm, clock_held
from storage.erasure_list import ErasureList
from storage.errors import RefusedByRule
from storage.kept_reasons import kept_reason
from storage.marks import WrongRegister
from storage.messages import STANDINGS, list_messages, redrive
from storage.own_files import open_to_others

app = typer.Typer(no_args_is_help=True)

Insecure = Annotated[
    bool, typer.Option("--insecure", help="不用 HTTPS 也对别的机器开放 answer others without HTTPS [DUBAN_INSECURE]")
]
JsonLog = Annotated[bool, typer.Option("--json-log", help="日志为 JSON one JSON object a line")]


@app.command()
def serve(
    db: Database = "",
    start: Annotated[
        str, typer.Option("--from", metavar="INSTANT", help="从这一时刻起走时（演示用） start the clock here")
    ] = "",
    prefect: Annotated[str, typer.Option(help="embedded | off | 接口地址 URL [DUBAN_PREFECT]")] = "",
    host: Annotated[str, typer.Option(help="监听地址 listen at [DUBAN_HOST]")] = "",
    port: Annotated[int | None, typer.Option(help="端口，0 任选 port, 0 any [DUBAN_PORT]")] = None,
    pages: Annotated[
        bool | None, typer.Option("--portal/--no-portal", help="网页 the portal [DUBAN_PORTAL]")
    ] = None,
    insecure: Insecure = False,
    json_log: JsonLog = False,
) -> None:
    """运行引擎和网页；Ctrl-C 停止 run the engine and the portal until Ctrl-C or SIGTERM."""
    from flows.engine import Clock, Engine
    from flows.logs import log_to_stderr

    log_to_stderr(json_log)
    settings = _settings(db, host, port, insecure)
    if prefect:
        settings = settings.model_copy(update={"prefect": prefect})
    answers = settings.portal == "on" if pages is None else pages
    os.environ["DUBAN_DATABASE_URL"] = (
        settings.database_url
    )  # the flows, in this process, read the settings anew
    roles = second_factor_roles(settings)
    with refusing():
        _check_whose_time(settings, start)
        listening = _listening(settings) if answers else None
        clock = Clock.starting_at(instant(start)) if start else Clock()

        async def work() -> None:
            engine = Engine(settings, clock)
            typer.echo(
                f"引擎 engine {engine.name}：{_public_url(settings.database_url)}，时钟 clock {clock.now():%F %T%z}"
            )
            typer.echo(
                f"Prefect：{engine.prefect.api}；状态 status：duban status --db {_public_url(settings.database_url)}"
            )
            sys.stdout.flush()
            if listening is None:
                await engine.run()
                return
            from portal.server.serving import work_and_answer
            from portal.visitor.site import Site

            papers, accesses = papers_folder(settings), access_folder(settings)
            site = Site(
                engine.register, clock, settings.https, papers=papers, accesses=accesses, second_factor=roles,
            )  # fmt: skip
            erase_again(site.erasures)
            _greet(site.accounts, settings, listening)
            await work_and_answer(engine, site, settings, listening)

        asyncio.run(work())
    logger.info("stopped")


@app.command("portal")
def portal_(
    db: Database = "",
    host: Annotated[str, typer.Option(help="监听地址 listen at [DUBAN_HOST]")] = "",
    port: Annotated[int | None, typer.Option(help="端口，0 任选 port, 0 any [DUBAN_PORT]")] = None,
    insecure: Insecure = False,
    json_log: JsonLog = False,
) -> None:
    """只运行网页，引擎另外运行；可以有几个 run the portal alone, beside engines elsewhere; several may."""
    from flows.logs import log_to_stderr
    from portal.server.serving import serve_pages
    from portal.visitor.site import Site

    log_to_stderr(json_log)
    settings = _settings(db, host, port, insecure)
    with refusing():
        listening = _listening(settings)
        papers, accesses = papers_folder(settings), access_folder(settings)
        site = Site(
            live_register(settings.database_url), https=settings.https, papers=papers, accesses=accesses,
            second_factor=second_factor_roles(settings),
        )  # fmt: skip
        erase_again(site.erasures)
        _greet(site.accounts, settings, listening)

        async def work() -> None:
            stop = asyncio.Event()
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, stop.set)
            await serve_pages(site, settings, listening, stop)

        asyncio.run(work())
        site.register.engine.dispose()
    logger.info("stopped")


@app.command()
def status(db: Database = "", at: At = "", json_: Json = False) -> None:
    """引擎状态：每项工作上次何时、怎样运行，下次何时 the engines, each job's last run and next one."""
    from flows.status import status as find

    settings = Settings()
    with refusing():
        register = existing_register(db)
        state = find(register, instant(at))
        folders = (access_folder(settings) or folder_of(register.engine), settings.prefect_home)
        state["open_to_others"] = open_to_others(register.engine, folders)
    if json_:
        for job in state["jobs"].values():
            job["results"] = [plain(result) for result in job["results"]]
        print_json(state)
        return
    typer.echo(
        f"引擎 engines: {', '.join(state['engines']) or '没有 none'}；"
        f"Prefect: {', '.join(state['prefect']) or '未用 none'}"
    )
    if state["clock"]:
        typer.echo(f"时钟告警 clock: {both(clock_held(Alarm(**state['clock'])))}")
    counts = state["messages"]
    typer.echo(
        f"待合并通知 notices held {counts['held']}，待发 waiting {counts['waiting']}，已发 sent {counts['sent']}，"
        f"失败 dead {counts['dead']}，重发 resent {counts['resent']}"
    )
    if state["duties_alone"]:
        names = ", ".join(Duty(duty).zh for duty in state["duties_alone"])
        typer.echo(
            f"三员 duties: {names}没有第二个人可以确认，管理员的账号只能在服务器上办 "
            "no second person could confirm; only the console acts on administrators' accounts"
        )
    if state["duties_unnamed"]:
        typer.echo(
            f"三员 duties: 没有记下由谁担任 nobody noted who holds: {', '.join(state['duties_unnamed'])} "
            "（duban account holder ACCOUNT NAME）"
        )
    if state["waiting_changes"]:
        typer.echo(
            f"等安全管理员确认的身份变更 changes that wait for the security administrator: {state['waiting_changes']} "
            "（duban account changes）"
        )
    if state["open_to_others"]:
        names = ", ".join(state["open_to_others"])
        typer.echo(f"别的用户也有权限 other users have rights, take them away (chmod go=): {names}")
    rows = [
        (
            f"{JobName.name_of(name)} {name}",
            _moment(job.get("started_at")),
            job.get("by", ""),
            "\n".join(map(both, job["results"])) or job.get("did", "") or job.get("error", ""),
            _moment(job.get("next_at")),
        )
        for name, job in sorted(state["jobs"].items())
    ]
    columns = ("工作 job", "上次 last", "方式 by", "结果 did", "下次 next")
    print_table(f"下次到期 next due: {_moment(state['next_due'])}", columns, rows)


@app.command()
def deployments(
    region: Annotated[
        list[str] | None, typer.Option(help="每个区划一套 one of each for this region; repeatable")
    ] = None,
) -> None:
    """输出 prefect.yaml：规模部署时由 worker 运行的工作 what workers run in scaled mode, from the one timetable."""
    from flows.deployments import prefect_yaml

    typer.echo(prefect_yaml(region or ()), nl=False)


@app.command()
def messages(
    standing: Annotated[
        str, typer.Argument(help="dead 失败 | waiting 待发 | sent 已发；默认全部 default: all")
    ] = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """消息及其发送情况 messages and what became of them, the newest first."""
    if standing not in ("", *STANDINGS):
        raise misused(Refused("argument_unknown", given=Given(standing), known=labels(STANDINGS)))
    with refusing():
        records = list_messages(existing_register(db), standing)
    if json_:
        print_json({"messages": records})
        return
    rows = [
        (row["id"][:12], row["channel"], row["recipient"], row["subject"], row["attempts"], _why(row))
        for row in records
    ]
    print_table(
        f"{len(rows)} 条 messages",
        ("编号 id", "渠道 channel", "收件人 to", "标题 subject", "次数 tries", "错误 error"),
        rows,
    )


@app.command("redrive")
def redrive_(
    ids: Annotated[
        list[str] | None, typer.Argument(help="消息编号 ids as `duban messages dead --json` gives them")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="全部失败的消息 all dead messages")] = False,
    at: At = "",
    db: Database = "",
) -> None:
    """失败的消息重新发送 let dead messages be tried again; their ids stay."""
    if bool(ids) == all_:
        raise misused(Refused("argument_ids"))
    with refusing():
        register, since = existing_register(db), instant(at)
        entry_not_before(register, since)
        count = redrive(register, since, None if all_ else ids)
    typer.echo(f"{count} 条重发 messages to be tried again")


@app.command()
def inbox(person: str, db: Database = "", json_: Json = False) -> None:
    """一个人（或单位，写 unit:编号）的收件箱 the inbox of a person, or of a unit as unit:ID."""
    who = person if ":" in person else f"person:{person}"
    with refusing():
        rows = [row for row in list_messages(existing_register(db), recipient=who) if row["channel"] == "inbox"]
    if json_:
        print_json({"messages": rows})
        return
    for stored in reversed(rows):
        typer.echo(f"{_moment(stored['created_at'])}  {stored['subject']}\n{stored['body']}\n")
    typer.echo(f"{len(rows)} 条 messages")


@app.command("channels")
def channels_(file: Annotated[str, typer.Argument(help="默认 default: DUBAN_CHANNELS_FILE")] = "") -> None:
    """检查各渠道能否连通，不发送 reach every channel without sending anything."""
    with refusing():
        channels = load_channels(file or Settings().channels_file)
    down = False
    for name, channel in channels.by_name.items():
        try:
            answer = channel.check()
            shown = f"{answer.zh} {answer}" if isinstance(answer, Worded) else answer
            typer.echo(f"{name}: 通 reached, {shown}")
        except ChannelDown as error:
            down = True
            typer.echo(f"{name}: 不通 not reached, {both(error.why)}", err=True)
    if down:
        raise typer.Exit(1)


def _why(message: dict[str, Any]) -> str:
    """Why a message was not sent; in both languages unless an older version wrote it."""
    reason = kept_reason(message["error"], message["facts"])
    return both(reason) if isinstance(reason, Reason) else reason


def _settings(db: str, host: str, port: int | None, insecure: bool) -> Settings:
    """The settings, with what the command line says otherwise."""
    settings = Settings()
    more: dict[str, str | int] = {"database_url": database_url(db or settings.database_url)}
    if host:
        more["host"] = host
    if port is not None:
        more["port"] = port
    if insecure:
        more["insecure"] = True
    return settings.model_copy(update=more)


def _check_whose_time(settings: Settings, start: str) -> None:
    """A clock that is started elsewhere goes with a database for rehearsals, the machine's own with a live one."""
    if not start:
        live_register(settings.database_url).engine.dispose()
        return
    register = open_register(settings.database_url)
    register.engine.dispose()
    if not register.rehearsal:
        address, option = Label(_public_url(settings.database_url)), Label(f"--from {start}")
        raise WrongRegister(Refused("moved_clock_on_live", option=option, address=address))


def _listening(settings: Settings) -> socket.socket:
    from portal.server.serving import listen, require_closed_door

    socket_ = listen(settings.host, settings.port)
    require_closed_door(settings, socket_)
    return socket_


def erase_again(erasures: ErasureList) -> None:
    """Strike what a restored backup has again, and list what the file lacks; neither keeps the portal from starting."""
    try:
        repeated = erasures.repeat()
        erasures.write()
    except (RefusedByRule, OSError) as error:
        logger.error("the list of erasures cannot be used: {}", error)
        return
    if repeated.erasures:
        logger.warning("erased again after a restore: {}", ", ".join(repeated.erasures))
    if repeated.differing:
        logger.error("not as when they were erased, so not struck: {}", ", ".join(repeated.differing))


def _greet(accounts: Accounts, settings: Settings, listening: socket.socket) -> None:
    """Say where the portal is, and let the first administrators in."""
    from portal.commands.first_start import print_first_links
    from portal.server.serving import public_address

    address = public_address(settings, listening)
    typer.echo(f"网页 portal：{address}")
    print_first_links(accounts, address)
    sys.stdout.flush()


def _public_url(url: str) -> str:
    """A database URL without its password."""
    head, at_, rest = url.rpartition("@")
    return f"{head.rpartition(':')[0]}@{rest}" if at_ and head.count(":") > 1 else url


def _moment(value: datetime | None) -> str:
    return f"{value.astimezone(ZONE):%F %T}" if value else ""
