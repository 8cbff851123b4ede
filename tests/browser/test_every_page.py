"""Every page of every role: axe finds nothing serious or critical, nothing is wider than a phone, print is clean."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from unicodedata import normalize

import pytest
from playwright.sync_api import Browser, expect
from pypdf import PdfReader

from flows.audit import nightly_audit
from flows.deliver import deliver
from portal.visitor.demonstration import Member
from storage import Register, open_engine
from tests.browser.conftest import Somebody
from tests.browser.screen import PHONE, Person, Watch
from tests.browser.town import ADMINISTRATORS, PEOPLE, START, City, served
from tests.builders import LIBRARY, morning, noon, walk
from tests.databases import Databases, SQLiteFiles

pytestmark = [pytest.mark.slow, pytest.mark.browser]

ROLES = {person["role"]: person["id"] for person in reversed(PEOPLE)}
PROMISE: dict[str, Any] = {
    "class": "PLANNED_DATED",
    "commitments": [{"text": "整修路面", "due_on": "2026-11-30"}],
}


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory, sqlite_template: str) -> Iterator[City]:
    """One city for all, for here people only look."""
    engine = open_engine(SQLiteFiles(tmp_path_factory.mktemp("city"), sqlite_template).fresh())
    with served(Register(engine, LIBRARY)) as served_city:
        busy(served_city)
        yield served_city
    engine.dispose()


def busy(city: City) -> None:
    """A city with something on every page: late and supervised cases, promises, evaluations, findings, messages."""
    walk(city.register, "C1", until="start_handling", on=START, every=0)
    walk(city.register, "C2", until="evaluate", on=START, every=0, **PROMISE)
    walk(city.register, "C3", until="propose_units", on=START, every=0)
    walk(city.register, "C4", until="submit", on=START, every=0)
    city.site.accounts.mandate("P1", "D1", START, None, "R1", city.site.real_now())
    city.live_until(START + timedelta(days=120))
    with city.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE deadlines SET next_rung_on = NULL WHERE case_id = 'C4'")
    nightly_audit(city.register, morning(city.today))
    deliver(city.register, noon(city.today))


def menu(person: Person) -> list[str]:
    links = [str(link.get_attribute("href")) for link in person.menu.all()]
    return [link for link in links if not link.startswith("#")]


def walk_the_menu(person: Person) -> None:
    """Every page of the menu, and behind it one case with every form that it opens."""
    paths = [*menu(person), "/password", "/nowhere"]
    if "/cases" in paths:
        person.open("/cases?group=all")
        rows = person.main.get_by_role("table").get_by_role("link")
        cases = [str(link.get_attribute("href")) for link in rows.all()]
        paths += cases[:3]
        for case in cases:
            person.page.goto(case)
            links = person.main.get_by_role("region", name="现在能办的").get_by_role("link").all()
            paths += [str(link.get_attribute("href")) for link in links]
    for path in paths:
        person.open(path)
        if path == "/nowhere":
            person.was_refused(404)


@pytest.mark.parametrize("name", [*ROLES.values(), *ADMINISTRATORS])
def test_every_page_of_the_role(city: City, somebody: Somebody, name: str) -> None:
    walk_the_menu(somebody(name).sign_in())


@pytest.mark.parametrize("name", ["D1", "W1", "B1"])
def test_every_page_of_the_role_in_large_type_and_in_english(
    city: City, somebody: Somebody, name: str
) -> None:
    person = somebody(name, **PHONE)
    person.open("/sign-in").press("关怀版（大字）")
    expect(person.page.locator("html")).to_have_class("large")
    person.sign_in()
    walk_the_menu(person)
    person.open("/cases")
    person.picture(f"large-{name}", full=False)
    person.press("English")
    expect(person.page.locator("html")).to_have_attribute("lang", "en")
    person.judge()
    person.picture(f"english-{name}", full=False)


@pytest.mark.parametrize("name", ["D1", "R1", "W1", "A1", "sec", "sys"])
def test_every_page_of_the_role_on_a_phone(city: City, somebody: Somebody, name: str) -> None:
    walk_the_menu(somebody(name, **PHONE).sign_in())


def test_a_case_prints_on_a4_without_menu_and_buttons(city: City, somebody: Somebody) -> None:
    registrar = somebody("R1").sign_in().open("/case/C2")
    registrar.page.emulate_media(media="print")
    expect(registrar.page.get_by_role("navigation", name="主菜单")).to_be_hidden()
    pages = PdfReader(BytesIO(registrar.page.pdf(format="A4", prefer_css_page_size=True))).pages
    width, height = (
        round(float(side) / 72 * 25.4) for side in (pages[0].mediabox.width, pages[0].mediabox.height)
    )
    assert (width, height) == (210, 297)
    text = normalize("NFKC", "".join(page.extract_text() for page in pages))  # 面 comes out as a radical
    assert "关于修路的建议C2" in text
    assert "整修路面" in text
    assert "通讯录" not in text
    assert "现在能办的" not in text
    registrar.judge()


@pytest.fixture
def shown(sqlite: Databases) -> Iterator[City]:
    """A demonstration, in which one may be the handler or the leader."""
    engine = open_engine(sqlite.fresh())
    cast = {"W1": Member("W1", "承办人", "吴斌"), "B1": Member("B1", "人大领导", "赵主任")}
    with served(Register(engine, LIBRARY), cast) as served_city:
        yield served_city
    engine.dispose()


def test_the_bar_of_a_demonstration_on_a_phone(chromium: Browser, shown: City) -> None:
    shown.account("B1")
    watch = Watch(shown.address.removeprefix("http://"))
    handler = Person(shown, chromium, watch, "W1", **PHONE).sign_in()
    handler.press("+1 天")
    bar = handler.page.get_by_role("region", name="演示")
    expect(bar.get_by_text("夜间巡检 1 次")).to_be_visible()
    handler.judge()
    handler.picture("demonstration-phone", full=False)
    bar.get_by_label("换人").select_option(label="人大领导：赵主任")
    handler.press("换", bar)
    expect(handler.page.get_by_role("banner")).to_contain_text("赵主任")
    handler.context.close()
    assert (watch.elsewhere, watch.wrong, watch.refused) == ([], [], [])
