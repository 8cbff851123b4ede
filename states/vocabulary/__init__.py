"""The closed sets of the machines: each value once, with its id, its Chinese and its English.

Those of which rulebooks speak, too, stand in `rulebooks.vocabulary` and are passed on here.
"""

from rulebooks.vocabulary import (
    ANSWERING,
    JUDGED_LEVELS,
    Card,
    Dimension,
    Ladder,
    Level,
    LimitKey,
    Named,
    PartRole,
    ReplyClass,
)
from states.roles import Role
from states.vocabulary.audit import FindingCode, FindingStanding, Severity
from states.vocabulary.cases import (
    CONTENT,
    PROMISING,
    Becomes,
    Beside,
    ContactKind,
    ConversionKind,
    Disposal,
    KeyLevel,
    Publicity,
    Reopening,
    Satisfaction,
    ScoredFor,
    Secrecy,
    Stage,
    SupervisionKind,
    Track,
    Verdict,
)
from states.vocabulary.directory import DayKind, Duty, PlaceKind, RegionLevel, TokenScope, UnitKind

__all__ = [
    "ANSWERING",
    "CONTENT",
    "JUDGED_LEVELS",
    "PROMISING",
    "Becomes",
    "Beside",
    "Card",
    "ContactKind",
    "ConversionKind",
    "DayKind",
    "Dimension",
    "Disposal",
    "Duty",
    "FindingCode",
    "FindingStanding",
    "KeyLevel",
    "Ladder",
    "Level",
    "LimitKey",
    "Named",
    "PartRole",
    "PlaceKind",
    "Publicity",
    "RegionLevel",
    "Reopening",
    "ReplyClass",
    "Role",
    "Satisfaction",
    "ScoredFor",
    "Secrecy",
    "Severity",
    "Stage",
    "SupervisionKind",
    "TokenScope",
    "Track",
    "UnitKind",
    "Verdict",
]
