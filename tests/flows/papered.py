"""A suggestion whose year occasions most papers of a case, and one that is declined."""

from datetime import date, timedelta
from typing import Any

from storage import Register
from tests.builders import (
    CITY,
    DISSATISFIED,
    FIRST,
    a_draft,
    act,
    an_action,
    deadline,
    morning,
    noon,
    rows,
    take,
)

LATER = noon(date(2026, 1, 5))
"""When the papers of the year are made."""

UNITS = [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}]
REPLY = "一、关于路面破损。已经安排资金，九月底以前完成整修。\n二、关于路灯。已经全部换新。"
PROMISES = [{"text": "完成路面整修", "due_on": "2025-09-30"}, {"text": "新装路灯二十盏", "due_on": "2025-12-31"}]

EVERY_KIND = (
    "assigned_notice", "assign_sheet", "assign_sheet", "return_decision", "return_decision", "assign_sheet",
    "extension_decision", "consult_letter", "reply_letter", "feedback_form", "rehandle_notice", "urge_notice",
    "urge_notice", "supervision_sheet", "circular", "supervision_letter", "supervision_plan", "supervision_report",
)  # fmt: skip
"""The kinds of the papers of `the_year`, in order; what is urged is first the receipt of the order to handle again."""


def a_street(register: Register) -> None:
    """Chains of units and phones beside the directory of the builders, and an office that leads."""
    chain = [
        {"id": f"U{n}", "name": f"第{n}局", "region": CITY, "kind": "government", "handler": f"W{n}",
         "phone": f"0527-8000000{n}"}
        for n in (1, 2)
    ]  # fmt: skip
    register.import_directory("units", rows(chain))
    committee = {"id": "K9", "name": "环境资源城乡建设委员会", "region": CITY, "kind": "committee"}
    register.import_directory("units", rows([committee]))
    register.import_directory("people", rows([{"id": "L1", "name": "主任", "role": "leader", "region": CITY}]))


def the_year(register: Register, case: str = "J-1", **draft: Any) -> date:
    """Play it until the supervision is reported; the day of that."""
    on = FIRST
    a_street(register)
    kinds = {"subject_class": "环资城建", "committee": "K9"}
    session: dict[str, Any] = {"in_session": True, "session": "6-2"}
    take(register, on, a_draft(case, **session, **draft),
         an_action(case, "invite_cosign", "deputy", cosigners=["D2"]))  # fmt: skip
    take(register, on, an_action(case, "confirm_cosign", "deputy", "D2"))
    for action in (
        an_action(case, "submit", "deputy", **session),
        an_action(case, "open_review", "registrar"),
        an_action(case, "register", "registrar", **kinds),
        an_action(case, "propose_units", "registrar", units=UNITS),
        an_action(case, "assign", "registrar"),
        an_action(case, "receipt", "handler", "W1", assignment=f"{case}/a1"),
        an_action(case, "receipt", "handler", "W2", assignment=f"{case}/a2"),
    ):
        take(register, on, action)
    wish = {"proposed_unit": "U3", "reason": "路面由第3局管养。"}
    for number in (1, 2):
        part = f"{case}/a{number}"
        act(register, on, case, "request_return", "unit_head", f"H{number}", assignment=part, **wish)
    on += timedelta(days=2)
    act(register, on, case, "refuse_return", "registrar", assignment=f"{case}/a1", reason="职责在第1局。")
    act(register, on, case, "grant_return", "registrar", assignment=f"{case}/a2")
    act(register, on, case, "reassign", "registrar", replaces=f"{case}/a2", unit="U3")
    on = date(2025, 3, 20)
    first = {"assignment": f"{case}/a1"}
    three = {"assignment": f"{case}/a3"}
    for action in (
        an_action(case, "accept", "handler", **first),
        an_action(case, "receipt", "handler", "W3", **three),
        an_action(case, "accept", "handler", "W3", **three),
        an_action(case, "communicate", "handler", kind="visit", face_to_face=True, **first),
        an_action(case, "confirm_communication", "deputy", communication=f"{case}/k1"),
        an_action(case, "start_handling", "handler", **first),
        an_action(case, "research", "handler", deputy_invited=True, **first),
        an_action(case, "send_opinion", "handler", "W3", opinion="同意。", **three),
        an_action(case, "accept_opinion", "handler", **three),
        an_action(case, "request_extension", "handler", reason="资金要等预算调整。", **first),
        an_action(case, "grant_extension", "registrar", reason="情况属实。", **first),
    ):
        take(register, on, action)
    answer = {"class": "PLANNED_DATED", "points_answered": 1, "reply": REPLY, "commitments": PROMISES}
    for name, role, more in (
        ("draft_reply", "handler", {**answer, **first}),
        ("send_draft_to_deputy", "handler", first),
        ("agree_consult", "deputy", {}),
        ("sign", "unit_head", {"seal": True, "publicity": "FULL", **first}),
        ("deliver_reply", "handler", first),
        ("send_forms", "registrar", {}),
        ("evaluate", "deputy", {**DISSATISFIED, "reason": "只有计划，没有动工。"}),
        ("order_rehandle", "registrar", {"reason": "答复没有回应动工时间。"}),
    ):
        on += timedelta(days=1)
        act(register, on, case, name, role, **more)
    last = deadline(register, case, "rehandle_by", 2).last_day
    for day in range(1, 40):
        register.sweep(morning(last + timedelta(days=day)))
        if register.dossier(case).supervisions:
            break
    on = last + timedelta(days=day)
    for name, role, by, data in (
        ("confirm_supervision", "leader", "L1", {}),
        ("plan_supervision", "registrar", "R1", {"plan": "一、听取汇报。\n二、现场察看。"}),
        ("start_supervision", "registrar", "R1", {}),
        ("note_supervision", "registrar", "R1", {"note": "察看了老街北段。"}),
        ("report_supervision", "registrar", "R1", {"report": "北段已经动工，南段等管线迁改。"}),
    ):
        act(register, on, case, name, role, by, **data)
    return on


def a_declined_one(register: Register, case: str = "J-2") -> date:
    take(register, FIRST, a_draft(case))
    for action in (
        an_action(case, "submit", "deputy"),
        an_action(case, "open_review", "registrar"),
        an_action(case, "decline", "registrar", code="letters", reason="这是群众来信，已经转信访部门。"),
    ):
        take(register, FIRST, action)
    return FIRST
