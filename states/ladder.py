"""The recipients of a rung of the ladder, and the link of the responsibility chain (责任链) that held the item."""

from collections.abc import Iterable, Mapping
from typing import Any

from rulebooks import Rulebook
from states.roles import SIGNER_RANKS, Role
from states.vocabulary import A

OF_THE_UNIT = {
    "handler": "handler",
    "section_head": "section_head",
    "unit_office": "unit",
    "unit_leader": "unit_leader",
    "unit_head": "unit_head",
}
OF_THE_REGION = {
    "dispatcher": "dispatcher",
    "congress_office": "registrar",
    "government_leader": "gov_leader",
    "congress_leader": "leader",
    "chair_meeting": "chair_meeting",
    "standing_committee": "standing_committee",
}
OF_AN_OFFICE = {
    "registrar": {
        "unit_leader": "leader",
        "unit_head": "leader",
        "dispatcher": "registrar",
        "government_leader": "leader",
    },
    "dispatcher": {"unit_leader": "gov_leader", "unit_head": "gov_leader"},
}  # fmt: skip
"""Substitute recipients where the congress's own office, or the government's, owes the step (D1)."""

OUTSIDE_GOVERNMENT = {"dispatcher": "registrar", "gov_leader": "leader"}
"""The government's office does not supervise courts, procuratorates, party organs and the congress's own units."""


def levels_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """The rungs reached in an event of a limit (overdue, reminded, escalated), lowest first; () where it names none.

    The overdue day may also be that of a rung, and a day may have several rungs: `level` is the highest, `levels` all
    of them where there are several.
    """
    return tuple(data.get("levels") or filter(None, (data.get("level"),)))


def addressees(
    tells: Iterable[str], owed_by: str, region: str, committee: str, lead: str, government: bool = True
) -> list[str]:
    """The recipients (kind:id) behind the names of a rung, each once, in the rung's order.

    Without a committee for the field the congress office takes its place. `government` is whether the owing unit
    belongs to the government.
    """
    kind, _, owner = owed_by.partition(":")
    owners: dict[str, None] = {}
    for name in tells:
        if name == Role.DEPUTY:
            recipient = f"deputy:{lead}" if lead else ""
        elif name == Role.COMMITTEE:
            recipient = f"committee:{committee}" if committee else f"registrar:{region}"
        elif name in OF_THE_UNIT and kind == "unit":
            recipient = f"{OF_THE_UNIT[name]}:{owner}"
        elif kind == Role.DEPUTY:
            recipient = owed_by
        else:
            group = OF_AN_OFFICE.get(kind, {}).get(name) or OF_THE_REGION.get(name) or kind
            if kind == "unit" and not government:
                group = OUTSIDE_GOVERNMENT.get(group, group)
            recipient = f"{group}:{region}"
        if recipient:
            owners[recipient] = None
    return list(owners)


def held_by(rulebook: Rulebook, owed_by: str, state: str = "", waits_for_office: bool = False) -> str:
    """The role that held the item and so caused the delay: inferred, no text defines it.

    `state` is that of the assignment. It is held by whoever must take the next step: the signer once the deputy was
    consulted, the congress office while it has to decide a return or an extension, else the unit's handler.
    """
    kind = owed_by.partition(":")[0]
    if kind != "unit":
        return kind
    if waits_for_office or state == A.RETURN_REQUESTED:
        return Role.REGISTRAR.value
    if state == A.CONSULTED and rulebook.reply is not None:
        rank = rulebook.reply.signers[0]
        return next(role.value for role, name in SIGNER_RANKS.items() if name == rank)
    return Role.HANDLER.value
