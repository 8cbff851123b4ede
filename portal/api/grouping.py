"""Single actions that arrive at the same moment go into one transaction: one commit for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from portal.web.site import Site
from states import Action
from storage import Outcome
from storage.attachments import Attachment

MOST = 200
"""Actions that one transaction takes."""


@dataclass
class Waiting:
    """An action with its entry for the access log; `seen` as in `Register.apply`."""

    action: Action
    access: dict[str, Any]
    seen: int | None = None
    files: Sequence[Attachment] = field(default_factory=tuple)
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def answered(self) -> bool:
        return self.outcome is not None or self.error is not None


class Grouping:
    """Whoever has the turn takes along all who wait; nobody waits for others to come.

    Each caller stays in a thread of its own until its action is answered; the answers are those that each action
    would get by itself.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._turn = Lock()
        self._guard = Lock()
        self._queue: list[Waiting] = []

    def apply(
        self, action: Action, access: dict[str, Any], seen: int | None = None, files: Sequence[Attachment] = ()
    ) -> Outcome:
        """Take one action, as `Register.apply` does, and note the access."""
        one = Waiting(action, access, seen, files)
        with self._guard:
            self._queue.append(one)
        while not one.answered:
            with self._turn:
                if not one.answered:
                    with self._guard:
                        group, self._queue = self._queue[:MOST], self._queue[MOST:]
                    self._take(group)
        if one.error is not None:
            raise one.error
        assert one.outcome is not None
        return one.outcome

    def _take(self, group: Sequence[Waiting]) -> None:
        """Note and answer everybody in the group."""
        try:
            self.site.accounts.note_all([one.access for one in group])
        except Exception as error:
            for one in group:
                one.error = error
        else:
            self._answer(group)

    def _answer(self, group: Sequence[Waiting]) -> None:
        """Where the group fails as a whole it is taken one by one, so that nobody pays for another."""
        try:
            outcomes = self._apply(group)
        except Exception as error:
            if len(group) == 1:
                group[0].error = error
                return
            for one in group:
                self._answer([one])
            return
        for one, outcome in zip(group, outcomes, strict=True):
            one.outcome = outcome

    def _apply(self, group: Sequence[Waiting]) -> list[Outcome]:
        seen = {one.action.key: one.seen for one in group if one.seen is not None}
        files = [file for one in group for file in one.files]
        return self.site.register.apply([one.action for one in group], self.site.now(), seen, files=files)
