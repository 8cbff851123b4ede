"""When things must happen, region by region: limits, calendars, and the legal texts behind them."""

from rulebooks.arrangements import Arrangement, Calendars, issued, missing_days
from rulebooks.climb import OVERDUE, Stop, first_stop, rungs_of, stops
from rulebooks.days import ZONE, civil_day, midnight
from rulebooks.due import Due, DueError, Roll, Unit, counted_again, last_day, rung_on
from rulebooks.festivals import statutory_days
from rulebooks.house_ladder import HOUSE_LADDER
from rulebooks.library import Library, NotInForce, UnknownRulebook
from rulebooks.limits import EVENTS, LIMIT_KEYS, Limit, Reading, Term
from rulebooks.rule_files import RulebookError
from rulebooks.schema import Rulebook, split_ident, text_digest
from rulebooks.sections import Extension, QualityRung, Rung
from rulebooks.vocabulary import ReplyClass
from rulebooks.workdays import SEED_YEARS, Workdays, notices_naming
from rulebooks.written import written_day

__all__ = [
    "EVENTS",
    "HOUSE_LADDER",
    "LIMIT_KEYS",
    "OVERDUE",
    "SEED_YEARS",
    "ZONE",
    "Arrangement",
    "Calendars",
    "Due",
    "DueError",
    "Extension",
    "Library",
    "Limit",
    "NotInForce",
    "QualityRung",
    "Reading",
    "ReplyClass",
    "Roll",
    "Rulebook",
    "RulebookError",
    "Rung",
    "Stop",
    "Term",
    "Unit",
    "UnknownRulebook",
    "Workdays",
    "civil_day",
    "counted_again",
    "first_stop",
    "issued",
    "last_day",
    "midnight",
    "missing_days",
    "notices_naming",
    "rung_on",
    "rungs_of",
    "split_ident",
    "statutory_days",
    "stops",
    "text_digest",
    "written_day",
]
