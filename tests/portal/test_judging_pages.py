"""What was judged, on the pages: inspections with photographs, both evaluations, slots, promises, conversions."""

import json
import re
from base64 import b64encode
from datetime import date, timedelta
from hashlib import sha256
from io import BytesIO
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient
from httpx import Response
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from portal.cli import app
from portal.server.app import create_app
from portal.visitor.forms import questions_of
from portal.visitor.offers import offers
from portal.visitor.quotas import quota_of
from portal.visitor.sight import Sight
from portal.visitor.site import Site
from rulebooks import Rulebook
from states.cases import Case
from states.vocabulary import KeyLevel
from storage import Register
from storage.accounts import Visitor
from storage.across_cases import key_items
from tests.builders import DISSATISFIED, FIRST, SATISFIED, act, walk
from tests.portal.api import a_token
from tests.portal.city import a_whole_directory
from tests.portal.test_rights import SCORES, a_site, alone
from tests.portal.web import ADDRESS, HIDDEN, Browser, an_account, page_text, signed_in

__all__ = ["alone"]

PHOTO = b"\xff\xd8\xff\xe0" + b"a photograph" * 40
PAPER = b"%PDF-1.7 a paper"
PROMISE: dict[str, Any] = {
    "class": "PLANNED_DATED", "commitments": [{"text": "整修路面", "due_on": "2025-11-30"}],
}  # fmt: skip
LISTS = {"supervisions": "归口督办", "promises": "整修路面", "inspections": "工地", "conversions": "立法计划"}
"""What each list is called over the API and as a command, and what it shows here."""
FOUND = {"verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "没有动工", "location": "幸福小区3号楼"}


class OneRulebook(Site):
    """A portal whose cases all run under one rulebook."""

    only: Rulebook

    def rulebook(self, case: Case) -> Rulebook:
        return self.only


@pytest.fixture
def site(alone: Register) -> Site:
    a_whole_directory(alone)
    return a_site(alone, FIRST + timedelta(days=60))


def answered(site: Site, **reply: Any) -> date:
    """A suggestion whose deputy is satisfied with what the reply says."""
    return walk(site.register, "C1", until="evaluate", **reply)


def inspect(browser: Browser, status: int = 200, photos: list[tuple[str, bytes]] | None = None, **more: str) -> str:
    """By the form, with photographs, as a browser sends them."""
    path = "/act/C1?do=inspect&on="
    form = browser.get(path)
    first = re.search(r'<option value="(assignment:[^"]+)"', form)
    assert first
    hidden = dict(HIDDEN.findall(form.partition('action="/act/C1')[2]))
    files = [("evidence", (name, content, "image/jpeg")) for name, content in photos or [("", b"")]]
    return browser.post(path, {**hidden, "inspected": first[1], **FOUND, **more}, status, files=files)


# -- inspections -------------------------------------------------------------------------------------------------


def test_a_committee_inspects_with_a_photograph_and_the_case_is_reopened(site: Site) -> None:
    answered(site)
    committee = signed_in(site, "C1")
    page = inspect(committee, photos=[("楼道 3.jpg", PHOTO), ("记录.pdf", PAPER)], participants="代表1、代表2")
    dossier = site.register.dossier("C1")
    (row,) = dossier.inspections.values()
    assert (row.verdict, row.claimed, row.found) == ("NOT_MATCHING", "RESOLVED", "DEFERRED")
    assert row.participants == ["代表1", "代表2"]
    assert row.evidence == [
        {"sha256": sha256(content).hexdigest(), "name": name, "place": FOUND["location"], "on": "2025-05-11"}
        for name, content in (("楼道 3.jpg", PHOTO), ("记录.pdf", PAPER))
    ]
    assert (dossier.case.state, dossier.case.round) == ("REHANDLING", 2)
    for words in ("查验记录", "不符", "申报：已经解决或者采纳 → 查实：暂缓", "没有动工", "幸福小区3号楼"):
        assert words in page_text(page), words
    unit = page_text(signed_in(site, "H1").get("/case/C1"))
    assert "不符" in unit
    assert "没有动工" in unit


def test_a_photograph_is_shown_to_whoever_sees_the_case_and_to_nobody_else(site: Site) -> None:
    answered(site)
    inspect(signed_in(site, "C1"), photos=[("楼道 3.jpg", PHOTO)])
    path = f"/case/C1/file/{sha256(PHOTO).hexdigest()}"
    for who in ("C1", "H1", "D1", "R1", "X1"):
        browser = signed_in(site, who)
        assert path in browser.get("/case/C1"), who
        answer = browser.http.get(path)
        assert (answer.status_code, answer.content) == (200, PHOTO), who
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].startswith("default-src 'none'; img-src 'self'; style-src")
        assert answer.headers["content-disposition"] == "inline; filename*=UTF-8''%E6%A5%BC%E9%81%93%203.jpg"
        assert answer.headers["cache-control"] == "no-store"
    for who in ("D2", "W2", "C2", "R3"):
        assert signed_in(site, who).http.get(path).status_code == 404, who
    browser = signed_in(site, "C1")
    assert browser.http.get(f"/case/C1/file/{'0' * 64}").status_code == 404
    assert Browser(site).http.get(path).url.path == "/sign-in"


def test_what_is_no_photograph_is_refused_and_what_was_typed_stays(site: Site) -> None:
    answered(site)
    committee = signed_in(site, "C1")
    page = inspect(committee, 422, photos=[("a.jpg", b"<script>alert(1)</script>")])
    assert "不是 JPEG、PNG、PDF" in page_text(page)
    assert "幸福小区3号楼" in page
    assert "没有动工" in page
    page = inspect(committee, 409, found="")
    assert "结论不是相符的，请选查实的分类" in page_text(page)
    assert site.register.dossier("C1").inspections == {}
    assert 'value="NOT_MATCHING" required checked' in page


def test_sent_twice_an_inspection_happens_once(site: Site) -> None:
    answered(site)
    key = "0123456789abcdef" * 2
    committee = signed_in(site, "C1")
    inspect(committee, photos=[("a.jpg", PHOTO)], verdict="MATCHING", found="", key=key)
    inspect(committee, photos=[("a.jpg", PHOTO)], verdict="MATCHING", found="", key=key)
    assert len(site.register.dossier("C1").inspections) == 1


def test_those_who_took_part_are_not_named_where_the_deputies_are_protected(site: Site) -> None:
    answered(site)
    inspect(signed_in(site, "C1"), participants="代表1")
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE cases SET secrecy = 'IDENTITY_PROTECTED' WHERE id = 'C1'")
    for who, named in (("R1", True), ("D1", True), ("C1", False), ("H1", False)):
        page = signed_in(site, who).get("/case/C1")
        assert ("代表1" in page) == named, who
        assert "查验记录" in page


def test_the_tasks_of_inspection_lead_to_their_form(site: Site) -> None:
    after = answered(site, **PROMISE)
    act(site.register, after, "C1", "claim_done", "handler", "W1", commitment="C1/c1")
    _draw(site, "C1/a1")
    committee = signed_in(site, "C1")
    page = committee.get("/inspections")
    links = re.findall(r'href="(/act/C1\?do=inspect[^"]*)"', page)
    assert len(links) == 2
    form = committee.get(links[0].replace("&amp;", "&"))
    assert '<option value="commitment:C1/c1" selected>' in form
    assert 'capture="environment" multiple' in form
    assert 'enctype="multipart/form-data"' in form
    assert "去查验" not in signed_in(site, "X1").get("/inspections")
    inspect(committee, verdict="MATCHING", found="", finding="")
    assert "抽中查验的答复 0 件" in page_text(committee.get("/inspections"))


def _draw(site: Site, part: str) -> None:
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO findings (code, case_id, subject_id, severity, region, why, todo, standing, first_seen, "
            "last_seen, decided_by, reason) VALUES ('INSPECT', 'C1', ?, 'info', '321300', '', '', 'open', "
            "'2025-05-01', '2025-05-01', '', '')",
            (part,),
        )


def test_a_program_sends_the_photograph_with_its_inspection(site: Site) -> None:
    answered(site)
    http = TestClient(create_app(site), base_url=ADDRESS)
    an_account(site, "C1")
    asking = {"authorization": f"Bearer {a_token(site, 'C1')}"}
    proof = {"name": "楼道.jpg", "place": "3号楼", "on": "2025-05-11", "content": b64encode(PHOTO).decode()}
    data: dict[str, Any] = {"verdict": "NOT_MATCHING", "found": "DEFERRED", "finding": "没有动工", "location": "3号楼"}

    def send(key: str, evidence: dict[str, str]) -> Response:
        body: dict[str, Any] = {"action": "inspect", "data": {**data, "evidence": [evidence]}}
        headers = {**asking, "idempotency-key": key}
        answer: Response = http.post("/api/v1/cases/C1/actions", json=body, headers=headers)
        return answer

    for content, words in (("###", "不是 base64"), (b64encode(b"GIF89a").decode(), "不是 JPEG")):
        refused = send("bad", {**proof, "content": content})
        assert (refused.status_code, words in refused.json()["detail"]) == (422, True)
    assert "no file came" in send("none", {"sha256": "0" * 64, "name": "x"}).json()["reason"]
    assert send("one", proof).json()["state"] == "REHANDLING"
    (seen,) = http.get("/api/v1/cases/C1", headers=asking).json()["inspections"]
    assert (seen["claimed"], seen["found"], seen["about"]) == ("已经解决或者采纳", "暂缓", "第1局的答复")
    (file,) = seen["files"]
    kept = http.get(f"/api/v1/cases/C1/files/{file['sha256']}", headers=asking)
    assert (kept.content, kept.headers["content-type"]) == (PHOTO, "image/jpeg")
    an_account(site, "C2")
    stranger = {"authorization": f"Bearer {a_token(site, 'C2')}"}
    assert http.get(f"/api/v1/cases/C1/files/{file['sha256']}", headers=stranger).status_code == 404


# -- evaluations -------------------------------------------------------------------------------------------------


def _scores(**more: int) -> dict[str, Any]:
    return {**SCORES, **more}


def test_both_evaluations_stand_side_by_side_for_those_who_may_see_both(site: Site) -> None:
    after = walk(site.register, "C1", until="send_forms")
    committee = signed_in(site, "C1")
    assert "归口评价" in committee.get("/case/C1")
    form = committee.get("/act/C1?do=assess&on=")
    for words in ("代表参与", "办理及时", "答复全面", "取得实效", 'max="100"'):
        assert words in form, words
    assert "不是分数" in page_text(committee.act("C1", "assess", status=422, **_scores(effect=120)))
    act(site.register, after, "C1", "evaluate", "deputy", **SATISFIED)
    assert "<h2>双评</h2>" not in committee.get("/case/C1"), "the committee judges blind"
    committee.act("C1", "assess", **_scores())
    for who in ("C1", "R1", "L1", "X1"):
        page = page_text(signed_in(site, who).get("/case/C1"))
        assert "代表1：满意（办理态度：满意，办理结果：满意）" in page, who
        assert "代表参与 61、办理及时 62、答复全面 63、取得实效 64 62 一般" in page, who
    assert "<h2>双评</h2>" not in signed_in(site, "D1").get("/case/C1")


def test_a_correction_stands_beside_what_it_corrects(site: Site) -> None:
    after = answered(site)
    assert after
    deputy = signed_in(site, "D1")
    assert "为什么更正" in deputy.get("/act/C1?do=correct_evaluation&on=")
    same = deputy.act("C1", "correct_evaluation", status=409, **SATISFIED, reason="再说一遍")
    assert "和原来的评价一样，不用更正" in page_text(same)
    page = deputy.act("C1", "correct_evaluation", attitude="SATISFIED", result="DISSATISFIED", reason="路又坏了")
    assert "更正 2025-03-30 的“满意”" in page_text(page)
    assert "已更正" in page_text(page)
    assert "更正" not in page_text(signed_in(site, "H1").get("/case/C1"))
    assert "更正 2025-03-30 的“满意”" in page_text(signed_in(site, "R1").get("/case/C1"))


def test_a_deputy_may_correct_whatever_he_said(site: Site) -> None:
    after = walk(site.register, "C1", until="send_forms")
    act(site.register, after, "C1", "evaluate", "deputy", **DISSATISFIED)
    assert "更正评价" in signed_in(site, "D1").get("/case/C1")


# -- supervision and slots ----------------------------------------------------------------------------------------


def test_a_role_is_offered_the_kinds_of_supervision_that_it_may_begin(site: Site) -> None:
    walk(site.register, "C1", until="start_handling")
    kinds = {
        "C1": {"KEY", "FIELD", "INSPECTION", "GROUP", "LADDER"}, "L1": {"KEY", "LEADER", "LADDER"},
        "R1": {"KEY", "FIELD", "NET", "INSPECTION", "GROUP", "LADDER"}, "G1": {"GOVERNMENT"}, "M1": {"GOVERNMENT"},
    }  # fmt: skip
    for who, expected in kinds.items():
        form = signed_in(site, who).get("/act/C1?do=propose_supervision&on=")
        select = form.partition('name="kind"')[2].partition("</select>")[0]
        assert set(re.findall(r'<option value="(\w+)"', select)) == expected, who
        assert ("代表反映集中" in form) == ("KEY" in expected), who
    for who in ("H1", "D1", "X1"):
        signed_in(site, who).get("/act/C1?do=propose_supervision&on=", 409)


def test_the_api_offers_each_row_with_what_is_asked_of_it_in_the_callers_role(site: Site) -> None:
    answered(site, **PROMISE)
    signed_in(site, "R1").act("C1", "propose_supervision", kind="KEY", criterion="代表反映集中")
    by_person = {who: signed_in(site, who).http.get("/api/v1/cases/C1/offers").json() for who in ("L1", "C1")}

    def fields(who: str, action: str) -> dict[str, Any]:
        offer = next(row for row in by_person[who] if row["action"] == action)
        return {field["key"]: field["options"] for field in offer["fields"]}

    kinds = {who: set(fields(who, "propose_supervision")["kind"]) for who in by_person}
    assert kinds["C1"] == {"FIELD", "INSPECTION", "GROUP", "LADDER"}
    assert kinds["L1"] == {"LEADER", "LADDER"}
    assert set(fields("L1", "confirm_supervision")["key_level"]) == {*KeyLevel.values()} - {"NONE"}
    rows = [row["on"] for row in by_person["C1"] if row["action"] == "inspect"]
    assert rows == [{"kind": "assignment", "id": "C1/a1"}, {"kind": "commitment", "id": "C1/c1"}]
    assert "inspected" not in fields("C1", "inspect")


def test_a_key_item_lacks_deputies_until_they_took_part_in_an_inspection(site: Site) -> None:
    walk(site.register, "C1", until="start_handling")
    leader, registrar = signed_in(site, "L1"), signed_in(site, "R1")
    reasons: dict[str, Any] = {"kind": "KEY", "criterion": "代表反映集中", "reason": "三年五次提出"}
    registrar.act("C1", "propose_supervision", **reasons, holder="社会建设委员会")
    assert site.register.dossier("C1").supervisions["C1/s1"].holder == "K1"
    page = leader.act("C1", "confirm_supervision", "C1/s1", key_level="CHAIR")
    assert "重点督办" in page
    assert _slots(page) == {"1": "有记录", "2": "有人承担，还没有记录", "3": "有人承担，还没有记录", "4": "缺",
                            "5": "有人承担，还没有记录"}  # fmt: skip
    listed = page_text(registrar.get("/supervisions/slots?missing=4"))
    assert "1 件，1 件不完整" in listed
    assert "关于修路的建议C1" not in registrar.get("/supervisions/slots?missing=2")
    registrar.get("/supervisions/slots.xlsx?missing=any")
    assert registrar.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(registrar.last.content)).get_sheet_by_index(0).to_python()
    assert (len(sheet), sheet[1][1], sheet[1][-1]) == (2, "关于修路的建议C1", "缺")


def _slots(page: str) -> dict[str, str]:
    table = page.partition("五位一体督办</h2>")[2].partition("</table>")[0]
    return dict(re.findall(r"<tr>\s*<td>(\d).*?<b class=\"standing \w+\">(.*?)</b>", table, re.DOTALL))


def test_a_column_narrows_page_and_workbook_alike(site: Site) -> None:
    after = walk(site.register, "C1", until="start_handling")
    register, registrar = site.register, signed_in(site, "R1")
    act(register, after, "C1", "propose_supervision", "committee", "C1", kind="FIELD")
    act(register, after, "C1", "propose_supervision", "dispatcher", "G1", kind="GOVERNMENT")
    page = registrar.get("/supervisions")
    for name, kinds in (("kind", 2), ("state", 1), ("holder", 2)):
        field = page.partition(f'<select id="{name}"')[2].partition("</select>")[0]
        options = re.findall(r'<option value="([^"]+)"', field)
        counts = [_narrowed(registrar, f"{name}={quote(value)}") for value in options]
        assert (sum(counts), sum(map(bool, counts))) == (2, kinds)


@pytest.mark.parametrize("question", ["kind=BOGUS", "state=s", "waits=x"])
def test_what_no_column_can_narrow_by_is_refused_in_words(site: Site, question: str) -> None:
    registrar = signed_in(site, "R1")
    for path in ("/supervisions", "/supervisions.xlsx"):
        assert "这个列表没有" in page_text(registrar.get(f"{path}?{question}", status=404))


def _narrowed(browser: Browser, question: str) -> int:
    """The rows of page and workbook."""
    rows = len(re.findall("<tr", browser.get(f"/supervisions?{question}").partition("<tbody>")[2]))
    browser.get(f"/supervisions.xlsx?{question}")
    assert browser.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(browser.last.content)).get_sheet_by_index(0).to_python()
    assert len(sheet) - 1 == rows
    return rows


def test_the_list_of_supervisions_says_what_each_waits_for(site: Site) -> None:
    after = walk(site.register, "C1", until="start_handling")
    register, registrar = site.register, signed_in(site, "R1")
    act(register, after, "C1", "propose_supervision", "committee", "C1", kind="FIELD")
    act(register, after, "C1", "propose_supervision", "dispatcher", "G1", kind="GOVERNMENT")
    for waits, words in (("plan", "等方案 2"), ("report", "等报告 0")):
        assert words in page_text(registrar.get(f"/supervisions?waits={waits}"))
    act(register, after, "C1", "plan_supervision", "committee", "C1", supervision="C1/s1", plan="每周一次")
    act(register, after, "C1", "start_supervision", "committee", "C1", supervision="C1/s1")
    assert "归口督办 督办中" in page_text(registrar.get("/supervisions?waits=progress")), "nothing entered for a month"
    note = {"supervision": "C1/s1", "note": "到现场看了"}
    act(register, site.today(), "C1", "note_supervision", "committee", "C1", **note)
    assert "归口督办 督办中" in page_text(registrar.get("/supervisions?waits=report"))
    government = page_text(signed_in(site, "G1").get("/supervisions"))
    assert "督办 1 项" in government
    assert "归口督办" not in government
    assert "督办 0 项" in page_text(signed_in(site, "C2").get("/supervisions"))
    registrar.get("/supervisions.xlsx?kind=FIELD")
    assert registrar.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(registrar.last.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][3:7] == ["归口督办", "", "督办中", "社会建设委员会"]


@pytest.mark.parametrize("judged", ["its level", "its beginning"])
def test_a_supervision_that_tells_how_a_deputy_judged_is_listed_for_those_who_may_know_that(
    site: Site, judged: str
) -> None:
    """Q3 tells it by its level; the committee's task after Q2 by the mark of the event that began it."""
    after = walk(site.register, "C1", until="send_forms")
    level, kind, marked = ("Q3", "KEY", "") if judged == "its level" else ("FIELD", "FIELD", "feedback_by")
    act(site.register, after, "C1", "propose_supervision", "registrar", kind="FIELD")
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE supervisions SET level = ?, kind = ?", (level, kind))
        if marked:
            connection.exec_driver_sql(
                "UPDATE events SET data = json_set(data, '$.key', ?) WHERE subject = 'supervision'", (marked,)
            )
    seen = {"R1": 1, "L1": 1, "X1": 1, "C1": 0, "G1": 0}
    for who, count in seen.items():
        browser = signed_in(site, who)
        assert f"督办 {count} 项" in page_text(browser.get("/supervisions")), who
        browser.get("/supervisions.xlsx")
        assert browser.last is not None
        sheet = CalamineWorkbook.from_filelike(BytesIO(browser.last.content)).get_sheet_by_index(0)
        assert len(sheet.to_python()) == 1 + count, who
        slots = page_text(browser.get("/supervisions/slots?items=all"))
        day = site.register.dossier("C1").supervisions["C1/s1"].proposed_on
        assert (str(day) in slots) == bool(count), who
        assert bool(re.search(rf"<li>\s*{day}\s", browser.get("/case/C1"))) == bool(count), who
    assert not re.search(rf"<li>\s*{day}\s", signed_in(site, "H1").get("/case/C1"))
    act(site.register, after, "C1", "assess", "committee", "C1", **_scores())
    assert "督办 1 项" in page_text(signed_in(site, "C1").get("/supervisions"))
    assert "督办 0 项" in page_text(signed_in(site, "G1").get("/supervisions"))


def test_the_judged_side_sees_what_its_dissatisfied_deputy_began_once_the_office_acted_upon_it(site: Site) -> None:
    """The case's own page: not while the office studies it, then as its rulebook tells units of judgements."""
    walk(site.register, "C0", until="register")
    after = walk(site.register, "C1", until="send_forms")
    act(site.register, after, "C1", "mark_repeat", "registrar", repeat_of="C0")
    judged = {"attitude": "SATISFIED", "result": "DISSATISFIED", "reason": "没有动工"}
    act(site.register, after, "C1", "evaluate", "deputy", **judged)
    (row,) = site.register.dossier("C1").supervisions.values()
    ident = site.register.dossier("C1").case.rulebook_ident
    assert (row.level, site.policy(ident).unit_sees) == ("Q3", "after_decision")

    def listed(who: str) -> bool:
        return "重点督办 代表多次不满意" in page_text(signed_in(site, who).get("/case/C1"))

    assert [listed(who) for who in ("R1", "H1", "W1")] == [True, False, False]
    act(site.register, after, "C1", "order_rehandle", "registrar")
    assert [listed(who) for who in ("R1", "H1", "W1")] == [True, True, True]


def test_a_quota_stands_beside_what_was_determined_this_year(site: Site) -> None:
    walk(site.register, "C1", until="start_handling")
    case = site.register.dossier("C1").case
    book = site.rulebook(case)
    assert quota_of(site, case) == [], "no quota in this rulebook"
    assert book.key is not None
    limited = book.model_copy(update={"key": book.key.model_copy(update={"quotas": {"chair": 8, "全部": 12}})})
    site = OneRulebook(site.register, site.clock)
    site.only = limited
    day, ground = FIRST + timedelta(days=40), "三年五次"
    act(site.register, day, "C1", "propose_supervision", "registrar", kind="KEY", reason=ground)
    page = page_text(signed_in(site, "L1").get("/act/C1?do=confirm_supervision&on=C1/s1"))
    assert "主任会议重点：本年已定 0 件，名额 8 件" in page
    act(site.register, FIRST + timedelta(days=41), "C1", "confirm_supervision", "leader", "L1", supervision="C1/s1")
    assert [(quota.determined, quota.most) for quota in quota_of(site, case)] == [(1, 8), (1, 12)]


def test_a_confirmation_asks_for_the_rank_of_a_key_item_only(site: Site) -> None:
    walk(site.register, "C1", until="start_handling")
    for level in ({"kind": "KEY", "reason": "三年五次"}, {"level": "U4"}):
        act(site.register, FIRST + timedelta(days=40), "C1", "propose_supervision", "registrar", **level)
    dossier = site.register.dossier("C1")
    choices, book = site.choices("321300"), site.rulebook(dossier.case)
    fields = [questions_of("confirm_supervision", dossier, book, choices, row) for row in ("C1/s1", "C1/s2")]
    assert [[event.key for event in row] for row in fields] == [["key_level", "leader"], []]


# -- promises and conversions --------------------------------------------------------------------------------------


def test_the_ledger_of_promises_shows_reschedulings_and_lateness(site: Site) -> None:
    after = answered(site, **PROMISE)
    moved = {"commitment": "C1/c1", "due_on": "2025-05-01", "reason": "招标提前"}
    act(site.register, after, "C1", "reschedule_commitment", "unit_head", "H1", **moved)
    page = page_text(signed_in(site, "D1").get("/case/C1"))
    assert "2025-03-30 由 2025-11-30 改到 2025-05-01：招标提前" in page
    for who, seen in (("R1", True), ("H1", True), ("D1", True), ("W2", False), ("D2", False)):
        listed = page_text(signed_in(site, who).get("/promises?group=late"))
        assert ("整修路面" in listed) == seen, who
        assert ("逾期 10 天" in listed) == seen, who
    unit = signed_in(site, "H1")
    unit.get("/promises.xlsx")
    assert unit.last is not None
    sheet = CalamineWorkbook.from_filelike(BytesIO(unit.last.content)).get_sheet_by_index(0).to_python()
    assert sheet[1][2:7] == ["第1局", "整修路面", date(2025, 3, 28), date(2025, 5, 1), 1.0]
    act(site.register, site.today(), "C1", "claim_done", "handler", "W1", commitment="C1/c1")
    verified = {"commitment": "C1/c1", "inspection": "看过了"}
    act(site.register, site.today(), "C1", "verify_commitment", "registrar", **verified)
    assert "逾期 10 天落实" in page_text(unit.get("/promises?group=kept"))


def test_moving_a_promise_is_offered_to_the_rank_that_signs_and_to_others_with_the_reason(site: Site) -> None:
    answered(site, **PROMISE)
    refusals = {}
    for who in ("H1", "V1", "S1"):
        role = {"H1": "unit_head", "V1": "unit_leader", "S1": "section_head"}[who]
        visitor = Visitor("a", "", "", who, name=who, role=role, unit="U1", unit_name="第1局", region="321300")
        refusals[who] = {offer.action: offer.refused for offer in offers(Sight(site, visitor, "C1"))}
    for action in ("reschedule_commitment", "cancel_commitment"):
        assert refusals["H1"][action] is None, "the day that is not yet given is no reason"
        for who in ("V1", "S1"):
            assert "may not sign; allowed: head" in str(refusals[who][action]), who
    assert "分管领导不能签发；能签发的是：" in page_text(signed_in(site, "V1").get("/case/C1"))


@pytest.mark.both
def test_every_list_is_the_same_on_both_databases(register: Register) -> None:
    a_whole_directory(register)
    site = a_site(register, FIRST + timedelta(days=60))
    after = answered(site, **PROMISE)
    act(register, after, "C1", "claim_done", "handler", "W1", commitment="C1/c1")
    act(register, after, "C1", "propose_supervision", "committee", "C1", kind="FIELD")
    act(register, after, "C1", "inspect", "committee", "C1", verdict="MATCHING", location="工地", participants=["D1"])
    act(register, after, "C1", "record_conversion", "committee", "C1", kind="LAW_PLAN", target="道路条例")
    act(register, after, "C1", "nominate", "committee", "C1", score=90, reason="扎实")
    walk(register, "C2", until="start_handling")
    act(register, after, "C2", "propose_supervision", "registrar", kind="KEY", reason="三年五次")
    act(register, after, "C2", "confirm_supervision", "leader", "L1", supervision="C2/s1")
    by_path = {
        "/supervisions?waits=plan&kind=FIELD": "督办 1 项", "/supervisions/slots": "1 件，1 件不完整",
        "/promises?group=claimed": "整修路面", "/inspections": "最近的查验 1 次", "/conversions": "优秀建议 90",
    }  # fmt: skip
    for who in ("R1", "C1", "X1"):
        for path, words in by_path.items():
            assert words in page_text(signed_in(site, who).get(path)), (who, path)
    assert "督办 0 项" in page_text(signed_in(site, "G1").get("/supervisions"))
    assert key_items(register, "321300", date(2025, 1, 1)) == {"CHAIR": 1}
    assert "参加：代表1" in page_text(signed_in(site, "R1").get("/case/C1"))
    program = signed_in(site, "R1")
    lists = {path: json.loads(program.get(f"/api/v1/{path}")) for path in LISTS}
    assert [(item["id"], item["waits"], item["units"]) for item in lists["supervisions"]["items"]] == [
        ("C2/s1", "plan", ["第1局"]), ("C1/s1", "plan", ["第1局"]),
    ]  # fmt: skip
    (promise,) = lists["promises"]["items"]
    assert (promise["case"], promise["text"], promise["due_on"]) == ("C1", "整修路面", "2025-11-30")
    (seen,) = lists["inspections"]["items"]
    assert (seen["verdict_name"], seen["place"], seen["by_name"]) == ("相符", "工地", "社会委")
    assert [item["target"] for item in lists["conversions"]["items"]] == ["道路条例"]
    assert [(reply["case"], reply["score"]) for reply in lists["conversions"]["excellent"]] == [("C1", 90)]
    url = register.engine.url.render_as_string(hide_password=False)
    for name, words in LISTS.items():
        more = ("--year", "2025") if name == "conversions" else ("--all",) if name != "inspections" else ()
        shown, told_json = (
            CliRunner().invoke(app, [name, *more, *way, "--db", url]) for way in ((), ("--json",))
        )
        assert words in "".join(shown.stdout.split()), shown.output
        ids = [item["id"] for item in json.loads(told_json.stdout)["items"]]
        assert ids == [item["id"] for item in lists[name]["items"]]
    assert "2025-11-30" in CliRunner().invoke(app, ["promises", "--late", "--at", "2025-12-10", "--db", url]).stdout
    assert "：0" in CliRunner().invoke(app, ["promises", "--late", "--at", "2025-11-30", "--db", url]).stdout
    assert "：0" in CliRunner().invoke(app, ["promises", "--unit", "U2", "--db", url]).stdout


def test_a_suggestion_goes_into_the_list_of_what_was_taken_up(site: Site) -> None:
    answered(site)
    committee, leader = signed_in(site, "C1"), signed_in(site, "L1")
    committee.act("C1", "record_conversion", kind="LAW_PLAN", target="2026 年立法计划：道路条例")
    committee.act("C1", "nominate", score="93", reason="调研扎实")
    page = page_text(leader.act("C1", "award"))
    assert "优秀建议" in page
    assert "立法计划：2026 年立法计划：道路条例" in page
    committee.act("C1", "report_conversion", conversion=next(iter(site.register.dossier("C1").conversions)),
                  report="已列入，编号 3")  # fmt: skip
    listed = page_text(signed_in(site, "R1").get("/conversions"))
    for words in ("2025 年吸纳转化 1 项", "立法计划 1", "2025-05-11 有结果", "优秀建议 93"):
        assert words in listed, words
    assert "这一年还没有登记" in page_text(committee.get("/conversions?year=2024"))
    signed_in(site, "H1").get("/conversions", 403)


def test_a_repeat_is_marked_by_the_number_of_the_earlier_suggestion(site: Site) -> None:
    walk(site.register, "C0", "C1", until="register")
    registrar = signed_in(site, "R1")
    earlier = site.register.dossier("C0").case.number
    assert "请写重复的是以前哪一件" in registrar.act("C1", "mark_repeat", "", 409, repeat_of=" ")
    assert "没有编号是“404”的建议" in page_text(registrar.act("C1", "mark_repeat", "", 409, repeat_of="404"))
    page = registrar.act("C1", "mark_repeat", repeat_of=earlier)
    assert f'<a href="/case/C0">{earlier} 关于修路的建议C0</a>' in page


def test_buttons_of_supervision_are_folded_behind_the_usual_way(site: Site) -> None:
    answered(site)
    page = signed_in(site, "R1").get("/case/C1")
    do = page.partition('<section class="do"')[2].partition("</section>")[0]
    usual, _, folded = do.partition('<details class="folded"')
    assert "do=inspect" not in usual
    assert "do=publish" in usual
    for action in ("inspect", "propose_supervision", "record_conversion", "nominate", "mark_repeat"):
        assert f"do={action}&" in folded, action
    assert "do=rate_suggestion" not in do, "no unit scores suggestions under this rulebook"
    assert "do=order_rehandle" not in do, "nobody corrected anything"
