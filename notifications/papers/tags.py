"""The sandboxed template language: fields of the paper, conditions and loops over rows, in bounded time."""

from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import SandboxedEnvironment

from states.reasons import Label, Refused

MOST_NUMBERS = 1_000
"""Numbers that `range` gives in one paper."""
DEEPEST = 2
"""Loops inside each other; each goes through the rows of a paper at most."""
MOST_TAGS = 5_000
"""Parts of all tags of a template together."""

FILTERS = (
    "default", "d", "e", "escape", "first", "int", "join", "last", "length", "count", "list", "lower", "replace",
    "reverse", "round", "sort", "string", "sum", "trim", "unique", "upper", "abs", "float",
)  # fmt: skip
"""Those that make no text much longer than what they are given."""
METHODS = ("split", "startswith", "endswith", "strip", "lstrip", "rstrip", "items", "keys", "values", "get")

_NEVER = (nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Macro, nodes.CallBlock)


class TagRefused(SecurityError):
    """A tag goes further than a paper may while it is made; `why` says how."""

    def __init__(self, why: Refused) -> None:
        super().__init__(str(why))
        self.why = why


class TagUnfit(TemplateSyntaxError):
    """A tag is written as no template of papers may be; `why` says how."""

    def __init__(self, why: Refused, line: int) -> None:
        super().__init__(str(why), line)
        self.why = why


class TagsOfTemplate(SandboxedEnvironment):
    """The language of one template while one paper is made of it."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(undefined=StrictUndefined, autoescape=True)
        self.filters = {name: self.filters[name] for name in FILTERS}
        self._numbers = 0
        self.globals = {"range": self._range}

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "**" or not all(isinstance(value, int | float) for value in (left, right)):
            raise TagRefused(Refused("tag_numbers_alone", operator=Label(operator)))
        return super().call_binop(context, operator, left, right)

    def is_safe_callable(self, obj: Any) -> bool:
        called = getattr(obj, "__name__", "")
        return obj == self._range or (called in METHODS and super().is_safe_callable(obj))

    def _range(self, *bounds: int) -> range:
        numbers = range(*bounds)
        self._numbers += len(numbers) if abs(numbers.start) + abs(numbers.stop) < 1 << 60 else MOST_NUMBERS + 1
        if self._numbers > MOST_NUMBERS:
            raise TagRefused(Refused("tag_range", name=Label("range"), most=MOST_NUMBERS))
        return numbers

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        tree = super()._parse(source, name, filename)
        for node in tree.find_all(_NEVER):
            raise TagUnfit(Refused("tag_not_for_papers", tag=Label(type(node).__name__.lower())), node.lineno)
        if sum(1 for _ in tree.find_all(nodes.Node)) > MOST_TAGS:
            raise TagUnfit(Refused("tag_parts", most=MOST_TAGS), 1)
        _check_loops(tree, 0)
        return tree


def _check_loops(node: nodes.Node, deep: int) -> None:
    for child in node.iter_child_nodes():
        inside = deep + isinstance(child, nodes.For)
        if inside > DEEPEST or (isinstance(child, nodes.For) and child.recursive):
            raise TagUnfit(Refused("tag_loops", most=DEEPEST), child.lineno)
        _check_loops(child, inside)
