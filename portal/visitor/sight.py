"""What one visitor may learn of a case: which of its events, judgements and supervisions, and by which names."""

from collections.abc import Mapping
from dataclasses import replace

from portal.visitor.case_shapes import Happened
from portal.visitor.languages import say
from portal.visitor.owners import OWNERS
from portal.visitor.rights import (
    DECIDING,
    HIDES,
    JUDGING,
    Judged,
    right_of,
    sees_correction,
    sees_judgement,
    sees_names,
    sees_rating,
)
from portal.visitor.site import Site
from rulebooks import Rulebook
from states import Dossier
from states.cases import Evaluation, Supervision
from states.decide import event_names
from states.judged import REVEALING, shown_ids, shown_key
from states.roles import Role
from states.vocabulary import JUDGED_LEVELS
from storage.accounts import Visitor
from storage.chain import event_mark
from storage.stored import StoredEvent
from storage.visible import documents, named

EVENTS = event_names() | {
    "limit.overdue": "期限逾期", "limit.reminded": "期限提醒", "limit.escalated": "催办升级",
    "limit.excused": "已说明，不再升级", "limit.moved": "期限随日历调整", "limit.confirmed": "期限随日历确定",
}  # fmt: skip
"""Every event in Chinese; those of the ladder are the register's own."""

PROTECTED = "（身份保护）"
TEXT_NAMES = {
    "answer": "答复", "body": "意见", "decision": "决定", "explanation": "说明", "facts": "案由", "finding": "调研",
    "note": "内容", "opinion": "意见", "plan": "方案", "proposal": "建议", "reason": "理由", "reply": "答复稿",
    "report": "报告", "text": "内容",
}  # fmt: skip


class Sight:
    """A visitor before a case: what they may learn of it, and the names by which they know what is in it."""

    def __init__(self, site: Site, visitor: Visitor, dossier: Dossier) -> None:
        self.site, self.visitor, self.dossier = site, visitor, dossier
        self.rulebook: Rulebook = site.rulebook(dossier.case)
        self.parties = frozenset(dossier.parties)
        self.open_names = sees_names(visitor, dossier.case, self.parties)
        self.events = site.register.events(dossier.case.id)
        self.telling = {
            event["subject_id"]: event
            for event in self.events
            if event["subject"] == "supervision" and event["data"].get("key") in REVEALING
        }
        """Supervisions that tell by themselves how a deputy judged, with the event that does."""
        self._corrected: dict[int, int] = {}
        for event in reversed(self.events):
            if event["action"] == "correct_evaluation":
                self._corrected[event["round"]] = event["seq"]
        self.texts = documents(site.register, dossier.case.id)
        self._judgements: dict[int, bool] = {}
        self.open_rating = sees_rating(visitor, dossier, self.rulebook)
        people = {event["by"] for event in self.events} | self.parties | {dossier.case.lead}
        units = {row.unit for row in dossier.assignments.values()}
        units |= {one["unit"] for one in dossier.case.proposed}
        people |= {one for row in dossier.inspections.values() for one in row.participants}
        held = {one for row in dossier.supervisions.values() for one in (row.by, row.holder)} - {""}
        units |= held | {row.by for row in dossier.assessments.values()} | {dossier.case.committee}
        people |= held
        self.names = dict(named(site.register, sorted(people), sorted(units)))
        if not self.open_names:
            self.names |= dict.fromkeys(self.parties | {dossier.case.lead}, say(PROTECTED))

        if right_of(visitor).judged in HIDES and dossier.case.key_level != "NONE":
            known = [row.id for row in supervised_rows(self)]
            chosen = any(event["action"] == "determine_key" for event in self.events)
            self.dossier = replace(
                dossier, case=replace(dossier.case, key_level=shown_key(dossier, known, chosen))
            )

    def happened(self) -> list[Happened]:
        return [one for event in self.events if (one := self._happened(event)) is not None]

    def learns_of(self, event: StoredEvent) -> bool:
        """Whether the visitor may know that the event happened."""
        return self._happened(event) is not None

    def sees_correction(self, round_: int) -> bool:
        """Whether the visitor may know of corrected evaluations of that round."""
        return sees_correction(self.visitor, self.dossier, self.rulebook, round_)

    def sees_consequence(self, event: StoredEvent) -> bool:
        """Whether the visitor may know of what a judgement began: once it is decided; a correction, a round later."""
        corrected = event["seq"] >= self._corrected.get(event["round"], event["seq"] + 1)
        return self.sees_correction(event["round"]) if corrected else self._sees_judgement(event["round"])

    def shown_evaluations(self) -> list[Evaluation]:
        """The judgements that the visitor may see as they stand for him: a corrected one only by its correction."""
        rows = self.seen_evaluations()
        corrected = {row.corrects for row in rows}
        return [row for row in rows if row.id not in corrected]

    def seen_evaluations(self) -> list[Evaluation]:
        """The judgements that the visitor may know of, corrected ones and their corrections."""
        own = {self.visitor.person}
        found = []
        for row in self.dossier.evaluations.values():
            if row.deputy not in own and not self._sees_judgement(row.round):
                continue
            if row.corrects and row.deputy not in own and not self.sees_correction(row.round):
                continue
            found.append(row)
        return found

    def _sees_judgement(self, round_: int) -> bool:
        if round_ not in self._judgements:
            self._judgements[round_] = sees_judgement(self.visitor, self.dossier, self.rulebook, round_)
        return self._judgements[round_]

    def _follows_correction(self, event: StoredEvent) -> bool:
        """Whether the office deciding, or its limit for that, comes after a correction of the same round."""
        deciding = event["action"] in DECIDING or event["data"].get("key") in REVEALING
        return deciding and event["seq"] > self._corrected.get(event["round"], event["seq"])

    def _happened(self, event: StoredEvent) -> Happened | None:
        """The event, or None where the visitor must not learn that it happened."""
        judging = event["subject"] == "evaluator" or event["action"] in JUDGING
        own = event["by"] in (self.visitor.person, *self.visitor.deputies)
        open_ = own or self._sees_judgement(event["round"])
        if judging and not open_ and event["name"] != "evaluator.served":
            return None
        if _is_correction(event) and not own and not self.sees_correction(event["round"]):
            return None
        if self._follows_correction(event) and not own and not self.sees_correction(event["round"]):
            return None
        telling = self.telling.get(event["subject_id"]) if event["subject"] == "supervision" else None
        if telling is not None and not own and not self.sees_consequence(telling):
            return None
        if event["action"] == "rate_suggestion" and not own and right_of(self.visitor).judged == Judged.OWN:
            return None  # what the unit says of the suggestion, the deputy judges without knowing it
        if event["subject"] in ("limit", "supervision") and event["data"].get("key") in REVEALING and not open_:
            return None
        if event["action"] == "rate" and not self.open_rating:
            return None
        if event["name"] == "suggestion.key_determined" and self.dossier.case.key_level == "NONE":
            return None
        texts = []
        deciding = event["action"] in DECIDING and not open_ and right_of(self.visitor).judged != Judged.OWN
        internal = event["action"] == "endorse" and event["unit"] != self.visitor.unit
        if not deciding and not internal:  # what a unit's people say to each other along the chain stays there
            for kind, name in TEXT_NAMES.items():
                kept = event["data"].get(kind)
                if isinstance(kept, dict) and kept.get("document") in self.texts:
                    inspected = event["action"] == "inspect" and kind == "finding"
                    texts.append((say("查到的情况" if inspected else name), self.texts[kept["document"]]))
        code = event["name"]
        if judging and code.startswith("suggestion.") and event["action"] == "evaluate":
            code = "evaluator.evaluated"
        name = say(EVENTS.get(code, code), "event")
        return Happened(
            event["seq"], event["on"], self._named(event, name), self._who(event), texts,
            str(event["data"].get("level") or ""), event["subject_id"], code, event["entered_at"],
            mark_of(event["hash"]),
        )  # fmt: skip

    def _named(self, event: StoredEvent, name: str) -> str:
        key = event["data"].get("key")
        if event["subject"] == "limit" and key:
            title = event["data"].get("title") or ""
            limit = self._limit_name(key) + (say("，") + title if title else "")
            return say("%(who)s：%(what)s", who=name, what=limit)
        return name

    def _limit_name(self, key: str) -> str:
        return say(self.rulebook.limit_name(key))

    def _who(self, event: StoredEvent) -> str:
        if event["role"] == Role.SYSTEM or event["by"] == "duban":
            return say("系统")
        if event["role"] == Role.CITIZEN:
            return say(Role.CITIZEN.zh)
        role = say(OWNERS.get(event["role"], event["role"]))
        if event["role"] in (Role.DEPUTY, Role.PROXY) and not self.open_names:
            return role + say(PROTECTED)
        if event["role"] == Role.PROXY:
            whose = str(event["data"].get("on_behalf_of") or "")
            name = self.names.get(event["by"], event["by"])
            return f"{role} {name}" + say("（替%(deputy)s代表办）", deputy=self.names.get(whose, whose))
        return f"{role} {self.names.get(event['by'], event['by'])}"


def timeline(site: Site, visitor: Visitor, dossier: Dossier) -> list[Happened]:
    """The events of a case that this visitor may learn of, in order."""
    return Sight(site, visitor, dossier).happened()


def mark_of(event_hash: str) -> str:
    """The opaque name of the event with this hash."""
    return event_mark(event_hash)


def _is_correction(event: StoredEvent) -> bool:
    """A correction or the ladder of dissatisfaction, and what follows from them in a case that was closed."""
    if event["action"] == "correct_evaluation" or event["name"] in ("evaluator.corrected", "evaluator.escalated"):
        return True
    return bool(event["name"] == "suggestion.evaluated_dissatisfied" and not event["action"])


def supervised_rows(seen: Sight) -> list[Supervision]:
    """The supervisions that the visitor may know of: none whose beginning he must not learn of.

    What the ladder of judgements began, the judged side sees once the office acted upon that round's judgement.
    """
    begun = {
        event["subject_id"]: seen.learns_of(event)
        for event in reversed(seen.events)
        if event["subject"] == "supervision"
    }
    return [
        row
        for row in seen.dossier.supervisions.values()
        if begun.get(row.id, True)
        and (row.level not in JUDGED_LEVELS or _may_be_known(seen, row))
    ]


def _may_be_known(seen: Sight, row: Supervision) -> bool:
    """Whether the visitor may know of what the ladder of judgements began; without its event, a round later."""
    begun = seen.telling.get(row.id)
    return seen.sees_consequence(begun) if begun else seen.sees_correction(seen.dossier.case.round)


def ids_of_supervisions(seen: Sight) -> Mapping[str, str]:
    """By which id the visitor knows each supervision of the case."""
    rows = seen.dossier.supervisions.values()
    if right_of(seen.visitor).judged not in HIDES:
        return {row.id: row.id for row in rows}
    return shown_ids((row.id, row.id in seen.telling or row.level in JUDGED_LEVELS) for row in rows)
