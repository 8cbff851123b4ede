"""Single actions that arrive at the same moment go into one transaction: one commit for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from portal.visitor.site import Site
from states import Action
from storage import Outcome
from storage.attachments import Attachment
from storage.errors import Busy

MOST = 200
"""Actions that one transaction takes."""


@dataclass
class WaitingAction:
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


class CommitGroup:
    """Whoever has the turn takes along all who wait; nobody waits for others to come.

    Each caller stays in a thread of its own until its action is answered; the answers are those that each action
    would get by itself.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._turn = Lock()
        self._guard = Lock()
        self._queue: list[WaitingAction] = []

    def apply(
        self, action: Action, access: dict[str, Any], seen: int | None = None, files: Sequence[Attachment] = ()
    ) -> Outcome:
        """Take one action, as `Register.apply` does, and note the access."""
        one = WaitingAction(action, access, seen, files)
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

    def _take(self, group: Sequence[WaitingAction]) -> None:
        """Note and answer everybody in the group; where it fails as a whole one by one, that nobody pays for another.

        Whose action breaks is noted all the same.
        """
        try:
            outcomes = self._apply(group)
        except Busy as error:  # it is nobody's fault, and one by one they would wait again
            for one in group:
                one.error = error
            return
        except Exception as error:
            if len(group) > 1:
                for one in group:
                    self._take([one])
            else:
                group[0].error = error
                self.site.accounts.note_all([group[0].access])
            return
        for one, outcome in zip(group, outcomes, strict=True):
            one.outcome = outcome

    def _apply(self, group: Sequence[WaitingAction]) -> list[Outcome]:
        """Act and note in one transaction."""
        seen = {one.action.key: one.seen for one in group if one.seen is not None}
        entries = [one.access for one in group]
        return self.site.register.apply(
            [one.action for one in group], self.site.now(), seen,
            also=lambda cursor, _: self.site.accounts.accesses.insert(cursor, entries),
            files=[file for one in group for file in one.files],
        )  # fmt: skip
