"""A clerk brings twelve files as offices send them into the register, by the browser alone, and takes one back."""

import re
from typing import Any

import pytest
from playwright.sync_api import FilePayload

from storage.statements import reading
from tests.browser.conftest import Somebody
from tests.browser.screen import Person
from tests.browser.town import City
from tests.builders import CITY, rows
from tests.messy_workbooks import MESSY

pytestmark = [pytest.mark.slow, pytest.mark.browser]

UNITS = [{"id": f"X{n}", "name": f"第{n}局", "region": CITY, "kind": "government"} for n in (1, 2)]
PEOPLE = [
    {"id": "X3", "name": "承办人1", "role": "handler", "unit": "X1"},
    {"id": "X4", "name": "代表1", "role": "deputy", "region": CITY},
]
DONE = {
    "titled_units.xlsx": "已导入单位：新增 2 条", "padded_roster.xlsx": "已导入人员：新增 5 条",
    "wide_regions.xlsx": "已导入区划：新增 1 条，更新 1 条", "merged_places.xlsx": "已导入家站点：新增 3 条",
    "several_sheets.xlsx": "已导入单位：新增 1 条", "filtered_roster.xlsx": "已导入人员：新增 3 条",
    "sectioned_units.xlsx": "已导入单位：新增 2 条", "unnumbered_roster.xlsx": "已导入人员：新增 1 条，更新 1 条",
    "noticed_days.xlsx": "已导入日历：3 天", "received_opinions.xlsx": "已导入接待日：收下 2 件",
    "plain_text.csv": "已导入单位：新增 1 条", "faulty_roster.xlsx": "已导入人员：新增 3 条",
}  # fmt: skip


def send(person: Person, name: str) -> None:
    """Choose the file and look at what it would do."""
    person.open("/imports")
    chosen: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": MESSY[name]()}
    person.main.get_by_label("Excel 或者 CSV 文件").set_input_files([chosen])
    person.press("看一遍", person.main)


def mend(person: Person, words: str, row: int) -> None:
    """Press a button in the line of the refused rows that is about this row of Excel."""
    line = person.main.locator("tr.wrong").filter(has_text=f"第 {row} 行").first
    with person.page.expect_navigation():
        line.get_by_role("button", name=re.compile(words)).first.click()


@pytest.mark.parametrize(
    "context",
    [{"viewport": {"width": 1366, "height": 800}}, {"viewport": {"width": 390, "height": 844}, "is_mobile": True},
     {"viewport": {"width": 390, "height": 844}, "java_script_enabled": False}],
    ids=["desktop", "phone", "without-script"],
)  # fmt: skip
def test_twelve_files_come_in_as_they_are(city: City, somebody: Somebody, context: dict[str, Any]) -> None:
    city.register.import_directory("units", rows(UNITS))
    city.register.import_directory("people", rows(PEOPLE))
    clerk = somebody("R1", **context).sign_in()
    for name, words in DONE.items():
        send(clerk, name)
        if name == "filtered_roster.xlsx":
            mend(clerk, "隐藏的行也读", 3)
        if name == "faulty_roster.xlsx":
            mend(clerk, "改成“代表”", 2)
            mend(clerk, "改成“第1局", 3)
        if clerk.scripts:
            clerk.judge()
        button = clerk.main.get_by_role("button", name=re.compile("全部导入|只导入无误的"))
        with clerk.page.expect_navigation():
            button.click()
        assert words in clerk.words, name
    with reading(city.register.engine) as cursor:
        assert cursor.rows("SELECT unit, role FROM people WHERE id = 'N42'") == [("X1", "handler")]
        assert cursor.rows("SELECT term_from FROM people WHERE id = 'N5'")[0][0] == "2026-03-05"
    line = clerk.main.get_by_role("row").filter(has_text="sectioned_units.xlsx")
    line.locator("summary").click()
    with clerk.page.expect_navigation():
        line.get_by_role("button", name="整批撤回").click()
    assert "已撤回：删去 2 条" in clerk.words
