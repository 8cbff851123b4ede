"""The lists of cases and findings as workbooks; those of other pages stand beside their page."""

from dataclasses import replace

from fastapi import Request, Response

from portal.door.doors import router
from portal.door.guard import Who, need, site_of
from portal.visitor.case_lines import case_lines
from portal.visitor.errors import DoorRefused
from portal.visitor.list_columns import CASES, FINDINGS
from portal.visitor.rights import scope_of
from portal.web.case_pages import Narrowing, groups_of, list_order
from portal.web.sheets import sheet
from portal.web.watching import seen_findings
from states.reasons import Label, Refused, labels
from storage.lists import list_cases

routes = router()
MOST = 20_000


@routes.get("/cases.xlsx")
def cases_sheet(
    request: Request, visitor: Who, narrowed: Narrowing, group: str = "all", q: str = "", sort: str = ""
) -> Response:
    """Every case of the list as the visitor may see it, not its first page only."""
    need(visitor, "cases")
    site, scope = site_of(request), scope_of(visitor)
    groups = groups_of(site, visitor)
    if group not in groups:
        raise DoorRefused(404, Refused("no_such_list", name=Label(group), known=labels(groups)))
    name, wanted = groups[group]
    wanted = replace(wanted, text=q[:100], order=list_order(group, sort), **narrowed._asdict())
    listed = list_cases(site.register, scope, wanted, MOST) if scope else []
    return sheet("cases", name, CASES, case_lines(site, visitor, listed))


@routes.get("/findings.xlsx")
def findings_sheet(request: Request, visitor: Who) -> Response:
    need(visitor, "findings")
    return sheet("findings", "巡检", FINDINGS, seen_findings(site_of(request), visitor))
