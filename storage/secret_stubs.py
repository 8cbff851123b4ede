"""Suggestions that concern state secrets: the register records that one exists, and nothing of its content."""

import re
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from states.reasons import Label, Refused
from storage.errors import RefusedByRule
from storage.register import Register
from storage.statements import reading, transaction
from storage.tables.cases import SecretStubRow

NUMBER = re.compile(r"[0-9A-Za-z密机绝届次闭第号〔〕（）()\[\]\-—]{1,40}")
"""A number that has no room for a subject: digits, letters, dashes, brackets and the words used in numbers."""


def check_number(number: str) -> None:
    """Raises RefusedByRule, which does not repeat the input: that may hold a secret."""
    if not NUMBER.fullmatch(number):
        raise RefusedByRule(Refused("stub_number"))


def enter_stub(register: Register, region: str, number: str, on: date, by: str, at: datetime) -> None:
    """Record number and day of receipt of a paper that is kept elsewhere; raises RefusedByRule.

    A number is entered once in a region and is never changed.
    """
    check_number(number)
    stub = SecretStubRow(region=region, number=number, received_on=on, entered_at=at, entered_by=by)
    with transaction(register.engine) as cursor:
        if cursor.session.get(SecretStubRow, (region, number)) is not None:
            raise RefusedByRule(Refused("stub_there", number=Label(number)))
        cursor.session.add(stub)


def stubs(register: Register, region: str) -> list[dict[str, Any]]:
    """The stubs of the region alone, without regions below, the newest first."""
    row = SecretStubRow
    newest = select(row).where(row.region == region).order_by(col(row.received_on).desc(), col(row.number).desc())
    with reading(register.engine) as cursor:
        return [stub.model_dump() for stub in cursor.session.exec(newest)]
