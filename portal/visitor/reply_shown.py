"""The reply of each part as it is read: every request beside its answer, with the class and the promises."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from portal.visitor.case_shapes import Told
from portal.visitor.case_view import Viewing
from portal.visitor.judged_shapes import Promise
from portal.visitor.reply import taken_apart


@dataclass(frozen=True)
class ReplyShown:
    """The newest draft of a part; `answers` are pairs of request and answer, the request '' where it is not told apart.

    A reply that does not answer point by point stands whole in `opening`.
    """

    unit: str
    row: str
    on: date
    reply_class: str
    opening: str
    answers: Sequence[tuple[str, str]]
    promises: Sequence[Promise]

    @property
    def is_whole(self) -> bool:
        """Whether there is one answer to the suggestion as a whole."""
        return len(self.answers) == 1


def replies_shown(sight: Viewing) -> list[ReplyShown]:
    """The newest reply of each part of the present round, as far as the visitor may read it."""
    case_file, points = sight.view, sight.whole.case.points
    requests = taken_apart(sight.written().get("proposal", ""), points)[1]
    replies = []
    for part in case_file.parts:
        written = [event for event in case_file.events if event.row == part.id]
        drafts = [(event.on, text) for event in written for text in _drafts(event.texts)]
        if drafts and part.round == case_file.round:
            on, text = drafts[-1]
            opening, answers = taken_apart(text, points)
            requested = requests if points > 1 else [""]
            pairs = list(zip(requested, answers, strict=True)) if any(answers) else []
            replies.append(ReplyShown(
                part.unit, part.id, on, part.reply_class, opening, pairs,
                [promise for promise in case_file.commitments if promise.unit == part.unit],
            ))  # fmt: skip
    return replies


def _drafts(texts: Sequence[Told]) -> list[str]:
    return [text.text for text in texts if text.kind == "reply"]
