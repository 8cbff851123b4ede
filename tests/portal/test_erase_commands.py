"""Does it take two humans to erase, of whom a console proves neither?"""

import json
from pathlib import Path
from typing import Any

import pytest
from loguru import logger
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.commands.engine import erase_again
from portal.visitor.site import Site
from storage import Register, open_engine
from storage.erasing import Wish, ask_erasure, confirm_erasure, erasures
from storage.erasure_list import ErasureList
from storage.errors import RefusedByRule
from storage.messages import list_messages
from tests.builders import CITY, FIRST, LIBRARY, a_directory, an_action, dump, noon, take
from tests.databases import Databases

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


@pytest.fixture
def backup(tmp_path: Path, sqlite: Databases, monkeypatch: pytest.MonkeyPatch) -> Register:
    """A database of before an erasure, which is in the list of the access folder."""
    monkeypatch.setenv("DUBAN_ACCESS_FOLDER", f"{tmp_path}/access")
    monkeypatch.setenv("DUBAN_PORT", "0")
    url = sqlite.fresh()
    register = a_directory(Register(open_engine(url), LIBRARY))
    draft = {"body": "我叫张三丰", "title": "路灯", "rulebook": "reception", "region": CITY}
    take(register, FIRST, an_action("O1", "record", "citizen", **draft))
    register.engine.dispose()
    before = Register(open_engine(sqlite.copy(url)), LIBRARY)
    confirm_erasure(register, ask_erasure(register, Wish("O1", ("张三丰",)), "R1", NOON), "R2", NOON)
    ErasureList(register, tmp_path / "access").write()
    return before


@pytest.mark.slow
@pytest.mark.parametrize(("command", "serving"), [("portal", "serve_pages"), ("serve", "work_and_answer")])
def test_each_start_strikes_a_restored_backup_before_anybody_is_answered(
    backup: Register, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, serving: str
) -> None:
    texts: list[str] = []

    async def answered(*_: object) -> None:
        texts.append(documents(backup))

    monkeypatch.setattr(f"portal.server.serving.{serving}", answered)
    assert "张三丰" in documents(backup)
    words = [command, "--db", backup.engine.url.render_as_string(hide_password=False)]
    result = CliRunner().invoke(app, [*words, *(["--prefect", "off"] if command == "serve" else [])])
    assert result.exit_code == 0, result.output
    assert ["张三丰" in text for text in texts] == [False]
    assert [erasure.decided_by for erasure in erasures(backup)] == ["R2"]


def test_a_list_that_cannot_be_used_keeps_nobody_from_starting(backup: Register, tmp_path: Path) -> None:
    listed = ErasureList(backup, tmp_path / "access")
    whole = listed.path.read_bytes()
    lines: list[str] = []
    sink = logger.add(lines.append, format="{level} {message}")
    listed.path.write_bytes(b"{\n" + whole)
    erase_again(listed)
    listed.path.write_bytes(whole)
    with backup.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET text = '另一段话' WHERE id = 'O1#1.body'")
    erase_again(listed)
    erase_again(listed)
    logger.remove(sink)
    (erasure,) = erasures(backup)
    assert [line.rstrip() for line in lines if "eras" in line] == [
        f"ERROR the list of erasures cannot be used: line 1 of {listed.path} is no erasure",
        f"WARNING erased again after a restore: {erasure.id}",
        "ERROR not as when they were erased, so not struck: documents/O1#1.body",
    ]


def run(register: Register, *words: str, **more: Any) -> Result:
    url = register.engine.url.render_as_string(hide_password=False)
    return CliRunner().invoke(app, ["erase", *words, "--db", url], **more)


def documents(register: Register) -> str:
    return b"".join(dump(register.engine)["documents"]).decode()


def listed(register: Register) -> list[dict[str, Any]]:
    erasures: list[dict[str, Any]] = json.loads(run(register, "list", "--json").stdout)["erasures"]
    return erasures
