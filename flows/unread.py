"""A record that could not be read, as a fault of its row."""

from flows.records import BadRecord
from states.reasons import Refused, Worded
from storage.errors import RowFault


def unreadable(record: BadRecord) -> RowFault:
    return RowFault(record.number, Refused("record_unreadable", why=Worded(record.reason, record.chinese)))
