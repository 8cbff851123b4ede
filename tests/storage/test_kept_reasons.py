"""A reason that is kept in two columns is read again in both languages; older rows have their English alone."""

from rulebooks.sentences import Label
from states.reasons import Refused
from storage.kept_reasons import kept_as, kept_reason


def test_a_kept_reason_is_read_again() -> None:
    why = Refused("line_broke", why=Refused("channel_answered", answer=Label("421 bye")))
    again = kept_reason(str(why), kept_as(why))
    assert isinstance(again, Refused)
    assert (again.english(), again.chinese()) == ("the line broke: 421 bye", "连接断了：对方回答：421 bye")


def test_a_row_of_an_older_version_has_its_english_alone() -> None:
    assert kept_reason("550 no", {}) == Label("550 no")
    assert kept_as(None) == {}
