"""What the API gives to whom, how it refuses, and that nothing is done twice."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import md5, sha1, sha256
from itertools import count
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from portal.api import cases
from portal.api.acting import role_for
from portal.api.grouping import CommitGroup, WaitingAction
from portal.server.app import create_app
from portal.visitor.rights import RIGHTS
from portal.visitor.site import Site, Throttle
from states import Action
from storage import Register, open_engine
from storage.accesses import access
from storage.accounts import Visitor
from storage.confirming import confirm_changes, waiting_changes
from storage.errors import AccountRefused
from storage.order import case_of_key
from storage.statements import transaction
from tests.builders import CITY, FIRST, LIBRARY, a_draft, an_action, noon, rows, take
from tests.databases import Databases, SQLiteFiles
from tests.portal.api import DUTIES, HOME, PROTECTED, ROLES, Program, a_city, a_token, programs
from tests.portal.web import ADDRESS, Browser, page_text, signed_in


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: str) -> str:
    """A database with the city, to copy."""
    url = SQLiteFiles(tmp_path_factory.mktemp("city"), sqlite_template).fresh()
    engine = open_engine(url)
    a_city(Register(engine, LIBRARY))
    engine.dispose()
    return url


@pytest.fixture
def app(sqlite: Databases, city: str) -> Iterator[FastAPI]:
    """The portal over a copy of the city."""
    engine = open_engine(sqlite.copy(city))
    yield create_app(Site(Register(engine, LIBRARY)))
    engine.dispose()


@pytest.fixture
def on_both(register: Register) -> FastAPI:
    """The portal over the city, on SQLite and on PostgreSQL."""
    return create_app(a_city(register))


def only(app: FastAPI, account: str) -> Program:
    return programs(app, [account])[account]


def page_of(*pages: str) -> frozenset[str]:
    """The roles that have one of these pages."""
    return frozenset(role for role in ROLES if RIGHTS[AS_IN_TABLE.get(role, role)].pages & set(pages))


AS_IN_TABLE = {"other_deputy": "deputy", "other_handler": "handler", "elsewhere": "registrar"}
EVERYBODY = frozenset(ROLES)
UNIT_1 = frozenset({"handler", "section_head", "unit_leader", "unit_head"})
OFFICE = frozenset({"registrar", "dispatcher", "leader", "auditor"})
SEEN_BY = {
    "C1": {"deputy", "proxy"},
    "C2": {"deputy", "proxy", *UNIT_1, *OFFICE, "committee", "gov_leader"},
    "C5": {"deputy", "proxy", *UNIT_1, *OFFICE, "committee", "gov_leader"},
    "C6": {*UNIT_1, *OFFICE, "committee", "gov_leader"},
    "Q1": {*OFFICE, "gov_leader"},
    "nothing": set(),
}
"""Which roles see which case, written out by hand against docs/rights.md."""

LISTS = {
    "/me": EVERYBODY, "/tokens": EVERYBODY, "/cases": page_of("cases"), "/limits/late": page_of("wall"),
    "/proposals": page_of("wall"), "/findings": page_of("findings"), "/inbox": page_of("inbox"),
    "/units": page_of("cases", "directory"), "/people": page_of("cases", "directory"), "/rulebooks": page_of("rules"),
    "/rulebooks/suqian": page_of("rules"), "/calendar?year=2026": page_of("rules"), "/status": page_of("status"),
    "/tokens?every=true": page_of("accounts"), "/supervisions": page_of("supervisions"), "/figures": page_of("figures"),
    "/promises": page_of("promises"), "/inspections": page_of("inspections"),
    "/conversions?year=2026": page_of("conversions"),
}  # fmt: skip


@pytest.mark.slow
def test_every_role_gets_from_every_route_what_the_table_of_rights_says(on_both: FastAPI) -> None:
    everybody = dict(zip(ROLES, programs(on_both).values(), strict=True))
    for role, program in everybody.items():
        for path, allowed in LISTS.items():
            program.send("GET", path, 200 if role in allowed else 403)
        for case, seers in SEEN_BY.items():
            for path in (f"/cases/{case}", f"/cases/{case}/offers", f"/cases/{case}/events"):
                program.send("GET", path, 200 if role in seers else 404)
            program.act(case, "no_such_action", f"{role}-{case}", 409 if role in seers else 404)
        writes = role in page_of("write")
        draft = {"kind": "suggestion", "title": "x", "facts": "y", "proposal": "z", "rulebook": "no-such"}
        headers = {"idempotency-key": "k"}
        program.send("POST", "/cases", 409 if writes else 403, json=draft, headers=headers)
        program.send("POST", "/tokens", 403, json={"name": "x", "scopes": ["read"]})
        program.send("DELETE", "/tokens/0", 403)
        program.send("POST", "/inbox/read", 200 if role in page_of("inbox") else 403)
        batch = {"actions": [{"case": case, "action": "no_such_action", "key": "b"} for case in SEEN_BY]}
        answers = program.send("POST", "/actions", json=batch).json()["items"]
        statuses = {case: answer["problem"]["status"] for case, answer in zip(SEEN_BY, answers, strict=True)}
        assert statuses == {case: 409 if role in seers else 404 for case, seers in SEEN_BY.items()}


def test_every_route_of_the_description_is_in_the_table(app: FastAPI) -> None:
    described = {
        path.partition("{")[0].rstrip("/")
        for path in TestClient(app).get(f"{HOME}/openapi.json").json()["paths"]
    }
    tried = {path.partition("?")[0] for path in LISTS} | {
        "/cases",
        "/tokens",
        "/inbox/read",
        "/actions",
        "/rulebooks",
    }
    assert described - tried == {"/events"}  # tests/portal/test_api_stream.py


def test_a_list_holds_what_each_may_see_and_no_more(app: FastAPI) -> None:
    everybody = programs(app)
    for role, account in ROLES.items():
        if role in page_of("cases"):
            lines = everybody[account].get("/cases?group=all&limit=200")["items"]
            assert {line["id"] for line in lines} & SEEN_BY.keys() == {
                case for case, seers in SEEN_BY.items() if role in seers
            }, role


def test_pages_of_a_list_follow_each_other_without_gap_or_repetition(on_both: FastAPI) -> None:
    program = only(on_both, "R1")
    whole = [line["id"] for line in program.get("/cases?group=all&limit=200")["items"]]
    read, after = [], ""
    while after is not None:
        answer = program.get("/cases", params={"group": "all", "limit": 2, "cursor": after})
        read += [line["id"] for line in answer["items"]]
        after = answer["next"]
    assert read == whole
    assert len(whole) == 6
    program.get("/cases?cursor=nonsense", 422)
    assert [line["id"] for line in program.get("/cases?q=C2&group=all")["items"]] == ["C2"]
    program.get("/cases?state=NOWHERE", 422)


# -- getting in ------------------------------------------------------------------------------------------------


def test_without_a_token_that_works_nobody_comes_in(on_both: FastAPI) -> None:
    site = on_both.state.site
    http = TestClient(on_both, base_url=ADDRESS)
    for headers in ({}, {"authorization": "Bearer wrong"}, {"authorization": "Basic x"}):
        answer = http.get(f"{HOME}/me", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["www-authenticate"].startswith("Bearer")
    held, made = site.tokens.make("W1", "x", ["read"], site.real_now(), timedelta(days=1))
    assert site.tokens.visitor(held, site.real_now() + timedelta(hours=23), FIRST)
    assert site.tokens.visitor(held, site.real_now() + timedelta(days=1), FIRST) is None
    Program(http, held).get("/me")
    assert site.tokens.revoke(made.id, site.real_now(), "W1")
    Program(http, held).get("/me", 401)
    assert not site.tokens.revoke(made.id, site.real_now(), "W1")


def test_an_address_that_no_route_can_match_is_refused_as_a_problem(app: FastAPI) -> None:
    """A line break ends what a mounted path takes, so such an address falls to the pages."""
    with TestClient(app, base_url=ADDRESS) as http:
        answer = http.delete(f"{HOME}/tokens/o%0Ak")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_closed_account_and_a_confirmed_change_of_unit_bite_at_once(app: FastAPI) -> None:
    site, program = app.state.site, only(app, "W1")
    program.get("/cases/C2")
    site.register.import_directory(
        "people", rows([{"id": "W1", "name": "承办人1", "role": "handler", "unit": "U2"}])
    )
    program.get("/cases/C2")
    (batch,) = waiting_changes(site.register)
    confirm_changes(site.register, batch.id, "security", site.real_now())
    program.get("/me", 401)
    program = only(app, "W1")
    program.get("/cases/C2", 404)
    assert program.get("/me")["unit"] == "U2"
    site.accounts.disable("W1", site.real_now())
    program.get("/me", 401)
    site.accounts.enable("W1", site.real_now())
    program.get("/me", 401)


def test_a_token_does_only_what_its_scopes_say(app: FastAPI) -> None:
    site, http = app.state.site, TestClient(app, base_url=ADDRESS)
    reads, acts = (Program(http, a_token(site, "W1", (scope,))) for scope in ("read", "act"))
    reads.get("/cases/C2")
    reads.get("/units", 403)
    reads.act("C2", "receipt", "k", 403)
    acts.send("GET", "/cases/C2", 403)
    assert 'scope="act"' in reads.send("POST", "/inbox/read", 403).headers["www-authenticate"]
    acts.act("C2", "receipt", "k")


def test_tokens_that_cannot_be(app: FastAPI) -> None:
    tokens, now = app.state.site.tokens, app.state.site.real_now()
    for name, scopes, days, why in (
        ("x", ["king"], 1, "has scopes"), ("x", [], 1, "has scopes"), ("", ["read"], 1, "has a name"),
        ("a\u202eb", ["read"], 1, "has a name"), ("a\nb", ["read"], 1, "has a name"),
        ("x", ["read"], 0, "1 to 366"), ("x", ["read"], 400, "1 to 366"),
    ):  # fmt: skip
        with pytest.raises(AccountRefused, match=why):
            tokens.make("W1", name, scopes, now, timedelta(days=days))


def test_a_token_that_cannot_be_is_refused_in_whole_words(app: FastAPI) -> None:
    http = signed_in(app.state.site, "W1").http
    csrf = http.get(f"{HOME}/me").json()["csrf"]
    wish = {"name": " ", "scopes": ["read"]}
    answer = http.post(f"{HOME}/tokens", json=wish, headers={"x-csrf-token": csrf})
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (409, "token_unnamed")
    assert problem["detail"].startswith("令牌要有名称")


def test_a_session_reads_and_acts_only_with_its_csrf_token(app: FastAPI) -> None:
    browser = signed_in(app.state.site, "W1")
    http = browser.http
    csrf = http.get(f"{HOME}/me").json()["csrf"]
    said_to = {"url": f"{HOME}/cases/C2/actions", "json": {"action": "receipt"}}
    key = {"idempotency-key": "k"}
    assert http.post(**said_to, headers=key).status_code == 403
    assert http.post(**said_to, headers=key | {"x-csrf-token": "guessed"}).status_code == 403
    right = key | {"x-csrf-token": csrf}
    assert http.post(**said_to, headers=right | {"origin": "http://evil.test"}).status_code == 403
    assert http.post(**said_to, headers=right).status_code == 200
    wrong = {"authorization": "Bearer wrong"}
    assert http.get(f"{HOME}/me", headers=wrong).status_code == 401  # a cookie does not make it good
    made = http.post(f"{HOME}/tokens", json={"name": "x", "scopes": ["read"]}, headers={"x-csrf-token": csrf})
    assert made.status_code == 201
    Program(TestClient(app, base_url=ADDRESS), made.json()["token"]).get("/cases/C2")


@pytest.mark.parametrize(
    ("owed_by", "owner"),
    [("registrar:321300", "代表工委"), ("dispatcher:321300", "政府办公室"), ("unit:U1", "第1局"), ("unit:U0", "U0")],
)
def test_who_owes_a_late_duty_is_told_by_name(app: FastAPI, owed_by: str, owner: str) -> None:
    with transaction(app.state.site.register.engine) as cursor:
        cursor.run("UPDATE deadlines SET owed_by = ?, last_day = '2024-01-02' WHERE met_on IS NULL", [owed_by])
    items = only(app, "R1").get("/limits/late")["items"]
    assert {(item["owed_by"], item["owner"]) for item in items} == {(owed_by, owner)}


def test_whoever_guesses_tokens_is_slowed_down(app: FastAPI) -> None:
    app.state.site.throttles["token"] = Throttle(2, 60)
    http = TestClient(app, base_url=ADDRESS)
    wrong = {"authorization": "Bearer wrong"}
    assert [http.get(f"{HOME}/me", headers=wrong).status_code for _ in range(3)] == [401, 401, 429]


def test_a_person_makes_and_revokes_tokens_on_a_page_and_security_anybodys(app: FastAPI) -> None:
    site = app.state.site
    browser = signed_in(site, "W1")
    shown = browser.submit("/tokens", "/tokens", name="局办公系统", scope=["read", "act"], days="90")
    held = shown.partition('value="duban_')[2].partition('"')[0]
    program = Program(TestClient(app, base_url=ADDRESS), f"duban_{held}")
    assert program.get("/me")["scopes"] == ["act", "read"]
    assert held not in browser.get("/tokens")
    browser.submit("/tokens", "/tokens", 422, name="", scope="read", days="90")
    browser.submit("/tokens", "/tokens", 422, name="x", days="90")
    (token,) = site.tokens.listed("W1")
    browser.submit("/tokens", "/tokens", 409, name="长" * 65, scope="read", days="90")
    other = signed_in(site, "D1")
    csrf = other.get("/tokens").partition('name="csrf" value="')[2].partition('"')[0]
    other.post("/tokens/revoke", {"csrf": csrf, "id": token.id}, 404)
    program.get("/me")
    security = signed_in(site, "security")
    assert "局办公系统" in page_text(security.get("/tokens"))
    security.submit("/tokens/revoke", "/tokens")
    program.get("/me", 401)
    assert "已收回" in page_text(browser.get("/tokens"))


# -- acting ----------------------------------------------------------------------------------------------------


def test_an_action_is_done_once_however_often_it_is_sent(app: FastAPI) -> None:
    program = only(app, "W1")
    first = program.act("C2", "receipt", "a-1")
    again = program.act("C2", "receipt", "a-1")
    assert (first["repeated"], again["repeated"]) == (False, True)
    program.act("C2", "accept", "a-1", 409)
    program.send("POST", "/cases/C2/actions", 422, json={"action": "accept"})
    names = [event["event"] for event in program.get("/cases/C2/events")]
    assert names.count("assignment.receipted") == 1


def test_a_key_is_the_accounts_own(app: FastAPI) -> None:
    everybody = programs(app, ["W1", "H1"])
    everybody["W1"].act("C2", "receipt", "k")
    assert everybody["H1"].act("C2", "receipt", "k", 409)["allowed"]


def test_a_refusal_says_the_reason_of_the_rules_and_what_would_be_possible(app: FastAPI) -> None:
    program = only(app, "W1")
    program.act("C2", "receipt", "1")
    program.act("C2", "accept", "2")
    problem = program.act("C2", "start_handling", "3", 409)
    assert "G1" in problem["reason"]
    assert "沟通" in problem["detail"]
    assert "communicate" in problem["allowed"]
    assert "sign" not in problem["allowed"]
    offered = {offer["action"]: offer["refused"] for offer in program.get("/cases/C2/offers")}
    assert offered["communicate"] is None
    assert set(problem["allowed"]) == {action for action, refused in offered.items() if refused is None}


def test_a_refusal_has_a_name_and_is_told_in_the_language_asked_for(app: FastAPI) -> None:
    program = only(app, "W1")
    program.act("C2", "receipt", "1")
    program.act("C2", "accept", "2")

    def refused(language: str) -> dict[str, Any]:
        headers = {"idempotency-key": "3", "accept-language": language}
        body = {"action": "start_handling"}
        answer = program.send("POST", "/cases/C2/actions", 409, json=body, headers=headers)
        problem: dict[str, Any] = answer.json()
        return problem

    chinese, english = refused("zh-CN,zh;q=0.9,en;q=0.8"), refused("en-GB,en;q=0.9,zh;q=0.1")
    assert chinese["code"] == english["code"] == "no_contact"
    assert chinese["reason"] == english["reason"] == english["detail"]
    assert chinese["detail"].startswith("先沟通后办理：")
    assert refused("fr")["detail"] == refused("")["detail"] == chinese["detail"]
    offered = {offer["action"]: offer for offer in program.get("/cases/C2/offers")}["start_handling"]
    assert (offered["code"], offered["refused"]) == (chinese["code"], chinese["reason"])
    assert offered["detail"] == chinese["detail"]


@pytest.mark.parametrize(
    ("path", "status", "code", "words", "english"),
    [
        ("/cases?state=X", 422, "no_such_state", "没有这个状态：X", "there is no state X"),
        ("/cases?cursor=x", 422, "no_such_place", "cursor 不对", "cursor is wrong"),
        ("/cases/C1", 404, "not_found", "没有这一件", "there is no such case"),
        ("/figures", 403, "no_such_page", "您的身份没有这个页面", "this page is not for your role"),
        ("/rulebooks/x", 404, "no_such_rulebook", "没有规则集；有 ", "there is no such rulebook; there are "),
        ("/nowhere", 404, "no_such_address", "没有这个地址", "there is no such address"),
        ("/cases?limit=x", 422, "invalid", "请求的内容不对", "the content of the request is wrong"),
    ],
)
def test_what_the_api_refuses_by_itself_has_a_name_too(
    app: FastAPI, path: str, status: int, code: str, words: str, english: str
) -> None:
    program = only(app, "W1")
    for language, beginning in (("zh-CN", words), ("en", english)):
        problem = program.send("GET", path, status, headers={"accept-language": language}).json()
        assert (problem["code"], problem["detail"].startswith(beginning)) == (code, True), problem
        assert problem["reason"].startswith(english)


def test_a_head_of_a_unit_takes_the_handlers_steps_and_signs_himself(app: FastAPI) -> None:
    program = only(app, "H1")
    program.act("C2", "receipt", "1")
    assert program.get("/cases/C2/events")[-1]["who"] == "单位主要负责人 局长1"
    visitor = Visitor("H1", "", "", "H1", "局长1", "unit_head", "U1", "第1局", CITY)
    assert [role_for(visitor, name) for name in ("sign", "confirm_communication", "rubbish")] == [
        "unit_head"
    ] * 3


def test_an_assistant_acts_for_the_deputy_who_gave_the_mandate(app: FastAPI) -> None:
    program = only(app, "P1")
    program.act("C1", "submit", "1")
    draft = {"kind": "suggestion", "title": "修桥", "facts": "断了", "proposal": "修", "rulebook": "suqian"}
    made = program.send(
        "POST", "/cases", 201, json=draft | {"on_behalf_of": "D1"}, headers={"idempotency-key": "d1"}
    )
    assert only(app, "D1").get(made.headers["location"].removeprefix(HOME))["deputies"] == ["代表1（领衔）"]
    program.send(
        "POST", "/cases", 409, json=draft | {"on_behalf_of": "D2"}, headers={"idempotency-key": "d2"}
    )


def test_a_draft_sent_twice_is_one_suggestion(app: FastAPI) -> None:
    program = only(app, "D1")
    draft = {"kind": "suggestion", "title": "修桥", "facts": "断了", "proposal": "修", "rulebook": "suqian"}
    made = [
        program.send("POST", "/cases", 201, json=draft, headers={"idempotency-key": "d1"}).json()
        for _ in range(2)
    ]
    assert made[0]["case"] == made[1]["case"]
    assert made[1]["repeated"]


def test_the_id_of_a_new_case_does_not_tell_whose_account_and_key_opened_it(app: FastAPI) -> None:
    program = only(app, "D1")
    draft = {"kind": "suggestion", "title": "修桥", "facts": "断了", "proposal": "修", "rulebook": "suqian"}
    made = program.send("POST", "/cases", 201, json=draft, headers={"idempotency-key": "d1"}).json()["case"]
    (first,) = [row for row in app.state.site.register.events(made) if row["seq"] == 1]
    assert first["key"] == "api/D1/d1"
    key = first["key"].encode()
    assert not any(made[1:] in digest(key).hexdigest() for digest in (sha256, sha1, md5))


def test_a_draft_sent_twice_at_once_is_one_suggestion(app: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second looked for the first before that was written."""
    program, looks = only(app, "D1"), count()
    draft = {"kind": "suggestion", "title": "修桥", "facts": "断了", "proposal": "修", "rulebook": "suqian"}
    first = program.send("POST", "/cases", 201, json=draft, headers={"idempotency-key": "d1"}).json()
    monkeypatch.setattr(cases, "case_of_key", lambda *arguments: "" if next(looks) == 0 else case_of_key(*arguments))
    second = program.send("POST", "/cases", 201, json=draft, headers={"idempotency-key": "d1"}).json()
    assert (second["case"], second["repeated"]) == (first["case"], True)


def test_an_opinion_is_recorded_by_those_who_have_the_page(app: FastAPI) -> None:
    everybody = programs(app, ["R1", "W1"])
    opinion = {"kind": "opinion", "title": "井盖坏了", "body": "三个月没有人修"}
    headers = {"idempotency-key": "o1"}
    made = everybody["R1"].send("POST", "/cases", 201, json=opinion, headers=headers).json()
    assert everybody["R1"].get(f"/cases/{made['case']}")["machine"] == "opinion"
    everybody["W1"].send("POST", "/cases", 403, json=opinion, headers=headers)


def test_what_was_read_before_a_change_is_not_acted_upon(on_both: FastAPI) -> None:
    program = only(on_both, "W1")
    etag = program.send("GET", "/cases/C2").headers["etag"]
    assert (
        program.http.get(
            f"{HOME}/cases/C2", headers={"authorization": f"Bearer {program.held}", "if-none-match": etag}
        ).status_code
        == 304
    )

    def send(key: str, action: str, status: int, **headers: str) -> None:
        program.send(
            "POST",
            "/cases/C2/actions",
            status,
            json={"action": action},
            headers={"idempotency-key": key, **headers},
        )

    send("1", "receipt", 200, **{"if-match": etag})
    send("1", "receipt", 200, **{"if-match": etag})  # the same once more is answered as before
    send("2", "accept", 412, **{"if-match": etag})
    send("2", "accept", 200, **{"if-match": program.send("GET", "/cases/C2").headers["etag"]})


@pytest.mark.both
def test_the_register_refuses_what_changed_between_looking_and_writing(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1"))
    action = an_action("C1", "submit", "deputy", key="k")
    (stale,) = desk.apply([action], noon(FIRST), {"k": 0})
    assert (stale.done, stale.stale) == (False, True)
    (done,) = desk.apply([action], noon(FIRST), {"k": 1})
    assert done.done
    (again,) = desk.apply([action], noon(FIRST), {"k": 1})
    assert again.repeated


def test_a_batch_answers_each_by_itself(on_both: FastAPI) -> None:
    program = only(on_both, "W1")
    parts = [
        ("C2", "receipt", "1"),
        ("C2", "start_handling", "2"),
        ("C1", "submit", "3"),
        ("C6", "receipt", "4"),
    ]
    said_to = {"actions": [{"case": case, "action": action, "key": key} for case, action, key in parts]}
    items = program.send("POST", "/actions", json=said_to).json()["items"]
    assert [item["done"] and item["done"]["action"] for item in items] == ["receipt", None, None, "receipt"]
    assert [item["problem"] and item["problem"]["status"] for item in items] == [None, 409, 404, None]


def test_a_batch_acts_on_nothing_that_changed_since_it_was_read(on_both: FastAPI) -> None:
    """Each action has its ETag; what the batch itself did before makes none of it stale."""
    program = only(on_both, "W1")
    etags = {case: program.send("GET", f"/cases/{case}").headers["etag"] for case in ("C2", "C6")}

    def send(*parts: tuple[str, str, str, str | None]) -> list[int | None]:
        actions = [
            {"case": case, "action": action, "key": key} | ({} if etag is None else {"if_match": etag})
            for case, action, key, etag in parts
        ]
        items = program.send("POST", "/actions", json={"actions": actions}).json()["items"]
        return [item["problem"] and item["problem"]["status"] for item in items]

    old = etags["C2"]
    assert send(("C2", "receipt", "1", '"0"'), ("C6", "receipt", "2", None)) == [412, None]
    assert send(("C6", "accept", "3", etags["C6"]), ("C1", "submit", "4", old)) == [412, 404]
    assert send(("C2", "receipt", "5", old), ("C2", "accept", "6", old.strip('"'))) == [None, None]
    assert send(("C2", "receipt", "5", old), ("C2", "start_handling", "7", old)) == [None, 412]
    assert send(("C2", "receipt", "5", "*")) == [None]


def test_a_batch_tries_again_what_a_hidden_fact_stopped(on_both: FastAPI, monkeypatch: pytest.MonkeyPatch) -> None:
    """Something happens between look and writing that leaves what the author was shown as it was."""
    program, site = only(on_both, "W1"), on_both.state.site
    etag = program.send("GET", "/cases/C2").headers["etag"]
    apply, tried = site.register.apply, []

    def late(actions: Any, at: Any, seen: Any = None, **more: Any) -> Any:
        tried.append(seen)
        if len(tried) == 1:
            seen = {key: count - 1 for key, count in seen.items()}
        return apply(actions, at, seen, **more)

    monkeypatch.setattr(site.register, "apply", late)
    batch = [{"case": "C2", "action": "receipt", "key": "1", "if_match": etag},
             {"case": "C6", "action": "receipt", "key": "2"}]  # fmt: skip
    items = program.send("POST", "/actions", json={"actions": batch}).json()["items"]
    assert [item["problem"] for item in items] == [None, None]
    assert len(tried) == 2


def test_actions_that_arrive_together_are_each_answered_as_if_alone(on_both: FastAPI) -> None:
    site = on_both.state.site
    grouping = CommitGroup(site)

    def send(number: int) -> Any:
        case = f"N{number}"
        data = {"title": "x", "facts": "y", "proposal": "z", "rulebook": "suqian", "region": CITY}
        deputy = "D1" if number % 3 else "nobody"
        action = Action(case, "draft", deputy, "deputy", data, key=f"n{number}")
        return grouping.apply(action, access(site.real_now(), deputy, "deputy", "draft", case))

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(send, range(60)))
    assert [outcome.done for outcome in outcomes] == [bool(number % 3) for number in range(60)]
    assert all(outcome.action.case == f"N{number}" for number, outcome in enumerate(outcomes))
    assert len([entry for entry in site.accounts.noted(limit=1000) if entry["what"] == "draft"]) == 60


def test_one_action_that_breaks_a_group_breaks_nobody_elses(app: FastAPI) -> None:
    site = app.state.site

    class Breaking(CommitGroup):
        def _apply(self, group: Any) -> Any:
            if any(outcome.action.case == "BAD" for outcome in group):
                raise RuntimeError("broken")
            return super()._apply(group)

    grouping = Breaking(site)
    good = an_action("C1", "submit", "deputy")
    bad = Action("BAD", "draft", "D1", "deputy")
    entries = [access(site.real_now(), "D1", "deputy", "submit", "C1") for _ in range(2)]
    group = [WaitingAction(bad, entries[0]), WaitingAction(good, entries[1])]
    grouping._take(group)
    assert isinstance(group[0].error, RuntimeError)
    assert group[1].outcome is not None
    assert group[1].outcome.done


def test_bodies_that_are_not_json_or_too_big_are_refused_as_problems(app: FastAPI) -> None:
    program = only(app, "W1")
    key = {"idempotency-key": "k"}
    send = {"method": "POST", "path": "/cases/C2/actions"}
    program.send(**send, status=415, content="action=receipt", headers=key)
    program.send(**send, status=422, content="{", headers=key | {"content-type": "application/json"})
    program.send(**send, status=422, json={"action": "receipt", "by": "H1"}, headers=key)
    program.send(
        **send, status=413, content="x" * ((12 << 20) + 1), headers=key | {"content-type": "application/json"}
    )
    program.send("PUT", "/cases/C2", 405)
    program.send("GET", "/nowhere", 404)


# -- what nobody may learn ---------------------------------------------------------------------------------------


JUDGED_SIDE = ("W1", "S1", "L1", "H1", "G1", "V1")


def test_the_judged_side_cannot_tell_a_dissatisfied_deputy_from_a_silent_one(app: FastAPI) -> None:
    everybody = programs(app, JUDGED_SIDE)
    for account, program in everybody.items():
        answers = {}
        for case in ("C3", "C5"):
            file = program.get(f"/cases/{case}")
            events = [
                {key: value for key, value in event.items() if key != "id"}
                for event in program.get(f"/cases/{case}/events")
            ]
            offered = program.get(f"/cases/{case}/offers")
            refused = [
                program.act(case, action, f"{case}-{action}", 409)
                for action in ("order_rehandle", "evaluate", "decide_mediation", "sign", "rubbish")
            ]
            answers[case] = str([file, events, offered, refused]).replace(case, "CASE")
        numbers = {case: program.get(f"/cases/{case}")["number"] for case in answers}
        same = {text.replace(numbers[case], "NUMBER") for case, text in answers.items()}
        assert len(same) == 1, account
        for state, expected in (("EVALUATING", {"C3", "C5"}), ("REHANDLE_REVIEW", set())):
            lines = program.get(f"/cases?group=all&state={state}")["items"]
            assert {line["id"] for line in lines} == expected
        assert "feedback" not in str(program.get("/limits/late"))


def test_an_etag_of_the_judged_side_does_not_change_when_a_deputy_judges(app: FastAPI) -> None:
    everybody = programs(app, ["W1", "R1"])
    before = {name: caller.send("GET", "/cases/C3").headers["etag"] for name, caller in everybody.items()}
    take(app.state.site.register, FIRST, an_action("C3", "evaluate", "deputy", attitude="SATISFIED",
         result="DISSATISFIED", reason="没有解决"))  # fmt: skip
    after = {name: caller.send("GET", "/cases/C3").headers["etag"] for name, caller in everybody.items()}
    assert before["W1"] == after["W1"]
    assert before["R1"] != after["R1"]


def test_who_is_behind_a_protected_suggestion_is_told_to_those_who_must_know(app: FastAPI) -> None:
    everybody = programs(app, ["W1", "G1", "B1", "M1", "V1", "A1", "R1"])
    for account, program in everybody.items():
        texts = [program.send("GET", path).text for path in
                ("/cases/C6", "/cases/C6/events", "/cases/C6/offers", "/cases?group=all", "/limits/late")]  # fmt: skip
        texts.append(str(program.act("C6", "withdraw", "w", 409)))
        is_named = "不愿具名" in "".join(texts) or PROTECTED in "".join(texts)
        assert is_named == (account == "R1"), account


def test_what_is_looked_at_and_done_stands_in_the_access_log(app: FastAPI) -> None:
    program = only(app, "W1")
    program.get("/cases/C2")
    program.act("C2", "receipt", "k")
    program.act("C1", "submit", "k2", 404)
    noted = app.state.site.accounts.noted("W1")
    assert {(entry["what"], entry["case_id"], entry["refused"]) for entry in noted} == {
        ("case", "C2", False), ("receipt", "C2", False), ("submit", "C1", True)
    }  # fmt: skip


def test_people_are_listed_as_far_as_the_role_reaches(app: FastAPI) -> None:
    everybody = programs(app, ["R1", "W1", "D1", "R9", "B1"])
    listed = {
        name: {person["id"] for person in program.get("/people?limit=200")["items"]}
        for name, program in everybody.items()
    }
    assert {"D1", "W1", "R1"} <= listed["R1"]
    assert "D9" not in listed["R1"]
    assert listed["W1"] == {"W1", "H1", "S1", "L1"}
    assert {"D1", "D4"} <= listed["D1"]
    assert "W1" not in listed["D1"]
    assert listed["R9"] == {"R9", "D9", "W9"}
    everybody["B1"].get("/people")


def test_the_page_of_the_api_reaches_no_other_host(app: FastAPI) -> None:
    browser = Browser(app.state.site)
    page = browser.get(f"{HOME}/docs")
    assert browser.last is not None
    assert "script-src 'self';" in browser.last.headers["content-security-policy"]
    assert "http" not in page.replace("http-equiv", "")
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css"):
        assert f'{HOME}/assets/{asset}"' in page
        browser.get(f"{HOME}/assets/{asset}")
    browser.get("/static/api.js")
    browser.get("/sign-in")
    assert "unsafe-inline" not in browser.last.headers["content-security-policy"]


def test_three_administrators_see_no_case(app: FastAPI) -> None:
    for program in programs(app, DUTIES).values():
        program.get("/cases", 403)
        program.get("/cases/C2", 404)
