"""What a calendar notice would move, counted without changing anything."""

from storage.register import CHUNK, CalendarReport, Moved, Register, due_again
from storage.statements import reading
from storage.working_days import CalendarNotice


def forecast(register: Register, notice: CalendarNotice) -> CalendarReport:
    """The days that the notice would change, and every open last day that would move or become final.

    Writes nothing; what somebody changes meanwhile is counted again at the import. Raises ImportRefused like it.
    """
    notice.check()
    sql, rows = register.layout.sql, register.layout.rows["deadlines"]
    moved: list[Moved] = []
    place = ["", "", "", "", -1]
    order = "case_id, subject, subject_id, key, round"
    with reading(register.engine) as cursor:
        before = register.calendar.workdays(cursor)
        after = register.calendar.with_notice(cursor, notice)
        while True:
            found = cursor.rows(
                f"{rows.select} WHERE met_at IS NULL AND void_on IS NULL "
                f"AND ({order}) > ({', '.join([sql.mark] * 5)}) ORDER BY {order} LIMIT {CHUNK}",
                place,
            )
            for row in rows.objects(found):
                place = [row.case_id, row.subject, row.subject_id, row.key, row.round]
                due = due_again(row, after)
                if (due.last_day, due.provisional) != (row.last_day, row.provisional):
                    moved.append(
                        Moved(
                            row.case_id, row.subject_id, row.key, row.last_day, due.last_day, due.provisional
                        )
                    )
            if len(found) < CHUNK:
                break
    days = [one.day for one in notice.days if before.is_workday(one.day) != one.working]
    return CalendarReport(notice.id, tuple(days), tuple(moved))
