"""Are a recorded table's figures read from the stored rows, exact, the same on both databases and every time?"""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from sqlalchemy import Engine, text

from flows.mapping import Mapping, MappingError
from flows.records import TableError
from flows.replay import Replay, replay
from rulebooks import RulebookError
from storage import Register, SweepReport
from storage.day_counts import by_limit, counts, overdue_on
from storage.sealing import verify
from tests.builders import deadline, dump, event_names, for_playing

CN = Mapping.load("cn-replies")
HEADER = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "答复意见", "答复时间"]
ROWS = [
    [
        "1",
        "U1",
        "路灯不亮",
        "2018/4/2 9:00:00",
        "柳湾路",
        "已修好",
        "2018/4/10 9:00:00",
    ],  # a holiday lies between
    ["2", "U2", "井盖缺失", "2018/4/2 10:00:00", "枫桥路", "已补上", "2018/4/11 9:00:00"],
    ["3", "U3", "停车难", "2018/4/2 11:00:00", "望江小区", "", ""],
    ["4", "U4", "噪声", "2018/5/2 11:00:00", "北门", "已处理", "2018/5/1 11:00:00"],
    ["1", "U5", "重复", "2018/5/3 11:00:00", "北门", "", ""],
    ["6", "U6", "没有时间", "", "北门", "", ""],
]

REAL = Path(__file__).parents[3] / "shared" / "data" / "cn_messages" / "replies.csv"
real_data = [
    pytest.mark.real_data,
    pytest.mark.skipif(not REAL.exists(), reason=f"the recorded cases do not lie at {REAL}"),
]


@pytest.fixture
def register(register: Register) -> Register:
    return for_playing(register)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "table.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADER, *ROWS])
    return path


def test_a_small_table_gives_its_figures(register: Register, table: Path) -> None:
    audits = [date(2018, 4, 10), date(2018, 4, 11)]
    result = replay(register, table, CN, "message-board", audits)
    assert (result.rows, result.imported, result.chain_ok) == (6, 3, True)
    assert [refusal.row for refusal in result.rejected] == [4, 5, 6]
    early, again, odd = (refusal.why for refusal in result.rejected)
    assert str(early) == "答复时间 2018-05-01 11:00:00 lies before 留言时间"
    assert early.chinese() == "答复时间 2018-05-01 11:00:00 早于 留言时间"
    assert again.chinese() == "留言编号 1 第 1 条已经有了"
    assert odd.chinese().startswith("留言时间 空着，要有时间；格式：")
    why = "留言编号 1 was already given by record 1"
    assert result.rejected[1].plain == {"row": 5, "reason": why, "code": "record_given_before"}
    assert result.by_limit["5wd"] == {"in_time": 1, "late": 1, "open": 1}
    assert result.by_limit["15wd"] == {"in_time": 2, "late": 0, "open": 1}
    assert result.audits["2018-04-10"] == {
        "open": 2, "overdue": {"5wd": 0, "15wd": 0, "30wd": 0, "3m": 0, "6m": 0},
    }  # fmt: skip
    assert result.audits["2018-04-11"]["open"] == 1
    assert result.audits["2018-04-11"]["overdue"]["5wd"] == 1


def test_the_sweeps_between_the_facts_climb_on_the_day_itself(register: Register, table: Path) -> None:
    replay(register, table, CN, "message-board")
    assert deadline(register, "2", "5wd").last_day == date(2018, 4, 10)
    assert event_names(register, "1") == ["opinion.recorded", "opinion.answered"]
    assert event_names(register, "2") == ["opinion.recorded", "limit.overdue", "opinion.answered"]
    overdue = register.events("2")[1]
    assert overdue["on"] == date(2018, 4, 11)
    assert overdue["entered_at"] - overdue["at"] < timedelta(minutes=1)


def test_one_altered_row_changes_the_figure_and_is_named(
    register: Register, engine: Engine, table: Path
) -> None:
    """The figures come from the rows that lie in the database, not from a count kept beside them."""
    assert replay(register, table, CN, "message-board").by_limit["5wd"]["late"] == 1
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE deadlines SET met_on = '2018-04-10' WHERE case_id = '2' AND key = '5wd'")
        )
    assert by_limit(register)["5wd"] == {"in_time": 2, "late": 0, "open": 1}
    (fault,) = verify(register).faults
    assert str(fault) == "2 deadlines/opinion/2/5wd/1: was altered: it is not as its last event left it"
    assert not replay(register, table, CN, "message-board").chain_ok


def test_a_second_replay_changes_nothing(register: Register, table: Path) -> None:
    first = replay(register, table, CN, "message-board", [date(2018, 4, 11)])
    before = dump(register.engine)
    assert replay(register, table, CN, "message-board", [date(2018, 4, 11)]) == first
    assert dump(register.engine) == before


def test_a_table_without_its_columns_changes_nothing(register: Register, tmp_path: Path) -> None:
    path = tmp_path / "wrong.csv"
    path.write_text("a,b\n1,2\n", "utf-8")
    before = dump(register.engine)
    with pytest.raises(TableError):
        replay(register, path, CN, "message-board")
    assert dump(register.engine) == before


def test_a_rulebook_that_is_not_there_or_of_another_machine_is_refused_before_the_first_record(
    register: Register, table: Path
) -> None:
    with pytest.raises(RulebookError, match="nowhere"):
        replay(register, table, CN, "nowhere")
    with pytest.raises(MappingError, match="suqian is for the machine suggestion"):
        replay(register, table, CN, "suqian")
    assert counts(register)["cases"] == 0


def test_a_table_from_excel_is_replayed_like_one_in_csv(register: Register, table: Path) -> None:
    path = table.with_suffix(".xlsx")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADER, *ROWS]):
            sheet.write_row(number, 0, row)
    result = replay(register, path, CN, "message-board")
    assert (result.rows, result.imported, [refusal.row for refusal in result.rejected]) == (6, 3, [4, 5, 6])


def test_two_facts_of_one_action_both_happen(register: Register, tmp_path: Path) -> None:
    twice = Mapping.model_validate(
        {
            "name": "twice",
            "machine": "opinion",
            "id": "号",
            "title": "题",
            "formats": ["%Y-%m-%d"],
            "facts": [
                {"action": "record", "at": "来"},
                {"action": "answer_on_site", "at": "答", "texts": {"answer": "文"}},
                {"action": "relay", "at": "告"},
                {"action": "relay", "at": "再告"},
            ],
        }
    )
    path = tmp_path / "twice.csv"
    path.write_text("号,题,来,答,文,告,再告\n1,灯,2023-01-02,2023-01-03,修,2023-01-04,2023-01-05\n", "utf-8")
    result = replay(register, path, twice, "message-board")
    assert "RELAYED" in str(result.rejected[0].why)  # the second is answered by itself, not taken for the first


def test_a_mistyped_year_costs_no_sweep_a_day(
    register: Register, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = table.read_text("utf-8-sig")
    header = text.splitlines()[0]
    far = table.with_name("far.csv")
    far.write_text(f"{header}\n1,a,灯,2018/1/2 9:00:00,暗,,\n2,b,灯,2025/1/2 9:00:00,暗,,\n", "utf-8")
    swept: list[datetime] = []
    sweep = Register.sweep

    def counted(self: Register, at: datetime) -> SweepReport:
        swept.append(at)
        return sweep(self, at)

    monkeypatch.setattr(Register, "sweep", counted)
    result = replay(register, far, CN, "message-board")
    assert (result.imported, result.events) == (2, 2 + len(swept))
    assert (
        15 <= len(swept) <= 20
    )  # U1, U2, U3 of the five limits of the first record, and its overdue Saturdays


AUDITS = {
    "2018-04-03": {"open": 21, "overdue": {"5wd": 13, "15wd": 8, "30wd": 7, "3m": 0, "6m": 0}},
    "2018-12-31": {"open": 29, "overdue": {"5wd": 15, "15wd": 6, "30wd": 1, "3m": 0, "6m": 0}},
    "2019-06-30": {"open": 29, "overdue": {"5wd": 26, "15wd": 15, "30wd": 8, "3m": 3, "6m": 0}},
}
LATE = {"5wd": 881, "15wd": 360, "30wd": 130, "3m": 36, "6m": 15}
KEPT = 1408


class TestRealReplies:
    """1,408 messages to a government board and their replies, with figures counted independently of this code."""

    pytestmark = real_data

    @pytest.mark.slow
    def test_its_figures_are_exact_and_a_second_replay_changes_nothing(self, register: Register) -> None:
        days = [date.fromisoformat(on) for on in AUDITS]
        first = replay(register, REAL, CN, "message-board", days)
        self.check(first, register)
        before = dump(register.engine)
        assert replay(register, REAL, CN, "message-board", days) == first
        assert dump(register.engine) == before

    def check(self, result: Replay, register: Register) -> None:
        assert (result.rows, result.imported, result.rejected) == (KEPT, KEPT, [])
        assert result.chain_ok
        assert result.by_limit == {
            key: {"in_time": KEPT - late, "late": late, "open": 0} for key, late in LATE.items()
        }
        assert result.audits == AUDITS
        stored = dump(register.engine)
        assert len(stored["deadlines"]) == 5 * KEPT == 7040
        for on, figures in AUDITS.items():
            late = [limit.key for limit in overdue_on(register, date.fromisoformat(on))]
            assert {key: late.count(key) for key in LATE} == figures["overdue"]
