"""What is late climbs to the leadership, and a leader decides about it from the wall."""

from typing import Any

import pytest

from tests.browser.conftest import Somebody
from tests.browser.screen import Person
from tests.browser.town import START, City
from tests.builders import walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def late_at_u4(city: City, *cases: str) -> None:
    """Cases accepted and then left alone until the ladder proposes a supervision of the fourth level."""
    city.on(walk(city.register, *cases, until="start_handling", on=START, every=0))
    (limit,) = (row for row in city.register.dossier(cases[0]).deadlines.values() if row.key == "reply_by")
    day = limit.last_day
    while not city.register.dossier(cases[0]).supervisions:
        city.live_until(day)
        day = city.register.workdays().add(day, 1)


def decide(leader: Person, case: str, action: str, **fields: Any) -> None:
    leader.open("/wall")
    proposed = leader.main.get_by_role("listitem").filter(has_text=f"关于修路的建议{case}")
    leader.fill(proposed, **fields)
    leader.press(action, proposed)


def test_a_leader_confirms_one_u4_and_declines_another_from_the_wall(city: City, somebody: Somebody) -> None:
    late_at_u4(city, "C1", "C2")
    leader = somebody("B1").sign_in()
    leader.press("逾期墙")
    assert "等待决定的督办 2 项" in leader.words
    leader.picture("wall")
    decide(leader, "C1", "确定督办")
    decide(leader, "C2", "不予督办", 理由="已经约谈，两周内答复")
    leader.open("/wall")
    assert "等待决定的督办" not in leader.words
    states = [next(iter(city.register.dossier(case).supervisions.values())) for case in ("C1", "C2")]
    assert [(state.level, state.state, state.by) for state in states] == [
        ("U4", "CONFIRMED", "B1"), ("U4", "DECLINED", "B1"),
    ]  # fmt: skip
    leader.act("C1", "制定督办方案", 督办方案="每周调度一次")
    leader.act("C1", "开始督办")
    handler = somebody("W1").sign_in()
    assert "督办 1" in handler.words
    handler.press("逾期墙")
    handler.press("2", handler.main.get_by_role("row", name="市住房和城乡建设局").first)
    assert "市住房和城乡建设局 2 项" in handler.words
    handler.act("C1", "说明逾期原因", 理由="等上级批复")
