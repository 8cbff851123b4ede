"""What is one act to its user is one transaction, decided once."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from portal.visitor import case_view, offers
from portal.visitor.site import LINK_LASTS, Site
from storage import Register, batch
from storage.accounts import Accounts
from storage.statements import reading
from tests.builders import FIRST, walk
from tests.portal.city import a_whole_directory
from tests.portal.standing import Standing
from tests.portal.web import Browser, signed_in

SATISFIED: dict[str, Any] = {"attitude": "SATISFIED", "result": "SATISFIED"}


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms")
    return Site(register, Standing(on=FIRST + timedelta(days=30)))


def link_of(site: Site) -> str:
    return "/e/" + site.accounts.link_to_evaluate("C1", "D1", 1, site.real_now(), "R1", LINK_LASTS)


def kept(site: Site) -> tuple[int, int, int]:
    """(events of an evaluation, links used up, entries of it in the access log)."""
    with reading(site.register.engine) as cursor:
        counts = [
            cursor.rows(statement)[0][0]
            for statement in (
                "SELECT count(*) FROM events WHERE action = 'evaluate'",
                "SELECT count(*) FROM links WHERE used_at IS NOT NULL",
                "SELECT count(*) FROM accesses WHERE what = 'evaluate'",
            )
        ]
    return min(counts[0], 1), counts[1], counts[2]


def test_a_judgement_by_link_its_links_end_and_its_entry_are_kept_together(site: Site) -> None:
    link = link_of(site)
    Browser(site).submit(link, link, **SATISFIED)
    assert kept(site) == (1, 1, 1)
    Browser(site).get(link, 404)


def test_a_judgement_whose_link_was_taken_back_meanwhile_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(site)
    find = Accounts.link

    def found_and_then_revoked(self: Accounts, *asked: Any) -> Any:
        found = find(self, *asked)
        self.revoke_evaluation_links("C1", "D1", site.real_now())
        return found

    browser = Browser(site)
    browser.get(link)
    monkeypatch.setattr(Accounts, "link", found_and_then_revoked)
    browser.post(link, SATISFIED, 404)
    assert kept(site) == (0, 0, 0)
    assert site.register.dossier("C1").case.state == "EVALUATING"


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the rules are asked: for offers, and for acts."""
    counts: Counter[str] = Counter()
    for module, name in ((offers, "offer"), (batch, "act")):
        real = module.decide

        def counted(*given: Any, _real: Any = real, _name: str = name) -> Any:
            counts[_name] += 1
            return _real(*given)

        monkeypatch.setattr(module, "decide", counted)
    return counts


def test_a_form_decides_its_own_action_alone_and_the_act_once(site: Site, decided: Counter[str]) -> None:
    deputy = signed_in(site, "D1")
    path = "/act/C1?do=evaluate&on="
    deputy.get(path)
    assert decided == {"offer": 1}
    decided.clear()
    deputy.submit(path, path, **SATISFIED)
    assert decided["act"] == 1
    assert kept(site)[0] == 1


def test_opening_a_link_builds_no_whole_case(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any) -> Any:
        raise AssertionError("the whole case is built")

    monkeypatch.setattr(case_view.Viewing, "view", never)
    page = Browser(site).get(link_of(site))
    assert "承办单位的答复" in page
