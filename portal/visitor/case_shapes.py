"""What a page or the API says of a case; whatever the visitor must not learn is in none of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from portal.visitor.chain import ChainLink
from portal.visitor.judged_shapes import Inspected, Slot, Twice
from portal.visitor.site import Lamp
from storage.citizens import Citizen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Part:
    """A unit's part: six elements of it (content, unit, person, limit, progress, result) stand on its card."""

    id: str
    unit: str
    role: str
    what: str
    state: str
    person: str
    round: int
    reply_class: str
    limit: "ShownLimit | None" = None
    met: str = ""
    chain: list[ChainLink] = field(default_factory=list)
    moved_on: date | None = None


@dataclass
class ShownLimit:
    """A limit that runs: whose, until when, how near, and why."""

    name: str
    owed_by: str
    last_day: date
    provisional: bool
    level: str
    source: str
    lamp: Lamp
    duty: bool


@dataclass
class Happened:
    """An event of the timeline."""

    seq: int
    on: date
    name: str
    who: str
    texts: list[tuple[str, str]] = field(default_factory=list)
    level: str = ""
    row: str = ""
    code: str = ""
    entered_at: datetime = EPOCH
    mark: str = ""
    """An opaque name of the event: it tells neither its place in the chain nor how many are between two of them."""


@dataclass
class PaperLine:
    """A paper of the case that the visitor may have; `number` is empty until somebody asked for it."""

    id: str
    number: str
    kind: str
    title: str
    to: str
    on: date


class Told(NamedTuple):
    """A text of the case under its heading."""

    name: str
    text: str


@dataclass
class CaseView:
    """Everything a page says of a case."""

    id: str
    number: str
    machine: str
    title: str
    state: str
    state_name: str
    rulebook: str
    track: str
    key_level: str
    secrecy: str
    round: int
    deputies: list[str]
    texts: list[Told]
    parts: list[Part]
    limits: list[ShownLimit]
    events: list[Happened]
    evaluations: list[dict[str, str]]
    evaluations_hidden: bool
    commitments: list[dict[str, Any]]
    supervisions: list[dict[str, Any]]
    communications: list[dict[str, Any]]
    names: Mapping[str, str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    """Of an opinion: where it came in, who has it, what the citizen says of the result."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Cases that belong to this one and that the visitor sees, too: how, id, title."""
    citizen: Citizen | None = None
    inspections: list[Inspected] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    """双评: both judgements of a reply, where the visitor may see both."""
    slots: list[Slot] = field(default_factory=list)
    conversions: list[dict[str, Any]] = field(default_factory=list)
    excellent: str = ""
    repeat_of: tuple[str, str] = ("", "")
    """The earlier suggestion that this one repeats: its id where the visitor sees it, and how it is called."""
