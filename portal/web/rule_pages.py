"""The rulebooks as tables that a jurist can check: every limit with its article, and two of them side by side."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Who, need, site_of
from portal.visitor.basis import basis, basis_of
from portal.visitor.columns import Column, on_page
from portal.visitor.errors import DoorRefused
from portal.visitor.languages import say
from portal.visitor.list_columns import TERMS
from portal.visitor.site import Site
from portal.web.rendering import Page, page
from portal.web.sheets import sheet
from rulebooks import Rulebook
from rulebooks.limits import INFERRED
from rulebooks.sheet import HOUSE, Rule, TermRow, diff, sections, term_rows
from states.reasons import Label, Refused, labels

routes = router()


@dataclass(frozen=True)
class RulebookPage(Page):
    """`start`: from what its first day was inferred; `others`: rule, value, source, whether no text says it."""

    template = "rulebook.html"
    book: Rulebook
    start: str
    columns: Sequence[Column]
    limits: Sequence[TermRow]
    other: Rulebook | None
    address: str
    against: str
    others: Sequence[tuple[Rule, str, str, bool]]
    addresses: Sequence[str]
    differences: Sequence[tuple[str, str, str]]


@routes.get("/rules")
def rules(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "rules")
    site = site_of(request)
    library = site.register.library
    books = {name: library.versions(name) for name in library.names()}
    days = site.workdays(visitor.region)
    year = site.today().year
    return page(
        request, "rules.html", visitor, books=books, years={each: days.knows(each) for each in (year, year + 1)},
        inferred={
            book.ident: sum(1 for row in term_rows(book) if row.marked)
            for versions in books.values()
            for book in versions
        },
    )  # fmt: skip


@routes.get("/rules/{name}.xlsx")
def rulebook_sheet(request: Request, visitor: Who, name: str) -> Response:
    need(visitor, "rules")
    book = _book(site_of(request), name)
    return sheet(f"rules-{book.name}-{book.version}", book.name, TERMS, _terms(book))


@routes.get("/rules/{name}")
def rulebook(request: Request, visitor: Who, name: str, against: str = "") -> HTMLResponse:
    """A rulebook as a table: each limit with what it says and its article; with `against` what differs there."""
    need(visitor, "rules")
    site = site_of(request)
    book = _book(site, name)
    other = _book(site, against) if against else None
    return page(request, RulebookPage(
        book=book, columns=on_page(TERMS),
        limits=_terms(book), start=_start(book),
        other=other, address=name, against=against,
        others=[(rule, _plain(rule.value), basis(rule.source), _ours(rule)) for rule in sections(book)],
        addresses=[label for label in _addresses(site) if _book(site, label) is not book],
        differences=[
            (change.key, _plain(change.before), _plain(change.after)) for change in diff(book, other)
        ] if other else [],
    ), visitor)  # fmt: skip


def _book(site: Site, address: str) -> Rulebook:
    """The rulebook of that name, its newest version or, as NAME@DAY, the one in force from that day."""
    name, _, version = address.partition("@")
    versions = [each for each in site.register.library.versions(name) if version in ("", each.version)]
    if not versions:
        raise DoorRefused(404, Refused("no_such_book", name=Label(address), known=labels(_addresses(site))))
    return versions[0]


def _terms(book: Rulebook) -> list[TermRow]:
    return [replace(row, source=basis_of(row), inferred=row.marked) for row in term_rows(book)]


def _start(book: Rulebook) -> str:
    """From what the day from which it is in force was inferred, where no text gives it."""
    why = book.inferred.get("in_force")
    return say("推定：%(what)s", what=why) if why else ""


def _addresses(site: Site) -> list[str]:
    """How each version of each rulebook is asked for."""
    library = site.register.library
    return [
        f"{name}@{book.version}" if number else name
        for name in library.names()
        for number, book in enumerate(library.versions(name))
    ]


def _ours(rule: Rule) -> bool:
    """Whether no text says it: a house rule, or one that was inferred."""
    return rule.source == HOUSE or rule.source.startswith(INFERRED)


def _plain(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return say("是") if value else say("否")
    return say("、").join(map(str, value)) if isinstance(value, list) else str(value)
