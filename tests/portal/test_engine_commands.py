"""What happens by itself, as the command line shows and steers it."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from flows.deliver import deliver
from flows.escalate import escalate
from portal.cli import app
from storage import Register, open_engine
from storage.jobs import finish_job, start_job
from tests.builders import CITY, LIBRARY, a_directory, morning, opinions, rows
from tests.databases import Databases
from tests.flows.test_deliver import DUE, at
from tests.smtp import Misbehaving, smtp_server

Run = Callable[..., Result]


@pytest.fixture
def url(sqlite: Databases) -> str:
    """Three opinions are overdue; the registrar has an address at a server that refuses it."""
    url = sqlite.fresh()
    register = a_directory(Register(open_engine(url), LIBRARY))
    people = [
        {"id": "R1", "name": "登记员", "role": "registrar", "region": CITY, "email": "r1@example.org"},
        {"id": "X1", "name": "巡检员", "role": "auditor", "region": CITY},
    ]
    register.import_directory("people", rows(people))
    opinions(register, 3, region=CITY)
    register.sweep(morning(DUE))
    register.engine.dispose()
    return url


@pytest.fixture
def run(url: str) -> Run:
    return lambda *words: CliRunner().invoke(app, [*words, "--db", url])


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def channels(tmp_path: Path, port: int) -> Path:
    path = tmp_path / "channels.toml"
    path.write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {port}\nsecurity = "none"\nsender = "duban@example.org"\n',
        "utf-8",
    )
    return path


def test_a_dead_message_is_listed_and_driven_again(run: Run, url: str, tmp_path: Path) -> None:
    from flows.channels import load_channels

    bad = Misbehaving({"RCPT": "550 no such mailbox"})
    register = Register(open_engine(url), LIBRARY)
    deliver(register, at(DUE), load_channels(str(channels(tmp_path, bad.port))))
    bad.stop()
    (dead,) = answer(run("messages", "dead", "--json"))["messages"]
    assert dead["error"] == "550 no such mailbox"
    assert "550" in run("messages", "dead").stdout
    assert run("redrive").exit_code == 2
    assert "1 条重发" in run("redrive", dead["id"], "--at", at(DUE).isoformat()).stdout
    assert answer(run("messages", "dead", "--json"))["messages"] == []
    (waits,) = answer(run("messages", "waiting", "--json"))["messages"]
    assert waits["id"] == dead["id"]
    with smtp_server() as (kept, settings):
        deliver(register, at(DUE), load_channels(str(channels(tmp_path, settings["port"]))))
        assert len(kept.mails) == 1
    register.engine.dispose()
    wrong = run("messages", "lost")
    assert wrong.exit_code == 2
    assert "there are dead, waiting, sent" in wrong.stderr


def test_an_inbox_is_read_by_person_or_unit(run: Run, url: str) -> None:
    register = Register(open_engine(url), LIBRARY)
    deliver(register, at(DUE))
    register.engine.dispose()
    (message,) = answer(run("inbox", "R1", "--json"))["messages"]
    assert message["subject"] == "【督办摘要】2025-03-20 逾期 3 项，共 6 项"
    assert "6 items: 3 overdue" in run("inbox", "person:R1").stdout
    assert "0 条" in run("inbox", "unit:U1").stdout


def test_status_shows_what_waits_and_what_ran(run: Run, url: str) -> None:
    register = Register(open_engine(url), LIBRARY)
    start_job(register, "escalate", "one", at(DUE), at(DUE))
    finish_job(register, "escalate", at(DUE), "direct", escalate(register, at(DUE)).results)
    register.engine.dispose()
    status = answer(run("status", "--json", "--at", at(DUE).isoformat()))
    assert status["messages"]["held"] == 9, "three came in, three for the office, three for its leader"
    assert status["jobs"]["escalate"]["by"] == "direct"
    shown = run("status", "--at", at(DUE).isoformat()).stdout
    assert "待合并通知 notices held 9" in shown
    assert "proposed and undecided: 0" in shown


def test_channels_are_reached_without_sending(tmp_path: Path) -> None:
    with smtp_server() as (kept, settings):
        good = CliRunner().invoke(app, ["channels", str(channels(tmp_path, settings["port"]))])
        assert good.exit_code == 0, good.output
        assert "mail: 通 reached" in good.stdout
        assert not kept.mails
    gone = CliRunner().invoke(app, ["channels", str(tmp_path / "channels.toml")])
    assert gone.exit_code == 1
    assert "mail: 不通 not reached" in gone.stderr
    absent = CliRunner().invoke(app, ["channels", str(tmp_path / "absent.toml")])
    assert absent.exit_code == 1
    assert "deploy/channels.example.toml" in absent.stderr


def test_an_audit_is_run_read_and_its_findings_are_decided(run: Run) -> None:
    night = morning(DUE + timedelta(days=1)).isoformat()
    report = answer(run("audit", "--at", night, "--json"))
    assert (report["cases_open"], report["cases_looked_at"]) == (3, 3)
    assert run("report").stdout.startswith(f"# 巡检日报 {DUE}")
    findings = answer(run("findings", "--json"))["findings"]
    late = [finding for finding in findings if finding["code"] == "OVERDUE"]
    assert [finding["case_id"] for finding in late] == ["O00001", "O00002", "O00003"]
    place = ("OVERDUE", "--case", "O00001", "--subject", late[0]["subject_id"])
    assert run("acknowledge", *place, "--by", "X1", "--reason", "已电话督促", "--at", night).exit_code == 0
    nobody = run("waive", *place, "--by", "D1", "--reason", "不必", "--at", night)
    assert nobody.exit_code == 1
    assert "findings are decided by auditor, registrar, leader" in nobody.stderr
    decided = {finding["case_id"]: finding["standing"] for finding in answer(run("findings", "--json"))["findings"]}
    assert decided["O00001"] == "acknowledged"
    assert decided["O00002"] == "open"


def test_a_rulebook_is_switched_off_and_on(run: Run) -> None:
    reason = ("--by", "R1", "--reason", "规则待修订")
    assert run("rulebook", "off", "message-board", *reason).exit_code == 0
    later = morning(date(2025, 4, 10)).isoformat()
    assert answer(run("sweep", "--at", later, "--json"))["climbed"] == 0
    assert run("rulebook", "on", "message-board").exit_code == 0
    assert answer(run("sweep", "--at", later, "--json"))["climbed"] > 0


def test_deployments_are_printed_as_a_file_for_prefect() -> None:
    printed = CliRunner().invoke(app, ["deployments", "--region", "321300"]).stdout
    assert "nightly-audit-321300" in printed
    assert "cron: 0 2 * * *" in printed


def test_a_wrong_channels_file_keeps_the_engine_from_starting(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "channels.toml"
    path.write_text("[male]\n", "utf-8")
    monkeypatch.setenv("DUBAN_CHANNELS_FILE", str(path))
    result = run("serve", "--prefect", "off", "--no-portal")
    assert result.exit_code == 1
    assert 'male: unknown key "male", did you mean "mail"?' in result.stderr
