"""A case as one visitor may see it: hidden facts are not in it, so no page can show them by mistake."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from notifications.papers import KINDS
from portal.visitor.basis import basis
from portal.visitor.case_shapes import CaseFile, Contact, Happened, Limit, PaperLine, Part, Told
from portal.visitor.judged_shapes import Judgement
from portal.visitor.judgements import (
    conversions_of,
    dimensions_judged,
    inspections_of,
    promises_of,
    slots_seen,
    supervisions_of,
    twice_judged,
)
from portal.visitor.languages import level_name, say
from portal.visitor.owners import OWNERS
from portal.visitor.responsibility_chain import ChainLink, chain_of
from portal.visitor.rights import (
    Judged,
    judges_blind,
    right_of,
    scope_of,
    sees_names,
    sees_paper,
    shown_state,
)
from portal.visitor.sight import Sight
from portal.visitor.timeline import EVENTS, TEXT_NAMES, happened, timeline
from states.cases import Assignment, Deadline
from states.decide import LIFECYCLES
from states.judged import REVEALING
from states.vocabulary import (
    AddressedBody,
    ContactKind,
    Excellence,
    PartRole,
    ReplyClass,
    Role,
    Satisfaction,
    Subject,
)
from storage.citizens import Citizen, citizen_of
from storage.errors import UnknownCase
from storage.places import place_of
from storage.stored import StoredPaper
from storage.visible import seen_of, sees
from storage.who_stands import chain_people

"""The bodies to which a supervision is reported."""
_BECOMES = {"merge": "并入", "promote": "转化成"}
_BECAME = {step.target: _BECOMES[step.action] for step in LIFECYCLES["opinion"].steps if step.action in _BECOMES}

def names_in(sight: "Viewing") -> dict[str, str]:
    """The names of all ids that can occur in a refusal about the case, as this visitor may read them."""
    case_file, visitor, dossier = sight.view, sight.visitor, sight.dossier
    names = {dossier.case.id: say("这一件"), visitor.person: visitor.name, visitor.unit: visitor.unit_name}
    names |= {key: case_file.names.get(row.unit, row.unit) for key, row in dossier.assignments.items()}
    names |= {key: f"“{row.text}”" for key, row in dossier.commitments.items()}
    names |= {row.id: say("%(level)s 督办", level=level_name(row.level)) for row in case_file.supervisions}
    names |= {key: say("%(day)s 的查验", day=row.inspected_on) for key, row in dossier.inspections.items()}
    names |= {key: f"“{row.target}”" for key, row in dossier.conversions.items()}
    for key, row in dossier.communications.items():
        names[key] = say("%(day)s 的沟通", day=row.happened_on)
    return {**names, **case_file.names}


class Viewing(Sight):
    """Builds everything that a page shows of a case to a visitor."""

    @cached_property
    def view(self) -> CaseFile:
        """What this visitor sees of a case of their scope."""
        case = self.dossier.case
        state = shown_state(self.visitor, case.state, self.rulebook)
        hidden = not self.sees_judgement(case.round)
        return CaseFile(
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
            texts=self.request_texts(),
            parts=self.parts(),
            limits=self._limits(),
            events=self._timeline(),
            evaluations=self._evaluations(),
            evaluations_hidden=hidden and right_of(self.visitor).judged == Judged.BY_RULEBOOK,
            commitments=promises_of(self),
            supervisions=supervisions_of(self),
            communications=[
                Contact(
                    row.happened_on, say(ContactKind.name_of(row.kind)), row.standing,
                    self.names.get(row.deputy, row.deputy), row.face_to_face,
                )
                for row in self.dossier.communications.values()
            ],
            names=self.names,
            facts=self._facts(),
            links=self._links(),
            citizen=self._citizen(),
            inspections=inspections_of(self), twice=twice_judged(self), slots=slots_seen(self, EVENTS),
            conversions=conversions_of(self), excellent=Excellence.names().get(case.excellent, ""),
            repeat_of=self._repeated(),
        )  # fmt: skip

    def _citizen(self) -> Citizen | None:
        """The citizen of an opinion, for visitors who may know."""
        case = self.dossier.case
        by_citizen = case.is_opinion and right_of(self.visitor).citizens
        return citizen_of(self.site.register, case.id) if by_citizen else None

    def _facts(self) -> list[tuple[str, str]]:
        case = self.dossier.case
        if not case.is_opinion:
            return []
        facts = []
        place = place_of(self.site.register, case.id)
        if place is not None:
            facts.append(("家站点", place.name))
        if case.proposed:
            unit = case.proposed[0]["unit"]
            facts.append(("转交单位", self.names.get(unit, unit)))
        for event in self.events:
            if event["action"] == "refer":
                facts.append(("告知的其他渠道", str(event["data"].get("channel"))))
            if event["action"] == "rate" and self.sees_rating:
                rating = str(event["data"].get("rating"))
                facts.append(("群众评价", say(Satisfaction.name_of(rating))))
        return facts

    def papers(self) -> list[PaperLine]:
        """The papers that the visitor may have, in order, with the recipients that they may know."""
        if self.dossier.case.is_opinion:
            return []
        papers = []
        for row in self.site.papers.of_case(self.dossier, self.events):
            kind = KINDS[row["kind"]]
            if self.has_paper(row):
                names = [self._addressee(addressee) for addressee in row["addressees"]]
                to = say("、").join(dict.fromkeys(names))
                papers.append(PaperLine(row["id"], row["number"], say(kind.name), row["title"], to, row["on"]))
        return papers

    def has_paper(self, row: StoredPaper) -> bool:
        """Whether the visitor may have a paper of the case; one about a supervision only if they may know of that."""
        event = self.events[row["seq"] - 1]
        if self.follows_correction(event) and not self.learns_of(event):
            return False
        if event["subject"] == Subject.SUPERVISION:
            idents = {supervision.id for supervision in self.supervisions}
            if event["subject_id"] not in idents or not self.learns_of(event):
                return False
        return sees_paper(self.visitor, self.dossier, self.rulebook, row, KINDS[row["kind"]].judging)

    def _addressee(self, addressee: str) -> str:
        kind, _, id_ = addressee.partition(":")
        return say(AddressedBody.name_of(kind)) if kind in AddressedBody.values() else self.names.get(id_, addressee)

    def _links(self) -> list[tuple[str, str, str]]:
        """The case that this one came from or became; none that would tell who is behind a protected one."""
        case, scope = self.dossier.case, scope_of(self.visitor)
        if not case.linked_case or not self.open_names:
            return []
        how = _BECAME.get(case.state, "来自群众意见")
        try:
            other = self.site.register.dossier(case.linked_case)
        except UnknownCase:
            return [(how, "", case.linked_case)] if case.is_opinion else []
        seen = scope is not None and sees(self.site.register, scope, other.case.id)
        if not seen or not sees_names(self.visitor, other.case, frozenset(other.parties)):
            return []
        return [(how, other.case.id, other.case.title)]

    def _deputies(self) -> list[str]:
        if self.dossier.case.is_opinion:
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

    def request_texts(self) -> list[Told]:
        """The newest text of the matter itself: facts and proposal, or what the citizen says."""
        return [Told(kind, say(TEXT_NAMES[kind]), text) for kind, text in self.written().items()]

    def written(self) -> dict[str, str]:
        """What is written now as facts, proposal or a citizen's words, by kind."""
        texts: dict[str, str] = {}
        for event in self.events:
            for kind in ("facts", "proposal", "body"):
                kept = event["data"].get(kind)
                if isinstance(kept, dict) and kept.get("document") in self.texts:
                    texts[kind] = self.texts[kept["document"]]
        return texts

    def parts(self) -> list[Part]:
        limits: dict[str, Deadline] = {}
        for row in self.dossier.deadlines.values():
            if row.open and row.duty and row.subject == Subject.ASSIGNMENT:
                nearest = limits.get(row.subject_id)
                if nearest is None or row.last_day < nearest.last_day:
                    limits[row.subject_id] = row
        persons = self._persons()
        return [
            Part(
                row.id, self.names.get(row.unit, row.unit), say(PartRole.name_of(row.role)), row.part,
                say(LIFECYCLES["assignment"].names[row.state], "state"), persons.get(row.unit, {}).get("handler", ""),
                row.round, self._result(row), self._limit(limits.get(row.id)), self._met(row),
                self._chain(row, persons.get(row.unit, {})), row.since,
            )
            for row in self.dossier.assignments.values()
        ]  # fmt: skip

    def _chain(self, part: Assignment, people: Mapping[str, str]) -> list[ChainLink]:
        """The chain of a part's reply; empty in a past round."""
        case = self.dossier.case
        return chain_of(case, part, self.events, self.rulebook, people) if part.round == case.round else []

    def replies(self) -> list[tuple[Part, str]]:
        """The parts of this round that were answered, each with its newest reply."""
        shown = timeline(self)
        newest = {event.row: text.text for event in shown for text in event.texts if text.kind == "reply"}
        now = self.dossier.case.round
        return [(part, newest.get(part.id, "")) for part in self.parts() if part.reply_class and part.round == now]

    def _result(self, row: Assignment) -> str:
        """The result of the part: the class of its reply or the opinion of a co-unit."""
        if row.assists:
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
        return chain_people(self.site.register, (row.unit for row in self.dossier.assignments.values()))

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
            self.names.get(id_) if kind in ("unit", Role.DEPUTY, "person") else say(OWNERS.get(kind, kind))
        )
        return Limit(
            say(self.rulebook.limit_name(row.key)), owner or id_, row.last_day, row.provisional, row.level,
            basis(row.source), row.duty, self.site.lamp(row.last_day),
        )  # fmt: skip

    def _timeline(self) -> list[Happened]:
        """The events in order; of several with one name in one step only the first."""
        events: list[Happened] = []
        seen: set[tuple[Any, ...]] = set()
        for event in self.events:
            if not self.learns_of(event):
                continue
            entry = happened(self, event)
            along = (entry.name, entry.who, entry.level, event["at"])
            if along in seen and not entry.texts:
                continue
            seen.add(along)
            events.append(entry)
        return events

    def _evaluations(self) -> list[Judgement]:
        """The evaluations, corrections beside what they correct, and corrected ones marked."""
        rows = self.seen_evaluations()
        by_id = {row.id: row for row in rows}
        corrected = {row.corrects for row in rows}
        lines = []
        for row in rows:
            part = self.dossier.assignments.get(row.assignment_id)
            before = by_id.get(row.corrects)
            was = before and say(
                "更正 %(day)s 的“%(value)s”", day=before.evaluated_on, value=say(Satisfaction.name_of(before.value))
            )
            lines.append(
                Judgement(
                    unit=self.names.get(part.unit, part.unit) if part else "",
                    deputy=self.names.get(row.deputy, row.deputy), value=say(Satisfaction.name_of(row.value)),
                    said=dimensions_judged(row), round=row.round, on=row.evaluated_on, was=was or "",
                    corrected=row.id in corrected,
                )
            )  # fmt: skip
        return lines

    def _repeated(self) -> tuple[str, str]:
        """The earlier suggestion, where the visitor sees it."""
        earlier, scope = self.dossier.case.repeat_of, scope_of(self.visitor)
        if not earlier or scope is None:
            return ("", "")
        visible = seen_of(self.site.register, scope, [earlier])
        return (earlier, " ".join(visible[earlier])) if earlier in visible else ("", "")
