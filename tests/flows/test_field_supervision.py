"""Does supervision begin by itself where something climbed, and are promises gone through at the year's end?"""

from datetime import date, datetime, timedelta
from typing import Any

from flows.escalate import escalate
from flows.sweep import sweep
from rulebooks import ZONE
from storage import Register
from storage.messages import list_messages
from storage.promises import unkept
from storage.statements import reading
from tests.builders import CITY, PEOPLE, act, deadline, morning, noon, rows, walk

PROMISE: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "年底前完工", "due_on": "2025-09-30"}]}


def kinds(register: Register, case: str) -> list[tuple[str, str, str]]:
    supervisions = register.dossier(case).supervisions.values()
    return [(row.kind, row.state, row.holder) for row in supervisions if row.kind != "LADDER"]


def test_what_climbs_to_the_rulebooks_level_becomes_the_task_of_its_committee_once(desk: Register) -> None:
    walk(desk, "C1", until="start_handling")
    late = deadline(desk, "C1", "reply_by").last_day
    days = desk.workdays()
    sweep(desk, morning(days.add(late, 4)))
    assert kinds(desk, "C1") == []
    for number in (5, 6, 7):
        sweep(desk, morning(days.add(late, number)))
        assert kinds(desk, "C1") == [("FIELD", "CONFIRMED", desk.dossier("C1").case.committee)]


def test_what_the_committee_does_not_plan_falls_into_the_office_s_net(desk: Register) -> None:
    walk(desk, "C1", until="start_handling")
    late = deadline(desk, "C1", "reply_by").last_day
    days = desk.workdays()
    begun = days.add(late, 5)
    sweep(desk, morning(begun))
    sweep(desk, morning(days.add(begun, 10)))
    assert [kind for kind, *_ in kinds(desk, "C1")] == ["FIELD"]
    sweep(desk, morning(days.add(begun, 11)))
    assert [kind for kind, *_ in kinds(desk, "C1")] == ["FIELD", "NET"]


def test_a_committee_that_made_its_plan_keeps_the_item(desk: Register) -> None:
    walk(desk, "C1", until="start_handling")
    days = desk.workdays()
    begun = days.add(deadline(desk, "C1", "reply_by").last_day, 5)
    sweep(desk, morning(begun))
    row = next(row for row in desk.dossier("C1").supervisions.values() if row.kind == "FIELD")
    act(desk, begun, "C1", "plan_supervision", "registrar", supervision=row.id, plan="每周看一次")
    sweep(desk, morning(days.add(begun, 12)))
    assert [kind for kind, *_ in kinds(desk, "C1")] == ["FIELD"]


def promised(register: Register) -> date:
    leader = {"id": "L1", "name": "主任", "role": "leader", "region": CITY}
    register.import_directory("people", rows([*PEOPLE, leader]))
    return walk(register, "C1", until="evaluate", **PROMISE)


def test_an_unkept_promise_is_told_to_deputy_and_committee_ten_working_days_after_its_day(desk: Register) -> None:
    promised(desk)
    assert desk.dossier("C1").case.state == "TRACKING"
    told_on = desk.workdays().add(date(2025, 9, 30), 10)
    for day in (date(2025, 8, 31), date(2025, 10, 1), told_on):
        sweep(desk, morning(day))
    assert deadline(desk, "C1", "commitment_by").level == "C1"
    with reading(desk.engine) as cursor:
        sql = "SELECT recipient FROM outbox WHERE kind = 'limit.escalated' ORDER BY recipient"
        recipients = [recipient for (recipient,) in cursor.rows(sql)]
    committee = desk.dossier("C1").case.committee
    assert recipients == sorted(["unit_leader:U1", "deputy:D1", f"committee:{committee}", f"registrar:{CITY}"])
    assert [kind for kind, *_ in kinds(desk, "C1")] == ["FIELD"]


def test_the_fourth_quarters_list_goes_to_the_leaders_once_a_year(desk: Register) -> None:
    promised(desk)
    assert escalate(desk, morning(date(2025, 9, 29))).promises.listed == ()
    first = escalate(desk, morning(date(2025, 10, 13)))
    assert [(promise.commitment, promise.late) for promise in first.promises.listed] == [("C1/c1", True)]
    assert "承诺台账" in first.markdown
    escalate(desk, morning(date(2025, 10, 20)))
    ledgers = [row for row in list_messages(desk) if row["recipient"] == "person:L1" and "承诺台账" in row["subject"]]
    assert len(ledgers) == 1
    assert "年底前完工" in ledgers[0]["body"]


def test_what_outlives_its_year_is_proposed_for_following_up_and_a_person_decides(desk: Register) -> None:
    promised(desk)
    assert escalate(desk, morning(date(2026, 1, 5))).promises.proposed == 1
    assert escalate(desk, morning(date(2026, 1, 12))).promises.proposed == 0
    row = next(row for row in desk.dossier("C1").supervisions.values() if row.level == "C3")
    assert (row.kind, row.state) == ("KEY", "PROPOSED")
    act(desk, date(2026, 1, 13), "C1", "confirm_supervision", "registrar", supervision=row.id)
    assert desk.dossier("C1").case.key_level == "CHAIR"


def test_a_kept_promise_is_in_no_list(desk: Register) -> None:
    last = promised(desk)
    assert len(unkept(desk, last, date(2025, 1, 1))) == 1
    act(desk, last, "C1", "claim_done", "handler")
    act(desk, last, "C1", "inspect", "registrar", commitment="C1/c1", verdict="MATCHING", location="工地")
    assert unkept(desk, last, date(2025, 1, 1)) == []
    assert desk.dossier("C1").case.state == "FULFILLED"
    assert escalate(desk, noon(date(2025, 11, 3))).promises.listed == ()


def test_a_year_s_first_review_at_midnight_is_of_the_new_year(desk: Register) -> None:
    promised(desk)
    at = datetime(2026, 1, 1, 0, 5, tzinfo=ZONE)
    assert escalate(desk, at).promises.proposed == 1
    assert escalate(desk, at + timedelta(days=1)).promises.proposed == 0
