"""Commands about papers: papers CASE, papers get, make, list, templates, check."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from flows.automatic_papers import PaperRoom
from flows.paper_lists import ListRequest
from flows.settings import Settings, papers_folder
from notifications.papers import KINDS, LISTS, Templates, load_offices, write_shipped
from notifications.papers.page import KINDS_BEGIN, kinds_part
from portal.commands.console import (
    At,
    Database,
    Json,
    both,
    day,
    entry_not_before,
    existing_register,
    instant,
    misused,
    print_json,
    print_table,
    refuse,
    refusing,
)
from portal.visitor.workbooks import as_workbook
from rulebooks import civil_day
from states.reasons import Given, Id, Label, Refused, labels
from storage.papers import altered


class _OfACase(TyperGroup):
    """`duban papers CASE` is `duban papers of CASE`: what is no command is a case."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["of", *args]
        return super().resolve_command(ctx, args)


ENDINGS = (".docx", ".xlsx")
"""Of the files that a list is written to: Word, Excel."""
PAPERS_PAGE = Path(__file__).parents[2] / "docs" / "papers.md"

app = typer.Typer(no_args_is_help=True)
papers_app = typer.Typer(
    cls=_OfACase, no_args_is_help=True, help="文书 papers: papers CASE, or one of these commands"
)
app.add_typer(papers_app, name="papers")

_SHOWN = ("id", "case_id", "seq", "kind", "number", "title", "issuer", "addressees", "on", "digest")

Region = Annotated[str, typer.Option(help="区划代码 code of the region")]


@papers_app.command("of")
def of_(case: str, db: Database = "", json_: Json = False) -> None:
    """一件的文书，还没有编号的也列出 the papers of a case, those without a number yet included."""
    with refusing():
        register = existing_register(db)
        rows = _room(db).of_case(register.dossier(case), register.events(case))
    if json_:
        print_json({"papers": [{name: value for name, value in row.items() if name in _SHOWN} for row in rows]})
        return
    print_table(
        f"{case}：{len(rows)} 份 papers", ("日期 on", "文种 kind", "字号 number", "标题 title", "主送 to", "编号 id"),
        [(row["on"], KINDS[row["kind"]].name, row["number"] or "–", row["title"], " ".join(row["addressees"]),
          row["id"]) for row in rows],
    )  # fmt: skip


@papers_app.command()
def get(
    case: str,
    which: Annotated[str, typer.Argument(help="文种、字号或者编号 kind, number or id")],
    out: Annotated[Path, typer.Option(help="写到哪个 .docx the file to write")],
    at: At = "",
    db: Database = "",
) -> None:
    """取一份文书；第一次取时成文，以后不变 one paper, made the first time and the same ever after."""
    with refusing():
        room, register = _room(db), existing_register(db)
        rows = room.of_case(register.dossier(case), register.events(case))
        names = {row["id"]: (row["id"], row["kind"], KINDS[row["kind"]].name, row["number"]) for row in rows}
        chosen = [id_ for id_, words in names.items() if which and which in words]
        if not chosen:
            kinds_there = labels(dict.fromkeys(row["kind"] for row in rows))
            refuse(Refused("paper_not_of_case", case=Id(case), paper=Given(which), known=kinds_there))
        made = room.file(chosen[-1], entry_not_before(register, instant(at)), "cli")
    out.write_bytes(made.content)
    typer.echo(f"{out}：{made.row['number']} {made.row['title']}")


@papers_app.command()
def make(
    region: Region = "",
    on: Annotated[str, typer.Option(help="只到这一天录入的 up to what was entered on that day")] = "",
    at: At = "",
    db: Database = "",
) -> None:
    """按事情的先后编号，并把还没有成文的做出来 number what is due, in order, and make the files."""
    with refusing():
        room = _room(db)
        entered = entry_not_before(room.register, instant(at))
        result = room.make_all(entered, "cli", region, day(on) if on else None)
    typer.echo(f"编号 numbered: {result.numbered}；成文 made: {result.made}")


@papers_app.command("list")
def list_(
    kind: Annotated[str, typer.Argument(help="、".join(f"{kind_.id} {kind_.name}" for kind_ in LISTS))],
    region: Region,
    out: Annotated[Path, typer.Option(help=".docx 或者 .xlsx the file to write")],
    unit: Annotated[str, typer.Option(help="单位的编号 id of the unit")] = "",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="默认今年元旦 default: this year's first")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="默认今天 default: today")] = "",
    keep: Annotated[bool, typer.Option(help="编号并留存（.docx） number and keep it")] = False,
    at: At = "",
    db: Database = "",
) -> None:
    """清单和报告，Word 或者 Excel a list or report of many cases."""
    by_name = {kind_.id: kind_ for kind_ in LISTS} | {kind_.name: kind_ for kind_ in LISTS}
    if kind not in by_name:
        refuse(Refused("no_such_list", name=Label(kind), known=labels(kind_.id for kind_ in LISTS)))
    if out.suffix not in ENDINGS:
        raise misused(Refused("argument_out", file=Label(str(out)), known=labels(ENDINGS)))
    if keep and out.suffix != ENDINGS[0]:
        raise misused(Refused("argument_keep", kind=Label(ENDINGS[0])))
    with refusing():
        register, room, now = existing_register(db), _room(db), instant(at)
        entry_not_before(register, now)
        today = civil_day(now)
        request = ListRequest(
            register, region, day(first) if first else date(today.year, 1, 1), day(last) if last else today, now, unit
        )
        number = ""
        if keep:
            made = room.keep_list(request, by_name[kind].id, "cli")
            content, number = made.content, f"{made.row['number']} "
        else:
            paper = room.make_list(request, by_name[kind].id)
            content = room.templates.render(paper) if out.suffix == ".docx" else as_workbook(paper)
    out.write_bytes(content)
    typer.echo(f"{out}：{number}{by_name[kind].name} {request.first} – {request.last}")


@papers_app.command()
def templates(out: Annotated[Path, typer.Option(help="写到哪个文件夹 the folder to write to")]) -> None:
    """写出系统自带的模板，供修改后替换；已有的文件不动 write the shipped templates, to be edited."""
    with refusing():
        made = write_shipped(out)
    for file in made:
        typer.echo(f"{file}：{KINDS[file.stem].name}")
    typer.echo(f"{len(made)} 个 written；DUBAN_PAPERS_DIR={out}")


@papers_app.command()
def check(
    folder: Annotated[str, typer.Option(help="模板文件夹 the folder [DUBAN_PAPERS_DIR]")] = "", db: Database = ""
) -> None:
    """检查单位自己的模板，以及已成文的文书有没有被改动 check the office's templates, and files that were kept."""
    with refusing():
        chosen = Path(folder) if folder else papers_folder(Settings())
        office_templates = Templates(chosen)
        load_offices(chosen)
        faults = [both(fault) for fault in office_templates.faults().values()]
        if not folder:
            why = "文书被改动 the file is not the one that was made"
            faults += [f"{path}: {why}" for path in altered(existing_register(db))]
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"没有问题 no faults；本单位的模板 own templates: {', '.join(office_templates.own()) or '–'}")


@papers_app.command()
def kinds(write: Annotated[bool, typer.Option(help="写入 docs/papers.md renew it")] = False) -> None:
    """文种、由什么事引起、模板里能用的字段，由表生成 the kinds, what occasions each, and their fields."""
    if write:
        page = PAPERS_PAGE.read_text(encoding="utf-8")
        PAPERS_PAGE.write_text(page.partition(KINDS_BEGIN)[0] + kinds_part(), encoding="utf-8")
        typer.echo(f"{PAPERS_PAGE} renewed")
    else:
        typer.echo(kinds_part())


def _room(db: str) -> PaperRoom:
    return PaperRoom(existing_register(db), papers_folder(Settings()))


