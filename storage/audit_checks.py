"""The checks of the nightly audit that are one query each; they give findings as of the end of a civil day.

Each goes over the whole register: one statement of the cursor (figures in `storage.statements`).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import col, or_, select

from states.decide import CASES, LIFECYCLES
from states.reasons import Id, Label, Refused, Worded, case_kind, named, result_from_plain
from states.roles import UNIT_ROLES, Role
from states.vocabulary import ExtensionStanding, Level, LimitKey, RunBy, S, Severity
from states.vocabulary import FindingCode as F
from states.whose_move import sources_of
from storage.courtesy import courtesy
from storage.findings import Finding
from storage.kept_reasons import kept_reason
from storage.region_rules import rules_of
from storage.rulebook_texts import Texts
from storage.statements import Cursor, Sql
from storage.tables.accesses import AccessFileRow
from storage.tables.engine import JobRow
from storage.tables.messages import MessageRow
from storage.unreachable import DONE, unreachable
from storage.working_days import CalendarOf

WAITING = (
    *(S.SUBMITTED, S.UNDER_REVIEW, S.REGISTERED, S.ASSIGNING, S.ASSIGNED, S.REASSIGNING, S.COMMUNICATING, S.HANDLING),
    *(S.CONSULTING, S.REPLY_SIGNING, S.REPLIED, S.EVALUATING, S.REHANDLE_REVIEW, S.REHANDLING, S.MEDIATION, S.TRACKING),
    *sources_of("opinion", "answer"),
)
"""States in which a person other than the writer must act; an answered opinion waits for nobody."""

STATE_NAMES = {state: name for machine in CASES for state, name in LIFECYCLES[machine].names.items()}

ANSWERED = "({})".format(", ".join(f"'{state}'" for state in DONE))
FORMAL = "('LEAD', 'SOLE', 'SEPARATE')"
NO_PROGRESS = timedelta(days=90)
UNDECIDED = 10
"""Working days that a request or a proposal may wait before it is a finding."""

RETURNS = (5, 0.3)
"""A unit is named from so many assignments a year on, above this share of requested returns."""


NOT_CLIMBED = Worded("not climbed", "未升级")
VERIFY = Refused("todo_verify", command=Label("duban verify"))


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
        why = Refused(
            "limit_overdue", limit=named(LimitKey, key), days=(night.on - day).days, day=day,
            level=Label(level) if level else NOT_CLIMBED,
        )  # fmt: skip
        yield Finding(
            F.OVERDUE,
            severity,
            case,
            f"{subject}/{key}",
            region,
            why,
            Refused("todo_urge_or_decide"),
        )


def no_clock(night: Night) -> Iterator[Finding]:
    """What can never become late: parts in handling or without a receipt, promises without a day, whole cases."""
    todo = Refused("todo_compare")
    for key, rounds in (("reply_by", "a.round = 1"), ("rehandle_by", "a.round > 1")):
        for case, subject, region in night.rows(
            f"{_LIVE_PARTS} AND a.role IN {FORMAL} AND a.state <> 'PENDING_RECEIPT' AND {rounds} "
            f"AND NOT EXISTS ({_OPEN_LIMIT} AND d.key = '{key}')"
        ):
            why = Refused("handled_without_limit", limit=named(LimitKey, key))
            yield Finding(F.NO_CLOCK, Severity.SERIOUS, case, subject, region, why, todo)
    for case, subject, region in night.rows(
        f"{_LIVE_PARTS} AND a.state = 'PENDING_RECEIPT' AND NOT EXISTS ({_OPEN_LIMIT} AND d.duty)"
    ):
        why = Refused("unreceived_without_limit")
        urge = Refused("todo_urge_receipt")
        yield Finding(F.NO_CLOCK, Severity.SERIOUS, case, subject, region, why, urge)
    yield from _promises_without_day(night, todo)
    yield from _nobody_s_move(night)


def _nobody_s_move(night: Night) -> Iterator[Finding]:
    """Cases that waited long where the rulebook sets no last day: for review, assignment, forms, a decision."""
    for case, region, state, since in night.rows(
        f"SELECT c.id, c.region, c.state, c.since FROM cases c WHERE c.ended_on IS NULL AND c.state {night.sql.any} "
        "AND NOT EXISTS (SELECT 1 FROM deadlines d WHERE d.case_id = c.id AND d.duty AND d.met_on IS NULL "
        "AND d.void_on IS NULL)",
        night.sql.many(WAITING),
    ):
        if _long_ago(night, since, region):
            day = night.sql.read_day(since)
            why = Refused("stands_without_limit", state=Worded(state, STATE_NAMES[state]), day=day)
            todo = Refused("todo_urge_or_date")
            yield Finding(F.NO_CLOCK, Severity.WARNING, case, case, region, why, todo)


_LIVE_PARTS = (
    "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id AND c.round = a.round "
    f"WHERE a.state NOT IN {ANSWERED} AND c.ended_on IS NULL"
)
_OPEN_LIMIT = (
    "SELECT 1 FROM deadlines d WHERE d.case_id = a.case_id AND d.subject_id = a.id "
    "AND d.met_on IS NULL AND d.void_on IS NULL"
)


def _promises_without_day(night: Night, todo: Refused) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT m.case_id, m.id, c.region FROM commitments m JOIN cases c ON c.id = m.case_id WHERE m.state "
        "NOT IN ('VERIFIED', 'CANCELLED_EXPLAINED') AND c.ended_on IS NULL AND NOT EXISTS (SELECT 1 FROM deadlines d "
        "WHERE d.case_id = m.case_id AND d.subject_id = m.id AND d.met_on IS NULL AND d.void_on IS NULL)"
    ):
        why = Refused("promise_without_limit")
        yield Finding(F.NO_CLOCK, Severity.SERIOUS, case, subject, region, why, todo)


def reply_incomplete(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id "
        "WHERE a.delivered_on IS NOT NULL AND (a.signed_rank = '' OR a.publicity = '' OR CAST(a.served AS TEXT) = '{}')"
    ):
        why, todo = Refused("reply_without_facts"), Refused("todo_complete_reply")
        yield Finding(F.REPLY_INCOMPLETE, Severity.SERIOUS, case, subject, region, why, todo)


def gate_without_evidence(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT a.case_id, a.id, c.region FROM assignments a JOIN cases c ON c.id = a.case_id "
        f"WHERE a.signed_on IS NOT NULL AND a.role IN {FORMAL} "
        "AND (a.handling_on IS NULL OR a.researched_on IS NULL OR a.consult = '')"
    ):
        why, todo = Refused("signed_without_gates"), Refused("todo_find_out")
        yield Finding(F.GATE_WITHOUT_EVIDENCE, Severity.SERIOUS, case, subject, region, why, todo)


def undecided(night: Night) -> Iterator[Finding]:
    todo = Refused("todo_decide")
    for case, subject, region, level, proposed_on in night.rows(
        "SELECT s.case_id, s.id, c.region, s.level, s.proposed_on FROM supervisions s JOIN cases c "
        "ON c.id = s.case_id WHERE s.state = 'PROPOSED' AND s.proposed_on < ?",
        night.on,
    ):
        if _long_ago(night, proposed_on, region):
            why = Refused("supervision_undecided", level=Label(level))
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
            extending = extension == ExtensionStanding.REQUESTED
            why = Refused("extension_undecided") if extending else Refused("return_undecided")
            yield Finding(F.UNDECIDED, Severity.WARNING, case, subject, region, why, todo)


def _long_ago(night: Night, since: Any, region: str) -> bool:
    """Whether UNDECIDED working days of the region have passed since that day."""
    return night.sql.read_day(since) < night.calendar(region).add(night.on, -UNDECIDED)


def evaluation_lapsed(night: Night) -> Iterator[Finding]:
    for case, subject, region in night.rows(
        "SELECT d.case_id, d.subject_id, c.region FROM deadlines d JOIN cases c ON c.id = d.case_id "
        "WHERE d.key = 'feedback_by' AND c.state = 'EVALUATING' AND d.met_on IS NULL AND d.void_on IS NULL "
        "AND d.last_day < ?",
        night.on - timedelta(days=14),
    ):
        yield Finding(
            F.EVALUATION_LAPSED, Severity.WARNING, case, subject, region, Refused("window_over"),
            Refused("todo_urge_evaluation"),
        )  # fmt: skip


def commitments(night: Night) -> Iterator[Finding]:
    for case, subject, region, times, since in night.rows(
        "SELECT m.case_id, m.id, c.region, m.rescheduled, m.since FROM commitments m JOIN cases c ON c.id = m.case_id "
        "WHERE m.state NOT IN ('VERIFIED', 'CANCELLED_EXPLAINED') AND (m.rescheduled >= 2 OR m.since < ?)",
        night.on - NO_PROGRESS,
    ):
        why = (
            Refused("promise_moved", times=times)
            if times >= 2
            else Refused("promise_still", day=night.sql.read_day(since))
        )
        todo = Refused("todo_inspect_or_talk")
        yield Finding(F.COMMITMENT_STALLED, Severity.WARNING, case, subject, region, why, todo)


def many_returns(night: Night) -> Iterator[Finding]:
    least, share = RETURNS
    for unit, region, returned, all_ in night.rows(
        "SELECT a.unit, c.region, sum(CASE WHEN a.return_requested_by <> '' THEN 1 ELSE 0 END), count(*) "
        "FROM assignments a JOIN cases c ON c.id = a.case_id WHERE a.assigned_on >= ?",
        date(night.on.year, 1, 1),
        where=" GROUP BY 1, 2",
    ):
        if all_ >= least and returned > share * all_:
            why = Refused("returns_asked", asked=int(returned), all=int(all_))
            yield Finding(
                F.MANY_RETURNS,
                Severity.INFO,
                "",
                unit,
                region,
                why,
                Refused("todo_look_at_assigning"),
            )


def evaluation_from_unit(night: Night) -> Iterator[Finding]:
    roles = ", ".join(f"'{role.value}'" for role in UNIT_ROLES)
    for case, seq, region, by in night.rows(
        "SELECT e.case_id, e.seq, c.region, e.by FROM events e JOIN cases c ON c.id = e.case_id "
        "LEFT JOIN people p ON p.id = e.by WHERE e.action = 'evaluate' "
        f"AND (e.role IN ({roles}) OR e.unit <> '' OR EXISTS (SELECT 1 FROM assignments a "
        "WHERE a.case_id = e.case_id AND a.unit = p.unit AND p.unit <> ''))"
    ):
        why = Refused("judged_by_the_judged", person=Id(by))
        yield Finding(
            F.EVALUATION_FROM_UNIT,
            Severity.CRITICAL,
            case,
            f"event {seq}",
            region,
            why,
            Refused("todo_new_form"),
        )


def still_planned(night: Night) -> Iterator[Finding]:
    for case, region, before, number in night.rows(
        "SELECT c.id, c.region, o.id, o.number FROM cases c JOIN cases o ON o.title = c.title AND o.id <> c.id "
        "AND o.region = c.region AND o.submitted_on < c.submitted_on JOIN assignments a ON a.case_id = o.id "
        "AND a.reply_class IN ('PLANNED_DATED', 'DEFERRED') WHERE c.title <> '' AND c.ended_on IS NULL "
        "AND c.machine = 'suggestion'"
    ):
        why = Refused("raised_before", number=Id(number or before))
        yield Finding(F.STILL_PLANNED, Severity.INFO, case, before, region, why, Refused("todo_earlier_promise"))


def abolished_unit(night: Night) -> Iterator[Finding]:
    for case, subject, region, unit in night.rows(
        "SELECT a.case_id, a.id, c.region, a.unit FROM assignments a JOIN cases c ON c.id = a.case_id "
        f"AND c.round = a.round JOIN units u ON u.id = a.unit WHERE a.state NOT IN {ANSWERED} AND c.ended_on IS NULL "
        "AND u.abolished_on <= ?",
        night.on,
    ):
        yield Finding(
            F.ABOLISHED_UNIT, Severity.SERIOUS, case, subject, region, Refused("answering_unit_gone", unit=Id(unit)),
            Refused("todo_reassign"),
        )  # fmt: skip


def chain_gap(night: Night) -> Iterator[Finding]:
    """Links of a chain of responsibility that an import ended and nobody has filled since."""
    mark = night.sql.mark
    only = f" AND u.region = {mark}" if night.region else ""
    for unit, role, region in night.cursor.rows(
        "SELECT l.unit, l.role, u.region FROM chain_links l JOIN units u ON u.id = l.unit WHERE l.person = '' "
        f"AND (u.abolished_on IS NULL OR u.abolished_on > {mark}){only} ORDER BY l.unit, l.position",
        [night.sql.day(night.on), *([night.region] if night.region else [])],
    ):
        why = Refused("link_missing", role=named(Role, role))
        todo = Refused("todo_name_link")
        yield Finding(F.CHAIN_GAP, Severity.WARNING, "", f"{unit}/{role}", region, why, todo)


def inspect(night: Night) -> Iterator[Finding]:
    """One of twenty replies of class `solved`, drawn by the case's first hash, which nobody can choose."""
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
            Refused("drawn"),
            Refused("todo_inspect"),
        )


def rulebooks(night: Night) -> Iterator[Finding]:
    for name, since, by, reason in night.cursor.rows(
        "SELECT name, off_since, by, reason FROM rulebook_switches"
    ):
        why = Refused(
            "ladder_off", day=night.sql.read_day(since), person=Id(by), reason=Label(reason)
        )
        yield Finding(F.RULEBOOK_OFF, Severity.SERIOUS, "", name, night.region, why, Refused("todo_switch_on"))
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
        why = Refused("rules_gone", text=Label(ident))
        todo = Refused("todo_text_or_rules")
        yield Finding(F.RULEBOOK_UNKNOWN, Severity.SERIOUS, case, ident, region, why, todo)
    for ident in sorted(ended):
        why = Refused("rules_gone_of_ended", text=Label(ident))
        yield Finding(F.RULEBOOK_UNKNOWN, Severity.INFO, "", ident, night.region, why, Refused("todo_text"))


def no_region(night: Night) -> Iterator[Finding]:
    """Cases without a region, which 0.1.0 allowed; only the topmost region's office sees them."""
    top = {str(code) for (code,) in night.cursor.rows("SELECT code FROM regions WHERE parent_code = ''")}
    if night.region and night.region not in top:
        return
    for (case,) in night.cursor.rows("SELECT id FROM cases WHERE region = '' AND ended_on IS NULL ORDER BY id"):
        why = Refused("lies_nowhere")
        todo = Refused("todo_region", action=Label("set_region"))
        yield Finding(F.NO_REGION, Severity.WARNING, case, case, "", why, todo)


def region_rules(night: Night) -> Iterator[Finding]:
    """Region rules that were taken over from existing cases and that the office has not confirmed."""
    for rule in rules_of(night.cursor.session):
        if not rule.confirmed and night.region in ("", rule.region):
            why = Refused(
                "rule_unconfirmed", kind=case_kind(rule.kind), rulebook=Label(rule.rulebook), source=Label(rule.source)
            )
            todo = Refused("todo_confirm_rule", command=Label("duban rulebook use"))
            subject = f"{rule.region}/{rule.kind}"
            yield Finding(F.RULES_UNCONFIRMED, Severity.WARNING, "", subject, rule.region, why, todo)


def jobs(night: Night) -> Iterator[Finding]:
    failed = select(JobRow).where(JobRow.error != "").order_by(JobRow.name)
    for job in night.cursor.session.exec(failed):
        yield Finding(
            F.JOB_FAILED,
            Severity.SERIOUS,
            "",
            job.name,
            night.region,
            Refused("job_failed", by=named(RunBy, job.by), error=_why_failed(job)),
            Refused("todo_log"),
        )


def _why_failed(job: JobRow) -> Refused | Label:
    """The refusal that the job ended with, if one did; else the error as it was recorded."""
    whys = (result_from_plain(result).facts.get("why") for result in job.results)
    return next((why for why in whys if isinstance(why, Refused)), Label(job.error))


def access_files(night: Night) -> Iterator[Finding]:
    row = AccessFileRow
    for altered in night.cursor.session.exec(select(row).where(row.fault != "").order_by(row.name)):
        why = Refused("access_altered", file=Label(altered.name), fault=kept_reason(altered.fault, altered.facts))
        todo = Refused("todo_who_changed", folder=Label("DUBAN_ACCESS_FOLDER (.altered)"))
        yield Finding(F.ACCESS_ALTERED, Severity.CRITICAL, "", altered.name, night.region, why, todo)


def unsent(night: Night) -> Iterator[Finding]:
    """Each message that failed, and each channel that the house does not have, once."""
    untried = "attempts = 0 AND channel <> 'none'"
    dead = "FROM messages WHERE dead_at IS NOT NULL AND"
    for channel, count in night.cursor.rows(f"SELECT channel, count(*) {dead} {untried} GROUP BY channel ORDER BY 1"):
        why = Refused("channel_unconfigured", channel=Label(channel), count=int(count))
        todo = Refused("todo_configure", command=Label("duban redrive"))
        yield Finding(F.UNSENT, Severity.WARNING, "", channel, night.region, why, todo)
    row = MessageRow
    tried = col(row.dead_at).is_not(None), or_(row.attempts != 0, row.channel == "none")
    for message in night.cursor.session.exec(select(row).where(*tried)):
        why = Refused(
            "message_dead", recipient=Id(message.recipient), channel=Label(message.channel),
            error=kept_reason(message.error, message.facts),
        )  # fmt: skip
        todo = Refused("todo_mend_address", command=Label("duban redrive"))
        yield Finding(F.UNSENT, Severity.WARNING, "", message.id, night.region, why, todo)


def calendar(night: Night) -> Iterator[Finding]:
    years = {night.on.year, (night.on + timedelta(days=365)).year}
    unknown = [year for year in sorted(years) if not night.calendar(night.region).knows(year)]
    for year in unknown:
        (count,) = night.cursor.rows(
            "SELECT count(*) FROM deadlines WHERE provisional AND met_on IS NULL AND void_on IS NULL"
        )[0]
        why = Refused("calendar_open", year=year, count=int(count))
        todo = Refused("todo_import_calendar", command=Label("duban calendar"))
        yield Finding(F.CALENDAR, Severity.WARNING if count else Severity.INFO, "", str(year), night.region, why, todo)


def does_not_add_up(night: Night) -> Iterator[Finding]:
    (claimed,) = night.cursor.rows("SELECT coalesce(sum(seq), 0) FROM cases")[0]
    (there,) = night.cursor.rows("SELECT count(*) FROM events")[0]
    if int(claimed) != int(there):
        why = Refused("events_miscounted", counted=int(claimed), stored=int(there))
        yield Finding(F.DOES_NOT_ADD_UP, Severity.CRITICAL, "", "events", night.region, why, VERIFY)


def away(night: Night) -> Iterator[Finding]:
    yield from unreachable(night.cursor.session, night.on, night.region)


def pressed(night: Night) -> Iterator[Finding]:
    yield from courtesy(night.cursor, night.sql, night.on, night.region)


CHECKS: tuple[Callable[[Night], Iterator[Finding]], ...] = (
    access_files,
    overdue, no_clock, reply_incomplete, gate_without_evidence, undecided, evaluation_lapsed, commitments, many_returns,
    evaluation_from_unit, pressed, still_planned, abolished_unit, chain_gap, away, inspect, rulebooks, region_rules,
    no_region, jobs, unsent, calendar, does_not_add_up,
)  # fmt: skip
