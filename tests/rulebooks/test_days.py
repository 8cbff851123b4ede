"""Which civil day an instant belongs to."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from rulebooks import civil_day, written_day


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2025, 1, 20, 15, 59, 59, tzinfo=UTC), date(2025, 1, 20)),
        (datetime(2025, 1, 20, 16, 0, 0, tzinfo=UTC), date(2025, 1, 21)),  # midnight in the zone
        (datetime(2024, 12, 31, 16, 30, tzinfo=UTC), date(2025, 1, 1)),
        (datetime(2025, 1, 20, 23, 0, tzinfo=timezone(timedelta(hours=8))), date(2025, 1, 20)),
    ],
)
def test_an_instant_belongs_to_the_day_of_the_zone(at, day):
    assert civil_day(at) == day


def test_an_instant_without_a_zone_names_no_day():
    with pytest.raises(ValueError, match="no time zone"):
        civil_day(datetime(2025, 1, 20, 12, 0))  # noqa: DTZ001 - the very thing that is refused


@pytest.mark.parametrize(
    "text", ["2027-01-09", "2027/1/9", "2027/01/09", "2027.1.9", " 2027-01-09 00:00:00", "2027/1/9 0:00"]
)
def test_a_day_is_read_as_offices_write_it(text):
    assert written_day(text) == date(2027, 1, 9)


@pytest.mark.parametrize("text", ["", "2027-01-099", "2027-1/9", "27-1-9", "2027-02-30", "2027-01-09 08:00"])
def test_anything_else_is_no_day(text):
    with pytest.raises(ValueError, match="day"):
        written_day(text)
