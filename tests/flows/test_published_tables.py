"""Printed tables that contradict themselves are refused number by number; sound ones pass.

The numbers are those of published reports, the files are ours.
"""

from pathlib import Path

import pytest

from flows.published_tables import read_published as read
from flows.records import TableError
from storage.statistics import StatisticsError
from storage.statistics.published import Printed, PrintedTable, contradictions_in

FILES = Path(__file__).parent / "published"


def words(name: str) -> list[str]:
    return [problem.words for problem in contradictions_in(read(FILES / name))]


def test_ruian_460_and_24_are_not_482() -> None:
    (problem,) = contradictions_in(read(FILES / "ruian.toml"))
    assert problem.words == "满意 460 + 不满意 24 = 484，与合计 482 不符，差 2"
    assert problem.english == "满意 460 + 不满意 24 = 484, but the total is 482: they differ by 2"


def test_huai_an_printed_three_percentages_that_are_not_those_of_its_counts() -> None:
    assert words("huaian.toml") == [
        "满意 266 ÷ 272 = 97.8%，印的是 97.6%",
        "基本满意 3 ÷ 272 = 1.1%，印的是 1.2%",
        "不满意 3 ÷ 272 = 1.1%，印的是 1.2%",
    ]


def test_two_decimals_are_compared_as_two_decimals() -> None:
    assert words("93.csv") == ["A 54 ÷ 93 = 58.06%，印的是 58.07%"]


def test_songyang_s_two_measurements_fit_together() -> None:
    assert words("songyang.toml") == []


def test_a_count_above_its_base_is_told_once() -> None:
    (problem,) = contradictions_in([PrintedTable("表", 5, (Printed("满意", 6, "120.0"),), whole=False)])
    assert problem.words == "满意 6 大于基数 5"


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.toml", "[[table]]\nname = 'x'\nbase = -3\nrows = [{name = 'a', count = 1}]", "-3 is no number"),
        ("a.toml", "[[table]]\nname = 'x'\nbase = 3\nrows = [{name = 'a', count = 1, percent = 'viel'}]", "viel"),
        ("a.csv", f"表,项目,件数,百分比,基数\nx,a,{'9' * 5_000},,3\n", "is no number of items"),
        ("a.toml", f"[[table]]\nname = 'x'\nbase = {'9' * 5_000}", "is not TOML"),
        ("a.toml", "table = 3", "a list of tables is needed"),
        ("a.toml", "table = ", "is not TOML"),
        ("a.csv", "表,件数\nx,1\n", 'missing column "项目"; found: 表, 件数'),
        ("a.txt", "", "save it as one"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_is_wrong(tmp_path: Path, name: str, text: str, problem: str) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises((StatisticsError, TableError), match=problem):
        read(path)
    with pytest.raises(TableError, match="No such file"):
        read(tmp_path / "none.toml")
