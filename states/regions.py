"""Where a case belongs: its region, put right by its office."""

from states import limits
from states.stages import BEFORE_ASSIGNED
from states.work import Work

MOVABLE = frozenset((*BEFORE_ASSIGNED, "RECORDED"))
"""Nobody has been charged with the case yet."""


def region_possible(work: Work) -> str | None:
    """Before anybody is charged with it, any region; afterwards only for a case that lies in none (0.1.0 made some)."""
    region, case = work.given("region"), work.case
    if not region:
        return "data.region is the code of the region where it belongs"
    if region == case.region:
        return f"data.region: {case.id} is in {region} already"
    if case.region and case.state not in MOVABLE:
        return f"{case.id} is in {case.region} and assigned: it stays there; only what has no region gets one then"
    return None


def set_region(work: Work) -> None:
    was = work.case.region
    work.edit_case(region=str(work.given("region")))
    limits.follow_region(work, work.events[-1], was)
