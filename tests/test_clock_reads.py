"""Who reads a clock? Every place by itself, with its reason: the rules, the tables and the letters never do."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
HOUSE = ("portal", "flows", "storage", "notifications", "states", "rulebooks")

CLOCKS = {"now", "utcnow", "today", "time", "time_ns", "clock_gettime", "localtime", "gmtime"}
OWNERS = {"datetime", "date", "time"}
"""datetime.now, date.today, time.time and their like; what passes (monotonic, perf_counter) may be read anywhere."""

IN_SQL = ("current_timestamp", "current_date", "clock_timestamp", "statement_timestamp", "now()", "'now'")

REASONS = {
    "flows/engine.py: Clock.now": "the engine's clock, from which portal and engine have the time",
    "flows/engine.py: Clock.starting_at": "a demonstration's clock, set beside the real one",
    "flows/engine.py: Clock.move_to": "a demonstration's clock, moved on",
    "flows/prefect_flows.py: _moment": "a deployment gives no time; and none may lie ahead",
    "flows/prefect_flows.py: _run": "whether the clock is trusted, before a worker does anything",
    "flows/replay.py: replay": "which rows of a table tell of the future",
    "flows/watch.py: wall": "the clock that is watched",
    "flows/watch.py: passed": "what passed, beside which it is watched",
    "portal/commands/accounts.py": "sessions, links and mandates made at the console",
    "portal/commands/erasing.py": "erasures asked for and decided at the console",
    "portal/commands/cases.py: import_": "an import at the console is entered now",
    "storage/access_log.py: AccessLog._note": "when its own file of entries was looked after",
    "storage/register.py: Register.import_directory": "an import is logged by the real clock where it is told none",
    "portal/commands/console_log.py: _enter": "when somebody read at the console",
    "portal/commands/console.py: entry_of": "the instant of entry at the console",
    "portal/commands/console.py: instant": "the time of a command that is told none",
    "portal/commands/console.py: rehearsal_register": "when a database was marked",
    "portal/demo/__main__.py: main": "how long the rehearsal took",
    "portal/demo/__main__.py: settle_down": "accounts are real also where the register's clock is not",
    "portal/demo/__main__.py: people_table": "links are real also where the register's clock is not",
    "portal/commands/first_start.py: first_links": "links of the first administrators",
    "portal/visitor/site.py: Site.real_now": "sessions, links and tokens run out by the real clock",
}
"""By file and function, or by file where every function has the same reason."""


def test_every_place_that_reads_a_clock_is_known_with_its_reason() -> None:
    places = set(reads())
    unknown = {place for place in places if place not in REASONS and place.partition(":")[0] not in REASONS}
    assert not unknown, f"say why it reads a clock, or let its caller tell it the time: {sorted(unknown)}"
    gone = {name for name in REASONS if not any(place == name or place.startswith(f"{name}:") for place in places)}
    assert not gone, f"no clock is read there any more: {sorted(gone)}"


def test_rules_tables_and_letters_read_no_clock() -> None:
    """But who comes in, which is noted by the real clock also where the register's is another."""
    inner = [place for place in reads() if place.split("/")[0] not in ("portal", "flows") and place not in REASONS]
    assert inner == []


def test_no_database_is_asked_for_the_time() -> None:
    """Each would answer with its own machine's clock."""
    queries = [
        f"{path.relative_to(ROOT)}: {node.value[:60]}"
        for path in files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        and any(word in node.value.lower() for word in IN_SQL) and "SELECT" in node.value.upper()
    ]  # fmt: skip
    assert queries == []


def files() -> list[Path]:
    """Those of the program; a migration is run at the console, and may note when."""
    paths = [path for house in HOUSE for path in sorted((ROOT / house).rglob("*.py"))]
    return [path for path in paths if ROOT / "storage" / "migrations" not in path.parents]


def reads() -> Iterator[str]:
    for path in files():
        for name in _reads_in(ast.parse(path.read_text("utf-8")), ()):
            yield f"{path.relative_to(ROOT)}: {name}"


def _reads_in(node: ast.AST, within: tuple[str, ...]) -> Iterator[str]:
    for inner in ast.iter_child_nodes(node):
        deeper = within
        if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            deeper = (*within, inner.name)
        if _reads(inner):
            yield ".".join(within) or "module"
        yield from _reads_in(inner, deeper)


def _reads(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr in CLOCKS
        and isinstance(node.value, ast.Name)
        and node.value.id in OWNERS
    )
