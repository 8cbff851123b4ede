"""Similar suggestions as pages show them: only what the visitor may know of each."""

from dataclasses import dataclass

from portal.visitor.languages import say
from portal.visitor.rights import Past, past_scopes, past_stage, right_of, scope_of
from portal.visitor.site import Site
from storage.accounts import Visitor
from storage.similar import Alike, Said, marked
from storage.visible import sees


@dataclass(frozen=True)
class Resembling:
    """A similar suggestion: its title in pieces (and whether each is shared), and where it may be read."""

    id: str
    """Empty where the visitor may know of it, but not read it."""
    number: str
    title: list[tuple[str, bool]]
    stage: str
    subject: str
    percent: int
    phrases: tuple[str, ...]
    committee: str = ""
    group: str = ""
    """The group (并案) for merging with it: its own, or else its number."""


def resembling(site: Site, visitor: Visitor, text: Said, but: str = "", most: int = 3) -> list[Resembling]:
    """The suggestions most similar to the text; `but` is the case itself."""
    matches = site.similar.like(text, past_scopes(visitor), but, most)
    return [_resembling(site, visitor, match) for match in matches]


def _resembling(site: Site, visitor: Visitor, match: Alike) -> Resembling:
    case, scope = match.case, scope_of(visitor)
    whole = right_of(visitor).past == Past.SEEN
    link = whole or (scope is not None and sees(site.register, scope, case["id"]))
    return Resembling(
        id=case["id"] if link else "",
        number=case["number"],
        title=marked(case["title"], match.phrases),
        stage=say(past_stage(visitor, case, site.text(case["rulebook_ident"])), "state"),
        subject=case["subject_class"],
        percent=round(100 * match.score),
        phrases=match.phrases,
        committee=case["committee"] if whole else "",
        group=(case["merged_group"] or case["number"]) if whole else "",
    )
