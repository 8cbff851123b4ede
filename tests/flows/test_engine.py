"""Does an engine that starts late make up for what it missed, once, and leave alone what another one leads?"""

import asyncio
import gc
import signal
from collections.abc import Callable
from datetime import datetime, timedelta

from flows.engine import Clock, Engine
from flows.settings import Settings
from flows.watch import LEASE
from rulebooks import ZONE
from storage import Register, open_engine
from storage.auditing import audits
from storage.jobs import finish_job, jobs, leases, start_job, take_lease
from tests.builders import LIBRARY, a_directory, event_names, for_playing, opinions
from tests.databases import Databases

LATE = datetime(2025, 3, 21, 9, tzinfo=ZONE)
"""Two nights after the last audit; the first limits of the opinions have passed the day before."""
LAST_AUDIT = datetime(2025, 3, 18, 2, tzinfo=ZONE)


def an_office(url: str) -> Register:
    """Three opinions are overdue and nobody has swept; the last audit was on `LAST_AUDIT`."""
    register = for_playing(a_directory(Register(open_engine(url), LIBRARY)))
    opinions(register, 3)
    start_job(register, "nightly-audit", "earlier", LAST_AUDIT, LAST_AUDIT)
    finish_job(register, "nightly-audit", LAST_AUDIT, "direct", ())
    return register


def lived(url: str, until: Callable[[], bool]) -> None:
    """An engine from `LATE` on, until something is true; then SIGTERM, and it ends by itself."""

    async def life() -> None:
        settings = Settings(database_url=url, prefect="off", poll_seconds=0.1)
        running = asyncio.create_task(Engine(settings, Clock.starting_at(LATE), "late").run())
        for _ in range(1200):
            await asyncio.sleep(0.1)
            if running.done() or until():
                break
        signal.raise_signal(signal.SIGTERM)
        await asyncio.wait_for(running, 60)

    asyncio.run(life())
    gc.unfreeze()


def test_an_engine_that_starts_late_makes_up_for_a_missed_night_once(sqlite: Databases) -> None:
    url = sqlite.fresh()
    register = an_office(url)

    def caught_up() -> bool:
        audit, swept = (jobs(register).get(name) for name in ("nightly-audit", "sweep-deadlines"))
        done = audit is not None and audit.due_at == LATE.replace(hour=2) and audit.finished_at is not None
        return done and swept is not None and swept.finished_at is not None

    lived(url, caught_up)
    assert caught_up()
    assert "limit.overdue" in event_names(register, "O00001")
    (audit,) = audits(register)
    assert (audit["cases_open"], audit["cases_looked_at"]) == (3, 3)
    assert leases(register, LATE) == [], "given up at the end"
    register.engine.dispose()


def test_an_engine_beside_another_one_sweeps_and_leaves_the_timetable_to_it(sqlite: Databases) -> None:
    url = sqlite.fresh()
    register = an_office(url)
    assert take_lease(register, "timetable", "other", LATE, 10 * LEASE)
    lived(url, lambda: "limit.overdue" in event_names(register, "O00001"))
    assert "limit.overdue" in event_names(register, "O00001")
    assert jobs(register)["nightly-audit"].due_at == LAST_AUDIT
    assert [lease.holder for lease in leases(register, LATE + timedelta(minutes=1))] == ["other"]
    register.engine.dispose()
