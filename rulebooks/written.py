"""The day that a cell of a table holds."""

import re
from datetime import date

from rulebooks.faults import FaultError, RuleFault
from rulebooks.sentences import Given

_WRITTEN = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?: 0?0:00(?::00)?)?")


def written_day(text: str) -> date:
    """The day of a table's cell, as offices and Excel write it: 2027-01-09, 2027/1/9, 2027.1.9, midnight behind it.

    Raises FaultError for anything else.
    """
    date_parts = _WRITTEN.fullmatch(text.strip())
    if date_parts is None:
        raise FaultError(RuleFault("day_unwritten", given=Given(text)))
    try:
        return date(int(date_parts[1]), int(date_parts[3]), int(date_parts[4]))
    except ValueError:
        raise FaultError(RuleFault("no_day_of_calendar", given=Given(text))) from None
