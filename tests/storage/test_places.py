"""Are places imported like the rest of the directory, and are citizens kept apart from the events?"""

from datetime import UTC, datetime, timedelta

import pytest

from states import Action
from storage import ImportRefused, ImportReport, Register, StorageError
from storage.citizens import Citizen, beside, case_by_tracking, citizen_of, track_anew, tracking_of
from storage.erasing import Wish, ask_erasure, confirm_erasure
from storage.places import FORM_LASTS, form_key, is_form_key, place_by_code, place_of, places_in, rotate
from storage.sealing import seal, verify
from storage.visible import Scope, sees
from tests.builders import CITY, ELSEWHERE, FIRST, act, an_action, dump, noon, refusal, rows, take

PLACE = {
    "编号": "P1", "名称": "幸福社区代表联络站", "区划": CITY, "类别": "代表联络站", "地址": "幸福路1号",
    "接待时间": "每月15日上午", "代表": "D1、D2", "工作人员": "K1",
}  # fmt: skip
OTHER = {"id": "P2", "name": "河滨微家", "region": CITY, "kind": "micro"}
NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)


@pytest.fixture
def places(desk: Register) -> Register:
    desk.import_directory("places", rows([PLACE, OTHER]))
    return desk


def record(case: str, **data: str) -> Action:
    draft = {"body": "路灯不亮", "title": "路灯", "rulebook": "reception", "region": CITY, "place": "P1"}
    return an_action(case, "record", "citizen", **{**draft, **data})


def test_a_place_is_imported_with_its_people_and_keeps_its_code(places: Register) -> None:
    first, two = places_in(places, CITY)
    assert (first.name, first.kind, first.deputies) == (
        "幸福社区代表联络站",
        "station",
        (("D1", "代表1"), ("D2", "代表2")),
    )
    assert first.clerks == (("K1", "接待员"),)
    assert len({first.code, two.code, first.secret}) == 3
    before = dump(places.engine, but=["imports"])
    assert places.import_directory("places", rows([PLACE, OTHER])) == ImportReport("places", 0, 2)
    assert dump(places.engine, but=["imports"]) == before
    places.import_directory("places", rows([{**PLACE, "代表": "D3", "工作人员": ""}]))
    (first, _) = places_in(places, CITY)
    assert (first.deputies, first.clerks) == ((("D3", "代表3"),), ())
    assert places_in(places, ELSEWHERE) == []


def test_every_fault_of_a_place_is_named(desk: Register) -> None:
    bad = {
        "id": "P9",
        "name": "x",
        "region": "999999",
        "kind": "城堡",
        "deputies": "R1 nobody",
        "closed_on": "去年",
    }
    before = dump(desk.engine)
    with pytest.raises(ImportRefused) as refused:
        desk.import_directory("places", rows([OTHER, bad, {"id": "P8", "name": "", "kind": "home"}]))
    assert dump(desk.engine) == before
    reasons = " | ".join(str(fault.why) for fault in refused.value.faults)
    for reason in (
        "region 999999",
        "kind '城堡'",
        "R1 is registrar",
        "nobody is not known",
        "'去年'",
        "name (名称)",
    ):
        assert reason in reasons


def test_a_code_leads_to_its_place_until_it_is_rotated_or_the_place_closed(places: Register) -> None:
    old = places_in(places, CITY)[0].code
    assert place_by_code(places, old, FIRST)
    new = rotate(places, "P1")
    assert place_by_code(places, old, FIRST) is None
    place = place_by_code(places, new, FIRST)
    assert place is not None
    assert place.id == "P1"
    places.import_directory("places", rows([{**PLACE, "关闭日期": FIRST.isoformat()}]))
    assert place_by_code(places, new, FIRST) is None
    assert place_by_code(places, new, FIRST - timedelta(days=1))
    with pytest.raises(StorageError, match="no place P7"):
        rotate(places, "P7")


def test_a_forms_key_is_known_again_at_its_place_for_a_day(places: Register) -> None:
    first, two = places_in(places, CITY)
    key = form_key(first, NOW)
    assert is_form_key(first, key, NOW)
    assert not is_form_key(two, key, NOW)
    assert not is_form_key(first, key, NOW + FORM_LASTS)
    assert not is_form_key(first, key[:-1] + ("0" if key[-1] != "0" else "1"), NOW)
    for guess in ("", "0" * 74, "é" * 74, key + "0"):
        assert not is_form_key(first, guess, NOW)


def test_an_opinion_knows_its_place_and_only_an_open_one(places: Register) -> None:
    take(places, FIRST, record("O1"), record("O2", place=""))
    place = place_of(places, "O1")
    assert place is not None
    assert place.id == "P1"
    assert place_of(places, "O2") is None
    assert "unknown place P7" in refusal(
        places, FIRST, "O3", "record", "citizen", **record("O3", place="P7").data
    )
    places.import_directory("places", rows([{**OTHER, "closed_on": FIRST.isoformat()}]))
    assert "closed on" in refusal(places, FIRST, "O3", "record", "citizen", **record("O3", place="P2").data)
    assert sees(places, Scope(places=("P1",)), "O1")
    assert not sees(places, Scope(places=("P2",)), "O1")
    assert not sees(places, Scope(places=("P1",)), "O2")
    seal(places, noon(FIRST))
    assert verify(places).ok


def test_a_deputy_sees_the_opinions_of_the_place_that_name_no_other_deputy(places: Register) -> None:
    take(places, FIRST, record("O1"), record("O2", deputy="D2"), record("O3", deputy="D1", place=""))
    mine = Scope(deputies=("D1",), places=("P1",))
    assert [sees(places, mine, case) for case in ("O1", "O2", "O3")] == [True, False, True]
    assert [sees(places, Scope(deputies=("D1",)), case) for case in ("O1", "O2", "O3")] == [False, False, True]


def test_a_citizen_is_kept_with_the_opinion_and_forgotten_without_touching_it(places: Register) -> None:
    code = tracking_of("some key")
    who = Citizen("张三丰", "13812345678", code)
    for _ in range(2):
        action = Action(**{**record("O1").__dict__, "key": "k1"})
        (outcome,) = places.apply([action], noon(FIRST), also=beside(places, {"O1": who}))
        assert outcome.done
    assert citizen_of(places, "O1") == Citizen("张三丰", "13812345678")
    assert case_by_tracking(places, code.upper()) == "O1"
    kept = dump(places.engine)
    assert code not in str(kept)
    del kept["citizens"]
    for secret in ("张三丰", "13812345678"):
        assert secret.encode() not in b"".join(row for table in kept.values() for row in table)
    confirm_erasure(places, ask_erasure(places, Wish("O1"), "R1", NOW), "K1", NOW)
    assert citizen_of(places, "O1") is None
    assert case_by_tracking(places, code) == "O1"
    assert verify(places).ok


def test_a_refused_opinion_keeps_no_citizen(places: Register) -> None:
    (outcome,) = places.apply(
        [record("O1", place="P7")], noon(FIRST), also=beside(places, {"O1": Citizen("张三丰")})
    )
    assert not outcome.done
    assert citizen_of(places, "O1") is None


def test_a_new_tracking_code_replaces_the_old_one(places: Register) -> None:
    take(places, FIRST, record("O1"))
    first, second = track_anew(places, "O1"), track_anew(places, "O1")
    assert case_by_tracking(places, first) is None
    assert case_by_tracking(places, second) == "O1"
    assert case_by_tracking(places, "") is None


def test_a_clerk_acts_as_the_directory_says(places: Register) -> None:
    take(places, FIRST, record("O1"))
    assert "does not act as clerk" in refusal(places, FIRST, "O1", "answer", "clerk", by="R1", answer="好")
    assert "unknown person K7" in refusal(places, FIRST, "O1", "answer", "clerk", by="K7", answer="好")
    act(places, FIRST, "O1", "answer_on_site", "clerk", answer="好")
