"""Replaying a recorded table through the register: every fact in order of time, with daily sweeps between."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unicodedata import normalize

import orjson

from flows.mapping import Mapping, MappingError
from flows.records import BadRecord, Columns, Record, read_table
from flows.tables.resource_limits import REPLAY
from flows.unread import unreadable
from rulebooks import ZONE, civil_day, midnight
from states import Action
from states.decide import FOUNDING
from states.reasons import Label, Refused, Worded, action_named, labels
from storage import Outcome, Register
from storage.day_counts import audit_on, by_limit, counts
from storage.marks import Purpose, require
from storage.sealing import verify
from storage.staging import StagedFacts

CHUNK = 500
"""Facts of one day that go through the register in one transaction, at most."""

CHUNK_BYTES = 8 << 20
"""Most characters of those facts together."""


@dataclass
class Rejected:
    """A data record that was rejected, or only partly entered, by its number from 1."""

    row: int
    why: Refused

    @property
    def plain(self) -> dict[str, int | str]:
        """Its number, and why in English and by code."""
        return {"row": self.row, "reason": str(self.why), "code": self.why.code}


@dataclass
class Replay:
    """The result of a replay. The figures are read from the stored rows, not counted on the way."""

    rows: int = 0
    imported: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    events: int = 0
    notices: int = 0
    by_limit: dict[str, dict[str, int]] = field(default_factory=dict)
    audits: dict[str, dict[str, Any]] = field(default_factory=dict)
    chain_ok: bool = False


def replay(
    register: Register,
    path: Path,
    mapping: Mapping,
    rulebook: str,
    audits: list[date] | None = None,
    progress: Callable[[date], None] | None = None,
    now: datetime | None = None,
    past: bool = False,
) -> Replay:
    """Stream `path` through the register and answer the figures of what is then stored.

    The table is staged on disk and sorted there, so memory stays bounded whatever its size. A record with a fault,
    or with a fact later than `now` (by default what the clock says), is rejected by number and the rest goes on; a
    table that cannot be read at all raises `TableError` before anything is written, a rulebook that is not there
    `RulebookError`, one for another machine `MappingError`. Run twice on one database, the second run changes nothing.
    Raises WrongRegister where the database is not marked for rehearsals.
    `past`: the facts are entered at `now` as history, and nothing is swept between them.
    """
    if not past:
        require(register.engine, Purpose.REHEARSAL, Worded("a replay", "重放"))
    ruled = register.library.get(rulebook).machine
    if ruled != mapping.machine:
        raise MappingError(Refused(
            "mapping_of_other_machine", rulebook=Label(rulebook), ruled=Label(ruled), mapping=Label(mapping.name),
            mapped=Label(mapping.machine),
        ))  # fmt: skip
    result, now = Replay(), now or datetime.now(UTC)
    with TemporaryDirectory() as folder:
        stage = _Stage(Path(folder) / "stage.sqlite3", mapping, rulebook, now)
        columns = Columns(days=[fact.at for fact in mapping.facts], names=mapping.columns())
        for record in read_table(path, mapping.columns(), columns, REPLAY):
            result.rows += 1
            why = stage.add(record)
            if why is not None:
                result.rejected.append(Rejected(record.number, why))
        refused = _play(register, stage, progress, now if past else None)
        stage.close()
    result.rejected = sorted([*result.rejected, *refused], key=lambda rejected: rejected.row)
    result.imported = result.rows - len(result.rejected)
    return result if past else measure(register, result, audits or [])


def import_history(register: Register, path: Path, mapping: Mapping, rulebook: str, now: datetime) -> Replay:
    """Enter the facts of a table into a live register: each keeps its day, its entry is `now`, and nobody is told.

    What a replay rejects is rejected here; nothing is swept between, and no rung that lies before `now` is climbed.
    Run twice, the second run changes nothing.
    """
    return replay(register, path, mapping, rulebook, now=now, past=True)


def measure(register: Register, result: Replay, audits: list[date]) -> Replay:
    """Fill in the figures from the stored rows."""
    stored = counts(register)
    result.events, result.notices = stored["events"], stored["notices"]
    result.by_limit = by_limit(register)
    result.audits = {on.isoformat(): audit_on(register, on) for on in audits}
    result.chain_ok = verify(register).ok
    return result


class _Stage:
    """The facts of the table on disk, in the order of time."""

    def __init__(self, path: Path, mapping: Mapping, rulebook: str, now: datetime) -> None:
        self.now = now
        self.mapping = mapping
        self.rulebook = rulebook
        self.facts = StagedFacts(path)

    def add(self, record: Record | BadRecord) -> Refused | None:
        """Stage the facts of a record; the reason when it is rejected."""
        if isinstance(record, BadRecord):
            return unreadable(record).why
        values, mapping = record.values, self.mapping
        case_id = normalize("NFKC", values[mapping.id]).strip()
        if not case_id:
            return Refused("record_without_id", column=Label(mapping.id))
        instants = mapping.instants(values)
        if isinstance(instants, Refused):
            return instants
        reason = self._ahead(instants) or self._out_of_order(instants) or self._without_text(instants, values)
        if reason is not None:
            return reason
        first = self.facts.given_before(case_id, record.number)
        if first is not None:
            return Refused("record_given_before", column=Label(mapping.id), case=Label(case_id), first=first)
        for position, (fact, at) in enumerate(zip(mapping.facts, instants, strict=True)):
            if at is not None:
                data = {key: values[column] for key, column in (*fact.data.items(), *fact.texts.items())}
                if position == 0:
                    data |= {"rulebook": self.rulebook, "title": values[mapping.title]}
                self.facts.add(
                    (record.number, position, at.isoformat(), case_id, fact.action, orjson.dumps(data))
                )
        return None

    def days(self) -> Iterator[tuple[date, list[tuple[int, Action]]]]:
        """(civil day, at most CHUNK actions with their record numbers) in the order of time."""
        day: date | None = None
        actions: list[tuple[int, Action]] = []
        weight = 0
        for number, position, text, case_id, name, data in self.facts.in_order():
            at = datetime.fromisoformat(text).astimezone(UTC)
            full = len(actions) == CHUNK or weight > CHUNK_BYTES
            if day is not None and (civil_day(at) != day or full):
                yield day, actions
                actions, weight = [], 0
            day = civil_day(at)
            weight += len(data)
            key = f"replay/{self.mapping.name}/{case_id}/{position}.{name}"
            actions.append((number, Action(case_id, name, "replay", "system", orjson.loads(data), at, key)))
        if day is not None:
            yield day, actions

    def close(self) -> None:
        self.facts.close()

    def _ahead(self, instants: list[datetime | None]) -> Refused | None:
        for fact, at in zip(self.mapping.facts, instants, strict=True):
            if at is not None and at > self.now:
                return Refused("fact_ahead", column=Label(fact.at), at=_written(at), entered=_written(self.now))
        return None

    def _out_of_order(self, instants: list[datetime | None]) -> Refused | None:
        latest: datetime | None = None
        column = ""
        for fact, at in zip(self.mapping.facts, instants, strict=True):
            if at is None:
                continue
            if latest is not None and at < latest:
                return Refused("fact_out_of_order", column=Label(fact.at), at=_written(at), earlier=Label(column))
            latest, column = at, fact.at
        return None

    def _without_text(self, instants: list[datetime | None], values: dict[str, str]) -> Refused | None:
        for fact, at in zip(self.mapping.facts, instants, strict=True):
            columns = list(fact.texts.values())
            if at is not None and columns and not any(values[column].strip() for column in columns):
                return Refused("fact_without_text", column=Label(fact.at), lacking=labels(columns))
        return None


def _written(at: datetime) -> Label:
    return Label(f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")


def _play(
    register: Register, stage: _Stage, progress: Callable[[date], None] | None, history_at: datetime | None
) -> list[Rejected]:
    """Take each day's facts, after the sweeps of every day up to it; the records that the register refused.

    As history they are all entered at `history_at`, and nothing is swept.
    """
    refused: dict[int, Refused] = {}
    swept: date | None = None
    for day, actions in stage.days():
        if history_at is None:
            _sweep_up_to(register, swept, day)
        swept = day
        todo = [(number, action) for number, action in actions if number not in refused]
        if not todo:
            continue
        entered = history_at or max(action.at for _, action in todo if action.at is not None)
        outcomes: list[Outcome] = register.apply(
            [action for _, action in todo], entered, past=history_at is not None
        )
        for (number, action), outcome in zip(todo, outcomes, strict=True):
            if outcome.refused is not None:
                refused.setdefault(number, _not_taken(action.name, outcome.refused))
        if progress is not None:
            progress(day)
    return [Rejected(number, why) for number, why in refused.items()]


def _not_taken(action: str, why: Refused) -> Refused:
    if action in FOUNDING:
        return Refused("fact_refused", action=action_named(action), why=why)
    return Refused("fact_refused_later", action=action_named(action), why=why)


def _sweep_up_to(register: Register, swept: date | None, day: date) -> None:
    """Run the sweeps of every day after `swept` up to `day`, except those that would find nothing.

    A record with a mistyped year therefore does not cost a hundred thousand sweeps.
    """
    first = midnight(day if swept is None else swept + timedelta(days=1))
    last = midnight(day)
    while (due := register.next_due()) is not None and (at := max(due, first)) <= last:
        register.sweep(at)
