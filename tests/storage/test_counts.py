"""Does counting up to a number find what counting all does, for every role and list?"""

from datetime import timedelta

import pytest

from portal.visitor.rights import scope_of
from portal.visitor.site import Site
from portal.web.case_pages import groups_of
from storage import Register, lists
from storage.lists import count_cases, list_cases
from storage.visible import Scope, seen_of
from storage.waiting import first_proposals, proposals
from tests.builders import CITY, FIRST, morning
from tests.portal.city import COUNTY, PEOPLE, a_city


@pytest.mark.sqlite_first
@pytest.mark.parametrize("few", [0, lists.FEW])
def test_counting_up_to_a_number_stops_there_and_not_before(
    register: Register, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    a_city(register)
    register.sweep(morning(FIRST + timedelta(days=400)))
    monkeypatch.setattr(lists, "FEW", few)
    site = Site(register)
    for person in PEOPLE:
        site.accounts.create(person, site.real_now(), "test", person=person)
        token = site.accounts.sign_in(person, site.real_now())
        visitor = site.accounts.visitor(token, site.real_now(), site.today())
        assert visitor is not None
        scope = scope_of(visitor)
        if scope is None:
            continue
        for name, (_, wanted) in groups_of(site, visitor).items():
            whole = len(list_cases(register, scope, wanted, 1_000))
            counts = [count_cases(register, scope, wanted, most) for most in (1, 2, 4, whole + 1, None)]
            assert counts == [*(min(most, whole) for most in (1, 2, 4)), whole, whole], (person, name)


def test_the_first_proposals_are_those_of_the_scope_in_the_order_of_all(register: Register) -> None:
    a_city(register)
    register.sweep(morning(FIRST + timedelta(days=400)))
    everything = proposals(register)
    assert len({proposal.level for proposal in everything}) > 1
    for scope in (Scope(region=CITY), Scope(region=COUNTY), Scope(unit="U1", since="assigned")):
        seen = seen_of(register, scope, [proposal.case_id for proposal in everything])
        wanted = [proposal for proposal in everything if proposal.case_id in seen]
        for most in (1, 3, len(wanted) + 1):
            assert first_proposals(register, scope, most) == wanted[:most]
