"""What `states` refuses.

StatesError
└── NotAllowed   the rules refuse this action now; `refused` says why, `allowed` what is possible instead
"""

from collections.abc import Callable, Sequence

from states.reasons import Refused


class StatesError(Exception):
    """The base of everything this package raises on purpose."""


class NotAllowed(StatesError):
    """The action is refused and nothing changed.

    `allowed` are the actions that the present states permit, computed on access: most callers need only the reason.
    """

    def __init__(
        self, refused: Refused, allowed: Callable[[], Sequence[str]] = tuple, case: str = "", action: str = ""
    ) -> None:
        self.refused = refused
        self._allowed = allowed
        self.case = case
        self.action = action
        super().__init__(refused)

    @property
    def reason(self) -> str:
        """The English sentence, which the API promises."""
        return self.refused.english()

    @property
    def allowed(self) -> list[str]:
        return list(self._allowed())

    def __str__(self) -> str:
        head = f"cannot {self.action} {self.case}: {self.reason}" if self.action else self.reason
        return f"{head}; allowed now: {', '.join(self.allowed)}" if self.allowed else head
