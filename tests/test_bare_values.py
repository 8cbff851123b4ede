"""Is a value of a closed set asked for by its name, so that a typing mistake is found?"""

import ast
import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

import states.vocabulary

HOUSE = Path(__file__).parent.parent
ROOMS = ("states", "storage", "notifications", "flows", "portal", "bench")
WHERE_VALUES_ARE = ("states/vocabulary", "storage/migrations")
SETS = [
    of for name in states.vocabulary.__all__
    if isinstance(of := getattr(states.vocabulary, name), type) and issubclass(of, StrEnum)
]  # fmt: skip
VALUES = {value.value for of in SETS for value in of}
IN_CAPITALS = {value for value in VALUES if re.fullmatch("[A-Z_]{2,}", value)}
"""Spelled like nothing else; rungs (U1) are not, which ids of units are spelled like."""

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
"""Texts with which something is compared that are spelled like a value and are none."""

IN_CAPITALS_OTHERS = {
    ("portal/api/models.py", "IDENTITY_PROTECTED"): "a literal of the API's schema",
    ("portal/api/models.py", "KEY"): "an example of the API's schema",
    ("portal/api/models.py", "LAW_PLAN"): "an example of the API's schema",
    ("portal/api/models.py", "NONE"): "a literal of the API's schema",
    ("portal/api/models.py", "NOMINATED"): "an example of the API's schema",
    ("portal/api/models.py", "NOT_MATCHING"): "an example of the API's schema",
    ("states/reasons/__init__.py", "NO_REGION"): "an exported name",
    ("storage/database.py", "FULL"): "a word of SQLite",
}
"""Texts in capitals anywhere that are no value, or have to be written out."""


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


@cache
def modules() -> dict[Path, ast.Module]:
    return {path: ast.parse(path.read_text("utf-8")) for room in ROOMS for path in (HOUSE / room).rglob("*.py")}


def in_capitals(tree: ast.AST) -> Iterator[str]:
    """The values in capitals that a module writes out: in a dict, as an argument, in a tuple, wherever."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in IN_CAPITALS:
            yield str(node.value)


def bare_values() -> set[tuple[str, str]]:
    """(file, value) of each comparison of a module or template with a text that is spelled like a value."""
    pages = {path: Environment().parse(path.read_text("utf-8")) for path in HOUSE.glob("portal/templates/*.html")}
    texts_of = {path: compared(tree) for path, tree in modules().items()} | {
        path: compared_in(tree) for path, tree in pages.items()
    }
    return {(str(path.relative_to(HOUSE)), text) for path, of in texts_of.items() for text in of if text in VALUES}


def test_nothing_is_compared_with_a_bare_value() -> None:
    bare = bare_values()
    assert sorted(bare - OTHERS.keys()) == []
    assert sorted(OTHERS.keys() - bare) == [], "no longer there"


def test_no_value_in_capitals_is_written_out() -> None:
    files = {path: str(path.relative_to(HOUSE)) for path in modules()}
    written_out = {
        (files[path], text)
        for path, tree in modules().items()
        if not files[path].startswith(WHERE_VALUES_ARE)
        for text in in_capitals(tree)
    }
    assert sorted(written_out - IN_CAPITALS_OTHERS.keys()) == []
    assert sorted(IN_CAPITALS_OTHERS.keys() - written_out) == [], "no longer there"


def test_a_bare_value_would_be_found() -> None:
    assert set(in_capitals(ast.parse("act(role='CO', data={'class': ('SOLE', 'U1')})"))) == {"CO", "SOLE"}
    assert set(compared(ast.parse("x == 'CO' or y in ('A', z)"))) == {"CO", "A"}
    assert set(compared(ast.parse("match x:\n  case 'CO': pass"))) == {"CO"}
    assert set(compared_in(Environment().parse('{% if x != "CO" %}{% endif %}'))) == {"CO"}
