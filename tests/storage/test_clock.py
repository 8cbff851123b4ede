"""Does a clock that ran ahead, or was set back, leave the register in order, and let nothing wait for ever?"""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from flows.automatic_papers import PaperRoom, make_papers
from states import Action
from storage import Register
from storage.accounts import Accounts
from storage.clock import (
    AlarmKind,
    accept,
    accepted,
    entry_ahead,
    open_alarm,
    raise_alarm,
    standing,
)
from storage.column_types import Instant
from storage.errors import RefusedByRule
from storage.import_drafts import keep_draft
from storage.jobs import finish_job, jobs, start_job, take_lease
from storage.messages import claim
from storage.papers import papers_of
from storage.passwords import LOCKED
from storage.sealing import seal, verify
from storage.statements import transaction
from tests.builders import CITY, FIRST, SOLE, a_draft, an_action, event_names, noon, walk

NOW = noon(FIRST)
AHEAD = NOW + timedelta(hours=8)
"""What a clock showed that ran eight hours ahead."""


def entered(register: Register, case: str) -> list[datetime]:
    return [event["entered_at"] for event in register.events(case)]


def done(register: Register, at: datetime, *actions: Action) -> None:
    for outcome in register.apply(actions, at):
        assert outcome.done, outcome.reason


def a_case_of_the_future(register: Register, case: str = "C1") -> None:
    """Drafted and submitted while the clock ran eight hours ahead."""
    done(register, AHEAD, a_draft(case), an_action(case, "submit", "deputy"))


def test_a_fact_of_the_future_is_refused_and_one_of_the_past_keeps_its_day(desk: Register) -> None:
    ahead = Action("C1", "draft", "D1", "deputy", a_draft("C1").data, NOW + timedelta(seconds=1))
    (outcome,) = desk.apply([ahead], NOW)
    assert not outcome.done
    assert "lies after the moment of entry" in outcome.reason
    earlier = Action("C1", "draft", "D1", "deputy", a_draft("C1").data, NOW - timedelta(days=1))
    done(desk, NOW, earlier)
    (event,) = desk.events("C1")
    assert (event["on"], event["entered_at"]) == (FIRST - timedelta(days=1), NOW)


def test_an_entry_is_never_earlier_than_the_one_before_it_in_its_case(desk: Register) -> None:
    a_case_of_the_future(desk)
    done(desk, NOW, an_action("C1", "open_review", "registrar"), a_draft("C2"))
    assert entered(desk, "C1") == [AHEAD, AHEAD, AHEAD]
    assert entered(desk, "C2") == [NOW], "another case is entered now"
    assert verify(desk).ok


def test_what_the_system_enters_is_raised_as_well(desk: Register) -> None:
    walk(desk, "C1", until="assign", every=0)
    late = noon(FIRST + timedelta(days=60))
    desk.sweep(late + timedelta(hours=8))
    desk.sweep(late)
    done(desk, late, an_action("C1", "receipt", "handler"))
    instants = entered(desk, "C1")
    assert instants == sorted(instants)
    assert verify(desk).ok


def test_the_day_of_a_fact_is_the_clocks_and_not_that_of_a_raised_entry(desk: Register) -> None:
    tomorrow = NOW + timedelta(hours=20)
    done(desk, tomorrow, a_draft("C1"), an_action("C1", "submit", "deputy"))
    done(desk, NOW, an_action("C1", "open_review", "registrar"))
    event = desk.events("C1")[-1]
    assert (event["on"], event["at"], event["entered_at"]) == (FIRST, NOW, tomorrow)


def test_an_accepted_entry_of_the_future_raises_no_later_one(desk: Register) -> None:
    a_case_of_the_future(desk)
    accept(desk, NOW, "系统管理员", "时钟快了八小时")
    done(desk, NOW + timedelta(minutes=1), an_action("C1", "open_review", "registrar"))
    assert entered(desk, "C1")[-1] == NOW + timedelta(minutes=1)
    done(desk, NOW, an_action("C1", "register", "registrar", subject_class="社会建设", committee="社会建设委员会"))
    assert entered(desk, "C1")[-1] == NOW + timedelta(minutes=1), "what came after it counts as before"
    assert standing(desk, NOW) is None
    assert verify(desk).ok


@pytest.mark.parametrize("shift", [timedelta(hours=20), timedelta(days=365)])
def test_a_case_that_a_wrong_clock_dated_ahead_is_not_frozen(desk: Register, shift: timedelta) -> None:
    walk(desk, "C1", until="register", every=0)
    ahead = NOW + shift
    done(desk, ahead, an_action("C1", "propose_units", "registrar", units=SOLE), an_action("C1", "assign", "registrar"))
    later = NOW + timedelta(hours=1)
    done(
        desk, later, an_action("C1", "receipt", "handler"), an_action("C1", "accept", "handler"),
        an_action("C1", "communicate", "handler", kind="phone"),
    )  # fmt: skip
    assert desk.dossier("C1").assignments["C1/a1"].state == "COMMUNICATED"
    assert verify(desk).ok


def test_a_clock_that_ran_ahead_for_an_hour_leaves_no_event_without_its_papers(desk: Register) -> None:
    """The watermark was the newest entry: what was entered after the clock was right again had none."""
    walk(desk, "J-1", until="register", every=0)
    units = an_action("J-1", "propose_units", "registrar", units=SOLE)
    done(desk, AHEAD, units, an_action("J-1", "assign", "registrar"))
    make_papers(desk, AHEAD)
    walk(desk, "J-2", until="assign", every=0)
    make_papers(desk, NOW + timedelta(hours=2))
    kinds = [[row["kind"] for row in papers_of(desk, case)] for case in ("J-1", "J-2")]
    assert "assign_sheet" in kinds[0]
    assert kinds[0] == kinds[1]
    assert PaperRoom(desk).enter(CITY) == 0


def test_papers_up_to_a_day_leave_the_later_ones_to_the_next_call(desk: Register) -> None:
    walk(desk, "J-1", until="assign", every=0)
    walk(desk, "J-2", until="assign", every=0, on=FIRST + timedelta(days=9))
    room = PaperRoom(desk)
    first = room.enter(CITY, FIRST)
    assert first > 0
    assert [row["case_id"] for case in ("J-1", "J-2") for row in papers_of(desk, case)] == ["J-1"] * first
    assert room.enter(CITY, FIRST) == 0
    assert room.enter(CITY) == first


# -- the alarm ---------------------------------------------------------------------------------------------------


def test_a_newest_entry_ten_minutes_ahead_is_an_alarm_and_an_old_one_is_none(desk: Register) -> None:
    done(desk, NOW, a_draft("C1"))
    assert entry_ahead(desk, NOW - timedelta(minutes=10)) is None
    assert entry_ahead(desk, NOW + timedelta(days=400)) is None
    assert entry_ahead(desk, NOW - timedelta(minutes=11)) == timedelta(minutes=11)


def test_there_is_one_alarm_until_it_is_accepted_with_who_and_why(desk: Register) -> None:
    assert raise_alarm(desk, NOW, "e1", AlarmKind.STEP, timedelta(hours=8))
    assert not raise_alarm(desk, NOW, "e2", AlarmKind.STEP, -timedelta(hours=8))
    alarm = open_alarm(desk)
    assert alarm is not None
    assert (alarm.engine, alarm.seconds) == ("e1", 8 * 3600)
    with pytest.raises(RefusedByRule, match="--by WHO --reason WHY"):
        accept(desk, NOW, "somebody", " ")
    accept(desk, NOW, "somebody", "the battery was changed")
    assert open_alarm(desk) is None
    assert [(alarm.accepted_by, alarm.reason) for alarm in accepted(desk)] == [("somebody", "the battery was changed")]
    with pytest.raises(RefusedByRule, match="no alarm"):
        accept(desk, NOW, "somebody", "again")
    assert raise_alarm(desk, NOW, "e1", AlarmKind.STEP, timedelta(hours=8)), "the next step is another alarm"


def test_an_entry_that_comes_ahead_after_an_acceptance_is_an_alarm_again(desk: Register) -> None:
    a_case_of_the_future(desk)
    accept(desk, NOW, "somebody", "why")
    assert entry_ahead(desk, NOW) is None
    done(desk, AHEAD, a_draft("C2"))
    assert entry_ahead(desk, NOW) == timedelta(hours=8)


# -- nothing waits for a time that a wrong clock wrote ---------------------------------------------------------------


def test_a_lease_that_a_clock_ahead_took_holds_nobody_off(desk: Register) -> None:
    lasts = timedelta(seconds=30)
    assert take_lease(desk, "timetable", "dead", AHEAD, lasts)
    assert take_lease(desk, "timetable", "living", NOW, lasts)
    assert not take_lease(desk, "timetable", "other", NOW, lasts)
    assert not take_lease(desk, "timetable", "other", NOW - timedelta(minutes=5), lasts), "clocks may be a bit apart"


def test_a_lock_that_a_clock_ahead_set_does_not_outlast_its_quarter_of_an_hour(desk: Register) -> None:
    accounts = Accounts(desk)
    accounts.create("R1", NOW, "test", person="R1")
    accounts.set_password("R1", "hash", NOW)
    for _ in range(5):
        accounts.failed("R1", NOW)
    assert accounts.password_of("R1", NOW + LOCKED - timedelta(seconds=1)) is None
    for _ in range(5):
        accounts.failed("R1", AHEAD)
    assert accounts.password_of("R1", NOW) == "hash"


def test_what_was_sent_ahead_of_now_holds_up_no_channel(desk: Register) -> None:
    a_message(desk, "m1", next_try_at=None, sent_at=AHEAD)
    a_message(desk, "m2", next_try_at=NOW)
    assert [message.id for message in claim(desk, "sms", "e1", NOW, 10, per_minute=1)] == ["m2"]


def test_acceptance_lets_nothing_wait_for_a_time_that_a_wrong_clock_wrote(desk: Register) -> None:
    accounts = Accounts(desk)
    accounts.create("R1", AHEAD, "test", person="R1")
    link = accounts.link_to_sign_in("R1", AHEAD, "test", timedelta(days=1))
    token = accounts.sign_in("R1", AHEAD)
    a_message(desk, "m1", next_try_at=AHEAD, claimed_until=AHEAD)
    take_lease(desk, "timetable", "dead", AHEAD, timedelta(seconds=30))
    keep_draft(desk, "R1", AHEAD, "a.csv", b"", {})
    start_job(desk, "nightly-audit", "dead", AHEAD, AHEAD)
    finish_job(desk, "nightly-audit", AHEAD, "direct", ())
    a_case_of_the_future(desk)
    accept(desk, NOW, "somebody", "why")
    for table, column in instants():
        for (value,) in select(desk, f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"):
            latest = UNTIL.get((table, column))
            if latest is not None:
                assert desk.layout.sql.read_instant(value) <= NOW + latest, (table, column)
    assert jobs(desk)["nightly-audit"].due_at == NOW, "tonight's audit comes tonight"
    assert accounts.visitor(token, NOW + timedelta(minutes=1), FIRST) is not None
    assert accounts.visitor(token, NOW + timedelta(hours=3), FIRST) is None, "and is idle as if signed in now"
    assert accounts.link(link, NOW + timedelta(hours=23)) is not None
    assert accounts.link(link, NOW + timedelta(hours=25)) is None


UNTIL: dict[tuple[str, str], timedelta] = {
    ("leases", "until"): timedelta(minutes=1),
    ("import_drafts", "until"): timedelta(days=1),
    ("form_drafts", "until"): timedelta(days=90),
    ("jobs", "due_at"): timedelta(),
    ("messages", "next_try_at"): timedelta(),
    ("messages", "claimed_until"): timedelta(minutes=5),
    ("accounts", "locked_until"): LOCKED,
    ("sessions", "created_at"): timedelta(),
    ("sessions", "seen_at"): timedelta(),
    ("sessions", "expires_at"): timedelta(hours=12),
    ("links", "created_at"): timedelta(),
    ("links", "expires_at"): timedelta(days=1),
    ("tokens", "created_at"): timedelta(),
    ("tokens", "expires_at"): timedelta(days=366),
}
"""Instants that something waits for, or lasts until, and how far ahead of an accepted clock they may lie."""

TELLS = {
    "accesses.at", "accounts.created_at", "accounts.disabled_at", "attachments.added_at", "audits.at",
    "calendar_notices.imported_at", "cases.opened_at", "citizens.forgotten_at", "clock_alarms.accepted_at",
    "clock_alarms.raised_at", "deadlines.met_at", "events.at", "events.entered_at", "jobs.finished_at",
    "jobs.started_at", "links.revoked_at", "links.used_at", "messages.created_at", "messages.dead_at",
    "messages.read_at", "messages.sent_at", "outbox.created_at", "outbox.sent_at", "papers.entered_at",
    "papers.made_at", "register_mark.marked_at", "rule_texts.kept_at", "seals.at",
    "secret_stubs.entered_at", "sessions.ended_at",
    "tokens.revoked_at", "tokens.used_at",
    "access_files.closed_at",
    "duty_requests.at",
    "duty_requests.decided_at",
    "erasures.at",
    "erasures.decided_at",
    "import_decisions.at",
    "form_drafts.at",
    "import_drafts.at",
    "import_reversals.at",
    "imports.at",
    "power_changes.at",
    "recovery_codes.used_at",
    "region_rules.set_at",
}  # fmt: skip
"""Instants that tell when something was; whether it was is asked of them, never whether it is time."""


def test_every_stored_instant_only_tells_or_is_set_right_by_acceptance() -> None:
    assert {f"{table}.{column}" for table, column in instants()} == TELLS | {".".join(place) for place in UNTIL}


def instants() -> list[tuple[str, str]]:
    tables = SQLModel.metadata.sorted_tables
    return [(table.name, cell.name) for table in tables for cell in table.columns if isinstance(cell.type, Instant)]


def select(register: Register, statement: str) -> list[tuple[Any, ...]]:
    with transaction(register.engine) as cursor:
        return cursor.rows(statement)


def a_message(register: Register, id_: str, **more: datetime | None) -> None:
    row: dict[str, Any] = {
        "id": id_, "channel": "sms", "recipient": "person:R1", "address": "1", "region": CITY, "subject": "s",
        "body": "b", "urgent": False, "created_at": NOW, "next_try_at": None, "claimed_by": "", "claimed_until": None,
        "attempts": 0, "resent": 0, "sent_at": None, "dead_at": None, "error": "", "facts": {}, "read_at": None,
    }  # fmt: skip
    with transaction(register.engine) as cursor:
        register.layout.messages.insert(cursor, [row | more])


# -- a register of 0.1.0 ---------------------------------------------------------------------------------------------


def test_papers_that_the_old_watermark_kept_from_being_made_are_made(desk: Register) -> None:
    """A register of 0.1.0 has no marks: everything is gone through once, and what has its number keeps it."""
    walk(desk, "J-1", "J-2", until="assign", every=0)
    make_papers(desk, noon(date(2025, 12, 31)))
    kept = papers_of(desk, "J-1")
    with desk.engine.begin() as connection:
        connection.execute(text("DELETE FROM paper_files WHERE paper IN (SELECT id FROM papers WHERE case_id = 'J-2')"))
        connection.execute(text("DELETE FROM papers WHERE case_id = 'J-2'"))
        connection.execute(text("UPDATE cases SET papered_seq = 0"))
    make_papers(desk, noon(date(2025, 12, 31)))
    assert papers_of(desk, "J-1") == kept
    assert len(papers_of(desk, "J-2")) == len(kept)
    assert "suggestion.assigned" in event_names(desk, "J-2")
    assert seal(desk, NOW).cases == 2
