"""Does the nightly audit look at everything, find what is wrong, and say it once?"""

import ast
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

import storage
from flows.audit import POWER_NAMES, AuditReport, nightly_audit
from rulebooks import ZONE
from states.vocabulary import AccountAct
from storage import Register, StorageError
from storage.auditing import ROLLING, audits
from storage.findings import decide_finding, findings
from storage.messages import list_messages
from storage.powers import ADDRESSES, OF_PEOPLE, TERM
from storage.statements import transaction
from storage.tables.places import OpinionPlaceRow
from tests.builders import (
    CITY,
    DISSATISFIED,
    FIRST,
    LIBRARY,
    SOLE,
    act,
    deadline,
    morning,
    opinions,
    rows,
    steps,
    walk,
)


def night(on: date) -> datetime:
    """When the audit of the day `on` runs: at two in the morning after it."""
    return datetime.combine(on + timedelta(days=1), time(2), ZONE)


def codes(register: Register) -> dict[str, str]:
    return {f"{finding['code']} {finding['case_id']}".strip(): finding["standing"] for finding in findings(register)}


def audited(register: Register, on: date) -> AuditReport:
    """The audit of a day whose sweep has run, as every night."""
    register.sweep(morning(on))
    return nightly_audit(register, night(on))


def alter(register: Register, sql: str) -> None:
    with register.engine.begin() as connection:
        connection.exec_driver_sql(sql)


def test_a_sound_register_has_no_serious_finding_and_every_case_was_looked_at(desk: Register) -> None:
    walk(desk, "C1", until="evaluate", every=0)
    walk(desk, "C2", "C3", until="start_handling", every=0)
    report = audited(desk, FIRST)
    assert report.result.complete
    assert (report.result.cases_open, report.result.cases_looked_at) == (3, 3)
    assert [finding["code"] for finding in findings(desk) if finding["severity"] in ("critical", "serious")] == []
    assert report.root in report.markdown
    assert "看过 3 件，在办 3 件：完整" in report.markdown
    assert "| 答复期限 reply_by | 2 |" in report.markdown


FAULTS: dict[str, tuple[str, str]] = {
    "UPDATE deadlines SET last_day = '2025-07-01' WHERE key = 'reply_by'": ("WRONG_LAST_DAY C2", "critical"),
    "UPDATE deadlines SET next_rung_on = NULL WHERE key = 'reply_by'": ("RUNG_ASTRAY C2", "critical"),
    "DELETE FROM deadlines WHERE key = 'reply_by'": ("NO_CLOCK C2", "serious"),
    "UPDATE events SET data = '{}' WHERE case_id = 'C2' AND seq = 2": ("CHAIN C2", "critical"),
    "UPDATE assignments SET signed_rank = '' WHERE case_id = 'C1'": ("REPLY_INCOMPLETE C1", "serious"),
    "UPDATE assignments SET researched_on = NULL WHERE case_id = 'C1'": (
        "GATE_WITHOUT_EVIDENCE C1",
        "serious",
    ),
    "UPDATE units SET abolished_on = '2025-03-01' WHERE id = 'U1'": ("ABOLISHED_UNIT C2", "serious"),
    "UPDATE events SET role = 'handler' WHERE action = 'evaluate'": ("EVALUATION_FROM_UNIT C1", "critical"),
    "INSERT INTO rulebook_switches VALUES ('suqian', '2025-03-01', 'R1', '试')": ("RULEBOOK_OFF", "serious"),
    "UPDATE cases SET rulebook_ident = 'gone@2020-01-01#0' WHERE id = 'C3'": ("RULEBOOK_UNKNOWN C3", "serious"),
    "UPDATE cases SET seq = seq + 1 WHERE id = 'C3'": ("DOES_NOT_ADD_UP", "critical"),
}


@pytest.mark.parametrize("fault", FAULTS, ids=[code for code, _ in FAULTS.values()])
def test_a_planted_fault_is_found_by_its_check(desk: Register, fault: str) -> None:
    walk(desk, "C1", until="evaluate", every=0)
    walk(desk, "C2", "C3", until="start_handling", every=0)
    alter(desk, fault)
    nightly_audit(desk, night(FIRST))
    code, severity = FAULTS[fault]
    assert code in codes(desk)
    assert {finding["severity"] for finding in findings(desk) if finding["code"] == code.split()[0]} == {severity}


def test_a_part_that_is_never_signed_for_and_has_no_last_day_is_found(desk: Register) -> None:
    """Whatever its part: a text of 0.1.0 counted a co-unit's opinion from a receipt that nothing asked for."""
    units = [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}]
    walk(desk, "C2", until="propose_units", every=0, units=units)
    act(desk, FIRST, "C2", "assign", "registrar")
    audited(desk, FIRST)
    assert "NO_CLOCK C2" not in codes(desk)
    alter(desk, "DELETE FROM deadlines WHERE subject_id = 'C2/a2'")
    nightly_audit(desk, night(FIRST))
    no_clock = [finding for finding in findings(desk) if finding["code"] == "NO_CLOCK"]
    assert [(finding["subject_id"], finding["severity"]) for finding in no_clock] == [("C2/a2", "serious")]


@pytest.mark.sqlite_first
def test_an_open_case_on_which_nobody_has_a_last_day_is_found_under_every_rulebook(desk: Register) -> None:
    """The texts give the office, or the deputy, no days for many steps; a case that lies there is named after ten."""
    names = [name for name in LIBRARY.names() if LIBRARY.get(name).machine == "suggestion"]
    done = [act.name for act in steps("C", "suqian", SOLE, {})]
    until = [done[number] for number in range(1, len(done) - 1)]
    for name in names:
        for number, last in enumerate(until):
            walk(desk, f"{name}-{number}", until=last, every=0, rulebook=name)
    later = desk.workdays().add(FIRST, 12)
    audited(desk, later)
    cases = {finding["case_id"] for finding in findings(desk) if finding["code"] == "NO_CLOCK"}
    with_a_day, waiting = set[str](), set[str]()
    for case in (f"{name}-{number}" for name in names for number in range(len(until))):
        limits = desk.dossier(case).deadlines.values()
        (with_a_day if any(row.open and row.duty for row in limits) else waiting).add(case)
    assert cases == waiting, cases ^ waiting
    assert waiting
    assert with_a_day


def test_a_rehandled_part_without_a_last_day_is_found_whatever_its_text_knows(desk: Register) -> None:
    walk(desk, "C1", until="send_forms", every=0, rulebook="national")
    act(desk, FIRST, "C1", "evaluate", "deputy", **DISSATISFIED)
    act(desk, FIRST, "C1", "order_rehandle", "registrar")
    act(desk, FIRST, "C1", "receipt", "handler", assignment="C1/a2")
    audited(desk, FIRST)
    assert "NO_CLOCK C1" not in codes(desk)
    alter(desk, "DELETE FROM deadlines WHERE key = 'rehandle_by'")
    nightly_audit(desk, night(FIRST))
    assert "NO_CLOCK C1" in codes(desk)


def waiting_for_a_return(register: Register) -> date:
    walk(register, "C1", until="receipt", every=0)
    act(register, FIRST, "C1", "request_return", "unit_head", "H1", reason="不归我们", proposed_unit="U2")
    return FIRST + timedelta(days=21)


def proposed_and_forgotten(register: Register) -> date:
    walk(register, "C1", until="start_handling")
    return register.workdays().add(deadline(register, "C1", "reply_by").last_day, 25)


def asked_and_silent(register: Register) -> date:
    walk(register, "C1", until="send_forms", every=0)
    return deadline(register, "C1", "feedback_by").last_day + timedelta(days=20)


def planned(promise: dict[str, str]) -> dict[str, Any]:
    return {"class": "PLANNED_DATED", "commitments": [promise]}


def promised_and_still(register: Register) -> date:
    promise = {"text": "年底前完工", "due_on": "2026-12-31"}
    walk(register, "C1", until="evaluate", every=0, **planned(promise))
    return FIRST + timedelta(days=100)


def two_years_the_same(register: Register) -> date:
    promise = {"text": "年底前完工", "due_on": "2026-12-31"}
    walk(register, "C1", until="evaluate", every=0, **planned(promise))
    walk(register, "C2", until="assign", every=0, on=FIRST + timedelta(days=370))
    alter(register, "UPDATE cases SET title = '关于修路的建议'")
    return FIRST + timedelta(days=371)


@pytest.mark.parametrize(
    ("build", "code"),
    [
        (waiting_for_a_return, "UNDECIDED"),
        (proposed_and_forgotten, "UNDECIDED"),
        (proposed_and_forgotten, "OVERDUE"),
        (asked_and_silent, "EVALUATION_LAPSED"),
        (promised_and_still, "COMMITMENT_STALLED"),
        (two_years_the_same, "STILL_PLANNED"),
    ],
)
def test_what_was_left_undone_is_found(desk: Register, build: Callable[[Register], date], code: str) -> None:
    on = build(desk)
    audited(desk, on)
    assert code in {finding["code"] for finding in findings(desk)}


def test_a_sweep_that_did_not_run_is_found(register: Register) -> None:
    opinions(register, 3)
    nightly_audit(register, night(date(2025, 3, 20)))
    assert codes(register)["SWEEP_BEHIND"] == "open"
    audited(register, date(2025, 3, 20))
    assert "SWEEP_BEHIND" not in codes(register)


def test_a_finding_is_one_for_however_many_nights_and_goes_when_it_is_mended(desk: Register) -> None:
    walk(desk, "C2", until="start_handling", every=0)
    alter(desk, "UPDATE units SET abolished_on = '2025-03-01' WHERE id = 'U1'")
    first = audited(desk, FIRST)
    second = audited(desk, FIRST + timedelta(days=1))
    again = nightly_audit(desk, night(FIRST + timedelta(days=1)))
    assert (first.fresh, second.fresh, again.fresh) == (first.fresh, 0, 0)
    (row,) = [finding for finding in findings(desk) if finding["code"] == "ABOLISHED_UNIT"]
    assert (row["first_seen"], row["last_seen"]) == (FIRST, FIRST + timedelta(days=1))
    alter(desk, "UPDATE units SET abolished_on = NULL")
    third = audited(desk, FIRST + timedelta(days=2))
    assert third.gone == 2  # and that the row of the unit was altered by nobody who entered it
    assert "ABOLISHED_UNIT C2" not in codes(desk)
    alter(desk, "UPDATE units SET abolished_on = '2025-03-01' WHERE id = 'U1'")
    audited(desk, FIRST + timedelta(days=3))
    (row,) = [finding for finding in findings(desk) if finding["code"] == "ABOLISHED_UNIT"]
    assert (row["standing"], row["first_seen"], row["gone_on"]) == ("open", FIRST, None)


@pytest.mark.parametrize(
    ("harm", "mend"),
    [
        ("UPDATE parties SET urges = 9 WHERE case_id = 'C2'", "UPDATE parties SET urges = 0 WHERE case_id = 'C2'"),
        ("UPDATE opinion_places SET place = 'x'", "UPDATE opinion_places SET place = 'P1'"),
    ],
)
def test_what_was_altered_is_found_every_night_until_it_is_mended(desk: Register, harm: str, mend: str) -> None:
    walk(desk, "C2", until="start_handling", every=0)
    with transaction(desk.engine) as cursor:
        cursor.session.add(OpinionPlaceRow(case_id="C2", place="P1"))
    audited(desk, FIRST)
    alter(desk, harm)
    nights = []
    for day in range(1, 2 * ROLLING):
        nightly_audit(desk, night(FIRST + timedelta(days=day)))
        nights.append(any(code.startswith("CHAIN") and standing == "open" for code, standing in codes(desk).items()))
    first = nights.index(True)
    assert first < ROLLING
    assert all(nights[first:])
    alter(desk, mend)
    nightly_audit(desk, night(FIRST + timedelta(days=2 * ROLLING)))
    assert not any(code.startswith("CHAIN") for code in codes(desk))


def test_a_finding_is_decided_by_a_named_person_with_a_reason(desk: Register) -> None:
    walk(desk, "C2", until="start_handling", every=0)
    alter(desk, "UPDATE units SET abolished_on = '2025-03-01' WHERE id = 'U1'")
    audited(desk, FIRST)
    key = ("ABOLISHED_UNIT", "C2", "C2/a1")
    with pytest.raises(StorageError, match="W1 is handler; findings are decided by auditor"):
        decide_finding(desk, key, "waived", "W1", "没事", FIRST)
    with pytest.raises(StorageError, match="a reason is needed"):
        decide_finding(desk, key, "waived", "R1", " ", FIRST)
    with pytest.raises(StorageError, match="no standing finding CHAIN"):
        decide_finding(desk, ("CHAIN", "C2", ""), "waived", "R1", "没事", FIRST)
    decide_finding(desk, key, "waived", "R1", "本月并入新局", FIRST)
    audited(desk, FIRST + timedelta(days=1))
    assert codes(desk)["ABOLISHED_UNIT C2"] == "waived"


def test_the_auditor_gets_the_report_with_the_root(desk: Register) -> None:
    auditor = {"id": "X1", "name": "巡检员", "role": "auditor", "region": CITY, "email": "x1@example.org"}
    desk.import_directory("people", rows([auditor]))
    walk(desk, "C1", until="start_handling", every=0)
    report = audited(desk, FIRST)
    messages = {message["channel"]: message for message in list_messages(desk, recipient="person:X1")}
    assert messages.keys() == {"inbox", "mail"}
    assert report.root in messages["mail"]["body"]
    assert messages["mail"]["next_try_at"] is not None
    assert audits(desk)[0]["root"] == report.root


def test_one_region_is_audited_by_itself(desk: Register) -> None:
    walk(desk, "C1", until="start_handling", every=0)
    opinions(desk, 2)
    desk.sweep(morning(FIRST))
    whole = nightly_audit(desk, night(FIRST))
    part = nightly_audit(desk, night(FIRST), CITY)
    assert (whole.result.cases_open, part.result.cases_open) == (3, 1)
    assert (bool(whole.root), part.root) == (True, ""), "the night was sealed already"


def test_every_change_of_power_that_is_kept_has_words_in_the_report() -> None:
    kept = {f"duty.{event}" for act_ in AccountAct for event in (act_, f"asked-{act_}")}
    kept |= {f"people.{column}" for column in (*OF_PEOPLE, *TERM, *ADDRESSES)}
    kept |= {"units.name", "units.region", "units.chain", "regions.parent_code", "places.deputies", "places.clerks"}
    name = re.compile(r"(account|mandate|duty)\.[a-z-]*[a-z]")
    for path in Path(storage.__file__).parent.glob("*.py"):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        constants = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
        kept |= {text for text in constants if name.fullmatch(text)}
    assert kept == POWER_NAMES.keys()
