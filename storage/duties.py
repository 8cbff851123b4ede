"""Acts on administrators' accounts, and resets of devices: one administrator requests them, another confirms.

Both hold a duty, a different one, and are different people. Without such a second person only the console can.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session, col, select

from states.reasons import Given, Id, Label, Refused
from states.vocabulary import AccountAct, Duty
from storage.account_notices import tell_audit
from storage.account_rows import close_account, make_account, note_power
from storage.accounts import Accounts
from storage.credentials import token_digest
from storage.directory import new_code
from storage.errors import AccountRefused
from storage.humans import human, people_behind
from storage.register import Register
from storage.statements import Cursor, reading, transaction
from storage.tables.accounts import AccountRow
from storage.tables.powers import DutyRequestRow
from storage.typed_rows import locked

MAKING_LINKS = (AccountAct.CREATE, AccountAct.LINK)
LASTS = timedelta(days=7)
"""How long a request waits."""
CODE_LENGTH = 10


@dataclass(frozen=True)
class DutyRequest:
    """A request that waits."""

    id: str
    at: datetime
    by: str
    what: str
    account: str
    duty: str
    holder: str


class Duties:
    """The requests of a register's administrators; every call is one transaction."""

    def __init__(self, accounts: Accounts) -> None:
        self.accounts = accounts
        self.register: Register = accounts.register

    def ask(self, what: str, account: str, by: str, at: datetime, duty: str = "", holder: str = "") -> str:
        """Ask for an act on an account; the code that the requester hands to its holder, '' where none is needed.

        Raises AccountRefused when the act cannot be, or nobody could confirm it.
        """
        with transaction(self.register.engine) as cursor:
            duty = self._check(cursor, what, account, duty)
            if human(cursor.session, holder) & people_behind(cursor.session, by):
                raise AccountRefused(Refused("asks_for_themselves", actor=Id(by)))
            if not self._seconds(cursor, by, account, holder):
                command = f"{what} --duty" if what == AccountAct.CREATE else what
                raise AccountRefused(Refused("nobody_to_confirm", command=Label(command)))
            code = new_code()[:CODE_LENGTH] if what in MAKING_LINKS else ""
            row = DutyRequestRow(
                id=uuid4().hex[:16], at=at, by=by, what=what, account=account, duty=duty,
                holder=holder.strip()[:64], code=token_digest(code) if code else "", outcome="", decided_at=None,
                decided_by="",
            )  # fmt: skip
            cursor.session.add(row)
            self._tell(
                cursor,
                at,
                f"{by} 申请：{AccountAct.name_of(what)} {account}",
                f"{by} asks to {what}: {account}",
                f"duty.asked-{what}",
                account,
                by,
            )
        return code

    def confirm(self, id_: str, by: str, at: datetime, lasts: timedelta) -> tuple[DutyRequest, str]:
        """Carry out a request; returns it with the token of the link, '' where there is none.

        Raises AccountRefused when it no longer waits, or `by` is not a second person with another duty.
        """
        with transaction(self.register.engine) as cursor:
            row = _waiting(cursor.session, id_, at)
            request = _request(row)
            if by not in self._seconds(cursor, request.by, request.account, request.holder):
                raise AccountRefused(
                    Refused("cannot_confirm", actor=Id(by), asker=Id(request.by), account=Id(request.account))
                )
            row.outcome, row.decided_by, row.decided_at = "confirmed", by, at
            token = self._do(cursor, request, row.code, f"{request.by}+{by}", at, lasts)
            words = f"{by} 确认 {request.by} 的申请：{AccountAct.name_of(request.what)} {request.account}"
            english = f"{by} confirmed what {request.by} asked for: {request.what} {request.account}"
            self._tell(cursor, at, words, english, f"duty.{request.what}", request.account, by)
        return request, token

    def refuse(self, id_: str, by: str, at: datetime) -> DutyRequest:
        """Drop a request; the requester may do so, too."""
        with transaction(self.register.engine) as cursor:
            row = _waiting(cursor.session, id_, at)
            request = _request(row)
            row.outcome, row.decided_by, row.decided_at = "refused", by, at
            words = f"{by} 不同意 {request.by} 的申请：{AccountAct.name_of(request.what)} {request.account}"
            english = f"{by} refused what {request.by} asked for: {request.what} {request.account}"
            self._tell(cursor, at, words, english, "duty.refused", request.account, by)
        return request

    def waiting(self, at: datetime) -> list[DutyRequest]:
        """The requests that wait, the oldest first."""
        row = DutyRequestRow
        undecided = select(row).where(row.outcome == "").order_by(col(row.at), row.id)
        with reading(self.register.engine) as cursor:
            return [_request(stored) for stored in cursor.session.exec(undecided) if stored.at + LASTS > at]

    def alone(self) -> list[str]:
        """The duties whose requests nobody else could confirm: for them only the console acts on administrators."""
        with reading(self.register.engine) as cursor:
            holders = self._administrators(cursor)
            return [
                duty
                for duty in Duty.values()
                if not any(self._seconds(cursor, name, "", "") for name, of in holders.items() if of == duty)
            ]

    def unnamed(self) -> list[str]:
        """The administrators whose human is not recorded: two of them may be one person."""
        with reading(self.register.engine) as cursor:
            row = AccountRow
            unnamed = select(row.name).where(row.duty != "", row.holder == "", col(row.disabled_at).is_(None))
            return [*cursor.session.exec(unnamed.order_by(row.name))]

    # -- inside ------------------------------------------------------------------------------------------------

    def _check(self, cursor: Cursor, what: str, account: str, duty: str) -> str:
        """The duty that the act is about, '' for the device of a person."""
        if what not in AccountAct.values():
            raise AccountRefused(Refused("unknown_act", act=Given(what), known=tuple(AccountAct)))
        row = cursor.session.get(AccountRow, account)
        if what == AccountAct.CREATE:
            if duty not in Duty.values() or not account or len(account) > 64:
                raise AccountRefused(Refused("administrator_unnamed", known=tuple(Duty)))
            if row is not None:
                raise AccountRefused(Refused("account_exists", account=Id(account)))
            return duty
        if row is None:
            raise AccountRefused(Refused("no_account", account=Id(account)))
        if what != AccountAct.DEVICE and not row.duty:
            raise AccountRefused(Refused("done_by_one", account=Id(account)))
        return row.duty

    def _administrators(self, cursor: Cursor) -> dict[str, str]:
        """The administrators whose accounts are usable now, with their duty."""
        row = AccountRow
        able = select(row.name, row.duty).where(row.duty != "", row.password != "", col(row.disabled_at).is_(None))
        return dict(cursor.session.exec(able).all())

    def _seconds(self, cursor: Cursor, by: str, account: str, holder: str) -> list[str]:
        """Who could confirm a request of `by`: another person with another duty whom it does not concern."""
        holders = self._administrators(cursor)
        about = human(cursor.session, holder)
        if account:
            about |= people_behind(cursor.session, account)
        first = people_behind(cursor.session, by)
        return [
            name
            for name, duty in holders.items()
            if duty != holders.get(by)
            and by in holders
            and not people_behind(cursor.session, name) & (first | about)
        ]

    def _do(self, cursor: Cursor, request: DutyRequest, code: str, by: str, at: datetime, lasts: timedelta) -> str:
        if request.what == AccountAct.CREATE:
            make_account(cursor.session, request.account, at, by, duty=request.duty, holder=request.holder)
        if request.what in MAKING_LINKS:
            return self.accounts.reset(cursor, request.account, at, by, lasts, code)
        if request.what == AccountAct.DEVICE:
            self.accounts.forget_device(cursor, request.account, at, by)
        else:
            close_account(cursor.session, request.account, at if request.what == AccountAct.DISABLE else None, by, at)
        return ""

    def _tell(
        self, cursor: Cursor, at: datetime, words: str, english: str, what: str, account: str, by: str
    ) -> None:
        tell_audit(self.register, cursor, words, english, at)
        note_power(cursor.session, at, by, what, account)


def _waiting(session: Session, id_: str, at: datetime) -> DutyRequestRow:
    row = locked(session, DutyRequestRow, id_)
    if row is None or row.outcome or row.at + LASTS <= at:
        raise AccountRefused(Refused("request_over"))
    return row


def _request(row: DutyRequestRow) -> DutyRequest:
    return DutyRequest(row.id, row.at, row.by, row.what, row.account, row.duty, row.holder)
