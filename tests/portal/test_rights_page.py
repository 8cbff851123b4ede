"""The table of rights as people read it."""

from portal.commands.rights import RIGHTS_PAGE
from portal.visitor.rights import rights_page


def test_the_rights_page_is_that_of_the_table() -> None:
    assert RIGHTS_PAGE.read_text(encoding="utf-8") == rights_page(), "renew it: duban rights --write"
