"""Commands about an alarm of the machine's clock: clock show, clock accept."""

from dataclasses import asdict
from typing import Annotated

import typer

from portal.commands.console import (
    Database,
    Json,
    both,
    existing_register,
    instant,
    print_json,
    refusing,
    shown,
)
from storage.clock import Accepted, accept, accepted, alarm_facts, standing

app = typer.Typer(no_args_is_help=True)
clock_app = typer.Typer(no_args_is_help=True, help="时钟 the clock: its alarm, and who accepted it")
app.add_typer(clock_app, name="clock")


@clock_app.command("show")
def show(db: Database = "", json_: Json = False) -> None:
    """时钟告警，和以前谁认可过 the open alarm, and who accepted earlier ones."""
    now = instant("")
    with refusing():
        register = existing_register(db)
        alarm, before = standing(register, now), accepted(register)
    if json_:
        clock = asdict(alarm) if alarm else None
        print_json({"at": now, "clock": clock, "accepted": [asdict(acceptance) for acceptance in before]})
        return
    typer.echo(f"时钟 the clock says {shown(now)}: {both(alarm_facts(alarm)) if alarm else '正常 no alarm'}")
    for acceptance in before:
        typer.echo(_line(acceptance))


@clock_app.command("accept")
def accept_(
    by: Annotated[str, typer.Option(help="谁核对了时钟 who looked at the clock")],
    reason: Annotated[str, typer.Option(help="怎么回事 why it stepped")],
    db: Database = "",
) -> None:
    """时钟已对：扫描、发送、封存恢复 the clock is right now: sweep, sending and seal go on."""
    now = instant("")
    with refusing():
        alarm = accept(existing_register(db), now, by, reason)
    typer.echo(f"已认可 accepted: {shown(now)}; {both(alarm_facts(alarm))}")


def _line(acceptance: Accepted) -> str:
    alarm = both(alarm_facts(acceptance.alarm))
    return f"  {shown(acceptance.accepted_at)} {acceptance.accepted_by}: {acceptance.reason} ({alarm})"
