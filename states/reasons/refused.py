"""A refusal as a value, and the catalogue of all of them."""

from collections.abc import Mapping
from typing import ClassVar

from rulebooks.faults import RULES
from rulebooks.sentences import Reason, Row
from states.reasons.accounts import ACCOUNTS
from states.reasons.acting import ACTING
from states.reasons.arguments import ARGUMENTS
from states.reasons.calling import CALLING
from states.reasons.cases import CASES
from states.reasons.chains import CHAINS
from states.reasons.configuring import CONFIGURING
from states.reasons.counting import COUNTING
from states.reasons.databases import DATABASES
from states.reasons.erasing import ERASING
from states.reasons.found import FOUND
from states.reasons.importing import IMPORTING
from states.reasons.judging import JUDGING
from states.reasons.keeping import KEEPING
from states.reasons.opinions import OPINIONS
from states.reasons.pages import PAGES
from states.reasons.papers import PAPERS
from states.reasons.parts import PARTS
from states.reasons.sending import SENDING

TABLES: tuple[dict[str, Row], ...] = (
    RULES, ACTING, CASES, PARTS, JUDGING, OPINIONS, KEEPING, CHAINS, ACCOUNTS, CALLING, PAGES, PAPERS, COUNTING, FOUND,
    DATABASES, CONFIGURING, SENDING, IMPORTING, ERASING, ARGUMENTS,
)  # fmt: skip
REASONS: dict[str, Row] = {code: row for table in TABLES for code, row in table.items()}
"""Every refusal by its code, which is a public name."""


class Refused(Reason):
    """Why something is refused."""

    ROWS: ClassVar[Mapping[str, Row]] = REASONS
