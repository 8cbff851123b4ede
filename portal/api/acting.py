"""An action of the API: in which role, with which key, and what the answer may tell."""

import base64
import binascii
from dataclasses import replace
from datetime import date
from secrets import token_hex

from portal.api import models
from portal.api.problems import Problem, Refusal, problem
from portal.api.shown import STATE_NAMES, state_after, told_refusal
from portal.visitor.evidence import shown_ahead
from portal.visitor.known import as_meant
from portal.visitor.offers import Offer, data_for
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from states import Action
from states.decide import LIFECYCLES
from states.reasons import Label, Refused
from states.roles import UNIT_ROLES, Role
from states.supervision import PROPOSERS
from storage import Outcome, UnknownCase
from storage.accounts import Visitor
from storage.attachments import Attachment, checked
from storage.errors import RefusedByRule

TAKEN_BY: dict[str, frozenset[str]] = {
    action: frozenset(
        role.value
        for machine in LIFECYCLES.values()
        for step in machine.steps
        if step.action == action
        for role in step.by
    )
    for machine in LIFECYCLES.values()
    for action in machine.actions
} | {"propose_supervision": frozenset(map(str, PROPOSERS))}
"""Who takes an action in any of the tables."""


def role_for(visitor: Visitor, action: str) -> str:
    """The role in which the visitor acts: their own, or a lower role of their unit, where the tables name that one."""
    by = TAKEN_BY.get(action, frozenset())
    if visitor.role in by or visitor.role not in UNIT_ROLES:
        return visitor.role
    below = UNIT_ROLES[: UNIT_ROLES.index(Role(visitor.role))]
    return next((role.value for role in reversed(below) if role in by), visitor.role)


def key_of(visitor: Visitor, key: str) -> str:
    """The idempotency key as the register stores it, prefixed with the account: keys of two accounts never collide."""
    return f"api/{visitor.account}/{key}"


def new_case_id(letter: str) -> str:
    """A random id: one derived from account and key would let others find out who opened the case."""
    return letter + token_hex(6)


def action_of(sight: Sight, asked_for: models.ActionAsked, key: str) -> Action:
    """The action as the register takes it; the case is read only where the action names a row of it."""
    visitor = sight.visitor
    data: dict[str, object] = dict(asked_for.data)
    if asked_for.on is not None:
        data[asked_for.on.kind] = asked_for.on.id
    role = role_for(visitor, asked_for.action)
    if asked_for.action == "evaluate":
        data["channel"] = "portal"
    if role == Role.PROXY and "on_behalf_of" not in data:
        data |= data_for(Offer(asked_for.action, "", role), visitor, sight.whole)
    action = Action(sight.case_id, asked_for.action, visitor.person, role, data, key=key_of(visitor, key))
    return as_meant(sight, action)


def with_files(action: Action, today: date) -> tuple[Action, list[Attachment]]:
    """The action as the register stores it, and the files of its evidence; raises Refusal.

    Evidence says `content` (base64) and `name`; both are replaced by the digest under which the file is stored.
    """
    if ahead := shown_ahead(action.data, today):
        raise Refusal(422, Refused("evidence_ahead", day=Label(ahead), today=today))
    evidence = action.data.get("evidence")
    if action.name != "inspect" or not isinstance(evidence, list):
        return action, []
    files, kept = [], []
    for row in evidence:
        if isinstance(row, dict) and "content" in row:
            attachment = _decoded(row)
            files.append(attachment)
            row = {key: value for key, value in row.items() if key != "content"} | {
                "sha256": attachment.sha256
            }
        kept.append(row)
    return replace(action, data={**action.data, "evidence": kept}), files


def _decoded(row: dict[str, object]) -> Attachment:
    name = str(row.get("name", ""))
    try:
        return checked(name, base64.b64decode(str(row["content"]), validate=True))
    except RefusedByRule as error:
        raise Refusal(422, error.refused) from None
    except (binascii.Error, ValueError):
        raise Refusal(422, Refused("content_undecoded", name=Label(name), encoding=Label("base64"))) from None


def done(site: Site, visitor: Visitor, outcome: Outcome) -> models.ActionDone:
    state = state_after(site, visitor, outcome)
    return models.ActionDone(
        case=outcome.action.case, action=outcome.action.name, state=state, state_name=STATE_NAMES[state],
        repeated=outcome.repeated,
    )  # fmt: skip


def refusal_problem(site: Site, visitor: Visitor, outcome: Outcome) -> Problem:
    """The problem of a refused action, judged by the case as it is now."""
    if outcome.stale:
        return problem(412, outcome.refused)
    try:
        why, possible = told_refusal(Sight(site, visitor, outcome.action.case), outcome)
    except UnknownCase:
        why, possible = outcome.refused, []
    return problem(409, why, possible)
