"""What is one act to its user is one transaction, decided once."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from portal.visitor import case_view, known, offers, sight
from portal.visitor.site import LINK_LASTS, Site
from storage import Register, batch
from storage.accounts import Accounts
from storage.away import people_away
from storage.layout import StatementSet
from storage.statements import reading
from tests.builders import CITY, FIRST, rows, walk
from tests.portal.city import a_whole_directory
from tests.portal.standing import Standing
from tests.portal.web import HIDDEN, Browser, signed_in

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


def test_a_deputy_whose_term_has_ended_judges_by_a_link_of_the_office(site: Site) -> None:
    last = (site.today() - timedelta(days=1)).isoformat()
    term = {"id": "D1", "name": "代表1", "role": "deputy", "region": CITY, "term_to": last}
    site.register.import_directory("people", rows([term]))
    with reading(site.register.engine) as cursor:
        assert "D1" in people_away(cursor.session, site.today())
    link = link_of(site)
    Browser(site).submit(link, link, **SATISFIED)
    assert kept(site) == (1, 1, 1)


def test_a_judgement_whose_link_was_taken_back_meanwhile_leaves_nothing(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = link_of(site)
    find = Accounts.link

    def found_and_then_revoked(self: Accounts, *arguments: Any) -> Any:
        link = find(self, *arguments)
        self.revoke_evaluation_links("C1", "D1", site.real_now())
        return link

    browser = Browser(site)
    browser.get(link)
    monkeypatch.setattr(Accounts, "link", found_and_then_revoked)
    browser.post(link, SATISFIED, 404)
    assert kept(site) == (0, 0, 0)
    assert site.register.dossier("C1").case.state == "EVALUATING"


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often the rules are asked, and the rows, the events and the texts of a case are read."""
    counts: Counter[str] = Counter()

    def count(owner: Any, name: str, called: str) -> None:
        real = getattr(owner, name)

        def counted(*given: Any, **named: Any) -> Any:
            counts[called] += 1
            return real(*given, **named)

        monkeypatch.setattr(owner, name, counted)

    for module, called in ((offers, "offer"), (batch, "act"), (known, "refusal")):
        count(module, "decide", called)
    count(StatementSet, "dossiers", "rows")
    count(Register, "events", "events")
    count(sight, "documents", "texts")
    return counts


ONE_LOOK = {"rows": 1, "events": 1, "texts": 1}


def test_a_form_decides_its_own_action_alone_and_the_act_once(site: Site, looks: Counter[str]) -> None:
    deputy = signed_in(site, "D1")
    path = "/act/C1?do=evaluate&on="
    page = deputy.get(path)
    assert looks == {"offer": 1, **ONE_LOOK}
    looks.clear()
    deputy.http.follow_redirects = False
    deputy.post(path, {**dict(HIDDEN.findall(page)), **SATISFIED}, 303)
    assert looks == {"act": 1, **ONE_LOOK, "rows": 2}, "the register locks the rows and reads them itself"
    assert kept(site)[0] == 1


@pytest.mark.parametrize("who", ["R1", "W1", "D1"])
def test_a_case_is_looked_at_once_a_page(site: Site, looks: Counter[str], who: str) -> None:
    reader = signed_in(site, who)
    page = reader.get("/case/C1")
    decided = looks.pop("offer")
    assert decided >= page.count('href="/act/C1?do=') > 0
    assert looks == ONE_LOOK
    looks.clear()
    reader.get("/api/v1/cases/C1")
    assert looks == ONE_LOOK
    looks.clear()
    assert reader.http.get("/api/v1/cases/C1/offers").json()
    assert looks.pop("offer") == decided
    assert looks.pop("rows") == 1
    assert all(times == 1 for times in looks.values()), looks


def test_an_action_of_the_api_is_decided_once(site: Site, looks: Counter[str]) -> None:
    deputy = signed_in(site, "D1")
    etag = deputy.http.get("/api/v1/cases/C1").headers["ETag"]
    csrf = deputy.http.get("/api/v1/me").json()["csrf"]
    looks.clear()
    sent = {"action": "evaluate", "data": SATISFIED}
    headers = {"X-CSRF-Token": csrf, "Idempotency-Key": "k"}
    done = deputy.http.post("/api/v1/cases/C1/actions", json=sent, headers={**headers, "If-Match": etag})
    assert done.status_code == 200, done.text
    assert looks == {"act": 1, **ONE_LOOK, "rows": 2}
    looks.clear()
    deputy.http.post("/api/v1/cases/C1/actions", json=sent, headers=headers)
    assert looks == {"rows": 1}, "sent again, it is only looked up by its key"


def test_opening_a_link_builds_no_whole_case(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*given: Any) -> Any:
        raise AssertionError("the whole case is built")

    monkeypatch.setattr(case_view, "CaseFile", never)
    page = Browser(site).get(link_of(site))
    assert "承办单位的答复" in page


def test_whoever_judges_by_link_has_the_reply_and_the_request_before_them(register: Register) -> None:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms", reply="路面已经整修")
    site = Site(register, Standing(on=FIRST + timedelta(days=30)))
    page = Browser(site).get(link_of(site))
    assert page.index("路面已经整修") < page.index("路面破损") < page.index('name="attitude"')
    assert "<details>" not in page
