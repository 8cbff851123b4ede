"""docs/first-hour.md as it is written: from an empty database to an office's first suggestion, judged."""

import re
from collections.abc import Sequence
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from portal.cli import app
from portal.commands.first_start import first_links
from portal.visitor.site import Site
from storage import Register
from tests.databases import Databases
from tests.portal.web import ADDRESS, PASSWORD, Browser, device_code, import_table, page_text

REGIONS = [("代码", "名称", "级别"), ("321300", "某市", "市")]
UNITS = [
    ("编号", "名称", "类别", "区划"),
    ("SL", "市水利局", "政府", "321300"),
    ("NY", "农业与农村委员会", "专工委", "321300"),
]
PEOPLE = [
    ("编号", "姓名", "身份", "单位", "区划", "代表团"),
    ("R001", "李登记", "代表工委", "", "321300", ""),
    ("D001", "王代表", "代表", "", "321300", "第一代表团"),
    ("SL-1", "张承办", "承办人", "SL", "", ""),
    ("SL-2", "赵局长", "单位主要负责人", "SL", "", ""),
]
CALENDAR = [("日期", "安排", "名称"), ("2026-12-28", "休息", "本市活动日")]

Sheet = Sequence[tuple[str, ...]]


def workbook(rows: Sheet) -> bytes:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for line, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write_string(line, column, value)
    return buffer.getvalue()


def enter(site: Site, link: str, **more: Any) -> Browser:
    """Open a one-time link and choose a password."""
    browser = Browser(site)
    path = link.removeprefix(ADDRESS)
    browser.get(path)
    page = browser.post(path, {"password": PASSWORD, "again": PASSWORD, **more})
    if browser.path == "/sign-in/code":  # an administrator's device
        page = browser.post("/sign-in/code", {"code": device_code(page, site.real_now()), "next": "/"})
        assert len(re.findall("<code>", page)) == 10
        browser.get("/")
    return browser


def imported(browser: Browser, kind: str, rows: Sheet) -> str:
    """Import a table after its preview; what the page says."""
    return import_table(browser, f"{kind}.xlsx", workbook(rows))


@pytest.mark.slow
def test_an_office_begins_from_nothing(sqlite: Databases, tmp_path: Path) -> None:
    from storage import open_engine
    from tests.builders import LIBRARY

    url = sqlite.fresh()
    register = Register(open_engine(url), LIBRARY)
    site = Site(register)
    links = first_links(site.accounts, ADDRESS)
    system = enter(site, links["system"], account="xitong")
    security = enter(site, links["security"], account="anquan")
    audit = enter(site, links["audit"], account="shenji")
    assert not first_links(site.accounts, ADDRESS), "nobody else gets in so"

    system.get("/directory/units.xlsx")
    assert system.last is not None
    header = CalamineWorkbook.from_filelike(BytesIO(system.last.content)).get_sheet_by_index(0).to_python()[0]
    assert set(UNITS[0]) <= set(header)
    assert "新增 1 条" in imported(system, "regions", REGIONS)
    assert "新增 2 条" in imported(system, "units", UNITS)
    said_of_people = imported(system, "people", PEOPLE)
    assert "新增 3 条" in said_of_people
    assert "1 条改变有账号的人能看什么、办什么" in said_of_people
    assert "已确认 1 条" in page_text(security.submit("/changes", "/changes", do="confirm"))
    assert "赵局长" in system.get("/directory?kind=people")
    assert "SL-2" in system.get("/directory?kind=units"), "the chain follows from the people"

    path = tmp_path / "本市休息日.xlsx"
    path.write_bytes(workbook(CALENDAR))
    result = CliRunner().invoke(app, ["calendar", "import", str(path), "--db", url])
    assert result.exit_code == 0, result.output

    people = {}
    for person in ("R001", "D001", "SL-1", "SL-2"):
        shown = security.submit("/accounts", "/accounts", do="create", person=person)
        match = re.search(r'value="(http://[^"]+/link/[^"]+)"', shown)
        assert match, page_text(shown)
        people[person] = enter(site, match.group(1))
    office, deputy, handler, head = people.values()

    deputy.submit(
        "/write", "/write", title="关于修缮城北水闸的建议", facts="闸门锈蚀，汛期漏水。",
        proposal="汛前修好，公布进度。", points="1", rulebook="national", secrecy="NONE",
    )  # fmt: skip
    case = deputy.path.removeprefix("/case/")
    deputy.act(case, "submit", in_session="")
    office.act(case, "open_review")
    office.act(case, "register", subject_class="农业农村", committee="NY")
    office.act(case, "propose_units", unit=["SL"], role=["SOLE"], part=[""], reason="三定方案列明的职责。")
    assert "关于修缮城北水闸的建议" in office.get("/meeting")
    office.submit("/meeting", "/meeting", case=case)
    part = f"{case}/a1"
    for do in ("receipt", "accept"):
        handler.act(case, do, part)
    handler.act(case, "communicate", part, kind="visit", face_to_face="yes", stage="", note="到现场一起看了。")
    (contact,) = register.dossier(case).communications
    _pressed(deputy, case, "confirm_communication", communication=contact)
    handler.act(case, "start_handling", part)
    handler.act(case, "research", part, deputy_invited="yes", finding="闸门两处锈穿。")
    reply: dict[str, Any] = {"class": "RESOLVED", "answer": "闸门已经更换。"}
    handler.act(case, "draft_reply", part, **reply)
    handler.act(case, "send_draft_to_deputy", part)
    _pressed(deputy, case, "agree_consult")
    head.act(case, "sign", part, seal="yes", publicity="FULL")
    handler.act(case, "deliver_reply", part)
    office.act(case, "send_forms")
    deputy.act(case, "evaluate", attitude="SATISFIED", result="SATISFIED")
    assert register.dossier(case).case.state in ("REPLY_CLOSED", "FULFILLED", "TRACKING")
    assert "anquan" in audit.get("/access")
    assert site.now() - timedelta(minutes=5) < site.real_now()
    register.engine.dispose()


def _pressed(browser: Browser, case: str, do: str, **fields: Any) -> None:
    """Take an action by the button that the case's page offers."""
    match = re.search(rf"do={do}&amp;on=([^\"]*)", browser.get(f"/case/{case}"))
    assert match, f"{do} is not offered"
    browser.act(case, do, unquote(match.group(1)), **fields)
