"""The templates of the pages with their globals, compiled once per process and language."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from portal.visitor.languages import LANGUAGE, language_tag, level_name, say
from rulebooks import ZONE
from states.vocabulary import LimitKey

FOLDER = Path(__file__).parents[1] / "templates"

Names = tuple[tuple[str, str], ...]


def templates(limits: Names) -> Environment:
    """The templates in the visitor's language; `limits` are the names of limits that the office's rulebooks add."""
    return _templates(LANGUAGE.get(), limits)


@lru_cache
def _templates(_language: str, limits: Names) -> Environment:
    environment = _Templates(
        loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, auto_reload=False,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters |= {"moment": moment, "day": shown_day, "lines": lines, "t": say, "level": level_name}
    environment.globals |= {"_": say, "language_tag": language_tag, "LIMITS": LimitKey.names() | dict(limits)}
    return environment


class _Templates(Environment):
    """Texts of a template are translated when it is compiled, not when a page is rendered."""

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed: nodes.Template = _Said().visit(super()._parse(source, name, filename))
        return parsed


class _Said(NodeTransformer):
    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - the visitor finds it by this name
        self.generic_visit(node)
        words = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        plain = len(words) == len(node.args) and not (node.kwargs or node.dyn_args or node.dyn_kwargs)
        if plain and isinstance(node.node, nodes.Name) and node.node.name == "_":
            return nodes.Const(say(*words), lineno=node.lineno, environment=node.environment)
        return node


def moment(value: datetime | None) -> str:
    """An instant as the region's people read it, to the minute."""
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}" if value else "–"


def shown_day(value: date | None) -> str:
    return value.isoformat() if value else "–"


def lines(text: str) -> Markup:
    """A text with its line breaks, everything else escaped."""
    return Markup("<br>").join(_lines(text))


def _lines(text: str) -> Iterable[str]:
    return text.splitlines() or [""]
