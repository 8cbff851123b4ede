"""What `states` refuses.

StatesError
└── NotAllowed   the rules refuse this action now; `reason` says why, `allowed` what is possible instead
"""

from collections.abc import Sequence


class StatesError(Exception):
    """The base of everything this package raises on purpose."""


class NotAllowed(StatesError):
    """The action is refused and nothing changed; `allowed` lists the actions the current states permit."""

    def __init__(self, reason: str, allowed: Sequence[str] = (), case: str = "", action: str = "") -> None:
        self.reason = reason
        self.allowed = list(allowed)
        self.case = case
        self.action = action
        super().__init__(reason)

    def __str__(self) -> str:
        head = f"cannot {self.action} {self.case}: {self.reason}" if self.action else self.reason
        return f"{head}; allowed now: {', '.join(self.allowed)}" if self.allowed else head
