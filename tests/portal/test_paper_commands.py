"""`duban papers`: what it lists, what it writes, and what it says to a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner, Result

from notifications.papers import KINDS, shipped
from portal.cli import app
from storage import Register, open_engine
from tests.builders import CITY, LIBRARY, a_directory, walk
from tests.databases import Databases
from tests.papers import words_of

Run = Callable[..., Result]


@pytest.fixture
def run(sqlite: Databases, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command over a city whose suggestions J-1 and J-2 are answered."""
    url = sqlite.fresh()
    engine = open_engine(url)
    register = a_directory(Register(engine, LIBRARY))
    walk(register, "J-1", "J-2", until="deliver_reply")
    engine.dispose()
    monkeypatch.delenv("DUBAN_PAPERS_DIR", raising=False)
    monkeypatch.setenv("DUBAN_DATABASE_URL", url)
    return lambda *args: CliRunner().invoke(app, ["papers", *map(str, args)])


def test_the_papers_of_a_case_are_listed_and_got(run: Run, tmp_path: Path) -> None:
    listed = run("J-1")
    assert listed.exit_code == 0, listed.output
    assert "J-1：4 份 papers" in listed.stdout
    assert "答复函" in listed.stdout
    file = tmp_path / "reply.docx"
    for which in ("reply_letter", "答复函", "第1局函〔2025〕1号"):
        got = run("get", "J-1", which, "--out", file)
        assert got.exit_code == 0, got.output
        assert "第1局函〔2025〕1号 关于2025年闭会期间第1号建议的答复" in got.stdout
    assert "第1局函〔2025〕1号" in words_of(file.read_bytes())
    assert "第1局函〔2025〕1号" in run("J-1").stdout


def test_what_is_not_there_is_said_with_what_is(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "x.docx"
    missing = run("get", "J-1", "circular", "--out", out)
    assert (missing.exit_code, out.exists()) == (1, False)
    assert "J-1 has no paper 'circular'; there are: assigned_notice, assign_sheet, consult_letter" in missing.stderr
    assert "there is no case J-9" in run("J-9").stderr
    assert "there is no list x; there are assignment_list" in run("list", "x", "--region", CITY, "--out", out).stderr


def test_making_numbers_and_files_is_done_once(run: Run) -> None:
    assert "编号 numbered: 8；成文 made: 8" in run("make").stdout
    assert "编号 numbered: 0；成文 made: 0" in run("make", "--region", CITY).stdout
    assert "没有问题 no faults" in run("check").stdout


@pytest.mark.parametrize("suffix", ["docx", "xlsx"])
def test_a_list_is_written_as_a_paper_or_a_workbook(run: Run, tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"list.{suffix}"
    done = run("list", "交办清单", "--region", CITY, "--from", "2025-01-01", "--to", "2025-12-31", "--out", out)
    assert done.exit_code == 0, done.output
    if suffix == "docx":
        words = words_of(out.read_bytes())
    else:
        words = str(CalamineWorkbook.from_path(str(out)).get_sheet_by_index(0).to_python())
    assert "关于修路的建议J-2" in words
    assert "独办" in words


def test_a_list_that_is_kept_says_its_number(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "list.docx"
    done = run("list", "duty_list", "--region", CITY, "--out", out, "--keep", "--at", "2025-12-31")
    assert "宿人办履〔2025〕1号" in done.stdout
    assert "宿人办履〔2025〕1号" in words_of(out.read_bytes())
    assert run("list", "duty_list", "--region", CITY, "--out", tmp_path / "x.xlsx", "--keep").exit_code == 2
    assert run("list", "duty_list", "--region", CITY, "--out", tmp_path / "x.pdf").exit_code == 2


def test_an_office_takes_the_templates_edits_one_and_is_told_of_its_mistake(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "papers"
    assert f"{len(KINDS)} 个 written" in run("templates", "--out", folder).stdout
    assert "0 个 written" in run("templates", "--out", folder).stdout
    assert (folder / "circular.docx").read_bytes() == shipped("circular")
    for kind in KINDS.keys() - {"assign_sheet"}:
        (folder / f"{kind}.docx").unlink()
    monkeypatch.setenv("DUBAN_PAPERS_DIR", str(folder))
    assert "own templates: assign_sheet" in run("check").stdout
    document = Document(str(folder / "assign_sheet.docx"))
    document.add_paragraph("{{ casetitle }}")
    document.save(str(folder / "assign_sheet.docx"))
    checked = run("check")
    assert checked.exit_code == 1
    assert "assign_sheet.docx: {{ casetitle }} is no field of 交办单, did you mean {{ case_title }}?" in checked.stdout
    refused = run("get", "J-1", "assign_sheet", "--out", tmp_path / "x.docx")
    assert refused.exit_code == 1
    assert "assign_sheet.docx: {{ casetitle }}" in refused.stderr
    (folder / "office.toml").write_text("[office]\n", "utf-8")
    assert "office.toml: office is unknown; there are congress" in run("J-1").stderr
    monkeypatch.setenv("DUBAN_PAPERS_DIR", str(tmp_path / "none"))
    assert "is no folder; DUBAN_PAPERS_DIR" in run("J-1").stderr
