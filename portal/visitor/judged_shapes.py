"""What a page and the API say of judgements: evaluations, inspections, promises, supervision, what came of it."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import Field

from portal.visitor.site import Lamp
from states.vocabulary import Verdict

PAGES_ALONE = Field(exclude=True)
"""Marks what pages show and the API leaves out."""


@dataclass(kw_only=True)
class Judgement:
    """A deputy's evaluation of a reply."""

    unit: str
    deputy: str
    value: str
    said: str
    round: int
    on: date
    was: Annotated[str, Field(description="What it corrects; empty where it corrects nothing")] = ""
    corrected: Annotated[bool, PAGES_ALONE] = False


@dataclass
class Proof:
    """A photograph or paper of an inspection; `GET /cases/{id}/files/{sha256}` gives it."""

    sha256: str
    name: str
    place: str
    on: str


@dataclass(kw_only=True)
class Inspected:
    """An inspection: what was claimed beside what was found."""

    id: str
    on: date
    by: str
    place: str
    verdict: Annotated[str, Field(json_schema_extra={"enum": Verdict.values()})]
    verdict_name: Annotated[str, PAGES_ALONE]
    about: str
    claimed: str
    found: str
    participants: list[str]
    said: str
    files: list[Proof]


@dataclass
class Scored:
    """What a reply was given for one of the things that are judged, by its name."""

    name: str
    score: int


@dataclass
class Twice:
    """A reply as two parties judged it (双评), where the caller may see both; `score` is the second party's."""

    unit: str
    round: int
    deputies: Annotated[list[dict[str, str]], PAGES_ALONE]
    by: str
    scores: list[Scored]
    score: int | None
    grade: str


@dataclass
class Moved:
    """A rescheduling of a promise."""

    on: date
    before: str
    to: str
    why: str


@dataclass(kw_only=True)
class Promise:
    """A promise made in a reply, with every rescheduling."""

    id: str
    unit: str
    text: str
    due_on: date
    state: str
    verified_on: date | None
    moved: list[Moved]
    lamp: Lamp | None


@dataclass(kw_only=True)
class Supervised:
    """A supervision of a case; `title` has its rung of a ladder beside its kind."""

    id: str
    kind: Annotated[str, Field(examples=["归口督办"])]
    level: str
    state: str
    holder: str
    proposed_on: date
    title: Annotated[str, PAGES_ALONE]
    by: Annotated[str, PAGES_ALONE]


@dataclass
class Slot:
    """One of the five slots of supervision (五位一体)."""

    slot: str
    title: str
    holder: str
    what: str
    on: date | None
    standing: Annotated[str, Field(json_schema_extra={"enum": ["kept", "held", "missing", "spare"]})]
    standing_name: Annotated[str, PAGES_ALONE]


@dataclass(kw_only=True)
class TakenUp:
    """What became of a suggestion beyond its reply (吸纳转化)."""

    id: str
    kind: str
    target: str
    on: date
    done_on: date | None
    by: Annotated[str, PAGES_ALONE]
