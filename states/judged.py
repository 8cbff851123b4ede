"""Who is judged, and what the text that governs a case hides from them: lists, pages and notices ask here alike."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from rulebooks import Rulebook
from states.assessment import scheme_of
from states.cases import Dossier
from states.roles import UNIT_ROLES, Role
from states.vocabulary import KeyLevel, S, SupervisionKind, V

UNDECIDED = (S.EVALUATING, S.REHANDLE_REVIEW, S.MEDIATION)
"""The stages in which an evaluation is not yet acted upon; whoever must not know it sees the first of them."""

REVEALING = ("feedback_by", "rehandle_decide_by")
"""Limits that tell whether a deputy has judged, and how."""

Until = Literal["never", "next_round", "scored", "always"]
"""How long a judgement, and what tells of it, is hidden: not at all; until the office acted upon it, a correction
until the next round; until the committee has scored or mediates; for ever."""


UNCONFIRMED = (V.PROPOSED, V.DECLINED, V.LAPSED)
"""States of a supervision that nobody has confirmed."""


@dataclass(frozen=True)
class Policy:
    """What a rulebook says of who learns of evaluations: `unit_sees`, and whether deputy and committee judge blind."""

    unit_sees: str = "after_decision"
    blind: bool = False


@dataclass(frozen=True)
class Hidden:
    """What a text hides from a viewer: states that look like EVALUATING, and whatever else tells of a judgement."""

    states: frozenset[str] = frozenset()
    until: Until = "never"


Rule = Callable[["Rulebook | None"], Hidden]
"""What the text of a case hides."""


def policy_of(rulebook: Rulebook | None) -> Policy:
    """The policy of a rulebook; of one that is not installed any more, that the judged side sees nothing."""
    if rulebook is None or rulebook.is_lost:
        return Policy("never", blind=True)
    rules = rulebook.evaluation
    return Policy(rules.unit_sees if rules else "after_decision", scheme_of(rulebook) == "deputy_and_committee")


def hidden_from_judged(rulebook: Rulebook | None) -> Hidden:
    """What a text hides from the judged side: whether a judgement was given, until it is acted upon."""
    unit_sees = policy_of(rulebook).unit_sees
    if unit_sees == "on_return":
        return Hidden()
    return Hidden(frozenset(UNDECIDED), "next_round" if unit_sees == "after_decision" else "always")


def hidden_from_blind(rulebook: Rulebook | None) -> Hidden:
    """What a text hides from the committee that scores without knowing what the deputy said."""
    return Hidden(frozenset({S.REHANDLE_REVIEW}), "scored") if policy_of(rulebook).blind else Hidden()


RULE_OF: dict[str, Rule] = {
    **dict.fromkeys(("unit", *map(str, UNIT_ROLES), str(Role.DISPATCHER), str(Role.GOV_LEADER)), hidden_from_judged),
    str(Role.COMMITTEE): hidden_from_blind,
}
"""From whom what is hidden, by their role or the kind of a recipient (kind:id)."""


def shown_key(dossier: Dossier, visible: Collection[str], determined: bool) -> str:
    """The rank of a key item, or NONE where a supervision made it one that is not among the `visible`.

    `determined`: the office chose it as one before it was answered.
    """
    kept = (row for row in dossier.supervisions.values() if row.state not in UNCONFIRMED)
    made = {row.id for row in kept if row.kind == SupervisionKind.KEY}
    return dossier.case.key_level if determined or not made or made & {*visible} else KeyLevel.NONE.value


def shown_ids(rows: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """By which id those from whom judgements are hidden know each supervision of a case; `rows` are (id, tells of one).

    What tells of a judgement is counted apart (…/q1), so no gap among the others (…/s1) says that there is any.
    """
    labels: dict[str, str] = {}
    counted = {"s": 0, "q": 0}
    for id_, telling in sorted(rows, key=lambda row: _place(row[0])):
        letter = "q" if telling else "s"
        counted[letter] += 1
        labels[id_] = f"{id_.rpartition('/')[0]}/{letter}{counted[letter]}"
    return labels


def _place(id_: str) -> tuple[str, int]:
    case, _, last = id_.rpartition("/")
    return case, int(last[1:])


def hiding_rule(recipient: str) -> Rule | None:
    """What is hidden from a recipient (kind:id); None: nothing."""
    return RULE_OF.get(recipient.partition(":")[0])
