"""Every page of the menu and every role is explained, in both languages, and a page leads to its own section."""

import pytest

from portal.visitor.rights import RIGHTS
from portal.visitor.site import Site
from portal.web.help_pages import NAMES, ROLES, texts
from portal.web.menu import PAGES
from states.roles import Role
from storage import Register
from tests.portal.test_languages import CJK
from tests.portal.web import signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def test_each_page_of_the_menu_and_each_role_is_explained() -> None:
    pages, roles = texts()["pages"], texts()["roles"]
    assert pages.keys() == NAMES.keys()
    assert PAGES.keys() <= pages.keys()
    assert roles.keys() == RIGHTS.keys() - {Role.CITIZEN}
    assert roles.keys() <= ROLES.keys()


def test_the_texts_are_whole_and_each_in_its_language() -> None:
    about = [*texts()["pages"].values(), *texts()["roles"].values()]
    for text in about:
        assert set(text) == {"zh", "en"}
        assert all(CJK.search(line) for line in _lines(text["zh"]))
        assert not any(CJK.search(line.replace("导入", "")) for line in _lines(text["en"]))
    for text in texts()["roles"].values():
        assert len(text["zh"]) == len(text["en"])


def _lines(text: str | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else text


def test_a_page_leads_to_its_section_which_stands_there(site: Site) -> None:
    browser = signed_in(site, "R1")
    assert 'href="/help#intake"' in browser.get("/intake")
    assert 'href="/help#home"' in browser.get("/")
    page = browser.get("/help")
    assert all(f'id="{name}"' in page for name in ("home", "intake", "inbox", "sessions"))
    assert 'id="accounts"' not in page
    assert "承办人 操作单" in browser.get("/help/handler")
    browser.get("/help/no-such", 404)
