"""A process as a file: what is wrong with one is said by file and key; the house's own compile into their machines."""

from pathlib import Path

import pytest

from rulebooks.rule_files import RulebookError
from states.compiled import PROCESSES, compiled
from states.process_files import FOLDER, ProcessFile, read_process
from states.sheets.asked import process_sheets

LOAN = """
name = "loan"
title = "借阅"
initial = "ASKED"
groups = { desk = ["clerk", "registrar"] }
[states]
ASKED = { title = "已申请" }
LENT = { title = "已借出" }
BACK = { title = "已归还", final = true }
[opening]
do = "ask"
event = "asked"
by = ["citizen"]
[actions]
ask = { title = "申请", asks = [{ use = "title" }] }
lend = { title = "借出", asks = [{ key = "shelf", type = "line", title = "架号", required = true }] }
give_back = { title = "归还" }
[[steps]]
do = "lend"
event = "lent"
from = ["ASKED"]
to = "LENT"
by = ["desk"]
article = "house rule"
[[steps]]
do = "give_back"
event = "given_back"
from = ["LENT"]
to = "BACK"
by = ["desk", "citizen"]
effects = ["finish_case"]
article = "house rule"
"""


def written(folder: Path, old: str = "", new: str = "") -> ProcessFile:
    assert old in LOAN
    path = folder / "loan.toml"
    path.write_text(LOAN.replace(old, new, 1), encoding="utf-8")
    return read_process(path)


def test_a_process_compiles_into_a_machine(tmp_path: Path) -> None:
    loan = compiled(written(tmp_path))
    assert loan.lifecycle.edges() == [("ASKED", "lend", "LENT"), ("LENT", "give_back", "BACK")]
    assert [step.by for step in loan.lifecycle.steps] == [("clerk", "registrar"), ("clerk", "registrar", "citizen")]
    assert (loan.opening.action, loan.opening.by, loan.file.ends) == ("ask", ("citizen",), ("BACK",))
    shelf = process_sheets(loan.file)["lend"][0]
    assert (shelf.key, shelf.label, shelf.required) == ("shelf", ("架号", "架号"), True)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('initial = "ASKED"', 'initial = "ASKD"', 'initial: no state is named "ASKD", did you mean "ASKED"?'),
        ('to = "LENT"', 'to = "X"', 'steps.0.to: no state is named "X"; known are ASKED, BACK, LENT'),
        ('do = "lend"', 'do = "lends"', 'steps.0.do: no action is named "lends", did you mean "lend"?'),
        ('by = ["desk"]', 'by = ["boss"]', 'steps.0.by: no role or group is named "boss"'),
        ('desk = ["clerk"', 'desk = ["clark"', 'groups.desk: no role or group is named "clark", did you mean "clerk"?'),
        (', final = true', "", "no step leads on from BACK; an end has final = true"),
        ('"已借出" }', '"已借出", final = true }', "steps.1: give_back leads on from LENT, which is final"),
        ("[opening]", 'LOST = { title = "遗失" }\n[opening]', "no step leads to LOST"),
        ("[[steps]]", 'sell = { title = "出售" }\n[[steps]]', "no step uses action sell"),
        ('title = "借阅"', 'titel = "借阅"', 'unknown key "titel", did you mean "title"?'),
        ('from = ["ASKED"]', "from = []", "steps.0.from"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_file_is_said_by_its_key(tmp_path: Path, old: str, new: str, fault: str) -> None:
    with pytest.raises(RulebookError) as raised:
        written(tmp_path, old, new)
    assert fault in str(raised.value)
    assert tmp_path.name in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("finish_case", "finish_cas", 'steps.1: no effect is named "finish_cas", did you mean "finish_case"?'),
        ('article', 'guards = ["filled"]\narticle', 'steps.0: no guard is named "filled", did you mean "filled_in"?'),
        ('use = "title"', 'use = "titel"', 'actions.ask.asks: no field is named "titel", did you mean "title"?'),
        ('"line"', '"lines"', 'actions.lend.asks: no type is named "lines", did you mean "line"?'),
        ('"架号"', '"架号", among = "Stage2"', 'no set is named "Stage2", did you mean "Stage"?'),
    ],
)
def test_a_name_without_code_is_said_by_its_place(tmp_path: Path, old: str, new: str, fault: str) -> None:
    file = written(tmp_path, old, new)
    with pytest.raises(RulebookError) as raised:
        process_sheets(compiled(file).file)
    assert fault in str(raised.value)


@pytest.mark.parametrize("name", sorted(PROCESSES))
def test_a_file_of_the_house_is_named_like_its_process_and_speaks_both_languages(name: str) -> None:
    file = read_process(FOLDER / f"{name}.toml")
    assert file.name == name
    english = [file.en, *(state.en for state in file.states.values()), *(line.en for line in file.actions.values())]
    assert all(english)
