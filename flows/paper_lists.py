"""Lists and reports of many cases: the same rows as a paper and as a workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.paper_facts import BODIES, PROTECTED
from flows.paper_figures import figures_of, late_parts
from notifications.papers import KINDS, LISTS, Kind, Offices, Paper, chinese_day, titled
from notifications.papers.layout import Grid
from states import LIFECYCLES
from states.conversion import KINDS as CONVERSIONS
from states.words import PART_ROLE_NAMES
from states.work import ANSWERING
from storage import Register
from storage.folk import Folk
from storage.ledgers import assigned_parts, conversions, duties, promises, suggestions
from storage.papers import papers_in

CLASSES = {
    "RESOLVED": "已经解决或者采纳", "PARTLY_RESOLVED": "部分解决", "UNDER_WAY_DATED": "正在解决",
    "PLANNED_DATED": "列入计划", "DEFERRED": "暂缓", "REFERENCE": "留作参考", "NOT_FEASIBLE": "不可行",
    "UPWARD": "向上级反映",
}  # fmt: skip
DONE, CANCELLED = "VERIFIED", "CANCELLED_EXPLAINED"


@dataclass(frozen=True)
class Asked:
    """Which list is asked for: whose, and from day to day, both included."""

    register: Register
    region: str
    first: date
    last: date
    unit: str = ""


@dataclass(frozen=True)
class Table:
    """The rows of a list as a sheet of a workbook."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def list_paper(asked: Asked, kind: Kind, offices: Offices, on: date, number: str = "") -> Paper:
    """The list or report as a paper put out on the day `on`."""
    folk = Folk(asked.register, (), [asked.unit] if asked.unit else [])
    place = folk.region(asked.region)
    fields = {
        "first_day": chinese_day(asked.first), "last_day": chinese_day(asked.last), "region": place,
        "unit": folk.unit(asked.unit) if asked.unit else "各单位", **_FACTS[kind.id](asked, on),
    }  # fmt: skip
    office = offices.of_region(asked.region, place)
    to = {"unit_summary": (office.name,), "handling_report": (f"{place}人民代表大会常务委员会",)}.get(kind.id, ())
    if kind.id == "unit_summary" and asked.unit:
        office = offices.of_unit(asked.unit, folk.unit(asked.unit))
    elif kind.id == "assignment_list" and asked.unit:
        to = (folk.unit(asked.unit),)
    known = {name: fields[name] for name in kind.fields}
    return Paper(kind.id, titled(kind, known), office.name, on, number, to, (), office.contact, office.phone, known)


def list_tables(paper: Paper) -> list[Table]:
    """The tables of a list or report as sheets."""
    found: list[Table] = []
    for part in _grids(KINDS[paper.kind].body):
        rows = [tuple(row[field] for _, field, _ in part.columns) for row in paper.fields[part.name]]
        name = KINDS[paper.kind].name if not found else _SHEETS.get(part.name, part.name)
        found.append(Table(name, tuple(head for head, _, _ in part.columns), rows))
    return found


_SHEETS = {"rows": "逐件", "promises": "承诺事项", "subjects": "分类", "units": "承办单位", "figures": "指标"}


def _grids(parts: Sequence[Any]) -> list[Grid]:
    found: list[Grid] = []
    for part in parts:
        if isinstance(part, Grid):
            found.append(part)
        elif hasattr(part, "parts"):
            found += _grids(part.parts)
    return found


# -- list by list ------------------------------------------------------------------------------------------------


def _assignment_list(asked: Asked, _: date) -> dict[str, Any]:
    parts = assigned_parts(asked.register, asked.region, asked.first, asked.last, asked.unit)
    rows = [
        {
            "n": number, "number": one["number"], "title": one["title"], "deputies": _lead(one),
            "unit": one["unit_name"] or one["unit"], "role": PART_ROLE_NAMES.get(one["role"], one["role"]),
            "part": one["part"] or "全部", "assigned": one["assigned_on"].isoformat(),
            "reply_by": _iso(one["reply_by"]),
        }
        for number, one in enumerate(parts, start=1)
    ]  # fmt: skip
    return {"rows": rows, "count": str(len({one["case_id"] for one in parts}))}


def _commitment_ledger(asked: Asked, on: date) -> dict[str, Any]:
    found = promises(asked.register, asked.region, asked.first, asked.last, asked.unit)
    names = LIFECYCLES["commitment"].names
    rows = [
        {
            "n": number, "number": one["number"], "title": one["title"], "unit": one["unit_name"] or one["unit"],
            "text": one["text"], "promised": _iso(one["promised_on"]), "due": _iso(one["due_on"]),
            "moved": one["rescheduled"], "state": names[one["state"]], "verified": _iso(one["verified_on"]),
        }
        for number, one in enumerate(found, start=1)
    ]  # fmt: skip
    late = sum(1 for one in found if one["due_on"] < on and one["state"] not in (DONE, CANCELLED))
    kept = sum(1 for one in found if one["state"] == DONE)
    return {"rows": rows, "count": str(len(rows)), "kept": str(kept), "late": str(late)}


def _conversion_list(asked: Asked, _: date) -> dict[str, Any]:
    found = conversions(asked.register, asked.region, asked.first, asked.last)
    rows = []
    for number, one in enumerate(found, start=1):
        rows.append({
            "n": number, "number": one["number"], "title": one["title"], "deputies": _lead(one),
            "target": CONVERSIONS[one["kind"]], "text": one["target"],
            "result": f"{_iso(one['done_on'])} 已有结果" if one["done_on"] else "推进中",
            "on": _iso(one["converted_on"]),
        })  # fmt: skip
    return {"rows": rows, "count": str(len({one["case_id"] for one in found}))}


def _duty_list(asked: Asked, _: date) -> dict[str, Any]:
    found = duties(asked.register, asked.region, asked.first, asked.last)
    rows = [{"n": number, **one} for number, one in enumerate(found, start=1)]
    return {"rows": rows, "count": str(len(rows))}


def _paper_register(asked: Asked, _: date) -> dict[str, Any]:
    found = list(reversed(papers_in(asked.register, asked.region, asked.first, asked.last)))
    people = {one.partition(":")[2] for row in found for one in row["addressees"]}
    folk = Folk(asked.register, (), people)
    rows = [
        {
            "n": number, "number": row["number"], "kind": KINDS[row["kind"]].name, "title": row["title"],
            "to": addressed(row["addressees"], folk), "on": _iso(row["on"]), "case": row["case_id"] or "",
        }
        for number, row in enumerate(found, start=1)
    ]  # fmt: skip
    return {"rows": rows, "count": str(len(rows))}


def addressed(addressees: Sequence[str], folk: Folk) -> str:
    """To whom a paper went, as a register of papers names it: units and bodies by name, deputies as such."""
    told = []
    for one in addressees:
        kind, _, id_ = one.partition(":")
        if kind in BODIES:
            told.append(folk.region(id_) + BODIES[kind])
        else:
            told.append(folk.unit(id_) if kind == "unit" else "代表")
    return "、".join(dict.fromkeys(told))


def _unit_summary(asked: Asked, on: date) -> dict[str, Any]:
    parts = assigned_parts(asked.register, asked.region, asked.first, asked.last, asked.unit)
    answering = [one for one in parts if one["role"] in ANSWERING]
    names = LIFECYCLES["commitment"].names
    promised = promises(asked.register, asked.region, asked.first, asked.last, asked.unit)
    return {
        "count": str(len({one["case_id"] for one in parts})), "answering": str(len(answering)),
        "co": str(len(parts) - len(answering)),
        "figures": _figures(asked),
        "rows": [
            {
                "number": one["number"], "title": one["title"], "role": PART_ROLE_NAMES.get(one["role"], one["role"]),
                "delivered": _iso(one["delivered_on"]) or "–", "class_": CLASSES.get(one["reply_class"], "–"),
                "timely": _timely(one, on),
            }
            for one in parts
        ],
        "promises": [
            {"number": one["number"], "text": one["text"], "due": _iso(one["due_on"]), "state": names[one["state"]]}
            for one in promised
        ],
    }  # fmt: skip


def _handling_report(asked: Asked, on: date) -> dict[str, Any]:
    cases = suggestions(asked.register, asked.region, asked.first, asked.last)
    parts = assigned_parts(asked.register, asked.region, asked.first, asked.last)
    subjects: dict[str, list[int]] = {}
    for case in cases:
        counts = subjects.setdefault(case["subject_class"] or "其他", [0, 0])
        counts[0] += 1
        counts[1] += bool(case["answered_on"])
    units: dict[str, list[dict[str, Any]]] = {}
    for part in parts:
        if part["role"] in ANSWERING:
            units.setdefault(part["unit_name"] or part["unit"], []).append(part)
    late = {name: late_parts(rows, on) for name, rows in units.items()}
    worst = [f"{name}逾期{count}件。" for name, count in sorted(late.items(), key=lambda one: -one[1]) if count]
    return {
        "count": str(len(cases)),
        "figures": _figures(asked),
        "subjects": [
            {"name": name, "count": count, "answered": answered}
            for name, (count, answered) in sorted(subjects.items(), key=lambda one: (-one[1][0], one[0]))
        ],
        "units": [
            {"name": name, "count": len(rows), "answered": sum(1 for one in rows if one["delivered_on"]),
             "late": late[name]}
            for name, rows in sorted(units.items(), key=lambda one: (-len(one[1]), one[0]))
        ],
        "open_points": [f"共有{sum(late.values())}份答复逾期：", *worst] if worst else [],
    }  # fmt: skip


_FACTS: Mapping[str, Callable[[Asked, date], dict[str, Any]]] = {
    "assignment_list": _assignment_list,
    "commitment_ledger": _commitment_ledger,
    "conversion_list": _conversion_list,
    "duty_list": _duty_list,
    "paper_register": _paper_register,
    "unit_summary": _unit_summary,
    "handling_report": _handling_report,
}
assert _FACTS.keys() == {kind.id for kind in LISTS}


def _figures(asked: Asked) -> list[dict[str, Any]]:
    found = figures_of(asked.register, asked.region, asked.first, asked.last, asked.unit)
    return [dict(one.__dict__) for one in found]


def _lead(row: Mapping[str, Any]) -> str:
    return PROTECTED if row["secrecy"] != "NONE" else str(row.get("lead_name") or row.get("lead") or "")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _timely(row: Mapping[str, Any], on: date) -> str:
    if row["void_on"] or not row["reply_by"]:
        return "–"
    if row["met_on"]:
        return "按时" if row["met_on"] <= row["reply_by"] else f"逾期{(row['met_on'] - row['reply_by']).days}天"
    return "在办" if on <= row["reply_by"] else f"逾期{(on - row['reply_by']).days}天，未办结"
