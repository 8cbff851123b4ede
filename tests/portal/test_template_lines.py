"""A template reads line by line: a line begins one tag, and a condition asks one value."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from tests.portal.test_languages import TEMPLATES

VALUE = re.compile(r"\{\{.*?\}\}")
STATEMENT = re.compile(r"\{%.*?%\}")
TAG = re.compile(r"<([a-z][a-z0-9]*)")
BRANCH = re.compile(r"\{%-? *(?:if|elif|for)\b")
TEXT = frozenset({"a", "b", "br", "code", "i", "mark", "span", "strong", "time"})
"""Elements within a sentence are part of its text: a link, a word in bold or small letters, the end of a line."""


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_condition_asks_one_value(path: Path) -> None:
    """What depends on two is a property of the page, and no value is chosen within a choice."""
    tree = Environment().parse(path.read_text("utf-8"))
    tests = [node.test for node in tree.find_all(nodes.If)] + [node.test for node in tree.find_all(nodes.CondExpr)]
    two = (nodes.And, nodes.Or)
    assert [test.lineno for test in tests if isinstance(test, two) or any(test.find_all(two))] == []
    choices = list(tree.find_all(nodes.CondExpr))
    assert [node.lineno for node in choices if any(node.find_all(nodes.CondExpr))] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_line_begins_one_tag(path: Path) -> None:
    """At most one element, and at most one branch or loop, which may be that of an attribute."""
    lines = enumerate(path.read_text("utf-8").splitlines(), 1)
    assert [f"{number}: {line.strip()}" for number, line in lines if _elements(line) > 1 or _branches(line) > 1] == []


def _elements(line: str) -> int:
    return sum(tag not in TEXT for tag in TAG.findall(STATEMENT.sub("", VALUE.sub("", line))))


def _branches(line: str) -> int:
    return len(BRANCH.findall(line))
