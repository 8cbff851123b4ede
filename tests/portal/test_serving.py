"""Does `duban serve` answer at once, let the first administrators in once, and stop as it should?"""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock

import httpx
import pytest
from typer.testing import CliRunner

from flows.settings import Settings
from portal.cli import app
from portal.door.guard import apart
from portal.server.app import AT_ONCE, create_app
from portal.server.serving import PortalError, listen, require_closed_door, shown_path
from portal.visitor.site import Site
from storage import Register
from storage.errors import AccountRefused
from tests.portal.web import PASSWORD, Browser, device_code, page_text, signed_in
from tests.stories.test_served import children, eventually


@contextmanager
def serving(folder: Path, *words: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """`duban serve` on a free port over a database of its own; the process and the portal's address."""
    environment = os.environ | {
        "DUBAN_PREFECT_HOME": str(folder / "prefect"), "DUBAN_PORT": "0", "PYTHONIOENCODING": "utf-8",
        "DUBAN_DATABASE_URL": f"sqlite:///{folder}/duban.db",
    }  # fmt: skip
    command = [sys.executable, "-m", "portal.cli", *words]
    with (folder / "out").open("wb") as out, (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=log)
    try:
        match = eventually(lambda: re.search(r"portal：(\S+)", printed(folder)))
        yield process, match.group(1)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def printed(folder: Path) -> str:
    return (folder / "out").read_text("utf-8", "replace")


def logged(folder: Path) -> str:
    return (folder / "log").read_text("utf-8", "replace")


def links_of(folder: Path) -> dict[str, str]:
    """The one-time links printed, by duty."""
    return dict(re.findall(r"(system|security|audit): (http\S+)", printed(folder)))


@pytest.mark.slow
@pytest.mark.serial
@pytest.mark.prefect
def test_it_answers_before_prefect_is_up_lets_the_first_in_once_and_leaves_nothing_behind(
    tmp_path: Path,
) -> None:
    with serving(tmp_path, "serve") as (process, address):
        health = eventually(lambda: _get(f"{address}/healthz"), 30)
        assert health.json() == {"up": True, "database": True}
        assert "Prefect is up" not in logged(tmp_path)
        links = eventually(lambda: links_of(tmp_path))
        assert set(links) == {"system", "security", "audit"}
        with httpx.Client(follow_redirects=True) as browser:
            assert "安全管理员" in browser.get(links["security"]).text
            chosen = {"account": "anquan", "password": PASSWORD, "again": PASSWORD}
            page = browser.post(links["security"], data=chosen).text
            code = {"code": device_code(page, datetime.now(UTC)), "next": "/"}
            assert "恢复码" in browser.post(f"{address}/sign-in/code", data=code).text
            assert browser.get(f"{address}/accounts").status_code == 200
        assert httpx.get(links["security"]).status_code == 404
        assert httpx.post(links["security"], data={**chosen, "account": "other"}).status_code == 404
        assert httpx.get(links["audit"]).status_code == 200, "the other duties have links of their own"
        eventually(lambda: children(process.pid))
        left = children(process.pid)
        open_ = httpx.Client()
        open_.get(f"{address}/sign-in")
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, logged(tmp_path)
        open_.close()
        assert not [process for process in left if Path(f"/proc/{process}").exists()]
    for link in links.values():
        assert link.rpartition("/")[2] not in logged(tmp_path), "a token in the log lets its reader in"
    assert "/link/…" in logged(tmp_path)


@pytest.mark.slow
@pytest.mark.serial
def test_a_portal_alone_ends_with_ctrl_c_while_somebody_is_still_connected(tmp_path: Path) -> None:
    with serving(tmp_path, "portal") as (process, address):
        eventually(lambda: _get(f"{address}/healthz"), 30)
        host, _, port = address.removeprefix("http://").rpartition(":")
        with socket.create_connection((host, int(port))) as hanging:
            hanging.sendall(b"GET /sign-in HTTP/1.1\r\nhost: x\r\n")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0, logged(tmp_path)


def test_a_port_that_is_taken_is_refused_with_what_would_work(tmp_path: Path) -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortalError, match=f"port {port} at 127.0.0.1 is taken.*--port"):
            listen("127.0.0.1", port)
        result = CliRunner().invoke(
            app, ["serve", "--prefect", "off", "--port", str(port), "--db", str(tmp_path / "x.db")]
        )
    assert result.exit_code == 1
    assert "DUBAN_PORT" in result.stderr
    with pytest.raises(PortalError, match="no address of this machine") as refused:
        listen("192.0.2.1", 0)
    assert refused.value.chinese.startswith("192.0.2.1 不是本机的地址；请写 DUBAN_HOST=127.0.0.1")


OPEN = Settings(host="0.0.0.0")


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        (OPEN, True), (OPEN.model_copy(update={"host": "::"}), True),
        (OPEN.model_copy(update={"host": "127.0.0.1"}), False), (OPEN.model_copy(update={"host": "localhost"}), False),
        (OPEN.model_copy(update={"https": True}), False),
        (OPEN.model_copy(update={"trusted_proxies": "10.0.0.1"}), False),
        (OPEN.model_copy(update={"insecure": True}), False),
    ],
)  # fmt: skip
def test_other_machines_are_answered_by_https_or_by_consent_alone(settings: Settings, refused: bool) -> None:
    with listen(settings.host, 0) as listening:
        if not refused:
            require_closed_door(settings, listening)
            return
        with pytest.raises(PortalError, match=r"DUBAN_HTTPS=true, DUBAN_TRUSTED_PROXIES.*--insecure"):
            require_closed_door(settings, listening)
        assert listening.fileno() == -1, "closed again"


def test_the_command_line_refuses_an_open_door_and_takes_consent(tmp_path: Path) -> None:
    words = ["portal", "--host", "0.0.0.0", "--port", "0", "--db", str(tmp_path / "x.db")]
    result = CliRunner().invoke(app, words)
    assert result.exit_code == 1
    assert "DUBAN_INSECURE" in result.stderr


def test_the_log_never_holds_the_token_of_a_link() -> None:
    for path, shown in (
        ("/link/Abc-123", "/link/…"), ("/e/Abc", "/e/…"), ("/o/t/Abc", "/o/t/…"), ("/case/J1", "/case/J1"),
        ("/link/a/b", "/link/…"), ("/", "/"), ("/cases/e", "/cases/e"),
        ("//link/Abc", "//link/…"), ("/link//Abc", "/link/…"), ("/LINK/Abc", "/LINK/…"), ("/%6cink/Abc", "/link/…"),
        ("/%256cink%252FAbc", "/link/…"), ("/o//t/Abc", "/o//t/…"), ("/x/../e/Abc", "/x/../e/…"), ("e/Abc", "e/…"),
        ("/api/link/Abc", "/api/link/…"), ("/link\n/a/link/Abc", "/link�/a/link/…"), ("/case/J1?link=Abc", "/case/J1"),
        ("/pages/people", "/pages/people"), ("/o/./t/bcdfghjkmnpqrstvwxz2", "/o/./t/…"),
        ("/ｏ／t／bcdfghjkmnpqrstvwxz2", "/ｏ／t／…"), ("/link%20/Abc-123_Abc-123_Abc-123_Abc-123_", "/link /…"),
    ):  # fmt: skip
        assert shown_path(path) == shown


def test_health_is_told_to_everybody_and_fails_with_the_database(desk: Register) -> None:
    browser = Browser(Site(desk))
    assert browser.get("/healthz") == '{"up":true,"database":true}'


def test_a_first_link_works_while_nobody_has_the_duty(desk: Register) -> None:
    site = Site(desk)
    accounts, now = site.accounts, site.real_now()
    tokens = {
        duty: accounts.first_link(duty, now, site_lasts()) for duty in ("system", "security", "audit")
    }
    browser = Browser(site)
    assert "第一位系统管理员" in browser.get(f"/link/{tokens['system']}")
    browser.post(f"/link/{tokens['system']}", {"account": "", "password": PASSWORD, "again": PASSWORD}, 422)
    browser.post(f"/link/{tokens['system']}", {"account": "xi", "password": "short", "again": "short"}, 422)
    browser.post(f"/link/{tokens['system']}", {"account": "xi", "password": PASSWORD, "again": PASSWORD})
    assert browser.path == "/sign-in/code", "an administrator enrols a device first"
    accounts.create("shen", now, "xi", duty="audit")
    late = {"account": "shen2", "password": PASSWORD, "again": PASSWORD}
    browser.post(f"/link/{tokens['audit']}", late, 422)
    assert {account["name"] for account in accounts.listed()} == {"xi", "shen"}
    with pytest.raises(AccountRefused, match="one of system, security, audit"):
        accounts.first_link("king", now, site_lasts())


def test_a_link_of_a_demonstration_is_refused_everywhere_else(desk: Register) -> None:
    site = Site(desk)
    site.accounts.create("R1", site.real_now(), "test", person="R1")
    token = site.accounts.demo_link("R1", site.real_now(), site_lasts())
    browser = Browser(site)
    browser.get(f"/link/{token}", 404)
    browser.post(f"/link/{token}", {}, 404)
    signed_in(site, "R1").post("/demo/clock", {"by": "day"}, 404)
    assert not [route for route in create_app(site).routes if "/demo/" in getattr(route, "path", "")]


def test_a_mandate_is_given_and_ended_by_the_office(desk: Register) -> None:
    from tests.builders import CITY, rows

    desk.import_directory(
        "people", rows([{"id": "P1", "name": "助理", "role": "proxy", "region": CITY}])
    )
    site = Site(desk)
    office = signed_in(site, "R1")
    office.submit("/mandates", "/mandates", proxy="P1", deputy="D1")
    assert "P1" in page_text(office.get("/mandates"))
    assistant = signed_in(site, "P1")
    visitor = site.accounts.visitor(assistant.http.cookies["duban"], site.real_now(), site.today())
    assert visitor is not None
    assert visitor.deputies == ("D1",)
    office.submit("/mandates", "/mandates", 422, proxy="P1", deputy="nobody")
    office.submit("/mandates", "/mandates", 409, proxy="R1", deputy="D1")
    office.submit("/mandates", "/mandates", 422, proxy="P1", deputy="D1", until="soon")
    signed_in(site, "D1").get("/mandates", 403)
    (row,) = site.accounts.mandates_listed()
    csrf = office.get("/mandates").partition('name="csrf" value="')[2].partition('"')[0]
    form = {"csrf": csrf, "proxy": "P1", "deputy": "D1", "since": row["since"].isoformat(), "do": "end"}
    office.post("/mandates", form)
    (row,) = site.accounts.mandates_listed()
    assert row["until"] == site.today()


def site_lasts():
    from portal.visitor.site import LINK_LASTS

    return LINK_LASTS


def _get(url: str) -> httpx.Response | None:
    try:
        return httpx.get(url, timeout=5)
    except httpx.TransportError:
        return None


def test_a_few_requests_work_at_a_time_and_the_others_wait_their_turn(register: Register) -> None:
    working, most, guard = 0, 0, Lock()

    def work() -> str:
        nonlocal working, most
        with guard:
            working += 1
            most = max(most, working)
        time.sleep(0.01)
        with guard:
            working -= 1
        return "done"

    pages = create_app(Site(register))
    pages.add_api_route("/work", work)

    async def many() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://test") as client:
            answers = await asyncio.gather(*(client.get("/work") for _ in range(5 * AT_ONCE)))
        return [answer.status_code for answer in answers]

    assert asyncio.run(many()) == [200] * 5 * AT_ONCE
    assert most == AT_ONCE


def test_what_counts_for_long_keeps_no_page_waiting(register: Register) -> None:
    working, most, counted = 0, 0, Event()

    @apart
    def counting() -> str:
        nonlocal working, most
        working += 1
        most = max(most, working)
        counted.wait(20)
        working -= 1
        return "done"

    pages = create_app(Site(register))
    pages.add_api_route("/counting", counting)
    pages.add_api_route("/quick", lambda: "done")

    async def many() -> list[int]:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(pages), base_url="http://test") as client:
            long = [asyncio.create_task(client.get("/counting")) for _ in range(2 * AT_ONCE)]
            await asyncio.sleep(0.1)
            quick = [await asyncio.wait_for(client.get("/quick"), 10) for _ in range(AT_ONCE)]
            counted.set()
            return [answer.status_code for answer in (*quick, *await asyncio.gather(*long))]

    assert asyncio.run(many()) == [200] * 3 * AT_ONCE
    assert most == 1, "one after the other"
