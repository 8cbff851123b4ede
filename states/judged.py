"""Who is judged, and what a case's rulebook hides from them; used by lists, pages and notices."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from rulebooks import Rulebook
from states.assessment import scheme_of
from states.cases import Dossier
from states.roles import UNIT_ROLES, Role
from states.vocabulary import KeyLevel, S, SupervisionKind, V

UNDECIDED = (S.EVALUATING, S.REHANDLE_REVIEW, S.MEDIATION)
"""The states in which an evaluation is not acted upon yet; shown as the first one to those who must not know it."""

REVEALING = ("feedback_by", "rehandle_decide_by")
"""Limits that reveal whether and how a deputy judged."""

Until = Literal["never", "next_round", "scored", "always"]
"""How long a judgement, and what reveals it, is hidden: not at all; until the office acts on it, a correction until
the next round; until the committee has scored or mediates; for ever."""


UNCONFIRMED = (V.PROPOSED, V.DECLINED, V.LAPSED)
"""States of an unconfirmed supervision."""


@dataclass(frozen=True)
class Policy:
    """A rulebook's rule of who learns of evaluations: `unit_sees`, and whether deputy and committee judge blind."""

    unit_sees: str = "after_decision"
    blind: bool = False


@dataclass(frozen=True)
class Hidden:
    """What a text hides from a viewer: states shown as EVALUATING, and whatever else reveals a judgement."""

    states: frozenset[str] = frozenset()
    until: Until = "never"


Rule = Callable[["Rulebook | None"], Hidden]
"""What the text of a case hides."""


def policy_of(rulebook: Rulebook | None) -> Policy:
    """The policy of a rulebook; for a lost one the judged side sees nothing."""
    if rulebook is None or rulebook.is_lost:
        return Policy("never", blind=True)
    rules = rulebook.evaluation
    return Policy(rules.unit_sees if rules else "after_decision", scheme_of(rulebook) == "deputy_and_committee")


def hidden_from_judged(rulebook: Rulebook | None) -> Hidden:
    """What a text hides from the judged side: whether a judgement was given, until it is acted on."""
    unit_sees = policy_of(rulebook).unit_sees
    if unit_sees == "on_return":
        return Hidden()
    return Hidden(frozenset(UNDECIDED), "next_round" if unit_sees == "after_decision" else "always")


def hidden_from_blind(rulebook: Rulebook | None) -> Hidden:
    """What a text hides from a committee that scores without knowing the deputy's judgement."""
    return Hidden(frozenset({S.REHANDLE_REVIEW}), "scored") if policy_of(rulebook).blind else Hidden()


RULE_OF: dict[str, Rule] = {
    **dict.fromkeys(
        ("unit", "person", *map(str, UNIT_ROLES), str(Role.DISPATCHER), str(Role.GOV_LEADER)), hidden_from_judged
    ),
    str(Role.COMMITTEE): hidden_from_blind,
}
"""The hiding rules, by role or by the kind of a recipient (kind:id); a `person` is told as a government leader."""


def shown_key(dossier: Dossier, visible: Collection[str], determined: bool) -> str:
    """The level of a key item, or NONE where it comes from a supervision outside `visible`.

    `determined`: the office chose it before it was answered.
    """
    kept = (row for row in dossier.supervisions.values() if row.state not in UNCONFIRMED)
    made = {row.id for row in kept if row.kind == SupervisionKind.KEY}
    return dossier.case.key_level if determined or not made or made & {*visible} else KeyLevel.NONE.value


def shown_ids(rows: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """The ids under which viewers who must not know judgements see a case's supervisions; `rows` are (id, reveals one).

    Those that reveal a judgement are numbered apart (…/q1), so that no gap in the others (…/s1) reveals them.
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
