"""What a rulebook may say: one typed section per rule, each with its source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from rulebooks.faults import FaultError, check_that, key_unknown
from rulebooks.followed import unfollowed_steps, unlike_limits
from rulebooks.house_ladder import (
    HOUSE_COMMITMENT_LADDER,
    HOUSE_COMMITMENTS,
    HOUSE_LADDER,
    HOUSE_OVERSIGHT,
    HOUSE_PROPOSALS,
    HOUSE_QUALITY,
    HOUSE_RETURNS,
    HOUSE_URGING,
)
from rulebooks.limits import KEPT, LIMIT_KEYS, Before, Limit, Strict, Text, json_values
from rulebooks.sections import (
    Admissibility,
    CalendarRules,
    Classes,
    CommitmentRules,
    DoubleEvaluation,
    EvaluationRules,
    Extension,
    Gates,
    Key,
    Numbering,
    OfficeHours,
    Oversight,
    ProposalRules,
    PublicityRules,
    QualityRung,
    Rehandle,
    ReplyRules,
    Returns,
    Rung,
    ScoreWeights,
    Signer,
    Slots,
    Statistics,
    Subjects,
    Urging,
    Withdrawal,
)
from rulebooks.sentences import Label
from rulebooks.vocabulary import LimitKey

LOST = "文本缺失 the text is gone"
"""The jurisdiction of what stands for a text that is gone."""

Rows = tuple[tuple[str, Limit], ...]
"""Limits with their keys."""


class Rulebook(Strict):
    """The rules of one place from `in_force` on. A section that the text does not give is None."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$")]
    title: Text
    level: Literal["nation", "province", "city", "county", "township", "any"]
    jurisdiction: Text
    machine: Literal["suggestion", "opinion"] = "suggestion"
    extends: str | None = None
    in_force: date
    zone: Literal["Asia/Shanghai"] = "Asia/Shanghai"
    limits: dict[str, Limit] = Field(default_factory=dict)
    extension: Extension | None = None
    returns: Returns | None = HOUSE_RETURNS
    gates: Gates | None = None
    reply: ReplyRules | None = None
    commitments: CommitmentRules = HOUSE_COMMITMENTS
    classes: Classes | None = None
    evaluation: EvaluationRules | None = None
    rehandle: Rehandle | None = None
    withdrawal: Withdrawal | None = None
    admissibility: Admissibility | None = None
    publicity: PublicityRules | None = None
    key: Key | None = None
    slots: Slots | None = None
    double_evaluation: DoubleEvaluation | None = None
    ladder: tuple[Rung, ...] = HOUSE_LADDER
    commitment_ladder: tuple[Rung, ...] = HOUSE_COMMITMENT_LADDER
    quality: tuple[QualityRung, ...] = HOUSE_QUALITY
    oversight: Oversight = HOUSE_OVERSIGHT
    proposals: ProposalRules = HOUSE_PROPOSALS
    urging: Urging = HOUSE_URGING
    subjects: Subjects | None = None
    numbering: Numbering | None = None
    statistics: Statistics | None = None
    weights: ScoreWeights | None = None
    office_hours: OfficeHours | None = None
    calendar: CalendarRules = CalendarRules(id="cn")
    inferred: Annotated[dict[str, Text], Before({})] = Field(default_factory=dict)
    """Key of a value (`in_force`, `limits.rehandle_by.starts`) that no text gives -> what it was inferred from.

    For readers, where the source of a limit or section is a text: it judges nothing and is no part of `text`.
    """

    @property
    def version(self) -> str:
        return self.in_force.isoformat()

    @cached_property
    def text(self) -> str:
        """Every resolved value, also the inherited ones and the defaults, in one JSON text: what a register keeps."""
        values = json_values(self)
        values.pop("inferred", None)
        return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits over `text`."""
        return text_digest(self.text)

    @property
    def ident(self) -> str:
        return f"{self.name}@{self.version}#{self.digest}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The rulebook whose `text` was kept, with the digest of that text whatever the schema has learnt since.

        Raises pydantic's ValidationError, or ValueError for what is no JSON.
        """
        rulebook = cls.model_validate(json.loads(text), context=KEPT)
        rulebook.__dict__["digest"] = text_digest(text)
        return rulebook

    @classmethod
    def lost(cls, ident: str) -> Self:
        """A placeholder for a lost text: default ladder and hours, no limits, and a title that says so.

        Raises ValueError for what is no ident.
        """
        name, version, digest = split_ident(ident)
        rulebook = cls(
            name=name, title=f"{name}（文本缺失）", level="any", jurisdiction=LOST,
            in_force=date.fromisoformat(version),
        )  # fmt: skip
        rulebook.__dict__["digest"] = digest
        return rulebook

    @property
    def of_opinions(self) -> bool:
        return self.machine == "opinion"

    @property
    def is_lost(self) -> bool:
        return self.jurisdiction == LOST

    def __hash__(self) -> int:
        return hash(self.ident)

    def limit_name(self, key: str) -> str:
        """The name of a limit: the standard term, else the title that the text gives it."""
        limit = self.limits.get(key)
        return LimitKey.names().get(key) or (limit.title if limit else key)

    def signers(self, key_item: bool) -> tuple[Signer, ...]:
        """The ranks that may sign a reply; those of key items are the same where the text names none of their own."""
        if self.reply is None:
            return ("head",)
        return (key_item and self.reply.key_signers) or self.reply.signers

    def limits_for(self, event: str) -> Rows:
        """The limits that `event` starts, also again or by a reading: `Limit.term_for` gives the term."""
        return self._started.get(event, ())

    def met_by(self, event: str) -> Rows:
        return self._met.get(event, ())

    def paused_by(self, event: str) -> Rows:
        return self._paused.get(event, ())

    @cached_property
    def _started(self) -> dict[str, Rows]:
        return _by_event((key, limit, limit.all_starts) for key, limit in self.limits.items())

    @cached_property
    def _met(self) -> dict[str, Rows]:
        return _by_event((key, limit, limit.meets) for key, limit in self.limits.items())

    @cached_property
    def _paused(self) -> dict[str, Rows]:
        return _by_event((key, limit, limit.pauses) for key, limit in self.limits.items())

    @model_validator(mode="after")
    def _limits_suit_machine(self) -> Self:
        for key, limit in self.limits.items():
            ours = (limit.subject == "opinion") == (self.machine == "opinion")
            check_that(
                ours, "rule_limit_of_others", key=Label(f"limits.{key}"), machine=Label(self.machine),
                subject=Label(limit.subject),
            )  # fmt: skip
            if self.machine != "opinion" and key not in LIMIT_KEYS:
                raise FaultError(key_unknown("limits", key, LIMIT_KEYS))
        return self

    @model_validator(mode="after")
    def _marks_fit(self) -> Self:
        for key in self.inferred:
            check_that(_has(self, key.split(".")), "rule_mark_of_nothing", place=Label("inferred"), key=Label(key))
        return self

    @model_validator(mode="after")
    def _is_followed(self, info: ValidationInfo) -> Self:
        """Not of kept texts: their cases go on as they began."""
        if info.context != KEPT:
            faults = [
                *unfollowed_steps(self.extension, self.returns, self.evaluation, self.calendar),
                *unlike_limits(self.reply, self.publicity, self.limits),
            ]
            if faults:
                raise FaultError(*faults)
        return self


def _has(value: object, path: Sequence[str]) -> bool:
    """Whether there is a value at the path; None is none."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else getattr(value, name, None)
    return value is not None


def text_digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def split_ident(ident: str) -> tuple[str, str, str]:
    """(name, version, digest) of `name@version#digest`."""
    name, _, rest = ident.partition("@")
    version, _, digest = rest.partition("#")
    return name, version, digest


def _by_event(rows: Iterable[tuple[str, Limit, Iterable[str]]]) -> dict[str, Rows]:
    by_event: dict[str, Rows] = {}
    for key, limit, events in rows:
        for event in events:
            by_event[event] = (*by_event.get(event, ()), (key, limit))
    return by_event
