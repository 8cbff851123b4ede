"""How a last day came about, in words an official can check against the text."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from rulebooks import Limit, Roll, Unit, Workdays, last_day
from rulebooks.due import WORDS
from states.cases import Deadline
from states.reasons import Given, Id, Refused, labels
from states.vocabulary import Track
from storage import Register
from storage.errors import RefusedByRule
from storage.stored import StoredEvent


def explain_limits(register: Register, case_id: str, on: date, key: str = "") -> list[dict[str, Any]]:
    """Every limit of a case (or those of one key): how it was counted, its article, other readings, its moves.

    `on` is the civil day of asking: an open duty past its last day is shown as overdue on it. Raises UnknownCase;
    an unknown key gives the keys that there are.
    """
    dossier = register.dossier(case_id)
    rows = [row for row in dossier.deadlines.values() if key in ("", row.key)]
    if not rows:
        keys = sorted({row.key for row in dossier.deadlines.values()})
        raise RefusedByRule(Refused("no_such_limit", case=Id(case_id), limit=Given(key), known=labels(keys)))
    events = register.events(case_id)
    rulebook = register.texts.of(dossier.case.rulebook_ident)
    workdays = register.workdays(dossier.case.region)
    rows.sort(key=lambda row: (row.round, row.started_on, row.last_day, row.key))
    on_complex = dossier.case.track == Track.COMPLEX
    return [
        _explain(row, rulebook.limits.get(row.key), events, workdays, on_complex)
        | {"status": _status(row, on)}
        for row in rows
    ]


def _explain(
    row: Deadline, limit: Limit | None, events: Sequence[StoredEvent], workdays: Workdays, on_complex: bool
) -> dict[str, object]:
    lines = [
        f"{row.started_on} 起算（当日不计）+ {_term(row)} → 最后一天 {row.last_day}（含）",
        f"依据：{row.source}",
    ]
    if limit is not None and (says := _says(row, limit)):
        lines.append(f"内容：{says}")
    if row.unit == Unit.WORKING_DAYS:
        lines.append(_skipped(row, workdays))
    if row.roll == Roll.NEXT_WORKING_DAY:
        lines.append("末日不是工作日的，顺延至下一工作日")
    if row.provisional:
        lines.append("暂定：还没有导入的放假通知可能移动这一天，导入后重算")
    if row.missed:
        lines.append(f"重新起算以前逾期 {row.missed} 次，按逾期计")
    readings = _readings(row, limit, events, workdays, on_complex)
    lines += [
        f"另一读法：{reading['started_on']} 起算 → {reading['last_day']}（{reading['source']}），取较早者"
        for reading in readings
    ]
    moves = _moves(row, events)
    lines += [
        f"{move['on']} 由 {move['old_last_day']} 改为 {move['last_day']}（{move['event']}）" for move in moves
    ]
    return {
        "key": row.key,
        "title": limit.title if limit else row.key,
        "subject": row.subject,
        "subject_id": row.subject_id,
        "round": row.round,
        "started_on": row.started_on,
        "amount": row.amount,
        "unit": row.unit,
        "roll": row.roll,
        "last_day": row.last_day,
        "provisional": row.provisional,
        "source": row.source,
        "owed_by": row.owed_by,
        "met_on": row.met_on,
        "void_on": row.void_on,
        "readings": readings,
        "moves": moves,
        "lines": lines,
    }


def _term(row: Deadline) -> str:
    return row.amount if row.unit == Unit.DATE else f"{row.amount}{WORDS[Unit(row.unit)]}"


def _status(row: Deadline, on: date) -> str:
    if row.met_on is not None:
        in_time = row.met_on <= row.last_day and not row.missed
        return f"{row.met_on} 完成" + ("，按时" if in_time else "，逾期")
    if row.void_on is not None:
        return f"{row.void_on} 终止，不再计"
    if row.duty and row.last_day < on:
        return f"逾期 {(on - row.last_day).days} 天"
    return "进行中"


def _skipped(row: Deadline, workdays: Workdays) -> str:
    span = (row.last_day - row.started_on).days
    worked = workdays.count(date.fromordinal(row.started_on.toordinal() + 1), row.last_day)
    return f"其间 {span} 天中工作日 {worked} 天，休息日 {span - worked} 天不计"


def _says(row: Deadline, limit: Limit) -> str:
    """The words of the very term that the row ran by: again, complex, a reading's; else the limit's own."""
    for term in (limit, limit.complex, limit.again, *limit.readings, *(r.complex for r in limit.readings)):
        counted = term and (str(term.amount), term.unit.value, term.source)
        if term is not None and counted == (row.amount, row.unit, row.source):
            return term.says or limit.says
    return "" if row.extended else limit.says


def _readings(
    row: Deadline, limit: Limit | None, events: Sequence[StoredEvent], workdays: Workdays, on_complex: bool
) -> list[dict[str, object]]:
    """The last day by each other reading whose start has happened, on the row's own track."""
    if limit is None or not limit.readings:
        return []
    readings = []
    for reading in limit.readings:
        started = next(
            (e["on"] for e in events if e["name"] in reading.starts and e["subject_id"] == row.subject_id),
            None,
        )
        if started is None or (started, reading.source) == (row.started_on, row.source):
            continue
        term = reading.complex if (on_complex or row.extended) and reading.complex else reading
        due = last_day(started, term.amount, term.unit, term.roll, workdays)
        readings.append({"started_on": started, "last_day": due.last_day, "source": term.source})
    return readings


def _moves(row: Deadline, events: Sequence[StoredEvent]) -> list[dict[str, object]]:
    """Every recorded move of this last day: extension, corrected start, calendar."""
    moves = []
    for event in events:
        entries = [event["data"]] if event["name"].startswith("limit.") else event["data"].get("limits", [])
        for entry in entries:
            ours = (entry.get("key"), entry.get("subject_id"), entry.get("round")) == (
                row.key,
                row.subject_id,
                row.round,
            )
            if ours and entry.get("old_last_day") and entry["old_last_day"] != entry["last_day"]:
                moves.append(
                    {
                        "on": event["on"],
                        "event": event["name"],
                        "old_last_day": entry["old_last_day"],
                        "last_day": entry["last_day"],
                    }
                )
    return moves
