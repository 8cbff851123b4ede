"""The options of a form: a closed set, values of the rulebook, or rows of the case."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from portal.visitor.languages import say
from rulebooks import Rulebook
from states import Dossier
from states.sheets import Field, Type
from states.sheets.judging import DIMENSIONS
from states.sheets.supervisions import KIND
from states.supervision import AGAIN, KINDS, LIVE
from states.vocabulary import A, ContactKind, ContactStanding, ReplyClass, Satisfaction, SupervisionKind

Options = Mapping[str, str]
"""Options: label by value."""


class ReadLate(Mapping[str, str]):
    """Options that are read on first use: few forms ask for a unit."""

    def __init__(self, read: Callable[[], Options]) -> None:
        self._read = cache(read)

    def __getitem__(self, value: str) -> str:
        return self._read()[value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())


@dataclass(frozen=True)
class Choices:
    """Options by id: handling units, committees, and the names of the case's deputies."""

    units: Options
    committees: Options
    deputies: Options
    role: str = ""
    """The role in which the action would be taken."""
    rulebooks: Mapping[str, Options] = field(default_factory=dict)
    """The titles of installed rulebooks by name, by the machine that they are for."""
    aliases: Options | None = None
    """The keys that replace deputies' ids for a visitor who must not know them, in the order of the keys."""
    leaders: Options = field(default_factory=dict)
    """The government leaders who may lead a key item."""


NO_CHOICES: Final = Choices({}, {}, {})


_ORDERED = sorted(KINDS, key=lambda name: name == SupervisionKind.LADDER)
"""The kinds of supervision; what the ladder proposes by itself comes last."""


@cache
def closed_set(sheet_field: Field) -> Options:
    """The values of a field's closed set, with how it says that none of them is chosen."""
    nothing = {"": sheet_field.empty[0]} if sheet_field.empty else {}
    return {**nothing, **{choice.value: choice.zh for choice in sheet_field.among}}


def chosen_from(sheet_field: Field, dossier: Dossier, rulebook: Rulebook, choices: Choices) -> Options:
    """The options of a field of a case's form."""
    if sheet_field.key == "committee" or sheet_field.kind is Type.KNOWN:
        return choices.committees
    if sheet_field.kind in (Type.UNIT, Type.UNITS):
        return choices.units
    if sheet_field == KIND:
        return kinds_left(dossier, choices.role)
    if sheet_field in DIMENSIONS:
        return _scale(rulebook)
    if sheet_field.kind is not Type.CHOICE or sheet_field.among or sheet_field.key not in OF_A_CASE:
        return closed_set(sheet_field)
    return {**closed_set(sheet_field), **OF_A_CASE[sheet_field.key](dossier, rulebook, choices)}


def kinds_left(dossier: Dossier, role: str) -> Options:
    """The kinds of supervision that the role may begin, without those that the case has already."""
    going = {row.level for row in dossier.supervisions.values() if row.state in LIVE}
    mine = {name: SupervisionKind.name_of(name) for name in _ORDERED if role in KINDS[name].by}
    return {name: words for name, words in mine.items() if name in AGAIN or name not in going} or mine


# -- inside ------------------------------------------------------------------------------------------------------


def _scale(rulebook: Rulebook) -> Options:
    values, scale = Satisfaction.names(), rulebook.evaluation.scale if rulebook.evaluation else ()
    return dict(zip(values, scale, strict=True)) if len(scale) == len(values) else values


def _grounds_for_declining(_dossier: Dossier, rulebook: Rulebook, _choices: Choices) -> Options:
    return rulebook.admissibility.codes if rulebook.admissibility else {"OTHER": "其他"}


def _grounds_for_key(_dossier: Dossier, rulebook: Rulebook, _choices: Choices) -> Options:
    grounds = rulebook.key.criteria if rulebook.key else ()
    return dict(zip(grounds, grounds, strict=True))


def _rulebooks(dossier: Dossier, _rulebook: Rulebook, choices: Choices) -> Options:
    return choices.rulebooks.get(dossier.case.machine, {})


def _inspectable(dossier: Dossier, _rulebook: Rulebook, choices: Choices) -> Options:
    """The replies of the newest answered round and all promises, as the row that an inspection is about."""
    answered = [row for row in dossier.assignments.values() if row.delivered_on and row.reply_class]
    newest = max((row.round for row in answered), default=0)
    replies = {
        f"assignment:{row.id}": say(
            "答复：%(unit)s，申报“%(claimed)s”", unit=choices.units.get(row.unit, row.unit),
            claimed=say(ReplyClass.name_of(row.reply_class)),
        )
        for row in answered
        if row.round == newest
    }  # fmt: skip
    promises = {
        f"commitment:{row.id}": say("承诺：%(text)s，%(day)s 前", text=row.text, day=row.due_on)
        for row in dossier.commitments.values()
    }
    return {**replies, **promises}


def _open_conversions(dossier: Dossier, _rulebook: Rulebook, _choices: Choices) -> Options:
    return {row.id: row.target for row in dossier.conversions.values() if row.done_on is None}


def _returned_parts(dossier: Dossier, _rulebook: Rulebook, choices: Choices) -> Options:
    return {
        row.id: choices.units.get(row.unit, row.unit)
        for row in dossier.assignments.values()
        if row.state == A.RETURN_GRANTED and not row.replaced and row.round == dossier.case.round
    }


def _deputies(dossier: Dossier, _rulebook: Rulebook, choices: Choices) -> Options:
    taking_part = [row.deputy for row in dossier.parties.values() if row.dropped_on is None and row.confirmed_on]
    if choices.aliases is None:
        return {deputy: choices.deputies.get(deputy, say("代表")) for deputy in taking_part}
    hidden = [key for deputy, key in choices.aliases.items() if deputy in taking_part]
    return {key: say("代表%(n)d", n=number) for number, key in enumerate(hidden, start=1)}


def _open_contacts(dossier: Dossier, _rulebook: Rulebook, _choices: Choices) -> Options:
    return {
        row.id: f"{row.happened_on} {say(ContactKind.name_of(row.kind))}"
        for row in dossier.communications.values()
        if row.standing == ContactStanding.OPEN
    }


def _promises(dossier: Dossier, _rulebook: Rulebook, _choices: Choices) -> Options:
    return {row.id: row.text for row in dossier.commitments.values()}


def _leaders(_dossier: Dossier, _rulebook: Rulebook, choices: Choices) -> Options:
    return choices.leaders


OF_A_CASE: Mapping[str, Callable[[Dossier, Rulebook, Choices], Options]] = {
    "code": _grounds_for_declining,
    "criterion": _grounds_for_key,
    "rulebook": _rulebooks,
    "inspected": _inspectable,
    "conversion": _open_conversions,
    "replaces": _returned_parts,
    "deputy": _deputies,
    "communication": _open_contacts,
    "commitments": _promises,
    "leader": _leaders,
}
"""By the key of a field: its options from the case or its rulebook."""
