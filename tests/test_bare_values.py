"""Is a value of a closed set asked for by its name, so that a typing mistake is found?"""

import ast
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path

from jinja2 import Environment, nodes

import states.vocabulary

HOUSE = Path(__file__).parent.parent
ROOMS = ("states", "storage", "notifications", "flows", "portal")
SETS = [
    of for name in states.vocabulary.__all__
    if isinstance(of := getattr(states.vocabulary, name), type) and issubclass(of, StrEnum)
]  # fmt: skip
VALUES = {value.value for of in SETS for value in of}

OTHERS = {
    ("storage/directory.py", "phone"): "a column",
    ("storage/statistics/tables.py", "system"): "a system of units",
    ("flows/engine.py", "off"): "a setting",
    ("flows/prefect_link.py", "off"): "a setting",
    ("flows/tables/formats.py", "other"): "a kind of token",
    ("portal/commands/rehearsals.py", "off"): "a setting",
    ("portal/visitor/choosing.py", "committee"): "a key of an action's data",
    ("portal/visitor/known.py", "supervision"): "a key of an action's data",
    ("portal/visitor/rights.py", "directory"): "a page",
    ("portal/templates/cells.html", "limit"): "a kind of cell",
}
"""Texts that are spelled like a value and are none."""


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.Tuple | ast.List | ast.Set):
        for item in node.elts:
            yield from texts(item)


def compared(tree: ast.AST) -> Iterator[str]:
    """The texts with which a module compares something, in a `match`, too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for side in (node.left, *node.comparators):
                yield from texts(side)
        elif isinstance(node, ast.MatchValue):
            yield from texts(node.value)



def compared_in(template: nodes.Template) -> Iterable[str]:
    for node in template.find_all(nodes.Compare):
        for side in (node.expr, *(operand.expr for operand in node.ops)):
            for item in side.items if isinstance(side, nodes.Tuple | nodes.List) else [side]:
                if isinstance(item, nodes.Const) and isinstance(item.value, str):
                    yield item.value


def bare_values() -> set[tuple[str, str]]:
    """(file, value) of each comparison of a module or template with a text that is spelled like a value."""
    modules = {path: ast.parse(path.read_text("utf-8")) for room in ROOMS for path in (HOUSE / room).rglob("*.py")}
    pages = {path: Environment().parse(path.read_text("utf-8")) for path in HOUSE.glob("portal/templates/*.html")}
    texts_of = {path: compared(tree) for path, tree in modules.items()} | {
        path: compared_in(tree) for path, tree in pages.items()
    }
    return {(str(path.relative_to(HOUSE)), text) for path, of in texts_of.items() for text in of if text in VALUES}


def test_nothing_is_compared_with_a_bare_value() -> None:
    bare = bare_values()
    assert sorted(bare - OTHERS.keys()) == []
    assert sorted(OTHERS.keys() - bare) == [], "no longer there"


def test_a_bare_value_would_be_found() -> None:
    assert set(compared(ast.parse("x == 'CO' or y in ('A', z)"))) == {"CO", "A"}
    assert set(compared(ast.parse("match x:\n  case 'CO': pass"))) == {"CO"}
    assert set(compared_in(Environment().parse('{% if x != "CO" %}{% endif %}'))) == {"CO"}
