"""The fields that one kind of paper has and no other, each kind with its own function."""

from collections.abc import Callable, Mapping
from datetime import date

from flows.paper_facts import UNNAMED, CasePapers
from notifications.papers.paper import Fields, Row, chinese_day
from states import LIFECYCLES
from states.vocabulary import Dimension, Level, LimitKey, Publicity, ReplyClass, Verdict
from storage.stored import StoredEvent, StoredPaper

NO_TEXT = "（正文由承办单位另附。）"
PUBLICITY: dict[str, str] = {
    Publicity.FULL: "此件公开发布", Publicity.SUMMARY: "此件摘要公开", Publicity.NONE: "此件不予公开",
}
DATED = ("commitment.promised", "commitment.rescheduled")
"""Events that give a promise its day."""


def _assign_sheet(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    part = case.part_of(event)
    assert part is not None
    key = "co_opinion_by" if part.assists else "reply_by"
    return {
        "others": case.units(event, part.id),
        "receipt_by": chinese_day(case.last_day("receipt_by", part.id, event)),
        "opinion_by": chinese_day(case.last_day("co_opinion_by", part.id, event)),
        "source": _source(case, key),
        "facts": case.newest_text("facts", event),
        "proposal": case.newest_text("proposal", event),
    }


def _declined_notice(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    codes = case.rulebook.admissibility.codes if case.rulebook.admissibility else {}
    code = str(event["data"].get("code") or "")
    return {"ground": codes.get(code, code) or "不属于代表建议范围的", "reason": case.text(event, "reason")}


def _return_decision(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    request = case.latest("assignment.return_requested", event["subject_id"], event)
    granted = event["name"].endswith("granted")
    part = case.part_of(event)
    day = case.reply_by(part, event) if part else None
    unit = str(request["data"].get("proposed_unit") or "") if request else ""
    return {
        "asked_on": chinese_day(request["on"]) if request else "", "asked": case.text(request, "reason", "late_reason"),
        "proposed_unit": case.folk.unit(unit) if unit else "",
        "decision": "同意退回，另行确定承办单位" if granted else "不同意退回",
        "reason": case.text(event, "reason"),
        "goes_on": "" if granted else f"，仍为{chinese_day(day)}" if day else "，按原定期限执行",
    }  # fmt: skip


def _extension_decision(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    request = case.latest("assignment.extension_requested", event["subject_id"], event)
    granted = event["name"].endswith("granted")
    return {
        "asked_on": chinese_day(request["on"]) if request else "", "asked": case.text(request, "reason"),
        "decision": "同意延长答复期限" if granted else "不同意延长答复期限，仍按原期限答复",
        "reason": case.text(event, "reason"),
    }  # fmt: skip


def _consult_letter(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    drafted = case.latest("assignment.drafted", event["subject_id"], event)
    return {
        "consult_by": chinese_day(case.last_day("consult_by", event["subject_id"], event)),
        "reply": case.text(drafted, "reply") or [NO_TEXT], "promises": _promises(drafted),
    }  # fmt: skip


def _reply_letter(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    drafted = case.latest("assignment.drafted", event["subject_id"], event)
    signed = case.latest("assignment.signed", event["subject_id"], event)
    class_ = str(drafted["data"].get("class") or "") if drafted else ""
    grades = case.rulebook.classes.map if case.rulebook.classes else {}
    grade = next((named for name, named in grades.items() if name.value == class_), None)
    return {
        "class_letter": grade.letter or grade.text if grade else "", "class_text": grade.text if grade else "",
        "publicity": PUBLICITY.get(str(signed["data"].get("publicity") or ""), "") if signed else "",
        "signed_by": case.folk.person(signed["by"]) if signed else "",
        "reply": case.text(drafted, "reply") or [NO_TEXT], "promises": _promises(drafted),
    }  # fmt: skip


def _supplement_letter(case: CasePapers, event: StoredEvent, row: StoredPaper) -> Fields:
    """The unit's promises with the day that each was to be kept by in the end, and the day it was verified."""
    mine = {part.id for part in case.promising(event) if f"unit:{part.unit}" == row["issuer"]}
    kept: list[Row] = []
    for promise in case.dossier.commitments.values():
        if promise.assignment_id not in mine:
            continue
        moved = case.latest("commitment.rescheduled", promise.id, event)
        promised = case.latest("commitment.promised", promise.id, event)
        dated = moved or promised
        due = str(dated["data"].get("due_on") or promise.due_on) if dated else str(promise.due_on)
        verified = case.latest("commitment.verified", promise.id, event)
        kept.append(
            {
                "n": len(kept) + 1, "text": promise.text, "due": f"{chinese_day(date.fromisoformat(due))}前",
                "verified": chinese_day(verified["on"]) if verified else "",
            }
        )  # fmt: skip
    return {"kept": kept}


def _change_report(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    """The day that held before is that of the promise, or of its last change."""
    promise = case.dossier.commitments[event["subject_id"]]
    days = [
        str(earlier["data"]["due_on"])
        for earlier in case.events
        if earlier["seq"] < event["seq"]
        and (earlier["name"], earlier["subject_id"]) in ((name, promise.id) for name in DATED)
        and earlier["data"].get("due_on")
    ]
    new = str(event["data"].get("due_on") or "") if event["name"].endswith("rescheduled") else ""
    return {
        "promise": promise.text, "due": chinese_day(date.fromisoformat(days[-1])) if days else "",
        "new_due": chinese_day(date.fromisoformat(new)) if new else "",
        "reason": case.text(event, "reason", "explanation"), "signed_by": case.folk.person(event["by"]),
    }  # fmt: skip


def _feedback_form(case: CasePapers, event: StoredEvent, row: StoredPaper) -> Fields:
    rules = case.rulebook.evaluation
    days = [
        day for addressee in row["addressees"]
        if (day := case.last_day("feedback_by", f"{case.case.id}@{addressee.partition(':')[2]}", event))
    ]  # fmt: skip
    scale = "　　".join(f"□{grade}" for grade in (rules.scale if rules else ("满意", "基本满意", "不满意")))
    names = rules.dimensions if rules else ("attitude", "result")
    office = case.offices.of_region(case.case.region, case.folk.region(case.case.region)).name
    back = rules.returned_to if rules else ("office",)
    return {
        "feedback_by": chinese_day(max(days, default=None)),
        "dimensions": [{"name": Dimension.name_of(dimension), "scale": scale} for dimension in names],
        "returned_to": "、".join({"office": office, "unit": "承办单位"}[place] for place in back),
    }  # fmt: skip


def _rehandle_notice(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    """The office's written reason, where units may ever know of it; never what the deputy wrote."""
    order, rules = case.order(event), case.rulebook.evaluation
    ordered = order["action"] in ("order_rehandle", "decide_mediation")
    open_ = ordered and rules is not None and rules.unit_sees != "never"
    reason = case.text(order, "reason", "decision") if open_ else []
    return {"round": str(event["round"]), "reason": reason}


def _not_rehandled_notice(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    return {"reason": case.text(event, "reason")}


def _urge_notice(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    data = event["data"]
    key, last = str(data["key"]), date.fromisoformat(data["last_day"])
    return {
        "limit": case.rulebook.limit_name(key), "last_day": chinese_day(last),
        "late": str((event["on"] - last).days), "source": _source(case, key),
    }  # fmt: skip


def _supervision_sheet(case: CasePapers, event: StoredEvent, row: StoredPaper) -> Fields:
    data = event["data"]
    title = str(data.get("title", "")) or Level.word_of(str(data.get("level", "")))
    return {**_urge_notice(case, event, row), "level": title}


def _supervision_letter(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    """Its cause is told only where it is the unit's own limit that is late."""
    row = case.dossier.supervisions.get(event["subject_id"])
    proposed = case.latest("supervision.proposed", event["subject_id"], event)
    key = str(proposed["data"].get("key") or "") if proposed else ""
    limit = case.rulebook.limits.get(key)
    late = limit is not None and limit.owed_by == "unit"
    level = Level.of(row.level) if row else None
    cause = f"{LimitKey.name_of(key)}已过，逾期未办结" if late else ""
    return {"level": f"{level.zh if level else ''}督办件", "cause": cause}


def _supervision_plan(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    return {**_supervised(case, event), "plan": case.text(event, "plan")}


def _supervision_report(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    started = case.latest("supervision.started", event["subject_id"], event)
    notes = [
        {"day": chinese_day(step["on"]), "note": "\n".join(case.text(step, "note"))}
        for step in case.events
        if (step["name"], step["subject_id"]) == ("supervision.progressed", event["subject_id"])
        and step["seq"] <= event["seq"]
    ]
    return {
        **_supervised(case, event), "began": chinese_day(started["on"]) if started else "",
        "report": case.text(event, "report"), "progress": notes,
    }  # fmt: skip


def _supervised(case: CasePapers, event: StoredEvent) -> dict[str, str]:
    """What kind of supervision it is, never at which level: that of the ladder of judgements would tell of one."""
    holder_id = case.dossier.supervisions[event["subject_id"]].holder
    if holder_id in case.dossier.parties:
        holder = UNNAMED if case.protected else f"{case.folk.person(holder_id)}代表"
    else:
        holder = case.folk.unit(holder_id) if case.folk.unit(holder_id) != holder_id else case.folk.person(holder_id)
    return {"supervision": case.supervision_name(event), "holder": holder}


def _inspection_record(case: CasePapers, event: StoredEvent, _: StoredPaper) -> Fields:
    """Rows of inspections are written once, so this one is as it was; its words stand in the step that made it."""
    row = case.dossier.inspections[event["subject_id"]]
    promise = case.dossier.commitments.get(row.commitment_id)
    names = LIFECYCLES["commitment"].names if promise else ReplyClass.names()
    steps = [step for step in case.events if step["action"] == "inspect" and step["seq"] <= event["seq"]]
    findings = [names.get(row.found, row.found), *case.text(steps[-1] if steps else None, "finding")]
    return {
        "promise": promise.text if promise else "",
        "inspected_on": chinese_day(row.inspected_on), "place": row.place,
        "claimed": names.get(row.claimed, row.claimed), "found": "\n".join(findings),
        "verdict": Verdict.name_of(row.verdict), "evidence": "；".join(_evidence(file) for file in row.evidence),
    }  # fmt: skip


def _promises(drafted: StoredEvent | None) -> list[Row]:
    promises = drafted["data"].get("commitments") if drafted else None
    return [
        {
            "n": number,
            "text": str(promise["text"]),
            "due": f"{chinese_day(date.fromisoformat(str(promise['due_on'])))}前",
        }
        for number, promise in enumerate(promises or (), start=1)
    ]


def _source(case: CasePapers, key: str) -> str:
    """The article behind a limit; what a rulebook only infers is no article."""
    limit = case.rulebook.limits.get(key)
    return "" if limit is None or limit.source.startswith("inferred") else limit.source


def _evidence(file: Mapping[str, str]) -> str:
    """A piece of evidence in words: what it is, where and when it was taken."""
    what = file.get("name") or "材料"
    where = "，".join(file[key] for key in ("place", "on") if file.get(key))
    return f"{what}（{where}）" if where else what


def _nothing(case: CasePapers, event: StoredEvent, row: StoredPaper) -> Fields:
    return {}


FIELDS: dict[str, Callable[[CasePapers, StoredEvent, StoredPaper], Fields]] = {
    "assign_sheet": _assign_sheet,
    "assigned_notice": _nothing,
    "reassigned_notice": _nothing,
    "declined_notice": _declined_notice,
    "return_decision": _return_decision,
    "extension_decision": _extension_decision,
    "consult_letter": _consult_letter,
    "reply_letter": _reply_letter,
    "feedback_form": _feedback_form,
    "rehandle_notice": _rehandle_notice,
    "not_rehandled_notice": _not_rehandled_notice,
    "supplement_letter": _supplement_letter,
    "change_report": _change_report,
    "urge_notice": _urge_notice,
    "supervision_sheet": _supervision_sheet,
    "circular": _urge_notice,
    "supervision_letter": _supervision_letter,
    "supervision_plan": _supervision_plan,
    "supervision_report": _supervision_report,
    "inspection_record": _inspection_record,
}
"""Of each kind of paper that a case has, by the kind's id."""
