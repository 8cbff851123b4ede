"""The page of a case: how far it is, whose move it is, the reply point by point, and what happened by stages."""

import re
from datetime import timedelta
from typing import Any

import pytest

from portal.visitor.site import Site
from portal.visitor.stage_line import STAGES
from states.stages import FINAL
from states.vocabulary import S
from storage import Register
from tests.builders import FIRST, a_draft, noon, steps, take, walk
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

LATER = FIRST + timedelta(days=40)
POINTS: Any = {"class": "RESOLVED", "reply": "您好：", "answer": ["已经整修", "年底完成"]}


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk, Standing(on=LATER))


def two_points(site: Site, until: str) -> None:
    """A suggestion with two requests on its way to the reply."""
    way = steps("C1", "suqian", [{"unit": "U1", "role": "SOLE"}], {})
    way[0] = a_draft("C1", points=2, proposal="一、整修路面\n二、装上路灯")
    for number, step in enumerate(way[: [step.name for step in way].index(until) + 1]):
        take(site.register, FIRST + timedelta(days=number), step)


def present(page: str) -> str:
    match = re.search(r'class="present" aria-current="step">(.*?)<span', page, re.DOTALL)
    return match.group(1).strip() if match else ""


def test_each_state_is_in_one_stage() -> None:
    placed = [state for _, states in STAGES for state in states]
    assert sorted(placed) == sorted({*S} - {*FINAL})


def test_the_page_says_how_far_it_is_and_whose_move(site: Site) -> None:
    walk(site.register, "C1", until="research")
    page = signed_in(site, "W1").get("/case/C1")
    assert present(page) == "办理"
    assert page.count('<li class="done"') == 3
    assert re.search("现在该谁.*最后一天", page_text(page))


def test_one_step_stands_out_and_the_rest_is_folded(site: Site) -> None:
    walk(site.register, "C1", until="research")
    page = signed_in(site, "W1").get("/case/C1")
    assert page.count('class="button first"') == 1
    assert "还能办" in page_text(page)


def test_each_request_stands_over_its_answer(site: Site) -> None:
    two_points(site, "research")
    handler = signed_in(site, "W1")
    handler.act("C1", "draft_reply", "C1/a1", **POINTS)
    words = page_text(handler.get("/case/C1"))
    assert re.search("您好：.*第 1 条请求 整修路面 已经整修.*第 2 条请求 装上路灯 年底完成", words)


def test_what_happened_stands_by_stages_and_reminders_are_folded(site: Site) -> None:
    walk(site.register, "C1", until="research")
    site.register.sweep(noon(LATER + timedelta(days=200)))
    page = signed_in(site, "R1").get("/case/C1")
    assert re.search("经过.*办理.*沟通.*交办.*提交", page_text(page[page.index('id="course"') :]))
    assert "系统自动的" in page
