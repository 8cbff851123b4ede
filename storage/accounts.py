"""Who may sign in: accounts, sessions, one-time links, mandates, and the log of who looked at what.

`at` is always the real instant, also where the register's own clock is moved: a rehearsed year ends no session.
Tokens are kept as digests only: whoever reads the database can neither sign in nor evaluate with what is there.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Update
from sqlalchemy.orm import aliased
from sqlmodel import Session as RowSession
from sqlmodel import SQLModel, col, delete, select, update

from states.reasons import Given, Id, Refused
from states.roles import Role
from states.vocabulary import Duty
from storage.access_log import AccessLog
from storage.batch import Outcome
from storage.credentials import end_credentials, end_links
from storage.errors import Busy, RefusedByRule
from storage.jobs import SKEW
from storage.patience import waiting_at_most
from storage.power_log import power_change, region_of, region_of_account
from storage.register import Also, Register
from storage.rolls import below
from storage.second_factor import (
    new_recovery_codes,
    new_secret,
    recovery_digest,
    step_of,
    take_recovery_code,
    take_step,
)
from storage.statements import Cursor, Rows, reading, transaction
from storage.tables import AccountRow, LinkRow, MandateRow, PersonRow, RecoveryCodeRow, SessionRow, UnitRow
from storage.telling import tell_audit, tell_holder
from storage.typed_rows import locked, put

FAILURES = 5
"""Wrong passwords in a row after which an account is locked."""
LOCKED = timedelta(minutes=15)
IDLE = timedelta(hours=2)
SESSION = timedelta(hours=12)
PROVING = timedelta(minutes=10)
"""How long somebody with the right password may take to show a code."""
SEEN = timedelta(minutes=1)
"""How often a session notes that it is still in use."""


class AccountRefused(RefusedByRule):
    """An account cannot be made or changed so."""


class LinkGone(Exception):
    """A one-time link was used up or revoked while its holder's act was under way."""


@dataclass(frozen=True)
class Visitor:
    """Somebody signed in, as the directory knows them now: a change of role or unit holds from the next request on.

    `role` is that of the directory, or '' for an administrator, whose `duty` then says which. `deputies` are
    those for whom an assistant may act today, `places` those where a deputy receives or a clerk works.
    """

    account: str
    duty: str
    csrf: str
    person: str
    name: str
    role: str
    unit: str
    unit_name: str
    region: str
    deputies: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


Standing = Literal["", "code", "enrol"]
"""What a session still wants before it lets somebody in."""


@dataclass(frozen=True)
class Session:
    """Where somebody is signed in; `id` is the digest of what the browser holds, and lets nobody in."""

    id: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    address: str


@dataclass(frozen=True)
class Proving:
    """Somebody with the right password who still has to show a code; `secret` is for a device to be enrolled."""

    account: str
    standing: str
    secret: str


@dataclass(frozen=True)
class Proved:
    """A whole session, and after an enrolment the recovery codes, told once."""

    account: str
    token: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """A one-time link that may still be used."""

    purpose: str
    account: str
    case_id: str
    deputy: str
    round: int
    expires_at: datetime
    code: str = ""
    """The digest of what must be typed besides, '' for most."""


def digest(token: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


class Accounts:
    """Accounts and what hangs on them, in the database of a register; every call is one transaction.

    With a `log` entries of the access log are kept there first, so that whoever only reads waits for no writer.
    """

    def __init__(self, register: Register, log: AccessLog | None = None) -> None:
        self.log = log
        self.register = register
        self.sql = register.layout.sql
        tables = SQLModel.metadata.tables
        self.accesses = Rows(self.sql, tables["accesses"])

    # -- accounts ----------------------------------------------------------------------------------------------

    def none_yet(self) -> bool:
        """Whether nobody has an account."""
        with reading(self.register.engine) as cursor:
            return cursor.session.exec(select(AccountRow.name).limit(1)).first() is None

    def create(
        self, name: str, at: datetime, by: str, person: str = "", duty: str = "", holder: str = ""
    ) -> None:
        """An account without a password, for a person of the directory or for an administrator's duty.

        An administrator's is the console's to make; else `storage.duties` asks for two. Raises AccountRefused when
        the name is taken, the person unknown or already has one, or the duty is none.
        """
        with transaction(self.register.engine) as cursor:
            self.make(cursor, name, at, by, person, duty, holder)
            self._tell_of_duty(cursor, name, at, f"{by} 新建账号 {name}", f"{by} made the account {name}")

    def listed(self) -> list[dict[str, Any]]:
        """Every account with the person's name, role and unit's name, and whether a password was chosen; by name."""
        held_by = select(AccountRow, PersonRow, UnitRow).outerjoin(
            PersonRow, col(PersonRow.id) == AccountRow.person
        )  # fmt: skip
        everybody = held_by.outerjoin(UnitRow, col(UnitRow.id) == PersonRow.unit).order_by(AccountRow.name)
        with reading(self.register.engine) as cursor:
            return [_as_listed(*rows) for rows in cursor.session.exec(everybody)]

    def password_of(self, name: str, at: datetime) -> str | None:
        """The hash to compare with; None when there is no such account, it is disabled, locked or has none."""
        with reading(self.register.engine) as cursor:
            account = cursor.session.get(AccountRow, name)
        if account is None or account.disabled_at or not account.password:
            return None
        if account.locked_until and at < account.locked_until <= at + LOCKED + SKEW:
            return None  # a lock that would last longer was set by a clock that ran ahead
        return account.password

    def failed(self, name: str, at: datetime) -> None:
        """Count a wrong password; the fifth in a row locks the account for a quarter of an hour."""
        with transaction(self.register.engine) as cursor:
            account = locked(cursor.session, AccountRow, name)
            if account is not None:
                account.failures += 1
                if account.failures >= FAILURES:
                    account.failures, account.locked_until = 0, at + LOCKED

    def set_password(self, name: str, hashed: str, at: datetime) -> None:
        """Keep a new password; sessions, tokens and open links of the account end, and a lock is lifted."""
        with transaction(self.register.engine) as cursor:
            account = locked(cursor.session, AccountRow, name)
            if account is not None:
                account.password, account.failures, account.locked_until = hashed, 0, None
                end_credentials(cursor.session, at, name, account=name)

    def rehash(self, name: str, hashed: str) -> None:
        """Keep the same password as a stronger hash; nothing ends by it."""
        with transaction(self.register.engine) as cursor:
            account = locked(cursor.session, AccountRow, name)
            if account is not None:
                account.password = hashed

    def disable(self, name: str, at: datetime, by: str = "console") -> None:
        """Close an account from `at` on, its sessions, links and tokens with it; raises AccountRefused."""
        with transaction(self.register.engine) as cursor:
            self.close(cursor, name, at, by, at)
            self._tell_of_duty(cursor, name, at, f"{by} 停用账号 {name}", f"{by} closed {name}")

    def enable(self, name: str, at: datetime, by: str = "console") -> None:
        """Open a closed account again, without the sessions, links and tokens that it had; raises AccountRefused."""
        with transaction(self.register.engine) as cursor:
            self.close(cursor, name, None, by, at)
            self._tell_of_duty(cursor, name, at, f"{by} 恢复账号 {name}", f"{by} opened {name}")

    def close(self, cursor: Cursor, name: str, disabled_at: datetime | None, by: str, at: datetime) -> None:
        """`disable` inside a transaction, which tells nobody."""
        self._known(cursor, name).disabled_at = disabled_at
        if disabled_at:
            end_credentials(cursor.session, at, by, account=name)
            self.note_power(cursor, at, by, "account.disabled", name)
        else:
            self.note_power(cursor, at, by, "account.enabled", name, "", self._standing(cursor, name))

    # -- sessions ----------------------------------------------------------------------------------------------

    def sign_in(self, name: str, at: datetime, standing: Standing = "", address: str = "") -> str:
        """A new session; its token is told once and never kept. Failures are forgotten once it is whole.

        With a `standing` it lets nobody in yet, and lasts a few minutes: `prove` makes another one of it.
        """
        token = secrets.token_urlsafe(32)
        lasts = PROVING if standing else SESSION
        begun = SessionRow(
            token=digest(token), account=name, csrf=secrets.token_urlsafe(24), created_at=at, seen_at=at,
            expires_at=at + lasts, ended_at=None, standing=standing,
            secret=new_secret() if standing == "enrol" else "", address=address[:64],
        )  # fmt: skip
        with transaction(self.register.engine) as cursor:
            cursor.session.add(begun)
            if not standing:
                account = self._known(cursor, name)
                account.failures, account.locked_until = 0, None
        return token

    # -- the second factor ---------------------------------------------------------------------------------------

    def wanted_of(self, name: str, roles: Collection[str] = ()) -> Standing:
        """What somebody with the right password still has to show: the code of their device, or a device first.

        The three administrators always have to, people in these roles where the office wants it, and whoever did once.
        """
        with reading(self.register.engine) as cursor:
            account = cursor.session.get(AccountRow, name)
            person = cursor.session.get(PersonRow, account.person) if account and roles else None
        if account is None:
            return ""
        if account.totp:
            return "code"
        return "enrol" if account.duty or (person and person.role in roles) else ""

    def proving(self, token: str, at: datetime) -> Proving | None:
        """The session that still has to show a code; None when there is none, or it took too long."""
        with reading(self.register.engine) as cursor:
            return self._proving(cursor, token, at)

    def prove(self, token: str, code: str, at: datetime, address: str = "") -> Proved | None:
        """Make a whole session of one that shows the right code; None, and a failure counted, for a wrong one.

        A code works once, a recovery code too; an account that is locked or closed shows nothing.
        """
        with transaction(self.register.engine) as cursor:
            found = self._proving(cursor, token, at)
            if found is None:
                return None
            codes: list[str] = []
            if found.standing == "enrol":
                codes = self._enrol(cursor, found, code, at)
                good = bool(codes)
            else:
                good = self._shown(cursor, found.account, code, at)
            if good:
                cursor.session.exec(delete(SessionRow).where(col(SessionRow.token) == digest(token)))
        if not good:
            self.failed(found.account, at)
            return None
        return Proved(found.account, self.sign_in(found.account, at, address=address), tuple(codes))

    def forget_device(self, cursor: Cursor, account: str, at: datetime, by: str) -> None:
        """Take a lost device away: the next signing in enrols another. Sessions, tokens and open links end."""
        self._known(cursor, account).totp = ""
        cursor.session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account) == account))
        end_credentials(cursor.session, at, by, account=account)
        self.note_power(cursor, at, by, "account.device", account)
        words = f"{by} 解除了您账号 {account} 的验证设备"
        tell_holder(self.register, cursor, account, words, f"{by} took away the device of your account {account}", at)

    def held_by(self, account: str, holder: str, at: datetime, by: str) -> None:
        """Note which human has a duty, by name or id in the directory."""
        human = holder.strip()[:64]
        with transaction(self.register.engine) as cursor:
            administrator = locked(cursor.session, AccountRow, account)
            if administrator is None or not administrator.duty:
                raise AccountRefused(Refused("not_an_administrator", account=Id(account)))
            administrator.holder = human
            self.note_power(cursor, at, by, "account.holder", account, "", human)
            words, english = f"{by} 记下 {account} 由 {human} 担任", f"{by} noted who holds {account}"
            self._tell_of_duty(cursor, account, at, words, english)

    def lose_device(self, account: str, at: datetime, by: str) -> None:
        """`forget_device` for the console; the audit administrators are told whoever's it was."""
        with transaction(self.register.engine) as cursor:
            self.forget_device(cursor, account, at, by)
            words = f"{by} 解除了 {account} 的验证设备"
            tell_audit(self.register, cursor, words, f"{by} took away the device of {account}", at)

    def _proving(self, cursor: Cursor, token: str, at: datetime) -> Proving | None:
        begun = cursor.session.get(SessionRow, digest(token))
        if begun is None or not begun.standing or begun.ended_at or begun.expires_at <= at:
            return None
        account = cursor.session.get_one(AccountRow, begun.account)
        if account.disabled_at or (account.locked_until and account.locked_until > at):
            return None
        return Proving(begun.account, begun.standing, begun.secret)

    def _shown(self, cursor: Cursor, account: str, code: str, at: datetime) -> bool:
        found = cursor.session.get(AccountRow, account)
        if found is None or not found.totp:
            return False
        step = step_of(found.totp, code, at)
        if step is not None:
            return take_step(cursor.session, account, step)
        return take_recovery_code(cursor.session, account, code, at)

    def _enrol(self, cursor: Cursor, found: Proving, code: str, at: datetime) -> list[str]:
        """Keep the device that shows the right code, and new recovery codes; none for a wrong code."""
        step = step_of(found.secret, code, at)
        account = locked(cursor.session, AccountRow, found.account)
        if step is None or account is None or account.totp:
            return []
        account.totp, account.totp_step = found.secret, step
        codes = new_recovery_codes()
        cursor.session.exec(delete(RecoveryCodeRow).where(col(RecoveryCodeRow.account) == found.account))
        cursor.session.add_all(
            RecoveryCodeRow(account=found.account, code=recovery_digest(one), used_at=None) for one in codes
        )
        self.note_power(cursor, at, found.account, "account.enrolled", found.account)
        return codes

    # -- sessions that are whole ---------------------------------------------------------------------------------

    def sessions_of(self, account: str, at: datetime) -> list[Session]:
        """The sessions of an account that still hold, the one used last first."""
        row = SessionRow
        whole = select(row).where(row.account == account, col(row.ended_at).is_(None), row.standing == "")
        with reading(self.register.engine) as cursor:
            rows = cursor.session.exec(whole.order_by(col(row.seen_at).desc())).all()
        return [
            Session(one.token, one.created_at, one.seen_at, one.expires_at, one.address)
            for one in rows
            if at < min(one.expires_at, one.seen_at + IDLE)
        ]

    def end_session(self, account: str, id_: str, at: datetime) -> bool:
        """End one of the account's sessions by its id; False when there is none."""
        with transaction(self.register.engine) as cursor:
            found = locked(cursor.session, SessionRow, id_)
            if found is None or found.account != account or found.ended_at:
                return False
            found.ended_at = at
            return True

    def sign_out_everywhere(self, account: str, at: datetime) -> None:
        """End every session, token and unused link of the account; its password stays."""
        with transaction(self.register.engine) as cursor:
            end_credentials(cursor.session, at, account, account=account)

    def sign_out(self, token: str, at: datetime) -> None:
        """End a session; a second call changes nothing."""
        with transaction(self.register.engine) as cursor:
            found = locked(cursor.session, SessionRow, digest(token))
            if found is not None and found.ended_at is None:
                found.ended_at = at

    def visitor(self, token: str, at: datetime, today: date, use: bool = True) -> Visitor | None:
        """Who holds this session at `at`; None when it ended, was idle too long, or the account was closed.

        Asked for every page: one statement of the cursor.

        Without `use` the session does not note that it is in use: it is only asked whether it still holds.
        """
        mark, sql = self.sql.mark, self.sql
        with reading(self.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT s.csrf, s.seen_at, s.expires_at, {OF_VISITOR} "
                f"FROM sessions s JOIN accounts a ON a.name = s.account {JOINED} "
                f"WHERE s.token = {mark} AND s.ended_at IS NULL AND s.standing = '' AND a.disabled_at IS NULL",
                [digest(token)],
            )
            if not rows:
                return None
            csrf, seen, expires, *found = rows[0]
            seen_at = sql.read_instant(seen)
            if at >= min(sql.read_instant(expires), seen_at + IDLE):  # a clock that was set back ends nothing
                return None
            visitor = visitor_from(cursor, self.register, found, csrf, today)
        if use and visitor is not None and (at - seen_at >= SEEN or at < seen_at):
            held = update(SessionRow).where(col(SessionRow.token) == digest(token))
            note_use(self.register, held.values(seen_at=at))
        return visitor

    # -- one-time links ------------------------------------------------------------------------------------------

    def link_to_sign_in(self, account: str, at: datetime, by: str, lasts: timedelta) -> str:
        """The token of a link by which the account's holder chooses a password; earlier ones no longer work."""
        with transaction(self.register.engine) as cursor:
            token = self.reset(cursor, account, at, by, lasts)
            self._tell_of_duty(cursor, account, at, f"{by} 重发 {account} 的一次性链接", f"{by} reset {account}")
            return token

    def reset(
        self, cursor: Cursor, account: str, at: datetime, by: str, lasts: timedelta, code: str = ""
    ) -> str:
        """`link_to_sign_in` inside a transaction; the holder is told. `code` is the digest of what must be typed too.

        Sessions, tokens and earlier links of the account end; its password works until another one is chosen.
        """
        known = self._known(cursor, account)
        end_credentials(cursor.session, at, by, account=account)
        self.note_power(cursor, at, by, "account.link", account, "", self._standing(cursor, account))
        if known.password:
            words = f"{by} 重发了您账号 {account} 的一次性链接，原来的登录、令牌和链接都失效了"
            english = f"{by} reset your account {account}; sessions, tokens and links from before have ended"
            tell_holder(self.register, cursor, account, words, english, at)
        return self._link(cursor, "sign-in", at, by, lasts, account=account, code=code)

    def first_link(self, duty: str, at: datetime, lasts: timedelta) -> str:
        """The token of a link by which the first administrator of a duty chooses a name and a password.

        It works while nobody has the duty; a new one makes earlier ones useless.
        """
        if duty not in Duty.values():
            raise AccountRefused(Refused("unknown_duty", duty=Given(duty), known=tuple(Duty)))
        with transaction(self.register.engine) as cursor:
            end_links(cursor.session, at, col(LinkRow.purpose) == "first", col(LinkRow.account) == duty)
            return self._link(cursor, "first", at, "console", lasts, account=duty)

    def begin(self, token: str, name: str, hashed: str, at: datetime, holder: str = "") -> str:
        """Use a first link up: the administrator's account, with a password; the duty.

        Raises AccountRefused, and leaves the link as it was, when the name cannot be or somebody has the duty.
        """
        with transaction(self.register.engine) as cursor:
            link = cursor.session.get(LinkRow, digest(token))
            if link is None or link.purpose != "first" or not self._use(cursor, token, at):
                raise AccountRefused(Refused("link_over"))
            duty = link.account
            if cursor.session.exec(select(AccountRow.name).where(AccountRow.duty == duty)).first() is not None:
                raise AccountRefused(Refused("duty_has_account", duty=Duty(duty)))
            self.make(cursor, name, at, "console", "", duty, holder)
            words = f"{Duty(duty).zh} {name} 用第一个链接开始任职"
            self._tell_of_duty(cursor, name, at, words, f"{name} began as {duty}")
            self._known(cursor, name).password = hashed
        return duty

    def demo_link(self, account: str, at: datetime, lasts: timedelta) -> str:
        """The token of a link that signs in without a password; only a demonstration takes it."""
        with transaction(self.register.engine) as cursor:
            return self._link(cursor, "demo", at, "demo", lasts, account=account)

    def link_to_evaluate(
        self, case_id: str, deputy: str, round_: int, at: datetime, by: str, lasts: timedelta
    ) -> str:
        """The token of a link by which the deputy evaluates this round; earlier ones no longer work."""
        with transaction(self.register.engine) as cursor:
            _end_evaluation_links(cursor.session, case_id, deputy, at)
            return self._link(
                cursor, "evaluate", at, by, lasts, case_id=case_id, deputy=deputy, round_=round_
            )

    def revoke_evaluation_links(self, case_id: str, deputy: str, at: datetime) -> int:
        """Make the unused links of a deputy to evaluate this case useless; how many there were."""
        with transaction(self.register.engine) as cursor:
            return _end_evaluation_links(cursor.session, case_id, deputy, at)

    def link(self, token: str, at: datetime) -> Link | None:
        """What the link is for; None when it is unknown, used, revoked or too old."""
        with reading(self.register.engine) as cursor:
            row = cursor.session.get(LinkRow, digest(token))
        if row is None or row.used_at or row.revoked_at or row.expires_at <= at:
            return None
        return Link(row.purpose, row.account, row.case_id, row.deputy, row.round, row.expires_at, row.code)

    def use(self, token: str, at: datetime, code: str = "") -> bool:
        """Use the link up; False when it no longer works, or wants another code. Of two calls at once one is True."""
        with transaction(self.register.engine) as cursor:
            return self._use(cursor, token, at, code)

    def using(self, token: str, at: datetime, entry: Mapping[str, Any]) -> Also:
        """For `Register.apply`: with the act that was done the link is used up and the entry of `access` is kept.

        Where the link no longer works by then, LinkGone is raised and nothing of the act stays.
        """

        def beside(cursor: Cursor, outcomes: Sequence[Outcome]) -> None:
            if not any(outcome.done for outcome in outcomes):
                return
            if not self._use(cursor, token, at):
                raise LinkGone
            self.accesses.insert(cursor, [dict(entry)])

        return beside

    # -- mandates --------------------------------------------------------------------------------------------------

    def mandate(self, proxy: str, deputy: str, since: date, until: date | None, by: str, at: datetime) -> None:
        """Let an assistant act for a deputy from `since` to `until`, both inclusive; a second call replaces it.

        `at` is the instant at which it is noted. Raises AccountRefused for the wrong roles, or an end before the start.
        """
        with transaction(self.register.engine) as cursor:
            session = cursor.session
            for person, role in ((proxy, Role.PROXY), (deputy, Role.DEPUTY)):
                known = session.get(PersonRow, person)
                if known is None or known.role != role:
                    raise AccountRefused(Refused("not_of_role", person=Id(person), role=role))
            if until is not None and until < since:
                raise AccountRefused(Refused("mandate_ends_first", end=until, start=since))
            said = f"{deputy} {since} – {until or ''}".strip()
            put(session, MandateRow(proxy=proxy, deputy=deputy, since=since, until=until, granted_by=by))
            session.add(power_change(at, by, "mandate.given", proxy, region_of(session, deputy), "", said))

    def mandates_listed(self, region: str | None = None) -> list[dict[str, Any]]:
        """Every mandate with both names, by assistant; of deputies of a region where given, of '' none."""
        proxy, deputy = aliased(PersonRow), aliased(PersonRow)
        given = (
            select(MandateRow, proxy.name, deputy.name)
            .outerjoin(proxy, col(proxy.id) == MandateRow.proxy)
            .outerjoin(deputy, col(deputy.id) == MandateRow.deputy)
            .order_by(MandateRow.proxy, MandateRow.deputy)
        )
        if region is not None:
            given = given.where(deputy.region == region, deputy.region != "")
        with reading(self.register.engine) as cursor:
            return [
                mandate.model_dump() | {"proxy_name": proxy_name, "deputy_name": deputy_name}
                for mandate, proxy_name, deputy_name in cursor.session.exec(given)
            ]

    # -- the access log ----------------------------------------------------------------------------------------------

    def note(
        self, at: datetime, account: str, role: str, what: str, case_id: str = "", address: str = "",
        refused: bool = False, **more: Any,
    ) -> None:  # fmt: skip
        """Keep that somebody did or saw something, or was refused; `more` as in `access`."""
        self.note_all([access(at, account, role, what, case_id, address, refused, **more)])

    def note_all(self, entries: Sequence[dict[str, Any]]) -> None:
        """Keep several entries, as `access` makes them, together. Raises NotKept where the log cannot be written."""
        if self.log is not None:
            self.log.keep(entries)
            return
        with transaction(self.register.engine) as cursor:
            self.accesses.insert(cursor, entries)

    def noted(
        self, account: str = "", case_id: str = "", limit: int = 200, refused: bool = False, skip: int = 0,
        region: str | None = None, names: bool = True,
    ) -> list[dict[str, Any]]:  # fmt: skip
        """The newest entries of the access log but `skip`, of one account or case, or the refused ones, where given.

        `region`: of the people of that region and below, and of everybody who came for a case of it. `protected` is an
        entry that tells which deputy is behind a case; without `names` none of them is found by its account.
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
        found = self.accesses.dicts([row[:-1] for row in rows])
        return [{**one, "protected": bool(row[-1])} for one, row in zip(found, rows, strict=True)]

    # -- inside --------------------------------------------------------------------------------------------------------

    def make(
        self, cursor: Cursor, name: str, at: datetime, by: str, person: str = "", duty: str = "", holder: str = ""
    ) -> None:
        """`create` inside a transaction, which tells nobody."""
        if not name or len(name) > 64 or name != name.strip():
            raise AccountRefused(Refused("bad_account_name", name=Given(name)))
        if bool(person) == bool(duty) or (duty and duty not in Duty.values()):
            raise AccountRefused(Refused("account_for_nobody", known=tuple(Duty)))
        session = cursor.session
        if session.get(AccountRow, name) is not None:
            raise AccountRefused(Refused("account_exists", account=Id(name)))
        if person:
            if session.get(PersonRow, person) is None:
                raise AccountRefused(Refused("nobody_of_directory", person=Id(person)))
            taken = session.exec(select(AccountRow.name).where(AccountRow.person == person)).first()
            if taken is not None:
                raise AccountRefused(Refused("person_has_account", person=Id(person), account=Id(taken)))
        row = AccountRow(
            name=name, person=person, duty=duty, password="", failures=0, locked_until=None, created_at=at,
            created_by=by, disabled_at=None, holder=holder.strip()[:64],
        )  # fmt: skip
        session.add(row)
        session.flush()
        self.note_power(cursor, at, by, "account.created", name, "", duty or self._standing(cursor, name))

    def note_power(
        self, cursor: Cursor, at: datetime, by: str, what: str, account: str, old: str = "", new: str = ""
    ) -> None:
        """Note that an account may do more, less or other than before."""
        region = region_of_account(cursor.session, account)
        cursor.session.add(power_change(at, by, what, account, region, old, new))

    def _tell_of_duty(self, cursor: Cursor, account: str, at: datetime, words: str, english: str) -> None:
        """The audit administrators are told at once of what happens to an administrator's account."""
        known = cursor.session.get(AccountRow, account)
        if known is not None and known.duty:
            tell_audit(self.register, cursor, words, english, at)

    def _standing(self, cursor: Cursor, account: str) -> str:
        """Who the account's holder is: role, unit and region."""
        known = cursor.session.get(AccountRow, account)
        person = cursor.session.get(PersonRow, known.person) if known else None
        return " ".join(part for part in (person.role, person.unit, person.region) if part) if person else ""

    def _use(self, cursor: Cursor, token: str, at: datetime, code: str = "") -> bool:
        link = locked(cursor.session, LinkRow, digest(token))
        if link is None or link.used_at is not None:
            return False
        typed = digest("".join(code.split()).lower()) if code else ""
        if link.revoked_at is None and link.expires_at > at and link.code == typed:
            link.used_at = at
            return True
        if link.code:
            link.failures += 1
            if link.failures >= FAILURES:
                link.revoked_at = at
        return False

    def _known(self, cursor: Cursor, name: str) -> AccountRow:
        """The account, which nobody else changes now; raises AccountRefused when there is none."""
        account = locked(cursor.session, AccountRow, name)
        if account is None:
            raise AccountRefused(Refused("no_account", account=Id(name)))
        return account

    def _link(
        self, cursor: Cursor, purpose: str, at: datetime, by: str, lasts: timedelta, *, account: str = "",
        case_id: str = "", deputy: str = "", round_: int = 0, code: str = "",
    ) -> str:  # fmt: skip
        token = secrets.token_urlsafe(24)
        row = LinkRow(
            token=digest(token), purpose=purpose, account=account, case_id=case_id, deputy=deputy, round=round_,
            created_at=at, created_by=by, expires_at=at + lasts, used_at=None, revoked_at=None, code=code,
        )  # fmt: skip
        cursor.session.add(row)
        return token


def _end_evaluation_links(session: RowSession, case_id: str, deputy: str, at: datetime) -> int:
    of_case = col(LinkRow.purpose) == "evaluate", col(LinkRow.case_id) == case_id
    return end_links(session, at, *of_case, col(LinkRow.deputy) == deputy)


def _as_listed(account: AccountRow, person: PersonRow | None, unit: UnitRow | None) -> dict[str, Any]:
    """An account beside its person and their unit, where it has them."""
    return {
        "name": account.name, "duty": account.duty, "person": account.person,
        "person_name": person.name if person else None, "role": person.role if person else None,
        "unit": unit.name if unit else person.unit if person else None,
        "region": (person.region if person else "") or (unit.region if unit else None),
        "ready": account.password != "", "locked_until": account.locked_until, "disabled_at": account.disabled_at,
        "holder": account.holder, "enrolled": account.totp != "",
    }  # fmt: skip


_OF_PROTECTED = (
    "accesses.role IN ('deputy', 'proxy') AND EXISTS "
    "(SELECT 1 FROM cases s WHERE s.id = accesses.case_id AND s.secrecy = 'IDENTITY_PROTECTED')"
)
"""An entry of a deputy, or an assistant, about a case whose deputies are protected."""

_IN_REGION = (
    "(EXISTS (SELECT 1 FROM accounts a JOIN people p ON p.id = a.person LEFT JOIN units u ON u.id = p.unit "
    "WHERE a.name = accesses.account AND coalesce(nullif(p.region, ''), u.region, '') IN {below}) "
    "OR EXISTS (SELECT 1 FROM cases c WHERE c.id = accesses.case_id AND c.region IN {below}) "
    "OR accesses.region IN {below})"
)
"""An entry of somebody of a region, or about a case of it."""


def access(
    at: datetime, account: str, role: str, what: str, case_id: str = "", address: str = "", refused: bool = False,
    *, row_count: int | None = None, filter: str = "", region: str = "",
) -> dict[str, Any]:  # fmt: skip
    """An entry of the access log; of a list with the rows that were given and the filter as it was asked."""
    return {
        "id": uuid4().hex, "at": at, "account": _storable(account[:64]), "role": role, "what": _storable(what[:200]),
        "case_id": _storable(case_id[:300]), "address": address, "refused": refused, "row_count": row_count,
        "filter": _storable(filter), "region": region,
    }  # fmt: skip


def _storable(text: str) -> str:
    """The text without what no database, or no file of UTF-8, can keep."""
    return text.replace("\0", "�").encode("utf-8", "replace").decode()


def note_use(register: Register, statement: Update) -> None:
    """Note that a session or token is in use, if nobody writes just now: the next request of it notes it then."""
    with suppress(Busy), waiting_at_most(0), transaction(register.engine) as cursor:
        cursor.session.exec(statement)


OF_VISITOR = (
    "a.name, a.duty, a.person, p.name, p.role, p.unit, u.name, coalesce(nullif(p.region, ''), u.region, '')"
)
JOINED = "LEFT JOIN people p ON p.id = a.person LEFT JOIN units u ON u.id = p.unit"
"""The columns from which `visitor_from` makes a visitor, of an account `a`."""


def visitor_from(
    cursor: Cursor, register: Register, found: Sequence[Any], csrf: str, today: date
) -> Visitor | None:
    """The visitor whose columns these are; None for a person who is no longer in the directory."""
    account, duty, person, name, role, unit, unit_name, region = found
    if person and role is None:
        return None
    deputies = mandated(cursor, register, person, today) if role == "proxy" else ()
    places = places_of(cursor, register, person) if role in ("clerk", "deputy") else ()
    return Visitor(
        account, duty, csrf, person, name or Duty.name_of(duty), role or "", unit or "", unit_name or "",
        region or "", deputies, places,
    )  # fmt: skip


def places_of(cursor: Cursor, register: Register, person: str) -> tuple[str, ...]:
    """The reception places at which somebody receives or works, closed ones included, by id."""
    mark = register.layout.sql.mark
    rows = cursor.rows(f"SELECT place FROM place_people WHERE person = {mark} ORDER BY place", [person])
    return tuple(place for (place,) in rows)


def mandated(cursor: Cursor, register: Register, proxy: str, on: date) -> tuple[str, ...]:
    """The deputies for whom the assistant may act on this day, by id."""
    sql = register.layout.sql
    rows = cursor.rows(
        f"SELECT deputy FROM mandates WHERE proxy = {sql.mark} AND since <= {sql.mark} "
        f"AND (until IS NULL OR until >= {sql.mark}) ORDER BY deputy",
        [proxy, sql.day(on), sql.day(on)],
    )
    return tuple(deputy for (deputy,) in rows)
