"""One batch of actions in one transaction: read the rows of all cases, decide in memory in order, write set-based.

The commit path: statements of the cursor (figures in `storage.statements`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from sqlmodel import select

from rulebooks import Library, Rulebook, RulebookError, civil_day, midnight, rungs_of, stops
from states import Action, Dossier, Event, NotAllowed, Notice, decide
from states.cases import Case, Deadline, Decision, Row
from states.decide import FOUNDING
from states.other_cases import UNSEEN, other_case
from states.reasons import Given, Id, Label, Refused, action_named
from states.roles import UNIT_ROLES, Role
from states.rulebook_change import WHOLE
from states.texts import NAME, data_written, unfit, unseen
from states.vocabulary import Subject
from states.work import copied
from storage import attachments
from storage.attachments import Attachment
from storage.chain import START, canonical, document_digest, event_hash, notice_digests, row_digest
from storage.layout import TABLE_OF, WRITTEN_ONCE, Head, StatementSet, row_name
from storage.numbering import Numbers, Taken
from storage.order import raised
from storage.people import Roster
from storage.region_rules import rulebook_for
from storage.rulebook_texts import Texts, no_text
from storage.search import SEARCHED_TEXTS
from storage.statements import Cursor
from storage.tables.cases import CaseRow
from storage.working_days import CalendarOf

TEXTS = frozenset(
    {
        "answer", "body", "decision", "explanation", "facts", "finding", "note", "opinion", "plan", "proposal",
        "reason", "reply", "report", "text",
    }
)  # fmt: skip
"""Keys of an action's data whose texts are stored as documents; the event has their digests."""

CHOOSING = ("submit", "assign", "route")
"""Actions by which a case comes under the version that is in force on their day."""

_OF_EVENT = tuple(column.name for column in fields(Event))

_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class Outcome:
    """The result of one action: done (`repeated`: by an earlier call), or refused for a reason.

    `events` are (seq, name); `allowed` lists what is possible instead of a refused action. `stale`: refused only
    because the case is no longer as the author saw it.
    """

    action: Action
    done: bool
    state: str = ""
    events: tuple[tuple[int, str], ...] = ()
    repeated: bool = False
    refused: Refused | None = None
    allowed: tuple[str, ...] = field(default=())
    stale: bool = False

    @property
    def reason(self) -> str:
        """The English sentence of a refusal, which the API promises; '' when it was done."""
        return str(self.refused or "")


def as_kept(action: Action) -> Action | Refused:
    """The action with its texts normalised for storage, or why they cannot be stored; comes before any other check."""
    facts = {name: value for name, value in action.__dict__.items() if name not in ("at", "data")}
    try:
        text = canonical([*facts.values(), dict(action.data)])
    except (TypeError, ValueError) as error:
        return Refused("not_json", why=Label(str(error)))
    if b"\\u0000" in text and _NUL.search(text):  # asked first: the expression tries every character
        return Refused("holds_nul")
    if not action.case:
        return Refused("case_unnamed")
    for name, value in facts.items():
        if len(str(value)) > NAME:
            return Refused("name_too_long", key=Label(name), length=len(str(value)), most=NAME)
        if character := unseen(str(value)):
            return Refused("unseen_character", key=Label(name), character=Label(character))
    data = data_written(action.name, action.data)
    return unfit(action.name, data) or copied(action, data=data)


class Batch:
    """The state of one transaction. `at` is the instant of entry, in UTC, and dates what has no day of its own."""

    def __init__(
        self,
        layout: StatementSet,
        cursor: Cursor,
        library: Library,
        texts: Texts,
        calendars: Callable[[], CalendarOf],
        actions: Sequence[Action],
        at: datetime,
        seen: Mapping[str, int],
        files: Sequence[Attachment] = (),
        past: bool = False,
        together: bool = False,
        new_salt: Callable[[], str] = str,
    ) -> None:
        self.past = past
        self.new_salt = new_salt
        self.files = {file.sha256: file for file in files}
        self.attached: list[tuple[str, Attachment]] = []
        self.seen = seen
        self.layout = layout
        self.cursor = cursor
        self.library = library
        self.texts = texts
        self.at = at
        self.actions = actions
        self.dossiers: dict[str, Dossier] = {}
        self.heads: dict[str, Head] = {}
        for case_id, (dossier, head) in layout.dossiers(
            cursor, sorted({a.case for a in actions}), lock=True
        ).items():
            self.dossiers[case_id], self.heads[case_id] = dossier, head
        self.begun = {case_id: head.seq for case_id, head in self.heads.items()} if together else {}
        """How many events a case had before the batch, where the batch's own do not count."""
        self.raised = raised(cursor, layout.sql, list(self.heads), at)
        self.calendar = calendars()
        self.roster = Roster(layout, cursor, actions)
        self.numbers = Numbers(layout.sql, cursor)
        self.taken = Taken(layout.sql, cursor, actions)
        self.stored_keys = self._known_keys()
        self.new: set[str] = set()
        self.rows: dict[str, Row] = {}
        self.events: list[dict[str, Any]] = []
        self.notices: list[dict[str, Any]] = []
        self.documents: list[dict[str, Any]] = []
        self.places: list[dict[str, Any]] = []
        self.search_texts: dict[str, dict[str, str]] = {}
        self.governing: dict[str, Rulebook] = {}
        """Texts that cases came under in this batch, by ident."""

    def take(self, action: Action) -> Outcome:
        """Decide one action on the state that the batch has reached; a refusal leaves no trace."""
        earlier = self.stored_keys.get(action.key) if action.key else None
        if earlier is not None:
            return self._repeat(action, earlier)
        dossier = self.dossiers.get(action.case)
        if action.key in self.seen and dossier and self._events_of(action.case) != self.seen[action.key]:
            return Outcome(action, False, refused=Refused("case_changed", case=Id(action.case)), stale=True)
        try:
            action = self._complete(action, dossier)
            rulebook = self._rulebook(action, dossier)
            moves = dossier is not None and dossier.case.rulebook_ident != rulebook.ident
            history = self._history(action.case) if moves and action.name in WHOLE else ()
            goes = dossier is None or action.name == "set_region"
            region = str(action.data.get("region") or "") if goes else dossier.case.region if dossier else ""
            decision = decide(dossier, action, rulebook, self.calendar(region), self.at, history)
            self.numbers.confirm()
        except NotAllowed as refusal:
            self.numbers.discard()
            return Outcome(action, False, refused=refusal.refused, allowed=tuple(refusal.allowed))
        self.dossiers[action.case] = decision.dossier
        if dossier is None or dossier.case.rulebook_ident != decision.dossier.case.rulebook_ident:
            self.governing[rulebook.ident] = rulebook
        if dossier is None:
            self.new.add(action.case)
            if action.name == "record" and action.data.get("place"):
                self.places.append({"case_id": action.case, "place": str(action.data["place"])})
        case = decision.dossier.case
        if dossier is None or (case.title, case.number) != (dossier.case.title, dossier.case.number):
            self.search_texts.setdefault(case.id, {}).update(title=case.title, number=case.number)
            self.taken.give(case)
        for row in decision.changed:
            if self.past and isinstance(row, Deadline):
                self._set_beyond(row, rulebook)
            self.rows[row_name(row)] = row
        self.attached += [(action.case, self.files[sha256]) for sha256 in _evidence(action) & self.files.keys()]
        last = self.heads.get(action.case, Head(0, START)).seq + len(decision.events)
        notices = [
            outbox_row(action.case, last, number, notice, self.at)
            for number, notice in enumerate(() if self.past else decision.notices, start=1)
        ]
        written = self._write_events(action, decision, rulebook, notices)
        self.notices += notices
        outcome = Outcome(action, True, decision.dossier.case.state, written)
        if action.key:
            self.stored_keys[action.key] = (action.case, action.name, *written[0])
        return outcome

    def _events_of(self, case_id: str) -> int:
        return self.begun.get(case_id, self.heads[case_id].seq)

    def save(self) -> None:
        """Write everything the accepted actions changed."""
        layout, cursor = self.layout, self.cursor
        fresh: list[dict[str, Any]] = []
        changed: list[dict[str, Any]] = []
        for case_id in {event["case_id"] for event in self.events}:
            head = self.heads[case_id]
            row = {**self.dossiers[case_id].case.__dict__, "seq": head.seq, "head": head.hash}
            (fresh if case_id in self.new else changed).append(row)
        came_under = {row["rulebook_ident"] for row in (*fresh, *changed)} & self.governing.keys()
        self.texts.keep(cursor, [self.governing[ident] for ident in came_under], self.at)
        layout.cases.insert(cursor, fresh)
        layout.cases.update(cursor, changed)
        by_table: dict[str, list[dict[str, Any]]] = {}
        for kept in self.rows.values():
            by_table.setdefault(TABLE_OF[type(kept)], []).append(kept.__dict__)
        for table, rows in layout.rows.items():
            write = rows.insert if table in WRITTEN_ONCE else rows.upsert
            write(cursor, by_table.get(table, []))
        layout.events.insert(cursor, self.events)
        layout.documents.insert(cursor, self.documents)
        if self.attached:
            attachments.store_files(cursor.session, self.attached, self.actions[0].by, self.at)
        layout.outbox.insert(cursor, self.notices)
        layout.opinion_places.insert(cursor, self.places)
        layout.search.write(cursor, self.search_texts)
        self.numbers.save()

    # -- before the decision ---------------------------------------------------------------------------

    def _known_keys(self) -> dict[str, tuple[str, str, int, str]]:
        keys = [action.key for action in self.actions if action.key]
        if not keys:
            return {}
        among, values = self.layout.sql.among("key", keys)
        rows = self.cursor.rows(f"SELECT key, case_id, action, seq, name FROM events WHERE {among}", values)
        return {key: (case_id, action, seq, name) for key, case_id, action, seq, name in rows}

    def _repeat(self, action: Action, earlier: tuple[str, str, int, str]) -> Outcome:
        case_id, name, seq, event = earlier
        if (case_id, name) != (action.case, action.name):
            used = Refused("key_used", key=Given(action.key), action=action_named(name), case=Id(case_id))
            return Outcome(action, False, refused=used)
        if case_id not in self.dossiers:  # another writer made it after this batch had read its cases
            self.dossiers[case_id], self.heads[case_id] = self.layout.dossiers(
                self.cursor, [case_id], lock=True
            )[case_id]
        return Outcome(action, True, self.dossiers[case_id].case.state, ((seq, event),), repeated=True)

    def _complete(self, action: Action, dossier: Dossier | None) -> Action:
        """The action with its actor's unit and, for registering, the next number; refuses unknown people and units."""
        changes: dict[str, Any] = {}
        if action.at is not None:
            if action.at.tzinfo is None:
                raise NotAllowed(Refused("no_zone", moment=action.at))
            changes["at"] = _utc(action.at)
        if action.role in UNIT_ROLES:
            changes["unit"] = self.roster.unit_of(action)
        self.roster.check(action, civil_day(action.at or self.at))
        self._check_evidence(action)
        self._check_other_case(action)
        if action.name in FOUNDING and dossier is None:
            changes["data"] = self._placed(action)
        if action.name == "register" and dossier is not None:
            if number := str(action.data.get("number") or ""):
                self.taken.check(dossier.case, number)
            else:
                changes["data"] = {**action.data, "number": self._next_number(action, dossier)}
        return copied(action, **changes) if changes else action

    def _check_other_case(self, action: Action) -> None:
        """Refuse a case that the action names and that is not there; a record of the past may name one outside it."""
        named = None if self.past else other_case(action)
        if named is None:
            return
        ident = str(action.data[named.key])
        dossier = self.dossiers.get(ident)
        stored = select(CaseRow.machine).where(CaseRow.id == ident)
        machine = dossier.case.machine if dossier else self.cursor.session.exec(stored).first()
        if machine != named.machine:
            number = Label(ident.removeprefix(UNSEEN))
            opinion = named.machine == Subject.OPINION
            missing = Refused("no_such_opinion", number=number) if opinion else Refused("typed_no_case", number=number)
            raise NotAllowed(missing)

    def _next_number(self, action: Action, dossier: Dossier) -> str:
        """The next number of the series that nobody gave by hand."""
        rulebook, on = self._rulebook(action, dossier), civil_day(action.at or self.at)
        number = self.numbers.propose(dossier.case, rulebook, on)
        while self.taken.by_another(dossier.case, number):
            self.numbers.confirm()
            number = self.numbers.propose(dossier.case, rulebook, on)
        return number

    def _placed(self, action: Action) -> dict[str, Any]:
        """The data with the region of the person where none is named, and the rulebook that this region uses."""
        region = str(action.data.get("region") or self.roster.region_of(action))
        kind = FOUNDING[action.name]
        if not region and action.role != Role.SYSTEM:
            actor = Id(action.by)
            if kind == Subject.SUGGESTION:
                raise NotAllowed(Refused("draft_without_region", actor=actor))
            raise NotAllowed(Refused("record_without_region", actor=actor))
        place = {"region": region} if region else {}
        if not action.data.get("rulebook"):
            on = civil_day(action.at or self.at)
            place["rulebook"] = rulebook_for(self.cursor, self.layout.sql, region, kind, on)
        return {**action.data, **place}

    def _check_evidence(self, action: Action) -> None:
        """Refuse evidence whose file is not stored: a digest alone proves nothing."""
        named = _evidence(action)
        if named:
            lacking = named - self.files.keys() - attachments.kept(self.cursor.session, action.case, list(named))
            if lacking:
                raise NotAllowed(Refused("evidence_without_file", digest=Label(f"{min(lacking)[:16]}…")))

    def _rulebook(self, action: Action, dossier: Dossier | None) -> Rulebook:
        """The text that the case keeps, or with an action that says so the one that it comes under."""
        if dossier is None:
            return self._installed(self._named(action), civil_day(action.at or self.at))
        case = dossier.case
        name, on = self._chosen(action, case)
        own = self.governing.get(case.rulebook_ident) or self.texts.kept(case.rulebook_ident, self.cursor)
        if own is None or on is None:
            return own or self._instead(case, civil_day(action.at or self.at))
        if name not in self.library.names() and name == own.name and own.in_force <= on:
            return own  # no longer installed: it goes on under what it has
        rulebook = self._installed(name, on)
        same = action.name == "correct_assigned_date" and rulebook.version == own.version
        return own if same else rulebook

    def _chosen(self, action: Action, case: Case) -> tuple[str, date | None]:
        """The rulebook and the day whose version an action puts the case under; no day where it changes nothing."""
        happened = civil_day(action.at or self.at)
        if action.name in CHOOSING and case.assigned_on is None:
            return case.rulebook, happened
        if action.name == "correct_assigned_date":
            return case.rulebook, _day(action.data.get("assigned_on"))
        if action.name == "change_rules":
            return str(action.data.get("rulebook") or case.rulebook), case.submitted_on or happened
        return case.rulebook, None

    def _instead(self, case: Case, on: date) -> Rulebook:
        """The rulebook for a case whose text is lost: the installed version of the same name, recorded by an event."""
        try:
            return self.library.get(case.rulebook, case.assigned_on or case.submitted_on or on)
        except RulebookError as error:
            raise NotAllowed(Refused("text_gone", text=Label(case.rulebook_ident), why=no_text(error))) from None

    def _history(self, case_id: str) -> list[Event]:
        """The events of the case so far, those of this batch too."""
        events, sql = self.layout.events, self.layout.sql
        stored = events.dicts(self.cursor.rows(f"{events.select} WHERE case_id = {sql.mark} ORDER BY seq", [case_id]))
        rows = [*stored, *(event for event in self.events if event["case_id"] == case_id)]
        return [Event(**{name: row[name] for name in _OF_EVENT}) for row in rows]

    def _named(self, action: Action) -> str:
        """The rulebook that the opening of a case names."""
        if action.name not in FOUNDING:
            raise NotAllowed(Refused("no_case", case=Id(action.case)), lambda: list(FOUNDING))
        return str(action.data["rulebook"])

    def _installed(self, name: str, on: date) -> Rulebook:
        if name.endswith(".toml"):
            raise NotAllowed(Refused("rulebook_is_file"))
        try:
            return self.library.get(name, on)
        except RulebookError as error:
            raise NotAllowed(no_text(error)) from None

    # -- after it ----------------------------------------------------------------------------------------

    def _write_events(
        self, action: Action, decision: Decision, rulebook: Rulebook, notices: Sequence[Mapping[str, Any]]
    ) -> tuple[tuple[int, str], ...]:
        head = self.heads.setdefault(action.case, Head(0, START))
        happened = action.at or self.at
        digests = {row_name(row): row_digest(row) for row in decision.changed} | notice_digests(notices)
        written = []
        for event in decision.events:
            first = event is decision.events[0]
            head.seq += 1
            data = self._keep_texts(decision.dossier.case, head.seq, event.data) if first else event.data
            row = {
                "case_id": action.case,
                "seq": head.seq,
                "name": event.name,
                "subject": event.subject,
                "subject_id": event.subject_id,
                "round": event.round,
                "action": event.action,
                "at": happened if event.on == civil_day(happened) else midnight(event.on),
                "on": event.on,
                "entered_at": self.raised.get(action.case, self.at),
                "by": action.by,
                "role": action.role,
                "unit": action.unit,
                "key": (action.key or None) if first else None,
                "rulebook": rulebook.ident,
                "data": data,
                "rows": digests if first else {},
                "prev": head.hash,
            }
            row["hash"] = head.hash = event_hash(row)
            self.events.append(row)
            written.append((head.seq, event.name))
        return tuple(written)

    def _set_beyond(self, row: Deadline, rulebook: Rulebook) -> None:
        """Set an imported open limit to its first stop from today on, so that nobody is notified of past ones."""
        if not (row.duty and row.open):
            return
        workdays = self.calendar(self.dossiers[row.case_id].case.region)
        way = stops(rungs_of(rulebook, row.key, row.owed_by), row.last_day, workdays)
        row.rungs = sum(stop.day < civil_day(self.at) for stop in way)
        row.next_rung_on = way[row.rungs].day if row.rungs < len(way) else None

    def _keep_texts(self, case: Case, seq: int, data: dict[str, Any]) -> dict[str, Any]:
        """A citizen may stand in the texts of an opinion and of what is written from it: their digests are salted."""
        for kind in TEXTS & data.keys():
            text = data[kind]
            if not isinstance(text, str) or not text:
                continue
            salt = self.new_salt() if case.is_opinion or case.linked_case else ""
            name = f"{case.id}#{seq}.{kind}"
            self.documents.append(
                {"id": name, "case_id": case.id, "seq": seq, "kind": kind, "text": text, "salt": salt}
            )
            if kind in SEARCHED_TEXTS:
                self.search_texts.setdefault(case.id, {})[SEARCHED_TEXTS[kind]] = text
            data[kind] = {"document": name, "sha256": document_digest(text, salt), "chars": len(text)}
        return data


def _day(value: Any) -> date | None:
    """The ISO day, or None for anything else, which the action's guard refuses."""
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None


def _evidence(action: Action) -> set[str]:
    """The digests that the action names as evidence."""
    evidence = action.data.get("evidence") if action.name == "inspect" else None
    if not isinstance(evidence, list):
        return set()
    return {str(file.get("sha256")) for file in evidence if isinstance(file, dict) and file.get("sha256")}


def outbox_row(case_id: str, seq: int, number: int, notice: Notice, at: datetime) -> dict[str, Any]:
    """The notice as the outbox keeps it; its id names the event after which it is the `number`-th to be told."""
    return {
        "id": f"{case_id}#{seq}.{number}",
        "case_id": case_id,
        "seq": seq,
        "recipient": notice.recipient,
        "kind": notice.kind,
        "data": notice.data,
        "urgent": notice.urgent,
        "created_at": at,
        "sent_at": None,
    }


@lru_cache(maxsize=1024)
def _utc(at: datetime) -> datetime:
    """The instant in UTC; refuses the last hours of year 9999 and the first of year 1, which have no local day."""
    try:
        civil_day(at)
        return at.astimezone(UTC)
    except OverflowError:
        raise NotAllowed(Refused("outside_calendar", moment=at)) from None
