"""A command about tables that come in: template KIND."""

from pathlib import Path
from typing import Annotated

import typer

from flows.mapping import Mapping
from portal.commands.console import print_table, refuse, refusing
from portal.visitor.import_templates import history_sheet, template
from states.reasons import Given, Label, Refused, labels
from states.sheet_page import COLUMN_HEAD, column_row
from states.sheets.tables import TABLES

app = typer.Typer(no_args_is_help=True)


@app.command("template")
def template_(
    kind: Annotated[str, typer.Argument(help=f"{' | '.join(TABLES)} | history")],
    out: Annotated[Path | None, typer.Option(help="写到哪个 .xlsx 文件 the .xlsx file to write to")] = None,
    mapping: Annotated[str, typer.Option(help="历史：名称或 .toml 文件 history: name or path")] = "",
) -> None:
    """导入用的空表，和每一列怎么填 an empty table to fill in and import, and what each column holds."""
    if kind == "history" and mapping:
        with refusing():
            fields = history_sheet(Mapping.load(mapping))
    elif kind in TABLES:
        fields = TABLES[kind]
    else:
        refuse(Refused("argument_unknown", given=Given(kind), known=labels((*TABLES, "history --mapping FILE"))))
    if out is None:
        print_table(kind, COLUMN_HEAD, [[cell.replace("\n", " ") for cell in column_row(field)] for field in fields])
        return
    if out.exists():
        refuse(Refused("file_there", file=Label(str(out))))
    out.write_bytes(template(fields))
    typer.echo(f"已写 written: {out}")
