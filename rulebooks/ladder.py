"""The ladder of supervision of a rulebook that sets none.

Climbing is the house's own procedure: no text regulates it, so every rung says what it was inferred from.
"""

from __future__ import annotations

from typing import Literal

from rulebooks.limits import Level
from rulebooks.sections import Proposals, Rung, Told, Urging


def _before(days: int) -> Rung:
    return Rung(
        level="U0",
        offset_days=-days,
        title=f"到期前{days}日提醒",
        tells=("handler", "section_head"),
        source="inferred: 办理系统提前提醒的做法",
    )


def _after(
    level: Level,
    working_days: int,
    title: str,
    tells: tuple[Told, ...],
    basis: str,
    unless: Literal["explained", "rectified"] | None = None,
) -> Rung:
    source = f"inferred: {basis}"
    return Rung(
        level=level, offset_working_days=working_days, title=title, tells=tells, source=source, unless=unless
    )


HOUSE_LADDER: tuple[Rung, ...] = (
    *(_before(days) for days in (30, 15, 7, 3, 1)),
    _after("U1", 1, "催办通知书", ("unit_office", "unit_leader"), "某市热线办理规则，逾期次日催办"),
    _after("U2", 3, "督办单（黄牌）", ("unit_leader", "dispatcher"), "无规定，按做法推定"),
    _after(
        "U3",
        5,
        "书面通报（红牌）",
        ("unit_head", "congress_office", "committee"),
        "某市热线办理规则，逾期五个工作日未说明的通报",
        unless="explained",
    ),
    _after(
        "U4",
        10,
        "约谈",
        ("government_leader", "congress_leader"),
        "约谈和日数都无规定；责成改正见山东(2017) 第三十条",
    ),
    _after(
        "U5",
        20,
        "责成限期改正并报告",
        ("chair_meeting",),
        "山东(2017) 第三十条、青岛(2021) 第三十九条，日数无规定",
    ),
    _after(
        "U6",
        40,
        "专题询问或者工作评议",
        ("standing_committee",),
        "重庆(2018) 第三十三条，日数无规定",
        unless="rectified",
    ),
)

HOUSE_PROPOSALS = Proposals(decide_within=10, source="inferred: 无规定，取两次每周例会的时间")
HOUSE_URGING = Urging(deputy_every=3, source="inferred: 全国人大代表网上系统的做法，每次催办间隔三日（转引）")
