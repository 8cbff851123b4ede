"""A refusal or the result of a job as JSON, from which its sentences can be made again later."""

from datetime import date
from typing import Any

from rulebooks.sentences import Fact, Given, Label, Reason, Worded
from rulebooks.vocabulary import Named
from states.job_results import RESULTS, JobResult
from states.reasons.refused import Refused


def plain(reason: Reason) -> dict[str, Any]:
    """Code and facts; an id, a label and a day become text, a value of a closed set its id and its Chinese."""
    return {"code": reason.code, "facts": {name: _plain(fact) for name, fact in reason.facts.items()}}


def from_plain(kept: dict[str, Any]) -> Refused:
    """The refusal that `plain` converted; its sentences are the same."""
    return Refused(kept["code"], **_facts(kept))


def result_from_plain(kept: dict[str, Any]) -> JobResult:
    """The same for the result of a job."""
    return JobResult(kept["code"], **_facts(kept))


def _facts(kept: dict[str, Any]) -> dict[str, Fact]:
    return {name: _fact(fact) for name, fact in kept["facts"].items()}


def _plain(fact: Fact) -> Any:
    if isinstance(fact, tuple):
        return [_plain(part) for part in fact]
    if isinstance(fact, Reason):
        return plain(fact)
    if isinstance(fact, Worded):
        return {"value": fact.value, "zh": fact.zh}
    if isinstance(fact, Named):
        return {"value": str(fact), "zh": fact.zh}
    if isinstance(fact, Given):
        return {"given": fact.value}
    return str(fact) if isinstance(fact, date) else fact


def _fact(kept: Any) -> Fact:
    if isinstance(kept, list):
        return tuple(_fact(part) for part in kept)
    if isinstance(kept, str):
        return Label(kept)
    if kept is None or isinstance(kept, int):
        return kept
    if "code" in kept:
        return result_from_plain(kept) if kept["code"] in RESULTS else from_plain(kept)
    return Given(kept["given"]) if "given" in kept else Worded(kept["value"], kept["zh"])
