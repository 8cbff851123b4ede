"""Do writers who come at once lose anything?"""

import threading
from collections.abc import Callable

from states import Action
from storage import Register
from storage.sealing import verify
from storage.statements import reading
from tests.builders import (
    FIRST,
    a_draft,
    an_action,
    deadline,
    morning,
    noon,
    take,
    walk,
)

WRITERS, ACTIONS = 4, 50


def together(*works: Callable[[], object]) -> None:
    """Run each in a thread of its own, starting at once; the first fault of any is raised."""
    faults: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        start.wait()
        try:
            work()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def test_four_writers_of_one_case_lose_nothing(desk: Register) -> None:
    today = walk(desk, "C1", until="accept", every=0)

    def write(writer: int) -> None:
        for number in range(ACTIONS):
            key = f"{writer}/{number}"
            take(desk, today, an_action("C1", "record_attempt", "handler", key=key, kind="phone"))

    before = len(desk.events("C1"))
    together(*(lambda writer=writer: write(writer) for writer in range(WRITERS)))
    assert desk.dossier("C1").assignments["C1/a1"].attempts == WRITERS * ACTIONS
    events = desk.events("C1")[before:]
    assert {event["key"] for event in events} == {f"{w}/{n}" for w in range(WRITERS) for n in range(ACTIONS)}
    assert len(events) == WRITERS * ACTIONS
    assert verify(desk).ok


def test_of_two_creators_of_one_case_one_wins_and_the_others_learn_why(desk: Register) -> None:
    outcomes = []

    def create(deputy: str) -> None:
        outcomes.extend(desk.apply([a_draft("C1", by=deputy)], noon(FIRST)))

    together(*(lambda deputy=deputy: create(deputy) for deputy in ("D1", "D2", "D3", "D4")))
    (winner,) = [outcome for outcome in outcomes if outcome.done]
    assert desk.dossier("C1").case.lead == winner.action.by
    assert [outcome.reason for outcome in outcomes if not outcome.done] == ["C1 exists already"] * 3
    assert len(desk.events("C1")) == 1


def test_batches_in_opposite_orders_all_succeed(desk: Register) -> None:
    names = [f"C{number}" for number in range(8)]
    take(desk, FIRST, *(a_draft(name) for name in names))

    def revise(order: list[str]) -> None:
        for _ in range(10):
            take(desk, FIRST, *(an_action(name, "revise", "deputy", title="改") for name in order))

    together(*(lambda order=order: revise(order) for order in (names, names[::-1], names[3:], names[5::-1])))
    assert sum(len(desk.events(name)) for name in names) == 8 + 10 * (8 + 8 + 5 + 6)
    assert verify(desk).ok


def test_new_cases_in_opposite_orders_are_all_made(desk: Register) -> None:
    """Two batches that make each other's cases: whoever comes second is refused, nobody gets an error."""
    done: list[bool] = []

    def create(order: list[str]) -> None:
        done.extend(outcome.done for outcome in desk.apply([a_draft(case) for case in order], noon(FIRST)))

    names = [f"C{number:02}" for number in range(30)]
    together(lambda: create(names), lambda: create(names[::-1]), lambda: create(names))
    assert sorted(done) == [False] * 60 + [True] * 30
    assert verify(desk).ok


def test_a_sweep_and_people_on_the_same_cases_lose_nothing(desk: Register) -> None:
    names = [f"C{number}" for number in range(6)]
    today = walk(desk, *names, until="accept", every=0)
    late = deadline(desk, "C0", "reply_by").last_day.replace(month=9)

    def attempt(order: list[str]) -> None:
        for _ in range(5):
            actions = [an_action(name, "record_attempt", "handler", kind="phone") for name in order]
            assert all(outcome.done for outcome in desk.apply([dated(action) for action in actions], noon(late)))

    def dated(action: Action) -> Action:
        return Action(**{**action.__dict__, "at": noon(today)})

    climbed: list[int] = []
    together(
        lambda: attempt(names),
        lambda: attempt(names[::-1]),
        lambda: climbed.append(desk.sweep(morning(late), chunk=2).climbed),
    )
    due = [row for name in names for row in desk.dossier(name).deadlines.values() if row.duty and row.open]
    events = [event for name in names for event in desk.events(name) if event["subject"] == "limit"]
    assert climbed == [len(events)]
    assert sum(event["name"] == "limit.overdue" for event in events) == len(due)
    assert all(row.rungs >= 1 for row in due)
    assert verify(desk).ok


def test_a_reader_keeps_no_writer_off_and_sees_one_moment(desk: Register) -> None:
    with reading(desk.engine) as cursor:
        before = cursor.rows("SELECT count(*) FROM cases")
        take(desk, FIRST, a_draft("C1"))  # waits for nobody, or this test hangs
        assert cursor.rows("SELECT count(*) FROM cases") == before
    with reading(desk.engine) as cursor:
        assert cursor.rows("SELECT count(*) FROM cases") != before
