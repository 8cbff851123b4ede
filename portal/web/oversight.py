"""Supervision across cases: who supervises what, the five slots, promises, inspections, what suggestions became."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.rights import HIDES, Judged, Reach, right_of, scope_of, sees_names
from portal.web.doors import router
from portal.web.guard import Refused, Who, need, page, site_of
from portal.web.judgements import (
    ENDED_PROMISES,
    SUPERVISIONS,
    Slot,
    holder_name,
    shown_slot,
    supervision_state,
)
from portal.web.languages import say
from portal.web.sheets import xlsx
from portal.web.site import Site
from portal.web.view import EVENTS, EXCELLENT_NAMES, PROTECTED
from states.decide import LIFECYCLES
from states.slots import slots_of
from states.suggestion import LIFECYCLE
from states.supervision import KINDS, LIVE
from states.vocabulary import ConversionKind, ReplyClass, SupervisionKind, Verdict
from storage import oversight
from storage.accounts import Visitor
from storage.levels import rank_of
from storage.oversight import OPEN_PROMISES, Overseen
from storage.visible import deputies_behind, named

routes = router()

SHOWN = 200
MOST = 5_000
"""Rows of a workbook, and the items among which those with an empty slot are looked for."""

PROGRESS_EVERY = 30
"""Civil days after which a supervision that goes on without a new entry waits for one (house rule)."""

WAITS = {
    "decision": "等决定", "plan": "等方案", "start": "等开始", "progress": "等进展",
    "report": "等报告", "end": "等解除",
}  # fmt: skip
_WAITS_IN = {"PROPOSED": "decision", "CONFIRMED": "plan", "PLANNED": "start", "ACTIVE": "report", "REPORTED": "end"}
PROMISE_GROUPS = {
    "open": "没有落实的", "late": "过了期限的", "claimed": "申报完成、等查验的", "kept": "已落实的", "all": "全部",
}  # fmt: skip
INSPECTORS = next(step.by for step in LIFECYCLE.steps if step.action == "inspect")


@dataclass
class Chosen:
    """By what a list of supervisions is narrowed; '' for everything."""

    kind: str = ""
    state: str = ""
    level: str = ""
    holder: str = ""
    waits: str = ""

    def takes(self, row: Mapping[str, Any]) -> bool:
        return (
            (not self.level or row["level"] == self.level)
            and (not self.holder or row["holder_name"] == self.holder)
            and (not self.waits or row["waits"] == self.waits)
        )


@routes.get("/supervisions")
def supervisions(
    request: Request, visitor: Who, kind: str = "", state: str = "", level: str = "", holder: str = "",
    waits: str = "",
) -> HTMLResponse:  # fmt: skip
    """Every supervision that the visitor may know of, and what each waits for."""
    need(visitor, "supervisions")
    chosen = _chosen(kind, state, level, holder, waits)
    everything = supervised(site_of(request), visitor, Chosen(chosen.kind, chosen.state))
    rows = [row for row in everything if chosen.takes(row)]
    live = [row for row in everything if row["state"] in LIVE]
    return page(
        request, "supervisions.html", visitor, rows=rows[:SHOWN], count=len(rows), chosen=chosen,
        kinds={kind.value: kind.zh for kind in SupervisionKind if kind in _kinds(visitor)},
        states=SUPERVISIONS, levels=sorted({row["level"] for row in everything}, key=rank_of),
        holders=sorted({row["holder_name"] for row in everything} - {""}),
        waits={key: (name, sum(row["waits"] == key for row in live)) for key, name in WAITS.items()},
    )  # fmt: skip


@routes.get("/supervisions.xlsx")
def supervisions_sheet(
    request: Request, visitor: Who, kind: str = "", state: str = "", level: str = "", holder: str = "",
    waits: str = "",
) -> Response:  # fmt: skip
    need(visitor, "supervisions")
    chosen = _chosen(kind, state, level, holder, waits)
    columns = (
        "编号", "标题", "承办单位", "督办种类", "级别", "进度", "由谁承担", "提出", "最近一步", "最近一步的日期",
        "等什么",
    )  # fmt: skip
    return xlsx("supervisions", "督办", columns, [
        (row["number"], row["title"], row["unit_names"], row["kind_name"], row["level"], row["state_name"],
         row["holder_name"], row["proposed_on"], row["last_name"], row["last_on"], WAITS.get(row["waits"], ""))
        for row in supervised(site_of(request), visitor, chosen, MOST)
        if chosen.takes(row)
    ])  # fmt: skip


@routes.get("/supervisions/slots")
def slots(request: Request, visitor: Who, items: str = "key", missing: str = "") -> HTMLResponse:
    """The five slots of key items, or of all that run; `missing` leaves those with that slot empty, or any."""
    need(visitor, "supervisions")
    found = overseen_items(site_of(request), visitor, items, missing)
    titles = {slot.slot: slot.title for _, row in found for slot in row}
    return page(
        request, "slots.html", visitor, rows=found[:SHOWN], count=len(found), items=items, missing=missing,
        titles=dict(sorted(titles.items())),
        incomplete=sum(any(slot.standing == "missing" for slot in row) for _, row in found),
    )  # fmt: skip


@routes.get("/supervisions/slots.xlsx")
def slots_sheet(request: Request, visitor: Who, items: str = "all", missing: str = "") -> Response:
    need(visitor, "supervisions")
    found = overseen_items(site_of(request), visitor, items, missing)
    titles = dict(sorted({slot.slot: slot.title for _, row in found for slot in row}.items()))
    columns = ("编号", "标题", "重点督办", *(f"{number} {title}" for number, title in titles.items()), "是否完整")
    return xlsx("slots", "五位一体", columns, [
        (case.number, case.title, "" if case.key_level == "NONE" else "是",
         *(" ".join(filter(None, (one.standing_name, one.holder, str(one.on or "")))) for one in row),
         "缺" if any(one.standing == "missing" for one in row) else "完整")
        for case, row in found
    ])  # fmt: skip


@routes.get("/promises")
def promises(request: Request, visitor: Who, group: str = "open", unit: str = "") -> HTMLResponse:
    """承诺台账: what was promised by when, and whether it is kept; a unit sees its own."""
    need(visitor, "promises")
    if group not in PROMISE_GROUPS:
        raise Refused(404, say("没有这个列表：%(name)s；有 %(all)s", name=group, all=say("、").join(PROMISE_GROUPS)))
    everything = promised(site_of(request), visitor)
    units = {row["unit"]: row["unit_name"] for row in everything}
    rows = [row for row in everything if not unit or row["unit"] == unit]
    counts = {key: sum(_in_group(key, row) for row in rows) for key in PROMISE_GROUPS}
    rows = [row for row in rows if _in_group(group, row)]
    return page(
        request, "promises.html", visitor, rows=rows[:SHOWN], count=len(rows), group=group, groups=PROMISE_GROUPS,
        counts=counts, unit=unit, units=units,
    )  # fmt: skip


@routes.get("/promises.xlsx")
def promises_sheet(request: Request, visitor: Who, group: str = "all", unit: str = "") -> Response:
    need(visitor, "promises")
    columns = ("编号", "标题", "单位", "承诺做什么", "答复时承诺", "期限", "改期次数", "进度", "落实", "是否按期")
    return xlsx("promises", "承诺台账", columns, [
        (row["number"], row["title"], row["unit_name"], row["text"], row["promised_on"], row["due_on"],
         row["rescheduled"], row["state_name"], row["verified_on"], row["late"])
        for row in promised(site_of(request), visitor)
        if _in_group(group, row) and (not unit or row["unit"] == unit)
    ])  # fmt: skip


@routes.get("/inspections")
def inspections(request: Request, visitor: Who) -> HTMLResponse:
    """What is to be looked at on site: what an audit drew, promises said to be kept; and the latest inspections."""
    need(visitor, "inspections")
    site, scope = site_of(request), scope_of(visitor)
    claimed = oversight.promises(site.register, scope, states=("CLAIMED_DONE",), limit=SHOWN) if scope else []
    for row in claimed:
        row["lamp"] = site.lamp(row["due_on"])
    drawn = oversight.drawn(site.register, scope)[:SHOWN] if scope else []
    for row in drawn:
        row["claimed"] = say(ReplyClass.name_of(row["reply_class"]))
    return page(
        request, "inspections.html", visitor, drawn=drawn, claimed=claimed, inspected=inspected(site, visitor, SHOWN),
        inspects=visitor.role in INSPECTORS,
    )  # fmt: skip


@routes.get("/inspections.xlsx")
def inspections_sheet(request: Request, visitor: Who) -> Response:
    need(visitor, "inspections")
    columns = ("查验日期", "编号", "标题", "单位", "承诺做什么", "申报", "查实", "结论", "地点", "查验人")
    return xlsx("inspections", "查验记录", columns, [
        (row["inspected_on"], row["number"], row["title"], row["unit_name"], row["promise"], row["claimed_name"],
         row["found_name"], row["verdict_name"], row["place"], row["by_name"])
        for row in inspected(site_of(request), visitor, MOST)
    ])  # fmt: skip


@routes.get("/conversions")
def conversions(request: Request, visitor: Who, year: str = "") -> HTMLResponse:
    """吸纳转化清单 and 优秀建议 of a calendar year."""
    need(visitor, "conversions")
    site = site_of(request)
    first, last = year_of(site, year)
    rows, excellent = taken_up(site, visitor, first, last)
    return page(
        request, "conversions.html", visitor, rows=rows, excellent=excellent, year=first.year,
        kinds={name: sum(row["kind_name"] == say(name) for row in rows) for name in ConversionKind.names().values()},
    )  # fmt: skip


@routes.get("/conversions.xlsx")
def conversions_sheet(request: Request, visitor: Who, year: str = "") -> Response:
    need(visitor, "conversions")
    site = site_of(request)
    first, last = year_of(site, year)
    converted, excellent = taken_up(site, visitor, first, last)
    columns = ("清单", "编号", "标题", "转化成", "名称", "登记", "有结果", "登记人", "分数")
    rows = [
        ("吸纳转化", row["number"], row["title"], row["kind_name"], row["target"], row["converted_on"], row["done_on"],
         row["by_name"], "")
        for row in converted
    ]  # fmt: skip
    rows += [
        (row["standing_name"], row["number"], row["title"], "", "", "", "", "", row["score"]) for row in excellent
    ]
    return xlsx(f"conversions-{first.year}", f"吸纳转化 {first.year}", columns, rows)


# -- inside ------------------------------------------------------------------------------------------------------


def _chosen(kind: str, state: str, level: str, holder: str, waits: str) -> Chosen:
    return Chosen(
        kind if kind in KINDS else "", state if state in LIFECYCLES["supervision"].names else "", level[:20],
        holder[:100], waits if waits in WAITS else "",
    )  # fmt: skip


def _kinds(visitor: Visitor) -> tuple[str, ...]:
    """The kinds of supervision whose list somebody has: the government its own."""
    return ("GOVERNMENT",) if right_of(visitor).judged == Judged.BY_RULEBOOK else tuple(KINDS)


class Named:
    """The names of those who stand in rows of a list, as the visitor may read them in each row's case."""

    def __init__(
        self, site: Site, visitor: Visitor, rows: Sequence[Mapping[str, Any]], people: Sequence[str],
        units: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._visitor = visitor
        self._names = named(site.register, people, units)
        self._behind = deputies_behind(site.register, rows)

    def in_case(self, row: Mapping[str, Any]) -> Mapping[str, str]:
        behind = self._behind.get(row["case_id"], frozenset())
        if sees_names(self._visitor, row, behind):
            return self._names
        return {**self._names, **dict.fromkeys(behind, say(PROTECTED))}

    def of(self, row: Mapping[str, Any], key: str) -> str:
        return self.in_case(row).get(row[key], row[key])


def supervised(site: Site, visitor: Visitor, chosen: Chosen, limit: int = 2_000) -> list[dict[str, Any]]:
    """Supervisions as the visitor may see them."""
    scope = scope_of(visitor)
    if scope is None:
        return []
    kinds = [kind for kind in _kinds(visitor) if chosen.kind in ("", kind)]
    if not kinds:
        return []
    rows = oversight.supervisions(
        site.register, scope, kinds, (chosen.state,) if chosen.state else (), limit
    )
    held = sorted({row[key] for row in rows for key in ("holder", "by")} - {""})
    names = Named(site, visitor, rows, held, held)
    hides = right_of(visitor).judged in HIDES
    ids = oversight.shown_supervisions(site.register, [row["case_id"] for row in rows]) if hides else {}
    today = site.today()
    for row in rows:
        waits = _WAITS_IN.get(row["state"], "")
        if waits == "report" and (today - row["last_on"]).days > PROGRESS_EVERY:
            waits = "progress"
        row |= {
            "id": ids.get(row["id"], row["id"]), "waits": waits,
            "kind_name": say(SupervisionKind.name_of(row["kind"])),
            "state_name": say(supervision_state(row["kind"], row["state"]), "state"),
            "holder_name": holder_name(row, names.in_case(row)), "unit_names": say("、").join(row["units"]),
            "last_name": say(EVENTS.get(row["last"]) or row["last"], "event"),
            "level": "" if row["level"] == row["kind"] else row["level"],
        }  # fmt: skip
    return rows


def overseen_items(
    site: Site, visitor: Visitor, items: str, missing: str
) -> list[tuple[Any, list[Slot]]]:
    """Running items with their slots, those of rulebooks that have slots."""
    scope = scope_of(visitor)
    if scope is None:
        return []
    found = oversight.overseen(site.register, scope, key_only=items != "all", limit=MOST)
    held = {row.holder or row.by for one in found for row in one.supervisions} | {one.case.committee for one in found}
    cases = [{"case_id": one.case.id, "secrecy": one.case.secrecy} for one in found]
    names = Named(site, visitor, cases, sorted(held - {""}), sorted(held - {""}))
    rows = []
    for one, case in zip(found, cases, strict=True):
        row = _slots(site, one, names.in_case(case))
        empty = {slot.slot for slot in row if slot.standing == "missing"}
        if row and (not missing or missing in empty or (missing == "any" and empty)):
            rows.append((one.case, row))
    return rows


def _slots(site: Site, one: Overseen, names: Mapping[str, str]) -> list[Slot]:
    found = slots_of(site.rulebook(one.case).slots, one.case, one.supervisions, one.inspections)
    return [shown_slot(slot, names, {}, one.case.secrecy == "NONE") for slot in found]


def promised(site: Site, visitor: Visitor) -> list[dict[str, Any]]:
    """Promises as the visitor may see them, each with whether it is late."""
    scope = scope_of(visitor)
    own = visitor.unit if right_of(visitor).reach == Reach.UNIT else ""
    rows = oversight.promises(site.register, scope, own, limit=MOST) if scope else []
    for row in rows:
        row["state_name"] = say(LIFECYCLES["commitment"].names[row["state"]], "state")
        row["lamp"] = None if row["state"] in ENDED_PROMISES else site.lamp(row["due_on"])
        row["late"] = row["lamp"].words if row["lamp"] else _kept(row)
    return rows


def _kept(row: Mapping[str, Any]) -> str:
    if row["verified_on"] is None:
        return ""
    days = (row["verified_on"] - row["due_on"]).days
    return say("逾期 %(n)d 天落实", n=days) if days > 0 else say("按期落实")


def _in_group(group: str, row: Mapping[str, Any]) -> bool:
    if group == "claimed":
        return bool(row["state"] == "CLAIMED_DONE")
    if group == "kept":
        return bool(row["state"] == "VERIFIED")
    if group == "late":
        return row["lamp"] is not None and row["lamp"].colour == "red"
    return group == "all" or row["state"] in OPEN_PROMISES


def inspected(site: Site, visitor: Visitor, limit: int) -> list[dict[str, Any]]:
    """The latest inspections in words."""
    scope = scope_of(visitor)
    rows = oversight.inspected(site.register, scope, limit) if scope else []
    names = Named(site, visitor, rows, [row["by"] for row in rows])
    promises = LIFECYCLES["commitment"].names
    for row in rows:
        for key in ("claimed", "found"):
            row[f"{key}_name"] = (
                say(promises.get(row[key]) or row[key], "state")
                if row["commitment_id"]
                else say(ReplyClass.name_of(row[key]))
            )
        row["verdict_name"], row["by_name"] = say(Verdict.name_of(row["verdict"])), names.of(row, "by")
    return rows


def year_of(site: Site, year: str) -> tuple[date, date]:
    """First and last day of the year; of this one when none is named."""
    number = int(year) if year.isdecimal() and 1990 <= int(year) <= 2100 else site.today().year
    return date(number, 1, 1), date(number, 12, 31)


def taken_up(site: Site, visitor: Visitor, first: date, last: date) -> tuple[list[Any], list[Any]]:
    """(conversions, excellent suggestions) from day to day, in words."""
    scope = scope_of(visitor)
    if scope is None:
        return [], []
    rows = oversight.conversions(site.register, scope, first, last)
    names = Named(site, visitor, rows, [row["by"] for row in rows])
    for row in rows:
        row["kind_name"] = say(ConversionKind.name_of(row["kind"]))
        row["by_name"] = names.of(row, "by")
    excellent = oversight.excellent(site.register, scope, first, last)
    for row in excellent:
        row["standing_name"] = say(EXCELLENT_NAMES.get(row["excellent"]) or row["excellent"])
    return rows, excellent
