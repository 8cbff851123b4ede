"""What the steps of process files may check and do, by name."""

from collections.abc import Mapping

from states import deadlines
from states.asking import filled_in
from states.reasons import Refused
from states.regions import region_possible, set_region
from states.roles import Role
from states.rulebook_change import other_rules, strange_limits
from states.table import Effect, Guard
from states.vocabulary import PartRole
from states.work import Work


def names_case(work: Work) -> Refused | None:
    into = work.given("into")
    if not into or into == work.case.id:
        return Refused("merged_case_missing")
    return None


def says_something(work: Work) -> Refused | None:
    return None if work.given("body") or work.case.title else Refused("opinion_empty")


def name_deputy(work: Work) -> None:
    work.edit_case(lead=str(work.given("deputy") or ""))


def name_unit(work: Work) -> None:
    work.edit_case(
        proposed=[{"unit": str(work.given("unit")), "role": PartRole.SOLE.value, "part": ""}], assigned_on=work.on
    )


def tell_receivers(work: Work) -> None:
    """The place, the deputy that is named and the congress office learn of a new case, unless they record it.

    What a program brings in is history or another system's, which tells its own people.
    """
    if work.role == Role.SYSTEM:
        return
    for group, role in {"place": Role.CLERK, "lead_deputy": Role.DEPUTY, "registrar": Role.REGISTRAR}.items():
        if work.role != role:
            work.tell(group, work.events[-1].name)


def answered(work: Work) -> None:
    work.edit_case(answered_on=work.on)


def link(work: Work) -> None:
    work.edit_case(linked_case=str(work.given("into")))


def finish_case(work: Work) -> None:
    """No limit of the case runs on."""
    deadlines.void_all(work, work.events[-1])
    work.edit_case(ended_on=work.on)


GUARDS: Mapping[str, Guard] = {
    guard.__name__: guard
    for guard in (filled_in, names_case, says_something, other_rules, region_possible, strange_limits)
}

EFFECTS: Mapping[str, Effect] = {
    effect.__name__: effect
    for effect in (name_deputy, name_unit, tell_receivers, answered, link, finish_case, set_region)
}
