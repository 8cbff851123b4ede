"""The largest templates are given just what they name."""

from collections.abc import Iterator
from dataclasses import fields
from importlib import import_module
from pkgutil import iter_modules

import pytest
from jinja2 import meta, nodes

from portal import web
from portal.visitor.site import HERE, Site
from portal.web.rendering import Frame, Page
from storage import Register

for module in iter_modules(web.__path__, f"{web.__name__}."):
    import_module(module.name)
PAGES = Page.__subclasses__()
ALWAYS = {"site", "today", *(field.name for field in fields(Frame))}
LARGE = 85
"""Lines of a template from which on its page has a type; one of macros, of a part or the frame has none of its own."""
NO_PAGES = {"base.html", "cells.html", "judgements.html", "macros.html"}


def trees(site: Site, template: str) -> Iterator[nodes.Template]:
    """A template and those that it extends, includes or imports."""
    loader = site.pages.loader
    assert loader is not None
    tree = site.pages.parse(loader.get_source(site.pages, template)[0])
    yield tree
    for other in meta.find_referenced_templates(tree):
        assert other is not None
        yield from trees(site, other)


def named(site: Site, template: str) -> set[str]:
    """The values that a template takes from outside: names that it reads and that none of its templates makes."""
    names: set[str] = set()
    made = set(site.pages.globals)
    for tree in trees(site, template):
        names |= meta.find_undeclared_variables(tree)
        targets = [node.target for node in tree.find_all(nodes.Assign)]
        made |= {target.name for target in targets if isinstance(target, nodes.Name)}
        made |= {node.name for node in tree.find_all(nodes.Macro)}
        made |= {node.target for node in tree.find_all(nodes.Import)}
        made |= {name for node in tree.find_all(nodes.FromImport) for name in node.names if isinstance(name, str)}
    return names - made


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.template)
def test_a_page_gives_its_template_all_that_it_names_and_no_more(page: type[Page], desk: Register) -> None:
    given = set(page.names())
    assert named(Site(desk), page.template) - ALWAYS == given
    assert not given & ALWAYS


def test_each_large_template_has_a_page_with_a_type() -> None:
    typed = {page.template for page in PAGES}
    large = {
        path.name
        for path in (HERE / "templates").glob("*.html")
        if len(path.read_text(encoding="utf-8").splitlines()) > LARGE
    }
    assert large <= typed | NO_PAGES
