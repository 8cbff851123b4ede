"""Loads the text of an old database into a fresh one, on the database that it was written by."""

import lzma
import sqlite3
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from tests.databases import Databases

HERE = Path(__file__).parent
RELEASES = ("0.1.0",)


def released(databases: Databases, version: str) -> str:
    """The URL of a database as this released version left it, with that version's schema."""
    url = databases.empty()
    text = lzma.decompress((HERE / f"{version}-{databases.kind}.sql.xz").read_bytes()).decode()
    if databases.kind == "sqlite":
        with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
            connection.executescript(f"PRAGMA foreign_keys = off; BEGIN; {text}; COMMIT;")
        connection.close()
    else:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as postgres:
            postgres.execute(text.encode())
    return url
