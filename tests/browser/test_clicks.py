"""No job of an office costs more clicks than docs/clicks.md says."""

import pytest
from playwright.sync_api import Browser

from storage import Register, open_engine
from tests.browser.clicks import JOBS, TABLE, cost_of, recorded, table
from tests.builders import LIBRARY
from tests.databases import Databases

pytestmark = [pytest.mark.slow, pytest.mark.browser]


def test_the_table_says_what_is_recorded() -> None:
    assert TABLE.read_text(encoding="utf-8") == table(recorded())
    assert recorded()["now"].keys() == JOBS.keys()


@pytest.mark.parametrize("name", JOBS)
def test_a_job_costs_no_more_clicks_than_recorded(chromium: Browser, sqlite: Databases, name: str) -> None:
    engine = open_engine(sqlite.fresh())
    cost = cost_of(JOBS[name], chromium, Register(engine, LIBRARY))
    engine.dispose()
    assert cost.clicks <= recorded()["now"][name][0], f"{name}: {cost.clicks} clicks"
