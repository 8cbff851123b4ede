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
from portal.commands.explanation import explain_limits
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
    assert [finding for finding in findings(after) if finding["code"] == "RULEBOOK_UNKNOWN"] == []


def test_a_lost_text_is_never_replaced_by_the_national_one(desk: Register) -> None:
    walk(desk, "C1", until="start_handling", every=0)
    with desk.engine.begin() as connection:
        connection.execute(text("UPDATE rule_texts SET text = '', state = 'gone'"))
    after = Register(desk.engine)
    ident = after.dossier("C1").case.rulebook_ident
    lost = after.texts.of(ident)
    assert (lost.ident, lost.limits, lost.is_lost) == (ident, {}, True)
    nightly_audit(after, morning(FIRST + timedelta(days=1)))
    listed = [(row["case_id"], row["subject_id"]) for row in findings(after) if row["code"] == "RULEBOOK_UNKNOWN"]
    assert listed == [("C1", ident)]


def test_a_text_that_was_altered_in_the_database_governs_nothing(desk: Register) -> None:
    walk(desk, "C1", until="start_handling", every=0)
    with desk.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE rule_texts SET text = replace(text, '\"amount\":3', '\"amount\":9')")
    after = Register(desk.engine)
    assert after.texts.kept(after.dossier("C1").case.rulebook_ident) is None
    assert [str(fault.what) for fault in verify(after).faults] == [
        "is not the text of its digest", "was altered: it is not as it was entered last"
    ]  # fmt: skip


def test_a_case_never_comes_under_a_text_that_is_not_kept(desk: Register) -> None:
    walk(desk, "C1", until="evaluate")
    with desk.engine.connect() as connection:
        used = {digest for (digest,) in connection.execute(text("SELECT rulebook FROM events"))}
        kept = {digest for (digest,) in connection.execute(text("SELECT ident FROM rule_texts WHERE state = 'kept'"))}
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
            rows = connection.execute(text("SELECT ident, state FROM rule_texts"))
            states = {str(ident): str(state) for ident, state in rows}
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
            rows = connection.execute(text("SELECT state, text FROM rule_texts WHERE ident = :it"), {"it": ident})
            assert rows.one() == ("gone", "")

    def test_an_office_s_own_book_is_kept_as_it_was_resolved_over_the_shipped_ones_of_then(
        self, old: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """What it extends says something else now; the idents of OWN are those that 0.1.0 gave to these files."""
        for path in PACKAGED.glob("*.toml"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        for number, (_, content) in enumerate(OWN):
            (tmp_path / f"own{number}.toml").write_text(content, "utf-8")
        (tmp_path / "broken.toml").write_text('name = "broken"\nin_force = 2025-01-01\nextends = "nothing"\n', "utf-8")
        monkeypatch.setattr("rulebooks.library.PACKAGED", tmp_path)
        monkeypatch.setattr("storage.first_texts.PACKAGED", tmp_path)
        own = [ident for ident, _ in OWN]
        with old.begin() as connection:
            cases = connection.execute(text("SELECT id FROM cases ORDER BY id")).scalars()
            for case, ident in zip(cases, own, strict=False):
                name = ident.partition("@")[0]
                keys = {"it": ident, "name": name, "id": case}
                connection.execute(text("UPDATE cases SET rulebook = :name, rulebook_ident = :it WHERE id = :id"), keys)
        migrate(old)
        register = Register(old, Library(tmp_path))
        for ident in own:
            kept = register.texts.of(ident)
            assert (kept.ident, kept.is_lost) == (ident, False)
            assert ident not in {book.ident for book in register.library.versions(kept.name)}, "it is another one now"
        assert register.texts.of(own[0]).limits["contact_by"].amount == 10
        assert register.texts.of(own[1]).limits["contact_by"].amount == 10, "taken over through an own one"
        assert register.texts.of(own[2]).returns is None
        assert register.texts.of(own[3]).limits["reply_by"].source.startswith("山东(2017) 第十九条")


OWN = (
    (
        "suyu@2025-06-01#3282fcbfcc66",
        """
name = "suyu"
title = "宿豫区代表建议办理办法"
level = "county"
jurisdiction = "宿豫区"
extends = "suqian"
in_force = 2025-06-01

[limits.contact_by]
title = "首次沟通"
subject = "assignment"
starts = ["assignment.receipted"]
meets = ["assignment.communicated"]
amount = 10
unit = "working_days"
source = "宿豫区办法 第六条"
owed_by = "unit"

[extension]
source = "宿豫区办法 第八条"
asked_before_due = false

[returns]
source = "宿豫区办法 第五条"
max = 1
""",
    ),
    (
        "suyu-town@2025-07-01#6f711e65318d",
        """
name = "suyu-town"
title = "宿豫区乡镇办法"
level = "township"
jurisdiction = "宿豫区"
extends = "suyu"
in_force = 2025-07-01

[evaluation]
source = "乡镇办法 第三条"
sent_by = "office"
""",
    ),
    (
        "alone@2020-01-01#aa38613a6f23",
        """
name = "alone"
title = "某县办法"
level = "county"
jurisdiction = "某县"
in_force = 2020-01-01

[limits.reply_by]
title = "答复"
subject = "assignment"
roles = ["LEAD", "SOLE", "SEPARATE"]
starts = ["assignment.assigned"]
meets = ["assignment.delivered"]
amount = 60
unit = "days"
source = "某县办法 第四条"
owed_by = "unit"
""",
    ),
    (
        "jining@2025-04-01#eb167f886d43",
        """
name = "jining"
title = "济宁市办法"
level = "city"
jurisdiction = "济宁市"
extends = "shandong"
in_force = 2025-04-01
""",
    ),
)
"""Files of offices of our own making."""


def test_every_text_that_010_brought_reads_under_the_schema_of_today() -> None:
    shipped = json.loads(gzip.decompress(SHIPPED.read_bytes()))
    assert len(shipped) == 15
    for ident, content in shipped.items():
        read = Rulebook.from_text(content)
        assert read.ident == ident
        assert read.text == content, f"{ident} would get another digest: a new key lacks its Before"


BY_NAME = {
    "flows/deliver.py": "the office hours of every place, to choose when to try a message again",
    "flows/replay.py": "which machine the named rulebook is of",
    "portal/api/office.py": "the pages of installed rulebooks",
    "portal/rehearsal/one_life.py": "a made-up case has yet to come under one",
    "portal/rehearsal/recorded.py": "what is played is to come under the one named",
    "portal/rehearsal/stage.py": "the rulebook of a made-up city",
    "portal/rehearsal/year.py": "the rulebook of a made-up city",
    "portal/commands/rules.py": "commands about installed rulebooks",
    "portal/commands/stories.py": "commands about installed rulebooks",
    "portal/visitor/site.py": "the names of all limits of opinions",
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
