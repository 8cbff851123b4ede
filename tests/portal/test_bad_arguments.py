"""No argument of a command ends in a traceback: each is sent the texts of tests/portal/bad_texts.py.

Of some 15,700 lines every 2,999th is always run, every 211th with the slow tests, every 13th with the long ones.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from portal.cli import app
from storage import Register
from tests.builders import CITY
from tests.portal.bad_texts import BAD
from tests.portal.city import a_city

LONG = (pytest.mark.long, pytest.mark.slow)
TYPED = tuple(text for text in BAD if "\0" not in text and not any("\ud800" <= sign < "\udc80" for sign in text))
"""What a shell can give: no NUL, and of the surrogates only those that stand for a byte that is no UTF-8."""
NOT_RUN = {
    "serve": "it does not end", "portal": "it does not end", "rehearse": "a year", "story fooled": "years",
    "deployments": "it asks a Prefect server", "diagram": "it writes into the source tree", "rights": "likewise",
    "figures page": "likewise", "papers kinds": "likewise", "channels": "it asks mail servers",
}  # fmt: skip
"""Commands that are not walked, and why."""
USUAL: Mapping[str, str] = {
    "case": "assigned", "action": "submit", "kind": "people", "name": "W1", "person": "D1", "proxy": "A1",
    "deputy": "D1", "human": "李四", "code": "UNSENT", "by": "R1", "reason": "理由", "role": "registrar",
    "start": "2025-03-01", "amount": "5", "unit": "days", "first": "2025-03-01", "last": "2025-03-31",
    "key": "reply_by", "year": "2025", "file": "table.csv", "out": "out", "which": "交办通知", "region": CITY,
    "mapping": "table.csv", "before": "suqian", "after": "hangzhou", "rulebook": "suqian", "names": "suqian",
    "id_": "1", "batch": "1", "audit": "1",
}  # fmt: skip
"""What stands for an argument that a command needs, while another one is tried."""
SOUND = json.dumps({"title": "路灯", "facts": "不亮", "proposal": "修"})

Line = Callable[[], list[str]]
"""The words of a command, made when its turn comes."""


def lines(url: str) -> Iterator[Line]:
    """Every argument and option of every command with every text, and every text within the data of an action."""
    for path, command in commands(typer.main.get_command(app)):
        if " ".join(path) in NOT_RUN:
            continue
        takes = [parameter for parameter in command.params if not getattr(parameter, "is_flag", False)]
        for tried in takes:
            yield from (partial(line, path, takes, tried, url, text) for text in TYPED)
    for text in TYPED:
        for data in ({text: "x"}, {"title": text}, {"units": [{"unit": text, "role": text}]}):
            yield partial(list, ["act", "new", "draft", "--by", "D1", "--role", "deputy", "--data", json.dumps(data),
                                 "--db", url])  # fmt: skip


def commands(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, (*path, name))
    if path and (command.callback or not hasattr(command, "commands")):
        yield path, command


def line(path: Sequence[str], takes: Sequence[Any], tried: Any, url: str, text: str) -> list[str]:
    words, arguments = list(path), []
    for parameter in takes:
        value = text if parameter is tried else url if parameter.name == "db" else USUAL.get(parameter.name)
        if parameter.param_type_name == "argument":
            arguments += [value or "x"] if parameter.required or parameter is tried else []
        elif parameter is tried or parameter.required or parameter.name == "db":
            words.append(f"{parameter.opts[-1]}={value or 'x'}" if value else parameter.opts[-1])
            words += [] if value else [""]
    return [*words, "--", *arguments] if arguments else words


def failure(words: list[str]) -> str:
    """What ended the command, where that was no answer."""
    result = CliRunner().invoke(app, words, input="")
    if result.exit_code in (0, 1, 2) and isinstance(result.exception, SystemExit | None) and (
        "Traceback" not in result.output
    ):
        return ""
    return f"{result.exception!r:.150}: {' '.join(map(repr, words))[:300]}"


@pytest.mark.parametrize("every", [2_999, pytest.param(211, marks=pytest.mark.slow), pytest.param(13, marks=LONG)])
def test_no_argument_ends_in_a_traceback(
    register: Register, every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_city(register)
    folder = tmp_path / "some" / "folder"
    folder.mkdir(parents=True)
    (folder / "table.csv").write_text("编号,姓名\n1,李四\n", "utf-8")
    monkeypatch.chdir(folder)
    url = register.engine.url.render_as_string(hide_password=False)
    walked = [line_() for line_ in islice(lines(url), every // 4, None, every)]
    assert [fault for words in walked if (fault := failure(words))] == []
    print(len(walked))


def test_what_a_command_cannot_do_is_refused_in_words(tmp_path: Path) -> None:
    """An argument that nobody can read, a name that is too long, a place where nothing is made."""
    db = f"--db={tmp_path}/duban.db"
    for words, code, sentence in (
        (["template", "people", f"--out={'字' * 301}"], 1, "File name too long"),
        (["figures", "--region=\udc80", db], 2, "U+DC80"),
        (["account", "create", "a\x1b[31m", db], 2, "U+001B"),
        (["migrate", f"--db={tmp_path}/none/duban.db"], 1, "数据库连不上"),
        (["migrate", "--db=%00"], 1, "不是数据库地址"),
    ):
        result = CliRunner().invoke(app, words)
        assert (result.exit_code, sentence in result.output) == (code, True), (words, result.output)
