"""What the last run of a job did, in the reader's language."""

from collections.abc import Mapping
from typing import Any

from portal.visitor.languages import say
from portal.visitor.refusals import sentence, sentence_for_program


def outcome(job: Mapping[str, Any]) -> str:
    """For a page; `job` as in `flows.status`. '' while it runs, and where it never ran.

    What a version before recorded as a text is repeated as it is: nobody reads values out of it again.
    """
    if job["results"]:
        return say("；").join(map(sentence, job["results"]))
    recorded = job.get("did") or job.get("error")
    return say("升级前记下的原文：%(text)s", text=recorded) if recorded else ""


def outcome_for_program(job: Mapping[str, Any]) -> str | None:
    """For the API, in the language that was asked for; None where there is only what a version before recorded."""
    return "; ".join(map(sentence_for_program, job["results"])) or None
