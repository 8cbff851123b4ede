"""Data files are private to their owner: a new database is made so, and files that others could read are reported."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

OTHERS = 0o077


def make_for_owner(_dialect: Any, _record: Any, where: Any, _how: Any) -> None:
    """Make the file of a new database before SQLite does, which gives its -wal and -shm the same rights."""
    with suppress(OSError):
        os.close(os.open(where[0], os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def files_of(engine: Engine) -> list[Path]:
    """The files of a SQLite database that are there."""
    if engine.dialect.name != "sqlite":
        return []
    every = (Path(f"{engine.url.database}{end}") for end in ("", "-wal", "-shm", "-journal"))
    return [path for path in every if path.exists()]


def open_to_others(engine: Engine, folders: Iterable[Path]) -> list[str]:
    """The database, the folders and their files that anybody but the owner can access."""
    within = [path for folder in folders if folder.is_dir() for path in (folder, *folder.iterdir())]
    return sorted(str(path) for path in (*files_of(engine), *within) if path.lstat().st_mode & OTHERS)
