"""What is told and found: the inbox with its links, findings and reports, and the access log page by page."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from flows.audit import nightly_audit
from flows.channels import load_channels
from flows.deliver import DeliveryReport, put_together
from portal.visitor.site import Site
from storage import Register
from storage.statements import transaction
from storage.tables.audits import FindingRow
from tests.builders import CITY, ELSEWHERE, FIRST, morning, rows, walk
from tests.portal.standing import Standing
from tests.portal.test_languages import in_english_for
from tests.portal.web import page_text, signed_in


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("regions", rows([
        {"code": CITY, "name": "宿迁市", "level": "city"},
        {"code": "321302", "name": "宿城区", "level": "county", "parent_code": CITY},
    ]))  # fmt: skip
    desk.import_directory("people", rows([
        {"id": "A1", "name": "巡检员", "role": "auditor", "region": CITY},
        {"id": "A2", "name": "区巡检员", "role": "auditor", "region": "321302"},
    ]))  # fmt: skip
    return Site(desk, Standing(on=FIRST + timedelta(days=20)))


def deliver(site: Site) -> None:
    put_together(site.register, site.now(), "now", load_channels(""), DeliveryReport())


@pytest.mark.both
def test_the_inbox_counts_what_is_new_and_leads_to_the_cases(site: Site) -> None:
    walk(site.register, "C1", "C2", until="register")
    deliver(site)
    office, deputy = signed_in(site, "R1"), signed_in(site, "D1")
    assert 'class="count"' in office.get("/cases")
    page = deputy.get("/inbox")
    assert 'href="/case/C1"' in page
    assert 'href="/case/C2"' in page
    deputy.submit("/inbox/read", "/inbox")
    assert 'class="count"' not in deputy.get("/inbox")
    assert 'class="count"' in office.get("/cases")
    assert "没有消息" in page_text(signed_in(site, "D4").get("/inbox"))


def test_a_message_leads_to_no_case_that_its_reader_no_longer_sees(site: Site) -> None:
    walk(site.register, "C1", until="register")
    deliver(site)
    moved = {"id": "R1", "name": "登记员", "role": "registrar", "region": "321302"}
    site.register.import_directory("people", rows([moved]))
    assert 'href="/case/C1"' not in signed_in(site, "R1").get("/inbox")


def test_an_auditor_reads_past_nights_and_decides_findings_with_a_reason(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    site.clock = Standing(on=FIRST + timedelta(days=60))
    below = {"code": ELSEWHERE, "name": "外县", "level": "county", "parent_code": CITY}
    site.register.import_directory("regions", rows([below]))
    for number in (59, 60):
        nightly_audit(site.register, morning(FIRST + timedelta(days=number)))
    auditor = signed_in(site, "A1")
    page = auditor.get("/reports")
    assert f"巡检日报 {FIRST + timedelta(days=59)}" in page_text(page)
    day_before = FIRST + timedelta(days=58)
    assert f"巡检日报 {day_before}" in page_text(auditor.get(f"/reports?of={day_before}"))
    auditor.get("/reports?of=1999-01-01", 404)
    assert "还没有巡检日报" in page_text(signed_in(site, "A2").get("/reports"))
    assert "C1" in auditor.get("/findings")
    assert "C1" not in signed_in(site, "A2").get("/findings")
    fields: Any = {"standing": "acknowledged", "reason": "已通知承办单位"}
    auditor.submit("/findings", "/findings", **fields)
    assert "已知悉" in page_text(auditor.get("/findings"))
    auditor.submit("/seals", "/seals")
    job = site.jobs.get("seals")
    assert job is not None
    job.ended.wait(60)
    assert "完好" in page_text(auditor.get("/seals"))


@pytest.mark.both
def test_the_access_log_is_read_page_by_page_and_by_what_was_refused(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    log = site.accounts
    for number in range(201):
        log.note(site.real_now(), f"someone{number}", "handler", "case", "C1")
    stranger = signed_in(site, "W2")
    stranger.get("/case/C1", 404)
    admin = signed_in(site, "watch", "audit")
    first = admin.get("/access")
    assert "后面的" in first
    assert "前面的" in admin.get("/access?skip=200")
    refused = admin.get("/access?refused=yes")
    assert page_text(refused).count("拒绝") == 2
    assert "W2" in refused
    assert "没有记录" in page_text(admin.get("/access?account=nobody"))


def test_the_access_log_names_roles_duties_and_actions_in_the_readers_language(site: Site) -> None:
    for role, what in (("handler", "deliver_reply"), ("system", "sign-in")):
        site.accounts.note(site.real_now(), "someone", role, what)
    chinese = page_text(signed_in(site, "watch", "audit").get("/access?account=someone"))
    assert "承办人 送达答复" in chinese
    assert "系统管理员 sign-in" in chinese, "and not the role of what happens by rule"
    english = page_text(in_english_for(site, "watch", "audit").get("/access?account=someone"))
    assert "Handler" in english
    assert "System administrator sign-in" in english
    assert "承办人" not in english


def test_findings_are_read_in_chinese(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    site.clock = Standing(on=FIRST + timedelta(days=60))
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deadlines SET next_rung_on = NULL WHERE key = 'reply_by'")
    nightly_audit(site.register, morning(site.today()))
    page = page_text(signed_in(site, "A1").get("/findings"))
    assert "催办级不符 RUNG_ASTRAY" in page
    assert "答复期限下一级存为 无，应为 " in page
    assert "改动过：与最后一个事件写下的不同" in page
    assert "怎么办：运行 duban verify 核验" in page
    assert "None" not in page
    assert "altered" not in page
    assert "next rung" not in page


def test_findings_are_read_in_english_and_old_ones_as_they_were_written(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    site.clock = Standing(on=FIRST + timedelta(days=60))
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deadlines SET next_rung_on = NULL WHERE key = 'reply_by'")
    nightly_audit(site.register, morning(site.today()))
    with transaction(site.register.engine) as cursor:
        old = cursor.session.exec(select(FindingRow).where(FindingRow.code == "CHAIN")).one()
        old.facts, old.why = {}, "deadlines：改动过 was altered"
    auditor = signed_in(site, "A1")
    auditor.http.cookies.set("lang", "en")
    page = page_text(auditor.get("/findings"))
    assert "the next rung of reply_by is stored as none and should be " in page
    assert "下一级存为" not in page
    assert "改动过 was altered" in page
