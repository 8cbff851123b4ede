"""Accounts for all of a role at once, with a slip for each."""

import re

import pytest

from portal.visitor.site import Site
from storage import Register
from tests.portal.web import Browser, page_text, signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def test_everybody_of_a_role_gets_an_account_and_a_slip_that_lets_them_in_once(site: Site) -> None:
    security = signed_in(site, "security", duty="security")
    lacking = [row["id"] for row in site.accounts.without_account(site.today()) if row["role"] == "deputy"]
    assert lacking
    page = security.submit("/accounts/slips", "/accounts", role="deputy")
    links = re.findall(r'<p class="small">[^<]*(/link/[^<]+)</p>', page)
    assert len(links) == len(lacking) == page.count("data:image/svg+xml")
    assert {row["person_name"] for row in site.accounts.listed() if row["name"] in lacking}
    assert "这个账号是" in page_text(Browser(site).get(links[0]))
    assert "都有账号了" in security.submit("/accounts/slips", "/accounts", role="deputy")
    assert all(row["role"] != "deputy" for row in site.accounts.without_account(site.today()))


def test_only_the_security_administrator_makes_accounts(site: Site) -> None:
    browser = signed_in(site, "R1")
    token = browser.get("/inbox").partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/accounts/slips", {"csrf": token, "role": "deputy"}, 403)
