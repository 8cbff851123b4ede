"""Commands about the erasure of personal data: erase ask, refuse, list, propose, repeat, pack.

A console proves nobody: who asks there names their account, whose holder is told at once, and what is asked for is
confirmed by somebody else who has signed in.
"""

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from flows.settings import Settings, access_folder
from portal.commands.console import (
    Database,
    Json,
    existing_register,
    print_json,
    print_table,
    refuse,
    refusing,
    shown,
)
from portal.commands.console_log import who
from rulebooks import civil_day
from states.vocabulary import ErasureGround
from storage import Register
from storage.access_log import folder_of
from storage.erasing import Erasure, Wish, ask_erasure, erasures, refuse_erasure
from storage.erasure_list import ErasureList
from storage.packing import pack
from storage.retention import propose_erasures

app = typer.Typer(no_args_is_help=True)
erase = typer.Typer(no_args_is_help=True, help="删除个人信息，两个人办 erase personal data, which takes two people")
app.add_typer(erase, name="erase")

Words = Annotated[
    typer.FileText | None,
    typer.Option(help="要删除的字，一行一处；- 从标准输入读 the words to strike, one a line; - reads stdin"),
]
Account = Annotated[
    str, typer.Option(help="办的人自己的账号，另一个人确认 your own account; another person confirms on the page")
]
Id = Annotated[str, typer.Argument(help="编号，见 duban erase list the id as listed")]


@erase.command()
def ask(
    case: Annotated[str, typer.Argument(help="件的编号 the case")],
    account: Account,
    words: Words = None,
    file: Annotated[list[str] | None, typer.Option(help="附件摘要的开头 how the SHA-256 of a file begins")] = None,
    ground: Annotated[ErasureGround, typer.Option(help="依据 why")] = ErasureGround.REQUEST,
    reason: Annotated[str, typer.Option(help="说明，不写姓名 a note without names")] = "",
    db: Database = "",
) -> None:
    """申请删除，等另一个人在网页上确认 ask for an erasure, which another person confirms on the page."""
    with refusing():
        lines = words.read().splitlines() if words else ()
        wish = Wish(case, lines, file or (), ground, reason)
        id_ = ask_erasure(existing_register(db), wish, account, datetime.now(UTC), who())
    typer.echo(id_)


@erase.command()
def propose(
    kept: Annotated[int, typer.Option(min=1, help="办结以后保存多少天 days that are kept after the end of an opinion")],
    account: Account,
    db: Database = "",
) -> None:
    """为保存期已满的群众意见提出删除，由人确认 propose to erase who sent opinions kept long enough; people confirm."""
    now = datetime.now(UTC)
    with refusing():
        ended_by = civil_day(now) - timedelta(days=kept)
        cases = propose_erasures(existing_register(db), ended_by, now, account, who())
    typer.echo(f"{len(cases)} 件等确认 wait to be confirmed")


@erase.command()
def repeat(db: Database = "") -> None:
    """恢复备份以后：把备份之后办过的删除再办一遍 after a restore: carry out again what was erased since the backup."""
    with refusing():
        erasures_ = _list_of(existing_register(db))
        repeated = erasures_.repeat()
    typer.echo(f"{erasures_.path}: {len(repeated.erasures)} 项再次删除 erased again")
    if repeated.differing:
        names = ", ".join(repeated.differing)
        refuse(f"与当时不同，没有删除，请另行申请 not as they were, so not struck, ask for an erasure: {names}")


@erase.command("pack")
def pack_(db: Database = "") -> None:
    """压实数据库，不留已删除的内容；先停止 duban pack the database, so that nothing deleted stays; stop duban first."""
    with refusing():
        pack(existing_register(db).engine)
    typer.echo("已压实 packed")


def _list_of(register: Register) -> ErasureList:
    return ErasureList(register, access_folder(Settings()) or folder_of(register.engine))


@erase.command("refuse")
def refuse_(id_: Id, db: Database = "") -> None:
    """不同意，或者撤回 refuse an erasure, or take it back."""
    with refusing():
        refuse_erasure(existing_register(db), id_, who(), datetime.now(UTC))
    typer.echo("没有删除 nothing was erased")


@erase.command("list")
def list_(
    case: Annotated[str, typer.Option(help="某一件的 of one case")] = "", db: Database = "", json_: Json = False
) -> None:
    """等确认的和办过的 erasures that wait and those decided."""
    with refusing():
        listed = erasures(existing_register(db), case)
    if json_:
        print_json({"erasures": listed})
        return
    rows = [
        (
            erasure.id, shown(erasure.at), erasure.by, erasure.case_id, ErasureGround.name_of(erasure.ground),
            "、".join(erasure.words), erasure.outcome or "等确认 waits", erasure.decided_by, _counts(erasure),
        )
        for erasure in listed
    ]  # fmt: skip
    columns = (
        "编号 id", "时间 at", "谁申请 asked by", "件 case", "依据 ground", "字 words", "结果 outcome",
        "谁决定 decided by", "删除与保留 struck and standing",
    )  # fmt: skip
    print_table(f"{len(rows)} 项 erasures", columns, rows)


def _counts(erasure: Erasure) -> str:
    """How many rows of which table are struck, and where words stay."""
    struck = ", ".join(f"{table} {count}" for table, count in erasure.rows.items()) or "-"
    stay = ", ".join(f"{kind} {count}" for kind, count in erasure.standing.items()) or "-"
    return f"删除 struck: {struck}；仍留在 still in: {stay}"
