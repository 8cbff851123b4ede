"""The ladder of supervision of a rulebook that sets none.

Climbing is the house's own procedure: no text regulates it, so every rung says what it was inferred from.
"""

from __future__ import annotations

from typing import Literal

from rulebooks.sections import (
    CommitmentRules,
    Oversight,
    ProposalRules,
    QualityRung,
    Returns,
    Rung,
    Told,
    Urging,
)
from rulebooks.vocabulary import Level


def _before(days: int) -> Rung:
    return Rung(
        level=Level.U0,
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
    _after(Level.U1, 1, Level.U1.zh, ("unit_office", "unit_leader"), "某市热线办理规则，逾期次日催办"),
    _after(Level.U2, 3, Level.U2.zh, ("unit_leader", "dispatcher"), "无规定，按做法推定"),
    _after(
        Level.U3,
        5,
        Level.U3.zh,
        ("unit_head", "congress_office", "committee"),
        "某市热线办理规则，逾期五个工作日未说明的通报",
        unless="explained",
    ),
    _after(
        Level.U4,
        10,
        "约谈",
        ("government_leader", "congress_leader"),
        "约谈和日数都无规定；责成改正见山东(2017) 第三十条",
    ),
    _after(
        Level.U5,
        20,
        "责成限期改正并报告",
        ("chair_meeting",),
        "山东(2017) 第三十条、青岛(2021) 第三十九条，日数无规定",
    ),
    _after(
        Level.U6,
        40,
        "专题询问或者工作评议",
        ("standing_committee",),
        "重庆(2018) 第三十三条，日数无规定",
        unless="rectified",
    ),
)

HOUSE_COMMITMENT_LADDER: tuple[Rung, ...] = (
    Rung(
        level=Level.C0,
        offset_days=-30,
        title="承诺到期前30日提醒",
        tells=("handler", "section_head"),
        source="inferred: 无规定，按到期前提醒的做法",
    ),
    Rung(
        level=Level.C1,
        offset_working_days=10,
        title=Level.C1.zh,
        tells=("unit_leader", "deputy", "committee", "congress_office"),
        source="inferred: 无规定；北京(2014) 第二十六条要求向代表书面说明并告知人大",
    ),
)
"""Of promises (commitment_by). What is unkept at the year's end goes to the chairpersons' meeting by another way."""

HOUSE_QUALITY: tuple[QualityRung, ...] = (
    QualityRung(
        level=Level.Q1,
        dissatisfied=1,
        title="代表不满意",
        tells=("congress_office",),
        source="上海(2015) 第二十一条、重庆(2018) 第二十七条",
    ),
    QualityRung(
        level=Level.Q2,
        dissatisfied=2,
        title="再次不满意",
        tells=("congress_office", "committee"),
        source="河南(2017) 第二十二条、重庆(2018) 第二十七条",
    ),
    QualityRung(
        level=Level.Q3,
        dissatisfied=3,
        repeated=True,
        title="第三次不满意，或者多次提出的又不满意，提请重点督办",
        tells=("committee", "congress_leader", "chair_meeting"),
        proposes=True,
        source="inferred: 无规定，按多次不满意、多年提出仍未解决提请主任会议的做法",
    ),
)

HOUSE_OVERSIGHT = Oversight(
    field_from=(Level.U3, Level.C1, Level.Q2),
    take_within=10,
    source="inferred: 归口督办、兜底督办没有公开的规定；日数取两次每周例会的时间",
)
HOUSE_PROPOSALS = ProposalRules(decide_within=10, source="inferred: 无规定，取两次每周例会的时间")
HOUSE_COMMITMENTS = CommitmentRules(source="inferred: 条文没有写由谁签发，同答复一样由单位主要负责人签发")
HOUSE_RETURNS = Returns(source="inferred: 没有条文说逾期就丧失申请退办的权利；是否受理由交办机构写明理由决定")
HOUSE_URGING = Urging(deputy_every=3, source="inferred: 全国人大代表网上系统的做法，每次催办间隔三日（转引）")
