"""The command `duban`."""

import sys

import typer
from loguru import logger

from portal import (
    account_commands,
    audit_commands,
    case_commands,
    clock_commands,
    engine_commands,
    figure_commands,
    oversight_commands,
    paper_commands,
    rehearsal_commands,
    rights_commands,
    rule_commands,
    story_commands,
)
from portal.console_log import enter_reads

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="督办：代表建议从提出到落实。duban carries deputies' suggestions from submission to delivery.",
)
for commands in (
    case_commands.app,
    figure_commands.app,
    oversight_commands.app,
    rule_commands.app,
    rights_commands.app,
    engine_commands.app,
    clock_commands.app,
    paper_commands.app,
    account_commands.app,
    audit_commands.app,
    rehearsal_commands.app,
    story_commands.app,
):
    app.registered_commands += commands.registered_commands
    app.registered_groups += commands.registered_groups
enter_reads(app)


def main() -> None:
    """The entry point: logs go to stderr, results to stdout."""
    logger.remove()
    logger.add(sys.stderr, level="WARNING", diagnose=False)
    app()


if __name__ == "__main__":
    main()
