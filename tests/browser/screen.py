"""A person at a screen: what they press and type, and what is watched while they do."""

import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from storage.second_factor import code_at
from tests.browser.town import PASSWORD, City

SCREENSHOTS = Path(__file__).parents[2] / "var" / "screenshots"
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () =>
  (await axe.run(document, {resultTypes: ['violations'], preload: false, iframes: false})).violations
  .filter(one => ['serious', 'critical'].includes(one.impact))
  .flatMap(one => one.nodes.map(node => one.id + ' (' + one.impact + '): ' + node.html + ' '
    + node.failureSummary.replaceAll('\\n', ' ')))"""
WIDER = """() => [...document.querySelectorAll('body *')]
  .filter(one => one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.wide'))
  .map(one => one.outerHTML.slice(0, 160))
  .slice(0, document.documentElement.scrollWidth > innerWidth ? 5 : 0)"""

PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)

PHONE = {
    "viewport": {"width": 360, "height": 740},
    "has_touch": True,
    "is_mobile": True,
    "device_scale_factor": 2,
}


@dataclass
class Watch:
    """What all browsers of a test asked for, and what went wrong in them."""

    host: str
    requests: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    looked_at: set[str] = field(default_factory=set)

    def follow(self, context: BrowserContext) -> None:
        context.on("request", self._requested)
        context.on("response", self._answered)
        context.on("console", self._logged)
        context.on("weberror", lambda error: self.wrong.append(str(error.error)))

    def _requested(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != self.host:
            self.elsewhere.append(request.url)

    def _answered(self, response: Response) -> None:
        answer = f"{response.status} {urlsplit(response.url).path}"
        if response.status >= 500:
            self.wrong.append(answer)
        elif response.status >= 400:
            document = response.request.resource_type == "document"
            (self.refused if document else self.wrong).append(answer)

    def _logged(self, message: ConsoleMessage) -> None:
        """Errors of scripts and of the content policy; that a page was refused is counted by its answer."""
        if message.type in ("error", "warning") and not message.text.startswith("Failed to load resource"):
            self.wrong.append(f"{message.type}: {message.text}")


class Person:
    """Somebody with a browser of their own."""

    def __init__(self, city: City, browser: Browser, watch: Watch, name: str, **context: Any) -> None:
        self.city, self.watch, self.name = city, watch, name
        self.scripts = context.get("java_script_enabled", True)
        self.phone = context.get("is_mobile", False)
        settings = {"viewport": {"width": 1280, "height": 800}, "locale": "zh-CN", **context}
        self.context = browser.new_context(base_url=city.address, **settings)
        self.context.set_default_timeout(PATIENCE)
        watch.follow(self.context)
        self.page: Page = self.context.new_page()

    # -- coming in ------------------------------------------------------------------------------------------

    def sign_in(self) -> "Person":
        """By the page, with account and password."""
        self.city.account(self.name)
        self.open("/sign-in")
        self.fill(账号=self.name, 口令=PASSWORD)
        self.press("登录")
        self.enrol()
        expect(self.page.get_by_role("banner").get_by_role("group")).to_be_visible()
        return self

    def enrol(self) -> None:
        """Where a device is asked for: show its code, and keep the recovery codes for the next time."""
        if "/sign-in/code" not in self.page.url:
            return
        if kept := self.city.recovery.get(self.name):
            self.fill(验证码=kept.pop())
            self.press("验证")
            return
        secret = self.main.get_by_label("不能扫码时").input_value()
        self.fill(验证码=code_at(secret, self.city.site.real_now()))
        self.press("验证")
        self.city.recovery[self.name] = self.main.get_by_role("listitem").all_inner_texts()
        self.press("记好了，继续")

    def choose_password(self, link: str) -> "Person":
        """By the one-time link of the first login."""
        self.open(link)
        self.fill(新口令=PASSWORD, 再填一次=PASSWORD)
        self.press("设好并登录")
        self.enrol()
        expect(self.page.get_by_role("banner").get_by_role("group")).to_be_visible()
        return self

    # -- the page -------------------------------------------------------------------------------------------

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    @property
    def words(self) -> str:
        return re.sub(r"\s+", " ", self.main.inner_text())

    def open(self, path: str) -> "Person":
        self.page.goto(path)
        self.look()
        return self

    def press(self, name: str, inside: Locator | None = None) -> None:
        """Press the button or follow the link of that name, and come to the page it leads to."""
        where = inside or self.page
        exact = re.compile(rf"^\s*{re.escape(name)}\s*$")
        if inside is None:
            self.open_group(exact)
        named = where.get_by_role("button", name=exact).or_(where.get_by_role("link", name=exact)).first
        with self.page.expect_navigation():
            named.click()
        self.look()

    @property
    def menu(self) -> Locator:
        """The links of the menu, also of folded groups and where a phone shows it later."""
        side = self.page.get_by_role("navigation", name="主菜单", include_hidden=True)
        return side.get_by_role("link", include_hidden=True)

    def open_group(self, name: re.Pattern[str]) -> None:
        """Unfold the group of the menu that holds the page of that name, if one does; a phone shows the menu first."""
        link = self.page.get_by_role("link", name=name, include_hidden=True)
        folds = self.page.locator("nav details:not([open])").filter(has=link).all()
        if folds and self.phone:
            self.page.get_by_role("navigation", name="常用页面").get_by_role("link", name="更多").click()
        for fold in folds:
            fold.locator("summary").click()

    def fill(self, inside: Locator | None = None, /, **fields: Any) -> None:
        """Answer the questions of a form, each by its label."""
        for label, value in fields.items():
            labelled = re.compile(rf"^\s*{re.escape(label.replace('_', ' '))}(（[^）]*）)?\W*$")
            where = inside or self.main
            field = where.get_by_label(labelled).or_(where.get_by_role("group", name=labelled)).first
            kind = str(field.evaluate("one => one.type || one.tagName"))
            if kind == "fieldset":
                field.get_by_role("radio", name=re.compile(rf"^\s*{value}\s*$")).check()
            elif kind in ("checkbox", "radio"):
                field.set_checked(bool(value))
            elif kind == "select-one":
                field.select_option(label=value)
            else:
                field.fill(str(value))

    def was_refused(self, status: int) -> None:
        """The last page was a refusal of this kind, and that was meant."""
        refusal = self.watch.refused.pop() if self.watch.refused else "nothing refused"
        assert refusal.startswith(f"{status} "), f"expected a {status}, got {refusal}: {self.words[:300]}"

    # -- cases ----------------------------------------------------------------------------------------------

    def act(self, case: str, action: str, **fields: Any) -> "Person":
        """Take an action by its button on the case's page."""
        self.open(f"/case/{case}")
        self.press_what_can_be_done(action)
        if "/act/" in self.page.url:
            self.fill(**fields)
            self.press(action, self.main)
        assert f"已办：{action}" in self.words, self.words[:400]
        return self

    def press_what_can_be_done(self, action: str) -> None:
        """The button of an action on the case's page, behind its fold where it stands in one."""
        buttons = self.page.get_by_role("region", name="现在能办的")
        for fold in buttons.locator("details.folded:not([open])").filter(has_text=action).all():
            fold.locator("summary").first.click()
        for lasting in buttons.locator("details.lasting").filter(has_text=action).all():
            lasting.locator("summary").click()
        self.press(action, buttons)

    # -- watching -------------------------------------------------------------------------------------------

    def look(self) -> None:
        """Have axe look at a page of this kind once, and at its width on a phone."""
        parts = urlsplit(self.page.url)
        query = parse_qs(parts.query)
        kind = re.sub(r"/(case|act|link|e|evaluation-link)/.*", r"/\1", parts.path)
        key = f"{kind} {query.get('do', [''])[0]} {query.get('kind', [''])[0]} {self.phone}"
        if key in self.watch.looked_at or not self.scripts:
            return
        self.watch.looked_at.add(key)
        self.judge()

    def judge(self) -> None:
        """Nothing serious or critical for axe; nothing wider than a phone."""
        self.page.evaluate(AXE)
        faults = self.page.evaluate(RUN_AXE)
        assert not faults, f"{self.name} at {self.page.url}:\n" + "\n".join(faults)
        if self.phone:
            wide = self.page.evaluate(WIDER)
            assert not wide, f"wider than the screen at {self.page.url}:\n" + "\n".join(wide)

    def picture(self, name: str, full: bool = True) -> None:
        """Keep a screenshot for docs/first-hour.md."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=full)
