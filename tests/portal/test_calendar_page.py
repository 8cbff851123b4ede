"""The calendar as a table, and a notice that is looked at before it moves anything."""

import json
import re
from datetime import date, timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from flows.imports import take_over
from flows.notices import notice_of
from flows.records import TableError
from portal.visitor.site import Site
from states.reasons import Refused
from storage import Register
from storage.statements import reading
from tests.builders import CITY, FIRST, PEOPLE, deadline, dump, rows, walk
from tests.calendars import a_notice, as_toml
from tests.portal.standing import Standing
from tests.portal.web import page_text, signed_in

OFF = as_toml(a_notice(2027, off=[date(2027, 1, 4)], on=[date(2027, 1, 9)]))


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk, Standing(on=FIRST))


def test_a_year_shows_holidays_and_worked_weekends_in_words_with_their_source(site: Site) -> None:
    page = signed_in(site, "W1").get("/calendar?year=2025")
    text = page_text(page)
    assert "2025 年工作日历" in text
    assert "247" in text or "248" in text
    assert "2025-01-26 日 上班" in text
    assert "历年通知" in text
    assert page.count('class="month"') == 12
    assert "导入放假通知" not in page
    assert "还没有" in page_text(signed_in(site, "W1").get("/calendar?year=2027"))
    signed_in(site, "W1").get("/calendar?year=9999", 404)


@pytest.mark.both
def test_a_notice_is_previewed_without_a_trace_and_then_moves_what_was_said(site: Site) -> None:
    walk(site.register, "C1", until="assign")
    limit = deadline(site.register, "C1", "receipt_by")
    office = signed_in(site, "R1")
    before = dump(site.register.engine)
    page = office.submit(
        "/calendar/preview", "/calendar", title="本市防汛放假通知", year="", off=limit.last_day.isoformat(), on=""
    )
    text = page_text(page)
    assert "现在什么都还没有改" in text
    moved = limit.last_day + timedelta(days=1)
    assert f"{limit.last_day} {moved}" in text
    after = dump(site.register.engine)
    assert {name for name in after if after[name] != before[name]} <= {"sessions", "accesses"}
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    shown = office.post("/calendar/import", {name: unescape(value) for name, value in kept.items()})
    assert "已导入" in page_text(shown)
    assert "本市防汛放假通知（R1 导入）" in page_text(shown)
    assert deadline(site.register, "C1", "receipt_by").last_day == moved
    names = [event["name"] for event in site.register.events("C1")]
    assert "limit.moved" in names


def test_the_preview_says_exactly_what_the_import_then_does(site: Site) -> None:
    from flows.notices import notice_of
    from storage.forecast import forecast

    walk(site.register, "C1", "C2", until="receipt", every=2)
    last = deadline(site.register, "C1", "return_by").last_day
    days = [last.isoformat(), (last + timedelta(days=1)).isoformat()]
    notice = notice_of({"title": "调休", "off": days}, "test")
    predicted = forecast(site.register, notice)
    done = site.register.import_calendar(notice, site.now() + timedelta(days=60), "R1")
    assert predicted == done
    assert done.moved


def test_a_file_is_taken_and_the_administrator_sees_counts_only(site: Site) -> None:
    walk(site.register, "C1", until="assign", on=date(2026, 12, 29))
    site.clock = Standing(on=date(2026, 12, 30))
    admin = signed_in(site, "root", "system")
    form = admin.get("/calendar")
    csrf = re.findall(r'name="csrf" value="([^"]*)"', form)[0]
    answer = admin.http.post(
        "/calendar/preview", data={"csrf": csrf}, files={"file": ("2027.toml", OFF.encode())}
    )
    assert answer.status_code == 200
    text = page_text(answer.text)
    assert "2027 年全年安排" in text
    assert "只看总数" in text
    assert "C1" not in text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"holidays": []}, "notice_keys_unknown"),
        ({"title": 5}, "notice_title_or_year"),
        ({"year": "2027"}, "notice_title_or_year"),
        ({"on": "2027-02-06"}, "days_no_list"),
        ({"issued_on": "2027"}, "notice_issued_malformed"),
        ({"region": 321300}, "notice_region_malformed"),
    ],
)
def test_a_notice_that_cannot_be_read_says_why_in_both_languages(data: dict[str, object], code: str) -> None:
    with pytest.raises(TableError) as refusal:
        notice_of({"title": "通知"} | data, "notice.toml")
    why = refusal.value.refused.facts["why"]
    assert isinstance(why, Refused)
    assert why.code == code
    assert re.search("[\u4e00-\u9fff]", refusal.value.chinese.replace("：", ""))
    assert not re.search("[\u4e00-\u9fff]", str(refusal.value))


def test_what_is_wrong_in_a_notice_is_said_and_what_was_typed_stays(site: Site) -> None:
    office = signed_in(site, "R1")
    typed = {"title": "放假通知", "year": "2027", "off": "2027-02-31", "on": ""}
    page = office.submit("/calendar/preview", "/calendar", 422, **typed)
    assert "2027-02-31" in page
    assert 'value="放假通知"' in page
    assert "请写文件名称" in page_text(office.submit("/calendar/preview", "/calendar", 422, title=""))
    abroad = signed_in(site, "R1")
    abroad.http.cookies.set("lang", "en")
    assert "form: 1 bad row" in abroad.submit("/calendar/preview", "/calendar", 422, **typed)
    assert "is no year; write four" in abroad.submit("/calendar/preview", "/calendar", 422, title="x", year="20")
    csrf = re.findall(r'name="csrf" value="([^"]*)"', office.get("/calendar"))[0]
    office.post("/calendar/import", {"csrf": csrf, "notice": "{"}, 422)
    handler = signed_in(site, "W1")
    csrf = re.findall(r'name="csrf" value="([^"]*)"', handler.get("/calendar"))[0]
    handler.post("/calendar/preview", {"csrf": csrf, "title": "x", "off": "2027-01-01"}, 403)


def test_rulebooks_show_their_articles_mark_what_is_inferred_and_compare(site: Site) -> None:
    deputy = signed_in(site, "D1")
    page = deputy.get("/rules/suqian")
    assert "推定" in page_text(page)
    assert "其他规则" in page_text(page)
    compared = page_text(deputy.get("/rules/suqian?against=chongqing"))
    assert "limits.reply_by" in compared
    assert "没有规则集" in page_text(deputy.get("/rules/suqian?against=nowhere", 404))
    deputy.get("/rules/national.xlsx")


def test_every_rulebook_has_a_page_with_its_articles_and_stands_beside_another(site: Site) -> None:
    deputy = signed_in(site, "D1")
    library = site.register.library
    index = page_text(deputy.get("/rules"))
    for name in library.names():
        assert library.get(name).title in index
        shown = page_text(deputy.get(f"/rules/{name}"))
        for row in library.get(name).limits.values():
            assert row.says in shown
    former = page_text(deputy.get("/rules/henan@2017-08-01?against=henan"))
    newer, older = library.versions("henan")
    assert older.ident in former
    assert f"{older.title} → {newer.title}" in former
    assert f"{older.version} 起，{newer.version} 换新" in index
    deputy.get("/rules/henan@2017-08-01.xlsx")
    assert "没有规则集 henan@2018-01-01" in page_text(deputy.get("/rules/henan@2018-01-01", 404))
    assert "2014-01-22（推定）" in page_text(deputy.get("/rules"))
    beijing = page_text(deputy.get("/rules/beijing"))
    assert "推定：公布之日起施行，手头的文本没有写公布日，取通过那天" in beijing
    assert "北京(2014) 第二十七条；推定：条文未写起算点，取提出要求那天" in beijing
    henan = page_text(deputy.get("/rules/henan"))
    assert "河南(2017) 第二十二条第一款" in henan  # of one key of the evaluation, not of the whole section
    beside = page_text(deputy.get("/rules/shandong?against=qingdao"))
    titles = f"{library.versions('shandong')[0].title} → {library.versions('qingdao')[0].title}"
    for words in (titles, "lead_by_consent lead"):
        assert words in beside
    assert "推定" in page_text(deputy.get("/rules/cppcc"))


@pytest.mark.both
def test_an_office_decides_days_of_its_own_region_and_below_only(site: Site) -> None:
    own = next(row["region"] for row in PEOPLE if row["id"] == "R1")
    day = FIRST + timedelta(days=1)
    office = signed_in(site, "R1")
    typed = {"title": "停工", "year": "", "off": day.isoformat(), "on": "", "issued_on": FIRST.isoformat()}
    refused = page_text(office.submit("/calendar/preview", "/calendar", 422, **typed, region="110000"))
    assert f"不在您的区划 {own} 以内" in refused
    page = office.submit("/calendar/preview", "/calendar", 200, **typed, region="")
    assert f"区划 {own} 及以下" in page_text(page)
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    forged = {**kept, "notice": unescape(kept["notice"]).replace(f'"region": "{own}"', '"region": "110000"')}
    office.post("/calendar/import", {name: unescape(value) for name, value in forged.items()}, 422)
    shown = page_text(office.post("/calendar/import", {name: unescape(value) for name, value in kept.items()}))
    assert f"，区划 {own}" in shown
    assert not site.workdays(own).is_workday(day)
    assert site.workdays().is_workday(day)


@pytest.mark.both
def test_a_county_settles_no_year_for_the_whole_country(site: Site, tmp_path: Path) -> None:
    """Its registrar by no form, its folder by no file; the region at the top and the root of the folder do."""
    site.register.import_directory("regions", rows(({"code": "320000", "name": "某省", "level": "province"},)))
    under = {"code": CITY, "name": "宿迁市", "level": "city", "parent_code": "320000"}
    site.register.import_directory("regions", rows((under,)))
    office = signed_in(site, "R1")
    typed = {"title": "2027年放假通知", "year": "2027", "off": "2027-01-01/2027-01-03", "on": "", "issued_on": ""}
    refused = page_text(office.submit("/calendar/preview", "/calendar", 422, **typed))
    assert "由最上级区划 320000的登记员、系统管理员" in refused
    whole = a_notice(2027)
    days = [[day.day.isoformat(), day.working, day.name] for day in whole.days]
    kept = {"title": whole.title, "year": 2027, "days": days, "issued_on": "", "region": ""}
    csrf = re.findall(r'name="csrf" value="([^"]*)"', office.get("/calendar"))[0]
    office.post("/calendar/import", {"csrf": csrf, "notice": json.dumps(kept)}, 422)
    folder = tmp_path / "import" / CITY
    folder.mkdir(parents=True)
    (folder / "calendar.toml").write_text(OFF, "utf-8")
    (folder / "calendar-2.toml").write_text('title = "停工"\nregion = "320000"\noff = ["2025-07-10"]\n', "utf-8")
    report = take_over(site.register, tmp_path / "import", site.now())
    assert len(report.refused) == 2, report
    assert not site.workdays().knows(2027)
    (tmp_path / "import" / "calendar.toml").write_text(OFF, "utf-8")
    assert take_over(site.register, tmp_path / "import", site.now()).refused == {}
    assert site.workdays().knows(2027)


def test_the_region_at_the_top_settles_a_year(site: Site) -> None:
    office = signed_in(site, "R1")
    whole = a_notice(2027)
    days = "\n".join(str(day.day) for day in whole.days)
    typed = {"title": "2027年放假通知", "year": "2027", "off": days, "on": "", "issued_on": ""}
    office.submit("/calendar/preview", "/calendar", 200, **typed)


def test_a_years_notice_that_is_not_whole_is_refused_with_the_days_that_it_lacks(site: Site) -> None:
    office = signed_in(site, "R1")
    typed = {"title": "2027年放假通知", "year": "2027", "off": "2027-01-01/2027-01-03", "on": "", "issued_on": ""}
    refused = page_text(office.submit("/calendar/preview", "/calendar", 422, **typed))
    assert "2027-02-05 春节" in refused
    assert "2027-01-01" not in refused.partition("statutory")[2].partition("；")[0]


def test_the_calendars_own_table_imported_again_changes_nothing(site: Site, tmp_path: Path) -> None:
    office = signed_in(site, "R1")
    site.register.import_calendar(notice_of({"title": "防汛", "off": ["2025-07-10"]}, "x"), site.now(), "R1")
    office.get("/calendar.xlsx?year=2025")
    assert office.last is not None
    content = office.last.content
    before = dump(site.register.engine)["calendar_notices"], dump(site.register.engine)["notice_days"]
    csrf = re.findall(r'name="csrf" value="([^"]*)"', office.get("/calendar"))[0]
    page = office.post("/calendar/preview", {"csrf": csrf}, files={"file": ("calendar-2025.xlsx", content)})
    assert "与日历一样，没有再记" in page_text(page)
    assert "确认导入" not in page
    folder = tmp_path / "import"
    folder.mkdir()
    (folder / "calendar-2025.xlsx").write_bytes(content)
    assert take_over(site.register, folder, site.now()).done == ["calendar-2025.xlsx"]
    assert (dump(site.register.engine)["calendar_notices"], dump(site.register.engine)["notice_days"]) == before
    book = openpyxl.load_workbook(BytesIO(content))
    book.active.append(["2025-07-11", "休息", "防汛", ""])
    book.save(folder / "calendar-2025.xlsx")
    take_over(site.register, folder, site.now())
    with reading(site.register.engine) as cursor:
        days = cursor.rows(
            "SELECT day FROM notice_days d JOIN calendar_notices n ON n.id = d.notice WHERE n.year IS NULL"
        )
    assert {str(day) for (day,) in days} == {"2025-07-10", "2025-07-11"}
