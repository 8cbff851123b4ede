"""Entering by a link, or with a new password: what it changes and the session are one transaction.

Where the database fails in between, the link is unused and the password the old one: the person tries again later.
"""

from datetime import datetime

from sqlmodel import select

from states.reasons import Refused
from states.vocabulary import Duty
from storage.account_rows import known_account, make_account, tell_of_duty
from storage.credentials import token_digest
from storage.errors import AccountRefused
from storage.one_time_links import Links, use_link
from storage.passwords import store_password
from storage.proving import Proofs
from storage.sessions import Standing
from storage.statements import transaction
from storage.tables.accounts import AccountRow, LinkRow


class Entering(Links, Proofs):
    """The ways in that change an account; each returns the token of a session (`begin_session`)."""

    def begin(
        self, token: str, name: str, hashed: str, at: datetime, holder: str = "", address: str = "", how: str = ""
    ) -> str:
        """Use a first link: make the administrator's account with a password; a device is still to be enrolled.

        Raises AccountRefused, and leaves the link unused, when the name is refused or the duty is taken.
        """
        with transaction(self.register.engine) as cursor:
            link = cursor.session.get(LinkRow, token_digest(token))
            if link is None or link.purpose != "first" or not use_link(cursor.session, token, at):
                raise AccountRefused(Refused("link_over"))
            duty = link.account
            if cursor.session.exec(select(AccountRow.name).where(AccountRow.duty == duty)).first() is not None:
                raise AccountRefused(Refused("duty_has_account", duty=Duty(duty)))
            make_account(cursor.session, name, at, "console", "", duty, holder)
            words = f"{Duty(duty).zh} {name} 用第一个链接开始任职"
            tell_of_duty(self.register, cursor, name, at, words, f"{name} began as {duty}")
            known_account(cursor.session, name).password = hashed
            return self.begin_session(cursor, name, at, "enrol", address, how)

    def enter_by_link(
        self, token: str, account: str, at: datetime, code: str = "", hashed: str = "", standing: Standing = "",
        address: str = "", how: str = "",
    ) -> str | None:  # fmt: skip
        """Use the link and set the password, if any; None when it no longer works or needs another code."""
        with transaction(self.register.engine) as cursor:
            if not use_link(cursor.session, token, at, code):
                return None
            if hashed:
                store_password(cursor.session, account, hashed, at)
            return self.begin_session(cursor, account, at, standing, address, how)

    def renew_password(self, name: str, hashed: str, at: datetime, address: str = "") -> str:
        """`set_password`, with a new session for whoever sets it."""
        with transaction(self.register.engine) as cursor:
            store_password(cursor.session, name, hashed, at)
            return self.begin_session(cursor, name, at, "", address, "")
