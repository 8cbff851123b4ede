"""A template asks one value at a time: what depends on two is a property of its page, or counted here."""

from collections import Counter

from jinja2 import Environment, nodes

from tests.portal.test_languages import TEMPLATES

STILL_TWO = {
    "base.html": 1, "calendar_preview.html": 1, "case.html": 5, "cases.html": 1, "cells.html": 3, "demo_bar.html": 1,
    "directory.html": 1, "figures.html": 1, "intake.html": 1, "judgements.html": 2, "macros.html": 2,
    "mandates.html": 1, "seals.html": 4,
}  # fmt: skip
"""Conditions with `and` or `or` by template; whoever mends one takes it off."""


def test_no_template_gains_a_condition_of_two_values() -> None:
    found: Counter[str] = Counter()
    for path in TEMPLATES:
        tree = Environment().parse(path.read_text("utf-8"))
        tests = [node.test for node in tree.find_all(nodes.If)]
        tests += [node.test for node in tree.find_all(nodes.CondExpr)]
        for test in tests:
            found[path.name] += isinstance(test, nodes.And | nodes.Or) or any(test.find_all((nodes.And, nodes.Or)))
    assert {name: count for name, count in found.items() if count} == STILL_TWO
