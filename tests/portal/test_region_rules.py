"""No deputy and no citizen is asked for a law: the office sets what a region uses, on its page or by a command."""

import json
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from portal.cli import app as commands
from portal.server.app import create_app
from portal.visitor.site import Site
from storage import Register
from storage.region_rules import RegionRule, rules_of
from storage.statements import reading
from tests.builders import CITY, ELSEWHERE, FIRST, a_draft, act, noon, take
from tests.portal.api import a_city, programs
from tests.portal.web import Browser, page_text, signed_in

DRAFT = {"kind": "suggestion", "title": "修桥", "facts": "断了", "proposal": "修"}
TYPED: dict[str, Any] = {"title": "修桥", "facts": "断了", "proposal": "修", "points": "1", "secrecy": "NONE"}


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def set_for(site: Site) -> list[RegionRule]:
    with reading(site.register.engine) as cursor:
        return rules_of(cursor.session)


def newest_case(site: Site) -> str:
    with reading(site.register.engine) as cursor:
        return str(cursor.rows("SELECT id FROM cases ORDER BY opened_at DESC LIMIT 1")[0][0])


def test_a_deputy_is_offered_no_law_and_a_forged_choice_changes_nothing(site: Site) -> None:
    deputy = signed_in(site, "D1")
    assert 'name="rulebook"' not in deputy.get("/write")
    deputy.submit("/write", "/write", **TYPED, rulebook="beijing")
    assert site.register.dossier(newest_case(site)).case.rulebook == "national"


def test_the_registrar_sets_what_the_region_uses_and_new_drafts_come_under_it(site: Site) -> None:
    office = signed_in(site, "R1")
    office.submit(
        "/region-rules", "/region-rules", region=CITY, kind="suggestion", rulebook="suqian", source="主任会议",
        from_day="2020-01-01",
    )  # fmt: skip
    (rule,) = set_for(site)
    assert (rule.region, rule.rulebook, rule.by, rule.source, rule.confirmed) == (
        CITY, "suqian", "R1", "主任会议", True,
    )  # fmt: skip
    signed_in(site, "D1").submit("/write", "/write", **TYPED)
    assert site.register.dossier(newest_case(site)).case.rulebook == "suqian"


def test_what_was_taken_over_is_confirmed_by_a_button(site: Site) -> None:
    rule = RegionRule(CITY, "suggestion", FIRST, "suqian", "duban", "沿用", confirmed=False)
    site.register.set_region_rule(rule, noon(FIRST))
    office = signed_in(site, "R1")
    assert "待确认" in page_text(office.get("/region-rules"))
    office.submit("/region-rules", "/region-rules")
    assert [rule.confirmed for rule in set_for(site)] == [True]
    assert "待确认" not in page_text(office.get("/region-rules"))


def test_a_registrar_sets_nothing_for_a_region_that_is_not_below(site: Site) -> None:
    csrf = {"csrf": signed_in_csrf(office := signed_in(site, "R1"))}
    setting = {"region": ELSEWHERE, "kind": "suggestion", "rulebook": "suqian", "source": "x"}
    office.post("/region-rules", csrf | setting, 403)
    assert set_for(site) == []


def signed_in_csrf(browser: Browser) -> str:
    return browser.get("/region-rules").partition('name="csrf" value="')[2].partition('"')[0]


def test_a_law_of_the_wrong_kind_is_refused_in_words(site: Site) -> None:
    office = signed_in(site, "R1")
    csrf = signed_in_csrf(office)
    setting = {"csrf": csrf, "region": CITY, "kind": "opinion", "rulebook": "suqian", "source": "x"}
    assert "没有记下：规则集 suqian" in page_text(office.post("/region-rules", setting, 422))


def test_the_registrar_puts_a_wrongly_founded_case_under_another_rulebook_by_its_form(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1", "beijing"))
    act(site.register, FIRST, "C1", "submit", "deputy")
    signed_in(site, "R1").act("C1", "change_rules", rulebook="suqian", reason="本市的建议")
    assert site.register.dossier("C1").case.rulebook == "suqian"


class TestOverTheApi:
    @pytest.fixture
    def app(self, register: Register) -> FastAPI:
        return create_app(a_city(register))

    def test_a_draft_without_a_rulebook_comes_under_the_regions(self, app: FastAPI) -> None:
        made = programs(app, ["D1"])["D1"].send("POST", "/cases", 201, json=DRAFT, headers={"idempotency-key": "1"})
        assert app.state.site.register.dossier(made.json()["case"]).case.rulebook == "suqian"

    def test_a_deputys_own_choice_of_law_is_refused_with_what_would_work(self, app: FastAPI) -> None:
        draft = DRAFT | {"rulebook": "beijing"}
        answer = programs(app, ["D1"])["D1"].send("POST", "/cases", 409, json=draft, headers={"idempotency-key": "1"})
        assert "suqian" in answer.json()["detail"]

    def test_an_opinion_comes_under_the_houses_rules_and_not_under_a_message_board(self, app: FastAPI) -> None:
        opinion = {"kind": "opinion", "title": "井盖坏了", "body": "没有人修"}
        made = programs(app, ["R1"])["R1"].send("POST", "/cases", 201, json=opinion, headers={"idempotency-key": "1"})
        assert app.state.site.register.dossier(made.json()["case"]).case.rulebook == "reception"

    def test_the_registrar_may_name_the_rules_of_an_opinion(self, app: FastAPI) -> None:
        opinion = {"kind": "opinion", "title": "井盖坏了", "body": "没有人修", "rulebook": "message-board"}
        made = programs(app, ["R1"])["R1"].send("POST", "/cases", 201, json=opinion, headers={"idempotency-key": "1"})
        assert app.state.site.register.dossier(made.json()["case"]).case.rulebook == "message-board"


def test_the_console_sets_and_lists_what_regions_use(sqlite_template: str, tmp_path: Path) -> None:
    file = tmp_path / "duban.db"
    file.write_bytes(Path(sqlite_template.removeprefix("sqlite:///")).read_bytes())
    database = ("--db", f"sqlite:///{file}")
    regions = tmp_path / "regions.csv"
    regions.write_text(f"code,name,level,parent_code\n{CITY},宿迁市,city,\n", encoding="utf-8")
    run = CliRunner().invoke
    assert run(commands, ["import", "regions", str(regions), *database]).exit_code == 0
    options = ("--by", "R1", "--source", "主任会议", "--from", "2025-01-01")
    done = run(commands, ["rulebook", "use", CITY, "suggestion", "suqian", *options, *database])
    assert done.exit_code == 0, done.output
    listed = json.loads(run(commands, ["rulebook", "use", "--json", *database]).stdout)
    assert [(row["region"], row["rulebook"], row["confirmed"]) for row in listed] == [(CITY, "suqian", True)]
    assert run(commands, ["rulebook", "use", CITY, "suggestion", "suqian", *database]).exit_code == 1
