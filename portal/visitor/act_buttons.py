"""Open actions as buttons: what asks for nothing is done at once, what cannot be taken back is confirmed in place."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from uuid import uuid4

from portal.visitor.case_digest import digest_of
from portal.visitor.case_shapes import CaseFile
from portal.visitor.choosing import Choices
from portal.visitor.form_context import read_beside
from portal.visitor.forms import questions_of
from portal.visitor.languages import say
from portal.visitor.offers import Offer
from portal.visitor.rule_words import rule_words
from portal.visitor.sight import Sight
from states.counter_steps import COUNTER_STEPS
from states.vocabulary import Beside
from states.words import ACTION_NAMES

LASTING = {
    "confirm_cosign": "确认以后，您的联名收不回。",
    "decline_cosign": "谢绝以后，您不再是这一件的联名代表，也看不到它。",
    "send_forms": "发出以后收不回，由代表评价。",
    "publish": "公开以后收不回。",
    "award": "评定以后收不回。",
    "grant_extension": "批准以后收不回，答复期限顺延。",
    "accept_opinion": "采纳以后，不能再退回重提。",
    "archive": "归档以后，这一件不能再办。",
    "close": "办结以后，这条意见不能再办。",
}
"""What comes of actions that ask for nothing and that no other one takes back; the others only go on."""


@dataclass(frozen=True)
class ActButton:
    """An open offer; `part` tells it from the others of its action, '' where it is the only one.

    With a `key` it is a form that is sent at once, with `shown`; else a link to the action's page. `lasting` is what
    is confirmed before.
    """

    action: str
    name: str
    address: str
    part: str
    beside: Beside | None
    key: str
    shown: str
    lasting: str


@dataclass(frozen=True)
class Done:
    """What was done, what follows (which duty of whom, until when), and the button that takes it back."""

    name: str
    limit: str
    owed_by: str
    last_day: date | None
    back: ActButton | None


def asks_nothing(sight: Sight, offer: Offer) -> bool:
    """Whether the action's page would have nothing to fill in."""
    return not questions_of(offer.action, sight.known, sight.rulebook, Choices({}, {}, {}, offer.role), offer.row)


def is_done_at_once(sight: Sight, view: Callable[[], CaseFile], offer: Offer) -> bool:
    """Whether the action's page would be empty: neither questions nor anything to be read before."""
    if rule_words(offer.action, sight.rulebook) or not asks_nothing(sight, offer):
        return False
    return not read_beside(view(), offer)


def act_buttons(
    sight: Sight, view: Callable[[], CaseFile], offered: Sequence[Offer], back: str = ""
) -> list[ActButton]:
    """The open ones of these offers as buttons, without asking for the `view` where none is done at once.

    After a form the page `back` is shown.
    """
    open_ = [offer for offer in offered if offer.refused is None]
    several = Counter(offer.action for offer in open_)
    at_once = [is_done_at_once(sight, view, offer) for offer in open_]
    shown = digest_of(view()) if any(at_once) else ""
    return [
        ActButton(
            offer.action, offer.name, _address(sight.known.case.id, offer, back),
            offer.row.rpartition("/")[2] if several[offer.action] > 1 else "", offer.beside,
            uuid4().hex if now else "", shown if now else "", say(LASTING.get(offer.action, "")),
        )
        for offer, now in zip(open_, at_once, strict=True)
    ]  # fmt: skip


def _address(case_id: str, offer: Offer, back: str = "") -> str:
    return f"/act/{case_id}?do={offer.action}&on={quote(offer.row)}" + (f"&back={back}" if back else "")


def what_was_done(action: str, view: CaseFile, buttons: Sequence[ActButton]) -> Done | None:
    """What the page after an action says of it; None where there is no such action."""
    if action not in ACTION_NAMES:
        return None
    next_limit = min((limit for limit in view.limits if limit.duty), key=lambda limit: limit.last_day, default=None)
    counter = COUNTER_STEPS.get(action)
    return Done(
        say(ACTION_NAMES[action], "action"), next_limit.name if next_limit else "",
        next_limit.owed_by if next_limit else "", next_limit.last_day if next_limit else None,
        next((button for button in buttons if button.action == counter), None),
    )  # fmt: skip
