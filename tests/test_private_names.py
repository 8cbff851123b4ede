"""Is a private name used in its own module only?"""

import ast
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal", "bench", "tests")


@pytest.mark.parametrize("room", ROOMS)
def test_no_module_imports_a_private_name_of_another(room: str) -> None:
    taken = [
        f"{path.relative_to(HOUSE)}:{line}: {name}"
        for path in sorted((HOUSE / room).rglob("*.py"))
        for line, name in _private_imports(ast.parse(path.read_text("utf-8")))
    ]
    assert not taken, f"private names of other modules: {taken}"


def _private_imports(tree: ast.Module) -> list[tuple[int, str]]:
    """(line, name) of each import of a private name from a module of the house, or of its use behind a module."""
    modules: set[str] = set()
    private: list[tuple[int, str]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ROOMS:
            modules |= {name.asname or name.name for name in node.names if name.name.islower()}
            private += [(node.lineno, f"{node.module}.{name.name}") for name in node.names if _private(name.name)]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and _private(node.attr):
            private += [(node.lineno, f"{node.value.id}.{node.attr}")] if node.value.id in modules else []
    return private


def _private(name: str) -> bool:
    return name.startswith("_") and not name.startswith("__")


def test_a_private_import_is_found() -> None:
    tree = ast.parse("from storage import lists\nfrom states.work import _TABLES, Work\nlists._picked\nlists.few\n")
    assert _private_imports(tree) == [(2, "states.work._TABLES"), (3, "lists._picked")]
