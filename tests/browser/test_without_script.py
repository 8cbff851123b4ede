"""Everything works with JavaScript off: a department does its part of a suggestion."""

import pytest

from tests.browser.conftest import Somebody
from tests.browser.town import START, City
from tests.builders import walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_a_unit_and_a_deputy_work_without_javascript(city: City, somebody: Somebody) -> None:
    city.on(walk(city.register, "C1", until="assign", on=START))
    handler = somebody("W1", java_script_enabled=False).sign_in()
    deputy = somebody("D1", java_script_enabled=False).sign_in()
    head = somebody("H1", java_script_enabled=False).sign_in()
    handler.act("C1", "签收")
    handler.act("C1", "承办")
    handler.act("C1", "沟通", 方式="电话", 内容="电话了解情况")
    deputy.act("C1", "确认沟通")
    handler.act("C1", "开始办理")
    handler.act("C1", "调研", 邀请了代表=True)
    handler.open("/act/C1?do=draft_reply&on=C1/a1")
    handler.fill(答复分类="列入计划", 答复内容="年内整修。")
    handler.press("拟答复稿")
    handler.was_refused(409)
    assert "请写承诺事项和完成日期" in handler.words
    assert handler.main.get_by_label("答复内容").input_value() == "年内整修。"
    handler.fill(第_1_项承诺="整修路面", 第_1_项承诺的日期="2026-11-30")
    handler.press("拟答复稿")
    handler.act("C1", "征询意见")
    deputy.act("C1", "同意答复稿")
    head.act("C1", "签发", 已加盖单位公章=True, 公开="全文公开")
    handler.act("C1", "送达答复")
    assert city.register.dossier("C1").case.state == "REPLIED"
