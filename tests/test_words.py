"""Do names of values say what they hold?"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

HOUSE = Path(__file__).parent.parent
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal", "bench", "tests")
HIDING = {"told", "found", "asked", "said", "one", "known"}
EXEMPT = {
    ("portal/api/models.py", "found"): "a field of the API",
    ("portal/api/models.py", "known"): "a field of the API",
    ("portal/api/office.py", "found"): "the name of an operation of the API",
    ("portal/rehearsal/fooled.py", "said"): "a key of `duban story fooled --json`",
    ("portal/visitor/background_work.py", "found"): "what a template reads",
    ("portal/visitor/judged_shapes.py", "found"): "a field of the API",
    ("portal/visitor/judged_shapes.py", "said"): "a field of the API",
    ("portal/visitor/sight.py", "known"): "the case as the visitor knows it, beside the whole one",
    ("portal/web/calendar_pages.py", "known"): "what a template reads",
    ("portal/web/duty_pages.py", "asked"): "what a template reads",
    ("portal/web/opinion_pages.py", "told"): "what a template reads",
    ("portal/web/reception.py", "told"): "what a template reads",
    ("states/cases.py", "found"): "a column of inspections",
    ("storage/tables/audits.py", "found"): "a column of audits",
    ("storage/tables/judging.py", "found"): "a column of inspections",
}


def bound(tree: ast.AST) -> Iterator[str]:
    """The names that a module binds: variables, parameters, fields, functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.name


def hiding() -> set[tuple[str, str]]:
    """(module, name) of each name that says nothing of what it holds."""
    word = re.compile(rf"\b_?({'|'.join(HIDING)})\b")
    texts = {path: path.read_text() for room in ROOMS for path in sorted((HOUSE / room).rglob("*.py"))}
    return {
        (path.relative_to(HOUSE).as_posix(), name)
        for path, text in texts.items()
        if word.search(text)
        for name in bound(ast.parse(text))
        if name.strip("_") in HIDING
    }


def test_no_name_hides_what_it_holds() -> None:
    """A value is named by a noun; a name of these says only that it is there."""
    names = hiding()
    assert sorted(names - EXEMPT.keys()) == []
    assert sorted(EXEMPT.keys() - names) == [], "no longer there"
