"""Bearer tokens for programs: each belongs to an account and has scopes and an end day.

As with sessions, `at` is the real instant, and the database has digests only.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlmodel import SQLModel, col, func, select, update

from rulebooks import ZONE
from states.reasons import Id, Refused
from states.texts import unfit_line
from states.vocabulary import TokenScope
from storage.account_notices import tell_holder
from storage.accounts import JOINED, OF_VISITOR, SEEN, Visitor, note_use, visitor_from
from storage.credentials import token_digest
from storage.errors import AccountRefused
from storage.register import Register
from storage.statements import Rows, reading, transaction
from storage.tables.accounts import TokenRow

PREFIX = "duban_"
"""The prefix of every token, by which one leaked into a file or a log can be found."""

LONGEST = timedelta(days=366)
MOST = 20
"""The most valid tokens of one account."""


@dataclass(frozen=True)
class Token:
    """A token as people see it; its secret is shown once, when it is made."""

    id: str
    account: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    revoked_by: str

    def works(self, at: datetime) -> bool:
        return self.revoked_at is None and at < self.expires_at


class Tokens:
    """The tokens of a register's accounts; every call is one transaction."""

    def __init__(self, register: Register) -> None:
        self.register = register
        self.sql = register.layout.sql
        self.rows = Rows(self.sql, SQLModel.metadata.tables["tokens"])

    def make(
        self, account: str, name: str, scopes: Iterable[str], at: datetime, lasts: timedelta
    ) -> tuple[str, Token]:
        """Make a token: returns its secret, which is not stored, and its list entry.

        Raises AccountRefused for unknown scopes, a bad name or duration, or an account with too many tokens.
        """
        wanted = tuple(scope for scope in TokenScope.values() if scope in set(scopes))
        if not wanted or set(scopes) - set(TokenScope.values()):
            raise AccountRefused(Refused("token_scopeless", known=tuple(TokenScope)))
        if not name.strip() or len(name) > 64 or unfit_line("name", name):
            raise AccountRefused(Refused("token_unnamed"))
        if not timedelta(0) < lasts <= LONGEST:
            raise AccountRefused(Refused("token_too_long", days=LONGEST.days))
        secret = PREFIX + secrets.token_urlsafe(32)
        made = Token(uuid4().hex[:16], account, name.strip(), wanted, at, at + lasts, None, None, "")
        with transaction(self.register.engine) as cursor:
            works = TokenRow.account == account, col(TokenRow.revoked_at).is_(None), TokenRow.expires_at > at
            working = cursor.session.exec(select(func.count()).select_from(TokenRow).where(*works)).one()
            if working >= MOST:
                raise AccountRefused(Refused("too_many_tokens", account=Id(account), count=working))
            kept = made.__dict__ | {"token": token_digest(secret), "scopes": " ".join(wanted)}
            cursor.session.add(TokenRow(**kept))
            words = f"用您的账号 {account} 发了一个新令牌：{made.name}，{made.expires_at.astimezone(ZONE):%F} 到期"
            english = f"a new token of your account {account}: {made.name}"
            tell_holder(self.register, cursor, account, words, english, at)
        return secret, made

    def visitor(self, secret: str, at: datetime, today: date) -> tuple[Visitor, Token] | None:
        """The visitor with this token at `at`, and the token; None when it ended or the account was closed."""
        mark = self.sql.mark
        key = token_digest(secret)
        with reading(self.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT {', '.join(f't.{name}' for name in self.rows.names)}, {OF_VISITOR} "
                f"FROM tokens t JOIN accounts a ON a.name = t.account {JOINED} "
                f"WHERE t.token = {mark} AND t.revoked_at IS NULL AND a.disabled_at IS NULL",
                [key],
            )
            if not rows:
                return None
            (kept,) = self.rows.dicts([rows[0][: len(self.rows.names)]])
            token = _token(kept)
            if not token.works(at):
                return None
            visitor = visitor_from(cursor, self.register, rows[0][len(self.rows.names) :], "", today)
        if visitor is None:
            return None
        if token.used_at is None or at - token.used_at >= SEEN:
            note_use(self.register, update(TokenRow).where(col(TokenRow.token) == key).values(used_at=at))
        return visitor, token

    def listed(self, account: str = "") -> list[Token]:
        """The tokens of an account, or all, the newest first; ended ones too."""
        chosen = select(TokenRow).order_by(col(TokenRow.created_at).desc(), TokenRow.id)
        if account:
            chosen = chosen.where(TokenRow.account == account)
        with reading(self.register.engine) as cursor:
            return [_token(row.model_dump()) for row in cursor.session.exec(chosen)]

    def revoke(self, id_: str, at: datetime, by: str, account: str = "") -> bool:
        """End a token (of this account, where given) at once; False when there is none that works."""
        works = update(TokenRow).where(col(TokenRow.id) == id_, col(TokenRow.revoked_at).is_(None))
        if account:
            works = works.where(col(TokenRow.account) == account)
        with transaction(self.register.engine) as cursor:
            return cursor.session.exec(works.values(revoked_at=at, revoked_by=by)).rowcount == 1


def _token(kept: dict[str, Any]) -> Token:
    del kept["token"]
    return Token(**kept | {"scopes": tuple(kept["scopes"].split())})
