"""One chromium for all stories, one city for each; whatever reaches for another host fails its story."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from storage import Register, open_engine
from tests.browser.screen import Person, Watch
from tests.browser.town import City, served
from tests.builders import LIBRARY
from tests.databases import Databases

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip

Somebody = Callable[..., Person]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Closed after the last story, for other tests cannot run a loop of their own beside playwright's."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def city(sqlite: Databases) -> Iterator[City]:
    yield from _city(sqlite)


@pytest.fixture
def postgres_city(postgres: Databases) -> Iterator[City]:
    yield from _city(postgres)


def _city(databases: Databases) -> Iterator[City]:
    engine = open_engine(databases.fresh())
    with served(Register(engine, LIBRARY)) as served_city:
        yield served_city
    engine.dispose()


@pytest.fixture
def somebody(chromium: Browser, city: City) -> Iterator[Somebody]:
    yield from _somebody(chromium, city)


@pytest.fixture
def somebody_on_postgres(chromium: Browser, postgres_city: City) -> Iterator[Somebody]:
    yield from _somebody(chromium, postgres_city)


def _somebody(chromium: Browser, city: City) -> Iterator[Somebody]:
    """Browsers for people by account; at the end nothing went wrong in any, and no other host was asked."""
    watch = Watch(city.address.removeprefix("http://"))
    people: list[Person] = []

    def come(name: str = "", **context: Any) -> Person:
        people.append(Person(city, chromium, watch, name, **context))
        return people[-1]

    yield come
    for person in people:
        person.context.close()
    print(
        f"\n{len(watch.requests)} requests, {len(watch.elsewhere)} to other hosts; "
        f"axe looked at {len(watch.looked_at)} pages"
    )
    assert watch.elsewhere == []
    assert watch.wrong == []
    assert watch.refused == []
