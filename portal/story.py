"""The story that the demonstration tells: a city that does not exist, a suggestion that is kept, one neglected."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states.roles import Role

REGIONS = (
    ("32", "江河省", "province", ""),
    ("3299", "云台市", "city", "32"),
    ("329901", "望江区", "county", "3299"),
)
UNITS = (
    ("U-JTJ", "市交通运输局", "3299", "government"),
    ("U-ZJJ", "市住房和城乡建设局", "3299", "government"),
    ("U-JYJ", "市教育局", "3299", "government"),
    ("C-CJ", "环资城建委员会", "3299", "committee"),
)
PEOPLE = (
    ("D001", "周明远", "deputy", "", "望江区代表团"),
    ("D002", "何秀兰", "deputy", "", "望江区代表团"),
    ("D003", "秦大勇", "deputy", "", "望江区代表团"),
    ("R001", "陆静", "registrar", "", ""),
    ("K001", "沈培", "committee", "C-CJ", ""),
    ("J-CB", "马跃", "handler", "U-JTJ", ""),
    ("J-FG", "唐建平", "unit_leader", "U-JTJ", ""),
    ("Z-CB", "吴晓", "handler", "U-ZJJ", ""),
    ("Z-FG", "钱立", "unit_leader", "U-ZJJ", ""),
    ("Z-ZY", "韩松", "unit_head", "U-ZJJ", ""),
    ("Y-CB", "许慧", "handler", "U-JYJ", ""),
)
"""A city that does not exist."""


@dataclass(frozen=True)
class Scene:
    """One step of the story: on a day, somebody does something."""

    on: date
    by: str
    role: Role
    action: str
    data: dict[str, Any]


def life() -> Iterator[Scene]:
    """The story of J-1: a crossing before a school."""
    deputy, registrar, handler, leader = (
        Role.DEPUTY, Role.REGISTRAR, Role.HANDLER, Role.UNIT_LEADER,
    )  # fmt: skip
    text = {
        "region": "3299",
        "rulebook": "suqian",
        "title": "关于在云台中学门口增设过街设施的建议",
        "facts": "学生上下学横穿六车道，去年发生三起剐蹭。",
        "proposal": "一、先设信号灯和安全岛；二、研究建设人行天桥。",
        "points": 2,
        "in_session": True,
        "session": "6-5",
    }
    yield Scene(date(2025, 12, 22), "D001", deputy, "draft", text)
    yield Scene(date(2025, 12, 23), "D001", deputy, "invite_cosign", {"cosigners": ["D002", "D003"]})
    yield Scene(date(2025, 12, 25), "D002", deputy, "confirm_cosign", {})
    yield Scene(date(2026, 1, 7), "D001", deputy, "submit", {"in_session": True, "session": "6-5"})
    yield Scene(date(2026, 1, 8), "R001", registrar, "open_review", {})
    yield Scene(
        date(2026, 1, 8), "R001", registrar, "register", {"subject_class": "环资城建", "committee": "C-CJ"}
    )
    units = [{"unit": "U-JTJ", "role": "LEAD"}, {"unit": "U-JYJ", "role": "CO"}]
    yield Scene(date(2026, 1, 9), "R001", registrar, "propose_units", {"units": units})
    yield Scene(date(2026, 1, 12), "R001", registrar, "assign", {})
    yield Scene(date(2026, 1, 13), "J-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 13), "Y-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 13), "Y-CB", handler, "accept", {})
    why = {"reason": "过街设施由住建部门建设管理。", "proposed_unit": "U-ZJJ"}
    yield Scene(date(2026, 1, 15), "J-FG", leader, "request_return", why)
    yield Scene(date(2026, 1, 16), "R001", registrar, "grant_return", {})
    yield Scene(date(2026, 1, 19), "R001", registrar, "reassign", {"replaces": "J-1/a1", "unit": "U-ZJJ"})
    yield Scene(date(2026, 1, 20), "Z-CB", handler, "receipt", {})
    yield Scene(date(2026, 1, 20), "Z-CB", handler, "accept", {})
    yield from handle(2026, 1, 22, contact=1)
    yield Scene(
        date(2026, 2, 3), "Y-CB", handler, "send_opinion", {"opinion": "上下学时段可错峰，学校配合护学。"}
    )
    yield Scene(date(2026, 2, 4), "Z-CB", handler, "accept_opinion", {})
    yield from draft(date(2026, 2, 27), "人行天桥今年九月底前开工。", date(2026, 9, 30))
    yield Scene(date(2026, 3, 3), "D001", deputy, "object_consult", {"reason": "信号灯没有日期。"})
    yield from draft(date(2026, 3, 6), "信号灯和安全岛五月底前建成，天桥纳入明年计划。", date(2026, 5, 31))
    yield Scene(date(2026, 3, 9), "D001", deputy, "agree_consult", {})
    yield from answer(date(2026, 3, 10), "关于第6-5号建议的答复")
    judged = {"attitude": "SATISFIED", "result": "DISSATISFIED", "reason": "天桥只说纳入计划，没有日期。"}
    yield Scene(date(2026, 3, 20), "D001", deputy, "evaluate", judged)
    yield Scene(date(2026, 3, 24), "R001", registrar, "order_rehandle", {})
    yield Scene(date(2026, 3, 25), "Z-CB", handler, "receipt", {})
    yield Scene(date(2026, 3, 25), "Z-CB", handler, "accept", {})
    yield from handle(2026, 3, 26, contact=2)
    yield from draft(date(2026, 4, 10), "天桥今年十月底前建成。", date(2026, 10, 31))
    yield Scene(date(2026, 4, 13), "D001", deputy, "agree_consult", {})
    yield from answer(date(2026, 4, 14), "关于第6-5号建议重新办理的答复")
    yield Scene(
        date(2026, 4, 20), "D001", deputy, "evaluate", {"attitude": "SATISFIED", "result": "SATISFIED"}
    )
    yield Scene(date(2026, 4, 22), "R001", registrar, "publish", {})
    for number, done in ((1, date(2026, 5, 20)), (2, date(2026, 10, 20))):
        promise = {"commitment": f"J-1/c{number}"}
        yield Scene(done, "Z-CB", handler, "claim_done", promise)
        found = promise | {"inspection": "现场查验，与申报相符。"}
        yield Scene(done + timedelta(days=6), "K001", Role.COMMITTEE, "verify_commitment", found)


def handle(year: int, month: int, day: int, contact: int) -> Iterator[Scene]:
    """Speak with the deputy, have it confirmed, start, look at the place."""
    first = date(year, month, day)
    visit = {"kind": "visit", "face_to_face": True, "note": "到代表单位当面听取意见。"}
    yield Scene(first, "Z-CB", Role.HANDLER, "communicate", visit)
    yield Scene(
        first + timedelta(days=1),
        "D001",
        Role.DEPUTY,
        "confirm_communication",
        {"communication": f"J-1/k{contact}"},
    )
    yield Scene(first + timedelta(days=4), "Z-CB", Role.HANDLER, "start_handling", {})
    yield Scene(
        first + timedelta(days=5),
        "Z-CB",
        Role.HANDLER,
        "research",
        {"note": "早高峰现场计数。", "deputy_invited": True},
    )


def draft(on: date, promise: str, due: date) -> Iterator[Scene]:
    """Draft the reply with a dated promise and lay it before the deputy."""
    data = {
        "class": "UNDER_WAY_DATED",
        "points_answered": 2,
        "reply": promise,
        "commitments": [{"text": promise, "due_on": due.isoformat()}],
    }
    yield Scene(on, "Z-CB", Role.HANDLER, "draft_reply", data)
    yield Scene(on, "Z-CB", Role.HANDLER, "send_draft_to_deputy", {})


def answer(on: date, title: str) -> Iterator[Scene]:
    """Sign, seal, deliver to lead and co-signer; the congress office sends the form."""
    yield Scene(on, "Z-ZY", Role.UNIT_HEAD, "sign", {"seal": True, "publicity": "FULL", "note": title})
    yield Scene(on + timedelta(days=1), "Z-CB", Role.HANDLER, "deliver_reply", {"recipients": ["D001"]})
    yield Scene(on + timedelta(days=2), "Z-CB", Role.HANDLER, "deliver_reply", {"recipients": ["D002"]})
    yield Scene(on + timedelta(days=2), "R001", Role.REGISTRAR, "send_forms", {})


def neglected() -> Iterator[Scene]:
    """The story of J-2: registered and assigned, received, and then nothing."""
    text = {
        "region": "3299",
        "rulebook": "suqian",
        "title": "关于疏通柳湾街道排水管网的建议",
        "facts": "一到雨季路面积水齐膝。",
        "proposal": "雨季前完成清淤。",
    }
    yield Scene(date(2026, 1, 5), "D003", Role.DEPUTY, "draft", text)
    yield Scene(date(2026, 1, 8), "D003", Role.DEPUTY, "submit", {})
    yield Scene(date(2026, 1, 9), "R001", Role.REGISTRAR, "open_review", {})
    yield Scene(
        date(2026, 1, 9),
        "R001",
        Role.REGISTRAR,
        "register",
        {"subject_class": "环资城建", "committee": "C-CJ"},
    )
    units = [{"unit": "U-ZJJ", "role": "SOLE"}]
    yield Scene(date(2026, 1, 12), "R001", Role.REGISTRAR, "propose_units", {"units": units})
    yield Scene(date(2026, 1, 13), "R001", Role.REGISTRAR, "assign", {})
    yield Scene(date(2026, 1, 14), "Z-CB", Role.HANDLER, "receipt", {})
