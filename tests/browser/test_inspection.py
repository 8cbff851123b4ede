"""A committee inspects on a phone what a unit said it had solved, and the unit sees what was found."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Somebody
from tests.browser.screen import PHONE
from tests.browser.town import START, City
from tests.builders import act, walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]


@pytest.mark.parametrize("scripts", [True, False], ids=["with script", "without script"])
def test_what_was_not_solved_is_photographed_and_handled_again(
    city: City, somebody: Somebody, tmp_path: Path, scripts: bool
) -> None:
    city.on(walk(city.register, "C1", until="evaluate", on=START))
    assert city.register.dossier("C1").case.state == "REPLY_CLOSED"
    committee = somebody("C1", **PHONE, java_script_enabled=scripts).sign_in()
    committee.open("/case/C1")
    photo = tmp_path / "楼道.png"
    photo.write_bytes(committee.page.screenshot())
    committee.press_what_can_be_done("查验")
    committee.fill(
        查验结论="不符", 查实的分类="暂缓", 查到的情况="路面没有动工", 查验地点="人民路与幸福路交叉口",
        参加的人="周明远、沈秋兰",
    )  # fmt: skip
    committee.page.get_by_label("照片、材料").set_input_files(photo)
    if scripts:
        committee.picture("inspect-phone")
    committee.press("查验", committee.main)
    assert "已办：查验" in committee.words
    assert "不符 市住房和城乡建设局的答复" in committee.words
    committee.press("楼道.png")
    image = committee.page.locator("img")
    assert image.evaluate("one => one.naturalWidth > 0")
    dossier = city.register.dossier("C1")
    assert (dossier.case.state, dossier.case.round) == ("REHANDLING", 2)

    handler = somebody("W1").sign_in().open("/case/C1")
    assert "重新办理" in handler.words
    assert "申报：已经解决或者采纳 → 查实：暂缓" in handler.words
    assert "路面没有动工" in handler.words
    expect(handler.main.get_by_role("link", name="楼道.png")).to_be_visible()


def test_a_claimed_promise_waits_for_its_inspection_on_the_phone(city: City, somebody: Somebody) -> None:
    promise: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "整修路面", "due_on": "2026-11-30"}]}
    city.on(walk(city.register, "C1", until="evaluate", on=START, **promise))
    act(city.register, city.today, "C1", "claim_done", "handler", "W1", commitment="C1/c1")
    committee = somebody("C1", **PHONE).sign_in()
    committee.press("查验")
    assert "申报完成、等查验的承诺 1 项" in committee.words
    committee.press("去查验")
    committee.fill(查验结论="相符", 查验地点="人民路")
    committee.press("查验", committee.main)
    assert "查验通过(销号)" in committee.words
    assert city.register.dossier("C1").case.state == "FULFILLED"
    for page in ("supervisions", "supervisions/slots?items=all", "promises?group=all", "inspections", "conversions"):
        committee.open(f"/{page}")
