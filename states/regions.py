"""The region of a case, and its correction by the office."""

from states import deadlines
from states.process_files import PROCESS_FILES
from states.reasons import Id, Refused
from states.stages import BEFORE_ASSIGNED
from states.work import Work

MOVABLE = frozenset((*BEFORE_ASSIGNED, *(process.initial for process in PROCESS_FILES.values())))
"""States before any unit is charged with the case."""


def region_possible(work: Work) -> Refused | None:
    """Before a unit is charged with it any region; afterwards only for a case without one (0.1.0 made some)."""
    region, case = work.given("region"), work.case
    if not region:
        return Refused("region_missing")
    if region == case.region:
        return Refused("region_already", case=Id(case.id), region=Id(region))
    if case.region and case.state not in MOVABLE:
        return Refused("region_fixed", case=Id(case.id), region=Id(case.region))
    return None


def set_region(work: Work) -> None:
    was = work.case.region
    work.edit_case(region=str(work.given("region")))
    deadlines.follow_region(work, work.events[-1], was)
