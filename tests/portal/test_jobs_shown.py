"""What the engine did is told in the reader's language: on the page, over the API and on the command line."""

import re
from datetime import datetime
from html import unescape
from typing import Any

import pytest
from sqlmodel import col, update
from typer.testing import CliRunner

from flows.settings import database_url
from portal.cli import app
from portal.visitor.site import Site
from rulebooks import ZONE
from states.job_results import RESULTS, JobResult
from states.reasons import Label
from states.vocabulary import JobName, RunBy
from storage import Register
from storage.jobs import finish_job, start_job
from storage.statements import transaction
from storage.tables.engine import JobRow
from tests.builders import CITY, rows
from tests.portal.test_languages import CJK, in_english_for
from tests.portal.web import page_text, signed_in

AT = datetime(2025, 3, 20, 2, tzinfo=ZONE)
EVERY = tuple(JobResult(code, **{name: Label("7") for name in re.findall(r"{(\w+)}", row.english)})
              for code, row in RESULTS.items())  # fmt: skip


@pytest.fixture
def ran(desk: Register) -> Site:
    """Every job ran, and each did everything that a job can do; an auditor looks."""
    desk.import_directory("people", rows([{"id": "A1", "name": "夜查员", "role": "auditor", "region": CITY}]))
    for job in JobName:
        start_job(desk, job, "7", AT, AT)
        finish_job(desk, job, AT, RunBy.DIRECT, EVERY)
    return Site(desk)


def table_of(page: str) -> str:
    return unescape(page_text(page.partition("<tbody>")[2].partition("</tbody>")[0]))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_result_of_every_job_is_read_in_one_language(ran: Site, language: str) -> None:
    reader = signed_in(ran, "A1") if language == "zh" else in_english_for(ran, "A1")
    table = table_of(reader.get("/status"))
    wrong = re.compile(r"[A-Za-z]{2,}") if language == "zh" else CJK
    assert not wrong.search(table), wrong.findall(table)
    for job in JobName:
        assert (job.zh if language == "zh" else job.en) in table
    for result in EVERY:
        assert (result.chinese() if language == "zh" else result.english()) in table
    listed = reader.http.get("/api/v1/status", headers={"accept-language": language}).json()["jobs"]
    assert {job["name"] for job in listed} == {*JobName}
    for job in listed:
        assert job["did"] == "; ".join(map(str, EVERY))
        assert wrong.search(job["detail"]) is None
        assert [result["code"] for result in job["results"]] == list(RESULTS)


def test_the_command_line_tells_results_in_both_languages(ran: Site) -> None:
    url = database_url(str(ran.register.engine.url.render_as_string(hide_password=False)))
    answer = CliRunner().invoke(app, ["status", "--db", url, "--at", AT.isoformat()], env={"COLUMNS": "400"})
    assert answer.exit_code == 0, answer.output
    shown = unfolded(answer.stdout)
    for result in EVERY:
        assert unfolded(f"{result.chinese()} {result}") in shown
    assert "发送通知deliver" in shown


def unfolded(text: str) -> str:
    """Without what a table puts between the words of a cell."""
    return re.sub(r"[\s│]", "", text)


def test_what_a_version_before_recorded_is_repeated_as_it_is(ran: Site) -> None:
    """A last run of before the upgrade has its English text alone."""
    kept(ran.register, did="rungs climbed: 12", results=[])
    assert "升级前记下的原文：rungs climbed: 12" in table_of(signed_in(ran, "A1").get("/status"))
    assert "recorded before the upgrade: rungs climbed: 12" in table_of(in_english_for(ran, "A1").get("/status"))
    kept(ran.register, did="", error="ValueError: no")
    assert "升级前记下的原文：ValueError: no" in table_of(signed_in(ran, "A1").get("/status"))


def kept(register: Register, **values: Any) -> None:
    with transaction(register.engine) as cursor:
        cursor.session.exec(update(JobRow).where(col(JobRow.name) == JobName.SWEEP).values(**values))
