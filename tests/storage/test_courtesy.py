"""Signs that deputies were pressed to tick: each is found and explained, and honest courtesy is left alone."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from rulebooks import ZONE
from storage import Register
from storage.accounts import Accounts
from storage.auditing import audit
from storage.courtesy import JudgedReply, courtesy, in_one_minute, standing_judgements
from storage.findings import Finding
from storage.statements import reading
from tests.builders import SATISFIED, act, an_action, noon, walk

ON = date(2025, 4, 1)


def signs(register: Register, on: date) -> list[Finding]:
    with reading(register.engine) as cursor:
        return list(courtesy(cursor, register.layout.sql, on))


def codes(register: Register, on: date) -> set[str]:
    return {sign.code for sign in signs(register, on)}


def forms_out(register: Register, *cases: str, **reply: Any) -> date:
    return walk(register, *cases, until="send_forms", **reply)


def evaluate(register: Register, case: str, at: datetime, **data: Any) -> None:
    (outcome,) = register.apply([an_action(case, "evaluate", "deputy", **{**SATISFIED, **data})], at)
    assert outcome.done, outcome.reason


def test_an_ordinary_satisfied_deputy_is_no_sign_of_anything(desk: Register) -> None:
    last = forms_out(desk, "C1")
    evaluate(desk, "C1", noon(last + timedelta(days=3)))
    assert signs(desk, last + timedelta(days=4)) == []


def test_a_form_within_minutes_of_the_delivery(desk: Register) -> None:
    last = walk(desk, "C1", until="sign")
    delivered = noon(last + timedelta(days=1))
    desk.apply([an_action("C1", "deliver_reply", "handler")], delivered)
    desk.apply([an_action("C1", "send_forms", "registrar")], delivered + timedelta(minutes=1))
    evaluate(desk, "C1", delivered + timedelta(minutes=4))
    (sign,) = signs(desk, last + timedelta(days=2))
    assert (sign.code, sign.case_id, sign.severity) == ("JUDGED_IN_MINUTES", "C1", "warning")
    assert "4 分钟" in sign.why.chinese()
    assert "背靠背" in sign.todo.chinese()


def test_a_dissatisfied_deputy_may_be_as_fast_as_he_likes(desk: Register) -> None:
    last = walk(desk, "C1", until="sign")
    delivered = noon(last + timedelta(days=1))
    desk.apply([an_action("C1", "deliver_reply", "handler")], delivered)
    desk.apply([an_action("C1", "send_forms", "registrar")], delivered)
    evaluate(desk, "C1", delivered + timedelta(minutes=1), result="DISSATISFIED", reason="答非所问")
    assert codes(desk, last + timedelta(days=2)) == set()


def test_satisfied_although_an_inspection_found_that_it_is_not_so(desk: Register) -> None:
    last = forms_out(desk, "C1")
    untrue = {"location": "现场", "verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "没有动工"}
    act(desk, last, "C1", "inspect", "registrar", **untrue)
    evaluate(desk, "C1", noon(last + timedelta(days=3)))
    (sign,) = signs(desk, last + timedelta(days=4))
    assert (sign.code, sign.severity) == ("SATISFIED_BUT_REFUTED", "serious")


def test_what_the_deputy_corrected_no_longer_counts(desk: Register) -> None:
    last = walk(desk, "C1", until="sign")
    delivered = noon(last + timedelta(days=1))
    desk.apply([an_action("C1", "deliver_reply", "handler")], delivered)
    desk.apply([an_action("C1", "send_forms", "registrar")], delivered)
    evaluate(desk, "C1", delivered + timedelta(minutes=1))
    assert codes(desk, last + timedelta(days=9)) == {"JUDGED_IN_MINUTES"}
    correction = {**SATISFIED, "result": "DISSATISFIED", "reason": "当时碍于情面"}
    act(desk, last + timedelta(days=8), "C1", "correct_evaluation", "deputy", **correction)
    assert codes(desk, last + timedelta(days=9)) == set()


def test_a_form_from_an_address_of_the_judged_unit_alone(desk: Register) -> None:
    last = forms_out(desk, "C1", "C2")
    evaluate(desk, "C1", noon(last + timedelta(days=2)))
    evaluate(desk, "C2", noon(last + timedelta(days=2, minutes=30)))
    accounts = Accounts(desk)
    at = noon(last).astimezone(UTC)
    accounts.create("W1", at, "test", person="W1")
    accounts.create("W2", at, "test", person="W2")
    accounts.note(at, "W1", "handler", "sign-in", "", "10.1.1.1")
    accounts.note(at, "", "deputy", "evaluate", "C1", "10.1.1.1")
    accounts.note(at, "", "deputy", "evaluate", "C2", "10.9.9.9")
    from_unit = [sign for sign in signs(desk, last + timedelta(days=3)) if sign.code == "JUDGED_FROM_UNIT_ADDRESS"]
    assert [sign.case_id for sign in from_unit] == ["C1"]
    accounts.note(at, "W2", "handler", "sign-in", "", "10.1.1.1")  # a whole building behind one address proves nothing
    assert "JUDGED_FROM_UNIT_ADDRESS" not in codes(desk, last + timedelta(days=3))


def test_replies_that_solve_nothing_and_yet_nobody_says_a_word(desk: Register) -> None:
    cases = [f"C{number}" for number in range(1, 5)]
    last = forms_out(desk, *cases, **{"class": "REFERENCE"})
    for number, case in enumerate(cases):
        evaluate(desk, case, noon(last + timedelta(days=2 + number)))
    (sign,) = signs(desk, last + timedelta(days=9))
    assert (sign.code, sign.subject_id) == ("EMPTY_BUT_PRAISED", "U1")
    assert "4 件" in sign.why.chinese()


def test_praise_above_what_inspections_find(desk: Register) -> None:
    cases = [f"C{number}" for number in range(1, 5)]
    last = forms_out(desk, *cases)
    untrue = {"location": "现场", "verdict": "PARTLY_MATCHING", "found": "PARTLY_RESOLVED", "finding": "只修了一半"}
    for number, case in enumerate(cases):
        evaluate(desk, case, noon(last + timedelta(days=2 + number)))
        if number < 3:
            act(desk, last + timedelta(days=8), case, "inspect", "registrar", **untrue)
    assert codes(desk, last + timedelta(days=9)) == {"PRAISE_ABOVE_INSPECTIONS"}


def judged_reply(case: str, minute: int, second: int = 0, value: str = "SATISFIED") -> JudgedReply:
    at = datetime(2025, 4, 1, 2, minute, second, tzinfo=UTC)
    return JudgedReply(case, "321300", case, "U1", f"D{case}", value, at, False, None, "RESOLVED", 1, False)


@pytest.mark.parametrize(
    ("rows", "bursts"),
    [
        ([judged_reply(f"C{n}", 0, 10 * n) for n in range(5)], 1),
        ([judged_reply(f"C{n}", 0, 10 * n) for n in range(4)], 0),
        ([judged_reply(f"C{n}", n) for n in range(9)], 0),
        ([judged_reply("C1", 0, n) for n in range(9)], 0),
        ([judged_reply(f"C{n}", 0, n, ("SATISFIED", "BASICALLY_SATISFIED")[n % 2]) for n in range(8)], 0),
        ([judged_reply(f"C{n}", 0, n, "DISSATISFIED") for n in range(9)], 0),
        ([judged_reply(f"C{n}", n // 6, n % 6) for n in range(12)], 2),
        ([judged_reply(f"C{n}", 3 * (n // 6), n % 6) for n in range(12)], 2),
    ],
)
def test_equal_forms_within_one_minute(rows: list[JudgedReply], bursts: int) -> None:
    assert len(list(in_one_minute(rows))) == bursts


def test_the_nightly_audit_finds_the_signs_of_its_region_only(desk: Register) -> None:
    last = forms_out(desk, "C1")
    untrue = {"location": "现场", "verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "没有动工"}
    act(desk, last, "C1", "inspect", "registrar", **untrue)
    evaluate(desk, "C1", noon(last + timedelta(days=3)))
    day = last + timedelta(days=4)
    assert "SATISFIED_BUT_REFUTED" in {finding.code for finding in audit(desk, day).findings}
    assert "SATISFIED_BUT_REFUTED" not in {finding.code for finding in audit(desk, day, "330100").findings}


def test_a_judgement_is_read_with_what_surrounds_it(desk: Register) -> None:
    last = forms_out(desk, "C1")
    evaluate(desk, "C1", noon(last + timedelta(days=3)), reason="路修得好")
    with reading(desk.engine) as cursor:
        (judgement,) = standing_judgements(cursor, desk.layout.sql, last + timedelta(days=4))
    assert (judgement.unit, judgement.deputy, judgement.value) == ("U1", "D1", "SATISFIED")
    assert (judgement.has_reason, judgement.contacts) == (True, 1)
    assert judgement.judged_at == noon(last + timedelta(days=3))
    assert judgement.delivered_at is not None
    assert judgement.delivered_at.astimezone(ZONE).date() < last
