"""Signs that a deputy was pressed to tick “satisfied” (被满意): found every night, explained, never a verdict.

Each check reads the judgements of the last days as one list. All thresholds are inferred: no text gives any.
A finding asks the office to ask the deputy again in private; it has no automatic consequence.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from rulebooks import midnight
from states.reasons import Fact, Refused, Worded, ids
from states.roles import UNIT_ROLES
from states.vocabulary import CONTENT, ReplyClass, Severity, Verdict
from states.vocabulary import FindingCode as F
from storage.findings import Finding
from storage.statements import Cursor, Sql
from storage.tables.accesses import AccessRow
from storage.tables.accounts import AccountRow
from storage.tables.cases import AssignmentRow
from storage.tables.directory import PersonRow
from storage.tables.judging import InspectionRow

WINDOW = timedelta(days=180)
"""How far back judgements are read; older findings have been decided."""
AT_ONCE = timedelta(minutes=10)
"""Nobody reads and judges a reply of several pages faster."""
SAME_MINUTE = (5, timedelta(minutes=1))
"""A burst: so many equal forms of several deputies on one unit's replies, entered within this time."""
EMPTY = (3, 0.8)
"""At least so many replies that solve nothing, and this share of satisfied forms without a comment."""
ABOVE = (3, 0.9, 0.5)
"""At least so many inspections: forms satisfied above the first share, inspections matching below the second."""
EMPTY_CLASSES = frozenset({ReplyClass.DEFERRED, ReplyClass.REFERENCE, ReplyClass.NOT_FEASIBLE})

CODES = (
    F.JUDGED_IN_MINUTES, F.JUDGED_WITHOUT_CONTACT, F.SATISFIED_BUT_REFUTED, F.EQUAL_FORMS, F.EMPTY_BUT_PRAISED,
    F.PRAISE_ABOVE_INSPECTIONS, F.JUDGED_FROM_UNIT_ADDRESS,
)  # fmt: skip
"""The findings of this module."""

ASK_AGAIN = Refused("todo_ask_deputy")


@dataclass(frozen=True)
class JudgedReply:
    """One deputy's judgement of one unit's reply as it stands, with what surrounds it; instants of entry in UTC."""

    case_id: str
    region: str
    number: str
    unit: str
    deputy: str
    value: str
    judged_at: datetime
    has_reason: bool
    delivered_at: datetime | None
    reply_class: str
    contacts: int
    """Contacts, and documented attempts at one."""
    refuted: bool

    @property
    def content(self) -> bool:
        return self.value in CONTENT


def in_minutes(judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    for reply in judged:
        if reply.content and reply.delivered_at is not None and reply.judged_at - reply.delivered_at < AT_ONCE:
            minutes = int((reply.judged_at - reply.delivered_at).total_seconds() // 60)
            why = Refused("judged_in_minutes", minutes=minutes)
            yield _of(reply, F.JUDGED_IN_MINUTES, Severity.WARNING, why)


def without_contact(judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    for reply in judged:
        if reply.content and reply.contacts == 0:
            why = Refused("judged_without_contact")
            yield _of(reply, F.JUDGED_WITHOUT_CONTACT, Severity.WARNING, why)


def against_inspection(judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    for reply in judged:
        if reply.content and reply.refuted:
            why = Refused("judged_against_inspection")
            yield _of(reply, F.SATISFIED_BUT_REFUTED, Severity.SERIOUS, why)


def in_one_minute(judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    """Many equal forms on one unit's replies within a minute, as if collected by one person."""
    least, span = SAME_MINUTE
    for (unit, region, value), rows in _grouped(judged, lambda reply: (reply.unit, reply.region, reply.value)).items():
        if value not in CONTENT:
            continue
        rows.sort(key=lambda reply: reply.judged_at)
        start = 0
        for end, latest in enumerate(rows):
            while latest.judged_at - rows[start].judged_at > span:
                start += 1
            burst = rows[start : end + 1]
            last = end + 1 == len(rows) or rows[end + 1].judged_at - rows[start].judged_at > span
            if last and len({row.case_id for row in burst}) >= least:
                many = len(burst)
                why = Refused("equal_forms", count=many, cases=_cases(burst))
                subject = f"{unit}@{burst[0].judged_at:%Y-%m-%dT%H:%M}"
                yield Finding(F.EQUAL_FORMS, Severity.SERIOUS, "", subject, region, why, ASK_AGAIN)
                start = end + 1


def empty_but_praised(judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    """Replies that solve nothing (C, D) although nearly all forms say only “satisfied”."""
    least, share = EMPTY
    for (unit, region), rows in _grouped(judged, lambda reply: (reply.unit, reply.region)).items():
        empty = [row for row in rows if row.reply_class in EMPTY_CLASSES]
        praised = [row for row in empty if row.content and not row.has_reason]
        if len(praised) >= least and len(praised) >= share * len(empty):
            why = Refused("empty_but_praised", praised=len(praised), empty=len(empty), cases=_cases(praised))
            yield Finding(F.EMPTY_BUT_PRAISED, Severity.WARNING, "", unit, region, why, ASK_AGAIN)


def _of(reply: JudgedReply, code: F, severity: Severity, why: Refused) -> Finding:
    return Finding(code, severity, reply.case_id, f"{reply.unit}@{reply.deputy}", reply.region, why, ASK_AGAIN)


def _cases(rows: Sequence[JudgedReply], most: int = 12) -> tuple[Fact, ...]:
    names = ids(dict.fromkeys(row.number or row.case_id for row in rows))
    left = len(names) - most
    return (*names[:most], Worded(f"and {left} more", f"另有 {left} 件")) if left > 0 else names


def _grouped(judged: Sequence[JudgedReply], key: Callable[[JudgedReply], Any]) -> dict[Any, list[JudgedReply]]:
    groups: defaultdict[Any, list[JudgedReply]] = defaultdict(list)
    for reply in judged:
        groups[key(reply)].append(reply)
    return groups


# -- what is read --------------------------------------------------------------------------------------------


def standing_judgements(cursor: Cursor, sql: Sql, on: date, region: str = "") -> list[JudgedReply]:
    """The judgements that stand, of the window that ends with the civil day `on`."""
    where, values = _window(sql, on, region)
    rows = cursor.rows(
        "SELECT v.case_id, c.region, c.number, a.unit, v.deputy, v.value, max(e.at), "
        f"max(CASE WHEN {sql.field('e.data', 'reason')} IS NULL THEN 0 ELSE 1 END), "
        "(SELECT max(d.at) FROM events d WHERE d.case_id = v.case_id AND d.action = 'deliver_reply' "
        "AND d.round = v.round AND d.subject_id = a.id), a.reply_class, a.contacts + a.attempts, "
        f"(SELECT count(*) FROM inspections i WHERE i.assignment_id = a.id AND i.verdict = '{Verdict.NOT_MATCHING}') "
        "FROM evaluations v JOIN cases c ON c.id = v.case_id JOIN assignments a ON a.id = v.assignment_id "
        "JOIN events e ON e.case_id = v.case_id AND e.round = v.round AND e.by = v.deputy "
        "AND e.action = CASE WHEN v.corrects = '' THEN 'evaluate' ELSE 'correct_evaluation' END "
        f"WHERE v.value <> 'NO_RESPONSE' AND {where} "
        "AND NOT EXISTS (SELECT 1 FROM evaluations w WHERE w.case_id = v.case_id AND w.corrects = v.id) "
        "GROUP BY v.id, v.case_id, c.region, c.number, a.id, a.unit, v.deputy, v.value, v.round, a.reply_class, "
        "a.contacts, a.attempts ORDER BY 1, 4, 5",
        values,
    )
    return [
        JudgedReply(
            case, place, number, unit, deputy, value, sql.read_instant(at), bool(reason),
            sql.read_instant(delivered) if delivered is not None else None, class_, int(contacts), bool(refuted),
        )
        for case, place, number, unit, deputy, value, at, reason, delivered, class_, contacts, refuted in rows
    ]  # fmt: skip


def above_inspections(session: Session, on: date, judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    """A unit whose forms nearly always say satisfied, while its inspections hardly match."""
    least, praised, matching = ABOVE
    inspected: defaultdict[str, list[str]] = defaultdict(list)
    seen = select(AssignmentRow.unit, InspectionRow.verdict).join(
        InspectionRow, col(AssignmentRow.id) == InspectionRow.assignment_id
    )
    day = col(InspectionRow.inspected_on)
    for unit, verdict in session.exec(seen.where(day > on - WINDOW, day <= on)):
        inspected[unit].append(verdict)
    for (unit, region), rows in _grouped(judged, lambda reply: (reply.unit, reply.region)).items():
        verdicts = inspected.get(unit, [])
        true, content = verdicts.count(Verdict.MATCHING), sum(row.content for row in rows)
        if len(verdicts) >= least and content >= praised * len(rows) and true <= matching * len(verdicts):
            why = Refused(
                "praised_above", content=content, forms=len(rows), matching=true, inspections=len(verdicts)
            )
            todo = Refused("todo_inspect_more")
            yield Finding(F.PRAISE_ABOVE_INSPECTIONS, Severity.SERIOUS, "", unit, region, why, todo)


def from_unit_address(session: Session, on: date, judged: Sequence[JudgedReply]) -> Iterator[Finding]:
    """A form sent from an address at which only people of the judged unit sign in."""
    row = AccessRow
    lately = row.address != "", col(row.at) > midnight(on - WINDOW)
    at_work = (
        select(row.address, PersonRow.unit)
        .join(AccountRow, col(AccountRow.name) == row.account)
        .join(PersonRow, col(PersonRow.id) == AccountRow.person)
        .where(col(row.role).in_([role.value for role in UNIT_ROLES]), *lately)
    )
    units: defaultdict[str, set[str]] = defaultdict(set)
    for address, unit in session.exec(at_work.distinct()):
        units[address].add(unit)
    came = select(row.case_id, row.address).where(row.what == "evaluate", *lately).distinct()
    addresses: defaultdict[str, set[str]] = defaultdict(set)
    for case_id, address in session.exec(came):
        addresses[case_id].add(address)
    for reply in judged:
        if any(units.get(address) == {reply.unit} for address in addresses.get(reply.case_id, ())):
            why = Refused("judged_from_unit")
            yield _of(reply, F.JUDGED_FROM_UNIT_ADDRESS, Severity.SERIOUS, why)


def _window(sql: Sql, on: date, region: str) -> tuple[str, list[Any]]:
    where = f"v.evaluated_on > {sql.mark} AND v.evaluated_on <= {sql.mark}"
    values: list[Any] = [sql.day(on - WINDOW), sql.day(on)]
    if region:
        where += f" AND c.region = {sql.mark}"
        values.append(region)
    return where, values


SIGNS: tuple[Callable[[Sequence[JudgedReply]], Iterator[Finding]], ...] = (
    in_minutes, without_contact, against_inspection, in_one_minute, empty_but_praised,
)  # fmt: skip
"""The checks that need only the judgements."""


def courtesy(cursor: Cursor, sql: Sql, on: date, region: str = "") -> Iterator[Finding]:
    """Every sign as of the end of the civil day `on`; `region` empty: of every region."""
    judged = standing_judgements(cursor, sql, on, region)
    for sign in SIGNS:
        yield from sign(judged)
    yield from above_inspections(cursor.session, on, judged)
    yield from from_unit_address(cursor.session, on, judged)
