"""Texts that a database of before holds, and that no longer come in: they are read, listed, exported and printed."""

import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from portal.cli import app
from storage import Register
from tests.portal import everywhere
from tests.portal.city import a_city
from tests.portal.everywhere import World, addresses
from tests.portal.web import Browser, a_site, signed_in, the_app

OLD = "\x01a\x1b[31m\u202eb\x85\ufffe{_{ x }_}=1+1\r\n<i>&"
LONG = "长" * 40_000
CASES = ("assigned", "evaluating", "opinion")
TEXTS = (("cases", "title"), ("units", "name"), ("people", "name"), ("regions", "name"), ("documents", "text"),
         ("search_texts", "facts"))  # fmt: skip

pytestmark = pytest.mark.slow


def age(register: Register) -> None:
    """Write what the gate for incoming text refuses today, past it."""
    with register.engine.begin() as connection:
        for table, column in TEXTS:
            mark = "?" if register.engine.dialect.name == "sqlite" else "%s"
            written = connection.exec_driver_sql(f'UPDATE "{table}" SET {column} = {column} || {mark}', (OLD,))
            assert written.rowcount, (table, column)
        for case, title in (("evaluating", ""), ("opinion", LONG)):
            connection.exec_driver_sql(f"UPDATE cases SET title = {mark} WHERE id = {mark}", (title, case))


def statuses(browser: Browser, asks: list[str]) -> tuple[dict[str, Any], int]:
    """The status of each answer, and how many of them are packages whose every part is XML or a picture."""
    codes, packages = {}, 0
    for address, answer in zip(asks, everywhere.fetched([(browser, ask) for ask in asks]), strict=True):
        codes[address] = answer.status
        if answer.content.startswith(b"PK"):
            packages += 1
            with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
                for name in package.namelist():
                    if name.endswith((".xml", ".rels")):
                        ElementTree.fromstring(package.read(name))
    return codes, packages


@pytest.mark.parametrize("who", ["R1", "W1"])
def test_what_was_taken_before_is_shown_on_every_page_and_in_every_file(register: Register, who: str) -> None:
    a_city(register)
    browser = signed_in(a_site(register), who)
    asks = [address for some in addresses(the_app(browser.site), World(CASES)).values() for address in some[:3]]
    before, packages = statuses(browser, asks)
    age(register)
    assert statuses(browser, asks) == (before, packages)
    assert packages > 5


def test_what_was_taken_before_is_shown_at_the_console(register: Register) -> None:
    a_city(register)
    age(register)
    db = f"--db={register.engine.url.render_as_string(hide_password=False)}"
    for words in (["show", "assigned"], ["history", "opinion"], ["explain", "assigned"], ["overdue"], ["inbox", "D1"],
                  ["messages"], ["findings"], ["papers", "of", "assigned"], ["audit"]):  # fmt: skip
        for more in ([], ["--json"]):
            result = CliRunner().invoke(app, [*words, db, *more])
            assert isinstance(result.exception, SystemExit | None), (words, result.exception)
            assert "\x1b" not in result.output, words
