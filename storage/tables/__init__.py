"""The tables of the register, one idea a module; importing any of them declares all.

The rows of a case mirror `states.cases`, column by field (a test compares them). Rows are written by `storage.register`
alone: a SQLModel table class checks no value.
"""

from storage.tables import (  # noqa: F401
    accesses,
    accounts,
    audits,
    calendars,
    cases,
    deadlines,
    directory,
    engine,
    erasures,
    events,
    form_drafts,
    import_drafts,
    imports,
    judging,
    messages,
    papers,
    places,
    powers,
    rules,
    seals,
)
