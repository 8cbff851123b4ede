"""A case as the API shows it: made from the view of the pages, so that it reveals nothing else."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from portal.api import models
from portal.visitor.case_digest import digest_of
from portal.visitor.case_shapes import EPOCH, CaseFile, Happened
from portal.visitor.case_view import Viewing
from portal.visitor.choosing import Choices
from portal.visitor.forms import Asked, questions_of, row_meant
from portal.visitor.known import why_not
from portal.visitor.offers import Offer, offers
from portal.visitor.refusals import sentence_for_program
from portal.visitor.rights import Judged, right_of, shown_state
from portal.visitor.sight import PROTECTED, Sight
from portal.visitor.site import Site
from states.decide import LIFECYCLES
from states.judged import UNDECIDED
from states.reasons import Refused
from states.sheets.judging import INSPECTED
from storage import Outcome
from storage.accounts import Visitor
from storage.looking_up import rulebooks_of

STATE_NAMES = LIFECYCLES["opinion"].names | LIFECYCLES["suggestion"].names
MICROSECOND = timedelta(microseconds=1)


def case_file(sight: Viewing) -> tuple[CaseFile, str]:
    """The case as the visitor may see it, and its ETag, a digest of just what they see."""
    return sight.view, etag_of(digest_of(sight.view))


def etag_of(digest: str) -> str:
    """The ETag of a case whose digest this is."""
    return f'"{digest}"'


def matches(header: str, etag: str) -> bool:
    """Whether the ETag is one of those in a header or a field."""
    told_tags = {tag.strip().removeprefix("W/") for tag in header.split(",")}
    return "*" in told_tags or etag in told_tags


def event_model(case_id: str, event: Happened) -> models.Happened:
    return models.Happened(
        id=event_id(event.entered_at, event.mark), case=case_id, event=event.code, name=event.name, on=event.on,
        entered_at=event.entered_at, who=event.who, level=event.level,
        texts=event.texts,
    )  # fmt: skip


def event_id(entered_at: datetime, mark: str) -> str:
    """The event's id in the stream, by which a client resumes."""
    return f"{(entered_at.astimezone(UTC) - EPOCH) // MICROSECOND}-{mark}"


def offered(sight: Sight) -> list[models.Offer]:
    """The actions open to the visitor now, with their fields; an inspection once for each row."""
    choices = Choices({}, {}, sight.deputies, aliases=sight.aliases)
    form_fields = []
    for offer in offers(sight):
        own = questions_of(offer.action, sight.known, sight.rulebook, replace(choices, role=offer.role), offer.row)
        fields = [
            models.AskedField(
                key=question.key, label=question.field.label[0], kind=question.field.kind, required=question.required,
                options=dict(question.options),
            )
            for question in own
            if question.field != INSPECTED
        ]  # fmt: skip
        refused = without_names(sight, offer.refused)
        form_fields += [
            models.Offer(
                action=offer.action, name=offer.name, on=on, refused=str(refused) if refused else None,
                code=refused.code if refused else None, detail=sentence_for_program(refused) or None, fields=fields,
            )
            for on in _rows_of(offer, own)
        ]  # fmt: skip
    return form_fields


def _rows_of(offer: Offer, fields: Iterable[Asked]) -> list[models.On | None]:
    """The rows that an offer concerns, None for the case; pages ask for the row of an inspection in one choice."""
    chosen = next((list(map(row_meant, question.options)) for question in fields if question.field == INSPECTED), [])
    rows = chosen or [(offer.inner, offer.row)]
    return [models.On.model_validate({"kind": kind, "id": row}) if kind else None for kind, row in rows]


def told_refusal(sight: Sight, outcome: Outcome) -> tuple[Refused | None, list[str]]:
    """Why an action was refused and what the visitor could do instead, as far as they may know.

    Where a refusal would reveal what the visitor must not learn, the rules judge the case as the visitor sees it.
    """
    possible = list(dict.fromkeys(offer.action for offer in offers(sight) if not offer.refused))
    return without_names(sight, why_not(sight, outcome)), possible


def state_after(site: Site, visitor: Visitor, outcome: Outcome) -> str:
    """The state of the case after an action, as the visitor may know it."""
    if right_of(visitor).judged not in (Judged.BY_RULEBOOK, Judged.AFTER_OWN) or outcome.state not in UNDECIDED:
        return outcome.state
    ident = rulebooks_of(site.register, [outcome.action.case])[outcome.action.case]
    return shown_state(visitor, outcome.state, site.text(ident))


def without_names(sight: Sight, refused: Refused | None) -> Refused | None:
    """The refusal without the ids of deputies whom the visitor must not know."""
    if refused is None or sight.open_names:
        return refused
    deputies = sorted({*sight.whole.parties, sight.whole.case.lead} - {""}, key=len, reverse=True)

    def hidden(text: str) -> str:
        for deputy in deputies:
            text = text.replace(deputy, PROTECTED)
        return text

    return refused.reworded(hidden)
