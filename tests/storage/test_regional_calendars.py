"""Does a case count by its region's calendar, in its limits, its ladder, its audit and its notices?"""

from datetime import date, datetime, timedelta

import pytest

from flows.channels import Channels
from flows.deliver import next_delivery
from flows.digest import digest
from rulebooks import ZONE
from states.job_results import JobResult
from storage import CalendarDay, CalendarNotice, ImportRefused, Register
from storage.auditing import audit
from storage.forecast import forecast
from storage.powers import Importer
from tests.builders import FIRST, deadline, dump, morning, noon, opinions, rows
from tests.calendars import a_notice

DAY = FIRST + timedelta(days=1)
REGIONS = [
    {"code": "3213", "name": "某市", "level": "city", "parent_code": ""},
    {"code": "321302", "name": "某区", "level": "county", "parent_code": "3213"},
    {"code": "3201", "name": "另一市", "level": "city", "parent_code": ""},
]
SCOPES = ["3213", "321302", "3201"]


def off(region: str, *days: date, working: bool = False) -> CalendarNotice:
    entries = tuple(CalendarDay(day, working) for day in days)
    return CalendarNotice(f"{region} 停工", None, entries, region=region)


@pytest.fixture
def places(register: Register) -> Register:
    register.import_directory("regions", rows(REGIONS))
    return register


def last_days(register: Register) -> list[date]:
    """Of O00001 in the other city, O00002 in the city, O00003 in its district."""
    return [deadline(register, f"O0000{n}", "5wd").last_day for n in (1, 2, 3)]


def test_an_override_of_a_region_moves_its_cases_and_those_below_and_no_others(places: Register) -> None:
    opinions(places, 3, regions=["3201", "3213", "321302"])
    before = last_days(places)
    report = places.import_calendar(off("3213", DAY), noon(FIRST), "R1")
    assert {limit.case_id for limit in report.moved} == {"O00002", "O00003"}
    assert last_days(places) == [before[0], *(day + timedelta(days=1) for day in before[1:])]
    assert places.workdays().is_workday(DAY)
    assert not places.workdays("321302").is_workday(DAY)


def test_a_region_that_moves_counts_by_the_days_above_it_at_once_and_not_only_at_night(places: Register) -> None:
    """The sweep of the night comes before the audit: it would call late what is not."""
    places.import_calendar(off("3213", DAY), noon(FIRST), "R1")
    opinions(places, 3, regions=["3201", "3213", "321302"])
    before = last_days(places)
    moved = {"code": "321302", "name": "某区", "level": "county", "parent_code": "3201"}
    importer = Importer("S1", noon(FIRST + timedelta(days=1)))
    places.import_directory("regions", rows([moved]), importer)
    assert last_days(places) == [before[0], before[1], before[0]]
    entered = {event["entered_at"] for event in places.events("O00003") if event["name"] == "limit.moved"}
    assert entered == {importer.at}
    again = places.import_directory("regions", rows([moved]), importer)
    assert (again.new, again.replaced) == (0, 1)
    assert last_days(places) == [before[0], before[1], before[0]]


def test_the_nearest_region_decides_a_day_whatever_came_first(places: Register) -> None:
    for notice in (off("321302", DAY, working=True), off("3213", DAY), off("", DAY)):
        places.import_calendar(notice, noon(FIRST), "R1")
    assert [places.workdays(region).is_workday(DAY) for region in ("", *SCOPES)] == [False, False, True, False]


def test_a_new_case_a_sweep_and_the_audit_count_by_the_region(places: Register) -> None:
    places.import_calendar(off("3213", DAY), noon(FIRST), "R1")
    opinions(places, 3, regions=["3201", "3213", "321302"])
    assert last_days(places) == [date(2025, 3, 19), date(2025, 3, 20), date(2025, 3, 20)]
    typhoon = off("321302", date(2025, 3, 21))
    places.import_calendar(typhoon, noon(FIRST), "R1")
    for day in range(20, 29):
        places.sweep(morning(date(2025, 3, day)))
    third_day = [
        next(e["on"] for e in places.events(case) if e["data"].get("level") == "U2")
        for case in ("O00001", "O00002", "O00003")
    ]
    assert third_day == [date(2025, 3, 24), date(2025, 3, 25), date(2025, 3, 26)]
    wrong = [row for row in audit(places, date(2025, 3, 28)).findings if row.code in ("WRONG_LAST_DAY", "RUNG_ASTRAY")]
    assert wrong == []


def test_notices_and_digests_wait_for_the_working_day_of_the_region(places: Register) -> None:
    opinions(places, 1, regions=["3213"])
    places.import_calendar(off("3213", date(2025, 3, 20), date(2025, 3, 21)), noon(FIRST), "R1")
    places.sweep(morning(date(2025, 3, 20)))
    channels = Channels({}, {})
    there = datetime(2025, 3, 20, 10, tzinfo=ZONE)
    assert next_delivery(places, there, channels) == datetime(2025, 3, 24, 8, 30, tzinfo=ZONE)
    assert digest(places, there, "personal", channels, "3213").held_back == JobResult("digest_day_off")
    assert digest(places, there, "personal", channels, "3201").held_back is None


def test_a_region_that_nothing_lies_in_is_refused_and_so_is_a_years_notice_of_a_region(places: Register) -> None:
    before = dump(places.engine)
    for notice, why in (
        (off("9999", DAY), "there is no region '9999'"),
        (CalendarNotice("省里", 2027, a_notice(2027).days, region="3213"), "for a whole year holds everywhere"),
    ):
        with pytest.raises(ImportRefused, match=why):
            forecast(places, notice)
        with pytest.raises(ImportRefused, match=why):
            places.import_calendar(notice, noon(FIRST), "R1")
    assert dump(places.engine) == before


@pytest.mark.parametrize(
    ("lacking", "named"),
    [
        (date(2027, 1, 1), "2027-01-01 元旦"),
        (date(2027, 2, 5), "2027-02-05 春节"),
        (date(2027, 4, 5), "2027-04-05 清明节"),
        (date(2027, 5, 2), "2027-05-02 劳动节"),
        (date(2027, 6, 9), "2027-06-09 端午节"),
        (date(2027, 9, 15), "2027-09-15 中秋节"),
        (date(2027, 10, 3), "2027-10-03 国庆节"),
    ],
)
def test_a_years_notice_that_lacks_a_statutory_day_is_refused_and_the_year_stays_provisional(
    places: Register, lacking: date, named: str
) -> None:
    whole = a_notice(2027, off=[date(2026, 12, 31)])
    for days in (
        tuple(day for day in whole.days if day.day != lacking),
        tuple(CalendarDay(day.day, day.day == lacking) for day in whole.days),
    ):
        with pytest.raises(ImportRefused, match=f"statutory days off: {named};"):
            places.import_calendar(CalendarNotice("通知", 2027, days), noon(FIRST), "R1")
    neighbours = (CalendarDay(date(2026, 12, 31), False),)
    with pytest.raises(ImportRefused, match="statutory days off"):
        places.import_calendar(CalendarNotice("通知", 2027, neighbours), noon(FIRST), "R1")
    assert not places.workdays().knows(2027)
    assert places.workdays().is_workday(date(2026, 12, 31))


def test_a_notice_that_was_issued_after_its_import_is_refused(places: Register) -> None:
    later = CalendarNotice("通知", 2027, a_notice(2027).days, FIRST + timedelta(days=1))
    with pytest.raises(ImportRefused, match="lies after the import"):
        places.import_calendar(later, noon(FIRST), "R1")


def test_a_second_notice_of_a_year_makes_what_it_does_not_name_fall(places: Register) -> None:
    gone = date(2026, 2, 23)  # off by the notice in the seed
    assert not places.workdays().is_workday(gone)
    report = places.import_calendar(a_notice(2026, off=[date(2026, 3, 2)]), noon(date(2026, 1, 5)), "R1")
    assert places.workdays().is_workday(gone)
    assert gone in report.changed_days
    assert not places.workdays().is_workday(date(2026, 3, 2))
    assert not places.workdays().is_workday(date(2018, 12, 31))  # of another year's notice


def test_a_year_that_has_begun_without_its_whole_notice_is_a_finding_every_night(places: Register) -> None:
    def named(on: date) -> list[str]:
        return [finding.subject_id for finding in audit(places, on).findings if finding.code == "CALENDAR"]

    assert named(date(2026, 11, 1)) == ["2027"]
    assert named(date(2027, 1, 4)) == ["2027", "2028"]
    places.import_calendar(a_notice(2027), noon(date(2026, 11, 5)), "R1")
    assert named(date(2027, 1, 4)) == ["2028"]
