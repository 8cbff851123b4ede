"""The five slots of supervision (五位一体) of an item: their holders, the last act in each, and which are empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from rulebooks.sections import Slots
from states.cases import Case, Inspection, Supervision
from states.vocabulary import Role, SlotParty, V

EMPTY = (V.PROPOSED, V.DECLINED, V.LAPSED)
"""States in which a supervision fills no slot: undecided or declined."""

BY_RULE = (SlotParty.COMMITTEE, SlotParty.CONGRESS_OFFICE, SlotParty.DISPATCHER)
"""The parties who hold their slot by office, without being named."""

DEPUTIES = SlotParty.DEPUTY
"""The party whose slot is filled by an inspection with deputies."""


@dataclass(frozen=True)
class Act:
    """An act of a party of the rulebook's slots (`role`), or in a slot given by its number."""

    on: date
    what: str
    role: str = ""
    slot: str = ""


@dataclass(frozen=True)
class Filled:
    """A slot of an item. `holder` is a committee, person or group; empty where the office itself (`role`) holds it."""

    slot: str
    title: str
    role: str
    required: bool
    held: bool
    holder: str = ""
    what: str = ""
    on: date | None = None

    @property
    def missing(self) -> bool:
        return self.required and not self.held


def slots_of(
    rules: Slots | None,
    case: Case,
    supervisions: Iterable[Supervision],
    inspections: Iterable[Inspection] = (),
    acts: Iterable[Act] = (),
) -> list[Filled]:
    """The slots in the rulebook's order; none where it has none.

    A supervision fills its slot; without one the committee by field, the congress office and the government office
    hold theirs by rule, and deputies theirs by an inspection in which they took part. A key item needs every slot,
    any other those of `always`. The last act comes from rows and `acts`.
    """
    if rules is None:
        return []
    rows = sorted((row for row in supervisions if row.state not in EMPTY), key=_day)
    looked = list(inspections)
    of_rows = {row.id: row.slot for row in rows}
    done = [*acts, *(Act(_day(row), row.state, slot=row.slot) for row in rows)]
    done += [
        Act(row.inspected_on, "inspected", _inspecting(row), of_rows.get(row.supervision_id, ""))
        for row in looked
    ]
    key = case.is_key
    slots = []
    for party in rules.parties:
        number = str(party.slot)
        own = [row for row in rows if row.slot == number]
        acts_here = [act for act in done if number == act.slot or (act.role and act.role == party.role)]
        last = max(reversed(acts_here), key=lambda act: act.on, default=None)
        holder = (own[-1].holder or own[-1].by) if own else _by_rule(party.role, case, looked)
        occupied = bool(own) or bool(holder) or party.role in BY_RULE[1:]
        slots.append(
            Filled(
                number, party.title, party.role, key or party.slot in rules.always, occupied, holder,
                last.what if last else "", last.on if last else None,
            )
        )  # fmt: skip
    return slots


def _day(row: Supervision) -> date:
    return row.since or row.decided_on or row.proposed_on


def _inspecting(row: Inspection) -> str:
    """The role of an inspection: deputies where some took part, else none besides its own supervision."""
    return DEPUTIES if row.participants else ""


def _by_rule(role: str, case: Case, inspections: list[Inspection]) -> str:
    if role == Role.COMMITTEE:
        return case.committee
    if role == DEPUTIES:
        return "、".join(dict.fromkeys(name for row in inspections for name in row.participants))
    return ""
