"""Programs that come in over the API: one for each role, over a city with cases at several stages."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx import Response

from portal.visitor.site import Site
from states.vocabulary import TokenScope
from storage import Register
from storage.region_rules import RegionRule
from tests.builders import (
    CITY,
    DISSATISFIED,
    ELSEWHERE,
    FIRST,
    SOLE,
    a_directory,
    a_draft,
    an_action,
    noon,
    rows,
    take,
    walk,
)
from tests.built import built_once
from tests.portal.web import ADDRESS, an_account

HOME = "/api/v1"
PROTECTED = "P-SECRET"
"""The id of the deputy behind the identity-protected case C6."""

MORE_UNITS = (
    {"id": "K1", "name": "社会建设委员会", "region": CITY, "kind": "committee"},
    {"id": "U9", "name": "第9局", "region": ELSEWHERE, "kind": "government"},
)
MORE_PEOPLE = (
    {"id": "P1", "name": "助理", "role": "proxy", "region": CITY},
    {"id": "S1", "name": "科长1", "role": "section_head", "unit": "U1"},
    {"id": "L1", "name": "副局长1", "role": "unit_leader", "unit": "U1"},
    {"id": "M1", "name": "委员", "role": "committee", "unit": "K1"},
    {"id": "B1", "name": "副主任", "role": "leader", "region": CITY},
    {"id": "V1", "name": "副市长", "role": "gov_leader", "region": CITY},
    {"id": "A1", "name": "巡检员", "role": "auditor", "region": CITY},
    {"id": PROTECTED, "name": "不愿具名", "role": "deputy", "region": CITY},
    {"id": "R9", "name": "外地登记员", "role": "registrar", "region": ELSEWHERE},
    {"id": "D9", "name": "外地代表", "role": "deputy", "region": ELSEWHERE},
    {"id": "W9", "name": "外地承办人", "role": "handler", "unit": "U9"},
)

DUTIES = ("system", "security", "audit")
ROLES = {
    "deputy": "D1", "proxy": "P1", "registrar": "R1", "dispatcher": "G1", "handler": "W1", "section_head": "S1",
    "unit_leader": "L1", "unit_head": "H1", "committee": "M1", "leader": "B1", "gov_leader": "V1", "auditor": "A1",
    "other_deputy": "D2", "other_handler": "W2", "elsewhere": "R9",
} | {duty: duty for duty in DUTIES}  # fmt: skip
"""Who comes in: one account of every role and duty, and three whom most of it is no business of."""


@built_once
def _with_cases(register: Register) -> None:
    """The directory with every role, and cases: C1 draft, C2 assigned to U1, C3 being evaluated, C4 satisfied,
    C5 dissatisfied and not yet decided, C6 identity-protected and assigned to U1, Q1 an opinion."""
    a_directory(register)
    register.import_directory("units", rows(MORE_UNITS))
    register.import_directory("people", rows(MORE_PEOPLE))
    register.set_region_rule(RegionRule(CITY, "suggestion", FIRST, "suqian", "R1", "办公会议"), noon(FIRST))
    site = Site(register)
    site.accounts.mandate("P1", "D1", FIRST - timedelta(days=400), None, "R1", site.real_now())
    take(register, FIRST, a_draft("C1"))
    walk(register, "C2", until="assign", every=0)
    walk(register, "C3", "C5", until="send_forms", every=0)
    walk(register, "C4", every=0)
    take(register, FIRST, an_action("C5", "evaluate", "deputy", **DISSATISFIED))
    protected = [
        a_draft("C6", by=PROTECTED, secrecy="IDENTITY_PROTECTED"),
        an_action("C6", "submit", "deputy", PROTECTED),
        an_action("C6", "open_review", "registrar"),
        an_action("C6", "register", "registrar", subject_class="社会建设", committee="社会建设委员会"),
        an_action("C6", "propose_units", "registrar", units=SOLE),
        an_action("C6", "assign", "registrar"),
    ]
    take(register, FIRST, *protected)
    opinion = {"title": "路灯不亮", "rulebook": "message-board", "region": CITY}
    take(register, FIRST, an_action("Q1", "record", "clerk", **opinion))
    for name in ROLES.values():
        an_account(site, name, name if name in DUTIES else "")


def a_city(register: Register) -> Site:
    """The portal over it."""
    return Site(_with_cases(register))


class Program:
    """Somebody's program; `held` is its token. Answers other than `status` fail the test."""

    def __init__(self, http: TestClient, held: str) -> None:
        self.http = http
        self.held = held

    def send(self, method: str, path: str, status: int = 200, **more: Any) -> Response:
        headers = {"authorization": f"Bearer {self.held}"} | more.pop("headers", {})
        answer: Response = self.http.request(method, HOME + path, headers=headers, **more)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text[:600])
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
            assert answer.json()["status"] == status
        return answer

    def get(self, path: str, status: int = 200, **more: Any) -> Any:
        return self.send("GET", path, status, **more).json()

    def act(self, case: str, action: str, key: str, status: int = 200, **data: Any) -> Any:
        return self.send(
            "POST", f"/cases/{case}/actions", status, json={"action": action, "data": data},
            headers={"idempotency-key": key},
        ).json()  # fmt: skip


def a_token(site: Site, account: str, scopes: tuple[str, ...] = TokenScope.values()) -> str:
    return site.tokens.make(account, "test", scopes, site.real_now(), timedelta(days=1))[0]


def programs(app: FastAPI, accounts: Iterable[str] = ()) -> dict[str, Program]:
    """A program for each account, by default of every role, over one application."""
    http = TestClient(app, base_url=ADDRESS, raise_server_exceptions=True)
    return {name: Program(http, a_token(app.state.site, name)) for name in accounts or ROLES.values()}
