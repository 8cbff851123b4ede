"""Twelve suggestions answered with empty promises and ticks: does it come out, and is honesty left alone?"""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from portal.rehearsal.fooled import CLAIMED, LEFT, ORDERED, PLANNED, REGRETTED, UNIT, UNTRUE, Fooled, fooled
from portal.rehearsal.honest import honest
from storage import Register, open_engine
from storage.auditing import audit
from storage.findings import findings
from storage.sealing import verify
from tests.builders import for_playing

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    folder: Path = tmp_path_factory.mktemp("fooled")
    engine = open_engine(f"sqlite:///{folder / 'story.db'}")
    yield for_playing(Register(engine))
    engine.dispose()


@pytest.fixture(scope="module")
def year(register: Register) -> Fooled:
    return fooled(register)


def test_the_next_night_names_every_form_and_the_burst(year: Fooled) -> None:
    codes = year.findings[date(2026, 5, 28)]
    assert (codes["JUDGED_IN_MINUTES"], codes["JUDGED_FROM_UNIT_ADDRESS"], codes["EQUAL_FORMS"]) == (12, 12, 1)


def test_the_inspection_shows_what_the_ticks_are_worth(year: Fooled, register: Register) -> None:
    codes = year.findings[date(2026, 6, 2)]
    assert (codes["SATISFIED_BUT_REFUTED"], codes["PRAISE_ABOVE_INSPECTIONS"]) == (3, 1)
    for case in UNTRUE:
        dossier = register.dossier(case)
        assert (dossier.case.state, dossier.case.round) == ("REHANDLING", 2)
        assert dossier.case.corrected_class == "PLANNED_DATED"
        assert dossier.assignments[f"{case}/a1"].reply_class == "RESOLVED"


def test_what_deputies_say_when_asked_again_counts_and_the_office_decides(year: Fooled, register: Register) -> None:
    for case in REGRETTED:
        assert [row.value for row in register.dossier(case).evaluations.values()] == ["SATISFIED", "DISSATISFIED"]
    assert {register.dossier(case).case.round for case in ORDERED} == {2}
    assert {register.dossier(case).case.round for case in LEFT} == {1}


def test_the_neglected_handling_again_climbs_to_the_leaders_digest(year: Fooled, register: Register) -> None:
    digests = [(on, body) for on, subject, body in year.leaders if "督办摘要" in subject]
    for words in ("约谈", "责成限期改正", "专题询问"):
        assert any(words in body for _, body in digests), words
    for case in (*UNTRUE, *ORDERED):
        kinds = {row.kind for row in register.dossier(case).supervisions.values()}
        assert "FIELD" in kinds, "the committee by field has its task"


def test_the_unkept_promises_reach_the_ledger_of_the_quarter_and_the_meeting_of_the_new_year(
    year: Fooled, register: Register
) -> None:
    (ledger,) = [body for _, subject, body in year.leaders if "承诺台账" in subject]
    assert "未落实 8 项，其中到期 8 项" in ledger
    assert {case.case_id for case in year.meeting if case.level == "C3"} == set(PLANNED)
    for case in CLAIMED:
        assert register.dossier(case).commitments[f"{case}/c1"].state == "FAILED_VERIFICATION"
    assert {register.dossier(case).case.key_level for case in PLANNED} == {"CHAIR"}


def test_the_figures_before_and_after_side_by_side(year: Fooled) -> None:
    def both(key: str) -> tuple[str, str]:
        return year.before[key].percent, year.after[key].percent

    assert both("replied") == ("100.0", "100.0")
    assert both("satisfied") == ("100.0", "66.7")
    assert both("resolved") == ("33.3", "33.3")
    assert both("truly_resolved") == ("33.3", "8.3")
    assert both("inspections_matching") == ("–", "16.7")
    assert both("promises_kept") == ("–", "0.0")
    assert both("rehandled") == ("0.0", "41.7")


def test_nothing_is_decided_about_anybody_by_a_finding(year: Fooled, register: Register) -> None:
    rows = [row for row in findings(register, every=True) if row["subject_id"].startswith(UNIT)]
    assert rows
    assert {row["decided_by"] for row in rows} == {""}, "a person acknowledges or waives them, or the time is over"
    assert verify(register).ok
    assert audit(register, date(2027, 1, 11)).complete


def test_years_without_fraud_bring_hardly_any_false_finding(capsys: pytest.CaptureFixture[str]) -> None:
    """Fifty such years are played by `duban story fooled --honest 50`; docs/supervision.md says what they gave."""
    years = honest(3, 60)
    assert (years.years, years.suggestions) == (3, years.suggestions)
    assert years.judgements > 100
    assert sum(years.findings.values()) <= years.suggestions / 20, dict(years.findings)
