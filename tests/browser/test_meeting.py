"""A whole session assigned in one meeting (交办会)."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.town import START, City
from tests.builders import walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SESSION = [f"J{number:03}" for number in range(1, 273)]


def test_272_suggestions_are_assigned_in_one_meeting_but_for_the_two_that_were_not_agreed(
    city: City, somebody: Somebody
) -> None:
    units = [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}]
    city.on(walk(city.register, *SESSION, until="propose_units", on=START, units=units, every=0))
    dispatcher = somebody("G1").sign_in()
    dispatcher.press("交办会")
    assert "共 272 件已拟定承办单位" in dispatcher.words
    assert "市住房和城乡建设局（主办）、市教育局（会办" in dispatcher.words
    dispatcher.picture("meeting", full=False)
    for case in SESSION[:2]:
        dispatcher.main.get_by_role("checkbox", name=f"关于修路的建议{case}").uncheck()
    dispatcher.press("交办打勾的")
    expect(dispatcher.main.get_by_text("已交办 270 件")).to_be_visible()
    assert "共 2 件已拟定承办单位" in dispatcher.words
    handler = somebody("W1").sign_in()
    assert "在办 270" in handler.words
    handler.act(SESSION[-1], "签收")


def test_what_went_on_meanwhile_is_refused_by_name_and_the_rest_is_assigned(
    city: City, somebody: Somebody
) -> None:
    city.on(walk(city.register, "J1", "J2", until="propose_units", on=START, every=0))
    registrar, dispatcher = somebody("R1").sign_in(), somebody("G1").sign_in()
    for person in (registrar, dispatcher):
        person.press("交办会")
    registrar.main.get_by_role("checkbox", name="关于修路的建议J2").uncheck()
    registrar.press("交办打勾的")
    dispatcher.press("交办打勾的")
    dispatcher.was_refused(409)
    assert "1 件已经不在拟定承办单位这一步" in dispatcher.words
    dispatcher.open("/meeting")
    dispatcher.press("交办打勾的")
    assert "已交办 1 件" in dispatcher.words
