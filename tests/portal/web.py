"""A portal over a small city, and browsers without a screen: one for each person."""

import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response
from markupsafe import escape

from portal.server.app import create_app
from portal.visitor.site import Site
from portal.web.signing import HASHER
from storage import Register
from storage.second_factor import code_at

ADDRESS = "http://portal.test"
PASSWORD = "一把钥匙开一把锁2026"
HASHED = HASHER.hash(PASSWORD)

HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@lru_cache(maxsize=1)
def the_app(site: Site) -> FastAPI:
    """One application for all browsers of a test: building it takes longer than most pages."""
    return create_app(site)


class Browser:
    """One person's browser: keeps cookies, follows redirects, and fills in the hidden fields of forms."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.http = TestClient(the_app(site), base_url=ADDRESS, raise_server_exceptions=True)
        self.last: Response | None = None

    def get(self, path: str, status: int = 200) -> str:
        self.last = self.http.get(path)
        assert self.last.status_code == status, (path, self.last.status_code, page_text(self.last.text))
        return self.last.text

    def submit(self, path: str, form: str, status: int = 200, **fields: Any) -> str:
        """Open the page `form`, and send the form there that leads to `path`, with these fields."""
        match = re.search(
            rf'<form method="post" action="{re.escape(escape(path))}".*?</form>', self.get(form), re.DOTALL
        )
        assert match, f"{form} has no form to {path}"
        files = {"files": fields.pop("files")} if "files" in fields else {}
        return self.post(path, {**dict(HIDDEN.findall(match.group())), **fields}, status, **files)

    def post(self, path: str, fields: Mapping[str, Any], status: int = 200, **more: Any) -> str:
        self.last = self.http.post(path, data=dict(fields), **more)
        assert self.last.status_code == status, (path, self.last.status_code, page_text(self.last.text))
        return self.last.text

    def act(self, case: str, do: str, on: str = "", status: int = 200, **fields: Any) -> str:
        """Take an action by its form, as its button leads to it."""
        path = f"/act/{case}?do={do}&on={on}"
        return self.submit(path, path, status, **fields)

    @property
    def path(self) -> str:
        assert self.last is not None
        return urlsplit(str(self.last.url)).path


def page_text(page: str) -> str:
    """The words of a page without its markup."""
    main = page.partition('<main id="main">')[2] or page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).strip()


def device_code(page: str, at: datetime) -> str:
    """The code that a device would show which scanned the page of an enrolment."""
    return code_at(re.findall(r'id="secret" readonly value="([A-Z2-7]+)"', page)[0], at)


def an_account(site: Site, name: str, duty: str = "") -> None:
    """An account with the tests' password."""
    site.accounts.create(name, site.real_now(), "test", person="" if duty else name, duty=duty)
    site.accounts.set_password(name, HASHED, site.real_now())


def signed_in(site: Site, name: str, duty: str = "") -> Browser:
    """A browser in which this person has signed in; makes the account when there is none."""
    if name not in {row["name"] for row in site.accounts.listed()}:
        an_account(site, name, duty)
    browser = Browser(site)
    browser.http.cookies.set("duban", site.accounts.sign_in(name, site.real_now()))
    return browser


def send_table(browser: Browser, name: str, content: bytes, kind: str = "", status: int = 200) -> str:
    """Send a file to be looked at before it is imported; the preview."""
    csrf = browser.get("/imports").partition('name="csrf" value="')[2].partition('"')[0]
    return browser.post("/imports", {"csrf": csrf, "kind": kind}, status, files={"file": (name, content)})


def import_table(
    browser: Browser, name: str, content: bytes, kind: str = "", status: int = 200, do: str = "all"
) -> str:
    """Import a file after its preview; the words of the page that follows."""
    page = send_table(browser, name, content, kind)
    hidden = dict(HIDDEN.findall(page.partition('action="/imports/take"')[2]))
    return page_text(browser.post("/imports/take", {**hidden, "do": do}, status))


def a_site(register: Register, **more: Any) -> Site:
    return Site(register, **more)
