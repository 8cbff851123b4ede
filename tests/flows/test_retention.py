"""Is who sent opinions proposed for erasure by the office's key alone, and erased by a person alone?"""

from datetime import timedelta

import pytest

from flows.engine import Engine
from flows.kept_senders import propose_kept
from flows.settings import Settings, UnfitSetting
from portal.visitor.site import Site
from states.vocabulary import JobName, RunBy
from storage import Register
from storage.citizens import Citizen, beside, citizen_of
from storage.erasing import confirm_erasure, erasures
from storage.jobs import finish_job, start_job
from tests.builders import CITY, FIRST, act, an_action, noon
from tests.portal.web import page_text, signed_in

pytestmark = pytest.mark.sqlite_first
NOW = noon(FIRST) + timedelta(days=31)
SENDERS = {"O1": Citizen("张三丰", "13812345678"), "O2": Citizen("李\u202e四", "")}


@pytest.fixture
def office(desk: Register) -> Register:
    """Two opinions that ended a month ago; the name of the second sender, of before names were looked at, is odd."""
    for case, sender in SENDERS.items():
        words = {"title": "路灯", "body": "路灯不亮", "rulebook": "reception", "region": CITY}
        recorded = an_action(case, "record", "citizen", **words)
        assert desk.apply([recorded], noon(FIRST), also=beside(desk, {case: sender}))[0].done
        act(desk, FIRST, case, "answer_on_site", "registrar", answer="已修好")
        act(desk, FIRST, case, "close", "registrar")
    return desk


def test_without_the_key_nothing_is_proposed_and_no_engine_has_the_job(office: Register) -> None:
    assert str(propose_kept(office, NOW, Settings().kept_days)) == "nothing proposed: no days to keep are set"
    assert erasures(office) == []
    url = office.engine.url.render_as_string(hide_password=False)
    for days in (0, 30):
        engine = Engine(Settings(database_url=url, kept_days=days, prefect="off"))
        assert ("retention" in {entry.name for entry in engine.entries}) is bool(days)
        engine.register.engine.dispose()
    with pytest.raises(UnfitSetting, match="DUBAN_KEPT_DAYS"):
        Settings(kept_days=-1)


def test_each_is_proposed_once_and_forgotten_when_a_person_confirms(office: Register) -> None:
    assert propose_kept(office, NOW, 32).cases == ()
    report = propose_kept(office, NOW, 31)
    assert str(report) == "erasures proposed, which a person confirms: 2; kept 31 days"
    assert propose_kept(office, NOW + timedelta(days=1), 31).cases == ()
    assert {(erasure.by, erasure.outcome) for erasure in erasures(office)} == {("duban", "")}
    assert citizen_of(office, "O2") is not None
    for erasure in erasures(office):
        confirm_erasure(office, erasure.id, "R1", NOW)
    assert [citizen_of(office, case) for case in SENDERS] == [None, None]


def test_the_job_stands_in_the_status_like_the_others(office: Register) -> None:
    start_job(office, JobName.RETENTION, "one", NOW, NOW)
    finish_job(office, JobName.RETENTION, NOW, RunBy.DIRECT, propose_kept(office, NOW, 31).results)
    page = page_text(signed_in(Site(office), "R1").get("/status"))
    assert ("保存期满" in page, "提出删除 2 件，由人确认；保存 31 天" in page) == (True, True)
