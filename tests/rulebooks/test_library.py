"""Rulebooks: loading, versions, inheritance, and what a mistake is told."""

from datetime import date
from pathlib import Path

import pytest

import rulebooks
from rulebooks import HOUSE_LADDER, LIMIT_KEYS, Library, Rulebook, RulebookError
from rulebooks.limits import Sourced
from rulebooks.rule_files import Toml
from rulebooks.sheet import NO_SECTION, TERM, Difference, check, diff, inferred_keys, sections, term_rows

NAMES = [
    "beijing", "chongqing", "cppcc", "henan", "message-board", "national", "qingdao", "reception", "shandong",
    "shanghai", "suqian", "township", "zhejiang",
]  # fmt: skip
LIBRARY = Library()
PACKAGED = sorted(Path(rulebooks.__file__).parent.glob("*.toml"))

REPLY = """
[limits.reply_by]
title = "答复"
subject = "assignment"
starts = ["assignment.assigned"]
meets = ["assignment.delivered"]
amount = 3
unit = "months"
source = "甲法 第一条"
says = "三个月"
owed_by = "unit"
"""


def head(name: str, in_force: str = "2020-01-01", extra: str = "") -> str:
    place = 'title = "某地"\nlevel = "city"\njurisdiction = "某地"'
    return f'name = "{name}"\n{place}\nin_force = {in_force}\n{extra}\n'


def write(folder: Path, name: str, text: str) -> None:
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def problems(folder: Path, name: str = "a") -> list[str]:
    return [str(fault) for fault in check(name, Library(folder))]


def test_the_packaged_rulebooks_load():
    assert LIBRARY.names() == NAMES
    assert [LIBRARY.get(name).name for name in NAMES] == NAMES


@pytest.mark.parametrize("path", PACKAGED, ids=lambda path: path.name)
def test_every_packaged_file_checks_clean(path):
    assert check(str(path)) == []


@pytest.mark.parametrize("name", NAMES)
def test_every_term_has_a_source_and_a_text_names_its_article(name):
    for row in term_rows(LIBRARY.get(name)):
        assert row.inferred or "条" in row.source, row


def test_only_gap_fillers_infer_limits_besides_the_receipt_the_rehandling_and_the_promises_of_the_law():
    """A unit that never signs, or handles again, has a last day everywhere; of promises the date is asked for."""
    inferred = {(name, row.key) for name in NAMES for row in term_rows(LIBRARY.get(name)) if row.inferred}
    fillers = {"suqian", "township", "message-board", "reception", "cppcc"}
    assert {(name, key) for name, key in inferred if name not in fillers} == {
        ("national", "commitment_by"),
        ("national", "rehandle_by"),
        ("national", "rehandle_by.complex"),
        ("qingdao", "rehandle_by"),
        *((name, "receipt_by") for name in NAMES if LIBRARY.get(name).machine == "suggestion" and name not in fillers),
    }
    assert fillers <= {name for name, _ in inferred}
    assert [row.key for row in term_rows(LIBRARY.get("suqian")) if not row.inferred] == [
        "reply_by",
        "reply_by.complex",
    ]


def test_suqian_fills_every_gap_but_the_notice_of_acceptance():
    assert set(LIMIT_KEYS) - set(LIBRARY.get("suqian").limits) == {"acceptance_notice_by"}


def test_a_rulebook_without_a_ladder_climbs_that_of_the_house():
    assert LIBRARY.get("chongqing").ladder == HOUSE_LADDER
    assert [rung.offset for rung in HOUSE_LADDER] == [-30, -15, -7, -3, -1, 1, 3, 5, 10, 20, 40]
    assert [rung.level for rung in HOUSE_LADDER if rung.proposes] == ["U4", "U5", "U6"]


def test_a_name_that_is_not_there_is_answered_with_a_close_one():
    with pytest.raises(RulebookError, match='no rulebook is named "suqain", did you mean "suqian"'):
        LIBRARY.get("suqain")


@pytest.mark.parametrize(
    ("on", "version"),
    [
        (None, "2025-03-11"),
        (date(2016, 5, 27), "2016-05-27"),
        (date(2025, 3, 10), "2016-05-27"),
        (date(2025, 3, 11), "2025-03-11"),
        (date(2030, 1, 1), "2025-03-11"),
    ],
)
def test_the_version_in_force_on_the_day_is_the_one(on, version):
    assert LIBRARY.get("zhejiang", on).version == version


def test_before_the_first_version_the_earliest_day_is_told():
    with pytest.raises(RulebookError, match="not in force on 2016-05-26; the earliest is 2016-05-27"):
        LIBRARY.get("zhejiang", date(2016, 5, 26))


def test_a_rulebook_is_loaded_once():
    assert LIBRARY.get("suqian") is LIBRARY.get("suqian", date(2026, 1, 1))


def test_a_path_is_a_rulebook_too(tmp_path):
    write(tmp_path, "mine", head("mine", "2025-06-01", 'extends = "national"'))
    rulebook = LIBRARY.get(str(tmp_path / "mine.toml"))
    assert rulebook.limits == LIBRARY.get("national").limits
    with pytest.raises(RulebookError, match="not yet on 2025-05-31"):
        LIBRARY.get(str(tmp_path / "mine.toml"), date(2025, 5, 31))


def test_a_path_is_never_mistaken_for_the_packaged_file_of_that_name(tmp_path, monkeypatch):
    (tmp_path / "rulebooks").mkdir()
    write(tmp_path / "rulebooks", "suqian", head("suqian") + REPLY)
    monkeypatch.chdir(tmp_path)
    library = Library()
    packaged = library.get("suqian")
    assert library.get("rulebooks/suqian.toml").ident != packaged.ident


def test_a_child_replaces_a_limit_wholly_so_no_stale_source_stays(tmp_path):
    complex_term = '[limits.reply_by.complex]\namount = 6\nunit = "months"\nsource = "甲法 第一条"'
    write(tmp_path, "parent", head("parent") + REPLY + complex_term)
    child = REPLY.replace("甲法", "乙法").replace('says = "三个月"\n', "").replace("amount = 3", "amount = 2")
    write(tmp_path, "child", head("child", extra='extends = "parent"') + child)
    limit = Library(tmp_path).get("child").limits["reply_by"]
    assert (limit.amount, limit.source, limit.says, limit.complex) == (2, "乙法 第一条", "", None)


def test_a_child_takes_other_sections_over_key_by_key(tmp_path):
    whole = '[gates]\nsource = "甲法 第二条"\nsays = "两次"\nattempts = 2\nconfirm_within = 5'
    part = '[gates]\nsource = "乙法 第二条"\nattempts = 3'
    write(tmp_path, "parent", head("parent") + whole)
    write(tmp_path, "child", head("child", extra='extends = "parent"') + part)
    gates = Library(tmp_path).get("child").gates
    assert gates is not None
    assert (gates.attempts, gates.confirm_within, gates.source, gates.says) == (3, 5, "乙法 第二条", "")


def test_a_changed_section_must_name_its_own_source(tmp_path):
    write(tmp_path, "parent", head("parent") + '[gates]\nsource = "甲法 第二条"\nattempts = 2')
    write(tmp_path, "a", head("a", extra='extends = "parent"') + "[gates]\nattempts = 3")
    assert problems(tmp_path)[0].endswith("a.toml: gates: a section that changes names its own source")


def test_a_child_extends_the_version_that_held_when_it_came_into_force(tmp_path):
    write(tmp_path, "old", head("parent", "2010-01-01") + REPLY)
    write(tmp_path, "new", head("parent", "2025-01-01") + REPLY.replace("amount = 3", "amount = 1"))
    write(tmp_path, "a", head("a", extra='extends = "parent"'))
    assert Library(tmp_path).get("a").limits["reply_by"].amount == 3


def test_extends_in_a_circle_is_refused(tmp_path):
    write(tmp_path, "a", head("a", extra='extends = "b"'))
    write(tmp_path, "b", head("b", extra='extends = "a"'))
    assert "extends: goes in a circle" in problems(tmp_path)[0]


@pytest.mark.parametrize(
    ("extends", "problem"),
    [
        ('"parnet"', 'a.toml: extends: no rulebook is named "parnet", did you mean "parent"?'),
        ('"later"', 'a.toml: extends: "later" was not in force on 2020-01-01; the earliest is 2021-01-01'),
        ('"a"', 'a.toml: extends: "a" was not in force on 2019-12-31; the earliest is 2020-01-01'),
        ("3", "a.toml: extends: the name of a rulebook, not 3"),
    ],
)
def test_a_parent_that_is_not_there_is_named(tmp_path, extends, problem):
    write(tmp_path, "parent", head("parent"))
    write(tmp_path, "later", head("later", "2021-01-01"))
    write(tmp_path, "a", head("a", extra=f"extends = {extends}"))
    assert [line.partition("/")[2] for line in problems(tmp_path)] == [problem]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("amount = 3", "amout = 3", 'limits.reply_by: unknown key "amout", did you mean "amount"?'),
        ("amount = 3", "", 'limits.reply_by: key "amount" is missing'),
        ("amount = 3", "amount = 0", "limits.reply_by: a limit is at least 1 of its months, not 0"),
        ("amount = 3", 'amount = "3"', "limits.reply_by: months are counted in whole numbers, not '3'"),
        ("amount = 3", 'amount = "own"', "limits.reply_by: months are counted in whole numbers, not 'own'"),
        (
            'amount = 3\nunit = "months"',
            'amount = "own"\nunit = "date"',
            'amount "own" is for the subject commitment',
        ),
        ('amount = 3\nunit = "months"', 'amount = "02-30"\nunit = "date"', 'no year has a day "02-30"'),
        ('source = "甲法 第一条"', 'source = " "', "limits.reply_by.source"),
        ('["assignment.assigned"]', '["assignment.asigned"]', 'did you mean "assignment.assigned"?'),
        ('["assignment.assigned"]', '["evaluator.served"]', "cannot start a limit of the assignment"),
        ('["assignment.assigned"]', "[]", "limits.reply_by.starts"),
        ('"months"', '"month"', "limits.reply_by.unit"),
        ("[limits.reply_by]", "[limits.replyby]", 'limits: unknown key "replyby", did you mean "reply_by"?'),
        ('subject = "assignment"', 'subject = "opinion"', "limits.reply_by"),
        ('owed_by = "unit"', 'owed_by = "unit"\nin_session = true', "in_session is for the subject suggestion"),
        ('owed_by = "unit"', 'owed_by = "unit"\nagain_starts = ["assignment.signed"]', "go together"),
        ('level = "city"', 'level = "town"', "level"),
        ('level = "city"', 'level = "city"\nzone = "UTC"', "zone"),
        ('level = "city"', 'level = "city"\nlevle = 1', 'unknown key "levle", did you mean "level"?'),
        ('level = "city"\n', "", 'key "level" is missing'),
    ],
)
def test_a_mistake_is_told_with_file_and_key(tmp_path, old, new, problem):
    text = head("a") + REPLY
    assert old in text
    write(tmp_path, "a", text.replace(old, new))
    lines = problems(tmp_path)
    assert any(problem in line for line in lines), lines
    assert all(line.startswith(f"{tmp_path.name}/a.toml: ") for line in lines)


SECTIONS = [
    (
        '[extension]\nsource = "x"\nbasis = "nature"\n[extension.total]\namount = 6\nunits = "days"',
        'extension.total: unknown key "units", did you mean "unit"?',
    ),
    (
        '[slots]\nsource = "x"\nparties = [{slot = 1, titel = "x", role = "y"}]',
        'slots.parties.0: unknown key "titel", did you mean "title"?',
    ),
    (
        '[classes]\nsource = "x"\n[classes.map.RESOLVED]\nleter = "A"',
        'classes.map.RESOLVED: unknown key "leter", did you mean "letter"?',
    ),
    ('[classes]\nsource = "x"\n[classes.map.SOLVED]\ntext = "A"', "classes.map.SOLVED"),
    (
        '[numbering]\nsource = "x"\nin_session = "{nr}"\nbetween = "{serial}"',
        "only term, session, year, serial",
    ),
    ('[numbering]\nsource = "x"\nin_session = "{year}"\nbetween = "{serial}"', "lacks a serial"),
    ('[office_hours]\nsource = "x"\nstart = 17:00:00\nend = 08:00:00', "is not before end"),
    (
        '[[ladder]]\nlevel = "U1"\ntitle = "x"\ntells = ["deputy"]\nsource = "x"',
        "ladder.0: give one of the two",
    ),
    ("[gates]\nattempts = 2", 'gates: key "source" is missing'),
]


@pytest.mark.parametrize(("section", "problem"), SECTIONS)
def test_a_mistake_in_another_section_is_told_as_well(tmp_path, section, problem):
    write(tmp_path, "a", head("a") + section)
    assert any(problem in line for line in problems(tmp_path)), problems(tmp_path)


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path):
    write(tmp_path, "a", head("a").replace("city", "town") + REPLY.replace("amount", "amout"))
    assert len(problems(tmp_path)) == 3  # the level, the unknown key, the missing one


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (b"name = ", "is no TOML file"),
        (b"\xff\xfe", "is no TOML file"),
        (b'title = "x"', "name: missing"),
        (b'name = "a"', "in_force: missing"),
        (b'name = "a"\nin_force = "2020-01-01"', "in_force: missing or no day"),
        (b'name = "a"\nin_force = 2020-01-01T00:00:00Z', "in_force: missing or no day"),
    ],
)
def test_a_file_that_is_no_rulebook_is_told_by_name(tmp_path, text, problem):
    (tmp_path / "a.toml").write_bytes(text)
    assert problem in problems(tmp_path)[0]
    assert problem in str(check(str(tmp_path / "a.toml"))[0])


def test_a_file_that_is_not_there_is_told():
    assert [str(fault) for fault in check("nowhere.toml")] == ["nowhere.toml: there is no such file"]


def test_two_files_of_one_name_and_day_are_refused(tmp_path):
    write(tmp_path, "a", head("a"))
    write(tmp_path, "b", head("a"))
    assert "b.toml: in_force:" in problems(tmp_path)[0]


def test_the_digest_follows_every_value(tmp_path):
    write(tmp_path, "a", head("a") + REPLY)
    first = Library(tmp_path).get("a")
    again = Library(tmp_path).get("a")
    write(tmp_path, "a", head("a") + REPLY.replace("amount = 3", "amount = 4"))
    changed = Library(tmp_path).get("a")
    assert first.ident == again.ident == f"a@2020-01-01#{first.digest}"
    assert len(first.digest) == 12
    assert changed.digest != first.digest
    assert diff(first, changed) == [Difference("limits.reply_by.amount", 3, 4)]
    assert diff(first, again) == []


def test_the_limits_of_an_event_are_found_by_it():
    suqian = LIBRARY.get("suqian")
    assert {key for key, _ in suqian.limits_for("assignment.assigned")} == {
        "reply_by",
        "receipt_by",
        "co_opinion_by",
    }
    assert [key for key, _ in suqian.limits_for("assignment.opinion_rejected")] == ["co_opinion_by"]
    assert {key for key, _ in suqian.met_by("assignment.delivered")} == {"reply_by", "rehandle_by"}
    assert [key for key, _ in suqian.paused_by("suggestion.revision_requested")] == ["assign_by"]
    assert suqian.limits_for("suggestion.withdrawn") == ()
    assert "reply_by" in dict(LIBRARY.get("zhejiang").limits_for("assignment.receipted"))


def test_a_sheet_says_the_terms_in_words():
    sheet = {row.key: (row.term, row.title) for row in term_rows(LIBRARY.get("chongqing"))}
    assert sheet["reply_by"] == ("3个月", "答复")
    assert sheet["reply_by.complex"] == ("6个月", "答复（复杂件）")
    assert sheet["co_opinion_by"] == ("30个工作日", "协办意见")
    assert sheet["co_opinion_by.again"] == ("5个工作日", "协办意见（重提）")
    assert sheet["commitment_by"] == ("承诺的日期", "承诺事项")
    zhejiang = {row.key: (row.term, row.starts) for row in term_rows(LIBRARY.get("zhejiang"))}
    assert zhejiang["return_by"] == ("10日", ("assignment.receipted",))
    assert zhejiang["reply_by.readings.1"] == ("3个月", ("assignment.receipted",))


def test_a_diff_names_rules_that_came_and_went():
    changes = {change.key: change for change in diff(LIBRARY.get("national"), LIBRARY.get("township"))}
    assert (changes["limits.reply_by.amount"].before, changes["limits.reply_by.amount"].after) == (3, 2)
    back = {change.key for change in diff(LIBRARY.get("suqian"), LIBRARY.get("national"))}
    assert "limits.contact_by.amount" in back


def test_the_sheet_lists_every_other_rule_with_its_source() -> None:
    rules = {(rule.section, rule.key): rule for rule in sections(Library().get("chongqing"))}
    assert rules["rehandle", "decided_by"].value == "office"
    assert "第二十七条" in rules["rehandle", "decided_by"].source
    assert all(rule.source for rule in rules.values())


def test_a_default_of_the_house_is_not_laid_to_the_texts_door() -> None:
    rules = {(rule.section, rule.key): rule for rule in sections(Library().get("zhejiang"))}
    assert "第二十一条" in rules["extension", "basis"].source
    assert "house rule" in rules["extension", "tell_deputy"].source


@pytest.mark.parametrize("name", LIBRARY.names())
def test_the_sheet_shows_every_value_given_defaulted_or_absent(name: str) -> None:
    """Walked over the schema, so that a key that comes is shown as well."""
    book = LIBRARY.get(name)
    rules = {(rule.section, rule.key.partition(".")[0]): rule for rule in sections(book)}
    for section in type(book).model_fields:
        value = getattr(book, section)
        if section in NO_SECTION:
            continue
        if value is None:
            assert rules[section, ""].value is None
        elif isinstance(value, tuple):
            assert {rung.level for rung in value} <= {key for place, key in rules if place == section}
        elif isinstance(value, Sourced):
            keys = {key for key, leaf in value.model_dump().items() if leaf not in ((), {})}
            assert keys - {"source", "says", "articles"} <= {key for place, key in rules if place == section}
        else:
            assert rules[section, ""].value
    for key, limit in book.limits.items():
        given = {name for name, leaf in limit.model_dump().items() if leaf not in ((), {})} - TERM
        assert given <= {name for where, name in rules if where == f"limits.{key}"}


def test_a_rung_of_the_house_is_not_laid_to_another_citys_door() -> None:
    sources = {rule.key: rule.source for rule in sections(LIBRARY.get("suqian")) if rule.section == "quality"}
    assert sources.keys() == {"Q1", "Q2", "Q3"}
    assert all("house rule" in source or source.startswith("inferred") for source in sources.values()), sources


def test_the_sheet_names_the_article_of_a_key_where_the_section_names_several() -> None:
    sources = {(rule.section, rule.key): rule.source for rule in sections(Library().get("zhejiang"))}
    assert sources["evaluation", "sent_by"].endswith("第二十三条第一款")
    assert sources["evaluation", "returned_to"].endswith("第二十三条第二款")
    assert ("evaluation", "articles.sent_by") not in sources


def test_a_parent_of_which_there_is_a_newer_version_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, "law1", head("law", "2015-01-01") + REPLY)
    write(tmp_path, "law2", head("law", "2025-01-01", 'extends = "law"'))
    write(tmp_path, "old", head("place", "2016-01-01", 'extends = "law"'))
    write(tmp_path, "new", head("place", "2026-01-01", 'extends = "place"'))
    write(tmp_path, "fresh", head("fresh", "2025-01-01", 'extends = "law"'))
    library = Library(tmp_path)
    (warning,) = library.older_parents("place")
    file, law = f"{tmp_path.name}/old.toml", f"{tmp_path.name}/law"
    assert f"{file}: extends: rests on {law}1.toml of 2015-01-01; since 2025-01-01 there is {law}2.toml" in str(warning)
    assert f"{file}：extends：用的是 2015-01-01 起的 {law}1.toml" in warning.chinese()
    assert library.older_parents(str(tmp_path / "old.toml")) != []
    assert library.older_parents("fresh") == library.older_parents("law") == []


SILENT = ("条文未写起算点", "这是较早的读法", "没有日数，这里")
"""How a rule in our own words says that something of it stands in no text."""


@pytest.mark.parametrize("path", PACKAGED, ids=lambda path: path.name)
def test_what_a_rule_under_an_article_adds_to_it_is_marked_as_inferred(path: Path) -> None:
    book = LIBRARY.get(str(path))
    added = {row.key for row in term_rows(book) if any(word in row.says for word in SILENT)}
    plain = {row.key for row in term_rows(book) if row.source.startswith("inferred")}
    assert {row.key for row in term_rows(book) if row.grounds} == added - plain
    assert book.machine != "opinion" or "in_force" in book.inferred


def test_a_mark_moves_no_digest_and_stands_beside_the_article() -> None:
    book = LIBRARY.get("shanghai")
    assert book.model_copy(update={"inferred": {}}).ident == book.ident
    assert Rulebook.from_text(book.text).ident == book.ident
    (row,) = [row for row in term_rows(book) if row.key == "rehandle_by"]
    assert (row.source, row.marked, row.grounds) == (
        "上海(2015) 第二十一条", True, "条文未写起算点，取再次交办那天"
    )  # fmt: skip
    assert "limits.rehandle_by.starts" in inferred_keys(book)
    assert "quality" in inferred_keys(book)


def test_a_mark_goes_with_the_value_that_a_child_states_itself(tmp_path: Path) -> None:
    marks = '[inferred]\nin_force = "推"\n"limits.reply_by.starts" = "甲"\n"returns.max" = "乙"\n'
    returns = '[returns]\nmax = 2\nsource = "甲法 第一条"\n'
    write(tmp_path, "p", head("p") + marks + REPLY + returns)
    write(tmp_path, "a", head("a", extra='extends = "p"'))
    write(tmp_path, "b", head("b", extra='extends = "p"') + REPLY)
    write(tmp_path, "c", head("c", extra='extends = "p"') + returns.replace("2", "3"))
    library = Library(tmp_path)
    assert [list(library.get(name).inferred) for name in "pabc"] == [
        ["in_force", "limits.reply_by.starts", "returns.max"],
        ["limits.reply_by.starts", "returns.max"],
        ["returns.max"],
        ["limits.reply_by.starts"],
    ]
    (limit,) = [rule for rule in sections(library.get("p")) if (rule.section, rule.key) == ("returns", "max")]
    assert limit.source == "inferred: 乙"


def test_a_mark_of_a_value_that_is_not_there_is_refused(tmp_path: Path) -> None:
    write(tmp_path, "a", head("a") + '[inferred]\n"limits.reply_by.begins" = "甲"\n' + REPLY)
    (fault,) = check("a", Library(tmp_path))
    assert "inferred: limits.reply_by.begins: the rulebook has no such value" in str(fault)


NOT_FOLLOWED = {
    "extension.tell_deputy": 'basis = "consent"\ntell_deputy = false\n'
    'total = { amount = 6, unit = "months", source = "甲法 第一条" }',
    "returns.keeps_clock": "keeps_clock = false",
    "evaluation.non_response": 'non_response = "counted"',
    "reply.stop": 'stop = "signed"',
    "publicity.window": 'default = "full"\nwindow = { amount = 20, unit = "days", source = "甲法 第一条" }',
    "calendar.id": 'id = "own"',
}


@pytest.mark.parametrize("key", NOT_FOLLOWED)
def test_a_value_that_nothing_follows_is_refused_in_both_languages(tmp_path: Path, key: str) -> None:
    section = key.partition(".")[0]
    source = "" if section == "calendar" else 'source = "甲法 第一条"\n'
    write(tmp_path, "a", head("a") + f"[{section}]\n{source}{NOT_FOLLOWED[key]}\n{REPLY}")
    (fault,) = check("a", Library(tmp_path))
    assert f"{key} is " in str(fault)
    assert "which nothing follows" in str(fault)
    assert f"{key} 写的是" in fault.chinese()


def test_a_kept_text_goes_on_with_a_value_that_is_refused_today() -> None:
    book = LIBRARY.get("suqian")
    assert book.returns
    kept = book.text.replace('"keeps_clock":true', '"keeps_clock":false')
    assert kept != book.text
    assert Rulebook.from_text(kept).ident.startswith("suqian@2025-03-11#")


def test_what_is_said_twice_alike_is_followed(tmp_path: Path) -> None:
    signed = REPLY.replace("assignment.delivered", "assignment.signed")
    write(tmp_path, "a", head("a") + f'[reply]\nstop = "signed"\nsource = "甲法 第一条"\n{signed}')
    assert problems(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('unit_sees = "on_return"', 'unit_sees is "on_return", but no form returns to the unit'),
        ('unit_sees = "at_once"', "evaluation.unit_sees"),
        ('articles = { sent_bye = "甲法 第一条" }', 'unknown key "sent_bye", did you mean "sent_by"?'),
    ],
)
def test_a_form_that_cannot_go_that_way_is_told(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, "a", head("a") + f'[evaluation]\nsource = "甲法 第二条"\n{text}\n')
    assert any(problem in line for line in problems(tmp_path)), problems(tmp_path)


def test_who_signs_for_a_promise_is_told_with_its_article_or_as_the_houses_rule() -> None:
    for name, source in (("shanghai", "第二十二条"), ("beijing", "house rule")):
        rules = {(rule.section, rule.key): rule for rule in sections(LIBRARY.get(name))}
        for key in ("rescheduled_by", "cancelled_by"):
            assert source in rules["commitments", key].source, (name, key)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('rescheduled_by = ["boss"]', "commitments.rescheduled_by.0: Input should be 'head', 'leader' or"),
        ("cancelled_by = []", "commitments.cancelled_by: "),
        ('reschedule_by = ["head"]', 'unknown key "reschedule_by", did you mean "rescheduled_by"?'),
    ],
)
def test_an_unknown_rank_or_none_at_all_is_told(tmp_path: Path, text: str, problem: str) -> None:
    write(tmp_path, "a", head("a") + f'[commitments]\nsource = "甲法 第二条"\n{text}\n')
    assert any(problem in line for line in problems(tmp_path)), problems(tmp_path)


def test_a_value_is_supposed_otherwise_in_a_library_of_its_own() -> None:
    other = LIBRARY.with_values("suqian", {"limits.reply_by.amount": 2})
    was, supposed = LIBRARY.get("suqian"), other.get("suqian")
    assert {change.key for change in diff(was, supposed)} == {"limits.reply_by.amount", "limits.reply_by.source"}
    assert supposed.limits["reply_by"].source == "inferred: 假设改动，原依据 代表法(2025) 第五十一条"
    assert was.limits["reply_by"].amount == 3
    assert other.get("national") == LIBRARY.get("national")


def test_a_supposed_value_holds_in_every_version_that_has_the_term() -> None:
    other = LIBRARY.with_values("zhejiang", {"limits.reply_by.amount": 2, "limits.reply_by.complex.amount": 5})
    old, new = other.get("zhejiang", date(2020, 1, 1)), other.get("zhejiang")
    assert old.limits["reply_by"].amount == new.limits["reply_by"].amount == 2
    assert old.limits["reply_by"].complex is not None
    assert old.limits["reply_by"].complex.amount == 5
    assert new.limits["reply_by"].complex is not None
    assert new.limits["reply_by"].complex.amount == 5
    assert new.limits["reply_by"].source.count("假设改动") == 1


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("limits.contact_by.amount", 5, "this rulebook has no such term or section to change"),
        ("limits.reply_by.amount", 0, "at least 1"),
        ("limits.reply_by.amout", 2, 'unknown key "amout", did you mean "amount"'),
        ("rehandle.decided_by", "nobody", "decided_by"),
    ],
)
def test_a_value_that_cannot_be_supposed_is_told(key: str, value: Toml, problem: str) -> None:
    with pytest.raises(RulebookError, match=problem):
        LIBRARY.with_values("zhejiang", {key: value})
    with pytest.raises(RulebookError, match="no rulebook is named"):
        LIBRARY.with_values("nowhere", {key: value})


def test_what_is_wrong_with_a_rulebook_is_told_in_chinese_as_well() -> None:
    with pytest.raises(RulebookError) as refused:
        LIBRARY.with_values("zhejiang", {"limits.reply_by.amount": 0})
    assert refused.value.chinese == "rulebooks/zhejiang-2016.toml: limits.reply_by：期限至少是 1 个月，不是 0"
    with pytest.raises(RulebookError) as refused:
        LIBRARY.get("suqain")
    assert refused.value.chinese == "没有规则集“suqain”；是不是“suqian”？"
