"""What jobs did is a line of one catalogue, in both languages and as JSON."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from states.job_results import RESULTS, JobResult
from states.reasons import REASONS, Label, Refused, Worded, plain, result_from_plain

ROOT = Path(__file__).parents[2]
CJK = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")


def named(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def calls() -> Iterator[tuple[str, set[str]]]:
    """The code and the facts of each result that the house makes."""
    for path in [*(ROOT / "flows").rglob("*.py"), *(ROOT / "storage").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "JobResult":
                yield ast.literal_eval(node.args[0]), {str(keyword.arg) for keyword in node.keywords}


def test_each_job_gives_just_the_facts_of_its_lines_and_every_line_is_used() -> None:
    made = dict(calls())
    assert made.keys() == RESULTS.keys()
    assert {code: facts for code, facts in made.items() if facts != named(RESULTS[code].english)} == {}
    assert not RESULTS.keys() & REASONS.keys()


@pytest.mark.parametrize("code", RESULTS)
def test_a_result_is_told_in_both_languages_with_every_fact_also_from_json(code: str) -> None:
    row = RESULTS[code]
    facts = {name: Label(f"<{name}>") for name in named(row.english)}
    result = JobResult(code, **facts)
    assert result == result_from_plain(plain(result))
    for sentence in (result.english(), result.chinese()):
        assert set(re.findall(r"<\w+>", sentence)) == set(facts.values())
    assert not CJK.search(result.english())
    assert CJK.search(result.chinese())
    assert not re.search(r"[A-Za-z]", re.sub(r"<\w+>", "", result.chinese()))


def test_what_stands_inside_a_result_comes_back_from_json_as_what_it_was() -> None:
    """Counts inside a line, the name of a value, and the refusal that a job ended with."""
    counts = (JobResult("sent_count", count=3), JobResult("failed_count", count=1))
    composed = JobResult("notices_composed", composed=5, messages=4, counts=counts)
    again = result_from_plain(plain(composed))
    assert str(again) == "notices 5 in 4 messages; sent 3, failed 1"
    assert again.chinese() == "通知 5 项合成消息 4 条；发出 3 条、没有发出 1 条"
    failed = JobResult("job_unfinished", why=Refused("database_written_elsewhere", seconds=5))
    again = result_from_plain(plain(failed))
    assert (str(again), again.chinese()) == (str(failed), failed.chinese())
    assert isinstance(again.facts["why"], Refused)
    digest = JobResult("digest_composed", audience=Worded("personal", "个人摘要"), composed=2, messages=1)
    assert result_from_plain(plain(digest)).chinese() == "个人摘要：通知 2 项合成消息 1 条"
