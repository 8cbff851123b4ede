"""No two things of the house share a class name."""

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal")
OUTSIDE = {
    ROOT / "portal" / name
    for name in ("api/models.py", "api/problems.py", "visitor/case_shapes.py", "visitor/judged_shapes.py")
}
"""Describe to programs what other modules hold, under the names that these have."""


def test_a_class_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if path not in OUTSIDE):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.ClassDef):
                places[node.name].append(str(path.relative_to(ROOT)))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
