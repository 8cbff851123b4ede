"""The ledger of promises (承诺事项台账): what units said they would do, by when, and how it stands."""

from dataclasses import dataclass
from datetime import date

from storage.register import Register
from storage.statements import reading


@dataclass(frozen=True)
class Promise:
    """A line of the ledger. `late` is whether it is unkept after its day."""

    case_id: str
    number: str
    title: str
    region: str
    commitment: str
    text: str
    unit: str
    unit_name: str
    state: str
    promised_on: date
    due_on: date
    rescheduled: int
    late: bool


def unkept(register: Register, on: date, since: date, region: str = "") -> list[Promise]:
    """The promises made on or after `since` that are neither verified nor explained, the longest due first.

    `late` is as of the end of `on`. `region` empty: of every region.
    """
    sql = register.layout.sql
    where, values = f"m.promised_on >= {sql.mark}", [sql.day(since)]
    if region:
        where += f" AND c.region = {sql.mark}"
        values.append(region)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, c.region, m.id, m.text, a.unit, coalesce(u.name, a.unit), m.state, "
            "m.promised_on, m.due_on, m.rescheduled FROM commitments m JOIN cases c ON c.id = m.case_id "
            "JOIN assignments a ON a.id = m.assignment_id LEFT JOIN units u ON u.id = a.unit "
            f"WHERE m.state NOT IN ('VERIFIED', 'CANCELLED_EXPLAINED') AND {where} ORDER BY m.due_on, m.id",
            values,
        )
    found = []
    for case, number, title, place, id_, text, unit, name, state, promised, due, moved in rows:
        due_on = sql.read_day(due)
        days = (sql.read_day(promised), due_on, int(moved), due_on < on)
        found.append(Promise(case, number, title, place, id_, text, unit, name, state, *days))
    return found
