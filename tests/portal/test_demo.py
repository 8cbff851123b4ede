"""What `make run` shows: pages over a city in the middle of its year, whose clock a newcomer moves on."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from flows.engine import Clock
from flows.passing import pass_time
from portal.demo.__main__ import LAST_DAY
from portal.rehearsal.outcome import overview
from portal.rehearsal.parameters import SUGGESTIONS
from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import IN_HOUSE, SEED, rehearse
from portal.visitor.demonstration import Demo, Member
from portal.visitor.errors import DoorRefused
from portal.visitor.site import Site
from rulebooks import ZONE
from storage import Register, open_engine
from storage.auditing import audits
from storage.jobs import jobs
from storage.sealing import verify
from storage.statements import reading
from tests.builders import LIBRARY, for_playing, opinions
from tests.portal.web import Browser, page_text, signed_in
from tests.stories.test_served import children, eventually

RARE = {
    "assignment.return_granted",
    "assignment.return_refused",
    "assignment.extension_granted",
    "assignment.delay_explained",
    "assignment.rectified",
    "suggestion.rehandle_ordered",
    "suggestion.dissatisfied_again",
    "suggestion.mediation_decided",
    "suggestion.urged",
    "suggestion.closed_with_explanation",
    "supervision.confirmed",
    "supervision.declined",
    "supervision.lapsed",
    "commitment.verification_failed",
    "commitment.rescheduled",
}

LEVELS = ("U1", "U2", "U3", "U4", "U5", "U6")

EARLY = {
    "DRAFT", "COSIGNING", "PRE_CONSULT", "SUBMITTED", "UNDER_REVIEW", "RETURNED_FOR_REVISION", "REGISTERED",
    "ASSIGNING",
    "COMMUNICATING", "HANDLING", "CONSULTING", "EVALUATING", "REHANDLE_REVIEW", "MEDIATION", "TRACKING",
    "REPLY_CLOSED", "ARCHIVED",
}  # fmt: skip


@dataclass
class Running:
    """`make run` as a process: what it printed, and its links by the role they are for."""

    process: subprocess.Popen[bytes]
    folder: Path

    @property
    def printed(self) -> str:
        return (self.folder / "out").read_text("utf-8", "replace")

    @property
    def links(self) -> dict[str, str]:
        return dict(re.findall(r"[│|] (\S+) +[│|].*?(http://\S+)", self.printed))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("demo")
    environment = {
        **os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONIOENCODING": "utf-8", "DUBAN_PORT": "0",
    }  # fmt: skip
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "portal.demo"], cwd=folder, env=environment, stdout=out, stderr=out
        )
    program = Running(process, folder)
    try:
        eventually(lambda: "Ctrl-C" in program.printed or process.poll() is not None, 400)
        assert process.poll() is None, program.printed
        yield program
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


@pytest.mark.slow
@pytest.mark.prefect
def test_make_run_lets_a_newcomer_in_and_watch_the_ladder_climb(running: Running) -> None:
    links = running.links
    assert {"代表", "代表工委", "承办人", "常委会领导", "巡检员", "系统管理员"} <= set(links), running.printed
    assert len(links) >= 15
    with httpx.Client(follow_redirects=True, timeout=120) as browser:
        entered = _enter(browser, links["代表工委"])
        assert "工作台" in entered
        assert httpx.get(links["代表工委"]).status_code == 404, "a link works once"

        before = _levels(running)
        assert set(before) >= {*LEVELS}, before
        address = links["代表工委"].partition("/link/")[0]
        wall = browser.get(f"{address}/wall").text
        moved = _submit(browser, f"{address}/demo/clock", wall, by="week", back="/wall")
        assert moved.url.path == "/wall"
        assert re.search(r"升级 [1-9]\d* 项", page_text(moved.text) + moved.text)
        after = _levels(running)
        assert sum(after.get(level, 0) for level in ("U3", "U4", "U5", "U6")) > sum(
            before.get(level, 0) for level in ("U3", "U4", "U5", "U6")
        )

        refused = _submit(browser, f"{address}/demo/clock", moved.text, 409, by="to", to="2026-01-01")
        assert "时钟只能向前" in refused.text
        far = _submit(browser, f"{address}/demo/clock", moved.text, 409, by="to", to="2027-12-31")
        assert "一次最多走 92 天" in far.text

        leader = _submit(browser, f"{address}/demo/as", moved.text, account="L01")
        assert "工作台" in leader.text
        assert httpx.post(f"{address}/demo/clock", data={"by": "week"}).status_code in (303, 403)
    register = _register(running)
    eventually(lambda: jobs(register).get("sweep-deadlines"))
    with reading(register.engine) as cursor:
        states = {state for (state,) in cursor.rows("SELECT DISTINCT state FROM cases")}
        (count,) = cursor.rows("SELECT count(*) FROM cases WHERE machine = 'suggestion'")
    assert states >= EARLY, EARLY - states
    assert count[0] == SUGGESTIONS
    assert verify(register).ok
    register.engine.dispose()

    left = children(running.process.pid)
    running.process.send_signal(signal.SIGINT)
    assert running.process.wait(60) == 0, running.printed
    assert not [process for process in left if Path(f"/proc/{process}").exists()]
    assert "已停止 stopped" in running.printed


@pytest.mark.slow
def test_the_rehearsed_year_has_every_rung_and_every_rare_turn(tmp_path: Path) -> None:
    register = for_playing(Register(open_engine(f"sqlite:///{tmp_path}/city.db"), LIBRARY))
    done = rehearse(register, CITIES["suqian"], 2026, SUGGESTIONS, SEED)
    assert done.refused == []
    year = overview(register, date(2026, 12, 31))
    assert year.figures["submitted"] == 272
    assert all(year.ladder.get(rung, 0) for rung in ("U0", "overdue", *LEVELS))
    with reading(register.engine) as cursor:
        names = {name for (name,) in cursor.rows("SELECT DISTINCT name FROM events")}
    assert names >= RARE, RARE - names
    assert year.figures["mediated"] > 0
    assert verify(register).ok
    (audit, *_) = audits(register, 1)
    assert audit["cases_open"] == audit["cases_looked_at"] > 0
    register.engine.dispose()


# -- the clock and its bar, over a small register ------------------------------------------------------------------

NOW = datetime(2025, 3, 17, 9, 0, tzinfo=ZONE)


@pytest.fixture
def site(desk: Register) -> Site:
    desk = for_playing(desk)
    opinions(desk, 3)
    clock = Clock.starting_at(NOW)
    cast = {"R1": Member("R1", "代表工委", "登记员"), "D1": Member("D1", "代表", "某代表")}
    return Site(desk, clock, demo=Demo(desk, clock, IN_HOUSE, cast))


def test_the_bar_moves_the_clock_and_tells_what_happened(site: Site) -> None:
    browser = signed_in(site, "R1")
    for actor in site.demo.cast if site.demo else ():
        if actor not in {row["name"] for row in site.accounts.listed()}:
            site.accounts.create(actor, site.real_now(), "test", person=actor)
    assert "演示" in browser.get("/cases")
    csrf = browser.get("/cases").partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/demo/clock", {"by": "day"}, 403)
    browser.post("/demo/clock", {"csrf": csrf, "by": "week", "back": "/inbox"})
    assert browser.path == "/inbox"
    assert site.today() == date(2025, 3, 24)
    assert site.demo is not None
    assert site.demo.passed is not None
    assert site.demo.passed.overdue == 3
    assert "新逾期 3 项" in browser.get("/cases")
    assert jobs(site.register)["nightly-audit"].due_at == datetime(2025, 3, 24, 2, tzinfo=ZONE)
    browser.post("/demo/clock", {"csrf": csrf, "by": "to", "to": "2025-03-24", "back": "/act/O00001"})
    assert browser.path == "/case/O00001", "not the form, which would be stale"
    browser.post("/demo/clock", {"csrf": csrf, "by": "to", "to": "2025-03-20"}, 409)
    browser.post("/demo/clock", {"csrf": csrf, "by": "to", "to": "yesterday"}, 409)
    assert site.today() == date(2025, 3, 24)
    browser.post("/demo/as", {"csrf": csrf, "account": "nobody"}, 404)
    browser.post("/demo/as", {"csrf": csrf, "account": "D1"})
    assert "写建议" in browser.get("/cases")
    assert "演示" in Browser(site).get("/sign-in")


def test_a_demo_link_signs_in_once_without_a_password(site: Site) -> None:
    site.accounts.create("R1", site.real_now(), "test", person="R1")
    token = site.accounts.demo_link("R1", site.real_now(), timedelta(days=1))
    browser = Browser(site)
    assert "不用口令" in browser.get(f"/link/{token}")
    browser.post(f"/link/{token}", {})
    assert browser.path == "/"
    Browser(site).get(f"/link/{token}", 404)


@pytest.mark.both
def test_a_long_way_is_the_same_as_many_short_ones(desk: Register) -> None:
    desk = for_playing(desk)
    opinions(desk, 3)
    week = timedelta(days=7)
    first = pass_time(desk, NOW, NOW + week, IN_HOUSE)
    second = pass_time(desk, NOW + week, NOW + 2 * week, IN_HOUSE)
    assert (first.overdue, second.overdue) == (3, 0)
    assert first.audits + second.audits == 14
    assert sum(second.levels.values()) > 0
    again = pass_time(desk, NOW + 2 * week, NOW + 2 * week + timedelta(minutes=1), IN_HOUSE)
    assert (again.reminded, again.overdue, again.levels) == (0, 0, {})


def test_the_clock_goes_forward_only_and_not_too_far_at_once(site: Site) -> None:
    assert site.demo is not None
    with pytest.raises(DoorRefused, match="the clock only goes forward"):
        site.demo.move(NOW - timedelta(days=1))
    with pytest.raises(DoorRefused, match="at most 92 days at once"):
        site.demo.move(NOW + timedelta(days=93))
    with pytest.raises(ValueError, match="goes forward only"):
        site.clock.move_to(NOW - timedelta(days=1))
    assert not site.clock.held


# -- inside --------------------------------------------------------------------------------------------------------


def _enter(browser: httpx.Client, link: str) -> str:
    assert "不用口令" in browser.get(link).text
    answer = browser.post(link)
    assert answer.status_code == 200
    return answer.text


def _submit(browser: httpx.Client, path: str, page: str, status: int = 200, **fields: str) -> httpx.Response:
    csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
    answer = browser.post(path, data={"csrf": csrf, **fields})
    assert answer.status_code == status, page_text(answer.text)
    return answer


def _register(running: Running) -> Register:
    return Register(open_engine(f"sqlite:///{running.folder}/var/demo/city.db"), LIBRARY)


def _levels(running: Running) -> dict[str, int]:
    """Overdue duties by the level of the ladder."""
    register = _register(running)
    with reading(register.engine) as cursor:
        rows = cursor.rows(
            "SELECT level, count(*) FROM deadlines WHERE met_on IS NULL AND void_on IS NULL AND duty "
            "AND level <> '' AND last_day < ? GROUP BY 1",
            [(LAST_DAY + timedelta(days=1)).isoformat()],
        )
    register.engine.dispose()
    return {str(level): int(count) for level, count in rows}
