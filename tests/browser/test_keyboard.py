"""The keyboard is enough, and one always sees where one is."""

import pytest

from tests.browser.conftest import Somebody
from tests.browser.screen import Person
from tests.browser.town import PASSWORD, START, City
from tests.builders import walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]

FOCUS = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {words: (one.innerText || one.getAttribute('aria-label') || one.name || '').trim(),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
    there: box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight}
}"""


def tab_to(person: Person, words: str) -> None:
    """Press Tab until the focus is on what says this; on the way the focus is always seen."""
    for _ in range(80):
        person.page.keyboard.press("Tab")
        focus = person.page.evaluate(FOCUS)
        if focus["words"]:
            assert focus["outlined"], f"no outline on {focus['words']!r}"
            assert focus["there"], f"out of sight: {focus['words']!r}"
        if focus["words"] == words:
            return
    raise AssertionError(f"Tab never came to {words!r} on {person.page.url}")


def enter(person: Person) -> None:
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")


def test_somebody_signs_in_and_takes_an_action_with_the_keyboard_alone(
    city: City, somebody: Somebody
) -> None:
    city.on(walk(city.register, "C1", until="assign", on=START, every=0))
    city.account("W1")
    handler = somebody("W1").open("/sign-in")
    keyboard = handler.page.keyboard
    keyboard.type("W1")
    keyboard.press("Tab")
    keyboard.type(PASSWORD)
    enter(handler)
    tab_to(handler, "跳到正文")
    keyboard.press("Enter")
    tab_to(handler, "关于修路的建议C1")
    enter(handler)
    tab_to(handler, "签收")
    enter(handler)
    assert "已办：签收" in handler.words
    tab_to(handler, "吴\n吴斌\n市住房和城乡建设局")
    keyboard.press("Enter")
    tab_to(handler, "退出")
    enter(handler)
    assert handler.page.url.endswith("/sign-in")


def test_the_first_tab_skips_the_menu(city: City, somebody: Somebody) -> None:
    handler = somebody("W1").sign_in()
    tab_to(handler, "跳到正文")
    handler.page.keyboard.press("Enter")
    handler.page.keyboard.press("Tab")
    assert handler.page.evaluate("() => document.activeElement.closest('main') !== null")
