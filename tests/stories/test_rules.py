"""The same life under every rulebook: what people are told differs only where the texts do."""

import json
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from typer.testing import CliRunner

from portal.cli import app
from portal.rehearsal.one_life import LifeLine, ToldStep, books, explained, live, only_in
from rulebooks import Library
from storage import Register, open_engine
from storage.sealing import verify
from tests.builders import LIBRARY, for_playing

BOOKS = books(LIBRARY)


def lived(folder: Path, names: list[str], library: Library = LIBRARY) -> dict[str, ToldStep]:
    register = Register(open_engine(f"sqlite:///{folder}/lives.db"), library)
    lives = live(for_playing(register), names)
    assert verify(register).ok
    register.engine.dispose()
    return lives


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ToldStep]:
    return lived(tmp_path_factory.mktemp("lives"), BOOKS)


def test_every_rulebook_for_suggestions_is_lived_under() -> None:
    assert BOOKS == [
        "beijing", "chongqing", "cppcc", "henan", "national", "qingdao", "shandong", "shanghai", "suqian",
        "township", "zhejiang",
    ]  # fmt: skip


def test_the_whole_life_is_lived_under_every_rulebook(lives: dict[str, ToldStep]) -> None:
    for name, life in lives.items():
        assert life.state == "ARCHIVED", (name, life.refused)
        ordered = life.rulebook.rehandle is not None and life.rulebook.rehandle.decided_by == "auto"
        assert [refusal.action for refusal in life.refused] == (["order_rehandle"] if ordered else []), name


def test_proposals_of_the_consultative_conference_live_by_their_rulebook_alone(
    lives: dict[str, ToldStep],
) -> None:
    life = lives["cppcc"]
    assert (life.state, life.refused) == ("ARCHIVED", [])
    assert all(limit.source.startswith("inferred") for limit in life.limits)


def test_every_line_of_a_limit_has_its_article_beside_it(lives: dict[str, ToldStep]) -> None:
    for name, life in lives.items():
        sources = {key: limit.source for key, limit in life.rulebook.limits.items()}
        for line in life.lines:
            if line.key:
                assert line.source, (name, line)
                assert line.last_day is not None
                assert line.key in sources
        for limit in life.limits:
            assert "条" in limit.source or limit.source.startswith("inferred"), (name, limit)


def test_every_difference_between_two_rulebooks_is_one_of_their_texts(lives: dict[str, ToldStep]) -> None:
    differing = 0
    for a, b in permutations(lives.values(), 2):
        for line in only_in(a, b):
            assert explained(a.rulebook, b.rulebook, line), (a.rulebook.name, b.rulebook.name, line)
            differing += 1
    assert differing > 100


@pytest.mark.parametrize(
    ("name", "key", "round_", "last"),
    [
        # assigned on 25 April, received by the lead on 30 April and by the co-unit on 8 May
        ("beijing", "reply_by", 1, date(2025, 7, 25)),
        ("henan", "reply_by", 1, date(2025, 7, 25)),  # the law's reading is the earlier one
        ("township", "reply_by", 1, date(2025, 6, 25)),
        ("shandong", "assign_by", 1, date(2025, 4, 8)),
        ("qingdao", "assign_by", 1, date(2025, 4, 11)),
        ("shanghai", "assign_by", 1, date(2025, 4, 15)),
        ("chongqing", "assign_by", 1, date(2025, 4, 18)),
        ("zhejiang", "co_opinion_by", 1, date(2025, 7, 8)),
        ("shandong", "co_opinion_by", 1, date(2025, 6, 8)),
        ("chongqing", "contact_by", 1, date(2025, 6, 3)),
        ("suqian", "contact_by", 1, date(2025, 5, 26)),
        # served on 6 August, judged badly on 26 August, ordered on 5 September, received on 8 September
        ("henan", "feedback_by", 1, date(2025, 8, 20)),
        ("beijing", "feedback_by", 1, date(2025, 8, 27)),
        ("chongqing", "feedback_by", 1, date(2025, 9, 3)),
        ("shandong", "rehandle_by", 2, date(2025, 9, 26)),
        ("shanghai", "rehandle_by", 2, date(2025, 10, 5)),
        ("beijing", "rehandle_by", 2, date(2025, 11, 5)),
        ("chongqing", "rehandle_by", 2, date(2025, 11, 8)),
    ],
)
def test_the_last_days_of_the_life_are_those_of_the_articles(
    lives: dict[str, ToldStep], name: str, key: str, round_: int, last: date
) -> None:
    ours = [limit for limit in lives[name].limits if (limit.key, limit.round, limit.void) == (key, round_, False)]
    assert {limit.last_day for limit in ours} == {last}


def test_where_a_text_is_silent_nobody_is_told_of_such_a_limit(lives: dict[str, ToldStep]) -> None:
    for life in lives.values():
        assert {line.key for line in life.lines if line.key} <= life.rulebook.limits.keys()
    by_law = {line.key for line in lives["national"].lines if line.key}
    # the law sets the first, the others are inferred
    assert by_law == {"reply_by", "receipt_by", "rehandle_by", "commitment_by"}


def test_who_is_late_is_told_on_the_day_after_and_the_deputy_who_is_silent_is_reminded(
    lives: dict[str, ToldStep],
) -> None:
    beijing = [
        line for line in lives["beijing"].lines if (line.key, line.what) == ("reply_by", "limit.overdue")
    ]
    assert {line.day for line in beijing} == {date(2025, 7, 26)}
    urged = {
        name: [line.day for line in life.lines if line.what == "suggestion.feedback_urged"]
        for name, life in lives.items()
    }
    assert urged["henan"] == [date(2025, 8, 21), date(2025, 8, 24)]
    assert urged["beijing"] == urged["chongqing"] == []


def test_only_words_differ_so_only_words_are_told_otherwise(lives: dict[str, ToldStep], tmp_path: Path) -> None:
    reworded = LIBRARY.with_values(
        "henan", {"limits.reply_by.says": "换一种说法", "rehandle.says": "换一种说法"}
    )
    life = lived(tmp_path, ["henan"], reworded)["henan"]
    assert life.rulebook.ident != lives["henan"].rulebook.ident
    assert life.lines == lives["henan"].lines
    assert life.limits != lives["henan"].limits  # their sources say that they were changed


def test_a_shorter_limit_tells_of_nothing_but_itself(lives: dict[str, ToldStep], tmp_path: Path) -> None:
    library = LIBRARY.with_values("qingdao", {"limits.co_opinion_by.amount": 2})
    shorter = lived(tmp_path, ["qingdao"], library)["qingdao"]
    lines = [*only_in(lives["qingdao"], shorter), *only_in(shorter, lives["qingdao"])]
    assert lines
    assert {line.key for line in lines} == {"co_opinion_by"}


def test_the_command_tells_it(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["story", "rules", "henan", "beijing"])
    assert result.exit_code == 0, result.output
    assert "河南(2017) 第二十二条" in result.output
    assert "不能解释 unexplained 0" in result.output
    printed = json.loads(CliRunner().invoke(app, ["story", "rules", "township", "--json"]).stdout)
    assert printed["lives"]["township"]["state"] == "ARCHIVED"
    refused = CliRunner().invoke(app, ["story", "rules", "reception"])
    assert refused.exit_code == 1
    assert "not for suggestions" in refused.stderr


def test_a_line_knows_nothing_of_its_article_when_it_is_compared() -> None:
    day = date(2025, 4, 1)
    assert LifeLine(day, "unit:U1", "limit.overdue", "reply_by", 1, source="甲") == LifeLine(
        day, "unit:U1", "limit.overdue", "reply_by", 1, source="乙"
    )
