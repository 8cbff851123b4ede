"""The fields of each action, declared once for forms, the API, the command line, docs and the rules."""

from states.process_files import PROCESS_FILES
from states.sheets import judging, parts, suggestions, supervisions
from states.sheets.asked import process_sheets
from states.sheets.field import CHOICES, Field, Sheet, Type, Value, Words

SHEETS: dict[str, Sheet] = {
    **suggestions.SHEETS,
    **judging.SHEETS,
    **parts.PARTS,
    **parts.PROMISES,
    "propose_supervision": supervisions.FOUNDED,
    **supervisions.SHEETS,
    **{action: sheet for file in PROCESS_FILES.values() for action, sheet in process_sheets(file).items()},
}
"""The fields of each action, in the order in which they are shown and checked."""

__all__ = ["CHOICES", "SHEETS", "Field", "Sheet", "Type", "Value", "Words"]
