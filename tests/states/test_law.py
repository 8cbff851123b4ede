"""What the texts allow and forbid, tried on whole cases: consent after three months, signatures, receipts."""

from datetime import date
from typing import Any

import pytest

from rulebooks import Rulebook
from tests.states.builders import (
    LIBRARY,
    SEAL,
    SUQIAN,
    Desk,
    assigned,
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


def asked(desk: Desk) -> Desk:
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
        asked(desk).act("grant_extension", "registrar")
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
                told = desk.refused("request_extension", "handler", unit="U1", reason="涉及面广")
                assert "already given" in told
            else:
                asked(desk).act("grant_extension", "registrar")

    def test_a_wide_matter_whose_day_the_assignment_set_earlier_may_be_extended(self) -> None:
        desk = assigned(desk=submitted(LIBRARY.get("national")), track="COMPLEX", reply_on="2025-06-30")
        assert desk.deadline("reply_by").last_day == date(2025, 6, 30)
        asked(desk).act("grant_extension", "registrar")
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
