"""What somebody wants to read beside a form."""

from portal.web.offers import Offer
from portal.web.view import TEXT_NAMES, CaseView


def read_beside(found: CaseView, offer: Offer) -> list[tuple[str, str]]:
    """The request when a reply is written, the newest reply when it is passed on, signed, answered or judged."""
    if offer.action == "draft_reply":
        return found.texts
    if offer.action in ("endorse", "sign", "send_draft_to_deputy", "agree_consult", "object_consult", "evaluate"):
        drafts = [
            text
            for event in found.events
            if event.row == offer.row or not offer.row
            for name, text in event.texts
            if name == TEXT_NAMES["reply"]
        ]
        return [(TEXT_NAMES["reply"], text) for text in drafts[-1:]]
    return []
