"""Single actions that arrive at the same moment go into one transaction: one commit for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

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
    access: dict[str, object]
    seen: int | None = None
    files: Sequence[Attachment] = field(default_factory=tuple)
    outcome: Outcome | None = None
    error: Exception | None = None

    @property
    def answered(self) -> bool:
        return self.outcome is not None or self.error is not None


class CommitGroup:
    """The thread whose turn it is commits all waiting actions; none waits for others to arrive.

    Each caller blocks its thread until its action is answered; the answers are those that each action
    would get by itself.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self._turn = Lock()
        self._guard = Lock()
        self._queue: list[WaitingAction] = []

    def apply(
        self, action: Action, access: dict[str, object], seen: int | None = None, files: Sequence[Attachment] = ()
    ) -> Outcome:
        """Take one action, as `Register.apply` does, and note the access."""
        entry = WaitingAction(action, access, seen, files)
        with self._guard:
            self._queue.append(entry)
        while not entry.answered:
            with self._turn:
                if not entry.answered:
                    with self._guard:
                        group, self._queue = self._queue[:MOST], self._queue[MOST:]
                    self._take(group)
        if entry.error is not None:
            raise entry.error
        assert entry.outcome is not None
        return entry.outcome

    def _take(self, group: Sequence[WaitingAction]) -> None:
        """Log and answer each of the group; if the transaction fails, each is tried alone, so none fails for another.

        An action that raises is logged all the same.
        """
        try:
            outcomes = self._apply(group)
        except Busy as error:  # it is nobody's fault, and one by one they would wait again
            for waiting in group:
                waiting.error = error
            return
        except Exception as error:
            if len(group) > 1:
                for waiting in group:
                    self._take([waiting])
            else:
                group[0].error = error
                self.site.accounts.note_all([group[0].access])
            return
        for waiting, outcome in zip(group, outcomes, strict=True):
            waiting.outcome = outcome

    def _apply(self, group: Sequence[WaitingAction]) -> list[Outcome]:
        """Take the actions and log the accesses in one transaction."""
        seen = {waiting.action.key: waiting.seen for waiting in group if waiting.seen is not None}
        entries = [waiting.access for waiting in group]
        return self.site.register.apply(
            [waiting.action for waiting in group], self.site.now(), seen,
            also=lambda cursor, _: self.site.accounts.accesses.insert(cursor, entries),
            files=[file for waiting in group for file in waiting.files],
        )  # fmt: skip
