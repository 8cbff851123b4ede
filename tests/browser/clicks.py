"""Count what the jobs of an office cost in clicks and pages, on the portal beside these tests.

`python -m tests.browser.clicks --write` measures every job and writes docs/clicks.md. The same file in a checkout of an
older commit, with `--before COMMIT`, measures that one: jobs name actions and addresses, which did not change.
"""

import argparse
import tempfile
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import orjson
import xlsxwriter
from playwright.sync_api import Browser, FilePayload, Locator, Page, sync_playwright

from flows.audit import nightly_audit
from flows.deliver import deliver
from storage import Register, open_engine
from tests.browser.conftest import CHROMIUM, FLAGS
from tests.browser.screen import PHONE, Person, Watch
from tests.browser.town import START, City, served
from tests.builders import CITY, LIBRARY, morning, noon, rows, walk
from tests.databases import SQLiteFiles, migrated

FIGURES = Path(__file__).with_name("clicks.json")
TABLE = Path(__file__).parents[2] / "docs" / "clicks.md"
MANY = 20
SOME = 10
"""As many are registered of the 150; the rest of them cost the same again."""
PROMISE: dict[str, Any] = {
    "class": "PLANNED_DATED",
    "commitments": [{"text": "整修路面", "due_on": "2026-11-30"}],
}
PATIENCE = 6_000


class Cost(NamedTuple):
    """What a job cost; submitting by Enter is a click, typing is none."""

    clicks: int
    pages: int


class Hand:
    """Somebody at their first page, whose clicks and pages are counted from here on."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.clicks = self.pages = 0
        page.set_default_timeout(PATIENCE)
        page.on("framenavigated", lambda frame: self._came(frame == page.main_frame))

    def _came(self, whole: bool) -> None:
        self.pages += whole

    @property
    def main(self) -> Locator:
        return self.page.locator("main")

    def click(self, what: str, inside: Locator | None = None) -> None:
        """Click the first that fits, after unfolding what it stands in."""
        self.click_on((inside or self.page).locator(what).first)

    def click_on(self, target: Locator) -> None:
        folds = target.locator("xpath=ancestor::details[not(@open)]").all()
        for fold in folds:
            fold.locator("summary").first.click()
            self.clicks += 1
        target.click()
        self.clicks += 1
        self.page.wait_for_load_state()

    def menu(self, page: str) -> None:
        self.click(f'header a[href="/{page}"], nav a[href="/{page}"]')

    def case(self, case: str) -> None:
        """Open a case from the list at hand, or from the list of all."""
        link = f'main a[href="/case/{case}"]'
        if not self.page.locator(link).count():
            if not self.page.locator('main a[href^="/cases?group=all"]').count():
                self.menu("cases")
            self.click('main a[href^="/cases?group=all"]')
        self.click(link)

    def fill(self, **fields: Any) -> None:
        """Answer questions by the names of their fields; choosing is a click, typing is none."""
        for name, value in fields.items():
            question = self.main.locator(f'[name="{name}"]').first
            kind = str(question.evaluate("one => one.type || one.tagName"))
            if kind == "radio":
                self.main.locator(f'[name="{name}"][value="{value}"]').locator("xpath=..").click()
            elif kind == "checkbox":
                question.set_checked(bool(value))
            elif kind == "select-one":
                question.select_option(value)
            else:
                question.fill(str(value))
                continue
            self.clicks += 1

    def act(self, action: str, inside: Locator | None = None, **fields: Any) -> None:
        """Take an action where it is offered, on the page that asks for its facts if one does."""
        offered = f'a[href*="do={action}&"], button[value="{action}"], form[action*="do={action}&"] button'
        self.click(offered, inside or self.main)
        form = self.main.locator('form[action^="/act/"]')
        if "/act/" in self.page.url and form.count():
            self.fill(**fields)
            self.click("button.first", form)

    def submit(self) -> None:
        """Press Enter in the field in which one types."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.clicks += 1


@dataclass
class Desk:
    """A city for one job, and the hands that work in it."""

    city: City
    browser: Browser
    watch: Watch
    hands: list[Hand]

    @property
    def register(self) -> Register:
        return self.city.register

    def until(self, step: str, *cases: str, **reply: Any) -> None:
        """The cases have come so far."""
        self.city.on(walk(self.register, *(cases or ("C1",)), until=step, on=START, every=0, **reply))

    def hand(self, name: str) -> Hand:
        """Sign somebody in, uncounted."""
        person = Person(self.city, self.browser, self.watch, name)
        person.scripts = False
        person.sign_in()
        return self._counted(person.page)

    def _counted(self, page: Page) -> Hand:
        self.hands.append(Hand(page))
        return self.hands[-1]

    def phone(self, address: str) -> Hand:
        person = Person(self.city, self.browser, self.watch, "", **PHONE)
        person.page.goto(address)
        return self._counted(person.page)

    def state(self, case: str = "C1") -> str:
        return str(self.register.dossier(case).case.state)

    def part(self, case: str = "C1") -> str:
        return str(next(iter(self.register.dossier(case).assignments.values())).state)

    def happened(self, name: str, case: str = "C1") -> bool:
        """Whether an event of the case has the word in its name."""
        return any(name in str(event["name"]) for event in self.register.events(case))

    def late(self) -> None:
        self.until("start_handling", "C1", "C2")
        self.city.live_until(START + timedelta(days=110))

    def audited(self) -> None:
        """A night found something."""
        self.until("start_handling")
        with self.register.engine.begin() as connection:
            connection.exec_driver_sql("UPDATE deadlines SET next_rung_on = NULL WHERE key = 'reply_by'")
        nightly_audit(self.register, morning(START + timedelta(days=1)))

    def place(self) -> None:
        place = {"id": "P1", "name": "河滨街道家站", "region": CITY, "kind": "station", "clerks": "K1"}
        self.register.import_directory("places", rows([place]))


# -- the jobs ----------------------------------------------------------------------------------------------------


def write(desk: Desk) -> None:
    deputy = desk.hand("D1")
    deputy.menu("write")
    deputy.fill(title="关于加装电梯的建议", facts="上下楼困难。", proposal="出台补贴办法。")
    if (ruled := deputy.main.locator("select[name=rulebook]")).count():
        ruled.select_option("suqian")
        deputy.clicks += 1
    deputy.click("main button.first")
    deputy.act("submit")
    case = deputy.page.url.split("/case/")[1].split("?")[0]
    assert desk.state(case) == "SUBMITTED"


def register_one(desk: Desk) -> None:
    desk.until("submit")
    registrar = desk.hand("R1")
    registrar.case("C1")
    registrar.act("open_review")
    registrar.act("register", subject_class="城建", committee="社会建设委员会")
    assert desk.state() == "REGISTERED"


def register_many(desk: Desk) -> None:
    cases = [f"C{number:02}" for number in range(SOME)]
    desk.until("submit", *cases)
    registrar = desk.hand("R1")
    for case in cases:
        if "/intake" not in registrar.page.url:
            registrar.menu("intake")
        heading = registrar.main.locator("section").filter(has=registrar.page.locator(f'a[href="/case/{case}"]'))
        registrar.act("open_review", heading)
        if "/intake" not in registrar.page.url:
            registrar.menu("intake")
        registrar.act("register", heading, subject_class="城建", committee="社会建设委员会")
    assert {desk.state(case) for case in cases} == {"REGISTERED"}


def propose(desk: Desk) -> None:
    desk.until("register")
    registrar = desk.hand("R1")
    registrar.case("C1")
    registrar.act("propose_units", unit="U1", role="SOLE", reason="属于住建部门的职责")
    assert desk.state() == "ASSIGNING"


def assign(desk: Desk) -> None:
    desk.until("propose_units")
    dispatcher = desk.hand("G1")
    dispatcher.case("C1")
    dispatcher.act("assign")
    assert desk.part() == "PENDING_RECEIPT"


def meeting(desk: Desk) -> None:
    cases = [f"C{number:02}" for number in range(MANY)]
    desk.until("propose_units", *cases)
    dispatcher = desk.hand("G1")
    dispatcher.menu("meeting")
    dispatcher.click("main form button.first")
    assert {desk.part(case) for case in cases} == {"PENDING_RECEIPT"}


def take_on(hand: Hand, case: str) -> None:
    hand.case(case)
    hand.act("receipt")
    hand.act("accept")


def take_one(desk: Desk) -> None:
    desk.until("assign")
    take_on(desk.hand("W1"), "C1")
    assert desk.part() == "ACCEPTED"


def take_many(desk: Desk) -> None:
    cases = [f"C{number:02}" for number in range(MANY)]
    desk.until("assign", *cases)
    handler = desk.hand("W1")
    for case in cases:
        if "/case/" in handler.page.url:
            handler.menu("")
        take_on(handler, case)
    assert {desk.part(case) for case in cases} == {"ACCEPTED"}


def contact(desk: Desk) -> None:
    desk.until("accept")
    handler = desk.hand("W1")
    handler.case("C1")
    handler.act("communicate", kind="phone", note="电话了解情况")
    assert desk.happened("communication.recorded") or desk.register.dossier("C1").communications


def draft(desk: Desk) -> None:
    desk.until("research")
    handler = desk.hand("W1")
    handler.case("C1")
    answer: dict[str, Any] = {"class": "RESOLVED", "answer": "已经整修。"}
    handler.act("draft_reply", **answer)
    assert desk.part() == "DRAFTED"


def agree(desk: Desk) -> None:
    desk.until("send_draft_to_deputy")
    deputy = desk.hand("D1")
    deputy.case("C1")
    deputy.act("agree_consult")
    assert desk.happened("assignment.consult_agreed") or desk.part() != "CONSULTING"


def sign(desk: Desk) -> None:
    desk.until("agree_consult")
    head = desk.hand("H1")
    head.case("C1")
    head.act("sign", seal=True, publicity="FULL")
    assert desk.part() == "SIGNED"


def send(desk: Desk) -> None:
    desk.until("sign")
    handler = desk.hand("W1")
    handler.case("C1")
    handler.act("deliver_reply")
    assert desk.state() == "REPLIED"


def evaluate_by_link(desk: Desk) -> None:
    desk.until("send_forms")
    registrar = desk.hand("R1")
    registrar.case("C1")
    registrar.click('form[action^="/evaluation-link/"] button:not([value])')
    link = registrar.main.locator("input[readonly]").first.input_value()
    desk.hands.clear()
    deputy = desk.phone(link.removeprefix(desk.city.address))
    while (folded := deputy.main.locator("details:not([open]) > summary")).count():
        folded.first.click()
        deputy.clicks += 1
    deputy.fill(attitude="SATISFIED", result="SATISFIED")
    deputy.click("main button.first")
    assert desk.happened("evaluation.given") or desk.state() == "REPLY_CLOSED"


def evaluate_signed_in(desk: Desk) -> None:
    desk.until("send_forms")
    deputy = desk.hand("D1")
    deputy.case("C1")
    deputy.act("evaluate", attitude="SATISFIED", result="SATISFIED")
    assert desk.state() == "REPLY_CLOSED"


def extension(desk: Desk) -> None:
    desk.until("start_handling")
    handler = desk.hand("W1")
    handler.case("C1")
    handler.act("request_extension", reason="等上级批复")
    dispatcher = desk.hand("G1")
    dispatcher.menu("desk")
    dispatcher.act("grant_extension")
    assert desk.happened("assignment.extension_granted")


def give_back(desk: Desk) -> None:
    desk.until("receipt")
    head = desk.hand("H1")
    head.case("C1")
    head.act("request_return", reason="属于教育部门的职责", proposed_unit="U2")
    assert desk.part() == "RETURN_REQUESTED"


def who_is_late(desk: Desk) -> None:
    desk.late()
    leader = desk.hand("B1")
    if not leader.main.locator('a[href^="/wall?who="]').count():
        leader.menu("wall")
    assert leader.main.locator('a[href^="/wall?who="]').count()


def _find(desk: Desk, words: str) -> None:
    registrar = desk.hand("R1")
    if registrar.page.locator('main form:has([name="q"]) [name="group"]').count():
        registrar.click('main a[href^="/cases?group=all"]')  # the list would be searched, which is of one group
    if not registrar.page.locator('[name="q"]').count():
        registrar.menu("cases")
        registrar.click('main a[href^="/cases?group=all"]')
    registrar.page.locator('[name="q"]').first.fill(words)
    registrar.submit()
    if not registrar.page.url.split("?")[0].endswith("/case/C2"):
        registrar.click('main a[href="/case/C2"]')


def find_by_number(desk: Desk) -> None:
    desk.until("start_handling", "C1", "C2")
    _find(desk, str(desk.register.dossier("C2").case.number))


def find_by_words(desk: Desk) -> None:
    desk.until("start_handling", "C1", "C2")
    _find(desk, "建议C2")


def export_list(desk: Desk) -> None:
    desk.until("start_handling")
    registrar = desk.hand("R1")
    link = 'main a[href^="/cases.xlsx"]'
    if not registrar.page.locator(link).count():
        registrar.menu("cases")
    with registrar.page.expect_download():
        registrar.click(link)


def import_people(desk: Desk) -> None:
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ("编号", "姓名", "身份", "单位", "区划"))
        sheet.write_row(1, 0, ("W9", "丁一", "handler", "U1", ""))
    registrar = desk.hand("R1")
    if (room := registrar.page.locator('nav a[href="/imports"]')).count():
        registrar.click_on(room.first)
    else:
        registrar.menu("directory")
        registrar.click('main a[href^="/directory?kind=people"]')
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    chosen = registrar.main.locator('input[type="file"]').first
    file: FilePayload = {"name": "people.xlsx", "mimeType": kind, "buffer": buffer.getvalue()}
    chosen.set_input_files([file])
    registrar.clicks += 1
    registrar.click('xpath=ancestor::form//button[not(contains(@class, "plain"))]', chosen)
    if (take := registrar.main.locator('form[action^="/imports/take"] button')).count():
        registrar.click_on(take.first)
    with desk.register.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT unit FROM people WHERE id = 'W9'").all()


def last_audit(desk: Desk) -> None:
    desk.audited()
    auditor = desk.hand("A1")
    auditor.menu("findings")
    auditor.click('main a[href="/reports"]')
    assert "/reports" in auditor.page.url


def acknowledge(desk: Desk) -> None:
    desk.audited()
    auditor = desk.hand("A1")
    auditor.menu("findings")
    auditor.fill(reason="已通知系统管理员")
    auditor.click('main button[value="acknowledged"]')
    with desk.register.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM findings WHERE standing = 'acknowledged'").all()


def read_notices(desk: Desk) -> None:
    desk.until("assign")
    deliver(desk.register, noon(START))
    handler = desk.hand("W1")
    handler.menu("inbox")
    handler.click('main form[action="/inbox/read"] button')
    with desk.register.engine.connect() as connection:
        assert connection.exec_driver_sql(
            "SELECT 1 FROM messages WHERE channel = 'inbox' AND read_at IS NOT NULL"
        ).all()


def propose_supervision(desk: Desk) -> None:
    desk.until("start_handling")
    registrar = desk.hand("R1")
    registrar.case("C1")
    registrar.act("propose_supervision", level="U4", reason="代表反映集中")
    assert desk.register.dossier("C1").supervisions


def keep_promise(desk: Desk) -> None:
    desk.until("evaluate", **PROMISE)
    handler = desk.hand("W1")
    handler.case("C1")
    handler.act("claim_done", note="已经整修")
    assert desk.happened("commitment.claimed")


def print_paper(desk: Desk) -> None:
    desk.until("deliver_reply")
    registrar = desk.hand("R1")
    registrar.case("C1")
    with registrar.page.expect_download():
        registrar.click('main a[href^="/paper/"]')


def receive_opinion(desk: Desk) -> None:
    desk.place()
    clerk = desk.hand("K1")
    clerk.menu("reception")
    clerk.main.get_by_label("内容").first.fill("小区门口常有车乱停")
    clerk.click('main form[action^="/reception"] button.first')
    with desk.register.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM cases").all()


def route_opinion(desk: Desk) -> None:
    receive_opinion(desk)
    desk.hands.clear()
    clerk = desk.hand("K1")
    clerk.menu("opinions")
    clerk.fill(case=True, unit="U1")
    clerk.click('main button[value="route"]')
    with desk.register.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT 1 FROM cases WHERE state = 'ROUTED'").all()


def figures_of_unit(desk: Desk) -> None:
    desk.until("evaluate")
    registrar = desk.hand("R1")
    registrar.menu("figures")
    registrar.click('main a[href^="/figures?by=unit"]')
    assert "市住房和城乡建设局" in registrar.main.inner_text()


class Job(NamedTuple):
    """`times`: the measured cost stands for so many as many."""

    role: str
    name: str
    do: Callable[[Desk], None]
    times: int = 1


JOBS: Mapping[str, Job] = {
    "write": Job("代表", "写一件建议并提交", write),
    "register": Job("人大机关", "登记一件", register_one),
    "register_150": Job("人大机关", "登记 150 件", register_many, 150 // SOME),
    "propose": Job("人大机关", "拟定承办单位", propose),
    "assign": Job("政府机关", "交办一件", assign),
    "meeting": Job("政府机关", f"交办会上交办 {MANY} 件", meeting),
    "take": Job("承办人", "签收、承办一件", take_one),
    "take_20": Job("承办人", f"签收、承办 {MANY} 件", take_many),
    "contact": Job("承办人", "与代表沟通", contact),
    "draft": Job("承办人", "拟答复稿", draft),
    "agree": Job("代表", "同意答复稿", agree),
    "sign": Job("单位负责人", "签发", sign),
    "send": Job("承办人", "送达答复", send),
    "evaluate_link": Job("代表", "手机上用链接评价", evaluate_by_link),
    "evaluate": Job("代表", "登录后评价", evaluate_signed_in),
    "extension": Job("承办人、政府机关", "申请、批准延期", extension),
    "return": Job("单位负责人", "申请退办", give_back),
    "late": Job("领导", "看谁逾期", who_is_late),
    "find_number": Job("人大机关", "按编号找一件", find_by_number),
    "find_words": Job("人大机关", "按字词找一件", find_by_words),
    "export": Job("人大机关", "下载清单", export_list),
    "import": Job("人大机关", "导入人员", import_people),
    "audit": Job("审计", "看夜间巡检", last_audit),
    "acknowledge": Job("审计", "知悉一项发现", acknowledge),
    "notices": Job("承办人", "读消息", read_notices),
    "supervision": Job("人大机关", "提出督办", propose_supervision),
    "promise": Job("承办人", "申报承诺完成", keep_promise),
    "paper": Job("人大机关", "取一份文书", print_paper),
    "opinion": Job("接待员", "登记群众意见", receive_opinion),
    "route": Job("接待员", "转交群众意见", route_opinion),
    "figures": Job("人大机关", "看各单位的统计", figures_of_unit),
}  # fmt: skip


# -- measuring ---------------------------------------------------------------------------------------------------


def cost_of(job: Job, browser: Browser, register: Register) -> Cost:
    """Do the job in a city of its own; what was to be stored is looked for there by the job."""
    with served(register) as city:
        desk = Desk(city, browser, Watch(city.address.removeprefix("http://")), [])
        try:
            job.do(desk)
        except Exception:
            for hand in desk.hands:
                print(hand.page.url, " ".join(hand.main.inner_text().split())[:600])
            raise
        finally:
            for hand in desk.hands:
                hand.page.context.close()
        clicks = sum(hand.clicks for hand in desk.hands) * job.times
        return Cost(clicks, sum(hand.pages for hand in desk.hands) * job.times)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def measured(names: list[str]) -> dict[str, Cost]:
    costs = {}
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        files = SQLiteFiles(Path(folder), "")
        files.template = migrated(files.empty())
        for name in names:
            engine = open_engine(files.fresh())
            try:
                costs[name] = cost_of(JOBS[name], browser, Register(engine, LIBRARY))
                print(name, *costs[name], flush=True)
            except Exception:
                print(name, "failed:", traceback.format_exc(limit=-3)[:1500], flush=True)
            engine.dispose()
    return costs


def recorded() -> dict[str, Any]:
    figures: dict[str, Any] = orjson.loads(FIGURES.read_bytes()) if FIGURES.exists() else {}
    return figures


def table(figures: Mapping[str, Any]) -> str:
    """The page that docs/clicks.md holds."""
    before, now = figures["before"]["jobs"], figures["now"]
    both = [name for name in JOBS if name in before and name in now]
    lines = [
        "# What jobs cost in clicks",
        "",
        "Each job begins signed in at the first page and ends with its fact stored. A click, a choice, a file and a",
        "submit by Enter count one each; typing counts nothing, unfolding does. The figures before are those of commit",
        f"{figures['before']['commit']}, measured once by the same jobs; `python -m tests.browser.clicks --write`",
        f"measures the others and writes this page. Registering 150 is measured with {SOME}, times {150 // SOME}.",
        "",
        "| who | job | clicks before | clicks | pages before | pages |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for name in both:
        was, has = before[name], now[name]
        lines.append(f"| {JOBS[name].role} | {JOBS[name].name} | {was[0]} | {has[0]} | {was[1]} | {has[1]} |")
    sums = [sum(side[name][at] for name in both) for at in (0, 1) for side in (before, now)]
    lines.append(f"| | sum | {sums[0]} | {sums[1]} | {sums[2]} | {sums[3]} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("jobs", nargs="*", metavar="JOB", help="by default all")
    parser.add_argument("--before", metavar="COMMIT", help="record as the figures of this older commit")
    parser.add_argument("--write", action="store_true", help="record, and write docs/clicks.md")
    given = parser.parse_args()
    costs = {name: list(cost) for name, cost in measured(given.jobs or list(JOBS)).items()}
    figures = recorded()
    if given.before:
        before = figures.get("before", {}).get("jobs", {})
        figures["before"] = {"commit": given.before, "jobs": {**before, **costs}}
    elif given.write:
        figures["now"] = {**figures.get("now", {}), **costs}
    if given.before or given.write:
        FIGURES.write_bytes(orjson.dumps(figures, option=orjson.OPT_INDENT_2) + b"\n")
    if given.write:
        TABLE.write_text(table(figures), encoding="utf-8")


if __name__ == "__main__":
    main()
