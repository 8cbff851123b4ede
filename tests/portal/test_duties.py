"""The three administrators: whatever touches their accounts takes two people, and nobody becomes one alone."""

import inspect
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.settings import Settings, UnfitSetting, second_factor_roles
from flows.status import status
from portal.cli import app
from portal.visitor.site import Site
from states.vocabulary import AccountAct, Duty
from storage import Register
from storage.accounts import Accounts
from storage.confirming import ChangeRefused, confirm_changes, waiting_changes
from storage.duties import LASTS, Duties
from storage.errors import AccountRefused
from storage.messages import list_messages
from storage.powers import Importer
from storage.second_factor import code_at
from storage.statements import reading
from tests.builders import CITY, rows
from tests.portal.city import a_whole_directory
from tests.portal.web import ADDRESS, PASSWORD, Browser, an_account, page_text, signed_in

NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def site(register: Register) -> Site:
    a_whole_directory(register)
    new_site = Site(register)
    for name, duty in (("sys", "system"), ("sec", "security"), ("aud", "audit")):
        an_account(new_site, name, duty)
    return new_site


@pytest.fixture
def duties(site: Site) -> Duties:
    return site.duties


def names(site: Site) -> set[str]:
    return {row["name"] for row in site.accounts.listed()}


def shown(page: str, label: str) -> str:
    match = re.search(rf'value="([^"]+)" aria-label="{label}"', page)
    return match.group(1) if match else ""


def enter_with_device(site: Site, path: str, **more: str) -> Browser:
    """Use a one-time link, and enrol the device that it asks for."""
    browser = Browser(site)
    browser.get(path)
    page = browser.post(path, {"password": PASSWORD, "again": PASSWORD, **more})
    enrol(site, browser, page)
    return browser


def enrol(site: Site, browser: Browser, page: str) -> tuple[str, list[str]]:
    """Show the code of the device that the page offers; its secret, and the recovery codes."""
    secret = re.findall(r'id="secret" readonly value="([A-Z2-7]+)"', page)[0]
    page = browser.post("/sign-in/code", {"code": code_at(secret, site.real_now()), "next": "/"})
    return secret, re.findall(r"<code>([^<]+)</code>", page)


# -- two people ----------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.parametrize("duty", list(Duty.values()))
def test_the_security_administrator_alone_makes_no_administrator(site: Site, duty: str) -> None:
    security = signed_in(site, "sec")
    before = names(site)
    security.submit("/accounts", "/accounts", 409, do="create", name="mine", duty=duty)
    page = security.submit("/duties", "/duties", do="create", account="mine", duty=duty, holder="某人")
    assert names(site) == before
    assert "/link/" not in page
    (wish,) = site.duties.waiting(site.real_now())
    csrf = security.get("/duties").partition('name="csrf" value="')[2].partition('"')[0]
    security.post("/duties", {"csrf": csrf, "do": "confirm", "id": wish.id}, 409)
    assert names(site) == before


@pytest.mark.parametrize("account", ["sys", "aud", "sec"])
@pytest.mark.parametrize("do", ["link", "disable", "enable"])
def test_the_security_administrator_alone_touches_no_administrator(site: Site, account: str, do: str) -> None:
    security = signed_in(site, "sec")
    csrf = security.get("/accounts").partition('name="csrf" value="')[2].partition('"')[0]
    assert "/link/" not in security.post("/accounts", {"csrf": csrf, "do": do, "name": account}, 409)
    Browser(site).submit("/sign-in", "/sign-in", account=account, password=PASSWORD)


@pytest.mark.both
def test_two_people_make_an_administrator_and_neither_alone_uses_the_link(site: Site) -> None:
    security, audit = signed_in(site, "sec"), signed_in(site, "aud")
    page = security.submit("/duties", "/duties", do="create", account="sys2", duty="system", holder="王二")
    code = shown(page, "领取码")
    assert code
    page = audit.submit("/duties", "/duties", do="confirm")
    path = shown(page, "链接").removeprefix(ADDRESS)
    assert code not in page
    assert "这个账号是： 王二 · 系统管理员" in page_text(page)
    guesser = Browser(site)
    assert "这个账号是： 王二 · 系统管理员" in page_text(guesser.get(path))
    for guess in ("", "x", "23456abcde"):
        assert "领取码不对" in guesser.post(path, {"password": PASSWORD, "again": PASSWORD, "code": guess}, 422)
    holder = enter_with_device(site, path, code=code)
    holder.get("/directory")
    Browser(site).get(path, 404)


def test_a_link_whose_code_is_guessed_ends(site: Site) -> None:
    code = site.duties.ask("link", "sys", "sec", NOW)
    (wish,) = site.duties.waiting(NOW)
    _, token = site.duties.confirm(wish.id, "aud", NOW, DAY)
    assert not any(site.accounts.enter_by_link(token, "sys", NOW, "guess") for _ in range(5))
    assert not site.accounts.enter_by_link(token, "sys", NOW, code)


@pytest.mark.both
def test_a_second_person_has_another_duty_and_is_not_whom_it_is_about(site: Site, duties: Duties) -> None:
    an_account(site, "sec2", "security")
    an_account(site, "R1")
    for what, account in (("link", "aud"), ("device", "aud"), ("disable", "aud")):
        duties.ask(what, account, "sec", NOW)
        (wish,) = duties.waiting(NOW)
        for second in ("sec", "sec2", "aud", "R1", "nobody"):
            with pytest.raises(AccountRefused, match="another person with another duty"):
                duties.confirm(wish.id, second, NOW, DAY)
        duties.confirm(wish.id, "sys", NOW, DAY)
        with pytest.raises(AccountRefused, match="waits no longer"):
            duties.confirm(wish.id, "sys", NOW, DAY)
        site.accounts.enable("aud", NOW)


def test_a_disabled_administrator_confirms_nothing(site: Site, duties: Duties) -> None:
    duties.ask("link", "aud", "sec", NOW)
    (wish,) = duties.waiting(NOW)
    site.accounts.disable("sys", NOW)
    with pytest.raises(AccountRefused, match="another person"):
        duties.confirm(wish.id, "sys", NOW, DAY)


@pytest.mark.both
def test_where_one_person_holds_several_duties_only_the_console_can(site: Site, duties: Duties) -> None:
    assert status(site.register, NOW)["duties_alone"] == []
    assert status(site.register, NOW)["duties_unnamed"] == ["aud", "sec", "sys"]
    for account in ("sys", "aud"):
        site.accounts.held_by(account, "李明", NOW, "console")
    assert status(site.register, NOW)["duties_unnamed"] == ["sec"]
    assert "担任：sec" in page_text(signed_in(site, "sys").get("/status"))
    assert duties.alone() == []
    with pytest.raises(AccountRefused, match="nobody else"):
        duties.ask("link", "aud", "sec", NOW)
    site.accounts.held_by("sec", " 李明", NOW, "console")
    assert status(site.register, NOW)["duties_alone"] == list(Duty.values())
    with pytest.raises(AccountRefused, match="at the server: duban account create --duty"):
        duties.ask("create", "sys2", "sec", NOW, "system", "王二")
    url = site.register.engine.url.render_as_string(hide_password=False)
    result = CliRunner().invoke(app, ["status", "--db", url])
    assert "only the console acts on administrators' accounts" in result.stdout
    made = CliRunner().invoke(
        app, ["account", "create", "--duty", "system", "--name", "sys2", "--holder", "王二", "--db", url]
    )
    assert made.exit_code == 0, made.output
    with reading(site.register.engine) as cursor:
        kept = cursor.rows("SELECT by, what, subject FROM power_changes WHERE subject = 'sys2' ORDER BY what")
    assert kept == [("console", "account.created", "sys2"), ("console", "account.link", "sys2")]


def test_where_no_second_duty_exists_only_the_console_can(site: Site, duties: Duties) -> None:
    for name in ("sys", "aud"):
        site.accounts.disable(name, NOW)
    assert duties.alone() == list(Duty.values())
    with pytest.raises(AccountRefused, match="nobody else"):
        duties.ask("enable", "sys", "sec", NOW)


def test_nobody_confirms_an_account_for_themselves(site: Site, duties: Duties) -> None:
    site.accounts.held_by("aud", "王二", NOW, "console")
    duties.ask("create", "sys2", "sec", NOW, "system", "王二")
    (wish,) = duties.waiting(NOW)
    with pytest.raises(AccountRefused, match="another person"):
        duties.confirm(wish.id, "aud", NOW, DAY)
    with pytest.raises(AccountRefused, match="two duties"):
        duties.ask("create", "sys3", "aud", NOW, "system", "王二")


@pytest.mark.both
@pytest.mark.parametrize(
    ("first", "second"),
    [("R1", "登记员"), ("登记员", "R1"), ("登 记员", "登记员"), ("Ｒ1", "r1"), (" 登记员", "登记员 ")],
)
def test_one_person_is_one_person_by_id_by_name_and_however_it_is_typed(
    site: Site, duties: Duties, first: str, second: str
) -> None:
    site.register.import_directory(
        "people", rows([{"id": "R1", "name": "登记员", "role": "registrar", "region": CITY}])
    )
    site.accounts.held_by("sec", first, NOW, "console")
    site.accounts.held_by("sys", second, NOW, "console")
    site.accounts.held_by("aud", "王二", NOW, "console")
    with pytest.raises(AccountRefused, match="nobody else"):
        duties.ask("link", "aud", "sec", NOW)
    with pytest.raises(AccountRefused, match="two duties"):
        duties.ask("create", "sys9", "sec", NOW, "system", second)
    duties.ask("create", "sys9", "sec", NOW, "system", "张三")
    (wish,) = duties.waiting(NOW)
    with pytest.raises(AccountRefused, match="another person"):
        duties.confirm(wish.id, "sys", NOW, DAY)


def test_nobody_confirms_as_an_administrator_what_they_imported_as_a_registrar(site: Site) -> None:
    """One person has an account of the directory and, by name, a duty."""
    an_account(site, "R1")
    an_account(site, "G1")
    site.accounts.held_by("sec", "R1", NOW, "console")
    row = {"id": "G1", "name": "督查室", "role": "registrar", "region": CITY}
    site.register.import_directory("people", rows([row]), Importer("R1", NOW, "page", "x.csv", CITY))
    (batch,) = waiting_changes(site.register)
    with pytest.raises(ChangeRefused, match="somebody else"):
        confirm_changes(site.register, batch.id, "sec", NOW)


def test_a_request_waits_a_week(duties: Duties) -> None:
    duties.ask("link", "sys", "sec", NOW)
    (wish,) = duties.waiting(NOW + LASTS - timedelta(seconds=1))
    assert duties.waiting(NOW + LASTS) == []
    with pytest.raises(AccountRefused, match="waits no longer"):
        duties.confirm(wish.id, "aud", NOW + LASTS, DAY)


@pytest.mark.both
def test_the_audit_administrator_is_told_at_once_whoever_does_it(site: Site, duties: Duties) -> None:
    """By two on the page, refused, by the console, and when the duty itself began."""
    duties.ask("disable", "sys", "sec", NOW)
    duties.refuse(duties.waiting(NOW)[0].id, "aud", NOW)
    duties.ask("disable", "sys", "sec", NOW + DAY)
    duties.confirm(duties.waiting(NOW + DAY)[0].id, "aud", NOW + DAY, DAY)
    site.accounts.enable("sys", NOW)
    site.accounts.link_to_sign_in("sys", NOW, "console", DAY)
    site.accounts.lose_device("R1" if "R1" in names(site) else "sys", NOW, "console")
    subjects = [message["subject"] for message in list_messages(site.register, recipient="duty:audit")]
    for words in (
        "sec 申请：停用账号 sys", "aud 不同意 sec 的申请：停用账号 sys", "aud 确认 sec 的申请：停用账号 sys",
        "console 恢复账号 sys", "console 重发 sys 的一次性链接", "console 解除了 sys 的验证设备", "test 新建账号 aud",
    ):  # fmt: skip
        assert any(words in subject for subject in subjects), words
    assert "【三员】" in page_text(signed_in(site, "aud").get("/inbox"))
    assert "【三员】" not in page_text(signed_in(site, "sec").get("/inbox"))


def test_a_lost_device_of_anybody_is_taken_away_by_two(site: Site) -> None:
    an_account(site, "R1")
    security, audit = signed_in(site, "sec"), signed_in(site, "aud")
    security.submit("/duties", "/duties", do="device", account="R1")
    assert "已办：解除验证设备 R1" in page_text(audit.submit("/duties", "/duties", do="confirm"))
    subjects = [row["subject"] for row in list_messages(site.register, recipient="person:R1")]
    assert any("解除了您账号 R1 的验证设备" in subject for subject in subjects)


def test_the_page_is_for_administrators(site: Site) -> None:
    signed_in(site, "R1").get("/duties", 403)


def test_whatever_is_done_to_an_account_is_known_to_be_by_one_or_by_two() -> None:
    """Walks `Accounts`: each call that changes who may come in is named in one of these sets."""
    by_two = {"make", "reset", "close", "forget_device"}
    by_console = {"create", "link_to_sign_in", "disable", "enable", "lose_device", "held_by", "first_link"}
    by_holder = {
        "set_password", "renew_password", "rehash", "begin", "enter_by_link", "using", "sign_in", "begin_session",
        "sign_out", "prove", "failed",
    }  # fmt: skip
    nothing = {
        "none_yet", "listed", "without_account", "password_of", "kept_out", "wanted_of", "proving", "visitor", "link",
        "mandates_listed", "noted", "note", "note_all", "note_power", "sessions_of",
    }  # fmt: skip
    others = {
        "demo_link", "create_all", "link_to_evaluate", "revoke_evaluation_links", "mandate", "end_session",
        "sign_out_everywhere",
    }  # fmt: skip
    public = {name for name, _ in inspect.getmembers(Accounts, inspect.isfunction) if not name.startswith("_")}
    assert public - (by_two | by_console | by_holder | nothing | others) == set()
    assert set(AccountAct.values()) == {"create", "link", "enable", "disable", "device"}


def test_only_the_console_and_two_people_act_on_administrators() -> None:
    """Walks the portal: `create` and `link_to_sign_in` are of a duty by commands and the demonstration."""
    root = Path(__file__).parents[2] / "portal"
    callers = {
        path.relative_to(root).as_posix()
        for path in root.glob("**/*.py")
        if re.search(r"accounts\.create\([^)]*duty", path.read_text("utf-8"))
    }
    assert callers == {"commands/accounts.py", "demo/__main__.py"}


def test_a_refusal_of_an_administrators_page_is_in_the_readers_language(site: Site) -> None:
    security = signed_in(site, "sec")
    page = page_text(security.submit("/accounts", "/accounts", 409, do="create", person="nobody"))
    assert "通讯录里没有 nobody，不能开账号，请先导入人员" in page
    site.accounts.disable("sys", NOW)
    site.accounts.disable("aud", NOW)
    page = page_text(security.submit("/duties", "/duties", 409, do="device", account="sec"))
    assert "没有另一位担任别的一员的人可以确认" in page
    security.http.cookies.set("lang", "en")
    assert "nobody else with another duty" in page_text(
        security.submit("/duties", "/duties", 409, do="device", account="sec")
    )


# -- the second factor -----------------------------------------------------------------------------------------


def by_password(site: Site, name: str) -> tuple[Browser, str]:
    browser = Browser(site)
    return browser, browser.submit("/sign-in", "/sign-in", account=name, password=PASSWORD)


@pytest.mark.both
def test_an_administrator_comes_in_with_a_device_only(site: Site) -> None:
    browser, page = by_password(site, "sys")
    assert browser.path == "/sign-in/code"
    for path in ("/", "/directory", "/inbox", "/password", "/tokens"):
        browser.get(path)
        assert browser.path == "/sign-in", path
    assert browser.http.get("/api/v1/me").status_code == 401
    secret, codes = enrol(site, browser, page)
    assert len(set(codes)) == 10
    browser.get("/directory")
    again, page = by_password(site, "sys")
    assert secret not in page
    assert "不对" in again.post("/sign-in/code", {"code": "000000", "next": "/"}, 403)
    again.get("/directory")
    assert again.path == "/sign-in"


def test_a_code_is_used_once(site: Site) -> None:
    accounts, later = site.accounts, NOW + timedelta(minutes=2)
    secret = _enrolled(site, "sys")
    for good in (True, False):
        token = accounts.sign_in("sys", later, "code")
        assert (accounts.prove(token, code_at(secret, later), later) is not None) is good
    token = accounts.sign_in("sys", later, "code")
    before = code_at(secret, later - timedelta(seconds=30))
    assert accounts.prove(token, before, later) is None, "nor one before it"
    assert accounts.prove(token, code_at(secret, later + timedelta(seconds=30)), later), "a device may be a little fast"


def test_the_code_of_the_enrolment_is_used_up_too(site: Site) -> None:
    secret = _enrolled(site, "sys")
    token = site.accounts.sign_in("sys", NOW, "code")
    assert site.accounts.prove(token, code_at(secret, NOW), NOW) is None


@pytest.mark.both
def test_a_recovery_code_works_once_however_it_is_typed(site: Site) -> None:
    accounts = site.accounts
    token = accounts.sign_in("sys", NOW, "enrol")
    proving = accounts.proving(token, NOW)
    assert proving is not None
    proved = accounts.prove(token, code_at(proving.secret, NOW), NOW)
    assert proved is not None
    typed = proved.codes[0].upper().replace("-", " ")
    assert accounts.prove(accounts.sign_in("sys", NOW, "code"), typed, NOW)
    assert accounts.prove(accounts.sign_in("sys", NOW, "code"), typed, NOW) is None
    assert accounts.prove(accounts.sign_in("sys", NOW, "code"), proved.codes[1], NOW)
    with reading(site.register.engine) as cursor:
        kept = str(cursor.rows("SELECT * FROM recovery_codes"))
    assert not any(code in kept or code.replace("-", "") in kept for code in proved.codes)


def test_wrong_codes_lock_the_account_and_the_password_does_not_open_it_again(site: Site) -> None:
    secret = _enrolled(site, "sys")
    later = NOW + timedelta(minutes=2)
    for _ in range(5):
        token = site.accounts.sign_in("sys", later, "code")  # the right password between does not forgive
        assert site.accounts.prove(token, "000000", later) is None
    assert site.accounts.password_of("sys", later) is None
    token = site.accounts.sign_in("sys", later, "code")
    assert site.accounts.prove(token, code_at(secret, later), later) is None


def test_a_session_that_shows_no_code_ends_soon(site: Site) -> None:
    secret = _enrolled(site, "sys")
    token = site.accounts.sign_in("sys", NOW, "code")
    later = NOW + timedelta(minutes=10)
    assert site.accounts.prove(token, code_at(secret, later), later) is None
    assert site.accounts.visitor(token, NOW, site.today()) is None


def test_the_office_may_want_a_device_of_registrars_and_signers(site: Site) -> None:
    strict = Site(site.register, second_factor=("registrar", "unit_head"))
    for who, wanted in (("R1", "enrol"), ("H1", "enrol"), ("W1", "")):
        an_account(site, who)
        assert strict.accounts.wanted_of(who, strict.second_factor) == wanted
        assert site.accounts.wanted_of(who) == ""
    browser, page = by_password(strict, "R1")
    enrol(strict, browser, page)
    browser.get("/desk")
    assert site.accounts.wanted_of("R1") == "code", "once enrolled, always"


def test_a_reset_link_does_not_pass_the_device(site: Site) -> None:
    _enrolled(site, "sys")
    token = site.accounts.link_to_sign_in("sys", site.real_now(), "console", DAY)
    browser = Browser(site)
    browser.post(f"/link/{token}", {"password": PASSWORD, "again": PASSWORD})
    assert browser.path == "/sign-in/code"
    browser.get("/directory")
    assert browser.path == "/sign-in"


def test_a_device_that_was_taken_away_lets_nobody_in(site: Site) -> None:
    secret = _enrolled(site, "sys")
    site.accounts.lose_device("sys", NOW, "console")
    assert site.accounts.wanted_of("sys") == "enrol"
    token = site.accounts.sign_in("sys", NOW, "code")
    later = NOW + timedelta(minutes=2)
    assert site.accounts.prove(token, code_at(secret, later), later) is None


def test_the_setting_names_roles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DUBAN_SECOND_FACTOR", "registrar, unit_head")
    assert second_factor_roles(Settings()) == {"registrar", "unit_head"}
    monkeypatch.setenv("DUBAN_SECOND_FACTOR", "king")
    with pytest.raises(UnfitSetting, match="king is no role") as refused:
        second_factor_roles(Settings())
    assert "DUBAN_SECOND_FACTOR：没有身份 king；有：" in refused.value.chinese
    monkeypatch.setenv("DUBAN_PORT", "http")
    with pytest.raises(UnfitSetting, match="DUBAN_PORT is 'http': Input should be a valid integer") as refused:
        Settings()
    assert refused.value.chinese == "DUBAN_PORT 写的是 http，不对：要写整数"


def _enrolled(site: Site, name: str) -> str:
    """An account with a device since `NOW`; its secret."""
    token = site.accounts.sign_in(name, NOW, "enrol")
    proving = site.accounts.proving(token, NOW)
    assert proving is not None
    assert site.accounts.prove(token, code_at(proving.secret, NOW), NOW) is not None
    return proving.secret
