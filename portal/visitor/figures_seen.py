"""The figures that a visitor may see."""

from datetime import date
from typing import Any

from portal.visitor.errors import PageRefused
from portal.visitor.languages import say
from portal.visitor.rights import scope_of
from portal.visitor.site import Site
from storage.accounts import Visitor
from storage.statistics import GROUPINGS, Table, count
from storage.visible import Scope


def figures_seen(site: Site, visitor: Visitor, by: str, on: str) -> Table:
    """The table as the visitor may see it: the suggestions of his region, or of his committee's field."""
    if by not in GROUPINGS:
        raise PageRefused(404, say("不能按“%(name)s”分组；有 %(all)s", name=by, all=say("、").join(GROUPINGS)))
    asked = _day(site, on)
    scope = scope_of(visitor)
    if scope is None:
        raise PageRefused(403, "您的身份没有这个页面")
    wanted = Scope(
        region=scope.region, committee=scope.committee, since="registered", machines=("suggestion",)
    )
    return site.remembered(
        ("figures", wanted, asked, by), lambda: count(site.register, asked, by, wanted, at=site.now())
    )


def _day(site: Site, text: Any) -> date:
    try:
        asked = date.fromisoformat(text) if text else site.today()
    except ValueError:
        raise PageRefused(404, say("“%(text)s”不是日期，请按 2026-03-05 的样子填", text=text)) from None
    if asked > site.today():
        raise PageRefused(404, say("%(day)s 还没有到，不能统计", day=asked))
    return asked
