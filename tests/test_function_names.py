"""No two functions of the house share a name without sharing an idea."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal")
NAMED_OTHERWISE = {
    "storage/audit_checks.py": "a check is named by what it finds",
    "storage/unreachable.py": "the same",
}
TWICE = {
    "main": "the entry points of programs",
    "read_pasted": "the reader in the process apart, and who asks it",
    "read_toml": "the same",
}


def named_by_others(function: ast.FunctionDef) -> bool:
    """Whether it is a command or a route, which bears the name of its command or operation."""
    calls = [made.func for made in function.decorator_list if isinstance(made, ast.Call)]
    return any(isinstance(call, ast.Attribute) and call.attr in {"command", "get", "post", "delete"} for call in calls)


def functions() -> Iterator[tuple[str, str]]:
    """(name, module) of each public function of a module."""
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        module = path.relative_to(ROOT).as_posix()
        if module in NAMED_OTHERWISE or "migrations" in path.parts:
            continue
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not named_by_others(node):
                yield node.name, module


def test_a_function_name_means_one_thing() -> None:
    places = defaultdict(list)
    for name, module in functions():
        places[name].append(module)
    shared = {name: modules for name, modules in places.items() if len(modules) > 1}
    assert {name: modules for name, modules in shared.items() if name not in TWICE} == {}
    assert TWICE.keys() - shared.keys() == set(), "no longer there twice"
