"""The checks of the nightly audit that one query answers; each gives findings as of the end of a civil day.

Each goes over the whole register: one statement of the cursor (figures in `storage.statements`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from states.roles import UNIT_ROLES, Role
from states.vocabulary import FindingCode as F
from states.vocabulary import Level, O, S, Severity
from storage.courtesy import courtesy
from storage.findings import Finding
from storage.region_rules import rules_of
from storage.statements import Cursor, Sql
from storage.texts import Texts
from storage.working_days import CalendarOf

WAITING = (
    *(S.SUBMITTED, S.UNDER_REVIEW, S.REGISTERED, S.ASSIGNING, S.ASSIGNED, S.REASSIGNING, S.COMMUNICATING, S.HANDLING),
    *(S.CONSULTING, S.REPLY_SIGNING, S.REPLIED, S.EVALUATING, S.REHANDLE_REVIEW, S.REHANDLING, S.MEDIATION, S.TRACKING),
    *(O.RECORDED, O.ROUTED, O.IN_HANDLING),
)
"""States in which somebody else than the writer is to do something; an opinion that was answered waits for nobody."""

STATE_NAMES = S.all_names() | O.all_names()

ANSWERED = "('DELIVERED', 'COMPLETED', 'CANCELLED', 'RETURN_GRANTED')"
FORMAL = "('LEAD', 'SOLE', 'SEPARATE')"
NO_PROGRESS = timedelta(days=90)
UNDECIDED = 10
"""Working days that a request or a proposal may wait."""

RETURNS = (5, 0.3)
"""From so many assignments of a year on, and above this share of returns asked for, a unit is named."""


@dataclass(frozen=True)
class Night:
    """What every check looks at: the day audited, the region (empty: all), calendars by region, rulebooks by ident."""

    cursor: Cursor
    sql: Sql
    texts: Texts
    on: date
    region: str
    calendar: CalendarOf
    idents: tuple[str, ...]

    def rows(self, select: str, *values: Any, where: str = "") -> list[tuple[Any, ...]]:
        """`select` joins cases as c; `?` stands for a value; the region is added."""
        bound = [self.sql.day(value) if isinstance(value, date) else value for value in values]
        query = select.replace("?", self.sql.mark)
        if self.region:
            query += f" AND c.region = {self.sql.mark}"
            bound.append(self.region)
        return self.cursor.rows(query + where, bound)


def overdue(night: Night) -> Iterator[Finding]:
    for case, subject, region, key, last, level in night.rows(
        "SELECT d.case_id, d.subject_id, c.region, d.key, d.last_day, d.level FROM deadlines d "
        "JOIN cases c ON c.id = d.case_id WHERE d.duty AND d.met_on IS NULL AND d.void_on IS NULL AND d.last_day < ?",
        night.on,
    ):
        day = night.sql.read_day(last)
        severity = Severity.SERIOUS if (reached := Level.of(level)) and reached.proposes else Severity.WARNING
        why = f"{key} 逾期 {(night.on - day).days} 天（最后一天 {day}，{level or '未升级'}） overdue"
        yield Finding(
            F.OVERDUE,
            severity,
            case,
            f"{subject}/{key}",
            region,
            why,
            "催办或者确定督办 urge, or decide the proposal",
        )


def no_clock(night: Night) -> Iterator[Finding]:
    """What nothing will ever make late: parts in handling or not signed for, promises without a day, whole cases."""
    todo = "核对交办和期限 compare the assignment with its limits"
    for key, rounds in (("reply_by", "a.round = 1"), ("rehandle_by", "a.round > 1")):
        for case, subject, region in night.rows(
            f"{_LIVE_PARTS} AND a.role IN {FORMAL} AND a.state <> 'PENDING_RECEIPT' AND {rounds} "
            f"AND NOT EXISTS ({_OPEN_LIMIT} AND d.key = '{key}')"
        ):
            yield Finding(
                F.NO_CLOCK, Severity.SERIOUS, case, subject, region, f"在办而没有{key} live without a limit", todo
            )
    for case, subject, region in night.rows(
        f"{_LIVE_PARTS} AND a.state = 'PENDING_RECEIPT' AND NOT EXISTS ({_OPEN_LIMIT} AND d.duty)"
    ):
        why = "没有签收，也没有任何期限 not signed for, and nothing has a last day"
        urge = "催促签收，或者由人大机关改定规则集 urge it"
        yield Finding(F.NO_CLOCK, Severity.SERIOUS, case, subject, region, why, urge)
    yield from _promises_without_day(night, todo)
    yield from _nobody_s_move(night)


def _nobody_s_move(night: Night) -> Iterator[Finding]:
    """Cases that have waited long where the text gives nobody a last day: for review, assignment, forms, a decision."""
    for case, region, state, since in night.rows(
        f"SELECT c.id, c.region, c.state, c.since FROM cases c WHERE c.ended_on IS NULL AND c.state {night.sql.any} "
        "AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.case_id = c.id AND d.duty AND d.met_on IS NULL "
        "AND d.void_on IS NULL)",
        night.sql.many(WAITING),
    ):
        if _long_ago(night, since, region):
            day = night.sql.read_day(since)
            why = f"{STATE_NAMES[state]}，自 {day} 起没有动，也没有任何人的最后一天 nobody has a last day"
            todo = "催办，或者定一个日子 urge it, or set a day"
            yield Finding(F.NO_CLOCK, Severity.WARNING, case, case, region, why, todo)


_LIVE_PARTS = (
    "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id AND c.round = a.round "
    f"WHERE a.state NOT IN {ANSWERED} AND c.ended_on IS NULL"
)
_OPEN_LIMIT = (
    "SELECT 1 FROM deadlines d WHERE d.case_id = a.case_id AND d.subject_id = a.id "
    "AND d.met_on IS NULL AND d.void_on IS NULL"
)


def _promises_without_day(night: Night, todo: str) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT m.case_id, m.id, c.region FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.state "
        "NOT IN ('VERIFIED', 'CANCELLED_EXPLAINED') AND c.ended_on IS NULL AND NOT EXISTS (SELECT 1 FROM deadlines d "
        "WHERE d.case_id = m.case_id AND d.subject_id = m.id AND d.met_on IS NULL AND d.void_on IS NULL)"
    ):
        yield Finding(
            F.NO_CLOCK, Severity.SERIOUS, case, subject, region, "承诺没有期限 a promise without a limit", todo
        )


def reply_incomplete(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id "
        "WHERE a.delivered_on IS NOT NULL AND (a.signed_rank = '' OR a.publicity = '' OR CAST(a.served AS TEXT) = '{}')"
    ):
        why = "已送达而签发级别、公开决定或者收件代表不全 delivered without signer, publicity or recipients"
        yield Finding(
            F.REPLY_INCOMPLETE, Severity.SERIOUS, case, subject, region, why, "补正答复 complete the reply"
        )


def gate_without_evidence(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id "
        f"WHERE a.signed_on IS NOT NULL AND a.role IN {FORMAL} "
        "AND (a.handling_on IS NULL OR a.researched_on IS NULL OR a.consult = '')"
    ):
        why = "已签发而缺“三先三后”的证据 signed without the evidence of the three gates"
        yield Finding(
            F.GATE_WITHOUT_EVIDENCE, Severity.SERIOUS, case, subject, region, why, "补充记录，查明原因 find out why"
        )


def undecided(night: Night) -> Iterator[Finding]:
    todo = "作出决定 decide it"
    for case, subject, region, level, proposed_on in night.rows(
        "SELECT s.case_id, s.id, c.region, s.level, s.proposed_on FROM supervisions s JOIN cases c "
        "ON c.id = s.case_id WHERE s.state = 'PROPOSED' AND s.proposed_on < ?",
        night.on,
    ):
        if _long_ago(night, proposed_on, region):
            why = f"{level} 拟督办未定 proposed, undecided"
            yield Finding(F.UNDECIDED, Severity.WARNING, case, subject, region, why, todo)
    for case, subject, region, extension, since, late in night.rows(
        "SELECT a.case_id, a.id, c.region, a.extension, CASE WHEN a.state = 'RETURN_REQUESTED' THEN a.since END, "
        "d.case_id FROM assignments a JOIN cases c ON c.id = a.case_id AND c.round = a.round LEFT JOIN deadlines d "
        "ON d.case_id = a.case_id AND d.subject_id = a.id AND d.key = 'extension_decide_by' AND d.met_on IS NULL "
        "AND d.void_on IS NULL AND d.last_day < ? AND a.extension = 'REQUESTED' "
        "WHERE (a.state = 'RETURN_REQUESTED' OR d.case_id IS NOT NULL)",
        night.on,
    ):
        if late is not None or _long_ago(night, since, region):
            what = "延期申请未批复 extension" if extension == "REQUESTED" else "退办申请未决定 return"
            yield Finding(F.UNDECIDED, Severity.WARNING, case, subject, region, f"{what}, undecided", todo)


def _long_ago(night: Night, since: Any, region: str) -> bool:
    """Whether somebody has had UNDECIDED working days of the region since that day."""
    return night.sql.read_day(since) < night.calendar(region).add(night.on, -UNDECIDED)


def evaluation_lapsed(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT d.case_id, d.subject_id, c.region FROM deadlines d JOIN cases c ON c.id = d.case_id "
        "WHERE d.key = 'feedback_by' AND c.state = 'EVALUATING' AND d.met_on IS NULL AND d.void_on IS NULL "
        "AND d.last_day < ?",
        night.on - timedelta(days=14),
    ):
        yield Finding(
            F.EVALUATION_LAPSED, Severity.WARNING, case, subject, region, "评价期满而未了结 window over, still open",
            "催评或者记为未反馈 urge, or record the silence",
        )  # fmt: skip


def commitments(night: Night) -> Iterator[Finding]:
    for case, subject, region, times, since in night.rows(
        "SELECT m.case_id, m.id, c.region, m.rescheduled, m.since FROM commitments m JOIN cases c ON c.id = m.case_id "
        "WHERE m.state NOT IN ('VERIFIED', 'CANCELLED_EXPLAINED') AND (m.rescheduled >= 2 OR m.since < ?)",
        night.on - NO_PROGRESS,
    ):
        why = (
            f"已调整 {times} 次期限 moved {times} times"
            if times >= 2
            else f"自 {since} 起没有进展 no progress"
        )
        yield Finding(
            F.COMMITMENT_STALLED, Severity.WARNING, case, subject, region, why, "查验或者约谈 inspect, or talk"
        )


def many_returns(night: Night) -> Iterator[Finding]:
    least, share = RETURNS
    for unit, region, returned, all_ in night.rows(
        "SELECT a.unit, c.region, sum(CASE WHEN a.return_requested_by <> '' THEN 1 ELSE 0 END), count(*) "
        "FROM assignments a JOIN cases c ON c.id = a.case_id WHERE a.assigned_on >= ?",
        date(night.on.year, 1, 1),
        where=" GROUP BY 1, 2",
    ):
        if all_ >= least and returned > share * all_:
            why = f"今年 {all_} 件中申请退办 {returned} 件 asked to return {returned} of {all_}"
            yield Finding(
                F.MANY_RETURNS,
                Severity.INFO,
                "",
                unit,
                region,
                why,
                "了解交办是否准确 look at how it is assigned to",
            )


def evaluation_from_unit(night: Night) -> Iterator[Finding]:
    roles = ", ".join(f"'{role.value}'" for role in UNIT_ROLES)
    for case, seq, region, by in night.rows(
        "SELECT e.case_id, e.seq, c.region, e.by FROM events e JOIN cases c ON c.id = e.case_id "
        "LEFT JOIN people p ON p.id = e.by WHERE e.action = 'evaluate' "
        f"AND (e.role IN ({roles}) OR e.unit <> '' OR EXISTS (SELECT 1 FROM assignments a "
        "WHERE a.case_id = e.case_id AND a.unit = p.unit AND p.unit <> ''))"
    ):
        why = f"评价由承办单位一方（{by}）录入 entered from the side of the judged unit"
        yield Finding(
            F.EVALUATION_FROM_UNIT,
            Severity.CRITICAL,
            case,
            f"event {seq}",
            region,
            why,
            "作废并重新发表 send a new form",
        )


def still_planned(night: Night) -> Iterator[Finding]:
    for case, region, before, number in night.rows(
        "SELECT c.id, c.region, o.id, o.number FROM cases c JOIN cases o ON o.title = c.title AND o.id <> c.id "
        "AND o.region = c.region AND o.submitted_on < c.submitted_on JOIN assignments a ON a.case_id = o.id "
        "AND a.reply_class IN ('PLANNED_DATED', 'DEFERRED') WHERE c.title <> '' AND c.ended_on IS NULL "
        "AND c.machine = 'suggestion'"
    ):
        why = f"与 {number or before} 同题，上次答复为列入计划 raised before, then answered as planned"
        yield Finding(
            F.STILL_PLANNED, Severity.INFO, case, before, region, why, "核对上次的承诺 look at the earlier promise"
        )


def abolished_unit(night: Night) -> Iterator[Finding]:
    for case, subject, region, unit in night.rows(
        "SELECT a.case_id, a.id, c.region, a.unit FROM assignments a JOIN cases c ON c.id = a.case_id "
        f"AND c.round = a.round JOIN units u ON u.id = a.unit WHERE a.state NOT IN {ANSWERED} AND c.ended_on IS NULL "
        "AND u.abolished_on <= ?",
        night.on,
    ):
        yield Finding(
            F.ABOLISHED_UNIT, Severity.SERIOUS, case, subject, region, f"承办单位 {unit} 已撤销 the unit is abolished",
            "改由接收职能的单位承办 reassign",
        )  # fmt: skip


def chain_gap(night: Night) -> Iterator[Finding]:
    """Links that a file of units ended and no other has filled: nobody is held to account there."""
    mark = night.sql.mark
    only = f" AND u.region = {mark}" if night.region else ""
    for unit, role, region in night.cursor.rows(
        "SELECT l.unit, l.role, u.region FROM chain_links l JOIN units u ON u.id = l.unit WHERE l.person = '' "
        f"AND (u.abolished_on IS NULL OR u.abolished_on > {mark}){only} ORDER BY l.unit, l.position",
        [night.sql.day(night.on), *([night.region] if night.region else [])],
    ):
        why = f"责任链里没有{Role.name_of(role)} nobody is {role} in the responsibility chain"
        todo = "在单位表里填上 name a person in the file of units"
        yield Finding(F.CHAIN_GAP, Severity.WARNING, "", f"{unit}/{role}", region, why, todo)


def inspect(night: Night) -> Iterator[Finding]:
    """One of twenty replies that say `solved`, drawn by the case's own first hash, so that nobody can choose it."""
    for case, subject, region in night.rows(
        "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id "
        "JOIN events e ON e.case_id = a.case_id AND e.seq = 1 WHERE a.reply_class = 'RESOLVED' AND a.delivered_on >= ? "
        "AND (substr(e.hash, 1, 2) < '0d')",
        night.on - timedelta(days=30),
    ):
        yield Finding(
            F.INSPECT,
            Severity.INFO,
            case,
            subject,
            region,
            "抽中查验 drawn for inspection",
            "实地查验 inspect on site",
        )


def rulebooks(night: Night) -> Iterator[Finding]:
    for name, since, by, reason in night.cursor.rows(
        "SELECT name, off_since, by, reason FROM rulebook_switches"
    ):
        why = f"{since} 起由 {by} 停用督办阶梯：{reason} its ladder is off"
        yield Finding(
            F.RULEBOOK_OFF, Severity.SERIOUS, "", name, night.region, why, "恢复或者改用其他规则集 turn it on again"
        )
    yield from _lost(night)


def _lost(night: Night) -> Iterator[Finding]:
    """Every case whose text is gone, and each such text once where all its cases have ended."""
    lost = [ident for ident in night.idents if night.texts.kept(ident, night.cursor) is None]
    ended = set(lost)
    for case, ident, region in night.rows(
        f"SELECT c.id, c.rulebook_ident, c.region FROM cases c WHERE c.rulebook_ident {night.sql.any} "
        "AND c.ended_on IS NULL",
        night.sql.many(lost),
    ):
        ended.discard(ident)
        why = f"规则集文本 {ident} 没有留存，期限不能再算 its text is gone, its limits cannot be counted"
        todo = "找回该文本，或者由人大机关改定规则集 bring the text back, or let the office move the case"
        yield Finding(F.RULEBOOK_UNKNOWN, Severity.SERIOUS, case, ident, region, why, todo)
    for ident in sorted(ended):
        why = f"规则集文本 {ident} 没有留存，在其下的件都已办结 its text is gone, all cases under it have ended"
        yield Finding(F.RULEBOOK_UNKNOWN, Severity.INFO, "", ident, night.region, why, "找回该文本 bring the text back")


def no_region(night: Night) -> Iterator[Finding]:
    """Cases that lie nowhere: 0.1.0 opened them without asking; only the topmost region's office sees them."""
    top = {str(code) for (code,) in night.cursor.rows("SELECT code FROM regions WHERE parent_code = ''")}
    if night.region and night.region not in top:
        return
    for (case,) in night.cursor.rows("SELECT id FROM cases WHERE region = '' AND ended_on IS NULL ORDER BY id"):
        why = "没有区划，所在地的代表工委看不到 it has no region: only the office of the topmost one sees it"
        todo = "由代表工委“改定区划” set its region: set_region"
        yield Finding(F.NO_REGION, Severity.WARNING, case, case, "", why, todo)


def region_rules(night: Night) -> Iterator[Finding]:
    """What a region was found to use and nobody of its office has confirmed."""
    for rule in rules_of(night.cursor.session):
        if not rule.confirmed and night.region in ("", rule.region):
            why = f"{rule.kind} 用规则集 {rule.rulebook}：{rule.source}，尚未确认 the office has not confirmed it"
            todo = "在“本地规则集”页确认或者改定 confirm it, or set another: duban rulebook use"
            subject = f"{rule.region}/{rule.kind}"
            yield Finding(F.RULES_UNCONFIRMED, Severity.WARNING, "", subject, rule.region, why, todo)


def jobs(night: Night) -> Iterator[Finding]:
    for name, error, by in night.cursor.rows("SELECT name, error, by FROM jobs WHERE error <> ''"):
        yield Finding(
            F.JOB_FAILED,
            Severity.SERIOUS,
            "",
            name,
            night.region,
            f"上次运行失败（{by}）：{error}",
            "看日志，重新运行 look at the log",
        )


def access_files(night: Night) -> Iterator[Finding]:
    for name, fault in night.cursor.rows("SELECT name, fault FROM access_files WHERE fault <> '' ORDER BY name"):
        why = f"访问记录文件 {name} 被改动过 the file of the access log was changed: {fault}"
        todo = "查是谁改的，文件留在 DUBAN_ACCESS_FOLDER（.altered） find out who did it; the file is kept aside"
        yield Finding(F.ACCESS_ALTERED, Severity.CRITICAL, "", name, night.region, why, todo)


def unsent(night: Night) -> Iterator[Finding]:
    for id_, channel, recipient, error in night.cursor.rows(
        "SELECT id, channel, recipient, error FROM messages WHERE dead_at IS NOT NULL"
    ):
        why = f"发给 {recipient} 的消息失败（{channel}）：{error}"
        yield Finding(
            F.UNSENT, Severity.WARNING, "", id_, night.region, why, "改正地址后运行 duban redrive 重发 mend the address"
        )


def calendar(night: Night) -> Iterator[Finding]:
    years = {night.on.year, (night.on + timedelta(days=365)).year}
    unknown = [year for year in sorted(years) if not night.calendar(night.region).knows(year)]
    for year in unknown:
        (count,) = night.cursor.rows(
            "SELECT count(*) FROM deadlines WHERE provisional AND met_on IS NULL AND void_on IS NULL"
        )[0]
        why = f"{year} 年放假安排未导入或者不全，{count} 个最后一天是暂定的 the calendar of {year} is not whole"
        todo = "通知发布后用 duban calendar 导入全文 import it whole once it is out"
        yield Finding(F.CALENDAR, Severity.WARNING if count else Severity.INFO, "", str(year), night.region, why, todo)


def does_not_add_up(night: Night) -> Iterator[Finding]:
    (claimed,) = night.cursor.rows("SELECT coalesce(sum(seq), 0) FROM cases")[0]
    (there,) = night.cursor.rows("SELECT count(*) FROM events")[0]
    if int(claimed) != int(there):
        why = f"各件计 {claimed} 个事件，实有 {there} 个 cases count other events than there are"
        yield Finding(F.DOES_NOT_ADD_UP, Severity.CRITICAL, "", "events", night.region, why, "运行 duban verify 核验")


def pressed(night: Night) -> Iterator[Finding]:
    yield from courtesy(night.cursor, night.sql, night.on, night.region)


CHECKS: tuple[Callable[[Night], Iterator[Finding]], ...] = (
    access_files,
    overdue, no_clock, reply_incomplete, gate_without_evidence, undecided, evaluation_lapsed, commitments, many_returns,
    evaluation_from_unit, pressed, still_planned, abolished_unit, chain_gap, inspect, rulebooks, region_rules,
    no_region, jobs, unsent, calendar, does_not_add_up,
)  # fmt: skip
