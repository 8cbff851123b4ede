"""A citizen's opinion from the QR code on a wall to its rating, without an account."""

import pytest
from playwright.sync_api import expect

from portal.web.qr import qr
from tests.browser.conftest import Somebody
from tests.browser.screen import PHONE
from tests.browser.town import City

pytestmark = [pytest.mark.slow, pytest.mark.browser]

PLACE = {
    "名称": "河滨街道人大代表家站",
    "地址": "河滨路 8 号",
    "接待时间": "每月 15 日上午",
    "代表的编号，用顿号隔开": "D1",
    "工作人员的编号，用顿号隔开": "K1",
}


def test_an_opinion_by_qr_code_is_routed_answered_relayed_and_rated(city: City, somebody: Somebody) -> None:
    registrar = somebody("R1").sign_in()
    registrar.press("家站点")
    registrar.fill(**PLACE)
    registrar.press("存下")
    registrar.press(PLACE["名称"])
    address = registrar.main.get_by_text(f"{city.address}/o/").inner_text().strip()
    code = registrar.main.get_by_role("img", name="河滨街道人大代表家站的二维码")
    assert code.get_attribute("src") == qr(address)
    registrar.picture("place")

    citizen = somebody(**PHONE).open(address.removeprefix(city.address))
    citizen.fill(内容="河滨路的路灯坏了一个月，晚上接孩子看不清路。", 称呼="郭女士", 电话="138 0000 1234")
    citizen.main.get_by_label("想让哪位代表知道").select_option(label="周明远")
    citizen.picture("opinion-phone")
    citizen.press("提交")
    assert "查询码：" in citizen.words
    citizen.press("看进度、评价结果")
    tracking = citizen.page.url

    clerk = somebody("K1").sign_in()
    clerk.press("意见办理")
    clerk.main.get_by_role("checkbox", name="河滨路的路灯").check()
    clerk.fill(转交给="市住房和城乡建设局")
    clerk.picture("opinions")
    clerk.press("转交打勾的")
    assert "转交 1 件" in clerk.words

    city.next_day()
    handler = somebody("W1").sign_in().open("/cases?group=all")
    link = handler.main.get_by_role("link", name="河滨路的路灯")
    opinion = str(link.get_attribute("href")).removeprefix("/case/")
    handler.act(opinion, "办理")
    handler.act(opinion, "答复", 答复="三盏路灯已经修好。")
    assert "郭女士" not in handler.words
    assert "138 0000 1234" not in handler.words
    deputy = somebody("D1").sign_in()
    deputy.act(opinion, "反馈群众")

    citizen.open(tracking.removeprefix(city.address))
    assert "三盏路灯已经修好。" in citizen.words
    citizen.fill(您对结果满意吗="满意")
    citizen.press("提交评价")
    assert "评价已收到，谢谢您" in citizen.words
    citizen.open(tracking.removeprefix(city.address))
    expect(citizen.main.get_by_role("button", name="提交评价")).to_have_count(0)
    clerk.open("/opinions?group=close")
    clerk.main.get_by_role("checkbox", name="河滨路的路灯").check()
    clerk.press("办结意见打勾的")
    assert city.register.dossier(opinion).case.state == "CLOSED"


def test_a_reception_day_is_entered_line_by_line_and_what_belongs_elsewhere_is_sent_there(
    city: City, somebody: Somebody
) -> None:
    city.register.import_directory(
        "places",
        [(1, {"id": "P1", "name": PLACE["名称"], "region": "321300", "kind": "station", "clerks": "K1"})],
    )
    clerk = somebody("K1").sign_in()
    clerk.press("接待日")
    row = clerk.main.get_by_role("table").get_by_role("row").nth(1)
    row.get_by_label("内容").fill("小区门口常有车乱停")
    row.get_by_label("当场答复").fill("已经请交警来划线")
    clerk.picture("reception")
    clerk.press("提交")
    clerk.open("/opinions?group=relay")
    assert "小区门口常有车乱停" in clerk.words
