"""What happened: the tables, their only writer, and the queries on them."""

from storage.batch import Outcome
from storage.database import migrate, newest_revision, open_engine
from storage.directory import COLUMNS, REQUIRED
from storage.errors import Busy, DatabaseError, ImportRefused, StorageError, UnknownCase
from storage.import_log import ImportReport
from storage.recount import Moved
from storage.register import CalendarReport, Register, SweepReport
from storage.working_days import CalendarDay, CalendarNotice

__all__ = [
    "COLUMNS",
    "REQUIRED",
    "Busy",
    "CalendarDay",
    "CalendarNotice",
    "CalendarReport",
    "DatabaseError",
    "ImportRefused",
    "ImportReport",
    "Moved",
    "Outcome",
    "Register",
    "StorageError",
    "SweepReport",
    "UnknownCase",
    "migrate",
    "newest_revision",
    "open_engine",
]
