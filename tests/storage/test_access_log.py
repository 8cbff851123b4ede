"""No entry of reading whose answer was given is lost, none is doubled, and a changed file is found out."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from threading import Barrier, Thread
from time import monotonic, sleep
from typing import Any

import pytest

from storage import Register
from storage.access_files import ASIDE, AccessFile, log_lines
from storage.access_log import AccessLog
from storage.accesses import access
from storage.accounts import Accounts
from storage.auditing import audit
from storage.errors import Busy, NotKept
from storage.patience import waiting_at_most
from storage.statements import transaction

AT = datetime(2026, 3, 5, 1, tzinfo=UTC)
MOVE_SOON = AccessLog._move_soon

DAY = date(2026, 3, 5)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "accesses"


def a_log(register: Register, folder: Path) -> AccessLog:
    return AccessLog(register.engine, register.layout.sql, folder)


def entries(count: int, what: str = "list /cases") -> list[dict[str, Any]]:
    return [
        access(AT, f"A{n}", "auditor", what, row_count=n, filter="q=张三\0\ud800", region="3213") for n in range(count)
    ]


def in_table(register: Register) -> list[dict[str, Any]]:
    return Accounts(register).noted(limit=100_000)


def left(register: Register, folder: Path, count: int) -> Path:
    """A file that a process left which died."""
    log = a_log(register, folder)
    log.keep(entries(count))
    assert log._file is not None
    log._file.close(remove=False)
    return log._file.path


def test_an_entry_is_on_the_disk_for_this_user_alone_before_keep_ends(register: Register, folder: Path) -> None:
    log = a_log(register, folder)
    log.keep(entries(3))
    (path,) = folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with path.open("rb") as file:
        kept = [line.entry for line in log_lines(file)][1:]
    assert [line["account"] for line in kept] == ["A0", "A1", "A2"]
    assert {line["filter"] for line in kept} == {"q=张三��"}
    assert in_table(register) == []
    assert log.move() == 3
    assert log.move() == 0
    assert [(row["account"], row["row_count"], row["region"]) for row in sorted(in_table(register), key=str)] != []
    assert {row["id"] for row in in_table(register)} == {line["id"] for line in kept}
    log.close()
    assert list(folder.iterdir()) == []


def test_callers_at_the_same_time_wait_for_the_disk_together(
    register: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log, waited = a_log(register, folder), []
    log.keep(entries(1))
    fsync = os.fsync

    def slow(file: int) -> None:
        waited.append(file)
        sleep(0.05)
        fsync(file)

    monkeypatch.setattr("storage.access_files.os.fsync", slow)
    ready = Barrier(16)

    def keep() -> None:
        ready.wait()
        log.keep(entries(1))

    threads = [Thread(target=keep) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(waited) <= 4
    assert log.move() == 17


def test_entries_that_cannot_be_written_are_said_to_be_lost_and_later_ones_are_kept(
    register: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = a_log(register, folder)
    log.keep(entries(2))
    with monkeypatch.context() as broken:
        broken.setattr("storage.access_files.os.fsync", _no_room)
        with pytest.raises(NotKept, match="No space"):
            log.keep(entries(1))
    log.keep(entries(4, "later"))
    log._look_after()
    whats = [row["what"] for row in in_table(register)]
    assert (whats.count("later"), whats.count("list /cases")) == (4, 3)  # written, and not known to be on the disk


def _no_room(_file: int) -> None:
    raise OSError(28, "No space left on device")


def test_nobody_who_keeps_an_entry_waits_for_the_database(register: Register, folder: Path) -> None:
    log = a_log(register, folder)
    with transaction(register.engine):
        began = monotonic()
        log.keep(entries(5))
        assert monotonic() - began < 1
        if register.engine.dialect.name == "sqlite":
            with waiting_at_most(0), pytest.raises(Busy):
                log.move()
            assert Accounts(register, log).noted() == []
    assert len(Accounts(register, log).noted()) == 5


def test_a_thread_moves_what_was_kept_and_ends(
    register: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AccessLog, "_move_soon", MOVE_SOON)
    path = left(register, folder, 2)
    log = a_log(register, folder)
    log.begin()
    log.keep(entries(3))
    ends = monotonic() + 20
    while len(in_table(register)) < 5 or log._mover is not None:
        assert monotonic() < ends
        sleep(0.05)
    assert not path.exists()
    log.close()
    assert list(folder.iterdir()) == []


def test_what_a_process_left_is_moved_once_at_the_next_start(register: Register, folder: Path) -> None:
    left(register, folder, 7)
    other = a_log(register, folder)
    other.keep(entries(1, "own"))
    assert other.adopt() == 7
    assert other.adopt() == 0
    assert len(in_table(register)) == 7
    assert len(list(folder.iterdir())) == 1


def test_a_file_is_not_taken_from_a_process_that_lives(register: Register, folder: Path) -> None:
    living = a_log(register, folder)
    living.keep(entries(2))
    assert a_log(register, folder).adopt() == 0
    assert living.move() == 2


def test_what_was_moved_before_the_process_died_is_not_moved_again(register: Register, folder: Path) -> None:
    dying = a_log(register, folder)
    dying.keep(entries(3))
    dying.move()
    dying.keep(entries(2))
    assert dying._file is not None
    dying._file.close(remove=False)
    assert a_log(register, folder).adopt() == 2
    assert len(in_table(register)) == 5


@pytest.mark.parametrize(("torn", "kept"), [(b"", 2), (b"\0" * 900, 2)])
def test_a_last_line_that_is_torn_is_left_out_and_is_no_fault(
    register: Register, folder: Path, torn: bytes, kept: int
) -> None:
    path = left(register, folder, 3)
    path.write_bytes(path.read_bytes()[:-7] + torn)
    assert a_log(register, folder).adopt() == kept
    assert not path.exists()
    assert faults(register) == []


CHANGES = {
    "a name in another's place": lambda raw: raw.replace(b'"A1"', b'"A9"'),
    "a line taken out": lambda raw: b"\n".join(line for line in raw.split(b"\n") if b'"A1"' not in line),
    "two lines exchanged": lambda raw: b"\n".join(_exchanged(raw.split(b"\n"))),
    "a line put in": lambda raw: raw.replace(b"\n", b"\nnobody was here\n", 2),
}


def _exchanged(parts: list[bytes]) -> list[bytes]:
    return [parts[0], parts[2], parts[1], *parts[3:]]


@pytest.mark.parametrize("change", CHANGES)
def test_a_file_that_was_changed_is_kept_aside_and_the_audit_names_it(
    register: Register, folder: Path, change: str
) -> None:
    path = left(register, folder, 4)
    path.write_bytes(CHANGES[change](path.read_bytes()))
    a_log(register, folder).adopt()
    assert path.with_suffix(ASIDE).exists()
    assert not path.exists()
    assert faults(register) == [path.stem]


def test_a_file_shorter_than_what_was_moved_or_gone_is_found_out(register: Register, folder: Path) -> None:
    dying = a_log(register, folder)
    dying.keep(entries(5))
    dying.move()
    assert dying._file is not None
    dying._file.close(remove=False)
    path = dying._file.path
    path.write_bytes(b"\n".join(path.read_bytes().split(b"\n")[:3]) + b"\n")
    removed = a_log(register, folder)
    removed.keep(entries(1))
    removed.move()
    assert removed._file is not None
    removed._file.path.unlink()
    removed._file.close(remove=False)
    a_log(register, folder).adopt()
    assert set(faults(register)) == {path.stem, removed._file.path.stem}
    chinese = {finding.why.chinese().partition(" 被改动过：")[2] for finding in audit(register, DAY).findings}
    assert chinese >= {"到第 3 行就完了，原来有 6 行", "文件没有了，而它还没有写完"}
    assert len(in_table(register)) == 6


def test_a_file_that_is_removed_while_its_process_lives_takes_no_entry_along(register: Register, folder: Path) -> None:
    log = a_log(register, folder)
    log.keep(entries(2))
    assert log._file is not None
    log._file.path.unlink()
    log.keep(entries(2))
    assert log.move() == 4


def test_a_file_of_another_database_stays(register: Register, folder: Path) -> None:
    file = AccessFile(folder, "other", "another.db")
    file.append(entries(1))
    file.close(remove=False)
    assert a_log(register, folder).adopt() == 0
    assert file.path.exists()


def test_a_large_file_is_ended_and_another_begun(
    register: Register, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.access_log.LARGEST", 4_000)
    monkeypatch.setattr("storage.access_log.AT_ONCE", 2_000)
    log = a_log(register, folder)
    for _ in range(5):
        log.keep(entries(20))
        log.move()
    assert list(folder.iterdir()) == []
    log.keep(entries(1))
    assert len(list(folder.iterdir())) == 1
    log.adopt()
    assert (len(in_table(register)), faults(register)) == (100, [])


@pytest.fixture
def writer(register: Register, folder: Path) -> Iterator[subprocess.Popen[str]]:
    url = register.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "tests.storage.access_writer", url, str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    yield process
    process.kill()
    process.wait()


@pytest.mark.both
def test_a_killed_process_loses_no_entry_that_was_given_out_and_doubles_none(
    register: Register, folder: Path, writer: subprocess.Popen[str]
) -> None:
    assert writer.stdout is not None
    given_out = [writer.stdout.readline().strip() for _ in range(300)]
    writer.send_signal(signal.SIGKILL)
    given_out += [line.strip() for line in writer.stdout if line.endswith("\n")]
    writer.wait()
    a_log(register, folder).adopt()
    a_log(register, folder).adopt()
    kept = [row["id"] for row in in_table(register)]
    assert set(given_out) <= set(kept)
    assert len(kept) == len(set(kept)) <= len(given_out) + 1
    assert list(folder.iterdir()) == []
    assert faults(register) == []


def test_a_database_that_is_held_by_another_program_takes_the_entries_later(
    register: Register, folder: Path
) -> None:
    if register.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL locks no whole database")
    log = a_log(register, folder)
    other = sqlite3.connect(str(register.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    log.keep(entries(2))
    with waiting_at_most(0.1), pytest.raises(Busy):
        log.move()
    other.execute("ROLLBACK")
    assert log.move() == 2


def faults(register: Register) -> list[str]:
    findings = audit(register, DAY).findings
    assert all(finding.severity == "critical" for finding in findings if finding.code == "ACCESS_ALTERED")
    return [finding.subject_id for finding in findings if finding.code == "ACCESS_ALTERED"]
