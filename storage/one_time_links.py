"""One-time links: to choose a password, to begin a duty, to evaluate one reply, to look at a demonstration."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col

from states.reasons import Given, Refused
from states.vocabulary import Duty
from storage.accesses import Accesses
from storage.account_notices import tell_holder
from storage.account_rows import known_account, note_power, standing_of, tell_of_duty
from storage.batch import Outcome
from storage.credentials import end_credentials, end_links, token_digest
from storage.errors import AccountRefused
from storage.passwords import FAILURES
from storage.register import Also
from storage.statements import Cursor, reading, transaction
from storage.tables.accounts import LinkRow
from storage.typed_rows import locked


class LinkGone(Exception):
    """A one-time link was used or revoked while its holder's act was being taken."""


@dataclass(frozen=True)
class Link:
    """A one-time link that still works."""

    purpose: str
    account: str
    case_id: str
    deputy: str
    round: int
    expires_at: datetime
    code: str = ""
    """The digest of a code that must be typed as well, '' for most."""


class Links(Accesses):
    """The one-time links of a register; every call is one transaction."""

    def link_to_sign_in(self, account: str, at: datetime, by: str, lasts: timedelta) -> str:
        """The token of a link by which the account's holder chooses a password; earlier ones no longer work."""
        with transaction(self.register.engine) as cursor:
            token = self.reset(cursor, account, at, by, lasts)
            words = f"{by} 重发 {account} 的一次性链接"
            tell_of_duty(self.register, cursor, account, at, words, f"{by} reset {account}")
            return token

    def reset(
        self, cursor: Cursor, account: str, at: datetime, by: str, lasts: timedelta, code: str = ""
    ) -> str:
        """`link_to_sign_in` inside a transaction; the holder is notified. `code` is the digest of a code to type.

        Sessions, tokens and earlier links of the account end; its password works until another one is chosen.
        """
        account_row = known_account(cursor.session, account)
        end_credentials(cursor.session, at, by, account=account)
        note_power(cursor.session, at, by, "account.link", account, "", standing_of(cursor.session, account))
        if account_row.password:
            words = f"{by} 重发了您账号 {account} 的一次性链接，原来的登录、令牌和链接都失效了"
            english = f"{by} reset your account {account}; sessions, tokens and links from before have ended"
            tell_holder(self.register, cursor, account, words, english, at)
        return new_link(cursor.session, "sign-in", at, by, lasts, account=account, code=code)

    def first_link(self, duty: str, at: datetime, lasts: timedelta) -> str:
        """The token of a link by which the first administrator of a duty chooses a name and a password.

        It works while nobody has the duty; a new one revokes earlier ones.
        """
        if duty not in Duty.values():
            raise AccountRefused(Refused("unknown_duty", duty=Given(duty), known=tuple(Duty)))
        with transaction(self.register.engine) as cursor:
            end_links(cursor.session, at, col(LinkRow.purpose) == "first", col(LinkRow.account) == duty)
            return new_link(cursor.session, "first", at, "console", lasts, account=duty)

    def demo_link(self, account: str, at: datetime, lasts: timedelta) -> str:
        """The token of a link that signs in without a password; only a demonstration takes it."""
        with transaction(self.register.engine) as cursor:
            return new_link(cursor.session, "demo", at, "demo", lasts, account=account)

    def link_to_evaluate(
        self, case_id: str, deputy: str, round_: int, at: datetime, by: str, lasts: timedelta
    ) -> str:
        """The token of a link by which the deputy evaluates this round; earlier ones no longer work."""
        with transaction(self.register.engine) as cursor:
            _end_evaluation_links(cursor.session, case_id, deputy, at)
            return new_link(
                cursor.session, "evaluate", at, by, lasts, case_id=case_id, deputy=deputy, round_=round_
            )

    def revoke_evaluation_links(self, case_id: str, deputy: str, at: datetime) -> int:
        """Revoke the unused links of a deputy to evaluate this case, and return how many."""
        with transaction(self.register.engine) as cursor:
            return _end_evaluation_links(cursor.session, case_id, deputy, at)

    def link(self, token: str, at: datetime) -> Link | None:
        """The link of a token; None when it is unknown, used, revoked or too old."""
        with reading(self.register.engine) as cursor:
            row = cursor.session.get(LinkRow, token_digest(token))
        if row is None or row.used_at or row.revoked_at or row.expires_at <= at:
            return None
        return Link(row.purpose, row.account, row.case_id, row.deputy, row.round, row.expires_at, row.code)

    def using(self, token: str, at: datetime, entry: Mapping[str, Any]) -> Also:
        """For `Register.apply`: uses the link and writes the entry of `access` in the transaction of the act.

        Raises LinkGone, which rolls the act back, when the link no longer works by then.
        """

        def beside(cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
            if not any(outcome.done for outcome in outcomes):
                return
            if not use_link(cursor.session, token, at):
                raise LinkGone
            self.accesses.insert(cursor, [dict(entry)])

        return beside


def use_link(session: Session, token: str, at: datetime, code: str = "") -> bool:
    """Use the link; False when it no longer works or needs another code. Of two concurrent calls one is True."""
    link = locked(session, LinkRow, token_digest(token))
    if link is None or link.used_at is not None:
        return False
    typed = token_digest("".join(code.split()).lower()) if code else ""
    if link.revoked_at is None and link.expires_at > at and link.code == typed:
        link.used_at = at
        return True
    if link.code:
        link.failures += 1
        if link.failures >= FAILURES:
            link.revoked_at = at
    return False


def new_link(
    session: Session, purpose: str, at: datetime, by: str, lasts: timedelta, *, account: str = "",
    case_id: str = "", deputy: str = "", round_: int = 0, code: str = "",
) -> str:  # fmt: skip
    token = secrets.token_urlsafe(24)
    row = LinkRow(
        token=token_digest(token), purpose=purpose, account=account, case_id=case_id, deputy=deputy, round=round_,
        created_at=at, created_by=by, expires_at=at + lasts, used_at=None, revoked_at=None, code=code,
    )  # fmt: skip
    session.add(row)
    return token


def _end_evaluation_links(session: Session, case_id: str, deputy: str, at: datetime) -> int:
    of_case = col(LinkRow.purpose) == "evaluate", col(LinkRow.case_id) == case_id
    return end_links(session, at, *of_case, col(LinkRow.deputy) == deputy)
