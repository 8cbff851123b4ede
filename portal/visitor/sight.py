"""What one visitor may know of a case: its events, judgements and supervisions, and the names in it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import Self

from portal.visitor.aliases import aliases_of
from portal.visitor.languages import say
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
    shown_state,
)
from portal.visitor.site import Site
from rulebooks import Rulebook, Workdays
from states import Dossier
from states.cases import Evaluation, Supervision
from states.judged import REVEALING, shown_ids, shown_key
from states.vocabulary import JUDGED_LEVELS, Subject
from storage.accounts import Visitor
from storage.looking_up import first_hash
from storage.stored import StoredEvent
from storage.visible import documents, names_of

PROTECTED = "（身份保护）"


class Sight:
    """A case as one visitor may know it, and the names that they see.

    A request has one. Everything is read or worked out when it is first asked for, and once. `whole` is the case as it
    is, `dossier` the case without a rank that a hidden supervision gave it, `known` the case without all that the
    visitor must not learn of; what is shown is made of the last two. `seq` is how many events `whole` has.
    """

    def __init__(self, site: Site, visitor: Visitor, case_id: str) -> None:
        self.site, self.visitor, self.case_id = site, visitor, case_id
        self._judgements: dict[int, bool] = {}
        self._learnt: dict[int, bool] = {}

    @classmethod
    def of(cls, site: Site, visitor: Visitor, whole: Dossier, seq: int = 0) -> Self:
        """The sight of a case that has been read already."""
        sight = cls(site, visitor, whole.case.id)
        sight._read = whole, seq
        return sight

    def anew(self) -> Self:
        """A new sight of the current case for the same visitor."""
        return type(self)(self.site, self.visitor, self.case_id)

    # -- what is stored ----------------------------------------------------------------------------------------------

    @cached_property
    def _read(self) -> tuple[Dossier, int]:
        return self.site.register.standing(self.case_id)

    def load(self) -> None:
        """Read the case, where it was not yet; raises UnknownCase."""
        _ = self._read

    @property
    def whole(self) -> Dossier:
        """The case as it is; raises UnknownCase."""
        return self._read[0]

    @property
    def seq(self) -> int:
        return self._read[1]

    @cached_property
    def rulebook(self) -> Rulebook:
        return self.site.rulebook(self.whole.case)

    @cached_property
    def workdays(self) -> Workdays:
        return self.site.workdays(self.whole.case.region)

    @cached_property
    def events(self) -> list[StoredEvent]:
        """All events of the case, also hidden ones."""
        return self.site.register.events(self.case_id)

    @cached_property
    def texts(self) -> dict[str, str]:
        """All texts of the case by their id."""
        return documents(self.site.register, self.case_id)

    # -- names -------------------------------------------------------------------------------------------------------

    @cached_property
    def open_names(self) -> bool:
        return sees_names(self.visitor, self.whole.case, frozenset(self.whole.parties))

    @cached_property
    def aliases(self) -> Mapping[str, str] | None:
        """The key of each deputy of the case, in the order of the keys; None where the visitor knows them by name."""
        if self.open_names:
            return None
        return aliases_of(first_hash(self.site.register, self.case_id), self.whole.parties)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The names of people and units of the case by id, as the visitor may read them."""
        whole = self.whole
        deputies = {*whole.parties, whole.case.lead}
        holders = {person for row in whole.supervisions.values() for person in (row.by, row.holder)} - {""}
        people = {event["by"] for event in self.events} | deputies | holders
        people |= {participant for row in whole.inspections.values() for participant in row.participants}
        units = {row.unit for row in whole.assignments.values()} | {unit["unit"] for unit in whole.case.proposed}
        units |= holders | {row.by for row in whole.assessments.values()} | {whole.case.committee}
        names = dict(names_of(self.site.register, sorted(people), sorted(units)))
        return names if self.open_names else names | dict.fromkeys(deputies, say(PROTECTED))

    @cached_property
    def deputies(self) -> dict[str, str]:
        """The names of the case's deputies by id; of protected ones none."""
        return {party: self.names[party] for party in self.whole.parties if self.open_names and party in self.names}

    # -- what may be learnt ------------------------------------------------------------------------------------------

    @cached_property
    def dossier(self) -> Dossier:
        """The case with the rank of a key item as it is shown."""
        case = self.whole.case
        if right_of(self.visitor).judged not in HIDES or not case.is_key:
            return self.whole
        chosen = any(event["action"] == "determine_key" for event in self.events)
        key_level = shown_key(self.whole, [row.id for row in self.supervisions], chosen)
        return replace(self.whole, case=replace(case, key_level=key_level))

    @cached_property
    def known(self) -> Dossier:
        """The case without what the visitor must not learn of; the case itself for whoever may know all of it.

        The state is the one that is shown, and no judgement, no limit and no supervision is there that the page hides;
        supervisions have the ids by which the visitor knows them.
        """
        whole, visitor = self.whole, self.visitor
        if right_of(visitor).judged not in HIDES or whole.case.is_opinion:
            return whole
        state, ids = shown_state(visitor, whole.case.state, self.rulebook), self.supervision_ids
        return replace(
            whole,
            case=replace(whole.case, state=state, key_level=self.dossier.case.key_level),
            evaluations={row.id: row for row in self.seen_evaluations()},
            assessments={
                key: row
                for key, row in whole.assessments.items()
                if row.by == visitor.unit or self.sees_judgement(row.round)
            },
            supervisions={ids[row.id]: replace(row, id=ids[row.id]) for row in self.supervisions},
            deadlines={key: row for key, row in whole.deadlines.items() if row.key not in REVEALING},
        )  # fmt: skip

    @cached_property
    def supervisions(self) -> list[Supervision]:
        """The supervisions that the visitor may know of, without those whose beginning is hidden.

        One begun by the ladder of judgements is visible to the judged side once the office acted on the judgement.
        """
        begun = {
            event["subject_id"]: self.learns_of(event)
            for event in reversed(self.events)
            if event["subject"] == Subject.SUPERVISION
        }
        return [
            row
            for row in self.whole.supervisions.values()
            if begun.get(row.id, True) and (row.level not in JUDGED_LEVELS or self._may_know(row))
        ]

    @cached_property
    def supervision_ids(self) -> Mapping[str, str]:
        """By which id the visitor knows each supervision of the case."""
        rows = self.whole.supervisions.values()
        if right_of(self.visitor).judged not in HIDES:
            return {row.id: row.id for row in rows}
        return shown_ids((row.id, row.id in self._telling or row.level in JUDGED_LEVELS) for row in rows)

    @cached_property
    def sees_rating(self) -> bool:
        """Whether the visitor learns how a citizen rated what became of an opinion."""
        return sees_rating(self.visitor, self.whole, self.rulebook)

    def sees_judgement(self, round_: int) -> bool:
        """Whether the visitor may learn what all deputies said of the replies of that round."""
        if round_ not in self._judgements:
            self._judgements[round_] = sees_judgement(self.visitor, self.whole, self.rulebook, round_)
        return self._judgements[round_]

    def sees_correction(self, round_: int) -> bool:
        """Whether the visitor may know of corrected evaluations of that round."""
        return sees_correction(self.visitor, self.whole, self.rulebook, round_)

    def shown_evaluations(self) -> list[Evaluation]:
        """The judgements that the visitor may see, without those replaced by a visible correction."""
        rows = self.seen_evaluations()
        corrected = {row.corrects for row in rows}
        return [row for row in rows if row.id not in corrected]

    def seen_evaluations(self) -> list[Evaluation]:
        """The judgements that the visitor may know of, corrected ones and their corrections."""
        return [
            row
            for row in self.whole.evaluations.values()
            if row.deputy == self.visitor.person
            or (self.sees_judgement(row.round) and not (row.corrects and not self.sees_correction(row.round)))
        ]

    def opens(self, event: StoredEvent) -> bool:
        """Whether the visitor may know the judgements of the event's round, or took the act themselves."""
        return self._own(event) or self.sees_judgement(event["round"])

    def learns_of(self, event: StoredEvent) -> bool:
        """Whether the visitor may know that the event happened."""
        if event["seq"] not in self._learnt:
            self._learnt[event["seq"]] = self._may_learn_of(event)
        return self._learnt[event["seq"]]

    def follows_correction(self, event: StoredEvent) -> bool:
        """Whether the office deciding, or its limit for that, comes after a correction of the same round."""
        deciding = event["action"] in DECIDING or event["data"].get("key") in REVEALING
        return deciding and event["seq"] > self._corrected.get(event["round"], event["seq"])

    # -- inside ------------------------------------------------------------------------------------------------------

    @cached_property
    def _telling(self) -> dict[str, StoredEvent]:
        """Supervisions that reveal by themselves how a deputy judged, with the event that does."""
        return {
            event["subject_id"]: event
            for event in self.events
            if event["subject"] == Subject.SUPERVISION and event["data"].get("key") in REVEALING
        }

    @cached_property
    def _corrected(self) -> dict[int, int]:
        """The position of the first correction of each round."""
        return {
            event["round"]: event["seq"] for event in reversed(self.events) if event["action"] == "correct_evaluation"
        }

    def _own(self, event: StoredEvent) -> bool:
        return event["by"] in (self.visitor.person, *self.visitor.deputies)

    def _may_learn_of(self, event: StoredEvent) -> bool:
        judging, own, open_ = is_judging(event), self._own(event), self.opens(event)
        if judging and not open_ and event["name"] != "evaluator.served":
            return False
        correcting = _is_correction(event) or self.follows_correction(event)
        if correcting and not own and not self.sees_correction(event["round"]):
            return False
        telling = self._telling.get(event["subject_id"]) if event["subject"] == Subject.SUPERVISION else None
        if telling is not None and not own and not self._sees_consequence(telling):
            return False
        if event["action"] == "rate_suggestion" and not own and right_of(self.visitor).judged == Judged.OWN:
            return False  # what the unit says of the suggestion, the deputy judges without knowing it
        rung = event["subject"] in (Subject.LIMIT, Subject.SUPERVISION)
        if rung and event["data"].get("key") in REVEALING and not open_:
            return False
        if event["action"] == "rate" and not self.sees_rating:
            return False
        return event["name"] != "suggestion.key_determined" or self.dossier.case.is_key

    def _sees_consequence(self, event: StoredEvent) -> bool:
        """Whether the visitor may know of what a judgement began: once it is decided; a correction, a round later."""
        corrected = event["seq"] >= self._corrected.get(event["round"], event["seq"] + 1)
        return self.sees_correction(event["round"]) if corrected else self.sees_judgement(event["round"])

    def _may_know(self, row: Supervision) -> bool:
        """Whether the visitor may know of what the ladder of judgements began; without its event, a round later."""
        begun = self._telling.get(row.id)
        return self._sees_consequence(begun) if begun else self.sees_correction(self.whole.case.round)


def is_judging(event: StoredEvent) -> bool:
    """Whether the event gives a judgement, or belongs to giving one."""
    return event["subject"] == Subject.EVALUATOR or event["action"] in JUDGING


def _is_correction(event: StoredEvent) -> bool:
    """A correction or a step of the ladder of dissatisfaction, or what follows from them in a closed case."""
    if event["action"] == "correct_evaluation" or event["name"] in ("evaluator.corrected", "evaluator.escalated"):
        return True
    return bool(event["name"] == "suggestion.evaluated_dissatisfied" and not event["action"])
