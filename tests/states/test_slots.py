"""The five slots (五位一体): who holds each, what was done last, and which an item lacks."""

from datetime import date, timedelta

from rulebooks.sections import Slots
from states.cases import Case, Inspection, Supervision
from states.slots import Act, Filled, slots_of
from tests.states.builders import SUQIAN, assigned

ON = date(2025, 5, 6)
assert SUQIAN.slots is not None
RULES: Slots = SUQIAN.slots


def case(key: bool = False, committee: str = "社会建设委员会") -> Case:
    item = assigned().case.case
    item.committee, item.key_level = committee, "CHAIR" if key else "NONE"
    return item


def a_supervision(slot: str, state: str = "CONFIRMED", holder: str = "", days: int = 0) -> Supervision:
    on = ON + timedelta(days=days)
    return Supervision(f"C1/s{slot}{days}", "C1", "X", slot, state, ON, by="L1", since=on, holder=holder)


def an_inspection(participants: list[str], supervision: str = "") -> Inspection:
    return Inspection("C1/i1", "C1", "C1/a1", "", supervision, 1, "MATCHING", "RESOLVED", "RESOLVED", "R1", ON, "工地",
                      participants)  # fmt: skip


def by_slot(filled: list[Filled]) -> dict[str, Filled]:
    return {slot.slot: slot for slot in filled}


def missing(filled: list[Filled]) -> list[str]:
    return [slot.slot for slot in filled if slot.missing]


def test_offices_hold_their_slots_by_rule_and_an_ordinary_item_needs_no_other() -> None:
    filled = slots_of(RULES, case(), [])
    assert [(slot.slot, slot.required, slot.held) for slot in filled] == [
        ("1", False, False), ("2", True, True), ("3", True, True), ("4", False, False), ("5", True, True),
    ]  # fmt: skip
    assert by_slot(filled)["2"].holder == "社会建设委员会"
    assert (missing(filled), [slot.on for slot in filled]) == ([], [None] * 5)


def test_a_key_item_needs_a_leader_and_deputies_besides() -> None:
    assert missing(slots_of(RULES, case(key=True), [])) == ["1", "4"]
    led = slots_of(RULES, case(key=True), [a_supervision("1")], [an_inspection(["代表1", "代表2"])])
    assert missing(led) == []
    assert (by_slot(led)["1"].holder, by_slot(led)["4"].holder) == ("L1", "代表1、代表2")


def test_without_a_field_nobody_holds_the_slot_of_the_committee() -> None:
    assert missing(slots_of(RULES, case(committee=""), [])) == ["2"]
    assert missing(slots_of(RULES, case(committee=""), [a_supervision("2", holder="K2")])) == []


def test_what_nobody_decided_or_somebody_declined_fills_no_slot() -> None:
    for state in ("PROPOSED", "DECLINED", "LAPSED"):
        filled = slots_of(RULES, case(key=True), [a_supervision("1", state)], [an_inspection(["代表1"])])
        assert missing(filled) == ["1"], state
    released = slots_of(RULES, case(key=True), [a_supervision("1", "RELEASED")], [an_inspection(["代表1"])])
    assert missing(released) == []


def test_the_last_act_of_a_slot_is_told_with_its_day() -> None:
    later = ON + timedelta(days=9)
    filled = slots_of(
        RULES, case(), [a_supervision("2", "ACTIVE", "K1", 3), a_supervision("2", "PLANNED", "K9", 1)], [],
        [Act(later, "suggestion.urged", "congress_office"), Act(ON, "suggestion.urged", "committee")],
    )  # fmt: skip
    two, three = by_slot(filled)["2"], by_slot(filled)["3"]
    assert (two.holder, two.what, two.on) == ("K1", "ACTIVE", ON + timedelta(days=3))
    assert (three.holder, three.what, three.on) == ("", "suggestion.urged", later)


def test_an_inspection_without_deputies_counts_for_its_own_supervision_only() -> None:
    key = case(key=True)
    alone = slots_of(RULES, key, [a_supervision("2")], [an_inspection([], "C1/s20")])
    assert missing(alone) == ["1", "4"]
    assert by_slot(alone)["2"].what == "inspected"


def test_a_rulebook_without_slots_has_none() -> None:
    assert slots_of(None, case(key=True), [a_supervision("1")]) == []
