"""Who may see what, cell by cell, and what the judged unit learns of an evaluation: nothing before its time."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from httpx import Response
from python_calamine import CalamineWorkbook

from flows.automatic_papers import make_papers
from flows.channels import load_channels
from flows.deliver import deliver
from flows.engine import Clock
from portal.rehearsal.one_life import books
from portal.visitor.case_view import Viewing
from portal.visitor.rights import RIGHTS, Reach, rights_page
from portal.visitor.site import Site
from portal.web.case_pages import why_refused
from rulebooks import ZONE
from states.roles import Role
from states.vocabulary import Duty
from storage import Register, open_engine
from storage.messages import list_messages
from storage.powers import OVERSEEING
from tests.builders import DISSATISFIED, FIRST, LIBRARY, SATISFIED, a_draft, act, an_action, take, walk
from tests.databases import Databases
from tests.portal.city import PEOPLE, a_city, a_whole_directory, judged
from tests.portal.web import Browser, page_text, signed_in

CASES = (
    "draft", "submitted", "registered", "assigned", "co", "returned", "evaluating", "protected", "county", "elsewhere",
    "opinion",
)  # fmt: skip

SEEN = """
#    draft submitted registered assigned co returned evaluating protected county elsewhere opinion
D1   x     x         x          x        x  x        x          x         x      x         .
D2   .     .         .          .        .  .        .          .         .      .         .
A1   x     x         x          x        x  x        x          x         x      x         .
A2   .     .         .          .        .  .        .          .         .      .         .
R1   .     x         x          x        x  x        x          x         x      .         x
R2   .     .         .          .        .  .        .          .         x      .         .
R3   .     .         .          .        .  .        .          .         .      x         .
G1   .     .         x          x        x  x        x          x         .      .         x
W1   .     .         .          x        x  .        x          x         .      .         .
W2   .     .         .          .        x  x        .          .         .      .         .
S1   .     .         .          x        x  .        x          x         .      .         .
V1   .     .         .          x        x  .        x          x         .      .         .
H1   .     .         .          x        x  .        x          x         .      .         .
C1   .     .         x          x        x  x        x          x         .      .         .
C2   .     .         .          .        .  .        .          .         .      .         .
L1   .     .         x          x        x  x        x          x         .      .         x
M1   .     .         .          x        x  x        x          x         .      .         x
X1   .     x         x          x        x  x        x          x         x      .         x
K1   .     .         .          .        .  .        .          .         .      .         x
"""
"""A line each person of tests/portal/city.py, a column each case. The county's case is only submitted."""

NAMES_SEEN = frozenset({"D1", "A1", "R1"})
"""Who learns that D1 is behind the protected suggestion."""


def cells() -> Iterator[tuple[str, str, bool]]:
    lines = [line.split() for line in SEEN.strip().splitlines()]
    for who, *marks in lines[1:]:
        for case, mark in zip(CASES, marks, strict=True):
            yield who, case, mark == "x"


@pytest.fixture
def whole(register: Register) -> Site:
    return of_the_city(register)


@pytest.fixture
def alone(sqlite: Databases) -> Iterator[Register]:
    """A register on one database only: what pages make of its rows is the same on both."""
    engine = open_engine(sqlite.fresh())
    yield Register(engine, LIBRARY)
    engine.dispose()


@pytest.fixture
def city(alone: Register) -> Site:
    return of_the_city(alone)


def of_the_city(register: Register) -> Site:
    a_city(register)
    site = a_site(register, FIRST + timedelta(days=60))
    site.accounts.mandate("A1", "D1", date(2025, 1, 1), None, "R1", site.real_now())
    return site


def a_site(register: Register, on: date) -> Site:
    """A portal on whose clock it is eleven o'clock of that day."""
    return Site(register, Clock.starting_at(datetime.combine(on, time(11), ZONE)))


def test_a_draft_is_seen_during_a_talk_by_who_may_answer_and_by_nobody_else(whole: Site) -> None:
    take(whole.register, FIRST, a_draft("talk"))
    act(whole.register, FIRST, "talk", "request_consult", "deputy", unit="U1")
    seen = set()
    for who in PEOPLE:
        browser = signed_in(whole, who)
        page = browser.http.get("/case/talk")
        opened = page.status_code == 200
        assert "propose_supervision" not in page.text, "nobody handed it in"
        assert ('href="/case/talk"' in browser.http.get("/cases?group=all").text) == opened
        seen |= {who} if opened else set()
    assert seen == {"D1", "A1", "R1", "G1", "W1", "S1", "V1", "H1"}


def test_every_person_sees_the_cases_of_the_table_and_no_other(whole: Site) -> None:
    wrong = []
    browsers = {who: signed_in(whole, who) for who in PEOPLE}
    lists = {who: browser.http.get("/cases?group=all").text for who, browser in browsers.items()}
    for who, case, seen in cells():
        status = browsers[who].http.get(f"/case/{case}").status_code
        listed = f'href="/case/{case}"' in lists[who]
        if (status, listed) != ((200, True) if seen else (404, False)):
            wrong.append((who, case, status, listed))
    assert wrong == []
    assert {who for who, *_ in cells()} == set(PEOPLE)


def test_what_is_not_seen_and_what_is_not_there_are_refused_in_the_same_words(city: Site) -> None:
    browser = signed_in(city, "W2")
    unseen = browser.get("/case/assigned", 404)
    assert page_text(unseen) == page_text(browser.get("/case/no-such-case", 404))
    browser.get("/act/assigned?do=receipt&on=assigned/a1", 404)
    csrf = browser.get("/inbox").partition('name="csrf" value="')[2].partition('"')[0]
    browser.post("/act/assigned?do=receipt&on=assigned/a1", {"csrf": csrf}, 404)
    assert city.register.dossier("assigned").assignments["assigned/a1"].state == "PENDING_RECEIPT"


def test_who_is_behind_a_protected_suggestion_is_seen_by_those_who_need_it(city: Site) -> None:
    for who, case, seen in cells():
        if case == "protected" and seen:
            browser = signed_in(city, who)
            for path in ("/case/protected", "/cases?group=all&q=protected"):
                shown = "代表1" in browser.get(path)
                assert shown == (who in NAMES_SEEN), (who, path)


def test_every_role_of_somebody_with_an_account_has_its_line() -> None:
    """A role without a line sees nothing, which nobody would notice; `system` is also the id of a duty."""
    assert set(Role) - RIGHTS.keys() == {Role.CITIZEN}


def test_who_sees_more_than_their_own_is_named_by_the_audit_when_they_newly_do() -> None:
    wide = {role for role, right in RIGHTS.items() if right.reach in (Reach.REGION, Reach.COMMITTEE)}
    assert wide == OVERSEEING


def test_every_role_opens_its_pages_and_no_other(city: Site) -> None:
    """The table's pages over every role and duty; nobody at all is sent to sign in."""
    pages = frozenset().union(*(right.pages for right in RIGHTS.values()))
    visitors = {who: role.value for who, role in PEOPLE.items()} | {duty: duty for duty in Duty.values()}
    wrong = []
    for who, role in visitors.items():
        browser = signed_in(city, who, duty=who if who in Duty.values() else "")
        csrf = browser.http.get("/").text.partition('name="csrf" value="')[2].partition('"')[0]
        for name in pages:
            refused = opened(browser, name, csrf).status_code == 403
            if refused == (name in RIGHTS[role].pages):
                wrong.append((who, name))
    assert wrong == []
    assert set(visitors.values()) == set(RIGHTS)
    stranger = Browser(city)
    for name in pages:
        assert opened(stranger, name, "").url.path == "/sign-in", name


def opened(browser: Browser, name: str, csrf: str) -> Response:
    """The page of that name; 403 where the visitor has no right to it, and no other failure."""
    if name == "calendar-import":  # a form on the page 日历, of which it is asked whether it is taken
        answer: Response = browser.http.post("/calendar/preview", data={"csrf": csrf})
    else:
        answer = browser.http.get(f"/{name}")
        assert answer.status_code in (200, 403), (name, answer.status_code)
    return answer


def test_the_page_about_rights_is_the_table(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "rights.md"
    assert page.read_text(encoding="utf-8") == rights_page()


# -- evaluations -----------------------------------------------------------------------------------------

MARKED = "楼道灯修了三天又坏了"
SCORES = {"participation": 61, "timeliness": 62, "completeness": 63, "effect": 64}
JUDGED_SIDE = ("W1", "S1", "V1", "H1", "G1", "M1")


API = "/api/v1"
ASKED = (
    "/cases?group=all", "/cases?group=doing", "/cases?group=late", "/cases?group=done", "/cases?group=supervised",
    "/cases?group=all&state=EVALUATING", "/cases?group=all&state=REHANDLE_REVIEW", "/limits/late", "/proposals",
    "/findings", "/inbox", "/me", "/people", "/status", "/supervisions", "/promises", "/inspections", "/conversions",
)  # fmt: skip
"""What a program asks of the API, besides each case, its offers and its events."""

ONE_AFTER_ANOTHER = re.compile(r"[?&](?:of|year|on)=")
"""Links from a week or year to the next, without end: the first of them is enough."""

NOT_OF_CASES = ("/static", "/sign-out", "/rules/", "/calendar", "/sessions")

NEW_EACH_TIME = re.compile(r'name="(?:csrf|key)" value="[^"]*"|"csrf": *"[^"]*"')


def everything(site: Site, who: str) -> dict[str, str]:
    """All that this person reaches by links from the menu and the lists, and over the API of all that is linked.

    Without what is new at each request.
    """
    browser = signed_in(site, who)
    pages: dict[str, str] = {}
    waiting = ["/", "/cases?group=all", "/cases?group=todo", "/wall", "/week", "/week.xlsx", "/inbox"]
    waiting += [API + path for path in ASKED]
    while waiting:
        path = waiting.pop()
        if path in pages:
            continue
        answer = browser.http.get(path)
        if "spreadsheet" in answer.headers["content-type"]:
            sheets = CalamineWorkbook.from_filelike(BytesIO(answer.content))
            pages[path] = str([sheets.get_sheet_by_name(name).to_python() for name in sheets.sheet_names])
            continue
        text = NEW_EACH_TIME.sub("", answer.text)
        pages[path] = f"{answer.status_code} {answer.headers.get('etag', '')} {text}"
        if "text/html" in answer.headers["content-type"]:
            links = [link.replace("&amp;", "&") for link in re.findall(r'(?:href|action)="(/[^"#]*)"', answer.text)]
            waiting += [
                link
                for link in links
                if not link.startswith(NOT_OF_CASES)
                and not (ONE_AFTER_ANOTHER.search(link) and ONE_AFTER_ANOTHER.search(path))
            ]
            cases = [link for link in links if link.startswith("/case/") and "?" not in link]
            waiting += [
                f"{API}/cases/{link.removeprefix('/case/')}{of}" for link in cases for of in ("", "/offers", "/events")
            ]
    return pages


@pytest.mark.slow
@pytest.mark.parametrize("rulebook", ["suqian", "chongqing", "shanghai", "qingdao", "cppcc", "national"])
def test_the_judged_side_sees_the_same_whether_the_deputy_was_dissatisfied_or_silent(
    alone: Register, rulebook: str
) -> None:
    """Before the decision nothing differs: no page, no list, no count, no notice, no button, no refusal."""
    a_whole_directory(alone)
    walk(alone, "C1", until="send_forms", rulebook=rulebook)
    on = FIRST + timedelta(days=30)
    make_papers(alone, datetime.combine(on, time(2), ZONE))  # looking at a paper would number it
    site = a_site(alone, on)
    silent = {who: everything(site, who) for who in JUDGED_SIDE}
    assert all({"/case/C1", f"{API}/cases/C1/events"} <= set(silent[who]) for who in JUDGED_SIDE)
    judged(alone, "C1", MARKED)
    assert alone.dossier("C1").case.state == "REHANDLE_REVIEW"
    for who in JUDGED_SIDE:
        assert everything(site, who) == silent[who], who


@pytest.mark.slow
def test_a_score_and_a_late_correction_are_hidden_from_the_judged_side_until_the_decision(alone: Register) -> None:
    """A deputy who was pressed to tick corrects himself after the reply side was closed: nobody judged may notice."""
    a_whole_directory(alone)
    after = walk(alone, "C1", until="send_forms")
    site = a_site(alone, FIRST + timedelta(days=60))
    make_papers(alone, site.now())
    open_ = {who: everything(site, who) for who in JUDGED_SIDE}
    act(alone, after, "C1", "assess", "committee", "C1", **SCORES)
    for who in JUDGED_SIDE:
        assert everything(site, who) == open_[who], who
    act(alone, after, "C1", "evaluate", "deputy", **SATISFIED)
    make_papers(alone, site.now())
    closed = {who: everything(site, who) for who in JUDGED_SIDE}
    act(alone, after, "C1", "correct_evaluation", "deputy", **{**DISSATISFIED, "reason": MARKED})
    for who in JUDGED_SIDE:
        assert everything(site, who) == closed[who], who
    for who in ("R1", "L1", "D1"):
        assert MARKED in signed_in(site, who).get("/case/C1"), who
    act(alone, after, "C1", "order_rehandle", "registrar")
    assert MARKED in signed_in(site, "H1").get("/case/C1")


def test_the_committee_scores_without_knowing_what_the_deputy_said(alone: Register) -> None:
    a_whole_directory(alone)
    after = walk(alone, "C1", until="send_forms")
    site = a_site(alone, FIRST + timedelta(days=60))
    make_papers(alone, site.now())
    before = everything(site, "C1")
    judged(alone, "C1", MARKED)
    assert everything(site, "C1") == before
    act(alone, after, "C1", "assess", "committee", "C1", **SCORES)
    assert MARKED in signed_in(site, "C1").get("/case/C1")


def test_the_judged_unit_sees_the_form_when_its_rulebook_says_so(alone: Register) -> None:
    """At once where the form comes back to it, else after the decision, which some texts take with the judgement."""
    a_whole_directory(alone)
    for name in books(LIBRARY):
        walk(alone, name, until="send_forms", rulebook=name)
        after = judged(alone, name, f"{MARKED}{name}")
    site = a_site(alone, after)
    office, handler, head = (signed_in(site, who) for who in ("R1", "W1", "H1"))
    seen = set()
    for name in books(LIBRARY):
        rules = LIBRARY.get(name)
        returns = rules.evaluation is not None and rules.evaluation.unit_sees == "on_return"
        decided = rules.rehandle is not None and rules.rehandle.decided_by == "auto"
        assert f"{MARKED}{name}" in office.get(f"/case/{name}")
        for unit in (handler, head):
            assert (f"{MARKED}{name}" in unit.get(f"/case/{name}")) == (returns or decided), name
        if returns or decided:
            seen.add(name)
    assert seen == {"beijing", "henan", "zhejiang", "shandong"}


def test_the_reason_of_a_dissatisfied_deputy_is_shown_after_the_decision(register: Register) -> None:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms")
    after = judged(register, "C1", MARKED)
    site = a_site(register, after)
    assert MARKED in signed_in(site, "R1").get("/case/C1")
    assert MARKED in signed_in(site, "D1").get("/case/C1")
    assert MARKED not in signed_in(site, "H1").get("/case/C1")
    act(register, after, "C1", "order_rehandle", "registrar", reason="确未解决")
    assert MARKED in signed_in(site, "H1").get("/case/C1")


def test_no_message_to_the_judged_side_tells_of_an_evaluation(register: Register) -> None:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms")
    after = judged(register, "C1", MARKED)
    register.sweep(datetime.combine(after, time(0, 5), ZONE))
    deliver(register, datetime.combine(after, time(9), ZONE).astimezone(UTC), load_channels(), "test")
    messages = list_messages(register)
    assert messages
    ours = {f"person:{who}" for who in JUDGED_SIDE} | {"unit:U1"}
    for message in messages:
        if message["recipient"] in ours:
            for word in (MARKED, "不满意", "评价", "重办"):
                assert word not in message["subject"] + message["body"], message


def test_a_refusal_tells_the_judged_side_no_state_before_its_time(register: Register) -> None:
    a_whole_directory(register)
    walk(register, "C1", until="send_forms")
    site = a_site(register, judged(register, "C1", MARKED))
    (outcome,) = register.apply([an_action("C1", "assign", "registrar")], site.now())
    assert "REHANDLE_REVIEW" in outcome.reason
    visitors = {}
    for who in ("W1", "R1"):
        token = signed_in(site, who).http.cookies["duban"]
        visitors[who] = site.accounts.visitor(token, site.real_now(), site.today())
    dossier = register.dossier("C1")
    reasons = {
        who: why_refused(Viewing.of(site, visitor, dossier), outcome) for who, visitor in visitors.items() if visitor
    }
    assert "重办研判" in reasons["R1"]
    assert "重办" not in reasons["W1"]
