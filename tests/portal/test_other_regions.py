"""What of other regions somebody reads: nothing of people and accesses, on no page, in no workbook, over no API."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text

from flows.audit import nightly_audit
from portal.visitor.rights import reading_region, roll_of
from portal.visitor.site import Site
from states.reasons import Refused
from states.vocabulary import FindingCode, Severity
from storage import Register
from storage.accounts import Visitor
from storage.auditing import audits
from storage.findings import Finding, keep_findings
from storage.rolls import list_people
from storage.statements import transaction
from tests.builders import CITY, ELSEWHERE, FIRST, rows
from tests.portal.city import COUNTY, a_city, way
from tests.portal.everywhere import World, addresses, answer
from tests.portal.standing import Standing
from tests.portal.web import Browser, page_text, signed_in, the_app

FAR = "远处人"
FARTHER = (
    {"id": "FARD", "name": f"{FAR}代表", "role": "deputy", "region": ELSEWHERE, "phone": "13900000001"},
    {"id": "FARP", "name": f"{FAR}助理", "role": "proxy", "region": ELSEWHERE, "phone": "13900000002"},
    {"id": "FARW", "name": f"{FAR}承办", "role": "handler", "unit": "U9", "phone": "13900000003"},
    {"id": "CITYW", "name": f"{FAR}市承办", "role": "handler", "unit": "U1", "phone": "13900000004"},
)
COUNTY_PEOPLE = (
    {"id": "X2", "name": "县巡检员", "role": "auditor", "region": COUNTY},
    {"id": "G2", "name": "县督查员", "role": "dispatcher", "region": COUNTY},
    {"id": "L2", "name": "县主任", "role": "leader", "region": COUNTY},
    {"id": "D5", "name": "县代表", "role": "deputy", "region": COUNTY},
    {"id": "A5", "name": "县助理", "role": "proxy", "region": COUNTY},
    {"id": "K5", "name": "县接待员", "role": "clerk", "region": COUNTY},
    {"id": "M5", "name": "副县长", "role": "gov_leader", "region": COUNTY},
)
LISTING = ("/directory", "/access", "/mandates", "/api/v1/people", "/api/v1/findings")
"""Where every question is asked; elsewhere the first of each route."""
OF_THE_COUNTY = ("R2", "X2", "D5", "G2")
OF_NO_REGION = ("N0R", "N0G", "N0L", "N0X", "N0K")
"""A registrar, a dispatcher, a leader, an auditor and a clerk of whom the directory says no region."""
SECRET = (FAR, "1390000000", "far@", "远处站", "FARD", "FARP", "FARW", "CITYW", "FARFINDING")
"""Words of rows that lie in another city, or in the city above the county."""


@pytest.fixture
def site(register: Register) -> Site:
    a_city(register)
    register.import_directory("units", rows([
        {"id": "U9", "name": "外市局", "region": ELSEWHERE, "kind": "government", "email": "far@unit.example",
         "phone": "13900000005"},
    ]))  # fmt: skip
    nowhere = zip(OF_NO_REGION, ("registrar", "dispatcher", "leader", "auditor", "clerk"), strict=True)
    of_none = [{"id": id_, "name": "无区划", "role": role} for id_, role in nowhere]
    register.import_directory("people", rows([*FARTHER, *COUNTY_PEOPLE, *of_none]))
    register.import_directory("places", rows([
        {"id": "FARPLACE", "name": "远处站", "region": ELSEWHERE, "kind": "home", "deputies": "FARD"},
    ]))  # fmt: skip
    site = Site(register, Standing(on=FIRST + timedelta(days=60)))
    for name in ("FARD", "FARW", "CITYW"):
        signed_in(site, name).http.get("/cases")
        site.accounts.note(site.real_now(), name, "handler", "case", "elsewhere")
    many = FindingCode.MANY_RETURNS
    why, todo = Refused("returns_asked", asked=9, all=10), Refused("todo_look_at_assigning")
    findings = [Finding(many, Severity.INFO, "", "FARFINDING", ELSEWHERE, why, todo)]
    with transaction(register.engine) as cursor:
        keep_findings(cursor.session, findings, FIRST, ELSEWHERE, False)
    return site


@pytest.mark.both
def test_the_directory_of_a_county_holds_no_row_of_the_city_above_or_of_another(site: Site) -> None:
    county, city = signed_in(site, "R2"), signed_in(site, "R1")
    for kind, here in (("people", "县巡检员"), ("units", ""), ("places", ""), ("regions", "宿城区")):
        for browser, near in ((county, here), (city, here or "第1局" * (kind == "units"))):
            page = browser.get(f"/directory?kind={kind}")
            assert near in page
            assert "远处站" not in page
            assert "外市局" not in page
            assert "杭州市" not in page_text(page)
    assert "13900000004" in city.get("/directory?kind=people")
    assert "13900000004" not in county.get("/directory?kind=people&q=CITYW").replace('value="CITYW"', "")


@pytest.mark.both
def test_the_access_log_of_an_auditor_holds_his_region_alone_and_that_of_the_duty_all(site: Site) -> None:
    site.accounts.note(site.real_now(), "FARW", "handler", "case", "assigned", refused=True)
    page = page_text(signed_in(site, "X1").get("/access"))
    assert "CITYW" in page
    assert "FARD" not in page
    assert page.count("FARW") == 1  # who came for a case of the city
    assert "FARD" not in page_text(signed_in(site, "X1").get("/access?account=FARD"))
    assert "CITYW" not in page_text(signed_in(site, "X2").get("/access"))
    assert "FARD" in page_text(signed_in(site, "audit", duty="audit").get("/access"))


def nobody(role: str = "", duty: str = "") -> Visitor:
    """Somebody without region or unit."""
    return Visitor("x", duty, "", "x", "x", role, "", "", "")


@pytest.mark.both
def test_a_person_of_no_region_reads_nobody_of_any(register: Register) -> None:
    a_city(register)
    for role in ("registrar", "dispatcher", "deputy", "proxy", "leader", "auditor", "clerk"):
        roll = roll_of(nobody(role=role))
        assert roll is None or list_people(register, roll, "", "", 10) == [], role
    assert reading_region(nobody(duty="system")) is None
    system = roll_of(nobody(duty="system"))
    assert system is not None
    assert system.region is None


def test_a_finding_of_another_region_is_not_decided_from_here(site: Site) -> None:
    browser = signed_in(site, "X2")
    csrf = browser.get("/inbox").partition('name="csrf" value="')[2].partition('"')[0]
    fields = {"csrf": csrf, "code": "MANY_RETURNS", "case_id": "", "subject_id": "FARFINDING", "standing": "waived",
              "reason": "x"}  # fmt: skip
    browser.post("/findings", fields, 404)


def test_units_of_a_region_beside_are_neither_listed_nor_offered(site: Site) -> None:
    for who, near, far in (("R2", {"U1"}, {"U9"}), ("R1", {"U1"}, {"U9"}), ("R3", {"U9"}, {"U1", "U2"})):
        browser = signed_in(site, who)
        listed = {unit["id"] for unit in browser.http.get("/api/v1/units").json()["items"]}
        assert near <= listed, who
        assert not far & listed, who
        offered = set(site.choices({"R2": COUNTY, "R1": CITY, "R3": ELSEWHERE}[who]).units)
        assert near <= offered, who
        assert not far & offered, who
    assert [unit["id"] for unit in signed_in(site, "N0R").http.get("/api/v1/units").json()["items"]] == []


def test_a_broken_chain_of_another_region_is_counted_and_not_named(site: Site) -> None:
    with site.register.engine.begin() as connection:
        for case in ("county", "elsewhere", "protected"):
            where = "WHERE case_id = :case AND seq = 1"
            connection.execute(text(f"UPDATE events SET unit = 'altered' {where}"), {"case": case})
        connection.execute(text("UPDATE parties SET urges = 7 WHERE case_id = 'protected'"))
    for who, named, others in (("X1", {"county", "protected"}, 1), ("X2", {"county"}, 2)):
        browser = signed_in(site, who)
        page = page_text(browser.submit("/seals", "/seals"))
        for case in ("county", "elsewhere", "protected"):
            assert (f"{case} " in page) == (case in named), (who, case, page)
        assert f"另有 {others} 处" in page, page
        assert not re.search(r"\bD1\b", page)
    with site.register.engine.begin() as connection:
        connection.execute(text("UPDATE people SET phone = '1' WHERE id = 'FARP'"))
    page = page_text(signed_in(site, "X1").submit("/seals", "/seals"))
    assert "people：改动过" in page
    assert "FARP" not in page
    assert "people/FARP" in signed_in(site, "audit", duty="audit").submit("/seals", "/seals")
    assert "elsewhere" in signed_in(site, "audit", duty="audit").submit("/seals", "/seals")


def visits(site: Site) -> Iterator[tuple[str, Browser]]:
    for who in (*OF_THE_COUNTY, *OF_NO_REGION):
        yield who, signed_in(site, who)


def test_a_registrar_of_no_region_gives_nobody_a_mandate_and_reads_none(site: Site) -> None:
    site.accounts.mandate("FARP", "FARD", FIRST, None, "R3", site.real_now())
    browser = signed_in(site, "N0R")
    assert "FARP" not in browser.get("/mandates")
    browser.submit("/mandates", "/mandates", 422, proxy="A5", deputy="D5")
    assert [row["deputy"] for row in site.accounts.mandates_listed()].count("D5") == 0


def test_a_report_on_every_region_is_not_for_somebody_of_none(site: Site) -> None:
    nightly_audit(site.register, site.real_now(), on=site.today())
    assert "远处" not in signed_in(site, "N0X").get("/reports")
    assert "巡检日报" in signed_in(site, "X1").get("/reports")


def test_a_report_on_every_region_is_for_the_one_above_all_alone(site: Site) -> None:
    """Two cities beside each other: neither reads in it which cases of the other are late."""
    way(site.register, "beside", [{"unit": "U9", "role": "SOLE"}], region=ELSEWHERE)
    nightly_audit(site.register, site.real_now(), on=site.today() + timedelta(days=200))
    (report,) = audits(site.register)
    assert "beside" in report["report"]
    assert "beside" not in signed_in(site, "X1").get("/reports")
    province = [{"code": "P", "name": "某省", "level": "province"}]
    below = [{"code": code, "name": code, "level": "city", "parent_code": "P"} for code in (CITY, ELSEWHERE)]
    site.register.import_directory("regions", rows([*province, *below]))
    site.register.import_directory("people", rows([{"id": "XP", "name": "省巡检", "role": "auditor", "region": "P"}]))
    assert "beside" in signed_in(site, "XP").get("/reports")
    assert "beside" not in signed_in(site, "X1").get("/reports")


def test_no_answer_to_the_county_names_anybody_who_is_not_of_it(site: Site) -> None:
    """Every route that answers a question, found in the tables of routes themselves."""
    by_path = addresses(the_app(site), World(("county", "assigned")))
    named = []
    for who, browser in visits(site):
        for path, some in by_path.items():
            for address in some if path in LISTING else some[:1]:
                page = answer(browser, address).decode(errors="replace")
                named += [(who, address, word) for word in SECRET if word in page]
    assert named == []
    assert len(by_path) > 70
    assert COUNTY != CITY
