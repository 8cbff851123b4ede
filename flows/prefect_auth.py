"""The secret by which the Prefect server authenticates its engine, workers and command line."""

import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile

FILE = "auth"


def auth_string(home: Path) -> str:
    """The value kept in the folder `home`, of the form user:password; made when there is none.

    One that other users of this machine could read is replaced. Two processes starting together get the same one.
    """
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = home / FILE
    if path.exists() and path.stat().st_mode & 0o077:
        path.unlink()
    with NamedTemporaryFile("w", dir=home) as made:  # 0600
        made.write(f"duban:{secrets.token_urlsafe(32)}")
        made.flush()
        with suppress(FileExistsError):
            os.link(made.name, path)
    return path.read_text()
