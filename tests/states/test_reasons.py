"""Every refusal is a line of the catalogue: each place that refuses gives it the facts that its sentences name."""

import ast
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from states.errors import NotAllowed
from states.reasons import REASONS, Fact, Given, Id, Label, Refused, Worded, from_plain, ids, plain
from states.reasons.refused import TABLES
from states.roles import Role
from states.sheets import SHEETS, Field, Type
from states.vocabulary import KeyLevel
from tests.states.builders import evaluating, submitted

ROOT = Path(__file__).parents[2]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal")
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def calls() -> Iterator[tuple[str, ast.Call]]:
    """Every place where a refusal is made, by file and line."""
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        names = set(called(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                code = node.args[1] if node.func.id == "check_that" else node.args[0]
                if isinstance(code, ast.Attribute | ast.Subscript):  # a code of a sheet, or one that was kept
                    continue
                if ast.unparse(code) == "code" and path.name == "faults.py":  # what `check_that` passes on
                    continue
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def called(tree: ast.AST) -> Iterator[str]:
    """What a module calls a refusal of the rules: pages have a `Refused` of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("states.reasons", "rulebooks.faults")):
            makers = [alias for alias in node.names if alias.name in ("Refused", "RuleFault", "check_that")]
            yield from (alias.asname or alias.name for alias in makers)
        if isinstance(node, ast.ClassDef) and node.name == "RuleFault":
            yield node.name


def named(sentence: str) -> set[str]:
    """The facts that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def of(call: ast.Call) -> str:
    code = call.args[-1]
    assert isinstance(code, ast.Constant), ast.unparse(call)
    return str(code.value)


def test_each_place_names_a_code_that_exists_and_gives_just_its_facts() -> None:
    wrong = [
        f"{where} {of(call)}: {sorted(str(keyword.arg) for keyword in call.keywords)}, named are "
        f"{sorted(named(REASONS[of(call)].english)) if of(call) in REASONS else 'none: no such code'}"
        for where, call in calls()
        if of(call) not in REASONS
        or {str(keyword.arg) for keyword in call.keywords} != named(REASONS[of(call)].english)
    ]
    assert wrong == []


def of_sheets() -> dict[str, Field]:
    return {field.refused: field for sheet in SHEETS.values() for field in sheet if field.refused}


@pytest.mark.parametrize(("code", "field"), of_sheets().items(), ids=lambda code: str(code))
def test_what_a_sheet_refuses_names_its_key_and_just_the_facts_of_its_kind(code: str, field: Field) -> None:
    facts = {"key", "given"} if field.kind is Type.SCORE else {"given", "known"} if field.among else set()
    assert named(REASONS[code].english) == facts
    refused = Refused(code, **{fact: Label(field.key) for fact in facts})
    assert field.key in refused.asks


def test_no_code_stands_in_two_tables() -> None:
    assert sum(map(len, TABLES)) == len(REASONS)


def alone(sentence: str) -> str:
    """What a sentence says by itself, whatever its facts are."""
    return "".join(text + ("{}" if name is not None else "") for text, name, _, _ in Formatter().parse(sentence))


PROMISED = {"data.kind is {}; one of {}", "unknown role {}; one of {}"}
"""Reasons of the API that several codes have shared since 0.2; in Chinese each says its own."""


@pytest.mark.parametrize("language", ["english", "chinese"])
def test_no_two_codes_say_the_same(language: str) -> None:
    sentences = defaultdict(list)
    for code, row in REASONS.items():
        sentences[alone(getattr(row, language))].append(code)
    double = {sentence: codes for sentence, codes in sentences.items() if len(codes) > 1}
    own = {sentence: codes for sentence, codes in double.items() if re.search(r"\w", sentence)}
    assert {sentence: codes for sentence, codes in own.items() if sentence not in PROMISED} == {}


def test_each_code_is_used() -> None:
    assert sorted(REASONS.keys() - {of(call) for _, call in calls()} - of_sheets().keys()) == []


def test_nothing_is_refused_past_the_catalogue() -> None:
    """`NotAllowed` and `Outcome` take a value alone (mypy); here nobody makes a sentence of one and reads it again."""
    read = re.compile(r"\breason\.(startswith|endswith|find|partition|split)\b|\bin \w*\.reason\b")
    lines = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        for line in path.read_text("utf-8").splitlines()
        if read.search(line)
    ]
    assert lines == []


def sample(name: str, how: str) -> Fact:
    if how in ("both", "each"):
        return Worded(f"<{name}>", "中文")
    return Label(f"<{name}>")


@pytest.mark.parametrize("code", REASONS)
def test_a_refusal_is_told_in_both_languages_with_every_fact(code: str) -> None:
    row = REASONS[code]
    facts = {name: sample(name, how or "") for _, name, how, _ in Formatter().parse(row.english) if name}
    refused = Refused(code, **facts)
    for name in facts:
        assert f"<{name}>" in str(refused)
    assert not CJK.search(refused.english(notes=False))
    assert CJK.search(refused.chinese())
    assert named(row.chinese) <= facts.keys()
    left = re.sub(r"<\w+>|duban (account|clock accept)|--\w+", "", refused.chinese())
    assert not re.search(r"[A-Za-z]{2,}", left), left
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)


@pytest.mark.parametrize("code", REASONS)
def test_what_a_form_can_mend_is_what_the_sentence_asks_for(code: str) -> None:
    row = REASONS[code]
    keys = set(re.findall(r"\bdata\.(\w+|\{\w+\})", row.english))
    if code in ("name_too_long", "text_too_long"):
        assert not row.asks  # nobody's form sends so much
    else:
        assert keys <= set(row.asks)
    assert {name for key in row.asks for name in named(key)} <= named(row.english)


def test_a_fact_is_told_as_what_it_is() -> None:
    term = Refused("outside_term", deputy=Id("D1"), start=None, end=date(2025, 3, 11), day=date(2026, 1, 2))
    assert str(term) == "D1's term is None to 2025-03-11, the day is 2026-01-02"
    assert term.chinese({"D1": "张代表"}) == "张代表 的任期是 不定 到 2025-03-11，这一天是 2026-01-02"
    assert term.english({"D1": "Zhang"}).startswith("Zhang's term")
    level = Refused("unknown_key_level", given=Given("x"), known=tuple(KeyLevel))
    assert str(level) == "data.key_level is 'x'; one of NONE, COMMITTEE, CHAIR, GOV_LEADER"
    assert (level.asks, level.incomplete) == (("key_level",), True)
    role = Refused("may_not_write", role=Role.HANDLER)
    assert (str(role), role.chinese()) == (
        "handler (承办人) may not write a suggestion; deputies do",
        "承办人不能写建议；写建议的是代表",
    )
    assert (role.english(notes=False), role.incomplete) == (
        "handler may not write a suggestion; deputies do",
        False,
    )
    early = Refused("after_entry", moment=datetime(2026, 1, 1, 1, tzinfo=UTC), entry=datetime(2026, 1, 1, tzinfo=UTC))
    assert str(early) == "2026-01-01 09:00:00+08:00 lies after the moment of entry 2026-01-01 08:00:00+08:00"
    assert Refused("which_one", key=Label("assignment"), known=()).asks == ("assignment",)
    assert str(Refused("which_one", key=Label("assignment"), known=())).endswith("is meant: -")


def test_what_no_value_would_mend_is_not_incomplete() -> None:
    delivered = ids(["C1/a1"])
    for code in ("unknown_replaced_part", "no_delivered_reply"):
        assert Refused(code, given=Given(None), known=delivered).incomplete
        assert not Refused(code, given=Given(None), known=()).incomplete
    assert {row.among for row in REASONS.values() if row.among} == {"known"}


def test_a_score_and_a_ground_are_called_by_their_chinese_names() -> None:
    with pytest.raises(NotAllowed) as score:
        evaluating().act("assess", "committee", unit="社会建设委员会", participation=90, timeliness=200)
    assert score.value.refused is not None
    assert score.value.refused.chinese() == "办理及时要填 0 到 100 的整数，收到的是 200"
    with pytest.raises(NotAllowed) as ground:
        submitted().act("decline", "registrar", code="x")
    assert not re.search("[a-z]{2}", ground.value.refused.chinese())


def test_what_is_kept_as_json_says_the_same_in_both_languages() -> None:
    inside = Refused("event_missing", next=7)
    for reason in (
        Refused("fault_at", place=Worded("event 6", "第 6 个事件"), what=inside),
        Refused("outside_term", deputy=Id("D1"), start=None, end=date(2025, 3, 11), day=date(2026, 1, 2)),
        Refused("unknown_key_level", given=Given(["x"]), known=tuple(KeyLevel)),
        Refused("equal_forms", count=5, cases=(*ids(["C1"]), Worded("and 4 more", "另有 4 件"))),
    ):
        kept = from_plain(json.loads(json.dumps(plain(reason))))
        assert (str(kept), kept.chinese()) == (str(reason), reason.chinese())
        assert kept.english(notes=False) == reason.english(notes=False)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "（空）"), ("  ", "（空）"), ([], "（空）"), (True, "是"), (0, "0"), ("x", "x"), ([["x"], "y"], "x、y"),
        ([{"unit": None, "role": "CO"}], "unit：（空），role：CO"), ("字" * 70, "字" * 60 + "…"),
    ],
)  # fmt: skip
def test_what_was_sent_is_told_in_words_to_readers_of_chinese(value: Any, words: str) -> None:
    sent = Refused("too_few_points", given=Given(value))
    assert sent.chinese() == f"请求条数是 {words}：至少 1 条"
    assert str(sent) == f"data.points is {value!r}: the number of request points, at least 1"


def test_an_instant_without_a_zone_or_beyond_the_calendar_is_told_as_it_was_sent() -> None:
    assert str(Refused("no_zone", moment=datetime(2026, 1, 1))) == "at 2026-01-01T00:00:00 has no zone"  # noqa: DTZ001
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    assert str(Refused("outside_calendar", moment=last)) == "9999-12-31T23:00:00+00:00 lies outside the calendar"


def test_ids_are_put_otherwise_wherever_they_stand() -> None:
    def hide(text: str) -> str:
        return text.replace("D1", "*")

    sent = Refused("promise_malformed", given=Given([{"D1": ["D1", 1]}]))
    assert str(sent.reworded(hide)).endswith("got [{'*': ['*', 1]}]")
    many = Refused("unknown_recipients", deputies=ids(["D1", "D2"]))
    assert str(many.reworded(hide)).startswith("*, D2: not deputies")
    inside = Refused("text_gone", text=Label("x"), why=Refused("rulebook_unreadable", why=Label("D1")))
    assert "D1" not in inside.reworded(hide).chinese()
