"""Is every kind of tampering found, named where it begins, and is it said what no seal vouches for yet?"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from threading import Thread
from typing import Any, cast

import pytest
from sqlalchemy import Engine, text

from states.reasons import Refused
from storage import Register, open_engine
from storage.chain import START, event_hash, merkle_root
from storage.patience import waiting_at_most
from storage.sealing import Seal, seal, verify
from storage.statements import transaction
from storage.stored import StoredEvent
from storage.tables.directory import RegionRow
from storage.typed_rows import put
from tests.builders import (
    DISSATISFIED,
    FIRST,
    LIBRARY,
    a_directory,
    a_draft,
    act,
    an_action,
    dump,
    morning,
    noon,
    opinions,
    take,
    walk,
)
from tests.databases import Databases


@pytest.fixture
def sealed(register: Register) -> Register:
    """C1 walked to its evaluation, C2 and C3 drafted; sealed on three nights, the last after nothing had happened."""
    a_directory(register)
    today = walk(register, "C1", until="send_forms", every=0, **PROMISE)
    take(register, today, a_draft("C2"), a_draft("C3"))
    seal(register, morning(FIRST))
    act(register, today, "C1", "evaluate", "deputy", **DISSATISFIED)
    seal(register, noon(FIRST))
    seal(register, noon(FIRST))
    assert verify(register).ok
    return register


PROMISE: dict[str, Any] = {
    "class": "PLANNED_DATED",
    "commitments": [{"text": "完工", "due_on": "2025-12-31"}],
}


def run(engine: Engine, *statements: str) -> None:
    """Whoever can write to the database needs no register."""
    with engine.begin() as connection:
        for statement in statements:
            assert connection.execute(text(statement)).rowcount != 0, statement


def forge(register: Register, case: str, seq: int, **changes: Any) -> None:
    """Rewrite an event, and every hash from there to the head of the case."""
    before = START
    for event in register.events(case):
        if event["seq"] == seq:
            event = cast("StoredEvent", {**event, **changes})
        event["prev"] = before
        before = event_hash(event)
        with register.engine.begin() as connection:
            connection.execute(
                text(
                    'UPDATE events SET "by" = :by, prev = :prev, hash = :hash WHERE case_id = :case AND seq = :seq'
                ),
                {"by": event["by"], "prev": event["prev"], "hash": before, "case": case, "seq": event["seq"]},
            )
    with register.engine.begin() as connection:
        connection.execute(
            text("UPDATE cases SET head = :head WHERE id = :case"), {"head": before, "case": case}
        )


def cut(register: Register, case: str, left: int) -> None:
    """Delete the events after `left`, and let the case say that there never were more."""
    run(register.engine, f"DELETE FROM events WHERE case_id = '{case}' AND seq > {left}")
    head = register.events(case)[-1]["hash"]
    run(register.engine, f"UPDATE cases SET seq = {left}, head = '{head}' WHERE id = '{case}'")


def take_away(engine: Engine, case: str) -> None:
    for table in ("events", "documents", "outbox", "deadlines", "parties"):
        with engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {table} WHERE case_id = '{case}'"))
    run(engine, f"DELETE FROM cases WHERE id = '{case}'")


def of(statement: str) -> Callable[[Register], None]:
    return lambda register: run(register.engine, statement)


TAMPERING: dict[str, tuple[Callable[[Register], None], str, str]] = {
    "an event's data rewritten": (
        of("UPDATE events SET data = '{}' WHERE case_id = 'C1' AND seq = 4"),
        "C1 event 4",
        "its hash does not match",
    ),
    "an event dated back": (
        of("UPDATE events SET \"on\" = '2025-03-11' WHERE case_id = 'C1' AND seq = 6"),
        "C1 event 6",
        "its hash does not match",
    ),
    "an event's hash rewritten": (
        of("UPDATE events SET hash = 'abc' WHERE case_id = 'C1' AND seq = 4"),
        "C1 event 4",
        "its hash does not match",
    ),
    "an event rewritten with its own hash": (
        lambda register: rehash(register, "C1", 4),
        "C1 event 5",
        "does not follow the event before it",
    ),
    "an event rewritten with the whole chain": (
        lambda register: forge(register, "C1", 4, by="R9"),
        "C1 event",
        "is not the one that was sealed",
    ),
    "the last events cut off": (
        lambda register: cut(register, "C1", 20),
        "C1 event",
        "was sealed and is gone",
    ),
    "an event in the middle deleted": (
        of("DELETE FROM events WHERE case_id = 'C1' AND seq = 7"),
        "C1 event 7",
        "missing, the next one is 8",
    ),
    "the last event deleted": (
        of("DELETE FROM events WHERE case_id = 'C2' AND seq = 1"),
        "C2 event 1",
        "was sealed and is gone",
    ),
    "a whole case deleted": (
        lambda register: take_away(register.engine, "C2"),
        "C2 cases/C2",
        "sealed and is gone",
    ),
    "a deadline altered": (
        of("UPDATE deadlines SET last_day = '2026-01-01' WHERE key = 'reply_by'"),
        "C1 deadlines/assignment/C1/a1/reply_by/1",
        "was altered",
    ),
    "a deadline met": (
        of("UPDATE deadlines SET met_on = '2025-03-13' WHERE key = 'publish_by'"),
        "C1 deadlines/suggestion/C1/publish_by/1",
        "was altered",
    ),
    "an evaluation altered": (
        of("UPDATE evaluations SET value = 'SATISFIED'"),
        "C1 evaluations/C1/a1/e@D1",
        "was altered",
    ),
    "a state altered": (
        of("UPDATE cases SET state = 'ARCHIVED' WHERE id = 'C3'"),
        "C3 cases/C3",
        "was altered",
    ),
    "a unit's part altered": (
        of("UPDATE assignments SET unit = 'U2'"),
        "C1 assignments/C1/a1",
        "was altered",
    ),
    "a document altered": (
        of("UPDATE documents SET text = '很好' WHERE id = 'C1#1.facts'"),
        "C1 documents/C1#1.facts",
        "is not the text",
    ),
    "a document deleted": (
        of("DELETE FROM documents WHERE id = 'C3#1.facts'"),
        "C3 documents/C3#1.facts",
        "is gone",
    ),
    "a document added": (
        of(
            "INSERT INTO documents (id, case_id, seq, kind, text) VALUES ('C3#1.note', 'C3', 1, 'note', '无')"
        ),
        "C3 documents/C3#1.note",
        "is not the text",
    ),
    "a row added": (
        of("INSERT INTO parties (id, case_id, deputy, lead, urges) VALUES ('C2@D2', 'C2', 'D2', false, 0)"),
        "C2 parties/C2@D2",
        "no event wrote this row",
    ),
    "a row deleted": (
        of("DELETE FROM parties WHERE case_id = 'C3'"),
        "C3 parties/C3@D1",
        "was written by an event and is gone",
    ),
    "a seal's root altered": (
        of("UPDATE seals SET root = 'abc' WHERE id = 3"),
        "- seal 3",
        "does not follow",
    ),
    "an early seal's root altered": (
        of("UPDATE seals SET root = 'abc' WHERE id = 1"),
        "- seal 1",
        "does not follow",
    ),
    "a sealed head altered": (
        of("UPDATE sealed_heads SET head = 'abc' WHERE seal_id = 2"),
        "- seal 2",
        "does not follow",
    ),
    "a sealed head altered that a later one replaced": (
        of("UPDATE sealed_heads SET head = 'abc' WHERE seal_id = 1 AND case_id = 'C1'"),
        "- seal 1",
        "does not follow",
    ),
    "a sealed head deleted": (
        of("DELETE FROM sealed_heads WHERE case_id = 'C2'"),
        "- seal 1",
        "does not follow",
    ),
    "the first seal deleted": (of("DELETE FROM seals WHERE id = 1"), "- seal 1", "missing"),
    "the second seal deleted": (of("DELETE FROM seals WHERE id = 2"), "- seal 2", "missing"),
    "the last seals deleted": (of("DELETE FROM seals WHERE id > 1"), "- seal 2", "missing"),
    "the seals deleted with their heads": (
        lambda register: run(register.engine, "DELETE FROM seals", "DELETE FROM sealed_heads"),
        "C1 cases/C1",
        "counts as sealed up to event 29, its seal says 0",
    ),
    "the seals deleted": (of("DELETE FROM seals"), "- seal", "missing"),
    "a case kept from the next seals": (
        of("UPDATE cases SET sealed_seq = 99 WHERE id = 'C2'"),
        "C2 cases/C2",
        "sealed",
    ),
}


def rehash(register: Register, case: str, seq: int) -> None:
    event = register.events(case)[seq - 1]
    event["by"] = "R9"
    run(
        register.engine,
        f"UPDATE events SET \"by\" = 'R9', hash = '{event_hash(event)}' WHERE case_id = '{case}' AND seq = {seq}",
    )


@pytest.mark.sqlite_first
@pytest.mark.parametrize(("tamper", "place", "what"), TAMPERING.values(), ids=TAMPERING.keys())
def test_tampering_is_found_and_named(
    sealed: Register, tamper: Callable[[Register], None], place: str, what: str
) -> None:
    tamper(sealed)
    proof = verify(sealed)
    assert not proof.ok
    assert str(proof.faults[0]).startswith(place), [str(fault) for fault in proof.faults]
    assert what in str(proof.faults[0].what)


def test_a_case_deleted_by_halves_leaves_rows_that_are_found(sqlite: Databases) -> None:
    """PostgreSQL's foreign keys allow no such half; SQLite's can be switched off by whoever opens the file."""
    url = sqlite.fresh()
    engine = open_engine(url)
    register = a_directory(Register(engine, LIBRARY))
    take(register, FIRST, a_draft("C2"))
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as other, other:
        other.execute("DELETE FROM cases WHERE id = 'C2'")
    faults = [str(fault) for fault in verify(register).faults]
    engine.dispose()
    assert faults[0] == "C2 parties: rows of a case that is gone"


def rewrite_the_seals(register: Register) -> None:
    """What an attacker who owns the whole database does in the end."""
    run(register.engine, "DELETE FROM seals", "DELETE FROM sealed_heads", "UPDATE cases SET sealed_seq = 0")
    for _ in range(3):
        seal(register, noon(FIRST))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda register: forge(register, "C1", 4, by="R9"),
        lambda register: take_away(register.engine, "C3"),
    ],
    ids=["a chain rewritten", "a case deleted"],
)
def test_with_the_seals_rewritten_only_the_root_kept_outside_tells(
    sealed: Register, tamper: Callable[[Register], None]
) -> None:
    outside = stored_seals(sealed)[-1].root
    assert verify(sealed, outside).ok
    tamper(sealed)
    rewrite_the_seals(sealed)
    assert verify(sealed).ok, "inside the database nothing contradicts it"
    proof = verify(sealed, outside)
    assert str(proof.faults[0]).startswith(f"- seal {outside[:16]}")
    assert "no seal with this root" in str(proof.faults[0].what)


def test_the_last_seals_cut_off_with_their_heads_are_missed_by_the_root_kept_outside(
    sealed: Register,
) -> None:
    outside = stored_seals(sealed)[-1].root
    run(sealed.engine, "DELETE FROM seals WHERE id = 3")
    assert verify(sealed).ok, "a night without new events leaves no other trace"
    assert "no seal with this root" in str(verify(sealed, outside).faults[0].what)


def test_every_earlier_root_kept_outside_still_proves_what_came_after(sealed: Register) -> None:
    assert all(verify(sealed, seal.root).ok for seal in stored_seals(sealed))


def stored_seals(register: Register) -> list[Seal]:
    with register.engine.connect() as connection:
        rows = connection.execute(text("SELECT id, cases, root FROM seals ORDER BY id"))
        return [Seal(row.id, noon(FIRST), row.cases, row.root) for row in rows]


def test_what_no_seal_covers_yet_is_said(sealed: Register) -> None:
    assert (verify(sealed).unsealed_cases, verify(sealed).unsealed_events) == (0, 0)
    take(
        sealed, FIRST, a_draft("C4"), an_action("C2", "submit", "deputy"), an_action("C4", "submit", "deputy")
    )
    proof = verify(sealed)
    assert (proof.ok, proof.seals, proof.cases) == (True, 3, 4)
    assert (proof.unsealed_cases, proof.unsealed_events) == (2, 3)
    seal(sealed, noon(FIRST))
    assert verify(sealed).unsealed_events == 0


def test_what_was_cut_off_before_any_seal_cannot_be_proved(sealed: Register) -> None:
    """The limit of the method, stated: a case written today and deleted today leaves no trace to find.

    A tail cut off before the seal of the night is found only where a row it wrote was not set back as well.
    """
    take(sealed, FIRST, a_draft("C4"))
    assert verify(sealed).unsealed_cases == 1
    take_away(sealed.engine, "C4")
    proof = verify(sealed)
    assert (proof.ok, proof.unsealed_cases) == (True, 0)
    take(sealed, FIRST, an_action("C2", "revise", "deputy", points=3))
    cut(sealed, "C2", 1)
    assert verify(sealed).faults[0].what == Refused("row_altered")
    run(sealed.engine, "UPDATE cases SET points = 1 WHERE id = 'C2'")
    assert verify(sealed).ok


def test_an_opinion_is_as_well_kept_as_a_suggestion(register: Register) -> None:
    opinions(register, 3)
    register.sweep(morning(FIRST.replace(month=4)))
    seal(register, noon(FIRST))
    run(
        register.engine,
        "UPDATE deadlines SET next_rung_on = '2030-01-01' WHERE case_id = 'O00002' AND key = '6m'",
    )
    (fault,) = verify(register).faults
    assert str(fault).startswith("O00002 deadlines/opinion/O00002/6m/1: was altered")


def test_faults_are_cut_off_at_the_number_asked_for(register: Register) -> None:
    opinions(register, 30)
    run(register.engine, "UPDATE cases SET title = '改'")
    assert len(verify(register, most_faults=7).faults) == 7


def test_a_seal_of_nothing_is_a_seal(register: Register) -> None:
    made = seal(register, noon(FIRST))
    assert (made.id, made.cases) == (1, 0)
    assert made.root == merkle_root(START, [])
    assert verify(register).ok


@pytest.mark.postgres
def test_the_same_content_has_the_same_heads_on_both_databases(sqlite: Databases, postgres: Databases) -> None:
    contents = []
    for databases in (sqlite, postgres):
        engine = open_engine(databases.fresh())
        register = a_directory(Register(engine, LIBRARY))
        walk(register, "C1", "c-2", "C10", until="deliver_reply", **PROMISE)
        opinions(register, 12)
        register.sweep(morning(FIRST.replace(month=7)), chunk=5)
        seal(register, noon(FIRST))
        contents.append(dump(engine, but=("imports", "import_lines", "power_changes", "seals")))  # named by chance
        engine.dispose()
    assert contents[0] == contents[1]


@pytest.mark.postgres
def test_a_seal_that_waits_for_a_writer_keeps_no_other_off(postgres: Databases) -> None:
    engine = open_engine(postgres.fresh())
    register = a_directory(Register(engine, LIBRARY))
    with transaction(engine) as writer:
        put(writer.session, RegionRow(code="32", name="省", level="province", parent_code=""))
        sealing = Thread(target=lambda: seal(register, noon(FIRST)))
        sealing.start()
        for _ in range(200):
            if writer.rows("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'seal_entries'::regclass"):
                break
            sealing.join(0.02)
        with waiting_at_most(3), transaction(engine) as other:
            put(other.session, RegionRow(code="33", name="另一省", level="province", parent_code=""))
        assert sealing.is_alive()
    sealing.join()
    proof = verify(register)
    assert (proof.faults, proof.unsealed_entries) == ([], 0)
    engine.dispose()
