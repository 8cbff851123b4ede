"""The portal in English: every word has its entry, no entry is left over, and pages are English but for their data."""

import ast
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po as babel_reads
from jinja2 import Environment, nodes
from markupsafe import Markup

import portal.visitor.rights
import storage.attachments
from notifications.papers import KINDS
from portal.visitor.columns import on_page
from portal.visitor.languages import (
    ENGLISH,
    IN,
    LANGUAGE,
    english,
    happenings,
    read_po,
    say,
    sheets,
    states,
    vocabulary,
)
from portal.visitor.list_columns import LISTS
from portal.visitor.refusals import sentence
from portal.visitor.rights import RIGHTS
from portal.visitor.site import HERE, Site
from rulebooks import Library, Rulebook
from states.assessment import GRADES
from states.decide import LIFECYCLES, event_names
from states.reasons import Refused
from states.roles import Role
from states.vocabulary import Duty, Ladder, Level, Named, SlotParty
from states.words import ACTION_NAMES
from storage import COLUMNS, Register
from storage.erased import STANDING
from storage.messages import list_messages
from storage.places import places_in
from storage.statistics.tables import LABELS, UNSAID
from tests.builders import (
    CITY,
    FIRST,
    PEOPLE,
    REGIONS,
    UNITS,
    act,
    deadline,
    morning,
    opinions,
    rows,
    walk,
)
from tests.portal.standing import Standing
from tests.portal.web import Browser, signed_in

CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
VALUE = re.compile(r"%\((\w+)\)([sd])")

TEMPLATES = sorted((HERE / "templates").glob("*.html"))
IN_BOTH = {"rights.py", "figures_in_words.py", "serving.py", "list_columns.py", "case_tables.py"}
"""Modules that speak both languages at once: they write a page of docs/, or to the console."""

MODULES = [
    *(
        path
        for room in ("door", "server", "visitor", "web")
        for path in sorted((HERE / room).glob("*.py"))
        if path.name not in IN_BOTH
    ),
    Path(storage.attachments.__file__),
]

IN_CHINESE = {"reply.py"}
"""Modules whose words are Chinese in every language: they put letters together."""

NOT_SAID = {
    "duban 督办", "表单太大 too large", "中文",  # in both languages at once
    "、，,；;\n", "，,、；; \n\r", "至",  # marks between what was typed
    "关于", "的建议",  # the title of a suggestion
    "周报 ", "交办清单 ", "吸纳转化 ",  # sheets of workbooks
    "还有 5 天",  # an example in the description of the API
}  # fmt: skip
"""Not shown, or shown as it is."""


def rulebooks_shipped() -> list[Rulebook]:
    library = Library()
    return [book for name in library.names() for book in library.versions(name)]


def words_of_the_tables() -> set[str]:
    """Chinese names that the rules and the register give, and the portal shows."""
    states = {name for machine in LIFECYCLES.values() for name in machine.names.values()}
    columns = {name for table in COLUMNS.values() for name in table.values()}
    named = (ACTION_NAMES, Role.names(), event_names())
    judged = {name for _, name in GRADES}
    stages = {text for _, text, _ in words_of_a_module(Path(portal.visitor.rights.__file__), "past_stage")}
    limits = {book.limit_name(key) for book in rulebooks_shipped() for key in book.limits}
    names = {name for table in named for name in table.values()}
    groups = {name for table in LABELS.values() for name in table.values()} | {UNSAID}
    papers = {kind.name for kind in KINDS.values()} | {zh for zh, _ in STANDING.values()}
    heads = {column.zh for of_list in LISTS for column in on_page(of_list) if not column.en} | set(sheets())
    return heads | set(vocabulary()) | states | columns | stages | limits | papers | names | groups | judged


def words_of_a_template(path: Path) -> set[str]:
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    return {
        constant.value
        for constant in tree.find_all(nodes.Const)
        if isinstance(constant.value, str) and CJK.search(constant.value)
    }


def words_of_a_module(path: Path, function: str = "") -> Iterator[tuple[int, str, bool]]:
    """Every Chinese text of a module (or one function of it): its line, and whether it is a piece of an f-string.

    What stands for readers of the code and what texts are searched for is none.
    """
    tree: ast.AST = ast.parse(path.read_text(encoding="utf-8"))
    if function:
        tree = next(
            node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function
        )
    told_to_readers = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    told_to_readers |= {
        id(argument)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "re.compile"
        for argument in node.args
    }
    pieces = {
        id(piece) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for piece in node.values
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        if CJK.search(node.value) and id(node) not in told_to_readers and node.value not in NOT_SAID:
            yield node.lineno, node.value, id(node) in pieces


@lru_cache(maxsize=1)
def all_words() -> dict[str, str]:
    """Every message, with a place where it stands."""
    sources = dict.fromkeys(words_of_the_tables(), "states, storage")
    for path in MODULES:
        if path.name not in IN_CHINESE:
            sources |= {text: path.name for _, text, _ in words_of_a_module(path)}
    for path in TEMPLATES:
        sources |= dict.fromkeys(words_of_a_template(path) - NOT_SAID, path.name)
    return sources


def to_paste(missing: Iterable[str], sources: dict[str, str]) -> str:
    quoted = {text: text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") for text in missing}
    entries = [f'#: {sources[text]}\nmsgid "{escaped}"\nmsgstr ""\n' for text, escaped in quoted.items()]
    return "\n".join([f"{len(entries)} messages have no English; add to {ENGLISH.name}:", "", *entries])


def test_every_message_has_its_english() -> None:
    messages = all_words()
    missing = [text for text in messages if text not in english()]
    assert not missing, to_paste(missing, messages)


def test_each_rung_and_slot_of_a_rulebook_has_its_english() -> None:
    """A rung by its level, a slot by its party: what a rulebook prints for them is Chinese."""
    rungs = [
        (book.ident, level.value, level.en)
        for book in rulebooks_shipped()
        for level in [
            *(row.level for row in (*book.ladder, *book.commitment_ladder)), *(row.level for row in book.quality)
        ]
    ]
    parties = {party.value: party.en for party in SlotParty}
    slots = [
        (book.ident, slot.title, parties.get(slot.role, ""))
        for book in rulebooks_shipped()
        for slot in (book.slots.parties if book.slots else ())
    ]
    assert rungs
    assert slots
    assert [row for row in (*rungs, *slots) if not row[-1] or CJK.search(row[-1])] == []


def test_each_level_has_a_word_of_its_own_in_both_languages() -> None:
    assert len({level.word for level in Level}) == len({level.word_en for level in Level}) == len(Level)
    assert [level.word for level in sorted(Level) if level.ladder is Ladder.LIMIT] == [
        "提醒", "催办", "黄牌", "红牌", "约谈", "限期改正", "专题询问",
    ]  # fmt: skip


def test_no_entry_is_left_over() -> None:
    states = {name for machine in LIFECYCLES.values() for name in machine.names.values()}
    events = {*event_names().values(), *ACTION_NAMES.values()}
    levels = {level.word for level in Level}
    within = {"level": levels, "state": states, "event": events, "action": set(ACTION_NAMES.values())}
    messages = all_words().keys() | {f"{context}{IN}{name}" for context, names in within.items() for name in names}
    assert sorted(english().keys() - messages) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_says_nothing_past_the_catalogue(path: Path) -> None:
    tree = Environment().parse(path.read_text(encoding="utf-8"))
    raw = [
        f"{path.name}:{piece.lineno}: {text.strip()}"
        for piece in tree.find_all(nodes.TemplateData)
        for text in re.findall(r"[^<>\n]*" + CJK.pattern + r"[^<>\n]*", piece.data)
        if text.strip() not in NOT_SAID
    ]
    assert not raw, 'wrap it: {{ _("…") }}'
    texts = {
        call.args[0].value
        for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name)
        and call.node.name == "_"
        and isinstance(call.args[0], nodes.Const)
    }
    assert words_of_a_template(path) - texts - NOT_SAID == set(), (
        'a text in an expression is wrapped, too: _("…")'
    )


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_no_sentence_is_put_together_out_of_pieces(path: Path) -> None:
    pieces = [f"{path.name}:{line}: {text}" for line, text, piece in words_of_a_module(path) if piece]
    pieces = [] if path.name in IN_CHINESE else pieces
    assert not pieces, 'say("…%(name)s…", name=…) instead of an f-string'


def test_an_entry_takes_the_values_of_its_message_and_holds_no_markup() -> None:
    for text, translation in english().items():
        assert sorted(VALUE.findall(text)) == sorted(VALUE.findall(translation)), text
        assert not CJK.search(translation.replace("“", "").replace("”", "")), text
        assert not re.search(r'[<>"&]', text + translation), text


def test_other_gettext_tools_read_the_same_catalogue() -> None:
    catalogue = babel_reads(StringIO(ENGLISH.read_text(encoding="utf-8")), abort_invalid=True)
    theirs = {
        f"{row.context}{IN}{row.id}" if row.context else row.id: row.string
        for row in catalogue
        if row.id
    }
    assert theirs == read_po(ENGLISH.read_text("utf-8"))


def test_no_word_of_the_vocabulary_or_a_sheet_is_said_again_in_the_catalogue_or_has_two_english_names() -> None:
    catalogue = read_po(ENGLISH.read_text("utf-8"))
    assert (vocabulary().keys() | sheets().keys()) & catalogue.keys() == set()
    assert (happenings() | states()).items() & catalogue.items() == set()
    values = [*Level, *(value for kind in Named.__subclasses__() for value in kind)]
    assert len({(value.zh, value.en) for value in values if value.zh}) == len(vocabulary())


def test_a_catalogue_that_is_wrong_is_refused() -> None:
    assert read_po('msgid ""\nmsgstr "head"\n\nmsgid "一"\n"二"\nmsgstr "a"\n"b"\n') == {"一二": "ab"}
    with pytest.raises(ValueError, match="line 2: expected"):
        read_po('msgid "一"\nmsgid_plural "ones"\n')
    with pytest.raises(ValueError, match="comes twice"):
        read_po('msgid "一"\nmsgstr "a"\nmsgid "一"\nmsgstr "b"\n')


@pytest.fixture
def in_english() -> Iterator[None]:
    token = LANGUAGE.set("en")
    yield
    LANGUAGE.reset(token)


@pytest.mark.usefixtures("in_english")
def test_what_is_said() -> None:
    assert say("登记") == "Register"
    assert say("登记", "state") == "Registered"
    assert say("已交办", "state") == "Assigned"
    assert say("没有的话") == "没有的话"
    assert say("还有 %(n)d 天", n=3) == "days left: 3"
    assert say("%(who)s：%(what)s", who="<b>", what="x") == "<b>: x"
    assert say("%(who)s：%(what)s", who="<b>", what=Markup("<i>x</i>")) == "&lt;b&gt;: <i>x</i>"
    LANGUAGE.set("zh")
    assert say("还有 %(n)d 天", n=3) == "还有 3 天"
    assert say("100%") == "100%"


@pytest.mark.usefixtures("in_english")
def test_a_refusal_in_english_is_the_rules_own_sentence() -> None:
    refused = Refused("role_may_not", role=Role.DEPUTY, roles=(Role.HANDLER,))
    assert str(refused) == "deputy may not do this; it is for handler (承办人)"
    assert sentence(refused) == "deputy may not do this; it is for handler"
    assert sentence(Refused("draft_with_deputy")).startswith("the draft lies")
    assert sentence(None) == ""


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def test_a_visitor_chooses_the_language_without_an_account(site: Site) -> None:
    browser = Browser(site)
    assert '<html lang="zh-CN">' in browser.get("/sign-in?next=/wall")
    page = browser.submit("/look", "/sign-in?next=/wall", lang="en")
    assert browser.path == "/sign-in"
    assert 'name="next" value="/wall"' in page
    assert '<html lang="en">' in page
    assert "Sign in" in page
    assert '<html lang="en">' in browser.get("/nowhere", 404)
    assert "登录" in browser.submit("/look", "/sign-in", lang="zh")
    browser.submit("/look", "/sign-in", lang="xx")
    assert "登录" in browser.get("/sign-in")
    browser.http.cookies.set("lang", '"<script>')
    assert "登录" in browser.get("/sign-in")


def test_choosing_leads_nowhere_else_and_another_site_cannot_choose(site: Site) -> None:
    browser = Browser(site)
    browser.http.follow_redirects = False
    for back, lands in (
        ("/wall?week=1", "/wall?week=1"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
        ("", "/"),
    ):
        browser.post("/look", {"lang": "en", "back": back}, 303)
        assert browser.last is not None
        assert browser.last.headers["location"] == lands
    browser.post("/look", {"lang": "en"}, 403, headers={"origin": "http://evil.test"})


def the_data(site: Site) -> str:
    """What stays Chinese on an English page: names, what people wrote, the rules and notices themselves."""
    sources = [*REGIONS, *UNITS, *PEOPLE, *LEADERS]
    named = [source["name"] for source in sources]
    library = site.register.library
    books = [version.title for name in library.names() for version in library.versions(name)]
    written = ["关于修路的建议", "关于修桥的建议", "路面破损", "整修", "国务院办公厅", "社会建设", "路灯不亮", "闭"]
    return "\n".join((site.office(""), *named, *books, *written, repr(site.register.library.get("suqian"))))


def left(page: str, data: str) -> set[str]:
    """What stands in Chinese on an English page: whatever is no data, and each label that has its English."""
    labels = {text.strip() for text in re.split(r"<[^>]+>|[：；，,:]", page)} & english().keys()
    names = {kind.name for kind in KINDS.values()}  # papers are Chinese, and some are called as their kind
    return {run for run in chinese(page) if run not in data} | {text for text in labels - names if CJK.search(text)}


def in_english_for(site: Site, name: str, duty: str = "") -> Browser:
    browser = signed_in(site, name, duty)
    browser.http.cookies.set("lang", "en")
    return browser


LEADERS = [
    {"id": "B1", "name": "副主任", "role": "leader", "region": CITY},
    {"id": "A1", "name": "夜查员", "role": "auditor", "region": CITY},
]


def test_pages_in_english_hold_no_chinese_but_data(site: Site) -> None:
    register, data = site.register, the_data(site)
    register.import_directory("people", rows(LEADERS))
    walk(register, "C1", until="receipt")
    walk(register, "C2", until="submit")
    walk(register, "C3", until="propose_units")
    opinions(register, 1, rulebook="reception", region=CITY)
    request = {"reason": "路面破损", "proposed_unit": "U2"}
    act(register, FIRST + timedelta(days=8), "C1", "request_return", "unit_head", **request)
    site.clock = Standing(deadline(register, "C1", "reply_by").last_day + timedelta(days=20))
    register.sweep(morning(site.today()))
    papers = site.papers.of_case(register.dossier("C1"), register.events("C1"))
    data = "\n".join((data, *(row["title"] for row in papers)))  # papers are Chinese
    for name, role in (("R1", "registrar"), ("D1", "deputy"), ("W1", "handler"), ("B1", "leader"), ("A1", "auditor")):
        browser = in_english_for(site, name)
        pages = RIGHTS[role].pages - {"calendar-import", "rules"}
        for path in ("/", *sorted(f"/{page}" for page in pages), "/tokens", "/password", "/case/C1"):
            if path != "/case/C1" or name != "A1":
                assert left(browser.get(path), data) == set(), (name, path)
    browser = in_english_for(site, "R1")
    for group in ("todo", "doing", "late", "done", "supervised", "all"):
        assert left(browser.get(f"/cases?group={group}"), data) == set(), group
    for path in ("/meeting/list", "/intake?queue=units", "/opinions?group=relay", "/rules", "/week?of=2025-06-04"):
        assert left(browser.get(path), data) == set(), path
    for path in ("/case/x", "/cases?group=x", "/rules/x", "/week?of=x", "/opinions?group=x", "/reports?of=x"):
        assert left(browser.get(path, 404), data) == set(), path
    for name, duty in (("security", "security"), ("audit", "audit"), ("system", "system")):
        browser = in_english_for(site, name, duty)
        notices = "\n".join(f"{row['subject']}\n{row['body']}" for row in list_messages(register))
        for page in sorted(RIGHTS[duty].pages - {"calendar-import"}):
            chinese = left(browser.get(f"/{page}"), data + notices)
            named = set(Duty.names().values())
            assert chinese <= named | {word[0] for word in named}, (name, page)


def test_rungs_inferred_sources_and_jobs_are_said_in_the_readers_language(site: Site) -> None:
    register = site.register
    act(register, FIRST, "M1", "record", "clerk", title="路灯不亮", rulebook="message-board", region=CITY)
    walk(register, "C1", until="receipt")
    site.clock = Standing(deadline(register, "C1", "reply_by").last_day + timedelta(days=20))
    register.sweep(morning(site.today()))
    chinese_reader, english_reader = signed_in(site, "R1"), in_english_for(site, "R1")
    titles = {rung.title for rung in register.library.get("suqian").ladder}
    assert {title for title in titles if title in chinese_reader.get("/case/C1")} >= {"催办通知书", "到期前7日提醒"}
    page = english_reader.get("/case/C1")
    assert "Reply by, Urging notice" in page
    assert {title for title in titles if f", {title}" in page} == set()
    assert "no text" not in chinese_reader.get("/case/M1")
    assert "no text" in english_reader.get("/case/M1")
    assert "house rule" not in chinese_reader.get("/rules/suqian")
    assert "本系统默认" not in english_reader.get("/rules/suqian")
    auditor = "A1"
    register.import_directory("people", rows(LEADERS))
    assert "looks at every" not in signed_in(site, auditor).get("/status")
    assert "夜间巡检" not in in_english_for(site, auditor).get("/status")


def test_forms_in_english_hold_no_chinese_but_data(site: Site) -> None:
    data = the_data(site)
    deputy, registrar = in_english_for(site, "D1"), in_english_for(site, "R1")
    draft: dict[str, Any] = {"title": "关于修路的建议", "facts": "路面破损", "proposal": "整修", "points": "2"}
    page = deputy.submit("/write", "/write", look="yes", **draft)
    assert "Writing hints" in page
    assert left(page, data) == set()
    day = registrar.submit("/reception", "/reception", 422, body="路面破损", deputy="整修")
    assert left(day, data) == set()
    typed: dict[str, Any] = {"title": "国务院办公厅", "off": "2025-06-02", "on": "2025-06-07"}
    assert left(registrar.submit("/calendar/preview", "/calendar", **typed), data) == set()
    assert left(registrar.submit("/secret", "/secret", 422, number="?"), data) == set()
    assert left(registrar.submit("/mandates", "/mandates", 422, proxy="K1", deputy="x"), data) == set()
    registrar.submit("/places", "/places", id="P1", name="第1局", region=CITY, kind="station")
    assert left(registrar.get("/places"), data) == set()
    assert left(registrar.get("/places/P1"), data) == set()
    place = places_in(site.register, CITY)[0]
    citizen = Browser(site)
    citizen.http.cookies.set("lang", "en")
    path = f"/o/{place.code}"
    assert left(citizen.get(path), data) == set()
    assert left(citizen.submit(path, path, matter="court"), data) == set()
    sent = citizen.submit(path, path, body="路面破损")
    assert left(sent, data) == set()
    code = re.search(r'<b class="code">(\w+)</b>', sent)
    assert code
    assert left(citizen.get(f"/o/t/{code[1]}"), data) == set()
    assert left(citizen.get("/o/t"), data) == set()
    assert left(citizen.get("/o/none", 404), data) == set()


def chinese(page: str) -> set[str]:
    """The Chinese runs of a page, without the name of the language in its own words."""
    return set(re.findall(f"(?:{CJK.pattern})+", page)) - {"中文"}
