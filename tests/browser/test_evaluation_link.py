"""A deputy evaluates on a phone by a one-time link."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.screen import PHONE
from tests.browser.town import START, City
from tests.builders import walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_attitude_and_result_apart_a_reason_for_dissatisfaction_and_only_once(
    city: City, somebody: Somebody
) -> None:
    city.on(walk(city.register, "C1", until="send_forms", on=START))
    registrar = somebody("R1").sign_in()
    registrar.open("/case/C1")
    registrar.press("给周明远代表的评价链接")
    expect(registrar.main.get_by_role("img", name="评价链接的二维码")).to_be_visible()
    registrar.picture("evaluation-link", full=False)
    link = registrar.main.get_by_label("链接").input_value().removeprefix(city.address)

    deputy = somebody(**PHONE).open(link)
    assert "周明远代表：您好" in deputy.words
    expect(deputy.main.get_by_text("市住房和城乡建设局：已经解决或者采纳")).to_be_visible()
    deputy.fill(办理态度="满意", 办理结果="不满意")
    deputy.picture("evaluation-phone")
    deputy.press("提交评价")
    deputy.was_refused(409)
    assert "评价不满意的，请写具体理由" in deputy.words
    for group, value in (("办理态度", "满意"), ("办理结果", "不满意")):
        question = deputy.main.get_by_role("group", name=group)
        expect(question.get_by_role("radio", name=value, exact=True)).to_be_checked()
    deputy.fill(理由="只答复了办理计划，没有时间表")
    deputy.press("提交评价")
    assert "评价已收到" in deputy.words

    somebody(**PHONE).open(link).was_refused(404)
    assert city.register.dossier("C1").case.state == "REHANDLE_REVIEW"
    registrar.open("/case/C1")
    assert "办理态度：满意，办理结果：不满意" in registrar.words
    handler = somebody("W1").sign_in().open("/case/C1")
    assert "评价中" in handler.words
    assert "不满意" not in handler.words
    assert "没有时间表" not in handler.words


def test_a_link_that_was_taken_back_is_dead(city: City, somebody: Somebody) -> None:
    city.on(walk(city.register, "C1", until="send_forms", on=START, every=0))
    registrar = somebody("R1").sign_in().open("/case/C1")
    registrar.press("给周明远代表的评价链接")
    link = registrar.main.get_by_label("链接").input_value().removeprefix(city.address)
    registrar.press("回到本件")
    registrar.press("收回")
    assert "链接已收回" in registrar.words
    somebody(**PHONE).open(link).was_refused(404)
