"""Whoever is shown many rows leaves an entry: who, which list, by which filter, how many rows."""

from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from notifications.papers import LISTS
from portal.door.doors import Door
from portal.door.reads import EXEMPT, LISTED
from portal.server.app import create_app
from portal.visitor.rights import RIGHTS
from portal.visitor.site import HERE, Site, Throttle
from storage import Register
from storage.secret_stubs import enter_stub
from tests.builders import FIRST, noon
from tests.portal.api import HOME, a_token
from tests.portal.city import PEOPLE, a_city
from tests.portal.routes import Walked, routes
from tests.portal.standing import Standing
from tests.portal.web import ADDRESS, Browser, signed_in

DUTIES = ("system", "security", "audit")
ASKED = {"/papers/list": {"kind": LISTS[0].id}, "/api/v1/calendar": {"year": "2026"}}


@pytest.fixture
def app(register: Register) -> FastAPI:
    a_city(register)
    site = Site(register, Standing())
    site.throttles = {name: Throttle(10_000, 1) for name in site.throttles}
    enter_stub(register, "3213", "密〔2026〕1号", FIRST, "R1", noon(FIRST))
    return create_app(site)


def people(app: FastAPI) -> dict[str, Browser]:
    """Everybody signed in, in the application of the test."""
    site, visitors = app.state.site, {}
    for name in (*PEOPLE, *DUTIES):
        visitors[name] = signed_in(site, name, name if name in DUTIES else "")
        visitors[name].http = TestClient(app, base_url=ADDRESS, cookies=visitors[name].http.cookies)
    return visitors


def pattern(route: Walked) -> str:
    return route.pattern.removeprefix(HOME) if route.pattern.startswith(HOME) else route.pattern


def read(app: FastAPI) -> list[Walked]:
    return [route for route in routes(app, kind="people", name="suqian") if route.method == "GET"]


def test_every_address_that_is_read_enters_a_list_or_says_why_not(app: FastAPI) -> None:
    site, everybody = app.state.site, people(app)
    missing, met = [], set()
    for route in read(app):
        if pattern(route) in EXEMPT or "/assets" in route.pattern or "/static" in route.pattern:
            met.add(pattern(route))
            continue
        visitor = _first_allowed(app, everybody, route)
        if visitor is None:
            missing.append(f"{route.name}: nobody may")
            continue
        who, entry = visitor
        if entry is None or entry["row_count"] is None:
            missing.append(f"{route.name}: read by {who} without an entry")
        elif entry["account"] != who or entry["filter"] != "&".join(f"{k}={v}" for k, v in _query(route).items()):
            missing.append(f"{route.name}: {entry}")
    assert not missing, "\n".join(missing)
    assert met == EXEMPT.keys(), "an exempt address that is no address"
    assert site.accounts.noted(limit=1)


def _first_allowed(app: FastAPI, everybody: dict[str, Browser], route: Walked) -> tuple[str, Any] | None:
    """Who may read it, and the entry that was left."""
    site = app.state.site
    for name, browser in everybody.items():
        before = {row["id"] for row in site.accounts.noted(limit=10_000)}
        answer = browser.http.get(route.path, params=_query(route))
        if answer.status_code == 200:
            fresh = [row for row in site.accounts.noted(limit=10_000) if row["id"] not in before]
            lists = [row for row in fresh if row["what"] == f"list {route.path}"]
            return name, lists[0] if len(lists) == 1 else None
    return None


def _query(on: Walked) -> dict[str, str]:
    return {**ASKED.get(on.pattern, {}), "q": "张三 & 李四"} if on.pattern != "/papers/list" else ASKED[on.pattern]


def test_every_route_goes_through_the_door_that_enters_reads_and_bounds_writes(app: FastAPI) -> None:
    kinds = {walked.name: type(getattr(walked.route, "original_route", walked.route)) for walked in routes(app)}
    strangers = {name for name, kind in kinds.items() if not issubclass(kind, Door)}
    assert strangers == {f"GET {HOME}/docs", f"GET {HOME}/openapi.json"}


def test_every_template_that_shows_a_list_to_somebody_signed_in_is_counted() -> None:
    shown = {path.name for path in Path(HERE / "templates").glob("*.html")}
    assert set(LISTED) <= shown
    uncounted = {name for name in shown - set(LISTED) if _has_table(name)}
    assert uncounted == {
        "calendar.html", "calendar_preview.html", "case.html", "cells.html", "changes_table.html", "judgements.html",
        "reception.html", "rulebook.html", "rules.html", "sheet.html", "status.html",
    }  # fmt: skip


def _has_table(name: str) -> bool:
    text = (HERE / "templates" / name).read_text("utf-8")
    return "<table" in text or "{{ listed(" in text


def test_an_entry_says_who_read_which_list_by_which_filter_and_how_many_rows(app: FastAPI) -> None:
    site: Site = app.state.site
    reader = signed_in(site, "R1")
    reader.get("/cases?group=all&q=路灯")
    (entry,) = [entry for entry in site.accounts.noted("R1") if entry["what"] == "list /cases"]
    assert (entry["role"], entry["region"], entry["filter"]) == ("registrar", "321300", "group=all&q=路灯")
    assert entry["row_count"] == reader.last.text.count("<tr>") - 1 if reader.last else False
    reader.get("/secret.xlsx")
    assert [entry["what"] for entry in site.accounts.noted("R1")].count("list /secret.xlsx") == 1


def test_a_list_that_answers_a_form_is_entered_too(app: FastAPI) -> None:
    site = app.state.site
    registrar = signed_in(site, "R1")
    registrar.submit("/secret", "/secret", 422, number="内容", received_on="2026-03-01")
    entries = [entry for entry in site.accounts.noted("R1") if entry["what"] == "list /secret"]
    assert len(entries) == 2


def test_a_program_that_reads_lists_is_entered_too(app: FastAPI) -> None:
    site = app.state.site
    signed_in(site, "R1")
    held = {"authorization": f"Bearer {a_token(site, 'R1')}"}
    with TestClient(app, base_url=ADDRESS) as http:
        answer = http.get(f"{HOME}/people?q=代表", headers=held)
    (entry,) = [entry for entry in site.accounts.noted("R1") if entry["what"] == f"list {HOME}/people"]
    assert (entry["row_count"], entry["filter"]) == (len(answer.json()["items"]), "q=代表")


def test_nothing_is_shown_when_it_cannot_be_entered(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    site = app.state.site
    reader = signed_in(site, "R1")
    held = {"authorization": f"Bearer {a_token(site, 'R1')}"}
    monkeypatch.setattr("storage.access_files.os.fsync", _no_room)
    assert "访问记录写不下来" in reader.get("/cases?group=all", 503)
    assert "访问记录写不下来" in reader.get("/case/assigned", 503)
    with TestClient(app, base_url=ADDRESS) as http:
        answer = http.get(f"{HOME}/people", headers=held)
    assert (answer.status_code, "items" in answer.json()) == (503, False)


def _no_room(_file: int) -> None:
    raise OSError(28, "No space left on device")


def test_the_auditor_sees_filter_and_rows(app: FastAPI) -> None:
    site = app.state.site
    signed_in(site, "R1").get("/cases?group=all&q=路灯")
    page = signed_in(site, "X1").get("/access?account=R1")
    assert "group=all&amp;q=路灯" in page
    assert RIGHTS
