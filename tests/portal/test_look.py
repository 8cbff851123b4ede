"""The look: contrast, large type, old browsers, print, charts, and work that takes long."""

import re
from datetime import UTC, datetime
from threading import Event
from xml.etree import ElementTree

import pytest
from markupsafe import Markup

from portal.visitor.background_work import Jobs
from portal.visitor.charts import bars, columns, shorter
from portal.visitor.site import HERE, Site
from portal.web.look import asked_language
from storage import Register
from storage.sealing import Proof, verify
from tests.builders import CITY
from tests.portal.web import Browser, page_text, signed_in

STYLE = (HERE / "static" / "style.css").read_text(encoding="utf-8")
SCRIPT = (HERE / "static" / "portal.js").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z]+\d?): (#[0-9a-f]{6});", STYLE))

INLINE = frozenset(re.findall(r"\w+", "a b br button code i input label mark option select small span"))
"""Tags that may stand in a line of text."""

INK = ("ink", "dim", "red", "blue", "deep", "yellow", "green")
PAIRS = [
    *((ink, ground) for ink in INK for ground in ("paper", "ground", "band")),
    *(("white", ground) for ground in ("red", "blue", "yellow", "ink", "seal", "deep")),
    *(("ink", f"heat{number}") for number in range(5)),
    *((ink, f"tint{number}") for ink in ("ink", "dim") for number in range(4)),
    ("seal", "paper"), ("dim", "ground"), ("deep", "tint0"), ("red", "tint1"), ("yellow", "tint2"), ("green", "tint3"),
    *((ink, "heat0") for ink in INK),
]
"""Which text stands on which ground."""


def luminance(colour: str) -> float:
    """As the Web Content Accessibility Guidelines define it, 2.1."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(colour: str, other: str) -> float:
    low, high = sorted((luminance(COLOURS[colour]), luminance(COLOURS[other])))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize("ground", ["paper", "ground", "band"])
def test_the_focus_and_the_edges_of_fields_stand_out(ground: str) -> None:
    assert contrast("focus", ground) >= 3
    assert contrast("rule", "paper") >= 3


def test_colours_are_named_in_one_place() -> None:
    before, _, paper = STYLE.partition("}")[2].partition("/* -- paper")
    rules = before + paper.partition("/* part:")[2]
    assert re.findall(r"#[0-9a-fA-F]{3,6}\b|\b(?:rgba?|hsla?)\(", rules) == []
    named = re.findall(r"(?:color|background): ([a-z]+)\b", rules)
    assert set(named) <= {"currentColor", "current", "inherit", "none", "transparent", "var"}


def test_text_is_set_on_grounds_whose_contrast_is_known() -> None:
    grounds = {ground for _, ground in PAIRS}
    for head, rule in re.findall(r"([^{}]+)\{([^{}]*)\}", STYLE):
        ground = re.search(r"background: var\(--(\w+)\)", rule)
        ink = re.search(r"(?<!-)color: var\(--(\w+)\)", rule)
        assert ground is None or ground[1] in grounds, head.strip()
        assert not (ground and ink) or (ink[1], ground[1]) in PAIRS, head.strip()


def test_an_old_browser_understands_the_style_and_the_script() -> None:
    for newer in (
        ":has(",
        ":is(",
        ":where(",
        "@container",
        "inset:",
        "::marker",
        "aspect-ratio",
        "&:",
    ):
        assert newer not in STYLE, newer
    assert not re.search(r"(?<![a-z])(?:min|max|clamp)\(", STYLE)
    assert not re.search(r"(?<!-)\b(?:row-|column-)?gap:", STYLE), "flex items are kept apart by margins"
    for newer in ("?.", "??", "replaceAll", "replaceChildren", ".at(", "async ", "await "):
        assert newer not in SCRIPT, newer


def test_nothing_is_fetched_from_elsewhere() -> None:
    assert not re.search(r"https?:|url\(|@import", STYLE + SCRIPT)


@pytest.fixture
def site(desk: Register) -> Site:
    return Site(desk)


def test_large_type_is_remembered_and_can_be_left_again(site: Site) -> None:
    browser = Browser(site)
    assert 'class="large"' not in browser.get("/sign-in")
    page = browser.submit("/look", "/sign-in", large="yes")
    assert 'class="large"' in page
    assert "标准版" in page
    assert 'class="large"' in browser.get("/nowhere", 404)
    assert 'class="large"' not in browser.submit("/look", "/sign-in", large="no")


def test_a_case_has_its_sheet_for_paper(site: Site) -> None:
    browser = signed_in(site, "D1")
    page = browser.submit(
        "/write", "/write", title="关于公交的建议", facts="车少", proposal="加车", points="1",
        secrecy="NONE", rulebook="national",
    )  # fmt: skip
    sheet = page.partition('<table class="printed">')[2].partition("</table>")[0]
    for words in ("编号", "标题", "关于公交的建议", "代表", "领衔", "草拟"):
        assert words in sheet
    assert CITY not in sheet


def test_the_verification_says_that_it_is_under_way(site: Site) -> None:
    browser = signed_in(site, "audit", "audit")
    go_on = Event()

    def slow() -> Proof:
        go_on.wait(10)
        return verify(site.register)

    job = site.jobs.start("seals", slow, site.real_now())
    page = browser.get("/seals")
    assert "正在核验" in page_text(page)
    assert '<meta http-equiv="refresh"' in page
    assert "现在核验" not in page_text(page)
    assert site.jobs.start("seals", lambda: None, site.real_now()) is job
    go_on.set()
    assert job.ended.wait(10)
    assert "完好" in page_text(browser.get("/seals"))
    browser.submit("/seals", "/seals")
    again = site.jobs.get("seals")
    assert again is not None
    assert again is not job
    assert again.ended.wait(10)


def test_a_job_that_breaks_is_told_and_can_be_begun_again() -> None:
    jobs = Jobs()

    def broken() -> None:
        raise OSError("disk full")

    at = datetime(2026, 3, 5, tzinfo=UTC)
    job = jobs.start("seals", broken, at)
    assert job.ended.wait(10)
    assert job.failed
    again = jobs.start("seals", lambda: 3, at)
    assert again.ended.wait(10)
    assert (again is job, again.failed, again.found) == (False, False, 3)
    assert jobs.get("other") is None


def parts(chart: Markup, tag: str) -> list[ElementTree.Element]:
    root = ElementTree.fromstring(str(chart))  # its own text, not a stranger's
    return root.findall(f"{{http://www.w3.org/2000/svg}}{tag}")


def test_bars_are_as_long_as_their_figures() -> None:
    chart = bars("在办", [("办理中", 40), ("评价中", 10), ("<审签>", 0)], "件")
    assert [float(part.attrib["width"]) for part in parts(chart, "rect")] == [434.0, 108.5, 0.0]
    assert [part.text for part in parts(chart, "text")] == [
        "办理中", "40件", "评价中", "10件", "<审签>", "0件",
    ]  # fmt: skip
    assert [part.text for part in parts(chart, "title") + parts(chart, "desc")] == [
        "在办", "办理中 40件, 评价中 10件, <审签> 0件",
    ]  # fmt: skip
    assert 'role="img"' in chart
    assert "style=" not in chart


def test_columns_leave_a_week_without_figures_empty() -> None:
    chart = columns("按期率", [("9-7", 100), ("9-14", None), ("9-21", 50)])
    high = [float(part.attrib["height"]) for part in parts(chart, "rect")]
    assert high == [136.0, 68.0]
    assert [part.text for part in parts(chart, "text")] == ["100%", "9-7", "–", "9-14", "50%", "9-21"]
    many = columns("按期率", [(str(week), 100) for week in range(52)])
    assert len(parts(many, "rect")) == 52
    assert len(parts(many, "text")) == 26


def test_charts_of_nothing() -> None:
    assert parts(bars("空", []), "rect") == []
    assert parts(columns("空", []), "rect") == []
    assert parts(bars("零", [("a", 0)]), "rect")[0].attrib["width"] == "0.0"


def test_a_long_label_is_cut_where_it_would_leave_the_picture() -> None:
    assert shorter("市生态环境保护局", 10) == "市生态环境保护局"
    assert shorter("市人力资源和社会保障局", 10) == "市人力资源和社会保障…"
    assert shorter("environment", 10) == "environment"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "zh"),
        ("fr, *;q=0.5", "zh"),
        ("en", "en"),
        ("EN-us", "en"),
        ("zh, en", "zh"),
        ("en, zh", "en"),
        ("en;q=0.5, zh-TW;q=0.7", "zh"),
        ("en;q=0", "zh"),
        ("en;q=nonsense", "zh"),
    ],
)
def test_a_program_is_told_in_the_language_that_it_wants_most(header: str, language: str) -> None:
    assert asked_language(header) == language


@pytest.mark.parametrize("template", sorted(path.name for path in (HERE / "templates").iterdir()))
def test_a_template_has_one_tag_a_line(template: str) -> None:
    for number, line in enumerate((HERE / "templates" / template).read_text(encoding="utf-8").splitlines(), 1):
        tags = re.findall(r"<([a-z]\w*)", line)
        assert len([tag for tag in tags if tag not in INLINE]) <= 1, f"{template}:{number}"
        assert len(tags) <= 2, f"{template}:{number}"
