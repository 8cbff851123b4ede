"""Forms that somebody has begun and not sent yet."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field, SQLModel

from storage.column_types import Instant

KEPT_FOR = timedelta(days=90)
"""How long a form that nobody sends is kept after it was last written in."""


class FormDraftRow(SQLModel, table=True):
    """What an account typed into the form at an address; nobody else is shown it."""

    __tablename__ = "form_drafts"

    account: str = Field(primary_key=True)
    form: str = Field(primary_key=True)
    title: str
    at: datetime = Field(sa_type=Instant)
    until: datetime = Field(sa_type=Instant, index=True)
    typed: dict[str, Any] = Field(sa_type=JSON)
