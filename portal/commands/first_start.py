"""Who gets in first: one-time links for the first three administrators, printed where duban is started."""

import sys
from datetime import UTC, datetime, timedelta

import typer

from states.vocabulary import Duty
from storage.accounts import Accounts

FIRST_LASTS = timedelta(days=1)


def first_links(accounts: Accounts, address: str) -> dict[str, str]:
    """The links of the duties that nobody has, by duty; none at all once somebody has an account."""
    if not accounts.none_yet():
        return {}
    now = datetime.now(UTC)
    return {duty: f"{address}/link/{accounts.first_link(duty, now, FIRST_LASTS)}" for duty in Duty.values()}


def print_first_links(accounts: Accounts, address: str) -> None:
    """Print them to stdout; the log never has them."""
    links = first_links(accounts, address)
    if not links:
        return
    typer.echo("还没有账号。三员各用一个一次性链接设账号名和口令（一天内有效，各用一次）：")
    typer.echo(
        "nobody has an account yet: each administrator chooses a name and a password by a link, within a day:"
    )
    for duty, link in links.items():
        typer.echo(f"  {Duty(duty).zh} {duty}: {link}")
    sys.stdout.flush()
