"""What docs/, the READMEs and docstrings say of files is true: every path that they name is there."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = ("portal", "flows", "storage", "states", "rulebooks", "notifications", "tests", "bench", "deploy", "docs")
PATH = re.compile(rf"(?<![\w/.-])((?:{'|'.join(ROOMS)})/[\w./-]*\w)")
MODULE = re.compile(rf"`((?:{'|'.join(ROOMS[:6])})(?:\.[a-z]\w*)+)")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def pages() -> Iterator[Path]:
    """Without CHANGELOG.md, which speaks of files that were."""
    yield from (page for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")] if page.name != "CHANGELOG.md")


def is_there(dotted: str) -> bool:
    """Whether it is a module, or a name that stands in the module before its last point."""
    path = ROOT / dotted.replace(".", "/")
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    outer = (path.parent.with_suffix(".py"), path.parent / "__init__.py")
    return any(re.search(rf"\b{path.name}\b", file.read_text("utf-8")) for file in outer if file.exists())


def test_every_file_and_folder_that_a_page_names_is_there() -> None:
    missing = []
    for page in pages():
        text = page.read_text("utf-8")
        named = [ROOT / path for path in PATH.findall(text)] + [page.parent / path for path in LINK.findall(text)]
        missing += [f"{page.name}: {path}" for path in named if not path.resolve().exists()]
        missing += [f"{page.name}: {dotted}" for dotted in MODULE.findall(text) if not is_there(dotted)]
    assert not missing


def test_every_module_that_a_docstring_names_is_there() -> None:
    missing = []
    for module in (module for room in ROOMS for module in (ROOT / room).rglob("*.py")):
        text = module.read_text("utf-8")
        named = [path for path in re.findall(r"`([\w/-]+\.(?:py|html|md|toml))`", text) if path.split("/")[0] in ROOMS]
        missing += [f"{module.relative_to(ROOT)}: {path}" for path in named if not (ROOT / path).exists()]
        missing += [f"{module.relative_to(ROOT)}: {dotted}" for dotted in MODULE.findall(text) if not is_there(dotted)]
    assert not missing
