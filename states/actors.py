"""Who may take a step: a role that its line names, on their own rows, and not dated before the previous step."""

from states.errors import NotAllowed
from states.reasons import NO_UNIT, Id, Refused, ids, sent_id
from states.roles import UNIT_ROLES, Role
from states.table import Owner, Step
from states.vocabulary import S
from states.work import Work


def check_actor(work: Work, step: Step) -> None:
    """Refuse a role that the line does not name, and an act on another's row."""
    if work.role not in step.by:
        raise NotAllowed(Refused("role_may_not", role=work.role, roles=step.by))
    if work.role in UNIT_ROLES:
        _check_unit(work, step)
    elif work.role in (Role.DEPUTY, Role.PROXY) and not work.case.is_opinion:
        _check_deputy(work, step)


def check_order(work: Work, step: Step) -> None:
    """Refuse a step dated before the previous one, so that no guard can be passed by back-dating."""
    if step.target is not None and not step.anytime and work.before(work.since):
        raise NotAllowed(Refused("before_last_step", day=work.on, since=work.since))


def _check_unit(work: Work, step: Step) -> None:
    if step.owner == Owner.PART:
        owners = {work.part.unit}
    elif step.owner == Owner.LEAD_UNIT:
        owners = {row.unit for row in work.answering_parts()}
    elif work.case.is_opinion or work.case.state == S.PRE_CONSULT:
        owners = {unit["unit"] for unit in work.case.proposed}
    else:
        owners = {row.unit for row in work.current_parts()}
    if work.action.unit not in owners:
        raise NotAllowed(
            Refused(
                "other_unit",
                units=ids(sorted(owners)),
                actor=Id(work.action.by),
                unit=Id(work.action.unit) if work.action.unit else NO_UNIT,
            )
        )


def _check_deputy(work: Work, step: Step) -> None:
    by = work.given("on_behalf_of") or work.action.by
    deputy = str(by)
    if work.role == Role.PROXY and not work.given("on_behalf_of"):
        raise NotAllowed(Refused("proxy_names_deputy"))
    if work.role == Role.DEPUTY and deputy != work.action.by:
        raise NotAllowed(Refused("deputy_for_another"))
    party = work.dossier.parties.get(deputy)
    if party is None or party.dropped_on is not None:
        raise NotAllowed(Refused("no_deputy_of_case", deputy=sent_id(by), case=Id(work.case.id)))
    if step.owner == Owner.LEAD_DEPUTY and not party.lead:
        raise NotAllowed(Refused("not_lead_deputy", lead=Id(work.case.lead), deputy=Id(deputy)))
