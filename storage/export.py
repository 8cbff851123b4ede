"""The events of the register for other programs: one JSON object a line, every column under its own name.

It reads every event: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Iterator
from datetime import date, timedelta

import orjson
from sqlmodel import select

from rulebooks import midnight
from storage.register import Register
from storage.statements import reading
from storage.tables.cases import CaseRow

CHUNK = 500
"""Cases whose events are in memory at a time."""


def event_lines(register: Register, as_of: date | None = None) -> Iterator[bytes]:
    """Every event as a JSON line, by case and number, of one database snapshot and in bounded memory.

    `as_of`: only those entered by the end of that civil day. Instants are in UTC, `on` is a civil day.
    """
    sql, events = register.layout.sql, register.layout.events
    until, values = "", []
    if as_of is not None:
        until = f" AND {sql.plain}entered_at < {sql.mark}"
        values = [sql.instant(midnight(as_of + timedelta(days=1)))]
    with reading(register.engine) as cursor:
        after = ""
        cases = select(CaseRow.id).order_by(CaseRow.id).limit(CHUNK)
        while ids := cursor.session.exec(cases.where(CaseRow.id > after)).all():
            first, after = ids[0], ids[-1]
            rows = cursor.rows(
                f"{events.select} WHERE case_id >= {sql.mark} AND case_id <= {sql.mark}{until} ORDER BY case_id, seq",
                [first, after, *values],
            )
            for event in events.dicts(rows):
                yield orjson.dumps(event, option=orjson.OPT_UTC_Z | orjson.OPT_APPEND_NEWLINE)
