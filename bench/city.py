"""A register of a hundred thousand suggestions at every stage: some played through the register, then copied."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from sqlalchemy import JSON, String, Table
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

from bench.workloads import DRAFT, REGION, take
from rulebooks import ZONE
from states import Action
from states.cases import Json
from states.vocabulary import PartRole, Publicity, ReplyClass, Satisfaction
from storage import Register
from storage.chain import START, canonical, event_hash, row_digest
from storage.layout import KINDS, row_name
from storage.statements import reading, transaction

PLAYED = 1_000
UNITS, DEPUTIES = 47, 413
FIRST = date(2026, 1, 12)
TODAY = date(2026, 2, 13)
"""A month later: four of five suggestions are closed, of the others some limits are late."""
HANDLED_TWICE = date(2026, 3, 2)
"""The same of a city whose deputies were not content with a first reply."""

STREETS = ("幸福路", "发展大道", "黄河路", "洪泽湖路", "青海湖路", "西湖路", "人民大道", "世纪大道")
MATTERS = ("整修路面", "增设公交站", "疏通雨水管道", "安装路灯", "建设社区医院", "扩建小学", "治理噪声", "改造老旧小区")

Step = tuple[str, str, str, Mapping[str, Json]]
"""(action, who, role, data)."""


def build(register: Register, count: int, twice: bool = False) -> None:
    """Fill an empty register with `count` suggestions; the directory has 47 units and 413 deputies.

    `twice`: each that is closed was handled again. Then the chains of the copies are valid, too, for the audit to read.
    """
    _directory(register)
    for start in range(0, PLAYED, 250):
        _play(register, range(start, start + 250), twice)
    register.sweep(datetime.combine(HANDLED_TWICE if twice else TODAY, time(0, 5), ZONE))
    _copied(register, count // PLAYED)
    if twice:
        _chained(register)


def _directory(register: Register) -> None:
    city = REGION["code"]
    people = [{"id": f"D{n}", "name": f"代表{n}", "role": "deputy", "region": city} for n in range(DEPUTIES)]
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


def _play(register: Register, numbers: Sequence[int], twice: bool) -> None:
    """Suggestions that go one step a day: four of five to their end, every fifth to a step of its own."""
    ways = {number: _way(number, twice) for number in numbers}
    for day in range(max(map(len, ways.values()))):
        actions = [way[day] for number, way in ways.items() if day < (len(way) if number % 5 else 3 + number // 5 % 16)]
        if actions:
            take(register, actions, at=datetime.combine(FIRST + timedelta(days=day), time(11), ZONE))


def _way(number: int, twice: bool) -> list[Action]:
    case, deputy, unit = f"S{number:04}", f"D{number % DEPUTIES}", number % UNITS
    kinds = {"subject_class": "社会建设", "committee": "社会建设委员会", "number": _number(number)}
    what = f"关于{STREETS[number % 8]}{MATTERS[number // 8 % 8]}的建议"
    steps: list[Step] = [
        ("draft", deputy, "deputy", DRAFT | {"title": what, "points": 1}),
        ("submit", deputy, "deputy", {}),
        ("open_review", "R1", "registrar", {}),
        ("register", "R1", "registrar", kinds),
        ("propose_units", "R1", "registrar", {"units": [{"unit": f"U{unit}", "role": PartRole.SOLE}]}),
        ("assign", "R1", "registrar", {}),
    ]
    good = {"attitude": Satisfaction.SATISFIED, "result": Satisfaction.SATISFIED}
    bad = {"attitude": Satisfaction.SATISFIED, "result": Satisfaction.DISSATISFIED, "reason": "只说研究，没有动工。"}
    if twice:
        steps += [*_handling(case, deputy, unit, 1, bad), ("order_rehandle", "R1", "registrar", {})]
    steps += _handling(case, deputy, unit, 1 + twice, good)
    return [
        Action(case, name, by, role, data, key=f"{place}-{name}-{case}")
        for place, (name, by, role, data) in enumerate(steps)
    ]


REPLY: Mapping[str, Json] = {"class": ReplyClass.RESOLVED, "points_answered": 1, "reply": "已经整修。" * 40}


def _handling(case: str, deputy: str, unit: int, round_: int, judgement: Mapping[str, Json]) -> list[Step]:
    """One round: what the unit does, and how the deputy judges it."""
    handler, head = f"W{unit}", f"H{unit}"
    return [
        ("receipt", handler, "handler", {}),
        ("accept", handler, "handler", {}),
        ("communicate", handler, "handler", {"kind": "phone"}),
        ("confirm_communication", deputy, "deputy", {"communication": f"{case}/k{round_}"}),
        ("start_handling", handler, "handler", {}),
        ("research", handler, "handler", {}),
        ("draft_reply", handler, "handler", REPLY),
        ("send_draft_to_deputy", handler, "handler", {}),
        ("agree_consult", deputy, "deputy", {}),
        ("sign", head, "unit_head", {"seal": True, "publicity": Publicity.FULL}),
        ("deliver_reply", handler, "handler", {}),
        ("send_forms", "R1", "registrar", {}),
        ("evaluate", deputy, "deputy", judgement),
    ]  # fmt: skip


def _copied(register: Register, times: int) -> None:
    """Copy every case with all its rows under other ids until there are `times` of each."""
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        texts = cursor.rows("SELECT case_id, title, number, facts, proposal FROM search_texts")
    for copy in range(1, times):
        with transaction(register.engine) as cursor:
            for name in TABLES:
                cursor.run(*_again(SQLModel.metadata.tables[name], copy, sql.postgres, sql.mark))
            if sql.postgres:
                for name in ("search_texts", "search_index"):
                    cursor.run(*_indexed_again(name, copy))
                continue
            stored_texts = {
                f"T{copy}-{case_id[1:]}": {
                    "title": title, "number": _number(int(case_id[1:]) + copy * PLAYED) if number else "",
                    "facts": facts, "proposal": proposal,
                }
                for case_id, title, number, facts, proposal in texts
            }  # fmt: skip
            register.layout.search.write(cursor, stored_texts)


TABLES = (
    "cases", "parties", "assignments", "communications", "evaluations", "commitments", "supervisions", "deadlines",
    "events", "documents",
)  # fmt: skip


def _again(table: Table, copy: int, postgres: bool, mark: str) -> tuple[str, list[str]]:
    """The INSERT that copies the played rows of a table: in every text S0123 becomes T7-0123."""
    case = "id" if table.name == "cases" else "case_id"
    columns, values = [], []
    for column in table.columns:
        name = f'"{column.name}"'
        if table.name == "cases" and column.name == "number":
            later = f"CAST(substr({case}, 2) AS integer) + {copy * PLAYED}"
            padded = f"lpad(({later})::text, 6, '0')" if postgres else f"printf('%06d', {later})"
            columns.append(f"CASE WHEN {name} = '' THEN '' ELSE '6-5-' || {padded} END")
        elif isinstance(column.type, String | AutoString | JSON):
            text = f"{name}::text" if postgres else name
            replaced = f"replace({text}, {case}, {mark} || substr({case}, 2))"
            values.append(f"T{copy}-")
            columns.append(f"{replaced}::json" if postgres and isinstance(column.type, JSON) else replaced)
        else:
            columns.append(name)
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    played = f"{case} LIKE 'S%%'"
    return f"INSERT INTO {table.name} ({names}) SELECT {', '.join(columns)} FROM {table.name} WHERE {played}", values


def _indexed_again(table: str, copy: int) -> tuple[str, list[str]]:
    """The index of a copy on PostgreSQL, with the number of the case it was copied from."""
    columns = "title, number, facts, proposal" if table == "search_texts" else "grams"
    return (
        f"INSERT INTO {table} (case_id, {columns}) SELECT %s || substr(case_id, 2), {columns} FROM {table} "
        "WHERE case_id LIKE 'S%%'",
        [f"T{copy}-"],
    )


def _chained(register: Register) -> None:
    """Compute the hashes of the copies as if they had been played: every row and event contains an id."""
    sql, layout = register.layout.sql, register.layout
    json = "::json" if sql.postgres else ""
    update = (
        f"UPDATE events SET {sql.quote('rows')} = {sql.mark}{json}, prev = {sql.mark}, hash = {sql.mark} "
        f"WHERE case_id = {sql.mark} AND seq = {sql.mark}"
    )
    with reading(register.engine) as cursor:
        copies = [case_id for (case_id,) in cursor.rows("SELECT id FROM cases WHERE id LIKE 'T%%' ORDER BY id")]
    for start in range(0, len(copies), 500):
        ids = copies[start : start + 500]
        with transaction(register.engine) as cursor:
            dossiers = layout.dossiers(cursor, ids)
            select = f"{layout.events.select_of_cases} ORDER BY case_id, seq"
            events = layout.events.dicts(cursor.rows(select, [sql.many(ids)]))
            written, heads = [], {}
            for case_id, chain in groupby(events, itemgetter("case_id")):
                dossier = dossiers[case_id][0]
                rows = [dossier.case, *(row for kind in KINDS for row in getattr(dossier, kind).values())]
                digests = {row_name(row): row_digest(row) for row in rows}
                before = START
                for event in chain:
                    event["prev"], event["rows"] = before, {name: digests[name] for name in event["rows"]}
                    before = event_hash(event)
                    written.append((canonical(event["rows"]).decode(), event["prev"], before, case_id, event["seq"]))
                heads[case_id] = before
            cursor.run_many(update, written)
            cursor.run_many(
                f"UPDATE cases SET head = {sql.mark} WHERE id = {sql.mark}",
                [(head, case_id) for case_id, head in heads.items()],
            )


def _number(number: int) -> str:
    return f"6-5-{number:06}"
