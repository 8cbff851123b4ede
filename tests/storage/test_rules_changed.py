"""A case leaves the text that it is under by an event alone, whole, and with its limits listed."""

import itertools
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlmodel import SQLModel

import rulebooks
from flows.routine import routine
from rulebooks import Library
from states import Action
from states.cases import Deadline
from storage import Register
from storage.sealing import verify
from storage.statistics import facts_on
from tests.builders import (
    FIRST,
    SOLE,
    a_directory,
    a_draft,
    act,
    an_action,
    deadline,
    event_names,
    morning,
    noon,
    walk,
)

LAW = date(2025, 3, 11)
"""From this day zhejiang has its second version."""

BEFORE, AFTER = LAW - timedelta(days=1), LAW + timedelta(days=1)
STEPS = ("assign", "receipt", "communicate", "deliver_reply", "send_forms")
PACKAGED = Path(rulebooks.__file__).parent


def at(on: date, action: Action) -> Action:
    return Action(action.case, action.name, action.by, action.role, action.data, noon(on))


def way(case: str, assigned: date, until: str, **reply: Any) -> list[tuple[date, Action]]:
    """A suggestion under zhejiang, submitted before the law changed, up to and with `until`, with its days."""
    answer = {"class": "RESOLVED", "points_answered": 1, **reply}
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会", "number": case}
    steps = [
        (-20, a_draft(case, "zhejiang")), (-20, an_action(case, "submit", "deputy")),
        (-19, an_action(case, "open_review", "registrar")), (-19, an_action(case, "register", "registrar", **kinds)),
        (-19, an_action(case, "propose_units", "registrar", units=SOLE)),
        (0, an_action(case, "assign", "registrar")),
        (1, an_action(case, "receipt", "handler")), (1, an_action(case, "accept", "handler")),
        (2, an_action(case, "communicate", "handler", kind="phone")),
        (2, an_action(case, "confirm_communication", "deputy", communication=f"{case}/k1")),
        (2, an_action(case, "start_handling", "handler")), (2, an_action(case, "research", "handler")),
        (3, an_action(case, "draft_reply", "handler", **answer)),
        (3, an_action(case, "send_draft_to_deputy", "handler")), (3, an_action(case, "agree_consult", "deputy")),
        (3, an_action(case, "sign", "unit_head", seal=True, publicity="FULL")),
        (4, an_action(case, "deliver_reply", "handler")),
        (4, an_action(case, "send_forms", "handler")),
    ]  # fmt: skip
    names = [action.name for _, action in steps]
    return [
        (assigned if days == 0 else AFTER + timedelta(days=days), action)
        for days, action in steps[: names.index(until) + 1]
    ]


def play(register: Register, case: str, assigned: date, until: str, **reply: Any) -> None:
    for on, action in way(case, assigned, until, **reply):
        (outcome,) = register.apply([at(on, action)], noon(AFTER + timedelta(days=5)))
        assert outcome.done, (action.name, outcome.reason)


def runs(register: Register, case: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What counts of each limit that was not ended without being met, by key and subject."""
    return {
        (row.key, row.subject_id.removeprefix(case)): (
            row.started_on, row.amount, row.unit, row.last_day, row.source, row.met_on, row.owed_by, row.duty,
        )
        for row in register.dossier(case).deadlines.values()
        if row.void_on is None
    }  # fmt: skip


def correct(register: Register, case: str, day: date) -> None:
    data = {"assigned_on": day.isoformat(), "reason": "会议记录"}
    act(register, AFTER + timedelta(days=6), case, "correct_assigned_date", "registrar", **data)


def changes(register: Register, case: str) -> list[dict[str, Any]]:
    return [event["data"] for event in register.events(case) if event["name"].endswith(".rules_changed")]


@pytest.mark.sqlite_first
@pytest.mark.parametrize("until", STEPS)
@pytest.mark.parametrize(("wrong", "right"), [(AFTER, BEFORE), (BEFORE, AFTER)], ids=["to the old", "to the new"])
def test_a_corrected_assignment_day_takes_the_case_whole_to_the_version_of_that_day(
    desk: Register, until: str, wrong: date, right: date
) -> None:
    promise = {"class": "PLANNED_DATED", "commitments": [{"text": "完工", "due_on": "2025-12-31"}]}
    play(desk, "C1", wrong, until, **promise)
    play(desk, "C2", right, until, **promise)
    correct(desk, "C1", right)
    assert runs(desk, "C1") == runs(desk, "C2")
    first, other = desk.dossier("C1").case, desk.dossier("C2").case
    assert (first.rulebook_ident, first.assigned_on) == (other.rulebook_ident, right)
    change = changes(desk, "C1")[-1]
    wrong_version = desk.library.get("zhejiang", wrong).ident
    assert (change["from"], change["to"]) == (wrong_version, other.rulebook_ident)
    assert verify(desk).ok


@pytest.mark.parametrize(("wrong", "right"), [(AFTER, BEFORE), (BEFORE, AFTER)], ids=["to the old", "to the new"])
def test_figures_count_the_last_days_that_a_change_of_rules_left(desk: Register, wrong: date, right: date) -> None:
    play(desk, "C1", wrong, "sign")
    correct(desk, "C1", right)
    (case,) = facts_on(desk, AFTER + timedelta(days=90))
    stored = {(row.subject_id, row.key): row.last_day for row in desk.dossier("C1").deadlines.values()}
    for part in case.parts.values():
        assert part.reply_due == stored[part.id, "reply_by"]
        assert part.receipt_due == stored.get((part.id, "receipt_by"))


def from_receipt(folder: Path) -> Library:
    """Zhejiang as version 0.1.0 had it: before LAW the reply is counted from receipt alone."""
    folder.mkdir()
    for name in ("zhejiang-2016.toml", "zhejiang-2025.toml"):
        text = (PACKAGED / name).read_text(encoding="utf-8")
        if name == "zhejiang-2016.toml":
            before, _, rest = text.partition("[limits.reply_by]")
            limit, _, after = rest.partition("[limits.rehandle_by]")
            limit, _, _ = limit.partition("[limits.reply_by.complex]")
            limit = limit.replace("assignment.assigned", "assignment.receipted")
            text = f"{before}[limits.reply_by]{limit}[limits.rehandle_by]{after}"
        (folder / name).write_text(text, encoding="utf-8")
    return Library(folder)


def test_a_limit_that_was_ended_by_the_move_starts_with_what_starts_it_there(
    engine: Engine, tmp_path: Path
) -> None:
    desk = a_directory(Register(engine, from_receipt(tmp_path / "zhejiang")))
    play(desk, "C1", AFTER, "assign")
    correct(desk, "C1", BEFORE)
    assert not deadline(desk, "C1", "reply_by").open
    on = AFTER + timedelta(days=7)
    act(desk, on, "C1", "receipt", "handler")
    row = deadline(desk, "C1", "reply_by")
    assert (row.open, row.started_on, row.last_day, row.missed) == (True, on, date(2025, 6, 19), 0)


def test_a_correction_within_one_version_is_no_change_of_rules(desk: Register) -> None:
    play(desk, "C1", AFTER, "assign")
    before = len(changes(desk, "C1"))
    correct(desk, "C1", LAW)
    assert len(changes(desk, "C1")) == before


def test_a_correction_does_not_take_a_case_to_a_changed_file_of_its_own_version(desk: Register) -> None:
    play(desk, "C1", AFTER, "assign")
    kept = desk.dossier("C1").case.rulebook_ident
    later = Register(desk.engine, Library().with_values("zhejiang", {"limits.reply_by.amount": 5}))
    correct(later, "C1", LAW)
    assert later.dossier("C1").case.rulebook_ident == kept
    assert deadline(later, "C1", "reply_by").last_day == date(2025, 6, 11)


def test_what_the_correction_lists_is_what_became_of_every_limit(desk: Register) -> None:
    play(desk, "C1", AFTER, "receipt")
    correct(desk, "C1", BEFORE)
    change = changes(desk, "C1")[-1]
    limits = {name: change[name] for name in ("ended", "started", "moved", "kept")}
    open_now = {f"{row.subject_id}/{row.key}" for row in desk.dossier("C1").deadlines.values() if row.open}
    assert set(limits["started"]) | set(limits["moved"]) | set(limits["kept"]) >= open_now
    assert "C1/a1/reply_by" in limits["moved"]


def test_a_case_that_is_assigned_under_a_newer_version_leaves_the_older_by_an_event(desk: Register) -> None:
    play(desk, "C1", AFTER, "assign")
    names = event_names(desk, "C1")
    assert names.index("suggestion.assigned") < names.index("suggestion.rules_changed")
    (change,) = changes(desk, "C1")
    assert change["from"].startswith("zhejiang@2016-05-27#")
    assert change["to"] == desk.dossier("C1").case.rulebook_ident


def test_the_rules_of_a_case_change_with_an_event_that_says_so_and_never_without(desk: Register) -> None:
    play(desk, "C1", AFTER, "send_forms")
    correct(desk, "C1", BEFORE)
    events = desk.events("C1")
    moments = {event["entered_at"] for event in events if event["name"] == "suggestion.rules_changed"}
    for earlier, other in itertools.pairwise(events):
        if earlier["rulebook"] != other["rulebook"]:
            assert other["entered_at"] in moments


def two_versions(folder: Path) -> Library:
    """A place whose newer version, in force from LAW on, knows nothing but the national limit."""
    folder.mkdir(exist_ok=True)
    old = (PACKAGED / "shandong.toml").read_text(encoding="utf-8")
    new = (PACKAGED / "national.toml").read_text(encoding="utf-8").replace('name = "national"', 'name = "shandong"')
    assert 'name = "shandong"' in new
    (folder / "old.toml").write_text(old, encoding="utf-8")
    (folder / "new.toml").write_text(new, encoding="utf-8")
    return Library(folder)


class TestALimitThatTheNewerVersionLacks:
    @pytest.fixture
    def place(self, engine: Engine, tmp_path: Path) -> Register:
        return a_directory(Register(engine, two_versions(tmp_path / "two")))

    def test_it_is_ended_when_the_case_comes_under_that_version(self, place: Register) -> None:
        act(place, BEFORE, "C1", "draft", "deputy", **a_draft("C1", "shandong").data)
        act(place, BEFORE, "C1", "submit", "deputy")
        assert deadline(place, "C1", "assign_by").open
        for name, data in (
            ("open_review", {}), ("register", {"subject_class": "x", "committee": "y"}),
            ("propose_units", {"units": SOLE}), ("assign", {}),
        ):  # fmt: skip
            act(place, AFTER, "C1", name, "registrar", **data)
        row = deadline(place, "C1", "assign_by")
        assert (row.open, row.void_on, row.next_rung_on) == (False, AFTER, None)
        (change,) = changes(place, "C1")
        assert change["ended"] == ["C1/assign_by"]
        act(place, AFTER, "C1", "receipt", "handler")
        assert place.sweep(morning(AFTER + timedelta(days=60))).climbed == 0, "only reply_by runs, and is not near"

    def test_one_that_an_older_program_left_running_is_ended_by_the_nightly_routine(self, place: Register) -> None:
        walk(place, "C1", until="receipt", every=0, rulebook="shandong")
        with place.engine.begin() as connection:
            names = [column.name for column in SQLModel.metadata.tables["deadlines"].columns]
            values = ", ".join("'return_by'" if name == "key" else name for name in names)
            insert = f"INSERT INTO deadlines ({', '.join(names)}) SELECT {values} FROM deadlines WHERE key = 'reply_by'"
            connection.execute(text(insert))
        report = routine(place, noon(FIRST + timedelta(days=1)))
        assert report.done["settle_rules"] == 1
        assert not deadline(place, "C1", "return_by").open
        assert deadline(place, "C1", "reply_by").open
        assert routine(place, noon(FIRST + timedelta(days=2))).done.get("settle_rules") is None


class TestATextThatIsGone:
    @pytest.fixture
    def bereft(self, desk: Register) -> Register:
        walk(desk, "C1", until="start_handling", every=0)
        with desk.engine.begin() as connection:
            connection.execute(text("UPDATE rule_texts SET text = '', state = 'gone'"))
        return Register(desk.engine)

    def test_the_next_action_takes_the_case_to_the_installed_text_by_an_event(self, bereft: Register) -> None:
        with bereft.engine.begin() as connection:
            connection.execute(text("UPDATE cases SET rulebook_ident = 'suqian@2025-03-11#000000000000'"))
        before = {row.key: row.last_day for row in bereft.dossier("C1").deadlines.values()}
        act(bereft, FIRST, "C1", "research", "handler", "W1")
        (change,) = changes(bereft, "C1")
        assert change["from"] == "suqian@2025-03-11#000000000000"
        assert change["to"] == bereft.library.get("suqian").ident == bereft.dossier("C1").case.rulebook_ident
        assert {row.key: row.last_day for row in bereft.dossier("C1").deadlines.values()} == before

    def test_without_any_text_it_is_refused_and_never_taken_to_the_national_law(
        self, bereft: Register, tmp_path: Path
    ) -> None:
        (tmp_path / "national.toml").write_bytes((PACKAGED / "national.toml").read_bytes())
        less = Register(bereft.engine, Library(tmp_path))
        (outcome,) = less.apply([an_action("C1", "research", "handler", "W1")], noon(FIRST))
        assert not outcome.done
        assert "is gone" in outcome.reason
        assert less.dossier("C1").case.rulebook == "suqian"


class TestTheRegistrarCorrectsAWronglyFoundedCase:
    def test_before_assignment_it_comes_under_the_other_rulebook_whole(self, desk: Register) -> None:
        walk(desk, "C1", until="open_review", every=0, rulebook="beijing")
        walk(desk, "C2", until="open_review", every=0, rulebook="suqian")
        act(desk, FIRST, "C1", "change_rules", "registrar", rulebook="suqian", reason="本市的建议")
        assert runs(desk, "C1") == runs(desk, "C2")
        (change,) = changes(desk, "C1")
        assert change["from"].startswith("beijing@")
        assert change["to"] == desk.dossier("C2").case.rulebook_ident == desk.dossier("C1").case.rulebook_ident
        assert (desk.dossier("C1").case.rulebook, change["started"]) == ("suqian", ["C1/assign_by"])
        assert verify(desk).ok

    @pytest.mark.parametrize(
        ("data", "reason"),
        [
            ({"rulebook": "suqian"}, "written reason"),
            ({"rulebook": "beijing", "reason": "x"}, "already"),
            ({"rulebook": "nowhere", "reason": "x"}, "no rulebook is named"),
            ({"rulebook": "reception", "reason": "x"}, "is for a opinion"),
            ({"rulebook": "x.toml", "reason": "x"}, "not a file"),
        ],
    )
    def test_not_without_a_reason_nor_to_what_cannot_be(
        self, desk: Register, data: dict[str, str], reason: str
    ) -> None:
        walk(desk, "C1", until="open_review", every=0, rulebook="beijing")
        (outcome,) = desk.apply([an_action("C1", "change_rules", "registrar", **data)], noon(FIRST))
        assert reason in outcome.reason

    def test_not_after_assignment_and_by_nobody_else(self, desk: Register) -> None:
        walk(desk, "C1", until="open_review", every=0, rulebook="beijing")
        data = {"rulebook": "suqian", "reason": "x"}
        (outcome,) = desk.apply([an_action("C1", "change_rules", "deputy", **data)], noon(FIRST))
        assert "it is for registrar" in outcome.reason
        walk(desk, "C2", until="assign", every=0, rulebook="beijing")
        (outcome,) = desk.apply([an_action("C2", "change_rules", "registrar", **data)], noon(FIRST))
        assert not outcome.done


def test_a_granted_extension_stays_one_when_the_case_moves(desk: Register) -> None:
    play(desk, "C1", AFTER, "receipt")
    last: Deadline = deadline(desk, "C1", "reply_by")
    on = AFTER + timedelta(days=5)
    act(desk, on, "C1", "accept", "handler")
    act(desk, on, "C1", "request_extension", "handler", reason="面广")
    act(desk, on, "C1", "grant_extension", "registrar", assignment="C1/a1")
    granted = deadline(desk, "C1", "reply_by")
    assert granted.last_day > last.last_day
    correct(desk, "C1", BEFORE)
    moved = deadline(desk, "C1", "reply_by")
    assert (moved.amount, moved.extended) == (granted.amount, 1)


