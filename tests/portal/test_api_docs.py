"""The examples of docs/api.md, run as they stand there."""

import shlex
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from portal.api import stream
from portal.server.app import create_app
from states.vocabulary import TokenScope
from storage import Register, open_engine
from tests.builders import LIBRARY
from tests.databases import Databases
from tests.portal.api import a_city, a_token
from tests.portal.web import ADDRESS

PAGE = Path(__file__).parents[2] / "docs" / "api.md"


def test_the_examples_work_in_their_order(sqlite: Databases, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "LASTS", 0.0)
    site = a_city(Register(open_engine(sqlite.fresh()), LIBRARY))
    held = a_token(site, "W1")
    http = TestClient(create_app(site), base_url=ADDRESS)
    commands = [line.strip() for line in PAGE.read_text().splitlines() if line.strip().startswith("curl ")]
    assert len(commands) >= 12
    for command in commands:
        words = shlex.split(command.replace("$DUBAN", ADDRESS).replace("$TOKEN", held))
        method, headers, body, url = "GET", {}, None, ""
        rest = iter(words[1:])
        for word in rest:
            if word == "-X":
                method = next(rest)
            elif word == "-H":
                name, _, value = next(rest).partition(": ")
                headers[name] = value
            elif word == "-d":
                body = next(rest).encode()
            elif not word.startswith("-"):
                url = word
        answer = http.request(method, url, headers=headers, content=body)
        assert answer.status_code == 200, (command, answer.text)
        if "/actions" in url:
            items = answer.json().get("items", [])
            assert not [item["problem"] for item in items if item["problem"]], answer.text


def test_the_page_names_every_scope() -> None:
    text = PAGE.read_text()
    assert all(f"`{scope}`" in text for scope in TokenScope.values())
