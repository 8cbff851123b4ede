"""What will become of one suggestion: drawn by chance, or, for the rare turns that a year must show, scripted."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from portal.rehearsal import parameters as p
from states.vocabulary import Level, ReplyClass, Satisfaction


@dataclass(frozen=True)
class Habits:
    """How the people around one suggestion behave. Days are civil, `wd` working days."""

    others: int = 0
    """further units beside the first"""
    separate: bool = False
    cosigners: int = 0
    declined: bool = False
    revised: bool = False
    withdrawn: bool = False
    key: bool = False
    assigned_late: bool = False

    receipt_wd: int = 1
    returned: str = ""
    """granted, refused, or nothing"""
    decided_late: bool = False
    contact_wd: int = 5
    contact: str = "confirmed"
    """confirmed, denied, silent or unreachable"""
    answers: bool = True
    takes: int = 60
    """days from the assignment to the reply"""
    hurries: bool = True
    """finishes just before the last day when `takes` is longer"""
    late_by: int = 0
    """days after the last day; above 0 it overrides `takes`"""
    extension: str = ""
    """granted, refused, or nothing"""
    explains: bool = False
    rectifies: bool = False
    forgetful_co: bool = False

    draft: str = "agreed"
    """agreed, objected or silent"""
    classes: tuple[str, ...] = (ReplyClass.RESOLVED,)
    """the class of each round's reply, the last one for all that follow"""
    verdicts: tuple[str, ...] = (Satisfaction.SATISFIED,)
    """the deputy's judgement of each round"""
    evaluates: str = "in time"
    """in time, late or never"""
    urges: bool = False
    mediation: str = "close"
    promise: str = "kept"
    """kept, late, rescheduled, refuted, broken (open for ever) or closed (with an explanation)"""
    promise_days: int = 150
    publishes_wd: int = 10
    leaders: Mapping[str, str] = field(default_factory=dict)
    """confirm, decline or lapse, by the level proposed; the other levels by chance"""


CHARACTERS: Mapping[str, Mapping[str, Any]] = {
    "a unit that never answers": {
        "answers": False, "urges": True, "leaders": {Level.U4: "confirm", Level.U5: "lapse", Level.U6: "confirm"},
    },
    "a return": {"returned": "granted"},
    "an extension": {"extension": "granted", "takes": 130, "late_by": 0},
    "dissatisfied twice": {
        "verdicts": (Satisfaction.DISSATISFIED, Satisfaction.DISSATISFIED), "evaluates": "in time",
        "mediation": "close",
    },
    "dissatisfied once": {"verdicts": (Satisfaction.DISSATISFIED, Satisfaction.SATISFIED), "evaluates": "in time"},
    "a promise broken and explained": {
        "classes": (ReplyClass.UNDER_WAY_DATED,), "promise": "closed", "promise_days": 60,
        "verdicts": (Satisfaction.SATISFIED,), "takes": 45,
    },
    "put right under supervision": {
        "late_by": 75, "rectifies": True, "urges": True, "leaders": {Level.U4: "decline", Level.U5: "confirm"},
    },
    "explained in time": {"late_by": 16, "explains": True},
    "a promise broken": {
        "classes": (ReplyClass.PLANNED_DATED,), "promise": "broken", "promise_days": 100,
        "verdicts": (Satisfaction.BASICALLY_SATISFIED,), "takes": 50,
    },
    "a silent deputy": {"draft": "silent", "evaluates": "never", "contact": "silent"},
    "an objection": {"draft": "objected"},
    "a forgetful co-unit": {"others": 2, "separate": False, "forgetful_co": True},
    "mediation that goes on": {
        "verdicts": (Satisfaction.DISSATISFIED, Satisfaction.DISSATISFIED, Satisfaction.SATISFIED),
        "evaluates": "in time", "mediation": "rehandle", "takes": 40,
    },
    "a return decided late": {"returned": "granted", "decided_late": True},
    "a deputy nobody reaches": {"contact": "unreachable"},
    "a promise moved": {
        "classes": (ReplyClass.UNDER_WAY_DATED,), "promise": "rescheduled", "promise_days": 90,
        "verdicts": (Satisfaction.SATISFIED,), "takes": 50,
    },
    "a key item": {"key": True},
    "a contact denied": {"contact": "denied"},
}  # fmt: skip
"""The scripted turns, the most telling first; what they leave open is ordinary."""

_ORDINARY: Mapping[str, Any] = {
    "declined": False, "revised": False, "withdrawn": False, "returned": "", "extension": "", "answers": True,
    "late_by": 0, "draft": "agreed", "contact": "confirmed", "others": 0, "hurries": True,
    "verdicts": (Satisfaction.SATISFIED,), "evaluates": "in time", "explains": False,
}  # fmt: skip


def draw_habits(chance: Random) -> Habits:
    """Habits by chance, with the shares and delays of `parameters`."""
    return replace(_drawn_around(chance), **_drawn_part(chance))


def of_another_unit(chance: Random, around: Habits) -> Habits:
    """The habits of a further unit of the same suggestion, which neither returns nor extends."""
    of_the_part = _drawn_part(chance) | {"returned": "", "extension": "", "classes": around.classes}
    return replace(around, **of_the_part)


def scripted(chance: Random, character: str) -> Habits:
    """The habits of a character; what it leaves open is drawn, without the other rare turns."""
    return replace(draw_habits(chance), **{**_ORDINARY, **CHARACTERS[character]})


def _drawn_around(chance: Random) -> Habits:
    units = int(p.one_of(chance, {str(count): share for count, share in p.UNITS_EACH.items()}))
    first = p.one_of(chance, p.SATISFACTION)
    fate = chance.random()
    return Habits(
        others=units - 1,
        separate=chance.random() < p.SEPARATE,
        cosigners=chance.choice((1, 1, 2, 3, 5, 9)) if chance.random() < p.COSIGNED else 0,
        declined=fate < p.DECLINED,
        withdrawn=p.DECLINED < fate < p.DECLINED + p.WITHDRAWN,
        revised=chance.random() < p.REVISED,
        key=chance.random() < p.KEY,
        verdicts=(first, Satisfaction.SATISFIED) if first == Satisfaction.DISSATISFIED else (first,),
        evaluates=_evaluates(chance),
        promise=_promise(chance),
        promise_days=chance.choice((60, 90, 120, 180, 240, 300)),
        publishes_wd=chance.randint(23, 40)
        if chance.random() < p.PUBLISHING_FORGOTTEN
        else chance.randint(4, 16),
        forgetful_co=False,
    )


def _drawn_part(chance: Random) -> dict[str, Any]:
    returned = chance.random() < p.RETURNED
    extended = chance.random() < p.EXTENDED
    return {
        "receipt_wd": chance.randint(4, 6)
        if chance.random() < p.RECEIPT_FORGOTTEN
        else chance.choice((0, 1, 1, 2)),
        "returned": ("refused" if chance.random() < p.RETURN_REFUSED else "granted") if returned else "",
        "decided_late": chance.random() < p.DECISION_LATE,
        "contact_wd": chance.randint(17, 24) if chance.random() < p.CONTACT_LATE else chance.randint(2, 12),
        "contact": _contact(chance),
        "takes": max(22, round(p.delay(chance) * p.SUGGESTION_TAKES)),
        "hurries": chance.random() < p.PULLS_TOGETHER,
        "extension": ("refused" if chance.random() < p.EXTENSION_REFUSED else "granted") if extended else "",
        "explains": chance.random() < p.DELAY_EXPLAINED,
        "draft": p.one_of(
            chance,
            {
                "silent": p.DRAFT_SILENT,
                "objected": p.DRAFT_OBJECTED,
                "agreed": 1 - p.DRAFT_SILENT - p.DRAFT_OBJECTED,
            },
        ),
        "classes": (p.one_of(chance, p.CLASSES),),
    }


def _contact(chance: Random) -> str:
    shares = {
        "confirmed": p.CONTACT_CONFIRMED,
        "denied": p.CONTACT_DENIED,
        "unreachable": p.UNREACHABLE,
        "silent": 1 - p.CONTACT_CONFIRMED - p.CONTACT_DENIED - p.UNREACHABLE,
    }
    return p.one_of(chance, shares)


def _evaluates(chance: Random) -> str:
    late = 1 - p.EVALUATED_IN_TIME - p.NEVER_EVALUATED
    return p.one_of(chance, {"in time": p.EVALUATED_IN_TIME, "late": late, "never": p.NEVER_EVALUATED})


def _promise(chance: Random) -> str:
    shares = {"late": p.PROMISE_KEPT_LATE, "rescheduled": p.PROMISE_RESCHEDULED, "refuted": p.CLAIM_REFUTED}
    return p.one_of(chance, shares | {"kept": 1 - sum(shares.values())})
