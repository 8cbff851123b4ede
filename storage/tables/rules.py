"""The texts of rulebooks, and the regions that use them."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from storage.column_types import Instant


class RuleTextRow(SQLModel, table=True):
    """The full text of a rulebook that governs a case, kept for ever; `gone` where it was lost before this table.

    `text` is `Rulebook.text`, empty where it is gone; `digest` is taken from it.
    """

    __tablename__ = "rule_texts"

    ident: str = Field(primary_key=True)
    name: str
    version: date
    digest: str
    text: str
    state: str
    kept_at: datetime = Field(sa_type=Instant)


class RegionRuleRow(SQLModel, table=True):
    """Which rulebook new cases of a region come under, by kind (suggestion, opinion) and from a day on."""

    __tablename__ = "region_rules"

    region: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    from_day: date = Field(primary_key=True)
    rulebook: str
    by: str
    source: str
    confirmed: bool
    set_at: datetime = Field(sa_type=Instant)


class RulebookSwitchRow(SQLModel, table=True):
    """A deactivated rulebook: its limits still run, without reminders or steps of the ladder."""

    __tablename__ = "rulebook_switches"

    name: str = Field(primary_key=True)
    off_since: date
    by: str
    reason: str
