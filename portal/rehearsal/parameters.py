"""How people behave in a rehearsal: shares and delays, each with where it comes from.

Measured: counted from public records. `messages` are 2,816 citizens' messages and their replies on a public board,
2011 to 2020; `questions` 8,885 to 10,051 written questions of another parliament; `reports` the annual reports of
Chinese cities on the handling of suggestions. Assumed: nobody has counted it, or nobody has published it.
"""

from collections.abc import Mapping
from math import exp, log
from random import Random

from states.vocabulary import ReplyClass, Satisfaction

# -- the shape of the year ---------------------------------------------------------------------------------

SUGGESTIONS = 272
"""A city's suggestions in a year. Measured: one city's report; others have 170 to 562."""

DEPUTIES = 413
"""Deputies of a city's congress. Measured: the city itself."""

UNITS = 47
"""Units that handle suggestions. Measured: a neighbouring city's report."""

SESSION_DAYS = 4
IN_SESSION = 0.94
"""Share of the year's suggestions made in the session. Measured: 265 of 281 in one report."""

ON_THE_LAST_DAY = 0.5
"""Share of the session's suggestions handed in within a day of the closing hour. Assumed."""

# -- who handles ---------------------------------------------------------------------------------------------

UNITS_EACH = {1: 0.7, 2: 0.2, 3: 0.1}
"""Units a suggestion. Measured for the sum of two and three (19 to 28 % in reports), the split is assumed."""

SEPARATE = 0.25
"""Share of the several units that answer separately (分办) and not as lead and co-units. Assumed."""

RETURNED = 0.063
"""Share given back by the unit and passed to another. Measured: 632 of 10,051 questions transferred."""

RETURN_REFUSED = 0.15
EXTENDED = 0.04
EXTENSION_REFUSED = 0.15
DECLINED = 0.01
REVISED = 0.02
WITHDRAWN = 0.007
"""Assumed: reports name such cases and do not count them."""

KEY = 0.07
"""Share under the congress's own supervision. Measured between 0.024 and 0.12 in reports; the middle is taken."""

# -- what is answered ----------------------------------------------------------------------------------------

CLASSES: Mapping[str, float] = {
    ReplyClass.RESOLVED: 0.50,
    ReplyClass.UNDER_WAY_DATED: 0.33,
    ReplyClass.PLANNED_DATED: 0.13,
    ReplyClass.REFERENCE: 0.02,
    ReplyClass.NOT_FEASIBLE: 0.01,
    ReplyClass.UPWARD: 0.01,
}
"""Classes A, B, C, D of a reply. Measured: the mean of three reports; how D divides is assumed."""

SATISFACTION: Mapping[str, float] = {
    Satisfaction.SATISFIED: 0.92, Satisfaction.BASICALLY_SATISFIED: 0.075, Satisfaction.DISSATISFIED: 0.005,
}  # fmt: skip
"""Of the first round. Measured for the first two; reports say 0 dissatisfied, so the last is assumed."""

# -- how deputies behave (all assumed) -----------------------------------------------------------------------

COSIGNED = 0.35
COSIGN_DECLINED = 0.05
CONTACT_CONFIRMED = 0.7
CONTACT_DENIED = 0.015
DRAFT_SILENT = 0.12
DRAFT_OBJECTED = 0.04
EVALUATED_IN_TIME = 0.80
NEVER_EVALUATED = 0.08

# -- how units behave (all assumed) --------------------------------------------------------------------------

RECEIPT_FORGOTTEN = 0.03
CONTACT_LATE = 0.03
UNREACHABLE = 0.02
OPINION_LATE = 0.10
OPINION_REJECTED = 0.05
PULLS_TOGETHER = 0.85
"""Share of the units too slow for the last day who then finish just before it."""
DELAY_EXPLAINED = 0.5
PUBLISHING_FORGOTTEN = 0.03
PROMISE_KEPT_LATE = 0.06
PROMISE_RESCHEDULED = 0.05
CLAIM_REFUTED = 0.04
DECISION_LATE = 0.03
"""Share of the congress office's decisions on returns, extensions and re-handling that come late."""

# -- how leaders decide on what the ladder proposes (all assumed) ----------------------------------------------

SUPERVISION_CONFIRMED, SUPERVISION_DECLINED = 0.55, 0.2
"""The rest lies until it lapses."""

# -- how long it takes -----------------------------------------------------------------------------------------

MEDIAN_DAYS = 11.5
P90_DAYS = 41.0
"""From a message to its reply. Measured: messages (mean 20.4, 95 of 100 within 67 days, the longest 1,161)."""

SUGGESTION_TAKES = 3.2
"""How many times as long as a message a suggestion takes: its units work under months, not weeks. Assumed."""

_MU, _SIGMA = log(MEDIAN_DAYS), log(P90_DAYS / MEDIAN_DAYS) / 1.2816


def delay(chance: Random) -> float:
    """Days that a reply takes, log-normal through the measured median and the measured ninth decile."""
    return exp(chance.gauss(_MU, _SIGMA))


def one_of(chance: Random, shares: Mapping[str, float]) -> str:
    """A name drawn by its share."""
    return chance.choices(list(shares), weights=list(shares.values()))[0]
