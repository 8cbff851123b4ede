"""Reception places, and the opinions that came in there."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.column_types import Instant, case_id


class PlaceRow(SQLModel, table=True):
    """A reception place (家站点). `code` is public, on its wall; `secret` signs its forms and is never shown."""

    __tablename__ = "places"

    id: str = Field(primary_key=True)
    name: str
    region: str = Field(index=True)
    kind: str
    address: str
    schedule: str
    closed_on: date | None
    code: str = Field(index=True, unique=True)
    secret: str


class PlacePersonRow(SQLModel, table=True):
    """A deputy who receives at a place, or a clerk who works there."""

    __tablename__ = "place_people"

    place: str = Field(primary_key=True)
    person: str = Field(primary_key=True, index=True)
    role: str


class OpinionPlaceRow(SQLModel, table=True):
    """The place of an opinion, as an index of its first event."""

    __tablename__ = "opinion_places"

    case_id: str = case_id(primary=True, index=False)
    place: str = Field(index=True)


class CitizenRow(SQLModel, table=True):
    """The author of an opinion, stored apart from its events so that it can be erased.

    `tracking` is the digest of the code by which the citizen follows it.
    """

    __tablename__ = "citizens"

    case_id: str = case_id(primary=True, index=False)
    name: str
    phone: str
    tracking: str | None = Field(index=True, unique=True)
    forgotten_at: datetime | None = Field(sa_type=Instant)
