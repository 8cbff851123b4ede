"""The command `duban`."""

import os
import sys

import typer
from loguru import logger

from flows.logs import on_its_line
from portal.commands import (
    accounts,
    audits,
    cases,
    clock,
    engine,
    erasing,
    figures,
    papers,
    rehearsals,
    rights,
    rules,
    stories,
    supervisions,
    tables,
)
from portal.commands.arguments import guarded, wrap_commands
from portal.commands.console_log import entered

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="督办：代表建议从提出到落实。duban carries deputies' suggestions from submission to delivery.",
)
for commands in (
    cases.app,
    figures.app,
    supervisions.app,
    rules.app,
    rights.app,
    engine.app,
    clock.app,
    papers.app,
    tables.app,
    accounts.app,
    erasing.app,
    audits.app,
    rehearsals.app,
    stories.app,
):
    app.registered_commands += commands.registered_commands
    app.registered_groups += commands.registered_groups
wrap_commands(app, entered)
wrap_commands(app, guarded)


def main() -> None:
    """The entry point: logs go to stderr, results to stdout, and files that are made are for their owner alone."""
    os.umask(0o077)
    logger.remove()
    logger.configure(patcher=on_its_line)
    logger.add(sys.stderr, level="WARNING", diagnose=False)
    app()


if __name__ == "__main__":
    main()
