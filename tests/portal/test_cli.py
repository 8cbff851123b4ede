"""The command line as an office and an engineer use it."""

import csv
import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from typer.testing import CliRunner, Result

from flows.notices import read_notice
from portal.cli import app
from portal.commands.explanation import explain_limits
from storage import COLUMNS, Register, migrate, open_engine
from tests.builders import LIBRARY, a_directory, walk
from tests.calendars import a_notice, as_toml

ROOT = Path(__file__).parents[2]
REPLIES = ROOT.parent / "shared" / "data" / "cn_messages" / "replies.csv"
Run = Callable[..., Result]


@pytest.fixture
def db(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/duban.db"


@pytest.fixture
def run(db: str) -> Run:
    """Run a command on the test's own database."""

    def call(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, [*words, "--db", db], input=stdin)

    return call


def answer(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def table(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def city(run: Run, tmp_path: Path) -> Run:
    """A database with one city, two units and the people who act in the tests."""
    regions = table(
        tmp_path / "regions.csv", ("代码", "名称", "级别", "上级代码"), ("3299", "云台市", "市", "")
    )
    units = table(tmp_path / "units.csv", ("编号", "名称", "区划", "类别"), ("U1", "交通局", "3299", "政府"))
    people = table(
        tmp_path / "people.csv",
        ("编号", "姓名", "身份", "单位"),
        ("D1", "周明远", "代表", ""),
        ("R1", "陆静", "代表工委", ""),
        ("W1", "马跃", "承办人", "U1"),
    )
    for kind, path in (("regions", regions), ("units", units), ("people", people)):
        assert run("import", kind, str(path)).exit_code == 0
    return run


def act(run: Run, action: str, by: str, role: str, at: str, data: dict[str, Any], *more: str) -> Result:
    words = ("act", "J-1", action, "--by", by, "--role", role, "--at", at, "--data", json.dumps(data))
    return run(*words, "--json", *more)


SUQIAN = {"region": "3299", "rulebook": "suqian", "title": "路灯", "facts": "不亮", "proposal": "修"}


def assigned(run: Run, text: dict[str, Any] = SUQIAN, how: dict[str, Any] | None = None) -> None:
    """J-1 written on 5 January 2026 and assigned to U1 on the 12th."""
    units = {"units": [{"unit": "U1", "role": "SOLE"}]}
    office = {"subject_class": "环资城建", "committee": "C1"}
    for action, by, role, at, data in (
        ("draft", "D1", "deputy", "2026-01-05", text),
        ("submit", "D1", "deputy", "2026-01-08", {}),
        ("open_review", "R1", "registrar", "2026-01-09", {}),
        ("register", "R1", "registrar", "2026-01-09", office),
        ("propose_units", "R1", "registrar", "2026-01-09", units),
        ("assign", "R1", "registrar", "2026-01-12", how or {}),
    ):
        assert answer(act(run, action, by, role, at, data))["done"]


@pytest.mark.parametrize(
    ("start", "amount", "unit", "expected"),
    [
        ("2025-01-20", "5", "working_days", "2025-01-26"),
        ("2025-01-20", "7", "working_days", "2025-02-05"),
        ("2025-01-20", "10", "working_days", "2025-02-08"),
        ("2026-11-30", "3", "months", "2027-02-28"),
    ],
)
def test_due_counts_the_last_day(run: Run, start: str, amount: str, unit: str, expected: str) -> None:
    counted = answer(run("due", start, amount, unit, "--json"))
    assert counted == {"last_day": expected, "provisional": False}


def test_a_last_day_that_the_next_notice_could_move_is_provisional(run: Run) -> None:
    counted = answer(run("due", "2026-12-28", "5", "working_days", "--json"))
    assert counted == {"last_day": "2027-01-05", "provisional": True}
    assert answer(run("workdays", "2026-12-01", "2026-12-24", "--json"))["provisional"] is False
    assert answer(run("workdays", "2026-12-01", "2026-12-25", "--json"))["provisional"] is True


def test_due_answers_a_batch_in_order_and_names_what_is_wrong(run: Run) -> None:
    lines = [
        '{"start": "2025-01-20", "amount": 7, "unit": "working_days", "roll": "none"}',
        "no json",
        '{"start": "2025-01-20", "amount": 0, "unit": "days", "roll": "none"}',
        '{"start": "2025-13-01", "amount": 1, "unit": "days"}',
        '{"start": "2025-01-25", "amount": 1, "unit": "days", "roll": "next_working_day", "extra": 1}',
        '{"start": "2025-01-24", "amount": 1, "unit": "weeks"}',
        '{"start": "2025-01-31", "amount": 1, "unit": "days", "roll": "next_working_day"}',
        "[1]",
    ]
    result = run("due", "--batch", "-", stdin="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [sorted(row) for row in answers] == [
        ["last_day", "provisional"],
        ["error"],
        ["error"],
        ["error"],
        ["error"],
        ["error"],
        ["last_day", "provisional"],
        ["error"],
    ]
    assert answers[0]["last_day"] == "2025-02-05"
    assert answers[6]["last_day"] == "2025-02-05"  # 1 February 2025 is a holiday until the 4th


def test_no_line_of_a_batch_ends_it(run: Run) -> None:
    lines = [
        "1" * 5000,
        "[" * 100_000,
        '{"start": "2025-01-20", "amount": 1, "unit": "days", "\\ud800": 1}',
        '{"start": "2025-01-20", "amount": "' + "9" * 5000 + '", "unit": "days"}',
        '{"start": "2025-01-20", "amount": 1, "unit": {"a": 1}}',
        '{"start": "2025-01-20", "amount": 1, "unit": "days", "roll": "later"}',
        '{"start": "2025-01-20", "amount": 7, "unit": "working_days"}',
    ]
    result = run("due", "--batch", "-", stdin="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 0
    assert [sorted(row) for row in answers[:-1]] == [["error"]] * 6
    assert "next_working_day" in answers[5]["error"]
    assert answers[-1]["last_day"] == "2025-02-05"


def test_due_without_a_database_makes_none(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "portal.cli", "due", "2025-01-20", "5", "working_days"]
    done = subprocess.run(
        words, cwd=tmp_path, capture_output=True, text=True, env=_environment(), check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, "2025-01-26")
    assert list(tmp_path.iterdir()) == []


def test_workdays_counts_both_ends(run: Run) -> None:
    counted = answer(run("workdays", "2025-01-26", "2025-02-05", "--json"))
    assert counted == {"workdays": 3, "provisional": False}  # 26, 27 January and 5 February


def test_exit_codes_tell_refused_from_misused(run: Run) -> None:
    assert run("due", "2025-01-20", "0", "days").exit_code == 1
    assert run("due", "2025-01-20", "5", "days", "--nonsense").exit_code == 2
    assert run("show", "nobody").exit_code == 1
    assert run("import", "cars", "x.csv").exit_code == 2
    assert run("act", "J-1", "draft", "--by", "D1", "--role", "deputy", "--data", "[1]").exit_code == 2


def test_an_inspection_brings_its_files(run: Run, db: str, tmp_path: Path) -> None:
    engine = open_engine(db)
    migrate(engine)
    register = a_directory(Register(engine, LIBRARY))
    after = walk(register, "C1", until="evaluate")
    photo, text = tmp_path / "楼道.jpg", tmp_path / "note.txt"
    photo.write_bytes(b"\xff\xd8\xff a photograph")
    text.write_text("no photograph")
    person = {"id": "M1", "name": "委员", "role": "committee", "region": "321300"}
    register.import_directory("people", [(1, person)])
    data = {"verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "没有动工", "location": "3号楼"}
    words = ["act", "C1", "inspect", "--by", "M1", "--role", "committee", "--at", str(after)]
    words += ["--data", json.dumps(data)]
    assert run(*words, "--file", str(text)).exit_code == 2
    assert run(*words, "--file", str(tmp_path / "none.jpg")).exit_code == 2
    assert run("act", "C1", "urge", "--by", "M1", "--role", "committee", "--file", str(photo)).exit_code == 2
    assert answer(run(*words, "--file", str(photo), "--json"))["state"] == "REHANDLING"
    (proof,) = register.dossier("C1").inspections["C1/i1"].evidence
    assert (proof["name"], proof["place"], proof["on"]) == ("楼道.jpg", "3号楼", str(after))
    kept = register.attachment("C1", proof["sha256"])
    assert kept is not None
    assert kept.content == photo.read_bytes()
    shown = run("show", "C1").stdout
    assert "NOT_MATCHING" in shown
    engine.dispose()


def test_a_refusal_is_one_sentence_and_no_traceback(run: Run) -> None:
    result = run("act", "J-1", "submit", "--by", "D1", "--role", "deputy", "--at", "2026-01-05")
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert "D1" in result.stderr
    assert "import" in result.stderr


def test_a_suggestion_is_written_assigned_and_explained(city: Run) -> None:
    assigned(city)
    shown = answer(city("show", "J-1", "--json"))
    assert shown["case"]["state"] == "ASSIGNED"
    assert "withdraw" in shown["allowed"]
    explained = answer(city("explain", "J-1", "reply_by", "--json"))["limits"][0]
    assert explained["last_day"] == "2026-04-12"
    assert "第五十一条" in explained["source"]
    assert city("explain", "J-1", "no_such").exit_code == 1
    events = answer(city("history", "J-1", "--json"))["events"]
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))


def test_an_action_sent_twice_happens_once(city: Run) -> None:
    text = {"region": "3299", "rulebook": "suqian", "title": "路灯", "facts": "不亮", "proposal": "修"}
    first = answer(act(city, "draft", "D1", "deputy", "2026-01-05", text, "--key", "k1"))
    again = answer(act(city, "draft", "D1", "deputy", "2026-01-05", text, "--key", "k1"))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert first["events"] == again["events"]


def test_a_passed_limit_is_swept_listed_and_sealed(city: Run) -> None:
    assigned(city)
    for at, passed in (("2026-04-12T23:59+08:00", ["receipt_by"]), ("2026-04-13T00:00+08:00", ["reply_by"])):
        swept = answer(city("sweep", "--at", at, "--json"))
        events = answer(city("history", "J-1", "--json"))["events"][-swept["climbed"] :]
        assert [event["data"]["key"] for event in events if event["name"] == "limit.overdue"] == passed
    assert answer(city("overdue", "--on", "2026-04-12", "--json"))["overdue"]["reply_by"] == 0
    overdue = answer(city("overdue", "--on", "2026-04-13", "--json"))
    assert overdue["overdue"]["reply_by"] == 1
    (late,) = [row for row in overdue["limits"] if row["key"] == "reply_by"]
    assert (late["title"], late["unit_name"]) != ("", None)
    listed = city("overdue", "--on", "2026-04-13").stdout
    assert all(str(late[key]) in listed for key in ("case_id", "subject_id", "unit_name", "last_day", "owed_by"))
    root = answer(city("seal", "--at", "2026-04-13T02:00+08:00", "--json"))["root"]
    assert answer(city("verify", "--seal", root, "--json"))["ok"]


def test_who_only_reads_is_told_that_there_is_no_database(run: Run, db: str) -> None:
    for words in (("verify",), ("show", "J-1"), ("overdue",), ("sweep",), ("seal",), ("figures",)):
        result = run(*words)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "migrate" in result.stderr
    assert not Path(db.removeprefix("sqlite:///")).exists()


def test_an_empty_root_is_not_taken_for_none(city: Run) -> None:
    assert city("verify").exit_code == 0
    assert city("verify", "--seal", "").exit_code == 2


def test_explain_reads_the_other_start_on_the_track_of_the_case(city: Run) -> None:
    text = {"region": "3299", "rulebook": "zhejiang", "title": "路灯", "facts": "不亮", "proposal": "修"}
    assigned(city, text, {"track": "COMPLEX"})
    assert answer(act(city, "receipt", "W1", "handler", "2026-01-13", {}))["done"]
    explained = answer(city("explain", "J-1", "reply_by", "--json"))["limits"][0]
    assert explained["last_day"] == "2026-07-12"
    assert [reading["last_day"] for reading in explained["readings"]] == ["2026-07-13"]
    assert any("六个月" in line for line in explained["lines"])
    assert not any("三个月" in line for line in explained["lines"])


def test_verify_names_the_altered_row(city: Run, db: str) -> None:
    assigned(city)
    with sqlite3.connect(db.removeprefix("sqlite:///")) as connection:
        connection.execute("UPDATE deadlines SET last_day = '2026-05-12' WHERE key = 'reply_by'")
    result = city("verify")
    assert result.exit_code == 1
    assert "J-1" in result.stderr
    assert "reply_by" in result.stderr


def test_a_calendar_notice_moves_what_was_provisional_and_lists_it(city: Run, tmp_path: Path) -> None:
    assert city("migrate", "--rehearsal").exit_code == 0
    text = {"region": "3299", "rulebook": "suqian", "title": "路灯", "facts": "不亮", "proposal": "修"}
    assert answer(act(city, "draft", "D1", "deputy", "2026-12-28", text))["done"]
    assert answer(act(city, "submit", "D1", "deputy", "2026-12-28", {}))["done"]
    assert "暂定" in city("explain", "J-1", "assign_by").stdout
    notice = tmp_path / "2027.toml"
    notice.write_text(as_toml(a_notice(2027, off=[date(2027, 1, 4)], on=[date(2027, 1, 9)])), "utf-8")
    report = answer(city("calendar", "import", str(notice), "--json"))
    assert report["changed_days"] == ["2027-01-04", "2027-01-09"]
    moved = [
        (limit["case_id"], limit["key"], limit["old"], limit["new"], limit["provisional"]) for limit in report["moved"]
    ]
    assert moved == [("J-1", "assign_by", "2027-01-05", "2027-01-06", False)]
    assert "2027-01-05 改为 2027-01-06" in city("explain", "J-1", "assign_by").stdout
    assert answer(city("due", "2026-12-31", "1", "working_days", "--json")) == {
        "last_day": "2027-01-05",
        "provisional": False,
    }
    broken = table(tmp_path / "broken.csv", ("日期", "安排"), ("2027-02-30", "休息"), ("2027-03-01", "睡觉"))
    result = city("calendar", "import", str(broken))
    assert result.exit_code == 1
    assert "record 1" in result.stderr
    assert "record 2" in result.stderr


def test_days_of_a_region_count_in_it_and_nowhere_else(city: Run, tmp_path: Path) -> None:
    notice = tmp_path / "typhoon.toml"
    notice.write_text('title = "防台风停工"\nissued_on = 2025-07-29\noff = [2025-07-30]\n', "utf-8")
    report = answer(city("calendar", "import", str(notice), "--region", "3299", "--json"))
    assert report["changed_days"] == ["2025-07-30"]
    question = ("due", "2025-07-29", "1", "working_days", "--json")
    assert answer(city(*question))["last_day"] == "2025-07-30"
    assert answer(city(*question, "--region", "3299"))["last_day"] == "2025-07-31"
    counted = ("workdays", "2025-07-28", "2025-08-01", "--json")
    assert [answer(city(*counted, *more))["workdays"] for more in ((), ("--region", "3299"))] == [5, 4]
    shown = answer(city("calendar", "show", "2025", "--region", "3299", "--json"))
    assert {"day": "2025-07-30", "working": False} in shown["days"]
    assert city("calendar", "import", str(notice), "--region", "999999").exit_code == 1


def test_an_import_names_every_bad_row_and_takes_none(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "people.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for number, row in enumerate(
        (("编号", "姓名", "身份"), ("D1", "周", "代表"), ("D1", "钱", "代表"), ("D2", "", "市长"))
    ):
        sheet.write_row(number, 0, row)
    book.close()
    result = run("import", "people", str(path))
    assert result.exit_code == 1
    assert "record 2" in result.stderr
    assert "record 3" in result.stderr
    assert answer(run("import", "people", str(_good(tmp_path)), "--json")) == {
        "kind": "people",
        "new": 1,
        "replaced": 0,
        "notes": [],
    }


def test_a_file_without_a_needed_column_is_refused_by_that_column(run: Run, tmp_path: Path) -> None:
    result = run("import", "regions", str(table(tmp_path / "r.csv", ("编码", "名称"), ("1", "x"))))
    assert result.exit_code == 1
    assert "代码 (code)" in result.stderr
    assert "record 0" not in result.stderr


def test_a_notice_that_lists_no_days_is_refused_with_an_example(run: Run, tmp_path: Path) -> None:
    notice = tmp_path / "notice.toml"
    notice.write_text('title = "通知"\nyear = 2027\noff = 5\n', "utf-8")
    result = run("calendar", "import", str(notice))
    assert result.exit_code == 1
    assert "off is a list of days" in result.stderr


def test_the_page_on_files_names_every_column(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "files.md").read_text("utf-8")
    columns = [f"{name} {key}" for kind in COLUMNS.values() for key, name in kind.items() if key != "handler"]
    assert [column for column in columns if column not in page] == []
    notice = tmp_path / "notice.toml"
    notice.write_text(page.partition("```toml\n")[2].partition("```")[0], "utf-8")
    assert read_notice(notice).year == 2027


def _good(folder: Path) -> Path:
    return table(folder / "good.csv", ("编号", "姓名", "身份"), ("D1", "周", "代表"))


def test_rulebooks_check_show_and_differ(run: Run) -> None:
    runner = CliRunner()
    checked = runner.invoke(app, ["rulebook", "check"])
    assert checked.exit_code == 0
    assert "rulebooks/suqian-2021.toml：extends：用的是 2015-08-29 起的" in checked.stderr
    shown = runner.invoke(app, ["rulebook", "show", "zhejiang"])
    assert "第二十一条" in shown.stdout
    assert "推定（无条文）inferred: limits.acceptance_notice_by.starts, limits.rehandle_by.starts" in shown.stdout
    assert "（推定 inferred：没有条文，取年初）" in runner.invoke(app, ["rulebook", "show", "cppcc"]).stdout
    differing = json.loads(runner.invoke(app, ["rulebook", "diff", "national", "chongqing", "--json"]).stdout)
    assert any(difference["key"].startswith("limits.contact_by") for difference in differing["differences"])


def test_a_broken_rulebook_is_named_with_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\ntitle = "我"\nlevel = "city"\njurisdiction = "我"\nin_forse = 2025-01-01\n', "utf-8"
    )
    result = CliRunner().invoke(app, ["rulebook", "check", str(path)])
    assert result.exit_code == 1
    assert "in_force" in result.stderr


def test_a_replay_answers_one_object_and_leaves_a_database_that_agrees(run: Run, tmp_path: Path) -> None:
    path = table(
        tmp_path / "messages.csv",
        ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"),
        ("1", "a", "路灯", "2018/1/2 9:07:30", "不亮", "已修", "2018/1/3 10:00:00"),
        ("2", "b", "噪声", "2018/1/2 9:07:31", "太吵", "", ""),
        ("3", "c", "积水", "2018/13/2 9:00:00", "积水", "", ""),
        ("1", "d", "重号", "2018/1/2 9:07:30", "重号", "", ""),
        ("4", "e", "倒序", "2018/1/2 9:00:00", "倒序", "早答", "2018/1/1 9:00:00"),
    )
    words = (
        "replay",
        str(path),
        "--mapping",
        "cn-replies",
        "--rulebook",
        "message-board",
        "--audit-on",
        "2018-01-31",
    )
    result = answer(run(*words, "--json"))
    assert (result["rows"], result["imported"]) == (5, 2)
    assert [row["row"] for row in result["rejected"]] == [3, 4, 5]
    assert result["by_limit"]["5wd"] == {"in_time": 1, "late": 0, "open": 1}
    assert result["audits"]["2018-01-31"]["open"] == 1
    assert result["audits"]["2018-01-31"]["overdue"]["5wd"] == 1
    assert result["chain_ok"]
    overdue = answer(run("overdue", "--on", "2018-01-31", "--json"))
    assert overdue["overdue"] == result["audits"]["2018-01-31"]["overdue"]
    stored = answer(run("figures", "--json"))
    assert stored["by_limit"] == result["by_limit"]
    assert (stored["events"], stored["notices"]) == (result["events"], result["notices"])
    again = answer(run(*words, "--json"))
    assert again == result


def test_a_table_that_cannot_be_replayed_is_refused_with_what_it_lacks(run: Run, tmp_path: Path) -> None:
    words = ("--mapping", "cn-replies", "--rulebook", "message-board", "--json")
    empty = tmp_path / "empty.csv"
    empty.touch()
    assert run("replay", str(empty), *words).exit_code == 1
    missing = run("replay", str(table(tmp_path / "m.csv", ("留言编号", "留言主题"), ("1", "x"))), *words)
    assert missing.exit_code == 1
    assert "留言时间" in missing.stderr
    wrong = run(
        "replay", str(missing_none(tmp_path)), "--mapping", "cn-replys", "--rulebook", "message-board"
    )
    assert wrong.exit_code == 1
    assert "cn-replies" in wrong.stderr


def missing_none(folder: Path) -> Path:
    return table(folder / "ok.csv", ("留言编号",), ("1",))


@pytest.mark.slow
@pytest.mark.real_data
@pytest.mark.skipif(not REPLIES.exists(), reason="the recorded messages do not lie beside the project")
def test_the_command_line_answers_the_figures_of_the_recorded_messages(db: str) -> None:
    days = ("2018-04-03", "2018-12-31", "2019-06-30")
    words = [
        "replay",
        str(REPLIES),
        "--mapping",
        "cn-replies",
        "--rulebook",
        "message-board",
        "--db",
        db,
        "--json",
    ]
    for day in days:
        words += ["--audit-on", day]
    result = answer(CliRunner().invoke(app, words))
    assert (result["rows"], result["imported"], result["rejected"]) == (1408, 1408, [])
    late = {key: row["late"] for key, row in result["by_limit"].items()}
    assert late == {"5wd": 881, "15wd": 360, "30wd": 130, "3m": 36, "6m": 15}
    assert result["audits"]["2018-12-31"] == {
        "open": 29,
        "overdue": {"5wd": 15, "15wd": 6, "30wd": 1, "3m": 0, "6m": 0},
    }
    assert result["chain_ok"]


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_every_command_that_a_readme_names_is_there(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    named = set(re.findall(r"(?:^    |; )duban ([a-z]+)", text, re.MULTILINE))
    listed = CliRunner().invoke(app, ["--help"], terminal_width=100).stdout
    assert named
    assert [command for command in sorted(named) if not re.search(rf"\b{command}\b", listed)] == []


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


def test_a_database_that_cannot_be_opened_is_named_without_a_traceback(tmp_path: Path) -> None:
    no_database = tmp_path / "letter.db"
    no_database.write_text("this is no database " * 100, "utf-8")
    server = "postgresql://clerk:secret@127.0.0.1:1/duban"
    for url, word in (
        (f"sqlite:///{no_database}", "letter.db"),
        (f"sqlite:///{tmp_path}/no/x.db", "x.db"),
        (server, "127"),
    ):
        result = CliRunner().invoke(app, ["figures", "--db", url])
        assert result.exit_code == 1, result.output
        assert word in result.stderr
        assert "secret" not in result.output


def test_explain_says_since_when_an_open_limit_is_overdue(city: Run, db: str) -> None:
    assigned(city)
    register = Register(open_engine(db))
    (on_the_last_day,) = explain_limits(register, "J-1", date(2026, 4, 12), "reply_by")
    (after_it,) = explain_limits(register, "J-1", date(2026, 4, 15), "reply_by")
    assert (on_the_last_day["status"], after_it["status"]) == ("进行中", "逾期 3 天")


def test_the_sheet_of_an_action_is_told() -> None:
    result = CliRunner().invoke(app, ["sheet", "refuse_return"])
    assert "`reason`" in result.stdout, result.output
    assert "理由" in result.stdout
    assert CliRunner().invoke(app, ["sheet", "refuse"]).exit_code == 1
