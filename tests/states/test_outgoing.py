"""Text that goes out begins no line of a log and leads to no other folder."""

import pytest

from states.outgoing import FILE_NAME, KEPT, file_name, on_one_line
from tests.portal.bad_texts import BAD


@pytest.mark.parametrize(
    ("text", "line"),
    [("修路　一期", "修路　一期"), ("a\r\nERROR b", "a��ERROR b"), ("a\x1b[31mb\0", "a�[31mb�"),
     ("\u202ea\u2028", "�a�"), ("\udc80", "�"), ("𠀀", "𠀀")],
)  # fmt: skip
def test_a_text_is_one_line_of_a_log(text: str, line: str) -> None:
    assert on_one_line(text) == line


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("楼道 3.jpg", "楼道 3.jpg"), ("../../etc/passwd", "passwd"), ("C:\\a\\b.png", "b.png"), ("a/", "file"),
        ("a\r\nb.jpg", "a_b.jpg"), ('a"b;c.jpg', "a_b;c.jpg"), ("", "file"), ("..", "file"), ("\0", "_"),
        ("x" * 999 + ".jpg", "x" * 196 + ".jpg"), ("\u202egpj.exe", "_gpj.exe"), ("e\u0301.pdf", "é.pdf"),
        (".htaccess", "htaccess"),
    ],
)  # fmt: skip
def test_a_name_of_a_file_is_no_path(text: str, name: str) -> None:
    assert file_name(text) == name


@pytest.mark.parametrize("bad", BAD)
def test_no_bad_text_comes_through(bad: str) -> None:
    line, name = on_one_line(bad), file_name(bad)
    assert "".join(sign for sign in line if sign not in KEPT).isprintable()
    assert 0 < len(name) <= FILE_NAME
    assert not set(name) & set('/\\<>:"|?*\n\r\0')
    assert name.encode()
