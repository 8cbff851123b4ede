"""The command about rights: who may see what, as a page."""

from pathlib import Path
from typing import Annotated

import typer

from portal.visitor.rights import rights_page

RIGHTS_PAGE = Path(__file__).parents[2] / "docs" / "rights.md"

app = typer.Typer(no_args_is_help=True)


@app.command()
def rights(write: Annotated[bool, typer.Option(help="写入 docs/rights.md renew it")] = False) -> None:
    """谁能看什么，由表生成 who may see what, generated from the table."""
    if write:
        RIGHTS_PAGE.write_text(rights_page(), encoding="utf-8")
        typer.echo(f"{RIGHTS_PAGE} renewed")
    else:
        typer.echo(rights_page())
