"""Commands about the nightly audit: audit, findings, acknowledge, waive, report."""

from datetime import timedelta
from typing import Annotated

import typer

from flows.audit import nightly_audit
from portal.commands.console import (
    At,
    Database,
    Json,
    day,
    entry_not_before,
    existing_register,
    instant,
    print_json,
    print_table,
    refuse,
    refusing,
)
from portal.visitor.columns import on_console
from portal.visitor.list_columns import FINDINGS
from rulebooks import civil_day
from states.reasons import Label, Refused, labels
from storage.auditing import audits
from storage.clock import require_trusted
from storage.findings import decide_finding, findings

app = typer.Typer(no_args_is_help=True)

By = Annotated[str, typer.Option("--by", help="谁决定（巡检员、代表工委或者领导） who decides")]
Reason = Annotated[str, typer.Option("--reason", help="理由 why, in writing")]
Case = Annotated[str, typer.Option("--case", help="件的编号 the case; none for what is not a case's")]
Subject = Annotated[str, typer.Option("--subject", help="对象，见 duban findings the subject as listed")]


@app.command("audit")
def audit_(at: At = "", on: str = "", region: str = "", db: Database = "", json_: Json = False) -> None:
    """巡检：看遍在办的件，留存发现，封存事件链 look at every open case, keep the findings, seal the chains."""
    with refusing():
        register, entered_at = existing_register(db), instant(at)
        entered = entry_not_before(register, entered_at)
        audited = day(on) if on else civil_day(entered_at) - timedelta(days=1)
        if audited > civil_day(entered):
            refuse(Refused("argument_audit_ahead", on=audited, today=civil_day(entered)))
        require_trusted(register, entered)
        report = nightly_audit(register, entered, region, audited)
    if json_:
        print_json(
            {
                "id": report.id, "on": report.result.on, "cases_open": report.result.cases_open,
                "cases_looked_at": report.result.cases_looked_at, "findings": len(report.result.findings),
                "fresh": report.fresh, "gone": report.gone, "root": report.root,
            }
        )  # fmt: skip
    else:
        typer.echo(report.markdown)


@app.command("findings")
def findings_(
    every: Annotated[bool, typer.Option("--all", help="连同已消除的 those that are gone too")] = False,
    region: str = "",
    db: Database = "",
    json_: Json = False,
) -> None:
    """巡检发现，重的在前 what audits found, the most severe first."""
    with refusing():
        records = findings(existing_register(db), every, region)
    if json_:
        print_json({"findings": records})
        return
    print_table(f"{len(records)} 项 findings", *on_console(FINDINGS, records))


@app.command()
def acknowledge(
    code: str, by: By, reason: Reason, case: Case = "", subject: Subject = "", at: At = "", db: Database = ""
) -> None:
    """确认一项发现：已知悉，在处理 acknowledge a finding: known, being dealt with."""
    _decide("acknowledged", (code, case, subject), by, reason, at, db)


@app.command()
def waive(
    code: str, by: By, reason: Reason, case: Case = "", subject: Subject = "", at: At = "", db: Database = ""
) -> None:
    """一项发现不再处理，写明理由 waive a finding, with the reason."""
    _decide("waived", (code, case, subject), by, reason, at, db)


@app.command()
def report(
    audit: Annotated[str, typer.Argument(help="默认最近一次 default: the newest")] = "", db: Database = ""
) -> None:
    """打印巡检日报 print the report of an audit."""
    with refusing():
        rows = audits(existing_register(db))
    chosen = [row for row in rows if not audit or row["id"] == audit]
    if not chosen:
        idents = labels(row["id"] for row in rows)
        refuse(Refused("no_such_audit", audit=Label(audit), known=idents) if audit else Refused("no_audit_yet"))
    typer.echo(chosen[0]["report"])


def _decide(standing: str, key: tuple[str, str, str], by: str, reason: str, at: str, db: str) -> None:
    with refusing():
        register, entered_at = existing_register(db), instant(at)
        entry_not_before(register, entered_at)
        decide_finding(register, key, standing, by, reason, civil_day(entered_at))
    typer.echo(f"{standing}: {' '.join(part for part in key if part)}")
