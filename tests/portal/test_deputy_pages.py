"""A deputy's work: write, invite co-signers, answer, see the six elements, evaluate, urge; an assistant's beside it."""

import re
from datetime import date, timedelta
from typing import Any

import pytest

from portal.visitor.site import Site
from states.reasons import Refused
from storage import Register
from tests.builders import FIRST, a_draft, act, an_action, rows, take, walk
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

LATER = FIRST + timedelta(days=20)


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("people", rows([{"id": "P1", "name": "助理甲", "role": "proxy", "region": "321300"}]))
    return Site(desk, Standing(on=LATER))


def six(page: str) -> list[str]:
    """The cells of the first line of 承办六要素."""
    table = page.partition('<table class="six">')[2].partition("</table>")[0]
    line = table.partition("<tbody>")[2].partition("</tr>")[0]
    return [page_text(cell) for cell in re.findall(r"<td>(.*?)</td>", line, re.DOTALL)]


@pytest.mark.both
def test_a_suggestion_is_written_co_signed_and_submitted(site: Site) -> None:
    lead, friend, other = (signed_in(site, name) for name in ("D1", "D2", "D3"))
    text: Any = {"title": "关于修路的建议", "facts": "路面破损", "proposal": "整修", "points": 1, "secrecy": "NONE"}
    lead.submit("/write", "/write", rulebook="suqian", **text)
    case = lead.path.removeprefix("/case/")
    lead.act(case, "invite_cosign", cosigners="代表2、D3")
    assert "待办 1 件" in page_text(friend.get("/cases?group=todo"))
    assert "确认联名" in friend.get(f"/case/{case}")
    friend.act(case, "confirm_cosign")
    assert "已办：谢绝联名" in page_text(other.act(case, "decline_cosign"))
    assert "待办 0 件" in page_text(friend.get("/cases?group=todo"))
    assert "代表2（联名）" in page_text(lead.get(f"/case/{case}"))
    lead.act(case, "submit", session="6-5")
    assert site.register.dossier(case).case.state == "SUBMITTED"


def test_the_six_elements_stand_at_a_glance(site: Site) -> None:
    walk(site.register, "C1", until="research")
    content, unit, person, limit, progress, result = six(signed_in(site, "D1").get("/case/C1"))
    assert (content, unit, person, result) == ("全部", "第1局（独办）", "承办人1", "–")
    assert re.match(r"2025-06-\d\d 还有 \d+ 天", limit)
    assert progress.startswith("已调研 2025-03-")
    walk(site.register, "C2", until="deliver_reply")
    cells = six(signed_in(site, "D1").get("/case/C2"))
    assert re.match(r"2025-03-\d\d 答复，按时", cells[3])
    assert cells[5] == "已经解决或者采纳"


def test_a_deputy_confirms_or_denies_what_a_unit_says_it_did(site: Site) -> None:
    register, deputy = site.register, signed_in(site, "D1")
    walk(register, "C1", "C2", until="accept")
    for name in ("C1", "C2"):
        act(register, LATER, name, "communicate", "handler", kind="phone")
    assert "代表还没有确认" in page_text(deputy.get("/case/C1"))
    deputy.act("C1", "confirm_communication", "C1/a1", communication="C1/k1")
    deputy.act("C2", "deny_communication", "C2/a1", communication="C2/k1", note="没有接到电话")
    assert "代表已确认" in page_text(deputy.get("/case/C1"))
    assert "代表否认" in page_text(signed_in(site, "W1").get("/case/C2"))


def test_a_deputy_answers_the_consultation_beside_the_draft(site: Site) -> None:
    walk(site.register, "C1", until="send_draft_to_deputy", reply="路面已经整修")
    deputy = signed_in(site, "D1")
    assert "待办 1 件" in page_text(deputy.get("/cases?group=todo"))
    page = deputy.get("/act/C1?do=object_consult&on=C1/a1")
    assert "路面已经整修" in page_text(page)
    assert "请写理由" in page_text(deputy.act("C1", "object_consult", "C1/a1", 409, reason=""))
    deputy.act("C1", "object_consult", "C1/a1", reason="还有一段没有修")
    assert "还有一段没有修" in page_text(signed_in(site, "W1").get("/case/C1"))


def test_a_deputy_evaluates_in_the_portal_attitude_and_result_apart(site: Site) -> None:
    walk(site.register, "C1", until="send_forms")
    deputy, unit = signed_in(site, "D1"), signed_in(site, "W1")
    judged: Any = {"attitude": "SATISFIED", "result": "DISSATISFIED"}
    page = deputy.act("C1", "evaluate", status=409, reason="", **judged)
    assert "不满意的，请写具体理由" in page_text(page)
    assert re.search(r'name="result" value="DISSATISFIED" required checked', page)
    deputy.act("C1", "evaluate", reason="没有解决", **judged)
    assert "办理态度：满意，办理结果：不满意" in page_text(deputy.get("/case/C1"))
    assert "没有解决" not in unit.get("/case/C1")
    (kept,) = site.register.dossier("C1").evaluations.values()
    assert (kept.channel, kept.attitude, kept.result) == ("portal", "SATISFIED", "DISSATISFIED")


def test_a_deputy_urges_once_in_three_days(site: Site) -> None:
    walk(site.register, "C1", until="receipt")
    deputy = signed_in(site, "D1")
    deputy.act("C1", "urge", note="请抓紧")
    assert "起可以再催" in page_text(deputy.get("/case/C1"))
    deputy.act("C1", "urge", status=409)
    site.clock = Standing(on=LATER + timedelta(days=3))
    deputy.act("C1", "urge")


def test_an_assistant_acts_for_a_deputy_who_gave_a_mandate_and_the_record_says_so(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1"), a_draft("C2", by="D2"))
    assistant = signed_in(site, "P1")
    assistant.get("/case/C1", 404)
    site.accounts.mandate("P1", "D1", FIRST, None, "R1", site.real_now())
    assistant.get("/case/C2", 404)
    assistant.act("C1", "submit", session="6-5")
    assert "代表履职助理 助理甲（替代表1代表办）" in page_text(signed_in(site, "D1").get("/case/C1"))
    text: Any = {"title": "关于路灯的建议", "facts": "不亮", "proposal": "修", "points": 1, "secrecy": "NONE"}
    assistant.submit("/write", "/write", rulebook="suqian", on_behalf_of="D1", **text)
    case = assistant.path.removeprefix("/case/")
    assert site.register.dossier(case).case.lead == "D1"
    page = assistant.submit("/write", "/write", 422, rulebook="suqian", on_behalf_of="D2", **text)
    assert "不亮" in page


@pytest.mark.both
def test_a_mandate_holds_within_the_deputy_s_term_alone(site: Site) -> None:
    take(site.register, FIRST, a_draft("C1"))
    site.accounts.mandate("P1", "D1", FIRST, None, "R1", site.real_now())
    assistant, today = signed_in(site, "P1"), site.today()

    deputy = {"id": "D1", "name": "代表1", "role": "deputy", "region": "321300"}

    def within(**term: date) -> Refused | None:
        """The refusal of the assistant's submission after the deputy's term got this first or last day."""
        days = {"term_from": "", "term_to": ""} | {column: str(day) for column, day in term.items()}
        site.register.import_directory("people", rows([deputy | days]))
        submission = an_action("C1", "submit", "proxy", "P1", on_behalf_of="D1")
        return site.register.apply([submission], site.now())[0].refused

    day = timedelta(days=1)
    for outside in ({"term_to": today - day}, {"term_from": today + day}):
        assert getattr(within(**outside), "code", "") == "no_mandate"
        assistant.get("/case/C1", 404)
    assert within(term_from=today, term_to=today) is None
    assistant.get("/case/C1")


def test_an_assistant_never_evaluates(site: Site) -> None:
    walk(site.register, "C1", until="send_forms")
    site.accounts.mandate("P1", "D1", FIRST, None, "R1", site.real_now())
    assistant = signed_in(site, "P1")
    assert "do=evaluate" not in assistant.get("/case/C1")
    assistant.get("/act/C1?do=evaluate&on=", 409)
    said_for = an_action("C1", "evaluate", "proxy", "P1", attitude="SATISFIED", result="SATISFIED", on_behalf_of="D1")
    (outcome,) = site.register.apply([said_for], site.now())
    assert not outcome.done


def test_a_state_secret_is_not_written_here(site: Site) -> None:
    deputy = signed_in(site, "D1")
    assert "国家秘密" in page_text(deputy.get("/write"))
    text: Any = {"title": "关于某事", "facts": "甲", "proposal": "乙", "points": 1, "secrecy": "STATE_SECRET"}
    page = deputy.submit("/write", "/write", 422, rulebook="suqian", **text)
    assert "不在可选之列" in page_text(page)
    assert "甲" in page
    assert deputy.get("/cases?group=all").count("关于某事") == 0
