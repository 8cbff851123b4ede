"""The number of key items (重点督办) of this year and the quota of the rulebook."""

from dataclasses import dataclass
from datetime import date

from portal.visitor.site import Site
from states.cases import Case
from states.vocabulary import KeyLevel
from storage.across_cases import key_items


@dataclass(frozen=True)
class Quota:
    """A quota of the rulebook: for whom, how many this year so far, how many at most."""

    name: str
    determined: int
    most: int


def quota_of(site: Site, case: Case) -> list[Quota]:
    """The quotas of the case's rulebook; a key that names no level of key items counts all of them."""
    rule = site.rulebook(case).key
    if rule is None or not rule.quotas:
        return []
    determined = key_items(site.register, case.region, date(site.today().year, 1, 1))
    quotas = []
    for key, most in rule.quotas.items():
        level = key.upper()
        mine = determined.get(level, 0) if level in KeyLevel.values() else sum(determined.values())
        quotas.append(Quota(KeyLevel.names().get(level, key), mine, most))
    return quotas
