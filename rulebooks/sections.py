"""The other sections of a rulebook: what it rules besides time limits."""

from __future__ import annotations

from datetime import time
from typing import Annotated, Literal, Self

from pydantic import Field, StrictBool, StrictInt, model_validator

from rulebooks.faults import FaultError, RuleFault, check_that, key_unknown
from rulebooks.limits import Before, Climbed, Count, Names, Sourced, Strict, Term, Text, one_of_levels
from rulebooks.sentences import Label
from rulebooks.vocabulary import Level, ReplyClass

Signer = Literal["head", "leader", "section_head"]
Copied = Literal["congress_office", "government_office", "electing_body"]
"""Who gets a copy of a unit's letter; government_office: only from units of the government."""
Told = Literal[
    "handler",
    "section_head",
    "unit_office",
    "unit_leader",
    "unit_head",
    "dispatcher",
    "deputy",
    "congress_office",
    "committee",
    "government_leader",
    "congress_leader",
    "chair_meeting",
    "standing_committee",
]


class Extension(Sourced):
    basis: Literal["nature", "consent"]
    """By the nature of the matter, or with the consent of whoever assigned it."""
    total: Term
    """From the start of the limit, not from its first last day."""
    added: Annotated[Term | None, Before(None)] = None
    """What the extension itself may add to the last day; of this and the total the earlier last day holds."""
    asked_before_due: StrictBool = True
    tell_deputy: StrictBool = True


class Returns(Sourced):
    max: Count | None = None
    """None: the text sets no number."""
    late: Literal["lapses", "with_reason"] | None = "with_reason"
    """with_reason: the unit says why it asks late, and the office takes it with a reason of its own.

    None, in texts of 0.1.0 that said nothing, is lapses, as it was then.
    """
    keeps_clock: StrictBool = True
    """The last day of the reply stays when another unit takes over."""


class Gates(Sourced):
    """Communicate before handling, consult before signing (三先三后): when a silence may be passed over."""

    confirm_within: Count | None = None
    """Working days the deputy has to deny a recorded communication."""
    attempts: Count | None = None
    consult_reminders: Count | None = None
    feedback_urges: Count | None = None


class ReplyRules(Sourced):
    """What a text leaves open is the house's: to each deputy, signed by the head."""

    recipients: Literal["each", "lead_by_consent", "lead"] = "each"
    signers: tuple[Signer, ...] = Field(("head",), min_length=1)
    key_signers: tuple[Signer, ...] = ()
    """Of items under key supervision; empty = as `signers`."""
    stop: Literal["delivered", "signed"] = "delivered"
    copies: tuple[Copied, ...] = ()


class CommitmentRules(Sourced):
    """Who of the unit signs that a promise of its reply comes later, or not at all; silent texts: its head."""

    rescheduled_by: tuple[Signer, ...] = Field(("head",), min_length=1)
    cancelled_by: tuple[Signer, ...] = Field(("head",), min_length=1)
    copies: tuple[Copied, ...] = ()
    """Of the written report to the deputies."""


class Grade(Strict):
    letter: str = ""
    """Empty: the text uses no letters."""
    text: Text


class Classes(Sourced):
    map: dict[ReplyClass, Grade] = Field(min_length=1)


class EvaluationRules(Sourced):
    """Values a text is silent on are the house's: back to back through the congress office."""

    scale: Names = Field(("满意", "基本满意", "不满意"), min_length=2)
    """Best first; the last one is the dissatisfied one."""
    dimensions: Names = Field(("overall",), min_length=1)
    sent_by: Literal["office", "unit"] = "office"
    returned_to: tuple[Literal["office", "unit"], ...] = ("office",)
    unit_sees: Literal["never", "after_decision", "on_return"] = "after_decision"
    """on_return: the form comes back to the unit, which then sees it."""
    joint: Literal["lead", "each"] = "lead"
    non_response: Literal["excluded", "counted"] = "excluded"
    articles: dict[str, Text] = Field(default_factory=dict)
    """The article of a key, where `source` names several for the whole section."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        sees = self.unit_sees != "on_return" or "unit" in self.returned_to
        check_that(
            sees, "rule_form_returns_nowhere", key=Label("unit_sees"), value=Label(self.unit_sees),
            other=Label("returned_to"),
        )  # fmt: skip
        for key in self.articles:
            if key not in (keys := set(EvaluationRules.model_fields) - {"articles", "source", "says"}):
                raise FaultError(key_unknown("articles", key, keys))
        return self


class Rehandle(Sourced):
    decided_by: Literal["auto", "office"]
    max_rounds: Count | None = None
    """The round in which a further dissatisfaction leads to `afterwards`; None: the text sets no end."""
    afterwards: Literal["assessment", "meeting", "explanation"] | None = None


class Withdrawal(Sourced):
    until: Literal["assigned", "replied"]
    joint_all: StrictBool = True


class Admissibility(Sourced):
    codes: dict[str, Text] = Field(min_length=1)


class PublicityRules(Sourced):
    default: Literal["full", "summary", "report", "none"]
    """report: only the yearly report is public."""
    window: Term | None = None


class Key(Sourced):
    """Key supervision 重点督办."""

    criteria: Names = ()
    quotas: dict[str, Count] = Field(default_factory=dict)


class SlotRule(Strict):
    slot: Count
    title: Text
    role: Text


class Slots(Sourced):
    """五位一体."""

    parties: tuple[SlotRule, ...] = Field(min_length=1)
    always: tuple[Count, ...] = ()
    """The slots that every item fills; key items fill all."""


class DoubleEvaluation(Sourced):
    """双评: attitude and result, deputy and committee, or deputy judges unit and unit judges suggestion."""

    scheme: Literal["attitude_and_result", "deputy_and_committee", "deputy_and_unit"]


class Rung(Sourced):
    level: Climbed
    title: Text
    tells: tuple[Told, ...] = Field(min_length=1)
    offset_working_days: Count | None = None
    """After the last day; 1 is the first working day after it."""
    offset_days: Annotated[StrictInt, Field(le=0)] | None = None
    """Civil days before the last day, as a negative number."""
    unless: Literal["explained", "rectified"] | None = None
    """The rung is passed over when the unit has done this."""

    @property
    def offset(self) -> int:
        """For `rulebooks.rung_on`."""
        return self.offset_working_days or self.offset_days or 0

    @property
    def proposes(self) -> bool:
        """The rung is the act of a body: the machine only proposes it."""
        return self.level.proposes

    @model_validator(mode="after")
    def _one_offset(self) -> Self:
        both = Label("offset_working_days"), Label("offset_days")
        check_that((self.offset_working_days is None) != (self.offset_days is None), "rule_one_of_two", keys=both)
        return self


class QualityRung(Sourced):
    """What a deputy's dissatisfaction with one more round leads to, beside the handling again.

    It tells the congress's side alone: the judged side learns of it by the order to handle again.
    """

    level: Annotated[Level, one_of_levels(Level.Q1, Level.Q2, Level.Q3)]
    dissatisfied: Count
    """Rounds with which a deputy was dissatisfied, this one included."""
    repeated: StrictBool = False
    """Already the first dissatisfaction reaches it where the suggestion is marked as repeating an earlier one."""
    title: Text
    tells: tuple[Literal["congress_office", "committee", "congress_leader", "chair_meeting"], ...] = Field(min_length=1)
    proposes: StrictBool = False
    """A key supervision is proposed, which a named person confirms or declines."""


FIELD_FROM = (Level.U2, Level.U3, Level.U4, Level.C1, Level.Q1, Level.Q2)


class Oversight(Sourced):
    """When supervision begins by itself: the committee by field is given what climbs, the office what nobody took."""

    field_from: tuple[Annotated[Level, one_of_levels(*FIELD_FROM)], ...] = Field(min_length=1)
    """The levels at which the committee by field gets its task (归口督办)."""
    take_within: Count
    """Working days the committee has for its plan; then the office's net takes the item (兜底督办)."""


class ProposalRules(Sourced):
    """Supervisions that the ladder proposes (U4-U6): a named person confirms or declines them."""

    decide_within: Count
    """Working days after the proposal; then it lapses."""


class Urging(Sourced):
    """催办 by hand, beside the ladder."""

    deputy_every: Count
    """Civil days from one urging of a deputy to the next."""


class Subjects(Sourced):
    map: dict[str, Text] = Field(min_length=1)
    """Subject of the suggestion -> committee by field (归口)."""


PLACES = tuple(map(Label, ("term", "session", "year", "serial")))
"""What a pattern of numbers may hold."""


class Numbering(Sourced):
    in_session: Text
    between: Text

    @model_validator(mode="after")
    def _patterns_work(self) -> Self:
        for pattern in (self.in_session, self.between):
            try:
                pattern.format(term=1, session=1, year=2000, serial=1)
            except (KeyError, IndexError, ValueError) as error:
                fault = RuleFault("rule_pattern_unknown", pattern=Label(pattern), known=PLACES)
                raise FaultError(fault) from error
            check_that("{serial" in pattern, "rule_pattern_repeats", pattern=Label(pattern), key=Label("serial"))
        return self


class Statistics(Sourced):
    variants: dict[str, Text] = Field(min_length=1)
    """Figure -> the formula the place uses."""


class ScoreWeights(Sourced):
    weights: dict[str, Annotated[StrictInt, Field(ge=0)]] = Field(min_length=1)


class OfficeHours(Sourced):
    """When notices that are not urgent go out; civil time in the zone, `end` not included."""

    start: time
    end: time

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        start, end = Label(self.start), Label(self.end)
        check_that(self.start < self.end, "rule_hours_reversed", start=start, end=end)
        return self


class CalendarRules(Strict):
    id: Text
