"""Commands about who may sign in, for the engineer at the server: account create, link, first, list, mandate …"""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from flows.settings import Settings
from portal.commands.console import (
    Database,
    Json,
    day,
    existing_register,
    misused,
    print_json,
    print_table,
    refuse,
    refusing,
)
from portal.commands.first_start import first_links
from portal.visitor.site import LINK_LASTS
from rulebooks import ZONE, civil_day
from states.reasons import Refused, labels
from states.roles import Role
from states.vocabulary import Duty
from storage.accounts import Accounts
from storage.confirming import confirm_changes, waiting_changes

app = typer.Typer(no_args_is_help=True)
account = typer.Typer(
    no_args_is_help=True, help="账号 accounts of the portal; links are printed once and kept nowhere"
)
app.add_typer(account, name="account")

Address = Annotated[
    str, typer.Option(help="网页地址，印在链接里 the portal's address in links [DUBAN_ADDRESS]")
]


@account.command()
def create(
    person: Annotated[str, typer.Argument(help="通讯录里的人员编号 a person of the directory")] = "",
    duty: Annotated[str, typer.Option(help="三员之一 system | security | audit")] = "",
    name: Annotated[
        str, typer.Option(help="账号名，默认用编号 account name, by default the person's id")
    ] = "",
    holder: Annotated[
        str, typer.Option(help="三员由谁担任：真名或者人员编号 the human who has the duty: name or id")
    ] = "",
    address: Address = "",
    db: Database = "",
) -> None:
    """新建账号并打印一次性链接 make an account and print its one-time link."""
    if bool(person) == bool(duty):
        raise misused(Refused("argument_account", known=labels(Duty.values())))
    now = datetime.now(UTC)
    with refusing():
        accounts = _accounts(db)
        accounts.create(name or person, now, "console", person=person, duty=duty, holder=holder)
        token = accounts.link_to_sign_in(name or person, now, "console", LINK_LASTS)
        _print_holder(accounts, name or person)
    _print_link(token, address)


@account.command()
def link(name: str, address: Address = "", db: Database = "") -> None:
    """打印一个新的一次性链接，旧的作废 print a new one-time link; earlier ones no longer work."""
    with refusing():
        accounts = _accounts(db)
        token = accounts.link_to_sign_in(name, datetime.now(UTC), "console", LINK_LASTS)
        _print_holder(accounts, name)
    _print_link(token, address)


@account.command()
def first(address: Address = "", db: Database = "") -> None:
    """还没有账号时，打印三员的一次性链接 the links of the first administrators, while nobody has an account."""
    with refusing():
        links = first_links(_accounts(db), _address(address))
    if not links:
        refuse(
            "已有账号 there are accounts already; duban account link NAME, or account create --duty … --name …"
        )
    for duty, url in links.items():
        typer.echo(f"{Duty(duty).zh} {duty}: {url}")


@account.command("list")
def list_(db: Database = "", json_: Json = False) -> None:
    """全部账号 every account."""
    with refusing():
        records = _accounts(db).listed()
    if json_:
        print_json({"accounts": records})
        return
    rows = [
        (
            row["name"],
            row["person_name"] or "",
            Duty.names().get(row["duty"]) or Role.name_of(row["role"] or ""),
            row["unit"] or "",
            _standing(row["disabled_at"], row["locked_until"], row["ready"]),
        )
        for row in records
    ]
    columns = ("账号 account", "姓名 name", "身份 role", "单位 unit", "状态 standing")
    print_table(f"{len(rows)} 个账号 accounts", columns, rows)


@account.command()
def disable(name: str, db: Database = "") -> None:
    """停用：会话和链接立即失效 close an account; its sessions and links end at once."""
    with refusing():
        _accounts(db).disable(name, datetime.now(UTC))
    typer.echo(f"{name} 已停用 disabled")


@account.command()
def enable(name: str, db: Database = "") -> None:
    """恢复停用的账号 open a closed account again."""
    with refusing():
        _accounts(db).enable(name, datetime.now(UTC))
    typer.echo(f"{name} 已恢复 enabled")


@account.command()
def device(name: str, db: Database = "") -> None:
    """解除丢了的验证设备，下次登录重新登记 take a lost device away; the next signing in enrols another."""
    with refusing():
        _accounts(db).lose_device(name, datetime.now(UTC), "console")
    typer.echo(f"{name} 的验证设备已解除 device taken away")


@account.command()
def holder(
    name: Annotated[str, typer.Argument(help="管理员的账号 an administrator's account")],
    human: Annotated[str, typer.Argument(help="真名或者人员编号 name, or id in the directory")],
    db: Database = "",
) -> None:
    """记下三员由谁担任：同一个人不能确认自己 note which human has a duty: nobody confirms what they asked for."""
    with refusing():
        _accounts(db).held_by(name, human, datetime.now(UTC), "console")
    typer.echo(f"{name}：{human}")


@account.command()
def mandate(
    proxy: Annotated[str, typer.Argument(help="助理的人员编号 the assistant's id")],
    deputy: Annotated[str, typer.Argument(help="代表的人员编号 the deputy's id")],
    since: Annotated[str, typer.Option(help="从这一天起 from this day on; 默认今天 default: today")] = "",
    until: Annotated[
        str, typer.Option(help="到这一天为止（含） up to and with this day; 默认长期 open")
    ] = "",
    db: Database = "",
) -> None:
    """记下代表对助理的委托 note that a deputy lets an assistant act on their behalf."""
    first_day = day(since) if since else civil_day(datetime.now(UTC))
    with refusing():
        last_day = day(until) if until else None
        _accounts(db).mandate(proxy, deputy, first_day, last_day, "console", datetime.now(UTC))
    typer.echo(f"{proxy} 可以代 {deputy} 办理，从 {first_day} 起{f'到 {until} 为止' if until else ''} noted")


@account.command("changes")
def changes_(db: Database = "", json_: Json = False) -> None:
    """等确认的身份变更 changes of who somebody with an account is, imported and not yet confirmed."""
    with refusing():
        batches = waiting_changes(existing_register(db))
    if json_:
        print_json({"waiting": [asdict(batch) for batch in batches]})
        return
    rows = [
        (batch.id, f"{batch.at.astimezone(ZONE):%F %R}", batch.by, batch.file,
         line["line"], line["subject"], _change(line))
        for batch in batches
        for line in batch.lines
    ]
    columns = ("批 batch", "时间 at", "谁 by", "文件 file", "行 row", "编号 id", "变更 change")
    print_table(f"{len(rows)} 行等确认 rows wait", columns, rows)


@account.command()
def confirm(batch: str, db: Database = "") -> None:
    """确认一批身份变更，只在没有安全管理员时 confirm a batch, only while there is no security administrator."""
    with refusing():
        accounts = _accounts(db)
        holders = [row["name"] for row in accounts.listed() if row["duty"] == Duty.SECURITY and not row["disabled_at"]]
        if holders:
            refuse(f"由安全管理员在“身份变更”页确认 {', '.join(holders)} confirms it on the page /changes")
        decided = confirm_changes(accounts.register, batch, "console", datetime.now(UTC), alone=True)
    typer.echo(f"已确认 confirmed: {len(decided.done)}；已过时 stale: {len(decided.stale)}")


def _change(line: dict[str, Any]) -> str:
    old = line["old"] or {}
    return "；".join(f"{name} {old.get(name) or '–'} → {line['new'][name] or '–'}" for name in line["powers"].split())


def _accounts(db: str) -> Accounts:
    return Accounts(existing_register(db))


def _address(address: str) -> str:
    settings = Settings()
    return (address or settings.address or f"http://{settings.host}:{settings.port}").rstrip("/")


def _print_link(token: str, address: str) -> None:
    typer.echo(f"{_address(address)}/link/{token}")
    typer.echo(f"只用一次，{LINK_LASTS.days} 天内有效 works once, within {LINK_LASTS.days} days", err=True)


def _print_holder(accounts: Accounts, name: str) -> None:
    """Who gets in by the link, so that nobody hands out a role that an import made up."""
    account_row = next(row for row in accounts.listed() if row["name"] == name)
    role = Duty.names().get(account_row["duty"]) or Role.name_of(account_row["role"] or "")
    standing = [part for part in (account_row["person_name"], role, account_row["unit"], account_row["region"]) if part]
    typer.echo(f"{name}：{' · '.join(standing)}", err=True)


def _standing(disabled_at: datetime | None, locked_until: datetime | None, ready: bool) -> str:
    if disabled_at:
        return "停用 disabled"
    if locked_until and locked_until > datetime.now(UTC):
        return f"锁定到 locked until {locked_until.astimezone(ZONE):%F %T}"
    return "可用 ready" if ready else "还没有设口令 no password yet"
