"""What each figure counts, told by events: also by those of inspections, conversions, awards and corrections."""

from datetime import date
from typing import Any

import pytest

from rulebooks import Rulebook
from storage.statistics import FIGURES, GROUPINGS, Group, StatisticsError
from storage.statistics.readers import READERS, WITHOUT_DATA
from storage.statistics.rules import Rate
from storage.statistics.tables import table
from tests.builders import LIBRARY
from tests.states.builders import SUQIAN, rules
from tests.storage.statistics.events import REPLIED, History, assigned_case, judged, replied

ON = date(2025, 12, 31)


def total(*stories: History, by: str = "batch", on: date = ON) -> Group:
    return table((history.case for history in stories), on, GROUPINGS[by], LIBRARY, "national").total


def parts(key: str, *stories: History, by: str = "batch", on: date = ON) -> tuple[int, int | None]:
    rate: Rate = total(*stories, by=by, on=on).rate(key)
    return rate.numerator, rate.denominator


def test_a_withdrawn_or_unaccepted_suggestion_is_outside_the_cohort() -> None:
    withdrawn = assigned_case("C1").event("suggestion.withdrawn")
    assert parts("replied", withdrawn, assigned_case("C2")) == (0, 1)
    assert total(withdrawn).n == 0


def test_of_several_units_the_suggestion_takes_the_worst_and_each_unit_its_own() -> None:
    history = replied(units=("U1", "U2"))
    history.event("suggestion.evaluated", by="D1", assignments={
        "C1/a1": {"overall": "SATISFIED"}, "C1/a2": {"overall": "BASICALLY_SATISFIED"},
    })  # fmt: skip
    assert parts("satisfied", history) == (0, 1)
    assert parts("content", history) == (1, 1)
    assert parts("satisfied", history, by="unit") == (1, 2)


def test_nobody_s_silence_is_satisfaction() -> None:
    silent, heard = replied("C1"), judged(replied("C2"), "SATISFIED")
    assert parts("satisfied", silent, heard) == (1, 1)
    assert parts("satisfied_of_replied", silent, heard) == (1, 2)
    assert parts("returned", silent, heard) == (1, 2)


def test_an_inspection_takes_the_true_rate_down_and_leaves_the_reply_s_class() -> None:
    lamp, road = judged(replied("C1"), "SATISFIED"), replied("C2")
    lamp.event("inspection.made", assignment="C1/a1", verdict="NOT_MATCHING", claimed="RESOLVED", found="PLANNED_DATED")
    road.event("inspection.made", assignment="C2/a1", verdict="MATCHING")
    assert parts("resolved", lamp, road) == (2, 2)
    assert parts("truly_resolved", lamp, road) == (1, 2)
    assert parts("inspections_matching", lamp, road) == (1, 2)
    lamp.event("suggestion.reopened_by_inspection")
    shown = {row.key: (row.answered, row.standing) for row in total(lamp, road).classes}
    assert shown == {"RESOLVED": (2, 1), "PLANNED_DATED": (0, 1)}
    assert total(lamp).classes[0].values["SATISFIED"] == 1


def test_an_inspection_of_a_promise_is_one_of_its_part() -> None:
    history = replied(class_="PLANNED_DATED")
    history.event("commitment.promised", "C1/c1", due_on="2025-10-01", assignment="C1/a1")
    history.event("inspection.made", commitment="C1/c1", verdict="PARTLY_MATCHING")
    assert parts("inspections_matching", history) == (0, 1)
    assert parts("truly_resolved", history) == (0, 1)


def test_a_promise_counts_from_its_day_and_a_planned_item_turns_when_all_are_kept() -> None:
    history = replied(class_="PLANNED_DATED")
    for number, due in ((1, "2025-08-01"), (2, "2025-10-01")):
        history.event("commitment.promised", f"C1/c{number}", due_on=due, assignment="C1/a1")
    history.event("commitment.verified", "C1/c1")
    assert parts("promises_kept", history, on=date(2025, 7, 31)) == (0, 0)
    assert parts("promises_kept", history, on=date(2025, 8, 1)) == (1, 1)
    assert parts("planned_resolved", history) == (0, 1)
    history.event("commitment.rescheduled", "C1/c2", due_on="2026-03-01")
    assert parts("promises_kept", history) == (1, 1)
    history.event("commitment.verified", "C1/c2")
    assert parts("planned_resolved", history) == (1, 1)
    history.event("commitment.verification_failed", "C1/c2")
    assert parts("planned_resolved", history) == (0, 1)
    history.event("commitment.cancelled", "C1/c2")
    assert parts("promises_kept", history, on=date(2026, 3, 1)) == (1, 2)


def test_a_corrected_evaluation_takes_the_place_of_the_first() -> None:
    case = judged(replied(), "SATISFIED", attitude="SATISFIED")
    case.event("suggestion.evaluation_corrected", by="D1", attitude="SATISFIED", result="DISSATISFIED", reason="填错了")
    assert parts("satisfied", case) == (0, 1)
    assert parts("attitude", case) == (1, 1)
    assert parts("returned", case) == (1, 1)


def test_conversions_and_awards_count_items_not_records() -> None:
    history = replied()
    history.event("suggestion.converted", kind="LAW_PLAN", target="立法计划")
    history.event("suggestion.converted", kind="LIVELIHOOD_PROJECT")
    history.event("suggestion.awarded")
    assert parts("converted", history, assigned_case("C2")) == (1, 2)
    assert parts("awarded", history, assigned_case("C2")) == (1, 2)


def test_handling_again_keeps_the_first_reply_and_takes_the_last_judgement() -> None:
    history = judged(replied(class_="PLANNED_DATED"), "DISSATISFIED")
    later = date(2025, 7, 1)
    history.event("suggestion.rehandle_ordered")
    history.event("assignment.rehandle_assigned", "C1/a2", later, 2, unit="U1", role="SOLE")
    assert parts("rehandled", history) == (1, 1)
    assert parts("satisfied", history) == (0, 1)
    history.event("assignment.drafted", "C1/a2", later, 2, **{"class": "RESOLVED"})
    history.event("assignment.delivered", "C1/a2", later, 2)
    history.event("suggestion.reply_delivered", on=later, round_=2)
    judged(history, "SATISFIED", on=later, round_=2)
    for by in ("batch", "unit"):
        assert parts("satisfied", history, by=by) == (1, 1)
        assert parts("first_satisfied", history, by=by) == (0, 1)
        assert parts("rehandled_content", history, by=by) == (1, 1)
        assert parts("planned_resolved", history, by=by) == (1, 1)
        assert parts("resolved", history, by=by) == (1, 1)
    assert total(history).days.mean == f"{(REPLIED - date(2025, 3, 3)).days}.0"


def test_another_unit_that_takes_over_supersedes_the_one_before() -> None:
    history = judged(replied(units=("U1", "U2")), "DISSATISFIED")
    history.event("suggestion.rehandle_ordered", assignments=["C1/a2"], unit="U9")
    history.event("assignment.rehandle_assigned", "C1/a3", ON, 2, unit="U9", role="SEPARATE")
    assert history.case.parts["C1/a3"].before == "C1/a2"
    assert history.case.parts["C1/a1"].before == ""


RESOLVED: dict[str, Any] = {"class": "RESOLVED"}


def test_a_unit_that_takes_over_in_the_second_round_has_handled_nothing_again() -> None:
    history = judged(replied(units=("U1", "U2")), "DISSATISFIED")
    history.event("suggestion.rehandle_ordered", assignments=["C1/a2"])
    history.event("assignment.rehandle_assigned", "C1/a3", ON, 2, unit="U9", role="SEPARATE")
    history.event("assignment.drafted", "C1/a3", ON, 2, **RESOLVED)
    history.event("assignment.delivered", "C1/a3", ON, 2)
    rows = {row.key: row for row in table([history.case], ON, GROUPINGS["unit"], LIBRARY).groups}
    assert [rows[unit].rate("rehandled").numerator for unit in ("U1", "U2", "U9")] == [0, 0, 0]
    assert parts("rehandled", history) == (1, 1)


def test_a_contact_that_the_deputy_denied_was_no_first_step() -> None:
    history = assigned_case()
    history.event("assignment.communicated", "C1/a1", communication="C1/k1", face_to_face=True)
    history.event("assignment.handling_started", "C1/a1", contact_gate="met")
    history.event("assignment.researched", "C1/a1").event("assignment.drafted", "C1/a1", **RESOLVED)
    history.event("assignment.consult_agreed", "C1/a1").event("assignment.signed", "C1/a1", REPLIED)
    history.event("assignment.delivered", "C1/a1", REPLIED).event("suggestion.reply_delivered", on=REPLIED)
    assert parts("three_steps", history) == (1, 1)
    history.event("assignment.communication_denied", communication="C1/k1", subject="C1/a1")
    assert parts("three_steps", history) == (0, 1)


def test_a_part_that_was_given_back_is_no_item_of_its_unit_but_an_assignment() -> None:
    history = assigned_case().event("assignment.return_requested", "C1/a1").event("assignment.return_granted", "C1/a1")
    history.event("assignment.reassigned", "C1/a2", unit="U2", role="SOLE")
    history.event("assignment.replaced", "C1/a1", by="C1/a2")
    rows = {row.key: row for row in table([history.case], ON, GROUPINGS["unit"], LIBRARY).groups}
    assert (rows["U1"].n, rows["U2"].n) == (0, 1)
    assert (rows["U1"].rate("returns").numerator, rows["U1"].rate("returns").denominator) == (1, 1)
    assert parts("returns_granted", history) == (1, 1)


@pytest.mark.parametrize(
    ("name", "subject"),
    [("suggestion.withdrawn", "C1"), ("suggestion.rules_changed", "C1"), ("assignment.cancelled", "C1/a1")],
)
@pytest.mark.parametrize(("on", "owed"), [(date(2025, 3, 10), 0), (date(2025, 3, 11), 1)])
def test_a_receipt_limit_that_ended_void_in_time_is_no_limit(name: str, subject: str, on: date, owed: int) -> None:
    history = assigned_case("C1", units=())
    run = {"key": "receipt_by", "subject_id": "C1/a1", "last_day": "2025-03-10"}
    history.event("assignment.assigned", "C1/a1", unit="U1", role="SOLE", limits=[{"did": "started", **run}])
    assert parts("receipts_in_time", history) == (0, 1)
    history.event(name, subject, on, to="suqian@2023-01-01", limits=[{"did": "void", **run}])
    assert parts("receipts_in_time", history) == (0, owed)
    assert parts("receipts_in_time", history, by="unit") == (0, owed)
    history.event("suggestion.rules_changed", "C1", on, to="suqian@2025-01-01", limits=[{"did": "started", **run}])
    assert parts("receipts_in_time", history) == (0, 1), "it runs again"


def test_the_last_day_itself_is_due_and_late_only_the_day_after() -> None:
    """As of a day means at its end: what was not replied by then is due; late is what is past its day."""
    history = assigned_case()
    assert parts("replied_in_time", history, on=date(2025, 6, 2)) == (0, 0)
    assert parts("replied_in_time", history, on=date(2025, 6, 3)) == (0, 1)
    assert total(history, on=date(2025, 6, 3)).late == 0
    assert total(history, on=date(2025, 6, 4)).late == 1


def test_the_days_of_a_unit_run_from_when_it_got_the_part_and_those_of_the_suggestion_from_assignment() -> None:
    history = assigned_case()
    history.event("assignment.return_granted", "C1/a1", date(2025, 3, 10))
    history.event("assignment.replaced", "C1/a1", date(2025, 3, 12))
    history.event("assignment.reassigned", "C1/a2", date(2025, 3, 12), unit="U2", role="SOLE", replaces="C1/a1")
    draft: dict[str, Any] = {"class": "RESOLVED"}
    history.event("assignment.drafted", "C1/a2", date(2025, 5, 12), **draft)
    history.event("assignment.delivered", "C1/a2", date(2025, 5, 12))
    history.event("suggestion.reply_delivered", on=date(2025, 5, 12))
    assert total(history).days.mean == "70.0", "from 2025-03-03"
    assert total(history, by="unit").days.mean == "61.0", "from 2025-03-12"


def test_cards_are_those_of_the_unit_that_owes() -> None:
    history = assigned_case(units=("U1", "U2"))
    for level in ("U1", "U2", "U3", "U3"):
        history.event("limit.escalated", level=level, owed_by="unit:U2")
    history.event("limit.escalated", level="U1", owed_by="registrar:321300").event("suggestion.urged")
    rows = {row.key: row for row in table([history.case], ON, GROUPINGS["unit"], LIBRARY).groups}
    shown = {key: [rows[key].rate(card).numerator for card in ("urges", "yellow", "red")] for key in rows}
    assert shown == {"U1": [1, 0, 0], "U2": [2, 1, 2]}
    assert total(history).rate("red").percent == ""


def test_a_rung_that_is_reached_on_the_overdue_day_is_an_urging_too() -> None:
    history = assigned_case(units=("U1",))
    history.event("limit.overdue", level="U1", owed_by="unit:U1")
    history.event("limit.overdue", level="", owed_by="unit:U1")
    history.event("limit.escalated", level="U3", levels=["U2", "U3"], owed_by="unit:U1")
    shown = [total(history).rate(key).numerator for key in ("urges", "yellow", "red")]
    assert shown == [1, 1, 1]


def test_what_committees_judged_is_the_completeness_of_a_reply() -> None:
    history = replied()
    scores: dict[str, Any] = {"participation": 90, "timeliness": 80, "completeness": 70, "effect": 60}
    history.event("suggestion.assessed", **scores)
    rate = total(history).rate("complete")
    assert (rate.numerator, rate.denominator, rate.percent) == (70, 100, "70.0")
    assert total(replied()).rate("complete").denominator == 0


def scored(book: Rulebook) -> Group:
    class Shelf:
        def get(self, name: str, on: date | None = None) -> Rulebook:
            return book

    history = judged(replied(), "SATISFIED")
    return table([history.case], ON, GROUPINGS["unit"], Shelf(), "suqian").groups[0]  # type: ignore[arg-type]


def test_a_score_weighs_the_rates_that_have_a_base_and_shows_them() -> None:
    weights = {"effect": 2, "timeliness": 1, "participation": 1, "promises_kept": 9}
    score = scored(rules(SUQIAN, weights={"weights": weights})).score
    assert score is not None
    assert score.points == "75.0"  # (2 × 1 + 1 × 1 + 1 × 0) / 4; of promises none is due
    assert (score.shares[0].weight, score.shares[0].rate.key) == (2, "truly_resolved")


@pytest.mark.parametrize(
    ("sections", "reason"),
    [
        ({"weights": {"weights": {"effect": 1, "satisfaction": 2}}}, "effect must weigh as much"),
        ({"weights": {"weights": {"efect": 1}}}, '"efect" is no figure; one of participation'),
        ({"statistics": {"variants": {"交办率": "N / N"}}}, "has no other formula"),
        ({"statistics": {"variants": {"办成率": "RESOLVT / N"}}}, '"RESOLVT" is no class'),
        ({"statistics": {"variants": {"办成率": "RESOLVED / all"}}}, "bases: N, replied, returned"),
    ],
)
def test_a_rulebook_that_cannot_be_counted_by_says_why(sections: dict[str, dict[str, object]], reason: str) -> None:
    with pytest.raises(StatisticsError, match=reason):
        scored(rules(SUQIAN, **sections))


def test_a_rulebook_s_variant_is_counted_by_its_letters_and_base() -> None:
    book = rules(SUQIAN, statistics={"variants": {"办成率": "(A + B) / replied", "满意率": "value / replied"}})
    rates = {rate.key: rate for rate in scored(book).rates}
    assert (rates["resolved"].formula, rates["resolved"].percent) == (
        "（已经解决或者采纳 + 部分解决 + 正在解决）÷ 已答复", "100.0",
    )  # fmt: skip
    assert rates["dissatisfied"].formula == "不满意 ÷ 已答复"


def test_events_without_data_are_read_ones() -> None:
    assert set(READERS) >= WITHOUT_DATA
    assert len({figure.key for figure in FIGURES}) == len(FIGURES)
