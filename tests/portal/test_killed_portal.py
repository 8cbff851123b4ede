"""A portal that is killed while it answers: whatever somebody received has its entry after the next start, once."""

import os
import random
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import sleep
from urllib.parse import quote

import httpx
import pytest

from storage import Register
from storage.accounts import Accounts
from tests.portal.api import HOME
from tests.portal.city import a_city
from tests.stories.test_served import eventually

pytestmark = [pytest.mark.both, pytest.mark.slow, pytest.mark.serial]
KILLS = 3
READERS = 4
LISTS = (
    "/cases?group=all&q=", "/cases.xlsx?group=all&q=", f"{HOME}/people?q=", "/wall?q=", "/directory?kind=people&q=",
)  # fmt: skip
"""Pages, a workbook and the API; each is asked with a word of its own, which its entry then tells."""


@contextmanager
def a_portal(url: str, folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`duban portal` as a process of its own, with its entries in a folder that outlives it."""
    more = {"DUBAN_PORT": "0", "DUBAN_ACCESS_FOLDER": f"{folder}/access", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "portal.cli", "portal", "--db", url]
    (folder / "out").write_bytes(b"")
    with (folder / "out").open("ab") as out, (folder / "log").open("ab") as log:
        process = subprocess.Popen(command, env=os.environ | more, stdout=out, stderr=log)
    try:
        match = eventually(lambda: re.search(r"portal：(\S+)", (folder / "out").read_text("utf-8")), 60)
        eventually(lambda: httpx.get(f"{match[1]}/healthz").is_success, 60)
        yield process, match[1]
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def reader(address: str, cookie: str, number: int) -> list[str]:
    """Asks until the portal is gone; the words of the answers that came whole."""
    received: list[str] = []
    with httpx.Client(base_url=address, cookies={"duban": cookie}, timeout=30) as http:
        while True:
            word = f"词{number}x{len(received)}x{random.getrandbits(32):08x}"
            try:
                answer = http.get(LISTS[len(received) % len(LISTS)] + quote(word))
            except httpx.TransportError:
                return received
            if answer.status_code == 200:
                received.append(word)
            else:
                assert answer.status_code == 503, answer.text


def test_a_killed_portal_loses_no_entry_of_a_page_that_was_received(register: Register, tmp_path: Path) -> None:
    a_city(register)
    accounts, now = Accounts(register), datetime.now(UTC)
    accounts.create("R1", now, "test", person="R1")
    cookies = [accounts.sign_in("R1", now) for _ in range(READERS)]
    url = register.engine.url.render_as_string(hide_password=False)
    received: list[str] = []
    for _ in range(KILLS):
        with a_portal(url, tmp_path) as (process, address), ThreadPoolExecutor(READERS) as pool:
            readers = [pool.submit(reader, address, cookie, number) for number, cookie in enumerate(cookies)]
            sleep(random.uniform(0.5, 2.5))
            process.send_signal(signal.SIGKILL)
            received += [word for worker in readers for word in worker.result()]
    assert len(received) > 3 * KILLS
    with a_portal(url, tmp_path):
        eventually(lambda: not set(received) - set(words(register)), 60)
    counted = Counter(words(register))
    assert {counted[word] for word in received} == {1}
    with register.engine.connect() as connection:
        faults = connection.exec_driver_sql("SELECT count(*) FROM access_files WHERE fault <> ''").scalar()
    assert faults == 0
    assert list((tmp_path / "access").glob("*.altered")) == []


def words(register: Register) -> list[str]:
    """The words of the entries, each as often as it is there."""
    entries = Accounts(register).noted(limit=100_000)
    return [match[0] for entry in entries if (match := re.search(r"词\w+", entry["filter"]))]
