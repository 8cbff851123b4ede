"""Does a restored backup lose again what was erased since, and does nothing of it stay in the files?"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from storage import Register, open_engine
from storage.attachments import checked
from storage.citizens import Citizen, beside
from storage.erasing import Wish, ask_erasure, confirm_erasure, erasures
from storage.erasure_list import ErasureList, Repeated
from storage.errors import Busy, RefusedByRule
from storage.packing import pack
from storage.patience import BUSY_SECONDS
from storage.sealing import seal, verify
from tests.builders import CITY, FIRST, LIBRARY, a_directory, act, an_action, dump, noon, walk
from tests.databases import Databases
from tests.storage.test_erasing import NAME, NOW, PHONE

SECRET = b"\x89PNG\r\n\x1a\n" + NAME.encode() * 3000
PHOTO = checked("现场.png", SECRET)
EVIDENCE = {"sha256": PHOTO.sha256, "name": "现场.png", "place": "幸福路", "on": FIRST.isoformat()}


@pytest.fixture
def url(databases: Databases) -> str:
    return sealed_at(databases.fresh())


def sealed_at(url: str) -> str:
    """Put an opinion of a citizen and a photograph of theirs into the database and seal it."""
    engine = open_engine(url)
    register = a_directory(Register(engine, LIBRARY))
    draft = {"title": "路灯", "body": f"我叫{NAME}，电话 {PHONE}。", "rulebook": "reception", "region": CITY}
    recorded = an_action("O1", "record", "citizen", **draft)
    assert register.apply([recorded], noon(FIRST), also=beside(register, {"O1": Citizen(NAME, PHONE)}))[0].done
    act(register, FIRST, "O1", "route", "registrar", unit="U1")
    last = walk(register, "C1", until="send_forms", every=0)
    inspect = an_action("C1", "inspect", "registrar", verdict="MATCHING", location="幸福路", evidence=[EVIDENCE])
    assert register.apply([inspect], noon(last), files=[PHOTO])[0].done
    seal(register, noon(last))
    engine.dispose()
    return url


@pytest.fixture
def restored(databases: Databases, url: str, tmp_path: Path) -> Iterator[Register]:
    """The backup of before two erasures, which are in the list beside it."""
    backup = databases.copy(url)
    engine = open_engine(url)
    register = Register(engine, LIBRARY)
    for wish in (Wish("O1", (NAME, PHONE)), Wish("C1", files=(PHOTO.sha256,))):
        confirm_erasure(register, ask_erasure(register, wish, "R1", NOW), "K1", NOW)
    assert [ErasureList(register, tmp_path / "access").write() for _ in range(2)] == [2, 0]
    engine.dispose()
    engine = open_engine(backup)
    yield Register(engine, LIBRARY)
    engine.dispose()


def test_a_restored_backup_is_struck_as_the_database_was(restored: Register, url: str, tmp_path: Path) -> None:
    listed = ErasureList(restored, tmp_path / "access")
    assert listed.path.stat().st_mode & 0o777 == 0o600
    assert NAME not in listed.path.read_text("utf-8")
    assert PHONE not in listed.path.read_text("utf-8")
    repeated = listed.repeat()
    assert (len(repeated.erasures), repeated.differing) == (2, ())
    assert listed.repeat() == Repeated((), ())
    assert listed.write() == 0
    assert verify(restored).faults == []
    engine = open_engine(url)
    as_it_was, again = dump(engine), dump(restored.engine)
    engine.dispose()
    for table in ("documents", "citizens", "outbox", "messages", "attachments", "search_texts", "erasures"):
        assert again[table] == as_it_was[table], table
    assert [erasure.decided_by for erasure in erasures(restored)] == ["K1", "K1"]
    pack(restored.engine)
    assert verify(restored).faults == []


@pytest.mark.sqlite_first
def test_a_text_that_is_another_one_is_left_and_named(restored: Register, tmp_path: Path) -> None:
    """The list of another database strikes nothing that it does not know."""
    with restored.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET text = '路灯不亮，请派人来修' WHERE id = 'O1#1.body'")
    assert ErasureList(restored, tmp_path / "access").repeat().differing == ("documents/O1#1.body",)
    assert [fault.place for fault in verify(restored).faults] == ["documents/O1#1.body"]


@pytest.mark.sqlite_first
def test_a_torn_line_is_cut_off_and_a_strange_one_refused(restored: Register, tmp_path: Path) -> None:
    listed = ErasureList(restored, tmp_path / "access")
    whole = listed.path.read_bytes()
    listed.path.write_bytes(whole[:-9])
    assert len(listed.repeat().erasures) == 1
    assert listed.path.read_bytes() == whole.splitlines(keepends=True)[0]
    listed.path.write_bytes(b"{\n" + whole)
    before = dump(restored.engine)
    with pytest.raises(RefusedByRule, match="line 1"):
        listed.repeat()
    assert dump(restored.engine) == before


def test_what_was_erased_stands_in_no_page_of_the_files(sqlite: Databases) -> None:
    """SQLite keeps deleted content in free pages, in the log, and in the pages that are in use."""
    url = sealed_at(sqlite.fresh())
    path, engine = Path(url.removeprefix("sqlite:///")), open_engine(url)
    register = Register(engine, LIBRARY)
    assert NAME.encode() in _content(path)
    for wish in (Wish("O1", (NAME, PHONE)), Wish("C1", files=(PHOTO.sha256,))):
        confirm_erasure(register, ask_erasure(register, wish, "R1", NOW), "K1", NOW)
    pack(engine)
    assert NAME.encode() not in _content(path)
    assert PHONE.encode() not in _content(path)
    assert verify(register).faults == []
    engine.dispose()


@pytest.mark.parametrize("statement", ["BEGIN IMMEDIATE", "BEGIN; SELECT count(*) FROM cases"])
def test_a_file_in_use_is_not_packed_and_what_is_done_later_waits_as_before(sqlite: Databases, statement: str) -> None:
    """A writer keeps the file from being written anew, a reader the log from being emptied."""
    url = sealed_at(sqlite.fresh())
    engine = open_engine(url)
    with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as other:
        for part in statement.split("; "):
            other.execute(part).fetchall()
        began = monotonic()
        with pytest.raises(Busy) as busy:
            pack(engine, wait=0.05)
        assert (busy.value.seconds, monotonic() - began < 5) == (0.05, True)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == BUSY_SECONDS * 1000
    pack(engine, wait=0.05)
    engine.dispose()


def _content(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))
