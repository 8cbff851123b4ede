"""Figures on the command line and on their page: who may see them, and that no rate stands without its formula."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from portal.cli import app
from portal.visitor.charts import as_file, shares
from portal.visitor.figures_in_words import COLUMNS, FIGURES_PAGE, figures_page
from portal.visitor.languages import english
from portal.visitor.rights import RIGHTS
from portal.visitor.site import Site
from rulebooks import ZONE
from states.roles import UNIT_ROLES, Role
from storage import Register
from storage.statistics import FIGURES, GROUPINGS, count
from storage.statistics.tables import LABELS
from tests.builders import CITY, ELSEWHERE, rows, walk
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

PEOPLE = [
    {"id": "B1", "name": "副主任", "role": "leader", "region": CITY},
    {"id": "B2", "name": "外市主任", "role": "leader", "region": ELSEWHERE},
    {"id": "M1", "name": "副市长", "role": "gov_leader", "region": CITY},
    {"id": "A1", "name": "巡检员", "role": "auditor", "region": CITY},
    {"id": "V1", "name": "社会委", "role": "committee", "unit": "V", "region": CITY},
]
UNITS = [{"id": "V", "name": "社会建设委员会", "region": CITY, "kind": "committee"}]

Run = Callable[..., Result]


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("units", rows(UNITS))
    desk.import_directory("people", rows(PEOPLE))
    last = walk(desk, "C1", "C2")
    return Site(desk, Standing(on=last + timedelta(days=1)))


@pytest.fixture
def run(site: Site) -> Run:
    url = site.register.engine.url.render_as_string(hide_password=False)

    def call(*words: str) -> Result:
        return CliRunner().invoke(app, [*words, "--db", url])

    return call


def test_the_page_of_figures_is_that_of_the_table() -> None:
    assert FIGURES_PAGE.read_text(encoding="utf-8") == figures_page(), "renew it: duban figures page --write"


@pytest.mark.both
def test_every_rate_of_the_command_bears_formula_numerator_and_denominator(site: Site, run: Run) -> None:
    on = str(site.today())
    for by in GROUPINGS:
        result = run("figures", "--as-of", on, "--by", by, "--json")
        assert result.exit_code == 0, result.output
        printed = json.loads(result.stdout)
        assert (printed["on"], printed["by"]) == (on, by)
        for group in (*printed["groups"], printed["total"]):
            assert [rate["key"] for rate in group["rates"]] == [figure.key for figure in FIGURES]
            for rate in group["rates"]:
                assert rate["formula"]
                assert (rate["denominator"] is None) == (rate["percent"] == "")
    shown = run("figures", "--by", "unit", "--as-of", on)
    assert "第1局" in shown.stdout
    assert "已答复 ÷ 件数" in shown.stdout
    assert run("figures", "--by", "colour").exit_code == 1


def test_the_plain_command_still_gives_the_totals(run: Run) -> None:
    printed = json.loads(run("figures", "--json").stdout)
    assert set(printed) == {"cases", "events", "deadlines", "notices", "by_limit"}
    assert "按时限" in run("figures").stdout


def test_a_workbook_and_a_chart_are_written_as_files(site: Site, run: Run, tmp_path: Path) -> None:
    book, picture = tmp_path / "f.xlsx", tmp_path / "f.svg"
    result = run(
        "figures", "--by", "unit", "--as-of", str(site.today()), "--xlsx", str(book), "--chart", str(picture)
    )
    assert result.exit_code == 0, result.output
    sheet = CalamineWorkbook.from_path(book).get_sheet_by_index(0).to_python()
    assert sheet[0] == list(COLUMNS)
    line = next(row for row in sheet if row[:2] == ["第1局", "满意率"])
    assert line[2:6] == [100.0, 2.0, 2.0, "满意 ÷ 收回评价的"]
    root = ElementTree.fromstring(picture.read_text(encoding="utf-8"))
    words = "".join(root.itertext())
    assert "按时办复率（法定期限内答复 ÷（已答复或者已到期））" in words
    assert "100.0% 2/2" in words
    assert run("figures", "--chart", str(picture), "--figure", "red").exit_code == 1


def test_numbers_of_the_workbook_are_numbers_and_it_says_of_which_day(site: Site, run: Run, tmp_path: Path) -> None:
    book = tmp_path / "f.xlsx"
    assert run("figures", "--by", "unit", "--as-of", str(site.today()), "--xlsx", str(book)).exit_code == 0
    figures, stand = (CalamineWorkbook.from_path(book).get_sheet_by_index(number).to_python() for number in (0, 1))
    for row in figures[1:]:
        assert all(isinstance(cell, float) or cell in ("", "–") for cell in row[2:5]), row
    cells = {str(row[0]): row[1] for row in stand[1:]}
    assert cells["截至日"] == site.today()
    assert cells["统计时点"]


def test_a_day_that_has_not_come_is_refused_by_the_command_too(run: Run) -> None:
    tomorrow = str(datetime.now(ZONE).date() + timedelta(days=1))
    for more in ((), ("--opinions", "region")):
        refused = run("figures", "--as-of", tomorrow, *more)
        assert refused.exit_code == 1
        assert "还没有到" in refused.stderr


def test_printed_tables_are_checked_with_an_exit_code(tmp_path: Path) -> None:
    files = Path(__file__).parents[1] / "flows" / "published"
    refused = CliRunner().invoke(app, ["figures", "check", str(files / "ruian.toml")])
    assert refused.exit_code == 1
    assert "满意 460 + 不满意 24 = 484，与合计 482 不符" in refused.stderr
    assert "but the total is 482" in refused.stderr
    result = CliRunner().invoke(app, ["figures", "check", str(files / "ruian.toml"), "--json"])
    assert (result.exit_code, json.loads(result.stdout)["ok"]) == (1, False)
    sound = CliRunner().invoke(app, ["figures", "check", str(files / "songyang.toml")])
    assert (sound.exit_code, "没有矛盾" in sound.stdout) == (0, True)
    assert CliRunner().invoke(app, ["figures", "check", str(tmp_path / "no.toml")]).exit_code == 1


def test_the_events_are_exported_a_line_each(site: Site, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "events.jsonl"
    assert run("export", "events", "--out", str(out)).exit_code == 0
    events = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert len(events) == sum(len(site.register.events(case)) for case in ("C1", "C2"))
    assert set(events[0]) == set(site.register.events("C1")[0])


def test_figures_are_for_the_judging_side_alone() -> None:
    judged = {*UNIT_ROLES, Role.COMMITTEE, Role.DISPATCHER, Role.GOV_LEADER, Role.DEPUTY, Role.PROXY, Role.CLERK}
    may = {role for role, right in RIGHTS.items() if "figures" in right.pages}
    assert may == {Role.REGISTRAR, Role.LEADER, Role.AUDITOR}
    assert not may & judged


def test_the_page_shows_groups_formula_and_chart_of_any_past_day(site: Site) -> None:
    leader = signed_in(site, "B1")
    page = leader.get("/figures?by=unit&figure=satisfied")
    words = page_text(page)
    assert "第1局" in words
    assert "满意 ÷ 收回评价的" in words
    assert "100.0 2/2" in words
    assert '<svg class="chart' in page
    assert "已解决" in words or "RESOLVED" in words
    before = page_text(leader.get(f"/figures?by=unit&on={site.today() - timedelta(days=3)}"))
    assert "100.0 2/2" in before
    assert page_text(leader.get("/figures?on=2025-01-01")).count("还没有登记的建议") == 1
    leader.get("/figures?by=colour", 404)
    leader.get("/figures?on=gestern", 404)
    leader.get(f"/figures?on={site.today() + timedelta(days=1)}", 404)
    leader.get("/figures?figure=red", 404)
    leader.get("/figures.xlsx?by=subject")
    assert leader.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(leader.last.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][0] == "社会建设"


def test_the_api_gives_what_the_page_counts(site: Site) -> None:
    leader = signed_in(site, "B1")
    figures = leader.http.get("/api/v1/figures?by=unit").json()
    table = count(site.register, site.today(), "unit", at=site.now())
    assert (figures["on"], figures["by"], figures["counts"]) == (str(site.today()), "unit", "parts")
    assert datetime.fromisoformat(figures["at"]) == table.at
    (group,) = figures["groups"]
    assert {rate["key"]: (rate["numerator"], rate["denominator"]) for rate in group["rates"]} == {
        rate.key: (rate.numerator, rate.denominator) for rate in table.groups[0].rates
    }
    assert leader.http.get("/api/v1/figures?by=colour").status_code == 404
    assert leader.http.get(f"/api/v1/figures?on={site.today() + timedelta(days=1)}").status_code == 404
    assert signed_in(site, "W1").http.get("/api/v1/figures").status_code == 403


def test_the_page_counts_only_what_the_visitor_sees(site: Site) -> None:
    assert "还没有登记的建议" in page_text(signed_in(site, "B2").get("/figures"))
    assert "2/2" in page_text(signed_in(site, "B1").get("/figures"))
    for name in ("V1", "M1", "H1", "W1", "G1", "D1"):
        signed_in(site, name).get("/figures", 403)
        signed_in(site, name).get("/figures.xlsx", 403)


def test_the_page_speaks_english(site: Site) -> None:
    leader = signed_in(site, "A1")
    leader.http.cookies.set("lang", "en")
    words = page_text(leader.get("/figures?by=joint"))
    assert "replied / items" in words
    assert "Single" in words
    assert all(name in english() for table in LABELS.values() for name in table.values())


def test_a_bar_is_as_long_as_its_rate_and_an_empty_base_has_none() -> None:
    picture = shares("率", [("甲", 1, 2), ("乙", 0, 0)])
    root = ElementTree.fromstring(as_file(picture))
    wide = [float(bar.get("width", "-1")) for bar in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert wide[0] > 0
    assert wide[1] == 0
    assert "– 0/0" in "".join(root.itertext())


def test_a_table_has_its_total_over_all_groups(site: Site) -> None:
    table = count(site.register, site.today(), "unit", at=site.now())
    for figure in FIGURES:
        total = table.total.rate(figure.key)
        assert total.numerator == sum(group.rate(figure.key).numerator for group in table.groups)
