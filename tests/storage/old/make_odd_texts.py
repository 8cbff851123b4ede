"""Fills a database with texts that 0.1.0 took and that no longer come in; run once, with that version's code.

    git worktree add ../old 468a5bc && cd ../old
    python …/tests/storage/old/make_odd_texts.py odd.db …/tests/storage/old/0.1.0-odd-texts-sqlite.sql.xz

In it: two suggestions and an opinion with control characters, changes of direction, templates and 40,000 characters in
names, titles, texts, numbers and ids, and a night with its seal. 0.1.0 refused U+0000.
"""

# mypy: ignore-errors
# It runs with the code of 0.1.0, which the types of today do not describe.

import lzma
import sys
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path.cwd()))
sys.path.append(str(Path(__file__).parent))

from sqlite_text import sqlite_text

from flows.audit import nightly_audit
from rulebooks import ZONE
from states import Action
from storage import Register, migrate, open_engine

ODD = "\x01a\x1b[31m\u202eb\x85\ufffe{_{ x }_}=1+1\r\n<i>&"
LONG = "长" * 40_000
AT = datetime(2026, 3, 4, 12, tzinfo=ZONE)
COUNTY = "321302"
DIRECTORY = {
    "regions": [{"code": COUNTY, "name": f"区{ODD}", "level": "county"}],
    "units": [
        {"id": "U1", "name": f"局{ODD}", "kind": "government", "region": COUNTY},
        {"id": "C1", "name": f"委{LONG[:200]}", "kind": "committee", "region": COUNTY},
    ],
    "people": [
        {"id": "D1", "name": f"代表{ODD}", "role": "deputy", "region": COUNTY},
        {"id": "R1", "name": f"登记{ODD}", "role": "registrar", "region": COUNTY},
        {"id": "W1", "name": f"承办{ODD}", "role": "handler", "unit": "U1"},
        {"id": "K1", "name": f"接待{ODD}", "role": "clerk", "region": COUNTY},
    ],
}


def fill(register: Register) -> None:
    for kind, rows in DIRECTORY.items():
        register.import_directory(kind, list(enumerate(rows, 1)))
    for case, title, committee in (("odd", f"路灯{ODD}", "C1"), ("long", LONG, LONG[:300])):
        text = {"title": title, "facts": f"不亮{ODD}{LONG}", "proposal": ODD}
        units = [{"unit": "U1", "role": "SOLE", "part": ODD}]
        _act(register, case, "draft", "D1", "deputy", region=COUNTY, rulebook="suqian", **text)
        _act(register, case, "submit", "D1", "deputy", session=ODD)
        _act(register, case, "open_review", "R1", "registrar")
        number = f"{case}{ODD}"
        _act(register, case, "register", "R1", "registrar", subject_class=ODD, committee=committee, number=number)
        _act(register, case, "propose_units", "R1", "registrar", units=units, reason=ODD)
        _act(register, case, "assign", "R1", "registrar")
        _act(register, case, "urge", "R1", "registrar", note=ODD)
    text = {"title": ODD, "body": f"{ODD}{LONG}", "citizen": ODD}
    _act(register, f"opinion{ODD}", "record", "K1", "clerk", region=COUNTY, rulebook="reception", **text)
    nightly_audit(register, AT + timedelta(days=1))


def _act(register: Register, case: str, name: str, by: str, role: str, **data: object) -> None:
    (outcome,) = register.apply([Action(case, name, by, role, data, key=f"{case}/{name}{ODD}")], AT)
    assert outcome.done, (case, name, outcome)


def main(path: str, out: str) -> None:
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    fill(Register(engine))
    engine.dispose()
    Path(out).write_bytes(lzma.compress(sqlite_text(path).encode(), preset=9))


if __name__ == "__main__":
    main(*sys.argv[1:])
