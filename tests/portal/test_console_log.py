"""Who reads at the console leaves an entry, as whoever reads a page."""

import getpass
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.commands.console_log import EXEMPT, READS
from storage import Busy, Register
from storage.accounts import Accounts
from tests.builders import CITY, FIRST
from tests.portal.city import a_city

ON = (FIRST + timedelta(days=30)).isoformat()


@pytest.fixture
def url(register: Register) -> str:
    a_city(register)
    return register.engine.url.render_as_string(hide_password=False)


def run(url: str, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--db", url])


def commands(app_: typer.Typer, path: tuple[str, ...] = ()) -> Iterator[str]:
    for info in app_.registered_commands:
        assert info.callback is not None
        name = info.name or str(info.callback.__name__).rstrip("_").replace("_", "-")
        yield " ".join((*path, name))
    for group in app_.registered_groups:
        inner = group.typer_instance
        assert inner is not None
        if inner.registered_callback is not None:
            yield group.name or ""
        yield from commands(inner, (*path, group.name or ""))


def test_every_command_enters_what_it_shows_or_says_why_not() -> None:
    """Walks the command line: a new command is asked here."""
    names = set(commands(app))
    assert names - READS - EXEMPT.keys() == set()
    assert (READS | EXEMPT.keys()) - names == set()
    assert not READS & EXEMPT.keys()
    assert len(names) > 60


def arguments(command: str, tmp_path: Path) -> list[str]:
    more: dict[str, list[str]] = {
        "show": ["assigned"], "history": ["assigned"], "explain": ["assigned"], "papers of": ["assigned"],
        "inbox": ["D1"], "overdue": ["--on", ON], "papers get": ["assigned", "交办通知", "--out", f"{tmp_path}/a.docx"],
        "papers list": ["duty_list", "--region", CITY, "--out", f"{tmp_path}/b.xlsx"], "findings": ["--region", CITY],
        "export events": ["--out", f"{tmp_path}/c.jsonl"], "conversions": ["--year", "2025"],
    }  # fmt: skip
    return [*command.split(), *more.get(command, [])]


@pytest.mark.parametrize("command", sorted(READS))
def test_what_is_read_at_the_console_is_entered(
    register: Register, url: str, tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)
    run(url, *arguments(command, tmp_path))
    entries = [entry for entry in Accounts(register).noted() if entry["what"] == f"console {command}"]
    assert entries
    assert {entry["account"] for entry in entries} == {f"console:{getpass.getuser()}"}
    if command in ("show", "history", "explain", "papers of", "papers get"):
        assert entries[0]["case_id"] == "assigned"
    if command == "inbox":
        assert entries[0]["filter"] == "person=D1"
    if command == "findings":
        assert (entries[0]["filter"], entries[0]["region"]) == (f"region={CITY}", CITY)
    if command == "export events":
        assert entries[0]["row_count"] == len((tmp_path / "c.jsonl").read_text().splitlines())


@pytest.mark.both
def test_rows_are_counted_alike_in_a_table_and_in_json(register: Register, url: str) -> None:
    register.import_directory("people", [])
    results = [run(url, "history", "assigned", *more) for more in ((), ("--json",))]
    assert [result.exit_code for result in results] == [0, 0]
    counts = {entry["row_count"] for entry in Accounts(register).noted() if entry["what"] == "console history"}
    assert counts == {len(register.events("assigned"))}


def test_what_cannot_be_entered_is_not_shown(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_arguments: Any, **_more: Any) -> None:
        raise Busy(5)

    monkeypatch.setattr(Accounts, "note", busy)
    result = run(url, "history", "assigned")
    assert result.exit_code == 1
    assert "assigned" not in result.stdout
    assert "访问记录写不下来" in result.stderr


def test_who_comes_by_sudo_is_named_by_their_own_name(
    register: Register, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "zhang")
    run(url, "account", "list")
    (entry,) = [entry for entry in Accounts(register).noted() if entry["what"] == "console account list"]
    assert entry["account"] == "console:zhang"
