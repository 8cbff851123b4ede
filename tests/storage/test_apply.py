"""Is a batch taken in order, each action answered by itself, and does a refused one leave no trace?"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from states import Action
from states.texts import NAME, TEXT
from storage import Register
from storage.batch import Batch
from storage.sealing import verify
from storage.statements import Cursor
from tests.builders import (
    CITY,
    FIRST,
    SOLE,
    a_draft,
    act,
    an_action,
    deadline,
    dump,
    event_names,
    noon,
    refusal,
    rows,
    take,
    walk,
)

CLASSIFIED = {"subject_class": "社会建设", "committee": "社会建设委员会"}


# -- a batch ---------------------------------------------------------------------------------------------


def test_a_refused_action_leaves_no_trace_and_the_others_go_on(desk: Register) -> None:
    before = dump(desk.engine)
    outcomes = desk.apply(
        [
            an_action("C1", "submit", "deputy"),
            a_draft("C2"),
            a_draft("C3", region="999999"),
            an_action("C2", "evaluate", "deputy"),
            an_action("C2", "submit", "deputy"),
        ],
        noon(FIRST),
    )
    assert [outcome.done for outcome in outcomes] == [False, True, False, False, True]
    assert outcomes[0].reason == "there is no case C1"
    assert "unknown region 999999" in outcomes[2].reason
    assert "SUBMITTED" not in outcomes[3].allowed
    assert "submit" in outcomes[3].allowed
    after = dump(desk.engine)
    assert len(after["cases"]) == 1
    assert event_names(desk, "C2") == ["suggestion.drafted", "suggestion.submitted"]
    assert {name for name in after if after[name] != before[name]} == {
        "cases", "deadlines", "documents", "events", "outbox", "parties", "rule_texts", "search_texts",
    }  # fmt: skip
    assert verify(desk).ok


def test_a_batch_of_refusals_changes_nothing(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1"))
    others = {"rulebook": "suqian", "region": CITY, "lead": "D1"}
    assert "deputies do" in refusal(desk, FIRST, "C2", "draft", "clerk", **others)
    assert "exists already" in refusal(desk, FIRST, "C1", "draft", "deputy", rulebook="suqian")
    assert "from which evaluate does not lead" in refusal(desk, FIRST, "C1", "evaluate", "deputy")


def test_the_actions_of_a_batch_build_on_each_other_in_order(desk: Register) -> None:
    way = [a_draft("C1"), an_action("C1", "submit", "deputy"), an_action("C1", "open_review", "registrar")]
    assert [outcome.state for outcome in take(desk, FIRST, *way)] == ["DRAFT", "SUBMITTED", "UNDER_REVIEW"]
    wrong = [an_action("C2", "submit", "deputy"), a_draft("C2")]
    assert [outcome.done for outcome in desk.apply(wrong, noon(FIRST))] == [False, True]
    assert desk.dossier("C2").case.state == "DRAFT"


def test_one_batch_and_many_single_actions_leave_the_same_rows(desk: Register, database_url: str) -> None:
    take(desk, FIRST, a_draft("C1"), an_action("C1", "submit", "deputy"), a_draft("C2"))
    for action in (a_draft("C3"), an_action("C3", "submit", "deputy"), a_draft("C4")):
        take(desk, FIRST, action)
    together, apart = desk.dossier("C1"), desk.dossier("C3")
    assert len(together.deadlines) == len(apart.deadlines) == 1
    assert event_names(desk, "C1") == event_names(desk, "C3")


def test_nothing_at_all_is_a_batch_too(desk: Register) -> None:
    assert desk.apply([], noon(FIRST)) == []


def test_an_instant_of_entry_without_a_zone_is_refused(desk: Register) -> None:
    with pytest.raises(ValueError, match="needs a zone"):
        desk.apply([a_draft("C1")], datetime(2025, 3, 12))  # noqa: DTZ001


def test_a_fact_may_be_entered_late_but_not_before_it_happened(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1"))
    happened = noon(FIRST + timedelta(days=1))
    late = Action("C1", "submit", "D1", "deputy", at=happened)
    (early,) = desk.apply([late], noon(FIRST))
    assert "lies after the moment of entry" in early.reason
    take(desk, FIRST + timedelta(days=9), late)
    event = desk.events("C1")[-1]
    assert (event["at"], event["on"]) == (happened, FIRST + timedelta(days=1))
    assert event["entered_at"] == noon(FIRST + timedelta(days=9))
    assert deadline(desk, "C1", "assign_by").started_on == FIRST + timedelta(days=1)


# -- once ------------------------------------------------------------------------------------------------


def test_an_action_with_one_key_happens_once_in_one_batch(desk: Register) -> None:
    twice = [a_draft("C1"), *[an_action("C1", "revise", "deputy", key="k1", title="改")] * 2]
    outcomes = take(desk, FIRST, *twice)
    assert [outcome.repeated for outcome in outcomes] == [False, False, True]
    assert outcomes[1].events == outcomes[2].events == ((2, "suggestion.revised"),)
    assert event_names(desk, "C1") == ["suggestion.drafted", "suggestion.revised"]


def test_an_action_with_one_key_happens_once_in_two_calls(desk: Register) -> None:
    draft = an_action("C1", "draft", "deputy", key="k1", **a_draft("C1").data)
    take(desk, FIRST, draft)
    before = dump(desk.engine)
    (again,) = take(desk, FIRST + timedelta(days=3), draft)
    assert (again.repeated, again.state, again.events) == (True, "DRAFT", ((1, "suggestion.drafted"),))
    assert dump(desk.engine) == before


def test_an_action_with_one_key_happens_once_from_two_threads(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1"))
    new = an_action("C2", "draft", "deputy", key="new", **a_draft("C2").data)
    old = an_action("C1", "revise", "deputy", key="old", title="改")
    outcomes: list[bool] = []

    def send() -> None:
        outcomes.extend(outcome.repeated for outcome in take(desk, FIRST, new, old))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False] * 2 + [True] * 10
    assert event_names(desk, "C1") == ["suggestion.drafted", "suggestion.revised"]
    assert event_names(desk, "C2") == ["suggestion.drafted"]
    assert verify(desk).ok


def test_a_key_is_not_taken_by_another_action(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1"), a_draft("C2"), an_action("C1", "revise", "deputy", key="k1", title="改"))
    elsewhere = an_action("C2", "revise", "deputy", key="k1", title="改")
    other = an_action("C1", "submit", "deputy", key="k1")
    before = dump(desk.engine)
    for action in (elsewhere, other):
        (outcome,) = desk.apply([action], noon(FIRST))
        assert outcome.reason == "key 'k1' was used for revise on C1; another action needs another key"
    assert dump(desk.engine) == before


def test_a_refused_action_leaves_its_key_free(desk: Register) -> None:
    submit = an_action("C1", "submit", "deputy", key="k1")
    (refused,) = desk.apply([submit], noon(FIRST))
    assert not refused.done
    (_, done) = take(desk, FIRST, a_draft("C1"), submit)
    assert not done.repeated


# -- numbers, texts --------------------------------------------------------------------------------------


def test_numbers_have_no_gap_where_an_action_was_refused(desk: Register) -> None:
    names = [f"C{number}" for number in range(1, 6)]
    walk(desk, *names, until="open_review", every=0)
    good = {name: an_action(name, "register", "registrar", **CLASSIFIED) for name in names}
    bad = {name: an_action(name, "register", "registrar") for name in names}
    first = desk.apply([good["C1"], bad["C2"], good["C3"], good["C3"], bad["C4"]], noon(FIRST))
    assert [outcome.done for outcome in first] == [True, False, True, False, False]
    take(desk, FIRST, good["C5"], good["C2"])
    numbers = {name: desk.dossier(name).case.number for name in names}
    assert numbers == {
        "C1": "闭-2025-001", "C3": "闭-2025-002", "C5": "闭-2025-003", "C2": "闭-2025-004", "C4": "",
    }  # fmt: skip


def test_each_region_and_session_counts_for_itself(desk: Register) -> None:
    for case, data in (
        ("C1", {}),
        ("C2", {"region": "330100"}),
        ("C3", {"in_session": True, "session": "6-2"}),
    ):
        take(desk, FIRST, a_draft(case, **data), an_action(case, "submit", "deputy"))
        act(desk, FIRST, case, "open_review", "registrar")
        act(desk, FIRST, case, "register", "registrar", **CLASSIFIED)
    numbers = [desk.dossier(case).case.number for case in ("C1", "C2", "C3")]
    assert numbers == ["闭-2025-001", "闭-2025-001", "6-2-001"]


def test_a_number_in_session_needs_the_session(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1", in_session=True), an_action("C1", "submit", "deputy"))
    act(desk, FIRST, "C1", "open_review", "registrar")
    (outcome,) = desk.apply([an_action("C1", "register", "registrar", **CLASSIFIED)], noon(FIRST))
    assert "needs the session, for example 6-2" in outcome.reason


def test_two_threads_that_register_share_no_number(desk: Register) -> None:
    names = [f"C{number:02}" for number in range(1, 21)]
    walk(desk, *names, until="open_review", every=0)

    def give(mine: list[str]) -> None:
        for name in mine:
            act(desk, FIRST, name, "register", "registrar", **CLASSIFIED)

    threads = [threading.Thread(target=give, args=(names[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    given = sorted(desk.dossier(name).case.number for name in names)
    assert given == [f"闭-2025-{number:03}" for number in range(1, 21)]


def test_a_text_becomes_a_document_and_its_event_keeps_the_digest(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1", facts="路面破损\n三处"))
    (event,) = desk.events("C1")
    assert event["data"]["title"] == "关于修路的建议C1"
    assert event["data"]["facts"].keys() == {"document", "sha256", "chars"}
    assert event["data"]["facts"]["chars"] == 7
    documents = [document.decode() for document in dump(desk.engine)["documents"]]
    assert any('"id":"C1#1.facts"' in document and "路面破损\\n三处" in document for document in documents)


# -- the directory ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (a_draft("C9", by="D9"), "unknown person D9; import it first"),
        (a_draft("C9", by="W1"), "W1 is handler in the directory and does not act as deputy"),
        (a_draft("C9", region="999999"), "unknown region 999999; import it first"),
        (a_draft("C9", rulebook="nowhere"), "nowhere"),
        (a_draft("C9", rulebook="/tmp/own.toml"), "an installed rulebook, not a file"),
        (
            an_action("C1", "propose_units", "registrar", units=[{"unit": "U9", "role": "SOLE"}]),
            "unknown unit U9",
        ),
        (an_action("C1", "receipt", "handler", "W9"), "unknown person W9"),
        (an_action("C1", "receipt", "handler", "R1"), "R1 belongs to no unit"),
        (Action("C1", "receipt", "W1", "handler", unit="U2"), "W1 belongs to U1, not to U2"),
        (an_action("C1", "submit", "king", "D1"), "unknown role 'king'"),
        (an_action("C1", "vanish", "deputy"), "suggestion knows no action 'vanish'"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_the_directory_does_not_know_is_refused_with_a_sentence(
    desk: Register, action: Action, reason: str
) -> None:
    walk(desk, "C1", until="register", every=0)
    before = dump(desk.engine)
    (outcome,) = desk.apply([action], noon(FIRST))
    assert not outcome.done
    assert reason in outcome.reason
    assert dump(desk.engine) == before


def test_a_deputy_out_of_term_and_an_abolished_unit_are_refused(desk: Register) -> None:
    gone = {"id": "D8", "name": "前代表", "role": "deputy", "term_to": "2025-03-11"}
    desk.import_directory("people", rows([gone]))
    desk.import_directory(
        "units", rows([{"id": "U8", "name": "原局", "kind": "政府", "abolished_on": "2025-03-12"}])
    )
    (draft,) = desk.apply([a_draft("C1", by="D8")], noon(FIRST))
    assert "term is None to 2025-03-11" in draft.reason
    walk(desk, "C2", until="register", every=0)
    units = [{"unit": "U8", "role": "SOLE"}]
    assert "abolished on 2025-03-12" in refusal(desk, FIRST, "C2", "propose_units", "registrar", units=units)


# -- hostile data ----------------------------------------------------------------------------------------


DEEP: dict[str, Any] = {}
for _ in range(2000):
    DEEP = {"a": DEEP}

HOSTILE = {
    "a lone surrogate": {"title": "\ud800"},
    "a lone surrogate in a key": {"\ud800": 1},
    "a lone surrogate in a region": {"region": "\udfff"},
    "a lone surrogate in a rulebook": {"rulebook": "\udfff"},
    "too large a number": {"extra": 2**70},
    "a NUL": {"title": "a\x00b"},
    "a NUL in a region": {"region": "a\x00b"},
    "a NUL deep inside": {"extra": [{"a": ["\x00"]}]},
    "a huge text": {"facts": "字" * (TEXT + 1)},
    "a control character": {"facts": "a\x01b"},
    "a change of direction": {"facts": "a\u202eb"},
    "a blank title": {"title": " \u3000\n"},
    "a huge title": {"title": "字" * (NAME + 1)},
    "a huge lead": {"lead": "字" * 100_000},
    "a huge region": {"region": "字" * 100_000},
    "a thousand brackets": {"extra": DEEP},
    "an object": {"extra": object()},
    "a set": {"extra": {1, 2}},
    "numbers as keys": {"extra": {1: 2}},
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE.keys())
def test_data_that_no_database_keeps_is_refused_and_its_neighbours_are_not(
    desk: Register, data: dict[str, Any]
) -> None:
    bad, good, plain = desk.apply([a_draft("C1", **data), a_draft("C2"), a_draft("C3")], noon(FIRST))
    assert (bad.done, good.done, plain.done) == (False, True, True)
    assert bad.reason
    assert len(bad.reason) < 2000
    assert verify(desk).ok


@pytest.mark.parametrize(
    "text", ["\ud800", "a\x00b", "字" * 5000, ""], ids=["surrogate", "NUL", "huge", "empty"]
)
@pytest.mark.parametrize("field", ["case", "by", "name", "role", "key", "unit"])
def test_a_name_that_no_database_keeps_is_refused_and_its_neighbours_are_not(
    desk: Register, field: str, text: str
) -> None:
    if text == "" and field in ("key", "unit"):
        return
    draft = a_draft("C1")
    hostile = Action(**{**draft.__dict__, field: text})
    bad, good = desk.apply([hostile, a_draft("C2")], noon(FIRST))
    assert (bad.done, good.done) == (False, True)
    assert bad.reason
    assert verify(desk).ok


@pytest.mark.parametrize("text", ["字" * 5000, "a\x00b"], ids=["huge", "NUL"])
@pytest.mark.parametrize("field", ["number", "committee"])
def test_a_name_given_on_registering_that_no_index_keeps_is_refused(
    desk: Register, field: str, text: str
) -> None:
    walk(desk, "C1", until="open_review", every=0)
    refusal(desk, FIRST, "C1", "register", "registrar", **{**CLASSIFIED, field: text})


@pytest.mark.parametrize(
    "at",
    [datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC), datetime(2025, 3, 12)],  # noqa: DTZ001
    ids=["the last instant", "the first instant", "no zone"],
)
def test_an_instant_outside_the_calendar_is_refused(desk: Register, at: datetime) -> None:
    draft = a_draft("C1")
    bad, good = desk.apply([Action(**{**draft.__dict__, "at": at}), a_draft("C2")], noon(FIRST))
    assert (bad.done, good.done) == (False, True)


def test_a_text_that_only_looks_like_an_escape_is_kept(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1", title="写作 \\u0000 的反斜杠", facts="\\u0000"))
    assert desk.dossier("C1").case.title == "写作 \\u0000 的反斜杠"
    assert verify(desk).ok


def test_what_is_odd_but_text_comes_back_as_it_was(desk: Register) -> None:
    title = "𠮷\u200d'; DROP TABLE cases; -- \\ \" %s ? {serial}\t-"
    take(desk, FIRST, a_draft("C1'\"%s?", title=title, extra=[1.5, None, True, -(2**63), 2**63 - 1, "é"]))
    assert desk.dossier("C1'\"%s?").case.title == title
    (event,) = desk.events("C1'\"%s?")
    assert event["data"]["extra"] == [1.5, None, True, -(2**63), 2**63 - 1, "é"]
    assert verify(desk).ok


# -- a crash ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["cases", "documents", "events", "outbox"])
def test_a_crash_inside_the_writing_undoes_everything(
    desk: Register, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(desk, FIRST, a_draft("C1"))
    before = dump(desk.engine)

    def failing(run: Callable[..., Any]) -> Callable[..., Any]:
        def run_and_fail(cursor: Cursor, sql: str, *values: Any) -> Any:
            done = run(cursor, sql, *values)
            if f"INTO {table} " in sql:
                raise MemoryError
            return done

        return run_and_fail

    with monkeypatch.context() as patch:
        patch.setattr(Cursor, "run_many", failing(Cursor.run_many))
        patch.setattr(Cursor, "run", failing(Cursor.run))
        with pytest.raises(MemoryError):
            desk.apply([a_draft("C2"), an_action("C1", "submit", "deputy")], noon(FIRST))
    assert dump(desk.engine) == before
    take(desk, FIRST, a_draft("C2"), an_action("C1", "submit", "deputy"))


def test_a_crash_after_the_writing_undoes_everything(desk: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    take(desk, FIRST, a_draft("C1"))
    walk(desk, "C2", until="open_review", every=0)
    before = dump(desk.engine)
    save = Batch.save

    def save_and_fail(batch: Batch) -> None:
        save(batch)
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Batch, "save", save_and_fail)
        with pytest.raises(MemoryError):
            take(desk, FIRST, an_action("C2", "register", "registrar", **CLASSIFIED))
    assert dump(desk.engine) == before
    act(desk, FIRST, "C2", "register", "registrar", **CLASSIFIED)
    assert desk.dossier("C2").case.number == "闭-2025-001"


def test_the_rows_read_back_are_the_rows_decided(desk: Register) -> None:
    """What a fresh read gives equals the dossier the decision left, field by field, whatever the database."""
    walk(desk, "C1", until="sign", units=[*SOLE], commitments=[{"text": "完工", "due_on": "2025-12-31"}])
    dossier = desk.dossier("C1")
    part = dossier.assignments["C1/a1"]
    assert part.promises == [{"text": "完工", "due_on": "2025-12-31"}]
    assert isinstance(part.signed_on, date)
    assert dossier.case.opened_at == noon(FIRST)
    assert dossier.case.opened_at.tzinfo is UTC
    assert dossier.case.one_matter is True
    assert verify(desk).ok


def test_nobody_acts_in_a_role_above_the_own_one(desk: Register) -> None:
    walk(desk, "C1", until="assign", every=0)
    (above,) = desk.apply([an_action("C1", "receipt", "unit_head", "W1")], noon(FIRST))
    (below,) = desk.apply([an_action("C1", "receipt", "handler", "H1")], noon(FIRST))
    (other,) = desk.apply([an_action("C1", "withdraw", "registrar", "D1")], noon(FIRST))
    assert (above.done, "W1 is handler" in above.reason) == (False, True)
    assert below.done
    assert (other.done, "D1 is deputy" in other.reason) == (False, True)


def test_a_batch_keeps_the_rows_of_each_case_of_one_deputy(desk: Register) -> None:
    take(desk, FIRST, *(a_draft(f"C{number}") for number in (1, 2, 3)))
    for number in (1, 2, 3):
        assert list(desk.dossier(f"C{number}").parties) == ["D1"]
    assert verify(desk).ok


def test_a_met_day_that_is_corrected_reads_back_as_it_was_written(desk: Register) -> None:
    """The instant of such a day is made, not given: it must be kept in UTC like every other."""
    today = walk(desk, "C1", until="communicate", every=1)
    act(desk, today + timedelta(days=1), "C1", "communicate", "handler", kind="phone")
    act(desk, today + timedelta(days=2), "C1", "deny_communication", "deputy", communication="C1/k1")
    assert deadline(desk, "C1", "contact_by").met_on == today + timedelta(days=1)
    assert verify(desk).ok


def test_a_number_is_one_cases_within_its_region(desk: Register) -> None:
    walk(desk, "C1", "C2", "C3", until="open_review")
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    first, same, again = desk.apply(
        [an_action(case, "register", "registrar", number=" 闭-7 ", **kinds) for case in ("C1", "C2", "C1")], noon(FIRST)
    )
    assert (first.done, same.done, again.done) == (True, False, False)
    assert same.refused is not None
    assert same.refused.code == "number_taken"
    assert same.refused.facts["case"] == "C1"
    (later,) = desk.apply([an_action("C2", "register", "registrar", number="闭-7", **kinds)], noon(FIRST))
    assert later.refused is not None
    assert later.refused.code == "number_taken"


def test_an_office_begins_with_one_again_at_its_next_session(desk: Register) -> None:
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    for case, session in (("C1", "6-4"), ("C2", "6-5")):
        take(desk, FIRST, a_draft(case))
        act(desk, FIRST, case, "submit", "deputy", "D1", in_session=True, session=session)
        act(desk, FIRST, case, "open_review", "registrar")
    first, later = (an_action(case, "register", "registrar", number="1", **kinds) for case in ("C1", "C2"))
    done = desk.apply([first, later], noon(FIRST))
    assert [outcome.done for outcome in done] == [True, True]


def test_the_next_number_is_none_that_was_given_by_hand(desk: Register) -> None:
    walk(desk, "C1", "C2", "C3", until="open_review")
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
    desk.apply([an_action("C1", "register", "registrar", **kinds)], noon(FIRST))
    number = desk.dossier("C1").case.number
    assert number.endswith("1"), number
    by_hand = number[:-1] + "2"
    desk.apply([an_action("C2", "register", "registrar", number=by_hand, **kinds)], noon(FIRST))
    desk.apply([an_action("C3", "register", "registrar", **kinds)], noon(FIRST))
    assert desk.dossier("C3").case.number == number[:-1] + "3"
