"""A suggestion from its first draft to FULFILLED: eleven people, each from their first login on."""

import re
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.screen import Person
from tests.browser.town import City

pytestmark = [pytest.mark.slow, pytest.mark.browser]

WORDS: dict[str, Any] = {
    "标题": "关于在老旧小区加装电梯的建议",
    "案由": "全市 2000 年以前建成的多层住宅有 412 个小区，六十岁以上的住户占四成，上下楼困难。",
    "建议": "一、出台加装电梯的补贴办法。\n二、明确由一个部门统一受理。",
    "请求条数": 2,
}
ANSWERS = ("补贴办法已经起草，每部补贴十五万元。", "由我局统一受理，窗口设在市政务服务中心。")


def case_of(person: Person) -> str:
    """The case whose page is open."""
    match = re.search(r"/case/([^?]+)", person.page.url)
    assert match, person.page.url
    return match.group(1)


def staffed(city: City, somebody: Somebody, *names: str) -> list[Person]:
    """The security administrator comes by the first link and makes an account for each, who choose a password."""
    security = somebody("sec").choose_password(city.first_link("sec"))
    people = []
    for name in names:
        security.open("/accounts")
        security.fill(人员编号=name)
        security.press("新建账号")
        link = security.main.get_by_label("链接").input_value()
        people.append(somebody(name).choose_password(link.removeprefix(city.address)))
    return people


def travel(city: City, somebody: Somebody) -> None:
    lead, cosigner, registrar, dispatcher, handler, section, leader, head, committee = staffed(
        city, somebody, "D1", "D2", "R1", "G1", "W1", "S1", "L1", "H1", "C1"
    )
    lead.press("写建议")
    lead.fill(**WORDS)
    lead.picture("write")
    lead.press("存为草稿")
    case = case_of(lead)
    lead.act(case, "邀请联名", 邀请联名="沈秋兰")
    cosigner.act(case, "确认联名")
    lead.act(case, "提交")

    city.next_day()
    registrar.open("/cases")
    registrar.press(WORDS["标题"])
    registrar.act(case, "开始审核")
    registrar.act(case, "登记", 类别="城建", 归口委员会="社会建设委员会")
    registrar.act(case, "拟定承办单位", 第_1_个单位="市住房和城乡建设局", 理由="属于住建部门的职责")
    registrar.picture("registrar")
    dispatcher.act(case, "交办")

    city.next_day()
    handler.open("/cases")
    handler.picture("unit-list")
    handler.act(case, "签收")
    handler.act(case, "承办")
    handler.act(case, "沟通", 方式="走访", 当面沟通=True, 内容="到代表所在小区当面听取意见")
    handler.page.get_by_text("还不能办的").click()
    expect(handler.main.get_by_text("还没有开始办理：先“开始办理”")).to_be_visible()
    lead.act(case, "确认沟通")
    handler.act(case, "开始办理")
    city.next_day(7)
    handler.act(case, "调研", 邀请了代表=True, 调研情况="走访六个小区，召开两次座谈会")
    city.next_day(7)
    handler.act(
        case, "拟答复稿", 答复分类="列入计划", 第_1_条请求的答复=ANSWERS[0],
        第_2_条请求的答复=ANSWERS[1], 第_1_项承诺="印发加装电梯补贴办法", 第_1_项承诺的日期="2026-09-30",
    )  # fmt: skip
    section.act(case, "审核", 内容="同意，请分管领导审核")
    leader.act(case, "审核", 内容="同意征询代表意见")
    handler.act(case, "征询意见")
    city.next_day()
    lead.act(case, "同意答复稿")
    head.act(case, "签发", 已加盖单位公章=True, 公开="全文公开")
    handler.act(case, "送达答复")
    handler.picture("unit-case")
    registrar.act(case, "发征询意见表")
    city.next_day()
    lead.act(case, "评价", 办理态度="满意", 办理结果="基本满意")
    registrar.open(f"/case/{case}")
    assert "跟踪落实" in registrar.words
    assert "办理结果：基本满意" in registrar.words

    city.on(date(2026, 9, 21))
    handler.act(case, "申报完成", 内容="办法已于九月十八日印发")
    committee.act(case, "查验通过", 查验记录="查阅文件，走访两个已开工的小区")
    lead.open(f"/case/{case}")
    assert "落实办结" in lead.words
    lead.picture("fulfilled")
    assert city.register.dossier(case).case.state == "FULFILLED"


def test_a_suggestion_from_its_draft_to_fulfilled_by_eleven_people(city: City, somebody: Somebody) -> None:
    travel(city, somebody)


def test_the_same_on_postgresql(postgres_city: City, somebody_on_postgres: Somebody) -> None:
    travel(postgres_city, somebody_on_postgres)
