"""The access log, written and read: who looked at what, or was refused."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any
from uuid import uuid4

from sqlmodel import SQLModel

from states.outgoing import on_one_line
from storage.access_log import AccessLog
from storage.errors import Busy
from storage.patience import waiting_at_most
from storage.register import Register
from storage.rolls import below
from storage.seal_entries import SealedRows
from storage.statements import reading, transaction

_OF_PROTECTED = (
    "accesses.role IN ('deputy', 'proxy') AND EXISTS "
    "(SELECT 1 FROM cases s WHERE s.id = accesses.case_id AND s.secrecy = 'IDENTITY_PROTECTED')"
)
"""An entry of a deputy or an assistant about a case whose deputies are protected."""

_IN_REGION = (
    "(EXISTS (SELECT 1 FROM accounts a JOIN people p ON p.id = a.person LEFT JOIN units u ON u.id = p.unit "
    "WHERE a.name = accesses.account AND coalesce(nullif(p.region, ''), u.region, '') IN {below}) "
    "OR EXISTS (SELECT 1 FROM cases c WHERE c.id = accesses.case_id AND c.region IN {below}) "
    "OR accesses.region IN {below})"
)
"""An entry of a person of the region, or about one of its cases."""


def access(
    at: datetime, account: str, role: str, what: str, case_id: str = "", address: str = "", refused: bool = False,
    *, row_count: int | None = None, filter: str = "", region: str = "",
) -> dict[str, Any]:  # fmt: skip
    """An entry of the access log; for a list also how many rows were shown and by which filter."""
    return {
        "id": uuid4().hex, "at": at, "role": role, "refused": refused, "row_count": row_count,
        "account": on_one_line(account[:64]), "what": on_one_line(what[:200]), "case_id": on_one_line(case_id[:300]),
        "address": on_one_line(address[:100]), "filter": on_one_line(filter), "region": on_one_line(region),
    }  # fmt: skip


class Accesses:
    """Entries of the access log; with a `log` they are written there first, so that a reader waits for no writer."""

    def __init__(self, register: Register, log: AccessLog | None = None) -> None:
        self.log = log
        self.register = register
        self.sql = register.layout.sql
        tables = SQLModel.metadata.tables
        self.accesses = SealedRows(self.sql, tables["accesses"])

    def note(
        self, at: datetime, account: str, role: str, what: str, case_id: str = "", address: str = "",
        refused: bool = False, **more: Any,
    ) -> None:  # fmt: skip
        """Record that a person did or saw something, or was refused; `more` as in `access`."""
        self.note_all([access(at, account, role, what, case_id, address, refused, **more)])

    def note_all(self, entries: Sequence[dict[str, Any]]) -> None:
        """Record several entries, made by `access`, together. Raises NotKept when the log cannot be written."""
        if self.log is not None:
            self.log.keep(entries)
            return
        with transaction(self.register.engine) as cursor:
            self.accesses.insert(cursor, entries)

    def noted(
        self, account: str = "", case_id: str = "", limit: int = 200, refused: bool = False, skip: int = 0,
        region: str | None = None, names: bool = True,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The newest entries after the first `skip`, filtered by account, case or refusal where given.

        `region`: entries of people of that region and below, and about its cases. A `protected` entry
        tells which deputy is behind a case; without `names` it cannot be found by its account.
        """
        if self.log is not None:
            with suppress(Busy), waiting_at_most(0):  # the last ones of this process, if nobody writes just now
                self.log.move(wait=False)
        where, values = [], []
        for column, value in (("account", account), ("case_id", case_id)):
            if value:
                where.append(f"{column} = {self.sql.mark}")
                values.append(value)
        if refused:
            where.append("refused" if self.sql.postgres else "refused = 1")
        if region is not None:
            where.append(_IN_REGION.format(below=below(self.sql)))
            values += [region] * 3
        if account and not names:
            where.append(f"NOT ({_OF_PROTECTED})")
        wanted = f" WHERE {' AND '.join(where)}" if where else ""
        with reading(self.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT {self.accesses.columns}, {_OF_PROTECTED} FROM accesses{wanted} "
                f"ORDER BY at DESC, id LIMIT {int(limit)} OFFSET {int(skip)}",
                values,
            )
        entries = self.accesses.dicts([row[:-1] for row in rows])
        return [{**entry, "protected": bool(row[-1])} for entry, row in zip(entries, rows, strict=True)]
