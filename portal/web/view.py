"""A case as one visitor may see it: whatever he must not learn is not in it, so no page can show it by mistake."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from notifications.papers import KINDS
from portal.rights import (
    DECIDING,
    HIDES,
    JUDGING,
    Judged,
    judges_blind,
    right_of,
    scope_of,
    sees_correction,
    sees_judgement,
    sees_names,
    sees_paper,
    sees_rating,
    shown_state,
)
from portal.web.both import basis
from portal.web.chain import Link, chain_of
from portal.web.judgements import (
    Inspected,
    Slot,
    Twice,
    conversions_of,
    inspections_of,
    promises_of,
    slots_seen,
    supervised_rows,
    supervisions_of,
    twice_judged,
)
from portal.web.languages import say
from portal.web.site import Lamp, Site
from rulebooks import Rulebook
from states import Dossier
from states.cases import Assignment, Deadline, Evaluation
from states.decide import LIFECYCLES, event_names
from states.judged import REVEALING, shown_key
from states.roles import Role
from states.vocabulary import ContactKind, Dimension, PartRole, ReplyClass, Satisfaction
from storage import Register
from storage.accounts import Visitor
from storage.chain import event_mark
from storage.citizens import Citizen, citizen_of
from storage.errors import UnknownCase
from storage.places import place_of
from storage.statements import reading
from storage.visible import documents, named, seen_of, sees

EVENTS = event_names() | {
    "limit.overdue": "期限逾期", "limit.reminded": "期限提醒", "limit.escalated": "催办升级",
    "limit.excused": "已说明，不再升级", "limit.moved": "期限随日历调整", "limit.confirmed": "期限随日历确定",
}  # fmt: skip
"""Every event in Chinese; those of the ladder are the register's own."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROTECTED = "（身份保护）"
OWNERS = Role.names() | {"office": "代表工委"}
BODIES = {"meeting": "主任会议", "government": "人民政府"}
"""To whom a supervision is reported."""
EXCELLENT_NAMES = {"NOMINATED": "推荐为优秀建议", "AWARDED": "优秀建议"}
TEXT_NAMES = {
    "answer": "答复", "body": "意见", "decision": "决定", "explanation": "说明", "facts": "案由", "finding": "调研",
    "note": "内容", "opinion": "意见", "plan": "方案", "proposal": "建议", "reason": "理由", "reply": "答复稿",
    "report": "报告", "text": "内容",
}  # fmt: skip


@dataclass
class Part:
    """A unit's part: six elements of it (content, unit, person, limit, progress, result) stand on its card."""

    id: str
    unit: str
    role: str
    what: str
    state: str
    person: str
    round: int
    reply_class: str
    limit: "Limit | None" = None
    met: str = ""
    chain: list[Link] = field(default_factory=list)
    moved_on: date | None = None


@dataclass
class Limit:
    """A limit that runs: whose, until when, how near, and why."""

    name: str
    owed_by: str
    last_day: date
    provisional: bool
    level: str
    source: str
    lamp: Lamp
    duty: bool


@dataclass
class Happened:
    """An event of the timeline."""

    seq: int
    on: date
    name: str
    who: str
    texts: list[tuple[str, str]] = field(default_factory=list)
    level: str = ""
    row: str = ""
    code: str = ""
    entered_at: datetime = EPOCH
    mark: str = ""
    """An opaque name of the event: it tells neither its place in the chain nor how many are between two of them."""


@dataclass
class PaperLine:
    """A paper of the case that the visitor may have; `number` is empty until somebody asked for it."""

    id: str
    number: str
    kind: str
    title: str
    to: str
    on: date


@dataclass
class CaseView:
    """Everything a page says of a case."""

    id: str
    number: str
    machine: str
    title: str
    state: str
    state_name: str
    rulebook: str
    track: str
    key_level: str
    secrecy: str
    round: int
    deputies: list[str]
    texts: list[tuple[str, str]]
    parts: list[Part]
    limits: list[Limit]
    events: list[Happened]
    evaluations: list[dict[str, str]]
    evaluations_hidden: bool
    commitments: list[dict[str, Any]]
    supervisions: list[dict[str, Any]]
    communications: list[dict[str, Any]]
    names: Mapping[str, str]
    facts: list[tuple[str, str]] = field(default_factory=list)
    """Of an opinion: where it came in, who has it, what the citizen says of the result."""
    links: list[tuple[str, str, str]] = field(default_factory=list)
    """Cases that belong to this one and that the visitor sees, too: how, id, title."""
    citizen: Citizen | None = None
    inspections: list[Inspected] = field(default_factory=list)
    twice: list[Twice] = field(default_factory=list)
    """双评: both judgements of a reply, where the visitor may see both."""
    slots: list[Slot] = field(default_factory=list)
    conversions: list[dict[str, Any]] = field(default_factory=list)
    excellent: str = ""
    repeat_of: tuple[str, str] = ("", "")
    """The earlier suggestion that this one repeats: its id where the visitor sees it, and how it is called."""


def view(site: Site, visitor: Visitor, dossier: Dossier) -> CaseView:
    """What this visitor sees of a case that lies in his scope."""
    return Viewing(site, visitor, dossier).view()


def names_in(found: CaseView, visitor: Visitor, dossier: Dossier) -> dict[str, str]:
    """The names of all ids that a refusal about the case may speak of, as this visitor may read them."""
    names = {dossier.case.id: say("这一件"), visitor.person: visitor.name, visitor.unit: visitor.unit_name}
    names |= {key: found.names.get(row.unit, row.unit) for key, row in dossier.assignments.items()}
    names |= {key: f"“{row.text}”" for key, row in dossier.commitments.items()}
    names |= {row["id"]: say("%(level)s 督办", level=row["level"]) for row in found.supervisions}
    names |= {key: say("%(day)s 的查验", day=row.inspected_on) for key, row in dossier.inspections.items()}
    names |= {key: f"“{row.target}”" for key, row in dossier.conversions.items()}
    for key, row in dossier.communications.items():
        names[key] = say("%(day)s 的沟通", day=row.happened_on)
    return {**names, **found.names}


def timeline(site: Site, visitor: Visitor, dossier: Dossier) -> list[Happened]:
    """The events of a case that this visitor may learn of, in order."""
    return Viewing(site, visitor, dossier).happened()


def mark_of(event_hash: str) -> str:
    """The opaque name of the event with this hash."""
    return event_mark(event_hash)


def _is_correction(event: Mapping[str, Any]) -> bool:
    """A correction or the ladder of dissatisfaction, and what follows from them in a case that was closed."""
    if event["action"] == "correct_evaluation" or event["name"] in ("evaluator.corrected", "evaluator.escalated"):
        return True
    return bool(event["name"] == "suggestion.evaluated_dissatisfied" and not event["action"])


class Viewing:
    """A visitor before a case: what he may learn of it, and the names by which he knows what is in it."""

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

    def view(self) -> CaseView:
        case = self.dossier.case
        state = shown_state(self.visitor, case.state, self.rulebook)
        hidden = not self._sees_judgement(case.round)
        return CaseView(
            id=case.id,
            number=case.number,
            machine=case.machine,
            title=case.title,
            state=state,
            state_name=say(LIFECYCLES[case.machine].names[state], "state"),
            rulebook=self.rulebook.title,
            track=case.track,
            key_level=case.key_level,
            secrecy=case.secrecy,
            round=case.round,
            deputies=self._deputies(),
            texts=self._texts(),
            parts=self._parts(),
            limits=self._limits(),
            events=self._timeline(),
            evaluations=self._evaluations(),
            evaluations_hidden=hidden and right_of(self.visitor).judged == Judged.BY_RULEBOOK,
            commitments=promises_of(self),
            supervisions=supervisions_of(self),
            communications=[
                {"on": row.happened_on, "kind": say(ContactKind.name_of(row.kind)), "standing": row.standing,
                 "deputy": self.names.get(row.deputy, row.deputy), "face_to_face": row.face_to_face}
                for row in self.dossier.communications.values()
            ],
            names=self.names,
            facts=self._facts(),
            links=self._links(),
            citizen=citizen_of(self.site.register, case.id) if right_of(self.visitor).citizens else None,
            inspections=inspections_of(self), twice=twice_judged(self), slots=slots_seen(self, EVENTS),
            conversions=conversions_of(self), excellent=EXCELLENT_NAMES.get(case.excellent, ""),
            repeat_of=self._repeated(),
        )  # fmt: skip

    def happened(self) -> list[Happened]:
        return [one for event in self.events if (one := self._happened(event)) is not None]

    def _facts(self) -> list[tuple[str, str]]:
        case = self.dossier.case
        if case.machine != "opinion":
            return []
        found = []
        place = place_of(self.site.register, case.id)
        if place is not None:
            found.append(("家站点", place.name))
        if case.proposed:
            unit = case.proposed[0]["unit"]
            found.append(("转交单位", self.names.get(unit, unit)))
        for event in self.events:
            if event["action"] == "refer":
                found.append(("告知的其他渠道", str(event["data"].get("channel"))))
            if event["action"] == "rate" and self.open_rating:
                rating = str(event["data"].get("rating"))
                found.append(("群众评价", say(Satisfaction.name_of(rating))))
        return found

    def papers(self) -> list[PaperLine]:
        """The papers that the visitor may have, in order; to whom each went, as far as he learns of them."""
        if self.dossier.case.machine != "suggestion":
            return []
        found = []
        for row in self.site.papers.of_case(self.dossier, self.events):
            kind = KINDS[row["kind"]]
            if self.has_paper(row):
                names = [self._addressee(one) for one in row["addressees"]]
                to = say("、").join(dict.fromkeys(names))
                found.append(PaperLine(row["id"], row["number"], say(kind.name), row["title"], to, row["on"]))
        return found

    def has_paper(self, row: Mapping[str, Any]) -> bool:
        """Whether the visitor may have a paper of the case; of a supervision only who may know of that."""
        event = self.events[row["seq"] - 1]
        if self._follows_correction(event) and not self.learns_of(event):
            return False
        if event["subject"] == "supervision":
            known = {one.id for one in supervised_rows(self)}
            if event["subject_id"] not in known or not self.learns_of(event):
                return False
        return sees_paper(self.visitor, self.dossier, self.rulebook, row, KINDS[row["kind"]].judging)

    def _addressee(self, addressee: str) -> str:
        kind, _, id_ = addressee.partition(":")
        return say(BODIES[kind]) if kind in BODIES else self.names.get(id_, addressee)

    def _links(self) -> list[tuple[str, str, str]]:
        """The case that this one came from or became; none that would tell who is behind a protected one."""
        case, scope = self.dossier.case, scope_of(self.visitor)
        if not case.linked_case or not self.open_names:
            return []
        how = {"MERGED": "并入", "PROMOTED": "转化成"}.get(case.state, "来自群众意见")
        try:
            other = self.site.register.dossier(case.linked_case)
        except UnknownCase:
            return [(how, "", case.linked_case)] if case.machine == "opinion" else []
        seen = scope is not None and sees(self.site.register, scope, other.case.id)
        if not seen or not sees_names(self.visitor, other.case, frozenset(other.parties)):
            return []
        return [(how, other.case.id, other.case.title)]

    def _deputies(self) -> list[str]:
        if self.dossier.case.machine == "opinion":
            lead = self.dossier.case.lead
            return [self.names.get(lead, lead)] if lead else []
        rows = [row for row in self.dossier.parties.values() if row.dropped_on is None]
        if not self.open_names:
            return [say("%(n)d 位代表（身份保护）", n=len(rows))] if rows else []
        return [
            self.names.get(row.deputy, row.deputy)
            + say("（领衔）" if row.lead else "（联名）" if row.confirmed_on else "（联名，待确认）")
            for row in rows
        ]

    def _texts(self) -> list[tuple[str, str]]:
        """The newest text of the matter itself: facts and proposal, or what the citizen says."""
        return [(say(TEXT_NAMES[kind]), text) for kind, text in _newest(self.events, self.texts).items()]

    def _parts(self) -> list[Part]:
        limits: dict[str, Deadline] = {}
        for row in self.dossier.deadlines.values():
            if row.open and row.duty and row.subject == "assignment":
                known = limits.get(row.subject_id)
                if known is None or row.last_day < known.last_day:
                    limits[row.subject_id] = row
        persons = self._persons()
        return [
            Part(
                row.id, self.names.get(row.unit, row.unit), say(PartRole.name_of(row.role)), row.part,
                say(LIFECYCLES["assignment"].names[row.state], "state"), persons.get(row.unit, {}).get("handler", ""),
                row.round, self._result(row), self._limit(limits.get(row.id)), self._met(row),
                chain_of(self.dossier.case, row, self.events, self.rulebook, persons.get(row.unit, {})), row.since,
            )
            for row in self.dossier.assignments.values()
        ]  # fmt: skip

    def _result(self, row: Assignment) -> str:
        """What came of the part: the class of its reply or the opinion of a co-unit."""
        if row.role == "CO":
            return say("已送会办意见") if row.opinion_sent_on else ""
        return say(ReplyClass.name_of(row.reply_class))

    def _met(self, row: Assignment) -> str:
        """Whether the reply was in time, once it was delivered."""
        limit = self.dossier.deadlines.get(("assignment", row.id, "reply_by", row.round))
        if limit is None or limit.met_on is None:
            return ""
        late = (limit.met_on - limit.last_day).days
        if late > 0:
            return say("%(day)s 答复，逾期 %(n)d 天", day=limit.met_on, n=late)
        return say("%(day)s 答复，按时", day=limit.met_on)

    def _persons(self) -> dict[str, dict[str, str]]:
        """The people of the units' chains by unit and role."""
        sql = self.site.register.layout.sql
        units = sorted({row.unit for row in self.dossier.assignments.values()})
        if not units:
            return {}
        with reading(self.site.register.engine) as cursor:
            rows = cursor.rows(
                "SELECT l.unit, l.role, p.name FROM chain_links l JOIN people p ON p.id = l.person "
                f"WHERE l.unit {sql.any}",
                [sql.many(units)],
            )
        found: dict[str, dict[str, str]] = {}
        for unit, role, name in rows:
            found.setdefault(unit, {})[role] = name
        return found

    def _limits(self) -> list[Limit]:
        judged = right_of(self.visitor).judged
        blind = judged == Judged.AFTER_OWN and judges_blind(self.dossier, self.rulebook, self.dossier.case.round)
        hide = REVEALING if judged == Judged.BY_RULEBOOK or blind else ()
        rows = [row for row in self.dossier.deadlines.values() if row.open and row.key not in hide]
        rows.sort(key=lambda row: (not row.duty, row.last_day))
        return [limit for row in rows if (limit := self._limit(row)) is not None]

    def _limit(self, row: Any) -> Limit | None:
        if row is None:
            return None
        kind, _, id_ = row.owed_by.partition(":")
        owner = (
            self.names.get(id_) if kind in ("unit", "deputy", "person") else say(OWNERS.get(kind, kind))
        )
        return Limit(
            self._limit_name(row.key), owner or id_, row.last_day, row.provisional, row.level, basis(row.source),
            self.site.lamp(row.last_day), row.duty,
        )  # fmt: skip

    def _timeline(self) -> list[Happened]:
        """What happened, in order; what a step moved along with it under the same name is said once."""
        found: list[Happened] = []
        said: set[tuple[Any, ...]] = set()
        for event in self.events:
            one = self._happened(event)
            if one is None:
                continue
            along = (one.name, one.who, one.level, event["at"])
            if along in said and not one.texts:
                continue
            said.add(along)
            found.append(one)
        return found

    def _limit_name(self, key: str) -> str:
        return say(self.rulebook.limit_name(key))

    def _happened(self, event: dict[str, Any]) -> Happened | None:
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

    def _follows_correction(self, event: Mapping[str, Any]) -> bool:
        """Whether the office deciding, or its limit for that, comes after a correction of the same round."""
        deciding = event["action"] in DECIDING or event["data"].get("key") in REVEALING
        return deciding and event["seq"] > self._corrected.get(event["round"], event["seq"])

    def _sees_judgement(self, round_: int) -> bool:
        if round_ not in self._judgements:
            self._judgements[round_] = sees_judgement(self.visitor, self.dossier, self.rulebook, round_)
        return self._judgements[round_]

    def learns_of(self, event: dict[str, Any]) -> bool:
        """Whether the visitor may know that the event happened."""
        return self._happened(event) is not None

    def sees_correction(self, round_: int) -> bool:
        """Whether the visitor may know of corrected evaluations of that round."""
        return sees_correction(self.visitor, self.dossier, self.rulebook, round_)

    def sees_consequence(self, event: Mapping[str, Any]) -> bool:
        """Whether the visitor may know of what a judgement began: once it is decided; a correction, a round later."""
        corrected = event["seq"] >= self._corrected.get(event["round"], event["seq"] + 1)
        return self.sees_correction(event["round"]) if corrected else self._sees_judgement(event["round"])

    def _named(self, event: dict[str, Any], name: str) -> str:
        key = event["data"].get("key")
        if event["subject"] == "limit" and key:
            title = event["data"].get("title") or ""
            limit = self._limit_name(key) + (say("，") + title if title else "")
            return say("%(who)s：%(what)s", who=name, what=limit)
        return name

    def _who(self, event: dict[str, Any]) -> str:
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

    def _evaluations(self) -> list[dict[str, str]]:
        """Each with what it corrects beside it; a corrected one says so."""
        rows = self.seen_evaluations()
        by_id = {row.id: row for row in rows}
        corrected = {row.corrects for row in rows}
        found = []
        for row in rows:
            part = self.dossier.assignments.get(row.assignment_id)
            before = by_id.get(row.corrects)
            found.append(
                {
                    "unit": self.names.get(part.unit, part.unit) if part else "",
                    "deputy": self.names.get(row.deputy, row.deputy),
                    "value": say(Satisfaction.name_of(row.value)),
                    "said": self._said(row),
                    "round": str(row.round),
                    "on": row.evaluated_on.isoformat(),
                    "was": say(
                        "更正 %(day)s 的“%(value)s”", day=before.evaluated_on,
                        value=say(Satisfaction.name_of(before.value)),
                    ) if before else "",
                    "corrected": "yes" if row.id in corrected else "",
                }
            )  # fmt: skip
        return found

    def _said(self, row: Evaluation) -> str:
        values = {"attitude": row.attitude, "result": row.result}
        return say("，").join(
            say("%(what)s：%(value)s", what=say(Dimension.name_of(name)), value=say(Satisfaction.name_of(value)))
            for name, value in values.items()
            if value
        )

    def _repeated(self) -> tuple[str, str]:
        """The earlier suggestion, where the visitor sees it."""
        earlier, scope = self.dossier.case.repeat_of, scope_of(self.visitor)
        if not earlier or scope is None:
            return ("", "")
        known = seen_of(self.site.register, scope, [earlier])
        return (earlier, " ".join(known[earlier])) if earlier in known else ("", "")


def written_texts(register: Register, case_id: str) -> dict[str, str]:
    """What is written now as facts, proposal or a citizen's words, by kind."""
    return _newest(register.events(case_id), documents(register, case_id))


def _newest(events: Iterable[Mapping[str, Any]], texts: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for event in events:
        for kind in ("facts", "proposal", "body"):
            kept = event["data"].get(kind)
            if isinstance(kept, dict) and kept.get("document") in texts:
                found[kind] = texts[kept["document"]]
    return found


@dataclass
class Followed:
    """An opinion as its citizen sees it: no official's name, the answer once it is meant for the citizen."""

    title: str
    body: str
    state: str
    steps: list[tuple[date, str]]
    answer: str = ""
    ratable: bool = False
    rating: str = ""


_TELLING = frozenset({"answer_on_site", "relay", "close"})
"""Steps after which the answer is meant for the citizen."""

_TO_CITIZEN = {
    "record": "已登记", "answer_on_site": "当场答复", "route": "已转交%(what)s", "handle": "单位开始办理",
    "answer": "单位已办出结果，待代表核实反馈", "relay": "结果反馈给您", "rate": "您评价了", "close": "办结",
    "refer": "请通过其他渠道反映：%(what)s", "merge": "与另一件相同的意见一起办", "promote": "已转化，继续推动解决",
}  # fmt: skip


def followed(site: Site, dossier: Dossier) -> Followed:
    """What the holder of the tracking code sees."""
    case, events = dossier.case, site.register.events(dossier.case.id)
    texts = documents(site.register, case.id)
    units = {str(event["data"].get("unit")) for event in events if event["action"] == "route"}
    names = named(site.register, (), sorted(units))
    told = any(event["action"] in _TELLING for event in events)
    seen = Followed(case.title, "", say(LIFECYCLES["opinion"].names[case.state], "state"), [])
    for event in events:
        words, data = _TO_CITIZEN.get(event["action"]), event["data"]
        if words is None:
            continue
        what = names.get(str(data.get("unit")), "") if event["action"] == "route" else data.get("channel", "")
        seen.steps.append((event["on"], say(words, "event", what=what)))
        for kind in ("body", "answer"):
            kept = data.get(kind)
            if isinstance(kept, dict) and (kind == "body" or told):
                setattr(seen, kind, texts.get(kept["document"], ""))
        if event["action"] == "rate":
            seen.rating = Satisfaction.name_of(str(data.get("rating") or ""))
    seen.ratable = case.state in ("ANSWERED_ON_SITE", "RELAYED")
    return seen
