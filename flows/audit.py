"""The nightly audit (巡检): check everything, store the findings, seal the chains, write one report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from rulebooks import ZONE, civil_day
from states.job_results import JobReport, JobResult
from states.reasons import Label
from states.roles import Role
from states.vocabulary import FindingCode, LimitKey, Named, Severity
from storage import Register
from storage.auditing import Audit, audit, save, sealed_on
from storage.composing import note_for
from storage.findings import Finding, Kept
from storage.recipients import people_by_role
from storage.sealing import Seal, seal
from storage.who_stands import first_auditor_region

MOST_LINES = 300
MOST_POWERS = 100
POWER_NAMES = {
    "people.role": "身份 role", "people.unit": "单位 unit", "people.region": "区划 region",
    "people.term_from": "任期开始 beginning of the term", "people.term_to": "任期届满日 end of the term",
    "people.email": "邮箱 mail address", "people.phone": "电话 telephone",
    "units.name": "单位名称 name of a unit", "units.region": "单位的区划 region of a unit",
    "units.chain": "单位的责任链 chain of a unit",
    "regions.parent_code": "上级区划 region above",
    "places.deputies": "站点的代表 deputies of a place", "places.clerks": "站点的工作人员 clerks of a place",
    "account.created": "新建账号 account made", "account.link": "重发一次性链接 account reset",
    "account.disabled": "停用账号 account closed", "account.enabled": "恢复账号 account opened again",
    "account.device": "解除验证设备 device taken away", "account.enrolled": "登记验证设备 device enrolled",
    "account.holder": "担任的人 who has the duty",
    "duty.asked-create": "申请新建三员账号 new administrator asked for",
    "duty.asked-link": "申请重发链接 reset asked for",
    "duty.asked-enable": "申请恢复账号 reopening asked for", "duty.asked-disable": "申请停用账号 closing asked for",
    "duty.asked-device": "申请解除验证设备 device to be taken away", "duty.create": "确认新建三员账号 confirmed",
    "duty.link": "确认重发链接 confirmed", "duty.enable": "确认恢复账号 confirmed",
    "duty.disable": "确认停用账号 confirmed",
    "duty.device": "确认解除验证设备 confirmed", "duty.refused": "不同意申请 refused",
    "mandate.given": "委托 mandate",
}  # fmt: skip
"""The words of the report for the changes of `storage.power_log`."""


@dataclass(frozen=True)
class AuditReport(JobReport):
    """A stored audit: its id, extent, report in Markdown, and the seal's root."""

    id: str
    result: Audit
    fresh: int
    gone: int
    root: str
    markdown: str

    @property
    def results(self) -> tuple[JobResult, ...]:
        audited = JobResult(
            "cases_audited", seen=self.result.cases_looked_at, open=self.result.cases_open,
            count=len(self.result.findings), fresh=self.fresh, gone=self.gone,
        )  # fmt: skip
        return (audited, JobResult("chains_sealed", root=Label(self.root[:16]))) if self.root else (audited,)


TO_DO = "请在“巡检发现”一页逐项核查、处理。Look into each finding on its page (/findings)."


def nightly_audit(register: Register, at: datetime, region: str = "", on: date | None = None) -> AuditReport:
    """Audit the civil day `on`, by default the one before `at`; idempotent.

    Seals the chains; the audit of a single region does so only when there is no seal of that day. The auditors of the
    region get the report, with the root that proves the seal.
    """
    day = on or civil_day(at) - timedelta(days=1)
    register.follow_regions(at)
    result = audit(register, day, region)
    made = seal(register, at) if not region or not sealed_on(register, civil_day(at)) else None
    text = ""

    def written(kept: Kept) -> tuple[str, int | None, str]:
        nonlocal text
        text = report_of(result, kept, made)
        return text, made.id if made else None, made.root if made else ""

    audit_id, kept = save(register, result, at, written)
    today = civil_day(at)
    auditors = people_by_role(register, Role.AUDITOR, region, today) or people_by_role(
        register, Role.AUDITOR, first_auditor_region(register, today), today
    )
    subject = f"【巡检日报】{day} 发现 {len(result.findings)} 项，新增 {len(kept.fresh)} 项"
    note_for(register, auditors, subject, f"{text}\n\n{TO_DO}", region, at)
    return AuditReport(audit_id, result, len(kept.fresh), len(kept.gone), made.root if made else "", text)


def report_of(result: Audit, kept: Kept, made: Seal | None) -> str:
    """The report (巡检日报), Chinese first."""
    counted = result.limits.items()
    complete = "完整 complete" if result.complete else "不完整 NOT COMPLETE"
    lines = [
        f"# 巡检日报 {result.on}" + (f"（{result.region}）" if result.region else ""),
        "",
        f"看过 {result.cases_looked_at} 件，在办 {result.cases_open} 件：{complete}。"
        f"核验事件链 {result.chains} 条、事件 {result.events} 个。",
        f"没有交的草稿 {result.forms_begun} 份，只数份数，不看内容。",
        f"发现 {len(result.findings)} 项：新增 {len(kept.fresh)}，"
        f"仍在 {len(kept.still)}（其中不再处理 {kept.waived}），"
        f"消除 {len(kept.gone)}。",
        "",
        "| 期限 limit | 在办 open | 七日内到期 near | 逾期 overdue |",
        "|---|---|---|---|",
        *(f"| {_named(LimitKey, key)} | {open_} | {near} | {late} |" for key, (open_, near, late) in counted),
        "",
    ]
    lines += _powers(result)
    for title, keys in (("新增 new", kept.fresh), ("仍在 still there", kept.still)):
        lines += _part(title, [finding for finding in result.findings if finding.key in keys])
    if kept.gone:
        lines += [f"## 消除 gone：{len(kept.gone)}", ""]
        lines += [f"- {_named(FindingCode, row['code'])} {row['case_id']} {row['subject_id']}" for row in kept.gone]
        lines.append("")
    if len(lines) > MOST_LINES:
        lines = [*lines[:MOST_LINES], f"……另有 {len(lines) - MOST_LINES} 行，见 duban findings。", ""]
    if made is not None:
        lines += [f"封存 seal {made.id}，{made.cases} 件，根 root：`{made.root}`", ""]
    return "\n".join(lines)


def _named(of: type[Named], value: str) -> str:
    """The Chinese of a value and the value; a limit of a rulebook's own has no name of the house."""
    return " ".join(dict.fromkeys((of.name_of(value), value)))


def _powers(result: Audit) -> list[str]:
    """The changes of rights of the day, and who made them."""
    if not result.powers:
        return []
    lines = [f"## 权限变动 changes of power：{len(result.powers)}", ""]
    for power in result.powers[:MOST_POWERS]:
        moment = f"{power['at'].astimezone(ZONE):%H:%M}"
        change = f"{power['old'] or '–'} → {power['new'] or '–'}" if power["old"] or power["new"] else ""
        words = POWER_NAMES.get(power["what"], power["what"])
        lines.append(f"- {moment} {power['by']}：{words} {power['subject']} {change}".rstrip())
    if len(result.powers) > MOST_POWERS:
        lines.append(f"- ……另有 {len(result.powers) - MOST_POWERS} 项 more")
    return [*lines, ""]


def _part(title: str, rows: Sequence[Finding]) -> list[str]:
    lines: list[str] = []
    if not rows:
        return lines
    lines += [f"## {title}：{len(rows)}", ""]
    for severity in Severity:
        some = {row.key: row for row in rows if row.severity == severity}.values()
        if some:
            lines += [f"### {severity.zh} {severity}：{len(some)}", ""]
            for row in some:
                texts = row.texts
                where = f"{_named(FindingCode, row.code)} {row.case_id} {row.subject_id}"
                lines.append(f"- {where}：{texts['why']}。{texts['todo']}")
            lines.append("")
    return lines
