"""The content of the papers of a case, from its events, so that it does not depend on when it is made."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from notifications.papers import (
    IssuingOffice,
    Kind,
    Offices,
    Paper,
    chinese_day,
    chinese_number,
    paragraphs,
    titled,
)
from notifications.papers.paper import Fields
from rulebooks import Rulebook
from states import Dossier
from states.cases import Assignment, Party
from states.roles import UNIT_ROLES, Role
from states.vocabulary import (
    ANSWERING,
    GOVERNMENTAL,
    AddressedBody,
    PartRole,
    Subject,
    SupervisionKind,
    UnitKind,
)
from storage.folk import Folk
from storage.stored import StoredEvent, StoredPaper

PROTECTED = "（身份保护）"
UNNAMED = "提出该建议的代表"

"""To whom a supervision is reported, behind the name of the region."""

OF_ONE_UNIT = "assignment.fulfilled"
"""The last promise of one unit is kept, whatever the others still owe."""

_COMES = ("assignment.assigned", "assignment.reassigned", "assignment.rehandle_assigned")

_LEVELS = ("省", "市", "县", "区")

_IN_SESSION = re.compile(r"(\d+)-(\d+)-(\d+)")
_BETWEEN = re.compile(r"闭-(\d{4})-(\d+)")


@dataclass(frozen=True)
class PaperHead:
    """What is known of a paper from its event alone: who puts it out, to whom, and how it is called."""

    issuer: str
    addressees: tuple[str, ...]
    title: str


class CasePapers:
    """A case as its papers tell it; `events` are all of it, or none for heads of kinds that ask no parts."""

    def __init__(
        self, dossier: Dossier, events: Sequence[StoredEvent], texts: Mapping[str, str], folk: Folk,
        rulebook: Rulebook, offices: Offices,
    ) -> None:  # fmt: skip
        self.dossier, self.case = dossier, dossier.case
        self.events, self.texts, self.folk = events, texts, folk
        self.rulebook, self.offices = rulebook, offices
        self.protected = dossier.case.is_protected

    # -- what is known when a paper is entered --------------------------------------------------------------

    def heads(self, kind: Kind, event: StoredEvent) -> list[PaperHead]:
        """The papers of a kind that the event occasions, mostly one; of some kinds one by each unit that promised."""
        if not kind.each_unit:
            head = self.head(kind, event)
            return [head] if head else []
        title = titled(kind, {"case_name": self.case_name(), "case_title": self.case.title})
        served: dict[str, list[str]] = {}
        for part in self.promising(event):
            served.setdefault(f"unit:{part.unit}", []).extend(f"deputy:{deputy}" for deputy in part.served)
        return [PaperHead(unit, tuple(dict.fromkeys(deputies)), title) for unit, deputies in served.items() if deputies]

    def promising(self, event: StoredEvent) -> list[Assignment]:
        """The parts up to the event's round whose replies promised something, and whose units the event is about."""
        promised = {promise.assignment_id for promise in self.dossier.commitments.values()}
        assignments = self.dossier.assignments.values()
        parts = [part for part in assignments if part.id in promised and part.round <= event["round"]]
        if event["name"] == OF_ONE_UNIT:
            unit = self.dossier.assignments[event["subject_id"]].unit
            return [part for part in parts if part.unit == unit]
        units = self._units_told(event)
        return [part for part in parts if part.unit not in units]

    def _units_told(self, event: StoredEvent) -> set[str]:
        """The units whose own last promise had an event; those whose promises 0.1.0 saw kept had none."""
        return {
            self.dossier.assignments[earlier["subject_id"]].unit
            for earlier in self.events
            if earlier["name"] == OF_ONE_UNIT and earlier["seq"] < event["seq"]
        }

    def head(self, kind: Kind, event: StoredEvent) -> PaperHead | None:
        """None where the event occasions no such paper after all: a rung of an office, a part that answers nobody."""
        part = self.part_of(event)
        if event["subject"] == Subject.LIMIT and not str(event["data"].get("owed_by", "")).startswith("unit:"):
            return None
        if kind.id == "reassigned_notice" and (part is None or part.role not in ANSWERING):
            return None
        addressees = self._addressees(kind, event, part)
        if not addressees and not kind.unaddressed:
            return None
        title_fields = {
            "case_name": self.case_name(), "case_title": self.case.title, "case_unit": self.unit_name(event),
            "supervision": self.supervision_name(event),
        }  # fmt: skip
        return PaperHead(self._issuer(kind, event, part), addressees, titled(kind, title_fields))

    def part_of(self, event: StoredEvent) -> Assignment | None:
        """The part that the event is about, if it is about one."""
        parts, data = self.dossier.assignments, event["data"]
        for key in (event["subject_id"], data.get("assignment")):
            if key in parts:
                return parts[key]
        for key in (event["subject_id"], data.get("commitment")):
            promise = self.dossier.commitments.get(str(key))
            if promise is not None:
                return parts[promise.assignment_id]
        return None

    def unit_name(self, event: StoredEvent) -> str:
        part = self.part_of(event)
        owed_by = str(event["data"].get("owed_by", ""))
        if owed_by.startswith("unit:"):
            return self.folk.unit(owed_by.partition(":")[2])
        return self.folk.unit(part.unit) if part else ""

    def case_name(self) -> str:
        """The name of a case in a paper; a suggestion's has the place by its level: 市六届人大二次会议第18号建议."""
        if self.case.is_opinion:
            return Subject.OPINION.zh
        place, number = self.folk.region(self.case.region), self.case.number
        place = place[-1:] if place[-1:] in _LEVELS else place
        met, between = _IN_SESSION.fullmatch(number), _BETWEEN.fullmatch(number)
        if met and self.case.in_session:
            term, session, serial = (int(group) for group in met.groups())
            return f"{place}{chinese_number(term)}届人大{chinese_number(session)}次会议第{serial}号建议"
        if between:
            return f"{between[1]}年闭会期间第{int(between[2])}号建议"
        return f"第{number}号建议" if number else "代表建议"

    def _addressees(self, kind: Kind, event: StoredEvent, part: Assignment | None) -> tuple[str, ...]:
        recipients: list[str] = []
        for group in kind.to:
            if group == "unit":
                owed_by = str(event["data"].get("owed_by", ""))
                recipients += [owed_by] if owed_by else [f"unit:{part.unit}"] if part else []
            elif group == "units":
                recipients += [f"unit:{other.unit}" for other in self._parts(event) if other.role in ANSWERING]
            elif group == "lead":
                recipients += [f"deputy:{self.case.lead}"] if self.case.lead else []
            elif group == "served":
                recipients += [f"deputy:{deputy}" for deputy in (part.served if part else {})]
            elif group == "body":
                body = "government" if self._by_government(event) else "meeting"
                recipients.append(f"{body}:{self.case.region}")
            elif group == "evaluators":
                rules = self.rulebook.evaluation
                each = rules is not None and rules.joint == "each"
                recipients += [f"deputy:{party.deputy}" for party in self._deputies() if each or party.lead]
            else:
                recipients += [f"deputy:{party.deputy}" for party in self._deputies()]
        return tuple(dict.fromkeys(recipients))

    def _issuer(self, kind: Kind, event: StoredEvent, part: Assignment | None) -> str:
        by_unit = kind.id == "feedback_form" and event["role"] in UNIT_ROLES
        if (kind.issuer == "unit" or by_unit) and (part or event["unit"]):
            return f"unit:{part.unit if part else event['unit']}"
        return f"{'government' if self._by_government(event) else 'office'}:{self.case.region}"

    def _by_government(self, event: StoredEvent) -> bool:
        """Whether the government's office puts it out: it decided on it, or it is its own supervision."""
        row = self.dossier.supervisions.get(event["subject_id"])
        return row.kind == SupervisionKind.GOVERNMENT if row else event["role"] == Role.DISPATCHER

    def supervision_name(self, event: StoredEvent) -> str:
        row = self.dossier.supervisions.get(event["subject_id"])
        return SupervisionKind.name_of(row.kind) if row else ""

    def _parts(self, event: StoredEvent) -> list[Assignment]:
        """The parts of the event's round as they were after its action."""
        there: set[str] = set()
        until = self._end_of(event)
        for earlier in self.events:
            if earlier["seq"] <= until and earlier["name"] in _COMES:
                there.add(earlier["subject_id"])
            elif earlier["seq"] <= until and earlier["name"] == "assignment.return_granted":
                there.discard(earlier["subject_id"])
        parts = self.dossier.assignments.values()
        return [part for part in parts if part.round == event["round"] and part.id in there]

    def _deputies(self) -> list[Party]:
        return [party for party in self.dossier.parties.values() if party.dropped_on is None and party.confirmed_on]

    # -- what stands in it --------------------------------------------------------------------------------------

    def office(self, issuer: str) -> IssuingOffice:
        """The office behind `office:REGION`, `government:REGION` or `unit:ID`."""
        kind, _, id_ = issuer.partition(":")
        if kind == "unit":
            return self.offices.of_unit(id_, self.folk.unit(id_), self.folk.phone(id_))
        name = self.folk.region(id_)
        return (self.offices.of_government if kind == UnitKind.GOVERNMENT else self.offices.of_region)(id_, name)

    def paper(self, kind: Kind, event: StoredEvent, row: StoredPaper, own: Fields) -> Paper:
        """The paper of this kind that the event occasions, entered as `row`; `own` are the fields of its kind alone."""
        office = self.office(row["issuer"])
        contact, phone = office.contact, office.phone
        if row["issuer"].startswith("unit:") and not contact:
            contact, phone = self.folk.contact(row["issuer"].partition(":")[2])
        return Paper(
            kind.id, row["title"], office.name, row["on"], row["number"], self._names(row["addressees"]),
            self._copies(kind, event), contact, phone, {**self.common(event), **own},
        )  # fmt: skip

    def _names(self, addressees: Sequence[str]) -> tuple[str, ...]:
        names: list[str] = []
        for addressee in addressees:
            kind, _, id_ = addressee.partition(":")
            if kind == "unit":
                names.append(self.folk.unit(id_))
            elif kind in AddressedBody.values():
                names.append(self.folk.region(id_) + AddressedBody.name_of(kind))
            else:
                names.append(UNNAMED if self.protected else f"{self.folk.person(id_)}代表")
        return tuple(dict.fromkeys(names))

    def _copies(self, kind: Kind, event: StoredEvent) -> tuple[str, ...]:
        region = self.case.region
        place = self.folk.region(region)
        government = self.offices.of_government(region, place).name
        congress = self.offices.of_region(region, place).name
        part = self.part_of(event)
        if kind.id == "urge_notice":
            return (f"{self.unit_name(event)}分管负责人",)
        if kind.id == "supervision_sheet":
            return (government,)
        if kind.id == "circular":
            return (government, *self._committee())
        if kind.id == "supervision_letter":
            return self._committee()
        if kind.id in ("supervision_plan", "supervision_report"):
            return (congress if self._by_government(event) else government, *self._committee())
        if kind.id == "extension_decision" and event["name"].endswith("granted"):
            return self._names([f"deputy:{party.deputy}" for party in self._deputies()])
        if kind.id in ("reply_letter", "change_report"):
            rules = self.rulebook.reply if kind.id == "reply_letter" else self.rulebook.commitments
            governmental = part is None or self.folk.kind(part.unit) in GOVERNMENTAL
            offices = {
                "congress_office": congress, "government_office": government if governmental else "",
                "electing_body": "代表的选举单位",
            }  # fmt: skip
            return tuple(name for office in (rules.copies if rules else ()) if (name := offices[office]))
        return ()

    def _committee(self) -> tuple[str, ...]:
        """The committee by field, of which a case knows the name or the id."""
        return (self.folk.unit(self.case.committee),) if self.case.committee else ()

    def common(self, event: StoredEvent) -> Fields:
        case, part = self.case, self.part_of(event)
        reply_by = None
        if part is not None:
            reply_by = self.reply_by(part, event)
        else:
            days = [day for other in self._parts(event) if (day := self.reply_by(other, event))]
            reply_by = max(days, default=None)
        names = (self.folk.person(party.deputy) for party in self._deputies())
        deputies = PROTECTED if self.protected else "、".join(names)
        return {
            "case_number": case.number, "case_title": case.title, "case_name": self.case_name(), "deputies": deputies,
            "subject_class": case.subject_class, "committee": "".join(self._committee()),
            "case_unit": self.unit_name(event),
            "part_role": PartRole.name_of(part.role) if part else "",
            "part": (part.part or "全部内容") if part else "",
            "units": self.units(event), "reply_by": chinese_day(reply_by),
        }  # fmt: skip

    def units(self, event: StoredEvent, but: str = "") -> str:
        return "、".join(
            f"{self.folk.unit(part.unit)}（{PartRole.name_of(part.role)}）"
            for part in self._parts(event)
            if part.id != but
        )

    def reply_by(self, part: Assignment, event: StoredEvent) -> date | None:
        if part.role not in ANSWERING:
            return None
        return self.last_day("rehandle_by", part.id, event) or self.last_day("reply_by", part.id, event)

    def last_day(self, key: str, subject_id: str, event: StoredEvent) -> date | None:
        """The last day of a limit as it stood after the action of the event, as the chain tells it."""
        last_day = None
        until = self._end_of(event)
        for earlier in self.events:
            if earlier["seq"] > until:
                break
            data = earlier["data"]
            entries = list(data.get("limits", ()))
            if earlier["name"] in ("limit.moved", "limit.confirmed"):
                entries.append(data)
            for entry in entries:
                if (entry.get("key"), entry.get("subject_id")) == (key, subject_id):
                    last_day = date.fromisoformat(entry["last_day"])
        return last_day

    def _end_of(self, event: StoredEvent) -> int:
        """The last event of the action that the event belongs to."""
        end = event["seq"]
        for later in self.events:
            follows = later["seq"] == end + 1 and not later["action"] and later["by"] == event["by"]
            if follows and later["subject"] != Subject.LIMIT:
                end = later["seq"]
        return end

    def order(self, event: StoredEvent) -> StoredEvent:
        """The first event of the action: it carries what its author said."""
        start = event
        for earlier in self.events:
            if earlier["seq"] > event["seq"]:
                break
            if earlier["action"]:
                start = earlier
        return start

    def latest(self, name: str, subject_id: str, before: StoredEvent) -> StoredEvent | None:
        latest = None
        for earlier in self.events:
            if earlier["seq"] <= before["seq"] and (earlier["name"], earlier["subject_id"]) == (name, subject_id):
                latest = earlier
        return latest

    def text(self, event: StoredEvent | None, *keys: str) -> list[str]:
        """The paragraphs of the first of these texts that the event has."""
        for key in keys if event else ():
            kept = event["data"].get(key) if event else None
            text = self.texts.get(kept["document"], "") if isinstance(kept, dict) and "document" in kept else kept
            if isinstance(text, str) and text.strip():
                return paragraphs(text)
        return []

    def newest_text(self, key: str, before: StoredEvent) -> list[str]:
        text: list[str] = []
        for earlier in self.events:
            if earlier["seq"] > before["seq"]:
                break
            text = self.text(earlier, key) or text
        return text
