"""A form that was begun: filled in again for its author, shown to nobody else, gone when it is sent or too old."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from portal.visitor.site import Site
from storage import Register
from storage.erasing import Wish, ask_erasure, confirm_erasure
from storage.form_drafts import begun_forms, drop_forms_over, keep_form
from tests.builders import walk
from tests.portal.web import HIDDEN, Browser, page_text, signed_in

REPLY = "/act/C1?do=draft_reply&on=C1/a1"
WORDS = "已经与街道商定路面整修"


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def csrf(browser: Browser, page: str = "/write") -> str:
    return str(dict(HIDDEN.findall(browser.get(page)))["csrf"])


def begin_reply(handler: Browser, words: str = WORDS) -> None:
    handler.post("/drafts", {"csrf": csrf(handler, REPLY), "form": REPLY, "answer": words, "keep": "yes"})


@pytest.mark.both
def test_a_reply_that_was_begun_waits_for_its_author_alone(site: Site) -> None:
    walk(site.register, "C1", until="research")
    handler, head, office = (signed_in(site, name) for name in ("W1", "H1", "R1"))
    begin_reply(handler)
    assert WORDS in signed_in(site, "W1").get(REPLY), "on another device, too"
    assert "草稿 1 份" in page_text(handler.get("/"))
    for other in (head, office):
        for page in ("/", "/case/C1", "/cases?group=all&q=路面整修"):
            words = other.get(page)
            assert WORDS not in words
            assert "草稿 1 份" not in words
    assert WORDS not in head.get(REPLY)


def test_a_form_that_is_sent_is_forgotten(site: Site) -> None:
    deputy = signed_in(site, "D1")
    deputy.post("/drafts", {"csrf": csrf(deputy), "form": "/write", "title": "关于路灯的建议", "keep": "yes"})
    assert 'value="关于路灯的建议"' in deputy.get("/write")
    written: dict[str, Any] = {"facts": "不亮", "proposal": "修", "points": 1, "secrecy": "NONE"}
    deputy.submit("/write", "/write", title="关于路灯的建议", rulebook="suqian", **written)
    assert begun_forms(site.register, "D1", site.real_now()) == []


def test_its_author_can_throw_it_away(site: Site) -> None:
    deputy = signed_in(site, "D1")
    for keep in ("yes", "drop"):
        deputy.post("/drafts", {"csrf": csrf(deputy), "form": "/write", "title": "路灯", "keep": keep})
    assert begun_forms(site.register, "D1", site.real_now()) == []


@pytest.mark.parametrize("form", ["https://elsewhere.test/write", "//elsewhere.test/act/C1?do=sign", "/cases", REPLY])
def test_no_draft_of_what_is_no_form_of_ones_own(site: Site, form: str) -> None:
    walk(site.register, "C1", until="research")
    stranger = signed_in(site, "D3")
    stranger.post("/drafts", {"csrf": csrf(stranger), "form": form, "answer": WORDS}, 404)
    assert begun_forms(site.register, "D3", site.real_now()) == []


def test_no_access_is_entered_for_what_is_typed(site: Site) -> None:
    walk(site.register, "C1", until="research")
    handler = signed_in(site, "W1")
    token = csrf(handler, REPLY)
    before = rows(site, "accesses")
    handler.http.follow_redirects = False
    handler.post("/drafts", {"csrf": token, "form": REPLY, "answer": WORDS}, 303)
    assert rows(site, "accesses") == before


def test_it_is_over_after_90_days(site: Site) -> None:
    register, now = site.register, site.real_now()
    keep_form(register, "D1", "/write", "路灯", {"title": ["路灯"]}, now)
    drop_forms_over(register, now + timedelta(days=89))
    assert rows(site, "form_drafts") == 1
    assert begun_forms(register, "D1", now + timedelta(days=91)) == []
    drop_forms_over(register, now + timedelta(days=91))
    assert rows(site, "form_drafts") == 0


@pytest.mark.both
def test_an_erasure_strikes_in_what_was_begun(site: Site) -> None:
    register, now = site.register, site.real_now()
    walk(register, "C1", until="research")
    signed_in(site, "R1"), signed_in(site, "D1")
    keep_form(register, "W1", REPLY, "张三丰的路", {"answer": ["张三丰来电"]}, now)
    wish = ask_erasure(register, Wish("C1", ["张三丰", next_word(site)]), "R1", now)
    confirm_erasure(register, wish, "D1", now)
    kept = begun_forms(register, "W1", now)[0]
    assert "张三丰" not in kept.title + str(kept.typed)


def rows(site: Site, table: str) -> int:
    with site.register.engine.connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def next_word(site: Site) -> str:
    """Two characters of the case's title, so that there is something to erase."""
    return site.register.dossier("C1").case.title[-2:]
