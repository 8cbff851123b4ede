"""Escalated cases without supervision by the congress: the committee's task (归口), then the office's (兜底).

Queries over all open limits: one statement of the cursor each (figures in `storage.statements`).
"""

from dataclasses import dataclass
from datetime import date

from states.vocabulary import JUDGED_LEVELS, Ladder, Level
from storage.levels import sql_list
from storage.register import Register
from storage.statements import reading


@dataclass(frozen=True)
class Unsupervised:
    """A live suggestion that reached `level` (U, C or Q) on `since` and for which its committee has no task yet."""

    case_id: str
    committee: str
    level: str
    rulebook_ident: str


@dataclass(frozen=True)
class Untaken:
    """A task of a committee (归口督办) without a plan; `since` is the day it began."""

    case_id: str
    supervision_id: str
    since: date
    level: str
    rulebook_ident: str
    region: str


FROM_U2 = tuple(level.value for level in Level if level.of_limits and level >= Level.U2)

REACHED = f"""
SELECT c.id, c.committee, d.level, c.rulebook_ident FROM deadlines d JOIN cases c ON c.id = d.case_id
WHERE d.duty AND d.met_on IS NULL AND d.void_on IS NULL AND d.level IN ({sql_list(FROM_U2)})
AND substr(d.owed_by, 1, 5) = 'unit:' AND c.machine = 'suggestion' AND c.ended_on IS NULL
AND NOT EXISTS (SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND s.kind IN ('FIELD', 'NET'))
"""
DISSATISFIED = """
SELECT c.id, c.committee, count(DISTINCT v.round), c.rulebook_ident FROM evaluations v
JOIN cases c ON c.id = v.case_id WHERE v.value = 'DISSATISFIED' AND c.ended_on IS NULL
AND NOT EXISTS (SELECT 1 FROM evaluations w WHERE w.case_id = v.case_id AND w.corrects = v.id)
AND NOT EXISTS (SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND s.kind IN ('FIELD', 'NET'))
GROUP BY c.id, c.committee, c.rulebook_ident
"""
UNTAKEN = """
SELECT c.id, s.id, s.proposed_on, s.level, c.rulebook_ident, c.region
FROM supervisions s JOIN cases c ON c.id = s.case_id
WHERE s.kind = 'FIELD' AND s.state = 'CONFIRMED' AND c.ended_on IS NULL AND s.proposed_on < {mark}
AND NOT EXISTS (SELECT 1 FROM supervisions n WHERE n.case_id = c.id AND n.kind = 'NET')
"""


def unsupervised(register: Register) -> list[Unsupervised]:
    """By case, one for each level that it reached."""
    with reading(register.engine) as cursor:
        cases = {Unsupervised(*row) for row in cursor.rows(REACHED)}
        cases |= {
            Unsupervised(case_id, committee, JUDGED_LEVELS[min(int(rounds), len(JUDGED_LEVELS)) - 1], ident)
            for case_id, committee, rounds, ident in cursor.rows(DISSATISFIED)
        }
    return sorted(cases, key=_by_case_and_ladder)


def _by_case_and_ladder(reached: Unsupervised) -> tuple[str, Ladder, Level]:
    """Promises first, then judgements, then limits, each by rising level: the task is begun for the first."""
    level = Level(reached.level)
    return reached.case_id, level.ladder, level


def untaken(register: Register, on: date) -> list[Untaken]:
    """The tasks of committees that began before `on` and have no plan."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        rows = cursor.rows(UNTAKEN.format(mark=sql.mark), [sql.day(on)])
    return [
        Untaken(case, id_, sql.read_day(since), level, ident, region)
        for case, id_, since, level, ident, region in rows
    ]
