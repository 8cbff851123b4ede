"""What a page or the API says of judgements: inspections, both judgements of a reply, the slots of supervision."""

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


@dataclass
class Inspected:
    """An inspection: what was claimed beside what was found, and what proves it."""

    id: str
    on: date
    by: str
    place: str
    verdict: str
    verdict_name: str
    about: str
    claimed: str
    found: str
    participants: list[str]
    said: str = ""
    files: list[dict[str, str]] = field(default_factory=list)


class Scored(NamedTuple):
    """What a reply was given for one of the things that are judged, by its name."""

    name: str
    score: int


@dataclass
class Twice:
    """A reply as two parties judged it without knowing of each other: the deputies, and the committee or unit."""

    unit: str
    round: int
    deputies: list[dict[str, str]]
    by: str = ""
    scores: list[Scored] = field(default_factory=list)
    score: int | None = None
    grade: str = ""


@dataclass
class Slot:
    """One of the five slots as a page shows it; `standing` is kept, held, missing or spare."""

    slot: str
    title: str
    holder: str
    what: str
    on: date | None
    standing: str
    standing_name: str
