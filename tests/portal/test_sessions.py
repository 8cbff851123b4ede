"""What was given out to an account ends with its credentials; its holder is told, and sees all of it on one page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import SQLModel

from portal.visitor.site import Site
from storage import Register
from storage.confirming import confirm_changes, waiting_changes
from storage.messages import list_messages
from tests.builders import CITY, rows
from tests.portal.city import a_whole_directory
from tests.portal.web import HASHED, PASSWORD, Browser, an_account, page_text, signed_in

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    new_site = Site(register)
    an_account(new_site, "D1")
    return new_site


def moved(site: Site, **new: str) -> None:
    row = {"id": "D1", "name": "代表1", "role": "deputy", "region": CITY} | new
    site.register.import_directory("people", rows([row]))
    (batch,) = waiting_changes(site.register)
    confirm_changes(site.register, batch.id, "sec", NOW)


def reset_by_two(site: Site) -> None:
    for name, duty in (("sec", "security"), ("aud", "audit")):
        an_account(site, name, duty)
    site.duties.ask("device", "D1", "sec", NOW)
    site.duties.confirm(site.duties.waiting(NOW)[0].id, "aud", NOW, DAY)


ENDS: dict[str, Callable[[Site], object]] = {
    "a new password": lambda site: site.accounts.set_password("D1", HASHED, NOW),
    "a reset link": lambda site: site.accounts.link_to_sign_in("D1", NOW, "sec", DAY),
    "another role": lambda site: moved(site, role="registrar"),
    "another region": lambda site: moved(site, region="321302"),
    "another unit": lambda site: moved(site, unit="U1"),
    "closing": lambda site: site.accounts.disable("D1", NOW),
    "a device taken away": reset_by_two,
    "signing out everywhere": lambda site: site.accounts.sign_out_everywhere("D1", NOW),
}


@pytest.mark.both
@pytest.mark.parametrize("how", list(ENDS))
def test_sessions_tokens_and_open_links_end_with_the_credentials(site: Site, how: str) -> None:
    accounts, tokens, today = site.accounts, site.tokens, site.today()
    link = accounts.link_to_sign_in("D1", NOW, "sec", DAY)
    to_evaluate = accounts.link_to_evaluate("C1", "D1", 1, NOW, "R1", DAY)
    session = accounts.sign_in("D1", NOW)
    held, _ = tokens.make("D1", "程序", ["read"], NOW, DAY)
    other = accounts.link_to_evaluate("C1", "D2", 1, NOW, "R1", DAY)
    assert accounts.visitor(session, NOW, today)
    assert tokens.visitor(held, NOW, today)
    ENDS[how](site)
    accounts.enable("D1", NOW)
    assert accounts.visitor(session, NOW, today) is None
    assert tokens.visitor(held, NOW, today) is None
    assert accounts.link(link, NOW) is None
    assert accounts.link(to_evaluate, NOW) is None
    assert accounts.link(other, NOW), "another one's link works on"


def test_all_that_lets_somebody_in_is_a_table_that_ends() -> None:
    """Walks the tables: every one with the digest of a token, and every one that hangs on an account, is named here."""
    ended = {"sessions", "tokens", "links"}
    with_token = {name for name, table in SQLModel.metadata.tables.items() if "token" in table.columns}
    assert with_token == ended
    hang_on = {
        name
        for name, table in SQLModel.metadata.tables.items()
        if any(key.column.table.name == "accounts" for key in table.foreign_keys)
    }
    assert hang_on - ended == {"recovery_codes"}, "which let in with the password only, and end with the device"


def test_a_stronger_hash_of_the_same_password_ends_nothing(site: Site) -> None:
    held, _ = site.tokens.make("D1", "程序", ["read"], NOW, DAY)
    site.accounts.rehash("D1", HASHED)
    assert site.tokens.visitor(held, NOW, site.today())


def test_a_new_password_keeps_the_session_in_which_it_was_set(site: Site) -> None:
    browser, other = signed_in(site, "D1"), signed_in(site, "D1")
    new = "另一把钥匙开另一把锁"
    browser.submit("/password", "/password", old=PASSWORD, password=new, again=new)
    browser.get("/cases")
    assert browser.path == "/cases"
    other.get("/cases")
    assert other.path == "/sign-in"


@pytest.mark.both
def test_the_holder_is_told_of_a_reset_and_of_a_new_token(site: Site) -> None:
    site.accounts.link_to_sign_in("D1", site.real_now(), "sec", DAY)
    browser = signed_in(site, "D1")
    browser.submit("/tokens", "/tokens", name="政务平台", scope="read", days="30")
    words = page_text(browser.get("/inbox"))
    assert "sec 重发了您账号 D1 的一次性链接" in words
    assert "发了一个新令牌：政务平台" in words
    csrf = browser.http.get("/api/v1/me").json()["csrf"]
    made = {"name": "第二个", "scopes": ["read"], "days": 1}
    assert browser.http.post("/api/v1/tokens", json=made, headers={"x-csrf-token": csrf}).status_code == 201
    assert "第二个" in page_text(browser.get("/inbox"))


def test_an_administrator_is_told_as_well(site: Site) -> None:
    an_account(site, "sys", "system")
    site.tokens.make("sys", "程序", ["directory"], NOW, DAY)
    assert "发了一个新令牌" in page_text(signed_in(site, "sys").get("/inbox"))


def test_a_holder_with_a_mail_address_is_told_by_mail(site: Site) -> None:
    site.register.import_directory(
        "people", rows([{"id": "D1", "name": "代表1", "role": "deputy", "region": CITY, "email": "d1@office.test"}])
    )
    site.accounts.link_to_sign_in("D1", NOW, "sec", DAY)
    assert [message["channel"] for message in list_messages(site.register, recipient="person:D1")].count("mail") == 1


@pytest.mark.both
def test_a_page_lists_ones_own_sessions_and_tokens_and_signs_out_everywhere(site: Site) -> None:
    here, there, another = signed_in(site, "D1"), signed_in(site, "D1"), signed_in(site, "D2")
    held, _ = site.tokens.make("D1", "政务平台", ["read"], site.real_now(), DAY)
    site.tokens.make("D2", "别人的", ["read"], site.real_now(), DAY)
    page = here.get("/sessions")
    assert page_text(page).count("这一个") == 1
    assert page.count('value="session"') == 1
    assert "政务平台" in page
    assert "别人的" not in page
    here.submit("/sessions", "/sessions", do="everywhere")
    assert here.path == "/sign-in"
    there.get("/cases")
    assert there.path == "/sign-in"
    assert site.tokens.visitor(held, site.real_now(), site.today()) is None
    another.get("/cases")
    assert another.path == "/cases"


def test_one_session_or_token_is_ended_from_the_page_and_nobody_elses(site: Site) -> None:
    here, there, another = signed_in(site, "D1"), signed_in(site, "D1"), signed_in(site, "D2")
    _, token = site.tokens.make("D1", "程序", ["read"], site.real_now(), DAY)
    first, second = site.accounts.sessions_of("D1", site.real_now())
    csrf = another.get("/sessions").partition('name="csrf" value="')[2].partition('"')[0]
    for do, id_ in (("session", first.id), ("token", token.id)):
        another.post("/sessions", {"csrf": csrf, "do": do, "id": id_}, 404)
    csrf = here.get("/sessions").partition('name="csrf" value="')[2].partition('"')[0]
    (other,) = [session for session in (first, second) if session.id in here.get("/sessions")]
    here.post("/sessions", {"csrf": csrf, "do": "session", "id": other.id})
    here.post("/sessions", {"csrf": csrf, "do": "token", "id": token.id})
    there.get("/cases")
    assert there.path == "/sign-in"
    here.get("/cases")
    assert here.path == "/cases"
    Browser(site).get("/sessions")
