"""The facts of a suggestion from which figures are counted, as its events tell them; `readers` fills them in."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from states.vocabulary import KeyLevel, Satisfaction


@dataclass(slots=True)
class Form:
    """What a deputy said of one part's reply; '' where the form did not ask for a dimension."""

    overall: str = ""
    attitude: str = ""
    result: str = ""

    @property
    def value(self) -> str:
        return Satisfaction.highest((self.overall, self.attitude, self.result))


@dataclass(slots=True)
class PartFacts:
    """One answering part (主办、独办、分办) in one round. `before`: the part of an earlier round that it handles again.

    `reply_met_on` is the day that met the legal limit, of delivery or of signing as the rulebook says.
    """

    id: str
    unit: str
    round: int
    assigned_on: date
    before: str = ""
    receipted_on: date | None = None
    receipt_due: date | None = None
    receipt_void_on: date | None = None
    return_requests: int = 0
    returned: bool = False
    replaced: bool = False
    contacts: dict[str, tuple[date, bool]] = field(default_factory=dict)
    """the day of each contact that nobody denied, and whether it was face to face"""
    contact_gate: str = ""
    researched: bool = False
    consult: str = ""
    drafted: str = ""
    promises: int = 0
    signed_on: date | None = None
    hidden: bool = False
    reply_due: date | None = None
    reply_met_on: date | None = None
    again_due: date | None = None
    again_met_on: date | None = None
    """of handling again (`rehandle_by`)"""
    delivered_on: date | None = None
    reply_class: str = ""
    corrected_class: str = ""
    refuted: bool = False
    verdicts: list[str] = field(default_factory=list)
    completeness: int | None = None
    """of 100, as the committee scored it"""
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def owes_receipt(self) -> bool:
        """Whether it had a limit of receipt: one that ended void by its last day was neither kept nor broken."""
        void = self.receipt_void_on
        return self.receipt_due is not None and (void is None or void > self.receipt_due)

    @property
    def standing_class(self) -> str:
        """The class of the reply after what inspections found."""
        return self.corrected_class or self.reply_class


@dataclass(slots=True)
class PromiseFacts:
    part: str
    due_on: date
    verified_on: date | None = None
    cancelled: bool = False


@dataclass(slots=True)
class CaseFacts:
    """One suggestion at the end of the day as of which it is read."""

    id: str
    region: str = ""
    rulebook: str = ""
    session: str = ""
    in_session: bool = False
    source: str = ""
    joint: bool = False
    subject: str = ""
    committee: str = ""
    submitted_on: date | None = None
    registered_on: date | None = None
    not_accepted: bool = False
    withdrawn: bool = False
    assigned_on: date | None = None
    replied_on: date | None = None
    """of the first round"""
    key_level: str = KeyLevel.NONE.value
    parts: dict[str, PartFacts] = field(default_factory=dict)
    promises: dict[str, PromiseFacts] = field(default_factory=dict)
    evaluators: dict[int, set[str]] = field(default_factory=dict)
    """by round: whose form it is"""
    sent: set[int] = field(default_factory=set)
    """the rounds whose forms went out"""
    heard: set[tuple[int, str]] = field(default_factory=set)
    """(round, evaluator) of every form that came back"""
    published: bool = False
    exempt: bool = False
    urged: list[str] = field(default_factory=list)
    """the unit of every urging, by people and by the ladder's first rung"""
    yellow: list[str] = field(default_factory=list)
    red: list[str] = field(default_factory=list)
    conversions: int = 0
    awards: int = 0
    ordered: list[str] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)
    """the parts whose promises are about to be named, in their order"""

    def of_round(self, number: int) -> list[PartFacts]:
        """The parts of a round that were not given back."""
        return [part for part in self.parts.values() if part.round == number and not part.returned]

    @property
    def rounds(self) -> int:
        return max((part.round for part in self.parts.values()), default=0)


@dataclass(slots=True)
class EventFacts:
    """The columns of an event that figures need; `data` is empty where no function reads it."""

    name: str
    subject_id: str
    round: int
    on: date
    by: str
    data: Mapping[str, Any]


@lru_cache(maxsize=8192)
def day_of(text: str) -> date:
    """Remembered, because the days of many events are few."""
    return date.fromisoformat(text)
