"""The desk on which one action is decided: copies of the rows it touches, and what comes of it.

A dossier handed to `decide` is never changed: `edit` copies a row the first time it is touched.
"""

from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any, TypeVar

from rulebooks import Rulebook, Workdays, civil_day
from states.cases import (
    Action,
    Assignment,
    Case,
    Commitment,
    Deadline,
    DeadlineKey,
    Dossier,
    Evaluation,
    Event,
    Json,
    Notice,
    Party,
    Row,
    Supervision,
)
from states.errors import NotAllowed
from states.reasons import Given, Label, Refused
from states.roles import Role
from states.vocabulary import ANSWERING, A

R = TypeVar("R")

WRITTEN = ("state", "limits", "contact_gate")
"""Keys of an event's data that only the decision writes; whatever an action says under them is left out."""
ENDED_PARTS = (A.RETURN_GRANTED, A.CANCELLED)
CO_PENDING = (A.PENDING_RECEIPT, A.RECEIVED, A.RETURN_REQUESTED, A.ACCEPTED, A.COMMUNICATED, A.RESEARCHED)


_TABLES = tuple(field.name for field in fields(Dossier) if field.name != "case")


def copied(row: R, **changes: object) -> R:
    """A shallow copy of a row or an action with some changes, without running its constructor."""
    twin = object.__new__(type(row))
    twin.__dict__.update(row.__dict__, **changes)
    return twin


class Work:
    """One decision in the making. `on` is the civil day of the fact, `at` its instant, `entered_on` the entry's day."""

    def __init__(
        self,
        dossier: Dossier,
        action: Action,
        at: datetime,
        entered_on: date,
        rulebook: Rulebook,
        workdays: Workdays,
    ) -> None:
        self.dossier = copied(dossier)
        rows = self.dossier.__dict__
        rows.update((table, rows[table].copy()) for table in _TABLES)
        self.action = action
        self.at = at
        self.on = civil_day(at)
        self.entered_on = entered_on
        self.rulebook = rulebook
        self.workdays = workdays
        self.role = Role(action.role)
        self.since: date | None = None
        self.came_from = ""
        """The ident of the text that the case leaves with this action; empty where it stays."""
        self.part_id = ""
        self.item_id = ""
        self.inspected: list[str] = []
        self.internal = False
        self.events: list[Event] = []
        self.notices: list[Notice] = []
        self._touched: dict[tuple[str, object], Row] = {}

    # -- rows ---------------------------------------------------------------------------------

    @property
    def case(self) -> Case:
        return self.dossier.case

    @property
    def part(self) -> Assignment:
        """The assignment this action is about."""
        return self.dossier.assignments[self.part_id]

    @property
    def commitment(self) -> Commitment:
        return self.dossier.commitments[self.item_id]

    @property
    def supervision(self) -> Supervision:
        return self.dossier.supervisions[self.item_id]

    def edit_case(self, **changes: object) -> None:
        if ("cases", 0) not in self._touched:
            self.dossier.case = copied(self.dossier.case)
            self._touched["cases", 0] = self.dossier.case
        self.dossier.case.__dict__.update(changes)

    def edit(self, table: str, key: str | DeadlineKey, **changes: object) -> None:
        rows = getattr(self.dossier, table)
        if (table, key) not in self._touched:
            rows[key] = copied(rows[key])
            self._touched[table, key] = rows[key]
        rows[key].__dict__.update(changes)

    def edit_part(self, **changes: object) -> None:
        self.edit("assignments", self.part_id, **changes)

    def add(self, table: str, key: str | DeadlineKey, row: Row) -> None:
        getattr(self.dossier, table)[key] = row
        self._touched[table, key] = row

    def changed(self) -> list[Row]:
        return list(self._touched.values())

    # -- what hangs on the case ------------------------------------------------------------------

    def current_parts(self) -> Iterator[Assignment]:
        """The assignments of the running round that were neither returned nor cancelled."""
        for row in self.dossier.assignments.values():
            if row.round == self.case.round and row.state not in ENDED_PARTS:
                yield row

    def answering_parts(self) -> Iterator[Assignment]:
        return (row for row in self.current_parts() if row.role in ANSWERING)

    def co_parts(self) -> Iterator[Assignment]:
        return (row for row in self.current_parts() if row.assists)

    def vacant_parts(self) -> list[Assignment]:
        """Answering parts of this round whose return was granted and that have no successor yet."""
        return [
            row
            for row in self.dossier.assignments.values()
            if row.round == self.case.round
            and row.state == A.RETURN_GRANTED
            and row.role in ANSWERING
            and not row.replaced
        ]

    def deputies(self) -> list[Party]:
        """The lead and every co-signer who confirmed and was not dropped."""
        return [
            row
            for row in self.dossier.parties.values()
            if row.dropped_on is None and row.confirmed_on is not None
        ]

    def evaluators(self) -> list[Party]:
        policy = self.rulebook.evaluation
        everyone = policy is not None and policy.joint == "each"
        return [row for row in self.deputies() if everyone or row.lead]

    def standing_evaluations(self) -> list[Evaluation]:
        """The judgements of the running round as they stand: what a later row corrects no longer counts."""
        rows = self.dossier.evaluations.values()
        corrected = {row.corrects for row in rows}
        return [row for row in rows if row.round == self.case.round and row.id not in corrected]

    def deadline(self, subject: str, subject_id: str, key: str, round_: int | None = None) -> Deadline | None:
        return self.dossier.deadlines.get((subject, subject_id, key, round_ or self.case.round))

    # -- what the action says ------------------------------------------------------------------------

    @property
    def data(self) -> Mapping[str, Any]:
        return self.action.data

    def given(self, key: str) -> Any:
        """The action's value for `key`, or None when absent or empty."""
        return self.action.data.get(key) or None

    def names(self, key: str) -> list[str]:
        """The value as a list of names, one name as a list of one."""
        return [str(element) for element in self.sent(key)]

    def sent(self, key: str) -> list[Any]:
        """The value as a list, one value as a list of one."""
        value = self.given(key) or []
        return value if isinstance(value, list) else [value]

    def day(self, key: str) -> date | None:
        """An ISO day in the action's data; refuses anything else."""
        text = self.given(key)
        if text is None:
            return None
        try:
            return date.fromisoformat(str(text))
        except ValueError:
            raise NotAllowed(Refused("not_a_day", key=Label(key), given=Given(text))) from None

    def before(self, day: date | None) -> bool:
        """Whether the fact lies before `day`, where that day had come when it was entered.

        A day that lies after the entry was written by a clock that ran ahead: the sequence says what came first.
        """
        return day is not None and self.on < day <= self.entered_on

    @property
    def deputy(self) -> str:
        """The deputy who acts, also where a proxy enters it."""
        return str(self.given("on_behalf_of") or self.action.by)

    # -- what comes of it -----------------------------------------------------------------------------------

    def record(
        self,
        subject: str,
        subject_id: str,
        name: str,
        *,
        data: Mapping[str, Json] | None = None,
        on: date | None = None,
    ) -> Event:
        """Append an event; the first of an action carries the action's own data."""
        first = not self.events
        event = Event(
            name=f"{subject}.{name}",
            subject=subject,
            subject_id=subject_id,
            on=on or self.on,
            round=self.case.round,
            action=self.action.name if first else "",
            data=self._own_data() if first else dict(data or {}),
        )
        self.events.append(event)
        return event

    def _own_data(self) -> dict[str, Any]:
        return {key: value for key, value in self.action.data.items() if key not in WRITTEN}

    def tell(self, group: str, kind: str, data: Mapping[str, Json] | None = None, urgent: bool = False) -> None:
        for recipient in self._recipients(group):
            self.notices.append(Notice(recipient, kind, dict(data or {}), urgent))

    def tell_one(self, recipient: str, kind: str, data: Mapping[str, Json]) -> None:
        """A notice to one recipient, kind:id."""
        self.notices.append(Notice(recipient, kind, dict(data)))

    def _recipients(self, group: str) -> list[str]:
        case = self.case
        if group == "deputies":
            return [f"deputy:{row.deputy}" for row in self.deputies()]
        if group == "cosigners":
            return [f"deputy:{row.deputy}" for row in self.dossier.parties.values() if not row.lead]
        if group == "lead_deputy":
            return [f"deputy:{case.lead}"] if case.lead else []
        if group == "unit":
            return [f"unit:{self.part.unit}"]
        if group == "place":
            return [f"place:{self.given('place')}"] if self.given("place") else []
        if group == "named_unit" or (group == "units" and case.is_opinion):
            return [f"unit:{unit['unit']}" for unit in case.proposed]
        if group == "units":
            return [f"unit:{row.unit}" for row in self.current_parts()]
        if group == "lead_units":
            return [f"unit:{row.unit}" for row in self.answering_parts()]
        if group == "unit_heads":
            return [f"unit_head:{row.unit}" for row in self.answering_parts()]
        if group == Role.COMMITTEE:
            return [f"committee:{case.committee}"] if case.committee else []
        return [f"{group}:{case.region}"]
