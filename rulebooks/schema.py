"""What a rulebook may say: one typed section per rule, each with its source."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rulebooks.ladder import (
    HOUSE_COMMITMENT_LADDER,
    HOUSE_COMMITMENTS,
    HOUSE_LADDER,
    HOUSE_OVERSIGHT,
    HOUSE_PROPOSALS,
    HOUSE_QUALITY,
    HOUSE_URGING,
)
from rulebooks.limits import LIMIT_KEYS, Limit, Strict, Text, claim, hint
from rulebooks.sections import (
    Admissibility,
    Calendar,
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
    Proposals,
    Publicity,
    QualityRung,
    Rehandle,
    ReplyRules,
    Returns,
    Rung,
    Slots,
    Statistics,
    Subjects,
    Urging,
    Weights,
    Withdrawal,
)

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
    returns: Returns | None = None
    gates: Gates | None = None
    reply: ReplyRules | None = None
    commitments: CommitmentRules = HOUSE_COMMITMENTS
    classes: Classes | None = None
    evaluation: EvaluationRules | None = None
    rehandle: Rehandle | None = None
    withdrawal: Withdrawal | None = None
    admissibility: Admissibility | None = None
    publicity: Publicity | None = None
    key: Key | None = None
    slots: Slots | None = None
    double_evaluation: DoubleEvaluation | None = None
    ladder: tuple[Rung, ...] = HOUSE_LADDER
    commitment_ladder: tuple[Rung, ...] = HOUSE_COMMITMENT_LADDER
    quality: tuple[QualityRung, ...] = HOUSE_QUALITY
    oversight: Oversight = HOUSE_OVERSIGHT
    proposals: Proposals = HOUSE_PROPOSALS
    urging: Urging = HOUSE_URGING
    subjects: Subjects | None = None
    numbering: Numbering | None = None
    statistics: Statistics | None = None
    weights: Weights | None = None
    office_hours: OfficeHours | None = None
    calendar: Calendar = Calendar(id="cn")

    @property
    def version(self) -> str:
        return self.in_force.isoformat()

    @cached_property
    def digest(self) -> str:
        """Twelve hexadecimal digits over every resolved value, also the inherited ones and the defaults."""
        values = self.model_dump(mode="json")
        plain = json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(plain.encode()).hexdigest()[:12]

    @property
    def ident(self) -> str:
        return f"{self.name}@{self.version}#{self.digest}"

    def __hash__(self) -> int:
        return hash(self.ident)

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
            claim(ours, f"limits.{key}: the machine {self.machine} has no {limit.subject}")
            if self.machine != "opinion" and key not in LIMIT_KEYS:
                raise ValueError(f'limits: unknown key "{key}"{hint(key, LIMIT_KEYS)}')
        return self


def _by_event(rows: Iterable[tuple[str, Limit, Iterable[str]]]) -> dict[str, Rows]:
    found: dict[str, Rows] = {}
    for key, limit, events in rows:
        for event in events:
            found[event] = (*found.get(event, ()), (key, limit))
    return found
