"""Is the server that tests run on a real one, on either of the two ways to get it?"""

import pytest
from sqlalchemy import create_engine, text

from tests import postgres


def _answers(url: str) -> tuple[str, str, str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        ask = ("show server_encoding", "show fsync", "select '督' || '办'")
        first, second, third = (str(connection.execute(text(question)).scalar_one()) for question in ask)
    engine.dispose()
    return first, second, third


@pytest.mark.postgres
def test_the_server_of_the_session_answers(postgres_url: str) -> None:
    assert _answers(postgres_url) == ("UTF8", "off", "督办")


@pytest.mark.postgres
@pytest.mark.slow
def test_a_durable_server_keeps_fsync() -> None:
    with postgres.postgres_server(durable=True) as url:
        assert _answers(url) == ("UTF8", "on", "督办")


@pytest.mark.postgres
@pytest.mark.slow
def test_without_debian_the_embedded_server_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "debian_binaries", lambda: None)
    with postgres.postgres_server() as url:
        assert url.startswith("postgresql+psycopg://")
        assert _answers(url) == ("UTF8", "off", "督办")
