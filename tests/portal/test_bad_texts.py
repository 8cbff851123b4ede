"""No text makes the portal fail, wherever it is sent: paths, questions, forms, files' names, headers, JSON.

Of some 160,000 requests every 1,999th is always sent, every 503rd with the slow tests, every 17th with the long ones.
"""

from functools import partial
from itertools import chain, islice

import pytest

from states.outgoing import file_name
from storage import Register
from storage.statements import reading
from tests.portal.bad_requests import KINDS, Town, faults, questions, with_file
from tests.portal.bad_texts import BAD, POSTED
from tests.portal.everywhere import routes

LONG = (pytest.mark.long, pytest.mark.slow)


@pytest.fixture
def town(register: Register) -> Town:
    return Town(register)


def test_every_form_of_a_page_is_walked(town: Town) -> None:
    forms = {path for path, _ in routes(town.app, "POST") if not path.startswith(("/api/", "/act/"))}
    assert forms == POSTED.keys()


@pytest.mark.parametrize("every", [1_999, pytest.param(503, marks=pytest.mark.slow), pytest.param(17, marks=LONG)])
def test_whatever_is_sent_the_portal_answers(town: Town, every: int, capsys: pytest.CaptureFixture[str]) -> None:
    everywhere = chain.from_iterable(kind(town) for kind in KINDS)
    assert faults(town, islice(everywhere, every // 2, None, every)) == []
    assert "Traceback" not in "".join(capsys.readouterr())
    print(town.statuses)


@pytest.mark.slow
def test_a_number_of_5000_digits_fails_at_no_question(town: Town) -> None:
    assert faults(town, islice(questions(town), BAD.index("9" * 5_000), None, len(BAD))) == []


@pytest.mark.slow
def test_a_table_is_imported_whatever_its_file_is_called(town: Town) -> None:
    ways = ("/imports", "/imports/take")
    assert faults(town, (partial(with_file, way, "R1", f"{name}.csv") for name in BAD[::9] for way in ways)) == []
    with reading(town.site.register.engine) as cursor:
        files = [str(name) for (name,) in cursor.rows("SELECT file FROM imports")]
    assert len(list(filter(None, files))) > len(BAD[::9]) / 2
    assert all(name in ("", file_name(name)) for name in files)
