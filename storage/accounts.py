"""Who may sign in: accounts, and the visitors who hold them.

`at` is always the real instant, even where the register's own clock is moved: a rehearsed year ends no session.
Tokens are stored as digests only: a reader of the database can neither sign in nor evaluate with them.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Update
from sqlmodel import Session, col, select, update

from states.reasons import Id, Refused
from states.vocabulary import Duty, Role
from storage.account_rows import close_account, make_account, note_power, tell_of_duty
from storage.away import in_term
from storage.credentials import token_digest
from storage.entering import Entering
from storage.errors import AccountRefused, Busy
from storage.mandates import Mandates
from storage.patience import waiting_at_most
from storage.register import Register
from storage.sessions import IDLE
from storage.statements import Cursor, reading, transaction
from storage.tables.accounts import AccountRow, SessionRow
from storage.tables.directory import PersonRow, UnitRow
from storage.tables.powers import MandateRow
from storage.typed_rows import locked

SEEN = timedelta(minutes=1)
"""How often a session records that it is in use."""


@dataclass(frozen=True)
class Visitor:
    """A signed-in person as the directory has them now: a change of role or unit holds from the next request on.

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

    @property
    def is_deputy(self) -> bool:
        return self.role == Role.DEPUTY


class Accounts(Entering, Mandates):
    """The accounts of a register with their sessions; every call is one transaction."""

    def none_yet(self) -> bool:
        """Whether there is no account yet."""
        with reading(self.register.engine) as cursor:
            return cursor.session.exec(select(AccountRow.name).limit(1)).first() is None

    def create(
        self, name: str, at: datetime, by: str, person: str = "", duty: str = "", holder: str = ""
    ) -> None:
        """An account without a password, for a person of the directory or for an administrator's duty.

        Only the console makes an administrator's; else `storage.duties` needs two people. Raises AccountRefused when
        the name is taken, the person unknown or already has one, or the duty is none.
        """
        with transaction(self.register.engine) as cursor:
            make_account(cursor.session, name, at, by, person, duty, holder)
            tell_of_duty(self.register, cursor, name, at, f"{by} 新建账号 {name}", f"{by} made the account {name}")

    def without_account(self, today: date) -> list[dict[str, str]]:
        """The people of the directory who have none and are in their term, by role, unit and name."""
        held = select(PersonRow, UnitRow).outerjoin(AccountRow, col(AccountRow.person) == PersonRow.id).outerjoin(
            UnitRow, col(UnitRow.id) == PersonRow.unit
        )  # fmt: skip
        nobody = held.where(col(AccountRow.name).is_(None))
        with reading(self.register.engine) as cursor:
            rows = cursor.session.exec(nobody.order_by(PersonRow.role, PersonRow.unit, PersonRow.name)).all()
        return [
            {"id": person.id, "name": person.name, "role": person.role, "unit": unit.name if unit else ""}
            for person, unit in rows
            if in_term(person.term_from, person.term_to, today)
        ]

    def create_all(self, people: Sequence[str], at: datetime, by: str, lasts: timedelta) -> dict[str, str]:
        """Accounts for these people of the directory under their ids, all or none: the token of a link for each.

        Raises AccountRefused as `create` does.
        """
        tokens = {}
        with transaction(self.register.engine) as cursor:
            for person in people:
                make_account(cursor.session, person, at, by, person)
                tokens[person] = self.reset(cursor, person, at, by, lasts)
        return tokens

    def listed(self) -> list[dict[str, Any]]:
        """Every account with the person's name, role and unit's name, and whether a password was chosen; by name."""
        held_by = select(AccountRow, PersonRow, UnitRow).outerjoin(
            PersonRow, col(PersonRow.id) == AccountRow.person
        )  # fmt: skip
        everybody = held_by.outerjoin(UnitRow, col(UnitRow.id) == PersonRow.unit).order_by(AccountRow.name)
        with reading(self.register.engine) as cursor:
            return [_as_listed(*rows) for rows in cursor.session.exec(everybody)]

    def disable(self, name: str, at: datetime, by: str = "console") -> None:
        """Close an account from `at` on, its sessions, links and tokens with it; raises AccountRefused."""
        with transaction(self.register.engine) as cursor:
            close_account(cursor.session, name, at, by, at)
            tell_of_duty(self.register, cursor, name, at, f"{by} 停用账号 {name}", f"{by} closed {name}")

    def enable(self, name: str, at: datetime, by: str = "console") -> None:
        """Open a closed account again, without the sessions, links and tokens that it had; raises AccountRefused."""
        with transaction(self.register.engine) as cursor:
            close_account(cursor.session, name, None, by, at)
            tell_of_duty(self.register, cursor, name, at, f"{by} 恢复账号 {name}", f"{by} opened {name}")

    def held_by(self, account: str, holder: str, at: datetime, by: str) -> None:
        """Record which human holds a duty, by name or id in the directory."""
        human = holder.strip()[:64]
        with transaction(self.register.engine) as cursor:
            administrator = locked(cursor.session, AccountRow, account)
            if administrator is None or not administrator.duty:
                raise AccountRefused(Refused("not_an_administrator", account=Id(account)))
            administrator.holder = human
            note_power(cursor.session, at, by, "account.holder", account, "", human)
            words, english = f"{by} 记下 {account} 由 {human} 担任", f"{by} noted who holds {account}"
            tell_of_duty(self.register, cursor, account, at, words, english)

    def kept_out(self, name: str, today: date) -> Refused | None:
        """Why whoever has the account does not come in today, where that is outside their term."""
        held = select(PersonRow).join(AccountRow, col(AccountRow.person) == PersonRow.id).where(AccountRow.name == name)
        with reading(self.register.engine) as cursor:
            holder = cursor.session.exec(held).first()
        if holder is None or in_term(holder.term_from, holder.term_to, today):
            return None
        if holder.term_to and holder.term_to < today:
            return Refused("term_over", day=holder.term_to)
        return Refused("term_not_begun", day=holder.term_from)

    def visitor(self, token: str, at: datetime, today: date, use: bool = True) -> Visitor | None:
        """Who holds this session at `at`; None when it ended, was idle too long, or the account was closed.

        Runs for every page, so it is one statement of the cursor.

        Without `use` the session is only checked, and its last use is not recorded.
        """
        mark, sql = self.sql.mark, self.sql
        with reading(self.register.engine) as cursor:
            rows = cursor.rows(
                f"SELECT s.csrf, s.seen_at, s.expires_at, {OF_VISITOR} "
                f"FROM sessions s JOIN accounts a ON a.name = s.account {JOINED} "
                f"WHERE s.token = {mark} AND s.ended_at IS NULL AND s.standing = '' AND a.disabled_at IS NULL",
                [token_digest(token)],
            )
            if not rows:
                return None
            csrf, seen, expires, *profile = rows[0]
            seen_at = sql.read_instant(seen)
            if at >= min(sql.read_instant(expires), seen_at + IDLE):  # a clock that was set back ends nothing
                return None
            visitor = visitor_from(cursor, self.register, profile, csrf, today)
        if use and visitor is not None and (at - seen_at >= SEEN or at < seen_at):
            session_row = update(SessionRow).where(col(SessionRow.token) == token_digest(token))
            note_use(self.register, session_row.values(seen_at=at))
        return visitor


def _as_listed(account: AccountRow, person: PersonRow | None, unit: UnitRow | None) -> dict[str, Any]:
    """The account with its person and their unit, where it has them."""
    return {
        "name": account.name, "duty": account.duty, "person": account.person,
        "person_name": person.name if person else None, "role": person.role if person else None,
        "unit": unit.name if unit else person.unit if person else None,
        "region": (person.region if person else "") or (unit.region if unit else None),
        "ready": account.password != "", "locked_until": account.locked_until, "disabled_at": account.disabled_at,
        "holder": account.holder, "enrolled": account.totp != "",
    }  # fmt: skip


def note_use(register: Register, statement: Update) -> None:
    """Record that a session or token is in use; skipped while another writer is active, the next request records it."""
    with suppress(Busy), waiting_at_most(0), transaction(register.engine) as cursor:
        cursor.session.exec(statement)


OF_VISITOR = (
    "a.name, a.duty, a.person, p.name, p.role, p.unit, u.name, coalesce(nullif(p.region, ''), u.region, ''), "
    "p.term_from, p.term_to"
)
JOINED = "LEFT JOIN people p ON p.id = a.person LEFT JOIN units u ON u.id = p.unit"
"""The columns from which `visitor_from` makes a visitor, of an account `a`."""


def visitor_from(
    cursor: Cursor, register: Register, profile: Sequence[Any], csrf: str, today: date
) -> Visitor | None:
    """The visitor whose columns these are; None for who is no longer in the directory, or outside their term."""
    account, duty, person, name, role, unit, unit_name, region, *term = profile
    first, last = (day and register.layout.sql.read_day(day) for day in term)
    if (person and role is None) or not in_term(first, last, today):
        return None
    deputies = mandated(cursor.session, person, today) if role == Role.PROXY else ()
    places = places_of(cursor, register, person) if role in (Role.CLERK, Role.DEPUTY) else ()
    return Visitor(
        account, duty, csrf, person, name or Duty.name_of(duty), role or "", unit or "", unit_name or "",
        region or "", deputies, places,
    )  # fmt: skip


def places_of(cursor: Cursor, register: Register, person: str) -> tuple[str, ...]:
    """The reception places at which a person receives or works, closed ones included, by id."""
    mark = register.layout.sql.mark
    rows = cursor.rows(f"SELECT place FROM place_people WHERE person = {mark} ORDER BY place", [person])
    return tuple(place for (place,) in rows)


def mandated(session: Session, proxy: str, on: date) -> tuple[str, ...]:
    """The deputies for whom the assistant may act on this day, by id; none outside their term."""
    mandate, person = MandateRow, PersonRow
    given = select(mandate, person).join(person, col(person.id) == mandate.deputy).where(mandate.proxy == proxy)
    return tuple(
        deputy.id
        for held, deputy in session.exec(given.order_by(mandate.deputy))
        if in_term(held.since, held.until, on) and in_term(deputy.term_from, deputy.term_to, on)
    )
