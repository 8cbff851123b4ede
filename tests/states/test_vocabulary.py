"""Is each closed set named once?"""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator

from tests.test_bare_values import HOUSE, ROOMS, SETS

CHINESE = re.compile("[\u4e00-\u9fff]")

def keys_of(table: ast.Dict) -> Iterator[str]:
    """What a table of Chinese texts is keyed by: a value, or the name of one behind its set's (`PartRole.CO`)."""
    if all(isinstance(text, ast.Constant) and CHINESE.search(str(text.value)) for text in table.values):
        for key in table.keys:
            if isinstance(key, ast.Constant):
                yield str(key.value)
            elif isinstance(key, ast.Attribute) and isinstance(key.value, ast.Name):
                yield f"{key.value.id}.{key.attr}"


def sets_named(tree: ast.AST) -> Iterator[str]:
    """The closed sets of which a table of the module gives two values a Chinese text."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            keys = set(keys_of(node))
            for of in SETS:
                values = [value for value in of if {value.value, f"{of.__name__}.{value.name}"} & keys]
                if len(values) > 1:
                    yield of.__name__


def test_no_closed_set_has_two_tables_of_names() -> None:
    tables = defaultdict(list)
    for path in sorted(path for room in ("rulebooks", *ROOMS) for path in (HOUSE / room).rglob("*.py")):
        for name in sets_named(ast.parse(path.read_text("utf-8"))):
            tables[name].append(str(path.relative_to(HOUSE)))
    assert {name: places for name, places in tables.items() if len(places) > 1} == {}


def test_a_table_of_names_would_be_found() -> None:
    text = "A = {'CO': '协办', PartRole.LEAD: '主办', 'x': '其他'}\nB = {'CO': '协办'}\nC = {'CO': 1, 'LEAD': 2}"
    assert list(sets_named(ast.parse(text))) == ["PartRole"]
