"""The rulebooks against the texts they name: the article is there, and it gives that number of days."""

import re
from functools import cache
from pathlib import Path

import pytest

from rulebooks import Library, Rulebook, Unit
from rulebooks.library import PACKAGED
from rulebooks.limits import Term
from rulebooks.sheet import sections, term_rows

LAWS = Path(__file__).parents[3] / "shared" / "laws"
real_data = [
    pytest.mark.real_data,
    pytest.mark.skipif(not LAWS.exists(), reason=f"the texts do not lie at {LAWS}"),
]
TEXTS = {
    "代表法(2025)": "代表法-2025.md",
    "代表法(2015)": "代表法-2015.md",
    "浙江实施代表法(2016)": "浙江实施代表法-2016.md",
    "山东实施代表法(2015)": "山东实施代表法-2015.md",
    "北京(2014)": "北京-2014.md",
    "上海(2015)": "上海-2015.md",
    "山东(2017)": "山东-2017.md",
    "青岛(2021)": "青岛-2021.md",
    "河南(2017)": "河南-2017.md",
    "浙江(2016)": "浙江-2016.md",
    "重庆(2018)": "重庆-2018.md",
}
NUMBERS = {
    1: "一",
    2: "[二两]",
    3: "三",
    5: "五",
    6: "六",
    7: "七",
    10: "十",
    15: "十五",
    20: "二十",
    30: "三十",
}
UNITS = {Unit.MONTHS: "个月", Unit.WORKING_DAYS: "个工作日", Unit.DAYS: "[日天]"}
COPIED = 16
"""So many signs in a row are a sentence of the text, not the words of the trade."""

PERIOD = re.compile(r"[一二两三四五六七八九十]+(?:个月|个工作日|[日天])内")
NAMES = {
    "北京(2014)": "beijing", "上海(2015)": "shanghai", "山东(2017)": "shandong", "青岛(2021)": "qingdao",
    "河南(2017)": "henan", "浙江(2016)": "zhejiang", "重庆(2018)": "chongqing",
}  # fmt: skip
NO_KEY = {"shanghai": {"第十五条"}, "qingdao": {"第三十二条"}, "chongqing": {"第二十八条"}}
"""Periods that no limit key holds: docs/rulebooks.md says which."""

CITED = re.compile(r"(\w+\(\d{4}\))((?: ?、?第[一二三四五六七八九十百]+条(?:第[一二三]款)?)+)")
ARTICLE = re.compile(r"第[一二三四五六七八九十百]+条(?=\s)")
LIBRARY = Library()


@cache
def articles(text: str) -> dict[str, str]:
    """The articles of a text by number."""
    whole = (LAWS / TEXTS[text]).read_text(encoding="utf-8")
    starts = [
        (match.group(), match.start())
        for match in ARTICLE.finditer(whole)
        if whole[match.start() - 1] == "\n"
    ]
    ends = [start for _, start in starts[1:]] + [len(whole)]
    return {name: whole[start:end] for (name, start), end in zip(starts, ends, strict=True)}


def cited(source: str) -> list[tuple[str, str]]:
    """(text, article) that a source names; of texts that are at hand."""
    return [
        (text, article)
        for text, named in CITED.findall(source)
        if text in TEXTS
        for article in re.findall(r"第[一二三四五六七八九十百]+条", named)
    ]


def every() -> list[Rulebook]:
    """Every version of every packaged rulebook."""
    return [LIBRARY.get(str(path)) for path in sorted(PACKAGED.glob("*.toml"))]


def terms(rulebook: Rulebook) -> list[Term]:
    terms_: list[Term] = []
    for limit in rulebook.limits.values():
        terms_ += [limit, limit.complex, limit.again]  # type: ignore[list-item]
        for reading in limit.readings:
            terms_ += [reading, reading.complex]  # type: ignore[list-item]
    terms_ += [rulebook.extension.total, rulebook.extension.added] if rulebook.extension else []  # type: ignore[list-item]
    return [term for term in terms_ if term is not None and not term.is_own and not term.inferred]


class TestWithTheTexts:
    pytestmark = real_data

    @pytest.mark.parametrize("rulebook", every(), ids=lambda book: f"{book.name}@{book.version}")
    def test_every_article_that_a_rulebook_names_is_in_its_text(self, rulebook: Rulebook) -> None:
        sources = {row.source for row in term_rows(rulebook)} | {rule.source for rule in sections(rulebook)}
        for source in sources:
            for text, article in cited(source):
                assert article in articles(text), source

    @pytest.mark.parametrize("rulebook", every(), ids=lambda book: f"{book.name}@{book.version}")
    def test_the_article_gives_the_number_of_days(self, rulebook: Rulebook) -> None:
        for term in terms(rulebook):
            assert isinstance(term.amount, int)
            wanted = f"{NUMBERS[term.amount]}{UNITS[term.unit]}"
            extension = rulebook.extension
            if rulebook.name == "shanghai" and extension and term in (extension.total, extension.added):
                wanted = "延长时间不得超过三个月"  # three and three
            text = "".join(articles(text)[article] for text, article in cited(term.source))
            assert re.search(rf"(?<![十二]){wanted}", text), (term.source, wanted)

    @pytest.mark.parametrize(("text", "name"), list(NAMES.items()))
    def test_no_other_article_gives_a_period_of_days_but_those_that_the_docs_name(
        self, text: str, name: str
    ) -> None:
        periodic = {article for article, words in articles(text).items() if PERIOD.search(words)}
        used = {article for row in term_rows(LIBRARY.get(name)) for _, article in cited(row.source)}
        assert periodic - used == NO_KEY.get(name, set())

    @pytest.mark.parametrize("path", sorted(PACKAGED.glob("*.toml")), ids=lambda path: path.name)
    def test_no_sentence_of_a_text_is_copied(self, path: Path) -> None:
        whole = "".join((LAWS / file).read_text(encoding="utf-8") for file in TEXTS.values())
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue  # the title of the text
            for start in range(len(line) - COPIED + 1):
                run = line[start : start + COPIED]
                assert not re.fullmatch(r"[\u4e00-\u9fff、，；]+", run) or run not in whole, run
