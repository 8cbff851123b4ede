"""Auditor, the three administrators, and an assistant: their whole work."""

from datetime import timedelta
from io import BytesIO

import pytest
import xlsxwriter
from playwright.sync_api import FilePayload, expect

from flows.audit import nightly_audit
from tests.browser.conftest import Somebody
from tests.browser.town import START, City
from tests.builders import morning, walk

pytestmark = [pytest.mark.slow, pytest.mark.browser]

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(*lines: tuple[str, ...]) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    return buffer.getvalue()


def test_an_auditor_decides_a_finding_verifies_the_seals_and_reads_who_looked(
    city: City, somebody: Somebody
) -> None:
    walk(city.register, "C1", until="start_handling", on=START, every=0)
    with city.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deadlines SET next_rung_on = NULL WHERE key = 'reply_by'")
    nightly_audit(city.register, morning(START + timedelta(days=1)))
    somebody("W1").sign_in().open("/case/C1")
    auditor = somebody("A1").sign_in()
    auditor.press("巡检")
    auditor.picture("findings")
    finding = auditor.main.get_by_role("heading", name="RUNG_ASTRAY").locator("..")
    auditor.fill(finding, 理由="测试数据，已通知系统管理员")
    auditor.press("已知悉", finding)
    assert "秦巡：测试数据" in auditor.words or "A1：测试数据" in auditor.words
    auditor.press("核验")
    auditor.press("现在核验")
    expect(auditor.main.get_by_role("status")).to_contain_text("有问题：1 件")
    auditor.press("访问记录")
    auditor.fill(账号="W1")
    auditor.press("查找", auditor.main)
    assert "C1" in auditor.words
    auditor.picture("access-log")


def test_an_untouched_register_verifies_whole(city: City, somebody: Somebody) -> None:
    walk(city.register, "C1", until="evaluate", on=START, every=0)
    nightly_audit(city.register, morning(START + timedelta(days=1)))
    audit = somebody("aud").choose_password(city.first_link("aud"))
    audit.press("核验")
    audit.press("现在核验")
    expect(audit.main.get_by_role("status")).to_contain_text("完好：1 件")


def test_an_account_is_made_and_closed_which_bites_at_once(city: City, somebody: Somebody) -> None:
    security = somebody("sec").choose_password(city.first_link("sec"))
    security.fill(人员编号="W1")
    security.press("新建账号")
    security.picture("accounts")
    link = security.main.get_by_label("链接").input_value().removeprefix(city.address)
    handler = somebody("W1").choose_password(link)
    somebody().open(link).was_refused(404)
    security.open("/accounts")
    security.press("停用", security.main.get_by_role("row", name="吴斌"))
    assert "W1 已停用" in security.words
    handler.open("/cases")
    assert handler.page.url.startswith(f"{city.address}/sign-in")
    handler.fill(账号="W1", 口令="春江潮水连海平2026")
    handler.press("登录")
    handler.was_refused(403)
    assert "账号或者口令不对" in handler.words


def test_the_directory_comes_out_of_a_workbook_or_is_refused_by_record(
    city: City, somebody: Somebody
) -> None:
    system = somebody("sys").choose_password(city.first_link("sys"))
    system.press("通讯录")
    system.picture("directory")
    with system.page.expect_download() as template:
        system.main.get_by_role("link", name="下载表格").click()
    assert template.value.suggested_filename == "duban-units.xlsx"

    def send(name: str, *lines: tuple[str, ...]) -> None:
        system.open("/directory?kind=units")
        chosen: FilePayload = {"name": name, "mimeType": SHEET, "buffer": workbook(*lines)}
        system.main.get_by_label("导入 Excel 或者 CSV").set_input_files([chosen])
        system.press("看一遍")

    send("units.xlsx", ("编号", "名称", "区划", "类别"), ("U9", "市水利局", "321300", "government"))
    assert "市水利局" in system.words
    system.press("全部导入（1 行）")
    assert "已导入单位：新增 1 条" in system.words
    assert "市水利局" in system.open("/directory?kind=units").words
    send("units.xlsx", ("编号", "名称", "区划", "类别"), ("U10", "", "321300", "government"))
    assert "第 2 行 B 名称 – 没有填" in system.words
    send("units.pdf", ("编号",))
    system.was_refused(422)
    assert "请另存为 .xlsx 或者 .csv" in system.words


def test_the_calendar_and_the_rules_are_tables(city: City, somebody: Somebody) -> None:
    registrar = somebody("R1").sign_in()
    registrar.press("规则")
    assert "2026 年放假安排：已有" in registrar.words
    registrar.press("suqian")
    assert "三个月内答复" in registrar.words
    registrar.picture("rulebook")


def test_an_assistant_writes_and_submits_for_a_deputy_and_the_record_says_so(
    city: City, somebody: Somebody
) -> None:
    city.site.accounts.mandate("P1", "D1", START, None, "R1", city.site.real_now())
    assistant = somebody("P1").sign_in()
    assistant.press("写建议")
    assistant.fill(
        替哪位代表="周明远", 标题="关于增设路灯的建议", 案由="夜间没有照明", 建议="增设路灯", 请求条数=1
    )
    assistant.press("存为草稿")
    assistant.press("提交")
    assistant.press("提交")
    assert "已办：提交" in assistant.words
    deputy = somebody("D1").sign_in()
    deputy.open("/cases?group=doing")
    deputy.press("关于增设路灯的建议")
    assert "代表履职助理 方小舟" in deputy.words
