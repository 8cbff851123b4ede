"""Which columns a mapping asks for, which instants it reads, and what it says about a mistake."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.mapping import Mapping, MappingError
from states.reasons import Refused

OWN = """
name = "own"
machine = "opinion"
id = "id"
title = "title"
formats = ["%Y-%m-%dT%H:%M:%S%z"]
[[facts]]
action = "record"
at = "opened"
"""


def _values(asked_at: str, answered: str = "") -> dict[str, str]:
    return {"留言时间": asked_at, "答复时间": answered}


@pytest.fixture(scope="module")
def replies() -> Mapping:
    return Mapping.load("cn-replies")


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def test_every_column_is_asked_for_once(replies: Mapping) -> None:
    assert replies.columns() == [
        "留言编号", "留言主题", "留言时间", "留言详情", "留言用户", "答复时间", "答复意见",
    ]  # fmt: skip


def test_facts_name_their_action_texts_and_data(replies: Mapping) -> None:
    record, answer = replies.facts
    assert (record.action, record.texts, record.data) == (
        "record",
        {"body": "留言详情"},
        {"citizen": "留言用户"},
    )
    assert (answer.action, answer.texts, answer.optional) == ("answer", {"answer": "答复意见"}, True)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019/4/24 15:07:30", datetime(2019, 4, 24, 7, 7, 30, tzinfo=UTC)),
        ("2019/4/24 9:07:30", datetime(2019, 4, 24, 1, 7, 30, tzinfo=UTC)),
        ("2019-04-24 07:59:59", datetime(2019, 4, 23, 23, 59, 59, tzinfo=UTC)),
        (" 2019/4/24 9:07 ", datetime(2019, 4, 24, 1, 7, tzinfo=UTC)),
        ("2020-02-29", datetime(2020, 2, 28, 16, tzinfo=UTC)),
    ],
)
def test_times_of_china_become_utc(replies: Mapping, text: str, instant: datetime) -> None:
    assert replies.instants(_values("2019/1/1", text)) == [datetime(2018, 12, 31, 16, tzinfo=UTC), instant]


def test_an_empty_optional_time_has_not_happened(replies: Mapping) -> None:
    assert replies.instants(_values("2019/1/1 08:00:00", " ")) == [datetime(2019, 1, 1, tzinfo=UTC), None]


@pytest.mark.parametrize("text", ["2019-13-45", "2019-02-29", "昨天", "0001-01-01"])
def test_a_time_that_cannot_be_is_named_with_its_column(replies: Mapping, text: str) -> None:
    why = replies.instants(_values(text))
    assert str(why).startswith(f'留言时间: cannot read "{text}" as a time; formats: %Y/%m/%d %H:%M:%S, ')
    assert isinstance(why, Refused)
    assert why.chinese().startswith(f"留言时间：“{text}”读不成时间；格式：%Y/%m/%d %H:%M:%S、")


def test_a_time_that_must_be_there_is_asked_for(replies: Mapping) -> None:
    assert str(replies.instants(_values(""))).startswith("留言时间: is empty, a time is needed")


def test_an_offset_in_the_format_outweighs_the_zone(own: Path) -> None:
    instants = Mapping.load(own).instants({"opened": "2024-07-01T12:00:00+0100"})
    assert instants == [datetime(2024, 7, 1, 11, tzinfo=UTC)]


def test_a_mapping_loads_from_a_path_given_as_text(own: Path) -> None:
    assert Mapping.load(str(own)).columns() == ["id", "title", "opened"]


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (OWN.replace("machine", "machin"), 'machin: unknown key "machin", did you mean "machine"?'),
        (OWN + "optinal = true", 'facts.0.optinal: unknown key "optinal", did you mean "optional"?'),
        (OWN + "zzz = 1", 'facts.0.zzz: unknown key "zzz"'),
        (OWN.replace('id = "id"', ""), "id: Field required"),
        (OWN.replace('["%Y-%m-%dT%H:%M:%S%z"]', "[]"), "formats: "),
        (OWN.replace("[[facts]]", "[[facts]"), "line 7"),
        (OWN.replace('"opinion"', '"opinions"'), "machine 'opinions'; one of suggestion, opinion"),
        (OWN.replace('"record"', '"answer"'), "its action is record"),
        (OWN + '[[facts]]\naction = "anser"\nat = "t"', "cannot take the action 'anser'; it can take answer"),
        (OWN + '[[facts]]\naction = "rate"\nat = "t"', "cannot take the action 'rate'"),
    ],
)
def test_a_mistake_says_which_file_and_key(own: Path, broken: str, says: str) -> None:
    own.write_text(broken, encoding="utf-8")
    with pytest.raises(MappingError) as refused:
        Mapping.load(own)
    assert str(own) in str(refused.value)
    assert says in str(refused.value)


def test_a_mapping_saved_with_a_byte_order_mark_loads(own: Path) -> None:
    own.write_text(OWN, encoding="utf-8-sig")
    assert Mapping.load(own).name == "own"


def test_a_name_that_is_not_packaged_is_answered_with_those_that_are() -> None:
    with pytest.raises(
        MappingError, match=r'no mapping "cn-reply", did you mean "cn-replies"\?; packaged: .*cn-replies'
    ):
        Mapping.load("cn-reply")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"none\.toml: the mapping cannot be read: No such file"):
        Mapping.load(tmp_path / "none.toml")
