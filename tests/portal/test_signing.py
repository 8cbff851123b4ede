"""Who gets in: passwords, lockout, one-time links, sessions, and what another site cannot do."""

from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from portal.api.app import create_api
from portal.server.app import create_app
from portal.visitor.site import Site, Throttle
from storage import Register
from storage.confirming import confirm_changes, waiting_changes
from storage.errors import AccountRefused
from storage.passwords import FAILURES, LOCKED
from storage.sessions import IDLE, SESSION
from tests.builders import CITY, dump, rows
from tests.portal.web import ADDRESS, PASSWORD, Browser, an_account, page_text, signed_in

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def sign_in(browser: Browser, name: str, password: str, status: int = 200) -> str:
    return browser.submit("/sign-in", "/sign-in", status, account=name, password=password)


def test_whoever_is_not_signed_in_sees_the_sign_in_page_and_nothing_else(site: Site) -> None:
    browser = Browser(site)
    for path in ("/", "/cases", "/case/C1", "/wall", "/inbox", "/accounts", "/access", "/rules", "/status"):
        assert "登录" in browser.get(path)
        assert browser.path == "/sign-in"
    browser.get("/nowhere", 404)


@pytest.mark.both
def test_a_person_signs_in_and_out(site: Site) -> None:
    an_account(site, "R1")
    browser = Browser(site)
    assert "登记员" in sign_in(browser, "R1", PASSWORD)
    token = browser.http.cookies["duban"]
    browser.submit("/sign-out", "/cases")
    browser.http.cookies.set("duban", token)
    browser.get("/cases")
    assert browser.path == "/sign-in"


def test_wrong_names_and_wrong_passwords_are_told_the_same_and_lock_the_account(site: Site) -> None:
    an_account(site, "R1")
    browser = Browser(site)
    refusals = {page_text(sign_in(browser, name, "nothing", 403)).replace(name, "") for name in ("R1", "nobody")}
    assert len(refusals) == 1
    for _ in range(FAILURES):
        sign_in(browser, "R1", "nothing", 403)
    sign_in(browser, "R1", PASSWORD, 403)
    assert site.accounts.password_of("R1", site.real_now() + LOCKED + timedelta(seconds=1))


def test_the_cookie_is_out_of_reach_of_scripts_and_a_session_is_never_taken_over_from_before(
    site: Site,
) -> None:
    an_account(site, "R1")
    browser = Browser(site)
    browser.http.cookies.set("duban", "chosen-by-somebody-else")
    browser.http.follow_redirects = False
    browser.post("/sign-in", {"account": "R1", "password": PASSWORD}, 303)
    assert browser.last is not None
    cookie = browser.last.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert "chosen-by-somebody-else" not in cookie
    secure = Browser(Site(site.register, https=True))
    secure.http.follow_redirects = False
    secure.post("/sign-in", {"account": "R1", "password": PASSWORD}, 303)
    assert secure.last is not None
    header = secure.last.headers["set-cookie"]
    assert header.startswith("__Host-duban="), "a browser takes it from this very host alone"
    assert "Secure" in header
    assert "Path=/" in header
    assert "Domain" not in header


def test_under_https_a_cookie_of_the_open_name_lets_nobody_in(site: Site) -> None:
    an_account(site, "R1")
    secure = Browser(Site(site.register, https=True))
    secure.http.base_url = "https://portal.test"
    secure.http.cookies.set("duban", site.accounts.sign_in("R1", site.real_now()))
    secure.get("/cases")
    assert secure.path == "/sign-in"
    secure.http.cookies.set("__Host-duban", site.accounts.sign_in("R1", site.real_now()))
    secure.get("/cases")
    assert secure.path == "/cases"
    secure.submit("/sign-out", "/cases")
    secure.get("/cases")
    assert secure.path == "/sign-in"


@pytest.mark.parametrize("https", [False, True])
def test_the_description_of_the_api_names_the_cookie_that_lets_one_in(site: Site, https: bool) -> None:
    an_account(site, "R1")
    app = create_app(Site(site.register, https=https))
    described = create_api(app.state.site).openapi()["components"]["securitySchemes"]["session"]
    http = TestClient(app, base_url="https://portal.test" if https else ADDRESS)
    assert http.get("/api/v1/me").status_code == 401
    http.cookies.set(described["name"], site.accounts.sign_in("R1", site.real_now()))
    assert http.get("/api/v1/me").status_code == 200


@pytest.mark.both
def test_sessions_end_when_idle_when_old_when_closed_and_with_a_new_password(site: Site) -> None:
    an_account(site, "R1")
    accounts, today = site.accounts, site.today()
    token = accounts.sign_in("R1", NOW)
    assert accounts.visitor(token, NOW + IDLE - timedelta(seconds=1), today)
    assert accounts.visitor(token, NOW + 2 * IDLE - timedelta(seconds=2), today)
    assert accounts.visitor(token, NOW + 4 * IDLE, today) is None
    assert accounts.visitor(token, NOW + SESSION, today) is None
    closed = accounts.sign_in("R1", NOW)
    accounts.disable("R1", NOW)
    assert accounts.visitor(closed, NOW, today) is None
    accounts.enable("R1", NOW)
    assert accounts.visitor(closed, NOW, today) is None
    before = accounts.sign_in("R1", NOW)
    accounts.set_password("R1", "another", NOW)
    assert accounts.visitor(before, NOW, today) is None


def test_a_change_of_role_holds_once_it_is_confirmed_and_ends_the_session(site: Site) -> None:
    browser = signed_in(site, "R1")
    browser.get("/meeting")
    site.register.import_directory(
        "people", rows([{"id": "R1", "name": "登记员", "role": "deputy", "region": CITY}])
    )
    browser.get("/meeting")
    (batch,) = waiting_changes(site.register)
    confirm_changes(site.register, batch.id, "security", NOW)
    browser.get("/meeting")
    assert browser.path == "/sign-in"
    browser = signed_in(site, "R1")
    browser.get("/meeting", 403)
    browser.get("/write")


def test_a_one_time_link_sets_a_password_once(site: Site) -> None:
    site.accounts.create("R1", site.real_now(), "test", person="R1")
    first = site.accounts.link_to_sign_in("R1", site.real_now(), "test", timedelta(days=1))
    token = site.accounts.link_to_sign_in("R1", site.real_now(), "test", timedelta(days=1))
    browser = Browser(site)
    browser.get(f"/link/{first}", 404)
    browser.get(f"/link/{token}")
    browser.get(f"/link/{token}")
    for bad in ("short", "R1R1R1R1R1R1", "aaaaaaaaaaaaaaa"):
        browser.post(f"/link/{token}", {"password": bad, "again": bad}, 422)
    browser.post(f"/link/{token}", {"password": PASSWORD, "again": "something else"}, 422)
    browser.post(f"/link/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert browser.path == "/"
    Browser(site).get(f"/link/{token}", 404)
    sign_in(Browser(site), "R1", PASSWORD)


def test_links_run_out_and_their_tokens_are_not_in_the_database(site: Site) -> None:
    site.accounts.create("R1", NOW, "test", person="R1")
    token = site.accounts.link_to_sign_in("R1", NOW, "test", timedelta(days=1))
    session = site.accounts.sign_in("R1", NOW)
    assert site.accounts.link(token, NOW + timedelta(days=1)) is None
    assert not site.accounts.enter_by_link(token, "R1", NOW + timedelta(days=1))
    kept = str(dump(site.register.engine))
    assert "sign-in" in kept
    assert token not in kept
    assert session not in kept


@pytest.mark.both
def test_of_two_uses_at_once_one_works(site: Site) -> None:
    site.accounts.create("R1", NOW, "test", person="R1")
    token = site.accounts.link_to_sign_in("R1", NOW, "test", timedelta(days=1))
    assert [bool(site.accounts.enter_by_link(token, "R1", NOW)) for _ in range(2)] == [True, False]


def test_a_form_of_another_site_or_without_its_token_is_refused(site: Site) -> None:
    browser = signed_in(site, "R1")
    browser.post("/inbox/read", {}, 403)
    browser.post("/inbox/read", {"csrf": "guessed"}, 403)
    csrf = browser.get("/inbox").partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/inbox/read", {"csrf": csrf}, 403, headers={"origin": "http://evil.test"})
    browser.post("/inbox/read", {"csrf": csrf}, 403, headers={"sec-fetch-site": "cross-site"})
    browser.post("/inbox/read", {"csrf": csrf}, 200, headers={"origin": "http://portal.test"})
    Browser(site).post(
        "/sign-in", {"account": "R1", "password": PASSWORD}, 403, headers={"origin": "http://evil.test"}
    )


def test_every_answer_carries_the_headers_that_protect_its_reader(site: Site) -> None:
    browser = signed_in(site, "R1")
    for path, status in (("/cases", 200), ("/nowhere", 404), ("/static/style.css", 200), ("/case/x", 404)):
        browser.get(path, status)
        assert browser.last is not None
        headers = browser.last.headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert ("no-store" in headers.get("cache-control", "")) == (not path.startswith("/static"))


def test_signing_in_leads_to_this_portal_only(site: Site) -> None:
    an_account(site, "R1")
    for path, lands in (
        ("/wall", "/wall"),
        ("//evil.test/x", "/"),
        ("https://evil.test", "/"),
        ("/\\evil", "/"),
    ):
        browser = Browser(site)
        browser.http.follow_redirects = False
        browser.post("/sign-in", {"account": "R1", "password": PASSWORD, "next": path}, 303)
        assert browser.last is not None
        assert browser.last.headers["location"] == lands


def test_a_throttle_counts_each_address_by_itself() -> None:
    throttle = Throttle(3, 60)
    assert [throttle.take("10.0.0.1") for _ in range(4)] == [True, True, True, False]
    assert throttle.take("10.0.0.2")


def test_somebody_who_guesses_passwords_is_slowed_down(site: Site) -> None:
    browser = Browser(site)
    site.throttles["sign-in"] = Throttle(3, 60)
    for status in (403, 403, 403, 429):
        browser.post("/sign-in", {"account": "nobody", "password": "x"}, status)


def test_accounts_that_cannot_be(site: Site) -> None:
    an_account(site, "R1")
    for name, person, duty, why in (
        ("R1", "D1", "", "already"), ("x", "nobody", "", "nobody in the directory"), ("y", "R1", "", "has the account"),
        ("z", "", "", "one of system"), ("z", "D1", "audit", "one of system"), ("z", "", "king", "one of system"),
        (" z", "D1", "", "no account name"),
    ):  # fmt: skip
        with pytest.raises(AccountRefused, match=why):
            site.accounts.create(name, NOW, "test", person=person, duty=duty)


@pytest.mark.both
def test_nobody_comes_in_outside_their_term_and_they_are_told_why(site: Site) -> None:
    an_account(site, "R1")
    inside = Browser(site)
    sign_in(inside, "R1", PASSWORD)
    secret, _ = site.tokens.make("R1", "表格", {"read"}, site.real_now(), timedelta(days=30))
    assert site.tokens.visitor(secret, site.real_now(), site.today())
    registrar = {"id": "R1", "name": "登记员", "role": "registrar", "region": CITY}

    def until(last: date | str, first: date | str = "") -> None:
        term = registrar | {"term_from": str(first), "term_to": str(last)}
        site.register.import_directory("people", rows([term]))
        (batch,) = waiting_changes(site.register)
        confirm_changes(site.register, batch.id, "security", site.now())

    until(site.today())
    inside.get("/inbox")
    assert inside.path == "/inbox", "the last day of a term is still of it"
    until(site.today() - timedelta(days=1))
    inside.get("/inbox")
    assert inside.path == "/sign-in"
    assert site.tokens.visitor(secret, site.real_now(), site.today()) is None
    page = sign_in(Browser(site), "R1", PASSWORD, 403)
    assert f"您的任期到 {site.today() - timedelta(days=1)} 为止" in page
    assert "您的任期" not in sign_in(Browser(site), "R1", "another one", 403), "only who has the password learns of it"
    assert site.accounts.noted("R1", refused=True)
    until("", site.today())
    sign_in(inside, "R1", PASSWORD)
    assert site.tokens.visitor(secret, site.real_now(), site.today()), "so is its first day"
    until("", tomorrow := site.today() + timedelta(days=1))
    inside.get("/inbox")
    assert inside.path == "/sign-in"
    assert site.tokens.visitor(secret, site.real_now(), site.today()) is None
    assert f"您的任期从 {tomorrow} 开始" in sign_in(Browser(site), "R1", PASSWORD, 403)
