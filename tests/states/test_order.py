"""Does every rule about what came first let the sequence say it, where a wrong clock dated a step ahead?"""

import re
from collections import Counter
from pathlib import Path

STATES = Path(__file__).parents[2] / "states"

EARLIER = re.compile(r"\b(?:on|happened|corrected) < |> (?:work|self|event)\.on\b")
"""How a rule asks whether the day of a fact lies before another day."""

KNOWN = {
    "assigning.py": 2,  # a corrected day lies between the submission and its correction
    "assignment_effects.py": 1,  # a reply is delivered with its last recipient, whoever is entered last
    "assignment_guards.py": 1,  # a promise is for a day to come
    "climbing.py": 1,  # a reminder of a day before the sweep is recorded, not sent
    "decide.py": 1,  # where the case was opened by the moment of entry
    "deadlines.py": 2,  # where the limit had started by the day of entry; an earlier fact that is entered later counts
    "work.py": 1,  # the question itself
}
"""How often each file asks so, and why it may."""


def test_no_rule_compares_days_without_asking_whether_that_day_had_come() -> None:
    """The others ask `Work.before`, to which a day after the entry puts nothing off."""
    comparisons = Counter(
        path.name
        for path in STATES.glob("*.py")
        for line in path.read_text("utf-8").splitlines()
        if EARLIER.search(line)
    )
    assert comparisons == KNOWN
