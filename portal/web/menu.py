"""The menu of a page."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.visitor.languages import say

PAGES = {
    "cases": "办理", "write": "写建议", "desk": "待决定", "intake": "收件登记", "meeting": "交办会",
    "opinions": "群众意见", "reception": "接待日", "places": "家站点", "wall": "逾期墙", "week": "周报",
    "figures": "统计", "papers": "发文", "supervisions": "督办", "promises": "承诺台账", "inspections": "查验",
    "conversions": "吸纳转化", "inbox": "收件箱", "findings": "巡检", "seals": "核验", "access": "访问记录",
    "directory": "通讯录", "secret": "涉密件", "accounts": "账号", "changes": "身份变更", "duties": "三员",
    "mandates": "委托", "erasures": "删除个人信息", "rules": "规则", "region-rules": "本地规则集", "calendar": "日历",
    "status": "运行",
}  # fmt: skip


@dataclass(frozen=True)
class MenuItem:
    """`here`: the page shown is this one or lies below it; `unread`: messages that wait there."""

    name: str
    link: str
    here: bool
    unread: int


def menu_of(may: Collection[str], path: str, unread: int) -> list[MenuItem]:
    """The pages that the visitor may see, in the order of the menu."""
    return [
        MenuItem(say(name), f"/{page}", path.startswith(f"/{page}"), unread if page == "inbox" else 0)
        for page, name in PAGES.items()
        if page in may
    ]
