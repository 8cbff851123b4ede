"""The office's own pages: the directory and the accounts."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, need, site_of
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.rights import right_of, roll_of
from portal.visitor.site import LINK_LASTS
from portal.web.qr import qr
from portal.web.rendering import Page, page
from portal.web.rights_change_pages import ImportBatch, waiting_in
from portal.web.sheets import table_download
from rulebooks import civil_day
from states.reasons import Label, Refused, labels
from states.roles import Role
from states.sheets import Sheet
from states.sheets.tables import DIRECTORY, TITLES
from states.vocabulary import AccountAct, Duty
from storage import COLUMNS
from storage.accounts import Visitor
from storage.errors import AccountRefused
from storage.powers import Importer
from storage.rolls import directory_rows

routes = router()
MOST = 500
"""Rows of a table that a page shows."""


@dataclass(frozen=True)
class AccountsPage(Page):
    """`issued`: the account of which `link` was made just now; `lacking`: how many have none, by role."""

    template = "accounts.html"
    accounts: Sequence[Mapping[str, Any]]
    duties: Mapping[str, str]
    words: str
    link: str
    name: str
    issued: Mapping[str, Any] | None
    roles: Mapping[str, str]
    q: str
    days: int
    lacking: Mapping[str, int]


@dataclass(frozen=True)
class Slip:
    """What one person is handed to sign in."""

    name: str
    account: str
    unit: str
    link: str

    @property
    def code(self) -> str:
        """The link as a QR code."""
        return qr(self.link)


@dataclass(frozen=True)
class SlipsPage(Page):
    template = "slips.html"
    slips: Sequence[Slip]
    role: str
    until: date


@dataclass(frozen=True)
class DirectoryPage(Page):
    """A table of the directory; `count`: rows in all; `waiting`: imports that wait to be confirmed."""

    template = "directory.html"
    kind: str
    kinds: Mapping[str, str]
    columns: Sheet
    rows: Sequence[Mapping[str, Any]]
    count: int
    q: str
    waiting: Sequence[ImportBatch]

    @property
    def is_empty(self) -> bool:
        return not (self.rows or self.q)


# -- the directory ---------------------------------------------------------------------------------------


@routes.get("/directory")
def directory(request: Request, visitor: Who, kind: str = "units", q: str = "") -> HTMLResponse:
    need(visitor, "directory")
    return _directory(request, visitor, kind, q)


@routes.get("/directory/{kind}.xlsx")
def template(request: Request, visitor: Who, kind: str) -> Response:
    """The directory's table as a workbook: to fill in when empty, to correct when not."""
    need(visitor, "directory")
    return table_download(_kind(kind), DIRECTORY[kind], _rows(request, visitor, kind))


def importer_of(request: Request, visitor: Visitor, file: str) -> Importer:
    """The visitor as an importer: an administrator reaches the whole directory, everybody else their region.

    Who works at a place is for the office to say that sees the citizens' names anyway.
    """
    right, region = right_of(visitor), None if visitor.duty else visitor.region
    staffs = right.citizens and "places" in right.pages
    return Importer(visitor.account, site_of(request).real_now(), "page", file, region, staffs)


def _kind(kind: str) -> str:
    if kind not in COLUMNS:
        raise DoorRefused(404, Refused("no_such_table", name=Label(kind), known=labels(COLUMNS)))
    return kind


def _directory(request: Request, visitor: Visitor, kind: str, q: str) -> HTMLResponse:
    rows = [row for row in _rows(request, visitor, _kind(kind)) if not q or q in "".join(map(str, row.values()))]
    return page(request, DirectoryPage(
        kind=kind, kinds={kind_: TITLES[kind_][0] for kind_ in DIRECTORY}, columns=DIRECTORY[kind], rows=rows[:MOST],
        count=len(rows), q=q, waiting=waiting_in(site_of(request), None if visitor.duty else visitor.region),
    ), visitor)  # fmt: skip


def _rows(request: Request, visitor: Visitor, kind: str) -> list[dict[str, Any]]:
    roll = roll_of(visitor)
    return directory_rows(site_of(request).register, kind, roll) if roll else []


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
        _not_of_duties(request, name, form.text("duty"))
        if do == AccountAct.CREATE:
            person = form.text("person")
            name = name or person
            site.accounts.create(name, now, visitor.account, person=person)
        if do in (AccountAct.CREATE, AccountAct.LINK):
            token = site.accounts.link_to_sign_in(name, now, visitor.account, LINK_LASTS)
            link = f"{request.url.scheme}://{request.headers.get('host', '')}/link/{token}"
        elif do in (AccountAct.DISABLE, AccountAct.ENABLE):
            if name == visitor.account:
                raise AccountRefused(Refused("own_account"))
            change = site.accounts.disable if do == AccountAct.DISABLE else site.accounts.enable
            change(name, now, visitor.account)
            words = say("%(name)s 已停用" if do == AccountAct.DISABLE else "%(name)s 已恢复", name=name)
    except AccountRefused as error:
        return _accounts(request, visitor, words=sentence(error.refused), status=409)
    site.accounts.note(now, visitor.account, visitor.duty, f"account-{do} {name}"[:200])
    return _accounts(request, visitor, words=words, link=link, name=name)


@routes.post("/accounts/slips")
def make_accounts(request: Request, form: Form) -> Response:
    """Accounts for everybody of a role who has none; the links are shown this once, a slip each to print."""
    site, visitor, now = site_of(request), form.visitor, site_of(request).real_now()
    need(visitor, "accounts")
    role = form.text("role")
    people = {row["id"]: row for row in site.accounts.without_account(site.today()) if row["role"] == role}
    try:
        tokens = site.accounts.create_all(list(people), now, visitor.account, LINK_LASTS)
    except AccountRefused as error:
        return _accounts(request, visitor, words=sentence(error.refused), status=409)
    site.accounts.note(now, visitor.account, visitor.duty, f"account-create {role}"[:200], row_count=len(tokens))
    if not tokens:
        return _accounts(request, visitor, words=say("这一身份的人都有账号了"))
    here = f"{request.url.scheme}://{request.headers.get('host', '')}/link/"
    slips = [Slip(people[id_]["name"], id_, people[id_]["unit"], here + token) for id_, token in tokens.items()]
    return page(request, SlipsPage(
        slips=slips, role=say(Role.name_of(role)), until=civil_day(now + LINK_LASTS),
    ), visitor)  # fmt: skip


def _not_of_duties(request: Request, name: str, duty: str) -> None:
    """Refuse acts on an administrator's account, which need two people on the page of duties."""
    if duty or any(row["name"] == name and row["duty"] for row in site_of(request).accounts.listed()):
        raise AccountRefused(Refused("two_to_act"))


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
    listed = [
        row for row in site.accounts.listed() if not q or q in f"{row['name']} {row['person_name'] or ''}"
    ]
    return page(request, AccountsPage(
        accounts=listed, duties=Duty.names(), words=words, link=link, name=name,
        issued=next((row for row in site.accounts.listed() if link and row["name"] == name), None),
        roles=Role.names(), q=q, days=LINK_LASTS.days,
        lacking=Counter(row["role"] for row in site.accounts.without_account(site.today())),
    ), visitor, status)  # fmt: skip
