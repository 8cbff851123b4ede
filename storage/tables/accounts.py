"""Accounts and their credentials."""

from datetime import datetime

from sqlalchemy import Column, ForeignKey, String
from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class AccountRow(SQLModel, table=True):
    """Who may sign in: a `person` of the directory, or an administrator by `duty` without one.

    `password` is an argon2 hash, empty until one is chosen by a one-time link. `holder` is the human who has a duty,
    by their own name or their id in the directory; `totp` the secret of their device, `totp_step` the last half
    minute whose code was used.
    """

    __tablename__ = "accounts"

    name: str = Field(primary_key=True)
    person: str = Field(index=True)
    duty: str
    password: str
    failures: int
    locked_until: datetime | None = Field(sa_type=Instant)
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    disabled_at: datetime | None = Field(sa_type=Instant)
    holder: str = Field(default="", sa_column_kwargs={"server_default": ""})
    totp: str = Field(default="", sa_column_kwargs={"server_default": ""})
    totp_step: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class SessionRow(SQLModel, table=True):
    """A session. `token` is the digest of the browser's token; `csrf` is in every form.

    `standing` is empty, or what is still needed: a `code` of the second factor, or to `enrol` the device that was
    given `secret`; until then the session gives no access.
    """

    __tablename__ = "sessions"

    token: str = Field(primary_key=True)
    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, index=True))
    csrf: str
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    ended_at: datetime | None = Field(sa_type=Instant)
    standing: str = Field(default="", sa_column_kwargs={"server_default": ""})
    secret: str = Field(default="", sa_column_kwargs={"server_default": ""})
    address: str = Field(default="", sa_column_kwargs={"server_default": ""})


class TokenRow(SQLModel, table=True):
    """A bearer token of a program. `token` is its digest, `id` its name for people.

    `scopes` are separated by spaces.
    """

    __tablename__ = "tokens"

    token: str = Field(primary_key=True)
    id: str = Field(unique=True)
    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, index=True))
    name: str
    scopes: str
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    revoked_by: str


class LinkRow(SQLModel, table=True):
    """A one-time link, by the digest of its token: to choose a password (`account`), or to evaluate one reply.

    An `evaluate` link is for a deputy, a case and the handling round in which it was made. `code` is the digest of a
    code to type as well, `failures` how often it was typed wrongly.
    """

    __tablename__ = "links"

    token: str = Field(primary_key=True)
    purpose: str
    account: str
    case_id: str = Field(index=True)
    deputy: str
    round: int
    created_at: datetime = Field(sa_type=Instant)
    created_by: str
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(sa_type=Instant)
    code: str = Field(default="", sa_column_kwargs={"server_default": ""})
    failures: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


class RecoveryCodeRow(SQLModel, table=True):
    """A one-time code for a lost device, by its digest."""

    __tablename__ = "recovery_codes"

    account: str = Field(sa_column=Column(String, ForeignKey("accounts.name"), nullable=False, primary_key=True))
    code: str = Field(primary_key=True)
    used_at: datetime | None = Field(sa_type=Instant)
