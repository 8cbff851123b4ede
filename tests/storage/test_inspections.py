"""Are inspections and corrections kept once for ever, each with its proof?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from states import Action
from storage import Register
from storage.attachments import Attachment, checked
from storage.errors import RefusedByRule
from storage.sealing import seal, verify
from storage.statements import transaction
from tests.builders import DISSATISFIED, SATISFIED, act, an_action, noon, walk

PHOTO = checked("现场.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)
SCAN = checked("记录.pdf", b"%PDF-1.7 ...")


def evidence(*files: Attachment) -> list[dict[str, str]]:
    return [{"sha256": file.sha256, "name": file.name, "place": "幸福路", "on": "2025-04-02"} for file in files]


def inspected(**data: Any) -> Action:
    result = {"verdict": "MATCHING", "location": "幸福路", **data}
    return an_action("C1", "inspect", "registrar", **result)


@pytest.fixture
def judged(desk: Register) -> Register:
    """Everything that is written once: an evaluation, its correction, an inspection with two files."""
    last = walk(desk, "C1", until="send_forms")
    at = noon(last + timedelta(days=1))
    desk.apply([inspected(evidence=evidence(PHOTO, SCAN))], at, files=[PHOTO, SCAN])
    act(desk, last + timedelta(days=2), "C1", "evaluate", "deputy", **SATISFIED)
    act(desk, last + timedelta(days=3), "C1", "correct_evaluation", "deputy", **DISSATISFIED)
    seal(desk, at + timedelta(days=4))
    assert verify(desk).ok
    return desk


def run(register: Register, sql: str) -> None:
    with register.engine.begin() as connection:
        connection.execute(text(sql))


TAMPERING = {
    "UPDATE inspections SET verdict = 'NOT_MATCHING'": "was altered",
    "UPDATE inspections SET place = '别处'": "was altered",
    "DELETE FROM inspections": "is gone",
    "UPDATE evaluations SET value = 'SATISFIED' WHERE corrects <> ''": "was altered",
    "DELETE FROM evaluations WHERE corrects <> ''": "is gone",
    "UPDATE evaluations SET corrects = ''": "was altered",
    "UPDATE events SET name = 'evaluator.evaluated' WHERE name = 'evaluator.corrected'": "was rewritten",
    f"UPDATE attachments SET content = (SELECT content FROM attachments WHERE sha256 = '{SCAN.sha256}')": (
        "is not the file"
    ),
    f"DELETE FROM attachments WHERE sha256 = '{PHOTO.sha256}'": "is gone",
}


@pytest.mark.sqlite_first
@pytest.mark.parametrize("sql", TAMPERING)
def test_any_change_to_what_was_judged_is_found(judged: Register, sql: str) -> None:
    run(judged, sql)
    proof = verify(judged)
    assert not proof.ok
    assert TAMPERING[sql] in str(proof.faults[0].what)


def test_the_evidence_is_there_byte_for_byte(judged: Register) -> None:
    attachment = judged.attachment("C1", PHOTO.sha256)
    assert attachment == PHOTO
    assert judged.attachment("C2", PHOTO.sha256) is None


def test_a_correction_never_touches_the_first_row(judged: Register) -> None:
    values = [(row.value, bool(row.corrects)) for row in judged.dossier("C1").evaluations.values()]
    assert sorted(values) == [("DISSATISFIED", True), ("SATISFIED", False)]


def test_evidence_without_its_file_is_refused(desk: Register) -> None:
    last = walk(desk, "C1", until="send_forms")
    (outcome,) = desk.apply([inspected(evidence=evidence(PHOTO))], noon(last))
    assert not outcome.done
    assert "no file came" in outcome.reason
    (outcome,) = desk.apply([inspected(evidence=evidence(PHOTO))], noon(last), files=[PHOTO])
    assert outcome.done
    (outcome,) = desk.apply([inspected(evidence=evidence(PHOTO))], noon(last))
    assert outcome.done, "a second inspection may name what is kept already"


def test_a_refused_inspection_leaves_no_file(desk: Register) -> None:
    last = walk(desk, "C1", until="start_handling")
    (outcome,) = desk.apply([inspected(evidence=evidence(PHOTO))], noon(last), files=[PHOTO])
    assert not outcome.done
    assert desk.attachment("C1", PHOTO.sha256) is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [(b"GIF89a", "JPEG or PNG"), (b"", "no JPEG"), (b"\xff\xd8\xff" + b"0" * (10 << 20), "at most")],
)
def test_what_is_no_picture_or_paper_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(RefusedByRule, match=reason):
        checked("文件.jpg", content)


def test_a_row_that_is_written_once_is_never_written_again(judged: Register) -> None:
    """Even by this program: the register inserts there and nothing else."""
    row = next(iter(judged.dossier("C1").inspections.values()))
    write: Callable[..., None] = judged.layout.rows["inspections"].insert
    error = judged.engine.dialect.loaded_dbapi.IntegrityError
    with pytest.raises(error), transaction(judged.engine) as cursor:
        write(cursor, [row.__dict__])
