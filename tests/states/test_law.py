"""What the texts allow and forbid, tried on whole cases: consent after three months, signatures, receipts."""

from datetime import date, timedelta
from typing import Any, ClassVar

import pytest

from rulebooks import Rulebook
from tests.states.builders import (
    DISSATISFIED,
    LEAD_AND_CO,
    LIBRARY,
    REPLY,
    SEAL,
    SEPARATE,
    SOLE,
    SUQIAN,
    Desk,
    answer,
    assigned,
    evaluating,
    handling,
    rules,
    send_draft,
    submitted,
)

BY_CONSENT = sorted(
    name
    for name in LIBRARY.names()
    for book in [LIBRARY.get(name)]
    if book.extension and book.extension.basis == "consent" and book.limits["reply_by"].complex is None
)
EVERY = [book for name in LIBRARY.names() for book in LIBRARY.versions(name) if book.machine == "suggestion"]


def ids(book: Rulebook) -> str:
    return f"{book.name}@{book.version}"


def extension_requested(desk: Desk) -> Desk:
    desk.act("request_extension", "handler", unit="U1", reason="涉及面广")
    return desk


class TestConsent:
    """北京 21, 上海 19, 山东 19, 青岛 25, and cppcc, which is inferred from them."""

    def test_these_rulebooks_give_six_months_by_consent_alone(self) -> None:
        assert BY_CONSENT == ["beijing", "cppcc", "qingdao", "shandong", "shanghai"]

    @pytest.mark.parametrize("name", BY_CONSENT)
    def test_a_wide_matter_that_began_with_three_months_may_be_extended(self, name: str) -> None:
        desk = assigned(desk=submitted(LIBRARY.get(name)), track="COMPLEX")
        assert desk.deadline("reply_by").last_day == date(2025, 6, 12)
        extension_requested(desk).act("grant_extension", "registrar")
        row = desk.deadline("reply_by")
        assert (row.last_day, row.extended, row.started_on) == (date(2025, 9, 12), 1, date(2025, 3, 12))
        assert "already given" in desk.refused("request_extension", "handler", unit="U1", reason="还要")

    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_an_extension_is_refused_exactly_where_the_longer_term_was_applied(self, book: Rulebook) -> None:
        for track in ("NORMAL", "COMPLEX"):
            desk = assigned(desk=submitted(book), track=track)
            desk.act("receipt", "handler", unit="U1")
            longer = track == "COMPLEX" and book.limits["reply_by"].complex is not None
            if longer:
                refusal = desk.refused("request_extension", "handler", unit="U1", reason="涉及面广")
                assert "already given" in refusal
            else:
                extension_requested(desk).act("grant_extension", "registrar")

    @pytest.mark.parametrize("book", [book for book in EVERY if book.extension], ids=ids)
    def test_signing_for_a_part_does_not_take_back_an_extension_that_was_granted_before(self, book: Rulebook) -> None:
        """浙江 and 河南 have a second reading, from receipt; what was granted runs from the first one."""
        desk = assigned(desk=submitted(book))
        extension_requested(desk).act("grant_extension", "registrar")
        granted = desk.deadline("reply_by")
        desk.later(3).act("receipt", "handler", unit="U1")
        row = desk.deadline("reply_by")
        assert (row.last_day, row.started_on, row.extended) == (granted.last_day, date(2025, 3, 12), 1)

    @pytest.mark.parametrize("name", ["zhejiang", "henan"])
    def test_the_day_of_assignment_entered_again_gives_back_what_signing_had_taken(self, name: str) -> None:
        desk = assigned(desk=submitted(LIBRARY.get(name)))
        extension_requested(desk).act("grant_extension", "registrar")
        granted = desk.deadline("reply_by").last_day
        desk.later(3).act("receipt", "handler", unit="U1")
        row, taken = desk.deadline("reply_by"), {"started_on": desk.on, "amount": "3", "last_day": date(2025, 6, 15)}
        row.__dict__.update(taken)  # as a register of 0.1.0 has it
        desk.act("correct_assigned_date", "registrar", assigned_on="2025-03-12", reason="延期没有算足")
        assert desk.deadline("reply_by").last_day == granted

    def test_a_wide_matter_whose_day_the_assignment_set_earlier_may_be_extended(self) -> None:
        desk = assigned(desk=submitted(LIBRARY.get("national")), track="COMPLEX", reply_on="2025-06-30")
        assert desk.deadline("reply_by").last_day == date(2025, 6, 30)
        extension_requested(desk).act("grant_extension", "registrar")
        assert desk.deadline("reply_by").last_day == date(2025, 9, 12)


class TestSigners:
    def drafted(self, book: Rulebook, key: bool) -> Desk:
        desk = handling(desk=submitted(book))
        if key:
            desk.act("determine_key", "leader", key_level="CHAIR")
        send_draft(desk).act("agree_consult", "deputy")
        return desk

    @pytest.mark.parametrize("key", [False, True])
    def test_key_items_without_signers_of_their_own_have_those_of_the_others(self, key: bool) -> None:
        """上海 20 and 青岛 29 let 本单位负责人 sign; no text names another rank for key items."""
        for name in ("shanghai", "qingdao"):
            self.drafted(LIBRARY.get(name), key).act("sign", "unit_leader", unit="U1", **SEAL)

    def test_key_items_with_signers_of_their_own_have_those(self) -> None:
        own: dict[str, Any] = {"signers": ("leader",), "key_signers": ("head",)}
        desk = self.drafted(rules(SUQIAN, reply=own), key=True)
        assert "allowed: head" in desk.refused("sign", "unit_leader", unit="U1", **SEAL)
        desk.act("sign", "unit_head", unit="U1", **SEAL)

    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_every_rulebook_has_somebody_who_signs_key_items(self, book: Rulebook) -> None:
        own = book.reply.key_signers if book.reply else ()
        assert book.signers(key_item=True) == (own or book.signers(key_item=False)) != ()


class TestShanghaiExtension:
    """上海 19: what is added is at most three months, counted from the day on which the three months end."""

    @pytest.mark.parametrize(
        ("on", "first", "longer"),
        [
            (date(2025, 11, 28), date(2026, 2, 28), date(2026, 5, 28)),
            (date(2023, 11, 30), date(2024, 2, 29), date(2024, 5, 29)),  # not 30 May: six months from the assignment
            (date(2024, 12, 31), date(2025, 3, 31), date(2025, 6, 30)),
            (date(2025, 3, 12), date(2025, 6, 12), date(2025, 9, 12)),
        ],
    )
    def test_it_is_three_months_from_the_last_day(self, on: date, first: date, longer: date) -> None:
        desk = assigned(desk=submitted(LIBRARY.get("shanghai"), on=on))
        assert desk.deadline("reply_by").last_day == first
        extension_requested(desk).act("grant_extension", "registrar")
        row = desk.deadline("reply_by")
        assert (row.last_day, row.started_on, row.source) == (longer, on, "上海(2015) 第十九条")

    def test_a_day_that_the_assignment_set_is_not_made_six_months(self) -> None:
        desk = assigned(desk=submitted(LIBRARY.get("shanghai")), reply_on="2025-05-01")
        extension_requested(desk).act("grant_extension", "registrar")
        assert desk.deadline("reply_by").last_day == date(2025, 8, 1)

    def test_a_corrected_assignment_moves_both_days(self) -> None:
        desk = submitted(LIBRARY.get("shanghai"), on=date(2023, 11, 28)).later(2)
        extension_requested(assigned(desk=desk)).act("grant_extension", "registrar")
        desk.act("correct_assigned_date", "registrar", assigned_on="2023-11-29", reason="会议记录")
        assert desk.deadline("reply_by").last_day == date(2024, 5, 29)
        desk.act("correct_assigned_date", "registrar", assigned_on="2023-11-28", reason="会议记录")
        assert desk.deadline("reply_by").last_day == date(2024, 5, 28)

    @pytest.mark.parametrize("name", ["beijing", "qingdao", "shandong"])
    def test_elsewhere_the_whole_is_six_months(self, name: str) -> None:
        desk = assigned(desk=submitted(LIBRARY.get(name), on=date(2023, 11, 30)))
        extension_requested(desk).act("grant_extension", "registrar")
        assert desk.deadline("reply_by").last_day == date(2024, 5, 30)


class TestLateReturn:
    GIVEN: ClassVar[dict[str, str]] = {"reason": "不归我局管", "proposed_unit": "U9"}

    def late(self, book: Rulebook) -> Desk:
        desk = assigned(desk=submitted(book))
        desk.act("receipt", "handler", unit="U1")
        row = next((deadline for deadline in desk.case.deadlines.values() if deadline.key == "return_by"), None)
        desk.on = (row.last_day if row else desk.on) + timedelta(days=1)
        return desk

    @pytest.mark.parametrize("book", [rulebook for rulebook in EVERY if "return_by" in rulebook.limits], ids=ids)
    def test_the_office_may_take_a_late_return_with_a_reason(self, book: Rulebook) -> None:
        desk = self.late(book)
        assert "data.late_reason" in desk.refused("request_return", "unit_head", unit="U1", **self.GIVEN)
        desk.act("request_return", "unit_head", unit="U1", more={**self.GIVEN, "late_reason": "机构改革"})
        assert "why it is taken" in desk.refused("grant_return", "registrar")
        desk.act("grant_return", "registrar", late_reason="职能已经划出")
        assert desk.part().state == "RETURN_GRANTED"

    def test_the_office_may_refuse_it_as_any_other(self) -> None:
        desk = self.late(SUQIAN)
        desk.act("request_return", "unit_head", unit="U1", more={**self.GIVEN, "late_reason": "机构改革"})
        desk.act("refuse_return", "registrar", reason="职责清单里有")
        assert desk.part().state == "RECEIVED"

    def test_a_text_of_010_that_said_nothing_lets_it_lapse_as_the_code_did_then(self) -> None:
        desk = self.late(Rulebook.from_text(rules(LIBRARY.get("qingdao"), returns=None).text))
        refusal = desk.refused("request_return", "unit_head", unit="U1", more={**self.GIVEN, "late_reason": "x"})
        assert "the right to ask for a return ended" in refusal


class TestReceipt:
    """No receipt, no clock: what starts at receipt never starts where nobody signs."""

    @pytest.mark.parametrize("units", ["LEAD_AND_CO", "SEPARATE", "SOLE"])
    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_a_unit_that_never_signs_for_an_item_has_a_last_day(self, book: Rulebook, units: str) -> None:
        desk = assigned({"LEAD_AND_CO": LEAD_AND_CO, "SEPARATE": SEPARATE, "SOLE": SOLE}[units], submitted(book))
        for part in desk.case.assignments:
            assert last_days(desk, part), f"{part} under {book.ident}"
            assert desk.deadline("receipt_by", part).last_day == date(2025, 3, 17)

    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_a_unit_that_never_signs_for_a_rehandling_has_a_last_day(self, book: Rulebook) -> None:
        desk = evaluating(desk=submitted(book))
        desk.act("evaluate", "deputy", **DISSATISFIED)
        if desk.state == "REHANDLE_REVIEW":
            desk.act("order_rehandle", "registrar")
        assert last_days(desk, "C1/a2"), book.ident

    @pytest.mark.parametrize("again", [False, True], ids=["first", "again"])
    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_a_part_has_a_last_day_at_every_step_until_it_is_delivered(self, book: Rulebook, again: bool) -> None:
        """Also in a re-handling, of which the law, the towns' texts and 青岛 31 say no days: the house's, inferred."""
        desk = assigned(desk=submitted(book))
        if again:
            desk = evaluating(desk=submitted(book))
            desk.act("evaluate", "deputy", **DISSATISFIED)
            if desk.state == "REHANDLE_REVIEW":
                desk.act("order_rehandle", "registrar")
        part = list(desk.case.assignments)[-1]
        for name, role, unit, more in WAY:
            assert last_days(desk, part), f"before {name} under {book.ident}"
            data = {"communication": f"C1/k{len(desk.case.communications)}"} if "communication" in name else more
            desk.later().act(name, role, unit=unit, more={"assignment": part, **data})
        assert desk.case.assignments[part].state == "DELIVERED"

    def test_the_successor_of_a_returned_part_signs_within_three_working_days(self) -> None:
        desk = assigned(desk=submitted(LIBRARY.get("zhejiang")))
        desk.act("receipt", "handler", unit="U1")
        desk.act("request_return", "unit_head", unit="U1", reason="x", proposed_unit="U9")
        desk.later().act("grant_return", "registrar")
        desk.later().act("reassign", "registrar", replaces="C1/a1", more={"unit": "U3"})
        assert desk.deadline("receipt_by", "C1/a2").last_day == date(2025, 3, 19)

    @pytest.mark.parametrize(
        ("name", "on"), [(name, on) for name in ("zhejiang", "henan") for on in (date(2020, 1, 2), date(2025, 3, 12))]
    )
    def test_the_reply_is_due_though_nobody_signs(self, name: str, on: date) -> None:
        desk = assigned(desk=submitted(LIBRARY.get(name, on)))
        assert desk.deadline("reply_by").last_day == date(2025, 6, 12)

    def test_the_opinion_of_a_co_unit_is_counted_once_it_signs_and_the_receipt_is_late_until_then(self) -> None:
        desk = assigned(LEAD_AND_CO, submitted(LIBRARY.get("zhejiang"))).later(30)
        receipt = desk.deadline("receipt_by", "C1/a2")
        assert receipt.open
        assert receipt.last_day < desk.on
        desk.act("receipt", "handler", unit="U2")
        assert desk.deadline("co_opinion_by", "C1/a2").last_day == date(2025, 6, 11)


WAY: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ("receipt", "handler", "U1", {}),
    ("accept", "handler", "U1", {}),
    ("communicate", "handler", "U1", {"kind": "phone"}),
    ("confirm_communication", "deputy", "", {}),
    ("start_handling", "handler", "U1", {}),
    ("research", "handler", "U1", {}),
    ("draft_reply", "handler", "U1", REPLY),
    ("send_draft_to_deputy", "handler", "U1", {}),
    ("agree_consult", "deputy", "", {}),
    ("sign", "unit_head", "U1", SEAL),
    ("deliver_reply", "handler", "U1", {}),
)


def last_days(desk: Desk, part: str) -> list[date]:
    return [row.last_day for row in desk.case.deadlines.values() if row.subject_id == part and row.open and row.duty]


class TestHandedInAgain:
    def test_in_qingdao_the_five_days_are_counted_from_the_day_on_which_it_is_handed_in_again(self) -> None:
        desk = submitted(LIBRARY.get("qingdao"))
        desk.act("open_review", "registrar")
        desk.later(2).act("request_revision", "registrar", reason="一事一议")
        assert not desk.deadline("assign_by", "C1").open
        desk.later(30).act("resubmit", "deputy")
        row = desk.deadline("assign_by", "C1")
        assert (desk.on, row.open, row.last_day, row.missed) == (date(2025, 4, 13), True, date(2025, 4, 18), 0)


class TestPromises:
    @pytest.mark.parametrize("book", EVERY, ids=ids)
    def test_a_dated_promise_has_a_last_day(self, book: Rulebook) -> None:
        promise: dict[str, Any] = {"class": "PLANNED_DATED", "commitments": [{"text": "修路", "due_on": "2025-12-31"}]}
        without = dict(REPLY, **{"class": "PLANNED_DATED"})
        desk = handling(desk=submitted(book))
        desk.act("research", "handler", unit="U1", deputy_invited=True)
        assert "promises something" in desk.refused("draft_reply", "handler", unit="U1", **without)
        answer(desk, **promise)
        row = desk.deadline("commitment_by", "C1/c1")
        assert (row.last_day, row.open, row.owed_by) == (date(2025, 12, 31), True, "unit:U1")
