"""Which waiting notices would reveal a judgement that their recipient must not know yet.

They are left out when notices become messages, by the rule that also hides judgements in lists and pages.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from states.judged import REVEALING, Rule, hiding_rule
from storage.register import Register
from storage.statements import Cursor
from storage.veils import veil_by

_SUSPECT = ("evaluator.", "supervision.")


class QueuedNotice(Protocol):
    """The columns of a waiting notice that this checks."""

    @property
    def id(self) -> str: ...
    @property
    def recipient(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


def withheld(register: Register, cursor: Cursor, notices: Iterable[QueuedNotice]) -> set[str]:
    """The ids of the notices that must not be sent."""
    suspects: dict[Rule, list[str]] = {}
    for notice in notices:
        rule = hiding_rule(notice.recipient)
        if rule is not None and _may_tell(notice):
            suspects.setdefault(rule, []).append(notice.id)
    return {id_ for rule, ids in suspects.items() for id_ in _hidden(register, cursor, rule, ids)}


def _may_tell(notice: QueuedNotice) -> bool:
    return notice.kind.startswith(_SUSPECT) or notice.data.get("key") in REVEALING


def _hidden(register: Register, cursor: Cursor, rule: Rule, ids: list[str]) -> list[str]:
    sql = register.layout.sql
    allowed, values = veil_by(register, cursor, rule).tells_nothing(sql)
    rows = cursor.rows(
        "SELECT o.id FROM outbox o JOIN cases c ON c.id = o.case_id JOIN events e ON e.case_id = o.case_id AND e.seq = "
        "(SELECT max(n.seq) FROM events n WHERE n.case_id = o.case_id AND n.seq <= o.seq AND n.name = o.kind) "
        "LEFT JOIN supervisions s ON e.subject = 'supervision' AND s.id = e.subject_id "
        f"WHERE o.id {sql.any} AND NOT {allowed}",
        [sql.many(ids), *values],
    )
    return [str(id_) for (id_,) in rows]
