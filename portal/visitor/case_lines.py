"""The cases of a list as a visitor may see them: rows of its page and workbook, and of the API."""

from collections.abc import Mapping
from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

from portal.visitor.next_steps import next_of
from portal.visitor.rights import sees_names, shown_state
from portal.visitor.sight import PROTECTED
from portal.visitor.site import Lamp, Site
from states.decide import LIFECYCLES
from states.vocabulary import Level, LimitKey
from storage.accounts import Visitor
from storage.lists import Listed
from storage.visible import names_of


class OpenLimit(BaseModel):
    """The open duty of a case with the earliest last day."""

    key: str = Field(examples=["reply_by"])
    name: str = Field(examples=["答复"])
    last_day: date = Field(description="Inclusive")
    provisional: bool
    level: str = Field(description="The highest rung of the ladder climbed, '' for none")
    lamp: Lamp


class CaseLine(BaseModel):
    """A case in a list, as the caller may see it."""

    id: str
    number: str
    machine: Literal["suggestion", "opinion"]
    title: str
    state: str
    state_name: str
    region: str
    lead: str = Field(description=f"The lead deputy's name, {PROTECTED} where the caller must not learn it")
    track: str
    key_level: str
    round: int
    units: list[str]
    assigned_on: date | None
    limit: OpenLimit | None
    protected: bool = Field(exclude=True)
    limit_title: str = Field(exclude=True)
    days_left: int | None = Field(exclude=True)
    next: str = Field(exclude=True)

    @property
    def case_id(self) -> str:
        return self.id

    @property
    def lamp(self) -> Lamp | None:
        return self.limit.lamp if self.limit else None


def case_lines(site: Site, visitor: Visitor, listed: list[Listed]) -> list[CaseLine]:
    """The cases of a list as the visitor may see them."""
    names = names_of(site.register, [row.case["lead"] for row in listed])
    return [_line(site, visitor, stored, names) for stored in listed]


def _line(site: Site, visitor: Visitor, stored: Listed, names: Mapping[str, str]) -> CaseLine:
    """A field named as a column of the stored case is taken from it."""
    case, lead, limit = stored.case, stored.case["lead"], stored.next_limit
    as_stored = {name: case[name] for name in CaseLine.model_fields.keys() & case.keys()}
    protected = not sees_names(visitor, case, frozenset((lead,)))
    state = shown_state(visitor, case["state"], site.text(case["rulebook_ident"]))
    own: dict[str, object] = {
        "state": state,
        "state_name": LIFECYCLES[case["machine"]].names[state],
        "lead": PROTECTED if protected else names.get(lead, lead),
        "protected": protected,
        "units": [part["name"] for part in stored.parts],
        "limit": _open_limit(site, stored),
        "limit_title": site.limit_name(limit["key"]) if limit else "",
        "days_left": (limit["last_day"] - site.today()).days if limit else None,
        "next": next_of(visitor, stored, state),
    }
    return CaseLine(**as_stored | own)


def _open_limit(site: Site, stored: Listed) -> OpenLimit | None:
    limit = stored.next_limit
    if limit is None:
        return None
    return OpenLimit(
        key=limit["key"], name=LimitKey.name_of(limit["key"]), last_day=limit["last_day"],
        provisional=bool(limit["provisional"]), level=Level.highest(row["level"] for row in stored.limits),
        lamp=site.lamp(limit["last_day"]),
    )  # fmt: skip
