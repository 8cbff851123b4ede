"""What a page and the API say of a case; whatever the visitor must not learn is in none of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import Field

from portal.visitor.judged_shapes import (
    PAGES_ALONE,
    Inspected,
    Judgement,
    Promise,
    Slot,
    Supervised,
    TakenUp,
    Twice,
)
from portal.visitor.responsibility_chain import ChainLink
from portal.visitor.site import Lamp
from states.vocabulary import ContactStanding, KeyLevel, Subject, Track
from storage.citizens import Citizen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass
class Limit:
    """A limit that runs: whose, until when, why."""

    name: str
    owed_by: str
    last_day: date
    provisional: bool
    level: str
    source: str
    duty: bool
    lamp: Lamp


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
    limit: Limit | None
    met: Annotated[str, PAGES_ALONE]
    chain: Annotated[list[ChainLink], PAGES_ALONE]
    moved_on: Annotated[date | None, PAGES_ALONE]


@dataclass
class Told:
    """A text with its heading; `kind` is the key of the action's data that holds it."""

    kind: Annotated[str, Field(examples=["facts"])]
    name: Annotated[str, Field(examples=["案由"])]
    text: str


@dataclass
class Happened:
    """An event of the timeline."""

    seq: int
    on: date
    name: str
    who: str
    texts: list[Told]
    level: str
    row: str
    code: str
    entered_at: datetime
    mark: str
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


@dataclass
class Contact:
    """A contact of a unit with a deputy."""

    on: date
    kind: str
    standing: str
    deputy: str
    face_to_face: bool

    @property
    def standing_name(self) -> str:
        return ContactStanding.name_of(self.standing)


@dataclass(kw_only=True)
class CaseFile:
    """A case as the caller may see it."""

    id: str
    number: str
    machine: Annotated[str, Field(json_schema_extra={"enum": ["suggestion", "opinion"]})]
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
    limits: list[Limit]
    evaluations: list[Judgement]
    evaluations_hidden: Annotated[
        bool,
        Field(description="The rulebook does not yet show evaluations to the caller, whether there are any or not"),
    ]
    commitments: list[Promise]
    supervisions: list[Supervised]
    communications: list[Contact]
    inspections: list[Inspected]
    twice: list[Twice]
    slots: list[Slot]
    conversions: list[TakenUp]
    events: Annotated[list[Happened], PAGES_ALONE]
    names: Annotated[Mapping[str, str], PAGES_ALONE]
    facts: Annotated[list[tuple[str, str]], PAGES_ALONE]
    """Of an opinion: where it came in, who has it, what the citizen says of the result."""
    links: Annotated[list[tuple[str, str, str]], PAGES_ALONE]
    """Cases that belong to this one and that the visitor sees, too: how, id, title."""
    citizen: Annotated[Citizen | None, PAGES_ALONE]
    excellent: Annotated[str, PAGES_ALONE]
    repeat_of: Annotated[tuple[str, str], PAGES_ALONE]
    """The earlier suggestion that this one repeats: its id where the visitor sees it, and how it is called."""

    @property
    def is_opinion(self) -> bool:
        return self.machine == Subject.OPINION

    @property
    def is_key(self) -> bool:
        return self.key_level != KeyLevel.NONE

    @property
    def is_complex(self) -> bool:
        return self.track == Track.COMPLEX
