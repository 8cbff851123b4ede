"""Supervision across cases as a visitor may see it: supervisions, the five slots, promises, inspections, outcomes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.visitor.judged_shapes import Slot
from portal.visitor.judgements import ENDED_PROMISES, holder_name, shown_slot, supervision_state
from portal.visitor.languages import say
from portal.visitor.rights import HIDES, Judged, Reach, right_of, scope_of, sees_names
from portal.visitor.sight import PROTECTED
from portal.visitor.site import Site, lamp_on
from portal.visitor.timeline import EVENTS
from states.decide import LIFECYCLES
from states.slots import slots_of
from states.supervision import KINDS
from states.texts import number_typed
from states.vocabulary import C, Card, ConversionKind, Excellence, ReplyClass, SupervisionKind, V, Verdict
from storage import across_cases
from storage.accounts import Visitor
from storage.across_cases import OPEN_PROMISES, Overseen
from storage.visible import deputies_behind, names_of

Row = dict[str, Any]

MOST = 5_000
"""Most rows of a workbook, and most items searched for empty slots."""

PROGRESS_EVERY = 30
"""Civil days after which a supervision that goes on without a new entry waits for one (house rule)."""

WAITS = {
    "decision": "等决定", "plan": "等方案", "start": "等开始", "progress": "等进展",
    "report": "等报告", "end": "等解除",
}  # fmt: skip
_WAITS_IN = {V.PROPOSED: "decision", V.CONFIRMED: "plan", V.PLANNED: "start", V.ACTIVE: "report", V.REPORTED: "end"}
PROMISE_GROUPS = {
    "open": "没有落实的", "late": "过了期限的", "claimed": "申报完成、等查验的", "kept": "已落实的", "all": "全部",
}  # fmt: skip


@dataclass
class Chosen:
    """The filter of a list of supervisions; '' for everything."""

    kind: str = ""
    state: str = ""
    level: str = ""
    holder: str = ""
    waits: str = ""


def kinds_seen(visitor: Visitor) -> tuple[str, ...]:
    """The kinds of supervision that a visitor's list shows: for the government its own."""
    return (SupervisionKind.GOVERNMENT,) if right_of(visitor).judged == Judged.BY_RULEBOOK else tuple(KINDS)


class NamesSeen:
    """The names of those who stand in rows of a list, as the visitor may read them in each row's case."""

    def __init__(
        self, site: Site, visitor: Visitor, rows: Sequence[Mapping[str, Any]], people: Sequence[str],
        units: Sequence[str] = (),
    ) -> None:  # fmt: skip
        self._visitor = visitor
        self._names = names_of(site.register, people, units)
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
    kinds = [kind for kind in kinds_seen(visitor) if chosen.kind in ("", kind)]
    if not kinds:
        return []
    rows = across_cases.supervisions(
        site.register, scope, kinds, (chosen.state,) if chosen.state else (), limit
    )
    held = sorted({row[key] for row in rows for key in ("holder", "by")} - {""})
    names = NamesSeen(site, visitor, rows, held, held)
    hides = right_of(visitor).judged in HIDES
    ids = across_cases.shown_supervisions(site.register, [row["case_id"] for row in rows]) if hides else {}
    for row in rows:
        row["id"] = ids.get(row["id"], row["id"])
        word_supervision(row, names.in_case(row), site.today())
    return rows


def word_supervision(row: Row, names: Mapping[str, str], today: date) -> None:
    """Put in words what a supervision is, who carries it out, and what it waits for."""
    waits = _WAITS_IN.get(row["state"], "")
    if waits == "report" and (today - row["last_on"]).days > PROGRESS_EVERY:
        waits = "progress"
    row |= {
        "waits": waits, "kind_name": say(SupervisionKind.name_of(row["kind"])),
        "state_name": say(supervision_state(row["kind"], row["state"]), "state"),
        "holder_name": holder_name(row, names), "unit_names": say("、").join(row["units"]),
        "last_name": say(EVENTS.get(row["last"]) or row["last"], "event"),
        "level": "" if row["level"] == row["kind"] else row["level"],
    }  # fmt: skip


def overseen_items(
    site: Site, visitor: Visitor, items: str, missing: str
) -> list[Row]:
    """Running items with their slots by number, those of rulebooks that have slots."""
    scope = scope_of(visitor)
    if scope is None:
        return []
    items_seen = across_cases.overseen(site.register, scope, key_only=items != "all", limit=MOST)
    held = {row.holder or row.by for item in items_seen for row in item.supervisions}
    held |= {item.case.committee for item in items_seen}
    cases = [{"case_id": item.case.id, "secrecy": item.case.secrecy} for item in items_seen]
    names = NamesSeen(site, visitor, cases, sorted(held - {""}), sorted(held - {""}))
    rows = []
    for entry, case in zip(items_seen, cases, strict=True):
        slots = _slots(site, entry, names.in_case(case))
        empty = {slot.slot for slot in slots if slot.standing == "missing"}
        if slots and (not missing or missing in empty or (missing == "any" and empty)):
            rows.append({
                "case_id": entry.case.id, "number": entry.case.number, "title": entry.case.title,
                "key": entry.case.is_key, "missing": bool(empty),
                "slots": {slot.slot: slot for slot in slots},
            })  # fmt: skip
    return rows


def _slots(site: Site, item: Overseen, names: Mapping[str, str]) -> list[Slot]:
    slots = slots_of(site.rulebook(item.case).slots, item.case, item.supervisions, item.inspections)
    return [shown_slot(slot, names, {}, not item.case.is_protected) for slot in slots]


def promised(site: Site, visitor: Visitor) -> list[dict[str, Any]]:
    """Promises as the visitor may see them, each with whether it is late."""
    scope = scope_of(visitor)
    own = visitor.unit if right_of(visitor).reach == Reach.UNIT else ""
    rows = across_cases.promises(site.register, scope, own, limit=MOST) if scope else []
    for row in rows:
        word_promise(row, site.today())
    return rows


def word_promise(row: Row, today: date) -> None:
    """Put in words how far a promise is, and whether it is in time."""
    row["state_name"] = say(LIFECYCLES["commitment"].names[row["state"]], "state")
    row["lamp"] = None if row["state"] in ENDED_PROMISES else lamp_on(today, row["due_on"])
    row["standing"] = row["lamp"].words if row["lamp"] else _kept(row)


def _kept(row: Mapping[str, Any]) -> str:
    if row["verified_on"] is None:
        return ""
    days = (row["verified_on"] - row["due_on"]).days
    return say("逾期 %(n)d 天落实", n=days) if days > 0 else say("按期落实")


def in_group(group: str, row: Mapping[str, Any]) -> bool:
    if group == "claimed":
        return bool(row["state"] == C.CLAIMED_DONE)
    if group == "kept":
        return bool(row["state"] == C.VERIFIED)
    if group == "late":
        return row["lamp"] is not None and row["lamp"].colour == Card.RED
    return group == "all" or row["state"] in OPEN_PROMISES


def inspected(site: Site, visitor: Visitor, limit: int) -> list[dict[str, Any]]:
    """The latest inspections in words."""
    scope = scope_of(visitor)
    rows = across_cases.inspections(site.register, scope, limit) if scope else []
    names = NamesSeen(site, visitor, rows, [row["by"] for row in rows])
    for row in rows:
        word_inspection(row, names.of(row, "by"))
    return rows


def word_inspection(row: Row, by: str) -> None:
    """Put in words what was claimed and what was found."""
    promises = LIFECYCLES["commitment"].names
    for key in ("claimed", "found"):
        row[f"{key}_name"] = (
            say(promises.get(row[key]) or row[key], "state")
            if row["commitment_id"]
            else say(ReplyClass.name_of(row[key]))
        )
    row["verdict_name"], row["by_name"] = say(Verdict.name_of(row["verdict"])), by


def year_of(site: Site, year: str) -> tuple[date, date]:
    """First and last day of the year; of this one when none is named."""
    number = number_typed(year, 2100) or 0
    if number < 1990:
        number = site.today().year
    return date(number, 1, 1), date(number, 12, 31)


def taken_up(site: Site, visitor: Visitor, first: date, last: date) -> tuple[list[Any], list[Any]]:
    """(conversions, excellent suggestions) from day to day, in words."""
    scope = scope_of(visitor)
    if scope is None:
        return [], []
    rows = across_cases.conversions(site.register, scope, first, last)
    names = NamesSeen(site, visitor, rows, [row["by"] for row in rows])
    for row in rows:
        word_conversion(row, names.of(row, "by"))
    excellent = across_cases.excellent(site.register, scope, first, last)
    for row in excellent:
        row["standing_name"] = say(Excellence.name_of(row["excellent"]))
    return rows, excellent


def word_conversion(row: Row, by: str) -> None:
    """Put in words what a suggestion became, and whether anything came of that."""
    row["kind_name"], row["by_name"] = say(ConversionKind.name_of(row["kind"])), by
    row["outcome"] = say("%(day)s 有结果", day=row["done_on"]) if row["done_on"] else say("还没有结果")
