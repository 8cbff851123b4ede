"""Is exactly that found which contains what was asked, on both databases, and only what somebody may see?"""

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from states import Action
from states.texts import data_written
from storage import Register, lists, migrate
from storage.lists import Wanted, count_cases, list_cases
from storage.search import COLUMNS, normal, query_parts
from storage.visible import Scope, sees
from tests.builders import CITY, FIRST, LIBRARY, a_directory, a_draft, act, an_action, noon, take
from tests.databases import taken_back

ANY = Scope()


def cases_with(register: Register, query: str, scope: Scope = ANY) -> list[str]:
    wanted = Wanted(text=query)
    names = [case.case["id"] for case in list_cases(register, scope, wanted, 10_000)]
    assert len(names) == count_cases(register, scope, wanted)
    return names


def scan(texts: Mapping[str, Sequence[str]], query: str) -> set[str]:
    """What a look at every text finds."""
    return {
        case
        for case, words in texts.items()
        if all(any(part in normal(word) for word in words) for part in query_parts(query))
    }


def drafts(texts: dict[str, tuple[str, str, str]]) -> list[Action]:
    return [
        a_draft(case, title=title, facts=facts, proposal=proposal)
        for case, (title, facts, proposal) in texts.items()
    ]


def test_a_suggestion_is_found_by_one_character_of_its_title_facts_or_proposal(desk: Register) -> None:
    take(desk, FIRST, *drafts({
        "C1": ("关于增设路灯的建议", "柳湾路夜间昏暗", "装灯"), "C2": ("关于修桥的建议", "路面破损", "大修"),
    }))  # fmt: skip
    assert cases_with(desk, "灯") == ["C1"]
    assert set(cases_with(desk, "路")) == {"C1", "C2"}
    assert cases_with(desk, "柳湾路") == ["C1"]
    assert cases_with(desk, "大修") == ["C2"]
    assert cases_with(desk, "灯路") == []
    assert cases_with(desk, "夜间 路灯") == ["C1"]
    assert cases_with(desk, "夜间 大修") == []


def test_characters_that_stand_apart_are_no_phrase(desk: Register) -> None:
    take(desk, FIRST, *drafts({"C1": ("标题", "公交站，交站台", "站")}))
    assert cases_with(desk, "公交站台") == []
    assert cases_with(desk, "公交站") == ["C1"]


def test_a_phrase_does_not_run_from_one_field_into_the_next(desk: Register) -> None:
    take(desk, FIRST, *drafts({"C1": ("甲乙", "丙丁", "戊己")}))
    assert cases_with(desk, "乙丙") == []
    assert cases_with(desk, "乙 丙") == ["C1"]


@pytest.mark.parametrize("query", ["ｗｉｆｉ", "WiFi 6", "wifi６", "'", '"', "100%", "C++", "_", "\\", "①"])
def test_words_figures_and_signs_are_found_in_any_width_and_case(desk: Register, query: str) -> None:
    take(
        desk,
        FIRST,
        *drafts(
            {"C1": ("WIFI ６ 与wifi6", '覆盖 １００％，C++ it\'s "a\\_b"', "1"), "C2": ("无", "无", "无")}
        ),
    )
    assert cases_with(desk, query) == ["C1"]


@pytest.mark.parametrize("query", ["", "  ", "\u3000", "\0", "\n"])
def test_a_query_that_asks_nothing_leaves_nothing_out(desk: Register, query: str) -> None:
    take(desk, FIRST, *drafts({"C1": ("甲", "乙", "丙")}))
    assert cases_with(desk, query) == ["C1"]


def test_what_was_rewritten_is_found_by_its_new_words_alone(desk: Register) -> None:
    take(
        desk,
        FIRST,
        *drafts({"C1": ("关于修路的建议", "坑洼", "修补"), "C2": ("关于修桥的建议", "坑洼", "修补")}),
    )
    act(desk, FIRST, "C1", "revise", "deputy", facts="积水")
    assert cases_with(desk, "坑洼") == ["C2"]
    assert cases_with(desk, "积水") == ["C1"]
    assert set(cases_with(desk, "修补")) == {"C1", "C2"}
    act(desk, FIRST, "C1", "revise", "deputy", title="关于排水的建议")
    assert cases_with(desk, "修路") == []
    assert cases_with(desk, "排水 积水 修补") == ["C1"]


def test_a_refused_action_changes_nothing_that_is_found(desk: Register) -> None:
    take(desk, FIRST, *drafts({"C1": ("关于修路的建议", "坑洼", "修补")}))
    desk.apply([an_action("C1", "revise", "deputy", "D2", title="改过的")], noon(FIRST))
    assert cases_with(desk, "改过") == []
    assert cases_with(desk, "修路") == ["C1"]


def test_a_number_is_found_from_its_registration_on(desk: Register) -> None:
    for name, role, data in (
        ("submit", "deputy", {}), ("open_review", "registrar", {}),
        ("register", "registrar", {"subject_class": "城建", "committee": "委", "number": "2025-0173"}),
    ):  # fmt: skip
        if name == "submit":
            take(desk, FIRST, *drafts({"C1": ("甲", "乙", "丙")}))
            assert cases_with(desk, "0173") == []
        act(desk, FIRST, "C1", name, role, **data)
    assert cases_with(desk, "0173") == ["C1"]


def test_an_opinion_is_found_by_what_the_citizen_says(desk: Register) -> None:
    take(
        desk, FIRST,
        an_action("O1", "record", "clerk", title="噪声", body="夜间施工太吵", rulebook="message-board"),
    )  # fmt: skip
    assert cases_with(desk, "施工") == cases_with(desk, "噪") == ["O1"]


def test_the_newest_come_first_and_pages_join_without_gap(desk: Register) -> None:
    texts = {f"C{n:02}": (("路灯" if n % 3 == 0 else "别的"), "路灯", "x") for n in range(20)}
    take(desk, FIRST, *drafts(texts))
    wanted, after, pages = Wanted(text="路灯"), "", []
    while page := list_cases(desk, ANY, Wanted(text="路灯", after=after), 3):
        pages += [case.case["id"] for case in page]
        after = f"{page[-1].case['number']}~{page[-1].case['id']}"
    assert pages == [case.case["id"] for case in list_cases(desk, ANY, wanted, 100)]
    assert pages == sorted(texts, reverse=True)


@pytest.mark.parametrize("first", [2, 300])
def test_a_scope_of_few_finds_the_same_whether_or_not_the_first_fill_the_page(
    desk: Register, monkeypatch: pytest.MonkeyPatch, first: int
) -> None:
    monkeypatch.setattr(lists, "FIRST", first)
    texts = {f"C{n:02}": (("路灯" if n % 3 == 0 else "别的"), "甲", "乙") for n in range(12)}
    take(desk, FIRST, *drafts(texts), a_draft("D", by="D2", title="路灯"))
    own, lamps = Scope(deputies=("D1",)), ["C09", "C06", "C03", "C00"]
    for limit in (1, 2, 100):
        rows = list_cases(desk, own, Wanted(text="路灯"), limit)
        assert [case.case["id"] for case in rows] == lamps[:limit]


def test_nobody_finds_what_he_may_not_see(desk: Register) -> None:
    take(
        desk, FIRST, *drafts({"C1": ("关于路灯的建议", "甲", "乙"), "C2": ("关于路灯的建议", "甲", "乙")}),
        a_draft("C3", by="D2", title="关于路灯的建议"),
    )  # fmt: skip
    act(desk, FIRST, "C2", "submit", "deputy")
    for scope, cases in (
        (Scope(deputies=("D1",)), {"C1", "C2"}),
        (Scope(deputies=("D2",)), {"C3"}),
        (Scope(region=CITY, since="submitted"), {"C2"}),
        (Scope(region=CITY, since="registered"), set()),
        (Scope(unit="U1", since="assigned"), set()),
    ):
        assert set(cases_with(desk, "路灯", scope)) == cases
        assert {case for case in ("C1", "C2", "C3") if sees(desk, scope, case)} == cases


def test_no_name_is_found(desk: Register) -> None:
    take(desk, FIRST, a_draft("C1", secrecy="IDENTITY_PROTECTED", title="关于路灯的建议"))
    assert cases_with(desk, "代表") == cases_with(desk, "D1") == []
    with desk.engine.connect() as connection:
        kept = connection.execute(text(f"SELECT {', '.join(COLUMNS)} FROM search_texts")).one()
    assert "代表1" not in "".join(kept)


def test_what_was_there_before_the_index_is_filled_in_by_the_migration(engine: Engine) -> None:
    register = Register(engine, LIBRARY)
    a_directory(register)
    take(register, FIRST, *drafts({"C1": ("关于路灯的建议", "旧的", "乙"), "C2": ("Ａ座", "甲", "电梯")}))
    act(register, FIRST, "C1", "revise", "deputy", facts="新的")
    taken_back(engine, "0003")
    migrate(engine)
    upgraded = Register(engine, LIBRARY)
    assert cases_with(upgraded, "新的 路灯") == ["C1"]
    assert cases_with(upgraded, "旧") == []
    assert cases_with(upgraded, "a座 电梯") == ["C2"]
    act(upgraded, FIRST, "C1", "revise", "deputy", facts="又改了")
    assert cases_with(upgraded, "新的") == []
    assert cases_with(upgraded, "又改") == ["C1"]


@pytest.mark.parametrize("wanted", [Wanted(), Wanted(states=("DRAFT",)), Wanted(ended=False)])
def test_where_few_cases_are_looked_at_their_texts_count_as_well(desk: Register, wanted: Wanted) -> None:
    take(desk, FIRST, *drafts({"C1": ("关于路灯的建议", "甲", "乙"), "C2": ("关于电梯的建议", "甲", "乙")}))
    narrowed = replace(wanted, text="路灯")
    own = Scope(deputies=("D1",))
    assert [case.case["id"] for case in list_cases(desk, own, narrowed)] == ["C1"]
    assert count_cases(desk, own, narrowed) == 1


def kept(texts: tuple[str, str, str]) -> tuple[str, str, str]:
    """The texts of a draft as the register keeps them: what a look at them sees."""
    stored = data_written("draft", dict(zip(("title", "facts", "proposal"), texts, strict=True)))
    return stored["title"], stored["facts"], stored["proposal"]


SIGNS = st.text(alphabet="路灯桥水aAｂ1１ '\"%\\_*-+.,，。()&|!:\u3000\n\ue041ß①", max_size=12)
SAID = SIGNS.filter(str.strip)


@given(
    texts=st.lists(st.tuples(SAID, SAID, SAID), min_size=1, max_size=6), queries=st.lists(SIGNS, max_size=12)
)
@settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
def test_the_index_finds_what_a_look_at_every_text_finds(
    desk: Register, texts: Sequence[tuple[str, str, str]], queries: Iterable[str]
) -> None:
    """Cases of earlier examples are rewritten, so that what is forgotten is tried, too."""
    named = {f"C{number}": words for number, words in enumerate(texts)}
    stored = {case.case["id"] for case in list_cases(desk, ANY, Wanted(), 100)}
    written = drafts({case: words for case, words in named.items() if case not in stored})
    again = [
        an_action(case, "revise", "deputy", title=words[0], facts=words[1], proposal=words[2])
        for case, words in named.items()
        if case in stored
    ]
    take(desk, FIRST, *written, *again)
    named = {case: kept(words) for case, words in named.items()}
    for query in (*queries, *(part for words in texts for word in words for part in (word[1:4],))):
        hits = {case for case in cases_with(desk, query) if case in named}
        assert hits == scan(named, query), query


REAL = Path(__file__).parents[3] / "shared" / "data" / "cn_messages" / "messages.csv"


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason=f"the recorded messages do not lie at {REAL}")
def test_any_piece_of_real_messages_finds_exactly_the_rows_that_contain_it(desk: Register) -> None:
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["留言主题"], row["留言详情"]) for row in csv.DictReader(file)]
    texts = {f"M{number:05}": words for number, words in enumerate(rows)}
    actions = [
        an_action(case, "record", "clerk", title=title, body=body, rulebook="message-board")
        for case, (title, body) in texts.items()
    ]
    for start in range(0, len(actions), 500):
        take(desk, FIRST, *actions[start : start + 500])
    forms = {case: tuple(map(normal, words)) for case, words in texts.items()}
    draw = random.Random(1)
    for number in range(300):
        text = normal(draw.choice(draw.choice(rows)))
        length = number % 6 + 1
        at = draw.randrange(max(1, len(text) - length + 1))
        query = text[at : at + length]
        expected = {
            case
            for case, fields in forms.items()
            if all(any(part in field for field in fields) for part in query.split())
        }
        assert set(cases_with(desk, query)) == expected, query
