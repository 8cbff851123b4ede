"""Another program that holds what writers need until its input ends: SQLite's write lock, or rows of PostgreSQL."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import make_url

ROWS = ("accounts", "cases", "messages", "sessions", "tokens")
"""Tables whose rows are held on PostgreSQL."""


@contextmanager
def held(url: str) -> Iterator[None]:
    """While this lasts, another process keeps every writer waiting."""
    command = [sys.executable, "-m", "tests.portal.holder", url]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        assert process.stdout.readline() == b"held\n"
        yield
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def main(url: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        _until_told()
    else:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as rows:
            for table in ROWS:
                rows.execute(f"SELECT 1 FROM {table} FOR UPDATE")
            _until_told()


def _until_told() -> None:
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main(*sys.argv[1:])
