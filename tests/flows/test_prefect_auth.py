"""Does the Prefect server answer nobody but its own engine, workers and command line?"""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Subprotocol

from flows.prefect_auth import auth_string
from flows.prefect_server import PrefectServer, prefect_server

OPEN = {("GET", "/health"), ("GET", "/ready")}


def test_the_value_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "var" / "prefect"
    made = auth_string(home)
    assert re.fullmatch(r"duban:\S{32,}", made)
    assert auth_string(home) == made, "kept"
    assert [(path.name, path.stat().st_mode & 0o777) for path in home.iterdir()] == [("auth", 0o600)]
    assert home.stat().st_mode & 0o777 == 0o700


def test_a_value_that_others_could_read_is_replaced(tmp_path: Path) -> None:
    made = auth_string(tmp_path)
    (tmp_path / "auth").chmod(0o640)
    again = auth_string(tmp_path)
    assert again != made
    assert (tmp_path / "auth").stat().st_mode & 0o777 == 0o600


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrefectServer]:
    with prefect_server(tmp_path_factory.mktemp("prefect") / "home") as server:
        assert server.wait(), server.log.read_text("utf-8", "replace")
        yield server


def routes(server: PrefectServer) -> list[tuple[str, str]]:
    """Method and path of every route of the API, as the server itself lists them."""
    paths = httpx.get(f"{server.api}/openapi.json", auth=("duban", password(server)), timeout=30).json()["paths"]
    return [(method.upper(), path) for path, methods in paths.items() for method in methods]


def sockets() -> list[str]:
    """The path of every websocket of the API."""
    from fastapi.routing import APIWebSocketRoute
    from prefect.server.api.server import API_ROUTERS

    return [route.path for router in API_ROUTERS for route in router.routes if isinstance(route, APIWebSocketRoute)]


def password(server: PrefectServer) -> str:
    return server.environment["PREFECT_API_AUTH_STRING"].removeprefix("duban:")


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*}", "0f0e0d0c-0000-4000-8000-000000000000", path)


@pytest.mark.slow
@pytest.mark.prefect
@pytest.mark.parametrize("auth", [None, ("duban", "wrong"), ("", "")])
def test_every_route_but_health_and_ready_refuses_strangers(
    server: PrefectServer, auth: tuple[str, str] | None
) -> None:
    every = [*routes(server), ("GET", "/docs"), ("GET", "/openapi.json")]
    assert len(every) > 150
    with httpx.Client(base_url=server.api, auth=auth, timeout=30) as client:
        let_in = {route for route in every if client.request(route[0], filled(route[1])).status_code != 401}
    assert let_in == OPEN


@pytest.mark.slow
@pytest.mark.prefect
def test_outside_its_api_nothing_answers_a_stranger(server: PrefectServer) -> None:
    from prefect.server.api.server import create_ui_app

    own = {getattr(route, "path", "") for route in create_ui_app(ephemeral=True).routes}
    assert {"/ui-settings", "/docs", "/openapi.json"} <= own
    paths = ("/", "/api", "//api/health", "/v2/", "/dashboard", "/index.html", "/assets/index.js", *sorted(own))
    with httpx.Client(base_url=server.api.removesuffix("/api"), timeout=30) as client:
        for path in paths:
            answer = client.get(filled(path) or "/")
            assert (answer.status_code, answer.text) == (401, "Unauthorized"), path
            assert client.get(path or "/", auth=("duban", "wrong")).status_code == 401
        assert client.get("/", auth=("duban", password(server)), follow_redirects=True).status_code == 200
    assert not asyncio.run(is_let_in(server, "/../events/in", "prefect", None))


@pytest.mark.slow
@pytest.mark.prefect
def test_every_websocket_refuses_strangers_and_takes_the_value(server: PrefectServer) -> None:
    own = server.environment["PREFECT_API_AUTH_STRING"]
    paths = sockets()
    assert len(paths) >= 5
    for path in map(filled, paths):
        for token in (None, "", "duban:wrong"):
            assert not asyncio.run(is_let_in(server, path, "prefect", token)), (path, token)
        assert not asyncio.run(is_let_in(server, path, None, None)), path
        assert asyncio.run(is_let_in(server, path, "prefect", own)), path


async def is_let_in(server: PrefectServer, path: str, protocol: str | None, token: str | None) -> bool:
    protocols = [Subprotocol(protocol)] if protocol else None
    try:
        async with connect(server.api.replace("http", "ws", 1) + path, subprotocols=protocols) as socket:
            first: dict[str, Any] = {"type": "auth"} | ({} if token is None else {"token": token})
            await socket.send(json.dumps(first))
            return bool(json.loads(await asyncio.wait_for(socket.recv(), 10))["type"] == "auth_success")
    except (ConnectionClosed, InvalidStatus):
        return False


@pytest.mark.slow
@pytest.mark.prefect
def test_no_other_site_may_have_a_browser_ask_it(server: PrefectServer) -> None:
    def allowed(origin: str) -> str:
        answer = httpx.get(f"{server.api}/health", headers={"origin": origin}, timeout=30)
        return str(answer.headers.get("access-control-allow-origin", ""))

    own = server.api.removesuffix("/api")
    assert (allowed(own), allowed("http://example.org")) == (own, "")


@pytest.mark.slow
@pytest.mark.prefect
def test_the_value_stands_in_no_argument_and_no_log(server: PrefectServer) -> None:
    secret = password(server).encode()
    lines = [path.read_bytes() for path in Path("/proc").glob(f"{server.process.pid}/cmdline")]
    assert lines
    assert not [line for line in [*lines, server.log.read_bytes()] if secret in line]
    assert {path.stat().st_mode & 0o077 for path in server.log.parent.rglob("*")} == {0}


@pytest.mark.slow
@pytest.mark.prefect
def test_the_command_line_works_with_the_value_and_not_without(server: PrefectServer) -> None:
    def prefect(environment: dict[str, str]) -> int:
        every = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | environment
        command = [sys.executable, "-m", "prefect", "work-pool", "ls"]
        return subprocess.run(command, env=every, capture_output=True, timeout=120, check=False).returncode

    strange = {key: value for key, value in server.environment.items() if key != "PREFECT_API_AUTH_STRING"}
    assert prefect(server.environment) == 0
    assert prefect(strange) != 0


@pytest.mark.slow
@pytest.mark.prefect
def test_an_engine_that_another_server_refuses_says_so_and_works_without(
    server: PrefectServer, tmp_path: Path
) -> None:
    """In a process of its own: Prefect reads its environment when it is imported."""
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom flows.prefect_link import PrefectLink\n"
        "async def look():\n    link = PrefectLink(sys.argv[1], Path(sys.argv[2]))\n    link.look_after()\n"
        "    await link._task\n    print(link.up, link.why)\nasyncio.run(look())"
    )

    def printed(**more: str) -> str:
        every = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | more
        command = [sys.executable, "-c", code, server.api, str(tmp_path)]
        return subprocess.run(
            command, env=every, capture_output=True, text=True, timeout=120, check=True
        ).stdout.strip()

    assert printed(PREFECT_API_AUTH_STRING=server.environment["PREFECT_API_AUTH_STRING"]) == "True"
    assert re.match(r"False .*PREFECT_API_AUTH_STRING", printed(PREFECT_API_AUTH_STRING="duban:wrong"))
