"""A promise made in a reply (承诺事项): K1-K5 of docs/lifecycle.md."""


from states import deadlines
from states.asking import filled_in
from states.assignment_guards import signs
from states.lifecycle import Lifecycle
from states.promising import tell_kept
from states.reasons import Refused
from states.roles import SIGNER_RANKS, UNIT_ROLES, Role
from states.table import Owner, Step
from states.vocabulary import C
from states.work import Work

OPEN = (C.PROMISED, C.IN_PROGRESS, C.RESCHEDULED, C.FAILED_VERIFICATION)


def with_evidence(work: Work) -> Refused | None:
    """T29: verified by an inspection, or by the deputy's written consent."""
    if work.given("inspection") or work.given("deputy_consent"):
        return None
    return Refused("proof_missing")


def allowed_to_reschedule(work: Work) -> Refused | None:
    """SH 22: a change is reported in writing, signed by a head of the unit of the rank that the rulebook names.

    That the day may be changed at all is a house rule.
    """
    return signs(work, work.rulebook.commitments.rescheduled_by)


def allowed_to_cancel(work: Work) -> Refused | None:
    return signs(work, work.rulebook.commitments.cancelled_by)


def later_day(work: Work) -> Refused | None:
    due = work.day("due_on")
    if due is None or due <= work.on:
        return Refused("new_day_missing")
    return None


def explain_late_promise(work: Work) -> None:
    """A report with the reason of the promise's delay counts as its explanation."""
    if work.given("explanation"):
        deadlines.mark_open(work, work.item_id, explained_on=work.on)


def verify_promise(work: Work) -> None:
    work.edit("commitments", work.item_id, verified_on=work.on)
    tell_kept(work, work.item_id)


def reschedule(work: Work) -> None:
    work.edit(
        "commitments", work.item_id, due_on=work.day("due_on"), rescheduled=work.commitment.rescheduled + 1
    )


def end_limit(work: Work) -> None:
    deadlines.void_all(work, work.events[-1], work.item_id)


STEPS = (
    Step("report_progress", "progressed", OPEN, C.IN_PROGRESS, UNIT_ROLES, "K1; CQ 24", Owner.PART,
         effects=(explain_late_promise,), tells=("lead_deputy",), usual=True),
    Step("claim_done", "claimed", OPEN, C.CLAIMED_DONE, UNIT_ROLES, "K2", Owner.PART,
         tells=("registrar", "lead_deputy"), usual=True),
    Step("verify_commitment", "verified", (C.CLAIMED_DONE,), C.VERIFIED,
         (Role.REGISTRAR, Role.COMMITTEE, Role.DEPUTY), "K3; T29", Owner.PARTY, guards=(with_evidence,),
         effects=(verify_promise,), tells=("lead_deputy",), usual=True),
    Step("fail_verification", "verification_failed", (C.CLAIMED_DONE,), C.FAILED_VERIFICATION,
         (Role.REGISTRAR, Role.COMMITTEE, Role.DEPUTY), "K3", Owner.PARTY, tells=("unit", "registrar")),
    Step("reschedule_commitment", "rescheduled", OPEN, C.RESCHEDULED, tuple(SIGNER_RANKS), "K4; SH 22",
         Owner.PART, guards=(allowed_to_reschedule, later_day, filled_in), effects=(reschedule,),
         tells=("deputies", "registrar")),
    Step("cancel_commitment", "cancelled", OPEN, C.CANCELLED_EXPLAINED, tuple(SIGNER_RANKS),
         "K5; SH 22", Owner.PART, guards=(allowed_to_cancel, filled_in), effects=(end_limit,),
         tells=("deputies", "registrar")),
)  # fmt: skip

LIFECYCLE = Lifecycle("commitment", C.PROMISED, C.all_names(), STEPS)
