"""The text of the rules under which a case came is kept whole, and nothing but an event takes the case from it."""

import ast
import gzip
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

import storage
from flows.audit import nightly_audit
from portal.explanation import explain_limits
from rulebooks import Library, Rulebook
from storage import Register, migrate, open_engine
from storage.findings import findings
from storage.sealing import verify
from tests.builders import FIRST, a_directory, a_draft, act, deadline, morning, noon, walk
from tests.databases import Databases
from tests.storage.old.loading import released

PACKAGED = Path(storage.__file__).parents[1] / "rulebooks"
SHIPPED = Path(storage.__file__).parent / "migrations" / "texts" / "0.1.0.json.gz"


def without_suqian(folder: Path) -> Library:
    """The packaged rulebooks but one."""
    folder.mkdir()
    for path in PACKAGED.glob("*.toml"):
        if path.stem != "suqian":
            (folder / path.name).write_bytes(path.read_bytes())
    return Library(folder)


def idents(register: Register, case: str) -> set[str]:
    return {str(event["rulebook"]) for event in register.events(case)}


@pytest.fixture
def changed() -> Library:
    """An installation whose suqian gives four months where it gave three."""
    return Library().with_values("suqian", {"limits.reply_by.amount": 4})


def test_an_open_case_does_not_follow_a_file_that_is_changed_under_it(engine: Engine, changed: Library) -> None:
    before = a_directory(Register(engine))
    walk(before, "C1", until="start_handling", every=0)
    kept = before.dossier("C1").case.rulebook_ident
    after = Register(engine, changed)
    assert changed.get("suqian").ident != kept
    act(after, FIRST, "C1", "research", "handler", "W1")
    assert idents(after, "C1") == {kept} == {after.dossier("C1").case.rulebook_ident}
    assert explain_limits(after, "C1", FIRST, "reply_by")[0]["amount"] == "3"
    after.sweep(morning(deadline(after, "C1", "reply_by").last_day + timedelta(days=1)))
    assert idents(after, "C1") == {kept}


def test_a_case_goes_on_when_its_rulebook_is_no_longer_installed(engine: Engine, tmp_path: Path) -> None:
    before = a_directory(Register(engine))
    walk(before, "C1", until="start_handling", every=0)
    limits = before.texts.of(before.dossier("C1").case.rulebook_ident).limits
    after = Register(engine, without_suqian(tmp_path / "less"))
    act(after, FIRST, "C1", "research", "handler", "W1")
    assert after.texts.of(after.dossier("C1").case.rulebook_ident).limits == limits
    nightly_audit(after, morning(FIRST + timedelta(days=1)))
    assert [one for one in findings(after) if one["code"] == "RULEBOOK_UNKNOWN"] == []


def test_a_lost_text_is_never_replaced_by_the_national_one(desk: Register) -> None:
    walk(desk, "C1", until="start_handling", every=0)
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE rule_texts SET text = '', state = 'gone'"))
    after = Register(desk.engine)
    ident = after.dossier("C1").case.rulebook_ident
    lost = after.texts.of(ident)
    assert (lost.ident, lost.limits, lost.is_lost) == (ident, {}, True)
    nightly_audit(after, morning(FIRST + timedelta(days=1)))
    listed = [(one["case_id"], one["subject_id"]) for one in findings(after) if one["code"] == "RULEBOOK_UNKNOWN"]
    assert listed == [("C1", ident)]


def test_a_text_that_was_altered_in_the_database_governs_nothing(desk: Register) -> None:
    walk(desk, "C1", until="start_handling", every=0)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rule_texts SET text = replace(text, '\"amount\":3', '\"amount\":9')")
    after = Register(desk.engine)
    assert after.texts.kept(after.dossier("C1").case.rulebook_ident) is None
    assert [fault.what for fault in verify(after).faults] == ["is not the text of its digest"]


def test_a_case_never_comes_under_a_text_that_is_not_kept(desk: Register) -> None:
    walk(desk, "C1", until="evaluate")
    with desk.engine.connect() as connection:
        used = {one for (one,) in connection.execute(text("SELECT rulebook FROM events"))}
        kept = {one for (one,) in connection.execute(text("SELECT ident FROM rule_texts WHERE state = 'kept'"))}
    assert used <= kept


def test_a_refused_draft_keeps_no_text(desk: Register) -> None:
    outcome = desk.apply([a_draft("C1", by="nobody")], noon(FIRST))[0]
    assert not outcome.done
    with desk.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM rule_texts")).scalar() == 0


class TestOf010:
    """A database of 0.1.0, whose cases name texts that no file of today need give."""

    @pytest.fixture
    def old(self, databases: Databases) -> Iterator[Engine]:
        engine = open_engine(released(databases, "0.1.0"))
        yield engine
        engine.dispose()

    def test_its_texts_are_found_by_digest_whatever_the_files_say_now(
        self, old: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setattr("rulebooks.library.PACKAGED", tmp_path)
        migrate(old)
        with old.connect() as connection:
            found = connection.execute(text("SELECT ident, state FROM rule_texts"))
            states = {str(ident): str(state) for ident, state in found}
            used = set(connection.execute(text("SELECT rulebook_ident FROM cases")).scalars())
        assert used <= states.keys()
        assert set(states.values()) == {"kept"}
        register = Register(old)
        for ident in used:
            assert register.texts.of(ident).ident == ident

    def test_a_text_that_is_gone_is_recorded_as_gone(self, old: Engine) -> None:
        ident = "suqian@2025-03-11#000000000000"
        with old.begin() as connection:
            connection.execute(text("UPDATE cases SET rulebook_ident = :it"), {"it": ident})
        migrate(old)
        with old.connect() as connection:
            found = connection.execute(text("SELECT state, text FROM rule_texts WHERE ident = :it"), {"it": ident})
            assert found.one() == ("gone", "")


def test_every_text_that_010_brought_reads_under_the_schema_of_today() -> None:
    shipped = json.loads(gzip.decompress(SHIPPED.read_bytes()))
    assert len(shipped) == 15
    for ident, said in shipped.items():
        read = Rulebook.from_text(said)
        assert read.ident == ident
        assert read.text == said, f"{ident} would get another digest: a new key lacks its Before"


BY_NAME = {
    "flows/deliver.py": "the office hours of every place, to choose when to try a message again",
    "flows/replay.py": "which machine the named rulebook is of",
    "portal/api/office.py": "the pages of installed rulebooks",
    "portal/rehearsal/one_life.py": "a made-up case has yet to come under one",
    "portal/rehearsal/recorded.py": "what is played is to come under the one named",
    "portal/rehearsal/stage.py": "the rulebook of a made-up city",
    "portal/rehearsal/year.py": "the rulebook of a made-up city",
    "portal/rule_commands.py": "commands about installed rulebooks",
    "portal/story_commands.py": "commands about installed rulebooks",
    "portal/web/site.py": "the names of all limits of opinions",
    "storage/batch.py": "what opens, submits or assigns a case",
    "storage/region_rules.py": "whether the rulebook that a region is to use is there",
    "storage/register.py": "whether the rulebook to be switched off is known",
    "storage/statistics/tables.py": "the formulas of a table over many cases",
}
"""Where a rulebook is asked for by its name, and why no case is read by it."""


def test_whoever_reads_the_rules_of_a_case_reads_the_text_that_it_keeps() -> None:
    root = Path(storage.__file__).parents[1]
    asking = set()
    for folder in ("flows", "notifications", "portal", "states", "storage"):
        for path in (root / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("ibrary.get", "ibrary().get")):
                    asking.add(str(path.relative_to(root)))
    assert asking == BY_NAME.keys()
