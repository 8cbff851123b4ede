"""Converting single inputs of forms for the register."""

from uuid import uuid4

from portal.visitor.filled import Typed
from portal.visitor.languages import say
from portal.visitor.site import Site
from states.reasons import Label, Refused, labels
from storage.rolls import deputies_called


def action_key(text: str) -> str:
    """The key of the form, so that sending it twice acts once; anything else gets one of its own."""
    ours = len(text) == 32 and all(sign in "0123456789abcdef" for sign in text)
    return f"portal/{text if ours else uuid4().hex}"


def deputy_typed(site: Site, name: str, region: str | None) -> str:
    """The id of a deputy of the region or below by id or name; raises Typed when there is none or more than one."""
    rows = deputies_called(site.register, name, region)
    if not rows:
        raise Typed(Refused("typed_no_deputy", name=Label(name)))
    if len(rows) > 1:
        which = labels(id_ + say("（%(what)s）", what=delegation or "–") for id_, delegation in rows)
        raise Typed(Refused("typed_deputies", name=Label(name), which=which))
    return rows[0][0]
