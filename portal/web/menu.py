"""The menu of a page: what the visitor may see, in groups, with the place of the page shown."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from portal.visitor.languages import say
from portal.visitor.rights import Reach

PAGES: Mapping[str, str] = {
    "intake": "收件登记", "desk": "待我决定", "cases": "全部建议", "write": "写建议", "meeting": "交办会",
    "secret": "涉密件", "wall": "逾期墙", "supervisions": "督办", "promises": "承诺台账", "inspections": "查验",
    "opinions": "意见办理", "reception": "接待日", "places": "家站点", "figures": "统计", "week": "周报",
    "conversions": "吸纳转化", "papers": "发文", "directory": "通讯录", "imports": "导入", "mandates": "委托",
    "accounts": "账号", "changes": "身份变更", "duties": "三员", "rules": "规则", "region-rules": "本地规则集",
    "calendar": "日历", "erasures": "删除个人信息", "findings": "巡检", "seals": "核验", "access": "访问记录",
    "status": "运行",
}  # fmt: skip
"""The pages of the menu; those that stand elsewhere in the frame (the inbox) are not here."""

HOME = "工作台"
CASES: Mapping[Reach, str] = {
    Reach.OWN: "我的建议", Reach.MANDATED: "我的建议", Reach.UNIT: "本单位建议", Reach.COMMITTEE: "归口建议",
    Reach.PLACE: "本站意见",
}  # fmt: skip
"""What the list of cases is called for those who do not see a whole region."""

BELOW: Mapping[str, str] = {
    "case": "cases", "act": "cases", "evaluation-link": "cases", "tracking": "opinions", "promote": "opinions",
    "forget": "opinions", "paper": "papers", "reports": "findings",
}
"""The page of the menu under which pages of other addresses lie, by the first part of their path."""


@dataclass(frozen=True)
class PageGroup:
    """Pages under one head. A single one that may be seen stands at the top itself, or if not `alone` in the last."""

    name: str
    icon: str
    pages: Sequence[str]
    alone: bool = True


GROUPS = (
    PageGroup("建议办理", "list", ("intake", "desk", "cases", "write", "meeting", "secret")),
    PageGroup("督办查验", "flag", ("wall", "supervisions", "promises", "inspections")),
    PageGroup("群众意见", "chat", ("opinions", "reception", "places")),
    PageGroup("统计报告", "chart", ("figures", "week", "conversions")),
    PageGroup("文书", "paper", ("papers",)),
    PageGroup("账号安全", "person", ("accounts", "changes", "duties")),
    PageGroup("巡检核验", "shield", ("findings", "seals", "access"), alone=False),
    PageGroup(
        "基础资料", "gear",
        ("directory", "imports", "mandates", "rules", "region-rules", "calendar", "erasures", "status"),
        alone=False,
    ),
)  # fmt: skip
FEW = 6
"""As many pages stand one below the other without groups."""
TABS: Mapping[str, str] = {
    "intake": "tray", "cases": "list", "write": "pen", "wall": "flag", "opinions": "chat", "reception": "person",
    "findings": "shield", "accounts": "person", "changes": "list", "directory": "list", "access": "list",
}  # fmt: skip
"""The pages of which the first stand in the bar at the foot of a phone, with their pictures there."""


@dataclass(frozen=True)
class MenuItem:
    """A page, or a group of pages with `link` ''. `here`: the page shown is this one or lies below it."""

    name: str
    icon: str
    link: str = ""
    here: bool = False
    items: Sequence["MenuItem"] = ()


@dataclass(frozen=True)
class Menu:
    """`items` stand at the side; `tabs` at the foot of a phone; `trail` leads to the page shown, from the top.

    `shown` is the page of the menu under which the page shown lies, `home` for the first page.
    """

    items: Sequence[MenuItem] = ()
    tabs: Sequence[MenuItem] = ()
    trail: Sequence[MenuItem] = ()
    shown: str = ""


def menu_of(may: Collection[str], reach: Reach, path: str) -> Menu:
    """The menu of a visitor who may see these pages and cases."""
    first = path.split("/")[1]
    shown = BELOW.get(first, first)
    names = {**PAGES, "cases": CASES.get(reach, PAGES["cases"])}

    def entry(page: str, icon: str) -> MenuItem:
        return MenuItem(say(names[page]), icon, f"/{page}", page == shown)

    groups = [
        MenuItem(say(group.name), group.icon, items=[entry(page, group.icon) for page in group.pages if page in may])
        for group in _joined(may)
    ]
    few = sum(len(group.items) for group in groups) <= FEW
    items = [item for group in groups for item in _laid_out(group, few)]
    home = [MenuItem(say(HOME), "home", "/", path == "/")] if "cases" in may else []
    tabs = [entry(page, icon) for page, icon in TABS.items() if page in may]
    return Menu([*home, *items], [*home, *tabs][:3], list(_trail(items, path)), shown or "home")


def _joined(may: Collection[str]) -> Iterator[PageGroup]:
    """The groups of which something may be seen; single pages of those that do not stand alone move to the last."""
    *groups, last = GROUPS
    single: list[str] = []
    for group in groups:
        pages = [page for page in group.pages if page in may]
        if len(pages) == 1 and not group.alone:
            single += pages
        elif pages:
            yield group
    if single or any(page in may for page in last.pages):
        yield replace(last, pages=(*last.pages, *single))


def _laid_out(group: MenuItem, few: bool) -> Sequence[MenuItem]:
    if few or len(group.items) == 1:
        return group.items
    return [replace(group, here=any(page.here for page in group.items))]


def _trail(items: Sequence[MenuItem], path: str) -> Iterator[MenuItem]:
    for item in items:
        if item.here and item.link != path:
            yield item
        yield from _trail(item.items, path)
