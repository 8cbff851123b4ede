"""Every paper opened as an office opens it: LibreOffice reads each file, and its text says what it must."""

import re
import shutil
import subprocess
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from flows.automatic_papers import PaperRoom
from flows.paper_lists import ListRequest
from notifications.papers import KINDS, LISTS, Templates, samples
from notifications.papers.elements import Layout
from storage import Register
from storage.papers import papers_of
from tests.builders import CITY
from tests.flows.papered import LATER

pytestmark = [pytest.mark.slow, pytest.mark.office]


def read_in_office(folder: Path, *files: Path) -> dict[str, str]:
    """The text of each file as LibreOffice reads it, by stem; one start for all of them."""
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is needed: make test-all installs it (libreoffice-writer-nogui)"
    out = folder / "text"
    command = [
        soffice, "--headless", f"-env:UserInstallation=file://{folder}/profile",
        "--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(out), *map(str, files),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    texts = {file.stem: (out / f"{file.stem}.txt").read_text("utf-8-sig") for file in files}
    return {name: re.sub(r"[ \t]+", " ", text) for name, text in texts.items()}


def test_libreoffice_reads_in_every_paper_what_was_put_into_it(tmp_path: Path) -> None:
    files, papers = [], {}
    for paper in samples():
        file = tmp_path / f"{paper.kind}.docx"
        file.write_bytes(Templates().render(paper))
        files.append(file)
        papers[paper.kind] = paper
    texts = read_in_office(tmp_path, *files)
    assert texts.keys() == KINDS.keys()
    for kind, text in texts.items():
        paper = papers[kind]
        expected = [paper.title, paper.number, paper.issuer, "2026年3月5日"]
        if KINDS[kind].layout != Layout.LIST:
            expected += ["市住房和城乡建设局："]
        if KINDS[kind].layout in (Layout.LETTER, Layout.DOCUMENT):
            expected += ["抄送：市人民政府办公室，市财政局。"]
        for value in paper.fields.values():
            for row in value if isinstance(value, list) else ():
                expected += [row] if isinstance(row, str) else [str(value) for value in row.values()]
        assert [word for word in expected if word not in text] == [], (kind, text)
        assert "{{" not in text
        assert "{%" not in text


def test_libreoffice_reads_the_papers_of_a_year(papered: Register, tmp_path: Path) -> None:
    register = papered
    room = PaperRoom(register)
    files, rows = [], {}
    for row in [*papers_of(register, "J-1"), *papers_of(register, "J-2")]:
        made = room.file(row["id"], LATER, "x")
        file = tmp_path / f"{row['kind']}-{row['seq']}.docx"
        file.write_bytes(made.content)
        files.append(file)
        rows[file.stem] = row
    listing = ListRequest(register, CITY, date(2025, 1, 1), LATER.date(), LATER)
    for kind in LISTS:
        file = tmp_path / f"{kind.id}.docx"
        file.write_bytes(room.templates.render(room.make_list(listing, kind.id)))
        files.append(file)
    texts = read_in_office(tmp_path, *files)
    for name, row in rows.items():
        on = row["on"]
        for expected in (row["number"], row["title"], f"{on.year}年{on.month}月{on.day}日"):
            assert expected in texts[name], (name, expected)
    assert "市六届人大二次会议第1号建议" in texts["assigned_notice-" + _seq(rows, "assigned_notice")]
    assert "完成路面整修" in texts["commitment_ledger"]
    assert "宿人办交〔2025〕1号" in texts["paper_register"]


def _seq(rows: Iterable[str], kind: str) -> str:
    return next(name for name in rows if name.startswith(f"{kind}-")).rpartition("-")[2]
