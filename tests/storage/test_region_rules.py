"""Which rulebook a region uses is the office's setting: nobody who brings something is asked."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, text

from flows.audit import nightly_audit
from rulebooks import RulebookError
from states import Action
from storage import CalendarDay, CalendarNotice, Register, migrate, open_engine
from storage.auditing import audit
from storage.errors import RefusedByRule
from storage.findings import findings
from storage.lists import Wanted, list_cases
from storage.region_rules import HOUSE, RegionRule, rules_of
from storage.sealing import verify
from storage.statements import reading
from storage.statistics import count
from storage.statistics.opinions import count_opinions
from storage.visible import Scope, findings_in, seen_of
from tests.builders import CITY, FIRST, act, an_action, deadline, morning, noon, rows, walk
from tests.databases import Databases
from tests.storage.old.loading import released

PROVINCE, COUNTY = "320000", "321302"
TEXT = {"title": "修路", "facts": "破损", "proposal": "整修"}


@pytest.fixture
def places(desk: Register) -> Register:
    """The city in a province, with a county below it, each with somebody."""
    desk.import_directory("regions", rows([
        {"code": PROVINCE, "name": "江苏省", "level": "province"},
        {"code": CITY, "name": "宿迁市", "level": "city", "parent_code": PROVINCE},
        {"code": COUNTY, "name": "宿城区", "level": "county", "parent_code": CITY},
    ]))  # fmt: skip
    desk.import_directory("people", rows([
        {"id": "D9", "name": "县代表", "role": "deputy", "region": COUNTY},
        {"id": "D0", "name": "无区划", "role": "deputy"},
    ]))  # fmt: skip
    return desk


def use(
    register: Register, region: str, rulebook: str, kind: str = "suggestion", on: date = FIRST, confirmed: bool = True
) -> None:
    register.set_region_rule(RegionRule(region, kind, on, rulebook, "R1", "办公会议", confirmed), noon(on))


def under(register: Register, case: str) -> tuple[str, str]:
    stored = register.dossier(case).case
    return stored.rulebook, stored.region


def test_a_draft_that_names_no_region_is_in_the_deputys(places: Register) -> None:
    act(places, FIRST, "C1", "draft", "deputy", "D9", rulebook="suqian", **TEXT)
    assert under(places, "C1") == ("suqian", COUNTY)
    assert places.events("C1")[0]["data"]["region"] == COUNTY


def test_a_draft_of_the_office_is_in_the_region_of_its_lead_deputy(places: Register) -> None:
    act(places, FIRST, "C1", "draft", "registrar", lead="D9", **TEXT)
    assert under(places, "C1") == ("national", COUNTY)


def test_a_draft_that_no_office_would_see_is_refused(places: Register) -> None:
    (outcome,) = places.apply([an_action("C1", "draft", "deputy", "D0", **TEXT)], noon(FIRST))
    assert "has no region in the directory" in outcome.reason


def test_an_opinion_is_in_the_region_of_its_place_and_else_of_whoever_records_it(places: Register) -> None:
    act(places, FIRST, "O1", "record", "clerk", title="路灯不亮")
    assert under(places, "O1") == (HOUSE["opinion"], CITY)


@pytest.mark.parametrize("role", ["clerk", "registrar", "deputy"])
def test_an_opinion_that_no_office_would_see_is_refused(places: Register, role: str) -> None:
    places.import_directory("people", rows([{"id": "X9", "name": "无处", "role": role}]))
    (outcome,) = places.apply([an_action("O1", "record", role, "X9", title="路灯不亮")], noon(FIRST))
    assert "has no region in the directory, so the record names one" in outcome.reason


def test_who_has_no_region_of_their_own_is_in_their_units(places: Register) -> None:
    places.import_directory("units", rows([{"id": "Z1", "name": "县人大办", "kind": "congress", "region": COUNTY}]))
    places.import_directory("people", rows([{"id": "X9", "name": "甲", "role": "clerk", "unit": "Z1"}]))
    act(places, FIRST, "O1", "record", "clerk", "X9", title="路灯不亮")
    assert under(places, "O1") == (HOUSE["opinion"], COUNTY)


def lost(register: Register, *cases: str) -> None:
    """Take the region of cases away, as 0.1.0 opened some."""
    with register.engine.begin() as connection:
        for case in cases:
            connection.execute(text("UPDATE cases SET region = '' WHERE id = :case"), {"case": case})


def test_what_lies_in_no_region_is_seen_by_the_topmost_office_alone_and_named(places: Register) -> None:
    act(places, FIRST, "C1", "draft", "deputy", "D9", **TEXT)
    act(places, FIRST, "C1", "submit", "deputy", "D9")
    act(places, FIRST, "O1", "record", "clerk", title="路灯不亮")
    lost(places, "C1", "O1")
    for region, seen in ((PROVINCE, {"C1", "O1"}), (CITY, set()), (COUNTY, set()), ("", set())):
        scope = Scope(region=region, since="submitted")
        assert seen_of(places, scope, ["C1", "O1"]).keys() == seen, region
        assert {row.case["id"] for row in list_cases(places, scope, Wanted(), 9)} == seen
    nightly_audit(places, morning(FIRST + timedelta(days=1)))
    without = [row for row in findings_in(places, Scope(region=PROVINCE), PROVINCE) if row["code"] == "NO_REGION"]
    assert {finding["case_id"] for finding in without} == {"C1", "O1"}
    assert not [finding for finding in findings_in(places, Scope(region=CITY), CITY) if finding["code"] == "NO_REGION"]


@pytest.fixture
def province(places: Register) -> Register:
    """An office of the topmost region, and one of the county."""
    places.import_directory("people", rows([
        {"id": "RP", "name": "省人大", "role": "registrar", "region": PROVINCE},
        {"id": "RC", "name": "县人大", "role": "registrar", "region": COUNTY},
    ]))  # fmt: skip
    return places


def refused(register: Register, case: str, region: str, by: str = "RP", **data: str) -> str:
    given = {"reason": "原来没有写区划"} | data
    (outcome,) = register.apply([an_action(case, "set_region", "registrar", by, region=region, **given)], noon(FIRST))
    return "" if outcome.done else outcome.reason


def test_the_topmost_office_says_where_a_case_without_a_region_belongs_before_assignment_and_after(
    province: Register,
) -> None:
    act(province, FIRST, "C1", "draft", "deputy", "D9", **TEXT)
    act(province, FIRST, "O1", "record", "clerk", title="路灯不亮")
    act(province, FIRST, "O1", "route", "clerk", unit="U1")
    walk(province, "C2", until="receipt")
    lost(province, "C1", "C2", "O1")
    for case in ("C1", "C2", "O1"):
        assert refused(province, case, COUNTY) == ""
        assert under(province, case)[1] == COUNTY
    assert seen_of(province, Scope(region=COUNTY), ["C1", "C2", "O1"]).keys() == {"C1", "C2", "O1"}
    assert verify(province).ok
    on = FIRST + timedelta(days=30)
    groups = {group.key: group.n for group in count(province, on, "region", at=noon(on)).groups}
    assert groups == {COUNTY: 1}, "for the days before it as well"
    assert set(count_opinions(province, on, at=noon(on))) == {"", COUNTY}
    nightly_audit(province, morning(FIRST + timedelta(days=1)))
    assert not [finding for finding in findings(province) if finding["code"] == "NO_REGION"]


def test_a_case_that_goes_to_another_region_counts_by_its_days_and_is_owed_by_its_office(province: Register) -> None:
    day_off = CalendarNotice("停工", None, (CalendarDay(FIRST + timedelta(days=1), False),), None, COUNTY)
    province.import_calendar(day_off, noon(FIRST), "RP")
    walk(province, "C1", until="submit", every=0)
    walk(province, "C2", until="assign", every=0)
    lost(province, "C1", "C2")
    with province.engine.begin() as connection:
        connection.execute(text("UPDATE deadlines SET owed_by = 'registrar:' WHERE owed_by LIKE 'registrar:%'"))
    before = deadline(province, "C1", "assign_by"), deadline(province, "C2", "receipt_by")
    assert refused(province, "C1", COUNTY) == refused(province, "C2", COUNTY) == ""
    assign, receipt = deadline(province, "C1", "assign_by"), deadline(province, "C2", "receipt_by")
    assert assign.owed_by == f"registrar:{COUNTY}"
    assert (receipt.owed_by, receipt.open) == (before[1].owed_by, True)
    workdays = province.workdays(COUNTY)
    assert assign.last_day == workdays.add(FIRST, 5) > before[0].last_day
    assert receipt.last_day == workdays.add(FIRST, 3) > before[1].last_day
    (event,) = (row for row in province.events("C1") if row["name"] == "suggestion.region_set")
    assert [(limit["did"], limit["key"]) for limit in event["data"]["limits"]] == [("moved", "assign_by")]
    province.sweep(morning(FIRST + timedelta(days=1)))
    wrong = [row for row in audit(province, FIRST).findings if row.code in ("WRONG_LAST_DAY", "RUNG_ASTRAY")]
    assert wrong == []


def test_a_case_that_has_a_region_is_moved_by_its_office_until_it_is_assigned_and_never_out_of_its_reach(
    province: Register,
) -> None:
    act(province, FIRST, "C1", "draft", "deputy", **TEXT)
    assert "already" in refused(province, "C1", CITY)
    assert "lies outside" in refused(province, "C1", CITY, by="RC")
    assert "unknown region" in refused(province, "C1", "999999")
    assert "reason" in refused(province, "C1", COUNTY, reason="")
    assert "data.region" in refused(province, "C1", "")
    assert refused(province, "C1", COUNTY) == ""
    walk(province, "C2", until="assign")
    assert "assigned" in refused(province, "C2", COUNTY)
    act(province, FIRST, "O1", "record", "clerk", title="路灯不亮")
    assert refused(province, "O1", COUNTY) == ""
    act(province, FIRST, "O1", "route", "clerk", unit="U1")
    assert "assigned" in refused(province, "O1", CITY)


def test_until_an_office_sets_something_the_houses_rules_hold(places: Register) -> None:
    act(places, FIRST, "C1", "draft", "deputy", **TEXT)
    assert under(places, "C1") == ("national", CITY)
    assert HOUSE == {"suggestion": "national", "opinion": "reception"}


def test_the_nearest_region_above_holds_and_ones_own_before_it(places: Register) -> None:
    use(places, PROVINCE, "shandong")
    act(places, FIRST, "C1", "draft", "deputy", "D9", **TEXT)
    use(places, CITY, "suqian")
    act(places, FIRST, "C2", "draft", "deputy", "D9", **TEXT)
    use(places, COUNTY, "township")
    act(places, FIRST, "C3", "draft", "deputy", "D9", **TEXT)
    assert [under(places, case)[0] for case in ("C1", "C2", "C3")] == ["shandong", "suqian", "township"]
    assert under(places, "C1")[0] == "shandong", "what is there keeps what it has"


def test_it_holds_from_its_day_on_whenever_the_draft_is_entered(places: Register) -> None:
    use(places, CITY, "shanghai", on=FIRST)
    use(places, CITY, "suqian", on=FIRST + timedelta(days=10))
    for case, day in (("C1", 9), ("C2", 10)):
        action = Action(case, "draft", "D1", "deputy", TEXT, noon(FIRST + timedelta(days=day)))
        assert places.apply([action], noon(FIRST + timedelta(days=20)))[0].done
    assert (under(places, "C1")[0], under(places, "C2")[0]) == ("shanghai", "suqian")


@pytest.mark.parametrize(
    ("region", "kind", "rulebook", "reason"),
    [
        (CITY, "suggestion", "nowhere", "no rulebook is named"),
        (CITY, "suggestion", "reception", "is for a opinion"),
        (CITY, "opinion", "suqian", "is for a suggestion"),
        (CITY, "letters", "suqian", "one of suggestion, opinion"),
        ("999999", "suggestion", "suqian", "unknown region"),
    ],
)
def test_what_cannot_be_is_not_set(places: Register, region: str, kind: str, rulebook: str, reason: str) -> None:
    with pytest.raises((RulebookError, RefusedByRule), match=reason):
        use(places, region, rulebook, kind)


def test_what_was_taken_over_is_a_finding_until_it_is_confirmed(places: Register) -> None:
    use(places, CITY, "suqian", confirmed=False)
    nightly_audit(places, morning(FIRST + timedelta(days=1)))
    (finding,) = [row for row in findings(places) if row["code"] == "RULES_UNCONFIRMED"]
    assert (finding["region"], finding["subject_id"]) == (CITY, f"{CITY}/suggestion")
    use(places, CITY, "suqian")
    nightly_audit(places, morning(FIRST + timedelta(days=2)))
    assert [row["standing"] for row in findings(places) if row["code"] == "RULES_UNCONFIRMED"] in ([], ["gone"])


class TestOf010:
    @pytest.fixture
    def old(self, databases: Databases) -> Iterator[Engine]:
        engine = open_engine(released(databases, "0.1.0"))
        yield engine
        engine.dispose()

    def test_each_region_and_kind_has_the_rulebook_of_its_newest_assigned_case_to_be_confirmed(
        self, old: Engine
    ) -> None:
        with old.connect() as connection:
            assigned = connection.execute(text(
                "SELECT region, machine, rulebook FROM cases WHERE assigned_on IS NOT NULL AND region <> '' "
                "ORDER BY assigned_on, opened_at, id"
            ))  # fmt: skip
            newest = {(region, kind): rulebook for region, kind, rulebook in assigned}
            open_ones = connection.execute(text("SELECT id, rulebook_ident FROM cases ORDER BY 1")).all()
        migrate(old)
        with reading(old) as cursor:
            rules = rules_of(cursor.session)
        assert {(rule.region, rule.kind): rule.rulebook for rule in rules} == newest
        assert len(newest) >= 5
        assert not any(rule.confirmed for rule in rules)
        with old.connect() as connection:
            after = connection.execute(text("SELECT id, rulebook_ident FROM cases ORDER BY 1")).all()
        assert after == open_ones, "open cases keep theirs"
