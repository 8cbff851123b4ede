"""The responsibility chain (责任链) of one unit's part: who approved the reply when, and who has it now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rulebooks import Rulebook
from states.cases import Assignment, Case
from states.parts import WORKING
from states.roles import SIGNER_RANKS, UNIT_ROLES, Role
from states.vocabulary import A, ConsultStanding
from storage.stored import StoredEvent


@dataclass
class ChainLink:
    """A link: its person where the directory names one, the day of its approval, whether it has the text now."""

    role: str
    name: str
    person: str
    on: date | None = None
    what: str = ""
    holds: bool = False


def chain_of(
    case: Case, part: Assignment, events: Sequence[StoredEvent], rulebook: Rulebook,
    people: Mapping[str, str],
) -> list[ChainLink]:  # fmt: skip
    """The links of the part from the handler up to the rank that signs; none for a co-unit, which never answers.

    `people` are the names by role. Approvals count for the newest draft only. A link without a person is skipped in
    the sequence, but stays in the list.
    """
    if part.assists or part.state in (A.CANCELLED, A.RETURN_GRANTED):
        return []
    roles = UNIT_ROLES[: UNIT_ROLES.index(signer(case, rulebook)) + 1]
    links = [ChainLink(role.value, role.zh, people.get(role.value, "")) for role in roles]
    by_role = {link.role: link for link in links}
    for event in events:
        if event["subject_id"] != part.id:
            continue
        link, what = by_role.get(event["role"], links[-1]), ""
        if event["action"] == "draft_reply":
            for chain_link in links:
                chain_link.on, chain_link.what = None, ""
            link, what = links[0], "拟稿"
        elif event["action"] == "endorse":
            what = "审核"
        elif event["action"] == "sign":
            link, what = links[-1], "签发"
        if what:
            link.on, link.what = event["on"], what
    holder = _holder(part, links)
    if holder is not None:
        holder.holds = True
    return links


def signer(case: Case, rulebook: Rulebook) -> Role:
    """The role whose rank the rulebook asks to sign this matter's reply."""
    first = rulebook.signers(case.is_key)[0]
    return next((role for role, rank in SIGNER_RANKS.items() if rank == first), Role.UNIT_HEAD)


def _holder(part: Assignment, links: Sequence[ChainLink]) -> ChainLink | None:
    """The link that takes the next step; None when it is the deputy's or the office's turn, or done."""
    if part.state not in (A.PENDING_RECEIPT, A.RECEIVED, *WORKING):
        return None
    if part.state not in (A.DRAFTED, A.CONSULTED):
        return links[0]
    furthest = max((number for number, link in enumerate(links) if link.on), default=0)
    ahead = [link for link in links[furthest + 1 : -1] if link.person]
    if ahead:
        return ahead[0]
    if part.state == A.CONSULTED:
        return links[-1]
    return None if part.consult == ConsultStanding.OPEN else links[0]
