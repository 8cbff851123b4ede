"""Seals over all chains, and the proof that nothing sealed was changed, truncated or deleted.

It reads every chain: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Table

from rulebooks import split_ident
from rulebooks import text_digest as rule_digest
from states.cases import Dossier
from states.reasons import Label, Refused, Worded
from storage.attachments import digests
from storage.chain import START, document_digest, event_hash, merkle_root, notice_digests, row_digest
from storage.erased import remaining_digests
from storage.errors import Busy
from storage.layout import KINDS, Head, StatementSet, row_name
from storage.notation import reading_any_text, strange_values
from storage.papers import altered as altered_papers
from storage.patience import waiting_at_most
from storage.register import Register
from storage.seal_entries import all_rows, entries_of, entry_digest, entry_leaves, row_of
from storage.seal_scope import sealed_tables
from storage.statements import Cursor, Sql, reading, transaction
from storage.tables.seals import SealEntryRow, SealRow
from storage.typed_rows import hold_tables

CHUNK = 500
"""Cases whose events and rows are in memory at once."""

TURN, TURNS = 0.5, 60
"""How many seconds, and how often, a seal waits for writers of entries."""


@dataclass(frozen=True)
class Seal:
    """A stored seal: `root` proves every sealed chain and, through the previous root, every earlier seal."""

    id: int
    at: datetime
    cases: int
    root: str
    entry: int = 0
    """The newest of the `seal_entries` that it covers."""


Place = Label | Worded
"""Where in a chain, among the seals or in which row."""


def _event(number: int) -> Worded:
    return Worded(f"event {number}", f"第 {number} 个事件")


def _seal(number: int | str) -> Worded:
    return Worded(f"seal {number}", f"第 {number} 次封存")


def place_name(place: Place) -> str:
    """The place as it is kept: event 3, seal 2, or the name of a row."""
    return place.value if isinstance(place, Worded) else place


@dataclass(frozen=True)
class Fault:
    """Where stored data differs from what was written: a case with its event or row, or a table with its row."""

    case_id: str
    at: Place
    what: Refused

    @property
    def place(self) -> str:
        return place_name(self.at)

    @property
    def sentence(self) -> Refused:
        """What is wrong, and where."""
        return Refused("fault_at", place=self.at, what=self.what)

    @property
    def without_key(self) -> "Fault":
        """The same, naming a row by its table alone."""
        return self if isinstance(self.at, Worded) else replace(self, at=Label(self.at.partition("/")[0]))

    def __str__(self) -> str:
        return f"{self.case_id or '-'} {self.place}: {self.what}"


@dataclass
class Proof:
    """The result of a verification. `ok` does not cover the `unsealed_*`, which only their own chain protects."""

    cases: int = 0
    events: int = 0
    rows: int = 0
    seals: int = 0
    unsealed_cases: int = 0
    unsealed_events: int = 0
    unsealed_entries: int = 0
    faults: list[Fault] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.faults


def seal(register: Register, at: datetime) -> Seal:
    """Seal the chains as they stand: stores the heads that grew since the last seal and one root over all.

    A second call without new events makes a further seal over the same heads.
    """
    sql = register.layout.sql
    entry = _newest_entry(register)
    with transaction(register.engine) as cursor:
        hold_tables(cursor.session, "EXCLUSIVE", SealRow)
        last = _seals(cursor)[-1:] or [Seal(0, at, 0, START)]
        number = last[0].id + 1
        if sql.postgres:
            cursor.run(
                "WITH grown AS (UPDATE cases SET sealed_seq = seq WHERE seq > sealed_seq RETURNING id, seq, head) "
                "INSERT INTO sealed_heads (seal_id, case_id, seq, head) SELECT %s, id, seq, head FROM grown",
                [number],
            )
        else:
            cursor.run(
                "INSERT INTO sealed_heads (seal_id, case_id, seq, head) "
                "SELECT ?, id, seq, head FROM cases WHERE seq > sealed_seq",
                [number],
            )
            cursor.run("UPDATE cases SET sealed_seq = seq WHERE seq > sealed_seq")
        heads = _heads(cursor, register, number)
        made = Seal(number, at.astimezone(UTC), len(heads), "", max(entry, last[0].entry))
        digests = [digest for _, digest in entry_leaves(cursor, sql, last[0].entry, made.entry)]
        made = replace(made, root=_root(last[0].root, made, heads, digests))
        cursor.session.add(SealRow(**made.__dict__))
    return made


def _newest_entry(register: Register) -> int:
    """The newest of the `seal_entries` before which none is still being written; 0 while a long write goes on.

    Runs in transactions of its own, so that waiting here holds no lock that a writer could need. Each waits only
    briefly, since new writers queue behind it; remaining entries are for the next seal.
    """
    for _ in range(TURNS):
        with suppress(Busy), waiting_at_most(TURN), transaction(register.engine) as cursor:
            hold_tables(cursor.session, "EXCLUSIVE", SealEntryRow)
            return int(cursor.rows("SELECT coalesce(max(entry), 0) FROM seal_entries")[0][0])
    return 0


def _root(before: str, seal: Seal, heads: Sequence[tuple[str, int, str]], entries: Iterable[str]) -> str:
    """The root of a seal; those made before entries existed cover the heads alone."""
    if not seal.entry:
        return merkle_root(before, heads)
    entered = merkle_root(START, ((digest,) for digest in entries))
    return merkle_root(before, [*heads, ("seal_entries", seal.entry, entered), ("at", seal.id, seal.at.isoformat())])


def verify(register: Register, root: str | None = None, most_faults: int = 20) -> Proof:
    """Check every seal, every chain against the seals, and every row against its last event.

    With `root` (a root kept outside the database) its seal must exist: without it, anybody who can write the whole
    database could have rewritten its seals. Faults of seals come first, then cases in order of their ids.
    """
    proof = Proof()
    sql = register.layout.sql
    with reading(register.engine) as cursor, reading_any_text(cursor, sql):
        proof.faults += _check_values(cursor, sql, most_faults)
        try:
            _check_all(cursor, register, root, proof, most_faults)
        except Exception:
            if not proof.faults:  # else a value that cannot be read ended it, and is named
                raise
    del proof.faults[most_faults:]
    return proof


def _check_all(cursor: Cursor, register: Register, root: str | None, proof: Proof, most_faults: int) -> None:
    seals = _seals(cursor)
    proof.seals = len(seals)
    sealed = _check_seals(cursor, register, seals, root, proof)
    for case_id, fault in _check_cases(cursor, register, sealed, proof):
        proof.faults.append(Fault(case_id, *fault))
        if len(proof.faults) >= most_faults:
            return
    proof.faults += [*_check_orphans(cursor), *_check_rule_texts(cursor)]
    proof.faults += _check_tables(cursor, register, proof)


def _check_values(cursor: Cursor, sql: Sql, most: int) -> Iterator[Fault]:
    """The values that stand there in another way than they are written: they end or mislead what reads them."""
    for case_id, table, row, column in islice(strange_values(cursor, sql, most), most):
        yield Fault(case_id, Label(f"{table.name}/{row}"), Refused("value_strange", column=Label(column)))


def _seals(cursor: Cursor) -> list[Seal]:
    rows = cursor.rows("SELECT id, at, cases, root, entry FROM seals ORDER BY id")
    return [
        Seal(int(number), _instant(at), int(cases), str(root), int(entry)) for number, at, cases, root, entry in rows
    ]


def _instant(value: datetime | str) -> datetime:
    return (
        datetime.fromisoformat(value).replace(tzinfo=UTC) if isinstance(value, str) else value.astimezone(UTC)
    )


def _heads(cursor: Cursor, register: Register, seal_id: int) -> list[tuple[str, int, str]]:
    """(case, seq, head) of every chain as of a seal, by case in code point order on both databases."""
    mark = register.layout.sql.mark
    rows = cursor.rows(
        "SELECT h.case_id, h.seq, h.head FROM sealed_heads h JOIN (SELECT case_id, max(seal_id) AS newest "
        f"FROM sealed_heads WHERE seal_id <= {mark} GROUP BY case_id) n "
        "ON n.case_id = h.case_id AND n.newest = h.seal_id",
        [seal_id],
    )
    return sorted((str(case_id), int(seq), str(head)) for case_id, seq, head in rows)


def _check_seals(
    cursor: Cursor, register: Register, seals: list[Seal], root: str | None, proof: Proof
) -> dict[str, Head]:
    """The sealed heads, which the cases must contain; faults of the seals themselves are added to `proof`.

    Every seal is recomputed, from the first: this also proves what a later one replaced.
    """
    if root is not None and root not in [stored_seal.root for stored_seal in seals]:
        proof.faults.append(Fault("", _seal(f"{root[:16]}…"), Refused("no_such_seal")))
    stored = {stored_seal.id: stored_seal for stored_seal in seals}
    grown: dict[int, list[tuple[str, int, str]]] = {}
    for number, *leaf in cursor.rows("SELECT seal_id, case_id, seq, head FROM sealed_heads"):
        grown.setdefault(int(number), []).append((str(leaf[0]), int(leaf[1]), str(leaf[2])))
    heads: dict[str, tuple[str, int, str]] = {}
    entries = entry_leaves(cursor, register.layout.sql)
    waiting: list[tuple[int, str]] = [*islice(entries, 1)]
    before: str | None = START
    last = 0
    for number in sorted({*stored, *grown}):
        if number != last + 1:
            proof.faults.append(Fault("", _seal(last + 1), Refused("seal_gone")))
            before = None
        last = number
        heads |= {leaf[0]: leaf for leaf in grown.get(number, [])}
        sealed = stored.get(number)
        entered = []
        while sealed is not None and waiting and waiting[0][0] <= sealed.entry:
            entered.append(waiting.pop()[1])
            waiting = [*islice(entries, 1)]
        if sealed is None:
            proof.faults.append(Fault("", _seal(number), Refused("seal_gone")))
        elif before is not None and _root(before, sealed, sorted(heads.values()), entered) != sealed.root:
            proof.faults.append(Fault("", _seal(number), Refused("root_differs")))
        elif sealed.cases != len(heads):
            differ = Refused("seal_counts_differ", heads=len(heads), cases=sealed.cases)
            proof.faults.append(Fault("", _seal(number), differ))
        before = sealed.root if sealed else None
    proof.unsealed_entries = len(waiting) + sum(1 for _ in entries)
    return {case_id: Head(seq, head) for case_id, seq, head in heads.values()}


def _check_cases(
    cursor: Cursor, register: Register, sealed: dict[str, Head], proof: Proof
) -> Iterator[tuple[str, tuple[Place, Refused]]]:
    marked = {str(case_id): int(seq) for case_id, seq in cursor.rows("SELECT id, sealed_seq FROM cases")}
    for case_id in sorted(sealed.keys() - marked.keys()):
        yield case_id, (Label(f"cases/{case_id}"), Refused("sealed_case_gone"))
    yield from check_chains(cursor, register, marked, sealed, proof)


def check_chains(
    cursor: Cursor, register: Register, marked: Mapping[str, int], sealed: Mapping[str, Head], proof: Proof
) -> Iterator[tuple[str, tuple[Place, Refused]]]:
    """The first fault of each case of `marked` (up to which event it is sealed), in the order of ids.

    `sealed` are the heads of the newest seal of those cases; `proof` counts what was checked.
    """
    layout = register.layout
    sql = layout.sql
    remaining = remaining_digests(cursor.session)
    ids = sorted(marked)
    for start in range(0, len(ids), CHUNK):
        chunk = ids[start : start + CHUNK]
        dossiers = layout.dossiers(cursor, chunk)
        chains: dict[str, list[dict[str, Any]]] = {case_id: [] for case_id in chunk}
        select = f"{layout.events.select_of_cases} ORDER BY case_id, seq"
        for event in layout.events.dicts(cursor.rows(select, [sql.many(chunk)])):
            chains[event["case_id"]].append(event)
        texts: dict[str, dict[str, dict[str, Any]]] = {case_id: {} for case_id in chunk}
        rows = cursor.rows(layout.documents.select_of_cases, [sql.many(chunk)])
        for document in layout.documents.dicts(rows):
            texts[document["case_id"]][document["id"]] = document
        attached = digests(cursor.session, chunk)
        notices = _notices(cursor, layout, chunk)
        for case_id in chunk:
            dossier, head = dossiers[case_id]
            fault = check_case(
                dossier, head, chains[case_id], texts[case_id], sealed.get(case_id), attached.get(case_id, {}),
                notices[case_id], remaining,
            )  # fmt: skip
            proof.cases += 1
            proof.events += len(chains[case_id])
            covered = sealed[case_id].seq if case_id in sealed else 0
            grown = len(chains[case_id]) - covered
            if grown > 0:
                proof.unsealed_cases += 1
                proof.unsealed_events += grown
            if fault is None and marked[case_id] != covered:
                count_off = Refused("sealed_elsewhere", counted=marked[case_id], sealed=covered)
                fault = Label(f"cases/{case_id}"), count_off
            if fault is not None:
                yield case_id, fault


def check_case(
    dossier: Dossier,
    head: Head,
    events: list[dict[str, Any]],
    texts: dict[str, dict[str, Any]],
    sealed: Head | None,
    attached: Mapping[str, str],
    notices: Mapping[str, tuple[str, bool]],
    remaining: Mapping[str, str],
) -> tuple[Place, Refused] | None:
    """The first fault of one case as (place, fault), or None: chain, then seal, rows, notices, texts, files.

    `remaining` are the digests of what erasures left, by name of the row, instead of those of the events.
    """
    before = START
    for number, event in enumerate(events, start=1):
        place = _event(number)
        if event["seq"] != number:
            return place, Refused("event_missing", next=event["seq"])
        if event["prev"] != before:
            return place, Refused("event_out_of_chain")
        if event_hash(event) != event["hash"]:
            return place, Refused("event_rewritten")
        before = event["hash"]
    if sealed is not None and (len(events) < sealed.seq or events[sealed.seq - 1]["hash"] != sealed.hash):
        cut = len(events) < sealed.seq
        return _event(sealed.seq), Refused("sealed_event_gone") if cut else Refused("sealed_event_differs")
    if (head.seq, head.hash) != (len(events), before):
        return _event(len(events) + 1), Refused("chain_cut", events=head.seq)
    return (
        _check_rows(dossier, events, notices, remaining)
        or _check_texts(events, texts, remaining)
        or _check_attached(dossier.case.id, events, attached, remaining)
    )


def _check_rows(
    dossier: Dossier,
    events: list[dict[str, Any]],
    notices: Mapping[str, tuple[str, bool]],
    remaining: Mapping[str, str],
) -> tuple[Place, Refused] | None:
    sealed: dict[str, str] = {}
    for event in events:
        sealed.update(event["rows"])
    sealed |= {name: remaining[name] for name in notices.keys() & sealed.keys() & remaining.keys()}
    rows = [dossier.case, *(row for table in KINDS for row in getattr(dossier, table).values())]
    there = {row_name(row): row_digest(row) for row in rows}
    there |= {name: digest for name, (digest, entered) in notices.items() if name in sealed or not entered}
    for name in sorted(sealed.keys() | there.keys()):
        if name not in there:
            return Label(name), Refused("row_gone")
        if name not in sealed:
            return Label(name), Refused("row_from_nowhere")
        if there[name] != sealed[name]:
            return Label(name), Refused("row_altered")
    return None


def _notices(cursor: Cursor, layout: StatementSet, cases: list[str]) -> dict[str, dict[str, tuple[str, bool]]]:
    """The notices of each case by name: the digest, and whether an entry proves it, as for those without an event's."""
    named: dict[str, dict[str, tuple[str, bool]]] = {case_id: {} for case_id in cases}
    outbox, sql = layout.outbox, layout.sql
    rows = cursor.rows(
        f"SELECT {outbox.columns}, EXISTS (SELECT 1 FROM seal_entries e WHERE e.kind = 'outbox' AND e.row = outbox.id) "
        f"FROM outbox WHERE case_id {sql.any}",
        [sql.many(cases)],
    )
    for notice, row in zip(outbox.dicts(rows), rows, strict=True):
        for name, digest in notice_digests([notice]).items():
            named[notice["case_id"]][name] = digest, bool(row[-1])
    return named


def _check_texts(
    events: list[dict[str, Any]], texts: dict[str, dict[str, Any]], remaining: Mapping[str, str]
) -> tuple[Place, Refused] | None:
    sealed = {
        value["document"]: (
            event["seq"], kind, remaining.get(f"documents/{value['document']}", value["sha256"])
        )
        for event in events
        for kind, value in event["data"].items()
        if isinstance(value, dict) and "document" in value
    }
    for name in sorted(sealed.keys() | texts.keys()):
        if name not in texts:
            return Label(f"documents/{name}"), Refused("gone")
        text = texts[name]
        now = text["seq"], text["kind"], document_digest(text["text"], text["salt"])
        if name not in sealed or now != sealed[name]:
            return Label(f"documents/{name}"), Refused("text_differs")
    return None


def _check_attached(
    case_id: str, events: list[dict[str, Any]], attached: Mapping[str, str], remaining: Mapping[str, str]
) -> tuple[Place, Refused] | None:
    """Check that the stored evidence of inspections is unchanged."""
    named = {
        file["sha256"]
        for event in events
        if event["action"] == "inspect"
        for file in event["data"].get("evidence") or ()
    }
    for name, digest in sorted(attached.items()):
        if digest != remaining.get(f"attachments/{case_id}/{name}", name):
            return Label(f"attachments/{name[:16]}"), Refused("file_differs")
    missing = sorted(named - attached.keys())
    return (Label(f"attachments/{missing[0][:16]}"), Refused("gone")) if missing else None


def _check_rule_texts(cursor: Cursor) -> list[Fault]:
    """Rulebook texts that do not match their digest, or are missing though a case is under them."""
    kept = cursor.rows("SELECT ident, text, state FROM rule_texts")
    rows = {str(ident): (str(text), state) for ident, text, state in kept}
    faults = [
        Fault("", Label(f"rule_texts/{ident}"), Refused("rules_differ"))
        for ident, (text, state) in sorted(rows.items())
        if state == "kept" and rule_digest(text) != split_ident(ident)[2]
    ]
    used = cursor.rows("SELECT min(id), rulebook_ident FROM cases GROUP BY rulebook_ident")
    lacking = [(str(case), str(ident)) for case, ident in used if ident not in rows]
    return faults + [Fault(case, Label(f"rule_texts/{ident}"), Refused("gone")) for case, ident in sorted(lacking)]


def _check_tables(cursor: Cursor, register: Register, proof: Proof) -> Iterator[Fault]:
    """The rows of tables with entries that differ from their last entry, have none, or are missing."""
    sql = register.layout.sql
    strange = cursor.rows(
        f"SELECT DISTINCT kind FROM seal_entries WHERE NOT kind {sql.any} ORDER BY 1",
        [sql.many(table.name for table in sealed_tables())],
    )
    for (kind,) in strange:
        yield Fault("", Label(f"seal_entries/{kind}"), Refused("row_from_nowhere"))
    salts = cursor.rows(
        "SELECT kind, row FROM row_salts s WHERE NOT EXISTS "
        "(SELECT 1 FROM seal_entries e WHERE e.kind = s.kind AND e.row = s.row) ORDER BY 1, 2"
    )
    for kind, row in salts:
        yield Fault("", Label(f"row_salts/{kind}/{row}"), Refused("row_from_nowhere"))
    for paper in altered_papers(register):
        yield Fault("", Label(f"paper_files/{paper}"), Refused("file_differs"))
    for table in sealed_tables():
        for row, what in check_rows(cursor, sql, table, proof):
            yield Fault("", Label(f"{table.name}/{row}"), what)


def check_rows(cursor: Cursor, sql: Sql, table: Table, proof: Proof) -> Iterator[tuple[str, Refused]]:
    """The faults of one table with entries; a notice named by an event needs no entry (`check_case`).

    Rows are counted, and compared by name only where the count differs; a large table is read in pieces.
    """
    entries = entries_of(sql)
    entered = 0
    for rows in all_rows(cursor, sql, table):
        proof.rows += len(rows)
        standing = entries.standing(cursor, table, [row_of(table, row) for row in rows])
        for row in rows:
            name = row_of(table, row)
            if name not in standing:
                if table.name != "outbox":
                    yield name, Refused("row_not_entered")
                continue
            entered += 1
            digest, salt = standing[name]
            if entry_digest(table, row, salt) != digest:
                yield name, Refused("row_not_as_entered")
    if entries.how_many(cursor, table) != entered:
        missing = entries.all_standing(cursor, table)
        for rows in all_rows(cursor, sql, table):
            missing.difference_update(row_of(table, row) for row in rows)
        for name in sorted(missing):
            yield name, Refused("entered_row_gone")


def _check_orphans(cursor: Cursor) -> list[Fault]:
    """Rows whose case is missing: left by a deletion outside the register."""
    faults = []
    for table in (*KINDS, "events", "documents", "attachments", "outbox"):
        rows = cursor.rows(
            f"SELECT min(case_id) FROM {table} WHERE NOT EXISTS (SELECT 1 FROM cases WHERE cases.id = {table}.case_id)"
        )
        if rows[0][0] is not None:
            faults.append(Fault(str(rows[0][0]), Label(table), Refused("orphans")))
    return faults
