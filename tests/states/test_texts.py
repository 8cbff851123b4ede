"""Texts come in written in one way, and without what no reader sees."""

from typing import Any

import pytest

from states.texts import LINES, NAME, data_written, number_typed, unfit, unseen, written


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\r\nb\rc\x0bd\x0ce\u2028f", "a\nb\nc\nd\ne\nf"),
        ("  \u3000路灯\n", "路灯"),
        ("e\u0301", "\u00e9"),
        ("a\tb", "a\tb"),
        ("\u200d家", "\u200d家"),
        ("{_{ x }_} =?utf-8?q?x?=", "{_{ x }_} =?utf-8?q?x?="),
    ],
)
def test_a_text_is_written_in_one_way(given: str, kept: str) -> None:
    assert written(given) == kept == written(kept)
    assert not unseen(kept)


@pytest.mark.parametrize(
    "bad", ["\0", "\x01", "\x1b", "\x7f", "\x90", "\u202a", "\u202e", "\u2066", "\ufffe", "\ud800"]
)
def test_what_no_reader_sees_is_named_wherever_it_stands(bad: str) -> None:
    mark = f"U+{ord(bad):04X}"
    assert unseen(f"a{bad}b") == mark
    for data in ({"note": bad + "x"}, {"more": [{"text": f"a{bad}b"}]}, {bad: 1}, {"more": {f"a{bad}": 1}}):
        refused = unfit("communicate", data_written("communicate", data))
        assert refused is not None
        assert refused.code == "unseen_character"
        assert refused.facts["character"] == mark


@pytest.mark.parametrize(
    ("action", "data", "code"),
    [
        ("draft", {"title": "字" * (NAME + 1)}, "name_too_long"),
        ("assign", {"units": [{"unit": "U1\nU2", "role": "SOLE"}]}, "line_broken"),
        ("draft", {"facts": "字" * (NAME + 1)}, None),
        ("draft", {"facts": "a\nb"}, None),
        ("draft_reply", {"commitments": [{"text": "a\nb", "due_on": "2026-05-01"}]}, None),
    ],
)
def test_a_line_is_one_line_and_short(action: str, data: dict[str, Any], code: str | None) -> None:
    refused = unfit(action, data)
    assert (refused.code if refused else None) == code


def test_titles_and_numbers_are_lines_and_texts_are_not() -> None:
    assert {"title", "number", "merged_group"} <= LINES["draft"] | LINES["register"]
    assert not {"facts", "proposal"} & LINES["draft"]
    assert "commitments" not in LINES["draft_reply"]


def test_a_line_that_comes_in_broken_is_one_line() -> None:
    data = {"title": "关于修路的\r\n建议", "facts": "一\r\n二", "number": "2026-1\nBcc: a@example.org"}
    wanted = {"title": "关于修路的 建议", "facts": "一\n二", "number": "2026-1 Bcc: a@example.org"}
    assert data_written("draft", data) == wanted
    assert unfit("draft", wanted) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [("7", 7), ("100", 100), ("１２", 12), ("101", None), ("-1", None), ("²", None), ("", None), ("1e1", None),
     ("9" * 5_000, None), ("0" * 5_000, None)],
)  # fmt: skip
def test_a_number_typed_is_read_however_long_it_is(text: str, number: int | None) -> None:
    assert number_typed(text, 100) == number
