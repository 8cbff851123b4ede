"""A batch of actions in one transaction, each decided on what its author was shown of the case."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.api.shown import etag_of, matches
from portal.visitor.case_digest import TRIES, digest_of
from portal.visitor.case_view import Viewing
from portal.visitor.site import Site
from states import Action
from states.reasons import Id, Refused
from storage import Outcome
from storage.accounts import Visitor
from storage.attachments import Attachment
from storage.looking_up import before
from storage.moments import one_moment


@dataclass(frozen=True)
class Careful:
    """An action, and the ETag of the case as its author read it; None where none was sent."""

    action: Action
    if_match: str | None


def take_batch(
    site: Site, visitor: Visitor, wanted: Sequence[Careful], files: Sequence[Attachment]
) -> list[Outcome]:
    """The outcome of each action, in the order of the actions.

    An ETag is compared with the case as it was when the batch came: no action makes a later one of its batch stale.
    An action that failed because of an event that its author does not see is tried again.
    """
    outcomes: dict[int, Outcome] = {}
    left = dict(enumerate(wanted))
    for _ in range(TRIES):
        seen, stale = _looked_at(site, visitor, list(left.values()))
        outcomes |= {
            at: _stale(careful.action) for at, careful in left.items() if careful.action.key in stale
        }
        taken = {at: untouched for at, untouched in left.items() if untouched.action.key not in stale}
        actions = [careful.action for careful in taken.values()]
        answers = site.register.apply(actions, site.now(), seen, files=files, together=True)
        outcomes |= dict(zip(taken, answers, strict=True))
        left = {at: careful for at, careful in taken.items() if outcomes[at].stale}
        if not left:
            break
    return [outcomes[at] for at in range(len(wanted))]


def _looked_at(site: Site, visitor: Visitor, wanted: Sequence[Careful]) -> tuple[dict[str, int], set[str]]:
    """By key, for actions with an ETag: the number of events of the case, and which are stale. Reads once for all.

    An action whose key was used before is answered as it was then, whatever the state of the case.
    """
    careful = [row for row in wanted if row.if_match is not None]
    if not careful:
        return {}, set()
    asked_of, keys = [row.action.case for row in careful], [row.action.key for row in careful]
    with one_moment(site.register.engine):
        standing = before(site.register, asked_of, keys)
        etags = {
            id_: etag_of(digest_of(Viewing.of(site, visitor, dossier).view))
            for id_, (dossier, _) in standing.cases.items()
        }
    fresh = [row for row in careful if row.action.key not in standing.taken]
    seen = {row.action.key: standing.cases[row.action.case][1].seq for row in fresh}
    return seen, {
        row.action.key for row in fresh if not matches(_quoted(row.if_match or ""), etags[row.action.case])
    }


def _quoted(etag: str) -> str:
    """An ETag in JSON may come without the quotes that a header has."""
    return etag if '"' in etag or etag == "*" else f'"{etag}"'


def _stale(action: Action) -> Outcome:
    return Outcome(action, False, refused=Refused("case_changed", case=Id(action.case)), stale=True)
