"""Is personal data struck everywhere by two people, and does verification accept exactly what is left?"""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel, select

from flows.deliver import deliver
from storage import Register, UnknownCase
from storage.attachments import checked
from storage.chain import document_digest
from storage.citizens import Citizen, beside, citizen_of
from storage.erasing import Erasure, Wish, ask_erasure, confirm_erasure, erasures, refuse_erasure
from storage.errors import RefusedByRule
from storage.retention import propose_erasures
from storage.sealing import seal, verify
from storage.statements import transaction
from storage.striking import MARK, pattern_of
from storage.tables.accounts import AccountRow
from storage.tables.erasures import ErasureRow
from storage.tables.events import DocumentRow
from storage.tables.messages import MessageRow, OutboxRow
from tests.builders import CITY, FIRST, act, an_action, dump, for_playing, noon, take, walk

NAME, PHONE = "张三丰", "13812345678"
WRITTEN = ("138-1234-5678", "１３８１２３４５６７８")
NOW = datetime(2026, 3, 5, 1, tzinfo=UTC)
BODY = f"我叫{NAME}，电话 {WRITTEN[0]}，又写作 {WRITTEN[1]}。路灯不亮。"
WISH = Wish("O1", (NAME, WRITTEN[0]), reason=f"{NAME}来电要求")
PHOTO = checked(f"{NAME}.png", b"\x89PNG\r\n\x1a\n" + NAME.encode() * 50)


@pytest.fixture
def kept(desk: Register) -> Register:
    """O1 of a citizen, in whose text, messages and notices their name stands, and C1, written from it by a deputy."""
    title = {"title": f"{NAME}反映路灯", "rulebook": "reception", "region": CITY, "deputy": "D1"}
    recorded = an_action("O1", "record", "citizen", body=BODY, **title)
    (outcome,) = desk.apply([recorded], noon(FIRST), also=beside(desk, {"O1": Citizen(NAME, PHONE, "abc")}))
    assert outcome.done
    act(desk, FIRST, "O1", "route", "registrar", unit="U1")
    draft = {"title": "路灯的建议", "facts": f"群众{NAME}反映路灯不亮", "proposal": "修"}
    take(desk, FIRST, an_action("C1", "draft", "deputy", **draft, region=CITY, rulebook="suqian", from_opinion="O1"))
    with transaction(desk.engine) as cursor:
        cursor.session.add(OutboxRow(
            id="old", case_id="O1", seq=1, recipient="person:R1", kind="opinion.recorded", urgent=False,
            data={"to": [{"name": NAME}], "count": 1}, created_at=noon(FIRST), sent_at=None,
        ))  # fmt: skip
    deliver(desk, noon(FIRST))
    seal(desk, noon(FIRST))
    assert holding(desk, NAME) >= {"citizens", "documents", "outbox", "messages", "search_texts"}
    return desk


def holding(register: Register, word: str) -> set[str]:
    """The tables with the word; JSON may write it in ASCII."""
    ways = {word.encode(), word.encode("unicode_escape")}
    texts = {table: b"".join(lines) for table, lines in dump(register.engine).items()}
    return {table for table, text in texts.items() if any(way in text for way in ways)}


def erase(register: Register, wish: Wish = WISH) -> Erasure:
    return confirm_erasure(register, ask_erasure(register, wish, "R1", NOW), "K1", NOW)


def refused(code: str, call: Any, *values: Any) -> None:
    with pytest.raises(RefusedByRule) as error:
        call(*values)
    assert error.value.refused.code == code


def test_what_two_people_erase_stands_nowhere_but_in_the_chain(kept: Register) -> None:
    events = dump(kept.engine)["events"]
    id_ = ask_erasure(kept, WISH, "R1", NOW)
    (waiting,) = erasures(kept)
    assert (waiting.words, waiting.rows["documents"], waiting.rows["citizens"]) == ((NAME, PHONE), 2, 1)
    done = confirm_erasure(kept, id_, "K1", NOW)
    assert (done.rows, done.standing) == (waiting.rows, waiting.standing)
    assert done.standing == {"events": 1, "rows": 1}
    for word in (NAME, PHONE, *WRITTEN):
        assert holding(kept, word) <= {"events", "cases", "search_texts"}, word
    assert citizen_of(kept, "O1") is None
    assert dump(kept.engine)["events"] == events
    assert verify(kept).faults == []
    seal(kept, noon(FIRST))
    assert verify(kept).faults == []
    assert MARK in str(dump(kept.engine)["documents"][0].decode())


@pytest.mark.sqlite_first
def test_who_asks_twice_or_confirms_twice_does_it_once(kept: Register) -> None:
    id_ = ask_erasure(kept, WISH, "R1", NOW)
    assert ask_erasure(kept, WISH, "R1", NOW + timedelta(hours=1)) == id_
    refused("erasure_waits", ask_erasure, kept, Wish("O1", ("路灯",)), "R1", NOW)
    done = confirm_erasure(kept, id_, "K1", NOW)
    before = dump(kept.engine)
    assert confirm_erasure(kept, id_, "K1", NOW + timedelta(hours=1)) == done
    assert dump(kept.engine) == before
    refused("erasure_over", confirm_erasure, kept, id_, "G1", NOW)
    refused("erasure_over", refuse_erasure, kept, id_, "G1", NOW)


@pytest.mark.sqlite_first
def test_what_else_was_written_from_the_opinion_is_reached_and_nobody_who_sent_another(kept: Register) -> None:
    draft = {"title": "又一件", "facts": f"{NAME}说路灯不亮", "proposal": "修", "region": CITY, "rulebook": "suqian"}
    take(kept, FIRST, an_action("C2", "draft", "deputy", **draft, from_opinion="O1"))
    other = an_action("O2", "record", "citizen", body="路灯", title="路灯", rulebook="reception", region=CITY)
    assert kept.apply([other], noon(FIRST), also=beside(kept, {"O2": Citizen("李四", "13900000000")}))[0].done
    take(kept, FIRST, an_action("O2", "promote", "deputy", into="C1", kind="suggestion"))
    done = erase(kept, Wish("C1", (NAME,)))
    assert done.rows["citizens"] == 1
    assert citizen_of(kept, "O1") is None
    assert citizen_of(kept, "O2") == Citizen("李四", "13900000000"), "who did not ask"
    assert holding(kept, NAME) <= {"events", "cases", "search_texts"}
    assert verify(kept).faults == []
    refused("erasure_empty", ask_erasure, kept, Wish("C1"), "R1", NOW)


@pytest.mark.sqlite_first
def test_one_human_with_two_accounts_is_no_second_person(kept: Register) -> None:
    with transaction(kept.engine) as cursor:
        for name, person in (("one", "R1"), ("two", "")):
            cursor.session.add(AccountRow(
                name=name, person=person, duty="", password="", failures=0, locked_until=None, created_at=NOW,
                created_by="", disabled_at=None, holder="" if person else "登记员",
            ))  # fmt: skip
    id_ = ask_erasure(kept, WISH, "one", NOW)
    for same in ("one", "two", "R1"):
        refused("erasure_alone", confirm_erasure, kept, id_, same, NOW)
    assert NAME in holding_words(kept)
    confirm_erasure(kept, id_, "K1", NOW)
    with transaction(kept.engine) as cursor:
        messages = cursor.session.exec(select(MessageRow).where(MessageRow.recipient == "person:R1")).all()
    assert ["事件 1 处" in message.body for message in messages if "删除个人信息" in message.subject] == [True]


def holding_words(register: Register) -> list[str]:
    with transaction(register.engine) as cursor:
        return [word for row in cursor.session.exec(select(ErasureRow)) for word in row.words]


@pytest.mark.sqlite_first
def test_a_refused_erasure_forgets_its_words_and_strikes_nothing(kept: Register) -> None:
    before = dump(kept.engine, but=["erasures", "seal_entries", "row_salts"])
    id_ = ask_erasure(kept, WISH, "R1", NOW)
    refused_one = refuse_erasure(kept, id_, "R1", NOW)
    assert (refused_one.outcome, refused_one.reason) == ("refused", f"{MARK}来电要求")
    assert holding_words(kept) == []
    assert dump(kept.engine, but=["erasures", "seal_entries", "row_salts"]) == before
    assert verify(kept).faults == []


@pytest.mark.sqlite_first
def test_what_cannot_be_erased_is_refused(desk: Register) -> None:
    take(desk, FIRST, an_action("O1", "record", "citizen", body="路灯", rulebook="reception", region=CITY))
    before = dump(desk.engine)
    for wish, code in (
        (Wish("O1"), "erasure_empty"),
        (Wish("O1", ("张",)), "erasure_words"),
        (Wish("O1", tuple(f"张{number}" for number in range(21))), "erasure_words"),
        (Wish("O1", ("张\u202e三",)), "unseen_character"),
        (Wish("O1", files=("ab",)), "erasure_file"),
        (Wish("O1", files=("",)), "erasure_file"),
    ):
        refused(code, ask_erasure, desk, wish, "R1", NOW)
    with pytest.raises(UnknownCase, match=r"^there is no case O2$"):
        ask_erasure(desk, Wish("O2", ("张三",)), "R1", NOW)
    assert dump(desk.engine) == before


def test_a_file_is_emptied_and_its_digest_stays(desk: Register) -> None:
    last = walk(desk, "C1", until="send_forms", every=0)
    evidence = {"sha256": PHOTO.sha256, "name": "现场.png", "place": "幸福路", "on": FIRST.isoformat()}
    inspect = an_action("C1", "inspect", "registrar", verdict="MATCHING", location="幸福路", evidence=[evidence])
    assert desk.apply([inspect], noon(last), files=[PHOTO])[0].done
    seal(desk, noon(last))
    erase(desk, Wish("C1", files=(PHOTO.sha256[:16],)))
    assert holding(desk, NAME) == set()
    assert desk.attachment("C1", PHOTO.sha256) is None
    assert verify(desk).faults == []


def tampered(register: Register, table: str, statement: str) -> list[str]:
    """The places that verification names after this statement about a table; all is as before afterwards."""
    rows = SQLModel.metadata.tables[table]
    with register.engine.begin() as connection:
        before = [dict(row) for row in connection.execute(rows.select()).mappings()]
        assert connection.execute(text(statement)).rowcount == 1
    places = [f"{fault.case_id} {fault.place}" for fault in verify(register).faults]
    with register.engine.begin() as connection:
        connection.execute(rows.delete())
        connection.execute(rows.insert(), before)
    return places


def test_the_digest_of_an_erased_text_cannot_be_guessed(kept: Register) -> None:
    """Salts are destroyed with the text; a rehearsal, which is about nobody, has none and can be repeated."""
    recorded, _ = kept.events("O1")[:2]
    with transaction(kept.engine) as cursor:
        salts = [*cursor.session.exec(select(DocumentRow.salt).order_by(DocumentRow.id))]
    assert recorded["data"]["body"]["sha256"] != document_digest(BODY)
    assert [len(salt) for salt in salts] == [32] * len(salts)
    erase(kept)
    stored = b"".join(line for lines in dump(kept.engine).values() for line in lines)
    assert [salt for salt in salts if salt.encode() in stored] == [salts[1]], "that of the text without the words"
    assert for_playing(kept).new_salt() == ""


SHORTER = "salt = salt || substr(text, 1, 2), text = substr(text, 3)"
LONGER = "salt = '', text = salt || text"
"""A text that gives characters to its salt, or takes them from it."""


def test_any_other_alteration_is_still_found(kept: Register) -> None:
    erase(kept)
    seal(kept, noon(FIRST))
    for table, statement, place in (
        ("documents", "UPDATE documents SET text = text || 'x' WHERE id = 'O1#1.body'", "O1 documents/O1#1.body"),
        ("documents", f"UPDATE documents SET text = '{BODY}' WHERE id = 'O1#1.body'", "O1 documents/O1#1.body"),
        ("documents", "UPDATE documents SET salt = 'x' WHERE id = 'C1#1.facts'", "C1 documents/C1#1.facts"),
        ("documents", f"UPDATE documents SET {SHORTER} WHERE id = 'C1#1.proposal'", "C1 documents/C1#1.proposal"),
        ("documents", f"UPDATE documents SET {LONGER} WHERE id = 'C1#1.proposal'", "C1 documents/C1#1.proposal"),
        ("documents", f"UPDATE documents SET text = '{MARK}' WHERE id = 'C1#1.proposal'", "C1 documents/C1#1.proposal"),
        ("citizens", f"UPDATE citizens SET name = '{NAME}'", " citizens/O1"),
        ("erasures", "UPDATE erasures SET remaining = '{}'", "O1 documents/O1#1.body"),
        ("erasures", "DELETE FROM erasures", "O1 documents/O1#1.body"),
        ("outbox", "UPDATE outbox SET data = '{}' WHERE id = 'old'", " outbox/old"),
    ):
        assert place in tampered(kept, table, statement), statement
    assert verify(kept).faults == []


@pytest.mark.sqlite_first
def test_who_was_kept_long_enough_is_proposed_once_and_confirmed_by_a_person(kept: Register) -> None:
    act(kept, FIRST, "O1", "answer", "handler", answer="修好了")
    act(kept, FIRST, "O1", "close", "registrar")
    assert propose_erasures(kept, FIRST - timedelta(days=1), NOW) == []
    assert propose_erasures(kept, FIRST, NOW) == ["O1"]
    assert propose_erasures(kept, FIRST, NOW) == []
    (waiting,) = erasures(kept)
    assert (waiting.by, waiting.ground, waiting.words) == ("duban", "retention", (NAME, PHONE))
    assert citizen_of(kept, "O1") is not None
    refuse_erasure(kept, waiting.id, "R1", NOW)
    assert propose_erasures(kept, FIRST, NOW) == []


@pytest.mark.sqlite_first
def test_a_forged_erasure_is_found(kept: Register) -> None:
    """Who writes an erasure past the register can make a text look struck, and is found by the row."""
    with kept.engine.begin() as connection:
        connection.execute(SQLModel.metadata.tables["erasures"].insert().values(
            id="forged", at=NOW, by="R1", case_id="O1", ground="request", reason="", words=[], files=[],
            outcome="confirmed", decided_at=NOW, decided_by="K1", number=1, spans={}, remaining={}, standing={},
        ))  # fmt: skip
    assert [fault.place for fault in verify(kept).faults] == ["erasures/forged"]


@pytest.mark.parametrize(
    ("word", "text_", "struck"),
    [
        ("13812345678", "电 138 1234 5678。", f"电 {MARK}。"),
        ("13812345678", "113812345678", f"1{MARK}"),
        ("Zhang San", "ＺＨＡＮＧ San 和 zhang san", f"{MARK} 和 {MARK}"),
        ("张三", "张三丰、张 三", f"{MARK}丰、张 三"),
        ("a.c", "abc a.c", f"abc {MARK}"),
    ],
)
def test_words_are_found_as_people_write_them(word: str, text_: str, struck: str) -> None:
    assert pattern_of([word]).sub(MARK, text_) == struck
    assert pattern_of([]).sub(MARK, text_) == text_
