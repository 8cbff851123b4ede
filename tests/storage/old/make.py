"""Fills a database as version 0.1.0 leaves it and writes it down as text; run once, with that version's code.

    git worktree add ../old 468a5bc && cd ../old
    python …/tests/storage/old/make.py sqlite:///year.db …/tests/storage/old/0.1.0-sqlite.sql.xz
    python …/tests/storage/old/make.py postgresql+psycopg://… …/tests/storage/old/0.1.0-postgres.sql.xz

In it: half a rehearsed year under `suqian`, a case of a county under each of four other rulebooks, an opinion of a
reception place, accounts, a token, a mandate, entries of access, a notice of the calendar, papers, nights with seals.
"""

# mypy: ignore-errors
# It runs with the code of 0.1.0, which the types of today do not describe.

import lzma
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
sys.path.append(str(Path(__file__).parent))

from sqlite_text import sqlite_text

from flows.audit import nightly_audit
from flows.papers import make_papers
from portal.demo.__main__ import LAST_DAY, settle_down
from portal.rehearsal.roster import CITIES, REGISTRAR
from portal.rehearsal.year import rehearse
from portal.visitor.demonstration import MORNING
from rulebooks import ZONE
from states import Action
from storage import Register, open_engine
from storage.accounts import Accounts, access
from storage.statements import reading
from storage.tokens import Tokens
from storage.working_days import CalendarDay, CalendarNotice

SUGGESTIONS = 24
COUNTIES = {"321302": "beijing", "321303": "zhejiang", "321304": "chongqing", "321305": "national"}


def fill(register: Register) -> None:
    """The content, by acts that people, nights and administrators of 0.1.0 do."""
    city = CITIES["suqian"]
    rehearse(register, city, LAST_DAY.year, SUGGESTIONS, 5, None, LAST_DAY, 0.6)
    morning = datetime.combine(LAST_DAY + timedelta(days=1), MORNING, ZONE)
    settle_down(register, morning)
    day = morning + timedelta(days=1)
    for county, rulebook in COUNTIES.items():
        _a_case_of(register, county, rulebook, day)
    days = ((date(2027, 1, 1), False), (date(2027, 2, 6), True), (date(2027, 2, 8), False))
    holiday = tuple(CalendarDay(each, working, "节") for each, working in days)
    register.import_calendar(CalendarNotice("虚构的2027年放假通知", 2027, holiday), day, "ops")
    register.import_calendar(CalendarNotice("抗洪", None, (CalendarDay(date(2026, 8, 15), True),)), day, "ops")
    accounts = Accounts(register)
    accounts.sign_in(REGISTRAR, day)
    accounts.note_all([access(day, REGISTRAR, "registrar", "read", _any_case(register), "", False)])
    Tokens(register).make(REGISTRAR, "对接", ["read"], day, timedelta(days=90))
    make_papers(register, day, files=3)
    nightly_audit(register, day.replace(hour=2) + timedelta(days=1))


def _any_case(register: Register) -> str:
    with reading(register.engine) as cursor:
        return str(cursor.rows("SELECT id FROM cases ORDER BY id LIMIT 1")[0][0])


def _a_case_of(register: Register, county: str, rulebook: str, at: datetime) -> None:
    case, units = f"{county}-1", [{"unit": "U01", "role": "SOLE"}]
    for name, by, role, data in (
        ("draft", "D001", "deputy", {"region": county, "rulebook": rulebook, "title": f"{county}的路灯",
                                     "facts": "路灯不亮。", "proposal": "更换路灯。"}),
        ("submit", "D001", "deputy", {}),
        ("open_review", REGISTRAR, "registrar", {}),
        ("register", REGISTRAR, "registrar", {"subject_class": "环资城建", "committee": "C1"}),
        ("propose_units", REGISTRAR, "registrar", {"units": units}),
        ("assign", REGISTRAR, "registrar", {}),
    ):  # fmt: skip
        done = register.apply([Action(case, name, by, role, data, key=f"old/{case}/{name}")], at)[0]
        assert done.done, (case, name, done)


def postgres_text(url: str) -> str:
    plain = url.replace("postgresql+psycopg", "postgresql")
    options = ["--no-owner", "--no-privileges", "--inserts", "--rows-per-insert=200"]
    text = subprocess.run(["pg_dump", *options, plain], capture_output=True, check=True, text=True).stdout
    return "\n".join(line for line in text.splitlines() if not line.startswith(("\\", "--"))) + "\n"


def main(url: str, out: str) -> None:
    register = Register(open_engine(url))
    fill(register)
    register.engine.dispose()
    text = sqlite_text(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else postgres_text(url)
    Path(out).write_bytes(lzma.compress(text.encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])
