"""What may happen: the five state machines, and the function that decides (pure: no clock, no I/O, no SQL)."""

from states.cases import Action, Case, Decision, Dossier, Event, Notice
from states.decide import LIFECYCLES, allowed, decide
from states.errors import NotAllowed, StatesError
from states.roles import Role

__all__ = [
    "LIFECYCLES",
    "Action",
    "Case",
    "Decision",
    "Dossier",
    "Event",
    "NotAllowed",
    "Notice",
    "Role",
    "StatesError",
    "allowed",
    "decide",
]
