"""The office's work: assign a whole session in one meeting, decide what waits, and see only one's own region."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from portal.visitor.site import Site
from storage import Register
from tests.builders import (
    CITY,
    DISSATISFIED,
    FIRST,
    SOLE,
    a_draft,
    act,
    an_action,
    deadline,
    dump,
    noon,
    rows,
    steps,
    take,
    walk,
)
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

LATER = FIRST + timedelta(days=20)
STREET, DISTRICT = "321302001", "321302"


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk, Standing(on=LATER))


def cells(content: bytes) -> list[list[str]]:
    """The rows of the first sheet of a workbook, as text."""
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def test_the_form_says_what_the_rulebook_says_of_the_act_with_its_basis(site: Site) -> None:
    walk(site.register, "C1", until="open_review")
    walk(site.register, "C2", until="agree_consult")
    office, unit = signed_in(site, "R1"), signed_in(site, "H1")
    registering = page_text(office.get("/act/C1?do=register&on="))
    assert "农业农村 → 农业与农村委员会；" in registering
    assert "（依据：推定：分类取自常州的报告" in registering
    signing = page_text(unit.get("/act/C2?do=sign&on=C2/a1"))
    assert "规则：答复全文公开，依法不公开的除外（依据：推定" in signing
    assert "规则：" not in page_text(office.get("/act/C1?do=decline&on="))


@pytest.mark.both
def test_a_session_is_assigned_in_one_meeting_with_its_date_and_tracks(site: Site) -> None:
    walk(site.register, "C1", "C2", "C3", until="propose_units")
    office = signed_in(site, "R1")
    day = FIRST + timedelta(days=10)
    tracks: Any = {"track-C1": "COMPLEX", "track-C2": "NORMAL"}
    page = office.submit("/meeting", "/meeting", case=["C1", "C2"], on=day.isoformat(), **tracks)
    assert "已交办 2 件" in page_text(page)
    assert "C3" in page
    cases = {name: site.register.dossier(name).case for name in ("C1", "C2", "C3")}
    assert [(case.state, case.track, case.assigned_on) for case in cases.values()] == [
        ("ASSIGNED", "COMPLEX", day), ("ASSIGNED", "NORMAL", day), ("ASSIGNING", "NORMAL", None),
    ]  # fmt: skip
    listed = office.get(f"/meeting/list?on={day}")
    assert "2 件，1 个单位" in page_text(listed)
    assert str(deadline(site.register, "C1", "reply_by").last_day) in listed
    office.get(f"/meeting/list.xlsx?on={day}")
    assert office.last is not None
    assert [row[2] for row in cells(office.last.content)] == ["标题", "关于修路的建议C1", "关于修路的建议C2"]
    assert str(day) in office.get("/meeting")


def test_a_meeting_of_272_is_one_form(site: Site) -> None:
    names = [f"C{number:03}" for number in range(272)]
    walk(site.register, *names, until="propose_units", every=0)
    office = signed_in(site, "R1")
    tracks: Any = {f"track-{name}": "NORMAL" for name in names}
    page = office.submit("/meeting", "/meeting", case=names, on=LATER.isoformat(), **tracks)
    assert "已交办 272 件" in page_text(page)


def test_a_meeting_of_tomorrow_is_refused_and_keeps_what_was_chosen(site: Site) -> None:
    walk(site.register, "C1", "C2", until="propose_units")
    tomorrow = LATER + timedelta(days=1)
    tracks: Any = {"track-C2": "COMPLEX"}
    office = signed_in(site, "R1")
    page = office.submit("/meeting", "/meeting", 422, case=["C2"], on=tomorrow.isoformat(), **tracks)
    assert "还没有到" in page_text(page)
    assert 'value="C1" aria-label' in page
    assert 'value="C2" checked' in page
    assert '<option value="COMPLEX" selected>' in page


@pytest.mark.both
def test_the_desk_shows_returns_and_extensions_with_their_reasons_and_days_left(site: Site) -> None:
    register = site.register
    walk(register, "C1", "C2", until="receipt", on=LATER - timedelta(days=7))
    act(register, LATER, "C1", "request_return", "unit_head", reason="不归我局管", proposed_unit="U2")
    act(register, LATER, "C2", "request_extension", "handler", reason="要实地勘察")
    office = signed_in(site, "R1")
    text = page_text(office.get("/desk"))
    for words in ("申请退办 1 项", "不归我局管", "建议改由 第2局", "申请延期 1 项", "要实地勘察", "还有"):
        assert words in text
    assert "待办 2 件" in page_text(office.get("/cases?group=todo"))
    office.act("C1", "refuse_return", "C1/a1", reason="职责清单里有")
    office.act("C2", "grant_extension", "C2/a1")
    assert "没有等您决定的" in page_text(office.get("/desk"))


@pytest.mark.both
def test_what_a_withdrawal_or_a_reply_made_needless_is_nobody_s_task(site: Site) -> None:
    register, on = site.register, LATER - timedelta(days=7)
    walk(register, "EXTEND", "SETTLE", "CONTACT", "REPLY", until="research", on=on, every=0)
    walk(register, "CONSULT", until="send_draft_to_deputy", on=on, every=0)
    act(register, on, "EXTEND", "request_extension", "handler", reason="面广")
    act(register, on, "SETTLE", "request_coordination", "handler", reason="分工不清")
    act(register, on, "CONTACT", "communicate", "handler", kind="phone")
    act(register, on, "REPLY", "request_extension", "handler", reason="面广")
    take(register, on, *(action for action in steps("REPLY", "suqian", SOLE, {})[12:17]))
    for case in ("EXTEND", "SETTLE", "CONTACT", "CONSULT"):
        act(register, on, case, "withdraw", "deputy", reason="不再提")
    office, government, deputy = (signed_in(site, who) for who in ("R1", "G1", "D1"))
    assert "没有等您决定的" in page_text(office.get("/desk"))
    assert "EXTEND" not in government.get("/cases?group=todo") + office.get("/cases?group=todo")
    assert "SETTLE" not in government.get("/cases?group=todo") + office.get("/cases?group=todo")
    assert "REPLY" not in government.get("/cases?group=todo")
    assert not {"CONTACT", "CONSULT"} & set(re.findall("[A-Z]{4,}", deputy.get("/cases?group=todo")))


def test_dissatisfaction_is_studied_with_the_deputys_reasons_and_only_by_those_who_may_know(site: Site) -> None:
    register = site.register
    walk(register, "C1", until="send_forms", on=LATER - timedelta(days=17))
    act(register, LATER, "C1", "evaluate", "deputy", **DISSATISFIED)
    office, government = signed_in(site, "R1"), signed_in(site, "G1")
    text = page_text(office.get("/desk"))
    assert "重办研判 1 项" in text
    assert "没有解决" in text
    assert "没有解决" not in government.get("/desk")
    office.act("C1", "order_rehandle", reason="路面还是坏的")
    assert register.dossier("C1").case.state == "REHANDLING"
    assert "没有等您决定的" in page_text(office.get("/desk"))


def test_a_denied_contact_comes_before_the_office_without_the_protected_name(site: Site) -> None:
    register = site.register
    walk(register, "C1", until="accept", on=LATER - timedelta(days=8))
    act(register, LATER, "C1", "communicate", "handler", kind="phone")
    act(register, LATER, "C1", "deny_communication", "deputy", communication="C1/k1", note="没有接到电话")
    assert "代表1 没有接到电话" in page_text(signed_in(site, "R1").get("/desk"))
    text = page_text(signed_in(site, "G1").get("/desk"))
    assert "没有接到电话" in text
    assert "代表1" not in text


def test_units_are_proposed_with_a_reason(site: Site) -> None:
    walk(site.register, "C1", until="register")
    office = signed_in(site, "R1")
    office.act("C1", "propose_units", unit=["U1", "U2"], role=["LEAD", "CO"], part=["", ""], reason="三定方案第六条")
    assert "三定方案第六条" in office.get("/case/C1")
    assert "第1局（主办）、第2局（会办）" in page_text(office.get("/meeting"))


def test_a_street_office_sees_and_assigns_its_own_region_and_nothing_beside_or_above_it(site: Site) -> None:
    """五级区划: province, city, district, street, village; the street's congress body is a registrar of its own."""
    register = site.register
    register.import_directory("regions", rows([
        {"code": "320000", "name": "江苏省", "level": "province"},
        {"code": CITY, "name": "宿迁市", "level": "city", "parent_code": "320000"},
        {"code": DISTRICT, "name": "宿城区", "level": "county", "parent_code": CITY},
        {"code": STREET, "name": "幸福街道", "level": "town", "parent_code": DISTRICT},
        {"code": "321302001001", "name": "河滨村", "level": "village", "parent_code": STREET},
        {"code": "321302002", "name": "项里街道", "level": "town", "parent_code": DISTRICT},
    ]))  # fmt: skip
    register.import_directory("people", rows([
        {"id": "RS", "name": "街道工委", "role": "registrar", "region": STREET},
        {"id": "DS", "name": "街道代表", "role": "deputy", "region": STREET},
        {"id": "DV", "name": "村代表", "role": "deputy", "region": "321302001001"},
        {"id": "DO", "name": "邻街代表", "role": "deputy", "region": "321302002"},
    ]))  # fmt: skip
    places = {"S1": ("DS", STREET), "V1": ("DV", "321302001001"), "N1": ("DO", "321302002"), "C1": ("D1", CITY)}
    for name, (deputy, region) in places.items():
        kinds = {"subject_class": "社会建设", "committee": "社会建设委员会"}
        take(
            register, FIRST, a_draft(name, by=deputy, region=region), an_action(name, "submit", "deputy", deputy),
            an_action(name, "open_review", "registrar"), an_action(name, "register", "registrar", **kinds),
            an_action(name, "propose_units", "registrar", units=[{"unit": "U1", "role": "SOLE"}]),
        )  # fmt: skip
    street, city = signed_in(site, "RS"), signed_in(site, "R1")
    page = re.sub(r'name="csrf" value="[^"]*"', "", street.get("/meeting"))  # a token may hold any letters
    assert "S1" in page
    assert "V1" in page
    assert "N1" not in page
    assert "C1" not in page
    assert all(name in city.get("/meeting") for name in places)
    street.get("/case/N1", 404)
    street.get("/act/C1?do=assign&on=", 404)
    street.submit("/meeting", "/meeting", 409, case=["S1", "N1"], on=LATER.isoformat())
    assert register.dossier("S1").case.state == "ASSIGNING"
    street.submit("/meeting", "/meeting", case=["S1", "V1"], on=LATER.isoformat())
    assert [register.dossier(name).case.state for name in places] == ["ASSIGNED"] * 2 + ["ASSIGNING"] * 2
    assert noon(LATER) == site.now()


def test_of_a_state_secret_only_number_and_day_are_kept(site: Site) -> None:
    office = signed_in(site, "R1")
    office.submit("/secret", "/secret", number="密-2025-001", received_on="2025-03-20")
    assert "密-2025-001 2025-03-20" in page_text(office.get("/secret"))
    page = office.submit("/secret", "/secret", 422, number="关于某部队的建议", received_on="2025-03-20")
    assert "某部队" not in page
    assert "某部队" not in str(dump(site.register.engine))
    assert "已经登记过" in page_text(
        office.submit("/secret", "/secret", 409, number="密-2025-001", received_on="2025-03-20")
    )
    office.submit("/secret", "/secret", 422, number="密-2025-002", received_on="2099-03-20")
    signed_in(site, "G1").get("/secret", 403)
    stranger = {"id": "RX", "name": "别处", "role": "registrar", "region": "330100"}
    site.register.import_directory("people", rows([stranger]))
    assert "密-2025-001" not in signed_in(site, "RX").get("/secret")
