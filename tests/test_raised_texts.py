"""Who reads the text of an error? Where a person may, it is a value with both languages, not a text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal")

VALUES = ("Unreadable",)
"""Errors whose text is a code."""

NOBODYS = {
    "flows/engine.py Clock.move_to": "a script of a rehearsal moves the clock",
    "flows/prefect_flows.py _moment": "the parameter of a flow run: Prefect shows it to who started it there",
    "flows/prefect_link.py PrefectLink.run": "the log of the engine, which then runs the work itself",
    "flows/prefect_link.py _be_let_in": "the log of the engine, which then runs the work itself",
    "portal/commands/console.py _plain": "a mistake of the program",
    "portal/rehearsal/fooled.py _Story._act": "a mistake of the program",
    "portal/rehearsal/stage.py Playhouse.play": "a mistake of the program",
    "portal/visitor/languages.py read_po": "who edits the catalogue of texts, by a test",
    "portal/web/calendar_pages.py _unpacked": "caught where it is raised",
    "rulebooks/days.py civil_day": "a mistake of the program",
    "rulebooks/sentences.py _noted": "a mistake of the program",
    "rulebooks/workdays.py Workdays._year": "caught by rulebooks/due.py, which refuses in words",
    "states/decide.py decide": "a mistake of the program",
    "storage/column_types.py Instant.process_bind_param": "a mistake of the program",
    "storage/first_texts.py _whole": "caught where texts of 0.1.0 are taken over",
    "storage/register.py Register.apply": "a mistake of the program",
    "storage/register.py Register._write": "a mistake of the program",
    "storage/same_file.py SameFile._check": "the log, and after `database_away` at the console",
    "storage/seal_entries.py _enter_executed": "a mistake of the program",
}
"""Functions that raise an error with a text, and who reads it."""


def raising(tree: ast.AST, place: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.Call]]:
    """Every `raise` of an error that is made there, with the function in which it stands."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        inner = (*place, node.name) if named else place  # type: ignore[attr-defined]
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            yield ".".join(inner), node.exc
        yield from raising(node, inner)


def is_text(argument: ast.expr) -> bool:
    """Whether an argument is a sentence: written there, put together there, or that of another error."""
    if isinstance(argument, ast.BinOp | ast.IfExp):
        return any(isinstance(part, ast.expr) and is_text(part) for part in ast.iter_child_nodes(argument))
    if isinstance(argument, ast.Constant):
        return isinstance(argument.value, str)
    return isinstance(argument, ast.JoinedStr) or ast.unparse(argument).startswith("str(")


def with_texts(source: str) -> set[str]:
    return {
        place
        for place, error in raising(ast.parse(source))
        if any(map(is_text, error.args)) and ast.unparse(error.func) not in VALUES
    }


def test_no_error_that_a_person_reads_is_a_text() -> None:
    places = {
        f"{path.relative_to(ROOT)} {place}"
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if path.parent.name != "versions"
        for place in with_texts(path.read_text("utf-8"))
    }
    assert sorted(places - NOBODYS.keys()) == [], "make it a Refused, with both languages in states/reasons"
    assert sorted(NOBODYS.keys() - places) == [], "no longer there"


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ('ValueError("no")', True), ('Odd(f"no {x}")', True), ("Odd(str(error))", True), ('Odd("no" + why)', True),
        ('Odd(Refused("no_such_day"))', False), ('Unreadable("empty")', False), ("Odd(error)", False),
    ],
)  # fmt: skip
def test_the_walk_sees_a_text(raised: str, text: bool) -> None:
    assert with_texts(f"def f():\n    raise {raised}\n") == ({"f"} if text else set())
