"""An embedded Prefect server: a child process with its own folder and without telemetry."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from flows.prefect_auth import auth_string

START_SECONDS = 90
PR_SET_PDEATHSIG = 1

QUIET = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_SERVER_LOGGING_LEVEL": "ERROR",
    "PREFECT_CLI_COLORS": "false",
}


class PrefectServer:
    """The child process; `api` is the URL of its API once `wait` has returned, for clients with `environment`."""

    def __init__(self, home: Path, port: int = 0) -> None:
        auth, port = auth_string(home), port or free_port()
        origin = f"http://127.0.0.1:{port}"
        self.api = f"{origin}/api"
        of_both = QUIET | {"PREFECT_HOME": str(home)}
        self.environment = of_both | {"PREFECT_API_URL": self.api, "PREFECT_API_AUTH_STRING": auth}
        # While it starts it must not look for a server of that address, so its own URL is not in its environment.
        own = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | of_both
        own |= {
            "PREFECT_SERVER_API_AUTH_STRING": auth,
            "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
            "PREFECT_UI_API_URL": self.api,
        }
        self.log = home / "server.log"
        self.log.touch(0o600)
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "flows.prefect_door", "127.0.0.1", str(port)],
                env=own,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                umask=0o077,
                preexec_fn=_end_with_parent if sys.platform == "linux" else None,
            )

    def wait(self, seconds: float = START_SECONDS) -> bool:
        """Whether the API answers within `seconds`; False at once when the process has ended."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                with urlopen(f"{self.api}/health", timeout=2) as answer:
                    if answer.status == 200:
                        return True
            except (URLError, OSError):
                time.sleep(0.2)
        return False

    def stop(self) -> None:
        """End it and its children; a second call does nothing."""
        if self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@contextmanager
def prefect_server(home: Path) -> Iterator[PrefectServer]:
    """A server that starts at once and is ended with the block; call `wait` before using it."""
    server = PrefectServer(home)
    try:
        yield server
    finally:
        server.stop()


def _end_with_parent() -> None:
    """Have the kernel end this child with its parent, even when that is killed."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_port() -> int:
    """A free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
