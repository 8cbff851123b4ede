"""Whoever supplies "now": the register's own clock enters, and what is played goes into a database made for it."""

import ast
import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from fastapi.testclient import TestClient
from sqlalchemy import text
from typer.testing import CliRunner, Result

import portal
from flows.engine import Clock, Engine
from flows.mapping import Mapping
from flows.passing import pass_time
from flows.replay import replay
from flows.settings import Settings
from portal.api.acting import with_files
from portal.api.problems import Refusal
from portal.cli import app
from portal.door.guard import Posted
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import IN_HOUSE, rehearse
from portal.server.app import create_app
from portal.visitor.filled import Typed
from portal.visitor.site import Site
from portal.web.photos import evidence_of
from rulebooks import civil_day
from states import Action
from states.sheets import SHEETS
from states.sheets import Type as Asks
from storage import Register, migrate, open_engine
from storage.accounts import Visitor
from storage.auditing import audit
from storage.clock import open_alarm
from storage.marks import Purpose, WrongRegister, kind_of
from storage.sealing import verify
from storage.statements import reading
from tests.builders import CITY, LIBRARY, a_directory, dump, for_playing, opinions
from tests.databases import Databases
from tests.portal.web import ADDRESS
from tests.storage.old.loading import RELEASES, released

Run = Callable[..., Result]

AHEAD = "2099-01-05T09:00+08:00"
DRAFT = {"region": CITY, "rulebook": "suqian", "title": "路灯", "facts": "不亮", "proposal": "修"}
SAID = ("--by", "D1", "--role", "deputy", "--data", json.dumps(DRAFT))


@pytest.fixture
def url(sqlite: Databases) -> str:
    """A live register with a directory and three opinions of the past, nobody having swept."""
    url = sqlite.fresh()
    register = a_directory(Register(open_engine(url), LIBRARY))
    opinions(register, 3, region=CITY)
    register.engine.dispose()
    return url


@pytest.fixture
def run(url: str) -> Run:
    return lambda *words: CliRunner().invoke(app, [*words, "--db", url])


def entered(url: str) -> list[datetime]:
    register = Register(open_engine(url), LIBRARY)
    with reading(register.engine) as cursor:
        rows = cursor.rows("SELECT entered_at FROM events ORDER BY rowid")
    register.engine.dispose()
    return [register.layout.sql.read_instant(instant) for (instant,) in rows]


def refused(result: Result) -> str:
    assert result.exit_code == 1, result.output
    return str(result.output)


ENTERING = (
    ("act", "J-1", "draft", *SAID),
    ("sweep",),
    ("seal",),
    ("audit",),
    ("acknowledge", "OVERDUE", "--by", "X1", "--reason", "why"),
    ("waive", "OVERDUE", "--by", "X1", "--reason", "why"),
    ("redrive", "--all"),
    ("papers", "make"),
    ("papers", "list", "duty_list", "--region", CITY, "--out", "list.docx"),
    ("papers", "list", "duty_list", "--region", CITY, "--out", "list.docx", "--keep"),
)
"""Every command that enters something and takes --at, but those that need a file or a paper (tested beside)."""


@pytest.mark.parametrize("words", ENTERING, ids=" ".join)
def test_no_command_enters_anything_of_the_future(
    run: Run, url: str, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    before = entered(url)
    assert "2099-01-05 09:00:00+08:00 lies after" in refused(run(*words, "--at", AHEAD))
    assert entered(url) == before


def test_every_command_that_takes_an_instant_is_tried_or_only_reads() -> None:
    """The walk: whoever adds `--at` to a command says here what it does with it."""
    with_instant = {" ".join(words) for words, options in commands() if "--at" in options}
    tried = {" ".join(words[: 2 if words[0] == "papers" else 1]) for words in ENTERING}
    with_a_file = {"calendar import", "papers get"}
    only_read = {"status", "promises"}
    assert with_instant == tried | with_a_file | only_read


def commands() -> list[tuple[tuple[str, ...], set[str]]]:
    paths: list[tuple[tuple[str, ...], set[str]]] = []

    def walk(command: Any, words: tuple[str, ...]) -> None:
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, (*words, name))
        if not hasattr(command, "commands"):
            paths.append((words, {option for parameter in command.params for option in parameter.opts}))

    walk(typer.main.get_command(app), ())
    return paths


def test_a_notice_and_a_paper_are_not_entered_ahead_either(run: Run, tmp_path: Path) -> None:
    notice = tmp_path / "notice.toml"
    notice.write_text('title = "调休"\noff = [2026-05-06]\n', "utf-8")
    assert "lies after the moment of entry" in refused(run("calendar", "import", str(notice), "--at", AHEAD))


def test_a_fact_of_the_past_keeps_its_day_and_is_entered_now(run: Run, url: str) -> None:
    begun = datetime.now(UTC)
    assert run("act", "J-1", "draft", *SAID, "--at", "2026-01-05").exit_code == 0
    register = Register(open_engine(url), LIBRARY)
    (event,) = register.events("J-1")
    assert event["on"] == date(2026, 1, 5)
    assert begun <= event["entered_at"] <= datetime.now(UTC)
    register.engine.dispose()


def test_a_fact_of_today_without_a_time_is_none_of_the_future(run: Run) -> None:
    """It counted as of noon, which in the morning lies ahead."""
    today = civil_day(datetime.now(UTC))
    assert run("act", "J-1", "draft", *SAID, "--at", today.isoformat()).exit_code == 0
    tomorrow = today + timedelta(days=1)
    assert "lies after" in refused(run("act", "J-2", "draft", *SAID, "--at", tomorrow.isoformat()))


def test_a_refused_fact_of_the_future_is_refused_as_json_with_its_reason(run: Run) -> None:
    printed = json.loads(run("act", "J-1", "draft", *SAID, "--at", AHEAD, "--json").stdout)
    assert not printed["done"]
    assert "lies after the moment of entry" in printed["reason"]
    assert printed["code"] == "after_entry"


def test_a_sweep_up_to_a_day_is_entered_now(run: Run, url: str) -> None:
    begun = datetime.now(UTC)
    printed = json.loads(run("sweep", "--at", "2025-03-20", "--json").stdout)
    assert printed["climbed"] > 0
    assert min(entered(url)[-printed["climbed"] :]) >= begun
    again = json.loads(run("sweep", "--at", "2025-03-20", "--json").stdout)
    assert again["climbed"] == 0
    assert json.loads(run("sweep", "--json").stdout)["climbed"] > 0, "and the rest up to now"


def test_an_audit_of_a_day_that_has_not_been_is_refused(run: Run) -> None:
    assert "lies ahead" in refused(run("audit", "--on", "2099-01-05"))
    off = ("rulebook", "off", "suqian", "--by", "R1", "--reason", "x")
    assert "lies ahead" in refused(run(*off, "--on", "2099-01-05"))


DAYS = {"reply_on", "due_on"}, {"assigned_on"}
"""Days of forms that lie ahead by nature, and days of facts, which never do."""


def test_every_day_that_a_form_asks_for_lies_ahead_by_nature_or_is_refused_ahead() -> None:
    assert {field.key for sheet in SHEETS.values() for field in sheet if field.kind is Asks.DAY} == DAYS[0] | DAYS[1]


def test_evidence_of_a_day_that_has_not_been_is_refused(run: Run) -> None:
    inspection = {"verdict": "MATCHING", "location": "x", "evidence": [{"sha256": "a", "on": "2099-01-05"}]}
    words = ("act", "O00001", "inspect", "--by", "R1", "--role", "registrar", "--data", json.dumps(inspection))
    assert "evidence.on 2099-01-05 lies after" in refused(run(*words))
    with pytest.raises(Refusal):
        with_files(Action("C1", "inspect", "R1", "registrar", inspection), date(2098, 12, 31))
    form = Posted(Visitor("R1", "", "", "R1", "登记员", "registrar", "", "", CITY), {"taken_on": ["2099-01-05"]}, {})
    with pytest.raises(Typed):
        evidence_of(form, {}, date(2098, 12, 31))


# -- whose database it is -----------------------------------------------------------------------------------------


def a_table(path: Path, *years: int) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file)
        out.writerow(["id", "title", "asked", "text"])
        out.writerows([f"m{n}", "路灯", f"{year}-01-05 09:00:00", "不亮"] for n, year in enumerate(years, 1))
    return path


@pytest.fixture
def mapping(tmp_path: Path) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(
        'name = "mine"\nmachine = "opinion"\nid = "id"\ntitle = "title"\nformats = ["%Y-%m-%d %H:%M:%S"]\n'
        '[[facts]]\naction = "record"\nat = "asked"\ntexts = { body = "text" }\n',
        "utf-8",
    )
    return path


def test_a_replay_refuses_the_row_of_a_mistyped_year_and_sweeps_nobody_ahead(
    register: Register, tmp_path: Path, mapping: Path
) -> None:
    report = replay(
        for_playing(register), a_table(tmp_path / "t.csv", 2025, 2052, 2025), Mapping.load(str(mapping)),
        "message-board", now=datetime(2025, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    (row,) = report.rejected
    assert row.row == 2
    assert "2052-01-05 09:00:00 lies after 2025-02-01" in str(row.why)
    with reading(register.engine) as cursor:
        assert register.layout.sql.read_instant(cursor.rows("SELECT max(entered_at) FROM events")[0][0]).year == 2025


PLAYERS = {
    "flows/passing.py: pass_time", "flows/replay.py: replay", "portal/rehearsal/fooled.py: fooled",
    "portal/rehearsal/one_life.py: live", "portal/rehearsal/recorded.py: played_again",
    "portal/rehearsal/year.py: rehearse",
}  # fmt: skip
"""Whoever gives a register it did not make another time than the clock's."""

WRITES = {"register.apply", "register.import_directory", "sweep", "register.sweep", "Stage", "_play"}


def test_every_function_that_plays_in_a_register_asks_for_its_mark_first() -> None:
    """What takes a register and writes with a time of its own; what is called inside is asked no more."""
    root = Path(portal.__file__).parents[1]
    asking, writing = set(), set()
    for path in sorted([*root.glob("portal/rehearsal/*.py"), root / "flows/passing.py", root / "flows/replay.py"]):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and any(arg.arg == "register" for arg in node.args.args):
                called = {ast.unparse(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)}
                name = f"{path.relative_to(root)}: {node.name}"
                if "require" in called:
                    asking.add(name)
                if called & WRITES:
                    writing.add(name)
    inside = {"settle_town", "fill", "_night", "_play", "_sweep_up_to"}
    assert asking == PLAYERS
    assert {name for name in writing - asking if name.rpartition(" ")[2] not in inside} == set()


@pytest.mark.parametrize("player", ["rehearse", "replay", "pass_time"])
def test_what_is_played_from_python_is_refused_by_a_live_register(
    register: Register, tmp_path: Path, mapping: Path, player: str
) -> None:
    before = dump(register.engine)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    play = {
        "rehearse": lambda: rehearse(register, CITIES["suqian"], 2026, 12),
        "replay": lambda: replay(
            register, a_table(tmp_path / "t.csv", 2025), Mapping.load(str(mapping)), "message-board"
        ),
        "pass_time": lambda: pass_time(register, at, at + timedelta(days=1), IN_HOUSE),
    }
    with pytest.raises(WrongRegister, match="is a live register"):
        play[player]()
    assert dump(register.engine) == before


def test_an_engine_with_a_clock_of_its_own_is_refused_by_a_live_register_and_the_clock_s_by_a_played_one(
    register: Register,
) -> None:
    settings = Settings(database_url=register.engine.url.render_as_string(hide_password=False), prefect="off")
    with pytest.raises(WrongRegister, match="is a live register"):
        Engine(settings, Clock.starting_at(datetime(2031, 1, 1, tzinfo=UTC)))
    Engine(settings).register.engine.dispose()
    for_playing(register)
    with pytest.raises(WrongRegister, match="is marked for rehearsals"):
        Engine(settings)
    Engine(settings, Clock.starting_at(datetime(2031, 1, 1, tzinfo=UTC))).register.engine.dispose()


def test_a_replay_into_a_live_register_is_refused_and_into_its_own_is_marked(
    run: Run, url: str, tmp_path: Path, mapping: Path
) -> None:
    table = a_table(tmp_path / "t.csv", 2025)
    words = ["replay", str(table), "--mapping", str(mapping), "--rulebook", "message-board"]
    assert "is a live register" in refused(run(*words))
    own = f"sqlite:///{tmp_path}/replayed.db"
    for _ in range(2):
        assert CliRunner().invoke(app, [*words, "--db", own]).exit_code == 0
    assert kind(own) == Purpose.REHEARSAL


def test_history_enters_a_live_register_by_import_and_nobody_is_told(
    run: Run, url: str, tmp_path: Path, mapping: Path
) -> None:
    begun = datetime.now(UTC)
    tables = ("messages", "outbox")
    before = counted(url, *tables)
    words = ["import", "history", str(a_table(tmp_path / "t.csv", 2025, 2099)), "--mapping", str(mapping)]
    assert "needs --mapping and --rulebook" in run(*words).output
    words += ["--rulebook", "message-board", "--json"]
    printed = json.loads(run(*words).stdout)
    assert (printed["imported"], [row["row"] for row in printed["rejected"]]) == (1, [2])
    register = Register(open_engine(url), LIBRARY)
    (event,) = register.events("m1")
    assert (event["on"], event["entered_at"] >= begun) == (date(2025, 1, 5), True)
    limits = [row for row in register.dossier("m1").deadlines.values() if row.duty and row.open]
    assert limits
    assert all(row.next_rung_on is None or row.next_rung_on >= civil_day(begun) for row in limits)
    assert verify(register).ok
    assert counted(url, *tables) == before
    assert json.loads(run(*words).stdout)["imported"] == 1
    assert len(register.events("m1")) == 1, "twice is once"
    night = audit(register, civil_day(datetime.now(UTC)))
    assert not [finding for finding in night.findings if finding.case_id == "m1" and finding.code == "RUNG_ASTRAY"]
    register.engine.dispose()


def counted(url: str, *tables: str) -> list[int]:
    engine = open_engine(url)
    with reading(engine) as cursor:
        counts = [int(cursor.rows(f"SELECT count(*) FROM {table}")[0][0]) for table in tables]
    engine.dispose()
    return counts


def test_a_rehearsal_into_a_live_register_is_refused_even_an_empty_one(sqlite: Databases) -> None:
    refusal = refused(CliRunner().invoke(app, ["rehearse", "--suggestions", "1", "--db", sqlite.fresh()]))
    assert "is a live register" in refusal


def kind(url: str) -> Purpose:
    engine = open_engine(url)
    try:
        return kind_of(engine)
    finally:
        engine.dispose()


def test_a_register_is_live_until_the_console_marks_it(run: Run, url: str) -> None:
    assert run("migrate").exit_code == 0
    assert kind(url) == Purpose.LIVE
    assert run("migrate", "--rehearsal").exit_code == 0
    assert run("migrate", "--rehearsal").exit_code == 0
    assert kind(url) == Purpose.REHEARSAL
    assert run("act", "J-1", "draft", *SAID, "--at", AHEAD).exit_code == 0, "there --at is the instant of entry"
    assert entered(url)[-1] == datetime.fromisoformat(AHEAD)


def test_no_live_portal_or_engine_works_on_a_register_for_rehearsals(run: Run) -> None:
    assert run("migrate", "--rehearsal").exit_code == 0
    for words in (("serve", "--prefect", "off", "--port", "0"), ("portal", "--port", "0")):
        assert "is marked for rehearsals" in refused(run(*words))


def test_no_clock_is_started_elsewhere_over_a_live_register(run: Run) -> None:
    refusal = refused(run("serve", "--prefect", "off", "--port", "0", "--from", "2026-01-05"))
    assert "is live, and its time is the machine's" in refusal


def test_a_released_database_has_no_mark_and_is_live(databases: Databases) -> None:
    for release in RELEASES:
        engine = open_engine(released(databases, release))
        migrate(engine)
        assert kind_of(engine) == Purpose.LIVE
        engine.dispose()


# -- the alarm, as people meet it ------------------------------------------------------------------------------------


def ahead(url: str) -> None:
    """An entry of a clock that ran a year ahead."""
    engine = open_engine(url)
    with engine.begin() as connection:
        later = (datetime.now(UTC) + timedelta(days=365)).replace(tzinfo=None).isoformat(" ", "microseconds")
        connection.execute(text("UPDATE events SET entered_at = :at WHERE case_id = 'O00001'"), {"at": later})
    engine.dispose()


def test_the_console_sweeps_and_seals_nothing_until_the_clock_is_accepted(run: Run, url: str) -> None:
    ahead(url)
    for words in (("sweep",), ("seal",), ("audit",)):
        assert "duban clock accept --by WHO --reason WHY" in refused(run(*words))
    assert "the newest entry lies 36" in run("status").stdout
    assert json.loads(run("status", "--json").stdout)["clock"]["kind"] == "ahead"
    assert run("act", "J-1", "draft", *SAID).exit_code == 0, "acting goes on"
    assert run("clock", "accept", "--by", "老王", "--reason", "主板电池").exit_code == 0
    assert "主板电池" in run("clock", "show").stdout
    assert json.loads(run("status", "--json").stdout)["clock"] is None
    assert run("sweep").exit_code == 0
    assert "no alarm" in refused(run("clock", "accept", "--by", "老王", "--reason", "再来"))


def test_health_says_that_the_clock_is_held_and_the_portal_goes_on(url: str) -> None:
    register = Register(open_engine(url), LIBRARY)
    browser = TestClient(create_app(Site(register)), base_url=ADDRESS)
    assert browser.get("/healthz").json() == {"up": True, "database": True}
    ahead(url)
    answer = browser.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"up": True, "database": True, "clock": "ahead"})
    assert open_alarm(register) is None, "looking raises nothing"
    register.engine.dispose()


