"""The office's own pages: the assignment meeting, the directory, accounts, calendar and rulebooks."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import xlsxwriter
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from flows.imports import take_table
from flows.records import TableError
from portal.rights import scope_of
from portal.web.case_pages import _key
from portal.web.guard import Form, Refused, Who, need, page, site_of
from portal.web.languages import say
from portal.web.refusals import told
from portal.web.site import LINK_LASTS
from rulebooks import RulebookError
from states import Action
from states.roles import ROLE_NAMES
from storage import COLUMNS, StorageError
from storage.accounts import DUTIES, AccountRefused
from storage.statements import reading
from storage.visible import Wanted, list_cases

routes = APIRouter()
MOST_ASSIGNED = 1_000
TABLE_NAMES = {"regions": "区划", "units": "单位", "people": "人员"}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# -- the meeting at which a session's suggestions are assigned (交办会) -------------------------------------


@routes.get("/meeting")
def meeting(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "meeting")
    site, scope = site_of(request), scope_of(visitor)
    found = list_cases(site.register, scope, Wanted(states=("ASSIGNING",)), MOST_ASSIGNED) if scope else []
    return page(
        request, "meeting.html", visitor, rows=_proposed(request, found), key=uuid4().hex, refused=[], count=0
    )


@routes.post("/meeting")
def assign_all(request: Request, form: Form) -> Response:
    """Assign what was ticked to the units proposed, in one transaction; each refused one is named with its reason."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "meeting")
    scope = scope_of(visitor)
    ticked = list(dict.fromkeys(form.fields.get("case", ())))
    found = list_cases(site.register, scope, Wanted(states=("ASSIGNING",)), MOST_ASSIGNED) if scope else []
    seen = {one.case["id"] for one in found}
    strange = [one for one in ticked if one not in seen]
    if strange:
        raise Refused(409, say("%(n)d 件已经不在拟定承办单位这一步，请刷新后再交办", n=len(strange)))
    key = _key(form.text("key"))
    actions = [Action(one, "assign", visitor.person, visitor.role, {}, key=f"{key}/{one}") for one in ticked]
    outcomes = site.register.apply(actions, site.now())
    refused = [(one.action.case, told(one.reason)) for one in outcomes if not one.done]
    left = [one for one in found if one.case["id"] not in {x.action.case for x in outcomes if x.done}]
    return page(
        request, "meeting.html", visitor, rows=_proposed(request, left), key=uuid4().hex, refused=refused,
        count=len(outcomes) - len(refused),
    )  # fmt: skip


def _proposed(request: Request, found: list[Any]) -> list[dict[str, Any]]:
    """The suggestions that wait for the meeting, with the units proposed for each."""
    site = site_of(request)
    register = site.register
    with reading(register.engine) as cursor:
        names = dict(cursor.rows("SELECT id, name FROM units"))
        dossiers = register.layout.dossiers(cursor, [one.case["id"] for one in found])
    rows = []
    for one in found:
        case = dossiers[one.case["id"]][0].case
        units = say("、").join(
            names.get(unit["unit"], unit["unit"]) + say("（%(what)s）", what=say(_part(unit.get("role", ""))))
            for unit in case.proposed
        )
        rows.append({"id": case.id, "number": case.number, "title": case.title, "units": units})
    return sorted(rows, key=lambda row: (row["number"], row["id"]))


def _part(role: str) -> str:
    return {"LEAD": "主办", "CO": "会办", "SEPARATE": "分办", "SOLE": "独办"}.get(role, role)


# -- the directory ---------------------------------------------------------------------------------------


@routes.get("/directory")
def directory(request: Request, visitor: Who, kind: str = "units", q: str = "") -> HTMLResponse:
    need(visitor, "directory")
    return _directory(request, visitor, kind, q)


@routes.get("/directory/{kind}.xlsx")
def template(request: Request, visitor: Who, kind: str) -> Response:
    """The directory's table as a workbook: to fill in when empty, to correct when not."""
    need(visitor, "directory")
    return Response(_workbook(request, _kind(kind)), media_type=XLSX, headers={
        "content-disposition": f'attachment; filename="duban-{kind}.xlsx"'
    })  # fmt: skip


@routes.post("/directory/{kind}")
def take_directory(request: Request, form: Form, kind: str) -> Response:
    """Take over a workbook or CSV whole, or nothing of it."""
    need(form.visitor, "directory")
    kind = _kind(kind)
    file = form.files.get("file")
    if file is None or not file.filename:
        return _directory(request, form.visitor, kind, "", say("请选一个 Excel 或者 CSV 文件"), 422)
    suffix = Path(file.filename).suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        words = say("%(suffix)s 不行：请用 .xlsx 或者 .csv", suffix=suffix or say("没有后缀"))
        return _directory(request, form.visitor, kind, "", words, 422)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{kind}{suffix}"
        path.write_bytes(file.file.read())
        try:
            report = take_table(site_of(request).register, kind, path)
        except (StorageError, TableError) as error:
            return _directory(request, form.visitor, kind, "", say("没有导入：%(why)s", why=error), 422)
    words = say(
        "已导入%(table)s：新增 %(new)d 条，更新 %(replaced)d 条",
        table=say(TABLE_NAMES[kind]), new=report.new, replaced=report.replaced,
    )  # fmt: skip
    return _directory(request, form.visitor, kind, "", words)


def _kind(kind: str) -> str:
    if kind not in COLUMNS:
        raise Refused(404, say("没有 %(name)s 这张表；有 %(all)s", name=kind, all=say("、").join(COLUMNS)))
    return kind


def _directory(
    request: Request, visitor: Any, kind: str, q: str, words: str = "", status: int = 200
) -> HTMLResponse:
    rows = [row for row in _rows(request, _kind(kind)) if not q or q in "".join(map(str, row.values()))]
    return page(
        request, "directory.html", visitor, status, kind=kind, kinds=TABLE_NAMES, columns=COLUMNS[kind],
        rows=rows[:500], count=len(rows), words=words, q=q, roles=ROLE_NAMES,
    )  # fmt: skip


def _rows(request: Request, kind: str) -> list[dict[str, Any]]:
    layout = site_of(request).register.layout
    table = layout.directory[kind]
    order = "code" if kind == "regions" else "id"
    with reading(site_of(request).register.engine) as cursor:
        rows = table.dicts(cursor.rows(f"{table.select} ORDER BY {order}"))
        if kind == "units":
            links = cursor.rows("SELECT unit, role, person FROM chain_links")
            chains: dict[str, dict[str, str]] = {}
            for unit, role, person in links:
                chains.setdefault(unit, {})[role] = person
            for row in rows:
                row |= chains.get(row["id"], {})
    return [{name: row.get(name) or "" for name in COLUMNS[kind]} for row in rows]


def _workbook(request: Request, kind: str) -> bytes:
    buffer = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(TABLE_NAMES[kind])
        bold = book.add_format({"bold": True})
        for number, chinese in enumerate(COLUMNS[kind].values()):
            sheet.write_string(0, number, chinese, bold)
        for line, row in enumerate(_rows(request, kind), start=1):
            for number, name in enumerate(COLUMNS[kind]):
                sheet.write_string(line, number, str(row[name]))
        sheet.freeze_panes(1, 0)
    return buffer.getvalue()


# -- accounts --------------------------------------------------------------------------------------------


@routes.get("/accounts")
def accounts(request: Request, visitor: Who, q: str = "") -> HTMLResponse:
    need(visitor, "accounts")
    return _accounts(request, visitor, q=q)


@routes.post("/accounts")
def change_account(request: Request, form: Form) -> Response:
    """Make an account, give it a new one-time link, close or open it."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "accounts")
    name, do, now = form.text("name"), form.text("do"), site.real_now()
    link = words = ""
    try:
        if do == "create":
            person, duty = form.text("person"), form.text("duty")
            name = name or person
            site.accounts.create(name, now, visitor.account, person=person, duty=duty)
        if do in ("create", "link"):
            token = site.accounts.link_to_sign_in(name, now, visitor.account, LINK_LASTS)
            link = f"{request.url.scheme}://{request.headers.get('host', '')}/link/{token}"
        elif do in ("disable", "enable"):
            if name == visitor.account:
                raise AccountRefused(say("不能停用自己的账号；请另一位安全管理员来做"))
            site.accounts.disable(name, now if do == "disable" else None)
            words = say("%(name)s 已停用" if do == "disable" else "%(name)s 已恢复", name=name)
    except AccountRefused as error:
        return _accounts(request, visitor, words=str(error), status=409)
    site.accounts.note(now, visitor.account, visitor.duty, f"account-{do} {name}"[:200])
    return _accounts(request, visitor, words=words, link=link, name=name)


def _accounts(
    request: Request,
    visitor: Any,
    words: str = "",
    link: str = "",
    name: str = "",
    q: str = "",
    status: int = 200,
) -> HTMLResponse:
    site = site_of(request)
    found = [
        row for row in site.accounts.listed() if not q or q in f"{row['name']} {row['person_name'] or ''}"
    ]
    return page(
        request, "accounts.html", visitor, status, accounts=found, duties=DUTIES, words=words, link=link, name=name,
        roles={role.value: said for role, said in ROLE_NAMES.items()}, q=q, days=LINK_LASTS.days,
    )  # fmt: skip


# -- calendar and rulebooks ------------------------------------------------------------------------------


@routes.get("/rules")
def rules(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "rules")
    site = site_of(request)
    library = site.register.library
    books = [library.get(name) for name in library.names()]
    days = site.workdays()
    year = site.today().year
    return page(
        request, "rules.html", visitor, books=books, years={one: days.knows(one) for one in (year, year + 1)}
    )


@routes.get("/rules/{name}")
def rulebook(request: Request, visitor: Who, name: str) -> HTMLResponse:
    """A rulebook as a table: each limit with what it says and its source."""
    need(visitor, "rules")
    try:
        book = site_of(request).register.library.get(name)
    except RulebookError:
        raise Refused(404, say("没有规则集 %(name)s", name=name)) from None
    return page(request, "rulebook.html", visitor, book=book)
