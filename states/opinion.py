"""A citizens' opinion (群众意见) from its record to the citizen's rating."""


from states import deadlines
from states.asking import filled_in
from states.cases import Event
from states.lifecycle import Lifecycle
from states.reasons import Refused
from states.regions import region_possible, set_region
from states.roles import OFFICE_ROLES, UNIT_ROLES, Role
from states.rulebook_change import other_rules, strange_limits
from states.table import Step
from states.vocabulary import O, PartRole
from states.work import Work

RECEIVERS = (Role.CLERK, Role.DEPUTY, Role.REGISTRAR)
"""Those who wait for an opinion to go on, where a station may move it: whoever received it, and the congress office."""

STATION = (Role.CLERK, Role.DEPUTY, *OFFICE_ROLES, Role.SYSTEM)
ANSWERERS = (*UNIT_ROLES, *STATION)
UNANSWERED = (O.RECORDED, O.ROUTED, O.IN_HANDLING)
RUNNING = (*UNANSWERED, O.RESULT_TO_DEPUTY, O.ANSWERED_ON_SITE, O.RELAYED, O.RATED)


def names_case(work: Work) -> Refused | None:
    into = work.given("into")
    if not into or into == work.case.id:
        return Refused("merged_case_missing")
    return None


def tell_receivers(work: Work, recorded: Event) -> None:
    """The place, the deputy that is named and the congress office learn of an opinion, unless they record it.

    What a program brings in is history or another system's, which tells its own people.
    """
    if work.role == Role.SYSTEM:
        return
    for group, role in {"place": Role.CLERK, "lead_deputy": Role.DEPUTY, "registrar": Role.REGISTRAR}.items():
        if work.role != role:
            work.tell(group, recorded.name)


def remember_unit(work: Work) -> None:
    work.edit_case(
        proposed=[{"unit": str(work.given("unit")), "role": PartRole.SOLE.value, "part": ""}], assigned_on=work.on
    )


def answered(work: Work) -> None:
    work.edit_case(answered_on=work.on)


def ended(work: Work) -> None:
    deadlines.void_all(work, work.events[-1])
    work.edit_case(ended_on=work.on)


def link(work: Work) -> None:
    work.edit_case(linked_case=str(work.given("into")))
    ended(work)


STEPS = (
    Step("answer_on_site", "answered_on_site", (O.RECORDED,), O.ANSWERED_ON_SITE, STATION, "practice: 镇江",
         guards=(filled_in,), effects=(answered,), usual=True, duty=RECEIVERS),
    Step("route", "routed", (O.RECORDED,), O.ROUTED, STATION, "practice: 苏州",
         guards=(filled_in,), effects=(remember_unit,), tells=("named_unit", "registrar"), usual=True),
    Step("route", "routed", (O.ROUTED, O.IN_HANDLING), O.ROUTED, STATION, "practice: 苏州",
         guards=(filled_in,), effects=(remember_unit,), tells=("named_unit", "registrar")),
    Step("handle", "handling_started", (O.ROUTED,), O.IN_HANDLING, UNIT_ROLES, "practice: 阜宁", usual=True),
    Step("answer", "answered", UNANSWERED, O.RESULT_TO_DEPUTY, ANSWERERS, "practice: 阜宁", guards=(filled_in,),
         effects=(answered,), tells=("lead_deputy",), usual=True, duty=UNIT_ROLES),
    Step("relay", "relayed", (O.RESULT_TO_DEPUTY, O.ANSWERED_ON_SITE), O.RELAYED, STATION, "practice: 苏州",
         tells=("citizen",), usual=True, duty=RECEIVERS),
    Step("rate", "rated", (O.RELAYED, O.ANSWERED_ON_SITE), O.RATED, (Role.CITIZEN, Role.CLERK),
         "practice: 泰州（社会评）", guards=(filled_in,), usual=True),
    Step("close", "closed", (O.RATED, O.RELAYED, O.ANSWERED_ON_SITE, O.RESULT_TO_DEPUTY), O.CLOSED, STATION,
         "house rule", effects=(ended,), usual=True, duty=(Role.CLERK, Role.REGISTRAR)),
    Step("refer", "referred", (O.RECORDED,), O.NOT_ADMITTED, STATION, "house rule", guards=(filled_in,),
         effects=(ended,), tells=("citizen",)),
    Step("change_rules", "rules_changed", (O.RECORDED,), None, (Role.REGISTRAR,), "house rule",
         guards=(filled_in, other_rules)),
    Step("set_region", "region_set", RUNNING, None, (Role.REGISTRAR,), "house rule",
         guards=(filled_in, region_possible), effects=(set_region,)),
    Step("settle_rules", "rules_changed", RUNNING, None, (Role.SYSTEM,), "house rule", guards=(strange_limits,)),
    Step("merge", "merged", UNANSWERED, O.MERGED, STATION, "house rule", guards=(names_case,), effects=(link,)),
    Step("promote", "promoted", (O.RECORDED, O.ROUTED, O.IN_HANDLING, O.RESULT_TO_DEPUTY, O.RELAYED, O.RATED),
         O.PROMOTED, STATION, "practice: 无锡、泰州", guards=(filled_in,), effects=(link,), tells=("registrar",)),
)  # fmt: skip

LIFECYCLE = Lifecycle("opinion", O.RECORDED, O.all_names(), STEPS)
