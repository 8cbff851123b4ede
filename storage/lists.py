"""Queries of lists within a scope, and how they are run: few cases by id, many along an index.

Lists of a hundred thousand cases: statements of the cursor (figures in `storage.statements`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import orjson

from states import LIFECYCLES
from states.compiled import PROCESSES
from states.decide import CASES
from states.vocabulary import KeyLevel, Level, S, V
from storage.levels import level_of, ranked
from storage.orders import CASE_KEYS, LATE_KEYS, Order, SortKey, sorted_by
from storage.register import Register
from storage.search import containing, picking, prefer_index, query_parts
from storage.statements import Cursor, Sql, reading
from storage.todo import Todo
from storage.veils import Select, Veil
from storage.visible import Scope

ENDED = (S.FULFILLED, S.UNFULFILLED_CLOSED, S.REPLY_CLOSED, S.WITHDRAWN, S.NOT_ACCEPTED, S.ARCHIVED)

ENDED_OPINIONS = tuple(end for process in PROCESSES.values() for end in process.file.ends)

RUNNING = tuple(
    sorted(
        {state for machine in CASES for state in LIFECYCLES[machine].names}
        - {*ENDED, *ENDED_OPINIONS}
    )
)

SUPERVISED = tuple(sorted(LIFECYCLES["supervision"].names.keys() - {V.RELEASED, V.DECLINED, V.LAPSED}))
"""States of a supervision that is proposed or running."""


STANDING_PART = "a.state NOT IN ('RETURN_GRANTED', 'CANCELLED')"
"""A part that a list shows."""


@dataclass(frozen=True)
class Wanted:
    """The filter of a list within a scope. `states`, as the scope's rule shows them; empty: any state.

    Every part of `text` between blanks must occur literally in title, number, facts or proposal. `todo`: who must
    act on it now. `late_on`, `due_by`: an open limit ends before, or up to, that day; `since`, `until`: one ends
    between these days. `unit`: has a part in its running round. `after`: NUMBER~ID of the last case
    before; in another `order`, how many cases are before.
    """

    states: tuple[str, ...] = ()
    ended: bool | None = None
    late_on: date | None = None
    supervised: bool = False
    text: str = ""
    after: str = ""
    todo: Todo | None = None
    due_by: date | None = None
    order: Order | None = None
    unit: str = ""
    since: date | None = None
    until: date | None = None


def cases_before(after: str) -> int:
    """How many cases of an order the cursor says are before; none where it says nothing of the kind."""
    return int(after[:9]) if after.isdecimal() else 0


@dataclass
class Listed:
    """A case in a list, with its open limits and the units of its running round."""

    case: dict[str, Any]
    limits: list[dict[str, Any]] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def next_limit(self) -> dict[str, Any] | None:
        """The open limit that ends first."""
        duties = [row for row in self.limits if row["duty"]]
        return min(duties, key=lambda row: row["last_day"], default=None)

_OF_LIST = (
    "id", "machine", "number", "title", "state", "region", "lead", "secrecy", "track", "key_level", "round",
    "committee", "assigned_on", "rulebook", "rulebook_ident", "opened_at",
)  # fmt: skip


def list_cases(register: Register, scope: Scope, wanted: Wanted, limit: int = 50) -> list[Listed]:
    """At most `limit` cases of the scope, after the cursor `wanted.after`.

    The newest first, by number, then id, where `wanted.order` does not say otherwise.
    """
    veil = scope.veil(register)
    with reading(register.engine) as cursor:
        query = Query(register.layout.sql, cursor, scope, wanted, veil)
        ids = query.by_order(wanted.order, scope, limit) if wanted.order else query.newest(limit)
        return _listed(register, cursor, scope, ids, veil)


def oldest_cases(
    register: Register, scope: Scope, wanted: Wanted, limit: int = 50, skip: int = 0
) -> list[Listed]:
    """At most `limit` cases after the first `skip`, by the order of submission."""
    veil = scope.veil(register)
    with reading(register.engine) as cursor:
        query = Query(register.layout.sql, cursor, scope, wanted, veil)
        return _listed(register, cursor, scope, query.oldest(limit, skip), veil)


def count_cases(register: Register, scope: Scope, wanted: Wanted, most: int | None = None) -> int:
    """How many cases of the scope match; it stops counting at `most`."""
    veil = scope.veil(register)
    with reading(register.engine) as cursor:
        return Query(register.layout.sql, cursor, scope, wanted, veil).count(most)


def count_each(
    register: Register, scope: Scope, wanted: Mapping[str, Wanted], most: int | None = None
) -> dict[str, int]:
    """How many cases of the scope match each of several lists; it may stop counting each at `most`."""
    sql, veil = register.layout.sql, scope.veil(register)
    with reading(register.engine) as cursor:
        few = narrowed(sql, cursor, scope.picks(sql))
        if few is None:
            return {name: Query(sql, cursor, scope, filter_, veil).count(most) for name, filter_ in wanted.items()}
        sums, values = [], []
        for filter_wanted in wanted.values():
            conditions = _wanted(sql, scope, filter_wanted, veil)
            condition = " AND ".join(text for text, _ in conditions) or "1 = 1"
            sums.append(f"coalesce(sum(CASE WHEN {condition} THEN 1 ELSE 0 END), 0)")
            values += [value for _, more in conditions for value in more]
        where, more = scope.where(sql, picked=True)
        (counts,) = cursor.rows(
            f"SELECT {', '.join(sums)} FROM cases c WHERE c.id {sql.any} AND {where}",
            [*values, sql.many(few), *more],
        )
    return {name: int(count if most is None else min(count, most)) for name, count in zip(wanted, counts, strict=True)}


def late_counts(
    register: Register, scope: Scope, on: date, ends: Sequence[date], owed_by: str = ""
) -> dict[str, tuple[list[int], str]]:
    """Late limits by who owes them: how many ended in each period, and the highest level.

    `ends` are the first days of the periods, the latest first: a limit counts in the first one that begins on or
    before its last day, otherwise after the last of them. Deputies are counted together, as `deputy:`.
    """
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        where, values = _late(sql, cursor, scope, on, owed_by)
        stretch = "CASE " + " ".join(f"WHEN d.last_day >= {sql.mark} THEN {at}" for at in range(len(ends)))
        rows = cursor.rows(
            f"SELECT {_OWNER}, {stretch} ELSE {len(ends)} END AS stretch, count(*), max({ranked('d.level')}) "
            f"{where} GROUP BY 1, 2",
            [*map(sql.day, ends), *values],
        )
    by_owner: dict[str, tuple[list[int], str]] = {}
    for owner, at, count, rank in rows:
        counts, highest = by_owner.get(owner, ([0] * (len(ends) + 1), ""))
        counts[at] += count
        by_owner[owner] = counts, Level.highest((highest, level_of(rank)))
    return by_owner

_OWNER = "CASE WHEN d.owed_by LIKE 'deputy:%%' THEN 'deputy:' ELSE d.owed_by END"


def late_limits(
    register: Register,
    scope: Scope,
    on: date,
    owed_by: str = "",
    since: date | None = None,
    until: date | None = None,
    limit: int = 100_000,
    order: Order | None = None,
) -> list[dict[str, Any]]:
    """Open limits of the scope whose last day lies before `on`, with case and unit: by `order`, else the oldest first.

    `owed_by` empty: anybody; `deputy:` means every deputy. The last day lies on or after `since` and before
    `until`.
    """
    sql = register.layout.sql
    names = (
        "case_id", "number", "title", "state", "secrecy", "rulebook", "rulebook_ident", "round", "key",
        "subject_id", "owed_by", "last_day", "level", "provisional", "part_state", "extension",
    )  # fmt: skip
    with reading(register.engine) as cursor:
        where, values = _late(sql, cursor, scope, until or on, owed_by)
        if since is not None:
            where += f" AND d.last_day >= {sql.mark}"
            values.append(sql.day(since))
        usual = "d.last_day, d.case_id, d.key"
        ordered = sorted_by(LATE_KEYS[order.by], order, usual) if order else f"ORDER BY {usual}"
        part = "SELECT a.{} FROM assignments a WHERE d.subject = 'assignment' AND a.id = d.subject_id"
        rows = cursor.rows(
            "SELECT c.id, c.number, c.title, c.state, c.secrecy, c.rulebook, c.rulebook_ident, c.round, d.key, "
            "d.subject_id, d.owed_by, d.last_day, d.level, d.provisional, "
            f"({part.format('state')}), ({part.format('extension')}) "
            f"{where} {ordered} LIMIT {int(limit)}",
            values,
        )
        units = dict(cursor.rows("SELECT id, name FROM units")) if rows else {}
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    for row in listed:
        row["last_day"] = sql.read_day(row["last_day"])
        row["unit_name"] = units.get(row["owed_by"].partition(":")[2])
    return listed


def _late(sql: Sql, cursor: Cursor, scope: Scope, on: date, owed_by: str) -> tuple[str, list[Any]]:
    """FROM the late limits of the scope: by who owes them, few cases by their ids, more by their last day."""
    single = owed_by not in ("", "deputy:")
    few = None if single else narrowed(sql, cursor, scope.picks(sql))
    where, values = scope.where(sql, picked=few is not None)
    plain = sql.plain if few is not None else ""
    first = "" if sql.postgres or few is not None else f" INDEXED BY ix_deadlines_{'owed_by' if single else 'last_day'}"
    text = (
        f"FROM deadlines d{first} {'' if sql.postgres else 'CROSS '}JOIN cases c ON c.id = d.case_id "
        f"WHERE d.met_on IS NULL AND d.void_on IS NULL AND d.duty{'' if sql.postgres else ' = 1'} "
        f"AND {sql.plain if single else plain}d.last_day < {sql.mark} AND NOT (d.key {sql.any})"
    )
    bound: list[Any] = [sql.day(on), sql.many(scope.hidden_limits)]
    if owed_by == "deputy:":
        text += " AND d.owed_by LIKE 'deputy:%%'"
    elif owed_by:
        text += f" AND d.owed_by = {sql.mark}"
        bound.append(owed_by)
    if few is not None:
        text += f" AND d.case_id {sql.any}"
        bound.append(sql.many(few))
    return f"{text} AND {where}", [*bound, *values]

FEW = 3_000
"""Up to so many cases are read one by one; with more, a list scans the newest until its page is full."""

FIRST = 300
"""So many of the newest cases are searched first."""


def narrowed(sql: Sql, cursor: Cursor, picks: Iterable[Select]) -> list[str] | None:
    """The ids of the first SELECT that finds few; None when all of them find many."""
    return _first_few(sql, cursor, picks)[0]


def _first_few(sql: Sql, cursor: Cursor, picks: Iterable[Select]) -> tuple[list[str] | None, list[str]]:
    """As `narrowed`; and where all find many, some of the ids of the first."""
    some: list[str] = []
    for pick, values in picks:
        picked = _picked(sql, cursor, pick, values, 2 * FEW)
        ids = list(dict.fromkeys(picked))
        if len(picked) < 2 * FEW and len(ids) <= FEW:
            return ids, []
        some = some or ids
    return None, some


def _picked(sql: Sql, cursor: Cursor, pick: str, values: Sequence[Any], most: int) -> list[str]:
    """At most so many ids of a SELECT of case ids."""
    return _ids_of(sql, cursor, f"SELECT case_id AS id FROM ({pick}) picked LIMIT {int(most)}", values)


def _ids_of(sql: Sql, cursor: Cursor, select: str, values: Sequence[Any]) -> list[str]:
    """The ids that a SELECT with a LIMIT finds, in its order.

    SQLite returns them as one text: at every row it would release the interpreter lock and wait for it again.
    """
    if sql.postgres:
        return [case_id for (case_id,) in cursor.rows(select, values)]
    ((ids,),) = cursor.rows(f"SELECT json_group_array(id) FROM ({select})", values)
    listed: list[str] = orjson.loads(ids)
    return listed


class Query:
    """A list within a scope: by the ids of few cases, or along the index of all of them; the answer is the same."""

    def __init__(self, sql: Sql, cursor: Cursor, scope: Scope, wanted: Wanted, veil: Veil | None) -> None:
        self.sql, self.cursor, self.wanted = sql, cursor, wanted
        self.few, self.some = _first_few(sql, cursor, scope.picks(sql))
        conditions = [scope.where(sql, picked=self.few is not None), *_wanted(sql, scope, wanted, veil)]
        self.conditions = [text for text, _ in conditions]
        self.values = [value for _, values in conditions for value in values]
        self.picks = _picks(sql, scope, wanted, veil) if self.few is None else []

    def narrow(self) -> None:
        """Find out whether few cases match, where the scope has many."""
        if self.few is None and self.picks:
            self.few, self.some = _first_few(self.sql, self.cursor, self.picks)
            self.picks = []

    def newest(self, limit: int) -> list[str]:
        """The ids of the newest, behind the cursor."""
        self.narrow()
        conditions = [*self.conditions]
        values = [*self.values]
        if self.wanted.after:
            number, _, case_id = self.wanted.after.partition("~")
            conditions.append(f"(c.number, c.id) < ({self.sql.mark}, {self.sql.mark})")
            values += [number, case_id]
        if not query_parts(self.wanted.text):
            return self._ids(self.few, conditions, values, limit)
        holding, more = containing(self.sql, self.wanted.text, "c.id")
        recent = self._ids(self.few, conditions, values, FEW)
        page: list[str] = []
        # what many hold fills the page from the first of them
        for some in (recent[:FIRST], recent) if len(recent) > FIRST else (recent,):
            page = self._ids(some, [holding], more, limit)
            if len(page) == limit:
                return page
        if self.few is not None or len(recent) < FEW:
            return page
        prefer_index(self.cursor, self.sql, self.wanted.text)
        few = narrowed(self.sql, self.cursor, [picking(self.sql, self.wanted.text)])
        return self._ids(few, [*conditions, holding], [*values, *more], limit)

    def oldest(self, limit: int, skip: int) -> list[str]:
        """The ids of those that were handed in first."""
        self.narrow()
        text, values = self._from(self.few, *self._with_text())
        return self._page(f"SELECT c.id {text} ORDER BY c.submitted_on, c.opened_at, c.id", values, limit, skip)

    def by_order(self, order: Order, scope: Scope, limit: int) -> list[str]:
        """The ids in another order, behind as many as the cursor says."""
        if self.few is None and self.wanted.ended is False:
            self.picks.append((f"SELECT id AS case_id FROM cases WHERE state {self.sql.any}", [self.sql.many(RUNNING)]))
        self.narrow()
        conditions, bound = self._with_text()
        text, values = self._from(self.few, conditions, bound)
        skip = cases_before(self.wanted.after)
        if self.few is None and order.by is SortKey.DUE:
            return self._by_due(order, scope, (text, values), limit, skip)
        duties, hidden = _duties(self.sql, scope, self.sql.plain)
        keys = {key: (text, list[Any]()) for key, text in CASE_KEYS.items()}
        keys[SortKey.DUE] = (f"(SELECT min(d.last_day) {duties} AND d.case_id = c.id)", hidden)
        key, bound = keys[order.by]
        listed = f"SELECT id FROM (SELECT c.id, {key} AS sort_key {text}) listed {sorted_by('sort_key', order, 'id')}"
        return self._page(listed, [*bound, *values], limit, skip)

    def _by_due(self, order: Order, scope: Scope, of_many: Select, limit: int, skip: int) -> list[str]:
        """From the open limits, so that closed cases cost nothing; then the cases without any, by id."""
        text, values = of_many
        duties, hidden = _duties(self.sql, scope)
        due = f"(SELECT d.case_id, min(d.last_day) AS sort_key {duties} GROUP BY d.case_id) due"
        along = "" if self.sql.postgres else "CROSS "
        joined = text.replace("FROM cases c", f"FROM {due} {along}JOIN cases c ON c.id = due.case_id", 1)
        page = self._page(
            f"SELECT c.id {joined} {sorted_by('due.sort_key', order, 'c.id')}", [*hidden, *values], limit, skip
        )
        if len(page) == limit:
            return page
        before = skip + len(page)
        if skip and not page:
            before = int(self.cursor.rows(f"SELECT count(*) {joined}", [*hidden, *values])[0][0])
        of_case, hidden = _duties(self.sql, scope, self.sql.plain)
        rest = f"SELECT c.id {text} AND NOT EXISTS (SELECT 1 {of_case} AND d.case_id = c.id) ORDER BY c.id"
        return page + self._page(rest, [*values, *hidden], limit - len(page), max(skip - before, 0))

    def _page(self, select: str, values: Sequence[Any], limit: int, skip: int) -> list[str]:
        rows = self.cursor.rows(f"{select} LIMIT {int(limit)} OFFSET {int(skip)}", values)
        return [case_id for (case_id,) in rows]

    def count(self, most: int | None) -> int:
        if most is not None and self._has(most):
            return most
        self.narrow()
        text, values = self._from(self.few, *self._with_text())
        if most is None:
            return int(self.cursor.rows(f"SELECT count(*) {text}", values)[0][0])
        if self.few is None and self.some:
            source, bound = self._from(self.some, *self._with_text())
            if self._up_to(most, source, bound) == most:
                return most
        return self._up_to(most, text, values)

    def _has(self, most: int) -> bool:
        """Whether the newest cases alone already have so many matches, which is usual."""
        if self.few is not None or query_parts(self.wanted.text):
            return False
        for pick, bound in self.picks[:1]:
            some = list(dict.fromkeys(_picked(self.sql, self.cursor, pick, bound, most + most // 4)))
            return len(some) >= most and self._up_to(most, *self._from(some, self.conditions, self.values)) == most
        return False

    def _up_to(self, most: int, text: str, values: list[Any]) -> int:
        counted = f"SELECT count(*) FROM (SELECT 1 {text} LIMIT {int(most)}) counted"
        return int(self.cursor.rows(counted, values)[0][0])

    def _with_text(self) -> tuple[list[str], list[Any]]:
        if not query_parts(self.wanted.text):
            return self.conditions, self.values
        holding, more = containing(self.sql, self.wanted.text, "c.id")
        if self.few is None:
            prefer_index(self.cursor, self.sql, self.wanted.text)
            self.few = narrowed(self.sql, self.cursor, [picking(self.sql, self.wanted.text)])
        return [*self.conditions, holding], [*self.values, *more]

    def _ids(self, few: list[str] | None, conditions: Sequence[str], values: list[Any], limit: int) -> list[str]:
        text, bound = self._from(few, conditions, values, walked=True)
        # Few are found by their ids and sorted; SQLite would walk the whole index instead, for its order.
        plus = "+" if few is not None and not self.sql.postgres else ""
        ordered = f"SELECT c.id {text} ORDER BY {plus}c.number DESC, {plus}c.id DESC LIMIT {int(limit)}"
        return _ids_of(self.sql, self.cursor, ordered, bound)

    def _from(
        self, few: list[str] | None, conditions: Sequence[str], values: list[Any], walked: bool = False
    ) -> tuple[str, list[Any]]:
        if few is not None:
            where = " AND ".join([f"c.id {self.sql.any}", *conditions])
            return f"FROM cases c WHERE {where}", [self.sql.many(few), *values]
        along = " INDEXED BY ix_cases_list" if walked and not self.sql.postgres else ""
        return f"FROM cases c{along} WHERE {' AND '.join(conditions)}", values


def _wanted(sql: Sql, scope: Scope, wanted: Wanted, veil: Veil | None) -> list[Select]:
    """The conditions on `cases c`, except the text."""
    conditions: list[Select] = []
    if wanted.states:
        plain = (f"c.state {sql.any}", [sql.many(wanted.states)])
        conditions.append(veil.with_state(sql, wanted.states) if veil else plain)
    if wanted.ended is not None:
        states = ENDED + ENDED_OPINIONS if wanted.ended else RUNNING
        conditions.append((f"c.state {sql.any}", [sql.many(states)]))
    if wanted.todo is not None:
        conditions.append(wanted.todo.where(sql, veil))
    for day, sign in ((wanted.late_on, "<"), (wanted.due_by, "<=")):
        if day is not None:
            duties, values = _ending(sql, scope, day, sign, sql.plain)
            conditions.append((f"EXISTS (SELECT 1 {duties} AND d.case_id = c.id)", values))
    if wanted.unit:
        part = f"SELECT 1 FROM assignments a WHERE a.case_id = c.id AND a.round = c.round AND {sql.plain}a.unit"
        conditions.append((f"EXISTS ({part} = {sql.mark} AND {STANDING_PART})", [wanted.unit]))
    if wanted.since is not None or wanted.until is not None:
        duties, values = _duties(sql, scope, sql.plain)
        for day, sign in ((wanted.since, ">="), (wanted.until, "<=")):
            if day is not None:
                duties += f" AND {sql.plain}d.last_day {sign} {sql.mark}"
                values = [*values, sql.day(day)]
        conditions.append((f"EXISTS (SELECT 1 {duties} AND d.case_id = c.id)", values))
    if wanted.supervised:
        supervised = f"SELECT 1 FROM supervisions s WHERE s.case_id = c.id AND {sql.plain}s.state {sql.any}"
        seen, more = veil.seen(sql) if veil else ("1 = 1", [])
        conditions.append((f"EXISTS ({supervised} AND {seen})", [sql.many(SUPERVISED), *more]))
    return conditions


def _picks(sql: Sql, scope: Scope, wanted: Wanted, veil: Veil | None) -> list[Select]:
    """SELECTs of case ids, each containing every match; those likely to find few come first."""
    sources: list[Select] = []
    if wanted.states:
        states = veil.real_states(wanted.states) if veil else wanted.states
        sources.append((f"SELECT id AS case_id FROM cases WHERE state {sql.any}", [sql.many(states)]))
    for day, sign in ((wanted.late_on, "<"), (wanted.due_by, "<=")):
        if day is not None:
            duties, values = _ending(sql, scope, day, sign)
            sources.append((f"SELECT d.case_id {duties}", values))
    if wanted.unit:
        sources.append((f"SELECT case_id FROM assignments WHERE unit = {sql.mark}", [wanted.unit]))
    if wanted.until is not None:
        duties, values = _ending(sql, scope, wanted.until, "<=")
        sources.append((f"SELECT d.case_id {duties}", values))
    if wanted.supervised:
        sources.append((f"SELECT case_id FROM supervisions WHERE state {sql.any}", [sql.many(SUPERVISED)]))
    if wanted.todo is not None:
        sources.append(wanted.todo.pick(sql))
    return sources


def _ending(sql: Sql, scope: Scope, day: date, sign: str, plain: str = "") -> Select:
    """FROM the open limits that end before a day, or up to it; `plain` where they are those of one case."""
    duties, values = _duties(sql, scope, plain)
    return f"{duties} AND {plain}d.last_day {sign} {sql.mark}", [*values, sql.day(day)]


def _duties(sql: Sql, scope: Scope, plain: str = "") -> Select:
    """FROM the open limits that the scope shows; `plain` where they are those of one case."""
    along = "" if plain or sql.postgres else " INDEXED BY ix_deadlines_last_day"
    return (
        f"FROM deadlines d{along} WHERE d.met_on IS NULL AND d.void_on IS NULL "
        f"AND d.duty{'' if sql.postgres else ' = 1'} AND NOT (d.key {sql.any})",
        [sql.many(scope.hidden_limits)],
    )


def _listed(
    register: Register, cursor: Cursor, scope: Scope, ids: Sequence[str], veil: Veil | None
) -> list[Listed]:
    """The list rows of these cases, in this order."""
    sql = register.layout.sql
    columns = ", ".join(_OF_LIST)
    rows = cursor.rows(f"SELECT {columns} FROM cases WHERE id {sql.any}", [sql.many(ids)]) if ids else []
    by_id = {row[0]: Listed(dict(zip(_OF_LIST, row, strict=True))) for row in rows}
    listed = {case_id: by_id[case_id] for case_id in ids}
    for item in listed.values():
        if item.case["assigned_on"]:
            item.case["assigned_on"] = sql.read_day(item.case["assigned_on"])
    _with_limits(sql, cursor, listed, scope.hidden_limits)
    keys = [case_id for case_id, entry in listed.items() if entry.case["key_level"] != KeyLevel.NONE] if veil else []
    for case_id in unknown_keys(sql, cursor, veil, keys) if veil else ():
        listed[case_id].case["key_level"] = KeyLevel.NONE.value
    return list(listed.values())


def unknown_keys(sql: Sql, cursor: Cursor, veil: Veil, ids: Sequence[str]) -> list[str]:
    """Those of these cases whose key level must be hidden from the viewer."""
    if not ids:
        return []
    visible, values = veil.key_known(sql)
    rows = cursor.rows(f"SELECT c.id FROM cases c WHERE c.id {sql.any} AND NOT {visible}", [sql.many(ids), *values])
    return [str(case_id) for (case_id,) in rows]


def _with_limits(sql: Sql, cursor: Cursor, listed: dict[str, Listed], hidden: Sequence[str]) -> None:
    if not listed:
        return
    ids = [sql.many(listed)]
    names = ("case_id", "key", "subject_id", "owed_by", "last_day", "duty", "level", "provisional")
    for row in cursor.rows(
        f"SELECT {', '.join(names)} FROM deadlines WHERE case_id {sql.any} AND met_on IS NULL AND void_on IS NULL "
        "ORDER BY last_day, key, subject_id",
        ids,
    ):
        limit = dict(zip(names, row, strict=True))
        if limit["key"] in hidden:
            continue
        limit["last_day"] = sql.read_day(limit["last_day"])
        listed[row[0]].limits.append(limit)
    for case_id, round_, unit, name, role, state in cursor.rows(
        "SELECT a.case_id, a.round, a.unit, coalesce(u.name, a.unit), a.role, a.state FROM assignments a "
        f"LEFT JOIN units u ON u.id = a.unit WHERE a.case_id {sql.any} "
        f"AND {STANDING_PART} ORDER BY a.id",
        ids,
    ):
        if round_ == listed[case_id].case["round"]:
            listed[case_id].parts.append({"unit": unit, "name": name, "role": role, "state": state})
