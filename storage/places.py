"""Reception places (家站点) for pages; only the import of the directory writes them."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from uuid import uuid4

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from states.reasons import Id, Refused
from storage.directory import new_code
from storage.errors import Explained
from storage.register import Register
from storage.rolls import codes_below
from storage.statements import reading, transaction
from storage.tables.directory import PersonRow
from storage.tables.places import OpinionPlaceRow, PlacePersonRow, PlaceRow
from storage.typed_rows import among, locked

FORM_LASTS = timedelta(hours=24)
"""How long a citizen may take to fill in a form."""


class UnknownPlace(Explained):
    """No place has this id or code."""


@dataclass(frozen=True)
class Place:
    """A reception place; `deputies` and `clerks` are (id, name). `code` leads citizens to its form."""

    id: str
    name: str
    region: str
    kind: str
    address: str
    schedule: str
    closed_on: date | None
    code: str
    secret: str
    deputies: tuple[tuple[str, str], ...] = ()
    clerks: tuple[tuple[str, str], ...] = ()

    def is_open(self, on: date) -> bool:
        return self.closed_on is None or on < self.closed_on


def places_in(register: Register, region: str) -> list[Place]:
    """The places of a region and everything below it, by id."""
    with reading(register.engine) as cursor:
        return _places(cursor.session, col(PlaceRow.region).in_(codes_below(region)))


def places_by_id(register: Register, ids: Iterable[str]) -> list[Place]:
    """These places, by id; unknown ones are left out."""
    with reading(register.engine) as cursor:
        return _places(cursor.session, among(cursor.session, PlaceRow.id, ids))


def place_of(register: Register, case_id: str) -> Place | None:
    """The place at which an opinion came in; None when it came in elsewhere."""
    of_case = select(OpinionPlaceRow.place).where(OpinionPlaceRow.case_id == case_id)
    with reading(register.engine) as cursor:
        places = _places(cursor.session, col(PlaceRow.id).in_(of_case))
    return places[0] if places else None


def place_by_code(register: Register, code: str, on: date) -> Place | None:
    """The place to which the code leads, while it is open."""
    with reading(register.engine) as cursor:
        places = _places(cursor.session, col(PlaceRow.code) == code)
    return places[0] if places and places[0].is_open(on) else None


def rotate(register: Register, place_id: str) -> str:
    """A new code; printed sheets with the old one no longer work. Raises UnknownPlace."""
    code = new_code()
    with transaction(register.engine) as cursor:
        place = locked(cursor.session, PlaceRow, place_id)
        if place is None:
            raise UnknownPlace(Refused("no_place", place=Id(place_id)))
        place.code, place.secret = code, secrets.token_hex(32)
    return code


def form_key(place: Place, at: datetime) -> str:
    """A key for one submission of the place's form, accepted by `is_form_key` for a day."""
    head = f"{uuid4().hex}{int(at.timestamp()):010x}"
    return head + _signed(place, head)


def is_form_key(place: Place, key: str, at: datetime) -> bool:
    """Whether the key was issued with a form of this place less than a day ago."""
    head, signature = key[:42], key[42:]
    if len(key) != 74 or not hmac.compare_digest(_signed(place, head).encode(), signature.encode()):
        return False
    issued = datetime.fromtimestamp(int(head[32:], 16), UTC)
    return issued <= at < issued + FORM_LASTS


def _signed(place: Place, head: str) -> str:
    return hmac.new(place.secret.encode(), head.encode(), sha256).hexdigest()[:32]


def _places(session: Session, which: ColumnElement[bool]) -> list[Place]:
    rows = session.exec(select(PlaceRow).where(which).order_by(PlaceRow.id)).all()
    link, name = PlacePersonRow, func.coalesce(PersonRow.name, PlacePersonRow.person)
    named = select(link, name).outerjoin(PersonRow, col(PersonRow.id) == link.person)
    here = named.where(among(session, link.place, [row.id for row in rows])).order_by(link.person)
    people: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for place_person, called in session.exec(here):
        people.setdefault((place_person.place, place_person.role), []).append((place_person.person, called))
    return [
        Place(
            **row.model_dump(),
            deputies=tuple(people.get((row.id, "deputy"), ())),
            clerks=tuple(people.get((row.id, "clerk"), ())),
        )
        for row in rows
    ]
