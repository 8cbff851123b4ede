"""Does SQL stand in storage alone? An import contract keeps the cursors there; this keeps the sentences."""

import ast
import re
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
SQL = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|WITH RECURSIVE|CREATE TABLE|CREATE INDEX)\s")


@pytest.mark.parametrize("room", ["rulebooks", "states", "notifications", "flows", "portal"])
def test_no_module_outside_storage_speaks_sql(room: str) -> None:
    spoken = [
        f"{path.relative_to(HOUSE)}:{line}"
        for path in sorted((HOUSE / room).rglob("*.py"))
        for line in _sql_lines(ast.parse(path.read_text("utf-8")))
    ]
    assert not spoken, f"SQL outside storage: {spoken}"


def _sql_lines(tree: ast.Module) -> list[int]:
    """The lines of strings, and of parts of f-strings, that begin as SQL does."""
    texts = [(node.lineno, node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    return sorted({line for line, text in texts if isinstance(text, str) and SQL.match(text)})


def test_sql_is_found() -> None:
    strings = ('"SELECT 1"', 'f"SELECT {a} FROM cases"', '"""\n  DELETE FROM cases"""', '"Select a unit"')
    tree = ast.parse("\n".join(strings))
    assert _sql_lines(tree) == [1, 2, 3]
