"""An act of supervision (督办). Machines propose it, named persons decide."""

from enum import StrEnum

from states.cases import Supervision
from states.errors import NotAllowed
from states.roles import Role
from states.table import Lifecycle, Step
from states.work import Work


class V(StrEnum):
    PROPOSED = "PROPOSED"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"
    CONFIRMED = "CONFIRMED"
    PLANNED = "PLANNED"
    ACTIVE = "ACTIVE"
    REPORTED = "REPORTED"
    RELEASED = "RELEASED"


NAMES = {
    V.PROPOSED: "拟督办",
    V.DECLINED: "不予采纳",
    V.LAPSED: "逾期未定",
    V.CONFIRMED: "主任会议确定",
    V.PLANNED: "督办方案",
    V.ACTIVE: "督办中",
    V.REPORTED: "报告主任会议",
    V.RELEASED: "解除",
}

LIVE = (V.PROPOSED, V.CONFIRMED, V.PLANNED, V.ACTIVE, V.REPORTED)
"""Neither declined, lapsed nor released: a further proposal of the same level would say nothing new."""

SUPERVISORS = (Role.REGISTRAR, Role.COMMITTEE, Role.LEADER)
PROPOSERS = (Role.REGISTRAR, Role.COMMITTEE, Role.LEADER, Role.SYSTEM)


def found(work: Work) -> None:
    """Propose a supervision: data.level (U4-U6 or KEY) and data.slot (who of the five supervises)."""
    if work.role not in PROPOSERS:
        raise NotAllowed(f"{work.role.value} may not propose a supervision")
    if not work.given("level"):
        raise NotAllowed("data.level names the level proposed")
    row = Supervision(
        id=f"{work.case.id}/s{len(work.dossier.supervisions) + 1}",
        case_id=work.case.id,
        level=str(work.given("level")),
        slot=str(work.given("slot") or ""),
        state=V.PROPOSED.value,
        proposed_on=work.on,
        since=work.on,
    )
    work.add("supervisions", row.id, row)
    work.record("supervision", row.id, "proposed")
    work.tell("registrar", "supervision.proposed")


def decide(work: Work) -> None:
    work.edit("supervisions", work.item_id, by=work.action.by, decided_on=work.on)


def has_plan(work: Work) -> str | None:
    return None if work.given("plan") else "the supervision plan is needed: data.plan"


def has_report(work: Work) -> str | None:
    return None if work.given("report") else "the supervision report is needed: data.report"


def has_reason(work: Work) -> str | None:
    return None if work.given("reason") else "a written reason is needed: data.reason"


STEPS = (
    Step("confirm_supervision", "confirmed", (V.PROPOSED,), V.CONFIRMED, (Role.LEADER, Role.REGISTRAR),
         "代表法 52; SD 14", effects=(decide,), tells=("units", "committee")),
    Step("decline_supervision", "declined", (V.PROPOSED,), V.DECLINED, (Role.LEADER, Role.REGISTRAR), "house rule",
         guards=(has_reason,), effects=(decide,)),
    Step("lapse_supervision", "lapsed", (V.PROPOSED,), V.LAPSED, (Role.SYSTEM,), "house rule", tells=("registrar",)),
    Step("plan_supervision", "planned", (V.CONFIRMED,), V.PLANNED, SUPERVISORS, "ZJ 28", guards=(has_plan,)),
    Step("start_supervision", "started", (V.PLANNED,), V.ACTIVE, SUPERVISORS, "ZJ 28", tells=("units",)),
    Step("report_supervision", "reported", (V.ACTIVE,), V.REPORTED, SUPERVISORS, "ZJ 28",
         guards=(has_report,)),
    Step("release_supervision", "released", (V.REPORTED,), V.RELEASED, (Role.LEADER, Role.REGISTRAR), "house rule",
         tells=("units",)),
)  # fmt: skip

LIFECYCLE = Lifecycle("supervision", V.PROPOSED, {str(k): v for k, v in NAMES.items()}, STEPS)
