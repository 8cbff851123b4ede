"""Every number that people read is made by the one reader of figures, or stands here with what else it is."""

import ast
import re
from pathlib import Path

import storage

ROOT = Path(storage.__file__).parents[1]
SUMS = re.compile(r"\b(count|sum|avg|total)\((\*|1|DISTINCT|CASE|[a-z_.]+\))", re.IGNORECASE)
"""What adds rows up in SQL."""

WORKING = "how long a list of what is to be done is, now; the list is the answer, and no rate is made of it"
SEARCH = "how many a search or a page found"
SYSTEM = "of the program itself: messages, tokens, notices, rows"
AUDIT = "what the night's check found, from rows and events against each other"
REHEARSAL = "of a made-up year, for who develops a rulebook; its own figures are asked of the reader beside it"
ELSEWHERE = {
    "storage/weeks.py:week": "limits of all kinds in one week from rows, as a leader's list; no rate is made of it",
    "storage/lists.py:count_each": WORKING, "storage/lists.py:late_counts": WORKING,
    "storage/lists.py:count": WORKING, "storage/lists.py:_up_to": WORKING,
    "storage/across_cases.py:key_items": WORKING, "storage/who_stands.py:opinions_by_place": WORKING,
    "storage/desk.py:days_assigned": WORKING,
    "storage/similar.py:usual_handlers": SEARCH, "storage/similar.py:_candidates": SEARCH,
    "storage/ledgers.py:duty_ledger": "what one deputy did in a year, by deputy, which no figure is by",
    "storage/courtesy.py:standing_judgements": "one case's inspections, beside its reply",
    "storage/unsupervised.py:<module>": WORKING,
    "storage/day_counts.py:by_limit": "of a replay: the limits of a register without suggestions",
    "storage/day_counts.py:audit_on": AUDIT, "storage/day_counts.py:_open_cases": AUDIT,
    "storage/auditing.py:_look_at_all": AUDIT,
    "storage/day_counts.py:counts": SYSTEM,
    "storage/audit_checks.py:many_returns": AUDIT, "storage/audit_checks.py:calendar": AUDIT,
    "storage/audit_checks.py:does_not_add_up": AUDIT, "storage/audit_checks.py:unsent": AUDIT,
    "storage/unreachable.py:_committees": AUDIT,
    "storage/unreachable.py:_deputies": AUDIT, "storage/unreachable.py:_offices": AUDIT,
    "storage/composing.py:notices_held": SYSTEM, "storage/messages.py:_taken_lately": SYSTEM,
    "storage/messages.py:message_counts": SYSTEM, "storage/messages.py:unread": SYSTEM,
    "storage/tokens.py:make": SYSTEM, "storage/working_days.py:_calendars": SYSTEM,
    "storage/seal_entries.py:how_many": SYSTEM, "storage/taking_back.py:_naming": SYSTEM,
    "storage/lists.py:_by_due": SYSTEM, "storage/form_drafts.py:count_forms": SYSTEM,
}
"""By file and function: what is added up outside the reader, and why it is no figure."""
COUNTED_IN_PYTHON = {"storage/weeks.py:week"}
"""Named above though its SQL adds nothing up."""


def places() -> set[str]:
    """Where rows are added up, as file:function."""
    counting = set()
    for folder in ("storage", "notifications", "flows", "portal"):
        for path in (ROOT / folder).rglob("*.py"):
            name = path.relative_to(ROOT).as_posix()
            if "migrations" not in path.parts and not name.startswith("storage/statistics/"):
                counting |= {f"{name}:{function}" for function in _of(ast.parse(path.read_text("utf-8")))}
    return counting


def _of(tree: ast.Module) -> set[str]:
    names = set()
    for node in tree.body:
        within = [inner for inner in ast.walk(node) if isinstance(inner, ast.FunctionDef)]
        for function in within:
            if _adds_up(function):
                names.add(function.name)
        if not within and _adds_up(node):
            names.add("<module>")
    return names


def _adds_up(node: ast.AST) -> bool:
    doc = ast.get_docstring(node, clean=False) if isinstance(node, ast.FunctionDef) else None
    texts = (leaf.value for leaf in ast.walk(node) if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str))
    spoken = any(SUMS.search(text) for text in texts if text != doc)
    return spoken or any(_counts(inner) for inner in ast.walk(node))


def _counts(node: ast.AST) -> bool:
    """`func.count()` and `func.sum()` of typed rows."""
    return isinstance(node, ast.Attribute) and node.attr in ("count", "sum") and ast.unparse(node.value) == "func"


def test_every_number_comes_from_the_one_reader_or_is_listed_with_its_reason() -> None:
    counting = {place for place in places() if not place.startswith("storage/rehearsed.py:")}
    assert counting == ELSEWHERE.keys() - COUNTED_IN_PYTHON, REHEARSAL


def test_pages_papers_workbooks_api_digests_and_the_terminal_ask_the_one_reader() -> None:
    """Of each door one module that makes rates imports the reader."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for folder in ("flows", "portal")
        for path in (ROOT / folder).rglob("*.py")
        if "from storage.statistics" in path.read_text("utf-8")
    }
    assert {
        "flows/paper_figures.py", "portal/commands/figures.py", "portal/web/figure_pages.py", "portal/api/oversight.py",
    } <= asking  # fmt: skip
