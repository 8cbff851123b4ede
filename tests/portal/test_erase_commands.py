"""Does it take two humans to erase, of whom a console proves neither?"""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.visitor.site import Site
from storage import Register
from storage.erasing import confirm_erasure
from storage.errors import RefusedByRule
from storage.messages import list_messages
from tests.builders import CITY, FIRST, an_action, noon, take

NOON = noon(FIRST)


@pytest.mark.both
def test_who_asks_at_the_console_names_their_account_and_another_human_confirms(
    desk: Register, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DUBAN_ACCESS_FOLDER", f"{tmp_path}/access")
    monkeypatch.setenv("SUDO_USER", "zhang")
    site = Site(desk, accesses=tmp_path / "access")
    for name, duty, person in (("R1", "", "R1"), ("sys", "system", ""), ("gone", "audit", "")):
        site.accounts.create(name, NOON, "test", person, duty, holder="张三" if duty else "")
    site.accounts.disable("gone", NOON)
    draft = {"body": "我叫张三丰", "title": "张三丰的路灯", "rulebook": "reception", "region": CITY}
    take(desk, FIRST, an_action("O1", "record", "citizen", **draft))
    assert run(desk, "ask", "O1", "--words", "-", input="张三丰").exit_code == 2, "no account is named"
    for name, why in (("duban", "没有账号"), ("console:zhang", "没有账号"), ("gone", "已停用")):
        refused = run(desk, "ask", "O1", "--account", name, "--words", "-", input="张三丰")
        assert (refused.exit_code, why in refused.stderr) == (1, True), refused.stderr
    id_ = run(desk, "ask", "O1", "--account", "R1", "--words", "-", input="张三丰\n\n").stdout.strip()
    waiting = next(erasure for erasure in listed(desk) if not erasure["outcome"])
    assert (waiting["id"], waiting["by"], waiting["rows"]) == (id_, "R1", {"documents": 1})
    (entry, *_) = site.accounts.noted("console:zhang", "O1")
    assert (entry["what"], entry["filter"]) == ("console erase ask", "account=R1")
    (message,) = [sent for sent in list_messages(desk) if "申请删除个人信息" in sent["subject"]]
    assert "console:zhang 在服务器上以您的账号 R1" in message["body"]
    with pytest.raises(RefusedByRule, match="another person"):
        confirm_erasure(desk, id_, "R1", NOON)
    assert run(desk, "confirm", id_).exit_code == 2, "a console proves nobody"
    assert run(desk, "refuse", id_).exit_code == 0
    assert "console:zhang" in run(desk, "list").stdout
    id_ = run(desk, "ask", "O1", "--account", "sys", "--words", "-", input="张三丰").stdout.strip()
    assert confirm_erasure(desk, id_, "R1", NOON).standing == {"events": 1, "rows": 1}
    assert run(desk, "refuse", id_).exit_code == 1
    assert f"{tmp_path}/access.erasures: 0" in run(desk, "repeat").stdout
    assert run(desk, "pack").exit_code == 0


def test_who_proposes_at_the_console_by_the_days_kept_confirms_nothing(desk: Register) -> None:
    assert run(desk, "propose", "--kept", "1").exit_code == 2, "no account is named"
    Site(desk).accounts.create("sys", NOON, "test", duty="system")
    assert "0 件" in run(desk, "propose", "--kept", "1", "--account", "sys").stdout


def run(register: Register, *words: str, **more: Any) -> Result:
    url = register.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(app, ["erase", *words, "--db", url], **more)


def listed(register: Register) -> list[dict[str, Any]]:
    erasures: list[dict[str, Any]] = json.loads(run(register, "list", "--json").stdout)["erasures"]
    return erasures
