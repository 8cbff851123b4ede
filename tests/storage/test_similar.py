"""Is the suggestion that is about the same found first, with what both say, and nothing that must not be seen?"""

import csv
import random
import re
from pathlib import Path

import pytest

from storage import Register
from storage.similar import Said, Similar, core, handlers, marked, shared, usual_handlers
from storage.visible import Scope
from tests.builders import CITY, FIRST, a_draft, act, take, walk

ANY = (Scope(),)
LAMPS = (
    "关于在柳湾路加装路灯的建议",
    "柳湾路中段约八百米没有路灯，夜间行人摔倒三起。",
    "今年年底前装路灯二十盏。",
)
OTHERS = (
    ("关于柳湾路中段增设路灯的建议", "柳湾路中段没有路灯，夜间漆黑，行人摔倒。", "增设路灯。"),
    ("关于老旧小区加装电梯的建议", "望江小区多为六层楼，老人上下楼困难。", "补贴加装电梯。"),
    ("关于增加公办幼儿园学位的建议", "新小区没有配套的幼儿园。", "三年新建六所。"),
    ("关于整治河道淤积的建议", "汛期排水不畅，两岸农田受淹。", "分段清淤。"),
)


def written(desk: Register, *texts: tuple[str, str, str], **data: str) -> None:
    take(
        desk, FIRST,
        *(a_draft(f"C{number}", title=title, facts=facts, proposal=proposal, **data)
          for number, (title, facts, proposal) in enumerate(texts, start=1)),
    )  # fmt: skip


def test_the_one_about_the_same_comes_first_with_the_phrases_of_both(desk: Register) -> None:
    written(desk, *OTHERS)
    first, *rest = Similar(desk).like(Said(*LAMPS), ANY)
    assert first.case["id"] == "C1"
    assert first.score > 0.3 > max((hit.score for hit in rest), default=0)
    assert "夜间" not in first.phrases
    assert any("柳湾路" in phrase for phrase in first.phrases)
    assert all(phrase in "".join(OTHERS[0]) and phrase in "".join(LAMPS) for phrase in first.phrases)


def test_nothing_is_like_a_text_about_something_else(desk: Register) -> None:
    written(desk, *OTHERS)
    assert (
        Similar(desk).like(Said("关于支持中试基地的建议", "成果转化缺少中间试验。", "依托园区。"), ANY) == []
    )
    assert Similar(desk).like(Said(), ANY) == Similar(desk).like(Said("，", " ", ""), ANY) == []
    assert Similar(desk).like(Said(*LAMPS), ()) == []


def test_the_case_itself_is_left_out_and_what_was_written_since_is_found(desk: Register) -> None:
    similar = Similar(desk)
    written(desk, LAMPS)
    assert similar.like(Said(*LAMPS), ANY, but="C1") == []
    take(desk, FIRST, a_draft("X1", title=LAMPS[0], facts=LAMPS[1], proposal=LAMPS[2]))
    assert [hit.case["id"] for hit in similar.like(Said(*LAMPS), ANY, but="C1")] == ["X1"]
    act(desk, FIRST, "X1", "revise", "deputy", title="别的", facts="完全不同", proposal="没有关系")
    assert similar.like(Said(*LAMPS), ANY, but="C1") == []


def test_only_what_lies_in_one_of_the_scopes_is_found(desk: Register) -> None:
    take(
        desk, FIRST,
        a_draft("C1", by="D1", title=LAMPS[0]), a_draft("C2", by="D2", title=LAMPS[0]),
        a_draft("C3", by="D3", title=LAMPS[0]),
    )  # fmt: skip
    mine, theirs = Scope(deputies=("D1",)), Scope(deputies=("D2",))

    def ids(*scopes: Scope) -> list[str]:
        return sorted(hit.case["id"] for hit in Similar(desk).like(Said(*LAMPS), scopes))

    assert ids(mine) == ["C1"]
    assert ids(mine, theirs) == ["C1", "C2"]
    assert ids(Scope(region=CITY, open_only=True)) == []
    assert ids(mine, Scope(region=CITY, since="submitted")) == ["C1"]


def test_of_open_suggestions_those_are_found_that_are_registered_and_protect_nobody(desk: Register) -> None:
    take(desk, FIRST, a_draft("C3", title="关于路灯的建议", facts="路灯", secrecy="IDENTITY_PROTECTED"))
    walk(desk, "C1", until="register")
    for name, role, data in (
        ("submit", "deputy", {}), ("open_review", "registrar", {}),
        ("register", "registrar", {"subject_class": "社会建设", "committee": "委"}),
    ):  # fmt: skip
        act(desk, FIRST, "C3", name, role, **data)
    take(desk, FIRST, a_draft("C2"))
    scope = Scope(region=CITY, open_only=True)
    hits = Similar(desk).like(Said("关于修路的建议", "路面破损 路灯", "整修"), (scope,))
    assert [hit.case["id"] for hit in hits] == ["C1"]


@pytest.mark.parametrize(
    ("title", "left"),
    [
        ("关于加装路灯的建议", "加装路灯"),
        ("关于进一步加装路灯的意见建议", "加装路灯"),
        ("路灯坏了", "路灯坏了"),
        ("关于的建议", "关于的建议"),
        ("", ""),
    ],
)
def test_the_frame_of_a_title_does_not_count(title: str, left: str) -> None:
    assert core(title) == left


def test_shared_phrases_are_the_longest_pieces_and_run_over_no_sign() -> None:
    assert shared("柳湾路中段没有路灯，夜间漆黑", "在柳湾路中段，没有路灯。夜间很黑", 3) == [
        "柳湾路中段",
        "没有路灯",
    ]
    assert shared("甲乙", "甲乙", 3) == shared("", "甲乙丙", 3) == []
    assert shared("2019年", "2019 年", 4) == []


def test_a_title_is_marked_where_a_phrase_stands() -> None:
    assert marked("关于柳湾路的建议", ("柳湾路",)) == [("关于", False), ("柳湾路", True), ("的建议", False)]
    assert marked("①号楼⑿", ("1",)) == [("①号楼⑿", False)]  # longer in normal form: left unmarked
    assert marked("", ("x",)) == []


def test_units_are_told_with_the_suggestions_for_which_they_answered(desk: Register) -> None:
    walk(desk, "C1", "C2", until="assign")
    walk(desk, "C3", until="assign", units=[{"unit": "U2", "role": "LEAD"}, {"unit": "U3", "role": "CO"}])
    units = handlers(desk, ["C3", "C2", "C1"])
    assert [(answered.unit, answered.cases) for answered in units] == [("U1", ("C2", "C1")), ("U2", ("C3",))]
    assert usual_handlers(desk, Scope(), "社会建设") == [("U1", "第1局", 2), ("U2", "第2局", 1)]
    assert usual_handlers(desk, Scope(unit="U4"), "社会建设") == usual_handlers(desk, Scope(), "") == []
    assert handlers(desk, []) == []


REAL = Path(__file__).parents[3] / "shared" / "data" / "cn_messages" / "messages.csv"
QUERIES = 100


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.skipif(not REAL.exists(), reason=f"the recorded messages do not lie at {REAL}")
@pytest.mark.parametrize("given", ["title and text", "text", "title"])
def test_a_message_retold_with_half_of_it_finds_the_message_among_two_thousand(
    desk: Register, given: str
) -> None:
    """Half of the clauses are left out, the rest shuffled, one character in twenty lost; of a title one in seven."""
    with REAL.open(encoding="utf-8-sig", newline="") as file:
        rows = [(row["留言主题"], row["留言详情"]) for row in csv.DictReader(file)]
    actions = [
        a_draft(f"M{number}", title=f"关于{title}的建议", facts=body or "无", proposal="请予解决")
        for number, (title, body) in enumerate(rows)
    ]
    for start in range(0, len(actions), 500):
        take(desk, FIRST, *actions[start : start + 500])
    same: dict[str, set[str]] = {}
    for number, (_, body) in enumerate(rows):
        same.setdefault(re.sub(r"\s", "", body), set()).add(f"M{number}")
    draw, similar = random.Random(3), Similar(desk)
    first = three = 0
    for _ in range(QUERIES):
        title, body = draw.choice(rows)
        clauses = [word for word in re.split(r"(?<=[，。！？；,])", body) if word.strip()]
        kept = [clause for clause in clauses if draw.random() < 0.5] or clauses[:1]
        draw.shuffle(kept)
        retold = "".join(sign for sign in "".join(kept) if draw.random() > 0.05)
        worn = "".join(sign for sign in title if draw.random() > 0.15)
        query = {"title and text": Said(title, retold), "text": Said("", retold), "title": Said(worn)}[given]
        cases = [hit.case["id"] for hit in similar.like(query, ANY)]
        right = same[re.sub(r"\s", "", body)]
        first += cases[:1] != [] and cases[0] in right
        three += bool(right & set(cases))
    assert first >= 0.95 * QUERIES, (first, three)
    assert three >= 0.98 * QUERIES, (first, three)
