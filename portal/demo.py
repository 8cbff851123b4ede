"""What a newcomer sees with `make run`: a city's year rehearsed in under a minute, then the engine at work on it."""

import asyncio
import os
import shutil
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

from loguru import logger
from rich.console import Console

from flows.logs import log_to_stderr
from flows.prefect_server import PrefectServer, prefect_server
from flows.settings import Settings
from portal.rehearsal.parameters import SUGGESTIONS
from portal.rehearsal.roster import CITIES
from portal.rehearsal.telling import tell
from portal.rehearsal.year import SEED
from portal.rehearsal_commands import YEAR, looking, played
from rulebooks import ZONE, Workdays
from storage import Register, open_engine

FOLDER = Path("var/demo")
DUBAN = ".venv/bin/duban"

OPENING = time(8, 24, 40)
"""Shortly before the review (08:25) and the digests (08:30) of the first working Monday after the year."""


def main() -> None:
    """Play the year into a fresh folder, then live on until Ctrl-C or SIGTERM."""
    logger.remove()
    logger.add(sys.stderr, level="ERROR")
    console = Console(width=None if sys.stdout.isatty() else 150)
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    url = f"sqlite:///{FOLDER.absolute()}/city.db"
    with prefect_server((FOLDER / "prefect").absolute()) as server:
        register = Register(open_engine(url))
        done, night, found = played(console, register, CITIES["suqian"], YEAR, SUGGESTIONS, SEED, server)
        tell(console, register, done, night, found)
        looking(console, register, found, f"--db {FOLDER}/city.db", DUBAN)
        live(console, url, server, opening(YEAR, register.workdays()))


def live(console: Console, url: str, server: PrefectServer, start: datetime) -> None:
    """An engine over the rehearsed year, its clock starting at `start`."""
    from flows.engine import Clock, Engine

    settings = Settings().model_copy(update={"database_url": url, "prefect": server.api})
    os.environ |= server.environment | {"DUBAN_DATABASE_URL": url}
    console.rule("六、引擎在运行 the engine is at work")
    console.print(
        f"时钟从 {start:%F %T} 走起 its clock starts there；Prefect 页面 pages {server.api.removesuffix('/api')}\n"
        f"看它做了什么 what it does: {DUBAN} status --db {FOLDER}/city.db --at {start:%FT%H}:31\n"
        "先补上假期里到期的，08:25 督办研判，08:30 摘要 first what fell due meanwhile, then review and digests\n"
        "Ctrl-C 结束 ends it",
        highlight=False,
    )
    log_to_stderr()

    async def work() -> None:
        await Engine(settings, Clock.starting_at(start)).run()

    asyncio.run(work())
    console.print("已停止 stopped")


def opening(year: int, workdays: Workdays) -> datetime:
    """The moment at which the living begins."""
    day = date(year + 1, 1, 2)
    while day.weekday() != 0 or not workdays.is_workday(day):
        day += timedelta(days=1)
    return datetime.combine(day, OPENING, ZONE)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("已停止 stopped")
