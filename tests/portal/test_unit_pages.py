"""A unit's work from the receipt to the delivery: what is to be done, the next step, the chain, each point answered."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.visitor.refusals import sentence
from portal.visitor.reply import letter_text, numeral, taken_apart
from portal.visitor.site import Site
from states import Action
from states.reasons import Id, Refused, ids
from states.vocabulary import PartRole
from storage import Register
from storage.sealing import verify
from tests.builders import FIRST, a_draft, act, an_action, noon, rows, steps, take, walk
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in

RESOLVED: Any = {"class": "RESOLVED"}
PLANNED: Any = {"class": "PLANNED_DATED"}
LATER = FIRST + timedelta(days=40)


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory(
        "people",
        rows([
            {"id": "K1", "name": "科长1", "role": "section_head", "unit": "U1"},
            {"id": "L1", "name": "副局长1", "role": "unit_leader", "unit": "U1"},
        ]),
    )  # fmt: skip
    return Site(desk, Standing(on=LATER))


def first_step(page: str) -> str:
    match = re.search(r'class="(?:button )?first"[^>]*>([^<（]+)', page)
    return match.group(1) if match else ""


@pytest.mark.both
def test_the_first_button_is_the_next_lawful_step_all_along_the_way(site: Site) -> None:
    handler, head, deputy = (signed_in(site, name) for name in ("W1", "H1", "D1"))
    walk(site.register, "C1", until="assign")
    seen = []
    for step in steps("C1", "suqian", [{"unit": "U1", "role": "SOLE"}], {})[6:17]:
        who = {"W1": handler, "H1": head, "D1": deputy}[step.by]
        seen.append((step.name, first_step(who.get("/case/C1"))))
        if step.name == "communicate":
            who.act("C1", "communicate", "C1/a1", kind="phone", deputy="D1", stage="")
        elif step.name == "draft_reply":
            who.act("C1", "draft_reply", "C1/a1", **RESOLVED, answer="已经整修")
        else:
            take(site.register, LATER, step)
    names = {
        "receipt": "签收", "accept": "承办", "communicate": "沟通", "confirm_communication": "确认沟通",
        "start_handling": "开始办理", "research": "调研", "draft_reply": "拟答复稿", "send_draft_to_deputy": "征询意见",
        "agree_consult": "同意答复稿", "sign": "签发", "deliver_reply": "送达答复",
    }  # fmt: skip
    assert seen == [(name, names[name]) for name, _ in seen]


@pytest.mark.both
def test_what_is_owed_is_to_do_and_what_runs_on_elsewhere_is_not(site: Site) -> None:
    handler = signed_in(site, "W1")
    walk(site.register, "C1", "C2", until="assign")
    walk(site.register, "C3", until="deliver_reply", on=FIRST + timedelta(days=6))
    act(site.register, LATER, "C3", "publish", "handler")
    page = handler.get("/")
    assert "等我办 2 件 逾期 2 件，10 天内到期 0 件" in page_text(page)
    assert "签收" in page_text(page)
    assert "C3" not in page
    assert "C3" in handler.get("/cases?group=doing")
    assert "没有待办" in signed_in(site, "W2").get("/cases?group=todo")


def test_a_co_unit_owes_its_opinion_and_the_lead_unit_its_decision_on_it(site: Site) -> None:
    both = [{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}]
    walk(site.register, "C1", until="assign", units=both)
    lead, co = signed_in(site, "W1"), signed_in(site, "W2")
    for name in ("receipt", "accept"):
        act(site.register, LATER, "C1", name, "handler", "W2")
    assert "待办 1 件" in page_text(co.get("/cases?group=todo"))
    co.act("C1", "send_opinion", "C1/a2", opinion="同意整修")
    assert "待办 0 件" in page_text(co.get("/cases?group=todo"))
    assert first_step(lead.get("/case/C1")) == "采纳会办意见"
    lead.act("C1", "accept_opinion", "C1/a2")
    assert first_step(lead.get("/case/C1")) == "签收"


def test_each_request_point_has_its_answer_and_none_may_stay_empty(site: Site) -> None:
    register, handler = site.register, signed_in(site, "W1")
    way = steps("C1", "suqian", [{"unit": "U1", "role": "SOLE"}], {})
    way[0] = a_draft("C1", points=2)
    for number, step in enumerate(way[:12]):
        take(register, FIRST + timedelta(days=number), step)
    path = "/act/C1?do=draft_reply&on=C1/a1"
    form = handler.get(path)
    assert form.count('name="answer"') == 2
    assert "整修" in page_text(form)
    page = handler.act("C1", "draft_reply", "C1/a1", 409, **RESOLVED, answer=["已经整修", " "])
    assert "2 条请求要逐条答复" in page_text(page)
    assert "已经整修" in page
    handler.act("C1", "draft_reply", "C1/a1", **RESOLVED, reply="您好：", answer=["已经整修", "年底完成"])
    assert "您好：<br>一、已经整修<br>二、年底完成" in handler.get("/case/C1")
    again = handler.get(path)
    assert re.findall(r'name="answer"[^>]*>([^<]*)<', again) == ["已经整修", "年底完成"]
    assert register.dossier("C1").assignments["C1/a1"].points_answered == 2


def test_a_reply_is_put_together_and_taken_apart() -> None:
    assert [numeral(number) for number in (1, 10, 11, 20, 34, 100)] == ["一", "十", "十一", "二十", "三十四", "100"]
    text = letter_text("开头", ["甲", "乙\n一、乙之一", "丙"])
    assert taken_apart(text, 3) == ("开头", ["甲", "乙\n一、乙之一", "丙"])
    assert taken_apart("随便写的", 2) == ("随便写的", ["", ""])
    assert taken_apart("一段", 1) == ("", ["一段"])


def holder(browser: Browser) -> str:
    match = re.search(r'class="holds"[^>]*>(.*?)</li>', browser.get("/case/C1"), re.DOTALL)
    return page_text(match.group(1)) if match else ""


def test_the_reply_is_passed_on_along_the_chain_and_the_page_says_who_holds_it(site: Site) -> None:
    handler, section, leader, head = (signed_in(site, name) for name in ("W1", "K1", "L1", "H1"))
    walk(site.register, "C1", until="research")
    assert holder(handler).startswith("承办人 承办人1")
    handler.act("C1", "draft_reply", "C1/a1", **RESOLVED, answer="已经整修")
    assert holder(head).startswith("科室负责人 科长1")
    assert "审核" not in first_step(handler.get("/case/C1"))
    assert first_step(section.get("/case/C1")) == "审核"
    section.act("C1", "endorse", "C1/a1", note="同意，请领导审")
    assert f"科室负责人 科长1 {LATER} 审核" in page_text(head.get("/case/C1"))
    assert "请领导审" in head.get("/case/C1")
    assert "请领导审" not in signed_in(site, "D1").get("/case/C1")
    assert holder(head).startswith("分管领导 副局长1")
    leader.act("C1", "endorse", "C1/a1")
    take(site.register, LATER, an_action("C1", "send_draft_to_deputy", "handler"))
    assert holder(head) == ""
    take(site.register, LATER, an_action("C1", "agree_consult", "deputy"))
    assert holder(head).startswith("单位主要负责人 局长1")
    head.act("C1", "sign", "C1/a1", seal="yes", publicity="FULL")
    assert f"单位主要负责人 局长1 {LATER} 签发" in page_text(head.get("/case/C1"))
    assert holder(head).startswith("承办人")
    kept = [event["role"] for event in site.register.events("C1") if event["name"] == "assignment.endorsed"]
    assert kept == ["section_head", "unit_leader"]


def test_a_new_draft_goes_through_the_chain_again(site: Site) -> None:
    handler, section = signed_in(site, "W1"), signed_in(site, "K1")
    walk(site.register, "C1", until="research")
    for _ in range(2):
        handler.act("C1", "draft_reply", "C1/a1", **RESOLVED, answer="已经整修")
        assert holder(section).startswith("科室负责人")
        section.act("C1", "endorse", "C1/a1")
        assert holder(section).startswith("分管领导")


def test_no_link_passes_on_a_draft_before_it_was_written(site: Site) -> None:
    drafted = walk(site.register, "C1", until="draft_reply")
    early = Action("C1", "endorse", "K1", "section_head", at=noon(drafted - timedelta(days=1)))
    (outcome,) = site.register.apply([early], noon(LATER))
    assert "the day of the step before" in outcome.reason
    take(site.register, drafted, an_action("C1", "endorse", "section_head", "K1"))
    assert verify(site.register).ok


def test_another_units_chain_is_nobody_elses_to_sign(site: Site) -> None:
    walk(site.register, "C1", until="draft_reply")
    assert "没有这一件" in page_text(signed_in(site, "H2").get("/act/C1?do=endorse&on=C1/a1", 404))
    (outcome,) = site.register.apply([an_action("C1", "endorse", "unit_head", "H2")], noon(LATER))
    assert not outcome.done


def test_what_was_typed_stays_when_an_action_is_refused(site: Site) -> None:
    handler = signed_in(site, "W1")
    walk(site.register, "C1", until="research")
    page = handler.act("C1", "draft_reply", "C1/a1", 409, **PLANNED, answer="列入明年计划")
    assert "承诺" in page_text(page)
    assert "列入明年计划" in page


def test_an_empty_list_says_what_it_is_for(site: Site) -> None:
    browser = signed_in(site, "W2")
    empty = {"todo": "轮到您", "late": "过了最后一天", "done": "还没有已办", "supervised": "确定督办的"}
    for group, words in empty.items():
        assert words in page_text(browser.get(f"/cases?group={group}"))
    assert "没有找到" in page_text(browser.get("/cases?group=all&q=没有的"))


def test_a_unit_is_offered_what_its_kind_of_part_does_and_refused_by_names(site: Site) -> None:
    walk(site.register, "C1", until="accept", units=[{"unit": "U1", "role": "LEAD"}, {"unit": "U2", "role": "CO"}])
    for name in ("receipt", "accept"):
        act(site.register, LATER, "C1", name, "handler", "W2")
    lead, co = signed_in(site, "W1").get("/case/C1"), signed_in(site, "W2").get("/case/C1")
    assert "送会办意见" not in page_text(lead)
    assert "申请延期" in page_text(lead)
    assert "送会办意见" in page_text(co)
    assert "申请延期" not in page_text(co)
    assert "C1/a" not in page_text(lead)


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Refused("not_a_co_unit", part=Id("C1/a2"), role=PartRole.CO), "第2局 是会办：只有会办单位送会办意见"),
        (Refused("other_unit", units=ids(["U1"]), actor=Id("W9"), unit=Id("U2")),
         "这是单位 第1局 的事，W9 属于 第2局"),
        (Refused("opinions_outstanding", units=ids(["U1", "U2"])),
         "第1局、第2局 的会办意见还没有采纳，也没有决定不再等"),
    ],
)  # fmt: skip
def test_a_refusal_names_whom_it_speaks_of(refused: Refused, words: str) -> None:
    assert sentence(refused, {"C1/a2": "第2局", "U1": "第1局", "U2": "第2局"}) == words
