"""A table of messages and replies to try duban on: made up, with delays as they are in the real world."""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import TypeVar

T = TypeVar("T")

COLUMNS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间")
BEGIN, SPAN = datetime(2017, 1, 3), timedelta(days=1090)  # noqa: DTZ001 - local time, as the table has it

# Days from message to reply: (share of replies that took at most so long, days). Measured over 2,816 messages
# of citizens to a government board and their replies, 2011-2020; straight lines between the points.
DELAYS = (
    (0.0, 0.0), (0.373, 7.0), (0.5, 11.5), (0.623, 15.0), (0.75, 22.0), (0.838, 30.0), (0.9, 41.0),
    (0.945, 60.0), (0.95, 67.0), (0.971, 90.0), (0.99, 168.0), (0.991, 180.0), (1.0, 1161.0),
)  # fmt: skip

PLACES = (
    "柳湾街道青石巷", "枫桥路菜市场", "新河镇东街", "望江小区三期", "北门老旧小区", "云台中学门口",
    "石桥村村口", "南湖公园西侧", "火车站广场", "桃源新城二标段", "和平路与解放路路口",
    "第二人民医院门诊楼", "松林工业园", "白鹭社区", "滨河步道", "金穗家园",
)  # fmt: skip
PROBLEMS = (
    ("路灯长期不亮", "晚上漆黑一片，老人和下晚自习的孩子走路不安全", "请尽快检修并补装路灯",
     "已更换损坏的灯具和线路，当晚恢复照明，并列入每月巡查"),
    ("夜间施工噪声扰民", "工地过了十二点还在浇筑，窗户关上也睡不着", "请核查夜间施工许可并限制时间",
     "现场核查后责令停止夜间作业，今后确需连续施工的将提前公告"),
    ("占道经营堵塞通道", "摊位摆到人行道外，公交车进站都困难", "请划定经营区域并加强值守",
     "已划出临时疏导点，早晚高峰安排专人值守"),
    ("下水道反复堵塞", "一下大雨污水就漫上路面，气味很重", "请疏通管网并查清原因",
     "已清淤两百余米，雨污分流改造列入明年计划"),
    ("停车位不足", "消防通道常年停满车，救护车进不来", "请清理通道并增设车位",
     "已施划禁停标线，利用边角地增加车位四十个"),
    ("公交班次太少", "早上要等四十分钟，上班上学都耽误", "请加密早晚高峰班次",
     "早高峰班次已由三十分钟一班调整为十五分钟一班"),
    ("物业收费不透明", "停车费和公摊电费从不公示，问了也没有答复", "请督促公开账目",
     "已约谈物业企业，要求每季度在公告栏公示收支"),
    ("拖欠农民工工资", "三十多名工人干完活半年没有拿到钱", "请协调施工单位支付",
     "经协调，施工单位已将所欠工资分两批发放到位"),
    ("饮用水水质发黄", "早晨放出来的水有铁锈味，孩子不敢喝", "请检测水质并更换老化管道",
     "抽检结果已公布，老化支管更换工程已经开工"),
    ("电梯经常停运", "一个月困人两次，高层住户出门提心吊胆", "请督促维保并安排检验",
     "已完成检验并更换主板，维保单位每半月到场一次"),
    ("学区划分不清楚", "同一栋楼两个单元分到不同学校，家长不知道按哪个报名", "请公布划分依据",
     "划分方案和依据已在招生网站公布，并安排电话咨询"),
    ("垃圾站气味大", "夏天不敢开窗，苍蝇很多", "请增加清运次数或者迁址",
     "清运由每日一次增加到三次，并加装除臭设备"),
)  # fmt: skip
SINCE = ("从上个月开始", "今年以来", "入夏以后", "已经两年多了", "反映过三次以后仍然如此", "最近一周")


def write_sample(path: Path, rows: int = 300, seed: int = 7) -> None:
    """Writes a CSV of `rows` messages, 2017 to 2019, for the mapping `cn-replies`; one seed, one text."""
    random = Random(seed)
    sent = sorted(BEGIN + random.random() * SPAN for _ in range(rows))
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for number, at in enumerate(sent, start=1):
            table.writerow(_message(f"{2000 + number}", at, random))


def delay(share: float) -> timedelta:
    """How long the reply took that is slower than `share` (0 to 1) of all replies."""
    for (low, short), (high, long) in pairwise(DELAYS):
        if share <= high:
            return timedelta(days=short + (long - short) * (share - low) / (high - low))
    raise ValueError(f"share is {share}, it must lie between 0 and 1")


def _message(number: str, at: datetime, random: Random) -> tuple[str, ...]:
    place, (problem, detail, wish, done) = _one_of(PLACES, random), _one_of(PROBLEMS, random)
    body = f"{place}{problem}，{_one_of(SINCE, random)}。{detail}。{wish}。"
    reply = f"您反映的“{place}{problem}”一事收悉。{done}。感谢您的监督。"
    answered = at + delay(random.random())
    user = f"U{int(random.random() * 100_000):05}"
    return number, user, f"{place}{problem}", _written(at), body, reply, _written(answered)


def _one_of(choices: Sequence[T], random: Random) -> T:
    return choices[int(random.random() * len(choices))]


def _written(at: datetime) -> str:
    """As boards write it, without leading zeros before the minutes: 2019/4/24 9:07:30."""
    return f"{at.year}/{at.month}/{at.day} {at.hour}:{at:%M:%S}"
