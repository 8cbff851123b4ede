"""Figures and the nightly audit over four million events, each in a process of its own, beside hand-written SQL.

`python -m bench.figures` measures; `python -m bench.figures one KIND URL` counts or audits once and prints as JSON how
many seconds that took and the process's peak memory.
"""

import gc
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Annotated, Any

import typer

from bench.baseline import recording, replaying
from bench.city import HANDLED_TWICE, build
from bench.databases import Database, databases
from bench.measure import LIBRARY
from bench.report import measured
from flows.audit import nightly_audit
from rulebooks import ZONE, midnight
from storage import Register, open_engine
from storage.sealing import seal
from storage.statements import reading
from storage.statistics import FIGURES, Table, count

NIGHT = datetime.combine(HANDLED_TWICE + timedelta(days=1), time(2), ZONE)
"""When the first night's audit runs. The one a day later is measured: what the first found, it knows."""


@dataclass(frozen=True)
class Cost:
    """Medians: seconds and peak memory in MB of the register, seconds of the same in SQL alone.

    Without the pages of mapped files: SQLite maps up to 1 GB of the database.
    """

    what: str
    database: str
    events: int
    seconds: float
    peak: float
    sql: float


def costs(place: Database, cases: int, runs: int) -> list[Cost]:
    """What figures by unit and the audit of a night cost over so many suggestions, most of them handled twice."""
    stage = f"twice-{cases}"
    if stage not in place.stages:
        register = _register(place.create(stage))
        build(register, cases, twice=True)
        seal(register, NIGHT - timedelta(days=1))
        nightly_audit(register, NIGHT)
        register.engine.dispose()
        place.settle(stage)
    url = place.copy(stage)
    counted = [_measured("figures", url) for _ in range(runs)]
    by_hand = [_by_hand(place, url) for _ in range(runs)]
    register = _register(url)
    _compare(count(register, HANDLED_TWICE, "unit", at=NIGHT), by_hand[0][1])
    with reading(register.engine) as cursor:
        events = int(cursor.rows("SELECT count(*) FROM events")[0][0])
    register.engine.dispose()
    audited = [_measured("audit", place.copy(stage)) for _ in range(runs)]
    statement, statements = median(seconds for seconds, _ in by_hand), median(_audit_sql(place, stage, runs))
    return [
        Cost("figures by unit", place.name, events, *_medians(counted), statement),
        Cost("audit of a night", place.name, events, *_medians(audited), statements),
    ]


def _medians(measured: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(seconds for seconds, _ in measured), median(peak for _, peak in measured)


def _register(url: str) -> Register:
    register = Register(open_engine(url), LIBRARY)
    register.workdays()
    return register


def _measured(kind: str, url: str) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.figures", "one", kind, url]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return answer["seconds"], answer["peak"]


# -- the figures by hand -------------------------------------------------------------------------------------------

RATES = (
    "replied", "communicated", "face_to_face", "satisfied", "dissatisfied", "first_satisfied", "attitude", "result",
    "resolved", "rehandled",
)  # fmt: skip
"""What the statement counts of each unit; the register counts the other figures in the same pass."""

BY_HAND = """
WITH known AS (
  SELECT case_id, name, subject_id, round, "on", data FROM events WHERE entered_at < {mark} AND name IN (
    'suggestion.registered', 'suggestion.withdrawn', 'suggestion.declined', 'suggestion.evaluated',
    'suggestion.evaluated_ok', 'suggestion.evaluated_dissatisfied', 'suggestion.dissatisfied_again',
    'assignment.assigned', 'assignment.reassigned', 'assignment.rehandle_assigned', 'assignment.return_granted',
    'assignment.communicated', 'assignment.drafted', 'assignment.signed', 'assignment.delivered')
), cohort AS (
  SELECT case_id FROM known WHERE name LIKE 'suggestion.%' GROUP BY case_id
  HAVING max(CASE WHEN name = 'suggestion.registered' THEN 1 ELSE 0 END) = 1
     AND max(CASE WHEN name IN ('suggestion.withdrawn', 'suggestion.declined') THEN 1 ELSE 0 END) = 0
), parts AS (
  SELECT case_id, subject_id, round, max(data ->> 'unit') AS unit,
    min(CASE WHEN name = 'assignment.communicated' THEN "on" END) AS spoken_on,
    max(CASE WHEN name = 'assignment.communicated' AND CAST(data ->> 'face_to_face' AS text) IN ('1', 'true')
        THEN 1 ELSE 0 END) AS face,
    max(CASE WHEN name = 'assignment.signed' THEN "on" END) AS signed_on,
    max(CASE WHEN name = 'assignment.delivered' THEN "on" END) AS delivered_on,
    max(CASE WHEN name = 'assignment.drafted' THEN data ->> 'class' END) AS class
  FROM known WHERE name LIKE 'assignment.%' GROUP BY case_id, subject_id, round
  HAVING max(CASE WHEN name = 'assignment.return_granted' THEN 1 ELSE 0 END) = 0
     AND max(CASE WHEN data ->> 'role' IN ('LEAD', 'SOLE', 'SEPARATE') THEN 1 ELSE 0 END) = 1
), forms AS (
  SELECT case_id, round, max({rank_overall}) AS overall, max({rank_attitude}) AS attitude,
    max({rank_result}) AS result
  FROM known WHERE name LIKE 'suggestion.evaluated%' OR name = 'suggestion.dissatisfied_again'
  GROUP BY case_id, round
), judged AS (
  SELECT p.*, f.attitude, f.result,
    CASE WHEN f.attitude >= f.result AND f.attitude >= f.overall THEN f.attitude
         WHEN f.result >= f.overall THEN f.result ELSE f.overall END AS value
  FROM parts p LEFT JOIN forms f ON f.case_id = p.case_id AND f.round = p.round
), placed AS (
  SELECT j.*, row_number() OVER (PARTITION BY j.case_id, unit ORDER BY round) AS number,
    row_number() OVER (PARTITION BY j.case_id, unit
      ORDER BY CASE WHEN delivered_on IS NULL THEN 0 ELSE 1 END DESC, round DESC) AS answered,
    row_number() OVER (PARTITION BY j.case_id, unit
      ORDER BY CASE WHEN coalesce(value, 0) = 0 THEN 0 ELSE 1 END DESC, round DESC) AS said
  FROM judged j JOIN cohort c ON c.case_id = j.case_id
), items AS (
  SELECT unit, case_id,
    max(CASE WHEN number = 1 AND delivered_on IS NOT NULL THEN 1 ELSE 0 END) AS replied,
    max(CASE WHEN number = 1 AND delivered_on IS NOT NULL AND spoken_on <= signed_on THEN 1 ELSE 0 END) AS spoken,
    max(CASE WHEN number = 1 AND delivered_on IS NOT NULL THEN face ELSE 0 END) AS face,
    max(CASE WHEN number = 1 THEN value ELSE 0 END) AS first_value,
    max(CASE WHEN said = 1 THEN value ELSE 0 END) AS value,
    max(CASE WHEN said = 1 THEN attitude ELSE 0 END) AS attitude,
    max(CASE WHEN said = 1 THEN result ELSE 0 END) AS result,
    max(CASE WHEN answered = 1 AND delivered_on IS NOT NULL AND class = 'RESOLVED' THEN 1 ELSE 0 END) AS resolved,
    max(CASE WHEN round > 1 THEN 1 ELSE 0 END) AS again
  FROM placed GROUP BY unit, case_id
)
SELECT unit, count(*), sum(replied), sum(spoken), sum(face),
  sum(CASE WHEN value = 1 THEN 1 ELSE 0 END), sum(CASE WHEN value = 3 THEN 1 ELSE 0 END),
  sum(CASE WHEN value > 0 THEN 1 ELSE 0 END),
  sum(CASE WHEN first_value = 1 THEN 1 ELSE 0 END), sum(CASE WHEN first_value > 0 THEN 1 ELSE 0 END),
  sum(CASE WHEN attitude = 1 THEN 1 ELSE 0 END), sum(CASE WHEN attitude > 0 THEN 1 ELSE 0 END),
  sum(CASE WHEN result = 1 THEN 1 ELSE 0 END), sum(CASE WHEN result > 0 THEN 1 ELSE 0 END),
  sum(resolved), sum(again)
FROM items GROUP BY unit ORDER BY unit
"""
"""One statement for both databases, over the events as they were entered by the end of a day."""

Row = tuple[Any, ...]


def _by_hand(place: Database, url: str) -> tuple[float, list[Row]]:
    register = _register(url)
    sql = register.layout.sql
    ranks = {
        f"rank_{key}": f"CASE data ->> '{key}' WHEN 'SATISFIED' THEN 1 WHEN 'BASICALLY_SATISFIED' THEN 2 "
        "WHEN 'DISSATISFIED' THEN 3 ELSE 0 END"
        for key in ("overall", "attitude", "result")
    }
    statement = BY_HAND.replace("%", "%%") if sql.postgres else BY_HAND
    statement = statement.format(mark=sql.mark, **ranks)
    until = sql.instant(midnight(HANDLED_TWICE + timedelta(days=1)))
    register.engine.dispose()
    connection = place.connect(url)
    cursor = connection.cursor()
    if sql.postgres:  # it takes each part of the statement for a few rows, and would join them in loops
        cursor.execute("SET enable_nestloop = off")
        cursor.execute("SET work_mem = '256MB'")
    started = perf_counter()
    cursor.execute(statement, [until])
    rows = cursor.fetchall()
    seconds = perf_counter() - started
    connection.close()
    return seconds, rows


def _compare(table: Table, rows: Sequence[Row]) -> None:
    """The statement and the register must have counted the same, or the comparison says nothing."""
    by_unit = {}
    for group in table.groups:
        rates = {rate.key: (rate.numerator, rate.denominator) for rate in group.rates}
        by_unit[group.key] = (group.n, {key: rates[key] for key in RATES})
    by_hand = {}
    for unit, n, replied, spoken, face, satisfied, bad, returned, first, firsts, *rest in rows:
        attitude, attitudes, result, results, resolved, again = rest
        numbers = (
            (replied, n), (spoken, replied), (face, replied), (satisfied, returned), (bad, returned),
            (first, firsts), (attitude, attitudes), (result, results), (resolved, n), (again, replied),
        )  # fmt: skip
        by_hand[unit] = (n, {key: (int(a), int(b)) for key, (a, b) in zip(RATES, numbers, strict=True)})
    for unit in sorted(by_unit.keys() | by_hand.keys()):
        assert by_unit.get(unit) == by_hand.get(unit), (unit, by_unit.get(unit), by_hand.get(unit))


# -- the audit by hand ---------------------------------------------------------------------------------------------


def _audit_sql(place: Database, stage: str, runs: int) -> list[float]:
    """The statements of the audit, which are hand-written, through the driver alone."""
    register = _register(place.copy(stage))
    with recording() as tape:
        nightly_audit(register, NIGHT + timedelta(days=1))
    register.engine.dispose()
    seconds = []
    for _ in range(runs):
        connection = place.connect(place.copy(stage))
        replay = replaying(place, connection, tape)
        started = perf_counter()
        replay()
        seconds.append(perf_counter() - started)
        connection.close()
    return seconds


# -- the command ---------------------------------------------------------------------------------------------------

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks-figures.md"
AIM = 3
"""Times the seconds of SQL alone."""

app = typer.Typer(add_completion=False)


@app.command("one")
def cost_once(kind: str, url: str) -> None:
    """Count (`kind` figures) or audit once in this process, and print seconds and peak memory in MB as JSON."""
    register = _register(url)
    gc.collect()
    started = perf_counter()
    if kind == "figures":
        assert count(register, HANDLED_TWICE, "unit", at=NIGHT).groups
    else:
        assert nightly_audit(register, NIGHT + timedelta(days=1)).result.complete
    seconds = perf_counter() - started
    status = Path("/proc/self/status").read_text()
    peak, mapped = (int(status.partition(f"{name}:")[2].split()[0]) / 1024 for name in ("VmHWM", "RssFile"))
    print(json.dumps({"seconds": seconds, "peak": peak - mapped}))


@app.command()
def measure(
    cases: Annotated[int, typer.Option(help="Suggestions of the city, in thousands.")] = 100_000,
    runs: Annotated[int, typer.Option(min=1, help="Runs of each side; the median counts.")] = 5,
    only: Annotated[str, typer.Option(help="SQLite or PostgreSQL; both if not given.")] = "",
    write: Annotated[
        bool, typer.Option(help=f"Write the figures to docs/{PAGE.name}; the other database's lines stay.")
    ] = False,
    on: Annotated[str, typer.Option(help="The day to write on the page.")] = "",
) -> None:
    """Measure figures and audit beside hand-written SQL."""
    if write and runs < 5:
        raise typer.BadParameter("--write takes medians of at least five runs")
    with databases() as places:
        versions = [place.version() for place in places]
        chosen = [place for place in places if only.lower() in ("", place.name.lower())]
        lines = [line(cost) for place in chosen for cost in costs(place, cases, runs)]
    measured = {place.name for place in chosen}
    kept = PAGE.read_text("utf-8").splitlines() if write and PAGE.exists() else []
    lines += [row for row in kept if row.startswith("| ") and row.split(" | ")[1] not in {*measured, "database"}]
    text = page(sorted(lines, key=lambda row: row.split(" | ")[1], reverse=True), versions, runs, on)
    print(text)
    if write:
        PAGE.write_text(text, encoding="utf-8")


def line(cost: Cost) -> str:
    """A row of the page's table."""
    times = cost.seconds / cost.sql
    return (
        f"| {cost.what} | {cost.database} | {cost.events:,} | {cost.seconds:.1f} | {cost.peak:.0f} MB "
        f"| {cost.sql:.1f} | {times:.1f} | {'yes' if times <= AIM else 'no'} |"
    )


def page(rows: Sequence[str], versions: Sequence[str], runs: int, on: str) -> str:
    """The whole of docs/benchmarks-figures.md."""
    lines = [
        "# Benchmarks of figures and audit",
        "",
        "Written by `python -m bench.figures --write`; do not edit.",
        "",
        measured(on, versions),
        "Suggestions of 47 units; four of five were judged, handled again and judged again, 45 events each. Medians of",
        f"{runs} runs, the register each time in a process of its own. Beside the {len(FIGURES)} figures, which the",
        "register counts in one pass, stands one statement written by hand over the same events as of the same day;",
        f"it counts {len(RATES)} of them, and both must agree on every unit. Beside the audit stand its own statements",
        "through the driver alone. It is that of the second night: it checks the chains of one case in fourteen.",
        "Peak memory is the process's own; SQLite maps up to 1 GB of the file besides, which the system may take back.",
        "PostgreSQL is kept from nested loops (enable_nestloop off, work_mem 256 MB) in the statement, which else did",
        "not end in twenty minutes.",
        f"Aim: at most {AIM} times the seconds of SQL.",
        "",
        "| what | database | events | seconds | peak memory | SQL seconds | times | met |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*lines, *rows]) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["one"]:
        app()
    else:
        app(["measure", *sys.argv[1:]])
