"""What each action asks, said once: forms, the API, the command line, docs and the rules read it here."""

from states.sheets import judging, opinions, parts, suggestions, supervisions
from states.sheets.field import CHOICES, Field, Sheet, Type, Value, Words

SHEETS: dict[str, Sheet] = {
    **suggestions.SHEETS,
    **judging.SHEETS,
    **parts.PARTS,
    **parts.PROMISES,
    "propose_supervision": supervisions.FOUNDED,
    **supervisions.SHEETS,
    **opinions.SHEETS,
}
"""By action: what is asked of it, in the order in which it is asked and judged."""

__all__ = ["CHOICES", "SHEETS", "Field", "Sheet", "Type", "Value", "Words"]
