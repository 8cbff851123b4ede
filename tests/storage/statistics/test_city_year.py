"""A rehearsed city-year, counted twice: by the register's figures and by a reader that knows only their definitions."""

import ast
from datetime import date
from pathlib import Path

import pytest

from portal.rehearsal.roster import CITIES
from portal.rehearsal.year import rehearse
from storage import Register, open_engine
from storage.export import event_lines
from storage.statements import reading
from storage.statistics import FIGURES, GROUPINGS, count
from tests.builders import LIBRARY, for_playing
from tests.databases import Databases
from tests.storage.statistics import fresh_reader
from tests.storage.statistics.test_as_of import BOTH, NOW, fingerprint

DAYS = (date(2026, 4, 20), date(2026, 8, 1), date(2026, 12, 31))


def compared(register: Register, lines: list[bytes], on: date, by: str) -> int:
    """How many groups agree in every figure; a difference is told group by group."""
    with reading(register.engine) as cursor:
        systems = dict(cursor.rows("SELECT id, kind FROM units"))
    figures = fresh_reader.count(lines, on.isoformat(), by, systems)
    counts = count(register, on, by, at=NOW)
    differences = []
    for group in counts.groups:
        theirs = figures[group.key]
        ours = {rate.key: [rate.numerator, rate.denominator or 0] for rate in group.rates}
        ours["days"] = [group.days.total, group.days.replied]
        for row in group.classes:
            ours[f"class {row.key}"], ours[f"stands {row.key}"] = [row.answered, 0], [row.standing, 0]
            ours |= {f"cross {row.key} {value}": [number, 0] for value, number in row.values.items()}
        differences += [
            (group.key, key, ours.get(key, [0, 0]), theirs.get(key, [0, 0]))
            for key in {*ours, *theirs}
            if ours.get(key, [0, 0]) != theirs.get(key, [0, 0])
        ]
    assert differences == []
    assert {group.key for group in counts.groups} == set(figures)
    return len(counts.groups)


@pytest.mark.slow
@pytest.mark.parametrize("suggestions", [20, 60, 600])
def test_every_figure_of_a_city_year_is_what_the_reader_counts(sqlite: Databases, suggestions: int) -> None:
    engine = open_engine(sqlite.fresh())
    register = for_playing(Register(engine, LIBRARY))
    rehearse(register, CITIES["suqian"], 2026, suggestions)
    lines = list(event_lines(register))
    for on in DAYS:
        for by in GROUPINGS if on == DAYS[-1] or suggestions > 100 else BOTH:
            assert compared(register, lines, on, by) > 0, (on, by)
    total = count(register, DAYS[-1], "batch", at=NOW).total
    assert total.n > 0.9 * suggestions
    moving = {rate.key for rate in total.rates if rate.numerator}
    silent = {figure.key for figure in FIGURES} - moving
    rare = {"complete", "inspections_matching", "converted", "awarded", "red", "rehandled_content", "dissatisfied"}
    assert silent <= rare
    if suggestions > 100:
        later = [fingerprint(register, on) for on in DAYS]
        assert later == [fingerprint(register, on) for on in DAYS]
    register.engine.dispose()


def test_the_reader_knows_nothing_of_the_project() -> None:
    tree = ast.parse(Path(fresh_reader.__file__).read_text(encoding="utf-8"))
    imported = {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in ([node.module or "."] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }
    assert imported == {"json", "collections", "datetime"}
