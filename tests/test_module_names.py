"""No two modules of the house share a name without sharing an idea."""

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("rulebooks", "states", "storage", "notifications", "flows", "portal", "bench")
BY_SUBJECT = {
    "bench": "what is measured",
    "portal/api": "routes",
    "portal/commands": "commands",
    "states/reasons": "refusals",
    "states/sheets": "what actions ask",
    "states/vocabulary": "closed sets",
    "storage/tables": "declared tables",
}
"""Packages whose modules all hold one kind of thing, each for the subject that it is named after."""

TWICE = {
    "climbing": "the rules of escalation, and what carries them out in the database",
    "errors": "each package declares what it refuses",
}


def test_a_module_name_means_one_thing() -> None:
    places = defaultdict(list)
    for path in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        package = path.parent.relative_to(ROOT).as_posix()
        if not path.stem.startswith("__") and package not in BY_SUBJECT and "migrations" not in path.parts:
            places[path.stem].append(package)
    shared = {name: packages for name, packages in places.items() if len(packages) > 1}
    assert {name: packages for name, packages in shared.items() if name not in TWICE} == {}
    assert TWICE.keys() - shared.keys() == set(), "no longer there twice"
    assert [package for package in BY_SUBJECT if not (ROOT / package).is_dir()] == []
