"""How often the signs of pressed evaluations name somebody in years in which nobody pressed anybody."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import rehearse
from rulebooks import midnight
from storage import Register, open_engine
from storage.courtesy import CODES
from storage.marks import for_rehearsal
from storage.rehearsed import finding_counts, judgement_counts

YEAR = 2026


@dataclass
class Honest:
    """Rehearsed years without fraud: their suggestions and judgements, and what the audits found, by code."""

    years: int = 0
    suggestions: int = 0
    judgements: int = 0
    findings: Counter[str] = field(default_factory=Counter)

    def per_thousand(self, code: str) -> float:
        return 1000 * self.findings[code] / self.suggestions if self.suggestions else 0.0


def honest(years: int, suggestions: int, progress: Callable[[int], None] | None = None) -> Honest:
    """Play that many years of the made-up city, each with a seed of its own; each finding counts once a year."""
    total = Honest()
    for seed in range(1, years + 1):
        with TemporaryDirectory(prefix="duban-") as folder:
            register = _made(f"sqlite:///{Path(folder) / 'year.db'}")
            try:
                rehearse(register, CITIES["suqian"], YEAR, suggestions, seed)
                _count(register, total)
            finally:
                register.engine.dispose()
        if progress is not None:
            progress(seed)
    return total


def _made(url: str) -> Register:
    engine = open_engine(url)
    for_rehearsal(engine, midnight(date(YEAR, 1, 1)), "honest years")
    return Register(engine)


def _count(register: Register, total: Honest) -> None:
    assigned, evaluations = judgement_counts(register)
    total.years += 1
    total.suggestions += assigned
    total.judgements += evaluations
    total.findings.update(finding_counts(register, CODES))
