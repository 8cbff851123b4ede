"""The stages of a suggestion (件), and the join rule: its stage is that of its least advanced part."""


from states.cases import Assignment
from states.vocabulary import A, ConsultStanding, S
from states.work import Work

FINAL = (S.NOT_ACCEPTED, S.WITHDRAWN, S.ARCHIVED)
CLOSED = (S.REPLY_CLOSED, S.FULFILLED, S.UNFULFILLED_CLOSED, *FINAL)
NOT_HANDED_IN = (S.DRAFT, S.COSIGNING, S.PRE_CONSULT)
BEFORE_ASSIGNED = (
    *NOT_HANDED_IN,
    S.SUBMITTED,
    S.UNDER_REVIEW,
    S.RETURNED_FOR_REVISION,
    S.REGISTERED,
    S.ASSIGNING,
)
HANDLED = (
    S.ASSIGNED,
    S.REASSIGNING,
    S.COMMUNICATING,
    S.HANDLING,
    S.REHANDLING,
    S.CONSULTING,
    S.REPLY_SIGNING,
)
"""The stages in which units act; the suggestion's stage is that of its least advanced answering part."""
AFTER_REPLY = (
    S.REPLIED,
    S.EVALUATING,
    S.REHANDLE_REVIEW,
    S.MEDIATION,
    S.REPLY_CLOSED,
    S.TRACKING,
    S.FULFILLED,
)
STAGE_RANK = {
    S.REASSIGNING: 0,
    S.ASSIGNED: 1,
    S.COMMUNICATING: 2,
    S.REHANDLING: 3,
    S.HANDLING: 3,
    S.CONSULTING: 4,
    S.REPLY_SIGNING: 5,
    S.REPLIED: 6,
}


def stage_of(part: Assignment) -> S:
    """The stage of a single answering part; in a re-handling all work before consulting is REHANDLING."""
    if part.state in (A.DELIVERED, A.COMPLETED):
        return S.REPLIED
    if part.state in (A.CONSULTED, A.SIGNED):
        return S.REPLY_SIGNING
    if part.consult == ConsultStanding.OPEN:
        return S.CONSULTING
    if part.round > 1:
        return S.REHANDLING
    if part.handling_on is not None:
        return S.HANDLING
    if part.state in (A.PENDING_RECEIPT, A.RECEIVED, A.RETURN_REQUESTED):
        return S.ASSIGNED
    return S.COMMUNICATING


def least_stage(work: Work) -> S:
    """The join rule: the stage of the least advanced answering part, a vacant part counting as the least."""
    if work.vacant_parts():
        return S.REASSIGNING
    return min((stage_of(part) for part in work.answering_parts()), key=STAGE_RANK.__getitem__)


def all_accepted(work: Work) -> bool:
    return STAGE_RANK[least_stage(work)] >= STAGE_RANK[S.COMMUNICATING]


def all_handling(work: Work) -> bool:
    return STAGE_RANK[least_stage(work)] >= STAGE_RANK[S.HANDLING]


def all_consulting(work: Work) -> bool:
    return STAGE_RANK[least_stage(work)] >= STAGE_RANK[S.CONSULTING]


def all_consulted(work: Work) -> bool:
    return STAGE_RANK[least_stage(work)] >= STAGE_RANK[S.REPLY_SIGNING]


def all_delivered(work: Work) -> bool:
    return least_stage(work) == S.REPLIED


def first_round(work: Work) -> bool:
    return work.case.round == 1


def later_round(work: Work) -> bool:
    return work.case.round > 1


def fell_back(work: Work) -> bool:
    return STAGE_RANK[least_stage(work)] < STAGE_RANK[S.CONSULTING]


def part_vacant(work: Work) -> bool:
    return bool(work.vacant_parts())
