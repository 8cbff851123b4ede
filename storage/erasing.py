"""Erasing personal data at a case: one person asks, another one confirms, and it is struck in one transaction.

Nothing that a chain holds is struck: both people learn in how many events and papers the words stay.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlmodel import Session, SQLModel, col, func, select

from states.reasons import Id, Label, Refused
from states.texts import unseen, written
from states.vocabulary import ErasureGround
from storage.accesses import access
from storage.account_notices import tell_holder
from storage.account_rows import known_account
from storage.composing import COMPOSING
from storage.erased import STANDING, linked_cases, standing_words
from storage.errors import AccountRefused, RefusedByRule, UnknownCase
from storage.form_drafts import strike_forms
from storage.humans import people_behind
from storage.register import Register
from storage.seal_entries import SealedRows
from storage.statements import Cursor, reading, transaction
from storage.striking import MARK, pattern_of
from storage.struck import by_table, overwrite_deleted, renew_search, rows_reached, senders_of, strike
from storage.tables.accounts import AccountRow
from storage.tables.cases import CaseRow
from storage.tables.erasures import ErasureRow
from storage.tables.judging import AttachmentRow
from storage.typed_rows import hold, locked

MOST, LEAST, LONGEST = 20, 2, 64
"""How many words one erasure strikes, and how long each may be: one character stands in too many others."""

REASON = 500
"""Most characters of a reason."""

_NUMBER = re.compile(r"[0-9][0-9 -]+[0-9]")

LOCK = "erasures"
"""The advisory lock under which erasures are asked for and carried out."""


@dataclass(frozen=True)
class Wish:
    """What is to be erased at a case: words in its texts, files by their SHA-256, and whoever sent an opinion."""

    case_id: str
    words: Sequence[str] = ()
    files: Sequence[str] = ()
    ground: ErasureGround = ErasureGround.REQUEST
    reason: str = ""


@dataclass(frozen=True)
class Erasure:
    """An erasure, asked for or decided. `rows` counts by table what is or was struck, `standing` where words stay."""

    id: str
    at: datetime
    by: str
    case_id: str
    ground: str
    reason: str
    words: tuple[str, ...]
    files: tuple[str, ...]
    outcome: str
    decided_at: datetime | None
    decided_by: str
    rows: Mapping[str, int]
    standing: Mapping[str, int]


def ask_erasure(register: Register, wish: Wish, by: str, at: datetime, console: str = "") -> str:
    """Ask for an erasure; returns its id. The same wish of the same person a second time is the same erasure.

    `console` is the name in the operating system of whoever names the account `by` without having signed in: its
    holder is told, and the access log has both. Raises UnknownCase, and RefusedByRule when nothing could be erased,
    another erasure waits at the case, or there is no such account or it is closed.
    """
    words, reason = _checked(wish.words), written(wish.reason)[:REASON]
    with transaction(register.engine) as cursor:
        session = cursor.session
        hold(session, LOCK)
        if session.get(CaseRow, wish.case_id) is None:
            raise UnknownCase(wish.case_id)
        files = [_file(session, wish.case_id, name) for name in dict.fromkeys(wish.files)]
        waiting = select(ErasureRow).where(ErasureRow.case_id == wish.case_id, ErasureRow.outcome == "")
        waits = session.exec(waiting).first()
        if waits is not None:
            if (waits.by, waits.words, waits.files) == (by, words, files):
                return waits.id
            raise RefusedByRule(Refused("erasure_waits", case=Id(wish.case_id)))
        if not (words or files or senders_of(session, linked_cases(session, wish.case_id), pattern_of(()))):
            raise RefusedByRule(Refused("erasure_empty", case=Id(wish.case_id)))
        row = ErasureRow(
            id=uuid4().hex[:16], at=at, by=by, case_id=wish.case_id, ground=wish.ground.value, reason=reason,
            words=words, files=files, outcome="", decided_at=None, decided_by="", number=0, spans={}, remaining={},
            standing={},
        )  # fmt: skip
        session.add(row)
        if console:
            _note_console(register, cursor, row, console)
        return row.id


def confirm_erasure(register: Register, id_: str, by: str, at: datetime) -> Erasure:
    """Carry out an erasure; by the same person a second time it returns what was done.

    Raises RefusedByRule when it was decided otherwise, or `by` is the human who asked.
    """
    with transaction(register.engine) as cursor:
        session = cursor.session
        hold(session, LOCK)
        hold(session, COMPOSING)  # no message with the words is being put together
        row = locked(session, ErasureRow, id_)
        if row is not None and row.number and row.decided_by == by:
            return _erasure(session, row)
        row = _open(row)
        if people_behind(session, by) & people_behind(session, row.by):
            raise RefusedByRule(Refused("erasure_alone", actor=Id(by)))
        overwrite_deleted(cursor, register.layout.sql)
        cases, pattern = linked_cases(session, row.case_id, lock=True), pattern_of(row.words)
        struck = strike(session, cases, pattern, row.files, at)
        strike_forms(session, pattern)
        row.spans, row.remaining = struck.spans, struck.remaining
        renew_search(register.layout.search, cursor, cases)
        row.standing = standing_words(session, cases, pattern)
        row.reason = pattern.sub(MARK, row.reason)
        row.words, row.number = [], next_number(session)
        row.outcome, row.decided_at, row.decided_by = "confirmed", at, by
        session.flush()
        _tell(register, cursor, row, at)
        return _erasure(session, row)


def refuse_erasure(register: Register, id_: str, by: str, at: datetime) -> Erasure:
    """Drop an erasure that waits, which who asked may do, too; its words are forgotten."""
    with transaction(register.engine) as cursor:
        row = _open(locked(cursor.session, ErasureRow, id_))
        row.reason = pattern_of(row.words).sub(MARK, row.reason)
        row.words, row.outcome, row.decided_at, row.decided_by = [], "refused", at, by
        cursor.session.flush()
        return _erasure(cursor.session, row)


def erasures(register: Register, case_id: str = "") -> list[Erasure]:
    """All erasures, those that wait first, then the newest; of one case where given."""
    row = ErasureRow
    wanted = select(row).order_by(col(row.outcome) != "", col(row.at).desc(), row.id)
    with reading(register.engine) as cursor:
        rows = cursor.session.exec(wanted.where(row.case_id == case_id) if case_id else wanted)
        return [_erasure(cursor.session, erasure) for erasure in rows]


def erasure_waits(register: Register, case_id: str) -> bool:
    """Whether somebody asked for an erasure at the case that nobody has decided."""
    with reading(register.engine) as cursor:
        waiting = select(ErasureRow.id).where(ErasureRow.case_id == case_id, ErasureRow.outcome == "")
        return cursor.session.exec(waiting).first() is not None


def next_number(session: Session) -> int:
    """The number of the erasure that is being carried out."""
    return (session.exec(select(func.max(ErasureRow.number))).one() or 0) + 1


def _checked(words: Iterable[str]) -> list[str]:
    """The words as texts are kept, numbers without blanks and hyphens."""
    kept = [written(word) for word in words]
    kept = [re.sub("[ -]", "", word) if _NUMBER.fullmatch(word) else word for word in dict.fromkeys(kept) if word]
    if len(kept) > MOST or not all(LEAST <= len(word) <= LONGEST for word in kept):
        raise RefusedByRule(Refused("erasure_words", count=len(kept), most=MOST, least=LEAST, longest=LONGEST))
    for word in kept:
        if sign := unseen(word):
            raise RefusedByRule(Refused("unseen_character", key=Label("words"), character=Label(sign)))
    return kept


def _file(session: Session, case_id: str, name: str) -> str:
    """The SHA-256 of the one file of the case that begins so."""
    row = AttachmentRow
    begins = col(row.sha256).startswith(name.strip().lower(), autoescape=True)
    matching = session.exec(select(row.sha256).where(row.case_id == case_id, begins)).all()
    if not name.strip() or len(matching) != 1:
        raise RefusedByRule(Refused("erasure_file", case=Id(case_id), digest=Label(name[:64])))
    return matching[0]


def _note_console(register: Register, cursor: Cursor, row: ErasureRow, console: str) -> None:
    """Enter who asked at the console, and tell the holder of the account that was named. Raises AccountRefused."""
    if known_account(cursor.session, row.by).disabled_at is not None:
        raise AccountRefused(Refused("account_is_closed", account=Id(row.by)))
    entry = access(row.at, console, "console", "console erase ask", row.case_id, filter=f"account={row.by}")
    SealedRows(register.layout.sql, SQLModel.metadata.tables["accesses"]).insert(cursor, [entry])
    body = (
        f"{console} 在服务器上以您的账号 {row.by} 申请删除 {row.case_id} 的个人信息。"
        "不是您办的，请马上告诉审计管理员。\n"
        f"{console} asked at the console in the name of your account {row.by} to erase personal data at {row.case_id}. "
        "If it was not you, tell the audit administrator at once."
    )
    tell_holder(register, cursor, row.by, f"【申请删除个人信息】{row.case_id}", body, row.at)


def _open(row: ErasureRow | None) -> ErasureRow:
    if row is None or row.outcome:
        raise RefusedByRule(Refused("erasure_over"))
    return row


def _erasure(session: Session, row: ErasureRow) -> Erasure:
    """What is struck, or of a waiting one what would be."""
    rows, standing = by_table(row.spans), row.standing
    if not row.outcome:
        cases, pattern = linked_cases(session, row.case_id), pattern_of(row.words)
        rows = by_table(rows_reached(session, cases, pattern, row.files))
        standing = standing_words(session, cases, pattern)
    return Erasure(
        row.id, row.at, row.by, row.case_id, row.ground, row.reason, tuple(row.words), tuple(row.files), row.outcome,
        row.decided_at, row.decided_by, rows, standing,
    )  # fmt: skip


def _tell(register: Register, cursor: Cursor, row: ErasureRow, at: datetime) -> None:
    """Tell both people, as far as they have accounts, where the words stay."""
    stay = [(STANDING[kind], count) for kind, count in row.standing.items()]
    chinese = "、".join(f"{names[0]} {count} 处" for names, count in stay) or "没有"
    english = ", ".join(f"{count} {names[1]}" for names, count in stay) or "nowhere"
    body = (
        f"{row.by} 申请、{row.decided_by} 确认，{row.case_id} 的个人信息已删除。仍留有这些字的：{chinese}。\n"
        f"Personal data at {row.case_id} are erased: {row.by} asked, {row.decided_by} confirmed. The words stay in: "
        f"{english}."
    )
    for account in sorted({row.by, row.decided_by}):
        if cursor.session.get(AccountRow, account) is not None:
            tell_holder(register, cursor, account, f"【删除个人信息】{row.case_id}", body, at)
