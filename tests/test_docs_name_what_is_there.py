"""What docs/ and the READMEs say of files is true: every path that they name is there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
ROOMS = "portal|flows|storage|states|rulebooks|notifications|tests|bench|deploy"
PATH = re.compile(rf"(?<![\w/.-])((?:{ROOMS})/[\w./-]+\.\w+)")
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")


def test_every_file_that_a_page_names_is_there() -> None:
    missing = []
    for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]:
        if page.name == "CHANGELOG.md":  # it speaks of files that were
            continue
        text = page.read_text("utf-8")
        named = [ROOT / path for path in PATH.findall(text)] + [page.parent / path for path in LINK.findall(text)]
        missing += [f"{page.name}: {path.relative_to(ROOT)}" for path in named if not path.resolve().exists()]
    assert not missing
