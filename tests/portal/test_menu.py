"""The menu: each page that a role may see stands in it once, in few groups, and it says where one is."""

import pytest

from portal.visitor.rights import RIGHTS, Reach
from portal.web.menu import BELOW, GROUPS, PAGES, TABS, MenuItem, menu_of

NOT_LISTED = frozenset({"inbox", "calendar-import"})
"""The inbox stands in the head of every page, the import of a calendar on the page of the calendar."""


def pages(item: MenuItem) -> list[str]:
    return [link for below in item.items for link in pages(below)] if item.items else [item.link]


@pytest.mark.parametrize("role", RIGHTS)
def test_each_page_of_a_role_stands_once_in_its_menu(role: str) -> None:
    right = RIGHTS[role]
    listed = [page for item in menu_of(right.pages, right.reach, "/").items for page in pages(item)]
    first = {"/"} if "cases" in right.pages else set()
    assert sorted(listed) == sorted({f"/{page}" for page in right.pages - NOT_LISTED} | first)


@pytest.mark.parametrize("role", RIGHTS)
def test_a_menu_has_at_most_seven_heads(role: str) -> None:
    right = RIGHTS[role]
    assert len(menu_of(right.pages, right.reach, "/").items) <= 7


@pytest.mark.parametrize("role", RIGHTS)
def test_a_group_holds_more_than_one_page_and_the_foot_of_a_phone_three(role: str) -> None:
    right = RIGHTS[role]
    menu = menu_of(right.pages, right.reach, "/")
    assert all(len(item.items) > 1 for item in menu.items if not item.link)
    assert 1 <= len(menu.tabs) <= 3


def test_every_page_has_its_group_and_every_lower_address_its_page() -> None:
    assert sorted(page for group in GROUPS for page in group.pages) == sorted(PAGES)
    assert {*BELOW.values(), *TABS} <= set(PAGES)


def test_the_trail_leads_to_a_case_by_its_list() -> None:
    right = RIGHTS["registrar"]
    menu = menu_of(right.pages, right.reach, "/case/C1")
    assert [item.name for item in menu.trail] == ["建议办理", "全部建议"]
    assert [item.name for item in menu.items if item.here] == ["建议办理"]


def test_a_page_at_the_top_has_no_trail() -> None:
    right = RIGHTS["deputy"]
    assert menu_of(right.pages, right.reach, "/cases").trail == []
    assert [item.name for item in menu_of(right.pages, right.reach, "/act/C1").trail] == ["我的建议"]


@pytest.mark.parametrize(
    ("reach", "name"),
    [
        (Reach.OWN, "我的建议"),
        (Reach.UNIT, "本单位建议"),
        (Reach.COMMITTEE, "归口建议"),
        (Reach.REGION, "全部建议"),
    ],
)
def test_the_list_of_cases_is_named_by_what_is_seen(reach: Reach, name: str) -> None:
    assert [item.name for item in menu_of({"cases"}, reach, "/").items] == ["工作台", name]
