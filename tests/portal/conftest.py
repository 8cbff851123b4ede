"""Which tests of pages `make test` runs on PostgreSQL as well."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What pages make of their rows is the same on both databases: of most tests only `make test-all` tries both."""
    for item in items:
        chosen = item.get_closest_marker("both") or "on_both" in getattr(item, "fixturenames", ())
        if HERE in item.path.parents and item.get_closest_marker("postgres") and not chosen:
            item.add_marker(pytest.mark.slow)
