"""Reading a table in a process of its own, which has only the file and is killed at its limits."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from stat import S_ISREG
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Timer
from typing import IO, Any

from loguru import logger

from flows.tables.cells import Unreadable
from flows.tables.resource_limits import MAX_RECORD, Limits
from rulebooks.file_faults import system_fault

AT_ONCE = 2
"""How many tables this process has read at once."""

TURNS = BoundedSemaphore(AT_ONCE)
_LINE = 8 * MAX_RECORD
"""Most bytes of an answer's line: a record with every letter escaped."""
_KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TZ")
"""The environment of the process; other variables may be secret."""


def messages_about(path: Path, ending: str, limits: Limits, every: bool = False) -> Iterator[list[Any]]:
    """The messages of the process about the file, or about `every` sheet of a workbook as it stands.

    Raises Unreadable: also for memory, time, a crash.
    """
    with _regular(path) as file, _turn(limits), TemporaryFile() as errors:
        process = subprocess.Popen(
            [sys.executable, "-I", "-m", "flows.tables", ending, json.dumps(asdict(limits)), *["every"] * every],
            stdin=file, stdout=subprocess.PIPE, stderr=errors, cwd="/",
            env={name: os.environ[name] for name in _KEPT if name in os.environ},
        )  # fmt: skip
        clock = Timer(limits.wall, process.kill)
        clock.daemon = True
        clock.start()
        try:
            yield from _messages(process, limits, errors)
        finally:
            clock.cancel()
            process.kill()
            process.wait()
            process.stdout.close()  # type: ignore[union-attr]  # it is a pipe


def _messages(process: subprocess.Popen[bytes], limits: Limits, errors: IO[bytes]) -> Iterator[list[Any]]:
    assert process.stdout is not None
    size = 0
    while line := process.stdout.readline(_LINE):
        size += len(line)
        if size > limits.answer:
            raise Unreadable("answer_large", most=limits.answer)
        if not line.endswith(b"\n"):
            break
        message = json.loads(line)
        if message[0] == "end":
            return
        if message[0] == "refused":
            raise Unreadable(message[1], **message[2])
        yield message
    process.kill()
    raise Unreadable(_why(process.wait(), errors), seconds=limits.seconds)


def _why(status: int, errors: IO[bytes]) -> str:
    """The code for a process that ended without an answer."""
    if status in (-9, -24):  # SIGKILL by the clock or the kernel, SIGXCPU
        return "time"
    errors.seek(0)
    why = errors.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
    if "MemoryError" in why:
        return "memory"
    logger.error("the reader of a table ended with {}: {}", status, why[:500])
    return "reader_ended"


@contextmanager
def _regular(path: Path) -> Iterator[IO[bytes]]:
    """The file, opened; refuses anything but a regular file, which could block."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError as error:
        fault = system_fault(error)
        raise Unreadable("not_opened", why=fault.value, chinese=fault.zh) from None
    with os.fdopen(descriptor, "rb") as file:
        if not S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Unreadable("not_regular")
        yield file


@contextmanager
def _turn(limits: Limits) -> Iterator[None]:
    if not TURNS.acquire(timeout=limits.wall):
        raise Unreadable("busy", most=AT_ONCE)
    try:
        yield
    finally:
        TURNS.release()
