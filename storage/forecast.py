"""What a calendar notice would move, computed without changing anything.

It reads every affected limit: one statement of the cursor a chunk (figures in `storage.statements`).
"""

from datetime import date

from rulebooks import rungs_of
from storage.recount import Moved, moved, recounted, touched
from storage.register import CHUNK, CalendarReport, Register
from storage.statements import reading
from storage.working_days import CalendarNotice, changed_days


def forecast(register: Register, notice: CalendarNotice, on: date | None = None) -> CalendarReport:
    """The days that the notice would change if it were imported on the civil day `on`, and every limit that would move,
    become final, or be judged otherwise.

    Writes nothing; the import counts again what changed meanwhile. Raises ImportRefused like the import.
    """
    notice.check(on)
    sql, rows = register.layout.sql, register.layout.rows["deadlines"]
    moves: list[Moved] = []
    place = ["", "", "", "", -1]
    order = "deadlines.case_id, subject, subject_id, key, deadlines.round"
    with reading(register.engine) as cursor:
        register.calendar.check_region(cursor, notice)
        before = register.calendar.of_regions(cursor)
        after = register.calendar.with_notice(cursor, notice, on)
        wanted, values = touched(sql, notice.span())
        while True:
            chunk = cursor.rows(
                f"SELECT {rows.columns_of}, cases.region, cases.rulebook_ident FROM deadlines "
                f"JOIN cases ON cases.id = deadlines.case_id WHERE {wanted} "
                f"AND ({order}) > ({', '.join([sql.mark] * 5)}) ORDER BY {order} LIMIT {CHUNK}",
                [*values, *place],
            )
            for row, (*_, region, ident) in zip(rows.objects(chunk), chunk, strict=True):
                place = [row.case_id, row.subject, row.subject_id, row.key, row.round]
                ladder = rungs_of(register.texts.of(ident, cursor), row.key, row.owed_by)
                move = moved(row, recounted(row, ladder, after(region), on or row.last_day))
                if move is not None:
                    moves.append(move)
            if len(chunk) < CHUNK:
                break
        days = changed_days(before(notice.region), after(notice.region), notice)
    return CalendarReport(notice.id, days, tuple(moves))
