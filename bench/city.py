"""A register of a hundred thousand suggestions at every stage: some played through the register, then copied."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel

from bench.workloads import DRAFT, REGION, action, take
from rulebooks import ZONE
from states import Action
from storage import Register

PLAYED = 1_000
_CASE = re.compile(r"\bS(\d{4})\b")
_NUMBER = re.compile(r"\b6-5-(\d{6})\b")
UNITS, DEPUTIES = 47, 413
FIRST = date(2026, 1, 12)
TODAY = date(2026, 5, 12)
"""Four months later: what was not answered is late."""

STREETS = ("幸福路", "发展大道", "黄河路", "洪泽湖路", "青海湖路", "西湖路", "人民大道", "世纪大道")
MATTERS = ("整修路面", "增设公交站", "疏通雨水管道", "安装路灯", "建设社区医院", "扩建小学", "治理噪声", "改造老旧小区")


def build(register: Register, count: int) -> None:
    """Fill an empty register with `count` suggestions; the directory has 47 units and 413 deputies."""
    _directory(register)
    for start in range(0, PLAYED, 250):
        _play(register, range(start, start + 250))
    register.sweep(datetime.combine(TODAY, time(0, 5), ZONE))
    _copied(register, count // PLAYED)


def _directory(register: Register) -> None:
    city = REGION["code"]
    people = [
        {"id": f"D{n}", "name": f"代表{n}", "role": "deputy", "region": city} for n in range(DEPUTIES)
    ]
    for n in range(UNITS):
        people.append({"id": f"W{n}", "name": f"承办人{n}", "role": "handler", "unit": f"U{n}"})
        people.append({"id": f"H{n}", "name": f"局长{n}", "role": "unit_head", "unit": f"U{n}"})
    people += [
        {"id": "R1", "name": "登记员", "role": "registrar", "region": city},
        {"id": "L1", "name": "主任", "role": "leader", "region": city},
    ]
    units = [{"id": f"U{n}", "name": f"第{n}局", "region": city, "kind": "government"} for n in range(UNITS)]
    for kind, rows in (("regions", [REGION]), ("units", units), ("people", people)):
        register.import_directory(kind, list(enumerate(rows, start=1)))


def _play(register: Register, numbers: Sequence[int]) -> None:
    """Suggestions that go one step a day and stop each at its own step."""
    ways = {number: _way(number) for number in numbers}
    for day in range(max(map(len, ways.values()))):
        actions = [way[day] for number, way in ways.items() if day < min(len(way), 3 + number % 17)]
        if actions:
            take(register, actions, at=datetime.combine(FIRST + timedelta(days=day), time(11), ZONE))


def _way(number: int) -> list[Action]:
    case, deputy, unit = f"S{number:04}", f"D{number % DEPUTIES}", number % UNITS
    handler, head = f"W{unit}", f"H{unit}"
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会", "number": f"6-5-{number:06}"}
    what = f"关于{STREETS[number % 8]}{MATTERS[number // 8 % 8]}的建议"
    steps: list[tuple[str, str, str, dict[str, Any]]] = [
        ("draft", deputy, "deputy", DRAFT | {"title": what, "points": 1}),
        ("submit", deputy, "deputy", {}),
        ("open_review", "R1", "registrar", {}),
        ("register", "R1", "registrar", kinds),
        ("propose_units", "R1", "registrar", {"units": [{"unit": f"U{unit}", "role": "SOLE"}]}),
        ("assign", "R1", "registrar", {}),
        ("receipt", handler, "handler", {}),
        ("accept", handler, "handler", {}),
        ("communicate", handler, "handler", {"kind": "phone"}),
        ("confirm_communication", deputy, "deputy", {"communication": f"{case}/k1"}),
        ("start_handling", handler, "handler", {}),
        ("research", handler, "handler", {}),
        ("draft_reply", handler, "handler", {"class": "RESOLVED", "points_answered": 1, "reply": "已经整修。" * 40}),
        ("send_draft_to_deputy", handler, "handler", {}),
        ("agree_consult", deputy, "deputy", {}),
        ("sign", head, "unit_head", {"seal": True, "publicity": "FULL"}),
        ("deliver_reply", handler, "handler", {}),
        ("send_forms", "R1", "registrar", {}),
        ("evaluate", deputy, "deputy", {"attitude": "SATISFIED", "result": "SATISFIED"}),
    ]  # fmt: skip
    return [action(name, case, by, role, data) for name, by, role, data in steps]


def _copied(register: Register, times: int) -> None:
    """Write every case and all that hangs on it again under other ids, so often that there are `times` of each."""
    names = ("cases", *(name for name in _TABLES if name != "cases"))
    tables = [SQLModel.metadata.tables[name] for name in names]
    with register.engine.connect() as connection:
        known = {table.name: _rows(connection, table) for table in tables}
    for start in range(1, times, 10):
        with register.engine.begin() as connection:
            for table in tables:
                rows = [
                    _under(row, copy)
                    for copy in range(start, min(start + 10, times))
                    for row in known[table.name]
                ]
                if rows:
                    connection.execute(table.insert(), rows)


_TABLES = (
    "cases", "parties", "assignments", "communications", "evaluations", "commitments", "supervisions", "deadlines",
    "events", "documents",
)  # fmt: skip


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def _under(row: dict[str, Any], copy: int) -> dict[str, Any]:
    """The row for another case: S0123 becomes the 7th copy T7-0123 wherever it is named."""
    return {name: _renamed(value, copy) for name, value in row.items()}


def _renamed(value: Any, copy: int) -> Any:
    if isinstance(value, str) and value:
        found = _CASE.sub(lambda one: f"T{copy}-{one.group(1)}", value)
        return _NUMBER.sub(lambda one: f"6-5-{int(one.group(1)) + copy * PLAYED:06}", found)
    if isinstance(value, dict):
        return {key: _renamed(one, copy) for key, one in value.items()}
    if isinstance(value, list):
        return [_renamed(one, copy) for one in value]
    return value
