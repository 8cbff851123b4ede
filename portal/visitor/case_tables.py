"""The tables of one case on the command line: ids as they are stored, codes beside their names."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from operator import attrgetter
from typing import Any

from portal.visitor.columns import Column, Value, of
from portal.visitor.judgements import supervision_state
from states import LIFECYCLES
from states.cases import Deadline, Dossier
from states.vocabulary import LimitKey, PartRole, SupervisionKind, Verdict
from storage.day_counts import OverdueLimit


def _with(code: str, name: Callable[[str], str]) -> Value:
    """A code of a row with its name."""
    return lambda row: f"{getattr(row, code)} {name(getattr(row, code))}"


def _state(machine: str) -> Value:
    return _with("state", LIFECYCLES[machine].names.__getitem__)


def _supervision(row: Any) -> str:
    return f"{row.state} {supervision_state(row.kind, row.state)}"


def limit_with_key(key: str) -> str:
    """The key of a limit with its name; a ruler for messages names its own keys."""
    return f"{key} {LimitKey.names().get(key, '')}".rstrip()


def last_day_shown(row: Deadline | OverdueLimit) -> date | str:
    """The last day, and whether the calendar does not know its year yet."""
    return f"{row.last_day}（暂定）" if row.provisional else row.last_day


def _columns(*pairs: tuple[str, str | Value]) -> Sequence[Column]:
    """Columns of the command line alone, each by its head in both languages and its value or field."""
    columns = []
    for heads, value in pairs:
        zh, _, en = heads.partition(" ")
        shown = attrgetter(value) if isinstance(value, str) else value
        columns.append(Column(zh, shown, sheet=False, console=True, en=en))
    return columns


PARTS = _columns(
    ("编号 id", "id"), ("轮次 round", "round"), ("单位 unit", "unit"), ("角色 role", _with("role", PartRole.name_of)),
    ("状态 state", _state("assignment")), ("答复分类 class", "reply_class"), ("送达 delivered", "delivered_on"),
)  # fmt: skip
CONTACTS = _columns(
    ("编号 id", "id"), ("日期 day", "happened_on"), ("承办 assignment", "assignment_id"), ("代表 deputy", "deputy"),
    ("方式 kind", "kind"), ("确认 confirmed", "standing"),
)  # fmt: skip
COMMITMENTS = _columns(
    ("编号 id", "id"), ("承办 assignment", "assignment_id"), ("内容 text", "text"), ("期限 due", "due_on"),
    ("状态 state", _state("commitment")),
)  # fmt: skip
INSPECTIONS = _columns(
    ("编号 id", "id"), ("日期 day", "inspected_on"), ("承办 assignment", "assignment_id"),
    ("承诺 promise", "commitment_id"), ("申报 claimed", "claimed"), ("查实 found", "found"),
    ("结论 verdict", _with("verdict", Verdict.name_of)), ("地点 place", "place"),
    ("材料 files", lambda row: len(row.evidence)),
)  # fmt: skip
SUPERVISIONS = _columns(
    ("编号 id", "id"), ("种类 kind", _with("kind", SupervisionKind.name_of)), ("级别 level", "level"),
    ("状态 state", _supervision), ("提出 proposed", "proposed_on"), ("由谁承担 holder", "holder"),
)  # fmt: skip
LIMITS = _columns(
    ("时限 limit", lambda row: limit_with_key(row.key)), ("对象 subject", "subject_id"), ("轮次 round", "round"),
    ("起算 starts", "started_on"), ("最后一天 last day", last_day_shown), ("责任 owed by", "owed_by"),
)  # fmt: skip
HISTORY = _columns(
    ("序 seq", of("seq")), ("日 on", of("on")), ("事件 event", of("name")), ("对象 subject", of("subject_id")),
    ("谁 by", of("by")), ("身份 role", of("role")), ("哈希 hash", lambda event: event["hash"][:12]),
)  # fmt: skip


def case_tables(dossier: Dossier) -> Iterable[tuple[str, Sequence[Column], Sequence[Any]]]:
    """Title, columns and rows of each table of the case; its open limits come last, the nearest first."""
    for title, columns, rows in (
        ("承办 assignments", PARTS, dossier.assignments), ("沟通 communications", CONTACTS, dossier.communications),
        ("承诺事项 commitments", COMMITMENTS, dossier.commitments),
        ("查验 inspections", INSPECTIONS, dossier.inspections),
        ("督办 supervisions", SUPERVISIONS, dossier.supervisions),
    ):  # fmt: skip
        if rows:
            yield title, columns, list(rows.values())
    running = (row for row in dossier.deadlines.values() if row.open)
    yield "未了的时限 open limits", LIMITS, sorted(running, key=attrgetter("last_day"))
