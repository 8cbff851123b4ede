"""A citizens' opinion (群众意见) from its record to the citizen's rating."""

from enum import StrEnum

from states import limits
from states.lifecycle import Lifecycle
from states.reasons import Given, Refused, Worded, choices
from states.regions import region_possible, set_region
from states.roles import OFFICE_ROLES, UNIT_ROLES, Role
from states.rules import other_rules, strange_limits
from states.suggestion_guards import has_reason
from states.table import Step
from states.vocabulary import Satisfaction
from states.work import Work


class O(StrEnum):  # noqa: E742  one letter, as the other machines
    RECORDED = "RECORDED"
    ANSWERED_ON_SITE = "ANSWERED_ON_SITE"
    ROUTED = "ROUTED"
    IN_HANDLING = "IN_HANDLING"
    RESULT_TO_DEPUTY = "RESULT_TO_DEPUTY"
    RELAYED = "RELAYED"
    RATED = "RATED"
    CLOSED = "CLOSED"
    NOT_ADMITTED = "NOT_ADMITTED"
    MERGED = "MERGED"
    PROMOTED = "PROMOTED"


NAMES = {
    O.RECORDED: "登记",
    O.ANSWERED_ON_SITE: "当场答复",
    O.ROUTED: "转交",
    O.IN_HANDLING: "办理中",
    O.RESULT_TO_DEPUTY: "反馈代表",
    O.RELAYED: "反馈群众",
    O.RATED: "群众评价",
    O.CLOSED: "办结",
    O.NOT_ADMITTED: "告知其他渠道",
    O.MERGED: "并案",
    O.PROMOTED: "转化",
}

STATION = (Role.CLERK, Role.DEPUTY, *OFFICE_ROLES, Role.SYSTEM)
ANSWERERS = (*UNIT_ROLES, *STATION)
UNANSWERED = (O.RECORDED, O.ROUTED, O.IN_HANDLING)
RUNNING = (*UNANSWERED, O.RESULT_TO_DEPUTY, O.ANSWERED_ON_SITE, O.RELAYED, O.RATED)


BECOMES = {"suggestion": "代表建议", "project": "项目", "law": "立法"}
"""What an opinion may be promoted to."""


def has_answer(work: Work) -> Refused | None:
    return None if work.given("answer") else Refused("answer_missing")


def names_unit(work: Work) -> Refused | None:
    return None if work.given("unit") else Refused("routed_unit_missing")


def names_channel(work: Work) -> Refused | None:
    return None if work.given("channel") else Refused("channel_missing")


def names_case(work: Work) -> Refused | None:
    into = work.given("into")
    if not into or into == work.case.id:
        return Refused("merged_case_missing")
    return None


def names_target(work: Work) -> Refused | None:
    known = tuple(Worded(value, name) for value, name in BECOMES.items())
    if work.given("kind") not in tuple(BECOMES):
        return Refused("unknown_promotion", given=Given(work.given("kind")), known=known)
    return None if work.given("into") else Refused("promoted_case_missing")


def rating_known(work: Work) -> Refused | None:
    known = Satisfaction.values()
    return (
        None
        if work.given("rating") in known
        else Refused("unknown_rating", given=Given(work.given("rating")), known=choices(Satisfaction))
    )


def remember_unit(work: Work) -> None:
    work.edit_case(
        proposed=[{"unit": str(work.given("unit")), "role": "SOLE", "part": ""}], assigned_on=work.on
    )


def answered(work: Work) -> None:
    work.edit_case(answered_on=work.on)


def ended(work: Work) -> None:
    limits.void_all(work, work.events[-1])
    work.edit_case(ended_on=work.on)


def link(work: Work) -> None:
    work.edit_case(linked_case=str(work.given("into")))
    ended(work)


STEPS = (
    Step("answer_on_site", "answered_on_site", (O.RECORDED,), O.ANSWERED_ON_SITE, STATION, "practice: 镇江",
         guards=(has_answer,), effects=(answered,)),
    Step("route", "routed", (O.RECORDED, O.ROUTED, O.IN_HANDLING), O.ROUTED, STATION, "practice: 苏州",
         guards=(names_unit,), effects=(remember_unit,), tells=("units", "registrar")),
    Step("handle", "handling_started", (O.ROUTED,), O.IN_HANDLING, UNIT_ROLES, "practice: 阜宁"),
    Step("answer", "answered", UNANSWERED, O.RESULT_TO_DEPUTY, ANSWERERS, "practice: 阜宁", guards=(has_answer,),
         effects=(answered,), tells=("lead_deputy",)),
    Step("relay", "relayed", (O.RESULT_TO_DEPUTY, O.ANSWERED_ON_SITE), O.RELAYED, STATION, "practice: 苏州",
         tells=("citizen",)),
    Step("rate", "rated", (O.RELAYED, O.ANSWERED_ON_SITE), O.RATED, (Role.CITIZEN, Role.CLERK),
         "practice: 泰州（社会评）", guards=(rating_known,)),
    Step("close", "closed", (O.RATED, O.RELAYED, O.ANSWERED_ON_SITE, O.RESULT_TO_DEPUTY), O.CLOSED, STATION,
         "house rule", effects=(ended,)),
    Step("refer", "referred", (O.RECORDED,), O.NOT_ADMITTED, STATION, "house rule", guards=(names_channel,),
         effects=(ended,), tells=("citizen",)),
    Step("change_rules", "rules_changed", (O.RECORDED,), None, (Role.REGISTRAR,), "house rule",
         guards=(has_reason, other_rules)),
    Step("set_region", "region_set", RUNNING, None, (Role.REGISTRAR,), "house rule",
         guards=(has_reason, region_possible), effects=(set_region,)),
    Step("settle_rules", "rules_changed", RUNNING, None, (Role.SYSTEM,), "house rule", guards=(strange_limits,)),
    Step("merge", "merged", UNANSWERED, O.MERGED, STATION, "house rule", guards=(names_case,), effects=(link,)),
    Step("promote", "promoted", (O.RECORDED, O.ROUTED, O.IN_HANDLING, O.RESULT_TO_DEPUTY, O.RELAYED, O.RATED),
         O.PROMOTED, STATION, "practice: 无锡、泰州", guards=(names_target,), effects=(link,), tells=("registrar",)),
)  # fmt: skip

LIFECYCLE = Lifecycle("opinion", O.RECORDED, {str(k): v for k, v in NAMES.items()}, STEPS)
