"""Lists and reports of many cases: the same rows as a paper and as a workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flows.paper_facts import PROTECTED
from flows.paper_figures import Cohort
from flows.paper_reprints import Issued, changes, lines_of
from notifications.papers import KINDS, LISTS, Kind, Offices, Paper, PaperError, chinese_day, titled
from notifications.papers.elements import grids
from notifications.papers.paper import Fields, Row, grid_rows
from rulebooks import ZONE, civil_day
from states import LIFECYCLES
from states.reasons import Refused
from states.vocabulary import ANSWERING, AddressedBody, C, ConversionKind, PartRole, ReplyClass, Secrecy
from storage import Register
from storage.folk import Folk
from storage.ledgers import (
    AssignedPart,
    Promised,
    assigned_parts,
    conversion_ledger,
    duty_ledger,
    promise_ledger,
)
from storage.papers import papers_in
from storage.statistics import Group
from storage.statistics.facts import PartFacts, PromiseFacts

DONE, CANCELLED = C.VERIFIED, C.CANCELLED_EXPLAINED


@dataclass(frozen=True)
class ListRequest:
    """A requested list: its region, from day to day, both included, as known at `at` (统计时点).

    `last` is the day up to which facts count (截至日). Raises PaperError where it has not come yet at `at`.
    """

    register: Register
    region: str
    first: date
    last: date
    at: datetime
    unit: str = ""
    names: bool = True
    """Whether the reader may know which deputies are behind identity-protected suggestions."""

    def __post_init__(self) -> None:
        if self.last > self.on:
            raise PaperError(Refused("last_day_ahead", day=self.last, today=self.on))

    @property
    def on(self) -> date:
        """The civil day of issue."""
        return civil_day(self.at)


@dataclass(frozen=True)
class ListTable:
    """The rows of a list as a sheet of a workbook."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[str | int, ...]]


def list_paper(request: ListRequest, kind: Kind, offices: Offices, issued: Issued | None = None) -> Paper:
    """The list or report as a paper; `issued` is its last issue, from which the differences are listed."""
    folk = Folk(request.register, (), [request.unit] if request.unit else [])
    place = folk.region(request.region)
    fields = {
        "first_day": chinese_day(request.first), "last_day": chinese_day(request.last), "region": place,
        "unit": folk.unit(request.unit) if request.unit else "各单位", **_FACTS[kind.id](request),
        "counted_at": f"{chinese_day(request.on)}{request.at.astimezone(ZONE):%H:%M}",
    }  # fmt: skip
    fields["changes"] = changes(issued, lines_of(kind, fields)) if issued else []
    office = offices.of_region(request.region, place)
    to = {"unit_summary": (office.name,), "handling_report": (f"{place}人民代表大会常务委员会",)}.get(kind.id, ())
    if kind.id == "unit_summary" and request.unit:
        office = offices.of_unit(request.unit, folk.unit(request.unit))
    elif kind.id == "assignment_list" and request.unit:
        to = (folk.unit(request.unit),)
    values = {name: fields[name] for name in kind.fields}
    title = titled(kind, values)
    return Paper(kind.id, title, office.name, request.on, "", to, (), office.contact, office.phone, values)


def list_tables(paper: Paper) -> list[ListTable]:
    """The tables of a list or report as sheets."""
    tables: list[ListTable] = []
    for part in grids(KINDS[paper.kind].body):
        rows = [tuple(row[field] for _, field, _ in part.columns) for row in grid_rows(paper.fields, part.name)]
        name = KINDS[paper.kind].name if not tables else _SHEETS.get(part.name, part.name)
        tables.append(ListTable(name, tuple(head for head, _, _ in part.columns), rows))
    return tables


_SHEETS = {"rows": "逐件", "promises": "承诺事项", "subjects": "分类", "units": "承办单位", "figures": "指标"}


# -- list by list ------------------------------------------------------------------------------------------------


def _assignment_list(request: ListRequest) -> Fields:
    parts = assigned_parts(request.register, request.region, request.first, request.last, request.unit)
    rows: list[Row] = [
        {
            "n": number, "number": part.number, "title": part.title, "role": PartRole.name_of(part.role),
            "deputies": _lead(part.secrecy, part.lead_name or part.lead), "unit": part.unit_name or part.unit,
            "part": part.part or "全部", "assigned": part.assigned_on.isoformat(),
            "reply_by": _iso(part.reply_by),
        }
        for number, part in enumerate(parts, start=1)
    ]  # fmt: skip
    return {"rows": rows, "count": str(len({part.case_id for part in parts}))}


def _commitment_ledger(request: ListRequest) -> Fields:
    promised = promise_ledger(request.register, request.region, request.first, request.last, request.unit)
    rows: list[Row] = [
        {
            "n": number, "number": promise.number, "title": promise.title, "unit": promise.unit_name or promise.unit,
            "text": promise.text, "promised": _iso(promise.promised_on), "due": _iso(promise.due_on),
            "moved": promise.rescheduled, "state": _state(promise, request.last),
            "verified": _until(promise.verified_on, request),
        }
        for number, promise in enumerate(promised, start=1)
    ]  # fmt: skip
    kept = sum(1 for promise in promised if _verified(promise, request.last))
    over = [promise for promise in promised if promise.due_on < request.last and promise.state != CANCELLED]
    late = sum(1 for promise in over if not _verified(promise, request.last))
    return {"rows": rows, "count": str(len(rows)), "kept": str(kept), "late": str(late)}


def _conversion_list(request: ListRequest) -> Fields:
    converted = conversion_ledger(request.register, request.region, request.first, request.last)
    rows: list[Row] = [
        {
            "n": number, "number": conversion.number, "title": conversion.title,
            "deputies": _lead(conversion.secrecy, conversion.lead_name or ""),
            "target": ConversionKind.name_of(conversion.kind), "text": conversion.target,
            "result": f"{_iso(conversion.done_on)} 已有结果" if conversion.done_on else "推进中",
            "on": _iso(conversion.converted_on),
        }
        for number, conversion in enumerate(converted, start=1)
    ]  # fmt: skip
    return {"rows": rows, "count": str(len({conversion.case_id for conversion in converted}))}


def _duty_list(request: ListRequest) -> Fields:
    duty_rows = duty_ledger(request.register, request.region, request.first, request.last, request.names)
    rows = [{"n": number, **duty} for number, duty in enumerate(duty_rows, start=1)]
    return {"rows": rows, "count": str(len(rows))}


def _paper_register(request: ListRequest) -> Fields:
    papers = list(reversed(papers_in(request.register, request.region, request.first, request.last)))
    people = {addressee.partition(":")[2] for row in papers for addressee in row["addressees"]}
    folk = Folk(request.register, (), people)
    rows: list[Row] = [
        {
            "n": number, "number": row["number"], "kind": KINDS[row["kind"]].name, "title": row["title"],
            "to": addressed(row["addressees"], folk), "on": _iso(row["on"]), "case": row["case_id"] or "",
        }
        for number, row in enumerate(papers, start=1)
    ]  # fmt: skip
    return {"rows": rows, "count": str(len(rows))}


def addressed(addressees: Sequence[str], folk: Folk) -> str:
    """The recipients of a paper for a register of papers: units and bodies by name, deputies without names."""
    names = []
    for addressee in addressees:
        kind, _, id_ = addressee.partition(":")
        if kind in AddressedBody.values():
            names.append(folk.region(id_) + AddressedBody.name_of(kind))
        else:
            names.append(folk.unit(id_) if kind == "unit" else "代表")
    return "、".join(dict.fromkeys(names))


def _unit_summary(request: ListRequest) -> Fields:
    """Answering parts as the figures count them: one a suggestion, whatever its rounds; and opinions of a co-unit."""
    cohort = _cohort(request)
    assigned = assigned_parts(request.register, request.region, date.min, request.last, request.unit)
    answering = {part.case_id: part for part in assigned if part.role in ANSWERING}
    parts = cohort.parts()
    rows = [_answered(answering[id_], own, request.last) for id_, own in parts.items() if id_ in answering]
    newly = [part for part in assigned if part.assigned_on >= request.first]
    opinions = {part.case_id: part for part in newly if part.role == PartRole.CO}
    rows += [_opinion(part, request.last) for id_, part in opinions.items() if id_ not in parts]
    promised = promise_ledger(request.register, request.region, date.min, request.last, request.unit)
    made = {promise.id: promise for promise in promised}
    return {
        "count": str(len(rows)), "answering": str(cohort.total.n), "co": str(len(rows) - cohort.total.n),
        "figures": [dict(figure.__dict__) for figure in cohort.figures()],
        "rows": sorted(rows, key=lambda row: (str(row["number"]), str(row["title"]))),
        "promises": [
            {"number": made[id_].number, "text": made[id_].text, "due": _iso(promise.due_on),
             "state": _promise_state(promise, request.last)}
            for id_, promise in cohort.promises().items() if id_ in made
        ],
    }  # fmt: skip


def _answered(row: AssignedPart, parts: Sequence[PartFacts], on: date) -> dict[str, str | int]:
    """First reply for what is said of being in time, the last one for its day and class."""
    last = next((part for part in reversed(parts) if part.delivered_on), None)
    return {
        "number": row.number, "title": row.title, "role": PartRole.name_of(row.role),
        "delivered": _iso(last.delivered_on) if last else "–",
        "class_": ReplyClass.name_of(last.reply_class) or "–" if last else "–",
        "timely": _timely(parts[0].reply_due, parts[0].reply_met_on, on),
    }  # fmt: skip


def _opinion(row: AssignedPart, on: date) -> dict[str, str | int]:
    met = row.met_on if row.met_on and row.met_on <= on else None
    due = None if row.void_on and row.void_on <= on else row.reply_by
    return {
        "number": row.number, "title": row.title, "role": PartRole.name_of(row.role),
        "delivered": _iso(met) or "–", "class_": "–", "timely": _timely(due, met, on),
    }  # fmt: skip


def _promise_state(promise: PromiseFacts, on: date) -> str:
    names = LIFECYCLES["commitment"].names
    if promise.verified_on:
        return names[C.VERIFIED]
    if promise.cancelled:
        return names[C.CANCELLED_EXPLAINED]
    return "到期未完成" if promise.due_on < on else names[C.IN_PROGRESS]


def _handling_report(request: ListRequest) -> Fields:
    """Every number from the one cohort: subjects add up to it, units to the parts that answer in it."""
    cohort = _cohort(request)
    *subjects, _ = cohort.by("subject")
    *units, _ = cohort.by("unit")
    units = [unit for unit in units if unit.n]
    return {
        "count": str(cohort.total.n),
        "figures": [dict(figure.__dict__) for figure in cohort.figures()],
        "subjects": [
            _group(subject)
            for subject in sorted(subjects, key=lambda group: (-group.n, group.name))
            if subject.n
        ],
        "units": [
            _group(unit) | {"late": unit.late, "late_again": unit.late_again}
            for unit in sorted(units, key=lambda group: (-group.n, group.name))
        ],
        "open_points": [
            *_over("答复", {unit.name: unit.late for unit in units}),
            *_over("重新办理", {unit.name: unit.late_again for unit in units}),
        ],
    }


def _over(what: str, late: Mapping[str, int]) -> list[str]:
    over = sorted(((name, count) for name, count in late.items() if count), key=lambda pair: (-pair[1], pair[0]))
    if not over:
        return []
    return [f"共有{sum(late.values())}份{what}逾期：", *(f"{name}{what}逾期{count}件。" for name, count in over)]


def _group(group: Group) -> dict[str, str | int]:
    return {"name": group.name, "count": group.n, "answered": group.rate("replied").numerator}


_FACTS: Mapping[str, Callable[[ListRequest], Fields]] = {
    "assignment_list": _assignment_list,
    "commitment_ledger": _commitment_ledger,
    "conversion_list": _conversion_list,
    "duty_list": _duty_list,
    "paper_register": _paper_register,
    "unit_summary": _unit_summary,
    "handling_report": _handling_report,
}
assert _FACTS.keys() == {kind.id for kind in LISTS}


def _cohort(request: ListRequest) -> Cohort:
    return Cohort(request.register, request.region, request.first, request.last, request.at, request.unit)


def _verified(row: Promised, on: date) -> bool:
    return bool(row.verified_on and row.verified_on <= on)


def _state(row: Promised, on: date) -> str:
    """The state of a promise at the end of the day, without later verification."""
    names = LIFECYCLES["commitment"].names
    return names[C.IN_PROGRESS] if row.state == DONE and not _verified(row, on) else names[row.state]


def _until(day: date | None, request: ListRequest) -> str:
    return _iso(day) if day and day <= request.last else ""


def _lead(secrecy: str, name: str) -> str:
    return PROTECTED if secrecy != Secrecy.NONE else name


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _timely(due: date | None, met: date | None, on: date) -> str:
    if due is None:
        return "–"
    if met:
        return "按时" if met <= due else f"逾期{(met - due).days}天"
    return "在办" if on <= due else f"逾期{(on - due).days}天，未办结"
