"""Each article of the packaged rulebooks, as rows of dates."""

from datetime import date

import pytest

from rulebooks import Library, Unit, Workdays, last_day
from rulebooks.sheet import sections, term_rows

LIBRARY = Library()
SEED = Workdays.seed()
TODAY = date(2026, 11, 22)
OLD = date(2020, 1, 1)
BEFORE = date(2025, 1, 18)
"""A session before 代表法 was amended on 11 March 2025."""

OF_SUGGESTIONS = [name for name in LIBRARY.names() if LIBRARY.get(name).machine == "suggestion"]

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
    # 代表法(2015) 42 said the same: from assignment, 3 months; wide and difficult 6
    ("national", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    ("national", BEFORE, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("national", BEFORE, "reply_by", "assignment.assigned", True, date(2024, 8, 31), date(2025, 2, 28)),
    ("suqian", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    ("township", BEFORE, "reply_by", "assignment.assigned", False, date(2024, 12, 31), date(2025, 2, 28)),
    ("cppcc", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    # the house's three working days to sign for a part, in every rulebook of suggestions
    *((name, TODAY, "receipt_by", event, False, SPRING, date(2025, 1, 23))
      for name in OF_SUGGESTIONS if name not in ("cppcc", "suqian")
      for event in ("assignment.assigned", "assignment.reassigned", REHANDLED)),
    # the reply clock of Suqian is the national one
    ("suqian", TODAY, "reply_by", "assignment.assigned", False, date(2025, 8, 31), date(2025, 11, 30)),
    ("suqian", TODAY, "reply_by", "assignment.assigned", True, date(2025, 3, 31), date(2025, 9, 30)),
    # no days for handling again: assigned again, so as long as the first reply (inferred)
    ("national", TODAY, "rehandle_by", REHANDLED, False, date(2025, 11, 30), date(2026, 2, 28)),
    ("national", TODAY, "rehandle_by", REHANDLED, True, date(2025, 8, 31), date(2026, 2, 28)),
    ("national", BEFORE, "rehandle_by", REHANDLED, False, date(2025, 1, 18), date(2025, 4, 18)),
    ("township", TODAY, "rehandle_by", REHANDLED, False, date(2025, 12, 31), date(2026, 2, 28)),
    ("township", BEFORE, "rehandle_by", REHANDLED, True, date(2024, 10, 31), date(2025, 2, 28)),
    ("qingdao", TODAY, "rehandle_by", REHANDLED, False, date(2025, 11, 30), date(2026, 2, 28)),
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
    # 浙江 21: three months from receipt, beside 代表法(2015) 42 and 浙江实施代表法(2016) 43: from assignment
    ("zhejiang", OLD, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("zhejiang", OLD, "reply_by", "assignment.assigned", True, date(2023, 8, 31), date(2024, 2, 29)),
    ("zhejiang", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    ("zhejiang", OLD, "reply_by", "assignment.receipted", True, date(2023, 8, 31), date(2024, 2, 29)),
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
    # 北京 21: three months from assignment; 23: fifteen working days; 27: two months from the demand
    ("beijing", TODAY, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("beijing", TODAY, "reply_by", "assignment.assigned", True, LEAP, date(2024, 2, 29)),  # consent comes later
    ("beijing", TODAY, "feedback_by", "evaluator.served", False, SPRING, date(2025, 2, 14)),
    ("beijing", TODAY, "feedback_by", "evaluator.served", False, date(2025, 9, 26), date(2025, 10, 23)),
    ("beijing", TODAY, "rehandle_by", REHANDLED, False, date(2024, 12, 31), date(2025, 2, 28)),
    # 上海 11, 14: seven working days; 17: a month from receipt; 19: three months from assignment; 21: a month
    ("shanghai", TODAY, "assign_by", "suggestion.submitted", False, SPRING, date(2025, 2, 5)),
    ("shanghai", TODAY, "return_by", "assignment.receipted", False, NEW_YEAR, date(2025, 1, 13)),
    ("shanghai", TODAY, "co_opinion_by", "assignment.receipted", False, date(2025, 3, 31), date(2025, 4, 30)),
    ("shanghai", TODAY, "reply_by", "assignment.assigned", False, date(2025, 11, 30), date(2026, 2, 28)),
    ("shanghai", TODAY, "reply_by", "assignment.assigned", False, date(2024, 7, 1), date(2024, 10, 1)),  # a holiday
    ("shanghai", TODAY, "rehandle_by", REHANDLED, False, date(2024, 1, 31), date(2024, 2, 29)),
    # 山东 10, 12: five plain days, over the holidays as well; 21: a month; 19: three months; 24: a month
    ("shandong", TODAY, "assign_by", "suggestion.submitted", False, date(2025, 1, 27), date(2025, 2, 1)),
    ("shandong", TODAY, "return_by", "assignment.receipted", False, date(2024, 2, 25), date(2024, 3, 1)),
    ("shandong", TODAY, "co_opinion_by", "assignment.receipted", False, date(2025, 1, 31), date(2025, 2, 28)),
    ("shandong", TODAY, "reply_by", "assignment.assigned", False, date(2025, 8, 31), date(2025, 11, 30)),
    # 山东实施代表法(2015) 40 names the start that 山东 19 leaves open
    ("shandong", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    ("shandong", OLD, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("shandong", TODAY, "rehandle_by", REHANDLED, False, date(2025, 5, 31), date(2025, 6, 30)),
    # 青岛 14, 19: five working days; 24: a month from receipt; 25: three months from assignment
    ("qingdao", TODAY, "assign_by", "suggestion.submitted", False, SPRING, date(2025, 1, 26)),
    ("qingdao", TODAY, "assign_by", "suggestion.submitted", False, date(2025, 10, 1), date(2025, 10, 14)),
    # 青岛 11, 14: what the deputy mends and hands in again is received again
    ("qingdao", TODAY, "assign_by", "suggestion.resubmitted", False, SPRING, date(2025, 1, 26)),
    ("qingdao", TODAY, "return_by", "assignment.receipted", False, SPRING, date(2025, 1, 26)),
    ("qingdao", TODAY, "co_opinion_by", "assignment.receipted", False, date(2024, 1, 31), date(2024, 2, 29)),
    ("qingdao", TODAY, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    # 河南 14: ten working days from assignment to object, ten to find another unit; 18: two months from receipt
    ("henan", TODAY, "return_by", "assignment.assigned", False, SPRING, date(2025, 2, 8)),
    ("henan", TODAY, "return_by", "assignment.reassigned", False, NEW_YEAR, date(2025, 1, 16)),
    ("henan", TODAY, "return_decide_by", RETURNED, False, SPRING, date(2025, 2, 8)),
    ("henan", TODAY, "co_opinion_by", "assignment.receipted", False, EVE, date(2025, 2, 28)),
    # 河南 20: three months from receipt, wide and difficult ones six, beside 代表法(2015) 42: from assignment
    ("henan", OLD, "reply_by", "assignment.assigned", False, LEAP, date(2024, 2, 29)),
    ("henan", OLD, "reply_by", "assignment.assigned", True, date(2023, 8, 31), date(2024, 2, 29)),
    ("henan", BEFORE, "reply_by", "assignment.assigned", False, date(2025, 1, 18), date(2025, 4, 18)),
    ("henan", OLD, "reply_by", "assignment.receipted", False, LEAP, date(2024, 2, 29)),
    ("henan", OLD, "reply_by", "assignment.receipted", True, date(2023, 8, 31), date(2024, 2, 29)),
    ("henan", TODAY, "reply_by", "assignment.receipted", False, date(2025, 4, 3), date(2025, 7, 3)),
    ("henan", TODAY, "reply_by", "assignment.receipted", True, date(2025, 4, 3), date(2025, 10, 3)),
    ("henan", TODAY, "reply_by", "assignment.assigned", False, date(2025, 4, 1), date(2025, 7, 1)),
    ("henan", TODAY, "reply_by", "assignment.assigned", True, date(2025, 4, 1), date(2025, 10, 1)),
    # 河南 22: ten working days to answer, a month to handle again
    ("henan", TODAY, "feedback_by", "evaluator.served", False, SPRING, date(2025, 2, 8)),
    ("henan", TODAY, "rehandle_by", REHANDLED, False, date(2025, 1, 31), date(2025, 2, 28)),
    # 政协提案, inferred: a week to object, fifteen working days to speak, three months to reply
    ("cppcc", TODAY, "receipt_by", "assignment.assigned", False, SPRING, date(2025, 1, 23)),
    ("cppcc", TODAY, "return_by", "assignment.receipted", False, SPRING, date(2025, 1, 27)),
    ("cppcc", TODAY, "contact_by", "assignment.receipted", False, SPRING, date(2025, 2, 14)),
    ("cppcc", TODAY, "co_opinion_by", "assignment.receipted", False, date(2025, 1, 31), date(2025, 2, 28)),
    ("cppcc", TODAY, "reply_by", "assignment.assigned", False, date(2025, 8, 31), date(2025, 11, 30)),
    ("cppcc", TODAY, "feedback_by", "evaluator.served", False, SPRING, date(2025, 2, 14)),
    ("cppcc", TODAY, "rehandle_by", REHANDLED, False, date(2025, 1, 31), date(2025, 2, 28)),
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
    ("shanghai", "return_by", (), "first", False),
    ("shanghai", "co_opinion_by", ("CO",), "first", True),
    ("shandong", "return_by", (), "first", False),
    ("shandong", "co_opinion_by", ("CO",), "first", True),
    ("qingdao", "return_by", (), "first", False),
    ("qingdao", "co_opinion_by", ("CO",), "first", True),
    ("henan", "return_by", (), "any", False),
    ("henan", "co_opinion_by", ("CO",), "first", True),
    ("henan", "rehandle_by", ("LEAD", "SOLE", "SEPARATE"), "again", True),
    ("beijing", "rehandle_by", ("LEAD", "SOLE", "SEPARATE"), "again", True),
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
    short = {
        name: {limit.unit for limit in LIBRARY.get(name).limits.values() if not limit.inferred}
        for name in LIBRARY.names()
    }
    assert short["zhejiang"] == short["shandong"] == {Unit.DAYS, Unit.MONTHS, Unit.DATE}
    for name in ("beijing", "shanghai", "qingdao", "henan", "chongqing"):
        assert short[name] == {Unit.WORKING_DAYS, Unit.MONTHS, Unit.DATE}


@pytest.mark.parametrize("on", [BEFORE, TODAY])
def test_the_law_sets_no_limit_but_the_reply(on):
    limits = LIBRARY.get("national", on).limits
    assert [key for key, limit in limits.items() if not limit.inferred] == ["reply_by"]
    assert set(limits) == {"reply_by", "receipt_by", "rehandle_by", "commitment_by"}


@pytest.mark.parametrize("name", ["zhejiang", "henan"])
def test_a_text_that_counts_from_receipt_stands_beside_the_law_which_counted_from_assignment_before_2025_too(name):
    old, new = LIBRARY.get(name, date(2025, 3, 10)), LIBRARY.get(name, date(2025, 3, 11))
    assert "代表法(2015) 第四十二条" in old.limits["reply_by"].source
    assert "代表法(2025) 第五十一条" in new.limits["reply_by"].source
    for book in (old, new):
        assert book.limits["reply_by"].starts == ("assignment.assigned",)
        assert [reading.starts for reading in book.limits["reply_by"].readings] == [("assignment.receipted",)]
        assert book.limits["reply_by"].complex is not None
    assert {**old.limits, "reply_by": None} == {**new.limits, "reply_by": None}


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
@pytest.mark.parametrize("on", [date(2025, 1, 1), BEFORE, date(2025, 2, 28), date(2025, 3, 10), date(2025, 3, 11)])
def test_the_sessions_of_january_and_february_2025_can_be_entered(name, on):
    assert LIBRARY.get(name, on).limits["reply_by"].starts == ("assignment.assigned",)


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
def test_no_version_cites_a_law_that_came_after_it(name):
    for book in LIBRARY.versions(name):
        if book.in_force < date(2025, 3, 11):
            cited = [row.source for row in term_rows(book)] + [rule.source for rule in sections(book)]
            assert "代表法(2025)" not in str(cited)


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
def test_every_reply_clock_starts_at_assignment_whatever_a_text_says_of_receipt(name):
    """代表法(2015) 42, 代表法(2025) 51: no rulebook of a place gives more time than the law."""
    for book in LIBRARY.versions(name):
        assert "assignment.assigned" in book.limits["reply_by"].starts


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
def test_a_dated_promise_has_a_limit_under_every_rulebook_because_every_one_asks_for_the_date(name):
    """浙江 20 says what 山东 18 says; the rules ask for the date whatever the rulebook."""
    for book in LIBRARY.versions(name):
        limit = book.limits["commitment_by"]
        assert limit.is_own
        assert limit.term_for("commitment.promised") is limit.term_for("commitment.rescheduled") is limit


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
def test_what_starts_at_receipt_has_a_limit_for_the_receipt_before_it(name):
    for book in LIBRARY.versions(name):
        receipt = book.limits["receipt_by"]
        assert (receipt.roles, receipt.rounds, receipt.duty) == ((), "any", True)
        assert receipt.meets == ("assignment.receipted",)
        assert set(receipt.starts) == {"assignment.assigned", "assignment.reassigned", REHANDLED}
        assert receipt.inferred


def test_only_shanghai_limits_the_extension_itself():
    added = {name: LIBRARY.get(name).extension.added for name in OF_SUGGESTIONS}  # type: ignore[union-attr]
    assert {name for name, term in added.items() if term} == {"shanghai"}
    term = added["shanghai"]
    assert term is not None
    assert (term.amount, term.unit) == (3, Unit.MONTHS)


def test_a_deputy_who_hands_in_again_where_the_text_says_so_is_received_again():
    again = {name for name in OF_SUGGESTIONS for _ in LIBRARY.get(name).limits_for("suggestion.resubmitted")}
    assert again == {"qingdao", "suqian"}  # 青岛 11; 河南 11 says so too and gives no days for assigning
    for name in again:
        assert LIBRARY.get(name).limits["assign_by"].pauses == ("suggestion.revision_requested",)


@pytest.mark.parametrize("name", OF_SUGGESTIONS)
def test_the_right_to_return_a_part_lapses_for_ever_nowhere(name):
    for book in LIBRARY.versions(name):
        assert book.returns is not None
        assert book.returns.late == "with_reason"


def test_only_the_texts_that_count_from_receipt_have_a_second_reading():
    two = {name for name in LIBRARY.names() for row in LIBRARY.get(name).limits.values() if row.readings}
    assert two == {"zhejiang", "henan"}


# rulebook, who sends the form, to whom it returns, when the unit sees it; None: the text is silent
FEEDBACK = [
    ("zhejiang", "unit", {"unit", "office"}, "on_return"),  # art. 23
    ("chongqing", "unit", {"office"}, None),  # art. 23 and 27
    ("henan", None, {"office", "unit"}, "on_return"),  # art. 22
    ("beijing", None, {"unit", "office"}, "on_return"),  # art. 24: the organ passes the deputy's answer on
    ("qingdao", "office", {"office"}, None),  # art. 31
    ("shanghai", None, None, None),  # art. 21 names the system only
    ("shandong", None, None, None),  # art. 23 names the platform only
    ("suqian", "office", {"office"}, "after_decision"),
    ("cppcc", "office", {"office"}, "after_decision"),
]


@pytest.mark.parametrize(("name", "sent_by", "returned_to", "unit_sees"), FEEDBACK)
def test_the_form_goes_the_way_the_text_says(name, sent_by, returned_to, unit_sees):
    evaluation = LIBRARY.get(name).evaluation
    assert evaluation is not None
    given = evaluation.model_fields_set
    assert (evaluation.sent_by if "sent_by" in given else None) == sent_by
    assert (set(evaluation.returned_to) if "returned_to" in given else None) == returned_to
    assert (evaluation.unit_sees if "unit_sees" in given else None) == unit_sees
    assert evaluation.sent_by == (sent_by or "office")
    assert set(evaluation.returned_to) == (returned_to or {"office"})
    assert evaluation.unit_sees == (unit_sees or "after_decision")


def test_every_rulebook_with_a_form_is_in_that_table():
    assert {row[0] for row in FEEDBACK} == {name for name in LIBRARY.names() if LIBRARY.get(name).evaluation}


# rulebook, limits that a jurist does not find in it, nor in the file
SILENT = [
    ("beijing", {"assign_by", "return_by", "return_decide_by", "contact_by", "co_opinion_by", "publish_by"}),
    ("shanghai", {"return_decide_by", "contact_by", "feedback_by", "rehandle_decide_by", "publish_by"}),
    ("shandong", {"return_decide_by", "contact_by", "feedback_by", "publish_by"}),
    ("qingdao", {"return_decide_by", "contact_by", "feedback_by", "publish_by"}),
    ("henan", {"assign_by", "contact_by", "publish_by"}),
]


@pytest.mark.parametrize(("name", "silent"), SILENT)
def test_a_limit_that_a_text_does_not_give_is_absent(name, silent):
    limits = LIBRARY.get(name).limits
    assert not silent & limits.keys()
    assert not {"consult_by", "extension_decide_by", "acceptance_notice_by"} & limits.keys()


@pytest.mark.parametrize(
    ("name", "basis"),
    [
        ("national", "nature"),
        ("zhejiang", "consent"),
        ("chongqing", "nature"),
        ("beijing", "consent"),
        ("shanghai", "consent"),
        ("shandong", "consent"),
        ("qingdao", "consent"),
        ("henan", "nature"),
    ],
)
def test_six_months_come_by_nature_or_by_consent(name, basis):
    extension = LIBRARY.get(name).extension
    assert extension is not None
    assert (extension.basis, extension.total.amount, extension.total.unit) == (basis, 6, Unit.MONTHS)


@pytest.mark.parametrize(
    ("name", "decided_by", "max_rounds", "afterwards"),
    [
        ("beijing", "office", None, None),  # art. 27: not by evaluation
        ("shanghai", "office", None, None),  # art. 21
        ("shandong", "auto", None, None),  # art. 24
        ("qingdao", "office", None, None),  # art. 31
        ("henan", "auto", 2, "assessment"),  # art. 22
        ("zhejiang", "auto", None, None),  # art. 24
        ("chongqing", "office", 2, "meeting"),  # art. 27
    ],
)
def test_a_dissatisfied_deputy_is_heard_as_the_text_says(name, decided_by, max_rounds, afterwards):
    rule = LIBRARY.get(name).rehandle
    assert rule is not None
    assert (rule.decided_by, rule.max_rounds, rule.afterwards) == (decided_by, max_rounds, afterwards)


@pytest.mark.parametrize(
    ("name", "recipients", "signers"),
    [
        ("beijing", None, None),  # art. 22 names the form alone
        ("shanghai", "each", ("head", "leader")),  # art. 20: 本单位负责人
        ("shandong", "lead_by_consent", ("head",)),  # art. 20, 22
        ("qingdao", "lead", ("head", "leader")),  # art. 28, 29
        ("henan", "each", ("head",)),  # art. 21
    ],
)
def test_a_reply_goes_to_these_deputies_with_these_signatures(name, recipients, signers):
    reply = LIBRARY.get(name).reply
    assert reply is not None
    given = reply.model_fields_set
    assert (reply.recipients if "recipients" in given else None) == recipients
    assert (reply.signers if "signers" in given else None) == signers
    assert (reply.recipients, reply.signers) == (recipients or "each", signers or ("head",))


def test_who_signs_that_a_promise_comes_later_or_not_at_all_is_named_by_one_text_alone():
    for name in LIBRARY.names():
        rule = LIBRARY.get(name).commitments
        named = {"rescheduled_by", "cancelled_by"} <= rule.model_fields_set
        assert named == (name == "shanghai"), name  # art. 22: 本单位负责人, as for a reply in art. 20
        assert rule.rescheduled_by == rule.cancelled_by == (("head", "leader") if named else ("head",))
