"""Waiting changes of rights: shown old beside new, confirmed or refused a batch at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import Request, Response
from fastapi.responses import HTMLResponse

from portal.door.doors import router
from portal.door.guard import Form, Who, address_of, need, site_of
from portal.visitor.languages import say
from portal.visitor.refusals import sentence
from portal.visitor.site import Site
from portal.web.rendering import page
from states.roles import Role
from storage import COLUMNS
from storage.accounts import Visitor
from storage.confirming import ChangeRefused, PendingBatch, confirm_changes, refuse_changes, waiting_changes
from storage.rolls import regions_below, unit_regions

routes = router()

HEADS = {"chain": "责任链"}
"""The part of a logged row that is no column of a table: the links of a unit, together."""


@dataclass(frozen=True)
class ChangedColumn:
    """A changed column of a row in words."""

    line: int
    subject: str
    name: str
    column: str
    old: str
    new: str
    power: bool


@dataclass(frozen=True)
class ImportBatch:
    """The waiting rows of one import; `count` is their number."""

    id: str
    at: datetime
    by: str
    file: str
    count: int
    changes: tuple[ChangedColumn, ...]


@routes.get("/changes")
def changes(request: Request, visitor: Who) -> HTMLResponse:
    need(visitor, "changes")
    return _page(request, visitor)


@routes.post("/changes")
def decide(request: Request, form: Form) -> Response:
    """Confirm or refuse all waiting rows of one import."""
    site, visitor = site_of(request), form.visitor
    need(visitor, "changes")
    now, id_, confirming = site.real_now(), form.text("id"), form.text("do") == "confirm"
    if not confirming and not form.text("why"):
        return _page(request, visitor, say("不同意要写理由"), 422)
    try:
        if confirming:
            decided = confirm_changes(site.register, id_, visitor.account, now)
        else:
            decided = refuse_changes(site.register, id_, visitor.account, now, form.text("why"))
    except ChangeRefused as error:
        return _page(request, visitor, say("没有办成：%(why)s", why=sentence(error.refused)), 409)
    site.accounts.note(
        now, visitor.account, visitor.duty, f"changes-{'confirm' if confirming else 'refuse'} {id_}"[:200],
        address=address_of(request),
    )  # fmt: skip
    words = say("已确认 %(n)d 条", n=len(decided.done)) if confirming else say("已退回，通讯录没有变")
    if decided.stale:
        words += say("；%(who)s 在导入以后又变了，没有改", who=say("、").join(decided.stale))
    return _page(request, visitor, words)


def waiting_in(site: Site, region: str | None) -> list[ImportBatch]:
    """The waiting changes, of a region and below where given, as pages show them."""
    below = None if region is None else regions_below(site.register, region)
    batches, units = [], unit_regions(site.register)
    for batch in waiting_changes(site.register):
        lines = [line for line in batch.lines if below is None or line["region"] in below]
        if lines:
            batches.append(_batch(batch, lines, units))
    return batches


def _batch(batch: PendingBatch, lines: list[dict[str, Any]], units: Mapping[str, str]) -> ImportBatch:
    changes = tuple(change for line in lines for change in (*_changes(batch.kind, line), *_moved(line, units)))
    return ImportBatch(batch.id, batch.at, batch.by, batch.file, len(lines), changes)


def _changes(kind: str, line: dict[str, Any]) -> list[ChangedColumn]:
    """The columns of a row that would change, those that change rights first."""
    old, new, of_power = line["old"] or {}, line["new"], line["powers"].split()
    columns = of_power + [name for name in new if old.get(name) != new[name] and name not in of_power]
    return [
        ChangedColumn(
            line["line"], line["subject"], new["name"], HEADS.get(name) or COLUMNS[kind].get(name, name),
            change_in_words(name, old.get(name)), change_in_words(name, new[name]), name in of_power,
        )
        for name in columns
    ]  # fmt: skip


def _moved(line: dict[str, Any], units: Mapping[str, str]) -> list[ChangedColumn]:
    """The region that a person comes to by another unit, which the unit's id does not say."""
    old, new = line["old"] or {}, line["new"]
    before, after = (units.get(row.get("unit", ""), "") for row in (old, new))
    if before == after or new.get("region"):
        return []
    return [ChangedColumn(line["line"], line["subject"], new["name"], "单位的区划", before or "–", after or "–", True)]


def change_in_words(column: str, value: Any) -> str:
    if isinstance(value, dict):
        return say("、").join(f"{say(Role.name_of(role))} {person}" for role, person in value.items())
    if isinstance(value, list):
        return say("、").join(value) or "–"
    names: dict[str, str] = (
        Role.names() if column == "role" else {}
    )
    return str(names.get(value, value) or "–")


def _page(request: Request, visitor: Visitor, words: str = "", status: int = 200) -> HTMLResponse:
    return page(
        request, "changes.html", visitor, status, waiting=waiting_in(site_of(request), None), words=words,
    )  # fmt: skip
