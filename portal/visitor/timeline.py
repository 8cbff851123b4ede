"""The events of a case in words, as one visitor may learn of them."""

from collections.abc import Sequence

from portal.visitor.case_shapes import Happened, Told
from portal.visitor.languages import LANGUAGE, say
from portal.visitor.owners import OWNERS
from portal.visitor.rights import DECIDING, Judged, right_of
from portal.visitor.sight import PROTECTED, Sight, is_judging
from states.decide import event_names
from states.roles import Role
from states.sheets import SHEETS
from states.vocabulary import Level, Subject
from storage.chain import event_mark
from storage.stored import StoredEvent

_NAMED = event_names()
EVENTS = _NAMED | {
    "limit.overdue": "期限逾期", "limit.reminded": "期限提醒", "limit.escalated": "催办升级",
    "limit.excused": "已说明，不再升级", "limit.moved": "期限随日历调整", "limit.confirmed": "期限随日历确定",
}  # fmt: skip
"""Every event in Chinese, including the register's own of the ladder."""

TEXT_NAMES = {
    "answer": "答复", "body": "意见", "decision": "决定", "explanation": "说明", "facts": "案由", "finding": "调研",
    "note": "内容", "opinion": "意见", "plan": "方案", "proposal": "建议", "reason": "理由", "reply": "答复稿",
    "report": "报告", "text": "内容",
}  # fmt: skip


def timeline(sight: Sight) -> list[Happened]:
    """The events of a case that this visitor may learn of, in order."""
    return [happened(sight, event) for event in sight.events if sight.learns_of(event)]


def happened(sight: Sight, event: StoredEvent) -> Happened:
    """An event that the visitor may learn of."""
    code = event["name"]
    if is_judging(event) and code.startswith("suggestion.") and event["action"] == "evaluate":
        code = "evaluator.evaluated"
    return Happened(
        event["seq"], event["on"], _what(sight, event, say(EVENTS.get(code, code), "event")), _who(sight, event),
        _texts(sight, event), str(event["data"].get("level") or ""), event["subject_id"], code, event["entered_at"],
        mark_of(event["hash"]),
    )  # fmt: skip


def events_in_words(events: Sequence[str]) -> str:
    """What starts or meets a limit, by the names of the events."""
    return say("、").join(dict.fromkeys(say(_NAMED.get(event, event), "event") for event in events))


def mark_of(event_hash: str) -> str:
    """The opaque name of the event with this hash."""
    return event_mark(event_hash)


def _texts(sight: Sight, event: StoredEvent) -> list[Told]:
    """The texts written with the event; those of a unit's internal approval are shown to that unit alone."""
    deciding = event["action"] in DECIDING and not sight.opens(event)
    if deciding and right_of(sight.visitor).judged != Judged.OWN:
        return []
    if event["action"] == "endorse" and event["unit"] != sight.visitor.unit:
        return []
    texts = []
    for kind in sorted(TEXT_NAMES.keys() & event["data"].keys()):
        kept = event["data"][kind]
        if isinstance(kept, dict) and kept.get("document") in sight.texts:
            texts.append(Told(kind, say(_heading(event["action"], kind)), sight.texts[kept["document"]]))
    return texts


def _heading(action: str, kind: str) -> str:
    """The heading of a text; `finding` is named differently for an inspection than for a unit's research."""
    inspected = {field.key: field.label[0] for field in SHEETS["inspect"]} if action == "inspect" else {}
    return inspected.get(kind, TEXT_NAMES[kind])


def _what(sight: Sight, event: StoredEvent, name: str) -> str:
    key = event["data"].get("key")
    if event["subject"] == Subject.LIMIT and key:
        title = _rung(event)
        limit = say(sight.rulebook.limit_name(key)) + (say("，") + title if title else "")
        return say("%(who)s：%(what)s", who=name, what=limit)
    return name


def _rung(event: StoredEvent) -> str:
    """What the rung is called: as the rulebook prints it, in English as the vocabulary has its level."""
    level = Level.of(str(event["data"].get("level") or ""))
    return level.en if level and LANGUAGE.get() == "en" else str(event["data"].get("title") or "")


def _who(sight: Sight, event: StoredEvent) -> str:
    if event["role"] == Role.SYSTEM or event["by"] == "duban":
        return say("系统")
    if event["role"] == Role.CITIZEN:
        return say(Role.CITIZEN.zh)
    role = say(OWNERS.get(event["role"], event["role"]))
    if event["role"] in (Role.DEPUTY, Role.PROXY) and not sight.open_names:
        return role + say(PROTECTED)
    name = sight.names.get(event["by"], event["by"])
    if event["role"] == Role.PROXY:
        whose = str(event["data"].get("on_behalf_of") or "")
        return f"{role} {name}" + say("（替%(deputy)s代表办）", deputy=sight.names.get(whose, whose))
    return f"{role} {name}"
