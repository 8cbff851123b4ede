"""Do two people at the console erase, and does each see what is struck and what stays?"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from portal.cli import app
from storage import Register
from tests.builders import CITY, FIRST, an_action, take


@pytest.mark.both
def test_two_people_at_the_console_erase(desk: Register, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DUBAN_ACCESS_FOLDER", f"{tmp_path}/access")
    draft = {"body": "我叫张三丰", "title": "张三丰的路灯", "rulebook": "reception", "region": CITY}
    take(desk, FIRST, an_action("O1", "record", "citizen", **draft))
    monkeypatch.setenv("SUDO_USER", "zhang")
    id_ = run(desk, "ask", "O1", "--words", "-", input="张三丰\n\n")
    (waiting,) = listed(desk)
    assert (waiting["id"], waiting["words"], waiting["rows"]) == (id_.stdout.strip(), ["张三丰"], {"documents": 1})
    alone = run(desk, "confirm", waiting["id"])
    assert alone.exit_code == 1
    assert "另一个人" in alone.stderr
    monkeypatch.setenv("SUDO_USER", "li")
    assert "documents 1" in run(desk, "confirm", waiting["id"]).stdout
    (done,) = listed(desk)
    assert (done["words"], done["decided_by"], done["standing"]) == ([], "console:li", {"events": 1, "rows": 1})
    assert run(desk, "refuse", waiting["id"]).exit_code == 1
    assert "console:zhang" in run(desk, "list").stdout
    assert f"{tmp_path}/access.erasures: 0" in run(desk, "repeat").stdout
    assert run(desk, "pack").exit_code == 0


def run(register: Register, *words: str, **more: Any) -> Result:
    url = register.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(app, ["erase", *words, "--db", url], **more)


def listed(register: Register) -> list[dict[str, Any]]:
    erasures: list[dict[str, Any]] = json.loads(run(register, "list", "--json").stdout)["erasures"]
    return erasures
