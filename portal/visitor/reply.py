"""A reply that answers each request point: put together from the answers, and taken apart again for the next draft."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_ONES = "一二三四五六七八九"


def numeral(number: int) -> str:
    """The number of a paragraph as letters write it: 一, 十二; from 100 on in figures."""
    if number >= 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_ONES[tens - 1]}十")
    return head + (_ONES[ones - 1] if ones else "")


def letter_text(opening: str, answers: Sequence[str]) -> str:
    """The letter's text: the opening, then one numbered paragraph a request point; a single point bears no number."""
    stripped = [answer.strip() for answer in answers]
    numbered = [f"{numeral(number)}、{answer}" for number, answer in enumerate(stripped, start=1) if answer]
    parts = stripped if len(stripped) == 1 else numbered
    return "\n".join(part for part in (opening.strip(), *parts) if part)


def taken_apart(text: str, points: int) -> tuple[str, list[str]]:
    """(opening, answers) of a composed text; of any other text (text, empty answers)."""
    if points == 1:
        return "", [text]
    answers: list[str] = []
    rest = text
    for number in range(points, 0, -1):
        match = re.match(rf"(.*?)^{numeral(number)}、(.*)\Z", rest, re.DOTALL | re.MULTILINE)
        if match is None:
            return text, [""] * points
        rest, answer = match.groups()
        answers.insert(0, answer.strip())
    return rest.strip(), answers


def last_draft(events: Iterable[Mapping[str, Any]], texts: Mapping[str, str], part: str) -> str:
    """The text of the newest draft of this part; '' when there is none."""
    kept: Mapping[str, Any] = {}
    for event in events:
        if event["subject_id"] == part and event["action"] == "draft_reply":
            kept = event["data"].get("reply") or {}
    if not isinstance(kept, dict) or "document" not in kept:
        return ""
    return texts.get(kept["document"], "")
