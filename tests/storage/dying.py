"""A program killed at a chosen commit: `python -m tests.storage.dying WORK URL NUMBER WHEN [URL NUMBER WHEN ...]`.

WORK is sweep, calendar, deliver (over the channels of DUBAN_CHANNELS_FILE) or audit. Each URL gets its own process,
which kills itself before or after its NUMBER-th commit.
Prints for each how the process ended: -9 killed, 0 it never came that far.
"""

import os
import signal
import sys
from datetime import date, datetime, time
from typing import Any

from flows.audit import nightly_audit
from flows.channels import load_channels
from flows.deliver import deliver
from rulebooks import ZONE, Library
from storage import CalendarDay, CalendarNotice, Register, open_engine, register
from tests.builders import morning

CHUNK = 3
SWEPT_ON = date(2025, 6, 30)
NOTICE = CalendarNotice(
    "放假通知", None, tuple(CalendarDay(date(2025, 3, day), False) for day in (13, 14, 17))
)
IMPORTED_ON = date(2025, 3, 13)
DELIVERED_AT = datetime.combine(date(2025, 3, 20), time(9), ZONE)


def sweep(opened: Register) -> int:
    return opened.sweep(morning(SWEPT_ON), CHUNK).climbed


def import_calendar(opened: Register) -> int:
    register.CHUNK = CHUNK
    return len(opened.import_calendar(NOTICE, morning(IMPORTED_ON), "R1").moved)


def deliver_all(opened: Register) -> int:
    return deliver(opened, DELIVERED_AT, load_channels(os.environ["DUBAN_CHANNELS_FILE"])).sent


def audit_night(opened: Register) -> int:
    return len(nightly_audit(opened, morning(SWEPT_ON)).result.findings)


WORKS = {"sweep": sweep, "calendar": import_calendar, "deliver": deliver_all, "audit": audit_night}


def die(work: str, url: str, number: int, when: str) -> None:
    engine = open_engine(url)
    opened = Register(engine, Library())
    commit, commits = engine.dialect.do_commit, 0

    def kill(now: str) -> None:
        if (commits, now) == (number, when):
            os.kill(os.getpid(), signal.SIGKILL)

    def commit_or_die(connection: Any) -> None:
        nonlocal commits
        commits += 1
        kill("before")
        commit(connection)
        kill("after")

    engine.dialect.do_commit = commit_or_die  # type: ignore[method-assign,assignment]
    WORKS[work](opened)


def main(work: str, *triples: str) -> None:
    for url, number, when in zip(triples[::3], triples[1::3], triples[2::3], strict=True):
        child = os.fork()
        if not child:
            die(work, url, int(number), when)
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
