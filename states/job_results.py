"""What a job did, as values: code and facts, with the sentence of each in both languages."""

from collections.abc import Iterable, Mapping
from typing import ClassVar

from rulebooks.sentences import Reason, Row, Worded

NO_ACTS = Worded("nothing", "没有")

RESULTS: dict[str, Row] = {
    # the sweep and the acts by rule
    "rungs_climbed": Row("rungs climbed: {count}", "期限催办 {count} 次"),
    "acts_by_rule": Row("acts by rule: {acts}", "按规则办理：{acts}"),
    "act_count": Row("{action} {count}", "{action} {count} 件"),
    "acts_refused": Row("refused {count}", "按规则不能办 {count} 件"),
    # the leadership's review
    "proposals_reviewed": Row(
        "proposed and undecided: {undecided}, lapsed: {lapsed}", "待定督办 {undecided} 项，逾期未定 {lapsed} 项"
    ),
    "promises_unkept": Row("promises unkept: {count}", "未落实的承诺 {count} 项"),
    # the nightly audit
    "cases_audited": Row(
        "looked at {seen} of {open} open cases; findings {count}, new {fresh}, gone {gone}",
        "在办 {open} 件，看过 {seen} 件；发现 {count} 项，新增 {fresh} 项，消除 {gone} 项",
    ),
    "chains_sealed": Row("root {root}", "封存根 {root}"),
    # papers
    "papers_made": Row("papers numbered {numbered}, files made {made}", "文书编号 {numbered} 份，成文 {made} 份"),
    # retention
    "erasures_proposed": Row(
        "erasures proposed, which a person confirms: {count}; kept {days} days",
        "提出删除 {count} 件，由人确认；保存 {days} 天",
    ),
    "kept_without_end": Row("nothing proposed: no days to keep are set", "没有设定保存天数，没有提出删除"),
    # the import folder
    "no_files": Row("no files", "没有要导入的文件"),
    "files_taken": Row("files taken over: {taken}, refused: {refused}", "导入文件 {taken} 个，没有接受 {refused} 个"),
    "file_refused": Row("refused {file}: {why}", "没有接受 {file}：{why}"),
    "file_left": Row("not taken {file}: {why}", "没有取走 {file}：{why}"),
    "file_note": Row("{file}: {note}", "{file}：{note}"),
    "rows_waiting": Row("rows waiting for a confirmation: {count}", "等待确认 {count} 行"),
    # messages
    "notices_composed": Row(
        "notices {composed} in {messages} messages; {counts}", "通知 {composed} 项合成消息 {messages} 条；{counts}"
    ),
    "sent_count": Row("sent {count}", "发出 {count} 条"),
    "resent_count": Row("resent {count}", "重发 {count} 条"),
    "failed_count": Row("failed {count}", "没有发出 {count} 条"),
    "dead_count": Row("dead {count}", "不再重试 {count} 条"),
    "held_count": Row("held {count}", "待合并通知 {count} 项"),
    "channel_down": Row("{channel} is down: {why}", "{channel} 发不出：{why}"),
    "digest_composed": Row(
        "{audience} digest: notices {composed} in {messages} messages",
        "{audience}：通知 {composed} 项合成消息 {messages} 条",
    ),
    "digest_day_off": Row("a day off: held until the next working day", "今天休息，留到下一个工作日"),
    "digest_later": Row(
        "not the week's first working day: held until the next one",
        "今天不是本周第一个工作日，留到下一周的第一个工作日",
    ),
    # any job
    "job_unfinished": Row("failed: {why}", "没有做完：{why}"),
}
"""By code, which is a public name; none is a code of a refusal, too."""


class JobResult(Reason):
    """One thing that a job did."""

    ROWS: ClassVar[Mapping[str, Row]] = RESULTS


class JobReport:
    """The base of what a job returns."""

    @property
    def results(self) -> tuple[JobResult, ...]:
        """What it did, the most important first."""
        raise NotImplementedError

    def __str__(self) -> str:
        return in_english(self.results)


def in_english(results: Iterable[JobResult]) -> str:
    """The results as the API and the table of jobs have them, one after another."""
    return "; ".join(map(str, results))
