"""What the program writes as a workbook it takes back where there is such an import, and that changes nothing."""

import re

import pytest

from portal.server.app import create_app
from portal.visitor.site import Site
from storage import COLUMNS, Register
from tests.builders import dump
from tests.builders import rows as records
from tests.portal.routes import routes
from tests.portal.test_opinions import CLERKS, PLACES
from tests.portal.web import import_table, page_text, signed_in

TAKEN_BACK = {
    "/directory/{kind}.xlsx": "test_a_table_of_the_directory_imported_unchanged_changes_nothing",
    "/calendar.xlsx": "test_the_calendars_own_table_imported_again_changes_nothing",
    "/reception.xlsx": "test_the_empty_table_of_a_reception_day_is_read_as_one",
}
NO_IMPORT = {
    "/cases.xlsx", "/findings.xlsx", "/supervisions.xlsx", "/supervisions/slots.xlsx", "/promises.xlsx",
    "/inspections.xlsx", "/conversions.xlsx", "/opinions.xlsx", "/meeting/list.xlsx", "/wall.xlsx", "/week.xlsx",
    "/secret.xlsx", "/figures.xlsx", "/rules/{name}.xlsx",
}  # fmt: skip
"""Lists of cases and of what follows from them: they are changed by acts, never by a table."""


@pytest.fixture
def site(desk: Register) -> Site:
    desk.import_directory("people", records(CLERKS))
    desk.import_directory("places", records(PLACES))
    return Site(desk)


def test_every_workbook_is_taken_back_or_has_no_import(site: Site) -> None:
    paths = {route.pattern for route in routes(create_app(site)) if route.pattern.endswith(".xlsx")}
    assert paths == TAKEN_BACK.keys() | NO_IMPORT


@pytest.mark.parametrize("kind", COLUMNS)
def test_a_table_of_the_directory_imported_unchanged_changes_nothing(site: Site, kind: str) -> None:
    office = signed_in(site, "R1")
    office.get(f"/directory/{kind}.xlsx")
    assert office.last is not None
    content = office.last.content
    before = dump(site.register.engine)
    text = import_table(office, f"{kind}.xlsx", content)
    assert "新增 0 条" in text
    after = dump(site.register.engine)
    changed = {name for name in before if before[name] != after[name]}
    assert changed <= {"imports", "sessions", "accesses"}, changed


def test_the_empty_table_of_a_reception_day_is_read_as_one(site: Site) -> None:
    deputy = signed_in(site, "D1")
    deputy.get("/reception.xlsx")
    assert deputy.last is not None
    file = {"file": ("duban-reception.xlsx", deputy.last.content)}
    csrf = re.findall(r'name="csrf" value="([^"]+)"', deputy.get("/reception"))[0]
    text = page_text(deputy.post("/reception", {"csrf": csrf, "key": "a" * 32, "place": "P1"}, 422, files=file))
    assert "还没有填意见" in text
    assert "没有读" not in text
