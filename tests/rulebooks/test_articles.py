"""Each article of the packaged rulebooks, as rows of dates."""

from datetime import date

import pytest

from rulebooks import Library, Unit, Workdays, last_day

LIBRARY = Library()
SEED = Workdays.seed()
TODAY = date(2026, 11, 22)
OLD = date(2020, 1, 1)

EVE, NEW_YEAR, SPRING, LEAP, YEAR_END = (
    date(2024, 12, 31),
    date(2025, 1, 2),
    date(2025, 1, 20),
    date(2023, 11, 30),
    date(2026, 12, 1),
)

REHANDLED, RETURNED = "assignment.rehandle_assigned", "assignment.return_requested"
DISSATISFIED = "suggestion.evaluated_dissatisfied"

# rulebook, in force on, limit, event that starts it, complex, start, last day
ARTICLES = [
    # 代表法(2025) 51: from assignment, 3 months; wide and difficult 6 months
    ("national", TODAY, "reply_by", "assignment.assigned", False, date(2025, 3, 31), date(2025, 6, 30)),
    ("national", TODAY, "reply_by", "assignment.assigned", False, date(2025, 11, 30), date(2026, 2, 28)),
    ("national", TODAY, "reply_by", "assignment.assigned", False, YEAR_END, date(2027, 3, 1)),
    ("national", TODAY, "reply_by", "assignment.assigned", True, date(2025, 8, 31), date(2026, 2, 28)),
    # the reply clock of Suqian is the national one
    ("suqian", TODAY, "reply_by", "assignment.assigned", False, date(2025, 8, 31), date(2025, 11, 30)),
    ("suqian", TODAY, "reply_by", "assignment.assigned", True, date(2025, 3, 31), date(2025, 9, 30)),
    # towns: 2 and 4 months
    ("township", TODAY, "reply_by", "assignment.assigned", False, date(2025, 12, 31), date(2026, 2, 28)),
    ("township", TODAY, "reply_by", "assignment.assigned", True, date(2025, 10, 31), date(2026, 2, 28)),
    # 浙江 10, 14: seven and ten plain days, over the holidays as well
    ("zhejiang", OLD, "acceptance_notice_by", "suggestion.submitted", False, SPRING, date(2025, 1, 27)),
    ("zhejiang", TODAY, "acceptance_notice_by", "suggestion.submitted", False, SPRING, date(2025, 1, 27)),
    ("zhejiang", TODAY, "return_by", "assignment.receipted", False, SPRING, date(2025, 1, 30)),
    ("zhejiang", TODAY, "return_by", "assignment.receipted", False, date(2024, 2, 19), date(2024, 2, 29)),
    # 浙江 18: two months from receipt
    ("zhejiang", TODAY, "co_opinion_by", "assignment.receipted", False, EVE, date(2025, 2, 28)),
    # 浙江 21: three months from receipt, alone or beside the law's reading
    ("zhejiang", OLD, "reply_by", "assignment.receipted", False, LEAP, date(2024, 2, 29)),
    ("zhejiang", TODAY, "reply_by", "assignment.receipted", False, date(2025, 4, 3), date(2025, 7, 3)),
    ("zhejiang", TODAY, "reply_by", "assignment.receipted", True, date(2025, 4, 3), date(2025, 10, 3)),
    ("zhejiang", TODAY, "reply_by", "assignment.assigned", False, date(2025, 4, 1), date(2025, 7, 1)),
    ("zhejiang", TODAY, "reply_by", "assignment.assigned", True, date(2025, 4, 1), date(2025, 10, 1)),
    # 浙江 24: one month
    ("zhejiang", TODAY, "rehandle_by", REHANDLED, False, date(2025, 1, 31), date(2025, 2, 28)),
    # 重庆 13: ten working days between sessions
    ("chongqing", TODAY, "assign_by", "suggestion.submitted", False, SPRING, date(2025, 2, 8)),
    # 重庆 16: ten working days from assignment to object, ten to find another unit
    ("chongqing", TODAY, "return_by", "assignment.assigned", False, SPRING, date(2025, 2, 8)),
    ("chongqing", TODAY, "return_by", "assignment.reassigned", False, NEW_YEAR, date(2025, 1, 16)),
    ("chongqing", TODAY, "return_decide_by", RETURNED, False, SPRING, date(2025, 2, 8)),
    # 重庆 18: twenty working days from receipt
    ("chongqing", TODAY, "contact_by", "assignment.receipted", False, SPRING, date(2025, 2, 21)),
    # 重庆 20: thirty working days from assignment; again five
    ("chongqing", TODAY, "co_opinion_by", "assignment.assigned", False, SPRING, date(2025, 3, 7)),
    ("chongqing", TODAY, "co_opinion_by", "assignment.opinion_rejected", False, SPRING, date(2025, 1, 26)),
    # 重庆 21: three and six months from assignment
    ("chongqing", TODAY, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("chongqing", TODAY, "reply_by", "assignment.assigned", True, date(2025, 8, 31), date(2026, 2, 28)),
    # 重庆 27: twenty working days to evaluate; two months to handle again, from the receipt of the order
    ("chongqing", TODAY, "feedback_by", "evaluator.served", False, date(2025, 9, 26), date(2025, 10, 30)),
    ("chongqing", TODAY, "rehandle_by", "assignment.receipted", False, date(2024, 12, 30), date(2025, 2, 28)),
    # the gaps that Suqian fills, each marked inferred
    ("suqian", TODAY, "assign_by", "suggestion.submitted", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "assign_by", "suggestion.resubmitted", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "receipt_by", "assignment.assigned", False, SPRING, date(2025, 1, 23)),
    ("suqian", TODAY, "return_by", "assignment.receipted", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "return_decide_by", RETURNED, False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "extension_decide_by", "assignment.extension_requested", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "contact_by", "assignment.receipted", False, SPRING, date(2025, 2, 14)),
    ("suqian", TODAY, "co_opinion_by", "assignment.assigned", False, date(2025, 1, 31), date(2025, 2, 28)),
    ("suqian", TODAY, "co_opinion_by", "assignment.opinion_rejected", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "consult_by", "assignment.draft_sent", False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "feedback_by", "evaluator.served", False, SPRING, date(2025, 2, 14)),
    ("suqian", TODAY, "rehandle_decide_by", DISSATISFIED, False, SPRING, date(2025, 1, 26)),
    ("suqian", TODAY, "rehandle_by", REHANDLED, False, date(2025, 1, 31), date(2025, 2, 28)),
    ("suqian", TODAY, "publish_by", "suggestion.reply_delivered", False, SPRING, date(2025, 2, 21)),
    # the ruler for message boards
    ("message-board", TODAY, "5wd", "opinion.recorded", False, date(2019, 9, 26), date(2019, 10, 9)),
    ("message-board", TODAY, "15wd", "opinion.recorded", False, date(2019, 12, 31), date(2020, 1, 21)),
    ("message-board", TODAY, "30wd", "opinion.recorded", False, date(2018, 12, 3), date(2019, 1, 15)),
    ("message-board", TODAY, "3m", "opinion.recorded", False, date(2015, 11, 30), date(2016, 2, 29)),
    ("message-board", TODAY, "6m", "opinion.recorded", False, date(2017, 8, 31), date(2018, 2, 28)),
    # opinions of reception places: on the next day, and seven working days from routing
    ("reception", TODAY, "route_by", "opinion.recorded", False, SPRING, date(2025, 1, 21)),
    ("reception", TODAY, "answer_by", "opinion.routed", False, SPRING, date(2025, 2, 5)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "on", "key", "event", "wide", "start", "last"),
    ARTICLES,
    ids=[f"{row[0]}-{row[2]}-{row[3]}-{row[5]}" for row in ARTICLES],
)
def test_the_article_gives_this_last_day(name, on, key, event, wide, start, last):
    limits = dict(LIBRARY.get(name, on).limits_for(event))
    term = limits[key].term_for(event, complex=wide)
    assert term is not None
    assert last_day(start, term.amount, term.unit, term.roll, SEED).last_day == last


def test_every_limit_of_every_rulebook_stands_in_the_table():
    shown = {(name, key) for name, _, key, *_ in ARTICLES}
    counted = {
        (name, key)
        for name in LIBRARY.names()
        for key, limit in LIBRARY.get(name).limits.items()
        if not limit.is_own
    }
    assert counted == shown


# rulebook, limit -> what the text (or the gap's filling) says in schema terms
SUBJECTS = [
    ("national", "reply_by", ("LEAD", "SOLE", "SEPARATE"), "first", True),
    ("zhejiang", "return_by", (), "first", False),
    ("zhejiang", "co_opinion_by", ("CO",), "first", True),
    ("zhejiang", "rehandle_by", ("LEAD", "SOLE", "SEPARATE"), "again", True),
    ("chongqing", "return_by", (), "any", False),
    ("chongqing", "contact_by", (), "first", True),  # the text does not tell lead from co-units
    ("chongqing", "co_opinion_by", ("CO",), "first", True),
    ("chongqing", "rehandle_by", ("LEAD", "SOLE", "SEPARATE"), "again", True),
    ("suqian", "return_by", (), "first", False),
    ("suqian", "consult_by", ("LEAD", "SOLE", "SEPARATE"), "any", False),
    ("suqian", "rehandle_by", ("LEAD", "SOLE", "SEPARATE"), "again", True),
]


@pytest.mark.parametrize(("name", "key", "roles", "rounds", "duty"), SUBJECTS)
def test_a_limit_binds_these_units_in_these_rounds(name, key, roles, rounds, duty):
    limit = LIBRARY.get(name).limits[key]
    assert (limit.roles, limit.rounds, limit.duty) == (roles, rounds, duty)


def test_no_reply_clock_starts_with_a_reassignment_because_a_return_stops_nothing():
    for name in LIBRARY.names():
        limits = [key for key, _ in LIBRARY.get(name).limits_for("assignment.reassigned")]
        assert "reply_by" not in limits


def test_a_text_that_writes_days_is_counted_in_days_and_one_that_writes_working_days_is_not():
    short = {name: {limit.unit for limit in LIBRARY.get(name).limits.values()} for name in LIBRARY.names()}
    assert short["zhejiang"] == {Unit.DAYS, Unit.MONTHS}
    assert short["chongqing"] == {Unit.WORKING_DAYS, Unit.MONTHS, Unit.DATE}


def test_the_law_sets_no_limit_but_the_reply():
    assert list(LIBRARY.get("national").limits) == ["reply_by"]


def test_zhejiang_counts_from_receipt_alone_before_the_law_of_2025():
    old, new = LIBRARY.get("zhejiang", date(2025, 3, 10)), LIBRARY.get("zhejiang", date(2025, 3, 11))
    assert old.limits["reply_by"].starts == ("assignment.receipted",)
    assert not old.limits["reply_by"].readings
    assert new.limits["reply_by"].starts == ("assignment.assigned",)
    assert [reading.starts for reading in new.limits["reply_by"].readings] == [("assignment.receipted",)]
    assert {**old.limits, "reply_by": None} == {**new.limits, "reply_by": None}


@pytest.mark.parametrize(
    ("name", "sent_by", "returned_to"),
    [
        ("zhejiang", "unit", {"unit", "office"}),  # art. 23
        ("chongqing", "unit", {"office"}),  # art. 23 and 27
        ("suqian", "office", {"office"}),
    ],
)
def test_the_form_goes_the_way_the_text_says(name, sent_by, returned_to):
    evaluation = LIBRARY.get(name).evaluation
    assert evaluation is not None
    assert (evaluation.sent_by, set(evaluation.returned_to)) == (sent_by, returned_to)


@pytest.mark.parametrize(
    ("name", "basis"), [("national", "nature"), ("zhejiang", "consent"), ("chongqing", "nature")]
)
def test_six_months_come_by_nature_or_by_consent(name, basis):
    extension = LIBRARY.get(name).extension
    assert extension is not None
    assert (extension.basis, extension.total.amount, extension.total.unit) == (basis, 6, Unit.MONTHS)


def test_a_commitment_is_due_on_its_own_date():
    for name in ("chongqing", "suqian"):
        limit = LIBRARY.get(name).limits["commitment_by"]
        assert limit.is_own
        assert limit.term_for("commitment.rescheduled") is limit
