"""How often the signs of pressed evaluations name somebody in years in which nobody pressed anybody."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import rehearse
from rulebooks import midnight
from storage import Register, open_engine
from storage.courtesy import CODES
from storage.marks import for_rehearsal
from storage.statements import reading

YEAR = 2026


@dataclass
class Honest:
    """Rehearsed years without fraud: their suggestions and judgements, and what the audits found, by code."""

    years: int = 0
    suggestions: int = 0
    judgements: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def per_thousand(self, code: str) -> float:
        return 1000 * self.found[code] / self.suggestions if self.suggestions else 0.0


def honest(years: int, suggestions: int, progress: Callable[[int], None] | None = None) -> Honest:
    """Play that many years of the made-up city, each with a seed of its own; each finding counts once a year."""
    told = Honest()
    for seed in range(1, years + 1):
        with TemporaryDirectory(prefix="duban-") as folder:
            register = Register(_made(f"sqlite:///{Path(folder) / 'year.db'}"))
            try:
                rehearse(register, CITIES["suqian"], YEAR, suggestions, seed)
                _count(register, told)
            finally:
                register.engine.dispose()
        if progress is not None:
            progress(seed)
    return told


def _made(url: str) -> Engine:
    engine = open_engine(url)
    for_rehearsal(engine, midnight(date(YEAR, 1, 1)), "honest years")
    return engine


def _count(register: Register, told: Honest) -> None:
    sql = register.layout.sql
    with reading(register.engine) as cursor:
        told.years += 1
        told.suggestions += int(cursor.rows("SELECT count(*) FROM cases WHERE assigned_on IS NOT NULL")[0][0])
        told.judgements += int(cursor.rows("SELECT count(*) FROM evaluations WHERE value <> 'NO_RESPONSE'")[0][0])
        for code, number in cursor.rows(
            f"SELECT code, count(*) FROM findings WHERE code {sql.any} GROUP BY 1", [sql.many(CODES)]
        ):
            told.found[code] += int(number)
