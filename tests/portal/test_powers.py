"""Who may become whom: what an import may change at once, what waits for another person, and what is told of it."""

import ast
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from flows.audit import nightly_audit
from flows.imports import take_over
from portal.visitor.rights import RIGHTS
from portal.visitor.site import Site
from rulebooks import ZONE, civil_day
from states.roles import Role
from storage import Register
from storage.confirming import ChangeRefused, confirm_changes, refuse_changes, waiting_changes
from storage.directory import COLUMNS
from storage.errors import AccountRefused
from storage.places import places_by_id
from storage.powers import Importer
from storage.statements import reading
from storage.tables.imports import ImportLineRow, ImportRow
from tests.builders import CITY, rows
from tests.portal.city import COUNTY, PEOPLE, a_whole_directory
from tests.portal.web import Browser, an_account, import_table, page_text, signed_in

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    return Site(register)


def person(register: Register, id_: str) -> tuple[str, str, str]:
    with reading(register.engine) as cursor:
        mark = register.layout.sql.mark
        row: tuple[str, str, str] = cursor.rows(
            f"SELECT role, unit, region FROM people WHERE id = {mark}", [id_]
        )[0]
    return row


def upload(browser: Browser, kind: str, *lines: dict[str, str], status: int = 200) -> str:
    """Import these rows after their preview; the words of its answer."""
    names = list(lines[0])
    text = "\n".join([",".join(names), *(",".join(line[name] for name in names) for line in lines)]) + "\n"
    return import_table(browser, f"{kind}.csv", text.encode(), kind, status)


def decide(browser: Browser, do: str = "confirm", status: int = 200, **more: str) -> str:
    return page_text(browser.submit("/changes", "/changes", status, do=do, **more))


def moving(id_: str, **new: str) -> dict[str, str]:
    row = {"id": id_, "name": id_, "role": PEOPLE[id_].value, "unit": "", "region": CITY}
    return row | new


@pytest.mark.both
def test_a_dispatcher_cannot_make_himself_registrar(site: Site) -> None:
    dispatcher = signed_in(site, "G1")
    assert "等安全管理员确认" in upload(dispatcher, "people", moving("G1", role="registrar"))
    assert person(site.register, "G1")[0] == "dispatcher"
    dispatcher.get("/secret", 403)
    dispatcher.get("/changes", 403)


def test_a_county_registrar_cannot_move_himself_to_the_province(site: Site) -> None:
    county = signed_in(site, "R2")
    for region in (CITY, "330100"):
        words = upload(county, "people", moving("R2", region=region), status=422)
        assert region in words
        assert "不在321302以内" in words
    assert person(site.register, "R2") == ("registrar", "", COUNTY)
    assert waiting_changes(site.register) == []


@pytest.mark.parametrize(
    ("kind", "row"),
    [
        ("people", {"id": "R1", "name": "x", "role": "registrar", "region": COUNTY}),
        ("people", {"id": "L1", "name": "x", "role": "clerk", "region": COUNTY}),
        ("people", {"id": "N1", "name": "x", "role": "registrar", "region": CITY}),
        ("people", {"id": "N1", "name": "x", "role": "registrar", "region": "330100"}),
        ("people", {"id": "N1", "name": "x", "role": "deputy", "region": ""}),
        ("people", {"id": "N1", "name": "x", "role": "handler", "unit": "U1", "region": COUNTY}),
        ("people", {"id": "W1", "name": "x", "role": "handler", "unit": "", "region": COUNTY}),
        ("units", {"id": "U1", "name": "x", "kind": "government", "region": COUNTY}),
        ("units", {"id": "N1", "name": "x", "kind": "government", "region": CITY}),
        ("units", {"id": "N1", "name": "x", "kind": "government", "region": ""}),
        ("units", {"id": "N1", "name": "x", "kind": "government", "region": COUNTY, "handler": "R1"}),
        ("regions", {"code": COUNTY, "name": "x", "level": "county", "parent_code": ""}),
        ("regions", {"code": COUNTY, "name": "x", "level": "county", "parent_code": "330100"}),
        ("regions", {"code": CITY, "name": "x", "level": "city", "parent_code": COUNTY}),
        ("regions", {"code": "330100", "name": "x", "level": "city", "parent_code": COUNTY}),
        ("regions", {"code": "999", "name": "x", "level": "town", "parent_code": CITY}),
        ("regions", {"code": "999", "name": "x", "level": "town", "parent_code": ""}),
        ("places", {"id": "N1", "name": "x", "kind": "home", "region": CITY}),
        ("places", {"id": "N1", "name": "x", "kind": "home", "region": COUNTY, "deputies": "D1"}),
    ],
)
def test_an_import_of_a_county_does_not_leave_it(
    site: Site, kind: str, row: dict[str, str], tmp_path: Path
) -> None:
    """By the page, and by the county's folder at night."""
    words = upload(signed_in(site, "R2"), kind, row, status=422)
    assert "不在321302以内" in words
    folder = tmp_path / COUNTY
    folder.mkdir()
    (folder / f"{kind}.csv").write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", "utf-8")
    report = take_over(site.register, tmp_path, NOW, COUNTY)
    assert "outside 321302" in str(report.refused[f"{kind}.csv"])


def test_a_row_out_of_reach_is_refused_in_the_readers_language_with_its_column(site: Site) -> None:
    browser = signed_in(site, "R2")
    row = {"id": "N1", "name": "x", "role": "handler", "unit": "U1", "region": COUNTY}
    chinese = upload(browser, "people", row, status=422)
    assert "D unit" in chinese
    assert "这个人要到单位 U1，在321300，不在321302以内；请由那里的办事机构导入" in chinese
    assert "outside" not in chinese
    browser.http.cookies.set("lang", "en")
    english = upload(browser, "people", row, status=422)
    assert "the person would be of U1 in 321300, outside 321302; its own office imports it" in english


def test_every_reason_why_a_row_is_out_of_reach_has_chinese() -> None:
    """Walks the module that says what a row touches: both languages stand beside each other."""
    tree = ast.parse((ROOT / "storage/powers.py").read_text("utf-8"))
    named = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    calls = [node for node in named if getattr(node.func, "id", "") == "Touched"]
    assert len(calls) >= 10
    for call in calls:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in ast.unparse(call.args[2])) or "chinese" in ast.unparse(call)


def test_an_import_of_a_county_stays_possible(site: Site) -> None:
    county = signed_in(site, "R2")
    town = {"code": "321302100", "name": "双庄街道", "level": "town", "parent_code": COUNTY}
    upload(county, "regions", town, {"code": COUNTY, "name": "宿城", "level": "county", "parent_code": CITY})
    upload(county, "units", {"id": "N1", "name": "区教育局", "kind": "government", "region": COUNTY})
    upload(county, "people", {"id": "N2", "name": "甲", "role": "handler", "unit": "N1", "region": ""})
    upload(county, "people", {"id": "N3", "name": "乙", "role": "clerk", "unit": "", "region": town["code"]})
    assert person(site.register, "N2") == ("handler", "N1", "")
    assert person(site.register, "N3") == ("clerk", "", town["code"])


def test_a_regional_role_without_a_region_reaches_nothing(site: Site) -> None:
    site.register.import_directory("people", rows([{"id": "R9", "name": "无区划", "role": "registrar"}]))
    words = upload(
        signed_in(site, "R9"),
        "people",
        {"id": "N1", "name": "x", "role": "deputy", "region": CITY},
        status=422,
    )
    assert "不在您的区划以内" in words


@pytest.mark.parametrize("duty", ["system", "security", "audit", "系统管理员", "安全管理员", "审计管理员"])
def test_nobodys_import_gives_a_duty(site: Site, duty: str) -> None:
    administrator = signed_in(site, "sys", duty="system")
    words = upload(administrator, "people", {"id": "N1", "name": "x", "role": duty}, status=422)
    assert "role" in words
    assert duty in words


def test_no_region_comes_to_lie_below_itself(site: Site) -> None:
    administrator = signed_in(site, "sys", duty="system")
    ring = {"code": CITY, "name": "x", "level": "city", "parent_code": COUNTY}
    assert "会落到自己下面" in upload(administrator, "regions", ring, status=422)


@pytest.mark.both
@pytest.mark.parametrize(
    ("kind", "row", "who"),
    [
        ("people", moving("W1", unit="U1", role="unit_head", region=""), "W1"),
        ("people", moving("W1", unit="U2", region=""), "W1"),
        ("people", moving("R1", region=COUNTY), "R1"),
        ("people", moving("R1", role="citizen"), "R1"),
        ("units", {"id": "U1", "name": "交通运输局", "kind": "government", "region": "330100"}, "W1"),
        ("units", {"id": "K2", "name": "社会建设委员会", "kind": "committee", "region": CITY}, "C2"),
        ("regions", {"code": CITY, "name": "宿迁市", "level": "city", "parent_code": "330100"}, "R3"),
        ("regions", {"code": COUNTY, "name": "宿城区", "level": "county", "parent_code": "330100"}, "R3"),
        ("regions", {"code": COUNTY, "name": "宿城区", "level": "county", "parent_code": ""}, "R1"),
    ],
)
def test_a_change_of_what_somebody_with_an_account_may_do_waits(
    site: Site, kind: str, row: dict[str, str], who: str
) -> None:
    """Also of an account that is disabled or has no password yet. Whoever imports: the console too."""
    site.accounts.create(who, NOW, "test", person=who)
    site.accounts.disable(who, NOW)
    table, key = kind, "code" if kind == "regions" else "id"

    def stored() -> Any:
        with reading(site.register.engine) as cursor:
            mark = site.register.layout.sql.mark
            return cursor.rows(f"SELECT * FROM {table} WHERE {key} = {mark}", [row[key]])

    before = stored()
    report = site.register.import_directory(kind, rows([row]))
    assert (report.new, report.replaced, report.waiting) == (0, 0, 1)
    assert stored() == before
    (batch,) = waiting_changes(site.register)
    decided = confirm_changes(site.register, batch.id, "security", NOW)
    assert decided.done == (row[key],)
    assert stored() != before
    assert waiting_changes(site.register) == []


@pytest.mark.both
def test_whoever_has_no_account_changes_at_once_and_other_columns_do_too(site: Site) -> None:
    an_account(site, "W1")
    report = site.register.import_directory(
        "people",
        rows(
            [moving("R2", region=CITY), moving("W1", unit="U1", region="", name="马跃", phone="13900000000")]
        ),
    )
    assert report.waiting == 0
    assert person(site.register, "R2")[2] == CITY


@pytest.mark.both
def test_one_batch_shown_side_by_side_is_confirmed_once_by_the_security_administrator(site: Site) -> None:
    for who in ("G1", "W1"):
        an_account(site, who)
    administrator, security = signed_in(site, "sys", duty="system"), signed_in(site, "sec", duty="security")
    upload(administrator, "people", moving("G1", role="registrar"), moving("W1", unit="U2", region=""))
    assert "等安全管理员确认：2 条" in page_text(administrator.get("/directory?kind=people"))
    shown = page_text(security.get("/changes"))
    assert "people.csv" in shown
    for words in ("政府办公室 代表工委", "U1 U2"):
        assert words in shown
    assert "已确认 2 条" in decide(security)
    assert person(site.register, "G1")[0] == "registrar"
    assert person(site.register, "W1")[1] == "U2"
    assert "没有等确认的变更" in page_text(security.get("/changes"))
    assert "等安全管理员确认" not in page_text(administrator.get("/directory?kind=people"))


def test_the_region_that_comes_with_another_unit_is_shown_beside_it(site: Site) -> None:
    """The id of a unit does not say that it lies in another region, or was moved there."""
    an_account(site, "W1")
    far = {"id": "U9", "name": "外市局", "region": "330100", "kind": "government"}
    site.register.import_directory("units", rows([far]))
    site.register.import_directory("people", rows([moving("W1", unit="U9", region="")]))
    shown = page_text(signed_in(site, "sec", duty="security").get("/changes"))
    assert "单位的区划 321300 330100" in shown


def test_a_refused_batch_changes_nothing(site: Site) -> None:
    an_account(site, "G1")
    security = signed_in(site, "sec", duty="security")
    site.register.import_directory("people", rows([moving("G1", role="registrar")]))
    decide(security, "refuse", 422, why="")
    assert "已退回" in decide(security, "refuse", why="没有任免文件")
    assert person(site.register, "G1")[0] == "dispatcher"
    assert waiting_changes(site.register) == []


@pytest.mark.both
def test_a_row_that_changed_meanwhile_is_stale_and_the_rest_goes_in(site: Site) -> None:
    for who in ("G1", "W1"):
        an_account(site, who)
    register = site.register
    register.import_directory(
        "people", rows([moving("G1", role="registrar"), moving("W1", unit="U2", region="")])
    )
    (batch,) = waiting_changes(register)
    with register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET phone = '1' WHERE id = 'G1'")
    decided = confirm_changes(register, batch.id, "sec", NOW)
    assert decided == type(decided)(("W1",), ("G1",))
    assert person(register, "G1")[0] == "dispatcher"
    with pytest.raises(ChangeRefused, match="nothing of the import"):
        confirm_changes(register, batch.id, "sec", NOW)


def test_a_later_import_of_the_same_row_takes_the_place_of_the_one_that_waits(site: Site) -> None:
    an_account(site, "G1")
    for role in ("registrar", "leader"):
        site.register.import_directory("people", rows([moving("G1", role=role)]))
    (batch,) = waiting_changes(site.register)
    assert batch.lines[0]["new"]["role"] == "leader"
    site.register.import_directory("people", rows([moving("G1", name="办公室")]))
    assert waiting_changes(site.register) == []


def test_nobody_confirms_what_they_imported_or_what_they_are(site: Site) -> None:
    an_account(site, "G1")
    for by, name in (("sec", "G1"), ("R1", "G1")):
        site.register.import_directory(
            "people", rows([moving("G1", role="registrar", name=name)]), Importer(by, NOW, "page", "x.csv")
        )
        (batch,) = waiting_changes(site.register)
        confirmer = "sec" if by == "sec" else "G1"
        with pytest.raises(ChangeRefused, match="somebody else has to confirm"):
            confirm_changes(site.register, batch.id, confirmer, NOW)
        refuse_changes(site.register, batch.id, "other", NOW, "x")


@pytest.mark.both
def test_nobody_takes_back_by_an_import_of_their_own_what_waits_for_themselves(site: Site) -> None:
    """A dispatcher who is moved away imports his own row as it stands: his removal goes on waiting."""
    administrator, dispatcher = signed_in(site, "sys", duty="system"), signed_in(site, "G1")
    upload(administrator, "people", moving("G1", role="clerk"))
    upload(dispatcher, "people", moving("G1"))
    (batch,) = waiting_changes(site.register)
    assert batch.lines[0]["new"]["role"] == "clerk"
    upload(administrator, "people", moving("G1"))
    assert waiting_changes(site.register) == []


def a_place(**faulty: str) -> dict[str, str]:
    names = ("id", "name", "region", "kind", "address", "schedule", "deputies", "clerks", "closed_on")
    return dict.fromkeys(names, "") | {"id": "P1", "name": "站", "region": CITY, "kind": "station"} | faulty


@pytest.mark.both
@pytest.mark.parametrize("who", ["G1", "sys"])
def test_who_works_at_a_place_waits_where_whoever_imports_does_not_see_the_citizens(site: Site, who: str) -> None:
    """A dispatcher or the system administrator gives a clerk the citizens of a place, or of the region."""
    clerk = signed_in(site, "K1")
    site.register.import_directory("places", rows([a_place(), a_place(id="P2", clerks="K1")]))
    importer = signed_in(site, who, duty="" if who == "G1" else "system")
    code = places_by_id(site.register, ["P1"])[0].code
    moved = a_place(clerks="K1", address="新街一号")
    upload(importer, "places", moved, a_place(id="P2"), a_place(id="P3", clerks="K1"))
    visitor = site.accounts.visitor(clerk.http.cookies["duban"], site.real_now(), site.today())
    assert visitor
    assert visitor.places == ("P2",)
    (batch,) = waiting_changes(site.register)
    assert [line["subject"] for line in batch.lines] == ["P1", "P2", "P3"]
    assert "K1" in page_text(signed_in(site, "sec", duty="security").get("/changes"))
    with pytest.raises(ChangeRefused, match="somebody else"):
        confirm_changes(site.register, batch.id, "K1", NOW)
    assert confirm_changes(site.register, batch.id, "sec", NOW).done == ("P1", "P2", "P3")
    visitor = site.accounts.visitor(clerk.http.cookies["duban"], site.real_now(), site.today())
    assert visitor
    assert visitor.places == ("P1", "P3")
    (place,) = places_by_id(site.register, ["P1"])
    assert (place.code, place.address) == (code, "新街一号")


def test_the_office_staffs_its_places_at_once_and_so_is_whoever_has_no_account(site: Site) -> None:
    signed_in(site, "K1")
    upload(signed_in(site, "R1"), "places", a_place(clerks="K1"))
    upload(signed_in(site, "G1"), "places", a_place(id="P2", deputies="D1"))
    assert waiting_changes(site.register) == []


@pytest.mark.both
def test_a_place_whose_people_became_others_is_stale(site: Site) -> None:
    signed_in(site, "K1")
    upload(signed_in(site, "G1"), "places", a_place(clerks="K1"))
    (batch,) = waiting_changes(site.register)
    with site.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE people SET role = 'handler' WHERE id = 'K1'")
    assert confirm_changes(site.register, batch.id, "sec", NOW).stale == ("P1",)


def test_other_rows_of_a_nightly_file_go_in_and_the_waiting_ones_are_visible(
    site: Site, tmp_path: Path
) -> None:
    an_account(site, "G1")
    text = "id,name,role,region\nG1,办公室,registrar,321300\nD7,新代表,deputy,321300\n"
    (tmp_path / "people.csv").write_text(text, "utf-8")
    report = take_over(site.register, tmp_path, NOW)
    assert report.done == ["people.csv"]
    assert "rows waiting for a confirmation: 1" in str(report)
    assert person(site.register, "D7")[0] == "deputy"
    assert person(site.register, "G1")[0] == "dispatcher"
    assert "1 条身份变更" in page_text(signed_in(site, "sys", duty="system").get("/status"))
    assert "people.csv" in page_text(signed_in(site, "sec", duty="security").get("/changes"))


@pytest.mark.both
def test_every_import_is_kept_row_by_row(site: Site) -> None:
    new = {"id": "D9", "name": "新", "role": "deputy", "unit": "", "region": CITY}
    upload(signed_in(site, "R1"), "people", moving("R2", region=CITY), new)
    with reading(site.register.engine) as cursor:
        entry = cursor.session.exec(select(ImportRow).where(ImportRow.file == "people.csv")).one()
        of_it = select(ImportLineRow).where(ImportLineRow.import_id == entry.id).order_by(col(ImportLineRow.line))
        lines = cursor.session.exec(of_it).all()
    assert (entry.by, entry.source, entry.kind, entry.region, entry.named) == ("R1", "page", "people", CITY, 2)
    assert [(line.line, line.subject, line.outcome) for line in lines] == [
        (1, "R2", "changed"), (2, "D9", "new"),
    ]  # fmt: skip
    assert lines[0].old is not None
    assert (lines[0].old["region"], lines[0].new["region"]) == (COUNTY, CITY)
    assert lines[1].old is None


def test_the_log_of_a_place_keeps_neither_its_code_nor_its_secret(site: Site) -> None:
    place = {"id": "P1", "name": "站", "region": CITY, "kind": "station", "deputies": "D1"}
    site.register.import_directory("places", rows([place]))
    with reading(site.register.engine) as cursor:
        ((code, secret),) = cursor.rows("SELECT code, secret FROM places")
        kept = str(cursor.rows("SELECT new FROM import_lines"))
    assert code not in kept
    assert secret not in kept


def test_a_confirmed_change_ends_what_was_given_out_before(site: Site) -> None:
    browser = signed_in(site, "W1")
    link = site.accounts.link_to_sign_in  # made after, else it would end the session
    site.register.import_directory("people", rows([moving("W1", unit="U2", region="")]))
    browser.get("/cases")
    (batch,) = waiting_changes(site.register)
    token = link("W1", site.real_now(), "test", timedelta(days=1))
    held, _ = site.tokens.make("W1", "程序", ["read"], site.real_now(), timedelta(days=1))
    confirm_changes(site.register, batch.id, "sec", site.real_now())
    browser.get("/cases")
    assert browser.path == "/sign-in"
    assert site.accounts.link(token, site.real_now()) is None
    assert site.tokens.visitor(held, site.real_now(), site.today()) is None


def test_whoever_leaves_a_unit_leaves_its_chain(site: Site) -> None:
    an_account(site, "W1")
    site.register.import_directory("people", rows([moving("W1", unit="U2", region="")]))
    (batch,) = waiting_changes(site.register)
    confirm_changes(site.register, batch.id, "sec", NOW)
    with reading(site.register.engine) as cursor:
        assert cursor.rows("SELECT 1 FROM chain_links WHERE unit = 'U1' AND person = 'W1'") == []


def test_the_role_is_shown_again_when_an_account_is_issued(site: Site) -> None:
    security = signed_in(site, "sec", duty="security")
    site.register.import_directory("people", rows([moving("D2", role="registrar", name="代表2")]))
    words = page_text(security.submit("/accounts", "/accounts", do="create", person="D2"))
    assert "这个账号是： 代表2 · 代表工委 · – · 321300" in words
    page = security.submit("/accounts", "/accounts", do="link", name="D2")
    assert "代表2 · 代表工委" in page_text(page)
    path = re.findall(r'value="[^"]*(/link/[^"]+)"', page)[0]
    assert "这个账号是： 代表2 · 代表工委 · – · 321300" in page_text(Browser(site).get(path))


@pytest.mark.both
def test_the_nightly_audit_lists_the_days_changes_of_power(site: Site) -> None:
    security, now = signed_in(site, "sec", duty="security"), site.real_now()
    security.submit("/accounts", "/accounts", do="create", person="G1")
    security.submit("/accounts", "/accounts", do="link", name="G1")
    security.submit("/accounts", "/accounts", do="disable", name="G1")
    security.submit("/accounts", "/accounts", do="enable", name="G1")
    signed_in(site, "R1").submit("/mandates", "/mandates", proxy="A1", deputy="D1")
    upload(
        signed_in(site, "sys", duty="system"),
        "people",
        moving("G1", role="registrar"),
        moving("R2", region=CITY),
    )
    decide(security)
    report = nightly_audit(site.register, now, on=civil_day(now)).markdown
    _, _, listed = report.partition("## 权限变动 changes of power：")
    for words in (
        "sec：新建账号 account made G1", "sec：重发一次性链接 account reset G1", "sec：停用账号 account closed G1",
        "sec：恢复账号 account opened again G1", "R1：委托 mandate A1", "sec：身份 role G1 dispatcher → registrar",
        f"sec：区划 region R2 {COUNTY} → {CITY}",
    ):  # fmt: skip
        assert words in listed, words
    county = nightly_audit(site.register, now, COUNTY, civil_day(now)).markdown
    assert "G1" not in county


def test_an_import_that_gives_a_new_person_an_overseeing_role_is_listed_too(site: Site) -> None:
    now = datetime.now(UTC)
    site.register.import_directory(
        "people", rows([{"id": "R7", "name": "新", "role": "registrar", "region": CITY}])
    )
    report = nightly_audit(site.register, now, on=civil_day(now)).markdown
    assert "身份 role R7 – → registrar" in report


# -- the kind: every other way --------------------------------------------------------------------------------


def test_every_import_in_the_programs_says_who_imports() -> None:
    """Walks the calls in portal and flows; a made-up city imports as itself."""
    calls = (
        (path.relative_to(ROOT).as_posix(), node)
        for path in (*ROOT.glob("portal/**/*.py"), *ROOT.glob("flows/**/*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call)
    )
    silent = [
        path
        for path, call in calls
        if isinstance(call.func, ast.Attribute)
        and call.func.attr == "import_directory"
        and len(call.args) + len(call.keywords) < 3
    ]
    assert set(silent) <= {
        "portal/demo/__main__.py", "portal/rehearsal/one_life.py", "portal/rehearsal/roster.py",
        "portal/rehearsal/recorded.py",
    }  # fmt: skip


OF_POWER = {
    "people": {"role", "unit", "region", "term_from", "term_to", "email", "phone"}, "units": {"name", "region"},
    "regions": {"parent_code"}, "places": {"deputies", "clerks"},
}  # fmt: skip
"""Of each table of the directory the columns by which somebody reaches more, less or other cases."""

NO_POWER = {
    "people": {"id", "name", "delegation"},
    "units": {"id", "kind", "abolished_on", "email", "phone", "handler", "section_head", "unit_leader", "unit_head",
              "gov_leader"},
    "regions": {"code", "name", "level"},
    "places": {"id", "name", "region", "kind", "address", "schedule", "closed_on"},
}  # fmt: skip
"""The others; links of a chain, who are told, wait as one."""


def told_at(register: Register, id_: str) -> str:
    with reading(register.engine) as cursor:
        rows = cursor.rows(f"SELECT email FROM people WHERE id = '{id_}'")
    return str(rows[0][0]) if rows else "nobody"


@pytest.mark.parametrize(
    "row",
    [
        {"id": "N9", "name": "新登记员", "role": "代表工委", "region": CITY, "email": "gov@example.org"},
        moving("R1", email="gov@example.org"), moving("D1", email="gov@example.org"),
        {"id": "N7", "name": "经办", "role": "代表工委", "unit": "", "region": CITY, "email": "gov@example.org"},
    ],
    ids=["a new registrar", "the registrar", "a deputy", "who was a handler"],
)  # fmt: skip
def test_a_dispatcher_lets_nobody_elses_notices_come_to_himself(site: Site, row: dict[str, str]) -> None:
    handler = {"id": "N7", "name": "经办", "role": "承办人", "unit": "U1", "email": ""}
    site.register.import_directory("people", rows([handler]))
    before = told_at(site.register, row["id"])
    page = upload(signed_in(site, "G1"), "people", row)
    assert "等" in page_text(page)
    assert told_at(site.register, row["id"]) == before
    decide(signed_in(site, "security", duty="security"))
    assert told_at(site.register, row["id"]) == "gov@example.org"


def test_a_registrar_sends_no_deputys_link_elsewhere_but_keeps_the_others_addresses(site: Site) -> None:
    office = signed_in(site, "R1")
    upload(office, "people", moving("D2", email="x@example.org"))
    assert told_at(site.register, "D2") != "x@example.org"
    plain = {"id": "N8", "name": "新经办", "role": "承办人", "unit": "U2", "email": "a@example.org"}
    upload(office, "people", plain)
    upload(office, "people", plain | {"email": "b@example.org"})
    assert told_at(site.register, "N8") == "b@example.org"


@pytest.mark.both
def test_a_dispatcher_puts_nobody_of_elsewhere_into_a_units_chain(site: Site) -> None:
    def chain_units() -> list[tuple[str, ...]]:
        with reading(site.register.engine) as cursor:
            return cursor.rows("SELECT unit FROM chain_links WHERE person = 'G1' ORDER BY unit")

    dispatcher = signed_in(site, "G1")
    unit = {"id": "U1", "name": "一", "region": CITY, "kind": "government", "handler": "G1"}
    assert "等安全管理员确认" in upload(dispatcher, "units", unit)
    assert "等安全管理员确认" in upload(dispatcher, "units", unit | {"id": "U8", "name": "新局"})
    assert chain_units() == []
    page = page_text(signed_in(site, "security", duty="security").get("/changes"))
    assert "责任链" in page
    for batch in waiting_changes(site.register):
        confirm_changes(site.register, batch.id, "security", NOW)
    assert chain_units() == [("U1",), ("U8",)]


def test_a_unit_names_its_own_people_at_once(site: Site) -> None:
    own = {"id": "N8", "name": "新经办", "role": "承办人", "unit": "U2"}
    site.register.import_directory("people", rows([own]))
    unit = {"id": "U2", "name": "二", "region": CITY, "kind": "government", "handler": "N8", "section_head": "N8"}
    assert "等安全管理员确认" not in upload(signed_in(site, "G1"), "units", unit)


def test_whoever_gets_another_address_stays_signed_in(site: Site) -> None:
    held = signed_in(site, "D1")
    upload(signed_in(site, "R1"), "people", moving("D1", email="new@example.org"))
    decide(signed_in(site, "security", duty="security"))
    assert told_at(site.register, "D1") == "new@example.org"
    held.get("/")


def test_every_column_of_the_directory_is_known_to_give_power_or_none() -> None:
    for kind, columns in COLUMNS.items():
        assert OF_POWER[kind] | NO_POWER[kind] == set(columns), kind
        assert not OF_POWER[kind] & NO_POWER[kind]


def test_what_a_visitor_is_comes_from_no_other_column_than_these() -> None:
    """`visitor_from` reads a person's own columns and term, the unit's name and region, mandates, places."""
    from storage.accounts import JOINED, OF_VISITOR

    assert OF_VISITOR == (
        "a.name, a.duty, a.person, p.name, p.role, p.unit, u.name, coalesce(nullif(p.region, ''), u.region, ''), "
        "p.term_from, p.term_to"
    )
    assert JOINED == "LEFT JOIN people p ON p.id = a.person LEFT JOIN units u ON u.id = p.unit"


def test_only_a_security_administrator_decides_and_only_whoever_has_the_directory_imports() -> None:
    pages = {role: right.pages for role, right in RIGHTS.items()}
    assert {role for role in pages if "changes" in pages[role]} == {"security"}
    assert {role for role in pages if "directory" in pages[role]} == {
        "system",
        Role.REGISTRAR,
        Role.DISPATCHER,
    }


def test_no_account_is_for_nobody_of_the_directory(site: Site) -> None:
    with pytest.raises(AccountRefused):
        site.accounts.create("x", NOW.astimezone(ZONE), "test", person="nobody")
